//! Setting of an environment that cannot be read.
//!
//! Bad: `pool = "10.0.0.0/33"`, `ttl = "soon"`, an input `"${shop.idd}"` of a module.
//!
//! Good: `pool = "10.64.0.0/10"`, `ttl = "8 hours"`.
//!
//! Why: it is not used: ranges come from elsewhere, what should end by itself stays and costs, a module is not told what it needs.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "unfit-setting",
    severity: Severity::Error,
    source: include_str!("unfit_setting.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r#"
env test lab pool="10.0.0.0/33" ttl=soon
internet internet
"#,
            r#"
env test lab pool="10.64.0.1/10" suffix=of-the-whole-company-and-more
internet internet
"#,
            // What a module is told of others.
            r#"
env live aws modules.queue={source="./queue",inputs={a="${shop.id",b="${}",c="${net work.id}",d="${shop.arnn}",e="${shopp.id}",f="${titel}"}}
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  queue jobs
"#,
        ],
        silent: &[
            r#"
env test lab pool="10.64.0.0/10" ttl="8 hours"
internet internet
"#,
            r#"
env live aws modules.queue={source="./queue",inputs={a="${shop.id}",b="$${}",c="${network.arn} ${subnet.ids}",d="${HOME}",e="${title}"}}
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  queue jobs
"#,
        ],
    },
};

/// What helps is said where it is found.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
