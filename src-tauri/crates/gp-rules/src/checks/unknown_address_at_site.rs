//! Thing at a site whose addresses nobody wrote down.
//!
//! Bad: desks in a tier of an office, without a range at the tier or its network, linked with a server in a cloud.
//!
//! Good: `cidr = "172.20.10.0/24"` at the tier, as it is in the office; for one machine its `address`.
//!
//! Why: what stands at a site has its addresses already, and the rules in the cloud must name those.

use super::prelude::*;
use gp_catalog::resolved::Origin;
use gp_model::{LinkKind, Provider};

pub(crate) static RULE: Rule = Rule {
    id: "unknown-address-at-site",
    severity: Severity::Warning,
    source: include_str!("unknown_address_at_site.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["address", "cidr", "cidrs"],
        near: &[Near::Links, Near::Others, Near::Containers, Near::Segments],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
    subnet app private
      server web http:tcp/80
site office address=198.51.100.7
  network lan
    subnet desks private
      server desk
tunnel -> office
desk -> web http
",
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
    subnet app private
      server web
site office address=198.51.100.7
  network lan
    subnet desks private
      server printers x3 print:tcp/631
tunnel -> office
web -> printers print
",
        ],
        silent: &[
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
    subnet app private
      server web http:tcp/80
site office address=198.51.100.7
  network lan 172.20.0.0/16
    subnet desks private 172.20.10.0/24
      server desk address=172.20.10.7
tunnel -> office
desk -> web http
",
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
    subnet app private
      server web http:tcp/80
site office address=198.51.100.7
  network lan 172.20.0.0/16
    subnet desks private
      server desk
tunnel -> office
desk -> web http
",
            r"
env test lab
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
    subnet app private
      server web http:tcp/80
site office address=198.51.100.7
  network lan
    subnet desks private
      server desk
tunnel -> office
desk -> web http
",
        ],
    },
};

fn check(facts: &Facts<'_>, one: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let provider = facts.resolved.environment.provider;
    if !matches!(provider, Provider::Aws | Provider::Azure | Provider::Gcp) {
        return;
    }
    let Some(site) = site_of(facts, one).filter(|_| is_named_elsewhere(facts, one)) else { return };
    let alone = one.instances.len() <= 1;
    if alone && one.value("address").is_some() {
        return;
    }
    let (name, way_out) = match facts.resolved.tier_of(one) {
        Some((tier, network)) => {
            let around = || [tier, network].into_iter().filter_map(|id| facts.resource(id));
            let Some(range) = around().next().and_then(|tier| tier.text("cidr")) else { return };
            if around().any(|place| !is_chosen(place)) {
                return;
            }
            let own = if alone { ", or its address" } else { "" };
            let way_out =
                format!("write the range of “{}” as it is there{own}", facts.called(tier));
            (format!("name {range}, which was chosen here"), way_out)
        }
        None if site
            .value("cidrs")
            .and_then(gp_model::Value::as_list)
            .is_none_or(<[_]>::is_empty) =>
        {
            let way_out = format!("name its tier, or the ranges of “{}”", called(site));
            ("name no address of it".to_owned(), way_out)
        }
        None => return,
    };
    let message = format!(
        "“{}” is at “{}”, and rules elsewhere can only {name}: {way_out}",
        called(one),
        called(site)
    );
    found.push(RULE.at(Place::resource(&one.id), message));
}

fn site_of<'a>(facts: &Facts<'a>, one: &ResolvedResource) -> Option<&'a ResolvedResource> {
    let mut around = one.ancestors.iter().filter_map(|id| facts.resource(id));
    around.find(|place| place.kind == "site")
}

/// Whether a link leads to something elsewhere that has rules.
fn is_named_elsewhere(facts: &Facts<'_>, one: &ResolvedResource) -> bool {
    let links = facts.links(&one.id).iter();
    let flows = links.filter(|link| matches!(link.kind, LinkKind::Flow | LinkKind::Target));
    let mut ends = flows
        .map(|link| if link.from == one.id { &link.to } else { &link.from })
        .filter_map(|id| facts.resource(id));
    ends.any(|end| {
        site_of(facts, end).is_none() && end.instances.iter().any(|one| one.segment.is_some())
    })
}

/// Whether nobody wrote its range.
fn is_chosen(place: &ResolvedResource) -> bool {
    place.attributes.get("cidr").is_none_or(|cidr| cidr.origin == Origin::Allocated)
}
