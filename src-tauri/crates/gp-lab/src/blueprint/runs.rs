//! What really runs in a server or stands behind a service: the program of its first start, PostgreSQL. And what
//! such programs are told: variables, databases that they may use. Starts nothing.

use super::{
    Blueprint,
    names::short_name,
    user_data::{self, Script},
};
use gp_catalog::{
    mention::{self, Mention, Piece},
    resolved::{Instance, Resolved, ResolvedResource},
    told,
};
use gp_model::{Access, Id, LinkKind, Value};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::Ipv4Addr,
};

/// What runs in a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runs {
    /// What is to run when it starts for the first time.
    Script(Script),
    /// A database, where its programs are installed.
    Engine(Engine),
    /// A store of files.
    Store(Store),
    /// Nothing: the text for its first start is none that runs here.
    Nothing {
        /// Why.
        because: String,
        /// By what another text is told from this one.
        fingerprint: String,
    },
}

/// A database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engine {
    /// The version that is drawn, where one is.
    pub version: Option<String>,
    /// Where it listens.
    pub port: u16,
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// What it is called there.
    pub bucket: String,
    /// Where it listens.
    pub port: u16,
    /// Anybody may read.
    pub public: bool,
    /// Earlier versions are to be kept, which a lab's does not.
    pub versioning: bool,
    /// Which resources may do what.
    pub users: BTreeMap<Id, MayUse>,
}

/// What somebody may do with a bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MayUse {
    /// Get and list.
    pub reads: bool,
    /// Put and delete.
    pub writes: bool,
}

/// A database or a bucket that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Used {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
}

/// Puts programs into a blueprint that stands otherwise.
pub(super) fn add_runs(resolved: &Resolved, made: &mut Blueprint) {
    let databases = used(resolved, |one| Some(engine(resolved, one)?.port));
    let stores = used(resolved, |one| Some(store(one)?.port));
    let mut users = users(resolved);
    for (resource, instance) in resolved.instances() {
        let Some(space) = made.spaces.get_mut(&instance.address) else { continue };
        space.resource = resource.id.to_string();
        space.runs = runs(resolved, resource);
        if let Some(Runs::Store(store)) = &mut space.runs {
            store.users = users.remove(&resource.id).unwrap_or_default();
        }
        let of = |all: &BTreeMap<&Id, BTreeSet<Used>>| {
            all.get(&resource.id).into_iter().flatten().copied().collect()
        };
        space.uses = of(&databases);
        space.stores = of(&stores);
        space.environment = environment(resolved, resource);
    }
}

fn runs(resolved: &Resolved, resource: &ResolvedResource) -> Option<Runs> {
    if let Some(engine) = engine(resolved, resource) {
        return Some(Runs::Engine(engine));
    }
    if let Some(store) = store(resource) {
        return Some(Runs::Store(store));
    }
    let text = resource.text("user-data").filter(|text| !text.trim().is_empty())?;
    let script = match resource.text("os") {
        Some("windows") => Err("it is for Windows".to_owned()),
        _ => user_data::script(text),
    };
    Some(match script {
        Ok(script) => Runs::Script(script),
        Err(because) => Runs::Nothing { because, fingerprint: short_name(text) },
    })
}

/// A copy of another database takes its data from there, which a lab does not do: it stays a responder.
pub(crate) fn engine(resolved: &Resolved, resource: &ResolvedResource) -> Option<Engine> {
    let is_one = resource.kind == "database" && resource.text("engine") == Some("postgresql");
    let port = resource.services.first().filter(|_| is_one)?.ports.low;
    let version = resource.text("version").map(str::to_owned);
    (!is_copy(resolved, resource)).then_some(Engine { version, port })
}

/// Who may use it is put in afterwards.
fn store(resource: &ResolvedResource) -> Option<Store> {
    let port = resource.services.first().filter(|_| resource.kind == "bucket")?.ports.low;
    Some(Store {
        bucket: resource.id.to_string(),
        port,
        public: resource.flag("public"),
        versioning: resource.flag("versioning"),
        users: BTreeMap::new(),
    })
}

/// Whether a database is linked to another one, whose copy it is then.
pub(crate) fn is_copy(resolved: &Resolved, resource: &ResolvedResource) -> bool {
    let other = |id: &str| resolved.resource(id).is_some_and(|other| other.kind == "database");
    let mut links = resolved.links.values().filter(|link| link.kind == LinkKind::Attachment);
    resource.kind == "database" && links.any(|link| link.from == resource.id && other(&link.to))
}

/// Of everything that is linked to things with such a port: where they are.
fn used(
    resolved: &Resolved,
    port: impl Fn(&ResolvedResource) -> Option<u16>,
) -> BTreeMap<&Id, BTreeSet<Used>> {
    let mut found: BTreeMap<&Id, BTreeSet<Used>> = BTreeMap::new();
    for link in resolved.links.values().filter(|link| link.kind == LinkKind::Flow) {
        let Some(thing) = resolved.resource(&link.to) else { continue };
        let Some(port) = port(thing) else { continue };
        let addresses = thing.instances.iter().filter_map(|one| one.ip.or(one.public_ip));
        let all = addresses.map(|address| Used { address, port });
        found.entry(&link.from).or_default().extend(all);
    }
    found
}

/// Who may do what with whom.
fn users(resolved: &Resolved) -> BTreeMap<&Id, BTreeMap<Id, MayUse>> {
    let mut found: BTreeMap<&Id, BTreeMap<Id, MayUse>> = BTreeMap::new();
    for link in resolved.links.values() {
        for access in &link.access {
            let users = found.entry(&link.to).or_default();
            let may = users.entry(link.from.clone()).or_default();
            may.reads |= matches!(access, Access::Read | Access::Admin);
            may.writes |= matches!(access, Access::Write | Access::Admin);
        }
    }
    found
}

/// The variables that are drawn, filled in with what stands in the lab.
fn environment(resolved: &Resolved, resource: &ResolvedResource) -> BTreeMap<String, String> {
    let is_one = told::has_environment(&resource.kind, "environment");
    let drawn = resource.attributes.get("environment").filter(|_| is_one);
    let Some(Value::Table(table)) = drawn.map(|drawn| &drawn.value) else { return BTreeMap::new() };
    // What `${secret.NAME}` is, a lab does not know: such a variable is not there, rather than wrong.
    let is_known = |text: &String| !text.trim().starts_with("${secret.");
    let filled = table.iter().map(|(name, value)| (name.clone(), written(resolved, value)));
    filled.filter(|(_, text)| is_known(text)).collect()
}

fn written(resolved: &Resolved, value: &Value) -> String {
    let text = match value {
        Value::String(text) => text,
        Value::Bool(flag) => return flag.to_string(),
        Value::Integer(number) => return number.to_string(),
        Value::Float(number) => return number.to_string(),
        other => return serde_json::to_string(other).unwrap_or_default(),
    };
    let said = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Mention(mention) => told(resolved, mention).unwrap_or_default(),
    };
    mention::pieces(text).into_iter().map(said).collect()
}

/// What of a thing can be told where it stands in a lab.
fn told(resolved: &Resolved, mention: Mention<'_>) -> Option<String> {
    let thing = resolved.resource(mention.id)?;
    let is_meant = |one: &&Instance| {
        mention.key.is_none_or(|key| one.address == format!("{}[{key}]", thing.id))
    };
    let instance = thing.instances.iter().find(is_meant);
    let address = instance.and_then(|one| one.ip.or(one.public_ip)).map(|ip| ip.to_string());
    match mention.attribute {
        "address" => address,
        "port" => thing.services.first().map(|service| service.ports.low.to_string()),
        "url" => address.map(|address| format!("http://{address}")),
        _ => Some(thing.id.to_string()),
    }
}

/// One line for plans: another program is another line, and what it says is told by nothing but a fingerprint.
impl fmt::Display for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Script(script) => write!(f, "script {}", script.fingerprint()),
            Self::Engine(Engine { version: Some(version), .. }) => {
                write!(f, "PostgreSQL {version}")
            }
            Self::Engine(_) => f.write_str("PostgreSQL"),
            Self::Store(store) => {
                f.write_str(if store.public { "S3, public" } else { "S3" })?;
                store.users.iter().try_for_each(|(id, may)| {
                    let reads = if may.reads { " reads" } else { "" };
                    let writes = if may.writes { " writes" } else { "" };
                    write!(f, ", {id}{reads}{writes}")
                })
            }
            Self::Nothing { fingerprint, .. } => write!(f, "nothing {fingerprint}"),
        }
    }
}

impl Script {
    /// By what it is told from another one.
    pub fn fingerprint(&self) -> String {
        short_name(&format!("{:?}\n{}", self.interpreter, self.text))
    }
}
