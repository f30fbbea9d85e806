//! Whether drawn links work: every instance on one side reaches every instance on the other on
//! every port of the link. Other links than flows and targets carry no packets and get no verdict.

use super::{World, words::Block, words::Trace, world::HostNumber};
use crate::sets::PacketSet;
use gp_catalog::resolved::{Resolved, ResolvedLink, ResolvedResource};
use gp_model::{Id, LinkKind};
use serde::Serialize;

/// Whether a link works.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkVerdict {
    /// Which.
    pub link: Id,
    /// Whether all its packets arrive.
    pub works: bool,
    /// Whether something answers all of them.
    pub answered: bool,
    /// If it does not work: the hop and the rule.
    pub block: Option<Block>,
    /// One packet hop by hop where it does not work.
    pub counter_example: Option<Trace>,
}

impl World {
    /// The verdict on every flow and target link that opens ports, in order of id.
    pub fn links(&self, resolved: &Resolved) -> Vec<LinkVerdict> {
        let judged = resolved.links.values().filter(|link| {
            // Of what there is none today, nothing can be said.
            let ends = [&link.from, &link.to].map(|id| resolved.resource(id));
            let asleep = ends.into_iter().flatten().any(ResolvedResource::counts_none);
            carries_packets(link) && !asleep
        });
        judged.map(|link| self.link(link)).collect()
    }

    /// The verdict on one link. An end may be a single instance (`app[0]`) as well.
    pub fn link(&self, link: &ResolvedLink) -> LinkVerdict {
        let from = self.taking_part(&link.from, true);
        let to = self.taking_part(&link.to, false);
        let wanted = PacketSet::from_specs(link.ports.iter().copied());
        let mut answered = true;
        for &b in &to {
            for &a in from.iter().filter(|a| **a != b) {
                match self.carries(a, b, &wanted) {
                    Ok(all_answered) => answered &= all_answered,
                    Err(missing) => return self.broken(link, a, b, &missing),
                }
            }
        }
        let (works, block) = if from.is_empty() || to.is_empty() {
            (false, Some(self.without_end(if from.is_empty() { &link.from } else { &link.to })))
        } else {
            (true, None)
        };
        let answered = answered && works;
        LinkVerdict { link: link.id.clone(), works, answered, block, counter_example: None }
    }

    /// The instances that a link means at one of its ends.
    fn taking_part(&self, end: &Id, starts: bool) -> Vec<HostNumber> {
        let alone = self.by_id.get(end).map(|number| &self.thing(*number).source);
        let hosts = match alone.filter(|it| !it.links_what_it_holds()) {
            Some(it) => self.hosts_of(std::slice::from_ref(&it.id)),
            None => self.named(end),
        };
        let hosts = hosts.into_iter();
        let means = |host: &HostNumber| {
            let source = &self.thing_of(*host).source;
            let name = &self.host(*host).name;
            let instance = source.instances.iter().find(|one| one.address == *name);
            instance.is_none_or(|one| source.takes_part(one, starts))
        };
        hosts.filter(means).collect()
    }

    /// Whether all is answered, or what does not arrive. Behind a pass-through listener a
    /// target has to be reached as well.
    fn carries(&self, a: HostNumber, b: HostNumber, wanted: &PacketSet) -> Result<bool, PacketSet> {
        let Some(origin) = self.origin(a) else { return Err(wanted.clone()) };
        let verdict = self.verdict(origin, b);
        let mut missing = wanted.difference(&verdict.allowed);
        let thing = self.thing_of(b);
        if missing.is_empty() && thing.pass_through {
            let onward = PacketSet::from_specs(thing.source.listeners.iter().map(|l| l.ports));
            let onward = onward.difference(&thing.listens).intersection(wanted);
            missing = onward.difference(&self.behind(origin, b).allowed);
        }
        if missing.is_empty() { Ok(wanted.is_subset(&verdict.answered)) } else { Err(missing) }
    }

    fn broken(
        &self,
        link: &ResolvedLink,
        a: HostNumber,
        b: HostNumber,
        missing: &PacketSet,
    ) -> LinkVerdict {
        let mut to = b;
        let origin = self.origin(a);
        let mut block = origin.and_then(|o| self.blocks(o, b, missing).into_iter().next());
        if let (Some(origin), None) = (origin, &block) {
            (to, block) = self.block_behind(origin, b);
        }
        let packet = missing.example();
        let trace = origin.zip(packet).and_then(|(o, packet)| self.blocked_trace(o, to, packet));
        let block = block.or_else(|| Some(self.no_address(a)));
        LinkVerdict {
            link: link.id.clone(),
            works: false,
            answered: false,
            block,
            counter_example: trace,
        }
    }

    /// What stops the packets that a pass-through node has taken.
    fn block_behind(
        &self,
        origin: super::walk::Origin,
        node: HostNumber,
    ) -> (HostNumber, Option<Block>) {
        let targets = self.thing_of(node).source.listeners.iter().flat_map(|l| &l.targets);
        for target in targets {
            for host in self.hosts_of(std::slice::from_ref(&target.resource)) {
                let wanted = PacketSet::of(target.ports);
                let missing = wanted.difference(&self.allowed(origin, host));
                if let Some(block) = self.blocks(origin, host, &missing).into_iter().next() {
                    return (host, Some(block));
                }
            }
        }
        let title = self.title(node);
        let block = Block {
            id: Some(self.thing_of(node).source.id.clone()),
            hop: title,
            rule: None,
            why: "it has no target to send this to".to_owned(),
            packets: PacketSet::all(),
        };
        (node, Some(block))
    }

    fn without_end(&self, id: &Id) -> Block {
        let title = self.by_id.get(id).map(|n| self.thing(*n).source.title.clone());
        let title = title.unwrap_or_else(|| id.to_string());
        Block {
            id: Some(id.clone()),
            why: format!("{title} has no instance with an address"),
            hop: title,
            rule: None,
            packets: PacketSet::all(),
        }
    }
}

/// Whether a link is about packets at all.
pub(crate) fn carries_packets(link: &ResolvedLink) -> bool {
    matches!(link.kind, LinkKind::Flow | LinkKind::Target) && !link.ports.is_empty()
}
