//! Which instances of a thing a link means at its ends. Knows nothing of whether packets arrive.

use crate::resolved::{Instance, ResolvedResource};

impl ResolvedResource {
    /// Whether a link means this instance, at the end where it starts or the one where it ends: an
    /// API gateway with a private link is called outside, and calls from inside.
    pub fn takes_part(&self, instance: &Instance, starts: bool) -> bool {
        let inside = |instance: &Instance| instance.segment.is_some();
        self.kind != "api-gateway"
            || !self.instances.iter().any(inside)
            || inside(instance) == starts
    }
}
