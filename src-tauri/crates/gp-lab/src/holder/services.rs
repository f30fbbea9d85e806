//! Keeps the programs of a lab as the blueprint wants them: starts what is missing, ends what is no longer wanted,
//! and has the agent answer where a program does not. Each program has a task of its own, so that nothing waits
//! for one.

use super::{
    agent::Agent,
    keeper::Keeper,
    log::Log,
    postgres::{self, Installed},
    program::{self, HOME, Program},
    space::Netns,
};
use crate::{
    blueprint::{Blueprint, Runs, Space, short_name},
    running::{Phase, Running},
};
use gp_model::Protocol;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};
use tokio::{
    sync::{Notify, OnceCell},
    task::{JoinHandle, spawn_local},
    time::timeout,
};

/// Where all of it is, in the lab's folder. No volume is called so: their names have no dot.
pub const FOLDER: &str = ".programs";
/// What clients of stores call the region: the name means nothing here, and they want one.
const REGION: &str = "us-east-1";
/// How long everything may take to end.
const ENDS: Duration = Duration::from_secs(3);

/// All programs of a lab.
pub struct Services {
    running: BTreeMap<String, Service>,
    /// Those that are ending.
    ending: BTreeMap<String, JoinHandle<()>>,
    common: Rc<Common>,
}

/// What all of them need.
pub struct Common {
    pub home: Netns,
    pub agent: Rc<RefCell<Agent>>,
    pub folder: PathBuf,
    /// Of every database of this lab; made anew for each, kept in no state and no log.
    pub password: String,
    /// The keys of those who use stores: id and secret.
    keys: RefCell<BTreeMap<String, (String, String)>>,
    pub installed: OnceCell<Vec<Installed>>,
    /// The empty data folder of each version, made once.
    pub templates: RefCell<BTreeMap<PathBuf, Rc<OnceCell<PathBuf>>>>,
}

/// A program that is kept.
struct Service {
    wanted: Wanted,
    told: Rc<Told>,
    task: JoinHandle<()>,
}

/// What it is started for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub runs: Runs,
    pub surroundings: Surroundings,
    pub ports: Vec<(Protocol, u16)>,
}

/// What a program in a server sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Surroundings {
    environment: BTreeMap<String, String>,
    hostname: String,
    hosts: String,
    resolver: String,
    passwords: String,
}

impl Wanted {
    /// Whether whoever was started for the other one need not be started anew.
    fn is_same_start(&self, other: &Self) -> bool {
        let started = |wanted: &Self| {
            let with = &wanted.surroundings;
            (wanted.runs.clone(), with.environment.clone(), with.passwords.clone())
        };
        started(self) == started(other)
    }
}

/// What is known of it from outside.
pub struct Told {
    pub state: RefCell<(Phase, String)>,
    pub log: Log,
    pub stop: Notify,
    /// When it stops, its files go, too.
    pub takes_all: Cell<bool>,
}

impl Services {
    pub fn new(home: Netns, agent: Rc<RefCell<Agent>>, folder: &Path) -> io::Result<Self> {
        let common = Common {
            home,
            agent,
            folder: folder.join(FOLDER),
            password: random_word()?,
            keys: RefCell::default(),
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
        let stays = |name: &String, service: &Service| {
            wanted.get(name).is_some_and(|wanted| wanted.is_same_start(&service.wanted))
        };
        let gone: Vec<String> = self
            .running
            .iter()
            .filter(|(name, service)| !stays(name, service))
            .map(|(name, _)| name.clone())
            .collect();
        for name in gone {
            let Some(service) = self.running.remove(&name) else { continue };
            // Whoever is started anew finds what was there.
            service.told.takes_all.set(!wanted.contains_key(&name));
            service.told.stop.notify_one();
            self.ending.insert(name, service.task);
        }
        self.ending.retain(|_, task| !task.is_finished());
        for (name, wanted) in wanted {
            if let Some(service) = self.running.get_mut(name) {
                if service.wanted.surroundings != wanted.surroundings {
                    // What it reads again each time is brought up to date where it stands.
                    let folder = self.common.folder.join(file_name(name));
                    let _ = fs::write(folder.join("hosts"), &wanted.surroundings.hosts);
                    let _ = fs::write(folder.join("resolv.conf"), &wanted.surroundings.resolver);
                }
                service.wanted = wanted;
                continue;
            }
            let service = self.start(name, &places[name], wanted);
            self.running.insert(name.clone(), service);
        }
    }

    fn start(&mut self, name: &str, netns: &Netns, wanted: Wanted) -> Service {
        let told = Rc::new(Told {
            state: RefCell::new((Phase::Starting, "starts".to_owned())),
            log: Log::default(),
            stop: Notify::new(),
            takes_all: Cell::new(false),
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
            self.common.agent.borrow_mut().hold_back(name, None);
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
}

impl Services {
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
        if !space.stores.is_empty() {
            let (key, secret) = self.key(&space.resource);
            set("AWS_ACCESS_KEY_ID", key);
            set("AWS_SECRET_ACCESS_KEY", secret);
            set("AWS_REGION", REGION.to_owned());
            set("AWS_DEFAULT_REGION", REGION.to_owned());
        }
        if let [store] = space.stores.as_slice() {
            set("AWS_ENDPOINT_URL_S3", format!("http://{}:{}", store.address, store.port));
        }
        Surroundings {
            environment,
            hosts: format!("127.0.0.1 localhost\n{own}"),
            hostname,
            resolver: format!("{}options timeout:2 attempts:1\n", servers.collect::<String>()),
            passwords,
        }
    }

    /// The key of a resource: its id and its secret, the same for as long as the lab runs.
    pub fn key(&self, resource: &str) -> (String, String) {
        let mut keys = self.keys.borrow_mut();
        let id = format!("LAB{}", short_name(resource).to_uppercase());
        let new = || (id, random_word().unwrap_or_else(|_| self.password.clone()));
        keys.entry(resource.to_owned()).or_insert_with(new).clone()
    }

    pub fn program(&self, name: &str, surroundings: Surroundings) -> Program {
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

/// `app[0]` → `app-0`
pub fn host_name(name: &str) -> String {
    let plain = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let plain = plain.trim_matches('-');
    plain.chars().take(63).collect()
}

/// A folder's name for a namespace's; never one that begins with a dot.
pub fn file_name(name: &str) -> String {
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
