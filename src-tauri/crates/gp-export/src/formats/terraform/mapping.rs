//! Kind → what is written for it. One row per kind that AWS has; kinds without a row become a
//! diagnostic at the resource, those of [`SILENT`](crate::aws::SILENT) mean nothing to deploy by themselves.

use super::{
    backup, balancer, bastion, cdn, certificate, compute, container, data, dns, endpoint, existing,
    gateway, group, identity, joined, kubernetes, messages, modules, network, raw, registry,
    resolver, secrets, sheet::Sheet, storage, warehouse, watch, web_firewall, workspace,
};
use gp_catalog::resolved::ResolvedResource;

/// Writes a resource that we manage, or looks up one that exists.
type Write = for<'a, 's> fn(&'s mut Sheet<'a>, &'a ResolvedResource);

/// One kind.
pub struct Row {
    /// The drawn kind.
    pub kind: &'static str,
    /// Main resource type.
    pub type_: &'static str,
    /// Writes it.
    pub write: Write,
}

/// Ordered as the file should read: places first, then what stands in them.
pub const ROWS: &[Row] = &[
    Row { kind: "network", type_: "aws_vpc", write: network::network },
    Row { kind: "subnet", type_: "aws_subnet", write: network::subnet },
    Row { kind: "nat-gateway", type_: "aws_nat_gateway", write: network::nat_gateway },
    Row { kind: "private-endpoint", type_: "aws_vpc_endpoint", write: endpoint::private_endpoint },
    Row { kind: "transit-hub", type_: "aws_ec2_transit_gateway", write: joined::transit_hub },
    Row { kind: "vpn-gateway", type_: "aws_vpn_connection", write: joined::vpn_gateway },
    Row { kind: "dedicated-link", type_: "aws_dx_connection", write: joined::dedicated_link },
    Row { kind: "bastion", type_: "aws_ec2_instance_connect_endpoint", write: bastion::bastion },
    Row { kind: "load-balancer", type_: "aws_lb", write: balancer::load_balancer },
    Row { kind: "api-gateway", type_: "aws_apigatewayv2_api", write: gateway::api_gateway },
    Row { kind: "cdn", type_: "aws_cloudfront_distribution", write: cdn::cdn },
    Row { kind: "dns-zone", type_: "aws_route53_zone", write: dns::dns_zone },
    Row {
        kind: "dns-resolver",
        type_: "aws_route53_resolver_endpoint",
        write: resolver::dns_resolver,
    },
    Row { kind: "server", type_: "aws_instance", write: compute::server },
    Row { kind: "server-group", type_: "aws_launch_template", write: group::server_group },
    Row {
        kind: "container-service",
        type_: "aws_ecs_service",
        write: container::container_service,
    },
    Row { kind: "kubernetes-cluster", type_: "aws_eks_cluster", write: kubernetes::cluster },
    Row { kind: "function", type_: "aws_lambda_function", write: compute::function },
    Row { kind: "volume", type_: "aws_ebs_volume", write: storage::volume },
    Row { kind: "file-share", type_: "aws_efs_file_system", write: storage::file_share },
    Row { kind: "backup-vault", type_: "aws_backup_vault", write: backup::backup_vault },
    Row { kind: "bucket", type_: "aws_s3_bucket", write: storage::bucket },
    Row { kind: "registry", type_: "aws_ecr_repository", write: registry::registry },
    Row { kind: "database", type_: "aws_db_instance", write: data::database },
    Row { kind: "cache", type_: "aws_elasticache_replication_group", write: data::cache },
    Row { kind: "document-store", type_: "aws_dynamodb_table", write: data::document_store },
    Row {
        kind: "data-warehouse",
        type_: "aws_redshiftserverless_namespace",
        write: warehouse::data_warehouse,
    },
    Row {
        kind: "analytics-workspace",
        type_: "databricks_mws_workspaces",
        write: workspace::analytics_workspace,
    },
    Row { kind: "queue", type_: "aws_sqs_queue", write: data::queue },
    Row { kind: "topic", type_: "aws_sns_topic", write: messages::topic },
    Row { kind: "stream", type_: "aws_kinesis_stream", write: messages::stream },
    Row { kind: "identity", type_: "aws_iam_role", write: identity::identity },
    Row { kind: "web-firewall", type_: "aws_wafv2_web_acl", write: web_firewall::web_firewall },
    Row { kind: "log-store", type_: "aws_cloudwatch_log_group", write: watch::log_store },
    Row { kind: "alert", type_: "aws_cloudwatch_metric_alarm", write: watch::alert },
    Row { kind: "dashboard", type_: "aws_cloudwatch_dashboard", write: watch::dashboard },
    Row { kind: "threat-detector", type_: "aws_guardduty_detector", write: watch::threat_detector },
    Row { kind: "key", type_: "aws_kms_key", write: secrets::key },
    Row { kind: "secret", type_: "aws_secretsmanager_secret", write: secrets::secret },
    Row { kind: "certificate", type_: "aws_acm_certificate", write: certificate::certificate },
    // Of whatever type it says.
    Row { kind: gp_catalog::RAW, type_: "", write: raw::raw },
];

/// Writes everything, kind by kind.
pub fn write_all(sheet: &mut Sheet<'_>) {
    let facts = sheet.facts;
    for row in ROWS {
        for resource in facts.resolved.resources.values().filter(|r| r.kind == row.kind) {
            match resource.lifecycle {
                gp_model::Lifecycle::Managed if modules::module_of(facts, resource).is_some() => {}
                gp_model::Lifecycle::Managed => (row.write)(sheet, resource),
                gp_model::Lifecycle::Existing if row.type_.is_empty() => {
                    (row.write)(sheet, resource);
                }
                gp_model::Lifecycle::Existing => existing::look_up(sheet, resource, row.type_),
                gp_model::Lifecycle::External => {}
            }
        }
        if row.kind == "subnet" {
            network::routes(sheet);
            network::peerings(sheet);
        }
        if row.kind == "kubernetes-cluster" {
            kubernetes::workloads(sheet);
        }
    }
    super::security::filters(sheet);
    for resource in facts.resolved.resources.values() {
        if let Some(module) = modules::module_of(facts, resource) {
            modules::module(sheet, resource, module);
        }
    }
    raw::waits(sheet);
    modules::turn_references(sheet);
    sheet.diagnostics.extend(crate::aws::left_out::by_both(facts, "Terraform"));
    let main = |kind: &str| ROWS.iter().find(|row| row.kind == kind).map(|row| row.type_);
    sheet.diagnostics.extend(crate::aws::raw::by_terraform(facts, main));
    for resource in facts.resolved.resources.values() {
        // What is somebody else's is not ours to leave out.
        let known = resource.lifecycle == gp_model::Lifecycle::External
            || modules::module_of(facts, resource).is_some()
            || ROWS.iter().any(|row| row.kind == resource.kind)
            || crate::aws::SILENT.contains(&resource.kind.as_str());
        if !known {
            sheet.diagnostics.push(crate::aws::no_counterpart(resource, "Terraform"));
        }
    }
}
