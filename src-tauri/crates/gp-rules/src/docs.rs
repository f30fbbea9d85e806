//! The reference of all rules, from the same text that stands at the top of their files.

use crate::{Rule, checks::CHECKS};
use gp_model::Severity;
use std::fmt::Write as _;

/// The reference as Markdown, rules in alphabetical order.
pub fn docs() -> String {
    let mut text = String::from("# Checks\n\nAlways on: they say whether a design makes sense.\n");
    for rule in CHECKS {
        text.push('\n');
        text.push_str(&page(rule));
    }
    text
}

/// Every rule's id, and in one line what it finds.
pub fn titles() -> impl Iterator<Item = (&'static str, String)> {
    CHECKS.iter().map(|rule| {
        let docs = rule.docs();
        (rule.id, docs.trim().lines().next().unwrap_or_default().to_owned())
    })
}

/// The page of one rule as Markdown; `None`: there is no such rule.
pub fn explain(rule_id: &str) -> Option<String> {
    CHECKS.iter().find(|rule| rule.id == rule_id).map(|rule| page(rule))
}

fn page(rule: &Rule) -> String {
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    };
    let mut page = format!("## {}\n\n*{severity}* · ", rule.id);
    page.push_str(rule.docs().trim());
    page.push('\n');
    let examples = [("Fires", rule.cases.firing.first()), ("Silent", rule.cases.silent.first())];
    for (title, sketch) in examples {
        if let Some(sketch) = sketch {
            let _ = write!(page, "\n{title}:\n\n```\n{}\n```\n", sketch.trim());
        }
    }
    page
}
