//! Roles, policies and instance profiles: one role per principal, with the least actions that the
//! drawn grants need.

use super::{
    refs::{address, tags},
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::{grant, grant::On, is_managed, key, unsupported};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Access, LinkKind};

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
            inner.set("actions", vec!["sts:AssumeRole"]);
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
        all.extend(unlock(sheet, &given.link, target, &given.access));
    }
    all
}

/// The statement that lets a grant's holder use the key of what it is on.
fn unlock(
    sheet: &Sheet<'_>,
    link: &str,
    target: &ResolvedResource,
    access: &[Access],
) -> Option<Statement> {
    let target = sheet.facts.resource(&target.id)?;
    let key = key::of(sheet.facts, target)?;
    let actions = key::actions(&target.kind, access);
    let actions: Vec<String> = actions.into_iter().map(str::to_owned).collect();
    let sid = format!("{}Key", crate::name::logical(link));
    (!actions.is_empty())
        .then(|| (sid, actions, vec![format!("{}.arn", address(key, "aws_kms_key"))]))
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
        "secret" => "aws_secretsmanager_secret",
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
        if let Some(actions) = grant::of_trigger(&source.kind) {
            let arn = format!("{}.arn", address(source, main_type(&source.kind)));
            statements.push((
                crate::name::logical(&link.id),
                actions.iter().map(|action| (*action).to_owned()).collect(),
                vec![arn],
            ));
            let access = grant::trigger_access(&source.kind);
            statements.extend(unlock(sheet, &link.id, source, access));
        }
    }
    statements.extend(drawn(sheet, function));
    let role = service_role(sheet, function, "", "lambda.amazonaws.com");
    if !facts.segments_under(function).is_empty() {
        sheet.resource(
            File::Security,
            function,
            "aws_iam_role_policy_attachment",
            "_network",
            |body| {
                body.set("role", code(format!("{role}.name")));
                body.set(
                    "policy_arn",
                    "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
                );
            },
        );
    }
    policy(sheet, function, "", &role, &statements);
    role
}
