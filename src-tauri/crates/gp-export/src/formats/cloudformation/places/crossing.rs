//! What may be used over the border of an account or a region, and what of a thing is known before it
//! is made, so that nobody has to ask for it.

use super::super::{
    template::Entry,
    writer::{Node, Properties},
};
use crate::aws::home::Home;

/// Over which border something may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// From another region of the same account.
    Regions,
    /// From another account in the same region.
    Accounts,
    /// Over both.
    Both,
}

/// Type, property, and over which border it may name something. What is not here, AWS takes from its own
/// account and region only.
const MAY: &[(&str, &str, Over)] = &[
    ("AWS::Backup::BackupPlan", "BackupPlan", Over::Both),
    ("AWS::Backup::BackupVault", "AccessPolicy", Over::Both),
    ("AWS::CertificateManager::Certificate", "DomainValidationOptions", Over::Regions),
    ("AWS::CloudFront::Distribution", "DistributionConfig", Over::Both),
    ("AWS::EC2::NetworkAclEntry", "Ipv6CidrBlock", Over::Both),
    ("AWS::EC2::Route", "DestinationIpv6CidrBlock", Over::Both),
    ("AWS::EC2::Route", "TransitGatewayId", Over::Accounts),
    ("AWS::EC2::Route", "VpcPeeringConnectionId", Over::Both),
    ("AWS::EC2::TransitGatewayAttachment", "TransitGatewayId", Over::Accounts),
    ("AWS::EC2::TransitGatewayRoute", "TransitGatewayAttachmentId", Over::Accounts),
    ("AWS::EC2::TransitGatewayRouteTableAssociation", "TransitGatewayAttachmentId", Over::Accounts),
    ("AWS::EC2::TransitGatewayRouteTablePropagation", "TransitGatewayAttachmentId", Over::Accounts),
    ("AWS::EC2::VPCPeeringConnection", "PeerRoleArn", Over::Both),
    ("AWS::EC2::VPCPeeringConnection", "PeerVpcId", Over::Both),
    // Images and addresses are taken from anywhere.
    ("AWS::ECS::TaskDefinition", "ContainerDefinitions", Over::Both),
    ("AWS::ECS::TaskDefinition", "ExecutionRoleArn", Over::Regions),
    ("AWS::ECS::TaskDefinition", "TaskRoleArn", Over::Regions),
    ("AWS::IAM::InstanceProfile", "Roles", Over::Regions),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", Over::Both),
    ("AWS::IAM::Policy", "PolicyDocument", Over::Both),
    ("AWS::IAM::Policy", "Roles", Over::Regions),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", Over::Regions),
    ("AWS::IAM::Role", "Policies", Over::Both),
    ("AWS::KMS::Key", "KeyPolicy", Over::Both),
    ("AWS::Lambda::Function", "Environment", Over::Both),
    ("AWS::Lambda::Function", "Role", Over::Regions),
    ("AWS::Lambda::Permission", "Principal", Over::Both),
    ("AWS::Lambda::Permission", "SourceArn", Over::Both),
    ("AWS::RDS::DBInstance", "SourceDBInstanceIdentifier", Over::Regions),
    ("AWS::Route53::HealthCheck", "HealthCheckConfig", Over::Both),
    ("AWS::Route53::HostedZone", "VPCs", Over::Regions),
    ("AWS::Route53::RecordSet", "AliasTarget", Over::Both),
    ("AWS::Route53::RecordSet", "HostedZoneId", Over::Regions),
    ("AWS::Route53::RecordSet", "ResourceRecords", Over::Both),
    ("AWS::Route53Resolver::ResolverRule", "TargetIps", Over::Both),
    ("AWS::S3::BucketPolicy", "PolicyDocument", Over::Both),
    ("AWS::SNS::Subscription", "Endpoint", Over::Both),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", Over::Both),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", Over::Both),
];

/// Whether a property of an entry may name something over a border.
pub fn may(
    entry: &Entry,
    property: &str,
    value: &Node,
    (here, there): (Home<'_>, Home<'_>),
) -> bool {
    let over = match (entry.type_.as_str(), property) {
        // An address anybody may call; a function is called in its own region.
        ("AWS::ApiGatewayV2::Integration", "IntegrationUri") => match value {
            Node::Sub(_) => Some(Over::Both),
            _ => Some(Over::Accounts),
        },
        (type_, _) => {
            let row = MAY.iter().find(|(own, name, _)| *own == type_ && *name == property);
            row.map(|(_, _, over)| *over)
        }
    };
    let (same_region, same_account) = (here.region == there.region, here.account == there.account);
    match over {
        Some(Over::Both) => true,
        Some(Over::Regions) => same_account,
        Some(Over::Accounts) => same_region,
        None => false,
    }
}

/// What is known of an entry before it is made: what `!Ref` gives, or an attribute.
pub fn known(
    entry: &Entry,
    attribute: Option<&str>,
    here: Home<'_>,
    there: Home<'_>,
) -> Option<Node> {
    let text = |name: &str| text_of(&entry.properties, name);
    let region = there.region;
    let same_account = here.account == there.account;
    match (entry.type_.as_str(), attribute) {
        ("AWS::S3::Bucket", None) => text("BucketName").map(Node::from),
        ("AWS::S3::Bucket", Some("Arn")) => {
            Some(Node::Sub(format!("arn:${{AWS::Partition}}:s3:::{}", text("BucketName")?)))
        }
        ("AWS::S3::Bucket", Some("RegionalDomainName")) => {
            let name = text("BucketName")?;
            Some(Node::Sub(format!("{name}.s3.{region}.${{AWS::URLSuffix}}")))
        }
        ("AWS::Backup::BackupVault", Some("BackupVaultArn")) if same_account => {
            let place = format!("arn:${{AWS::Partition}}:backup:{region}:${{AWS::AccountId}}");
            Some(Node::Sub(format!("{place}:backup-vault:{}", text("BackupVaultName")?)))
        }
        ("AWS::IAM::OIDCProvider", None) if same_account => {
            let issuer = text("Url")?.strip_prefix("https://")?;
            let place = "arn:${AWS::Partition}:iam::${AWS::AccountId}";
            Some(Node::Sub(format!("{place}:oidc-provider/{issuer}")))
        }
        ("AWS::EC2::Instance", Some("PrivateIp")) => {
            text("PrivateIpAddress").or_else(|| on_interface(&entry.properties)).map(Node::from)
        }
        _ => None,
    }
}

fn text_of<'n>(properties: &'n Properties, name: &str) -> Option<&'n str> {
    properties.0.iter().find(|(own, _)| own == name).and_then(|(_, value)| match value {
        Node::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// The address of a server that has a public one, too.
fn on_interface(properties: &Properties) -> Option<&str> {
    let (_, interfaces) = properties.0.iter().find(|(own, _)| own == "NetworkInterfaces")?;
    let Node::List(all) = interfaces else { return None };
    let Some(Node::Map(first)) = all.first() else { return None };
    first.iter().find(|(own, _)| own == "PrivateIpAddress").and_then(|(_, value)| match value {
        Node::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_ordered_and_stand_once() {
        assert!(MAY.windows(2).all(|two| (two[0].0, two[0].1) < (two[1].0, two[1].1)));
    }
}
