//! Which instances of a thing a link means at its ends. Knows nothing of whether packets arrive.

use crate::resolved::{Instance, ResolvedResource};

impl ResolvedResource {
    /// Whether a link means this instance, at the end where it starts or the one where it ends: an
    /// API gateway with a private link is called outside, and calls from inside; a DNS resolver takes
    /// questions at some of its addresses and asks from the others.
    pub fn takes_part(&self, instance: &Instance, starts: bool) -> bool {
        if self.kind == "dns-resolver" {
            return self.asks_from(instance) == starts;
        }
        let inside = |instance: &Instance| instance.segment.is_some();
        self.kind != "api-gateway"
            || !self.instances.iter().any(inside)
            || inside(instance) == starts
    }

    /// Whether this address of a DNS resolver is one of those that it passes questions on from.
    pub fn asks_from(&self, instance: &Instance) -> bool {
        let each = match (self.flag("inbound"), self.flag("outbound")) {
            (true, true) => self.instances.len() / 2,
            (false, true) => 0,
            _ => return false,
        };
        self.instances.iter().position(|one| one.address == instance.address) >= Some(each)
    }
}
