//! Threat detectors: their plans in `GuardDuty`'s names, and one for each account and region.

use super::{Facts, is_managed, unsupported};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Diagnostic, Place};

/// Every plan that can be chosen, and `GuardDuty`'s feature for it, ordered by that.
const FEATURES: [(&str, &str); 6] = [
    ("malware", "EBS_MALWARE_PROTECTION"),
    ("kubernetes", "EKS_AUDIT_LOGS"),
    ("functions", "LAMBDA_NETWORK_LOGS"),
    ("databases", "RDS_LOGIN_EVENTS"),
    ("runtime", "RUNTIME_MONITORING"),
    ("storage", "S3_DATA_EVENTS"),
];

/// The features that we decide on, each with whether it is on: one that is left out would stay as
/// AWS has it for a new detector, which is on for some of them.
pub fn features(detector: &ResolvedResource) -> Vec<(&'static str, bool)> {
    let plans = super::texts(detector, "plans");
    let on = |word: &str| plans.iter().any(|plan| plan == word);
    FEATURES.iter().map(|(word, feature)| (*feature, on(word))).collect()
}

/// How often it repeats what it found.
pub fn frequency(detector: &ResolvedResource) -> &'static str {
    match detector.text("report-every") {
        Some("hour") => "ONE_HOUR",
        Some("6-hours") => "SIX_HOURS",
        _ => "FIFTEEN_MINUTES",
    }
}

/// What is drawn at a detector and is not so on AWS.
pub fn not_detected<'a>(
    facts: &Facts<'a>,
    detector: &'a ResolvedResource,
    format: &str,
) -> Vec<Diagnostic> {
    let title = &detector.title;
    let mut found = Vec::new();
    let all = facts.resolved.resources.values().map(|resource| &**resource);
    let mut own = all.filter(|other| {
        other.kind == "threat-detector"
            && is_managed(other)
            && facts.region_of(other) == facts.region_of(detector)
    });
    if let Some(first) = own.next().filter(|first| first.id != detector.id) {
        let text = format!(
            "an account has one threat detector in a region, and “{}” is there already: remove “{title}”",
            first.title
        );
        let place = Place::resource(&detector.id);
        found.push(Diagnostic::error("refused-by-provider", place, text));
    }
    let several = facts.resolved.scopes.len() > 1 && facts.within(detector, "region").is_none();
    let region = facts.region_of(detector).and_then(|id| facts.resolved.scopes.get(id));
    if let Some(region) = region.filter(|_| several) {
        let text = format!(
            "{format} makes “{title}” in {} only: draw a detector in each other region",
            region.region
        );
        found.push(unsupported(&detector.id, None, text));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_that_may_be_chosen_is_a_feature() {
        let kind = gp_catalog::builtin().kind("threat-detector").unwrap();
        for plan in &kind.attributes["plans"].choices {
            assert!(FEATURES.iter().any(|(word, _)| word == plan), "{plan}");
        }
    }
}
