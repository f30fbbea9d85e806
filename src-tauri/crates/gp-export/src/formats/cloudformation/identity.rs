//! Roles and policies in CloudFormation's words, from the same grants as Terraform's.

use super::{
    template::{Entry, Parameter, Template, arn},
    writer::{Node, map, sub_literal},
};
use crate::{
    aws::{
        grant,
        grant::On,
        identity,
        identity::{Part, Subject, Trust},
        is_managed, key, registry, unsupported,
    },
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Access, LinkKind};

/// What a function needs to stand in a network.
const IN_NETWORK: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";

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
pub fn drawn<'a>(template: &mut Template<'a>, owner: &'a ResolvedResource) -> Vec<Node> {
    let facts = template.facts;
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
            template.diagnostics.push(unsupported(&target.id, None, text));
        }
        let one = |one: &grant::Statement| statement(&one.actions, on(target, one.on));
        all.extend(statements.iter().map(one));
        all.extend(unlock(template, target, &given.access));
    }
    all
}

/// The ARNs of a thing, or of what it holds.
pub fn on(target: &ResolvedResource, on: On) -> Vec<Node> {
    match on {
        On::Service => vec!["*".into()],
        On::Thing if target.kind == registry::KIND => super::registry::arns(target),
        On::Thing => vec![arn(target)],
        // The ARN of a log group ends in what it holds.
        On::Contents if target.kind == "log-store" => vec![arn(target)],
        On::Contents => vec![Node::Sub(format!("${{{}.Arn}}/*", logical(&target.id)))],
    }
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
    let shared = identity::of(template.facts, server);
    if statements.is_empty() && shared.is_none() {
        return None;
    }
    let role = match shared {
        Some(shared) => take(template, server, shared, statements),
        None => role(template, server, "role", "ec2.amazonaws.com", statements, &[]),
    };
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
    logs: Node,
) -> String {
    let facts = template.facts;
    let mut statements = vec![statement(&grant::WRITES_LOG, vec![logs])];
    for link in facts.links_to(&function.id).iter().filter(|link| link.kind == LinkKind::Trigger) {
        let Some(source) = facts.resource(&link.from) else { continue };
        if let Some(actions) = grant::of_trigger(&source.kind) {
            statements.push(statement(actions, vec![arn(source)]));
            statements.extend(unlock(template, source, grant::trigger_access(&source.kind)));
        }
    }
    statements.extend(drawn(template, function));
    let managed: &[&str] =
        if facts.segments_under(function).is_empty() { &[] } else { &[IN_NETWORK] };
    match identity::of(facts, function) {
        Some(shared) => take(template, function, shared, statements),
        None => role(template, function, "role", "lambda.amazonaws.com", statements, managed),
    }
}

/// Puts what a thing needs into the role that is linked to it; gives that role's logical id.
fn take<'a>(
    template: &mut Template<'a>,
    taker: &'a ResolvedResource,
    shared: &'a ResolvedResource,
    statements: Vec<Node>,
) -> String {
    let role = logical(&shared.id);
    if is_managed(shared) && !statements.is_empty() {
        template.add(taker, "AWS::IAM::Policy", &format!("{}-grants", taker.id), |p| {
            p.set("PolicyName", crate::name::slug(&taker.id));
            p.set("Roles", Node::List(vec![Node::Ref(role.clone())]));
            p.set("PolicyDocument", document(statements));
        });
    }
    role
}

/// A role that several things share, or that a workflow on GitHub takes.
pub fn identity<'a>(template: &mut Template<'a>, own: &'a ResolvedResource) {
    let facts = template.facts;
    let trust = match identity::trust(facts, own) {
        Trust::Services(services) => map([
            ("Effect", "Allow".into()),
            ("Principal", map([("Service", services.into())])),
            ("Action", "sts:AssumeRole".into()),
        ]),
        Trust::GitHub(subjects) => github(template, own, &subjects),
    };
    let statements = drawn(template, own);
    let tags = template.tags(own, &own.title);
    let in_network = identity::takers(facts, own)
        .iter()
        .any(|taker| taker.kind == "function" && !facts.segments_under(taker).is_empty());
    let id = template.add(own, "AWS::IAM::Role", &own.id, |p| {
        p.set("Description", crate::name::ec2_description(&own.title));
        p.set("AssumeRolePolicyDocument", document(vec![trust]));
        p.set("MaxSessionDuration", identity::session(own));
        if in_network {
            p.set("ManagedPolicyArns", vec![IN_NETWORK]);
        }
        if !statements.is_empty() {
            let policy =
                map([("PolicyName", "grants".into()), ("PolicyDocument", document(statements))]);
            p.set("Policies", Node::List(vec![policy]));
        }
        p.set("Tags", tags);
    });
    let text = format!("ARN of the role {}.", own.title);
    template.output(&format!("{}-role-arn", own.id), text, Node::Att(id, "Arn".to_owned()));
}

/// Who may take a role from GitHub.
fn github<'a>(
    template: &mut Template<'a>,
    own: &'a ResolvedResource,
    subjects: &[Subject<'_>],
) -> Node {
    let provider = if own.flag("provider-exists") {
        let path = format!("oidc-provider/{}", identity::ISSUER);
        Node::Sub(format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{path}"))
    } else {
        Node::Ref(github_logins(template, own))
    };
    let anywhere = subjects.iter().any(|subject| subject.part == Part::Any);
    let mut subjects: Vec<Node> =
        subjects.iter().map(|subject| self::subject(template, own, subject)).collect();
    let subjects = if subjects.len() == 1 { subjects.remove(0) } else { Node::List(subjects) };
    let claim = |name: &str, value: Node| (format!("{}:{name}", identity::ISSUER), value);
    let mut exact = vec![claim("aud", identity::AUDIENCE.into())];
    let mut alike = Vec::new();
    let of_subject = if anywhere { &mut alike } else { &mut exact };
    of_subject.push(claim("sub", subjects));
    let mut condition = vec![("StringEquals".to_owned(), Node::Map(exact))];
    condition.extend((!alike.is_empty()).then(|| ("StringLike".to_owned(), Node::Map(alike))));
    map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Federated", provider)])),
        ("Action", "sts:AssumeRoleWithWebIdentity".into()),
        ("Condition", Node::Map(condition)),
    ])
}

/// The provider of logins from GitHub, once for each account; its logical id.
fn github_logins<'a>(template: &mut Template<'a>, own: &'a ResolvedResource) -> String {
    let facts = template.facts;
    let type_ = "AWS::IAM::OIDCProvider";
    let account = |of: &'a ResolvedResource| facts.home(of).account;
    let mut all = template.entries.iter().filter(|entry| entry.type_ == type_).peekable();
    let first = all.peek().is_none();
    let here = |entry: &&Entry| {
        facts.resource(&entry.owner).is_some_and(|other| account(other) == account(own))
    };
    if let Some(known) = all.find(here) {
        return known.id.clone();
    }
    let name = match account(own).filter(|_| !first) {
        Some(account) => format!("github-logins-{account}"),
        None => "github-logins".to_owned(),
    };
    template.add(own, type_, &name, |p| {
        p.set("Url", identity::GITHUB).set("ClientIdList", vec![identity::AUDIENCE]);
    })
}

/// The subject of a login from GitHub; the repository by a parameter where none is said.
fn subject<'a>(
    template: &mut Template<'a>,
    own: &'a ResolvedResource,
    subject: &Subject<'_>,
) -> Node {
    let part = subject.part.words();
    if let Some(repository) = subject.repository {
        return format!("repo:{repository}:{part}").into();
    }
    let text = format!("Repository on GitHub that takes {}, as owner/name.", own.title);
    let name = format!("{}-repository", own.id);
    template.parameter(&name, Parameter::new("String", text));
    Node::Sub(format!("repo:${{{}}}:{}", logical(&name), sub_literal(&part)))
}

/// The roles of a task: one with which it is started (its image, its log, its secrets), and where
/// grants are drawn one that its containers have.
pub fn task_roles<'a>(
    template: &mut Template<'a>,
    service: &'a ResolvedResource,
    logs: &str,
    secrets: Vec<Node>,
) -> (String, Option<String>) {
    const TASKS: &str = "ecs-tasks.amazonaws.com";
    let own = ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"];
    let mut starts = Vec::new();
    let image = registry::image(template.facts, service);
    if let Some(image) = &image {
        let one = |one: &grant::Statement| statement(&one.actions, on(image.registry, one.on));
        starts.extend(registry::fetches().iter().map(one));
        let logs = Node::Att(logs.to_owned(), "Arn".to_owned());
        starts.push(statement(&grant::WRITES_LOG, vec![logs]));
    }
    if !secrets.is_empty() {
        starts.push(statement(&["secretsmanager:GetSecretValue"], secrets));
    }
    // Where its image comes from is not known: AWS's own policy lets it fetch any.
    let own: &[&str] = if image.is_some() { &[] } else { &own };
    let execution = role(template, service, "execution-role", TASKS, starts, own);
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
