//! The state of one open design: its text, its history, its journal. Seen only under the lock of
//! its [`Session`](crate::session::Session), which tells others what happens to it.

use crate::{
    arrange,
    disk::{self, Stamp},
    dto::{AppError, ErrorCode, HistoryDto},
    journal::{Journal, Owner, Recovered},
    merging::Merging,
    own_kinds::Kinds,
};
use gp_catalog::Catalog;
use gp_model::{
    Design, Diagnostic, Edit, Id, Patch, Provider, Rect,
    edit::Refusal,
    file::{self, FileText, Saved},
    history::History,
    journal::Act,
    merge::Choices,
};
use indexmap::IndexMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::{Instant, SystemTime},
};

/// What only the holder of the lock sees.
pub struct Document {
    /// Where it is saved; none yet for a new one.
    pub path: Option<PathBuf>,
    /// The design as it is now.
    pub design: Design,
    /// Goes up with every change.
    pub revision: u32,
    /// Why it cannot be edited: so is a copy of it.
    pub read_only: Option<String>,
    /// The environment that is judged and shown.
    pub environment: Option<Id>,
    /// The view that is looked at; it is drawn at its own places where it has some.
    pub view: Option<Id>,
    /// What that view shows; none: everything. Only of this a view with places of its own needs some.
    pub(crate) in_view: Option<BTreeSet<Id>>,
    /// What can be drawn in it: the program's kinds and the user's own.
    pub kinds: Kinds,
    /// The bytes it came from.
    pub text: FileText,
    pub(crate) history: History,
    /// How many of the last acts, and of those that were taken back, the journal can repeat: of what was done before
    /// the text that it starts from it knows nothing.
    pub(crate) repeatable: (usize, usize),
    /// Of the bytes on disk as we know them.
    pub(crate) stamp: Option<Stamp>,
    /// Problems of the file itself.
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) journal: Journal,
    /// A foreign change that the windows were told of.
    pub(crate) seen_foreign: Option<Stamp>,
    /// Edits of a program that died, to be decided on: until then nothing else may happen here.
    pub(crate) recovered: Option<Recovered>,
    pub(crate) last_edit: Option<Instant>,
    /// When the file on disk was last looked at, and found changed or not.
    pub(crate) looked: Option<SystemTime>,
}

impl Document {
    /// The design of a file, as these bytes say.
    pub(crate) fn of_file(owner: &Owner, path: &Path, bytes: &[u8]) -> Self {
        let document = Self::new(owner, Some(path), None, bytes);
        Self { stamp: Some(disk::stamp(bytes)), ..document }
    }

    /// A design without a file: what it starts from. `id`: what it goes by, if it was open before.
    pub(crate) fn without_file(owner: &Owner, id: Option<&str>, text: &str) -> Self {
        Self::new(owner, None, id, text.as_bytes())
    }

    /// The same with an id of its own.
    pub(crate) fn copy(owner: &Owner, text: &str) -> Self {
        let mut document = Self::without_file(owner, None, text);
        document.design.id = Some(new_id(None));
        let id = document.design.id.as_deref();
        document.journal = Journal::new(owner, None, id, document.text.text());
        document
    }

    fn new(owner: &Owner, path: Option<&Path>, id: Option<&str>, bytes: &[u8]) -> Self {
        let opened = file::parse(bytes);
        let kinds = Kinds::read(&owner.places, path);
        let design = begun(opened.design, &kinds.catalog, path, id);
        let journal = Journal::new(owner, path, design.id.as_deref(), opened.file.text());
        Self {
            journal,
            path: path.map(Path::to_owned),
            environment: first_environment(&design),
            view: None,
            in_view: None,
            design,
            kinds,
            revision: 1,
            read_only: opened.read_only.map(|reason| reason.to_string()),
            text: opened.file,
            history: History::default(),
            repeatable: (0, 0),
            stamp: None,
            seen_foreign: None,
            diagnostics: opened.diagnostics,
            recovered: None,
            last_edit: None,
            looked: None,
        }
    }

    /// Refuses what cannot be done before somebody decided on edits of an earlier run.
    pub(crate) fn decided(&self) -> Result<(), AppError> {
        if self.recovered.is_none() {
            return Ok(());
        }
        let message = "edits of an earlier run are waiting: keep them or throw them away first";
        Err(AppError::new(ErrorCode::Refused, message))
    }

    /// Does again what a program that died had done, on the text that it was done to. Where the file
    /// says something else by now, it is as with every file that somebody changed: the next save asks.
    pub(crate) fn repeat(&mut self, owner: &Owner, Recovered { left, dto }: Recovered) {
        let header = left.header();
        let fresh = match self.path.as_deref() {
            Some(path) => Self::of_file(owner, path, header.text.as_bytes()),
            None => Self::without_file(owner, header.id.as_deref(), &header.text),
        };
        let differs = dto.changed || self.path.is_none();
        let history = if differs { History::unsaved() } else { History::default() };
        let (revision, environment) = (self.revision + 1, self.environment.take());
        let (view, in_view) = (self.view.take(), self.in_view.take());
        // The question said already that the file changed.
        let seen_foreign = self.stamp;
        *self = Self { revision, environment, view, in_view, history, seen_foreign, ..fresh };
        for record in left.records() {
            if self.perform(&record.act).is_err() {
                break;
            }
            self.revision += 1;
            self.journal.record(record);
        }
        self.repeatable = self.history.depths();
        match self.journal.sync() {
            Ok(()) if dto.lost == 0 => left.remove(),
            Ok(()) => left.set_aside(),
            // The old one stays for the next time, then.
            Err(error) => tracing::warn!(%error, "recovered edits are not in a new journal yet"),
        }
    }

    /// Applies an act to design and history.
    pub(crate) fn perform(&mut self, act: &Act) -> Result<Option<Patch>, AppError> {
        let Self { design, history, .. } = self;
        match act {
            Act::Edit { edit, coalesce } => {
                let refused =
                    |refusal: Refusal| AppError::new(ErrorCode::Refused, refusal.to_string());
                history.apply(design, edit, *coalesce).map(Some).map_err(refused)
            }
            Act::Undo => Ok(history.undo(design)),
            Act::Redo => Ok(history.redo(design)),
            Act::Seal => {
                history.seal();
                Ok(None)
            }
            Act::Patch { name, patch } => {
                history.take(design, name, patch);
                Ok(Some(patch.clone()))
            }
            Act::Merge { text, patch } => {
                let opened = file::parse(text.as_bytes());
                history.merge(design, patch, &opened.design);
                self.text = opened.file;
                self.stamp = Some(disk::stamp(text.as_bytes()));
                Ok(Some(patch.clone()))
            }
        }
    }

    /// What [`Self::for_journal`] has to know from before an act.
    pub(crate) fn before(&self, act: &Act) -> Before {
        let name = match act {
            Act::Undo => self.history.undo_name().map(|name| format!("Undo: {name}")),
            Act::Redo => self.history.redo_name().map(|name| format!("Redo: {name}")),
            _ => None,
        };
        Before { depth: self.history.depths().0, name: name.unwrap_or_default() }
    }

    /// The act as the journal can repeat it, after it was done here.
    pub(crate) fn for_journal(&mut self, act: Act, patch: &Patch, before: Before) -> Act {
        let (done, undone) = &mut self.repeatable;
        match act {
            Act::Undo if *done > 0 => (*done, *undone) = (*done - 1, *undone + 1),
            Act::Redo if *undone > 0 => (*done, *undone) = (*done + 1, *undone - 1),
            Act::Undo | Act::Redo => {
                *undone = 0;
                return Act::Patch { name: before.name, patch: patch.clone() };
            }
            _ => {
                let now = self.history.depths().0;
                (*done, *undone) = ((*done + now).saturating_sub(before.depth), 0);
            }
        }
        act
    }

    /// What is changed here and what these bytes say, put together, and the act that takes it in.
    pub(crate) fn merged_with(
        &self,
        theirs: &[u8],
        choices: &Choices,
    ) -> Result<(Merging, Act), AppError> {
        let (path, id) = (self.path.as_deref(), self.design.id.as_deref());
        let base = begun(file::parse(self.text.bytes()).design, &self.kinds.catalog, path, id);
        let merging = Merging::of(&base, &self.design, theirs, choices)?;
        let text = String::from_utf8_lossy(theirs).into_owned();
        let mut after = merging.merged.design.clone();
        after.layout.resources.extend(arrange::missing(&after, &self.kinds.catalog));
        Ok((merging, Act::Merge { text, patch: Patch::between(&self.design, &after) }))
    }

    /// The view that is looked at, if it has places of its own.
    pub(crate) fn own_view(&self) -> Option<&Id> {
        self.view.as_ref().filter(|view| self.design.layouts.contains_key(*view))
    }

    /// The design as it is drawn. What came into the view since somebody worked in it has a place on the drawing, which
    /// is written down with the next act there: looking at a view changes nothing.
    pub(crate) fn drawn(&self) -> Design {
        let Some(view) = self.own_view() else { return self.design.clone() };
        let mut drawn = self.design.in_view(Some(view));
        let places = arrange::missing_of(&drawn, &self.kinds.catalog, self.in_view.as_ref());
        drawn.layout.resources.extend(places);
        drawn
    }

    /// Whether something is drawn in the view that has no place there yet.
    pub(crate) fn is_behind(&self) -> bool {
        let Some(view) = self.own_view() else { return false };
        let drawn = self.design.in_view(Some(view));
        !arrange::missing_of(&drawn, &self.kinds.catalog, self.in_view.as_ref()).is_empty()
    }

    /// The edit as it is done in the view that is looked at, and a place for every shape that it leaves without one:
    /// one act.
    pub(crate) fn with_places(&self, edit: &Edit) -> Result<Edit, Refusal> {
        let view = self.own_view();
        let whole = gp_catalog::following(&self.kinds.catalog, &self.design, edit);
        let done = match view {
            Some(view) => whole.in_view(view),
            None => whole,
        };
        let patch = gp_model::edit::apply(&self.design, &done)?;
        let mut after = self.design.clone();
        patch.apply(&mut after);
        let rehomed = arrange::rehomed(&after, &patch);
        let mut shown = self.in_view.clone();
        if let Some(shown) = &mut shown {
            shown.extend(patch.changes.iter().filter_map(arrange::made));
        }
        let layouts = std::iter::once(None).chain(after.layouts.keys().map(Some));
        let layouts = layouts.filter_map(|layout| {
            let mut drawn = after.in_view(layout);
            // Where it stands elsewhere is not what was shown: it follows its new container there.
            let lost = rehomed
                .iter()
                .filter(|id| layout != view && drawn.layout.resources.contains_key(*id));
            let lost: Vec<Id> = lost.cloned().collect();
            for id in &lost {
                drawn.layout.resources.remove(id);
            }
            // In a view that nobody looks at it gets its place when somebody does.
            let places = match layout {
                None => arrange::missing(&drawn, &self.kinds.catalog),
                layout if layout == view => {
                    arrange::missing_of(&drawn, &self.kinds.catalog, shown.as_ref())
                }
                Some(_) => BTreeMap::new(),
            };
            let resources: IndexMap<Id, Option<Rect>> = lost
                .into_iter()
                .map(|id| (id, None))
                .chain(places.into_iter().map(|(id, rect)| (id, Some(rect))))
                .collect();
            (!resources.is_empty()).then(|| Edit::SetLayout {
                view: layout.cloned(),
                resources,
                links: IndexMap::new(),
                locked: IndexMap::new(),
            })
        });
        let mut edits: Vec<Edit> = std::iter::once(done).chain(layouts).collect();
        let named = !matches!(&edits[0], Edit::Batch { name, .. } if name.is_empty());
        if let (1, true) = (edits.len(), named) {
            return Ok(edits.remove(0));
        }
        Ok(Edit::Batch { name: gp_model::edit::name(&self.design, edit), edits })
    }

    pub(crate) fn history_dto(&self) -> HistoryDto {
        HistoryDto {
            undo: self.history.undo_name().map(str::to_owned),
            redo: self.history.redo_name().map(str::to_owned),
            dirty: self.history.dirty(),
        }
    }

    /// Whether this is its file, however it is spelled.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.path.as_deref().is_some_and(|own| own == path || real(own) == real(path))
    }

    /// The bytes of its file as they are now.
    pub(crate) fn on_disk(&self) -> Result<Vec<u8>, AppError> {
        let path = self.path.as_deref();
        disk::read(path.ok_or_else(|| AppError::not_found("the design has no file yet"))?)
    }

    /// A file that somebody else changed, or another file that is in the way, is not overwritten unasked.
    pub(crate) fn refuse_to_overwrite(&self, path: &Path) -> Result<(), AppError> {
        let shown = path.display();
        if !self.is_at(path) {
            if path.exists() && !path.is_dir() {
                let message =
                    format!("“{shown}” is there already: replace it, or save under another name");
                return Err(AppError::new(ErrorCode::Exists, message));
            }
            return Ok(());
        }
        match (std::fs::read(path), self.stamp) {
            (Ok(bytes), Some(known)) if disk::stamp(&bytes) != known => Err(AppError::new(
                ErrorCode::ChangedOnDisk,
                format!(
                    "“{shown}” was changed by somebody else since it was opened: reload it, keep yours, or save under another name"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// What to save: where nothing was done, exactly the bytes that were read. What has no file yet
    /// is written with its id, by which it finds again what it deployed before.
    pub(crate) fn to_save(&self) -> Result<Saved, AppError> {
        if self.path.is_some() && !self.history.dirty() {
            return Ok(Saved {
                bytes: self.text.bytes().to_vec(),
                file: self.text.clone(),
                anew: false,
            });
        }
        self.text
            .save(&self.design)
            .map_err(|reason| AppError::new(ErrorCode::ReadOnly, reason.to_string()))
    }

    /// It is in this file now.
    pub(crate) fn saved(&mut self, owner: &Owner, path: &Path, bytes: &[u8], file: FileText) {
        self.journal.discard();
        self.journal = Journal::new(owner, Some(path), self.design.id.as_deref(), file.text());
        self.text = file;
        self.stamp = Some(disk::stamp(bytes));
        if self.path.as_deref() != Some(path) {
            self.kinds = Kinds::read(&owner.places, Some(path));
        }
        self.path = Some(path.to_owned());
        self.history.mark_saved();
        self.repeatable = (0, 0);
    }
}

/// How many acts Undo could reach before an act, and what that is called where it takes one back or does it again.
pub(crate) struct Before {
    depth: usize,
    name: String,
}

/// A design with what it gets when it is opened: neither is an act of the user, and shows in the file at
/// the first save that follows one.
fn begun(mut design: Design, catalog: &Catalog, path: Option<&Path>, id: Option<&str>) -> Design {
    let places = arrange::missing(&design, catalog);
    design.layout.resources.extend(places);
    design.id.get_or_insert_with(|| id.map_or_else(|| new_id(path), str::to_owned));
    design
}

/// By what id the state knows the design of a file.
pub(crate) fn id_of(path: &Path, design: &Design) -> String {
    design.id.clone().unwrap_or_else(|| new_id(Some(path)))
}

/// By what id the state knows a file that has the id of another one.
pub(crate) fn id_beside(id: &str, path: &Path) -> String {
    let mut bytes = id.as_bytes().to_vec();
    bytes.push(b'\n');
    bytes.extend(path.as_os_str().as_encoded_bytes());
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, &bytes).to_string()
}

/// The bytes of a new file that starts from this text: with an id, so that what is deployed from it is found wherever the
/// file goes.
pub fn new_file(text: &str) -> Vec<u8> {
    let opened = file::parse(text.as_bytes());
    let mut design = opened.design;
    Patch::identify(&design, &new_id(None)).apply(&mut design);
    opened.file.save(&design).map_or_else(|_| text.as_bytes().to_vec(), |saved| saved.bytes)
}

/// For a design without a uuid. A file's is made from its path, so that a design that was opened
/// and deployed but never saved finds its deployment again.
fn new_id(path: Option<&Path>) -> String {
    let id = match path {
        Some(path) => {
            uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, path.as_os_str().as_encoded_bytes())
        }
        None => uuid::Uuid::new_v4(),
    };
    id.to_string()
}

/// What is judged and shown at first: a lab, where the design has one, because it can be tried here.
fn first_environment(design: &Design) -> Option<Id> {
    let lab =
        design.environments.iter().find(|(_, environment)| environment.provider == Provider::Lab);
    lab.or_else(|| design.environments.iter().next()).map(|(id, _)| id.clone())
}
