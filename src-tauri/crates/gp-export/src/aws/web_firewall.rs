//! Web firewalls: their rules in AWS's names, and what each stands before.

use super::{Facts, is_managed, server, unsupported};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};
use gp_model::{Diagnostic, LinkKind, Place};

/// What a rule asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// A group of rules that AWS keeps up to date, by its name.
    Group(&'static str),
    /// Whether one address asks more often than so many times in five minutes.
    Rate(i64),
}

/// One rule, in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, the only one of its kind.
    pub name: String,
    /// What it asks.
    pub asks: Asks,
}

/// The rules of a web firewall: who asks too often is turned away before anything is looked into.
pub fn rules(firewall: &ResolvedResource) -> Vec<Rule> {
    let rate = firewall.integer("rate-limit").map(|limit| Rule {
        name: "rate-limit".to_owned(),
        asks: Asks::Rate(limit.clamp(10, 2_000_000_000)),
    });
    let words = super::texts(firewall, "rule-sets");
    let mut all: Vec<Rule> = rate.into_iter().collect();
    for word in words {
        let group = group(&word).filter(|_| all.iter().all(|own| own.name != word));
        all.extend(group.map(|group| Rule { name: word, asks: Asks::Group(group) }));
    }
    all
}

fn group(word: &str) -> Option<&'static str> {
    Some(match word {
        "ip-reputation" => "AWSManagedRulesAmazonIpReputationList",
        "anonymous-ip" => "AWSManagedRulesAnonymousIpList",
        "common" => "AWSManagedRulesCommonRuleSet",
        "known-bad-inputs" => "AWSManagedRulesKnownBadInputsRuleSet",
        "sql" => "AWSManagedRulesSQLiRuleSet",
        "linux" => "AWSManagedRulesLinuxRuleSet",
        "windows" => "AWSManagedRulesWindowsRuleSet",
        "php" => "AWSManagedRulesPHPRuleSet",
        "wordpress" => "AWSManagedRulesWordPressRuleSet",
        "admin-pages" => "AWSManagedRulesAdminProtectionRuleSet",
        _ => return None,
    })
}

/// What WAF takes of a title as a description: three letters at least, and few signs.
pub fn description(firewall: &ResolvedResource) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_+=:#@/-,. ".contains(c);
    let text: String = firewall.title.chars().map(|c| if plain(c) { c } else { ' ' }).collect();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = format!("Web firewall {words}").chars().take(256).collect();
    text.trim_end().to_owned()
}

/// Whether it only counts.
pub fn only_counts(firewall: &ResolvedResource) -> bool {
    firewall.text("mode") == Some("count")
}

/// The name of a measure, of letters, digits and dashes.
pub fn measure(firewall: &ResolvedResource, rule: &str) -> String {
    crate::name::slug(&format!("{} {rule}", firewall.id))
}

/// The balancers that a web firewall stands before, each with its link.
pub fn before<'a>(
    facts: &Facts<'a>,
    firewall: &ResolvedResource,
) -> Vec<(&'a ResolvedLink, &'a ResolvedResource)> {
    let things = hung(facts, firewall).filter(|(_, thing)| thing.kind != "cdn");
    things.filter(|(link, balancer)| refused(facts, link, balancer).is_none()).collect()
}

/// Whether a web firewall is one for content delivery networks: AWS has two sorts, and none is both.
pub fn is_at_edge(facts: &Facts<'_>, firewall: &ResolvedResource) -> bool {
    facts.hangs_on_network(firewall)
}

/// AWS's word for its sort.
pub fn scope(facts: &Facts<'_>, firewall: &ResolvedResource) -> &'static str {
    if is_at_edge(facts, firewall) { "CLOUDFRONT" } else { "REGIONAL" }
}

/// The web firewall before a content delivery network.
pub fn of<'a>(facts: &Facts<'a>, cdn: &ResolvedResource) -> Option<&'a ResolvedResource> {
    let links = facts.links_to(&cdn.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    let mut all = links.filter_map(|link| facts.resource(&link.from));
    all.find(|from| from.kind == "web-firewall")
}

/// What a web firewall is linked to, each with the link.
fn hung<'a>(
    facts: &Facts<'a>,
    firewall: &ResolvedResource,
) -> impl Iterator<Item = (&'a ResolvedLink, &'a ResolvedResource)> {
    let links = facts.links_from(&firewall.id).iter();
    let links = links.filter(|link| link.kind == LinkKind::Attachment);
    let things = links.filter_map(|link| Some((*link, facts.resource(&link.to)?)));
    things.collect::<Vec<_>>().into_iter()
}

/// Why AWS puts it there not, in words.
fn refused(
    facts: &Facts<'_>,
    link: &ResolvedLink,
    thing: &ResolvedResource,
) -> Option<&'static str> {
    let hung = facts.links_to(&thing.id).iter().filter(|own| own.kind == LinkKind::Attachment);
    let firewall = |own: &&&ResolvedLink| {
        facts.resource(&own.from).is_some_and(|from| from.kind == "web-firewall")
    };
    let first = hung.filter(|own| firewall(own)).map(|own| &own.id).next();
    if thing.kind == "load-balancer" && server::is_pass_through(thing) {
        return Some("it passes connections through and sees no web request; take the link away");
    }
    if thing.kind == "cdn" && !is_managed(thing) {
        return Some("that exists already; set it up where that is managed");
    }
    let from = facts.resource(&link.from).filter(|_| thing.kind != "cdn");
    if from.is_some_and(|from| is_at_edge(facts, from)) {
        return Some("it stands before a content delivery network; draw one of its own here");
    }
    (first != Some(&link.id)).then_some("another one stands before it already; take the link away")
}

/// What AWS does not put a web firewall before.
pub fn not_before(facts: &Facts<'_>, firewall: &ResolvedResource) -> Vec<Diagnostic> {
    let links = hung(facts, firewall).filter(|_| is_managed(firewall));
    let one = |(link, thing): (&ResolvedLink, &ResolvedResource)| {
        let why = refused(facts, link, thing)?;
        let text = format!("AWS puts “{}” not before “{}”: {why}", firewall.title, thing.title);
        Some(Diagnostic::error("refused-by-provider", Place::link(&link.id), text))
    };
    let refused = links.filter_map(one);
    let far = super::logs::of(facts, firewall).filter(|_| log_store(facts, firewall).is_none());
    refused.chain(far.map(|store| logs_elsewhere(firewall, store))).collect()
}

fn logs_elsewhere(firewall: &ResolvedResource, store: &ResolvedResource) -> Diagnostic {
    let text = format!(
        "AWS writes what “{}” logs in {} only, for it stands before a content delivery network: draw “{}” in a region there",
        firewall.title,
        super::edge::REGION,
        store.title
    );
    unsupported(&firewall.id, None, text)
}

/// The log store that a web firewall writes to: one in its own region.
pub fn log_store<'a>(
    facts: &Facts<'a>,
    firewall: &ResolvedResource,
) -> Option<&'a ResolvedResource> {
    let store = super::logs::of(facts, firewall)?;
    let here = || facts.region_of(store) == facts.edge_region(store);
    (!is_at_edge(facts, firewall) || here()).then_some(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_set_that_may_be_chosen_has_a_name_on_aws() {
        let kind = gp_catalog::builtin().kind("web-firewall").unwrap();
        for word in &kind.attributes["rule-sets"].choices {
            assert!(group(word).is_some(), "{word}");
        }
    }
}
