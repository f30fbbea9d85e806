//! Grants: the least IAM actions that an `access` link needs, and on which resource.

use super::size;
use gp_catalog::resolved::ResolvedResource;
use gp_model::Access;

/// What an action applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// Whatever there is: what is asked of the service and of no thing in it.
    Service,
    /// The thing itself (its ARN).
    Thing,
    /// What it holds (objects of a bucket: `ARN/*`, streams of a log group: `ARN:*`).
    Contents,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it applies to.
    pub on: On,
    /// The actions, ordered.
    pub actions: Vec<&'static str>,
}

/// The statements for a kind and its granted accesses; empty where IAM has no say in it.
pub fn statements(kind: &str, access: &[Access]) -> Vec<Statement> {
    [On::Service, On::Thing, On::Contents]
        .into_iter()
        .filter_map(|on| {
            let mut actions: Vec<&str> =
                access.iter().flat_map(|access| actions(kind, *access, on)).copied().collect();
            actions.sort_unstable();
            actions.dedup();
            (!actions.is_empty()).then_some(Statement { on, actions })
        })
        .collect()
}

/// The same for a thing: of a bucket that is locked nobody deletes, who only writes.
pub fn statements_of(thing: &ResolvedResource, access: &[Access]) -> Vec<Statement> {
    let mut all = statements(&thing.kind, access);
    if thing.kind == "bucket" && size::lock_days(thing).is_some() {
        for one in &mut all {
            one.actions.retain(|action| *action != "s3:DeleteObject");
        }
    }
    all
}

/// What somebody who follows a stream does, a function that it starts as well.
const STREAM_READ: &[&str] = &[
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
];

/// What somebody does who writes a log.
pub const WRITES_LOG: [&str; 2] = ["logs:CreateLogStream", "logs:PutLogEvents"];

/// What a function does that makes the value of a secret anew.
pub const RENEWS: &[&str] = &[
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
];

/// What a function's role needs of what starts it, by the kind of that.
pub fn of_trigger(kind: &str) -> Option<&'static [&'static str]> {
    if kind == "secret" { Some(RENEWS) } else { pulled(kind) }
}

/// The access that this amounts to.
pub fn trigger_access(kind: &str) -> &'static [Access] {
    if kind == "secret" { &[Access::Read, Access::Write] } else { &[Access::Consume] }
}

/// What a function's role needs so that Lambda can take from what starts it; `None` for a kind that
/// Lambda does not take from by itself.
pub fn pulled(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "queue" => Some(&["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]),
        "stream" => Some(STREAM_READ),
        _ => None,
    }
}

/// What a service of AWS needs to take a role.
pub fn assume(service: &str) -> &'static [&'static str] {
    // Pods carry the names of their cluster and account along, as tags.
    if service == "pods.eks.amazonaws.com" {
        &["sts:AssumeRole", "sts:TagSession"]
    } else {
        &["sts:AssumeRole"]
    }
}

/// Of a registry. Who may log in may do nothing by that alone; a login is the account's, and no repository's.
fn of_images(access: Access, on: On) -> &'static [&'static str] {
    match (access, on) {
        (Access::Read | Access::Write | Access::Admin, On::Service) => {
            &["ecr:GetAuthorizationToken"]
        }
        (Access::Read, On::Thing) => {
            &["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        }
        (Access::Write, On::Thing) => &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        (Access::Admin, On::Thing) => &["ecr:*"],
        _ => &[],
    }
}

fn actions(kind: &str, access: Access, on: On) -> &'static [&'static str] {
    match (kind, access, on) {
        ("bucket", Access::Read, On::Thing) => &["s3:ListBucket"],
        ("bucket", Access::Read, On::Contents) => &["s3:GetObject"],
        ("bucket", Access::Write, On::Contents) => {
            &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]
        }
        ("bucket", Access::Admin, _) => &["s3:*"],
        ("registry", access, on) => of_images(access, on),
        ("queue", Access::Read | Access::Consume, On::Thing) => &[
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        ],
        ("queue", Access::Write | Access::Publish, On::Thing) => {
            &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        }
        ("queue", Access::Admin, On::Thing) => &["sqs:*"],
        ("topic", Access::Write | Access::Publish, On::Thing) => &["sns:Publish"],
        ("topic", Access::Read, On::Thing) => &["sns:GetTopicAttributes"],
        ("topic", Access::Consume, On::Thing) => &["sns:Subscribe"],
        ("topic", Access::Admin, On::Thing) => &["sns:*"],
        ("stream", Access::Read | Access::Consume, On::Thing) => STREAM_READ,
        ("stream", Access::Write | Access::Publish, On::Thing) => {
            &["kinesis:DescribeStreamSummary", "kinesis:PutRecord", "kinesis:PutRecords"]
        }
        ("stream", Access::Admin, On::Thing) => &["kinesis:*"],
        ("document-store", Access::Read, On::Thing) => &[
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DescribeTable",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
        ],
        ("document-store", Access::Write, On::Thing) => &[
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:DescribeTable",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ],
        ("document-store", Access::Admin, On::Thing) => &["dynamodb:*"],
        ("secret", Access::Read, On::Thing) => &["secretsmanager:GetSecretValue"],
        ("secret", Access::Write, On::Thing) => &["secretsmanager:PutSecretValue"],
        ("secret", Access::Admin, On::Thing) => &["secretsmanager:*"],
        ("log-store", Access::Read, On::Contents) => {
            &["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"]
        }
        ("log-store", Access::Write, On::Contents) => {
            &["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        }
        ("log-store", Access::Admin, On::Contents) => &["logs:*"],
        ("file-share", Access::Read, On::Thing) => &["elasticfilesystem:ClientMount"],
        ("file-share", Access::Write, On::Thing) => {
            &["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        }
        ("file-share", Access::Admin, On::Thing) => &[
            "elasticfilesystem:ClientMount",
            "elasticfilesystem:ClientRootAccess",
            "elasticfilesystem:ClientWrite",
        ],
        ("bastion", Access::Invoke, On::Thing) => &["ec2-instance-connect:OpenTunnel"],
        ("function", Access::Invoke, On::Thing) => &["lambda:InvokeFunction"],
        ("function", Access::Read, On::Thing) => &["lambda:GetFunction"],
        ("function", Access::Admin, On::Thing) => &["lambda:*"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_a_bucket_lists_it_and_gets_its_objects() {
        assert_eq!(
            statements("bucket", &[Access::Read]),
            [
                Statement { on: On::Thing, actions: vec!["s3:ListBucket"] },
                Statement { on: On::Contents, actions: vec!["s3:GetObject"] },
            ]
        );
        assert!(statements("database", &[Access::Read]).is_empty());
    }

    #[test]
    fn pushing_an_image_fetches_what_is_there_but_no_layers() {
        let [login, push] = &statements("registry", &[Access::Write])[..] else { panic!("two") };
        assert_eq!((login.on, &*login.actions), (On::Service, &["ecr:GetAuthorizationToken"][..]));
        assert!(push.actions.contains(&"ecr:PutImage"));
        assert!(!push.actions.contains(&"ecr:GetDownloadUrlForLayer"));
    }
}
