//! The provider's own schema looks at every name, nesting, requirement and reference of the
//! exported Terraform; and the judge (`hcl_judge.rs`) is judged: nothing broken gets by.

use crate::{
    hcl_judge::{body, judge, judge_one, schema},
    support::{EVERY_KIND, LINES, SIX, TEMPLATE, every_case_of_terraform, export},
};
use gp_plan::FileSet;
use hcl::{Block, Body, Structure};
use serde_json::Value as Json;
use std::collections::BTreeSet;

#[test]
fn every_name_nesting_requirement_and_reference_is_the_providers() {
    let schema = schema();
    for (design, environment) in every_case_of_terraform() {
        assert_eq!(
            judge(&body(&export(design, environment, "terraform")), &schema),
            Vec::<String>::new()
        );
    }
}

/// Tries a change at every place of a body; gives what the judge let pass. A change shows in its own
/// block, so only that is judged anew.
fn let_pass(
    body: &Body,
    schema: &Json,
    change: fn(&mut Structure) -> Option<String>,
) -> Vec<String> {
    let mut passed = Vec::new();
    // The body of `terraform`, `provider`, `moved` and the like is Terraform's own, not the provider's.
    for structure in &only_provider(body).0 {
        for number in 0.. {
            let mut copy = Body(vec![structure.clone()]);
            let Some(what) = change_at(&mut copy, &mut { number }, change) else { break };
            let Structure::Block(block) = &copy.0[0] else { continue };
            if judge_one(body, block, schema).is_empty() {
                passed.push(what);
            }
        }
    }
    passed
}

/// Applies `change` at the place with that number, counted through all depths.
fn change_at(
    body: &mut Body,
    left: &mut usize,
    change: fn(&mut Structure) -> Option<String>,
) -> Option<String> {
    for structure in &mut body.0 {
        let mut tried = structure.clone();
        if let Some(what) = change(&mut tried) {
            if *left == 0 {
                *structure = tried;
                return Some(what);
            }
            *left -= 1;
        }
        if let Structure::Block(block) = structure
            && let Some(what) = change_at(&mut block.body, left, change)
        {
            return Some(what);
        }
    }
    None
}

fn misspell(structure: &mut Structure) -> Option<String> {
    match structure {
        Structure::Attribute(attribute) => {
            let name = format!("{}x", attribute.key.as_str());
            attribute.key = hcl::Identifier::new(&name).ok()?;
            Some(name)
        }
        Structure::Block(block) => {
            let name = format!("{}x", block.identifier.as_str());
            block.identifier = hcl::Identifier::new(&name).ok()?;
            Some(name)
        }
    }
}

fn misspell_label(structure: &mut Structure) -> Option<String> {
    let Structure::Block(block) = structure else {
        return None;
    };
    if !matches!(block.identifier.as_str(), "resource" | "data") {
        return None;
    }
    let name = format!("{}x", block.labels.first()?.as_str());
    block.labels[0] = hcl::BlockLabel::from(name.clone());
    Some(name)
}

#[test]
fn a_misspelled_name_never_passes() {
    let schema = schema();
    for (design, environment) in [
        (TEMPLATE, "production"),
        (EVERY_KIND, "production"),
        (LINES, "production"),
        (SIX, "production"),
    ] {
        let body = body(&export(design, environment, "terraform"));
        assert_eq!(let_pass(&body, &schema, misspell), Vec::<String>::new());
        assert_eq!(let_pass(&body, &schema, misspell_label), Vec::<String>::new());
    }
}

fn only_provider(body: &Body) -> Body {
    let kept = body.0.iter().filter(|structure| match structure {
        Structure::Block(block) => {
            matches!(block.identifier.as_str(), "resource" | "data" | "variable")
        }
        Structure::Attribute(_) => false,
    });
    let mut body = Body(kept.cloned().collect());
    for structure in &mut body.0 {
        if let Structure::Block(block) = structure
            && block.identifier.as_str() == "variable"
        {
            block.body.0.retain(|s| matches!(s, Structure::Attribute(a) if ["type", "description"].contains(&a.key.as_str())));
        }
    }
    body
}

#[test]
fn a_dropped_required_argument_never_passes() {
    let schema = schema();
    let body = body(&export(EVERY_KIND, "production", "terraform"));
    let mut dropped = 0;
    for structure in &only_provider(&body).0 {
        let Structure::Block(block) = structure else { continue };
        let labels: Vec<&str> = block.labels.iter().map(hcl::BlockLabel::as_str).collect();
        let kind = block.identifier.as_str();
        let Some(own) = labels.first().and_then(|type_| schema[kind].get(*type_)) else { continue };
        for copy in without_one(block, own) {
            assert!(!judge_one(&body, &copy, &schema).is_empty(), "{labels:?} passes: {copy:#?}");
            dropped += 1;
        }
    }
    assert!(dropped > 180, "only {dropped} arguments were dropped");
}

/// The block without one of its required arguments or blocks, for each of them, at every depth.
fn without_one(block: &Block, own: &Json) -> Vec<Block> {
    let mut all = Vec::new();
    for name in required(own) {
        let mut copy = block.clone();
        copy.body.0.retain(|structure| match structure {
            Structure::Attribute(a) => a.key.as_str() != name,
            Structure::Block(b) => b.identifier.as_str() != name,
        });
        all.push(copy);
    }
    for (index, structure) in block.body.0.iter().enumerate() {
        let Structure::Block(inner) = structure else { continue };
        let Some(own) = own["blocks"].get(inner.identifier.as_str()) else { continue };
        for changed in without_one(inner, own) {
            let mut copy = block.clone();
            copy.body.0[index] = Structure::Block(changed);
            all.push(copy);
        }
    }
    all
}

fn required(own: &Json) -> BTreeSet<String> {
    let rows = ["arguments", "blocks"].into_iter().flat_map(|part| own[part].as_object().unwrap());
    rows.filter(|(_, own)| own["required"] == true).map(|(name, _)| name.clone()).collect()
}

/// The text of a configuration with one piece of it replaced, judged.
#[track_caller]
fn check_seen(files: &FileSet, (old, new): (&str, &str), wanted: &str) {
    let mut files = files.clone();
    let mut found = false;
    for content in files.files.values_mut() {
        let text = std::str::from_utf8(content).unwrap();
        if text.contains(old) && !found {
            *content = text.replacen(old, new, 1).into_bytes();
            found = true;
        }
    }
    assert!(found, "there is no {old}");
    let said = judge(&body(&files), &schema());
    assert!(said.iter().any(|line| line.contains(wanted)), "{said:#?}");
}

#[test]
fn a_missing_key_and_one_too_many_are_seen() {
    let files = export(TEMPLATE, "production", "terraform");
    let zone = ("aws_subnet.app_tier[each.value.zone].id", "aws_subnet.app_tier.id");
    check_seen(&files, zone, "aws_subnet.app_tier needs a key");
    let one = ("aws_security_group.app.id", "aws_security_group.app[\"0\"].id");
    check_seen(&files, one, "aws_security_group.app has no keys");
}

#[test]
fn two_regions_are_as_the_provider_has_them() {
    let files = export(crate::regions::DESIGN, "production", "terraform");
    assert_eq!(judge(&body(&files), &schema()), Vec::<String>::new());
}

#[test]
fn a_wrong_region_never_passes() {
    let files = export(crate::regions::DESIGN, "production", "terraform");
    let (whole, schema) = (body(&files), schema());
    let mut tried = 0;
    for (index, structure) in whole.0.iter().enumerate() {
        let Structure::Block(block) = structure else { continue };
        let type_ = block.labels.first().map_or("", hcl::BlockLabel::as_str);
        // Nothing refers to these, and they refer to nothing in a region.
        let alone = ["aws_iam_", "aws_vpc_peering_connection", "aws_db_instance"];
        if block.body.attributes().all(|a| a.key.as_str() != "provider")
            || alone.iter().any(|own| type_.starts_with(own))
        {
            continue;
        }
        let mut copy = whole.clone();
        let Structure::Block(changed) = &mut copy.0[index] else { continue };
        changed
            .body
            .0
            .retain(|s| !matches!(s, Structure::Attribute(a) if a.key.as_str() == "provider"));
        assert!(!judge(&copy, &schema).is_empty(), "{:?} in another region passes", block.labels);
        tried += 1;
    }
    assert!(tried > 8, "only {tried} blocks");
    check_seen(&files, ("provider = aws.virginia", "provider = aws.virgin"), "provider aws.virgin");
}

/// What exists already is looked up, and everything that names it names the look-up.
#[test]
fn what_keeps_and_exists_already_is_looked_up_by_the_providers_names() {
    let mut design = EVERY_KIND.to_owned();
    let guards = ["master", "token", "seal", "batch", "journal", "copies", "sentry", "shield"];
    let kept = ["answers", "uploads", "news", "clicks", "baskets", "sales", "crates"];
    let unseen = ["too-busy", "overview", "way-in"];
    let runs = ["visitors-desk", "mailer", "shelves", "calls", "near"];
    for id in kept.into_iter().chain(guards).chain(unseen).chain(runs) {
        let head = format!("[resource.{id}]\n");
        assert!(design.contains(&head), "{id}");
        design = design.replacen(&head, &format!("{head}lifecycle = \"existing\"\n"), 1);
    }
    let files = export(&design, "trial", "terraform");
    assert_eq!(judge(&body(&files), &schema()), Vec::<String>::new());
}
