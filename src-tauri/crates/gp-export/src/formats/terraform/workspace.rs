//! Analytics workspaces: what Databricks' own provider makes, and what that needs on AWS.

use super::{
    identity,
    refs::{address, segment_ids, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Block, Body, Expr, code},
};
use crate::aws::{is_managed, tier_segments, workspace as facts_of};
use gp_catalog::resolved::ResolvedResource;

/// The name by which blocks take the provider.
pub const PROVIDER: &str = "databricks.account";
const ACCOUNT: &str = "databricks_account_id";

/// Whether Databricks' provider makes a type.
pub fn makes(type_: &str) -> bool {
    type_.starts_with("databricks_")
}

/// Where the provider comes from, where something is made by it.
pub fn required(sheet: &Sheet<'_>) -> Option<Expr> {
    let source = vec![
        ("source".to_owned(), "databricks/databricks".into()),
        ("version".to_owned(), "~> 1.0".into()),
    ];
    sheet.asks_databricks.then_some(Expr::Object(source))
}

/// The provider; who signs in to it, its own environment variables say.
pub fn provider(sheet: &mut Sheet<'_>) -> Option<Block> {
    if !sheet.asks_databricks {
        return None;
    }
    let account = account(sheet);
    let mut block = Block::new("provider", &["databricks"]);
    block.body.set("alias", "account").set("host", "https://accounts.cloud.databricks.com");
    block.body.set("account_id", code(account));
    Some(block)
}

fn account(sheet: &mut Sheet<'_>) -> String {
    let text = "Id of the account at Databricks, as its account console shows it.";
    sheet.variable(ACCOUNT, "string", text, None)
}

/// A workspace with its role, its network and its bucket.
pub fn analytics_workspace<'a>(sheet: &mut Sheet<'a>, workspace: &'a ResolvedResource) {
    let facts = sheet.facts;
    let account = account(sheet);
    let name = facts.name(&workspace.id, 60);
    let credentials = credentials(sheet, workspace, &account, &name);
    let storage = storage(sheet, workspace, &account, &name);
    let network = network(sheet, workspace, &account, &name);
    let region = super::secrets::region(sheet, workspace);
    let type_ = "databricks_mws_workspaces";
    let own = sheet.resource(File::Data, workspace, type_, "", |body| {
        body.set("account_id", code(&account)).set("workspace_name", name);
        body.set("aws_region", code(region));
        body.set("pricing_tier", facts_of::tier(workspace));
        body.set("credentials_id", code(format!("{credentials}.credentials_id")));
        body.set("storage_configuration_id", code(format!("{storage}.storage_configuration_id")));
        body.set("network_id", code(format!("{network}.network_id")));
    });
    sheet.output(
        &format!("{}_url", workspace.id),
        format!("Where {} is opened.", workspace.title),
        code(format!("{own}.workspace_url")),
    );
}

/// The role by which Databricks starts and ends servers, and, where links grant something, the one that
/// these servers have.
fn credentials<'a>(
    sheet: &mut Sheet<'a>,
    workspace: &'a ResolvedResource,
    account: &str,
    name: &str,
) -> String {
    let profile = identity::instance_profile(sheet, workspace);
    let data = profile.as_ref().map(|_| identity::role_arn(sheet.facts, workspace));
    let type_ = "databricks_aws_assume_role_policy";
    let trust = sheet.data(File::Security, workspace, type_, "account", |body| {
        body.set("external_id", code(account));
    });
    let type_ = "databricks_aws_crossaccount_policy";
    let rights = sheet.data(File::Security, workspace, type_, &workspace.id, |body| {
        body.set("policy_type", "customer");
        body.set_some("pass_roles", data.map(|arn| Expr::List(vec![code(arn)])));
    });
    let prefix = sheet.facts.name(&workspace.id, 37);
    let role = sheet.resource(File::Security, workspace, "aws_iam_role", "_account", |body| {
        body.set("name_prefix", format!("{prefix}-"));
        body.set("assume_role_policy", code(format!("{trust}.json")));
        body.set("tags", tags(workspace, workspace.title.as_str().into()));
    });
    let type_ = "aws_iam_role_policy";
    let policy = sheet.resource(File::Security, workspace, type_, "_account", |body| {
        body.set("name", "databricks").set("role", code(format!("{role}.id")));
        body.set("policy", code(format!("{rights}.json")));
    });
    if let Some(profile) = profile {
        sheet.output(
            &format!("{}_instance_profile_arn", workspace.id),
            format!("Instance profile to add in the settings of {}.", workspace.title),
            code(format!("{profile}.arn")),
        );
    }
    sheet.resource(File::Data, workspace, "databricks_mws_credentials", "", |body| {
        body.set("credentials_name", name).set("role_arn", code(format!("{role}.arn")));
        // Databricks tries what the role may do as soon as it hears of it.
        body.set("depends_on", Expr::List(vec![code(policy)]));
    })
}

fn network<'a>(
    sheet: &mut Sheet<'a>,
    workspace: &'a ResolvedResource,
    account: &str,
    name: &str,
) -> String {
    let facts = sheet.facts;
    let vpc = facts.network_of(workspace).map(|network| address(network, "aws_vpc"));
    let subnets = segment_ids(facts, &tier_segments(facts, workspace));
    sheet.resource(File::Network, workspace, "databricks_mws_networks", "", |body| {
        body.set("account_id", code(account)).set("network_name", name);
        body.set_some("vpc_id", vpc.map(|vpc| code(format!("{vpc}.id"))));
        body.set("subnet_ids", subnets);
        body.set_some("security_group_ids", group_list(facts, workspace));
    })
}

fn storage<'a>(
    sheet: &mut Sheet<'a>,
    workspace: &'a ResolvedResource,
    account: &str,
    name: &str,
) -> String {
    let drawn = facts_of::root(sheet.facts, workspace);
    let (bucket, policy) = match drawn {
        Some(root) => {
            let policy = is_managed(root).then(|| address(root, "aws_s3_bucket_policy"));
            (address(root, "aws_s3_bucket"), policy)
        }
        None => own_root(sheet, workspace),
    };
    let type_ = "databricks_mws_storage_configurations";
    sheet.resource(File::Storage, workspace, type_, "", |body| {
        body.set("account_id", code(account)).set("storage_configuration_name", name);
        body.set("bucket_name", code(format!("{bucket}.bucket")));
        body.set_some("depends_on", policy.map(|policy| Expr::List(vec![code(policy)])));
    })
}

/// A bucket of the workspace's own, where none is drawn for it.
fn own_root<'a>(
    sheet: &mut Sheet<'a>,
    workspace: &'a ResolvedResource,
) -> (String, Option<String>) {
    let facts = sheet.facts;
    let prefix = facts.name(&format!("{}-root", workspace.id), 36);
    let bucket = sheet.resource(File::Storage, workspace, "aws_s3_bucket", "_root", |body| {
        body.set("bucket_prefix", format!("{prefix}-"));
        body.set("force_destroy", !facts.resolved.environment.protect);
        body.set("tags", tags(workspace, workspace.title.as_str().into()));
    });
    let type_ = "aws_s3_bucket_public_access_block";
    let access = sheet.resource(File::Storage, workspace, type_, "_root", |body| {
        body.set("bucket", code(format!("{bucket}.id")));
        body.set("block_public_acls", true).set("block_public_policy", true);
        body.set("ignore_public_acls", true).set("restrict_public_buckets", true);
    });
    let lets_in = lets_in(sheet, workspace, &bucket);
    let type_ = "aws_iam_policy_document";
    let name = format!("{}_root", workspace.id);
    let document = sheet.data(File::Storage, workspace, type_, &name, |body| {
        body.set("source_policy_documents", Expr::List(vec![lets_in]));
        body.block("statement", |inner| super::storage::tls_only(inner, &bucket));
    });
    let policy = sheet.resource(
        File::Storage,
        workspace,
        "aws_s3_bucket_policy",
        "_root",
        |body: &mut Body| {
            body.set("bucket", code(format!("{bucket}.id")));
            body.set("policy", code(format!("{document}.json")));
            body.set("depends_on", Expr::List(vec![code(access)]));
        },
    );
    (bucket, Some(policy))
}

/// What lets Databricks, and of its customers this account alone, keep a workspace in a bucket.
pub fn lets_in<'a>(sheet: &mut Sheet<'a>, owner: &'a ResolvedResource, bucket: &str) -> Expr {
    let account = account(sheet);
    let type_ = "databricks_aws_bucket_policy";
    let document = sheet.data(File::Storage, owner, type_, &owner.id, |body| {
        body.set("bucket", code(format!("{bucket}.bucket")));
        body.set("databricks_e2_account_id", code(account));
    });
    code(format!("{document}.json"))
}
