//! Analytics workspaces: Databricks is let in as far as it must be, and by nobody else's name.

use crate::support::{ANALYTICS, TEMPLATE, all, export, file};

/// The block that begins so.
fn block<'t>(text: &'t str, head: &str) -> &'t str {
    let at = text.find(head).unwrap_or_else(|| panic!("no {head} in {text}"));
    let rest = &text[at..];
    &rest[..rest.find("\n}\n").unwrap_or(rest.len())]
}

/// What the export says against a changed design.
fn said(change: (&str, &str), format: &str) -> Vec<String> {
    assert!(ANALYTICS.contains(change.0), "no {}", change.0);
    let files = export(&ANALYTICS.replace(change.0, change.1), "production", format);
    files.diagnostics.into_iter().map(|d| d.message).collect()
}

#[test]
fn the_provider_is_there_where_something_is_made_by_it_and_nowhere_else() {
    let files = export(ANALYTICS, "production", "terraform");
    assert_eq!(files.diagnostics, []);
    assert!(file(&files, "versions.tf").contains("databricks/databricks"));
    let provider = block(file(&files, "providers.tf"), "provider \"databricks\"");
    assert!(provider.contains("var.databricks_account_id"), "{provider}");
    assert!(!all(&export(TEMPLATE, "production", "terraform")).contains("databricks"));
}

#[test]
fn databricks_takes_a_role_in_the_name_of_this_account_only() {
    let text = all(&export(ANALYTICS, "production", "terraform"));
    let trust = block(&text, "data \"databricks_aws_assume_role_policy\" \"account\"");
    assert!(trust.contains("external_id = var.databricks_account_id"), "{trust}");
    let role = block(&text, "resource \"aws_iam_role\" \"works_account\"");
    assert!(role.contains("data.databricks_aws_assume_role_policy.account.json"), "{role}");
    let root = block(&text, "data \"databricks_aws_bucket_policy\" \"home\"");
    assert!(root.contains("databricks_e2_account_id = var.databricks_account_id"), "{root}");
    let policy = block(&text, "data \"aws_iam_policy_document\" \"home_bucket\"");
    assert!(policy.contains("data.databricks_aws_bucket_policy.home.json"), "{policy}");
}

#[test]
fn what_links_grant_the_servers_of_a_workspace_have_and_may_be_given() {
    let text = all(&export(ANALYTICS, "production", "terraform"));
    let grants = block(&text, "data \"aws_iam_policy_document\" \"works\"");
    for wanted in ["aws_s3_bucket.raw.arn", "s3:PutObject", "kinesis:GetRecords", "kms:Decrypt"] {
        assert!(grants.contains(wanted), "no {wanted} in {grants}");
    }
    let rights = block(&text, "data \"databricks_aws_crossaccount_policy\" \"works\"");
    assert!(rights.contains("pass_roles  = [aws_iam_role.works.arn]"), "{rights}");
    let rights = block(&text, "data \"databricks_aws_crossaccount_policy\" \"trials\"");
    assert!(!rights.contains("pass_roles"), "{rights}");
}

#[test]
fn cloudformation_says_that_it_has_nothing_for_it() {
    let files = export(ANALYTICS, "production", "cloudformation");
    let text = files.diagnostics.iter().map(|d| d.message.as_str()).collect::<Vec<_>>();
    let wanted = "CloudFormation has nothing for Databricks: “Works” is left out";
    assert!(text.iter().any(|text| text.starts_with(wanted)), "{text:?}");
}

#[test]
fn what_databricks_refuses_is_said_before() {
    for (change, wanted) in [
        (("10.60.16.0/20", "10.60.16.0/26"), "takes subnets from /17 to /26"),
        (
            ("cidr = \"10.60.16.0/20\"\nexposure = \"private\"", "exposure = \"public\""),
            "wants private subnets",
        ),
        (
            ("to = \"raw\"\n[environment", "to = \"home\"\n[environment"),
            "has no way to the key “seal”",
        ),
        (("[resource.home]", "[resource.home]\nlifecycle = \"existing\""), "exists already"),
    ] {
        let found = said(change, "terraform");
        assert!(found.iter().any(|text| text.contains(wanted)), "no {wanted} in {found:?}");
    }
}
