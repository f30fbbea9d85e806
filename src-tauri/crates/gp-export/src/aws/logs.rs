//! Log stores: which one a thing logs to, what it is called, how long it keeps.

use super::{Facts, size};
use gp_catalog::resolved::ResolvedResource;
use gp_model::LinkKind;

/// The log store that is linked to a thing.
pub fn of<'a>(facts: &Facts<'a>, thing: &ResolvedResource) -> Option<&'a ResolvedResource> {
    let links = facts.links_to(&thing.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    links.filter_map(|link| facts.resource(&link.from)).find(|from| from.kind == "log-store")
}

/// AWS's name of a log store; web firewalls write to names that begin in their way only.
pub fn name(facts: &Facts<'_>, store: &ResolvedResource) -> String {
    let place = if is_for_web_firewalls(facts, store) { "aws-waf-logs-" } else { "/groundplan/" };
    format!("{place}{}", facts.name(&store.id, 200))
}

/// Whether web firewalls write to a log store.
pub fn is_for_web_firewalls(facts: &Facts<'_>, store: &ResolvedResource) -> bool {
    let mut writers =
        facts.links_from(&store.id).iter().filter_map(|link| facts.resource(&link.to));
    writers.any(|writer| writer.kind == "web-firewall")
}

/// Days that are kept: `CloudWatch` takes these and no others.
pub fn retention_days(store: &ResolvedResource) -> i64 {
    const DAYS: [i64; 22] = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
        2922, 3288, 3653,
    ];
    let wanted = store.text("retention").and_then(size::days).unwrap_or(90);
    DAYS.into_iter().find(|days| *days >= wanted).unwrap_or(3653)
}

/// Whether a network writes down who talks to whom: it says so, or has a log store for that.
pub fn has_flow_logs(facts: &Facts<'_>, network: &ResolvedResource) -> bool {
    network.flag("flow-logs") || of(facts, network).is_some()
}
