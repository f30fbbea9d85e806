//! Keys: what each encrypts, what a grant on that needs of the key besides, and which services of
//! AWS must be let to it because they act by themselves.

use super::{Facts, is_managed};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Access, LinkKind};

/// The key that a thing is encrypted with, where it is encrypted at all.
pub fn of<'a>(facts: &Facts<'a>, thing: &'a ResolvedResource) -> Option<&'a ResolvedResource> {
    let open = thing.value("encrypted").is_some() && !thing.flag("encrypted");
    let links = facts.links_to(&thing.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    let mut keys = links.filter_map(|link| facts.resource(&link.from));
    keys.find(|other| other.kind == "key").filter(|_| !open)
}

/// What a key encrypts.
pub fn locks<'a>(facts: &Facts<'a>, key: &'a ResolvedResource) -> Vec<&'a ResolvedResource> {
    let links = facts.links_from(&key.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    let things = links.filter_map(|link| facts.resource(&link.to));
    things.filter(|thing| of(facts, thing).is_some_and(|own| own.id == key.id)).collect()
}

/// What somebody with this access to a thing must be allowed to do with its key; nothing where the
/// service that keeps it unlocks it for everybody that it lets in.
pub fn actions(kind: &str, access: &[Access]) -> Vec<&'static str> {
    let may = |one: Access| access.contains(&one) || access.contains(&Access::Admin);
    let (reads, writes) =
        (may(Access::Read) || may(Access::Consume), may(Access::Write) || may(Access::Publish));
    let mut all = Vec::new();
    match kind {
        // Parts of a large upload are read back before they are put together.
        "bucket" | "queue" | "topic" | "secret" => {
            all.extend((reads || writes).then_some("kms:Decrypt"));
            all.extend(writes.then_some("kms:GenerateDataKey"));
        }
        "stream" => {
            all.extend(reads.then_some("kms:Decrypt"));
            all.extend(writes.then_some("kms:GenerateDataKey"));
        }
        "document-store" => all.extend((reads || writes).then_some("kms:Decrypt")),
        _ => {}
    }
    all
}

/// A service of AWS that uses a key by itself.
#[derive(Clone, Debug)]
pub struct Service {
    /// `sns`, `logs`: the first word of its name.
    pub name: &'static str,
    /// Its name says the region, too.
    pub regional: bool,
    /// What it does with the key.
    pub actions: &'static [&'static str],
    /// Log groups that it may encrypt; `None`: whatever is this account's.
    pub groups: Option<Vec<String>>,
}

/// Hands over what is encrypted with a key.
const HANDS_OVER: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey*"];

/// Keeps what is encrypted with a key.
const KEEPS: &[&str] =
    &["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/// The services that a key must let in, in order of their names.
pub fn services<'a>(facts: &Facts<'a>, key: &'a ResolvedResource) -> Vec<Service> {
    let things: Vec<_> = locks(facts, key).into_iter().filter(|thing| is_managed(thing)).collect();
    let mut all = Vec::new();
    let mut add = |name, actions, groups: Option<Vec<String>>| {
        all.push(Service { name, regional: groups.is_some(), actions, groups });
    };
    let told = |topic: &&'a ResolvedResource| {
        topic.kind == "topic" && super::alert::is_told_of(facts, topic)
    };
    if things.iter().any(told) {
        add("cloudwatch", HANDS_OVER, None);
    }
    let stores = things.iter().filter(|thing| thing.kind == "log-store");
    let stores: Vec<String> = stores.map(|store| super::logs::name(facts, store)).collect();
    if !stores.is_empty() {
        add("logs", KEEPS, Some(stores));
    }
    let fed = |queue: &&&'a ResolvedResource| {
        queue.kind == "queue" && super::server::topics_of(facts, queue).next().is_some()
    };
    if things.iter().any(|thing| fed(&thing)) {
        add("sns", HANDS_OVER, None);
    }
    all
}

/// What an account does that keeps copies of what a key encrypts.
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html>
pub const KEEPS_COPIES: &[&str] =
    &["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/// The vaults of other accounts that get copies of what a key encrypts, one for each account.
pub fn foreign_keepers<'a>(
    facts: &Facts<'a>,
    key: &'a ResolvedResource,
) -> Vec<&'a ResolvedResource> {
    let mut once: Vec<&ResolvedResource> = Vec::new();
    for thing in locks(facts, key) {
        for far in super::backup::foreign_vaults(facts, thing) {
            if once.iter().all(|other| facts.across_accounts(other, far)) {
                once.push(far);
            }
        }
    }
    once
}

/// Days between two renewals of a key's material; KMS takes 90 to 2560.
pub fn rotation_days(key: &ResolvedResource) -> i64 {
    key.text("rotation").and_then(super::size::days).unwrap_or(365).clamp(90, 2560)
}

/// Days in which a deleted key can be brought back; KMS takes 7 to 30.
pub fn deletion_days(facts: &Facts<'_>, key: &ResolvedResource) -> i64 {
    let least = if facts.resolved.environment.protect { 30 } else { 7 };
    key.text("deletion-wait").and_then(super::size::days).unwrap_or(least).clamp(7, 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_reads_only_decrypts() {
        assert_eq!(actions("bucket", &[Access::Read]), ["kms:Decrypt"]);
        assert_eq!(actions("stream", &[Access::Publish]), ["kms:GenerateDataKey"]);
        assert_eq!(actions("queue", &[Access::Admin]), ["kms:Decrypt", "kms:GenerateDataKey"]);
        assert!(actions("database", &[Access::Read]).is_empty(), "RDS unlocks it by itself");
    }
}
