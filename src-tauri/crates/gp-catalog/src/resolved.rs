//! What a drawing means in one environment. Everything downstream (checks, proof, exporters,
//! drivers) sees this and nothing else, so that none of them can tell another story.
//!
//! The JSON of [`Resolved`] is a public format: [`VERSION`] goes up with every change of shape.

pub use crate::environment_facts::{EnvironmentFacts, Module};
use crate::{
    kind::{Need, Service},
    ordered::Ordered,
};
use gp_model::{
    Access, Diagnostic, Expectation, Id, Lifecycle, LinkKind, PolicySettings, PortSpec, Table,
    Value,
};
use indexmap::IndexMap;
use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

/// Version of the JSON.
pub const VERSION: u32 = 1;

/// A design in one environment, with everything implied made explicit. Cloning is cheap: maps
/// are persistent, and what an edit did not touch is shared between two of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Resolved {
    /// [`VERSION`].
    pub version: u32,
    /// The design: uuid (empty before the first save) and name.
    pub design: DesignFacts,
    /// The environment.
    pub environment: EnvironmentFacts,
    /// Drawn region id → where that is on the provider.
    pub scopes: Ordered<Id, Scope>,
    /// Every resource that is not disabled here.
    pub resources: Ordered<Id, Arc<ResolvedResource>>,
    /// Every link whose two ends exist here.
    pub links: Ordered<Id, Arc<ResolvedLink>>,
    /// Every intent whose two ends exist here.
    pub intents: Ordered<Id, Arc<ResolvedIntent>>,
    /// Real subnets: one per tier and zone where the provider's are zonal, else one per tier.
    pub segments: Ordered<String, Arc<Segment>>,
    /// Route tables; each segment names one.
    pub route_tables: Ordered<String, Arc<RouteTable>>,
    /// Everything that filters: security groups, firewall tables, network ACLs.
    pub filters: Ordered<String, Arc<Filter>>,
    /// Grants from links.
    pub grants: Arc<Vec<Grant>>,
    /// Platform needs and how each is met.
    pub needs: Arc<Vec<MetNeed>>,
    /// Ranges that the provider demands beside things (a gateway's own subnet).
    #[serde(default)]
    pub companions: Arc<Vec<Companion>>,
    /// Address records: drawn zones' records and names of things.
    pub records: Arc<Vec<Record>>,
    /// Policy settings of the design; the environment's profile wins over theirs.
    pub policy: Arc<PolicySettings>,
    /// What could not be made sense of on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// The design's own facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DesignFacts {
    /// Uuid; empty before the first save.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A drawn region on the provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scope {
    /// The region's name on the provider (`eu-central-1`).
    pub region: String,
    /// Zone letter → the provider's name (`a` → `eu-central-1a`, `1`, `europe-west3-a`).
    pub zones: IndexMap<String, String>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Origin {
    /// Written at the resource.
    Set,
    /// Written at a container.
    Inherited {
        /// Which container.
        from: Id,
    },
    /// The catalog's default.
    Default,
    /// Chosen by us, stable.
    Allocated,
    /// The environment's override.
    Override {
        /// Which environment.
        environment: Id,
    },
    /// Follows from other attributes (instance type from size).
    Derived {
        /// In words: "from size".
        from: String,
    },
}

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResolvedValue {
    /// The value in force.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
    /// What the file says where that differs: `${var.size}` before substitution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Value>,
}

/// Values by attribute. What many have from one place, such as a default, they share.
pub type Attributes = BTreeMap<String, Arc<ResolvedValue>>;

/// One resource with every value in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResolvedResource {
    /// Its id.
    pub id: Id,
    /// Its kind, known or not.
    pub kind: String,
    /// What people read.
    pub title: String,
    /// The container.
    pub parent: Option<Id>,
    /// All containers, nearest first.
    pub ancestors: Arc<Vec<Id>>,
    /// Whose thing it is.
    pub lifecycle: Lifecycle,
    /// Ids it had before.
    pub was: Vec<Id>,
    /// Neutral attributes.
    pub attributes: Arc<Attributes>,
    /// Tags, inherited ones included.
    pub tags: Arc<BTreeMap<String, String>>,
    /// Raw attributes of the main counterpart on this environment's provider.
    pub raw: Table,
    /// Type of a secondary counterpart → its raw attributes.
    pub raw_secondary: BTreeMap<String, Table>,
    /// Services it offers.
    pub services: Arc<Vec<Service>>,
    /// What becomes of it: one, several by `count`, one per zone.
    pub instances: Arc<Vec<Instance>>,
    /// The zones it spans, letters.
    pub zones: Arc<Vec<String>>,
    /// Resource types on the provider, main one first; empty: none, or nothing to deploy.
    pub counterparts: Vec<String>,
    /// Load balancers: what each listener does.
    pub listeners: Vec<Listener>,
}

/// One real thing: a server, a node of a load balancer, a NAT gateway in one zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Instance {
    /// `app` or `app[0]`: the name in plans, state, matrix and messages.
    pub address: String,
    /// Its number among several.
    pub index: Option<u32>,
    /// Its zone's letter.
    pub zone: Option<String>,
    /// The segment it stands in; none for regional things and actors.
    pub segment: Option<String>,
    /// Its private address.
    pub ip: Option<Ipv4Addr>,
    /// Its IPv6 address, where its tier has a range and its kind takes part (a stand-in where the
    /// provider gives the range).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip6: Option<Ipv6Addr>,
    /// Its public address (a stand-in from 198.18.0.0/16 until something real is deployed).
    /// Actors outside (internet, user, external system) have one from 203.0.113.0/24 or their own;
    /// regional services (buckets, queues) one from their service's range in 198.19.0.0/16.
    pub public_ip: Option<Ipv4Addr>,
}

/// A listener of a load balancer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listener {
    /// What it listens on.
    pub ports: PortSpec,
    /// `http`, `https`, `tcp`, `tls`, `udp`.
    pub protocol: String,
    /// Sends clients to this port of itself instead of forwarding.
    pub redirect: Option<u16>,
    /// Where it forwards to: one entry per target link.
    pub targets: Vec<Target>,
}

/// A target of a listener.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Target {
    /// The link that says so.
    pub link: Id,
    /// The resource whose instances take the traffic.
    pub resource: Id,
    /// The port there.
    pub ports: PortSpec,
}

/// A real subnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Segment {
    /// `app-tier/a` on zonal providers, `app-tier` on regional ones.
    pub id: String,
    /// The tier it is part of.
    pub subnet: Id,
    /// The network it is in.
    pub network: Id,
    /// Its zone's letter on zonal providers.
    pub zone: Option<String>,
    /// Its range.
    pub cidr: Ipv4Net,
    /// Its IPv6 range, a /64, where its network has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr6: Option<Ipv6Net>,
    /// `public`, `private`, `isolated`.
    pub exposure: Exposure,
    /// Key in [`Resolved::route_tables`].
    pub route_table: String,
}

/// How a tier stands to the internet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// Public addresses, in and out.
    Public,
    /// Out through NAT only.
    #[default]
    Private,
    /// Neither.
    Isolated,
}

/// A route table: longest prefix wins; of equals the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RouteTable {
    /// Its key.
    pub id: String,
    /// The network it belongs to.
    pub network: Id,
    /// Its routes, the local one included.
    pub routes: Vec<Route>,
    /// Its IPv6 routes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes6: Vec<Route6>,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Route {
    /// Where to.
    pub destination: Ipv4Net,
    /// By which way.
    pub via: Via,
    /// What in the drawing implies it: a resource or link id.
    pub from: Id,
}

/// One route over IPv6.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Route6 {
    /// Where to.
    pub destination: Ipv6Net,
    /// By which way.
    pub via: Via,
    /// What in the drawing implies it: a resource or link id.
    pub from: Id,
}

/// The next hop of a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Via {
    /// Inside the network.
    Local,
    /// The network's own door to the internet; needs a public address.
    InternetGateway,
    /// Out to the internet and answers in, nothing else; only over IPv6, where no address is translated.
    EgressOnly,
    /// A NAT gateway's instance, by address (`nat[0]`).
    Nat {
        /// Which instance.
        instance: String,
        /// The hub that leads to it, where it stands in another network.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hub: Option<Id>,
    },
    /// A firewall in the way: its instance, by address (`gate[0]`), which sends on by the routes of
    /// its own tier and keeps the sender's address.
    Firewall {
        /// Which instance.
        instance: String,
        /// The hub that leads to it, where it stands in another network.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hub: Option<Id>,
    },
    /// A peering link to another network.
    Peering {
        /// The link.
        link: Id,
        /// The network on the other side.
        network: Id,
    },
    /// A transit hub, to a network that hangs on it or lies behind a gateway of it.
    Hub {
        /// The hub.
        hub: Id,
        /// The network, or a site where nothing is drawn in the range.
        network: Id,
    },
    /// The tunnel or line of a gateway, to a network on the other side.
    Gateway {
        /// The VPN gateway or dedicated link.
        gateway: Id,
        /// The network, or a site where nothing is drawn in the range.
        network: Id,
    },
    /// A private end point of the gateway type.
    Endpoint {
        /// Which.
        resource: Id,
    },
    /// Nowhere.
    Blackhole,
}

/// Something that filters packets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Filter {
    /// `sg:app` for a resource's own group, `fw:edge` for a firewall table, `acl:…`.
    pub id: String,
    /// What it is.
    pub kind: FilterKind,
    /// The resource it protects (group) or is (firewall).
    pub owner: Id,
    /// Where it applies: instance addresses (groups, and the tables of firewalls in the way, which ask
    /// their `ingress` alone) or segment ids (other tables, ACLs).
    pub applies_to: Vec<String>,
    /// Remembers connections: answers pass.
    pub stateful: bool,
    /// Rules for packets towards what it protects, in order; first match wins in tables and
    /// ACLs, any allow in groups. Nothing matches: denied.
    pub ingress: Vec<FilterRule>,
    /// The same for packets that leave it.
    pub egress: Vec<FilterRule>,
}

/// What a filter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FilterKind {
    /// At the instance; allows only; any match.
    SecurityGroup,
    /// A drawn firewall with its own table; first match.
    FirewallTable,
    /// At the segment's edge; stateless; first match.
    NetworkAcl,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FilterRule {
    /// Unique in the design, stable: `link:app-db/in/tcp-5432`, `link:app-db/out/tcp-5432`,
    /// `need:app/packages/tcp-443`, `open:shop/app`, `fw:edge/3/in` (several ports in one row:
    /// `fw:edge/3/in/tcp-80`; what a row means over IPv6 alone ends in `/ipv6`).
    pub id: String,
    /// Allow or deny.
    pub allow: bool,
    /// The other end: source of ingress, destination of egress.
    pub peer: Peer,
    /// Ingress: destination, where a table names one beside the source (tables and ACLs only).
    pub destination: Option<Peer>,
    /// Egress: source, where a table names one beside the destination (tables and ACLs only).
    #[serde(default)]
    pub source: Option<Peer>,
    /// Protocol and ports of the destination; `None`: everything.
    pub ports: Option<PortSpec>,
    /// What in the drawing it comes from.
    pub cause: Cause,
    /// In words, for people: "App server → Orders, tcp/5432".
    pub comment: String,
}

impl FilterRule {
    /// The drawn link that a rule with this id comes from.
    pub fn link_of(id: &str) -> Option<&str> {
        id.strip_prefix("link:")?.split('/').next()
    }
}

/// The other end of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Peer {
    /// Everybody.
    Any,
    /// A range of addresses.
    Cidr {
        /// The range.
        cidr: Ipv4Net,
    },
    /// The IPv6 range of a network or a tier, which a provider may give itself.
    Range6 {
        /// Which.
        id: Id,
        /// The range.
        cidr: Ipv6Net,
    },
    /// All instances of a resource (a reference to its group where the provider has that).
    Resource {
        /// Which.
        id: Id,
    },
    /// A regional service behind an end point (a prefix list where the provider has that).
    Service {
        /// The resource (bucket, queue).
        id: Id,
    },
}

/// What a rule or route comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Cause {
    /// A drawn link.
    Link {
        /// Which.
        id: Id,
    },
    /// A platform need.
    Need {
        /// Of which resource.
        id: Id,
        /// Which need.
        need: Need,
    },
    /// A row of a drawn firewall, counted from 0.
    Row {
        /// Of which firewall.
        id: Id,
        /// Which row.
        row: u32,
    },
    /// `egress = "open"` at a network.
    OpenEgress {
        /// Which network.
        id: Id,
    },
}

/// A range reserved in a network because the provider demands it beside a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Companion {
    /// Beside which resource.
    pub resource: Id,
    /// In which network.
    pub network: Id,
    /// The provider's name for it.
    pub name: String,
    /// The range.
    pub cidr: Ipv4Net,
}

/// A platform need and what meets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MetNeed {
    /// Whose need.
    pub resource: Id,
    /// Which.
    pub need: Need,
    /// What meets it: a NAT or end point id; `None` with [`MetNeed::built_in`] false: nothing does.
    pub by: Option<Id>,
    /// The platform meets it without a route (resolver, metadata).
    pub built_in: bool,
}

/// The least grant that an `access` link needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Grant {
    /// Who may.
    pub principal: Id,
    /// On what.
    pub target: Id,
    /// What.
    pub access: Vec<Access>,
    /// The link that says so.
    pub link: Id,
}

/// A name that resolves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// The zone resource.
    pub zone: Id,
    /// Fully qualified, no final dot.
    pub name: String,
    /// `A`, `CNAME`, `TXT` …
    #[serde(rename = "type")]
    pub type_: String,
    /// Its values; for an alias the target's addresses.
    pub values: Vec<String>,
    /// The resource it points to, where it does.
    pub target: Option<Id>,
    /// Its part in a failover, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<Failover>,
}

/// Which of two records of one name answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failover {
    /// As long as what it points to takes connections.
    Primary,
    /// While the primary one does not.
    Secondary,
}

/// A link with its kind decided and its ports known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResolvedLink {
    /// Its id.
    pub id: Id,
    /// What it means.
    pub kind: LinkKind,
    /// Where it starts.
    pub from: Id,
    /// Where it ends.
    pub to: Id,
    /// Ports it opens; empty where it opens none.
    pub ports: Vec<PortSpec>,
    /// Grants.
    pub access: Vec<Access>,
    /// Bytes per month, where said.
    pub traffic: Option<String>,
    /// What it is for.
    pub note: Option<String>,
    /// Other keys.
    pub attributes: Table,
}

/// An intent with its ends expanded to resources that have addresses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResolvedIntent {
    /// Its id.
    pub id: Id,
    /// What must hold.
    pub expect: Expectation,
    /// Drawn source.
    pub from: Id,
    /// Drawn destination.
    pub to: Id,
    /// All resources with instances below (or equal to) `from`.
    pub sources: Vec<Id>,
    /// The same for `to`.
    pub destinations: Vec<Id>,
    /// Limited to these; empty: everything.
    pub ports: Vec<PortSpec>,
}
