//! Bandwidth, latency or loss that nobody can read, or of a link that is no line.
//!
//! Bad: `bandwidth = "fast"` at a peering; `latency = "20 ms"` at a flow.
//!
//! Good: `bandwidth = "100 Mbps"`, `latency = "20 ms"`, `loss = "1 %"` at a peering or at an attachment to a hub.
//!
//! Why: a lab imitates the line as it is drawn, and what cannot be read slows nothing down. Flows share the lines that
//! they go over.

use super::prelude::*;
use gp_catalog::units;

pub(crate) static RULE: Rule = Rule {
    id: "unfit-line",
    severity: Severity::Warning,
    source: include_str!("unfit_line.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
  network other 10.30.0.0/16
    subnet tier-two private
      server two
shop -> other kind=peering bandwidth=fast
",
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
  network other 10.30.0.0/16
    subnet tier-two private
      server two
shop -> other kind=peering latency="20 hours" loss=much
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one http:tcp/80
      server two
two -> one bandwidth="100 Mbps"
"#,
        ],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
  network other 10.30.0.0/16
    subnet tier-two private
      server two
shop -> other kind=peering bandwidth="100 Mbps" latency="20 ms" loss="0.5 %"
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for link in facts.resolved.links.values() {
        let is_line = matches!(link.kind, LinkKind::Peering | LinkKind::Attachment);
        for key in ["bandwidth", "latency", "loss"] {
            let Some(value) = link.attributes.get(key) else { continue };
            let number = || value.as_integer().map(|number| number.to_string());
            let text = value.as_str().map(str::to_owned).or_else(number).unwrap_or_default();
            let read = match key {
                "bandwidth" => units::speed(&text).map(|_| ()),
                "latency" => units::delay(&text).map(|_| ()),
                _ => units::share(&text).map(|_| ()),
            };
            let problem = match read {
                Err(problem) => problem,
                Ok(()) if is_line => continue,
                Ok(()) => format!(
                    "{key} is no matter of a {}: write it at the peering or the attachment to a hub that it goes over",
                    word(link.kind)
                ),
            };
            let between = [&link.from, &link.to].map(|id| facts.called(id));
            let text = format!("“{}” – “{}”: {problem}", between[0], between[1]);
            let place = Place::Link { id: link.id.clone(), attribute: Some(key.to_owned()) };
            found.push(RULE.at(place, text));
        }
    }
}

fn word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Flow => "flow",
        LinkKind::Target => "target",
        LinkKind::Trigger => "trigger",
        LinkKind::Cable => "cable",
        LinkKind::Attachment | LinkKind::Peering | LinkKind::Dependency => "link of this kind",
    }
}
