//! Backup vaults: the vault, its plan, what the plan is for, and the role that AWS does it by.

use super::{
    refs::{Keys, address, key_arn, keys, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::backup as facts_of;
use gp_catalog::resolved::ResolvedResource;

/// A vault with its plan; without anything linked to it, the vault and nothing else.
pub fn backup_vault<'a>(sheet: &mut Sheet<'a>, vault: &'a ResolvedResource) {
    let facts = sheet.facts;
    let protect = facts.resolved.environment.protect || vault.flag("deletion-protection");
    let name = facts.name(&vault.id, 50);
    let own = sheet.resource(File::Storage, vault, "aws_backup_vault", "", |body| {
        body.set("name", name.as_str()).set_some("kms_key_arn", key_arn(facts, vault));
        body.set("force_destroy", !protect);
        body.set("tags", tags(vault, vault.title.as_str().into()));
    });
    if vault.flag("deletion-protection") {
        let type_ = "aws_backup_vault_lock_configuration";
        sheet.resource(File::Storage, vault, type_, "", |body| {
            body.set("backup_vault_name", code(format!("{own}.name")));
            body.set("min_retention_days", facts_of::keep_days(vault));
        });
    }
    let_in(sheet, vault, &own);
    let kept = facts_of::kept(facts, vault);
    if kept.is_empty() {
        return;
    }
    let plan = sheet.resource(File::Storage, vault, "aws_backup_plan", "", |body| {
        body.set("name", name.as_str());
        body.set("tags", tags(vault, vault.title.as_str().into()));
        body.block("rule", |rule| {
            rule.set("rule_name", vault.text("schedule").unwrap_or("daily"));
            rule.set("target_vault_name", code(format!("{own}.name")));
            rule.set("schedule", facts_of::cron(vault));
            rule.block("lifecycle", |inner| {
                inner.set_some("cold_storage_after", facts_of::archive_days(vault));
                inner.set("delete_after", facts_of::keep_days(vault));
            });
            for far in facts_of::copied_to(facts, vault) {
                rule.block("copy_action", |copy| copy_to(copy, far));
            }
        });
    });
    let role = super::identity::service_role(sheet, vault, "_backup", "backup.amazonaws.com");
    for word in ["Backup", "Restores"] {
        let tail = format!("_{}", word.to_lowercase());
        let policy =
            format!("arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor{word}");
        sheet.resource(File::Security, vault, "aws_iam_role_policy_attachment", &tail, |body| {
            body.set("role", code(format!("{role}.name"))).set("policy_arn", policy);
        });
    }
    sheet.resource(File::Storage, vault, "aws_backup_selection", "", |body| {
        body.set("name", name).set("plan_id", code(format!("{plan}.id")));
        body.set("iam_role_arn", code(format!("{role}.arn")));
        body.set("resources", resources(&kept));
    });
}

/// A second copy, kept as long as the other vault says.
fn copy_to(body: &mut Body, far: &ResolvedResource) {
    body.set("destination_vault_arn", code(format!("{}.arn", address(far, "aws_backup_vault"))));
    body.block("lifecycle", |inner| {
        inner.set_some("cold_storage_after", facts_of::archive_days(far));
        inner.set("delete_after", facts_of::keep_days(far));
    });
}

/// Lets the accounts in whose vaults copy into this one.
fn let_in<'a>(sheet: &mut Sheet<'a>, vault: &'a ResolvedResource, own: &str) {
    let from = facts_of::let_in(sheet.facts, vault);
    if from.is_empty() {
        return;
    }
    let root = |account: String| code(format!("\"arn:aws:iam::${{{account}}}:root\""));
    let accounts: Vec<Expr> =
        from.into_iter().map(|vault| root(super::secrets::account_number(sheet, vault))).collect();
    let name = format!("{}_vault", vault.id);
    let document = sheet.data(File::Storage, vault, "aws_iam_policy_document", &name, |body| {
        body.block("statement", |inner| {
            inner.set("sid", "CopyInto").set("actions", vec!["backup:CopyIntoBackupVault"]);
            inner.set("resources", vec!["*"]);
            inner.block("principals", |principals| {
                principals.set("type", "AWS").set("identifiers", Expr::List(accounts));
            });
        });
    });
    sheet.resource(File::Storage, vault, "aws_backup_vault_policy", "", |body| {
        body.set("backup_vault_name", code(format!("{own}.name")));
        body.set("policy", code(format!("{document}.json")));
    });
}

/// The ARNs of what is kept: of what there are several, of all of them.
fn resources(kept: &[&ResolvedResource]) -> Expr {
    let one = |thing: &ResolvedResource| format!("{}.arn", address(thing, type_of(thing)));
    let (single, many): (Vec<_>, Vec<_>) =
        kept.iter().copied().partition(|thing| keys(thing) == Keys::One);
    let single: Vec<String> = single.into_iter().map(one).collect();
    if many.is_empty() {
        return Expr::List(single.into_iter().map(code).collect());
    }
    let mut lists: Vec<String> = many
        .into_iter()
        .map(|thing| format!("values({})[*].arn", address(thing, type_of(thing))))
        .collect();
    if !single.is_empty() {
        lists.insert(0, format!("[{}]", single.join(", ")));
    }
    match lists.as_slice() {
        [only] => code(only),
        all => code(format!("concat({})", all.join(", "))),
    }
}

fn type_of(thing: &ResolvedResource) -> &'static str {
    match thing.kind.as_str() {
        "volume" => "aws_ebs_volume",
        "database" => "aws_db_instance",
        kind => super::identity::main_type(kind),
    }
}
