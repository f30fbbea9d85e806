//! Names in AWS: two environments, or two designs, in one account and region never meet.

use crate::{
    hcl_judge::body,
    support::{EVERY_KIND, export},
};
use std::collections::BTreeSet;

/// Arguments that name something in the account; what Terraform puts behind a prefix is its own.
const NAMES: [&str; 9] = [
    "alarm_name",
    "bucket",
    "creation_token",
    "dashboard_name",
    "function_name",
    "identifier",
    "name",
    "name_prefix",
    "replication_group_id",
];

/// Types whose name is another's own or a domain.
const INSIDE: [&str; 5] = [
    "aws_apigatewayv2_stage",
    "aws_guardduty_detector_feature",
    "aws_iam_role_policy",
    "aws_route53_record",
    "aws_route53_zone",
];

fn names(design: &str, environment: &str) -> BTreeSet<String> {
    let body = body(&export(design, environment, "terraform"));
    let resources = body.blocks().filter(|block| block.identifier.as_str() == "resource");
    let own = resources.filter(|block| !INSIDE.contains(&block.labels[0].as_str()));
    let arguments = own.flat_map(|block| {
        let type_ = block.labels[0].as_str();
        let named = block.body.attributes().filter(|a| NAMES.contains(&a.key.as_str()));
        named.filter_map(move |a| match a.expr() {
            hcl::Expression::String(text) => Some(format!("{type_} {text}")),
            _ => None,
        })
    });
    arguments.collect()
}

#[test]
fn two_environments_share_no_name() {
    let design = EVERY_KIND.replace("suffix = \"prod-1\"\n", "");
    let (one, other) = (names(&design, "production"), names(&design, "trial"));
    assert!(one.len() > 12, "{one:#?}");
    assert_eq!(one.intersection(&other).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// The provider refuses a document in which two statements have one name.
#[test]
fn the_statements_of_a_policy_have_names_of_their_own() {
    let body = body(&export(EVERY_KIND, "production", "terraform"));
    let documents = body.blocks().filter(|b| {
        b.identifier.as_str() == "data" && b.labels[0].as_str() == "aws_iam_policy_document"
    });
    for document in documents {
        let mut seen = BTreeSet::new();
        for statement in document.body.blocks().filter(|b| b.identifier.as_str() == "statement") {
            let sid = statement.body.attributes().find(|a| a.key.as_str() == "sid");
            let sid = sid.map(|a| a.expr().to_string());
            assert!(sid.is_none() || seen.insert(sid.clone()), "{:?}: {sid:?}", document.labels);
        }
    }
}

#[test]
fn two_designs_share_no_name() {
    let other = EVERY_KIND.replace("name = \"Every kind\"", "name = \"Every other kind\"");
    let (one, other) = (names(EVERY_KIND, "production"), names(&other, "production"));
    assert_eq!(one.intersection(&other).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn long_ids_that_begin_alike_get_names_of_their_own() {
    let second = "[resource.entry-of-the-whole-long-winded-shop-two]\nkind = \"load-balancer\"\nparent = \"edge-tier\"\nlisteners = [{ protocol = \"http\", port = 80 }]\n\n[resource.jump]";
    let one = second.replace("shop-two", "shop-one").replace("\n\n[resource.jump]", "\n\n");
    let design = EVERY_KIND.replacen("[resource.jump]", &format!("{one}{second}"), 1);
    let names = names(&design, "production");
    let balancers: Vec<_> = names.iter().filter(|name| name.starts_with("aws_lb ")).collect();
    assert_eq!(balancers.len(), 5, "{balancers:#?}");
    assert!(balancers.iter().all(|name| name.len() <= "aws_lb ".len() + 32), "{balancers:#?}");
}
