//! Two sides and what they came from in, one design and its conflicts out.

use super::*;
use crate::properties::{check_save, config, edits, full_bases};
use proptest::prelude::*;
use std::collections::BTreeSet;

const BASE: &str = r#"format = 1
[design]
name = "Shop"
[resource.net]
kind = "network"
[resource.app]
kind = "server"
parent = "net"
title = "App server"
cpu = 2
tags = { owner = "a" }
[resource.db]
kind = "database"
parent = "net"
[link.app-db]
from = "app"
to = "db"
allow = ["tcp/5432"]
[layout.resources]
app = [0, 0, 160, 56]
"#;

fn parsed(text: &str) -> Design {
    file::parse(text.as_bytes()).design
}

fn three(mine: &[(&str, &str)], theirs: &[(&str, &str)]) -> [Design; 3] {
    let with = |changes: &[(&str, &str)]| {
        parsed(&changes.iter().fold(BASE.to_owned(), |text, (old, new)| {
            assert!(text.contains(old), "{old}");
            text.replace(old, new)
        }))
    };
    [parsed(BASE), with(mine), with(theirs)]
}

fn merged(sides: &[Design; 3], choices: &[(&str, Side)]) -> Merged {
    let choices = choices.iter().map(|(key, side)| ((*key).to_owned(), *side)).collect();
    merge(&sides[0], &sides[1], &sides[2], &choices)
}

fn keys(merged: &Merged) -> Vec<String> {
    merged.conflicts.iter().map(Conflict::key).collect()
}

const LINK: &str = "[link.app-db]\nfrom = \"app\"\nto = \"db\"\nallow = [\"tcp/5432\"]\n";
const DB: &str = "[resource.db]\nkind = \"database\"\nparent = \"net\"\n";

#[test]
fn different_fields_of_one_thing_come_together() {
    let sides = three(
        &[("cpu = 2", "cpu = 4"), ("[0, 0, 160, 56]", "[8, 8, 160, 56]")],
        &[("App server", "Shop server"), ("owner = \"a\"", "owner = \"a\", cost = \"1\"")],
    );
    let merged = merged(&sides, &[]);
    assert_eq!(keys(&merged), [""; 0]);
    let app = &merged.design.resources["app"];
    assert_eq!(
        (app.title.as_deref(), app.attributes["cpu"].as_integer()),
        (Some("Shop server"), Some(4))
    );
    assert_eq!(app.tags.len(), 2);
    assert_eq!(merged.design.layout.resources["app"].x, 8);
    assert_eq!(merged.mine, Tally { changed: 1, moved: 1, ..Tally::default() });
    assert_eq!(merged.theirs, Tally { changed: 1, ..Tally::default() });
}

#[test]
fn one_value_changed_by_both_is_a_conflict_with_a_choice() {
    let sides = three(&[("cpu = 2", "cpu = 4")], &[("cpu = 2", "cpu = 8")]);
    let key = r#"["resource","app","cpu"]"#;
    for (choices, cpu) in
        [(vec![], 4), (vec![(key, Side::Theirs)], 8), (vec![(key, Side::Mine)], 4)]
    {
        let merged = merged(&sides, &choices);
        assert_eq!(keys(&merged), [key]);
        assert_eq!(merged.conflicts[0].title(&sides[1], &sides[2]), "App server: cpu");
        assert_eq!(merged.conflicts[0].values(), ["2", "4", "8"]);
        assert_eq!(merged.design.resources["app"].attributes["cpu"].as_integer(), Some(cpu));
    }
}

#[test]
fn what_one_removed_and_the_other_changed_is_kept_or_goes_whole() {
    let sides =
        three(&[(DB, ""), (LINK, "")], &[(DB, &DB.replace("\"net\"", "\"net\"\nengine = \"x\""))]);
    let key = r#"["resource","db"]"#;
    let gone = merged(&sides, &[]);
    assert_eq!(keys(&gone), [key]);
    assert!(gone.design.resources.get("db").is_none() && gone.design.links.is_empty());
    let kept = merged(&sides, &[(key, Side::Theirs)]);
    assert!(kept.design.resources["db"].attributes.contains_key("engine"));
    assert_eq!(kept.design.links.len(), 1, "its links come back with it");
}

#[test]
fn what_one_removed_and_the_other_builds_on_is_asked_about() {
    let new = "[resource.tool]\nkind = \"server\"\nparent = \"net\"\n[link.tool-db]\nfrom = \"tool\"\nto = \"db\"\n";
    let sides = three(&[(DB, ""), (LINK, "")], &[(DB, &format!("{DB}{new}"))]);
    let key = r#"["resource","db"]"#;
    let gone = merged(&sides, &[]);
    assert_eq!(keys(&gone), [key]);
    assert_eq!(gone.conflicts[0].needed_by.as_deref(), Some("tool → db"));
    assert!(gone.design.resources.contains_key("tool") && gone.design.links.is_empty());
    let kept = merged(&sides, &[(key, Side::Theirs)]);
    assert_eq!(kept.design.links.keys().collect::<Vec<_>>(), ["app-db", "tool-db"]);
}

#[test]
fn a_rename_is_followed() {
    let mut sides = three(&[], &[("cpu = 2", "cpu = 8"), ("tcp/5432", "tcp/5433")]);
    let rename = crate::Edit::RenameResource { from: "app".into(), to: "web".into() };
    crate::edit::apply(&sides[1], &rename).unwrap().apply(&mut sides[1]);
    let merged = merged(&sides, &[]);
    assert_eq!(keys(&merged), [""; 0]);
    assert!(merged.design.resources.get("app").is_none());
    assert_eq!(merged.design.resources["web"].attributes["cpu"].as_integer(), Some(8));
    assert_eq!(
        (&*merged.design.links["app-db"].from, &*merged.design.links["app-db"].allow[0]),
        ("web", "tcp/5433")
    );
}

#[test]
fn waivers_of_both_are_kept_in_the_same_order_whoever_merges() {
    let waiver = |rule: &str| {
        ("[layout.resources]", format!("[[policy.waiver]]\nrule = \"{rule}\"\n[layout.resources]"))
    };
    let ((old, one), (_, two)) = (waiver("b"), waiver("a"));
    let sides = three(&[(old, &one)], &[(old, &two)]);
    let here = merged(&sides, &[]);
    let there = merge(&sides[0], &sides[2], &sides[1], &Choices::new());
    assert_eq!(here.design, there.design);
    assert_eq!(
        here.design.policy.waivers.iter().map(|it| &*it.rule).collect::<Vec<_>>(),
        ["a", "b"]
    );
}

#[test]
fn containers_moved_into_each_other_are_no_ring() {
    let with = |one: &str, two: &str| {
        parsed(&format!(
            "[resource.one]\nkind = \"frame\"\n{one}\n[resource.two]\nkind = \"frame\"\n{two}\n"
        ))
    };
    let sides = [with("", ""), with("parent = \"two\"", ""), with("", "parent = \"one\"")];
    for (side, parents) in [(Side::Mine, [Some("two"), None]), (Side::Theirs, [None, Some("one")])]
    {
        let merged = merged(&sides, &[(r#"["resource","one","parent"]"#, side)]);
        assert_eq!(merged.conflicts.len(), 1);
        let parent = |id: &str| merged.design.resources[id].parent.as_deref().map(str::to_owned);
        assert_eq!([parent("one"), parent("two")], parents.map(|it| it.map(str::to_owned)));
    }
}

#[test]
fn differences_are_told_in_words() {
    let [base, mine, _] = three(&[("cpu = 2", "cpu = 4"), (DB, ""), (LINK, "")], &[]);
    assert_eq!(
        differences(&base, &mine, 9),
        ["App server: cpu 2 → 4", "db: removed", "App server → db: removed"]
    );
}

/// Every value of a design by its path; lists are values.
fn leaves(design: &Design) -> BTreeMap<Path, Value> {
    fn walk(path: &Path, value: &Value, all: &mut BTreeMap<Path, Value>) {
        match value {
            Value::Table(table) if !table.is_empty() => {
                for (key, value) in table {
                    walk(&path.iter().chain([key]).cloned().collect(), value, all);
                }
            }
            _ => drop(all.insert(path.clone(), value.clone())),
        }
    }
    let mut all = BTreeMap::new();
    for change in file::changes(&Design::default(), design, None) {
        walk(&change.path, &change.after.expect("all is new"), &mut all);
    }
    all.retain(|path, _| path[..] != ["policy", "waiver"].map(str::to_owned)[..]);
    all
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn one_side_alone_is_taken_as_it_is(text in full_bases(), makers in prop::collection::vec(edits(), 0..8)) {
        let base = file::parse(text.as_bytes()).design;
        let mut side = base.clone();
        for make in &makers {
            make.apply(&mut side);
        }
        for [mine, theirs] in [[&side, &base], [&base, &side], [&side, &side]] {
            let merged = merge(&base, mine, theirs, &Choices::new());
            prop_assert_eq!(&merged.conflicts, &vec![]);
            prop_assert_eq!(&merged.design, &side);
        }
    }

    #[test]
    fn nothing_is_lost_and_both_sides_see_the_same(
        text in full_bases(),
        mine in prop::collection::vec(edits(), 0..6),
        theirs in prop::collection::vec(edits(), 0..6),
    ) {
        let opened = file::parse(text.as_bytes());
        let base = opened.design.clone();
        let [mut my, mut their] = [base.clone(), base.clone()];
        for make in &mine {
            make.apply(&mut my);
        }
        for make in &theirs {
            make.apply(&mut their);
        }
        let here = merge(&base, &my, &their, &Choices::new());
        let there = merge(&base, &their, &my, &Choices::new());
        let places = |merged: &Merged| merged.conflicts.iter().map(|it| it.path.clone()).collect::<BTreeSet<_>>();
        // The result is a file like any other, in their text.
        check_save(&check_save(&opened.file, &their), &here.design);
        if here.conflicts.is_empty() {
            prop_assert_eq!(places(&there), BTreeSet::new());
            prop_assert_eq!(&here.design, &there.design);
            let [base, my, their] = renames::followed(&base, &my, &their);
            let [base, my, their, all] = [&base, &my, &their, &here.design].map(leaves);
            for path in base.keys().chain(my.keys()).chain(their.keys()) {
                let [was, mine, theirs] = [base.get(path), my.get(path), their.get(path)];
                let wanted = if mine == was { theirs } else { mine };
                prop_assert!(mine == was || theirs == was || mine == theirs, "{path:?} is no conflict");
                prop_assert_eq!(all.get(path), wanted, "{:?}", path);
            }
        }
    }
}

#[test]
fn a_view_that_one_removed_and_the_other_worked_in_is_there_whole_or_not_at_all() {
    let base = "format = 1\n[resource.a]\nkind = \"note\"\n[resource.b]\nkind = \"note\"\n[view.v]\ntitle = \"Mine\"\n\
        [view.v.resources]\na = [0, 0, 9, 9]\nb = [5, 5, 9, 9]\n";
    let design = |text: &str| crate::file::parse(text.as_bytes()).design;
    let (removed, _) = base.split_once("[view").unwrap();
    let worked = base.replace("a = [0, 0, 9, 9]", "a = [7, 0, 9, 9]");
    let (base, removed, worked) = (design(base), design(removed), design(&worked));
    for (mine, theirs) in [(&removed, &worked), (&worked, &removed)] {
        for side in [Side::Mine, Side::Theirs] {
            let choices = Choices::from([(r#"["view","v"]"#.to_owned(), side)]);
            let merged = merge(&base, mine, theirs, &choices);
            let wanted = if side == Side::Mine { mine } else { theirs };
            assert_eq!(merged.design.views, wanted.views);
            assert_eq!(merged.design.layouts, wanted.layouts);
            let titles = merged.conflicts.iter().map(|it| it.title(mine, theirs));
            assert_eq!(titles.collect::<Vec<_>>(), ["View Mine"]);
        }
    }
    // Who only looks at it keeps nobody from removing it.
    let merged = merge(&base, &removed, &base, &Choices::new());
    assert!(merged.design.views.is_empty() && merged.design.layouts.is_empty());
}
