//! Roles and policies in CloudFormation's words, from the same grants as Terraform's.

use super::{
    template::Template,
    writer::{Node, map},
};
use crate::{
    aws::{grant, grant::On, unsupported},
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::LinkKind;

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
    let assume = match grant::assume(service) {
        [one] => (*one).into(),
        many => many.to_vec().into(),
    };
    let assume = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", service.into())])),
        ("Action", assume),
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
                On::Thing if target.kind == "topic" => Node::Ref(name.clone()),
                On::Thing => Node::Att(name.clone(), "Arn".to_owned()),
                On::Contents => Node::Sub(format!("${{{name}.Arn}}/*")),
            };
            all.push(statement(&one.actions, vec![resource]));
        }
    }
    all
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
        let source = facts.resource(&link.from);
        if let Some(actions) = source.and_then(|source| grant::pulled(&source.kind)) {
            let arn = Node::Att(logical(&link.from), "Arn".to_owned());
            statements.push(statement(actions, vec![arn]));
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

/// The roles of a task: one with which it is started (its image, its log, its secrets), and where
/// grants are drawn one that its containers have.
pub fn task_roles<'a>(
    template: &mut Template<'a>,
    service: &'a ResolvedResource,
    secrets: Vec<Node>,
) -> (String, Option<String>) {
    const TASKS: &str = "ecs-tasks.amazonaws.com";
    let own = ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"];
    let read = (!secrets.is_empty())
        .then(|| statement(&["secretsmanager:GetSecretValue"], secrets))
        .into_iter()
        .collect();
    let execution = role(template, service, "execution-role", TASKS, read, &own);
    let statements = drawn(template, service);
    let task =
        (!statements.is_empty()).then(|| role(template, service, "role", TASKS, statements, &[]));
    (execution, task)
}

/// The role of a workload in a cluster, where links grant it something that IAM has a say in.
pub fn workload_role<'a>(
    template: &mut Template<'a>,
    workload: &'a ResolvedResource,
) -> Option<String> {
    let statements = drawn(template, workload);
    (!statements.is_empty())
        .then(|| role(template, workload, "role", "pods.eks.amazonaws.com", statements, &[]))
}
