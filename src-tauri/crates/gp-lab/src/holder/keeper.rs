//! Keeps one program of a lab: starts it, waits until it does its work, has the agent answer where it does not, ends
//! it. One task each, which ends when it is told to stop.

use super::{
    postgres::{self, Installed},
    program::{self, Program, Started},
    services::{Common, Told, Wanted, file_name},
    space::Netns,
    store::{self, Settings, User},
};
use crate::{
    blueprint::{Engine, Runs, Script, Store},
    running::Phase,
};
use caps::Capability;
use gp_model::{PortSpec, Protocol};
use std::{collections::BTreeSet, fs, io, path::PathBuf, process::Stdio, rc::Rc, time::Duration};
use tokio::{
    net::unix::pipe::Receiver,
    task::{spawn_local, yield_now},
    time::{Instant, sleep},
};

/// How long a script may take until it listens where it is drawn; then somebody else answers there.
const SETTLES: Duration = Duration::from_secs(3);
/// How long a database or a store may take until it takes connections.
const BEGINS: Duration = Duration::from_secs(15);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// Who keeps one program.
pub struct Keeper {
    pub name: String,
    pub netns: Netns,
    pub wanted: Wanted,
    pub told: Rc<Told>,
    pub common: Rc<Common>,
}

impl Keeper {
    pub async fn keep(self) {
        let kept = match &self.wanted.runs {
            Runs::Nothing { because, .. } => Err(format!("its first start is not run: {because}")),
            Runs::Script(script) => {
                let _ = fs::remove_dir_all(self.folder());
                let ran = self.script(script).await;
                ran.map_err(|why| format!("its first start does not run: {why}"))
            }
            Runs::Store(store) => {
                let ran = self.store(store).await;
                ran.map_err(|why| format!("a responder over plain HTTP: {why}"))
            }
            Runs::Engine(engine) => {
                let ran = self.engine(engine).await;
                ran.map_err(|why| format!("a responder on its port: {why}"))
            }
        };
        if let Err(says) = kept {
            self.tell(Phase::Failed, says);
            self.hand_back();
            self.stopped().await;
        }
        if self.told.takes_all.get() {
            let _ = fs::remove_dir_all(self.folder());
        }
    }

    async fn stopped(&self) {
        self.told.stop.notified().await;
    }

    fn tell(&self, phase: Phase, says: String) {
        self.told.log.note(&says);
        *self.told.state.borrow_mut() = (phase, says);
    }

    fn folder(&self) -> PathBuf {
        self.common.folder.join(file_name(&self.name))
    }

    fn surroundings(&self) -> Program {
        self.common.program(&self.name, self.wanted.surroundings.clone())
    }

    /// The agent answers on what is drawn and nobody has.
    fn hand_back(&self) -> Vec<PortSpec> {
        self.common.agent.borrow_mut().hand_back(&self.name)
    }

    fn run(&self, program: &Program) -> Result<Started, String> {
        let begin = || {
            let (said, saying) = io::pipe()?;
            let said = Receiver::from_owned_fd(said.into())?;
            let output = Stdio::from(saying.try_clone()?);
            let started = program.start(&self.netns, Stdio::null(), output, saying.into())?;
            spawn_local(self.told.log.clone().listen(said));
            Ok::<_, io::Error>(started)
        };
        let what = program.words.first().map_or("", |word| word);
        begin().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => format!("there is no {what} on this machine"),
            _ => format!("{what} cannot be started: {error}"),
        })
    }

    async fn script(&self, script: &Script) -> Result<(), String> {
        for line in &script.left_out {
            self.told.log.note(line);
        }
        let mut program = self.surroundings();
        program::put_file(&program.folder, "run/first-start", &script.text, 0o700)
            .map_err(|error| format!("its text cannot be written: {error}"))?;
        program.words = script.interpreter.clone();
        program.words.push("/run/first-start".to_owned());
        program.lingers = true;
        // The agent's sockets are closed when their tasks are next looked at.
        yield_now().await;
        let mut started = self.run(&program)?;
        let left = started.leaving();
        let told = Rc::clone(&self.told);
        let noted = spawn_local(async move {
            let code = left.await;
            told.log.note(&format!("its first start ended with {code}"));
            code
        });
        let from = Instant::now();
        let listens = async {
            while from.elapsed() < SETTLES && !self.is_open_everywhere() {
                sleep(LOOK).await;
            }
        };
        tokio::select! {
            () = listens => {}
            _ = started.ended() => {}
            () = self.stopped() => {
                started.end().await;
                return Ok(());
            }
        }
        for port in self.hand_back() {
            self.told.log.note(&format!("nothing listens on {port}: a responder answers there"));
        }
        if !noted.is_finished() {
            *self.told.state.borrow_mut() = (Phase::Runs, "its first start runs".to_owned());
        }
        tokio::pin!(noted);
        let ended = tokio::select! {
            code = &mut noted => code.unwrap_or(1),
            () = self.stopped() => {
                started.end().await;
                return Ok(());
            }
        };
        let (phase, says) = match ended {
            0 => (Phase::Ended, "its first start ended well".to_owned()),
            code => (Phase::Failed, format!("its first start ended with {code}")),
        };
        *self.told.state.borrow_mut() = (phase, says);
        tokio::select! {
            _ = started.ended() => {
                self.hand_back();
                self.stopped().await;
            }
            () = self.stopped() => started.end().await,
        }
        Ok(())
    }

    /// Whether somebody has every drawn port.
    fn is_open_everywhere(&self) -> bool {
        let open = self.open();
        self.wanted.ports.iter().all(|port| open.contains(port))
    }

    /// Every port that somebody has.
    fn open(&self) -> BTreeSet<(Protocol, u16)> {
        self.netns.within(&self.common.home, open_ports).unwrap_or_default()
    }

    async fn engine(&self, engine: &Engine) -> Result<(), String> {
        let installed = self.common.installed.get_or_init(postgres::installed).await;
        let Some(chosen) = postgres::nearest(installed, engine.version.as_deref()) else {
            return Err("PostgreSQL is not installed: sudo apt install postgresql".to_owned());
        };
        tokio::select! {
            made = self.data(chosen) => made?,
            () = self.stopped() => return Ok(()),
        }
        let program = postgres::serve(self.surroundings(), chosen, engine);
        let folder = self.folder();
        let says = postgres::words(chosen, engine);
        self.serve(&program, engine.port, || postgres::is_ready(&folder), says).await
    }

    async fn store(&self, store: &Store) -> Result<(), String> {
        let mut program = self.surroundings();
        let users = store.users.iter().map(|(resource, access)| {
            let (key, secret) = self.common.key(resource);
            (key, User { secret, reads: access.reads, writes: access.writes })
        });
        let settings = Settings {
            bucket: store.bucket.clone(),
            port: store.port,
            public: store.public,
            users: users.collect(),
        };
        let text = serde_json::to_string(&settings).map_err(|error| error.to_string())?;
        program::put_file(&program.folder, "run/store.json", &text, 0o600)
            .map_err(|error| format!("its settings cannot be written: {error}"))?;
        // This program again, in whatever place it lies.
        program.words = vec!["/proc/self/exe".to_owned(), store::ARGUMENT.to_owned()];
        program.keeps = vec![Capability::CAP_NET_BIND_SERVICE];
        let without = if store.versioning { ", without TLS and versions" } else { ", without TLS" };
        let says = format!("speaks S3 over plain HTTP{without}");
        let is_ready = || self.open().contains(&(Protocol::Tcp, store.port));
        self.serve(&program, store.port, is_ready, says).await
    }

    /// Runs what takes the place of the agent for as long as it is wanted.
    async fn serve(
        &self,
        program: &Program,
        port: u16,
        is_ready: impl Fn() -> bool,
        says: String,
    ) -> Result<(), String> {
        self.common.agent.borrow_mut().hold_back(&self.name, Some(port));
        // The agent's sockets are closed when their tasks are next looked at.
        yield_now().await;
        let mut started = self.run(program)?;
        let from = Instant::now();
        let ready = async {
            while from.elapsed() < BEGINS && !is_ready() {
                sleep(LOOK).await;
            }
        };
        tokio::select! {
            () = ready => {}
            code = started.ended() => return Err(ended(code)),
            () = self.stopped() => {
                started.end().await;
                return Ok(());
            }
        }
        if !is_ready() {
            started.end().await;
            return Err(format!("it was not ready after {} s", BEGINS.as_secs()));
        }
        self.tell(Phase::Runs, says);
        self.hand_back();
        tokio::select! {
            code = started.ended() => Err(ended(code)),
            () = self.stopped() => {
                started.end().await;
                Ok(())
            }
        }
    }

    /// Its data folder: as it was left, or a copy of the empty one.
    async fn data(&self, installed: &Installed) -> Result<(), String> {
        let cell = {
            let mut templates = self.common.templates.borrow_mut();
            Rc::clone(templates.entry(installed.folder.clone()).or_default())
        };
        let template = cell.get_or_try_init(|| self.template(installed)).await?;
        let folder = self.folder();
        let made = fs::read_to_string(postgres::data(&folder).join("PG_VERSION"));
        let empty = fs::read_to_string(postgres::data(template).join("PG_VERSION"));
        if made.is_ok_and(|made| empty.is_ok_and(|empty| empty == made)) {
            let _ = fs::remove_file(postgres::data(&folder).join("postmaster.pid"));
            return Ok(());
        }
        let cannot = |error: io::Error| format!("its data folder cannot be made: {error}");
        // Makes the folder that it is to stand in.
        program::put_file(&folder, "home/server/.psqlrc", "", 0o600).map_err(cannot)?;
        let _ = fs::remove_dir_all(postgres::data(&folder));
        postgres::copy(template, &folder).await.map_err(cannot)
    }

    async fn template(&self, installed: &Installed) -> Result<PathBuf, String> {
        let major = installed.version.split('.').next().unwrap_or_default();
        let folder = self.common.folder.join(format!(".postgresql-{major}"));
        let surroundings = Program { folder: folder.clone(), ..self.surroundings() };
        let cannot = |error: io::Error| format!("initdb cannot be prepared: {error}");
        let program = postgres::initialise(surroundings, installed, &self.common.password);
        let code = self.run(&program.map_err(cannot)?)?.ended().await;
        match code {
            Ok(0) => {}
            code => return Err(format!("initdb failed: {}", ended(code))),
        }
        postgres::open_up(&folder).map_err(cannot)?;
        Ok(folder)
    }
}

fn ended(code: io::Result<i32>) -> String {
    match code {
        Ok(code) => format!("it ended with {code}; its log says why"),
        Err(error) => error.to_string(),
    }
}

/// Every port of this thread's namespace that somebody has.
fn open_ports() -> BTreeSet<(Protocol, u16)> {
    const LISTENS: &str = "0A";
    const UNCONNECTED: &str = "07";
    let mut found = BTreeSet::new();
    let tables = [("tcp", LISTENS), ("tcp6", LISTENS), ("udp", UNCONNECTED), ("udp6", UNCONNECTED)];
    for (table, state) in tables {
        let protocol = if table.starts_with("tcp") { Protocol::Tcp } else { Protocol::Udp };
        let text = fs::read_to_string(format!("/proc/thread-self/net/{table}")).unwrap_or_default();
        let rows = text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
        found.extend(rows.filter_map(|row| {
            let (_, port) = row.get(1)?.rsplit_once(':')?;
            let port = u16::from_str_radix(port, 16).ok()?;
            (*row.get(3)? == state).then_some((protocol, port))
        }));
    }
    found
}
