//! Keeps the programs of a lab as the blueprint wants them: starts what is missing, ends what is no longer wanted,
//! and has the agent answer where a program does not. Each program has a task of its own, so that nothing waits
//! for one.

use super::{
    agent::Agent,
    log::Log,
    postgres::{self, Installed},
    program::{self, HOME, Program, Started},
    space::Netns,
};
use crate::{
    blueprint::{Blueprint, Engine, Runs, Script, Space},
    running::{Phase, Running},
};
use gp_model::{PortSpec, Protocol};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::Stdio,
    rc::Rc,
    time::Duration,
};
use tokio::{
    net::unix::pipe::Receiver,
    sync::{Notify, OnceCell},
    task::{JoinHandle, spawn_local, yield_now},
    time::{Instant, sleep, timeout},
};

/// Where all of it is, in the lab's folder. No volume is called so: their names have no dot.
pub const FOLDER: &str = ".programs";
/// How long a script may take until it listens where it is drawn; then somebody else answers there.
const SETTLES: Duration = Duration::from_secs(3);
/// How long a database may take until it takes connections.
const BEGINS: Duration = Duration::from_secs(15);
/// How long everything may take to end.
const ENDS: Duration = Duration::from_secs(3);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// All programs of a lab.
pub struct Services {
    running: BTreeMap<String, Service>,
    /// Those that are ending.
    ending: BTreeMap<String, JoinHandle<()>>,
    common: Rc<Common>,
}

/// What all of them need.
struct Common {
    home: Netns,
    agent: Rc<RefCell<Agent>>,
    folder: PathBuf,
    /// Of every database of this lab; made anew for each, kept in no state and no log.
    password: String,
    installed: OnceCell<Vec<Installed>>,
    /// The empty data folder of each version, made once.
    templates: RefCell<BTreeMap<PathBuf, Rc<OnceCell<PathBuf>>>>,
}

/// A program that is kept.
struct Service {
    wanted: Wanted,
    told: Rc<Told>,
    task: JoinHandle<()>,
}

/// What it is started for: another one of these is a new start.
#[derive(Clone, Debug, PartialEq)]
struct Wanted {
    runs: Runs,
    surroundings: Surroundings,
    ports: Vec<(Protocol, u16)>,
}

/// What a program in a server sees.
#[derive(Clone, Debug, PartialEq)]
struct Surroundings {
    environment: BTreeMap<String, String>,
    hostname: String,
    hosts: String,
    resolver: String,
    passwords: String,
}

/// What is known of it from outside.
struct Told {
    state: RefCell<(Phase, String)>,
    log: Log,
    stop: Notify,
}

impl Services {
    pub fn new(home: Netns, agent: Rc<RefCell<Agent>>, folder: &Path) -> io::Result<Self> {
        let common = Common {
            home,
            agent,
            folder: folder.join(FOLDER),
            password: random_word()?,
            installed: OnceCell::new(),
            templates: RefCell::default(),
        };
        Ok(Self { running: BTreeMap::new(), ending: BTreeMap::new(), common: Rc::new(common) })
    }

    /// Makes what runs agree with what is desired.
    pub fn agree(&mut self, desired: &Blueprint, places: &BTreeMap<String, Netns>) {
        let mut wanted = BTreeMap::new();
        for (name, space) in &desired.spaces {
            let Some(runs) = space.runs.clone().filter(|_| places.contains_key(name)) else {
                continue;
            };
            let surroundings = self.common.surroundings(desired, name, space);
            let ports = space.listeners.iter();
            let ports =
                ports.flat_map(|l| l.served().into_iter().map(|port| (l.ports.protocol, port)));
            wanted.insert(name, Wanted { runs, surroundings, ports: ports.collect() });
        }
        let stays = |name: &String, service: &Service| wanted.get(name) == Some(&service.wanted);
        let gone: Vec<String> = self
            .running
            .iter()
            .filter(|(n, s)| !stays(n, s))
            .map(|(name, _)| name.clone())
            .collect();
        for name in gone {
            let Some(service) = self.running.remove(&name) else { continue };
            service.told.stop.notify_one();
            self.ending.insert(name, service.task);
        }
        self.ending.retain(|_, task| !task.is_finished());
        for (name, wanted) in wanted {
            if !self.running.contains_key(name) {
                let service = self.start(name, &places[name], wanted);
                self.running.insert(name.clone(), service);
            }
        }
    }

    fn start(&mut self, name: &str, netns: &Netns, wanted: Wanted) -> Service {
        let told = Rc::new(Told {
            state: RefCell::new((Phase::Starting, "starts".to_owned())),
            log: Log::default(),
            stop: Notify::new(),
        });
        let keeper = Keeper {
            name: name.to_owned(),
            netns: netns.clone(),
            wanted: wanted.clone(),
            told: Rc::clone(&told),
            common: Rc::clone(&self.common),
        };
        if matches!(wanted.runs, Runs::Script(_)) {
            // Before the agent opens what the script is to open.
            self.common.agent.borrow_mut().hold_back(name);
        }
        let before = self.ending.remove(name);
        let task = spawn_local(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            keeper.keep().await;
        });
        Service { wanted, told, task }
    }

    /// What runs and what does not.
    pub fn running(&self) -> Vec<Running> {
        let one = |(name, service): (&String, &Service)| {
            let (phase, says) = service.told.state.borrow().clone();
            Running { space: name.clone(), phase, says }
        };
        self.running.iter().map(one).collect()
    }

    /// What the program of a server has said.
    pub fn log(&self, name: &str) -> Option<String> {
        self.running.get(name).map(|service| service.told.log.text())
    }

    /// Ends all of it; afterwards nobody writes into the lab's folder.
    pub async fn end(&mut self) {
        let tasks: Vec<JoinHandle<()>> = std::mem::take(&mut self.running)
            .into_values()
            .map(|service| {
                service.told.stop.notify_one();
                service.task
            })
            .chain(std::mem::take(&mut self.ending).into_values())
            .collect();
        let all = async {
            for task in tasks {
                let _ = task.await;
            }
        };
        let _ = timeout(ENDS, all).await;
    }

    /// A program in a server that is not one of its own: a shell, say.
    pub fn program(&self, desired: &Blueprint, name: &str, words: Vec<String>) -> Option<Program> {
        let surroundings = self.common.surroundings(desired, name, desired.spaces.get(name)?);
        Some(Program { words, ..self.common.program(name, surroundings) })
    }
}

impl Common {
    fn surroundings(&self, desired: &Blueprint, name: &str, space: &Space) -> Surroundings {
        let address = desired.cables.get(name).and_then(|cable| cable.end.address);
        let hostname = host_name(name);
        let own = address.map(|net| format!("{} {hostname}\n", net.addr())).unwrap_or_default();
        // Names of some domains only cannot be asked for elsewhere by what the system's library reads.
        let asked = space.asks.iter().find(|asks| asks.domain.is_empty()).or(space.asks.first());
        let servers: Vec<Ipv4Addr> = asked.map(|asks| asks.servers.clone()).unwrap_or_default();
        let servers = servers.iter().map(|server| format!("nameserver {server}\n"));
        let mut environment = space.environment.clone();
        let mut passwords = String::new();
        for used in &space.uses {
            let line =
                format!("{}:{}:*:{}:{}\n", used.address, used.port, postgres::USER, self.password);
            passwords.push_str(&line);
        }
        let mut set = |name: &str, value: String| {
            environment.entry(name.to_owned()).or_insert(value);
        };
        if !space.uses.is_empty() {
            set("PGUSER", postgres::USER.to_owned());
            set("PGDATABASE", postgres::DATABASE.to_owned());
            set("PGPASSFILE", format!("{HOME}/.pgpass"));
        }
        if let [used] = space.uses.as_slice() {
            set("PGHOST", used.address.to_string());
            set("PGPORT", used.port.to_string());
        }
        Surroundings {
            environment,
            hosts: format!("127.0.0.1 localhost\n{own}"),
            hostname,
            resolver: format!("{}options timeout:2 attempts:1\n", servers.collect::<String>()),
            passwords,
        }
    }

    fn program(&self, name: &str, surroundings: Surroundings) -> Program {
        let folder = self.folder.join(file_name(name));
        if !surroundings.passwords.is_empty() {
            // Without it programs are asked for a password, which says enough.
            let _ =
                program::put_file(&folder, "home/server/.pgpass", &surroundings.passwords, 0o600);
        }
        Program {
            environment: surroundings.environment,
            hostname: surroundings.hostname,
            hosts: surroundings.hosts,
            resolver: surroundings.resolver,
            folder,
            ..Program::default()
        }
    }
}

/// Who keeps one program.
struct Keeper {
    name: String,
    netns: Netns,
    wanted: Wanted,
    told: Rc<Told>,
    common: Rc<Common>,
}

impl Keeper {
    async fn keep(self) {
        match &self.wanted.runs {
            Runs::Nothing { because, .. } => {
                self.tell(Phase::Failed, format!("its first start is not run: {because}"));
                self.stopped().await;
            }
            Runs::Script(script) => {
                let _ = fs::remove_dir_all(self.folder());
                if let Err(why) = self.script(script).await {
                    self.tell(Phase::Failed, format!("its first start does not run: {why}"));
                    self.hand_back();
                    self.stopped().await;
                }
            }
            Runs::Engine(engine) => {
                if let Err(why) = self.engine(engine).await {
                    self.tell(Phase::Failed, format!("a responder on its port: {why}"));
                    self.hand_back();
                    self.stopped().await;
                }
            }
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
        let open = self.netns.within(&self.common.home, open_ports).unwrap_or_default();
        self.wanted.ports.iter().all(|port| open.contains(port))
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
        self.common.agent.borrow_mut().hold_back(&self.name);
        yield_now().await;
        let mut started = self.run(&program)?;
        let from = Instant::now();
        let ready = async {
            while from.elapsed() < BEGINS && !postgres::is_ready(&self.folder()) {
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
        self.tell(Phase::Runs, postgres::words(chosen, engine));
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

/// `app[0]` → `app-0`
fn host_name(name: &str) -> String {
    let plain = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let plain = plain.trim_matches('-');
    plain.chars().take(63).collect()
}

/// A folder's name for a namespace's; never one that begins with a dot.
fn file_name(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_")
}

fn random_word() -> io::Result<String> {
    use io::Read as _;
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_called_as_it_is_drawn() {
        assert_eq!(host_name("app[0]"), "app-0");
        assert_eq!(host_name("orders"), "orders");
        assert_eq!(file_name("../x[1]"), "___x_1_");
    }
}
