//! Network that has no room for another subnet.
//!
//! Bad: a subnet without a range in a network 10.20.0.0/28.
//!
//! Good: a larger network, or smaller ranges at its subnets.
//!
//! Why: no addresses are left to give.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "no-room-for-range",
    severity: Severity::Error,
    source: include_str!("no_room_for_range.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r"
env production azure
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/24
    subnet web public 10.20.0.0/24
      load-balancer entry public
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/24
    subnet one private 10.20.0.0/24
      server a
    subnet two private
      server b
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet one private 10.20.0.0/24
    subnet two private
"],
    },
};

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
