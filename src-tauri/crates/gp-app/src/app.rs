//! The program: open designs, settings, the state of deployments. One per process.

use crate::{
    deploy::Deployments,
    disk, document,
    dto::{
        AppError, AppEvent, AppInfoDto, DocumentDto, ErrorCode, RecentDto, SavedDto, StartDto,
        TemplateDto,
    },
    events::Events,
    inside, journal,
    log::Log,
    own_kinds::Kinds,
    picture,
    places::Places,
    reaping,
    session::Session,
    settings::{Recent, Settings},
    templates,
};
use gp_model::Design;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::sync::mpsc::UnboundedReceiver;

/// What a new design starts from.
pub const EMPTY_DESIGN: &str = "format = 1\n\n[design]\nname = \"Untitled\"\n";

/// Before the id of a template that is to be opened at once.
const TEMPLATE: &str = "template:";

/// How often open files and what runs of them are looked at for what others do.
const WATCH_EVERY: Duration = Duration::from_secs(2);

/// So long the first judgement waits for the window that the program is started with: it comes sooner, or somebody has
/// to open a browser first.
const WINDOW: Duration = Duration::from_millis(1500);

/// How a program is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its folders.
    pub places: Places,
    /// `desktop` or `browser`.
    pub shell: &'static str,
    /// Only files below this folder may be opened and written (`serve`).
    pub only_below: Option<PathBuf>,
    /// A design to open at once.
    pub open: Option<String>,
}

/// The facade. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    events: Arc<Events>,
    sessions: Mutex<BTreeMap<u32, Arc<Session>>>,
    /// Held while a file is opened: who asks for the same one meanwhile gets the same session.
    opening: Mutex<()>,
    next: AtomicU32,
    settings: Settings,
    deployments: Deployments,
    log: Log,
}

impl App {
    /// Starts the program. Touches nothing but its log before something is asked of it.
    pub fn start(options: Options) -> Self {
        let events = Arc::new(Events::default());
        let log = Log::start(&options.places.log());
        log.tell(Arc::clone(&events));
        let inner = Arc::new(Inner {
            log,
            deployments: Deployments::new(&options.places, Arc::clone(&events)),
            settings: Settings::new(options.places.clone()),
            sessions: Mutex::default(),
            opening: Mutex::default(),
            next: AtomicU32::new(1),
            options,
            events,
        });
        watch(&inner);
        let (weak, events) = (Arc::downgrade(&inner), Arc::clone(&inner.events));
        reaping::start(move || Some(Self { inner: weak.upgrade()? }), events);
        let app = Self { inner };
        app.open_ahead();
        app
    }

    /// Reads the design that the program is started with while its window still loads; judges it when that shows it.
    fn open_ahead(&self) {
        let is_path = |open: &&String| !open.starts_with(TEMPLATE);
        let Some(path) = self.options().open.as_ref().filter(is_path).map(PathBuf::from) else {
            return;
        };
        let app = self.clone();
        let ahead = move || {
            // The window asks again, and shows what is wrong.
            let _ = app.open_within(&path, WINDOW);
        };
        if let Err(error) = thread::Builder::new().name("open".to_owned()).spawn(ahead) {
            tracing::warn!(%error, "the design is read once the window asks for it");
        }
    }

    /// Every event from now on, in order.
    pub fn subscribe(&self) -> UnboundedReceiver<AppEvent> {
        self.inner.events.subscribe()
    }

    /// Deployments of all sessions.
    pub fn deployments(&self) -> &Deployments {
        &self.inner.deployments
    }

    /// The newest lines of the log.
    pub fn log(&self) -> &Log {
        &self.inner.log
    }

    /// Tells the windows that a design is wanted: a second start of the program, which may come
    /// before the first one's window listens.
    pub fn request_open(&self, path: &str) {
        self.inner.events.ask(AppEvent::OpenRequested { path: path.to_owned() });
    }

    /// Whether something would be lost with the windows: edits that are in no file, a run in its
    /// middle, or the only name of something that runs.
    pub fn must_ask(&self) -> bool {
        let sessions: Vec<_> = self.sessions().values().cloned().collect();
        let deployments = self.deployments();
        sessions.iter().any(|session| {
            session.unsaved()
                || deployments.under_way(session.id)
                || (session.has_no_file() && deployments.something_runs(session.id))
        })
    }

    /// Tells the window that it is to be closed: it asks what becomes of what would be lost.
    pub fn request_close(&self) {
        self.inner.events.ask(AppEvent::CloseRequested);
    }

    /// Remembered settings.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// How it was started.
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    fn sessions(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<Session>>> {
        self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The open design with this number.
    pub fn session(&self, id: u32) -> Result<Arc<Session>, AppError> {
        let found = self.sessions().get(&id).cloned();
        found.ok_or_else(|| AppError::not_found("this design is not open any more: open it again"))
    }

    /// Opens a file; one that is open already is shown again. What the start page offers of a
    /// program that died is opened from its journal.
    pub fn open(&self, path: &Path) -> Result<Arc<Session>, AppError> {
        self.open_within(path, Duration::ZERO)
    }

    /// `window`: how long judging waits for a window that shows it.
    fn open_within(&self, path: &Path, window: Duration) -> Result<Arc<Session>, AppError> {
        let Options { places, .. } = self.options();
        if journal::is_journal(places, path) {
            let session = Session::open_lost(self.next(), path, &self.inner.events, places)?;
            return Ok(self.add(session));
        }
        let path = self.allowed(path)?;
        let _alone = self.inner.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let open = self
            .sessions()
            .values()
            .find(|session| session.document().path.as_deref() == Some(&*path))
            .cloned();
        if let Some(session) = open {
            return Ok(session);
        }
        if let Some(text) = inside::of_file(&path)? {
            return Ok(self.add(self.found_inside(&text)));
        }
        let session = Session::open(self.next(), &path, &self.inner.events, places, window)?;
        self.remember(&session);
        Ok(self.add(session))
    }

    /// Opens what has no path: a design, or a picture that carries one.
    pub fn open_bytes(&self, bytes: &[u8]) -> Result<Arc<Session>, AppError> {
        let text = match inside::of_bytes("the file", bytes)? {
            Some(text) => text,
            None => String::from_utf8(bytes.to_vec()).map_err(|_| {
                AppError::failed("the file is neither a design nor a picture of one")
            })?,
        };
        Ok(self.add(self.found_inside(&text)))
    }

    /// A copy of a design, in no file yet.
    fn found_inside(&self, text: &str) -> Arc<Session> {
        Session::copy(self.next(), text, &self.inner.events, &self.options().places)
    }

    /// Starts from a template.
    pub fn open_template(&self, id: &str) -> Result<Arc<Session>, AppError> {
        let template = templates::find(id).ok_or_else(|| {
            AppError::not_found(format!("there is no template “{id}”; known: {}", template_ids()))
        })?;
        Ok(self.add(self.untitled(template.design)))
    }

    /// Starts with nothing drawn.
    pub fn open_empty(&self) -> Arc<Session> {
        self.add(self.untitled(EMPTY_DESIGN))
    }

    fn untitled(&self, text: &str) -> Arc<Session> {
        Session::untitled(self.next(), text, &self.inner.events, &self.options().places)
    }

    fn next(&self) -> u32 {
        self.inner.next.fetch_add(1, Ordering::Relaxed)
    }

    fn add(&self, session: Arc<Session>) -> Arc<Session> {
        self.sessions().insert(session.id, Arc::clone(&session));
        session
    }

    /// Saves; a new place is remembered among the recent designs.
    pub fn save(
        &self,
        session: u32,
        path: Option<&Path>,
        overwrite: bool,
    ) -> Result<SavedDto, AppError> {
        let session = self.session(session)?;
        let path = path.map(|path| self.allowed(path)).transpose()?;
        let saved = session.save(path.as_deref(), overwrite)?;
        self.remember(&session);
        Ok(saved)
    }

    /// Closes a design in every window that shows it; what was not saved is gone: the window asks
    /// before.
    pub fn close(&self, id: u32) {
        let closed = self.sessions().remove(&id);
        if let Some(session) = closed {
            session.close();
            self.inner.events.tell(&AppEvent::DocumentClosed { session: id });
        }
    }

    fn remember(&self, session: &Session) {
        let document = session.document();
        if let Some(path) = &document.path {
            self.settings().opened(path, document.design.title());
        }
    }

    /// The path made absolute, if it may be touched.
    pub fn allowed(&self, path: &Path) -> Result<PathBuf, AppError> {
        let base = self.options().only_below.as_deref().unwrap_or(&self.options().places.designs);
        let path = base.join(path);
        let Some(only_below) = &self.options().only_below else { return Ok(path) };
        let real = real_path(&path);
        let inside = real
            .as_ref()
            .is_some_and(|real| only_below.canonicalize().is_ok_and(|top| real.starts_with(top)));
        match real {
            Some(real) if inside => Ok(real),
            real => {
                let leads = real
                    .filter(|real| *real != path)
                    .map_or_else(String::new, |real| format!(" (it leads to {})", real.display()));
                let message = format!(
                    "“{}”{leads} is not below {}, where this program was started",
                    path.display(),
                    only_below.display()
                );
                Err(AppError::new(ErrorCode::Forbidden, message))
            }
        }
    }

    /// What the program is and can do here.
    pub fn info(&self) -> AppInfoDto {
        let options = self.options();
        AppInfoDto {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            shell: options.shell.to_owned(),
            folder: options
                .only_below
                .as_ref()
                .unwrap_or(&options.places.designs)
                .display()
                .to_string(),
            lab_unavailable: gp_lab::available().err().map(|reason| reason.to_string()),
            open: options.open.clone(),
        }
    }

    /// Templates and recent designs, with pictures.
    pub fn start_page(&self) -> StartDto {
        let templates = templates::in_order().into_iter().map(|(template, about)| {
            let [light, dark] = picture::of_template(template);
            TemplateDto {
                id: template.id.to_owned(),
                title: about.title,
                summary: about.summary,
                picture_light: light,
                picture_dark: dark,
            }
        });
        let lost = journal::lost(&self.options().places).into_iter().map(|lost| {
            let [picture_light, picture_dark] = picture::of_design(
                &lost.design,
                &Kinds::read(&self.options().places, None).catalog,
            );
            RecentDto {
                exists: true,
                saved: false,
                unsaved: 0,
                deployed: lost.design.id.as_ref().map_or_else(Vec::new, |id| {
                    self.deployments().of_design(id, None, &lost.design)
                }),
                name: lost.design.title().to_owned(),
                at: disk::modified(&lost.path).unwrap_or_default(),
                path: lost.path.display().to_string(),
                picture_light,
                picture_dark,
            }
        });
        let recent = self.settings().recent().into_iter();
        let recent = recent.filter(|recent| self.allowed(Path::new(&recent.path)).is_ok());
        let recent = lost.chain(recent.map(|recent| self.shown(recent))).collect();
        StartDto { templates: templates.collect(), recent }
    }

    /// A design that was open before, as the start page shows it.
    fn shown(&self, Recent { path, name, at }: Recent) -> RecentDto {
        let file = Path::new(&path);
        let design = picture::design_in(file);
        let draw = |design: &Design| {
            let kinds = Kinds::read(&self.options().places, Some(file));
            picture::of_design(design, &kinds.catalog)
        };
        let [picture_light, picture_dark] = design.as_ref().map(draw).unwrap_or_default();
        RecentDto {
            name,
            at,
            exists: file.is_file(),
            saved: true,
            unsaved: journal::unsaved(&self.options().places, file) as u32,
            deployed: design.map_or_else(Vec::new, |design| {
                self.deployments().of_design(&document::id_of(file, &design), Some(file), &design)
            }),
            picture_light,
            picture_dark,
            path,
        }
    }

    /// A session's document, for a window that shows it anew.
    pub fn document(&self, session: u32) -> Result<DocumentDto, AppError> {
        Ok(self.session(session)?.dto())
    }
}

/// Where a path leads with links followed. What is not there yet leads where its folder does.
fn real_path(path: &Path) -> Option<PathBuf> {
    if let Ok(real) = path.canonicalize() {
        return Some(real);
    }
    let name = path.file_name()?;
    Some(real_path(path.parent()?)?.join(name))
}

fn template_ids() -> String {
    templates::all().iter().map(|template| template.id).collect::<Vec<_>>().join(", ")
}

/// Looks at open files, and at what runs of them, until the program ends. A thread, not a task: the facade has no runtime of its own.
fn watch(inner: &Arc<Inner>) {
    let weak = Arc::downgrade(inner);
    // Labs are asked over sockets.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let spawned = std::thread::Builder::new().name("watch files".to_owned()).spawn(move || {
        while let Some(inner) = weak.upgrade() {
            let sessions: Vec<Arc<Session>> = inner
                .sessions
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .values()
                .cloned()
                .collect();
            for session in &sessions {
                session.watch();
                if let Ok(runtime) = &runtime {
                    let looked = inner.deployments.watch(session);
                    // Who does not answer is asked again the next time.
                    let _ =
                        runtime.block_on(async { tokio::time::timeout(WATCH_EVERY, looked).await });
                }
            }
            drop((sessions, inner));
            std::thread::sleep(WATCH_EVERY);
        }
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "foreign changes of open files will not be noticed");
    }
}
