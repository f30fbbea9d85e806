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
use gp_model::{Id, LinkKind, Value};
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

/// A database that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Used {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
}

/// Puts programs into a blueprint that stands otherwise.
pub(super) fn add_runs(resolved: &Resolved, made: &mut Blueprint) {
    let used = used(resolved);
    for (resource, instance) in resolved.instances() {
        let Some(space) = made.spaces.get_mut(&instance.address) else { continue };
        space.runs = runs(resolved, resource);
        space.uses = used.get(&resource.id).into_iter().flatten().copied().collect();
        space.environment = environment(resolved, resource);
    }
}

fn runs(resolved: &Resolved, resource: &ResolvedResource) -> Option<Runs> {
    if let Some(engine) = engine(resolved, resource) {
        return Some(Runs::Engine(engine));
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

/// Whether a database is linked to another one, whose copy it is then.
pub(crate) fn is_copy(resolved: &Resolved, resource: &ResolvedResource) -> bool {
    let other = |id: &str| resolved.resource(id).is_some_and(|other| other.kind == "database");
    let mut links = resolved.links.values().filter(|link| link.kind == LinkKind::Attachment);
    resource.kind == "database" && links.any(|link| link.from == resource.id && other(&link.to))
}

/// Of everything that uses databases: which.
fn used(resolved: &Resolved) -> BTreeMap<&Id, BTreeSet<Used>> {
    let mut found: BTreeMap<&Id, BTreeSet<Used>> = BTreeMap::new();
    for link in resolved.links.values().filter(|link| link.kind == LinkKind::Flow) {
        let Some(database) = resolved.resource(&link.to) else { continue };
        let Some(Engine { port, .. }) = engine(resolved, database) else { continue };
        let addresses = database.instances.iter().filter_map(|instance| instance.ip);
        let all = addresses.map(|address| Used { address, port });
        found.entry(&link.from).or_default().extend(all);
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
