//! Keys, secrets and certificates in CloudFormation's words. No value of a secret is ever written.

use super::{
    template::{Template, arn},
    writer::{Node, map},
};
use crate::{
    aws::{certificate as certificates, key as facts_of, key::Service, server},
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;

/// A key and its alias; a policy of its own only where a service of AWS must be let in by itself.
pub fn key<'a>(template: &mut Template<'a>, key: &'a ResolvedResource) {
    let facts = template.facts;
    let tags = template.tags(key, &key.title);
    let services = facts_of::services(facts, key);
    let guests = super::guest::of_key(facts, key);
    let id = template.add(key, "AWS::KMS::Key", &key.id, |p| {
        p.set("Description", crate::name::one_line(&key.title));
        p.set("EnableKeyRotation", true);
        p.set("RotationPeriodInDays", facts_of::rotation_days(key));
        p.set("PendingWindowInDays", facts_of::deletion_days(facts, key));
        // Without the first statement nobody could change the policy any more.
        let root = Node::Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root".to_owned());
        let account = map([
            ("Sid", "Account".into()),
            ("Effect", "Allow".into()),
            ("Principal", map([("AWS", root)])),
            ("Action", "kms:*".into()),
            ("Resource", "*".into()),
        ]);
        let mut statements = vec![account];
        statements.extend(services.iter().map(statement));
        statements.extend(guests);
        let document = [("Version", "2012-10-17".into()), ("Statement", Node::List(statements))];
        p.set("KeyPolicy", map(document)).set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if facts.resolved.environment.protect { "Retain" } else { "Delete" });
    }
    let name = facts.name(&key.id, 240);
    template.add(key, "AWS::KMS::Alias", &format!("{}-alias", key.id), |p| {
        p.set("AliasName", format!("alias/{name}")).set("TargetKeyId", Node::Ref(id.clone()));
    });
    let text = format!("ARN of the key {}.", key.title);
    template.output(&format!("{}-key-arn", key.id), text, Node::Att(id, "Arn".to_owned()));
}

fn statement(service: &Service) -> Node {
    let word = service.name;
    let principal = if service.regional {
        Node::Sub(format!("{word}.${{AWS::Region}}.amazonaws.com"))
    } else {
        format!("{word}.amazonaws.com").into()
    };
    let condition = match &service.groups {
        None => {
            let account = Node::Ref("AWS::AccountId".to_owned());
            map([("StringEquals", map([("aws:SourceAccount", account)]))])
        }
        Some(names) => {
            let place = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group";
            let arns = names.iter().map(|name| Node::Sub(format!("{place}:{name}")));
            let arns = Node::List(arns.collect());
            map([("ArnEquals", map([("kms:EncryptionContext:aws:logs:arn", arns)]))])
        }
    };
    map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", principal)])),
        ("Action", service.actions.to_vec().into()),
        ("Resource", "*".into()),
        ("Condition", condition),
    ])
}

/// The ARN of the key that a thing is encrypted with.
pub fn key_arn<'a>(template: &Template<'a>, thing: &'a ResolvedResource) -> Option<Node> {
    facts_of::of(template.facts, thing).map(arn)
}

/// A secret without a value, and who renews it.
pub fn secret<'a>(template: &mut Template<'a>, secret: &'a ResolvedResource) {
    let facts = template.facts;
    let tags = template.tags(secret, &secret.title);
    let key = key_arn(template, secret);
    let id = template.add(secret, "AWS::SecretsManager::Secret", &secret.id, |p| {
        p.set("Description", crate::name::one_line(&secret.title));
        p.set_some("KmsKeyId", key).set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if facts.resolved.environment.protect { "Retain" } else { "Delete" });
    }
    if let Some((link, function, days)) = server::renewed_by(facts, secret) {
        let permission = format!("{}-permission", link.id);
        let permission = template.add(function, "AWS::Lambda::Permission", &permission, |p| {
            p.set("Action", "lambda:InvokeFunction");
            p.set("FunctionName", Node::Ref(logical(&function.id)));
            p.set("Principal", "secretsmanager.amazonaws.com");
            p.set("SourceArn", Node::Ref(id.clone()));
        });
        let name = format!("{}-rotation", secret.id);
        template.add(secret, "AWS::SecretsManager::RotationSchedule", &name, |p| {
            p.set("SecretId", Node::Ref(id.clone()));
            p.set("RotationLambdaARN", arn(function));
            // There is nothing to renew before somebody has put the first value in.
            p.set("RotateImmediatelyOnUpdate", false);
            p.set("RotationRules", map([("AutomaticallyAfterDays", days.into())]));
        });
        if let Some(entry) = template.last() {
            entry.depends_on.push(permission);
        }
    }
    super::guest::into_secret(template, secret, &id);
    let text = format!(
        "ARN of the secret {}; put its value in with aws secretsmanager put-secret-value.",
        secret.title
    );
    template.output(&format!("{}-secret-arn", secret.id), text, Node::Ref(id));
}

/// A certificate; CloudFormation makes the records that prove its names in the drawn zones.
pub fn certificate<'a>(template: &mut Template<'a>, certificate: &'a ResolvedResource) {
    let proof = certificates::proof(template.facts, certificate);
    let tags = template.tags(certificate, &certificate.title);
    let mut names = certificates::names(certificate).into_iter();
    let main = names.next().unwrap_or_default();
    let more: Vec<String> = names.collect();
    let rows = proof.zones.values().flat_map(|(zone, names)| {
        let id = Node::Ref(logical(&zone.id));
        names.iter().map(move |name| {
            map([("DomainName", name.as_str().into()), ("HostedZoneId", id.clone())])
        })
    });
    let rows: Vec<Node> = rows.collect();
    template.add(certificate, "AWS::CertificateManager::Certificate", &certificate.id, |p| {
        p.set("DomainName", main);
        p.set_some("SubjectAlternativeNames", (!more.is_empty()).then_some(more));
        p.set("ValidationMethod", "DNS");
        p.set_some("DomainValidationOptions", (!rows.is_empty()).then_some(Node::List(rows)));
        p.set("Tags", tags);
    });
    let text = format!("ARN of the certificate {}.", certificate.title);
    let value = arn(certificate);
    template.output(&format!("{}-certificate-arn", certificate.id), text, value);
}
