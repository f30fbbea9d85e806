//! More of something than the provider gives without being asked.
//!
//! Bad: six networks in one region on AWS, which gives five.
//!
//! Good: fewer, or a quota that was raised before the deployment.
//!
//! Why: the deployment would stop in the middle.

use super::prelude::*;
use gp_catalog::resolved::FilterKind;
use gp_model::{Lifecycle, Provider};

pub(crate) static RULE: Rule = Rule {
    id: "quota-passed",
    severity: Severity::Warning,
    source: include_str!("quota_passed.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &[],
        near: &[Near::Others, Near::Filters, Near::Scopes],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
env production aws
region frankfurt zones a,b location=frankfurt
  network net-a 10.0.0.0/16
    subnet tier-a private
      server app-a needs=[]
  network net-b 10.1.0.0/16
    subnet tier-b private
      server app-b needs=[]
  network net-c 10.2.0.0/16
    subnet tier-c private
      server app-c needs=[]
  network net-d 10.3.0.0/16
    subnet tier-d private
      server app-d needs=[]
  network net-e 10.4.0.0/16
    subnet tier-e private
      server app-e needs=[]
  network net-f 10.5.0.0/16
    subnet tier-f private
      server app-f needs=[]
"],
        silent: &[r"
env production aws
region frankfurt zones a,b location=frankfurt
  network net-a 10.0.0.0/16
    subnet tier-a private
      server app-a needs=[]
  network net-b 10.1.0.0/16
    subnet tier-b private
      server app-b needs=[]
  network net-c 10.2.0.0/16
    subnet tier-c private
      server app-c needs=[]
  network net-d 10.3.0.0/16
    subnet tier-d private
      server app-d needs=[]
  network net-e 10.4.0.0/16
    subnet tier-e private
      server app-e needs=[]
"],
    },
};

/// Defaults of a new AWS account, per region. Source: “Amazon VPC quotas” in the VPC user guide
/// (amazon-vpc-limits), as of November 2026.
const NETWORKS: usize = 5;
/// Elastic IP addresses; a NAT gateway has one.
const PUBLIC_ADDRESSES: usize = 5;
/// Rules of a security group, each way.
const GROUP_RULES: usize = 60;

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    if facts.resolved.environment.provider != Provider::Aws {
        return;
    }
    for (region, scope) in &facts.resolved.scopes {
        let inside = |kind: &'static str| {
            let all = facts.of_kind(kind).filter(|r| r.lifecycle == Lifecycle::Managed);
            all.filter(|r| r.ancestors.contains(region))
        };
        let gateways = inside("nat-gateway").map(|nat| nat.instances.len()).sum();
        let counted = [
            ("networks", inside("network").count(), NETWORKS),
            ("fixed public addresses, one for each NAT gateway", gateways, PUBLIC_ADDRESSES),
        ];
        for (what, count, most) in counted.into_iter().filter(|(_, count, most)| count > most) {
            let message = format!(
                "“{}” has {count} {what}; AWS gives {most} in {} unless asked for more: raise the quota before you deploy",
                facts.called(region),
                scope.region
            );
            found.push(said(facts, Place::resource(region), message));
        }
    }
    let groups = facts.resolved.filters.values().filter(|f| f.kind == FilterKind::SecurityGroup);
    for group in groups {
        for (way, rules) in [("in", group.ingress.len()), ("out", group.egress.len())] {
            if rules > GROUP_RULES {
                let message = format!(
                    "the rules of “{}” make {rules} on the way {way}; AWS takes {GROUP_RULES} in a security group unless asked for more: raise the quota, or let links start at fewer things",
                    facts.called(&group.owner)
                );
                found.push(said(facts, Place::resource(&group.owner), message));
            }
        }
    }
}

fn said(facts: &Facts<'_>, place: Place, message: String) -> Diagnostic {
    let mut said = RULE.at(place, message);
    said.environment = Some(facts.resolved.environment.id.clone());
    said
}
