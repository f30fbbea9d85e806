//! Backup vaults in CloudFormation's words.

use super::{
    secrets::key_arn,
    template::{Template, arn, instance_id},
    writer::{Node, Properties, map},
};
use crate::aws::backup as facts_of;
use gp_catalog::resolved::ResolvedResource;

/// A vault with its plan; without anything linked to it, the vault and nothing else.
pub fn backup_vault<'a>(template: &mut Template<'a>, vault: &'a ResolvedResource) {
    let facts = template.facts;
    let protect = facts.resolved.environment.protect || vault.flag("deletion-protection");
    let name = facts.name(&vault.id, 50);
    let key = key_arn(template, vault);
    let tags = template.tag_map(vault, &vault.title);
    let days = facts_of::keep_days(vault);
    let lets_in = super::guest::into_vault(facts, vault);
    let own = template.add(vault, "AWS::Backup::BackupVault", &vault.id, |p| {
        p.set("BackupVaultName", name.as_str()).set_some("EncryptionKeyArn", key);
        if vault.flag("deletion-protection") {
            p.set("LockConfiguration", map([("MinRetentionDays", days.into())]));
        }
        p.set_some("AccessPolicy", lets_in);
        p.set("BackupVaultTags", tags.clone());
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if protect { "Retain" } else { "Delete" });
    }
    let kept = facts_of::kept(facts, vault);
    if kept.is_empty() {
        return;
    }
    let plan = template.add(vault, "AWS::Backup::BackupPlan", &format!("{}-plan", vault.id), |p| {
        let mut lifecycle = Properties::default();
        lifecycle.set_some("MoveToColdStorageAfterDays", facts_of::archive_days(vault));
        lifecycle.set("DeleteAfterDays", days);
        let mut rule = Properties::default();
        rule.set("RuleName", vault.text("schedule").unwrap_or("daily"));
        rule.set("TargetBackupVault", Node::Ref(own));
        rule.set("ScheduleExpression", facts_of::cron(vault));
        rule.set("Lifecycle", Node::Map(lifecycle.0));
        let copies: Vec<Node> =
            facts_of::copied_to(facts, vault).into_iter().map(copy_to).collect();
        rule.set_some("CopyActions", (!copies.is_empty()).then_some(Node::List(copies)));
        let rules = Node::List(vec![Node::Map(rule.0)]);
        let plan = map([("BackupPlanName", name.as_str().into()), ("BackupPlanRule", rules)]);
        p.set("BackupPlan", plan).set("BackupPlanTags", tags);
    });
    let policy = |word: &str| {
        format!("arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor{word}")
    };
    let (backup, restores) = (policy("Backup"), policy("Restores"));
    let role = super::identity::role(
        template,
        vault,
        "backup-role",
        "backup.amazonaws.com",
        Vec::new(),
        &[&backup, &restores],
    );
    let name = format!("{}-selection", vault.id);
    template.add(vault, "AWS::Backup::BackupSelection", &name, |p| {
        let resources = kept.iter().flat_map(|thing| arns(thing)).collect();
        let selection = map([
            ("SelectionName", crate::name::slug(&vault.id).into()),
            ("IamRoleArn", Node::Att(role, "Arn".to_owned())),
            ("Resources", Node::List(resources)),
        ]);
        p.set("BackupPlanId", Node::Ref(plan)).set("BackupSelection", selection);
    });
}

/// A second copy, kept as long as the other vault says.
fn copy_to(far: &ResolvedResource) -> Node {
    let mut lifecycle = Properties::default();
    lifecycle.set_some("MoveToColdStorageAfterDays", facts_of::archive_days(far));
    lifecycle.set("DeleteAfterDays", facts_of::keep_days(far));
    map([("DestinationBackupVaultArn", arn(far)), ("Lifecycle", Node::Map(lifecycle.0))])
}

/// The ARNs of a thing, of which there may be several.
fn arns(thing: &ResolvedResource) -> Vec<Node> {
    match thing.kind.as_str() {
        "volume" => {
            let one = |id: String| {
                let place = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:volume";
                Node::Sub(format!("{place}/${{{id}}}"))
            };
            let mut ids: Vec<String> =
                thing.instances.iter().map(|own| instance_id(thing, own)).collect();
            ids.dedup();
            ids.into_iter().map(one).collect()
        }
        "database" => vec![super::data::instance_arn(thing)],
        _ => vec![arn(thing)],
    }
}
