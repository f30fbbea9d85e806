//! Transit hubs and the gateways to sites: who hangs on a hub by which table, and what lies behind a
//! tunnel. Which networks reach each other is resolve's; here it is told in AWS's parts.

use super::{Facts, is_managed, texts, unsupported};
use crate::name::{markdown, one_line};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource, Segment};
use gp_model::{Diagnostic, Id, LinkKind};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// What hangs on a hub.
pub struct Attached<'a> {
    /// The link that says so.
    pub link: &'a ResolvedLink,
    /// A network or a gateway.
    pub what: &'a ResolvedResource,
    groups: BTreeSet<&'a str>,
}

impl Attached<'_> {
    /// Whether two have routes to each other.
    pub fn shares_with(&self, other: &Self) -> bool {
        !self.groups.is_disjoint(&other.groups)
    }

    /// The name of the hub's route table that it looks into: one for each set of groups.
    pub fn table(&self) -> String {
        self.groups.iter().copied().collect::<Vec<_>>().join("-")
    }
}

/// Everything that hangs on a hub, in order of the links.
pub fn attached<'a>(facts: &Facts<'a>, hub: &str) -> Vec<Attached<'a>> {
    let links = facts.links_to(hub).iter().filter(|link| link.kind == LinkKind::Attachment);
    links
        .filter_map(|link| {
            let what = facts.resource(&link.from).filter(|what| is_managed(what))?;
            Some(Attached { link, what, groups: link.groups().into_iter().collect() })
        })
        .collect()
}

/// The hub's route tables: name → some attachment that looks into it.
pub fn tables<'l, 'a>(all: &'l [Attached<'a>]) -> BTreeMap<String, &'l Attached<'a>> {
    all.iter().rev().map(|one| (one.table(), one)).collect()
}

/// The other accounts whose things hang on a hub.
pub fn guests<'a>(
    facts: &Facts<'a>,
    hub: &'a ResolvedResource,
    all: &[Attached<'a>],
) -> Vec<&'a ResolvedResource> {
    let mut found: Vec<&ResolvedResource> = Vec::new();
    let others = all.iter().filter(|one| facts.across_accounts(one.what, hub));
    for account in others.filter_map(|one| facts.account_of(one.what)) {
        if !found.iter().any(|known| known.id == account.id) {
            found.push(account);
        }
    }
    found
}

/// The hub that something hangs on, and its link.
pub fn hub_of<'a>(facts: &Facts<'a>, id: &str) -> Option<(&'a ResolvedResource, &'a ResolvedLink)> {
    let links = facts.links_from(id).iter().filter(|link| link.kind == LinkKind::Attachment);
    let mut hubs = links.filter_map(|link| Some((facts.resource(&link.to)?, *link)));
    hubs.find(|(hub, _)| hub.kind == "transit-hub")
}

/// The network's subnets by which a hub reaches it, one per zone.
pub fn landing<'a>(facts: &Facts<'a>, network: &str) -> Vec<&'a Segment> {
    facts.resolved.landing(network).segments
}

/// The network by which what hangs on a hub reaches the internet, among what hangs on it; none where what
/// lands there could not go on.
pub fn egress<'l, 'a>(
    facts: &Facts<'a>,
    hub: &ResolvedResource,
    all: &'l [Attached<'a>],
) -> Option<&'l Attached<'a>> {
    let one = named_egress(hub, all)?;
    facts.resolved.landing(&one.what.id).leads_out().then_some(one)
}

fn named_egress<'l, 'a>(
    hub: &ResolvedResource,
    all: &'l [Attached<'a>],
) -> Option<&'l Attached<'a>> {
    let named = hub.text("egress")?;
    all.iter().find(|one| *one.what.id == *named)
}

/// That a hub lets nobody out, where it is to, because nothing can land there.
pub fn lets_nobody_out(
    facts: &Facts<'_>,
    hub: &ResolvedResource,
    all: &[Attached<'_>],
) -> Option<Diagnostic> {
    let named = named_egress(hub, all)?;
    let landing = facts.resolved.landing(&named.what.id);
    (!landing.segments.is_empty() && !landing.leads_out()).then(|| {
        let text = format!(
            "what comes by {} lands in no private subnet of “{}” that leads on to its NAT gateway, and is not let out: draw one, which may be empty",
            hub.title, named.what.title
        );
        unsupported(&hub.id, Some("egress"), text)
    })
}

/// What must be so before hubs can be shared with other accounts, as Markdown; none where none is.
pub fn before_sharing(facts: &Facts<'_>) -> Option<String> {
    let all = facts.resolved.resources.values().map(|it| &**it);
    let hubs = all.filter(|it| it.kind == "transit-hub" && is_managed(it));
    let shared = hubs.filter(|hub| !guests(facts, hub, &attached(facts, &hub.id)).is_empty());
    let names: Vec<String> =
        shared.map(|hub| format!("“{}”", markdown(&one_line(&hub.title)))).collect();
    (!names.is_empty()).then(|| {
        format!(
            "Once, before the first time: this shares {} with other accounts of your organization. Whoever may act in its management account switches that on with `aws ram enable-sharing-with-aws-organization`; until then AWS refuses, or waits for an invitation to be accepted.\n",
            names.join(", ")
        )
    })
}

/// Whether a network's firewall must see both ways of what comes by a hub.
pub fn needs_one_way(
    facts: &Facts<'_>,
    hub: &ResolvedResource,
    network: &ResolvedResource,
) -> bool {
    let mut firewalls = facts.resolved.resources.values().filter(|it| super::appliance::is_one(it));
    hub.text("egress") == Some(network.id.as_str())
        && firewalls.any(|it| {
            let places = super::appliance::places(facts, it);
            places.iter().any(|(_, segment)| segment.network == network.id)
        })
}

/// The sites that a gateway leads to, with the links.
pub fn sites<'a>(
    facts: &Facts<'a>,
    gateway: &str,
) -> Vec<(&'a ResolvedLink, &'a ResolvedResource)> {
    let links = facts.links_from(gateway).iter().filter(|link| link.kind == LinkKind::Peering);
    let ends = links.filter_map(|link| Some((*link, facts.resource(&link.to)?)));
    ends.filter(|(_, site)| site.kind == "site").collect()
}

/// The ranges at a site: of its networks, and those it names.
pub fn ranges_at(facts: &Facts<'_>, site: &ResolvedResource) -> Vec<Ipv4Net> {
    let inside = facts.resolved.resources.values();
    let networks = inside.filter(|it| it.kind == "network" && it.parent.as_ref() == Some(&site.id));
    let drawn = networks.filter_map(|network| network.text("cidr")?.parse::<Ipv4Net>().ok());
    let written = texts(site, "cidrs").into_iter().filter_map(|text| text.parse::<Ipv4Net>().ok());
    let mut all: Vec<Ipv4Net> = drawn.chain(written).map(|range| range.trunc()).collect();
    all.sort();
    all.dedup();
    all
}

/// The ranges at the far end of an attachment.
pub fn ranges_of(facts: &Facts<'_>, what: &ResolvedResource) -> Vec<Ipv4Net> {
    if what.kind == "network" {
        return what.text("cidr").and_then(|text| text.parse().ok()).into_iter().collect();
    }
    sites(facts, &what.id).iter().flat_map(|(_, site)| ranges_at(facts, site)).collect()
}

/// The first gateway of a network, which says the number of the door that they all share: AWS has one
/// virtual private gateway for a network.
pub fn first_gateway<'a>(facts: &Facts<'a>, network: &Id) -> Option<&'a ResolvedResource> {
    let all = facts.resolved.resources.values().map(|it| &**it);
    all.filter(|it| is_gateway(&it.kind) && is_managed(it))
        .find(|it| it.parent.as_ref() == Some(network) && hub_of(facts, &it.id).is_none())
}

/// Whether a kind leads to sites.
pub fn is_gateway(kind: &str) -> bool {
    matches!(kind, "vpn-gateway" | "dedicated-link")
}

/// `1Gbps` for `1 Gbps`.
pub fn bandwidth(link: &ResolvedResource) -> String {
    link.text("bandwidth").unwrap_or("1 Gbps").replace(' ', "")
}

/// What a tunnel may be negotiated with: AWS by itself still takes `IKEv1`, SHA-1 and the groups 2 and 5. Groups 22 to 24
/// are left out as RFC 8247 advises.
/// <https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html>
pub const IKE_VERSIONS: [&str; 1] = ["ikev2"];
/// See [`IKE_VERSIONS`]: of both phases.
pub const ENCRYPTION: [&str; 2] = ["AES256", "AES256-GCM-16"];
/// See [`IKE_VERSIONS`]: of both phases.
pub const INTEGRITY: [&str; 3] = ["SHA2-256", "SHA2-384", "SHA2-512"];
/// See [`IKE_VERSIONS`]: of both phases.
pub const DH_GROUPS: [i64; 8] = [14, 15, 16, 17, 18, 19, 20, 21];
