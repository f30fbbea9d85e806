//! Cable, peering, attachment or target that begins and ends at the same thing.
//!
//! Bad: a cable from port nic1 of a server to its own port nic2; a network peered with itself.
//!
//! Good: the other end is another thing.
//!
//! Why: a cable between two ports of one switch is a loop in which packets circle, and anything else of this sort says nothing.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "link-to-itself",
    severity: Severity::Error,
    source: include_str!("link_to_itself.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Links] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
site hall
  physical-server one
  switch leaf
one -> leaf kind=cable
one -> one kind=cable from-port=nic1 to-port=nic2
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app needs=[]
shop -> shop
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app x3 gossip:tcp/7946 needs=[]
app -> app
"],
    },
};

/// Several of one kind may well speak to each other; what waits for itself is said as a circle.
fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let speaks = |link: &ResolvedLink| {
        matches!(link.kind, LinkKind::Flow | LinkKind::Trigger | LinkKind::Dependency)
    };
    for link in facts.links(&resource.id) {
        if link.from != link.to || speaks(link) {
            continue;
        }
        let what = match link.kind {
            LinkKind::Cable => "is cabled to",
            LinkKind::Peering => "is peered with",
            LinkKind::Target => "is a target of",
            _ => "hangs on",
        };
        let message = format!(
            "“{}” {what} itself: give the link another end, or remove it",
            called(resource)
        );
        let remove = Edit::RemoveLinks { ids: vec![link.id.clone()] };
        found.push(RULE.at(Place::link(&link.id), message).fixed_by("Remove the link", remove));
    }
}
