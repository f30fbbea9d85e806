//! A design that grows: what stands already keeps its address in the export, for whoever applies
//! it would otherwise destroy and make anew what nobody touched.

use crate::{
    hcl_judge::body,
    support::{EVERY_KIND, cloudformation_json, export},
};
use hcl::{Block, Expression, expr::TraversalOperator};
use std::collections::BTreeSet;

fn name(block: &Block) -> String {
    format!("{}.{}", block.labels[0].as_str(), block.labels[1].as_str())
}

/// The keys of a block's `for_each`; where that is another block, they are that one's.
fn keys(block: &Block, all: &[&Block]) -> Option<Vec<String>> {
    let each = block.body.attributes().find(|a| a.key.as_str() == "for_each")?;
    match each.expr() {
        Expression::Object(members) => Some(members.keys().map(ToString::to_string).collect()),
        Expression::FuncCall(call) => {
            let Expression::Array(items) = &call.args[0] else { panic!("{call:?}") };
            Some(items.iter().map(ToString::to_string).collect())
        }
        Expression::Traversal(other) => {
            let TraversalOperator::GetAttr(label) = &other.operators[0] else {
                panic!("{other:?}")
            };
            let wanted = format!("{}.{label}", other.expr);
            keys(all.iter().find(|block| name(block) == wanted).unwrap(), all)
        }
        // Its keys are the names of a certificate, which does not grow.
        Expression::ForExpr(own) => Some(vec![own.collection_expr.to_string()]),
        other => panic!("{other:?}"),
    }
}

/// Addresses of everything that Terraform would make: `aws_instance.app["0"]`.
fn addresses(design: &str) -> BTreeSet<String> {
    let body = body(&export(design, "trial", "terraform"));
    let blocks: Vec<&Block> =
        body.blocks().filter(|block| block.identifier.as_str() == "resource").collect();
    let all = blocks.iter().flat_map(|block| match keys(block, &blocks) {
        Some(keys) => keys.iter().map(|key| format!("{}[{key}]", name(block))).collect(),
        None => vec![name(block)],
    });
    all.map(|address| address.replace('"', "")).collect()
}

fn small() -> String {
    assert!(EVERY_KIND.contains("count = 2"));
    EVERY_KIND.replace("count = 2", "count = 1")
}

fn check_kept(before: &BTreeSet<String>, after: &BTreeSet<String>) {
    let lost: Vec<_> = before.difference(after).collect();
    assert!(lost.is_empty(), "lost {lost:#?}");
    assert!(after.len() > before.len());
}

#[test]
fn growing_moves_nothing_in_terraform() {
    let before = addresses(&small());
    assert!(before.contains("aws_ebs_volume.scratch[0]"), "{before:#?}");
    check_kept(&before, &addresses(EVERY_KIND));
}

#[test]
fn growing_replaces_nothing_in_cloudformation() {
    let ids = |design: &str| {
        let files = export(design, "trial", "cloudformation");
        let template = cloudformation_json("growing_replaces_nothing_in_cloudformation", &files)?;
        let resources = template["Resources"].as_object().unwrap().clone();
        Some(resources.keys().cloned().collect::<BTreeSet<_>>())
    };
    let Some(before) = ids(&small()) else { return };
    check_kept(&before, &ids(EVERY_KIND).unwrap());
    check_kept(&ids(&one_zone()).unwrap(), &ids(EVERY_KIND).unwrap());
}

/// One zone, and a second one later.
fn one_zone() -> String {
    assert!(EVERY_KIND.contains("zones = [\"a\", \"b\"]"));
    EVERY_KIND.replace("zones = [\"a\", \"b\"]", "zones = [\"a\"]").replace("zone = \"b\"\n", "")
}

#[test]
fn a_second_zone_moves_nothing_in_terraform() {
    for spread in ["zonal", "regional"] {
        let nat = "kind = \"nat-gateway\"\n";
        let spread = |design: &str| design.replace(nat, &format!("{nat}spread = \"{spread}\"\n"));
        check_kept(&addresses(&spread(&one_zone())), &addresses(&spread(EVERY_KIND)));
    }
}

#[test]
fn no_update_of_a_stack_brings_new_images() {
    for (design, environment) in crate::support::cases() {
        let files = export(design, environment, "cloudformation");
        let text = crate::support::all(&files);
        assert!(text.contains("Type: AWS::EC2::Image::Id"), "the image is a parameter");
        assert!(!text.contains("AWS::SSM::Parameter"), "it would be read anew by each update");
    }
}
