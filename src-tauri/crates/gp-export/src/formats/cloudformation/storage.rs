//! File shares.

use super::{
    secrets::key_arn,
    template::{Template, group_list, segment_id},
    writer::{Node, map},
};
use crate::aws::{size, tier_segments};
use gp_catalog::resolved::ResolvedResource;

/// A file share: EFS, with a mount point in every zone of its tier.
pub fn file_share<'a>(template: &mut Template<'a>, share: &'a ResolvedResource) {
    let facts = template.facts;
    let protect = facts.resolved.environment.protect || share.flag("deletion-protection");
    let tags = template.tags(share, &share.title);
    let key = key_arn(template, share);
    let id = template.add(share, "AWS::EFS::FileSystem", &share.id, |p| {
        p.set("Encrypted", share.flag("encrypted")).set_some("KmsKeyId", key);
        p.set("ThroughputMode", share.text("throughput").unwrap_or("elastic"));
        if let Some(days) = size::idle_days(share) {
            let idle = map([("TransitionToIA", size::idle_word(days).into())]);
            // What somebody opens again comes back.
            let back = map([("TransitionToPrimaryStorageClass", "AFTER_1_ACCESS".into())]);
            p.set("LifecyclePolicies", Node::List(vec![idle, back]));
        }
        let status = if share.flag("backup") { "ENABLED" } else { "DISABLED" };
        p.set("BackupPolicy", map([("Status", status.into())])).set("FileSystemTags", tags);
    });
    if let Some(entry) = template.last() {
        // EFS takes no snapshots of what goes: where that must not be, it stays.
        entry.keep = Some(if protect { "Retain" } else { "Delete" });
    }
    for segment in tier_segments(facts, share) {
        let zone = segment.zone.as_deref().unwrap_or("");
        let name = format!("{}-mount-{zone}", share.id);
        template.add(share, "AWS::EFS::MountTarget", &name, |p| {
            p.set("FileSystemId", Node::Ref(id.clone()));
            p.set("SubnetId", Node::Ref(segment_id(segment)));
            p.set("SecurityGroups", group_list(facts, share).unwrap_or(Node::List(Vec::new())));
        });
    }
    template.output(
        &format!("{}-file-system", share.id),
        format!("Id to mount {} by.", share.title),
        Node::Ref(id),
    );
}
