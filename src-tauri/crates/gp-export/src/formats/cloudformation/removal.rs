//! How to remove what was deployed: what is protected has to be let go first, and what is kept is said, with
//! the reason. Everything is read off the templates themselves, so that neither can be forgotten.

use super::{
    places::Folder,
    readme::{place, profile},
    template::Entry,
    writer::Node,
};
use crate::name::{markdown, one_line};
use std::fmt::Write as _;

/// Function of the shell that the commands call.
const NAMED: &str = "\
resource() { # region, profile, logical id: what it is called
  aws cloudformation describe-stack-resource --stack-name \"$stack\" --region \"$1\" --profile \"$2\" \\
    --logical-resource-id \"$3\" --query StackResourceDetail.PhysicalResourceId --output text
}
";

/// Empties a bucket, of old versions as well.
const EMPTY: &str = "\
empty() { # region, profile, bucket, perhaps a word to lift its lock
  for part in Versions DeleteMarkers; do
    aws s3api list-object-versions --bucket \"$3\" --region \"$1\" --profile \"$2\" \\
      --query \"$part[].[VersionId,Key]\" --output text |
      while read -r version key; do
        [ \"$version\" = None ] || aws s3api delete-object --bucket \"$3\" --region \"$1\" --profile \"$2\" \\
          --key \"$key\" --version-id \"$version\" ${4:-}
      done
  done
}
";

/// Empties a backup vault.
const FORGET: &str = "\
forget() { # region, profile, vault: its recovery points
  aws backup list-recovery-points-by-backup-vault --backup-vault-name \"$3\" --region \"$1\" --profile \"$2\" \\
    --query \"RecoveryPoints[].[RecoveryPointArn]\" --output text |
    while read -r point; do
      [ \"$point\" = None ] || aws backup delete-recovery-point --backup-vault-name \"$3\" --region \"$1\" --profile \"$2\" \\
        --recovery-point-arn \"$point\"
    done
}
";

/// All of it; the steps backwards are written by `steps`.
pub fn text(out: &mut String, folder: &Folder<'_>, steps: impl FnOnce(&mut String)) {
    out.push_str("\n## To remove everything\n");
    stays(out, folder);
    by_hand(out, folder);
    before(out, folder);
    out.push_str("\nThen go backwards, one after the other is done (`aws cloudformation wait stack-delete-complete`):\n\n");
    steps(out);
}

/// What is there when the stacks are gone, and why.
fn stays(out: &mut String, folder: &Folder<'_>) {
    let mut rows = Vec::new();
    for stack in &folder.stacks {
        for entry in &stack.entries {
            let Some(why) = why_it_stays(entry) else { continue };
            let title = markdown(&one_line(&entry.title));
            rows.push(format!("- {title} (`{}` in `{}`): {why}", entry.id, stack.file));
        }
    }
    if rows.is_empty() {
        return;
    }
    out.push_str(
        "\nThis stays when the stacks are gone, and costs what it costs until you remove it:\n\n",
    );
    for row in &rows {
        let _ = writeln!(out, "{row}");
    }
    out.push_str("\nWhat stays keeps its name: before the same templates are deployed again, remove it or import it into the new stack.\n");
}

fn why_it_stays(entry: &Entry) -> Option<String> {
    let kept = entry.keep == Some("Retain");
    let text = match entry.type_.as_str() {
        "AWS::KMS::Key" if kept => {
            "the key, for what stays and what is restored from a snapshot is unreadable without it; `aws kms schedule-key-deletion` once nothing needs it".to_owned()
        }
        "AWS::KMS::Key" => {
            let days = property(entry, "PendingWindowInDays");
            let days = match days {
                Some(Node::Number(days)) => *days,
                // What KMS takes where nobody says.
                _ => 30,
            };
            format!("the key waits {days} days for somebody who misses it (`aws kms cancel-key-deletion`), and can be used for nothing meanwhile")
        }
        "AWS::Backup::BackupVault" if kept && locked(entry) => {
            "the vault with its recovery points; it is locked, and each can be deleted only when its time is over (`aws backup delete-backup-vault-lock-configuration` takes the lock away, where you may)".to_owned()
        }
        "AWS::Backup::BackupVault" if kept => "the vault with its recovery points".to_owned(),
        "AWS::S3::Bucket" if kept && property(entry, "ObjectLockConfiguration").is_some() => {
            "the bucket with what is in it; what is younger than its lock is deleted only with `--bypass-governance-retention`, by somebody who may".to_owned()
        }
        "AWS::S3::Bucket" if kept => "the bucket with what is in it".to_owned(),
        "AWS::RDS::DBInstance" if kept => return None,
        _ if kept => format!("`{}` with what is in it, by its `DeletionPolicy`", entry.type_),
        _ if entry.keep == Some("Snapshot") => "a last snapshot of it, by its `DeletionPolicy`".to_owned(),
        _ => return None,
    };
    Some(text)
}

fn property<'e>(entry: &'e Entry, name: &str) -> Option<&'e Node> {
    entry.properties.0.iter().find(|(own, _)| own == name).map(|(_, value)| value)
}

fn is_set(entry: &Entry, name: &str) -> bool {
    matches!(property(entry, name), Some(Node::Bool(true)))
}

fn locked(entry: &Entry) -> bool {
    property(entry, "LockConfiguration").is_some()
}

/// What no command of ours can do, for it concerns what others made.
fn by_hand(out: &mut String, folder: &Folder<'_>) {
    let entries = || folder.stacks.iter().flat_map(|stack| &stack.entries);
    let has = |type_: &str| entries().any(|entry| entry.type_ == type_);
    let mut rows = Vec::new();
    if has("AWS::EKS::Cluster") {
        rows.push("Delete in each cluster what it made outside: services of the type `LoadBalancer`, ingresses, volumes, and pods with security groups of their own. They hold the network.");
    }
    if has("AWS::Route53::HostedZone") {
        rows.push("Delete the records in each zone that these templates did not make, proofs of certificates among them: Route 53 keeps a zone that has any. Whoever points at its name servers is pointed elsewhere first.");
    }
    if !rows.is_empty() {
        out.push_str("\nBy hand, first:\n\n");
        for row in &rows {
            let _ = writeln!(out, "- {row}");
        }
    }
}

/// The commands without which a stack would stop in the middle.
fn before(out: &mut String, folder: &Folder<'_>) {
    let mut commands = String::new();
    for stack in &folder.stacks {
        let (here, words) =
            (place(stack.home), format!("{} {}", stack.home.region, profile(stack.home)));
        let mut own: Vec<String> = Vec::new();
        for entry in &stack.entries {
            own.extend(lift(entry, &here, &words));
        }
        // What stays is told by nobody once its stack is gone.
        let kept = stack
            .entries
            .iter()
            .filter(|entry| entry.keep == Some("Retain") && entry.type_ != "AWS::RDS::DBInstance");
        own.extend(kept.map(|entry| format!("echo {}: {}", entry.id, named(entry, &words))));
        if !own.is_empty() {
            let _ = writeln!(commands, "# {}\n{}", stack.file, own.join("\n"));
        }
    }
    if commands.is_empty() {
        return;
    }
    out.push_str("\nBefore, in the shell of above: let go what is protected, and what stands in the way of its network; what would not be deleted while something is in it is emptied, for good. Each `echo` tells the name of what stays, which no stack tells any more.\n\n```sh\n");
    out.push_str(NAMED);
    let functions = [("\nempty ", EMPTY), ("\nforget ", FORGET)];
    for (_, function) in functions.iter().filter(|(call, _)| commands.contains(call)) {
        out.push_str(function);
    }
    out.push_str(&commands);
    out.push_str("```\n");
}

/// What a resource is called, as the shell finds it.
fn named(entry: &Entry, words: &str) -> String {
    format!("\"$(resource {words} {})\"", entry.id)
}

/// What has to be done with a resource before its stack can go.
fn lift(entry: &Entry, place: &str, words: &str) -> Vec<String> {
    let name = named(entry, words);
    let kept = entry.keep == Some("Retain");
    let mut all = Vec::new();
    match entry.type_.as_str() {
        "AWS::RDS::DBInstance" => {
            if is_set(entry, "DeletionProtection") {
                all.push(format!("aws rds modify-db-instance {place} --no-deletion-protection --apply-immediately \\\n  --db-instance-identifier {name}"));
            }
            if kept {
                // A copy is kept, because RDS takes no snapshot of it; but what it stands in could not go then.
                all.push(format!("aws rds delete-db-instance {place} --skip-final-snapshot \\\n  --db-instance-identifier {name}"));
                all.push(format!("aws rds wait db-instance-deleted {place} --db-instance-identifier {name}"));
            }
        }
        "AWS::EC2::Instance" if is_set(entry, "DisableApiTermination") => all.push(format!(
            "aws ec2 modify-instance-attribute {place} --no-disable-api-termination \\\n  --instance-id {name}"
        )),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" if is_protected_balancer(entry) => {
            all.push(format!("aws elbv2 modify-load-balancer-attributes {place} \\\n  --attributes Key=deletion_protection.enabled,Value=false \\\n  --load-balancer-arn {name}"));
        }
        "AWS::EKS::Cluster" if is_set(entry, "DeletionProtection") => all.push(format!(
            "aws eks update-cluster-config {place} --no-deletion-protection --name {name}"
        )),
        "AWS::NetworkFirewall::Firewall" if is_set(entry, "DeleteProtection") => {
            all.push(format!("aws network-firewall update-firewall-delete-protection {place} --no-delete-protection \\\n  --firewall-arn {name}"));
            if is_set(entry, "SubnetChangeProtection") {
                all.push(format!("aws network-firewall update-subnet-change-protection {place} --no-subnet-change-protection \\\n  --firewall-arn {name}"));
            }
        }
        "AWS::DynamoDB::Table" if !kept && is_set(entry, "DeletionProtectionEnabled") => {
            all.push(format!("aws dynamodb update-table {place} --no-deletion-protection-enabled \\\n  --table-name {name}"));
        }
        "AWS::S3::Bucket" if !kept => {
            let lock = property(entry, "ObjectLockConfiguration");
            let lift = lock.map_or("", |_| " --bypass-governance-retention");
            all.push(format!("empty {words} {name}{lift}"));
        }
        "AWS::Backup::BackupVault" if !kept => all.push(format!("forget {words} {name}")),
        _ => {}
    }
    all
}

fn is_protected_balancer(entry: &Entry) -> bool {
    let Some(Node::List(attributes)) = property(entry, "LoadBalancerAttributes") else {
        return false;
    };
    attributes.iter().any(|attribute| {
        let Node::Map(members) = attribute else { return false };
        let is = |name: &str, text: &str| {
            members.iter().any(|(own, value)| own == name && *value == Node::from(text))
        };
        is("Key", "deletion_protection.enabled") && is("Value", "true")
    })
}
