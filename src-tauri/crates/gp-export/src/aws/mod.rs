//! What the two AWS formats share: which facts of [`Resolved`] become which thing. Decisions are
//! made here once, so that Terraform and CloudFormation cannot tell two stories; no text is written.

pub mod access_log;
pub mod account;
pub mod acl;
pub mod acl_notes;
pub mod alert;
pub mod answer;
pub mod appliance;
pub mod backup;
pub mod bastion;
pub mod cdn;
pub mod certificate;
pub mod container;
pub mod edge;
pub mod failover;
pub mod gateway;
pub mod grant;
pub mod guarded;
pub mod home;
pub mod identity;
pub mod image;
pub mod joined;
pub mod key;
pub mod kubernetes;
pub mod left_out;
pub mod logs;
pub mod mentioned;
pub mod raw;
pub mod registry;
pub mod replica;
pub mod resolver;
pub mod route;
pub mod rule;
pub mod secret;
pub mod server;
pub mod six;
pub mod size;
pub mod threat;
pub mod web_firewall;
pub mod workspace;

use gp_catalog::{
    Resolved,
    resolved::{Filter, FilterKind, Grant, Instance, ResolvedLink, ResolvedResource, Segment, Via},
};
use gp_model::{Diagnostic, Id, Lifecycle, LinkKind, Place, Value};
use std::collections::{BTreeMap, BTreeSet};

/// [`Resolved`] with the look-ups that mapping needs.
pub struct Facts<'a> {
    /// The meaning itself.
    pub resolved: &'a Resolved,
    segments_of_tier: BTreeMap<&'a str, Vec<&'a Segment>>,
    groups: BTreeMap<&'a str, &'a Filter>,
    endpoint_of: BTreeMap<&'a str, &'a ResolvedResource>,
    links_from: BTreeMap<&'a str, Vec<&'a ResolvedLink>>,
    links_to: BTreeMap<&'a str, Vec<&'a ResolvedLink>>,
    grants: BTreeMap<&'a str, Vec<&'a Grant>>,
    with_gateway: BTreeSet<&'a str>,
    segments_of_table: BTreeMap<&'a str, Vec<&'a Segment>>,
    segments_of_network: BTreeMap<&'a str, Vec<&'a Segment>>,
    zones_of_region: BTreeMap<&'a str, BTreeSet<&'a str>>,
    table_groups: Vec<route::TableGroup<'a>>,
    /// End point → the groups of tables that lead to it, by place.
    groups_to: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Facts<'a> {
    /// Reads the design once.
    pub fn new(resolved: &'a Resolved) -> Self {
        let mut facts = Self {
            resolved,
            segments_of_tier: BTreeMap::new(),
            groups: BTreeMap::new(),
            endpoint_of: BTreeMap::new(),
            links_from: BTreeMap::new(),
            links_to: BTreeMap::new(),
            grants: BTreeMap::new(),
            with_gateway: BTreeSet::new(),
            segments_of_table: BTreeMap::new(),
            segments_of_network: BTreeMap::new(),
            zones_of_region: BTreeMap::new(),
            table_groups: Vec::new(),
            groups_to: BTreeMap::new(),
        };
        facts.index_segments();
        for filter in resolved.filters.values().filter(|f| f.kind == FilterKind::SecurityGroup) {
            facts.groups.insert(&filter.owner, filter);
        }
        for resource in resolved.resources.values().filter(|r| r.kind == "private-endpoint") {
            if let Some(target) = resource.text("target") {
                facts.endpoint_of.insert(target, resource);
            }
        }
        for link in resolved.links.values() {
            facts.links_from.entry(&link.from).or_default().push(link);
            facts.links_to.entry(&link.to).or_default().push(link);
        }
        for grant in resolved.grants.iter() {
            facts.grants.entry(&grant.principal).or_default().push(grant);
        }
        for table in resolved.route_tables.values() {
            if table.routes.iter().any(|route| route.via == Via::InternetGateway) {
                facts.with_gateway.insert(&table.network);
            }
        }
        facts.table_groups = route::groups(&facts);
        facts.index_doors();
        facts
    }

    fn index_segments(&mut self) {
        for segment in self.resolved.segments.values() {
            self.segments_of_tier.entry(&segment.subnet).or_default().push(segment);
            self.segments_of_table.entry(&segment.route_table).or_default().push(segment);
            self.segments_of_network.entry(&segment.network).or_default().push(segment);
        }
        let zones = self.segments_of_network.iter().filter_map(|(network, segments)| {
            let region = self.region_of(self.resource(network)?)?;
            Some((region, segments.iter().filter_map(|segment| segment.zone.as_deref())))
        });
        let mut by_region: BTreeMap<&'a str, BTreeSet<&'a str>> = BTreeMap::new();
        for (region, letters) in zones {
            by_region.entry(region).or_default().extend(letters);
        }
        self.zones_of_region = by_region;
    }

    fn index_doors(&mut self) {
        for (place, group) in self.table_groups.iter().enumerate() {
            for (_, table) in &group.tables {
                for route in &table.routes {
                    let Via::Endpoint { resource } = &route.via else { continue };
                    let places = self.groups_to.entry(resource).or_default();
                    if places.last() != Some(&place) {
                        places.push(place);
                    }
                }
            }
        }
    }

    /// All route tables, grouped, ordered by name.
    pub fn table_groups(&self) -> &[route::TableGroup<'a>] {
        &self.table_groups
    }

    /// The groups of tables of which some lead to an end point.
    pub fn groups_to(&self, endpoint: &str) -> impl Iterator<Item = &route::TableGroup<'a>> {
        let places = self.groups_to.get(endpoint).into_iter().flatten();
        places.map(|place| &self.table_groups[*place])
    }

    /// The segments that use a route table.
    pub fn segments_of_table(&self, table: &str) -> &[&'a Segment] {
        self.segments_of_table.get(table).map_or(&[], Vec::as_slice)
    }

    /// The segments of a network.
    pub fn segments_of_network(&self, network: &str) -> &[&'a Segment] {
        self.segments_of_network.get(network).map_or(&[], Vec::as_slice)
    }

    /// The resource with this id.
    pub fn resource(&self, id: &str) -> Option<&'a ResolvedResource> {
        self.resolved.resource(id)
    }

    /// The real subnets of a tier, by zone.
    pub fn segments(&self, tier: &str) -> &[&'a Segment] {
        self.segments_of_tier.get(tier).map_or(&[], Vec::as_slice)
    }

    /// The security group of a resource.
    pub fn group(&self, owner: &str) -> Option<&'a Filter> {
        self.groups.get(owner).copied()
    }

    /// The private end point whose target is this resource.
    pub fn endpoint_of(&self, target: &str) -> Option<&'a ResolvedResource> {
        self.endpoint_of.get(target).copied()
    }

    /// Links that start at a resource.
    pub fn links_from(&self, id: &str) -> &[&'a ResolvedLink] {
        self.links_from.get(id).map_or(&[], Vec::as_slice)
    }

    /// Links that end at a resource.
    pub fn links_to(&self, id: &str) -> &[&'a ResolvedLink] {
        self.links_to.get(id).map_or(&[], Vec::as_slice)
    }

    /// What a resource may do by links that say so. What starts a function is no such link: its role
    /// gets what Lambda needs for it (`grant::pulled`), and the same permission must not come twice.
    pub fn grants(&self, principal: &str) -> impl Iterator<Item = &'a Grant> + use<'a> {
        let links = &self.resolved.links;
        let starts = move |id: &Id| links.get(id).is_some_and(|l| l.kind == LinkKind::Trigger);
        let all = self.grants.get(principal).cloned().unwrap_or_default();
        all.into_iter().filter(move |grant| !starts(&grant.link))
    }

    /// Whether a network has a door to the internet.
    pub fn has_gateway(&self, network: &str) -> bool {
        self.with_gateway.contains(network)
    }

    /// The nearest container of a kind, the resource itself included.
    pub fn within(
        &self,
        resource: &'a ResolvedResource,
        kind: &str,
    ) -> Option<&'a ResolvedResource> {
        if resource.kind == kind {
            return Some(resource);
        }
        resource.ancestors.iter().filter_map(|id| self.resource(id)).find(|r| r.kind == kind)
    }

    /// The network a resource stands in, by its segments or its containers.
    pub fn network_of(&self, resource: &'a ResolvedResource) -> Option<&'a ResolvedResource> {
        self.within(resource, "network").or_else(|| {
            let segment = resource.instances.iter().find_map(|i| i.segment.as_ref())?;
            self.resource(&self.resolved.segments.get(segment)?.network)
        })
    }

    /// The region a resource stands in; the first one of its account where it stands in none.
    pub fn region_of(&self, resource: &'a ResolvedResource) -> Option<&'a Id> {
        let own = self.within(resource, "region").map(|region| &region.id);
        let own = own.filter(|id| self.resolved.scopes.contains_key(*id));
        let near = |id: &&Id| {
            self.resource(id).is_some_and(|region| !self.across_accounts(region, resource))
        };
        let mut all = self.resolved.scopes.keys();
        own.or_else(|| all.find(near)).or_else(|| self.resolved.scopes.keys().next())
    }

    /// The provider's name for a zone letter of a resource's region.
    pub fn zone_name(&self, resource: &'a ResolvedResource, letter: &str) -> Option<&'a str> {
        let scope = self.resolved.scopes.get(self.region_of(resource)?)?;
        scope.zones.get(letter).map(String::as_str)
    }

    /// Zone letters that segments of a region use.
    pub fn zones_in_use(&self, region: &Id) -> impl Iterator<Item = &'a str> {
        self.zones_of_region.get(&**region).into_iter().flatten().copied()
    }

    /// The tier's segment an instance stands in.
    pub fn segment_of(&self, instance: &Instance) -> Option<&'a Segment> {
        self.resolved.segments.get(instance.segment.as_ref()?).map(|segment| &**segment)
    }

    /// Segments of a resource's instances, once each, in order.
    pub fn segments_under(&self, resource: &'a ResolvedResource) -> Vec<&'a Segment> {
        let mut seen = BTreeSet::new();
        let all = resource.instances.iter().filter_map(|instance| self.segment_of(instance));
        all.filter(|segment| seen.insert(segment.id.as_str())).collect()
    }

    /// Volumes attached to a server, in the order of their links.
    pub fn volumes_of(&self, server: &str) -> Vec<&'a ResolvedResource> {
        let ends = self.links_from(server).iter().map(|link| (*link, &link.to));
        let starts = self.links_to(server).iter().map(|link| (*link, &link.from));
        let hung = ends.chain(starts).filter(|(link, _)| link.kind == LinkKind::Attachment);
        hung.filter_map(|(_, id)| self.resource(id))
            .filter(|other| other.kind == "volume")
            .collect()
    }

    /// The server a volume hangs on, and its number among that server's volumes.
    pub fn server_of(&self, volume: &str) -> Option<(&'a ResolvedResource, usize)> {
        let starts = self.links_from(volume).iter().map(|link| (*link, &link.to));
        let ends = self.links_to(volume).iter().map(|link| (*link, &link.from));
        let mut hung = starts.chain(ends).filter(|(link, _)| link.kind == LinkKind::Attachment);
        let server =
            hung.find_map(|(_, id)| self.resource(id).filter(|other| other.kind == "server"))?;
        let number = self.volumes_of(&server.id).iter().position(|other| &*other.id == volume)?;
        Some((server, number))
    }

    /// Links between networks of ours that stand side by side.
    pub fn peerings(&self) -> impl Iterator<Item = &'a ResolvedLink> + use<'a, '_> {
        let ours = |id: &Id| {
            self.resource(id)
                .is_some_and(|it| it.kind == "network" && it.lifecycle != Lifecycle::External)
        };
        let all = self.resolved.links.values().map(|link| &**link);
        all.filter(move |l| l.kind == LinkKind::Peering && ours(&l.from) && ours(&l.to))
    }

    /// What marks everything we make: design and environment.
    pub fn ownership(&self) -> [(&'static str, String); 2] {
        [
            ("groundplan-design", crate::header::design_mark(self.resolved)),
            ("groundplan-environment", self.resolved.environment.id.to_string()),
        ]
    }

    /// The name of a thing in AWS, of at most `max` letters: designs and environments that share an
    /// account and a region must not meet, so it says all of them, and the suffix where there is one.
    pub fn name(&self, thing: &str, max: usize) -> String {
        let environment = &self.resolved.environment;
        let place = [self.resolved.design.name.as_str(), &*environment.id];
        crate::name::within(&place, thing, environment.suffix.as_deref(), max)
    }

    /// The same for what must be the only one of its name in the world, where the environment has a
    /// suffix that makes it so.
    pub fn global_name(&self, thing: &str, max: usize) -> Option<String> {
        self.resolved.environment.suffix.as_ref().map(|_| self.name(thing, max))
    }
}

/// Kinds that become no resource of their own: places (provider, zone names), firewalls (their
/// filters are written with the groups), pipelines (the roles that they take are drawn), actors and
/// annotations.
pub const SILENT: &[&str] = &[
    "account",
    "external-system",
    "firewall",
    "frame",
    "internet",
    "note",
    "pipeline",
    "region",
    "site",
    "user",
    "zone",
];

/// Whether things of a kind stand in a region, in no network, and only answer.
pub fn only_answers(kind: &str) -> bool {
    matches!(
        kind,
        "api-gateway"
            | "bucket"
            | "cdn"
            | "queue"
            | "registry"
            | "topic"
            | "stream"
            | "document-store"
            | "secret"
            | "log-store"
    )
}

/// What AWS calls the service behind a private end point to things of a kind.
pub fn endpoint_service(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "bucket" => "s3",
        "queue" => "sqs",
        "registry" => "ecr.dkr",
        "document-store" => "dynamodb",
        "topic" => "sns",
        "stream" => "kinesis-streams",
        "secret" => "secretsmanager",
        "log-store" => "logs",
        "function" => "lambda",
        _ => return None,
    })
}

/// All segments of the tier: a subnet group spans them whatever the instances use.
pub fn tier_segments<'a>(facts: &Facts<'a>, owner: &'a ResolvedResource) -> Vec<&'a Segment> {
    let tier = facts.within(owner, "subnet");
    tier.map_or_else(|| facts.segments_under(owner), |tier| facts.segments(&tier.id).to_vec())
}

/// A diagnostic: this target has nothing for that resource or attribute.
pub fn unsupported(id: &Id, attribute: Option<&str>, message: String) -> Diagnostic {
    let place = attribute.map_or_else(|| Place::resource(id), |name| Place::attribute(id, name));
    Diagnostic::warning("not-expressible-in-export", place, message)
}

/// Whether a resource is made by us here (not existing, not external, not a mere actor).
pub fn is_managed(resource: &ResolvedResource) -> bool {
    resource.lifecycle == Lifecycle::Managed
}

/// A list attribute's texts.
pub fn texts(resource: &ResolvedResource, attribute: &str) -> Vec<String> {
    let items = resource.value(attribute).and_then(Value::as_list).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The networks a private name zone is tied to: its own, else all of its region.
pub fn zone_networks<'a>(
    facts: &Facts<'a>,
    zone: &'a ResolvedResource,
) -> Vec<&'a ResolvedResource> {
    if let Some(network) = facts.within(zone, "network") {
        return vec![network];
    }
    let region = facts.region_of(zone);
    let networks = facts
        .resolved
        .resources
        .values()
        .map(|resource| &**resource)
        .filter(|r| r.kind == "network" && r.lifecycle != Lifecycle::External);
    networks.filter(|network| facts.region_of(network) == region).collect()
}

/// A diagnostic: a kind has no counterpart on AWS, so the format leaves it out.
pub fn no_counterpart(resource: &ResolvedResource, format: &str) -> Diagnostic {
    if resource.kind == "workload" {
        let text = format!(
            "{format} for AWS leaves “{}” out, but for its role and its security group: its cluster runs it. Deploy it with Kubernetes, as service account {} in namespace {}, and tie the group to it there (SecurityGroupPolicy)",
            resource.title,
            kubernetes::service_account(resource),
            crate::name::one_line(kubernetes::namespace(resource))
        );
        return unsupported(&resource.id, None, text);
    }
    if resource.kind == workspace::KIND {
        let text = format!(
            "{format} has nothing for Databricks: “{}” is left out, but for its security group; export it as Terraform",
            resource.title
        );
        return unsupported(&resource.id, None, text);
    }
    if gp_catalog::builtin().kind(&resource.kind).is_none() {
        let (title, kind) = (&resource.title, &resource.kind);
        let text = format!(
            "{format} leaves “{title}” out: {kind} is a kind of your own; name a Terraform module for it as modules.{kind} in the environment"
        );
        return unsupported(&resource.id, None, text);
    }
    let text = format!(
        "no counterpart of {} on AWS: {format} leaves “{}” out; draw it with kinds that AWS has",
        resource.kind, resource.title
    );
    unsupported(&resource.id, None, text)
}

/// A diagnostic: a size that no type of AWS has; the formats ask for the type instead.
pub fn no_type(resource: &ResolvedResource) -> Diagnostic {
    let text = format!(
        "no type on AWS has the size of “{}”; make it smaller, or write the type under on.aws",
        resource.title
    );
    let sized = if resource.kind == "cache" { "memory" } else { "cpu" };
    unsupported(&resource.id, Some(sized), text)
}

/// A diagnostic: two drawn things get the same name in the target, and references could mean both.
pub fn collision(id: &Id, title: &str, name: &str) -> Diagnostic {
    let text = format!(
        "“{title}” and another thing would both be called {name}, and references to it could mean either: give {id} another id"
    );
    Diagnostic::error("names-collide-in-export", Place::resource(id), text)
}
