//! The user's raw attributes (`on.aws`) are in Terraform's spelling; here they are put into
//! CloudFormation's: by convention `instance_type` is `InstanceType`, exceptions stand in a table.

use super::writer::{Node, Properties};
use crate::{
    aws::raw::{self, Property},
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Table, Value};
use std::collections::BTreeMap;

/// Type, Terraform's name, CloudFormation's. An empty one: CloudFormation has no such property.
/// Ordered by type, then name.
const NAMES: &[(&str, &str, &str)] = &[
    ("AWS::EC2::Instance", "ami", "ImageId"),
    ("AWS::EC2::Instance", "key_name", "KeyName"),
    ("AWS::EC2::Instance", "vpc_security_group_ids", "SecurityGroupIds"),
    ("AWS::EC2::LaunchTemplate", "name_prefix", ""),
    ("AWS::EC2::LaunchTemplate", "vpc_security_group_ids", "SecurityGroupIds"),
    ("AWS::EC2::Volume", "type", "VolumeType"),
    ("AWS::ECS::Service", "name", "ServiceName"),
    ("AWS::ECS::Service", "enable_ecs_managed_tags", "EnableECSManagedTags"),
    ("AWS::ECS::Service", "wait_for_steady_state", ""),
    ("AWS::Lambda::Function", "filename", ""),
    ("AWS::Lambda::Function", "memory_size", "MemorySize"),
    ("AWS::RDS::DBInstance", "backup_retention_period", "BackupRetentionPeriod"),
    ("AWS::RDS::DBInstance", "db_name", "DBName"),
    ("AWS::RDS::DBInstance", "db_subnet_group_name", "DBSubnetGroupName"),
    ("AWS::Kinesis::Stream", "enforce_consumer_deletion", ""),
    ("AWS::Kinesis::Stream", "retention_period", "RetentionPeriodHours"),
    ("AWS::RDS::DBInstance", "identifier", "DBInstanceIdentifier"),
    ("AWS::RDS::DBInstance", "instance_class", "DBInstanceClass"),
    ("AWS::RDS::DBInstance", "multi_az", "MultiAZ"),
    ("AWS::RDS::DBInstance", "parameter_group_name", "DBParameterGroupName"),
    ("AWS::RDS::DBInstance", "password", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "password_wo", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "password_wo_version", ""),
    ("AWS::RDS::DBInstance", "performance_insights_enabled", "EnablePerformanceInsights"),
    ("AWS::RDS::DBInstance", "preferred_backup_window", "PreferredBackupWindow"),
    ("AWS::RDS::DBInstance", "skip_final_snapshot", ""),
    ("AWS::RDS::DBInstance", "username", "MasterUsername"),
    ("AWS::RDS::DBInstance", "vpc_security_group_ids", "VPCSecurityGroups"),
    ("AWS::DynamoDB::Table", "name", "TableName"),
    ("AWS::EFS::FileSystem", "creation_token", ""),
    ("AWS::EFS::FileSystem", "lifecycle_policy", "LifecyclePolicies"),
    ("AWS::EFS::FileSystem", "protection", "FileSystemProtection"),
    ("AWS::ElastiCache::ReplicationGroup", "description", "ReplicationGroupDescription"),
    ("AWS::ElastiCache::ReplicationGroup", "maintenance_window", "PreferredMaintenanceWindow"),
    ("AWS::ElastiCache::ReplicationGroup", "multi_az_enabled", "MultiAZEnabled"),
    ("AWS::ElastiCache::ReplicationGroup", "node_type", "CacheNodeType"),
    ("AWS::ElastiCache::ReplicationGroup", "parameter_group_name", "CacheParameterGroupName"),
    ("AWS::ElastiCache::ReplicationGroup", "subnet_group_name", "CacheSubnetGroupName"),
    ("AWS::S3::Bucket", "bucket", "BucketName"),
    ("AWS::S3::Bucket", "force_destroy", ""),
    ("AWS::SNS::Topic", "kms_master_key_id", "KmsMasterKeyId"),
    ("AWS::SNS::Topic", "name", "TopicName"),
    ("AWS::SQS::Queue", "max_message_size", "MaximumMessageSize"),
    ("AWS::SQS::Queue", "message_retention_seconds", "MessageRetentionPeriod"),
    ("AWS::SQS::Queue", "name", "QueueName"),
    ("AWS::SQS::Queue", "visibility_timeout_seconds", "VisibilityTimeout"),
];

/// Types whose attributes stand inside one of their properties.
const INSIDE: [(&str, &str); 1] = [("AWS::EC2::LaunchTemplate", "LaunchTemplateData")];

/// A raw attribute that was left out.
pub struct Left {
    /// As the user wrote it, with what it stands in.
    pub path: String,
    /// `; did you mean …?`, or nothing.
    pub meant: String,
}

/// Puts the raw attributes of a resource over its properties. Gives those without counterpart.
pub fn apply(properties: &mut Properties, owner: &ResolvedResource, type_: &str) -> Vec<Left> {
    let mut left = Vec::new();
    let mut all = raw::properties(type_).unwrap_or(ANYTHING);
    if let Some((_, inner)) = INSIDE.iter().find(|(own, _)| *own == type_) {
        all = all.inside.get(*inner).unwrap_or(ANYTHING);
        let mut members = Properties::default();
        if let Some((_, Node::Map(own))) =
            properties.0.iter_mut().find(|(name, _)| name.as_str() == *inner)
        {
            members.0 = std::mem::take(own);
            put(&mut members, all, owner, type_, &mut left);
            *own = members.0;
        }
    } else {
        put(properties, all, owner, type_, &mut left);
    }
    left
}

fn put(
    properties: &mut Properties,
    all: &Property,
    owner: &ResolvedResource,
    type_: &str,
    left: &mut Vec<Left>,
) {
    for (name, value) in &owner.raw {
        let row = NAMES.iter().find(|(own, from, _)| *own == type_ && from == name);
        let to = row.map_or_else(|| logical(name), |(_, _, to)| (*to).to_owned());
        let Some(inside) = known(all, &to, name, left) else { continue };
        properties.set(&to, node(value, inside, name, left));
    }
}

/// Where nothing is known of the inside of a property, anything may stand in it.
const ANYTHING: &Property = &Property { inside: BTreeMap::new() };

/// What is known of a property; nothing where there is no such property, which is noted.
fn known<'p>(
    outer: &'p Property,
    to: &str,
    path: &str,
    left: &mut Vec<Left>,
) -> Option<&'p Property> {
    if outer.inside.is_empty() {
        return Some(ANYTHING);
    }
    let inside = outer.inside.get(to);
    if inside.is_none() {
        let meant = if to.is_empty() { String::new() } else { raw::meant(to, outer.inside.keys()) };
        left.push(Left { path: path.to_owned(), meant });
    }
    inside
}

fn node(value: &Value, inside: &Property, path: &str, left: &mut Vec<Left>) -> Node {
    match value {
        Value::Bool(flag) => Node::Bool(*flag),
        Value::Integer(number) => Node::Number(*number),
        Value::Float(number) => Node::Float(*number),
        Value::String(text) | Value::Date { date: text } => Node::text_or_secret(text),
        Value::List(items) => {
            Node::List(items.iter().map(|item| node(item, inside, path, left)).collect())
        }
        Value::Table(table) => Node::Map(members(table, inside, path, left)),
    }
}

fn members(
    table: &Table,
    outer: &Property,
    path: &str,
    left: &mut Vec<Left>,
) -> Vec<(String, Node)> {
    let mut all = Vec::new();
    for (name, value) in table {
        // Where nothing is known of the inside, it is a map of the user's own names.
        let (to, path) = (logical(name), format!("{path}.{name}"));
        if let Some(inside) = known(outer, &to, &path, left) {
            all.push((to, node(value, inside, &path, left)));
        }
    }
    all
}
