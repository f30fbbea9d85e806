//! Link that lets somebody write to a database which is a copy.
//!
//! Bad: an application with `access = ["write"]` on a copy of another database.
//!
//! Good: it writes to the first one, and reads from the copy.
//!
//! Why: a copy takes no changes but those of its source; the application would fail at its first one.

use super::{prelude::*, replica_cannot_follow::sources};
use gp_model::{Access, edit::LinkChange};

pub(crate) static RULE: Rule = Rule {
    id: "write-to-replica",
    severity: Severity::Error,
    source: include_str!("write_to_replica.rs"),
    reads: Reads { kinds: &["database"], attributes: &[], near: &[Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet apps private
      server app
    subnet data isolated
      database orders
      database copy
orders -> copy
app -> copy read,write
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet apps private
      server app
    subnet data isolated
      database orders
      database copy
orders -> copy
app -> copy read
app -> orders read,write
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for copy in facts.of_kind("database") {
        let Some(source) = sources(facts, &copy.id).next() else { continue };
        let writes = |access: &Access| !matches!(access, Access::Read | Access::Consume);
        let links = facts.links(&copy.id).iter().filter(|link| link.to == copy.id);
        for link in links.filter(|link| link.access.iter().any(writes)) {
            let text = format!(
                "“{}” is a copy of “{}” and cannot be written to, as {} would: let it write to “{}”",
                called(copy),
                facts.called(&source.from),
                facts.called(&link.from),
                facts.called(&source.from)
            );
            let set = LinkChange { access: Some(vec![Access::Read]), ..LinkChange::default() };
            let edit = Edit::SetLink { id: link.id.clone(), set };
            found.push(RULE.at(Place::link(&link.id), text).fixed_by("Let it only read", edit));
        }
    }
}
