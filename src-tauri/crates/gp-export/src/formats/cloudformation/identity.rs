//! Roles and policies in CloudFormation's words, from the same grants as Terraform's.

use super::{
    template::{Template, arn},
    writer::{Node, map},
};
use crate::{
    aws::{grant, grant::On, key, unsupported},
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Access, LinkKind};

/// An allowing statement.
pub fn statement(actions: &[&str], resources: Vec<Node>) -> Node {
    map([
        ("Effect", "Allow".into()),
        ("Action", actions.to_vec().into()),
        ("Resource", Node::List(resources)),
    ])
}

fn document(statements: Vec<Node>) -> Node {
    map([("Version", "2012-10-17".into()), ("Statement", Node::List(statements))])
}

/// A role that a service takes; gives its logical id.
pub fn role<'a>(
    template: &mut Template<'a>,
    owner: &'a ResolvedResource,
    part: &str,
    service: &str,
    statements: Vec<Node>,
    managed: &[&str],
) -> String {
    let tags = template.tags(owner, &owner.title);
    let assume = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", service.into())])),
        ("Action", "sts:AssumeRole".into()),
    ]);
    template.add(owner, "AWS::IAM::Role", &format!("{}-{part}", owner.id), |p| {
        p.set("AssumeRolePolicyDocument", document(vec![assume]));
        if !managed.is_empty() {
            p.set("ManagedPolicyArns", managed.to_vec());
        }
        if !statements.is_empty() {
            let policy =
                map([("PolicyName", "grants".into()), ("PolicyDocument", document(statements))]);
            p.set("Policies", Node::List(vec![policy]));
        }
        p.set("Tags", tags);
    })
}

/// The statements that the drawn grants of a principal need.
fn drawn<'a>(template: &mut Template<'a>, owner: &'a ResolvedResource) -> Vec<Node> {
    let facts = template.facts;
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
            template.diagnostics.push(unsupported(&target.id, None, text));
        }
        let name = logical(&target.id);
        for one in statements {
            let resource = match one.on {
                On::Thing => arn(target),
                On::Contents => Node::Sub(format!("${{{name}.Arn}}/*")),
            };
            all.push(statement(&one.actions, vec![resource]));
        }
        all.extend(unlock(template, target, &given.access));
    }
    all
}

/// The statement that lets a grant's holder use the key of what it is on.
fn unlock<'a>(
    template: &Template<'a>,
    target: &'a ResolvedResource,
    access: &[Access],
) -> Option<Node> {
    let key = key::of(template.facts, target)?;
    let actions = key::actions(&target.kind, access);
    (!actions.is_empty()).then(|| statement(&actions, vec![arn(key)]))
}

/// The profile of a server that has grants.
pub fn instance_profile<'a>(
    template: &mut Template<'a>,
    server: &'a ResolvedResource,
) -> Option<String> {
    let statements = drawn(template, server);
    if statements.is_empty() {
        return None;
    }
    let role = role(template, server, "role", "ec2.amazonaws.com", statements, &[]);
    Some(template.add(
        server,
        "AWS::IAM::InstanceProfile",
        &format!("{}-profile", server.id),
        |p| {
            p.set("Roles", Node::List(vec![Node::Ref(role)]));
        },
    ))
}

/// The role of a function: its logs, its triggers, its grants.
pub fn function_role<'a>(
    template: &mut Template<'a>,
    function: &'a ResolvedResource,
    logs: &str,
) -> String {
    let facts = template.facts;
    let write = ["logs:CreateLogStream", "logs:PutLogEvents"];
    let mut statements =
        vec![statement(&write, vec![Node::Att(logs.to_owned(), "Arn".to_owned())])];
    for link in facts.links_to(&function.id).iter().filter(|link| link.kind == LinkKind::Trigger) {
        let Some(source) = facts.resource(&link.from) else { continue };
        if let Some(actions) = grant::of_trigger(&source.kind) {
            statements.push(statement(actions, vec![arn(source)]));
            statements.extend(unlock(template, source, grant::trigger_access(&source.kind)));
        }
    }
    statements.extend(drawn(template, function));
    let managed: &[&str] = if facts.segments_under(function).is_empty() {
        &[]
    } else {
        &["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"]
    };
    role(template, function, "role", "lambda.amazonaws.com", statements, managed)
}
