//! One open design: its text, its history, its journal. The only place where a design changes.

use crate::{
    arrange,
    asked::Asked,
    disk,
    document::Document,
    dto::{AppError, AppEvent, CatalogDto, DocumentDto, ErrorCode, MergeDto, SavedDto},
    events::Events,
    facts, inside,
    journal::{Journal, Owner, Recovered},
    judge::Judge,
    kinds, merging,
    own_kinds::Kinds,
    places::Places,
};
use gp_catalog::Catalog;
use gp_model::{
    Design, Diagnostic, Edit, Id, Patch, Severity, edit::Refusal, file::Saved, journal::Act,
    merge::Choices,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
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
    /// Automatic layouts, which take a while.
    pub layout: Asked,
    /// Exports, which may take a while.
    pub exports: Asked,
    owner: Owner,
}

/// A design that nobody edits any more, at one revision.
#[derive(Clone)]
pub struct Snapshot {
    /// The design as it is drawn in the view that is looked at; cheap to clone.
    pub design: Design,
    /// Its revision.
    pub revision: u32,
    /// The chosen environment.
    pub environment: Option<Id>,
    /// What can be drawn in it.
    pub catalog: Arc<Catalog>,
}

impl Session {
    /// Opens a file. Writes nothing, not even a journal, before the first edit. `window`: how long judging waits for a
    /// window that shows it.
    pub fn open(
        id: u32,
        path: &Path,
        events: &Arc<Events>,
        places: &Places,
        window: Duration,
    ) -> Result<Arc<Self>, AppError> {
        let owner = Owner::new(id, events, places);
        let bytes = disk::read(path)?;
        let recovered = Recovered::of_file(places, path, &bytes);
        let document = Document::of_file(&owner, path, &bytes);
        tracing::info!(?path, problems = document.diagnostics.len(), "opened");
        Ok(Self::start(owner, Document { recovered, ..document }, window))
    }

    /// Opens a journal: what a program that died left of a design that has no file. It still has none.
    pub fn open_lost(
        id: u32,
        journal: &Path,
        events: &Arc<Events>,
        places: &Places,
    ) -> Result<Arc<Self>, AppError> {
        let owner = Owner::new(id, events, places);
        let found = Recovered::without_file(journal).ok_or_else(|| {
            AppError::not_found("this design is open elsewhere, or is in a file by now")
        })?;
        let header = found.left.header();
        let mut document = Document::without_file(&owner, header.id.as_deref(), &header.text);
        document.history.mark_unsaved();
        document.recovered = Some(found);
        Ok(Self::start(owner, document, Duration::ZERO))
    }

    /// Opens a file for one command: nobody watches, so nothing is judged that nobody asks for; no
    /// journal is written, and one that is there, of a window that is open or died, stays for that
    /// window.
    pub fn open_once(
        path: &Path,
        events: &Arc<Events>,
        places: &Places,
    ) -> Result<Arc<Self>, AppError> {
        let owner = Owner::new(1, events, places);
        let document = match inside::of_file(path)? {
            Some(text) => Document::without_file(&owner, None, &text),
            None => Document::of_file(&owner, path, &disk::read(path)?),
        };
        Ok(Self::once(owner, document))
    }

    /// A design that stands for one whose file is not at hand, for one command.
    pub(crate) fn stand_in(text: &str, events: &Arc<Events>, places: &Places) -> Arc<Self> {
        let owner = Owner::new(1, events, places);
        let document = Document::without_file(&owner, None, text);
        Self::once(owner, document)
    }

    fn once(owner: Owner, document: Document) -> Arc<Self> {
        let document = Document { journal: Journal::none(&owner), ..document };
        Arc::new(Self {
            id: 1,
            document: Mutex::new(document),
            judge: Judge::idle(),
            layout: Asked::default(),
            exports: Asked::default(),
            owner,
        })
    }

    /// Starts from a text that has no file yet (a template, an empty design). Nothing was done to it,
    /// so there is nothing to lose.
    pub fn untitled(id: u32, text: &str, events: &Arc<Events>, places: &Places) -> Arc<Self> {
        let owner = Owner::new(id, events, places);
        let document = Document::without_file(&owner, None, text);
        Self::start(owner, document, Duration::ZERO)
    }

    /// Starts from a text that was found in a picture, or has no path: a copy, which shares no deployment with
    /// what it was copied from.
    pub fn copy(id: u32, text: &str, events: &Arc<Events>, places: &Places) -> Arc<Self> {
        let owner = Owner::new(id, events, places);
        let mut document = Document::copy(&owner, text);
        document.history.mark_unsaved();
        Self::start(owner, document, Duration::ZERO)
    }

    fn start(owner: Owner, document: Document, window: Duration) -> Arc<Self> {
        let judge = Judge::start(owner.session, Arc::clone(&owner.events), window);
        let session = Arc::new(Self {
            id: owner.session,
            document: Mutex::new(document),
            judge,
            layout: Asked::default(),
            exports: Asked::default(),
            owner,
        });
        session.judge.look_at(&session.document(), None);
        session
    }

    /// Locks the document. Held for moments only: nothing under it waits for a driver, or for a disk
    /// but to save, and to hand it an act for the journal.
    pub fn document(&self) -> MutexGuard<'_, Document> {
        self.document.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells every window something about this design.
    pub fn tell(&self, event: &AppEvent) {
        self.owner.events.tell(event);
    }

    /// Whether there is something to save.
    pub fn unsaved(&self) -> bool {
        self.document().history.dirty()
    }

    /// Whether nothing but this session knows the design's id.
    pub fn has_no_file(&self) -> bool {
        self.document().path.is_none()
    }

    /// Whether its file says by what id it is known, so that it may lie anywhere.
    pub fn has_id_in_file(&self) -> bool {
        let document = self.document();
        document.path.is_none() || document.text.has_id()
    }

    /// Where versions before the last save are kept.
    pub(crate) fn previous_folder(&self) -> PathBuf {
        self.owner.places.previous()
    }

    /// The design as it is now.
    pub fn snapshot(&self) -> Snapshot {
        let document = self.document();
        Snapshot {
            design: document.drawn(),
            revision: document.revision,
            environment: document.environment.clone(),
            catalog: Arc::clone(&document.kinds.catalog),
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
            view: document.view.as_ref().map(ToString::to_string),
            recovery: document.recovered.as_ref().map(|found| found.dto.clone()),
            design: document.design.clone(),
            diagnostics: facts::diagnostics(&said(&document), document.text.text()),
            catalog: own_catalog(&document),
        }
    }

    /// The design as it was saved last; before the first save, as it was when it was made.
    pub fn saved_design(&self) -> Design {
        let bytes = self.document().text.bytes().to_vec();
        gp_model::file::parse(&bytes).design
    }

    /// Problems of the file itself.
    pub fn file_diagnostics(&self) -> Vec<Diagnostic> {
        said(&self.document())
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
        document.decided()?;
        let merges = matches!(act, Act::Merge { .. });
        let before = document.before(&act);
        let Some(patch) = document.perform(&act)?.filter(|patch| merges || !patch.is_empty())
        else {
            return Ok(document.revision);
        };
        document.revision += 1;
        let act = document.for_journal(act, &patch, before);
        document.journal.append(act);
        if let Some(shown) = &mut document.in_view {
            // What was made in the view is in it, whatever it shows else.
            shown.extend(patch.changes.iter().filter_map(arrange::made));
        }
        self.tell_patched(document, &patch);
        if document.is_behind() {
            self.tell_view(document);
        }
        self.judge.look_at(document, Some(&patch));
        Ok(document.revision)
    }

    fn tell_kinds(&self, document: &Document) {
        self.owner.events.tell(&AppEvent::KindsChanged {
            session: self.id,
            catalog: own_catalog(document),
            diagnostics: facts::diagnostics(&said(document), document.text.text()),
        });
    }

    fn tell_patched(&self, document: &Document, patch: &Patch) {
        self.owner.events.tell(&AppEvent::DocumentPatched {
            session: self.id,
            revision: document.revision,
            patch: serde_json::to_value(patch).expect("a patch is plain data"),
            history: document.history_dto(),
        });
    }

    /// Saves to where it came from, or to `path`. `overwrite`: whatever is there.
    pub fn save(&self, path: Option<&Path>, overwrite: bool) -> Result<SavedDto, AppError> {
        let mut document = self.document();
        document.decided()?;
        let path = path.or(document.path.as_deref()).map(Path::to_owned).ok_or_else(|| {
            AppError::new(
                ErrorCode::CannotWrite,
                "the design has no file yet: choose where to save it",
            )
        })?;
        if let (Some(reason), true) = (&document.read_only, document.is_at(&path)) {
            return Err(AppError::new(ErrorCode::ReadOnly, reason.clone()));
        }
        if !overwrite {
            document.refuse_to_overwrite(&path)?;
        }
        let Saved { bytes, file, anew } = document.to_save()?;
        disk::write_and_keep(&path, &bytes, &self.owner.places.previous())?;
        let moved = !document.is_at(&path);
        document.saved(&self.owner, &path, &bytes, file);
        if moved {
            self.tell_kinds(&document);
            self.judge.look_at(&document, None);
        }
        tracing::info!(?path, bytes = bytes.len(), "saved");
        let path = path.display().to_string();
        self.owner.events.tell(&AppEvent::DocumentSaved {
            session: self.id,
            path: path.clone(),
            history: document.history_dto(),
        });
        Ok(SavedDto { path, anew })
    }

    /// Reads the file again, dropping what was not saved. History starts anew.
    pub fn reload(&self) -> Result<DocumentDto, AppError> {
        {
            let mut document = self.document();
            let Some(path) = document.path.clone() else {
                return Err(AppError::not_found("the design has no file yet"));
            };
            document.decided()?;
            let bytes = disk::read(&path)?;
            document.journal.discard();
            let fresh = Document::of_file(&self.owner, &path, &bytes);
            let (revision, environment) = (document.revision + 1, document.environment.take());
            let (view, in_view) = (document.view.take(), document.in_view.take());
            *document = Document { revision, environment, view, in_view, ..fresh };
            self.judge.look_at(&document, None);
        }
        Ok(self.dto())
    }

    /// What is changed here beside what another program made of the file. Changes nothing.
    pub fn merge_preview(&self) -> Result<MergeDto, AppError> {
        let document = self.document();
        let theirs = document.on_disk()?;
        let (merging, _) = document.merged_with(&theirs, &Choices::new())?;
        Ok(merging.dto(&document.design, &theirs))
    }

    /// Takes in what another program made of the file, as one act. `seen`: the file that was looked at.
    pub fn merge(&self, seen: &str, choices: &Choices) -> Result<u32, AppError> {
        let mut document = self.document();
        let theirs = document.on_disk()?;
        if merging::fingerprint(&theirs) != seen {
            let message = "the file was changed once more: look at it again";
            return Err(AppError::new(ErrorCode::ChangedOnDisk, message));
        }
        let (_, act) = document.merged_with(&theirs, choices)?;
        let revision = self.act(&mut document, act)?;
        document.seen_foreign = document.stamp;
        tracing::info!(path = ?document.path, "the changes on disk are in");
        Ok(revision)
    }

    /// Applies the edits found after a crash, or throws them away. Nothing, where another window was
    /// faster: what was done since must stay.
    pub fn recover(&self, keep: bool) -> Result<DocumentDto, AppError> {
        {
            let mut document = self.document();
            match document.recovered.take() {
                Some(found) if keep => {
                    document.repeat(&self.owner, found);
                    tracing::info!(path = ?document.path, "the edits of an earlier run are in again");
                    self.judge.look_at(&document, None);
                }
                Some(found) => found.left.remove(),
                None => {}
            }
        }
        Ok(self.dto())
    }

    /// Errors of the file itself and of kinds that it uses: what could not be read is not in the design.
    pub fn file_errors(&self) -> Vec<Diagnostic> {
        let document = self.document();
        let found = document.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        found.cloned().chain(document.kinds.missing_in(&document.design)).collect()
    }

    /// Looks at the file on disk; tells the windows once when somebody else changed it. The user's own kinds are read
    /// again as soon as they change.
    pub fn watch(&self) {
        let mut document = self.document();
        if document.kinds.are_stale(&self.owner.places, document.path.as_deref()) {
            document.kinds = Kinds::read(&self.owner.places, document.path.as_deref());
            self.tell_kinds(&document);
            self.judge.look_at(&document, None);
        }
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
            self.owner.events.tell(&AppEvent::FileChanged {
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

    /// Chooses the view that is looked at, in every window, and what it shows. It is drawn at its own places, where it
    /// has some.
    pub fn choose_view(&self, view: Option<Id>, shown: Option<BTreeSet<Id>>) {
        let mut document = self.document();
        document.view = view;
        document.in_view = shown;
        self.tell_view(&document);
        self.judge.look_in_view(&document);
    }

    fn tell_view(&self, document: &Document) {
        let own = document.own_view().map(|_| document.drawn().layout);
        self.owner.events.tell(&AppEvent::ViewChosen {
            session: self.id,
            view: document.view.as_ref().map(ToString::to_string),
            places: own.map(|own| serde_json::to_value(own).expect("places are plain data")),
        });
    }

    /// Ends the session; what was not saved and is not wanted goes with its journal. What nobody
    /// decided on stays for the next time.
    pub fn close(&self) {
        let mut document = self.document();
        document.journal.discard();
        document.recovered = None;
        drop(document);
        self.judge.stop();
    }
}

/// Problems of the file itself, and of the user's own kinds.
fn said(document: &Document) -> Vec<Diagnostic> {
    document.diagnostics.iter().cloned().chain(document.kinds.diagnostics()).collect()
}

/// What can be drawn, where that is more than what the program brings.
fn own_catalog(document: &Document) -> Option<CatalogDto> {
    let catalog = &document.kinds.catalog;
    (!catalog.own.is_empty()).then(|| kinds::catalog_dto(catalog))
}
