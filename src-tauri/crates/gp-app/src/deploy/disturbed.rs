//! Whom a plan disturbs: the drawn flows that end at something which is replaced, removed or started anew, or whose
//! packets go through it. What is new disturbs nobody. Decides nothing of the plan.

use crate::{dto::DisturbedDto, judged::Judged};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};
use gp_model::{Id, LinkKind};
use gp_plan::{
    Action, Plan,
    plan::{Disturbance, PlannedChange},
};
use std::collections::BTreeMap;

/// Resource → what happens to it, in words; of several instances, to the first.
type Disturbing<'a> = BTreeMap<&'a Id, String>;

/// Every disturbed flow once, in order of the links.
pub(super) fn disturbed(plan: &Plan, judged: &Judged) -> Vec<DisturbedDto> {
    let disturbing = disturbing(plan);
    if disturbing.is_empty() {
        return Vec::new();
    }
    let flows = judged.resolved.links.values().filter(|link| {
        matches!(link.kind, LinkKind::Flow | LinkKind::Target) && !link.ports.is_empty()
    });
    flows.filter_map(|link| one(link, &disturbing, judged)).collect()
}

fn disturbing(plan: &Plan) -> Disturbing<'_> {
    let mut found = Disturbing::new();
    for change in &plan.changes {
        if let Some(words) = words(change) {
            found.entry(&change.resource).or_insert(words);
        }
    }
    found
}

fn words(change: &PlannedChange) -> Option<String> {
    let breaks =
        |it: &Disturbance| matches!(it, Disturbance::ConnectionLoss | Disturbance::Restart);
    let happens = match change.action {
        _ if !change.disturbs.iter().any(breaks) => return None,
        Action::Replace => "is replaced",
        Action::Delete => "is removed",
        _ if change.disturbs.contains(&Disturbance::ConnectionLoss) => "loses its connections",
        _ => "starts anew",
    };
    Some(format!("{} {happens}", change.address))
}

fn one(link: &ResolvedLink, disturbing: &Disturbing<'_>, judged: &Judged) -> Option<DisturbedDto> {
    let because =
        at_an_end(link, disturbing, judged).or_else(|| on_the_way(link, disturbing, judged))?;
    Some(DisturbedDto {
        link: link.id.to_string(),
        from: link.from.to_string(),
        to: link.to.to_string(),
        because,
    })
}

fn at_an_end(link: &ResolvedLink, disturbing: &Disturbing<'_>, judged: &Judged) -> Option<String> {
    let resolved = &judged.resolved;
    let ends = |resource: &ResolvedResource| {
        [&link.from, &link.to].into_iter().any(|end| resolved.link_means(end, resource))
    };
    let mut all = disturbing.iter();
    let found = all.find(|(id, _)| {
        [&link.from, &link.to].contains(id) || resolved.resource(id).is_some_and(ends)
    });
    found.map(|(_, words)| words.clone())
}

/// By the proof's own way of a packet between each two instances.
fn on_the_way(link: &ResolvedLink, disturbing: &Disturbing<'_>, judged: &Judged) -> Option<String> {
    let carries = |id: &&Id| {
        let resource = judged.resolved.resource(id);
        resource.is_some_and(|one| CARRIERS.contains(&one.kind.as_str()))
    };
    if !disturbing.keys().any(|id| carries(id)) {
        return None;
    }
    let instances = |id: &Id| judged.resolved.resource(id).map(|one| &one.instances);
    let (from, to) = (instances(&link.from)?, instances(&link.to)?);
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (&a.address, &b.address)));
    pairs.take(MOST_PAIRS).find_map(|(a, b)| {
        let answer = judged.world.reach(a, b);
        let mut hops = answer.via.iter().flat_map(|trace| &trace.hops);
        hops.find_map(|hop| disturbing.get(hop.id.as_ref()?)).cloned()
    })
}

/// Kinds through which other things' packets go.
const CARRIERS: [&str; 10] = [
    "api-gateway",
    "cdn",
    "dedicated-link",
    "firewall",
    "load-balancer",
    "nat-gateway",
    "private-endpoint",
    "router",
    "transit-hub",
    "vpn-gateway",
];

/// Of one flow; beyond that its ways are like those before.
const MOST_PAIRS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judged::judge;
    use gp_testkit::sketch;

    const SHOP: &str = "
        region here location=frankfurt zones a,b
          network shop 10.20.0.0/16
            subnet web-tier public
              nat-gateway way-out
            subnet app-tier private
              server app x2 http:tcp/8080
              server other http:tcp/80
            subnet data-tier isolated
              database orders
        internet internet
        app -> orders tcp/5432
        app -> internet tcp/443
        other -> app tcp/8080
    ";

    fn check(changes: &[(&str, &str, Action, &[Disturbance])], expected: &[&str]) {
        let judged = judge(&sketch(SHOP), &crate::own_kinds::program(), None, 0);
        let change =
            |(address, resource, action, disturbs): &(&str, &str, Action, &[Disturbance])| {
                PlannedChange {
                    address: (*address).to_owned(),
                    resource: Id::from(*resource),
                    kind: String::new(),
                    action: *action,
                    differences: Vec::new(),
                    reason: String::new(),
                    depends_on: Vec::new(),
                    depended_on: Vec::new(),
                    disturbs: disturbs.to_vec(),
                    moved_from: None,
                }
            };
        let plan = Plan { changes: changes.iter().map(change).collect(), ..Plan::default() };
        let said: Vec<String> = disturbed(&plan, &judged)
            .into_iter()
            .map(|one| format!("{} → {}: {}", one.from, one.to, one.because))
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn a_thing_that_is_replaced_disturbs_the_flows_that_end_there() {
        check(
            &[("app[0]", "app", Action::Replace, &[Disturbance::ConnectionLoss])],
            &[
                "app → internet: app[0] is replaced",
                "app → orders: app[0] is replaced",
                "other → app: app[0] is replaced",
            ],
        );
        check(
            &[("orders", "orders", Action::Update, &[Disturbance::Restart])],
            &["app → orders: orders starts anew"],
        );
    }

    #[test]
    fn a_thing_on_the_way_disturbs_the_flows_that_go_through_it() {
        check(
            &[("way-out[0]", "way-out", Action::Replace, &[Disturbance::ConnectionLoss])],
            &["app → internet: way-out[0] is replaced"],
        );
    }

    #[test]
    fn what_is_new_or_changed_in_place_disturbs_nobody() {
        let new = ("other", "other", Action::Create, &[][..]);
        let changed = ("app[1]", "app", Action::Update, &[][..]);
        let data = ("orders", "orders", Action::Update, &[Disturbance::DataLoss][..]);
        check(&[new, changed, data], &[]);
    }
}
