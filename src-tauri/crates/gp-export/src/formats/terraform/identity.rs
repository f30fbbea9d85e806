//! Roles, policies and instance profiles: one role per principal, with the least actions that the
//! drawn grants need.

use super::{
    refs::{address, tags},
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::{grant, grant::On, is_managed, unsupported};
use gp_catalog::resolved::ResolvedResource;
use gp_model::LinkKind;

/// A statement: its name, actions, and resources (expressions).
pub type Statement = (String, Vec<String>, Vec<String>);

/// A role that a service of AWS takes. Gives its address.
pub fn service_role<'a>(
    sheet: &mut Sheet<'a>,
    owner: &'a ResolvedResource,
    tail: &str,
    service: &str,
) -> String {
    let name = format!("{}_assume", label_of(service));
    let assume = sheet.shared(File::Security, owner, "aws_iam_policy_document", &name, |body| {
        body.block("statement", |inner| {
            inner.set("actions", grant::assume(service).to_vec());
            inner.block("principals", |principals| {
                principals.set("type", "Service").set("identifiers", vec![service]);
            });
        });
    });
    let prefix = sheet.facts.name(&owner.id, 37);
    sheet.resource(File::Security, owner, "aws_iam_role", tail, |body| {
        body.set("name_prefix", format!("{prefix}-"));
        body.set("assume_role_policy", code(format!("{assume}.json")));
        body.set("tags", tags(owner, owner.title.as_str().into()));
    })
}

fn label_of(service: &str) -> String {
    crate::name::label(service.split('.').next().unwrap_or(service))
}

/// The role's policy.
pub fn policy<'a>(
    sheet: &mut Sheet<'a>,
    owner: &'a ResolvedResource,
    tail: &str,
    role: &str,
    statements: &[Statement],
) {
    if statements.is_empty() {
        return;
    }
    let document = sheet.data(
        File::Security,
        owner,
        "aws_iam_policy_document",
        &format!("{}{tail}", owner.id),
        |body| {
            for (sid, actions, resources) in statements {
                body.block("statement", |inner| {
                    inner.set("sid", sid.as_str()).set("actions", actions.clone());
                    inner.set("resources", Expr::List(resources.iter().map(code).collect()));
                });
            }
        },
    );
    sheet.resource(File::Security, owner, "aws_iam_role_policy", tail, |body| {
        body.set("name", "grants").set("role", code(format!("{role}.id")));
        body.set("policy", code(format!("{document}.json")));
    });
}

/// The statements that the drawn grants of a principal need.
fn drawn<'a>(sheet: &mut Sheet<'a>, owner: &'a ResolvedResource) -> Vec<Statement> {
    let facts = sheet.facts;
    let mut all = Vec::new();
    for given in facts.grants(&owner.id) {
        let Some(target) = facts.resource(&given.target) else {
            continue;
        };
        let statements = grant::statements(&target.kind, &given.access);
        if statements.is_empty() {
            let text = format!(
                "“{}” may use “{}” only by what is set inside it; IAM has no say in it",
                owner.title, target.title
            );
            sheet.diagnostics.push(unsupported(&target.id, None, text));
        }
        for statement in statements {
            let arn = format!("{}.arn", address(target, main_type(&target.kind)));
            let (sid, resource) = match statement.on {
                On::Thing => (crate::name::logical(&given.link), arn),
                On::Contents => (
                    format!("{}Objects", crate::name::logical(&given.link)),
                    format!("\"${{{arn}}}/*\""),
                ),
            };
            all.push((
                sid,
                statement.actions.iter().map(|a| (*a).to_owned()).collect(),
                vec![resource],
            ));
        }
    }
    all
}

/// The type whose ARN stands for a thing of a kind.
pub fn main_type(kind: &str) -> &'static str {
    match kind {
        "bucket" => "aws_s3_bucket",
        "file-share" => "aws_efs_file_system",
        "queue" => "aws_sqs_queue",
        "document-store" => "aws_dynamodb_table",
        "topic" => "aws_sns_topic",
        "stream" => "aws_kinesis_stream",
        _ => "aws_lambda_function",
    }
}

/// The profile of a server that has grants.
pub fn instance_profile<'a>(sheet: &mut Sheet<'a>, server: &'a ResolvedResource) -> Option<String> {
    let statements = drawn(sheet, server);
    if statements.is_empty() || !is_managed(server) {
        return None;
    }
    let role = service_role(sheet, server, "", "ec2.amazonaws.com");
    policy(sheet, server, "", &role, &statements);
    let prefix = sheet.facts.name(&server.id, 37);
    Some(sheet.resource(File::Security, server, "aws_iam_instance_profile", "", |body| {
        body.set("name_prefix", format!("{prefix}-"));
        body.set("role", code(format!("{role}.name")));
    }))
}

/// The role of a function: its logs, its triggers, its grants.
pub fn function_role<'a>(sheet: &mut Sheet<'a>, function: &'a ResolvedResource) -> String {
    let facts = sheet.facts;
    let logs = address(function, "aws_cloudwatch_log_group");
    let mut statements: Vec<Statement> = vec![(
        "WriteLogs".to_owned(),
        vec!["logs:CreateLogStream".to_owned(), "logs:PutLogEvents".to_owned()],
        vec![format!("\"${{{logs}.arn}}:*\"")],
    )];
    for link in facts.links_to(&function.id).iter().filter(|link| link.kind == LinkKind::Trigger) {
        let Some(source) = facts.resource(&link.from) else { continue };
        if let Some(actions) = grant::pulled(&source.kind) {
            let arn = format!("{}.arn", address(source, main_type(&source.kind)));
            statements.push((
                crate::name::logical(&link.id),
                actions.iter().map(|action| (*action).to_owned()).collect(),
                vec![arn],
            ));
        }
    }
    statements.extend(drawn(sheet, function));
    let role = service_role(sheet, function, "", "lambda.amazonaws.com");
    if !facts.segments_under(function).is_empty() {
        let own = "service-role/AWSLambdaVPCAccessExecutionRole";
        managed(sheet, function, "_network", &role, own);
    }
    policy(sheet, function, "", &role, &statements);
    role
}

/// The roles of a task: one with which it is started (its image, its log, its secrets), and where
/// grants are drawn one that its containers have.
pub fn task_roles<'a>(
    sheet: &mut Sheet<'a>,
    service: &'a ResolvedResource,
    secrets: &[String],
) -> (String, Option<String>) {
    let execution = service_role(sheet, service, "_execution", "ecs-tasks.amazonaws.com");
    managed(
        sheet,
        service,
        "_execution",
        &execution,
        "service-role/AmazonECSTaskExecutionRolePolicy",
    );
    if !secrets.is_empty() {
        let actions = vec!["secretsmanager:GetSecretValue".to_owned()];
        let statement = ("ReadSecrets".to_owned(), actions, secrets.to_vec());
        policy(sheet, service, "_execution", &execution, &[statement]);
    }
    let statements = drawn(sheet, service);
    let task = (!statements.is_empty()).then(|| {
        let role = service_role(sheet, service, "", "ecs-tasks.amazonaws.com");
        policy(sheet, service, "", &role, &statements);
        role
    });
    (execution, task)
}

/// Gives a role one of AWS's own policies.
pub fn managed<'a>(
    sheet: &mut Sheet<'a>,
    owner: &'a ResolvedResource,
    tail: &str,
    role: &str,
    policy: &str,
) -> String {
    sheet.resource(File::Security, owner, "aws_iam_role_policy_attachment", tail, |body| {
        body.set("role", code(format!("{role}.name")));
        body.set("policy_arn", format!("arn:aws:iam::aws:policy/{policy}"));
    })
}

/// The role of a workload in a cluster, where links grant it something that IAM has a say in.
pub fn workload_role<'a>(sheet: &mut Sheet<'a>, workload: &'a ResolvedResource) -> Option<String> {
    let statements = drawn(sheet, workload);
    if statements.is_empty() {
        return None;
    }
    let role = service_role(sheet, workload, "", "pods.eks.amazonaws.com");
    policy(sheet, workload, "", &role, &statements);
    Some(role)
}
