//! Public address where the internet cannot come.
//!
//! Bad: a server with `public-address = true`, or a public load balancer, in a private subnet.
//!
//! Good: it stands in a public subnet.
//!
//! Why: a private or isolated subnet has no way in from the internet.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "internet-in-private-tier",
    severity: Severity::Error,
    source: include_str!("internet_in_private_tier.rs"),
    reads: Reads {
        kinds: &["server", "server-group", "container-service", "load-balancer", "database"],
        attributes: &["public-address", "scheme"],
        near: &[Near::Containers],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80 public-address=true
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      server app http:tcp/80 public-address=true
internet internet
internet -> app
"],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let (attribute, value) = if resource.flag("public-address") {
        ("public-address", Value::from(false))
    } else if resource.kind == "load-balancer" && resource.text("scheme") == Some("public") {
        ("scheme", Value::from("internal"))
    } else {
        return;
    };
    let Some(subnet) = facts.above(resource, "subnet") else { return };
    let exposure = subnet.text("exposure").unwrap_or("private");
    if exposure == "public" {
        return;
    }
    let message = format!(
        "“{}” is to be reached from the internet, but “{}” is {exposure}: move it into a public subnet",
        called(resource),
        called(subnet)
    );
    let mut said = RULE
        .at(Place::attribute(&resource.id, attribute), message)
        .and_at(Place::resource(&subnet.id));
    let network = facts.above(resource, "network");
    let public = facts.of_kind("subnet").find(|s| {
        s.text("exposure") == Some("public") && network.is_some_and(|n| s.ancestors.contains(&n.id))
    });
    if let Some(public) = public {
        let ids = vec![resource.id.clone()];
        said = said.fixed_by(
            format!("Move it into “{}”", public.title),
            Edit::MoveToParent { ids, parent: Some(public.id.clone()) },
        );
    }
    let title =
        if attribute == "scheme" { "Make it internal" } else { "Take the public address away" };
    found.push(said.fixed_by(title, set(&resource.id, attribute, value)));
}
