//! Keys and secrets. No value of a secret is ever written: whoever knows it puts it in.

use super::{
    identity,
    refs::{address, key_arn, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{Facts, account, key as facts_of, key::Service, server};
use gp_catalog::resolved::ResolvedResource;

/// A key and its alias; a policy of its own only where a service of AWS must be let in by itself.
pub fn key<'a>(sheet: &mut Sheet<'a>, key: &'a ResolvedResource) {
    let facts = sheet.facts;
    let policy = policy(sheet, key);
    let own = sheet.resource(File::Security, key, "aws_kms_key", "", |body| {
        body.set("description", crate::name::one_line(&key.title));
        body.set("enable_key_rotation", true);
        body.set("rotation_period_in_days", facts_of::rotation_days(key));
        body.set("deletion_window_in_days", facts_of::deletion_days(facts, key));
        body.set_some("policy", policy.map(|policy| code(format!("{policy}.json"))));
        body.set("tags", tags(key, key.title.as_str().into()));
    });
    let name = facts.name(&key.id, 240);
    sheet.resource(File::Security, key, "aws_kms_alias", "", |body| {
        body.set("name", format!("alias/{name}"));
        body.set("target_key_id", code(format!("{own}.key_id")));
    });
    sheet.output(
        &format!("{}_key_arn", key.id),
        format!("ARN of the key {}.", key.title),
        code(format!("{own}.arn")),
    );
}

fn policy<'a>(sheet: &mut Sheet<'a>, key: &'a ResolvedResource) -> Option<String> {
    let services = facts_of::services(sheet.facts, key);
    let guests = guests_of_key(sheet.facts, key);
    let keepers = facts_of::foreign_keepers(sheet.facts, key);
    if services.is_empty() && guests.is_empty() && keepers.is_empty() {
        return None;
    }
    let keepers: Vec<Expr> = keepers
        .into_iter()
        .map(|vault| code(format!("\"arn:aws:iam::${{{}}}:root\"", account_number(sheet, vault))))
        .collect();
    let region = region(sheet, key);
    let account = account_number(sheet, key);
    let name = format!("{}_key", key.id);
    Some(sheet.data(File::Security, key, "aws_iam_policy_document", &name, |body| {
        body.block("statement", |inner| {
            // Without this nobody could change the policy any more, and no role's policy would count.
            inner.set("sid", "Account").set("actions", vec!["kms:*"]);
            inner.set("resources", vec!["*"]);
            inner.block("principals", |principals| {
                let root = code(format!("\"arn:aws:iam::${{{account}}}:root\""));
                principals.set("type", "AWS").set("identifiers", Expr::List(vec![root]));
            });
        });
        for service in &services {
            body.block("statement", |inner| {
                statement(inner, service, &account, &region);
            });
        }
        for guest in &guests {
            body.block("statement", |inner| identity::let_guest(inner, guest));
        }
        if !keepers.is_empty() {
            body.block("statement", |inner| {
                keeper(inner, ("KeepCopies", &keepers, facts_of::KEEPS_COPIES));
            });
            body.block("statement", |inner| {
                keeper(inner, ("LendToServices", &keepers, &["kms:CreateGrant"]));
                inner.block("condition", |condition| {
                    condition.set("test", "Bool").set("variable", "kms:GrantIsForAWSResource");
                    condition.set("values", vec!["true"]);
                });
            });
        }
    }))
}

/// What other accounts may do that keep second copies of what the key encrypts.
fn keeper(body: &mut Body, (sid, accounts, actions): (&str, &[Expr], &[&str])) {
    body.set("sid", sid).set("actions", actions.to_vec()).set("resources", vec!["*"]);
    body.block("principals", |principals| {
        principals.set("type", "AWS").set("identifiers", Expr::List(accounts.to_vec()));
    });
}

/// The roles of other accounts that the drawing lets to what the key encrypts.
fn guests_of_key<'a>(facts: &Facts<'a>, key: &'a ResolvedResource) -> Vec<identity::Guest> {
    let mut all = Vec::new();
    for thing in facts_of::locks(facts, key) {
        for (given, from) in account::from_others(facts, thing) {
            let actions = facts_of::actions(&thing.kind, &given.access);
            if actions.is_empty() || !account::answers_others(&thing.kind) {
                continue;
            }
            let sid = format!("{}Key", crate::name::logical(&given.link));
            let actions = actions.into_iter().map(str::to_owned).collect();
            let statement = (sid, actions, vec!["\"*\"".to_owned()]);
            all.push(identity::Guest { statement, role: identity::role_arn(facts, from) });
        }
    }
    all
}

fn statement(body: &mut Body, service: &Service, account: &str, region: &str) {
    let word = service.name;
    body.set("sid", crate::name::logical(word)).set("actions", service.actions.to_vec());
    body.set("resources", vec!["*"]);
    body.block("principals", |principals| {
        let own = if service.regional {
            code(format!("\"{word}.${{{region}}}.amazonaws.com\""))
        } else {
            format!("{word}.amazonaws.com").into()
        };
        principals.set("type", "Service").set("identifiers", Expr::List(vec![own]));
    });
    body.block("condition", |condition| match &service.groups {
        // For what happens in this account, and not for somebody else's thing of the same service.
        None => {
            condition.set("test", "StringEquals").set("variable", "aws:SourceAccount");
            condition.set("values", Expr::List(vec![code(account)]));
        }
        Some(names) => {
            let arns = names.iter().map(|name| {
                let place = format!("arn:aws:logs:${{{region}}}:${{{account}}}:log-group");
                code(format!("\"{place}:{name}\""))
            });
            condition.set("test", "ArnEquals");
            condition.set("variable", "kms:EncryptionContext:aws:logs:arn");
            condition.set("values", Expr::List(arns.collect()));
        }
    });
}

/// The variable that names the region of a thing.
pub fn region<'a>(sheet: &mut Sheet<'a>, owner: &'a ResolvedResource) -> String {
    let own = sheet.facts.region_of(owner).and_then(|id| sheet.facts.resolved.scopes.get(id));
    let name = own.map_or_else(|| "us-east-1".to_owned(), |scope| scope.region.clone());
    super::network::region_expr(sheet, owner, &name)
}

/// The reference to the account's number.
pub fn account_number<'a>(sheet: &mut Sheet<'a>, owner: &'a ResolvedResource) -> String {
    let own = sheet.shared(File::Security, owner, "aws_caller_identity", "current", |_| {});
    format!("{own}.account_id")
}

/// A secret without a value, and who renews it.
pub fn secret<'a>(sheet: &mut Sheet<'a>, secret: &'a ResolvedResource) {
    let facts = sheet.facts;
    let name = facts.name(&secret.id, 200);
    let own = sheet.resource(File::Security, secret, "aws_secretsmanager_secret", "", |body| {
        body.set("name", name).set("description", crate::name::one_line(&secret.title));
        body.set_some("kms_key_id", key_arn(facts, secret));
        body.set("recovery_window_in_days", server::recovery_days(facts, secret));
        body.set("tags", tags(secret, secret.title.as_str().into()));
    });
    rotation(sheet, secret, &own);
    guests_of_secret(sheet, secret, &own);
    let text = format!(
        "ARN of the secret {}; put its value in with `aws secretsmanager put-secret-value`.",
        secret.title
    );
    sheet.output(&format!("{}_secret_arn", secret.id), text, code(format!("{own}.arn")));
}

/// Lets roles of other accounts do with a secret what is drawn.
fn guests_of_secret<'a>(sheet: &mut Sheet<'a>, secret: &'a ResolvedResource, own: &str) {
    let guests = identity::guests(sheet.facts, secret);
    if guests.is_empty() {
        return;
    }
    let name = format!("{}_secret", secret.id);
    let document = sheet.data(File::Security, secret, "aws_iam_policy_document", &name, |body| {
        for guest in &guests {
            body.block("statement", |inner| identity::let_guest(inner, guest));
        }
    });
    sheet.resource(File::Security, secret, "aws_secretsmanager_secret_policy", "", |body| {
        body.set("secret_arn", code(format!("{own}.arn")));
        body.set("policy", code(format!("{document}.json")));
    });
}

fn rotation<'a>(sheet: &mut Sheet<'a>, secret: &'a ResolvedResource, own: &str) {
    let Some((link, function, days)) = server::renewed_by(sheet.facts, secret) else { return };
    let function_address = address(function, "aws_lambda_function");
    let permission =
        sheet.named(File::Compute, function, "aws_lambda_permission", &link.id, |body| {
            body.set("statement_id", crate::name::logical(&link.id));
            body.set("action", "lambda:InvokeFunction");
            body.set("function_name", code(format!("{function_address}.function_name")));
            body.set("principal", "secretsmanager.amazonaws.com");
            body.set("source_arn", code(format!("{own}.arn")));
        });
    sheet.resource(File::Security, secret, "aws_secretsmanager_secret_rotation", "", |body| {
        body.set("secret_id", code(format!("{own}.id")));
        body.set("rotation_lambda_arn", code(format!("{function_address}.arn")));
        // There is nothing to renew before somebody has put the first value in.
        body.set("rotate_immediately", false);
        body.set("depends_on", Expr::List(vec![code(permission)]));
        body.block("rotation_rules", |inner| {
            inner.set("automatically_after_days", days);
        });
    });
}
