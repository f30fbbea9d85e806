//! What a kind file says. One TOML file per kind below `kinds/FAMILY/`, embedded.

use foldhash::fast::FixedState;
use gp_model::{LinkKind, PortSpec, Provider, Value};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The group a kind stands in; tints its icon and orders the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Accounts, regions, zones, sites.
    Place,
    /// Networks and what stands in them.
    Network,
    /// Things that run.
    Compute,
    /// Things that keep.
    Storage,
    /// Databases, queues.
    Data,
    /// Identities, keys, firewalls for the web.
    Security,
    /// Internet, users, other systems.
    Actor,
    /// Notes and frames: they mean nothing.
    Annotation,
}

/// Everything the program knows of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Kind {
    /// The word in the file; the file's name, not repeated inside it.
    #[serde(default)]
    pub id: String,
    /// What people read: "Load balancer".
    pub title: String,
    /// Shorter, for the palette: "Balancer". The title where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// One line of help.
    pub help: String,
    /// Its group.
    pub family: Family,
    /// The icon's file name without `.svg` (icons live in `gp-catalog/icons/`). A user's own kind
    /// may leave it out: then it has the picture beside its file, or its family's.
    #[serde(default)]
    pub icon: String,
    /// Its place in the palette within its family, small first.
    #[serde(default)]
    pub order: u32,
    /// Words somebody may search for ("vpc", "vnet").
    #[serde(default)]
    pub search: Vec<String>,
    /// Whether it can hold others.
    #[serde(default)]
    pub container: bool,
    /// What it runs is deployed on this, whatever provider it itself is on: a workload in a cluster
    /// on AWS has its counterparts on Kubernetes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Provider>,
    /// Kinds it may stand in; `root` for the top of the design.
    pub parents: Vec<String>,
    /// In a user's own file: kinds of the program that may stand in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<String>,
    /// Size when drawn: `[width, height]`.
    pub size: [i32; 2],
    /// What the card's second line (or a container's header) says:
    /// `"{engine} {version}{standby? · standby}"`; see [`crate::summary`].
    #[serde(default)]
    pub summary: String,
    /// What may be linked to it and from it.
    #[serde(default)]
    pub links: Vec<LinkEnd>,
    /// In a user's own file: what kinds of the program may be linked to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked_from: Vec<LinkFrom>,
    /// Services it offers by default; attribute `services` replaces them where the kind has it.
    #[serde(default)]
    pub services: Vec<ServiceSpec>,
    /// Attributes in the order of the inspector.
    #[serde(default)]
    pub attributes: IndexMap<String, Attribute>,
    /// Zones it needs at least, per provider.
    #[serde(default)]
    pub min_zones: IndexMap<Provider, u32>,
    /// What it needs of the platform to work.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Ranges a provider demands beside it.
    #[serde(default)]
    pub companions: IndexMap<Provider, Vec<CompanionRange>>,
    /// Its counterparts, main one first. A provider that is missing has none: a diagnostic.
    #[serde(default)]
    pub counterparts: IndexMap<Provider, Vec<String>>,
    /// Whether it has an IPv6 address too where its tier has a range.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dual_stack: bool,
    /// Whether it only takes part in links and intents, and deploys nothing.
    #[serde(default)]
    pub actor: bool,
    /// Key of its published availability figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    /// What a provider bills for it; nothing where it costs nothing anywhere.
    #[serde(default)]
    pub price: Vec<Meter>,
}

/// One thing that a provider bills; what it asks for it stands in `tables/prices.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Meter {
    /// Its name in price lists: `server`, `public-address`.
    pub meter: String,
    /// Which of its rows, with `{attribute}`s filled in: `"{engine} {instance-class}"`. Empty where it has one.
    #[serde(default)]
    pub of: String,
    /// Attribute whose gibibytes are billed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Attribute whose number it is billed for each instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
    /// What is billed once each.
    #[serde(default)]
    pub each: Each,
    /// Billed only where attributes have these values.
    #[serde(default)]
    pub when: IndexMap<String, Value>,
    /// Providers that bill it; empty: every one.
    #[serde(default)]
    pub on: Vec<Provider>,
    /// Billed by use that no drawing says: the price is told, and is in no sum.
    #[serde(default)]
    pub by_use: bool,
}

/// What a meter counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Each {
    /// Every instance.
    #[default]
    Instance,
    /// Every instance with a private address.
    Address,
    /// Every instance with a public address.
    PublicAddress,
    /// The resource, however many instances it has.
    Resource,
    /// Every peering link at it: each tunnel to a site.
    Peering,
    /// Everything that hangs on it; tunnels one by one.
    Attachment,
}

/// One end that a kind offers to links.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LinkEnd {
    /// Which link kind.
    pub kind: LinkKind,
    /// Kinds it may go to from here.
    #[serde(default)]
    pub to: Vec<String>,
}

/// One end that other kinds get from a user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LinkFrom {
    /// Which link kind.
    pub kind: LinkKind,
    /// Kinds it may come from.
    pub from: Vec<String>,
}

/// A platform service that a kind needs unless the user removes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Name resolution.
    Resolver,
    /// Clock.
    Time,
    /// Instance metadata.
    Metadata,
    /// Operating system packages.
    Packages,
    /// Log ingestion.
    Logs,
    /// Container images.
    Registry,
    /// Secret store.
    Secrets,
    /// The provider's control plane.
    ControlPlane,
}

/// A service that listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceSpec {
    /// Its name: `http`, `postgresql`.
    pub name: String,
    /// `tcp/5432`; for a database `"engine"`: the port of the chosen engine; for a storage array
    /// `"protocol"`: the port of its protocol, where that has one.
    pub ports: String,
}

/// A range that a provider demands beside a thing (a gateway's subnet).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CompanionRange {
    /// The provider's name for it.
    pub name: String,
    /// Prefix length.
    pub prefix: u8,
}

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeType {
    /// One line of text.
    Text,
    /// Several lines (Markdown, user data).
    LongText,
    /// Where a region is; those that we know on the clouds are offered.
    City,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Bool,
    /// One of [`Attribute::choices`].
    Choice,
    /// An amount of bytes with a unit: `"4 GiB"`.
    Size,
    /// A stretch of time with a unit: `"30 days"`.
    Duration,
    /// An IPv4 network.
    Cidr,
    /// An IPv6 range such as `fd12:3456:789a:100::/56`; limits are of its fixed bits.
    Cidr6,
    /// An address.
    Address,
    /// A domain name.
    Domain,
    /// A port number.
    Port,
    /// One zone letter.
    Zone,
    /// A list of zone letters.
    Zones,
    /// A list of text.
    List,
    /// Another resource's id.
    Reference,
    /// `[{name, protocol, port}]`.
    Services,
    /// `[{protocol, port, certificate, redirect}]`.
    Listeners,
    /// `{protocol, port, path, interval}`.
    HealthCheck,
    /// `[{action, source, destination, protocol, ports, comment}]`.
    Rules,
    /// `[{name, type, value}]`.
    Records,
    /// Any table.
    Table,
}

impl AttributeType {
    /// Where ids of resources stand in a value: itself, or fields of its rows.
    pub fn names_resources(self) -> &'static [Option<&'static str>] {
        match self {
            Self::Reference => &[None],
            Self::Records => &[Some("value")],
            Self::Rules => &[Some("source"), Some("destination")],
            _ => &[],
        }
    }
}

/// One attribute of a kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Attribute {
    /// What it holds.
    #[serde(rename = "type")]
    pub type_: AttributeType,
    /// The inspector's label; from the name where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// One line of help.
    pub help: String,
    /// The inspector's group: "Size", "Network" …
    #[serde(default = "general")]
    pub group: String,
    /// Unit shown behind a bare number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The value where the file says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Allowed words, for [`AttributeType::Choice`].
    #[serde(default)]
    pub choices: Vec<String>,
    /// What people read for a choice that is not written as they would ("postgresql" → "PostgreSQL").
    #[serde(default)]
    pub choice_labels: IndexMap<String, String>,
    /// Smallest allowed number (bytes for sizes, seconds for durations).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest allowed number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Kinds that a reference may name.
    #[serde(default)]
    pub of: Vec<String>,
    /// Taken from the containers where the file says nothing.
    #[serde(default)]
    pub inherited: bool,
    /// Must be set (has no sensible default).
    #[serde(default)]
    pub required: bool,
    /// Never a value in the file, only `${secret.NAME}`.
    #[serde(default)]
    pub secret: bool,
    /// May be `${secret.NAME}`, or say it in plain text.
    #[serde(default)]
    pub may_be_secret: bool,
    /// Shown only under "more".
    #[serde(default)]
    pub advanced: bool,
}

impl Attribute {
    /// What people read for it: `health-check` → "Health check" where it has no label.
    pub fn title(&self, name: &str) -> String {
        self.label.clone().unwrap_or_else(|| {
            let words = name.replace('-', " ");
            let mut letters = words.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect())
                .unwrap_or_default()
        })
    }

    /// Whether its value may come from the credential store.
    pub fn takes_secret(&self) -> bool {
        self.secret || self.may_be_secret
    }
}

/// The word that stands in files for a plain choice.
pub fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn general() -> String {
    "General".to_owned()
}

/// All kinds.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// By id, in the palette's order.
    pub kinds: IndexMap<String, Kind, FixedState>,
    /// Which of them are a user's own.
    pub own: BTreeSet<String>,
    /// Pictures that a user put beside their own kinds, by kind.
    pub own_icons: BTreeMap<String, String>,
}

impl Catalog {
    /// The kind with this id.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.get(id)
    }
}

impl Kind {
    /// The type of its main counterpart on a provider.
    pub fn counterpart(&self, provider: Provider) -> Option<&str> {
        self.counterparts.get(&provider).and_then(|all| all.first()).map(String::as_str)
    }

    /// Whether it may stand in `parent` (`None`: at the top).
    pub fn may_stand_in(&self, parent: Option<&str>) -> bool {
        let wanted = parent.unwrap_or("root");
        self.parents.iter().any(|allowed| allowed == wanted)
    }
}

/// A service after resolution: a name and its ports.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its ports.
    pub ports: PortSpec,
}
