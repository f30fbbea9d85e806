//! Name that the provider refuses.
//!
//! Bad: a load balancer on AWS whose name is longer than 32 letters.
//!
//! Good: a shorter id.
//!
//! Why: the deployment would stop in the middle.

use super::prelude::*;
use gp_model::Provider;

pub(crate) static RULE: Rule = Rule {
    id: "illegal-name",
    severity: Severity::Error,
    source: include_str!("illegal_name.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r#"
env production aws regions.frankfurt=eu-central-1
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer the-load-balancer-of-the-whole-web-shop listeners=[{protocol="http",port=80}]
      server app http:tcp/80
the-load-balancer-of-the-whole-web-shop -> app id=entry-app
"#],
        silent: &[r#"
env production aws regions.frankfurt=eu-central-1
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}]
      server app http:tcp/80
entry -> app
"#],
    },
};

/// Most letters of a name, its source in the providers' documentation of the resource type.
fn longest(provider: Provider, kind: &str) -> Option<usize> {
    match (provider, kind) {
        // elasticloadbalancing CreateLoadBalancer, 2025: Name up to 32.
        (Provider::Aws, "load-balancer") => Some(32),
        // S3, Azure and Google bucket naming rules, RDS instance identifiers and database servers
        // elsewhere: up to 63. Google Compute Engine names follow RFC 1035: up to 63.
        (Provider::Aws | Provider::Azure, "bucket" | "database") | (Provider::Gcp, _) => Some(63),
        // Lambda function names, Azure virtual machines on Linux: up to 64.
        (Provider::Aws, "function") | (Provider::Azure, "server") => Some(64),
        // SQS queue name: up to 80, `.fifo` included.
        (Provider::Aws, "queue") => Some(75),
        _ => None,
    }
}

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let environment = &facts.resolved.environment;
    let Some(most) = longest(environment.provider, &resource.kind) else { return };
    let suffix = environment.suffix.as_ref().filter(|_| resource.kind == "bucket");
    let length = resource.id.chars().count() + suffix.map_or(0, |s| s.chars().count() + 1);
    if length > most {
        let title = facts.kind(resource).map_or(resource.kind.as_str(), |k| k.title.as_str());
        let message = format!(
            "“{}” makes a name of {length} letters, on {} at most {most} for a {}: choose a shorter id",
            resource.id,
            environment.provider,
            title.to_lowercase()
        );
        let mut said = RULE.at(Place::resource(&resource.id), message);
        said.environment = Some(environment.id.clone());
        let short: String =
            resource.id.chars().take(most - (length - resource.id.chars().count())).collect();
        let short = Id::new(short.trim_end_matches('-'));
        if short.is_well_formed() && facts.resource(&short).is_none() {
            let rename = Edit::RenameResource { from: resource.id.clone(), to: short.clone() };
            said = said.fixed_by(format!("Rename it to “{short}”"), rename);
        }
        found.push(said);
    }
}
