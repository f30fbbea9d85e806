//! Nodes of load balancers while they run: which targets are healthy, and the proxy between
//! client and target. Kernel balancing uses the same health; its rules are rewritten when a
//! target changes sides.

use super::{counters::Carried, firewall, space::Netns};
use crate::{
    blueprint::{Balancer, HealthCheck, Space, spread_rules},
    live::Health,
    nft::Rule,
};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    io,
    net::{Ipv4Addr, SocketAddr},
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpSocket, TcpStream},
    sync::Mutex,
    task::{AbortHandle, spawn_local},
    time::{sleep, timeout},
};

/// Between two rounds of health checks: with two failures of [`PATIENCE`] a dead target is out within a second and a half.
const ROUND: Duration = Duration::from_millis(300);
/// A target that has not answered by then is ill.
const PATIENCE: Duration = Duration::from_millis(300);
/// Failures in a row that take a target out.
const ENOUGH: u32 = 2;

type Target = (Ipv4Addr, u16);

/// All nodes of a lab.
pub struct Nodes {
    home: Netns,
    pub carried: Carried,
    /// Whoever has it loads rules: of two that load those of one namespace, the newer come last.
    loading: Rc<Mutex<()>>,
    running: BTreeMap<String, (Rc<Node>, AbortHandle)>,
}

/// One node.
pub struct Node {
    home: Netns,
    name: String,
    netns: Netns,
    /// Changes while listeners hold the node.
    balancer: RefCell<Rc<Balancer>>,
    /// Everything but what spreads, for rewriting.
    rules: RefCell<Vec<Rule>>,
    failures: RefCell<BTreeMap<Target, u32>>,
    /// Since when each is what it is.
    since: RefCell<BTreeMap<Target, Instant>>,
    turn: Cell<usize>,
    loading: Rc<Mutex<()>>,
    carried: Carried,
}

impl Nodes {
    pub fn new(home: Netns) -> Self {
        Self { home, carried: Carried::default(), loading: Rc::default(), running: BTreeMap::new() }
    }

    /// Starts, changes or stops the node of a namespace.
    pub fn set(&mut self, name: &str, netns: &Netns, space: &Space) {
        let Some(balancer) = &space.balancer else { return self.stop(name) };
        if let Some((node, _)) = self.running.get(name) {
            node.rules.borrow_mut().clone_from(&space.rules);
            *node.balancer.borrow_mut() = Rc::new(balancer.clone());
            return;
        }
        let node = Rc::new(Node {
            home: self.home.clone(),
            name: name.into(),
            netns: netns.clone(),
            balancer: RefCell::new(Rc::new(balancer.clone())),
            rules: RefCell::new(space.rules.clone()),
            failures: RefCell::default(),
            since: RefCell::default(),
            turn: Cell::new(0),
            loading: Rc::clone(&self.loading),
            carried: self.carried.clone(),
        });
        let task = spawn_local(watch(Rc::clone(&node)));
        self.running.insert(name.into(), (node, task.abort_handle()));
    }

    pub fn stop(&mut self, name: &str) {
        if let Some((_, task)) = self.running.remove(name) {
            task.abort();
        }
    }

    pub fn node(&self, name: &str) -> Option<Rc<Node>> {
        self.running.get(name).map(|(node, _)| Rc::clone(node))
    }

    /// How the targets of every node are, as far as they were asked.
    pub fn health(&self) -> Vec<Health> {
        let nodes = self.running.iter();
        nodes.flat_map(|(space, (node, _))| node.health(space)).collect()
    }

    /// See [`Nodes::loading`].
    pub fn loading(&self) -> Rc<Mutex<()>> {
        Rc::clone(&self.loading)
    }

    /// The rules of a namespace, those of its balancer included. A target counts as healthy
    /// until it was asked.
    pub fn rules(&self, name: &str, space: &Space) -> Vec<Rule> {
        let mut rules = space.rules.clone();
        if let Some(balancer) = &space.balancer {
            let node = self.running.get(name).map(|(node, _)| node);
            rules
                .extend(spread_rules(balancer, |target| node.is_none_or(|n| n.is_healthy(target))));
        }
        rules
    }
}

async fn watch(node: Rc<Node>) {
    loop {
        let targets: BTreeSet<Target> =
            node.balancer().pools.iter().flat_map(|pool| pool.targets.iter().copied()).collect();
        let asked = targets.iter().map(|target| node.ask(*target));
        let answers = futures::future::join_all(asked).await;
        let mut changed = false;
        for (target, healthy) in targets.iter().zip(answers) {
            let before = node.is_healthy(*target);
            let mut failures = node.failures.borrow_mut();
            let count = failures.entry(*target).or_default();
            *count = if healthy { 0 } else { *count + 1 };
            drop(failures);
            let changes = before != node.is_healthy(*target);
            let mut since = node.since.borrow_mut();
            if changes || !since.contains_key(target) {
                since.insert(*target, Instant::now());
            }
            changed |= changes;
        }
        if changed {
            node.spread_again().await;
        }
        sleep(ROUND).await;
    }
}

impl Node {
    fn balancer(&self) -> Rc<Balancer> {
        Rc::clone(&self.balancer.borrow())
    }

    fn is_healthy(&self, target: Target) -> bool {
        self.failures.borrow().get(&target).is_none_or(|failures| *failures < ENOUGH)
    }

    fn health(&self, space: &str) -> Vec<Health> {
        let balancer = self.balancer();
        let targets: BTreeSet<Target> =
            balancer.pools.iter().flat_map(|pool| pool.targets.iter().copied()).collect();
        let since = self.since.borrow();
        let asked = targets.into_iter().filter_map(|target| {
            let seconds = since.get(&target)?.elapsed().as_secs() as u32;
            let (address, port) = target;
            let healthy = self.is_healthy(target);
            Some(Health { space: space.to_owned(), address, port, healthy, seconds })
        });
        asked.collect()
    }

    async fn spread_again(&self) {
        let _turn = self.loading.lock().await;
        self.carried.keep(&self.home, &self.name, &self.netns);
        let spread = spread_rules(&self.balancer(), |target| self.is_healthy(target));
        let rules = self.rules.borrow().iter().cloned().chain(spread).collect();
        let sets = [(self.name.clone(), self.netns.clone(), rules)];
        if let Err(message) = firewall::load(&self.home, &sets).await {
            tracing::warn!(node = %self.name, %message, "cannot change targets");
        }
    }

    /// A connection from this node's namespace.
    async fn connect(&self, target: Target) -> io::Result<TcpStream> {
        let socket = self.netns.within(&self.home, TcpSocket::new_v4)??;
        timeout(PATIENCE, socket.connect(SocketAddr::from(target))).await?
    }

    async fn ask(&self, (address, port): Target) -> bool {
        let balancer = self.balancer();
        let HealthCheck { path, port: other } = &balancer.check;
        let Ok(mut stream) = self.connect((address, other.unwrap_or(port))).await else {
            return false;
        };
        let Some(path) = path else { return true };
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        let talk = async {
            stream.write_all(request.as_bytes()).await?;
            let mut start = [0; 12];
            stream.read_exact(&mut start).await.map(|_| matches!(start[9], b'2' | b'3'))
        };
        matches!(timeout(PATIENCE, talk).await, Ok(Ok(true)))
    }

    /// Passes a client on to the next healthy target, or to the one after; where all are ill, to any.
    pub async fn forward(&self, mut client: TcpStream, pool: usize) -> io::Result<()> {
        let balancer = self.balancer();
        let targets = balancer.pools.get(pool).map(|pool| &*pool.targets).unwrap_or_default();
        let none_is_healthy = !targets.iter().any(|target| self.is_healthy(*target));
        for _ in 0..targets.len() {
            let turn = self.turn.get();
            self.turn.set(turn.wrapping_add(1));
            let target = targets[turn % targets.len()];
            if !(none_is_healthy || self.is_healthy(target)) {
                continue;
            }
            if let Ok(mut server) = self.connect(target).await {
                copy_bidirectional(&mut client, &mut server).await?;
                return Ok(());
            }
        }
        let body = "no target takes connections\n";
        let text = format!(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        client.write_all(text.as_bytes()).await?;
        client.shutdown().await
    }
}
