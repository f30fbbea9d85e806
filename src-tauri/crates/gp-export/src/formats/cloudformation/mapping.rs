//! Kind → what is written for it, in CloudFormation's types. One row per kind that AWS has.

use super::{
    backup, balancer, bastion, cdn, compute, container, data, gateway, group, identity, joined,
    kubernetes, messages, network, raw, registry, resolver, secrets, storage, template::Template,
    warehouse, watch, web_firewall,
};
use crate::aws::{is_managed, no_counterpart};
use gp_catalog::resolved::ResolvedResource;
use gp_model::Lifecycle;

/// Writes a resource that we manage.
type Write = for<'a, 's> fn(&'s mut Template<'a>, &'a ResolvedResource);

/// One kind.
pub struct Row {
    /// The drawn kind.
    pub kind: &'static str,
    /// Main resource type.
    pub type_: &'static str,
    /// Writes it.
    pub write: Write,
}

/// Ordered as the template should read: places first, then what stands in them.
pub const ROWS: &[Row] = &[
    Row { kind: "network", type_: "AWS::EC2::VPC", write: network::network },
    Row { kind: "subnet", type_: "AWS::EC2::Subnet", write: network::subnet },
    Row { kind: "nat-gateway", type_: "AWS::EC2::NatGateway", write: network::nat_gateway },
    Row {
        kind: "private-endpoint",
        type_: "AWS::EC2::VPCEndpoint",
        write: network::private_endpoint,
    },
    Row { kind: "transit-hub", type_: "AWS::EC2::TransitGateway", write: joined::transit_hub },
    Row { kind: "vpn-gateway", type_: "AWS::EC2::VPNConnection", write: joined::vpn_gateway },
    Row { kind: "server", type_: "AWS::EC2::Instance", write: compute::server },
    Row { kind: "server-group", type_: "AWS::EC2::LaunchTemplate", write: group::server_group },
    Row {
        kind: "container-service",
        type_: "AWS::ECS::Service",
        write: container::container_service,
    },
    Row { kind: "kubernetes-cluster", type_: "AWS::EKS::Cluster", write: kubernetes::cluster },
    Row { kind: "bastion", type_: "AWS::EC2::InstanceConnectEndpoint", write: bastion::bastion },
    Row {
        kind: "load-balancer",
        type_: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        write: balancer::load_balancer,
    },
    Row { kind: "cdn", type_: "AWS::CloudFront::Distribution", write: cdn::cdn },
    Row { kind: "api-gateway", type_: "AWS::ApiGatewayV2::Api", write: gateway::api_gateway },
    Row { kind: "function", type_: "AWS::Lambda::Function", write: compute::function },
    Row { kind: "volume", type_: "AWS::EC2::Volume", write: compute::volume },
    Row { kind: "file-share", type_: "AWS::EFS::FileSystem", write: storage::file_share },
    Row { kind: "backup-vault", type_: "AWS::Backup::BackupVault", write: backup::backup_vault },
    Row { kind: "bucket", type_: "AWS::S3::Bucket", write: compute::bucket },
    Row { kind: "registry", type_: "AWS::ECR::Repository", write: registry::registry },
    Row { kind: "database", type_: "AWS::RDS::DBInstance", write: data::database },
    Row { kind: "cache", type_: "AWS::ElastiCache::ReplicationGroup", write: data::cache },
    Row { kind: "document-store", type_: "AWS::DynamoDB::Table", write: data::document_store },
    Row {
        kind: "data-warehouse",
        type_: "AWS::RedshiftServerless::Namespace",
        write: warehouse::data_warehouse,
    },
    Row { kind: "queue", type_: "AWS::SQS::Queue", write: data::queue },
    Row { kind: "topic", type_: "AWS::SNS::Topic", write: messages::topic },
    Row { kind: "stream", type_: "AWS::Kinesis::Stream", write: messages::stream },
    Row { kind: "identity", type_: "AWS::IAM::Role", write: identity::identity },
    Row { kind: "web-firewall", type_: "AWS::WAFv2::WebACL", write: web_firewall::web_firewall },
    Row { kind: "log-store", type_: "AWS::Logs::LogGroup", write: watch::log_store },
    Row { kind: "alert", type_: "AWS::CloudWatch::Alarm", write: watch::alert },
    Row { kind: "dashboard", type_: "AWS::CloudWatch::Dashboard", write: watch::dashboard },
    Row {
        kind: "threat-detector",
        type_: "AWS::GuardDuty::Detector",
        write: watch::threat_detector,
    },
    Row { kind: "key", type_: "AWS::KMS::Key", write: secrets::key },
    Row { kind: "secret", type_: "AWS::SecretsManager::Secret", write: secrets::secret },
    Row {
        kind: "certificate",
        type_: "AWS::CertificateManager::Certificate",
        write: secrets::certificate,
    },
    Row { kind: "dns-zone", type_: "AWS::Route53::HostedZone", write: data::dns_zone },
    Row {
        kind: "dns-resolver",
        type_: "AWS::Route53Resolver::ResolverEndpoint",
        write: resolver::dns_resolver,
    },
    // Of whatever type it says.
    Row { kind: gp_catalog::RAW, type_: "", write: raw::raw },
];

/// Writes everything, kind by kind.
pub fn write_all(template: &mut Template<'_>) {
    let facts = template.facts;
    for row in ROWS {
        for resource in facts.resolved.resources.values().filter(|r| r.kind == row.kind) {
            match resource.lifecycle {
                Lifecycle::Managed => (row.write)(template, resource),
                Lifecycle::Existing => existing(template, resource, row.type_),
                Lifecycle::External => {}
            }
        }
        if row.kind == "subnet" {
            network::routes(template);
            network::peerings(template);
        }
        if row.kind == "kubernetes-cluster" {
            kubernetes::workloads(template);
            kubernetes::passes(template);
        }
    }
    super::security::filters(template);
    raw::waits(template);
    template.diagnostics.extend(crate::aws::left_out::by_both(facts, "CloudFormation"));
    template.diagnostics.extend(crate::aws::left_out::by_cloudformation(facts));
    for resource in facts.resolved.resources.values().filter(|resource| is_managed(resource)) {
        let known = ROWS.iter().any(|row| row.kind == resource.kind);
        if known && facts.resolved.environment.modules.contains_key(&resource.kind) {
            let text = format!(
                "CloudFormation writes “{}” itself: the module for {} is Terraform's",
                resource.title, resource.kind
            );
            template.diagnostics.push(crate::aws::unsupported(&resource.id, None, text));
        }
    }
    for resource in facts.resolved.resources.values() {
        // What is somebody else's is not ours to leave out.
        let silent = resource.lifecycle == Lifecycle::External
            || crate::aws::SILENT.contains(&resource.kind.as_str());
        if !silent && ROWS.iter().all(|row| row.kind != resource.kind) {
            template.diagnostics.push(no_counterpart(resource, "CloudFormation"));
        }
    }
}

/// CloudFormation cannot look anything up: a parameter takes the existing thing's id.
fn existing<'a>(template: &mut Template<'a>, resource: &'a ResolvedResource, type_: &str) {
    let parameter_type = match type_ {
        "AWS::EC2::VPC" => "AWS::EC2::VPC::Id",
        "AWS::EC2::Instance" => "AWS::EC2::Instance::Id",
        "AWS::EC2::Volume" => "AWS::EC2::Volume::Id",
        "AWS::Route53::HostedZone" => "AWS::Route53::HostedZone::Id",
        _ => "String",
    };
    let names: Vec<String> = match resource.kind.as_str() {
        "subnet" => template
            .facts
            .segments(&resource.id)
            .iter()
            .map(|s| super::template::segment_id(s))
            .collect(),
        "registry" => registry::ids(resource),
        _ => vec![resource.id.to_string()],
    };
    for name in names {
        let type_ = if resource.kind == "subnet" { "AWS::EC2::Subnet::Id" } else { parameter_type };
        let what = match resource.kind.as_str() {
            "certificate" | "key" | "secret" => "ARN",
            "identity" | "log-store" | "registry" => "Name",
            _ => "Id",
        };
        let about = format!("{what} of the existing {} {}.", resource.kind, resource.title);
        template.parameter(&name, super::template::Parameter::new(type_, about));
    }
}
