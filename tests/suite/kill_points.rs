//! A program that dies at every place where the engine writes its record, or stands between a write and an act
//! of the driver: a fresh start finds what was under way, goes on with it or cleans up, and nothing is left.
#![cfg(target_os = "linux")]

use crate::place::{Place, groundplan, lab_or_skip};
use gp_app::{
    deploy::{Deployments, Target},
    dto::ErrorCode,
    events::Events,
    places::Places,
    session::Session,
};
use gp_lab::{HOLDER_ARGUMENT, LabConfig, LabDriver};
use gp_plan::Point;
use gp_testkit::{
    fake_driver::{FakeDriver, FakeStackDriver, Fault, World},
    sketch_text,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::runtime::Runtime;

/// What a child of this test has to do.
const CASE: &str = "GP_KILL_CASE";

const BASE: &str = "
name Killed
region here location=frankfurt
  network net 10.0.0.0/16
    subnet tier
      server a
      server b tcp/80
a -> b tcp/80
";

/// Who is deployed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Who {
    /// A step per resource.
    Fake,
    /// One step for everything.
    Stack,
    /// Real packets.
    Lab,
}

/// What a plan does to what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum What {
    Create,
    Update,
    Replace,
    Delete,
    Destroy,
    /// A create of which the target refuses one step: only a fake does so when asked.
    Refused,
    /// A create so slow that its lease is renewed on the way.
    Renewed,
}

const PLANS: [What; 5] = [What::Create, What::Update, What::Replace, What::Delete, What::Destroy];

impl What {
    /// Whether something stands before.
    fn on_nothing(self) -> bool {
        matches!(self, Self::Create | Self::Refused | Self::Renewed)
    }

    fn drawn(self) -> String {
        match self {
            Self::Update => BASE.replace("tcp/80", "tcp/81"),
            Self::Replace => BASE.replace("10.0.", "10.9."),
            Self::Delete => BASE.replace("      server b tcp/80\na -> b tcp/80\n", ""),
            _ => BASE.to_owned(),
        }
    }

    /// The action that one of its changes has.
    fn action(self) -> &'static str {
        match self {
            Self::Create | Self::Refused | Self::Renewed => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete | Self::Destroy => "delete",
        }
    }
}

/// What a program that died leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// Nothing was begun.
    Nothing,
    /// A run without an end.
    Run,
    /// A run that was over.
    Over,
    /// It may have been anywhere.
    Any,
}

/// A new point has to be thought about here.
fn left_at(point: Point) -> Left {
    match point {
        Point::BeforeLease
        | Point::LeaseTaken
        | Point::BeforeOrigin
        | Point::OriginWritten
        | Point::BeforeBegin
        | Point::InBegin => Left::Nothing,
        Point::Begun
        | Point::BeforeIntend
        | Point::Intended
        | Point::BeforeEvent
        | Point::EventWritten
        | Point::Called
        | Point::BeforeDone
        | Point::InDone
        | Point::DoneWritten
        | Point::BeforeFailed
        | Point::FailedWritten
        | Point::BeforeEnd => Left::Run,
        Point::Ended | Point::BeforeRelease | Point::LeaseReleased => Left::Over,
        Point::BeforeRenewal | Point::LeaseRenewed => Left::Any,
    }
}

/// Whether a run of this plan comes to this point at all.
fn is_reached(point: Point, what: What) -> bool {
    match point {
        // A destroy writes down no origin.
        Point::BeforeOrigin | Point::OriginWritten => what != What::Destroy,
        Point::BeforeFailed | Point::FailedWritten => what == What::Refused,
        Point::BeforeRenewal | Point::LeaseRenewed => what == What::Renewed,
        _ => true,
    }
}

/// One program that dies.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Case {
    folder: PathBuf,
    who: Who,
    what: What,
    /// Place of its point in [`Point::ALL`], and how often that is passed before.
    at: (usize, u32),
}

impl Case {
    fn point(&self) -> Point {
        Point::ALL[self.at.0]
    }
}

/// What goes on in one folder, by a program that has just been started.
struct Program {
    deployments: Deployments,
    session: Arc<Session>,
}

impl Program {
    fn start(folder: &Path, who: Who) -> Self {
        let places = Places::below(&folder.join("home"));
        let events = Arc::new(Events::default());
        let session = Session::open_once(&folder.join("work/a.gplan"), &events, &places).unwrap();
        let deployments = Deployments::new(&places, events);
        deployments.deploy_to(target(folder, who));
        Self { deployments, session }
    }

    /// Plans and carries out; says how the run was left, and whether an earlier one was gone on with.
    async fn carry_out(&self, destroy: bool) -> (String, bool) {
        for _ in 0..10 {
            let plan = self.deployments.plan(&self.session, "test", destroy).await.unwrap();
            let approved =
                self.deployments.approve(&self.session, "test", &plan.fingerprint, true).await;
            let approved = match approved {
                Ok(approved) => approved,
                // A lab whose deploy was killed may still be on its way.
                Err(error) if error.code == ErrorCode::StalePlan => continue,
                Err(error) => panic!("{error:?}"),
            };
            let goes_on = approved.goes_on;
            let status = self.deployments.carry_out(self.session.id, approved).await.unwrap();
            return (format!("{}: {}", status.state, status.text), goes_on);
        }
        panic!("the world does not come to rest");
    }

    async fn actions(&self, destroy: bool) -> BTreeSet<String> {
        let plan = self.deployments.plan(&self.session, "test", destroy).await.unwrap();
        plan.changes.into_iter().map(|change| change.action).collect()
    }

    async fn interrupted(&self) -> bool {
        let plan = self.deployments.plan(&self.session, "test", false).await.unwrap();
        plan.interrupted.is_some()
    }

    /// Nothing in the world, nothing in the state, nobody at work.
    async fn is_clean(&self, folder: &Path, who: Who) {
        let left = self.deployments.sweep(&self.session, "test").await.unwrap();
        assert!(left.is_empty(), "{left:?}");
        let store = self.deployments.store().unwrap();
        for design in store.designs().unwrap() {
            assert!(store.resources(&design, "test").unwrap().is_empty());
        }
        if who == Who::Lab {
            let sockets = fs::read_dir(folder.join("run/groundplan")).into_iter().flatten();
            let left: Vec<_> = sockets.flatten().map(|it| it.file_name()).collect();
            assert!(left.is_empty(), "{left:?}");
        }
    }
}

fn target(folder: &Path, who: Who) -> Target {
    let world = || World::in_file(&folder.join("world.json"));
    match who {
        Who::Fake => Target { driver: Arc::new(FakeDriver { world: world() }), lab: None },
        Who::Stack => Target { driver: Arc::new(FakeStackDriver { world: world() }), lab: None },
        Who::Lab => Target::lab(LabDriver::new(LabConfig {
            program: groundplan(),
            arguments: vec![HOLDER_ARGUMENT.to_owned()],
            folder: folder.join("run/groundplan"),
        })),
    }
}

fn draw(folder: &Path, sketch: &str) {
    let text = format!("{}\n[environment.test]\nprovider = \"lab\"\n", sketch_text(sketch));
    fs::write(folder.join("work/a.gplan"), text).unwrap();
}

/// The program that dies: it ends at its point as it stands there, without a word.
fn child(case: &Case) {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let program = Program::start(&case.folder, case.who);
    if case.what == What::Refused {
        let world = World::in_file(&case.folder.join("world.json"));
        for address in ["a", "net"] {
            world.plan_fault(address, Fault::Refused("no such size".to_owned()));
        }
        let target: Target = match case.who {
            Who::Fake => Target { driver: Arc::new(FakeDriver { world }), lab: None },
            _ => Target { driver: Arc::new(FakeStackDriver { world }), lab: None },
        };
        program.deployments.deploy_to(target);
    }
    if case.what == What::Renewed {
        program.deployments.renew_leases_every(Duration::from_millis(1));
    }
    let (point, passed) = (case.point(), AtomicU32::new(0));
    let (last, waits) = (case.at.1, case.what == What::Renewed);
    program.deployments.store().unwrap().observe(Arc::new(move |reached| {
        if waits && reached == Point::Begun {
            // So slow is it that the lease is renewed meanwhile, from a thread of its own.
            thread::sleep(Duration::from_millis(300));
        }
        if reached == point && passed.fetch_add(1, Ordering::SeqCst) == last {
            std::process::abort();
        }
    }));
    runtime.block_on(program.carry_out(case.what == What::Destroy));
}

/// Starts the program and waits until it died; false where it never came to its point.
fn dies(case: &Case) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "kill_points::a_program_that_dies_anywhere_is_gone_on_with_or_cleaned_up",
    ]);
    command.env(CASE, serde_json::to_string(case).unwrap());
    // A surprise in the child ends it with a code, and is told; a death has none. What it says goes to a file, because
    // a lab that it starts would keep a pipe open.
    let said = case.folder.join("said");
    let file = || Stdio::from(fs::File::create(&said).unwrap());
    let ended = command.arg("--nocapture").stdout(Stdio::null()).stderr(file()).status().unwrap();
    let told = || fs::read_to_string(&said).unwrap_or_default();
    assert!(ended.success() || ended.code().is_none(), "{case:?}: {ended}\n{}", told());
    !ended.success()
}

/// A folder in which one case after the other is tried, always in the same place.
struct Slot {
    place: Place,
    runtime: Runtime,
}

impl Slot {
    fn new() -> Self {
        let place = Place::new();
        fs::create_dir(place.path("case")).unwrap();
        Self { place, runtime: Runtime::new().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.place.path("case")
    }

    fn start(&self, who: Who) -> Program {
        // Labs are told and watched by tasks of the runtime.
        let _inside = self.runtime.enter();
        Program::start(&self.folder(), who)
    }

    /// What stands before: nothing, or the base.
    fn prepare(&self, who: Who, what: What) {
        let folder = self.folder();
        fs::remove_dir_all(&folder).unwrap();
        for inner in ["work", "run"] {
            fs::create_dir_all(folder.join(inner)).unwrap();
        }
        draw(&folder, BASE);
        if !what.on_nothing() {
            let program = self.start(who);
            let (status, _) = self.runtime.block_on(program.carry_out(false));
            assert!(status.starts_with("running: "), "{status}");
        }
        draw(&folder, &what.drawn());
        let program = self.start(who);
        let actions = self.runtime.block_on(program.actions(what == What::Destroy));
        assert!(actions.contains(what.action()), "{what:?} is {actions:?}");
        let calls = folder.join("world.json");
        let before = if who == Who::Lab || !calls.exists() {
            Vec::new()
        } else {
            World::in_file(&calls).calls()
        };
        fs::write(folder.join("before"), before.len().to_string()).unwrap();
    }

    /// A program that has just been started finds it, and goes on with what is drawn.
    fn goes_on(&self, case: &Case) {
        let program = self.start(case.who);
        self.runtime.block_on(async {
            let left = left_at(case.point());
            let interrupted = program.interrupted().await;
            assert!(left == Left::Any || interrupted == (left == Left::Run), "{interrupted}");
            let destroy = case.what == What::Destroy;
            let (status, goes_on) = program.carry_out(destroy).await;
            let as_it_should = if destroy { "nothing: " } else { "running: " };
            assert!(status.starts_with(as_it_should), "{status}");
            assert!(goes_on == interrupted, "the run that was interrupted is the one that goes on");
            assert!(!program.interrupted().await);
            if destroy {
                program.is_clean(&case.folder, case.who).await;
            } else {
                let actions = program.actions(false).await;
                assert!(actions.iter().all(|action| action == "no-op"), "{actions:?}");
            }
        });
        self.nothing_was_made_twice(case);
        if case.who == Who::Lab && case.what != What::Destroy {
            let clean = self.runtime.block_on(program.carry_out(true));
            assert!(clean.0.starts_with("nothing: "), "{}", clean.0);
        }
    }

    fn nothing_was_made_twice(&self, case: &Case) {
        let file = self.folder().join("world.json");
        if case.who == Who::Lab || !file.exists() {
            return;
        }
        let before: usize =
            fs::read_to_string(self.folder().join("before")).unwrap().parse().unwrap();
        let calls = World::in_file(&file).calls().split_off(before);
        let mut made: BTreeMap<&String, u32> = BTreeMap::new();
        for call in &calls {
            *made.entry(call).or_default() += 1;
        }
        let twice = made.iter().any(|(call, count)| call.starts_with('+') && *count > 1);
        // What was over may be drawn anew after a destroy; all else is made once.
        assert!(!twice, "{calls:?}");
    }

    /// A program that has just been started cleans up.
    fn cleans_up(&self, case: &Case) {
        let program = self.start(case.who);
        self.runtime.block_on(async {
            if case.what == What::Destroy {
                // The other way on than to the end of it.
                let (status, _) = program.carry_out(false).await;
                assert!(status.starts_with("running: "), "{status}");
            }
            let (status, _) = program.carry_out(true).await;
            assert!(status.starts_with("nothing: "), "{status}");
            program.is_clean(&case.folder, case.who).await;
            assert!(!program.interrupted().await);
        });
    }

    /// Both ways on, from one death; a lab cannot be copied, so there it dies twice.
    fn try_case(&self, case: &Case) -> bool {
        let (folder, saved) = (self.folder(), self.place.path("saved"));
        self.prepare(case.who, case.what);
        let died = dies(case);
        if case.who != Who::Lab {
            let _ = fs::remove_dir_all(&saved);
            copy(&folder, &saved);
        }
        if !died {
            self.cleans_up(case);
            return false;
        }
        self.goes_on(case);
        if case.who == Who::Lab {
            self.prepare(case.who, case.what);
            assert!(dies(case), "the second time, too");
        } else {
            fs::remove_dir_all(&folder).unwrap();
            copy(&saved, &folder);
        }
        self.cleans_up(case);
        true
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Every case once: fakes die at the first and at a later passing of each point, a lab at the first.
fn cases(with_lab: bool) -> Vec<(Who, What, (usize, u32))> {
    let all = [What::Refused, What::Renewed].into_iter().chain(PLANS);
    let all = all.flat_map(|what| [Who::Fake, Who::Stack, Who::Lab].map(|who| (who, what)));
    let asked = |(who, what): &(Who, What)| {
        (with_lab || *who != Who::Lab) && !(*who == Who::Lab && *what == What::Refused)
    };
    all.filter(asked)
        .flat_map(|(who, what)| {
            let special = matches!(what, What::Refused | What::Renewed);
            (0..Point::ALL.len())
                .filter(move |at| is_reached(Point::ALL[*at], what))
                // What a special plan has in common with others is tried with those.
                .filter(move |at| !special || !is_reached(Point::ALL[*at], What::Create))
                .flat_map(move |at| {
                    let passings: &[u32] = if who == Who::Fake { &[0, 3] } else { &[0] };
                    passings.iter().map(move |passed| (who, what, (at, *passed)))
                })
        })
        .collect()
}

#[test]
fn a_program_that_dies_anywhere_is_gone_on_with_or_cleaned_up() {
    let name = "a_program_that_dies_anywhere_is_gone_on_with_or_cleaned_up";
    if let Ok(case) = std::env::var(CASE) {
        return child(&serde_json::from_str(&case).unwrap());
    }
    let with_lab = lab_or_skip(name);
    let only = std::env::var("GP_KILL_ONLY").unwrap_or_default();
    let cases: Vec<_> =
        cases(with_lab).into_iter().filter(|case| format!("{case:?}").contains(&only)).collect();
    let (next, died) = (AtomicU32::new(0), Mutex::new(BTreeSet::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, |count| count.get().min(4)) {
            scope.spawn(|| {
                let slot = Slot::new();
                while let Some((who, what, at)) =
                    cases.get(next.fetch_add(1, Ordering::SeqCst) as usize).copied()
                {
                    let case = Case { folder: slot.folder(), who, what, at };
                    let named = format!("{who:?} {what:?} {:?} {}", case.point(), at.1);
                    let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        slot.try_case(&case)
                    }));
                    let tried = tried.unwrap_or_else(|_| {
                        next.store(u32::MAX / 2, Ordering::SeqCst);
                        panic!("it died at {named}")
                    });
                    // A later passing there is not everywhere.
                    assert!(tried || at.1 > 0, "{named} is never reached");
                    if tried {
                        died.lock().unwrap().insert((format!("{who:?}"), format!("{what:?}"), at));
                    }
                }
                slot.place.check_nothing_runs();
            });
        }
    });
    let died = died.into_inner().unwrap();
    let points: BTreeSet<usize> = died.iter().map(|(_, _, (at, _))| *at).collect();
    let of = |who: &str| died.iter().filter(|(it, ..)| it == who).count();
    println!(
        "{} points × {} plans × 2 ways: {} deaths with a step per resource, {} with a stack, {} in a lab",
        points.len(),
        PLANS.len(),
        of("Fake"),
        of("Stack"),
        of("Lab")
    );
    assert!(
        !only.is_empty() || points.len() == Point::ALL.len(),
        "a point has no case: {points:?}"
    );
}
