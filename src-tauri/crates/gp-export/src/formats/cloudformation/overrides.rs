//! The user's raw attributes (`on.aws`) are in Terraform's spelling; here they are put into
//! CloudFormation's: by convention `instance_type` is `InstanceType`, exceptions stand in a table.

use super::writer::{Node, Properties};
use crate::name::logical;
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Table, Value};

/// Type, Terraform's name, CloudFormation's. An empty one: CloudFormation has no such property.
/// Ordered by type, then name.
const NAMES: &[(&str, &str, &str)] = &[
    ("AWS::EC2::Instance", "ami", "ImageId"),
    ("AWS::EC2::Instance", "key_name", "KeyName"),
    ("AWS::EC2::Instance", "vpc_security_group_ids", "SecurityGroupIds"),
    ("AWS::EC2::Volume", "type", "VolumeType"),
    ("AWS::Lambda::Function", "filename", ""),
    ("AWS::Lambda::Function", "memory_size", "MemorySize"),
    ("AWS::RDS::DBInstance", "backup_retention_period", "BackupRetentionPeriod"),
    ("AWS::RDS::DBInstance", "db_name", "DBName"),
    ("AWS::RDS::DBInstance", "db_subnet_group_name", "DBSubnetGroupName"),
    ("AWS::RDS::DBInstance", "identifier", "DBInstanceIdentifier"),
    ("AWS::RDS::DBInstance", "instance_class", "DBInstanceClass"),
    ("AWS::RDS::DBInstance", "multi_az", "MultiAZ"),
    ("AWS::RDS::DBInstance", "parameter_group_name", "DBParameterGroupName"),
    ("AWS::RDS::DBInstance", "performance_insights_enabled", "EnablePerformanceInsights"),
    ("AWS::RDS::DBInstance", "preferred_backup_window", "PreferredBackupWindow"),
    ("AWS::RDS::DBInstance", "skip_final_snapshot", ""),
    ("AWS::RDS::DBInstance", "username", "MasterUsername"),
    ("AWS::RDS::DBInstance", "vpc_security_group_ids", "VPCSecurityGroups"),
    ("AWS::S3::Bucket", "bucket", "BucketName"),
    ("AWS::S3::Bucket", "force_destroy", ""),
    ("AWS::SQS::Queue", "max_message_size", "MaximumMessageSize"),
    ("AWS::SQS::Queue", "message_retention_seconds", "MessageRetentionPeriod"),
    ("AWS::SQS::Queue", "name", "QueueName"),
    ("AWS::SQS::Queue", "visibility_timeout_seconds", "VisibilityTimeout"),
];

/// Puts the raw attributes of a resource over its properties. Gives the names without counterpart.
pub fn apply(properties: &mut Properties, owner: &ResolvedResource, type_: &str) -> Vec<String> {
    let mut left = Vec::new();
    for (name, value) in &owner.raw {
        match NAMES.iter().find(|(own, from, _)| *own == type_ && from == name) {
            Some((_, _, "")) => left.push(name.clone()),
            Some((_, _, to)) => {
                properties.set(to, node(value));
            }
            None => {
                properties.set(&logical(name), node(value));
            }
        }
    }
    left
}

fn node(value: &Value) -> Node {
    match value {
        Value::Bool(flag) => Node::Bool(*flag),
        Value::Integer(number) => Node::Number(*number),
        Value::Float(number) => Node::Float(*number),
        Value::String(text) | Value::Date { date: text } => Node::Text(text.clone()),
        Value::List(items) => Node::List(items.iter().map(node).collect()),
        Value::Table(table) => Node::Map(members(table)),
    }
}

fn members(table: &Table) -> Vec<(String, Node)> {
    table.iter().map(|(name, value)| (logical(name), node(value))).collect()
}
