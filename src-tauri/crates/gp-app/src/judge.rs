//! Judges revisions off the writer's thread: resolve, proof, rules, routes. Newest revision wins;
//! what is overtaken while it waits is never judged.

use crate::{
    document::Document,
    dto::AppEvent,
    events::Events,
    facts,
    judged::{Judged, Judging},
};
use gp_catalog::Catalog;
use gp_layout::{RouteInput, RouteLink, route};
use gp_model::{Change, Design, Id, Patch, Point, Rect};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// What is to be judged.
struct Request {
    revision: u32,
    environment: Option<Id>,
    /// The view with places of its own in which it is drawn.
    view: Option<Id>,
    /// As it is drawn there.
    design: Design,
    catalog: Arc<Catalog>,
    text: Arc<str>,
    /// What was done since the request before it; none: anything may differ.
    patch: Option<Patch>,
    /// What the windows drew anew on the way here.
    redrawn: Redrawn,
}

/// Shapes and links that windows place anew, and so without their lines. More than what differs in the end: of a move
/// and its undo that are judged together nothing is left, but the windows did both.
#[derive(Default)]
struct Redrawn {
    shapes: BTreeSet<Id>,
    links: BTreeSet<Id>,
}

impl Redrawn {
    fn take(&mut self, patch: &Patch) {
        for change in &patch.changes {
            match change {
                Change::ResourceLayout { id, .. } => drop(self.shapes.insert(id.clone())),
                Change::Link { id, .. } | Change::LinkLayout { id, .. } => {
                    self.links.insert(id.clone());
                }
                _ => {}
            }
        }
    }

    fn holds(&self, id: &Id, link: &RouteLink) -> bool {
        self.links.contains(id)
            || self.shapes.contains(&link.from)
            || self.shapes.contains(&link.to)
    }
}

#[derive(Default)]
struct State {
    next: Option<Request>,
    busy: bool,
    latest: Option<Arc<Judged>>,
    drawn: Option<Arc<Drawn>>,
    stopped: bool,
    /// Until then the first look waits for a window.
    window_until: Option<Instant>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// The thread that judges one session.
pub struct Judge {
    shared: Arc<Shared>,
}

impl Judge {
    /// Starts it; it sleeps until it is shown something. Its first look waits so long for a window that has the design
    /// on its screen and asks: on few cores, judging would hold up the frame that shows it.
    pub fn start(session: u32, events: Arc<Events>, window: Duration) -> Self {
        let state = State { window_until: Some(Instant::now() + window), ..State::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), ..Shared::default() });
        let theirs = Arc::clone(&shared);
        let worker = move || {
            let_the_window_go_first();
            let judging = Judging::default();
            Worker {
                session,
                events,
                shared: theirs,
                judging,
                shown: None,
                view: None,
                routes: BTreeMap::new(),
                pills: BTreeMap::new(),
                lines: Lines::default(),
                aside: BTreeMap::new(),
            }
            .run();
        };
        if let Err(error) = thread::Builder::new().name(format!("judge {session}")).spawn(worker) {
            tracing::error!(%error, "no thread to judge with: findings will not appear");
        }
        Self { shared }
    }

    /// One that judges nothing: for a program that asks for a judgement itself when it needs one.
    pub fn idle() -> Self {
        Self { shared: Arc::default() }
    }

    /// Shows it the document as it is now, and what was done since it was shown last.
    pub fn look_at(&self, document: &Document, patch: Option<&Patch>) {
        let mut state = self.shared.lock();
        if state.next.is_some() || patch.is_some() {
            state.window_until = None;
        }
        let mut redrawn = Redrawn::default();
        // Of a request that is overtaken, what was done still was.
        let patch = match (state.next.take(), patch) {
            (None, patch) => patch.cloned(),
            (Some(Request { patch: Some(mut earlier), redrawn: before, .. }), Some(patch)) => {
                redrawn = before;
                earlier.then(patch.clone());
                Some(earlier)
            }
            _ => None,
        };
        if let Some(patch) = &patch {
            redrawn.take(patch);
        }
        state.next = Some(Request {
            revision: document.revision,
            environment: document.environment.clone(),
            view: document.own_view().cloned(),
            design: document.drawn(),
            catalog: Arc::clone(&document.kinds.catalog),
            text: document.text.shared_text(),
            patch,
            redrawn,
        });
        drop(state);
        self.shared.changed.notify_all();
    }

    /// The design is drawn in another view from now on: no line is where it was.
    pub fn look_in_view(&self, document: &Document) {
        self.shared.lock().drawn = None;
        self.look_at(document, Some(&Patch::default()));
    }

    /// Waits until everything it was shown is judged.
    pub fn settled(&self, at_most: Duration) -> Option<Arc<Judged>> {
        let until = Instant::now() + at_most;
        let mut state = self.at_once();
        while state.next.is_some() || state.busy || state.latest.is_none() {
            let left = until.checked_duration_since(Instant::now())?;
            state = self
                .shared
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.latest.clone()
    }

    /// Where the links of this revision run in the windows; none where no window has it, or it takes too long.
    pub fn drawn(&self, revision: u32, at_most: Duration) -> Option<Arc<Drawn>> {
        if self.is_idle() {
            return None;
        }
        let until = Instant::now() + at_most;
        let mut state = self.at_once();
        while state.drawn.as_ref().is_none_or(|drawn| drawn.revision < revision) {
            let left = until.checked_duration_since(Instant::now())?;
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.drawn.clone().filter(|drawn| drawn.revision == revision)
    }

    /// Somebody asks: it waits for no window any more.
    fn at_once(&self) -> MutexGuard<'_, State> {
        let mut state = self.shared.lock();
        if state.window_until.take().is_some() {
            self.shared.changed.notify_all();
        }
        state
    }

    /// Nothing was ever shown to it.
    fn is_idle(&self) -> bool {
        let state = self.shared.lock();
        state.next.is_none() && !state.busy && state.latest.is_none()
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_all();
    }
}

/// Where there are few cores, judging a large design would hold up the frame that shows it. A lower priority of this
/// thread costs nothing while nobody else wants the core.
fn let_the_window_go_first() {
    // On Linux it is the calling thread's, unlike elsewhere.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 5) {
        tracing::debug!(%error, "judging is as urgent as the window");
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Worker {
    session: u32,
    events: Arc<Events>,
    shared: Arc<Shared>,
    judging: Judging,
    /// What the windows have: the next judgement says only what differs.
    shown: Option<facts::Shown>,
    /// The view whose places the lines are for.
    view: Option<Id>,
    routes: BTreeMap<Id, Vec<Point>>,
    pills: BTreeMap<Id, route::Pill>,
    lines: Lines,
    /// Lines that gave way to something, by link, newest last: where that goes again, so do they.
    aside: BTreeMap<Id, Vec<(Course, Vec<Point>)>>,
}

/// Where the links of a revision run, as the windows have it.
#[derive(Debug)]
pub struct Drawn {
    revision: u32,
    /// Their lines.
    pub routes: BTreeMap<Id, Vec<Point>>,
    /// Their labels.
    pub pills: BTreeMap<Id, route::Pill>,
}

impl Drawn {
    /// The lines of a design that no window shows.
    pub fn anew(shown: &facts::Shown, design: &Design, catalog: &Catalog) -> Self {
        let input = shown.route_input(design, catalog);
        let routes = route::route_all(&input);
        let pills = route::pills(&input, &routes, &BTreeMap::new(), &routes);
        Self { revision: 0, routes, pills }
    }
}

impl Worker {
    fn run(mut self) {
        while let Some(request) = self.wait() {
            if let Some(judged) = self.known(&request) {
                self.shown = None;
                self.tell(&judged, &request, 0);
                self.done(judged);
                let (routes, pills) = (self.routes.clone(), self.pills.clone());
                self.tell_routes(request.revision, false, routes, pills);
                continue;
            }
            if request.patch.is_none() {
                self.shown = None;
                self.lines = Lines::default();
                self.aside.clear();
            }
            if request.patch.is_none() || request.view != self.view {
                self.routes.clear();
                self.pills.clear();
                self.view.clone_from(&request.view);
            }
            let began = Instant::now();
            let Request { design, catalog, environment, revision, patch, .. } = &request;
            let judged = Arc::new(self.judging.judge(
                design,
                catalog,
                environment.as_ref(),
                *revision,
                patch.as_ref(),
            ));
            let milliseconds = began.elapsed().as_millis() as u32;
            self.tell(&judged, &request, milliseconds);
            self.done(Arc::clone(&judged));
            self.route(&judged, &request);
        }
    }

    /// The judgement that is asked for once more: a window came that knows nothing yet.
    fn known(&self, request: &Request) -> Option<Arc<Judged>> {
        let latest = self.shared.lock().latest.clone()?;
        let same = latest.revision == request.revision
            && request.environment.as_ref() == Some(&latest.environment)
            && request.view == self.view
            && Arc::ptr_eq(&request.catalog, &latest.catalog);
        (request.patch.is_none() && same).then_some(latest)
    }

    fn done(&self, judged: Arc<Judged>) {
        let mut state = self.shared.lock();
        state.latest = Some(judged);
        state.busy = false;
        drop(state);
        self.shared.changed.notify_all();
    }

    fn wait(&self) -> Option<Request> {
        let mut state = self.shared.lock();
        loop {
            if state.stopped {
                return None;
            }
            let window =
                state.window_until.and_then(|it| it.checked_duration_since(Instant::now()));
            if let Some(left) = window {
                let waited = self.shared.changed.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            if let Some(next) = state.next.take() {
                state.busy = true;
                return Some(next);
            }
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn tell(&mut self, judged: &Judged, request: &Request, milliseconds: u32) {
        let shown = facts::Shown::of(judged, &request.design);
        let dto =
            shown.since(self.shown.as_ref(), self.session, judged, &request.text, milliseconds);
        self.shown = Some(shown);
        self.events.tell(&AppEvent::Judged(dto));
    }

    /// Routes after judging: their labels need to know the ports. Only what an edit touched is sent.
    fn route(&mut self, judged: &Judged, request: &Request) {
        let Some(shown) = &self.shown else { return };
        let input = shown.route_input(&request.design, &request.catalog);
        let (routes, partial) = match &judged.moved {
            Some(moved) if !self.routes.is_empty() => {
                let mut back = self.come_back(&input, &moved.ids, &request.redrawn);
                self.go_back(&input, &moved.freed, &mut back);
                let touched =
                    route::Touched { moved: &moved.ids, freed: &moved.freed, standing: &back };
                let mut routes = route::reroute(&self.routes, &input, touched);
                for id in back {
                    let line = self.routes[&id].clone();
                    routes.entry(id).or_insert(line);
                }
                (routes, true)
            }
            _ => (route::route_all(&input), false),
        };
        if partial {
            self.put_aside(&input, &routes);
        }
        self.keep(&input, &routes, partial);
        let pills = route::pills(&input, &self.routes, &self.pills, &routes);
        self.pills.extend(pills.iter().map(|(id, pill)| (id.clone(), *pill)));
        self.lines.remember(&input, &routes);
        let drawn = Drawn {
            revision: judged.revision,
            routes: self.routes.clone(),
            pills: self.pills.clone(),
        };
        self.shared.lock().drawn = Some(Arc::new(drawn));
        self.shared.changed.notify_all();
        self.tell_routes(judged.revision, partial, routes, pills);
    }

    fn tell_routes(
        &self,
        revision: u32,
        partial: bool,
        routes: BTreeMap<Id, Vec<Point>>,
        pills: BTreeMap<Id, route::Pill>,
    ) {
        let flat = |points: Vec<Point>| points.into_iter().flat_map(<[i32; 2]>::from).collect();
        self.events.tell(&AppEvent::Routed {
            session: self.session,
            revision,
            partial,
            routes: routes.into_iter().map(|(id, points)| (id.to_string(), flat(points))).collect(),
            pills: pills.into_iter().map(|(id, pill)| (id.to_string(), pill.at.into())).collect(),
        });
    }

    /// Puts back the lines that links had when their ends stood where they stand again, and their way-points, too: an
    /// undo shows what was there before, not what the router would make of it now.
    fn come_back(&mut self, input: &RouteInput, moved: &[Id], redrawn: &Redrawn) -> BTreeSet<Id> {
        let moved: BTreeSet<&Id> = moved.iter().collect();
        let mut back = BTreeSet::new();
        for (id, link) in &input.links {
            let touched = moved.contains(&link.from) || moved.contains(&link.to);
            if !touched && self.routes.contains_key(id) {
                if redrawn.holds(id, link) {
                    back.insert(id.clone());
                }
                continue;
            }
            if let Some(line) = self.lines.of(input, id) {
                self.routes.insert(id.clone(), line.clone());
                back.insert(id.clone());
            }
        }
        back
    }

    /// Remembers the lines of links that had to give way though their ends stand where they stood.
    fn put_aside(&mut self, input: &RouteInput, routes: &BTreeMap<Id, Vec<Point>>) {
        for (id, new) in routes {
            let (Some(old), Some(course)) = (self.routes.get(id), Lines::key(input, id)) else {
                continue;
            };
            if old != new && self.lines.of(input, id) == Some(old) {
                let all = self.aside.entry(id.clone()).or_default();
                all.retain(|(known, _)| *known == course);
                all.push((course, old.clone()));
            }
        }
    }

    /// Puts back lines that gave way to what stood on this ground.
    fn go_back(&mut self, input: &RouteInput, freed: &[Rect], back: &mut BTreeSet<Id>) {
        if freed.is_empty() {
            return;
        }
        for (id, all) in &mut self.aside {
            let Some((course, line)) = all.last() else { continue };
            let is_free = freed.iter().any(|ground| passes(line, *ground));
            if is_free && Lines::key(input, id).as_ref() == Some(course) {
                self.routes.insert(id.clone(), line.clone());
                back.insert(id.clone());
                all.pop();
            }
        }
        self.aside.retain(|_, all| !all.is_empty());
    }

    fn keep(&mut self, input: &RouteInput, routes: &BTreeMap<Id, Vec<Point>>, partial: bool) {
        if !partial {
            self.routes.clear();
            self.pills.clear();
        }
        self.routes.retain(|id, _| input.links.contains_key(id));
        self.pills.retain(|id, _| input.links.get(id).is_some_and(|link| link.pill_width > 0));
        self.routes.extend(routes.iter().map(|(id, points)| (id.clone(), points.clone())));
    }
}

/// Whether a line crosses or touches the ground, or runs right beside it.
fn passes(line: &[Point], ground: Rect) -> bool {
    const BESIDE: i32 = 12;
    line.windows(2).any(|pair| {
        let (a, b) = (pair[0], pair[1]);
        let (left, right) = (a.x.min(b.x) - BESIDE, a.x.max(b.x) + BESIDE);
        let (top, bottom) = (a.y.min(b.y) - BESIDE, a.y.max(b.y) + BESIDE);
        left < ground.right() && right > ground.x && top < ground.bottom() && bottom > ground.y
    })
}

/// The lines that links had, by what they follow from.
#[derive(Default)]
struct Lines(HashMap<Course, Vec<Point>>);

/// A link, where its ends stood, and the way-points that it was to pass.
type Course = (Id, [Rect; 2], Vec<Point>);

/// More are not remembered.
const MOST_LINES: usize = 50_000;

impl Lines {
    fn key(input: &RouteInput, id: &Id) -> Option<Course> {
        let link = input.links.get(id)?;
        let [from, to] = [&link.from, &link.to].map(|end| input.shapes.get(end).map(|it| it.rect));
        Some((id.clone(), [from?, to?], link.way_points.clone()))
    }

    fn of(&self, input: &RouteInput, id: &Id) -> Option<&Vec<Point>> {
        self.0.get(&Self::key(input, id)?)
    }

    fn remember(&mut self, input: &RouteInput, routes: &BTreeMap<Id, Vec<Point>>) {
        if self.0.len() + routes.len() > MOST_LINES {
            self.0.clear();
        }
        for (id, points) in routes {
            self.0.extend(Self::key(input, id).map(|key| (key, points.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{places::Places, session::Session};
    use tokio::sync::mpsc::UnboundedReceiver;

    const LONG: Duration = Duration::from_mins(1);

    /// A design that is judged when a window asks, and who hears of it.
    fn opened(window: Duration) -> (Arc<Session>, UnboundedReceiver<AppEvent>, tempfile::TempDir) {
        let place = tempfile::tempdir().expect("there is room");
        let path = place.path().join("a.gplan");
        crate::disk::write(&path, b"format = 1\n[environment.lab]\nprovider = \"lab\"\n")
            .expect("it is new");
        let events = Arc::new(Events::default());
        let heard = events.subscribe();
        let session = Session::open(1, &path, &events, &Places::below(place.path()), window);
        (session.expect("it is there"), heard, place)
    }

    fn is_judged(session: &Session) -> bool {
        session.judge.shared.lock().latest.is_some()
    }

    #[test]
    fn the_first_look_waits_for_a_window_or_for_whoever_needs_it() {
        let (session, ..) = opened(LONG);
        std::thread::sleep(Duration::from_millis(60));
        assert!(!is_judged(&session), "no window has asked");
        assert!(session.judge.settled(LONG).is_some(), "who needs it gets it");

        for (window, asks) in [(LONG, true), (Duration::from_millis(10), false)] {
            let (session, mut heard, _place) = opened(window);
            if asks {
                session.choose_environment("lab".into());
            }
            while !matches!(heard.blocking_recv(), Some(AppEvent::Judged(_))) {}
        }
    }
}
