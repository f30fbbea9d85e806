//! Hypervisor with less memory than its servers have together.
//!
//! Bad: five servers with 128 GiB each on a hypervisor with 512 GiB.
//!
//! Good: fewer servers on it, or a second hypervisor that may run them as well.
//!
//! Why: memory cannot be lent as processors can, so the last server does not start, or all of them swap.

use super::prelude::*;
use gp_analysis::physical::sites;
use gp_catalog::units;
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    id: "hypervisor-without-memory",
    severity: Severity::Warning,
    source: include_str!("hypervisor_without_memory.rs"),
    reads: Reads {
        kinds: &["hypervisor", "server"],
        attributes: &["memory"],
        near: &[Near::Links],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r#"
site hall
  network lan 10.20.0.0/16
    subnet tier
      server big x5 memory="128 GiB"
  hypervisor host memory="512 GiB"
big -> host
"#],
        silent: &[r#"
site hall
  network lan 10.20.0.0/16
    subnet tier
      server big x5 memory="128 GiB"
  hypervisor host memory="512 GiB"
  hypervisor other memory="512 GiB"
big -> host
big -> other
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut hosts: BTreeMap<&Id, Vec<&ResolvedResource>> = BTreeMap::new();
    let mut shares: BTreeMap<&Id, u64> = BTreeMap::new();
    for (server, host) in sites::hosted(facts.resolved) {
        hosts.entry(&host.id).or_default().push(server);
        *shares.entry(&server.id).or_default() += 1;
    }
    for (host, servers) in hosts {
        let Some(host) = facts.resource(host) else { continue };
        let Some(there) = memory(host) else { continue };
        // Those that several may run are spread over all of them.
        let share = |server: &ResolvedResource| {
            let all = memory(server)? * server.instances.len() as u64;
            Some(all / shares.get(&server.id).copied().unwrap_or(1).max(1))
        };
        let wanted: u64 = servers.iter().filter_map(|server| share(server)).sum();
        if wanted > there {
            let message = format!(
                "“{}” has {}, its servers want {} together: run some of them elsewhere, or give it more",
                called(host),
                units::format_size(there),
                units::format_size(wanted)
            );
            found.push(RULE.at(Place::attribute(&host.id, "memory"), message));
        }
    }
}

fn memory(machine: &ResolvedResource) -> Option<u64> {
    units::size(machine.text("memory")?).ok()
}
