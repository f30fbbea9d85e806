//! Cluster whose pods are to have their addresses in another network than its nodes.
//!
//! Bad: `pods` names a subnet of another network.
//!
//! Good: a subnet of the network that the cluster stands in.
//!
//! Why: a pod's address is one of its node's, so that pods would stay in the tier of the nodes and take
//! their addresses.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "pods-in-other-network",
    severity: Severity::Error,
    source: include_str!("pods_in_other_network.rs"),
    reads: Reads {
        kinds: &["kubernetes-cluster"],
        attributes: &["pods"],
        near: &[Near::Containers, Near::Others],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet nodes private
      kubernetes-cluster works pods=far
  network other 10.21.0.0/16
    subnet far private
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet nodes private
      kubernetes-cluster works pods=wide needs=[]
        workload api image=hub.example/api:1 needs=[]
    subnet wide private
"],
    },
};

fn check(facts: &Facts<'_>, cluster: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let named = cluster.text("pods").and_then(|id| facts.resource(id));
    let Some(tier) = named.filter(|tier| tier.kind == "subnet") else { return };
    let network = |own| facts.above(own, "network").map(|network| &network.id);
    if network(tier) == network(cluster) {
        return;
    }
    let text = format!(
        "the pods of “{}” cannot have their addresses in “{}”, which is in another network: name a subnet beside its own",
        called(cluster),
        called(tier)
    );
    let said = RULE.at(Place::attribute(&cluster.id, "pods"), text);
    found.push(said.fixed_by("Take them from the nodes' tier", unset(&cluster.id, "pods")));
}
