//! Id that is not lower-case words joined by dashes, of a resource, a link, an intent, an environment or a view.
//!
//! Bad: `[resource.App_Server]`.
//!
//! Good: `[resource.app-server]`.
//!
//! Why: ids become names on every provider and in every export; only these are legal everywhere.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "malformed-id",
    severity: Severity::Warning,
    source: include_str!("malformed_id.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server App_Server
",
            r#"
env ../../x lab variables={"two words"=1}
internet internet
"#,
            r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80 needs=[]
      server web http:tcp/80 needs=[]
web -> app id=Web_App
! unreachable internet -> app id=No!Way
",
        ],
        silent: &[r"
env test-1 lab variables={db_size=1}
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app-server needs=[]
      server web http:tcp/80 needs=[]
app-server -> web id=app-web
"],
    },
};

/// What helps is said where it is found.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
