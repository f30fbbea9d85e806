//! Roles, policies and instance profiles: one role per principal, with the least actions that the
//! drawn grants need.

use super::{
    refs::{address, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{
    Facts, account, grant,
    grant::On,
    identity,
    identity::{Part, Subject, Trust},
    is_managed, key, logs, registry, unsupported,
};
use gp_catalog::resolved::{Grant, ResolvedResource};
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
) -> Option<String> {
    policy_called(sheet, owner, (tail, "grants"), role, statements)
}

/// The same under a name of its own: a role that is shared has one for each that takes it.
fn policy_called<'a>(
    sheet: &mut Sheet<'a>,
    owner: &'a ResolvedResource,
    (tail, name): (&str, &str),
    role: &str,
    statements: &[Statement],
) -> Option<String> {
    if statements.is_empty() {
        return None;
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
    Some(sheet.resource(File::Security, owner, "aws_iam_role_policy", tail, |body| {
        body.set("name", name).set("role", code(format!("{role}.id")));
        body.set("policy", code(format!("{document}.json")));
    }))
}

/// The statements that the drawn grants of a principal need.
fn drawn<'a>(sheet: &mut Sheet<'a>, owner: &'a ResolvedResource) -> Vec<Statement> {
    let facts = sheet.facts;
    let mut all = Vec::new();
    for given in facts.grants(&owner.id) {
        let Some(target) = facts.resource(&given.target) else {
            continue;
        };
        // Where an existing bastion is cannot be told here.
        if target.kind == "bastion" && !is_managed(target) {
            continue;
        }
        if registry::fetched_for_it(facts, owner, given) {
            continue;
        }
        let statements = grant::statements_of(target, &given.access);
        if statements.is_empty() {
            let text = format!(
                "“{}” may use “{}” only by what is set inside it; IAM has no say in it",
                owner.title, target.title
            );
            sheet.diagnostics.push(unsupported(&target.id, None, text));
        }
        all.extend(statements.iter().map(|own| stated(given, target, own)));
        all.extend(unlock(sheet, &given.link, target, &given.access));
    }
    all
}

/// A statement in Terraform's words.
fn stated(given: &Grant, target: &ResolvedResource, statement: &grant::Statement) -> Statement {
    worded(&crate::name::logical(&given.link), target, statement)
}

fn worded(name: &str, target: &ResolvedResource, statement: &grant::Statement) -> Statement {
    let arn = || format!("{}.arn", address(target, main_type(&target.kind)));
    let link = name.to_owned();
    let (sid, resources) = match statement.on {
        On::Service => (format!("{link}Login"), vec!["\"*\"".to_owned()]),
        On::Thing if target.kind == registry::KIND => (link, super::registry::arns(target)),
        On::Thing => (link, vec![arn()]),
        On::Contents if target.kind == "log-store" => (link, vec![format!("\"${{{}}}:*\"", arn())]),
        On::Contents => (format!("{link}Objects"), vec![format!("\"${{{}}}/*\"", arn())]),
    };
    (sid, statement.actions.iter().map(|a| (*a).to_owned()).collect(), resources)
}

/// What a thing's own policy says of a role in another account.
pub struct Guest {
    /// What the role may do.
    pub statement: Statement,
    /// The ARN of the role.
    pub role: String,
}

/// The roles of other accounts that the drawing lets to a thing.
pub fn guests<'a>(facts: &Facts<'a>, thing: &'a ResolvedResource) -> Vec<Guest> {
    let mut all = Vec::new();
    for (given, from) in account::from_others(facts, thing) {
        let role = role_arn(facts, from);
        let statements = grant::statements_of(thing, &given.access);
        all.extend(statements.iter().map(|own| {
            let statement = stated(given, thing, own);
            Guest { statement, role: role.clone() }
        }));
    }
    all
}

/// The ARN of the role that something has: its own, or the one that it shares.
pub fn role_arn(facts: &Facts<'_>, taker: &ResolvedResource) -> String {
    let own = facts.resource(&taker.id).and_then(|taker| identity::of(facts, taker));
    format!("{}.arn", address(own.unwrap_or(taker), "aws_iam_role"))
}

/// Writes what a guest may do into a statement.
pub fn let_guest(body: &mut Body, guest: &Guest) {
    let (sid, actions, resources) = &guest.statement;
    body.set("sid", sid.as_str()).set("actions", actions.clone());
    body.set("resources", Expr::List(resources.iter().map(code).collect()));
    body.block("principals", |principals| {
        let role = Expr::List(vec![code(&guest.role)]);
        principals.set("type", "AWS").set("identifiers", role);
    });
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
        "registry" => "aws_ecr_repository",
        "document-store" => "aws_dynamodb_table",
        "topic" => "aws_sns_topic",
        "stream" => "aws_kinesis_stream",
        "secret" => "aws_secretsmanager_secret",
        "bastion" => "aws_ec2_instance_connect_endpoint",
        "log-store" => "aws_cloudwatch_log_group",
        _ => "aws_lambda_function",
    }
}

/// The profile of a server that has grants.
pub fn instance_profile<'a>(sheet: &mut Sheet<'a>, server: &'a ResolvedResource) -> Option<String> {
    let statements = drawn(sheet, server);
    let shared = identity::of(sheet.facts, server);
    if (statements.is_empty() && shared.is_none()) || !is_managed(server) {
        return None;
    }
    let role = own_or_shared(sheet, server, shared, "ec2.amazonaws.com", &statements);
    let prefix = sheet.facts.name(&server.id, 37);
    Some(sheet.resource(File::Security, server, "aws_iam_instance_profile", "", |body| {
        body.set("name_prefix", format!("{prefix}-"));
        body.set("role", code(format!("{role}.name")));
    }))
}

/// The role of a function: its logs, its triggers, its grants.
pub fn function_role<'a>(sheet: &mut Sheet<'a>, function: &'a ResolvedResource) -> String {
    let facts = sheet.facts;
    let own_or_drawn = logs::of(facts, function).unwrap_or(function);
    let logs = address(own_or_drawn, "aws_cloudwatch_log_group");
    let mut statements: Vec<Statement> = vec![(
        "WriteLogs".to_owned(),
        grant::WRITES_LOG.map(str::to_owned).to_vec(),
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
    let shared = identity::of(facts, function);
    let role = own_or_shared(sheet, function, shared, "lambda.amazonaws.com", &statements);
    if !facts.segments_under(function).is_empty() {
        let own = "service-role/AWSLambdaVPCAccessExecutionRole";
        managed(sheet, function, "_network", &role, own);
    }
    role
}

/// The role that starts a task, and what lets it do so: without that, no task starts.
pub struct Starts {
    /// Its address.
    pub role: String,
    /// The addresses of its policies.
    pub policies: Vec<String>,
}

/// The roles of a task: one with which it is started (its image, its log, its secrets), and where
/// grants are drawn one that its containers have.
pub fn task_roles<'a>(
    sheet: &mut Sheet<'a>,
    service: &'a ResolvedResource,
    logs: &str,
    secrets: &[String],
) -> (Starts, Option<String>) {
    let role = service_role(sheet, service, "_execution", "ecs-tasks.amazonaws.com");
    let mut starts = Vec::new();
    let mut policies = Vec::new();
    if let Some(image) = registry::image(sheet.facts, service) {
        let fetches = registry::fetches();
        starts.extend(fetches.iter().map(|own| worded("FetchImage", image.registry, own)));
        let actions = grant::WRITES_LOG.map(str::to_owned).to_vec();
        starts.push(("WriteLogs".to_owned(), actions, vec![format!("\"${{{logs}.arn}}:*\"")]));
    } else {
        // Where its image comes from is not known: AWS's own policy lets it fetch any.
        let own = "service-role/AmazonECSTaskExecutionRolePolicy";
        policies.push(managed(sheet, service, "_execution", &role, own));
    }
    if !secrets.is_empty() {
        let actions = vec!["secretsmanager:GetSecretValue".to_owned()];
        starts.push(("ReadSecrets".to_owned(), actions, secrets.to_vec()));
    }
    policies.extend(policy(sheet, service, "_execution", &role, &starts));
    let statements = drawn(sheet, service);
    let task = (!statements.is_empty()).then(|| {
        let role = service_role(sheet, service, "", "ecs-tasks.amazonaws.com");
        policy(sheet, service, "", &role, &statements);
        role
    });
    (Starts { role, policies }, task)
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

/// Gives the nodes of a cluster what is drawn for it, besides what AWS's own policies let them.
pub fn node_grants<'a>(sheet: &mut Sheet<'a>, cluster: &'a ResolvedResource, role: &str) {
    let statements = drawn(sheet, cluster);
    policy(sheet, cluster, "_node", role, &statements);
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

/// The role of a thing with what it needs: its own, or the one that is linked to it.
fn own_or_shared<'a>(
    sheet: &mut Sheet<'a>,
    taker: &'a ResolvedResource,
    shared: Option<&'a ResolvedResource>,
    service: &str,
    statements: &[Statement],
) -> String {
    let Some(shared) = shared else {
        let role = service_role(sheet, taker, "", service);
        policy(sheet, taker, "", &role, statements);
        return role;
    };
    let role = address(shared, "aws_iam_role");
    if is_managed(shared) {
        let name = crate::name::slug(&taker.id);
        policy_called(sheet, taker, ("", &name), &role, statements);
    }
    role
}

/// A role that several things share, or that a workflow on GitHub takes.
pub fn identity<'a>(sheet: &mut Sheet<'a>, own: &'a ResolvedResource) {
    let facts = sheet.facts;
    let name = format!("{}_assume", own.id);
    let trust = match identity::trust(facts, own) {
        Trust::Services(services) => {
            sheet.data(File::Security, own, "aws_iam_policy_document", &name, |body| {
                body.block("statement", |inner| {
                    inner.set("actions", vec!["sts:AssumeRole"]);
                    inner.block("principals", |principals| {
                        principals.set("type", "Service").set("identifiers", services);
                    });
                });
            })
        }
        Trust::GitHub(subjects) => github(sheet, own, &name, &subjects),
    };
    let prefix = facts.name(&own.id, 37);
    let role = sheet.resource(File::Security, own, "aws_iam_role", "", |body| {
        body.set("name_prefix", format!("{prefix}-"));
        body.set("description", crate::name::ec2_description(&own.title));
        body.set("assume_role_policy", code(format!("{trust}.json")));
        body.set("max_session_duration", identity::session(own));
        body.set("tags", tags(own, own.title.as_str().into()));
    });
    let statements = drawn(sheet, own);
    policy(sheet, own, "", &role, &statements);
    sheet.output(
        &format!("{}_role_arn", own.id),
        format!("ARN of the role {}.", own.title),
        code(format!("{role}.arn")),
    );
}

/// Who may take a role from GitHub.
fn github<'a>(
    sheet: &mut Sheet<'a>,
    own: &'a ResolvedResource,
    name: &str,
    subjects: &[Subject<'_>],
) -> String {
    let provider = if own.flag("provider-exists") {
        let type_ = "aws_iam_openid_connect_provider";
        sheet.data(File::Security, own, type_, "github", |body| {
            body.set("url", identity::GITHUB);
        })
    } else {
        sheet.once(File::Security, own, "aws_iam_openid_connect_provider", "github", |body| {
            body.set("url", identity::GITHUB).set("client_id_list", vec![identity::AUDIENCE]);
        })
    };
    let exact = subjects.iter().all(|subject| subject.part != Part::Any);
    let subjects = subjects.iter().map(|subject| claim(sheet, own, subject)).collect();
    sheet.data(File::Security, own, "aws_iam_policy_document", name, |body| {
        body.block("statement", |inner| {
            inner.set("actions", vec!["sts:AssumeRoleWithWebIdentity"]);
            inner.block("principals", |principals| {
                let arn = code(format!("{provider}.arn"));
                principals.set("type", "Federated").set("identifiers", Expr::List(vec![arn]));
            });
            let test = if exact { "StringEquals" } else { "StringLike" };
            let audience = vec![identity::AUDIENCE.into()];
            for (test, claim, values) in
                [("StringEquals", "aud", audience), (test, "sub", subjects)]
            {
                inner.block("condition", |condition| {
                    condition.set("test", test);
                    condition.set("variable", format!("{}:{claim}", identity::ISSUER));
                    condition.set("values", Expr::List(values));
                });
            }
        });
    })
}

/// The subject of a login from GitHub; the repository by a variable where none is said.
fn claim<'a>(sheet: &mut Sheet<'a>, own: &'a ResolvedResource, subject: &Subject<'_>) -> Expr {
    let part = subject.part.words();
    if let Some(repository) = subject.repository {
        return Expr::Text(format!("repo:{repository}:{part}"));
    }
    let text = format!("Repository on GitHub that takes {}, as owner/name.", own.title);
    let variable = sheet.variable(&format!("{}_repository", own.id), "string", text, None);
    let mut rest = String::new();
    super::writer::write_text(&mut rest, &part);
    code(format!("\"repo:${{{variable}}}:{}", rest.trim_start_matches('"')))
}
