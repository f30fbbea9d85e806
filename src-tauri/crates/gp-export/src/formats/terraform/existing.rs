//! Things that exist already: data sources with how to find them. Raw attributes say it exactly;
//! without any, the `Name` tag or the provider's own name is the drawn title.

use super::{
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{Facts, registry, unsupported};
use gp_catalog::resolved::ResolvedResource;

/// Types that the provider cannot look up.
const UNSEEN: [&str; 4] = [
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_metric_alarm",
    "aws_ec2_instance_connect_endpoint",
    "databricks_mws_workspaces",
];

/// Adds the data source of an existing resource.
pub fn look_up<'a>(sheet: &mut Sheet<'a>, resource: &'a ResolvedResource, type_: &str) {
    let facts = sheet.facts;
    // What others refer to of a group is the group, not how its servers are made.
    let type_ = if resource.kind == "server-group" { "aws_autoscaling_group" } else { type_ };
    if UNSEEN.contains(&type_) {
        let text = format!(
            "Terraform cannot look up an existing {}: what is linked to “{}” is left out",
            resource.kind, resource.title
        );
        return sheet.diagnostics.push(unsupported(&resource.id, None, text));
    }
    let zones: Vec<String> = match resource.kind.as_str() {
        "subnet" => {
            sheet.facts.segments(&resource.id).iter().filter_map(|s| s.zone.clone()).collect()
        }
        _ => Vec::new(),
    };
    let repositories = (resource.kind == registry::KIND).then(|| registry::repositories(resource));
    let cluster = (type_ == "aws_ecs_service" && resource.raw.is_empty()).then(|| {
        let text = format!("ARN of the cluster that {} runs in.", resource.title);
        sheet.variable(&format!("{}_cluster_arn", resource.id), "string", text, None)
    });
    // These are found by nothing but their id.
    let named = match type_ {
        "aws_apigatewayv2_api" => Some("api_id"),
        "aws_cloudfront_distribution" => Some("id"),
        _ => None,
    };
    let named = named.filter(|_| resource.raw.is_empty()).map(|argument| {
        let text = format!("Id of {}, which exists already.", resource.title);
        let name = format!("{}_id", resource.id);
        (argument, code(sheet.variable(&name, "string", text, None)))
    });
    sheet.data(file(&resource.kind), resource, type_, &resource.id, |body| {
        body.set_some("cluster_arn", cluster.map(code));
        if let Some((argument, id)) = named {
            body.set(argument, id);
        }
        if !zones.is_empty() {
            let letters: Vec<String> = zones.iter().map(|z| format!("{z:?}")).collect();
            body.set("for_each", code(format!("toset([{}])", letters.join(", "))));
        }
        if let Some(names) = repositories {
            let names = Expr::List(names.into_iter().map(Expr::from).collect());
            body.set("for_each", Expr::Call("toset", vec![names])).set("name", code("each.value"));
        }
        if resource.raw.is_empty() {
            find(facts, body, resource, type_);
        } else {
            for (name, value) in &resource.raw {
                body.set(name, super::overrides::expr(value));
            }
        }
    });
}

fn file(kind: &str) -> File {
    match kind {
        "server" | "server-group" | "container-service" | "kubernetes-cluster" | "function" => {
            File::Compute
        }
        "volume" | "file-share" | "bucket" | "registry" | "backup-vault" => File::Storage,
        "analytics-workspace"
        | "database"
        | "cache"
        | "data-warehouse"
        | "document-store"
        | "queue"
        | "topic"
        | "stream" => File::Data,
        "identity" | "key" | "log-store" | "secret" | "threat-detector" | "web-firewall" => {
            File::Security
        }
        _ => File::Network,
    }
}

fn find(facts: &Facts<'_>, body: &mut Body, resource: &ResolvedResource, type_: &str) {
    let title = resource.title.as_str();
    match type_ {
        "aws_s3_bucket" => body.set("bucket", title),
        "aws_autoscaling_group"
        | "aws_backup_vault"
        | "aws_cloudwatch_log_group"
        | "aws_dynamodb_table"
        | "aws_eks_cluster"
        | "aws_iam_role"
        | "aws_kinesis_stream"
        | "aws_lb"
        | "aws_secretsmanager_secret"
        | "aws_sns_topic"
        | "aws_sqs_queue" => body.set("name", title),
        "aws_route53_zone" => body.set("name", resource.text("domain").unwrap_or(title)),
        "aws_elasticache_replication_group" => body.set("replication_group_id", title),
        "aws_ecs_service" => body.set("service_name", title),
        "aws_db_instance" => body.set("db_instance_identifier", title),
        "aws_wafv2_web_acl" => {
            body.set("name", title).set("scope", crate::aws::web_firewall::scope(facts, resource))
        }
        // There is one, or its id or its repositories alone tell it apart.
        "aws_apigatewayv2_api"
        | "aws_ecr_repository"
        | "aws_cloudfront_distribution"
        | "aws_guardduty_detector" => body,
        "aws_redshiftserverless_namespace" => body.set("namespace_name", title),
        "aws_kms_key" => body.set("key_id", format!("alias/{title}")),
        "aws_acm_certificate" => {
            body.set("domain", resource.text("domain").unwrap_or(title));
            body.set("statuses", vec!["ISSUED"]).set("most_recent", true)
        }
        "aws_lambda_function" => body.set("function_name", title),
        "aws_instance" => body.set("instance_tags", name_tag(title.into())),
        "aws_subnet" => body.set("tags", name_tag(super::refs::keyed_name(title))),
        "aws_ebs_volume" => {
            body.set("most_recent", true);
            body.block("filter", |inner| {
                inner.set("name", "tag:Name").set("values", vec![title]);
            })
        }
        _ => body.set("tags", name_tag(title.into())),
    };
}

fn name_tag(name: Expr) -> Expr {
    Expr::Object(vec![("Name".to_owned(), name)])
}
