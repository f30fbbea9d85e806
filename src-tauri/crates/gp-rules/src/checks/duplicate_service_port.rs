//! Two services on one port.
//!
//! Bad: `services = [{ name = "a", port = 80 }, { name = "b", port = 80 }]`.
//!
//! Good: each service has a port of its own.
//!
//! Why: only one program can listen on a port.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "duplicate-service-port",
    severity: Severity::Error,
    source: include_str!("duplicate_service_port.rs"),
    reads: Reads { kinds: &[], attributes: &["services", "listeners"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80 admin:tcp/80
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80 dns:udp/80
"],
    },
};

fn check(_: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let attribute = if resource.value("listeners").is_some() { "listeners" } else { "services" };
    for (n, service) in resource.services.iter().enumerate() {
        let clash = resource.services[..n].iter().find(|other| {
            other.ports.protocol == service.ports.protocol
                && other.ports.low <= service.ports.high
                && service.ports.low <= other.ports.high
        });
        if let Some(other) = clash {
            let message = format!(
                "“{}” and “{}” of “{}” both listen on {}: give one another port",
                other.name,
                service.name,
                called(resource),
                service.ports
            );
            found.push(RULE.at(Place::attribute(&resource.id, attribute), message));
        }
    }
}
