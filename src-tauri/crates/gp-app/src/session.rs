//! One open design: its text, its history, its journal. The only place where a design changes.

use crate::{
    arrange,
    disk::{self, Stamp},
    dto::{AppError, AppEvent, DocumentDto, ErrorCode, HistoryDto},
    events::Events,
    facts,
    journal::{Journal, Recovered},
    judge::Judge,
    places::Places,
};
use gp_model::{
    Design, Diagnostic, Edit, Id, Patch, Provider, Severity,
    edit::Refusal,
    file::{self, FileText, Opened, Saved},
    history::History,
    journal::Act,
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// Edits of the same value that follow each other faster than this are one act.
const ONE_ACT: Duration = Duration::from_millis(700);

/// An open design. Shared by the windows that show it.
pub struct Session {
    /// Its number in this process.
    pub id: u32,
    document: Mutex<Document>,
    /// Judges every revision, off this thread.
    pub judge: Judge,
    events: Arc<Events>,
    places: Places,
}

/// What only the holder of the lock sees.
pub struct Document {
    /// Where it is saved; none yet for a new one.
    pub path: Option<PathBuf>,
    /// The design as it is now.
    pub design: Design,
    /// Goes up with every change.
    pub revision: u32,
    /// Why it cannot be edited.
    pub read_only: Option<String>,
    /// The environment that is judged and shown.
    pub environment: Option<Id>,
    /// The bytes it came from.
    pub text: FileText,
    history: History,
    /// Of the bytes on disk as we know them.
    stamp: Option<Stamp>,
    /// Problems of the file itself.
    diagnostics: Vec<Diagnostic>,
    journal: Journal,
    /// A foreign change that the windows were told of.
    seen_foreign: Option<Stamp>,
    recovered: Option<Recovered>,
    last_edit: Option<Instant>,
    /// When the file on disk was last looked at, and found changed or not.
    looked: Option<SystemTime>,
}

/// A design that nobody edits any more, at one revision.
#[derive(Clone)]
pub struct Snapshot {
    /// The design; cheap to clone.
    pub design: Design,
    /// Its revision.
    pub revision: u32,
    /// The chosen environment.
    pub environment: Option<Id>,
}

impl Session {
    /// Opens a file. Writes nothing, not even a journal, before the first edit.
    pub fn open(
        id: u32,
        path: &Path,
        events: &Arc<Events>,
        places: &Places,
    ) -> Result<Arc<Self>, AppError> {
        let bytes = disk::read(path)?;
        let opened = file::parse(&bytes);
        let recovered = Journal::recover(places, path, &bytes);
        if path.starts_with(places.journals()) {
            // What a program that died left of a design that had no file: it still has none.
            let journal = Journal::untitled(places, path, &bytes);
            let mut document = Document::new(opened, None, journal, recovered);
            document.history = History::unsaved();
            return Ok(Self::start(id, document, events, places));
        }
        let journal = Journal::new(places, Some(path), &bytes);
        let document = Document::new(opened, Some(path.to_owned()), journal, recovered);
        Ok(Self::start(
            id,
            Document { stamp: Some(disk::stamp(&bytes)), ..document },
            events,
            places,
        ))
    }

    /// Opens a file for one command: nobody watches, so nothing is judged that nobody asks for; no
    /// journal is written, and one that is there, of a window that is open or died, stays for that
    /// window.
    pub fn open_once(
        path: &Path,
        events: &Arc<Events>,
        places: &Places,
    ) -> Result<Arc<Self>, AppError> {
        let bytes = disk::read(path)?;
        let document =
            Document::new(file::parse(&bytes), Some(path.to_owned()), Journal::none(), None);
        Ok(Arc::new(Self {
            id: 1,
            document: Mutex::new(Document { stamp: Some(disk::stamp(&bytes)), ..document }),
            judge: Judge::idle(),
            events: Arc::clone(events),
            places: places.clone(),
        }))
    }

    /// Starts from a text that has no file yet (a template, an empty design). Nothing was done to it,
    /// so there is nothing to lose.
    pub fn untitled(id: u32, text: &str, events: &Arc<Events>, places: &Places) -> Arc<Self> {
        let journal = Journal::new(places, None, text.as_bytes());
        let document = Document::new(file::parse(text.as_bytes()), None, journal, None);
        Self::start(id, document, events, places)
    }

    fn start(id: u32, document: Document, events: &Arc<Events>, places: &Places) -> Arc<Self> {
        let judge = Judge::start(id, Arc::clone(events));
        let session = Arc::new(Self {
            id,
            document: Mutex::new(document),
            judge,
            events: Arc::clone(events),
            places: places.clone(),
        });
        session.judge.look_at(&session.document(), None);
        session
    }

    /// Locks the document. Held for moments only: nothing under it waits for a disk or a driver
    /// but the journal's buffer.
    pub fn document(&self) -> MutexGuard<'_, Document> {
        self.document.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is something to save.
    pub fn unsaved(&self) -> bool {
        self.document().history.dirty()
    }

    /// Whether nothing but this session knows the design's id.
    pub fn has_no_file(&self) -> bool {
        self.document().path.is_none()
    }

    /// The design as it is now.
    pub fn snapshot(&self) -> Snapshot {
        let document = self.document();
        Snapshot {
            design: document.design.clone(),
            revision: document.revision,
            environment: document.environment.clone(),
        }
    }

    /// The text that saving would write now.
    pub fn text_now(&self) -> String {
        let document = self.document();
        let bytes =
            document.to_save().map_or_else(|_| document.text.bytes().to_vec(), |saved| saved.bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Everything a window needs to show it.
    pub fn dto(&self) -> DocumentDto {
        let document = self.document();
        DocumentDto {
            session: self.id,
            revision: document.revision,
            path: document.path.as_ref().map(|path| path.display().to_string()),
            read_only: document.read_only.clone(),
            history: document.history_dto(),
            recovery: document.recovered.as_ref().map(|found| found.dto.clone()),
            design: serde_json::to_value(&document.design).expect("a design is plain data"),
            diagnostics: facts::diagnostics(&document.diagnostics, document.text.text()),
        }
    }

    /// Problems of the file itself.
    pub fn file_diagnostics(&self) -> Vec<Diagnostic> {
        self.document().diagnostics.clone()
    }

    /// One act of the user. Edits of the same value in quick succession are one act for Undo.
    pub fn edit(&self, edit: &Edit) -> Result<u32, AppError> {
        let mut document = self.document();
        let refused = |refusal: Refusal| AppError::new(ErrorCode::Refused, refusal.to_string());
        let edit = document.with_places(edit).map_err(refused)?;
        let quick =
            document.last_edit.replace(Instant::now()).is_some_and(|last| last.elapsed() < ONE_ACT);
        self.act(&mut document, Act::Edit { edit, coalesce: quick })
    }

    /// Takes the last act back; nothing where there is none.
    pub fn undo(&self) -> Result<u32, AppError> {
        self.act(&mut self.document(), Act::Undo)
    }

    /// Does again what was taken back.
    pub fn redo(&self) -> Result<u32, AppError> {
        self.act(&mut self.document(), Act::Redo)
    }

    /// Does it, writes it to the journal, tells the windows, has it judged.
    fn act(&self, document: &mut Document, act: Act) -> Result<u32, AppError> {
        if let Some(reason) = &document.read_only {
            return Err(AppError::new(ErrorCode::ReadOnly, reason.clone()));
        }
        if document.recovered.is_some() {
            // An act now would join the journal of the ones that are still to be decided on.
            let message = "edits of an earlier run are waiting: keep them or throw them away first";
            return Err(AppError::new(ErrorCode::Refused, message));
        }
        let Some(patch) = document.perform(&act)?.filter(|patch| !patch.is_empty()) else {
            return Ok(document.revision);
        };
        document.revision += 1;
        document.journal.append(act);
        self.tell_patched(document, &patch);
        self.judge.look_at(document, Some(&patch));
        Ok(document.revision)
    }

    fn tell_patched(&self, document: &Document, patch: &Patch) {
        self.events.tell(&AppEvent::DocumentPatched {
            session: self.id,
            revision: document.revision,
            patch: serde_json::to_value(patch).expect("a patch is plain data"),
            history: document.history_dto(),
        });
    }

    /// Saves to where it came from, or to `path`.
    pub fn save(&self, path: Option<&Path>, overwrite: bool) -> Result<PathBuf, AppError> {
        let mut document = self.document();
        let path = match path.or(document.path.as_deref()) {
            Some(path) => path.to_owned(),
            None => {
                return Err(AppError::new(
                    ErrorCode::CannotWrite,
                    "the design has no file yet: choose where to save it",
                ));
            }
        };
        let elsewhere = document.path.as_deref() != Some(&*path);
        if let (Some(reason), false) = (&document.read_only, elsewhere) {
            return Err(AppError::new(ErrorCode::ReadOnly, reason.clone()));
        }
        document.refuse_foreign_changes(&path, overwrite, elsewhere)?;
        let Saved { bytes, file, .. } = document.to_save()?;
        // A failure to keep the old version must not keep the new one from being saved.
        if let Err(error) = disk::keep_previous(&path, &self.places.previous()) {
            tracing::warn!(%error, "the previous version was not kept");
        }
        disk::write(&path, &bytes)?;
        document.saved(&path, &bytes, file, &self.places);
        self.events.tell(&AppEvent::DocumentSaved {
            session: self.id,
            path: path.display().to_string(),
            history: document.history_dto(),
        });
        Ok(path)
    }

    /// Reads the file again, dropping what was not saved. History starts anew.
    pub fn reload(&self) -> Result<DocumentDto, AppError> {
        {
            let mut document = self.document();
            let Some(path) = document.path.clone() else {
                return Err(AppError::not_found("the design has no file yet"));
            };
            let bytes = disk::read(&path)?;
            let revision = document.revision + 1;
            document.journal.discard();
            let journal = Journal::new(&self.places, Some(&path), &bytes);
            let fresh = Document::new(file::parse(&bytes), Some(path), journal, None);
            let environment = document.environment.take();
            *document =
                Document { revision, environment, stamp: Some(disk::stamp(&bytes)), ..fresh };
            self.judge.look_at(&document, None);
        }
        Ok(self.dto())
    }

    /// Applies the edits found after a crash, or throws them away.
    pub fn recover(&self, keep: bool) -> Result<DocumentDto, AppError> {
        {
            let mut document = self.document();
            match document.recovered.take() {
                Some(found) if keep => {
                    for record in found.records {
                        document.perform(&record.act)?;
                        document.revision += 1;
                    }
                    self.judge.look_at(&document, None);
                }
                _ => document.journal.discard(),
            }
        }
        Ok(self.dto())
    }

    /// Errors of the file itself: what could not be read of it is not in the design.
    pub fn file_errors(&self) -> Vec<Diagnostic> {
        let document = self.document();
        document
            .diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .cloned()
            .collect()
    }

    /// Looks at the file on disk; tells the windows once when somebody else changed it.
    pub fn watch(&self) {
        let mut document = self.document();
        let (Some(path), Some(known)) = (document.path.clone(), document.stamp) else { return };
        let modified = std::fs::metadata(&path).and_then(|metadata| metadata.modified()).ok();
        if modified.is_none() || modified == document.looked {
            return;
        }
        document.looked = modified;
        let Ok(bytes) = std::fs::read(&path) else { return };
        let now = disk::stamp(&bytes);
        if now != known && document.seen_foreign != Some(now) {
            document.seen_foreign = Some(now);
            self.events.tell(&AppEvent::FileChanged {
                session: self.id,
                path: path.display().to_string(),
            });
        }
    }

    /// Chooses the environment that is judged and shown.
    pub fn choose_environment(&self, environment: Id) {
        let mut document = self.document();
        document.environment = Some(environment);
        self.judge.look_at(&document, None);
    }

    /// Ends the session; what was not saved and is not wanted goes with its journal.
    pub fn close(&self) {
        self.document().journal.discard();
        self.judge.stop();
    }
}

impl Document {
    fn new(
        opened: Opened,
        path: Option<PathBuf>,
        journal: Journal,
        recovered: Option<Recovered>,
    ) -> Self {
        let mut document = Self {
            journal,
            path,
            environment: first_environment(&opened.design),
            design: opened.design,
            revision: 1,
            read_only: opened.read_only.map(|reason| reason.to_string()),
            text: opened.file,
            history: History::default(),
            stamp: None,
            seen_foreign: None,
            diagnostics: opened.diagnostics,
            recovered,
            last_edit: None,
            looked: None,
        };
        // Neither is an act of the user: it shows in the file at the first save that follows one.
        let places = arrange::missing(&document.design);
        document.design.layout.resources.extend(places);
        document.name_it();
        document
    }

    /// Applies an act to design and history.
    fn perform(&mut self, act: &Act) -> Result<Option<Patch>, AppError> {
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
        }
    }

    /// The edit, and a place for every shape that it leaves without one: one act.
    fn with_places(&self, edit: &Edit) -> Result<Edit, Refusal> {
        let mut after = self.design.clone();
        gp_model::edit::apply(&self.design, edit)?.apply(&mut after);
        let places = arrange::missing(&after);
        if places.is_empty() {
            return Ok(edit.clone());
        }
        let layout = Edit::SetLayout {
            resources: places.into_iter().map(|(id, rect)| (id, Some(rect))).collect(),
            links: indexmap::IndexMap::default(),
        };
        let name = gp_model::edit::name(&self.design, edit);
        Ok(Edit::Batch { name, edits: vec![edit.clone(), layout] })
    }

    fn history_dto(&self) -> HistoryDto {
        HistoryDto {
            undo: self.history.undo_name().map(str::to_owned),
            redo: self.history.redo_name().map(str::to_owned),
            dirty: self.history.dirty(),
        }
    }

    /// A file that somebody else changed, or another file that is in the way, is not overwritten unasked.
    fn refuse_foreign_changes(
        &self,
        path: &Path,
        overwrite: bool,
        elsewhere: bool,
    ) -> Result<(), AppError> {
        if overwrite || elsewhere {
            return Ok(());
        }
        match (std::fs::read(path), self.stamp) {
            (Ok(bytes), Some(known)) if disk::stamp(&bytes) != known => Err(AppError::new(
                ErrorCode::ChangedOnDisk,
                format!(
                    "“{}” was changed by somebody else since it was opened: reload it, keep yours, or save under another name",
                    path.display()
                ),
            )),
            _ => Ok(()),
        }
    }

    /// A design without a uuid gets one. A file's is made from its path, so that a design that was
    /// opened and deployed but never saved finds its deployment again.
    fn name_it(&mut self) {
        if self.design.id.is_none() {
            let id = match &self.path {
                Some(path) => uuid::Uuid::new_v5(
                    &uuid::Uuid::NAMESPACE_URL,
                    path.as_os_str().as_encoded_bytes(),
                ),
                None => uuid::Uuid::new_v4(),
            };
            self.design.id = Some(id.to_string());
        }
    }

    /// What to save: where nothing was done, exactly the bytes that were read. What has no file yet
    /// is written with its id, by which it finds again what it deployed before.
    fn to_save(&self) -> Result<Saved, AppError> {
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

    fn saved(&mut self, path: &Path, bytes: &[u8], file: FileText, places: &Places) {
        self.text = file;
        self.stamp = Some(disk::stamp(bytes));
        self.history.mark_saved();
        self.journal.rebase(bytes);
        if self.path.as_deref() != Some(path) {
            self.path = Some(path.to_owned());
            self.read_only = None;
            self.journal = Journal::new(places, Some(path), bytes);
        }
    }
}

/// What is judged and shown at first: a lab, where the design has one, because it can be tried here.
fn first_environment(design: &Design) -> Option<Id> {
    let lab =
        design.environments.iter().find(|(_, environment)| environment.provider == Provider::Lab);
    lab.or_else(|| design.environments.iter().next()).map(|(id, _)| id.clone())
}
