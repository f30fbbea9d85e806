//! Server group that begins with more or fewer servers than it may have.
//!
//! Bad: `desired = 6` with `max = 4`.
//!
//! Good: a number between the least and the most.
//!
//! Why: providers refuse such a group.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "desired-outside-bounds",
    severity: Severity::Error,
    source: include_str!("desired_outside_bounds.rs"),
    reads: Reads { kinds: &["server-group"], attributes: &["min", "desired", "max"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server-group app desired=6 needs=[]
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server-group app min=3 desired=2 needs=[]
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server-group app min=5 desired=5 max=4 needs=[]
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server-group app needs=[]
      server-group other min=6 desired=6 max=6 needs=[]
"],
    },
};

fn check(_: &Facts<'_>, group: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let number = |name| group.integer(name);
    let (Some(min), Some(desired), Some(max)) = (number("min"), number("desired"), number("max"))
    else {
        return;
    };
    let name = called(group);
    if min > max {
        let text =
            format!("“{name}” has at least {min} servers and at most {max}: turn them round");
        let said = RULE.at(Place::attribute(&group.id, "max"), text);
        found.push(said.fixed_by(format!("At most {min}"), set(&group.id, "max", min.into())));
    } else if desired < min || desired > max {
        let near = desired.clamp(min, max);
        let text = format!(
            "“{name}” begins with {desired} servers, but has {min} to {max}: begin with {near}, or widen that"
        );
        let bound = if desired < min { "min" } else { "max" };
        let said = RULE.at(Place::attribute(&group.id, "desired"), text);
        let said =
            said.fixed_by(format!("Begin with {near}"), set(&group.id, "desired", near.into()));
        found.push(
            said.fixed_by(format!("Let it have {desired}"), set(&group.id, bound, desired.into())),
        );
    }
}
