//! Container registries in CloudFormation's words: the repositories of each, and how others name them.

use super::{
    secrets::key_arn,
    template::Template,
    writer::{Node, map, sub_literal},
};
use crate::{
    aws::{
        Facts, is_managed,
        registry::{self as facts_of, Rule},
    },
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;

/// A registry: one repository for each image that it keeps.
pub fn registry<'a>(template: &mut Template<'a>, registry: &'a ResolvedResource) {
    let facts = template.facts;
    let protect = facts.resolved.environment.protect;
    let key = key_arn(template, registry);
    let rules = facts_of::rules(registry);
    for repository in facts_of::repositories(registry) {
        let tags = template.tags(registry, &format!("{} {repository}", registry.title));
        let name = name(registry, &repository);
        let id = template.add(registry, "AWS::ECR::Repository", &name, |p| {
            p.set("RepositoryName", facts_of::name(facts, registry, &repository));
            let tags_stay = if registry.flag("immutable") { "IMMUTABLE" } else { "MUTABLE" };
            p.set("ImageTagMutability", tags_stay);
            let scan = map([("ScanOnPush", registry.flag("scan").into())]);
            p.set("ImageScanningConfiguration", scan);
            if let Some(key) = key.clone() {
                let encryption = map([("EncryptionType", "KMS".into()), ("KmsKey", key)]);
                p.set("EncryptionConfiguration", encryption);
            }
            if !rules.is_empty() {
                p.set("LifecyclePolicy", map([("LifecyclePolicyText", policy(&rules).into())]));
            }
            p.set("EmptyOnDelete", !protect).set("Tags", tags);
        });
        if let Some(entry) = template.last() {
            entry.keep = Some(if protect { "Retain" } else { "Delete" });
        }
        let text = format!("Where {} keeps the images of {repository}.", registry.title);
        let url = Node::Att(id, "RepositoryUri".to_owned());
        template.output(&format!("{name}-repository-url"), text, url);
    }
}

/// What its repositories throw away, as the JSON that ECR takes.
fn policy(rules: &[Rule]) -> String {
    let one = |(place, rule): (usize, &Rule)| {
        let mut selection = serde_json::json!({
            "tagStatus": rule.status, "countType": rule.counted, "countNumber": rule.number
        });
        if let Some(unit) = rule.unit {
            selection["countUnit"] = unit.into();
        }
        serde_json::json!({
            "rulePriority": place + 1, "description": rule.about, "selection": selection,
            "action": { "type": "expire" }
        })
    };
    let rules: Vec<_> = rules.iter().enumerate().map(one).collect();
    serde_json::json!({ "rules": rules }).to_string()
}

/// The name that a repository's logical id is made of.
pub fn name(registry: &ResolvedResource, repository: &str) -> String {
    format!("{}-{repository}", registry.id)
}

/// The logical ids of all its repositories; of one that exists, parameters that take their names.
pub fn ids(registry: &ResolvedResource) -> Vec<String> {
    let all = facts_of::repositories(registry);
    all.iter().map(|repository| logical(&name(registry, repository))).collect()
}

/// The ARNs of all its repositories.
pub fn arns(registry: &ResolvedResource) -> Vec<Node> {
    let one = |id: String| {
        if is_managed(registry) {
            return Node::Att(id, "Arn".to_owned());
        }
        let place = "arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository";
        Node::Sub(format!("{place}/${{{id}}}"))
    };
    ids(registry).into_iter().map(one).collect()
}

/// The image that a service runs, by reference where it comes from a drawn registry.
pub fn image<'a>(facts: &Facts<'a>, service: &'a ResolvedResource) -> Node {
    let Some(image) = facts_of::image(facts, service) else {
        return service.text("image").unwrap_or_default().into();
    };
    let id = logical(&name(image.registry, &image.repository));
    let version = sub_literal(image.version);
    if !is_managed(image.registry) {
        let host = "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}";
        return Node::Sub(format!("{host}/${{{id}}}{version}"));
    }
    if version.is_empty() {
        return Node::Att(id, "RepositoryUri".to_owned());
    }
    Node::Sub(format!("${{{id}.RepositoryUri}}{version}"))
}
