//! Tests of every rule: its page, its cases, and that its fixes help and harm nothing.

use super::CHECKS;
use crate::{Check, Date, Judge, Proof, Rule, docs, explain, judge};
use gp_catalog::{Resolved, builtin, resolve::resolve};
use gp_model::{Design, Diagnostic, Id, Place, edit};
use gp_testkit::sketch;
use std::{collections::BTreeSet, fmt::Write as _};

fn today() -> Date {
    Date::new(2026, 6, 15).unwrap()
}

fn resolved(design: &Design) -> Resolved {
    resolve(design, builtin(), None)
}

fn look(design: &Design) -> Vec<Diagnostic> {
    let resolved = resolved(design);
    judge(&resolved, &Proof::of(&resolved), today()).open
}

fn of<'a>(rule: &Rule, found: &'a [Diagnostic]) -> Vec<&'a Diagnostic> {
    found.iter().filter(|d| d.rule == rule.id).collect()
}

#[test]
fn the_list_is_what_the_folder_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/checks");
    #[allow(clippy::disallowed_methods, reason = "the test looks at its own sources")]
    let files = std::fs::read_dir(folder).unwrap();
    let mut there: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".rs") && name != "mod.rs" && name != "tests.rs")
        .map(|name| name.trim_end_matches(".rs").replace('_', "-"))
        .collect();
    there.sort();
    let listed: Vec<&str> = CHECKS.iter().map(|rule| rule.id).collect();
    assert_eq!(listed, there);
}

#[test]
fn every_rule_has_a_page() {
    for rule in CHECKS {
        let page = rule.docs();
        for part in ["\nBad: ", "\nGood: ", "\nWhy: "] {
            assert!(page.contains(part), "{}: no {part:?}", rule.id);
        }
        assert!(rule.why().is_some_and(|why| why.len() > 12 && !why.ends_with('.')), "{}", rule.id);
        assert!(Id::new(rule.id).is_well_formed(), "{}", rule.id);
        assert!(!rule.cases.firing.is_empty() && !rule.cases.silent.is_empty(), "{}", rule.id);
        assert!(explain(rule.id).unwrap().contains(rule.id));
    }
    assert_eq!(explain("no-such-rule"), None);
}

#[test]
fn every_rule_fires_and_is_silent() {
    let mut wrong = Vec::new();
    for rule in CHECKS {
        for case in rule.cases.firing {
            let found = look(&sketch(case));
            if of(rule, &found).is_empty() {
                wrong.push(format!("{} does not fire: {:?}\n{case}", rule.id, texts(&found)));
            }
            if of(rule, &found).iter().any(|d| d.severity != rule.severity || d.why.is_none()) {
                wrong.push(format!("{}: severity or reason differ", rule.id));
            }
        }
        for case in rule.cases.silent {
            let found = look(&sketch(case));
            if let [first, ..] = of(rule, &found)[..] {
                wrong.push(format!("{} fires: {}\n{case}", rule.id, first.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn texts(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|d| format!("{}: {}", d.rule, d.message)).collect()
}

#[test]
fn silent_cases_hold_no_error_at_all() {
    let mut wrong = Vec::new();
    for rule in CHECKS {
        for case in rule.cases.silent {
            let errors: Vec<String> = look(&sketch(case))
                .iter()
                .filter(|d| d.severity == gp_model::Severity::Error)
                .map(|d| format!("{}: {}", d.rule, d.message))
                .collect();
            if !errors.is_empty() {
                wrong.push(format!("{}: {errors:?}\n{case}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fix_removes_its_finding_and_adds_none() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for rule in CHECKS {
        for case in rule.cases.firing {
            let design = sketch(case);
            let before = look(&design);
            for finding in of(rule, &before) {
                for fix in &finding.fixes {
                    tried += 1;
                    wrong.extend(
                        harm(&design, &before, finding, fix)
                            .map(|h| format!("{}, “{}”: {h}\n{case}", rule.id, fix.title)),
                    );
                }
            }
        }
    }
    assert!(tried > 30, "only {tried} fixes were tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a fix, if anything.
fn harm(
    design: &Design,
    before: &[Diagnostic],
    finding: &Diagnostic,
    fix: &gp_model::Fix,
) -> Option<String> {
    let patch = match edit::apply(design, &fix.edit) {
        Ok(patch) if patch.is_empty() => return Some("changes nothing".to_owned()),
        Ok(patch) => patch,
        Err(refusal) => return Some(format!("is refused: {refusal}")),
    };
    let mut fixed = design.clone();
    patch.apply(&mut fixed);
    let after = look(&fixed);
    if after.iter().any(|d| same(d, finding)) {
        return Some("does not remove its finding".to_owned());
    }
    let there = |old: &Diagnostic, d: &Diagnostic| {
        old.rule == d.rule && moved(&fix.edit, &old.place) == d.place
    };
    let new: Vec<String> = after
        .iter()
        .filter(|d| !before.iter().any(|old| there(old, d)))
        .map(|d| format!("{}: {}", d.rule, d.message))
        .collect();
    (!new.is_empty()).then(|| format!("adds {new:?}"))
}

/// Where a place is after an edit: a renamed resource keeps its findings.
fn moved(edit: &edit::Edit, place: &Place) -> Place {
    match (edit, place) {
        (edit::Edit::RenameResource { from, to }, Place::Resource { id, attribute })
            if id == from =>
        {
            Place::Resource { id: to.clone(), attribute: attribute.clone() }
        }
        _ => place.clone(),
    }
}

fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    (&a.rule, &a.place, &a.message) == (&b.rule, &b.place, &b.message)
}

#[test]
fn messages_are_plain() {
    for rule in CHECKS {
        for case in rule.cases.firing {
            for d in look(&sketch(case)) {
                assert!(
                    !d.message.ends_with('.') && !d.message.contains('\n'),
                    "{}: {}",
                    d.rule,
                    d.message
                );
                let first = d.message.chars().next().unwrap();
                assert!(
                    !first.is_uppercase() || d.rule == "broken-intent",
                    "{}: {}",
                    d.rule,
                    d.message
                );
                for fix in &d.fixes {
                    assert!(fix.title.chars().next().unwrap().is_uppercase(), "{}", fix.title);
                }
            }
        }
    }
}

#[test]
fn messages_do_not_change_by_accident() {
    let mut text = String::new();
    for rule in CHECKS {
        for case in rule.cases.firing {
            let found = look(&sketch(case));
            for d in of(rule, &found) {
                let fixes: Vec<&str> = d.fixes.iter().map(|f| f.title.as_str()).collect();
                writeln!(text, "{}: {}\n    {}", d.rule, d.message, fixes.join(" | ")).unwrap();
            }
        }
    }
    insta::assert_snapshot!(text);
}

/// Where the words are about what somebody wrote, the id is what was written.
const ABOUT_IDS: &[&str] = &[
    "cyclic-parents",
    "expired-waiver",
    "firewall-line-to-nothing",
    "intent-without-end-points",
    "link-without-meaning",
    "location-not-on-provider",
    "malformed-id",
    "mention-of-nothing",
    "misplaced-secret",
    "missing-parent",
    "name-with-control-characters",
    "no-room-for-range",
    "override-not-possible",
    "record-to-nothing",
    "region-not-on-provider",
    "region-of-nothing",
    "unfit-setting",
    "unknown-service",
    "unreadable-variable",
    "unset-variable",
    "zone-not-in-region",
];

#[test]
fn messages_name_things_as_people_call_them() {
    let mut wrong = Vec::new();
    for rule in CHECKS.iter().filter(|rule| !ABOUT_IDS.contains(&rule.id)) {
        for case in rule.cases.firing {
            let mut design = sketch(case);
            for (id, resource) in design.resources.clone() {
                let mut titled = (*resource).clone();
                titled.title.get_or_insert_with(|| format!("The {id}"));
                design.resources.insert(id, titled.into());
            }
            for found in of(rule, &look(&design)) {
                let named = |id: &&Id| found.message.contains(&format!("“{id}”"));
                wrong.extend(design.resources.keys().find(named).map(|_| found.message.clone()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_reference_names_every_rule() {
    let text = docs();
    for rule in CHECKS {
        assert!(text.contains(&format!("\n## {}\n", rule.id)));
    }
}

#[test]
fn a_waiver_hides_what_it_names_until_its_last_day() {
    let text = "region frankfurt location=frankfurt\n  volume scratch tags.team=x\n  volume other\nwaive unattached-volume ";
    let found = |waiver: &str| -> Vec<String> {
        let design = sketch(&format!("{text}{waiver}"));
        look(&design)
            .iter()
            .filter(|d| d.severity != gp_model::Severity::Advice)
            .map(|d| match &d.place {
                Place::Resource { id, .. } => format!("{} {id}", d.rule),
                _ => d.rule.to_string(),
            })
            .collect()
    };
    assert_eq!(found("scratch \"later\""), ["unattached-volume other"]);
    assert_eq!(found("scratch \"later\" expires=2026-06-15"), ["unattached-volume other"]);
    assert_eq!(found("resource=\"tag:team=x\" \"later\""), ["unattached-volume other"]);
    assert_eq!(
        found("scratch \"later\" expires=2026-06-14"),
        ["unattached-volume other", "unattached-volume scratch", "expired-waiver"]
    );
}

#[test]
fn removing_an_ended_waiver_leaves_the_other_settings_as_they_are() {
    let mut design = sketch(
        "env test lab profile=strict\npolicy profile=baseline\ninternet internet\nwaive empty-container internet \"x\" expires=2020-01-01",
    );
    let found = look(&design);
    let ended = found.iter().find(|d| d.rule == "expired-waiver").unwrap();
    edit::apply(&design, &ended.fixes[0].edit).unwrap().apply(&mut design);
    assert_eq!(design.policy.profile.as_deref(), Some("baseline"));
    assert!(design.policy.waivers.is_empty());
    assert_eq!(resolved(&design).environment.profile.as_deref(), Some("strict"));
}

#[test]
fn the_template_is_clean_everywhere() {
    let text = include_str!("../../../../../templates/three-tier-web-shop/design.gplan");
    let design = gp_model::file::parse(text.as_bytes()).design;
    for environment in ["test", "production"] {
        let resolved = resolve(&design, builtin(), Some(&Id::new(environment)));
        let found = judge(&resolved, &Proof::of(&resolved), today()).open;
        let bad: Vec<String> = found.iter().map(|d| format!("{}: {}", d.rule, d.message)).collect();
        assert_eq!(bad, Vec::<String>::new(), "{environment}");
    }
}

#[test]
fn rules_that_only_resolving_knows_are_not_run_twice() {
    let mut ids = BTreeSet::new();
    for rule in CHECKS {
        assert!(ids.insert(rule.id));
        if matches!(rule.check, Check::Resolve(_)) {
            assert!(rule.reads.kinds.is_empty() && rule.reads.near.is_empty());
        }
    }
}

mod incremental {
    use super::*;
    use proptest::prelude::*;

    /// Edits by number, on the web shop: what a user does in an afternoon.
    fn edits(design: &Design) -> Vec<gp_model::Edit> {
        let set = |id: &Id, name: &str, value: gp_model::Value| gp_model::Edit::SetAttribute {
            resource: id.clone(),
            path: vec![name.to_owned()],
            value,
        };
        let mut edits = Vec::new();
        for (id, resource) in &design.resources {
            for (name, value) in [
                ("zone", "c".into()),
                ("zone", "a".into()),
                ("cidr", "10.20.0.0/24".into()),
                ("cidr", "10.20.77.0/24".into()),
                ("exposure", "public".into()),
                ("exposure", "isolated".into()),
                ("count", 3.into()),
                ("cpu", "x".into()),
                ("standby", true.into()),
                ("titel", "x".into()),
                ("scheme", "internal".into()),
                ("title", "Called otherwise".into()),
                ("title", format!("The {id}").into()),
            ] as [(&str, gp_model::Value); 13]
            {
                edits.push(set(id, name, value));
            }
            edits.push(gp_model::Edit::RemoveResources { ids: vec![id.clone()] });
            for parent in design.resources.keys().filter(|p| Some(*p) != resource.parent.as_ref()) {
                edits.push(gp_model::Edit::MoveToParent {
                    ids: vec![id.clone()],
                    parent: Some(parent.clone()),
                });
            }
        }
        edits.extend(
            design.links.keys().map(|id| gp_model::Edit::RemoveLinks { ids: vec![id.clone()] }),
        );
        for (from, to) in design.resources.keys().zip(design.resources.keys().skip(3)) {
            let link = gp_model::Link { from: from.clone(), to: to.clone(), ..Default::default() };
            edits.push(gp_model::Edit::AddLink { id: Id::new(format!("{from}-{to}-new")), link });
        }
        edits
    }

    #[allow(clippy::disallowed_methods, reason = "the number of cases is the test runner's choice")]
    fn cases() -> ProptestConfig {
        let wanted = std::env::var("GP_CASES").ok().and_then(|n| n.parse().ok());
        ProptestConfig::with_cases(wanted.unwrap_or(24))
    }

    proptest! {
        #![proptest_config(cases())]

        #[test]
        fn a_judge_that_remembers_says_what_a_new_one_says(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..8)) {
            let text = include_str!("../../../../../templates/three-tier-web-shop/design.gplan");
            let mut design = gp_model::file::parse(text.as_bytes()).design;
            let mut judge = Judge::default();
            for pick in picks {
                let edits = edits(&design);
                if edits.is_empty() {
                    break;
                }
                let Ok(patch) = edit::apply(&design, pick.get(&edits)) else { continue };
                patch.apply(&mut design);
                let resolved = resolved(&design);
                let proof = Proof::of(&resolved);
                let whole = crate::judge(&resolved, &proof, today());
                prop_assert_eq!(judge.judge(&resolved, &proof, today()), whole);
            }
        }

        #[test]
        fn the_most_senseless_design_is_judged(seed: u64, most in 1_usize..16) {
            let design = gp_testkit::senseless(seed, most);
            for environment in design.environments.keys() {
                let resolved = resolve(&design, builtin(), Some(environment));
                let found = judge(&resolved, &Proof::of(&resolved), today()).open;
                let failed = found.into_iter().find(|one| one.rule == "failed-rule");
                prop_assert_eq!(failed, None);
            }
        }
    }
}
