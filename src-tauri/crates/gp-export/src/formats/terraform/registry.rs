//! Container registries: the repositories of each, what they throw away, and how others name them.

use super::{
    raw::{write_inside, write_reference},
    refs::{address, key_arn, keyed_name, tags},
    sheet::{File, Sheet},
    writer::{Expr, code, write_text},
};
use crate::aws::{
    Facts,
    registry::{self as facts_of, Rule},
};
use gp_catalog::resolved::ResolvedResource;

/// The type of a repository.
const TYPE: &str = "aws_ecr_repository";

/// A registry: one repository for each image that it keeps.
pub fn registry<'a>(sheet: &mut Sheet<'a>, registry: &'a ResolvedResource) {
    let facts = sheet.facts;
    let names = facts_of::repositories(registry).into_iter().map(|repository| {
        let name = facts_of::name(facts, registry, &repository);
        (repository, name.into())
    });
    let names = Expr::Object(names.collect());
    let own = sheet.resource(File::Storage, registry, TYPE, "", |body| {
        body.set("for_each", names).set("name", code("each.value"));
        let tags_stay = if registry.flag("immutable") { "IMMUTABLE" } else { "MUTABLE" };
        body.set("image_tag_mutability", tags_stay);
        body.set("force_delete", !facts.resolved.environment.protect);
        body.set("tags", tags(registry, keyed_name(&registry.title)));
        body.block("image_scanning_configuration", |inner| {
            inner.set("scan_on_push", registry.flag("scan"));
        });
        if let Some(key) = key_arn(facts, registry) {
            body.block("encryption_configuration", |inner| {
                inner.set("encryption_type", "KMS").set("kms_key", key);
            });
        }
    });
    let rules = facts_of::rules(registry);
    if !rules.is_empty() {
        sheet.resource(File::Storage, registry, "aws_ecr_lifecycle_policy", "", |body| {
            body.set("for_each", code(&own)).set("repository", code("each.value.name"));
            let rules = rules.iter().zip(1..).map(|(rule, priority)| self::rule(priority, rule));
            let policy = object(vec![("rules", Expr::List(rules.collect()))]);
            body.set("policy", Expr::Call("jsonencode", vec![policy]));
        });
    }
    sheet.output(
        &format!("{}_repository_urls", registry.id),
        format!("Where {} keeps its images, by repository.", registry.title),
        code(format!("{{ for name, repository in {own} : name => repository.repository_url }}")),
    );
}

fn object(pairs: Vec<(&str, Expr)>) -> Expr {
    Expr::Object(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn rule(priority: i64, rule: &Rule) -> Expr {
    let mut selection = vec![("tagStatus", rule.status.into()), ("countType", rule.counted.into())];
    selection.extend(rule.unit.map(|unit| ("countUnit", unit.into())));
    selection.push(("countNumber", rule.number.into()));
    object(vec![
        ("rulePriority", priority.into()),
        ("description", rule.about.as_str().into()),
        ("selection", object(selection)),
        ("action", object(vec![("type", "expire".into())])),
    ])
}

/// `aws_ecr_repository.images["orders"]`
pub fn repository(registry: &ResolvedResource, repository: &str) -> String {
    let mut key = String::new();
    write_text(&mut key, repository);
    format!("{}[{key}]", address(registry, TYPE))
}

/// The ARNs of all its repositories.
pub fn arns(registry: &ResolvedResource) -> Vec<String> {
    let all = facts_of::repositories(registry);
    all.iter().map(|own| format!("{}.arn", repository(registry, own))).collect()
}

/// The image that a service runs, by reference where it comes from a drawn registry.
pub fn image<'a>(facts: &Facts<'a>, service: &'a ResolvedResource) -> Expr {
    let Some(image) = facts_of::image(facts, service) else {
        return service.text("image").unwrap_or_default().into();
    };
    let url = format!("{}.repository_url", repository(image.registry, &image.repository));
    if image.version.is_empty() {
        return code(url);
    }
    let mut text = String::new();
    write_reference(&mut text, &url);
    write_inside(&mut text, image.version);
    code(format!("\"{text}\""))
}
