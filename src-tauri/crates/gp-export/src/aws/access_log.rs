//! Access logs: the bucket in which a load balancer writes down who called, and what that must let it.

use super::{Facts, is_managed, key, server, unsupported};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};
use gp_model::{Diagnostic, Lifecycle, LinkKind, Place};

/// The bucket of a load balancer's log.
pub fn of<'a>(facts: &Facts<'a>, balancer: &'a ResolvedResource) -> Option<&'a ResolvedResource> {
    drawn(facts, balancer)
        .find(|(_, bucket)| refused(facts, balancer, bucket).is_none())
        .map(|(_, bucket)| bucket)
}

/// The load balancers that write to a bucket.
pub fn writers<'a>(facts: &Facts<'a>, bucket: &'a ResolvedResource) -> Vec<&'a ResolvedResource> {
    let links = facts.links_to(&bucket.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let all = links.filter_map(|link| facts.resource(&link.from));
    let all = all.filter(|from| from.kind == "load-balancer" && is_managed(from));
    all.filter(|from| of(facts, from).is_some_and(|own| own.id == bucket.id)).collect()
}

/// Where in the bucket one writes.
pub fn prefix(balancer: &ResolvedResource) -> String {
    crate::name::slug(&balancer.id)
}

/// The service of AWS that writes.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html>
pub fn service(balancer: &ResolvedResource) -> &'static str {
    if server::is_pass_through(balancer) {
        "delivery.logs.amazonaws.com"
    } else {
        "logdelivery.elasticloadbalancing.amazonaws.com"
    }
}

fn drawn<'a>(
    facts: &Facts<'a>,
    balancer: &ResolvedResource,
) -> impl Iterator<Item = (&'a ResolvedLink, &'a ResolvedResource)> {
    let links = facts.links_from(&balancer.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let all: Vec<_> = links.filter_map(|link| Some((*link, facts.resource(&link.to)?))).collect();
    all.into_iter().filter(|(_, to)| to.kind == "bucket")
}

/// Why AWS writes no log there.
fn refused<'a>(
    facts: &Facts<'a>,
    balancer: &'a ResolvedResource,
    bucket: &'a ResolvedResource,
) -> Option<&'static str> {
    if bucket.lifecycle == Lifecycle::External {
        return Some("that is somebody else's");
    }
    if facts.region_of(bucket) != facts.region_of(balancer) {
        return Some("it stands in another region; draw a bucket beside it");
    }
    if facts.across_accounts(bucket, balancer) {
        return Some("it stands in another account; draw a bucket beside it");
    }
    key::of(facts, bucket)
        .map(|_| "it has a key of its own, and load balancers cannot use that; take the key away")
}

/// What is drawn of logs, and is not so on AWS.
pub fn not_written<'a>(
    facts: &Facts<'a>,
    balancer: &'a ResolvedResource,
    format: &str,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let title = &balancer.title;
    let mut first = None;
    for (link, bucket) in drawn(facts, balancer) {
        let second =
            first.is_some().then_some("it writes to another already; take one of the links away");
        if let Some(why) = refused(facts, balancer, bucket).or(second) {
            let text = format!("AWS writes no log of “{title}” to “{}”: {why}", bucket.title);
            found.push(Diagnostic::error("refused-by-provider", Place::link(&link.id), text));
            continue;
        }
        first = Some(bucket);
        if !is_managed(bucket) {
            let text = format!(
                "{format} leaves it to you that “{}”, which exists already, lets {} write for “{title}”",
                bucket.title,
                service(balancer)
            );
            found.push(unsupported(&balancer.id, None, text));
        }
        let listeners = &balancer.listeners;
        let tls = |own: &&gp_catalog::resolved::Listener| {
            server::listener_protocol(facts, balancer, own) == "TLS"
        };
        if server::is_pass_through(balancer) && listeners.iter().find(tls).is_none() {
            let text = format!(
                "AWS writes down only connections whose TLS “{title}” ends itself, and it has no such listener: nothing will be in “{}”",
                bucket.title
            );
            found.push(unsupported(&balancer.id, None, text));
        }
    }
    found
}
