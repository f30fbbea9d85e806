//! Waiver whose last day is over.
//!
//! Bad: `expires = 2020-01-01` on a waiver that is still in the file.
//!
//! Good: the finding is put right and the waiver removed, or the waiver is given a new day.
//!
//! Why: what was accepted for a while would be accepted for ever.

use super::prelude::*;
use crate::Date;
use gp_catalog::Resolved;
use gp_model::{PolicySettings, Waiver};

pub(crate) static RULE: Rule = Rule {
    id: "expired-waiver",
    severity: Severity::Warning,
    source: include_str!("expired_waiver.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Waivers,
    cases: Cases {
        firing: &[r#"
internet internet
waive empty-container internet "for now" expires=2020-01-01
"#],
        silent: &[r#"
internet internet
waive empty-container internet "for now" expires=2999-12-31
"#],
    },
};

/// The finding for one waiver that no longer holds.
pub(crate) fn ended(resolved: &Resolved, number: usize, waiver: &Waiver) -> Diagnostic {
    let day = waiver.expires.as_deref().unwrap_or_default();
    let on = waiver.resource.as_ref().map_or_else(String::new, |r| format!(" on “{r}”"));
    let message = if day.parse::<Date>().is_ok() {
        format!(
            "the waiver of “{}”{on} ended on {day}: remove it or give it a new day",
            waiver.rule
        )
    } else {
        format!(
            "the waiver of “{}”{on} ends on “{day}”, which is no day: write it as 2027-03-31",
            waiver.rule
        )
    };
    let mut policy = PolicySettings::clone(&resolved.policy);
    policy.waivers.remove(number);
    RULE.at(Place::Policy, message).fixed_by("Remove the waiver", Edit::SetPolicy { policy })
}
