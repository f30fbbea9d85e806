//! What the policies of things say of roles and accounts elsewhere: whoever comes from another account has to
//! be let in at both ends.

use super::{
    identity::on,
    template::Template,
    writer::{Node, map},
};
use crate::{
    aws::{Facts, account, backup, grant, identity, key as keys},
    name::logical,
};
use gp_catalog::resolved::{Grant, ResolvedResource};
use gp_model::{Access, Id};

/// What a thing's own policy says of the roles of other accounts that the drawing lets to it.
pub fn statements<'a>(facts: &Facts<'a>, thing: &'a ResolvedResource) -> Vec<Node> {
    let mut all = Vec::new();
    for (given, from) in account::from_others(facts, thing) {
        for one in grant::statements_of(thing, &given.access) {
            let tail = if one.on == grant::On::Contents { "Objects" } else { "" };
            let sid = format!("{}{tail}", logical(&given.link));
            let mut on = on(thing, one.on);
            let on = if on.len() == 1 { on.remove(0) } else { Node::List(on) };
            all.push(allow(&sid, role_arn(facts, from), &one.actions, on));
        }
    }
    all
}

/// What a key says of the same roles: they use what it encrypts.
pub fn of_key<'a>(facts: &Facts<'a>, key: &'a ResolvedResource) -> Vec<Node> {
    let mut all = Vec::new();
    for thing in keys::locks(facts, key).into_iter().filter(|it| account::answers_others(&it.kind))
    {
        for (given, from) in account::from_others(facts, thing) {
            let actions = keys::actions(&thing.kind, &given.access);
            if !actions.is_empty() {
                let sid = format!("{}Key", logical(&given.link));
                all.push(allow(&sid, role_arn(facts, from), &actions, "*".into()));
            }
        }
    }
    let keepers = keys::foreign_keepers(facts, key);
    if !keepers.is_empty() {
        let accounts = || accounts(keepers.iter().map(|vault| &vault.id));
        all.push(allow("KeepCopies", accounts(), keys::KEEPS_COPIES, "*".into()));
        let mut lend = allow("LendToServices", accounts(), &["kms:CreateGrant"], "*".into());
        if let Node::Map(members) = &mut lend {
            let lent = map([("Bool", map([("kms:GrantIsForAWSResource", "true".into())]))]);
            members.push(("Condition".to_owned(), lent));
        }
        all.push(lend);
    }
    all
}

/// Lets the vaults of other accounts copy into a vault.
pub fn into_vault<'a>(facts: &Facts<'a>, vault: &'a ResolvedResource) -> Option<Node> {
    let from = backup::let_in(facts, vault);
    let who = accounts(from.iter().map(|vault| &vault.id));
    let one = || allow("CopyInto", who, &["backup:CopyIntoBackupVault"], "*".into());
    (!from.is_empty()).then(|| document(vec![one()]))
}

/// Lets the roles of other accounts read a secret.
pub fn into_secret<'a>(template: &mut Template<'a>, secret: &'a ResolvedResource, id: &str) {
    let statements = statements(template.facts, secret);
    if statements.is_empty() {
        return;
    }
    let name = format!("{}-policy", secret.id);
    template.add(secret, "AWS::SecretsManager::ResourcePolicy", &name, |p| {
        p.set("SecretId", Node::Ref(id.to_owned()));
        p.set("ResourcePolicy", document(statements));
    });
}

/// Lets the roles of other accounts call a function.
pub fn into_function<'a>(template: &mut Template<'a>, function: &'a ResolvedResource, id: &str) {
    let facts = template.facts;
    let calls =
        |given: &Grant| given.access.iter().any(|it| matches!(it, Access::Invoke | Access::Admin));
    for (given, from) in account::from_others(facts, function) {
        if calls(given) {
            let name = format!("{}-permission", given.link);
            template.add(function, "AWS::Lambda::Permission", &name, |p| {
                p.set("Action", "lambda:InvokeFunction");
                p.set("FunctionName", Node::Ref(id.to_owned()));
                p.set("Principal", role_arn(facts, from));
            });
        }
    }
}

/// The ARN of the role that something has: its own, or the one that it shares.
fn role_arn<'a>(facts: &Facts<'a>, taker: &'a ResolvedResource) -> Node {
    let role = match identity::of(facts, taker) {
        Some(shared) => logical(&shared.id),
        None if taker.kind == "identity" => logical(&taker.id),
        None => logical(&format!("{}-role", taker.id)),
    };
    Node::Att(role, "Arn".to_owned())
}

fn accounts<'i>(things: impl Iterator<Item = &'i Id>) -> Node {
    Node::List(things.map(|id| Node::Account(id.clone())).collect())
}

fn allow(sid: &str, who: Node, actions: &[&str], what: Node) -> Node {
    map([
        ("Sid", sid.into()),
        ("Effect", "Allow".into()),
        ("Principal", map([("AWS", who)])),
        ("Action", actions.to_vec().into()),
        ("Resource", what),
    ])
}

fn document(statements: Vec<Node>) -> Node {
    map([("Version", "2012-10-17".into()), ("Statement", Node::List(statements))])
}
