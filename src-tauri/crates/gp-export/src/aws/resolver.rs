//! DNS resolvers in AWS's parts: an end point for either direction, a rule for each domain that is
//! passed on, and the networks in which it counts. Who is asked for what is the catalog's to say.

use super::{Facts, is_managed, unsupported};
use gp_catalog::{
    naming,
    resolved::{Instance, ResolvedLink, ResolvedResource, Segment},
};
use gp_model::{Diagnostic, Place, Severity};

/// One direction of a resolver.
pub struct Side<'a> {
    /// AWS's word.
    pub direction: &'static str,
    /// What tells it apart in names.
    pub tail: &'static str,
    /// Where it stands.
    pub places: Vec<(&'a Segment, &'a Instance)>,
}

/// The directions that a resolver has.
pub fn sides<'a>(facts: &Facts<'a>, resolver: &'a ResolvedResource) -> Vec<Side<'a>> {
    let side = |asks: bool, direction, tail| {
        let own = resolver.instances.iter().filter(|one| resolver.asks_from(one) == asks);
        let places: Vec<_> = own.filter_map(|one| Some((facts.segment_of(one)?, one))).collect();
        (!places.is_empty()).then_some(Side { direction, tail, places })
    };
    let both = [side(false, "INBOUND", "inbound"), side(true, "OUTBOUND", "outbound")];
    both.into_iter().flatten().collect()
}

/// A domain that a resolver passes on.
pub struct Rule<'a> {
    /// The link that says so.
    pub link: &'a ResolvedLink,
    /// The domain.
    pub domain: String,
    /// What tells it apart in names: the link, and the domain where it names several.
    pub name: String,
    /// The name servers.
    pub targets: Vec<Target<'a>>,
}

/// An address of a name server.
pub enum Target<'a> {
    /// One of ours, whose address AWS tells.
    Server(&'a ResolvedResource, &'a Instance),
    /// Known: of somebody else, or one that we gave.
    Known(String),
}

/// The rules of a resolver that can be written.
pub fn rules<'a>(facts: &Facts<'a>, resolver: &'a ResolvedResource) -> Vec<Rule<'a>> {
    let mut found = Vec::new();
    for forward in facts.resolved.forwards_of(resolver) {
        let targets = targets(facts, forward.link);
        let several = forward.domains.len() > 1;
        for domain in forward.domains.into_iter().filter(|_| !targets.is_empty()) {
            let name = if several {
                format!("{}-{}", forward.link.id, domain.replace('.', "-"))
            } else {
                forward.link.id.to_string()
            };
            let targets = self::targets(facts, forward.link);
            found.push(Rule { link: forward.link, domain, name, targets });
        }
    }
    found
}

fn targets<'a>(facts: &Facts<'a>, link: &ResolvedLink) -> Vec<Target<'a>> {
    let Some(server) = facts.resource(&link.to) else { return Vec::new() };
    let inside = server.instances.iter().filter(|one| server.takes_part(one, false));
    let inside = inside.filter_map(|one| {
        let ours = is_managed(server) && server.kind == "server";
        let known = || one.ip.map(|ip| Target::Known(ip.to_string()));
        if ours { Some(Target::Server(server, one)) } else { known() }
    });
    let outside = || server.text("address").map(|address| Target::Known(address.to_owned()));
    match server.kind.as_str() {
        "external-system" => outside().into_iter().collect(),
        _ => inside.collect(),
    }
}

/// The networks in which a resolver's rules count and can be made to: its own region's and account's.
pub fn networks<'a>(
    facts: &Facts<'a>,
    resolver: &'a ResolvedResource,
) -> Vec<&'a ResolvedResource> {
    around(facts, resolver).filter(|network| is_near(facts, resolver, network)).collect()
}

fn around<'f, 'a>(
    facts: &'f Facts<'a>,
    resolver: &'a ResolvedResource,
) -> impl Iterator<Item = &'a ResolvedResource> + use<'f, 'a> {
    let ids = facts.resolved.networks_of(resolver).into_iter();
    ids.filter_map(|id| facts.resource(id)).filter(|network| is_managed(network))
}

fn is_near<'a>(
    facts: &Facts<'a>,
    resolver: &'a ResolvedResource,
    network: &'a ResolvedResource,
) -> bool {
    facts.region_of(network) == facts.region_of(resolver)
        && !facts.across_accounts(network, resolver)
}

/// What is drawn at a resolver, or at a name server, and is not made.
pub fn not_asked<'a>(
    facts: &Facts<'a>,
    resource: &'a ResolvedResource,
    format: &str,
) -> Vec<Diagnostic> {
    let forwards = facts.resolved.forwards_of(resource);
    if resource.kind != "dns-resolver" {
        let own = forwards.iter().find(|forward| !forward.domains.is_empty());
        return own.map(|_| by_hand(resource, format)).into_iter().collect();
    }
    let nowhere = forwards.iter().filter(|forward| targets(facts, forward.link).is_empty());
    let nowhere = nowhere.map(|forward| {
        let to = facts.resource(&forward.link.to).map_or("", |to| to.title.as_str());
        let text = format!(
            "{format} passes nothing on from “{}” to “{to}”, which has no known address: write one at it",
            resource.title
        );
        unsupported(&resource.id, None, text)
    });
    let far = around(facts, resource).filter(|network| !is_near(facts, resource, network));
    let far = far.map(|network| {
        let text = format!(
            "{format} does not make the rules of “{}” count in “{}”, which is in another region or account: draw a resolver there",
            resource.title, network.title
        );
        unsupported(&resource.id, None, text)
    });
    nowhere.chain(far).collect()
}

/// Name servers of one's own do what their own files say.
fn by_hand(server: &ResolvedResource, format: &str) -> Diagnostic {
    let text = format!(
        "{format} makes the machine “{}” and not what it passes on: write its domains into its own configuration",
        server.title
    );
    let place = Place::resource(&server.id);
    Diagnostic::new("not-expressible-in-export", Severity::Advice, place, text)
}

/// The port that name servers are asked at.
pub const PORT: u16 = naming::DNS.low;
