//! What a program that died left unsaved: found by its journal that nobody holds, held from then on,
//! and repeated, thrown away or left for the next time. Nothing is taken away unasked.

use super::{ENDING, key};
use crate::{
    disk,
    dto::{RecoveryDto, VersionDto},
    places::Places,
};
use gp_model::{
    Design, file,
    journal::{self, Act, Header, Record},
    merge::differences,
};
use std::{
    fs::{self, File, OpenOptions},
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};

/// So many edits are named to somebody who is to choose between two versions.
const MOST_NAMES: usize = 10;

/// A journal may be looked at for a moment when it is wanted: so often it is tried again, …
const TRIES: u32 = 5;

/// … so much later.
const LATER: Duration = Duration::from_millis(20);

/// What a journal says.
struct Said {
    header: Header,
    /// What was done, in order.
    records: Vec<Record>,
    /// Later acts that cannot be read.
    damaged: usize,
}

/// A journal that nobody else holds, as long as this lives.
pub struct Left {
    path: PathBuf,
    /// Locked.
    _file: File,
    said: Said,
}

/// Edits found after a crash that are to be decided on.
pub struct Recovered {
    /// The journal.
    pub left: Left,
    /// As the window asks about it.
    pub dto: RecoveryDto,
}

/// A design that is in no file, and not in a program any more.
pub struct Lost {
    /// Its journal.
    pub path: PathBuf,
    /// The design, as it was at last.
    pub design: Design,
}

impl Said {
    /// None where nothing can be done with it.
    fn read(path: &Path, mut file: &File) -> Option<Self> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let journal::Journal { header, records, damaged, .. } = journal::decode(&bytes);
        let Some(header) = header else {
            tracing::warn!(path = %path.display(), "a journal of unsaved edits cannot be read");
            return None;
        };
        (!records.is_empty() || damaged > 0).then_some(Self { header, records, damaged })
    }

    /// What a journal says that no program works with. Held for a moment only: somebody may be about to open it.
    fn of_nobody(path: &Path) -> Option<Self> {
        drop(locked(path)?);
        Self::read(path, &File::open(path).ok()?)
    }

    /// Whether no file has the design: it never had one, or it is gone.
    fn has_no_file(&self) -> bool {
        let file = self.header.path.as_ref();
        file.is_none_or(|file| matches!(fs::exists(file), Ok(false)))
    }

    /// What the file said when it was looked at last: at the start, or when its changes were merged.
    fn text(&self) -> &str {
        let merged = self.records.iter().rev().find_map(|record| match &record.act {
            Act::Merge { text, .. } => Some(text.as_str()),
            _ => None,
        });
        merged.unwrap_or(&self.header.text)
    }

    /// The text that the edits start from, with the edits.
    fn repeated(&self) -> journal::Recovered {
        journal::replay(&file::parse(self.header.text.as_bytes()).design, &self.records)
    }
}

impl Left {
    /// Takes hold of a journal. None where a program works with it, or nothing can be done with it.
    fn hold(path: PathBuf) -> Option<Self> {
        let file = (0..TRIES).find_map(|again| {
            if again > 0 {
                std::thread::sleep(LATER);
            }
            locked(&path)
        })?;
        let said = Said::read(&path, &file)?;
        Some(Self { path, _file: file, said })
    }

    /// The question about it. `saved`: what is on disk now; none for a design without a file.
    fn question(self, saved: Option<(&Path, &[u8])>) -> Recovered {
        let Said { records, damaged, .. } = &self.said;
        let again = self.said.repeated();
        let text = self.said.text().as_bytes();
        let on_disk = saved.map_or(text, |(_, bytes)| bytes);
        let on_file = file::parse(on_disk).design;
        let dto = RecoveryDto {
            edits: again.history.names().count() as u32,
            names: again.history.names().take(MOST_NAMES).map(str::to_owned).collect(),
            lost: (damaged + records.len() - again.repeated) as u32,
            changed: on_disk != text,
            differences: differences(&on_file, &again.design, MOST_NAMES),
            saved: version(&on_file, saved.and_then(|(path, _)| disk::modified(path))),
            recovered: version(&again.design, records.last().map(|record| record.at.clone())),
        };
        Recovered { left: self, dto }
    }

    /// What the edits start from.
    pub fn header(&self) -> &Header {
        &self.said.header
    }

    /// What was done, in order.
    pub fn records(&self) -> &[Record] {
        &self.said.records
    }

    /// Takes it away: its edits are in another journal, or not wanted.
    pub fn remove(self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "the journal was not removed");
        }
    }

    /// It is not offered again, but nothing of it is lost: not all of it could be repeated.
    pub fn set_aside(self) {
        let aside = self.path.with_extension("damaged");
        tracing::warn!(journal = %aside.display(), "a journal that could not be read to its end is kept here");
        if let Err(error) = fs::rename(&self.path, aside) {
            tracing::warn!(%error, "the journal stays where it is");
        }
    }
}

impl Recovered {
    /// The newest journal that a program left of this file. Others wait for the next time.
    pub fn of_file(places: &Places, path: &Path, on_disk: &[u8]) -> Option<Self> {
        let of = format!("{}-", key(path));
        let left = journals(places, &of).into_iter().find_map(Left::hold)?;
        Some(left.question(Some((path, on_disk))))
    }

    /// A journal that [`lost`] named, of a design that has no file.
    pub fn without_file(path: &Path) -> Option<Self> {
        let left = Left::hold(path.to_owned()).filter(|left| left.said.has_no_file())?;
        Some(left.question(None))
    }
}

/// Designs that have no file and were in a program that died, newest first: those that never had
/// one, and those whose file is gone.
pub fn lost(places: &Places) -> Vec<Lost> {
    let look = |path: PathBuf| {
        let said = Said::of_nobody(&path)?;
        said.has_no_file().then(|| Lost { path, design: said.repeated().design })
    };
    journals(places, "").into_iter().filter_map(look).collect()
}

/// How many edits a program that died left of this file; opening it offers them.
pub fn unsaved(places: &Places, path: &Path) -> usize {
    let mut left = journals(places, &format!("{}-", key(path))).into_iter();
    left.find_map(|journal| Said::of_nobody(&journal))
        .map_or(0, |said| said.records.len() + said.damaged)
}

/// Whether [`lost`] may have named it.
pub fn is_journal(places: &Places, path: &Path) -> bool {
    path.parent() == Some(&*places.journals()) && path.extension().is_some_and(|it| it == ENDING)
}

/// The file, if no program holds it.
fn locked(path: &Path) -> Option<File> {
    let file = OpenOptions::new().read(true).write(true).open(path).ok()?;
    let held = matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock));
    // Its program may have taken it away between the two.
    (!held && path.exists()).then_some(file)
}

/// Journals with names that start so, newest first.
fn journals(places: &Places, start: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(places.journals()) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with(start) && path.extension().is_some_and(|it| it == ENDING)
        })
        .collect();
    found.sort_by_key(|path| {
        std::cmp::Reverse(fs::metadata(path).and_then(|metadata| metadata.modified()).ok())
    });
    found
}

fn version(design: &Design, at: Option<String>) -> VersionDto {
    let (resources, links) = (design.resources.len() as u32, design.links.len() as u32);
    VersionDto { at, resources, links }
}
