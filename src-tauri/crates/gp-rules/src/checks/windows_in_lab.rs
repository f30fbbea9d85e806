//! Windows server in an environment that has only Linux.
//!
//! Bad: `os = "windows"` in a lab.
//!
//! Good: the lab stands in for its network; what runs on Windows is tried at a provider.
//!
//! Why: the lab and Docker share the kernel of a Linux machine: the server's addresses, rules and ports are there, its system is not.

use super::prelude::*;
use gp_model::Provider;

pub(crate) static RULE: Rule = Rule {
    id: "windows-in-lab",
    severity: Severity::Warning,
    source: include_str!("windows_in_lab.rs"),
    reads: Reads { kinds: &["server", "server-group"], attributes: &["os"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
env test lab
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server desk os=windows image=windows-2022 needs=[]
"],
        silent: &[
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server desk os=windows image=windows-2022 needs=[]
",
            r"
env test lab
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app needs=[]
",
        ],
    },
};

fn check(facts: &Facts<'_>, server: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let environment = &facts.resolved.environment;
    let linux = matches!(environment.provider, Provider::Lab | Provider::Docker);
    if !linux || server.text("os") != Some("windows") {
        return;
    }
    let message = format!(
        "“{}” runs Windows, and {} stands in for it with Linux: its connections are real there, its programs are not",
        called(server),
        environment.provider
    );
    let mut said = RULE.at(Place::attribute(&server.id, "os"), message);
    said.environment = Some(environment.id.clone());
    found.push(said);
}
