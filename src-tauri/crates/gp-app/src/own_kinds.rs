//! A user's own kinds on disk: in a folder `kinds` beside the design, with which they travel, and in one of the user's
//! own. Reads the files; what they mean, and what is wrong with them, is the catalog's to say.

use crate::places::Places;
use gp_catalog::{Catalog, MOST_ICON_BYTES, OwnFile, OwnFinding};
use gp_model::{Design, Diagnostic};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::SystemTime,
};

/// The folder's name, beside a design and among the settings.
const FOLDER: &str = "kinds";
/// Bytes that the file of a kind may have.
const MOST_BYTES: usize = 64 * 1024;
/// Kinds that a folder may hold.
const MOST_FILES: usize = 200;

/// What can be drawn in a design, and what is wrong with the user's own part of it.
#[derive(Clone, Debug)]
pub struct Kinds {
    /// The program's kinds and the user's.
    pub catalog: Arc<Catalog>,
    findings: Vec<OwnFinding>,
    /// What was there when they were read.
    seen: Vec<Seen>,
}

/// A file of a folder, as far as it is worth a look whether it is still the same.
type Seen = (PathBuf, u64, Option<SystemTime>);

/// The catalog without anything of a user's.
pub fn program() -> Arc<Catalog> {
    static PROGRAM: OnceLock<Arc<Catalog>> = OnceLock::new();
    Arc::clone(PROGRAM.get_or_init(|| Arc::new(gp_catalog::builtin().clone())))
}

impl Kinds {
    /// Of the program alone.
    pub fn program() -> Self {
        Self { catalog: program(), findings: Vec::new(), seen: Vec::new() }
    }

    /// As they are on disk now; `design`: the file of the design.
    pub fn read(places: &Places, design: Option<&Path>) -> Self {
        let seen = seen(places, design);
        if seen.is_empty() {
            return Self::program();
        }
        let mut findings = Vec::new();
        let mut files: Vec<OwnFile> = Vec::new();
        for folder in folders(places, design) {
            for file in folder.read(&mut findings) {
                // What travels with the design is meant in it.
                if files.iter().all(|known| known.id != file.id) {
                    files.push(file);
                }
            }
        }
        let (catalog, found) = program().with_files(&files);
        findings.extend(found);
        Self { catalog: Arc::new(catalog), findings, seen }
    }

    /// Whether the folders say something else by now.
    pub fn are_stale(&self, places: &Places, design: Option<&Path>) -> bool {
        seen(places, design) != self.seen
    }

    /// What is wrong with the files.
    pub fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        self.findings.iter().map(|found| found.diagnostic.clone())
    }

    /// What is wrong with kinds that the design uses: what it means is not known, then.
    pub fn missing_in<'a>(&'a self, design: &Design) -> impl Iterator<Item = Diagnostic> + 'a {
        let used: BTreeSet<String> =
            design.resources.values().map(|resource| resource.kind.clone()).collect();
        let catalog = &self.catalog;
        let missing = self
            .findings
            .iter()
            .filter(move |found| used.contains(&found.kind) && catalog.kind(&found.kind).is_none());
        missing.map(|found| found.diagnostic.clone())
    }
}

struct Folder {
    path: PathBuf,
    /// How its files are named in messages.
    shown: String,
    /// Links may not lead out of it: the design may come from anybody.
    closed: bool,
}

/// The design's first.
fn folders(places: &Places, design: Option<&Path>) -> Vec<Folder> {
    let own = places.config.join(FOLDER);
    let beside = design.and_then(Path::parent).map(|folder| folder.join(FOLDER));
    let beside = beside.filter(|folder| *folder != own).map(|path| Folder {
        path,
        shown: FOLDER.to_owned(),
        closed: true,
    });
    let shown = own.display().to_string();
    beside.into_iter().chain([Folder { path: own, shown, closed: false }]).collect()
}

/// What of the folders matters, with what tells a changed file from the same one.
fn seen(places: &Places, design: Option<&Path>) -> Vec<Seen> {
    let paths = folders(places, design).into_iter().flat_map(|folder| folder.files());
    let pictures = |path: PathBuf| [path.with_extension("svg"), path];
    let one = |path: PathBuf| {
        let about = fs::metadata(&path).ok()?;
        Some((path, about.len(), about.modified().ok()))
    };
    paths.flat_map(pictures).filter_map(one).collect()
}

impl Folder {
    /// Its kinds' files in order of name; of a folder that is not there, none.
    fn files(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.path) else { return Vec::new() };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let hidden = |path: &Path| {
            path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."))
        };
        let mut files: Vec<PathBuf> = paths
            .filter(|path| path.extension().is_some_and(|ending| ending == "toml") && !hidden(path))
            .collect();
        files.sort();
        files
    }

    fn read(&self, findings: &mut Vec<OwnFinding>) -> Vec<OwnFile> {
        let files = self.files();
        if files.len() > MOST_FILES {
            let text = format!(
                "{} kinds are more than the {MOST_FILES} that are read: the last ones are left out",
                files.len()
            );
            findings.push(OwnFinding::new("", &self.shown, None, &text));
        }
        let mut read = Vec::new();
        for path in files.into_iter().take(MOST_FILES) {
            let stem = path.file_stem().unwrap_or_default();
            let id = stem.to_string_lossy().into_owned();
            let shown = format!("{}/{id}.toml", self.shown);
            let text = match self.text(&path, MOST_BYTES) {
                Ok(text) => text,
                Err(problem) => {
                    findings.push(OwnFinding::new(&id, &shown, None, &problem));
                    continue;
                }
            };
            let picture = path.with_extension("svg");
            let icon = match picture.exists().then(|| self.text(&picture, MOST_ICON_BYTES)) {
                Some(Ok(text)) => Some(text),
                Some(Err(problem)) => {
                    let shown = format!("{}/{id}.svg", self.shown);
                    findings.push(OwnFinding::new(&id, &shown, None, &problem));
                    None
                }
                None => None,
            };
            read.push(OwnFile { id, path: shown, text, icon });
        }
        read
    }

    fn text(&self, path: &Path, most: usize) -> Result<String, String> {
        let unread =
            |error: io::Error| format!("it cannot be read: {}", crate::disk::reason(&error));
        let real = path.canonicalize().map_err(unread)?;
        if self.closed && !self.path.canonicalize().is_ok_and(|own| real.starts_with(own)) {
            return Err("it leads out of its folder: put the file itself there".to_owned());
        }
        let about = fs::metadata(&real).map_err(unread)?;
        if !about.is_file() {
            return Err("it is no file".to_owned());
        }
        if about.len() > most as u64 {
            return Err(format!("it has more than {} KiB", most / 1024));
        }
        String::from_utf8(fs::read(&real).map_err(unread)?)
            .map_err(|_| "it is not text in UTF-8".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        drawing::Picture, dto::AppEvent, events::Events, export, judged, session::Session,
    };
    use gp_model::Severity;
    use std::time::Duration;
    use tempfile::TempDir;

    const SEARCH: &str = include_str!("../../gp-catalog/examples/kinds/search.toml");
    const LENS: &str = include_str!("../../gp-catalog/examples/kinds/search.svg");
    const SHOP: &str = "format = 1\n\
        [resource.frankfurt]\nkind = \"region\"\nlocation = \"frankfurt\"\nzones = [\"a\"]\n\
        [resource.shop]\nkind = \"network\"\nparent = \"frankfurt\"\n\
        [resource.tier]\nkind = \"subnet\"\nparent = \"shop\"\n\
        [resource.app]\nkind = \"server\"\nparent = \"tier\"\n\
        [resource.find]\nkind = \"search\"\nparent = \"tier\"\ntitle = \"Find\"\n\
        [link.asks]\nfrom = \"app\"\nto = \"find\"\n\
        [environment.live]\nprovider = \"aws\"\n";

    struct Desk {
        home: TempDir,
        events: Arc<Events>,
    }

    impl Desk {
        fn new() -> Self {
            let home = tempfile::tempdir().expect("there is room");
            fs::create_dir_all(home.path().join("work/kinds")).expect("it is new");
            fs::create_dir_all(home.path().join("config/kinds")).expect("it is new");
            Self { home, events: Arc::new(Events::default()) }
        }

        fn write(&self, path: &str, text: &str) {
            fs::write(self.home.path().join(path), text).expect("written");
        }

        fn places(&self) -> Places {
            Places::below(self.home.path())
        }

        fn design(&self) -> PathBuf {
            self.home.path().join("work/shop.gplan")
        }

        fn open(&self) -> Arc<Session> {
            self.write("work/shop.gplan", SHOP);
            let opened =
                Session::open(1, &self.design(), &self.events, &self.places(), Duration::ZERO);
            opened.expect("it is there")
        }

        fn read(&self) -> (Kinds, Vec<String>) {
            let kinds = Kinds::read(&self.places(), Some(&self.design()));
            let said = kinds.diagnostics().map(|found| found.message).collect();
            (kinds, said)
        }
    }

    #[test]
    fn a_kind_beside_the_design_is_resolved_and_drawn_with_its_picture() {
        let desk = Desk::new();
        desk.write("work/kinds/search.toml", SEARCH);
        desk.write("work/kinds/search.svg", LENS);
        let session = desk.open();
        let dto = session.dto();
        assert!(dto.diagnostics.is_empty(), "{:?}", dto.diagnostics);
        let catalog = dto.catalog.expect("there is a kind of one's own");
        assert!(catalog.kinds.iter().any(|kind| kind.id == "search" && kind.icon == "search"));
        assert!(catalog.icons["search"].contains("currentColor"));
        let judged = session.judge.settled(Duration::from_mins(1)).expect("it is judged");
        assert!(judged.resolved.resource("find").is_some_and(|one| one.instances[0].ip.is_some()));
        assert!(judged.links[0].works, "{:?}", judged.links);
        let errors = judged.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{:?}", judged.diagnostics);
        let files = export::run(&judged, &[], "", "svg", &Picture::plain("light")).expect("drawn");
        let svg = String::from_utf8_lossy(files.files.values().next().expect("one")).into_owned();
        let lens = LENS.split("d=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert!(svg.contains("href=\"#i-search\"") && svg.contains(lens.expect("a path")));
        assert!(crate::explain(&judged.catalog, "search.memory").is_some());
    }

    #[test]
    fn the_folder_beside_the_design_counts_before_the_users() {
        let desk = Desk::new();
        desk.write("config/kinds/search.toml", &SEARCH.replace("\"Search\"", "\"Mine\""));
        desk.write("config/kinds/index.toml", &SEARCH.replace("\"Search\"", "\"Index\""));
        let (kinds, said) = desk.read();
        assert_eq!(said, [""; 0]);
        assert_eq!(kinds.catalog.kinds["search"].title, "Mine");
        desk.write("work/kinds/search.toml", SEARCH);
        let (kinds, _) = desk.read();
        assert_eq!(kinds.catalog.kinds["search"].title, "Search");
        assert!(kinds.catalog.kind("index").is_some());
    }

    #[test]
    fn a_broken_kind_is_said_keeps_exports_back_and_is_read_again_when_it_is_mended() {
        let desk = Desk::new();
        desk.write("work/kinds/search.toml", &SEARCH.replace("\"data\"", "\"dota\""));
        let session = desk.open();
        let said = &session.dto().diagnostics[0];
        assert!(said.message.starts_with("kinds/search.toml, line 3: "), "{}", said.message);
        assert!(session.file_errors().iter().any(|found| found.rule == "bad-kind-file"));
        let catalog = session.snapshot().catalog;
        let judged = judged::judge(&session.snapshot().design, &catalog, None, 1);
        assert!(judged.diagnostics.iter().any(|found| found.rule == "unknown-kind"));
        let unread = session.file_errors();
        let files = export::run(&judged, &unread, "", "terraform", &Picture::default());
        assert!(files.expect("made").files.is_empty(), "what is applied would destroy it");

        let mut heard = desk.events.subscribe();
        session.watch();
        desk.write("work/kinds/search.toml", &format!("{SEARCH}\n"));
        session.watch();
        let told = std::iter::from_fn(|| heard.try_recv().ok())
            .find_map(|event| match event {
                AppEvent::KindsChanged { catalog, diagnostics, .. } => Some((catalog, diagnostics)),
                _ => None,
            })
            .expect("the windows hear of it");
        assert!(told.0.is_some() && told.1.is_empty());
        assert_eq!(session.file_errors(), []);
        let judged = session.judge.settled(Duration::from_mins(1)).expect("it is judged");
        assert!(judged.diagnostics.iter().all(|found| found.rule != "unknown-kind"));
        fs::remove_file(desk.home.path().join("work/kinds/search.toml")).expect("removed");
        session.reload().expect("read again");
        assert!(session.dto().catalog.is_none());
    }

    #[test]
    fn what_is_saved_elsewhere_has_the_kinds_of_that_place() {
        let desk = Desk::new();
        desk.write("work/kinds/search.toml", SEARCH);
        let session = desk.open();
        let elsewhere = desk.home.path().join("shop.gplan");
        session.save(Some(&elsewhere), false).expect("saved");
        assert!(session.dto().catalog.is_none());
    }

    #[test]
    fn files_that_nobody_should_read_are_not_read() {
        let desk = Desk::new();
        desk.write("work/kinds/large.toml", &"#".repeat(MOST_BYTES + 1));
        desk.write("work/kinds/.hidden.toml", "no");
        desk.write("work/kinds/notes.txt", "no");
        fs::create_dir(desk.home.path().join("work/kinds/folder.toml")).expect("it is new");
        fs::write(desk.home.path().join("work/kinds/bytes.toml"), [0xff, 0xfe]).expect("written");
        let (kinds, said) = desk.read();
        assert!(kinds.catalog.own.is_empty());
        let all = said.join("\n");
        for part in [
            "bytes.toml: it is not text",
            "folder.toml: it is no file",
            "large.toml: it has more than 64 KiB",
        ] {
            assert!(all.contains(part), "{all}");
        }
        assert_eq!(said.len(), 3, "{all}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_designs_folder_is_not_followed() {
        let desk = Desk::new();
        desk.write("secret.toml", "password = \"hunter2\"");
        let link = desk.home.path().join("work/kinds/search.toml");
        std::os::unix::fs::symlink(desk.home.path().join("secret.toml"), link).expect("linked");
        let (_, said) = desk.read();
        assert!(said[0].contains("leads out of its folder") && !said[0].contains("hunter2"));
    }
}
