//! What stands beside the configuration: how it is applied, what has to be there before, and how everything
//! goes again. Read off the blocks themselves, so that nothing protected is forgotten.

use super::{
    sheet::{Sheet, Variable},
    writer::{Block, Body, Expr, Item},
};
use crate::{
    aws::{is_managed, joined, registry},
    header,
    name::{label, markdown, one_line},
};
use std::{collections::BTreeSet, fmt::Write as _};

/// Arguments by which a resource refuses to be destroyed.
const PROTECTED: [&str; 5] = [
    "delete_protection",
    "deletion_protection",
    "deletion_protection_enabled",
    "disable_api_termination",
    "enable_deletion_protection",
];

/// Arguments without which a resource is not destroyed while something is in it.
const FORCED: [&str; 2] = ["force_delete", "force_destroy"];

/// The whole text.
pub fn text(sheet: &Sheet<'_>) -> String {
    let resolved = sheet.facts.resolved;
    let name = one_line(&resolved.design.name);
    let mut out = format!(
        "# {}, {}\n\n{}\n{}\n\n```\nterraform init\nterraform plan\nterraform apply\n```\n",
        markdown(&name),
        markdown(&resolved.environment.id),
        markdown(&header::about(resolved)),
        header::source(resolved, "terraform")
    );
    if let Some(text) = joined::before_sharing(sheet.facts) {
        let _ = write!(out, "\n{text}");
    }
    let needed = sheet.variables.iter().filter(|(_, variable)| variable.default.is_none());
    let (secrets, plain): (Vec<_>, Vec<_>) = needed.partition(|(_, variable)| variable.sensitive);
    let variables = |prefix: &str, rows: Vec<(&String, &Variable)>| {
        let row = |(name, variable): (&String, &Variable)| {
            format!("`{prefix}{name}`: {}", markdown(&one_line(&variable.description)))
        };
        rows.into_iter().map(row).collect()
    };
    let head = "Variables without a default, to be set in `terraform.tfvars`:";
    list(&mut out, head, variables("", plain));
    let head = "Secrets, to be set as environment variables and never in a file; Terraform keeps them in its state:";
    list(&mut out, head, variables("TF_VAR_", secrets));
    list(&mut out, "Has to be there before the first apply:", certificates(sheet));
    images(&mut out, sheet);
    removal(&mut out, sheet);
    let head = "Left out, because Terraform's AWS provider has nothing for it:";
    let left = sheet.diagnostics.iter();
    list(&mut out, head, left.map(|it| markdown(&one_line(&it.message))).collect());
    out
}

fn list(out: &mut String, head: &str, rows: Vec<String>) {
    if !rows.is_empty() {
        let _ = writeln!(out, "\n{head}\n");
    }
    for row in rows {
        let _ = writeln!(out, "- {row}");
    }
}

fn blocks<'s>(sheet: &'s Sheet<'_>) -> impl Iterator<Item = &'s Block> {
    sheet.files.values().flatten().map(|entry| &entry.block)
}

/// Certificates that are looked up and not made.
fn certificates(sheet: &Sheet<'_>) -> Vec<String> {
    let looked_up = blocks(sheet).filter(|block| {
        block.name == "data" && block.labels.first().is_some_and(|it| it == "aws_acm_certificate")
    });
    let row = |block: &Block| {
        let Some(Expr::Text(domain)) = block.body.argument("domain") else { return None };
        let (domain, region) = (markdown(&one_line(domain)), region(sheet, block));
        Some(format!("an issued certificate for {domain} in {region} (AWS Certificate Manager)"))
    };
    looked_up.filter_map(row).collect()
}

/// The region in which a block is looked up or made.
fn region<'s>(sheet: &'s Sheet<'_>, block: &Block) -> &'s str {
    let mut scopes = sheet.facts.resolved.scopes.iter();
    let scope = match block.body.argument("provider") {
        Some(Expr::Code(provider)) => {
            let own = |id: &str| provider.strip_prefix("aws.") == Some(&*label(id));
            scopes.find(|(id, _)| own(id))
        }
        _ => scopes.next(),
    };
    // A provider of no drawn region is that of the edge.
    scope.map_or(crate::aws::edge::REGION, |(_, scope)| scope.region.as_str())
}

/// Services do not start before their images are there, and those need their repositories.
fn images(out: &mut String, sheet: &Sheet<'_>) {
    let facts = sheet.facts;
    let services = facts.resolved.resources.values().map(|it| &**it);
    let services = services.filter(|it| it.kind == "container-service" && is_managed(it));
    let drawn: Vec<_> = services.filter_map(|it| registry::image(facts, it)).collect();
    let managed = drawn.iter().filter(|image| is_managed(image.registry));
    let registries: BTreeSet<String> = managed.map(|image| label(&image.registry.id)).collect();
    if registries.is_empty() {
        return;
    }
    let targets = registries.iter().map(|id| format!(" -target=aws_ecr_repository.{id}"));
    let _ = write!(
        out,
        "\nThe first time, repositories come before the services that run what is in them:\n\n1. `terraform apply{}`\n2. push the images, to where these say:\n",
        targets.collect::<String>()
    );
    for id in &registries {
        let _ = writeln!(out, "   `terraform output {id}_repository_urls`");
    }
    out.push_str("3. `terraform apply`\n");
}

/// What holds things back, and what is there when everything else is gone.
fn removal(out: &mut String, sheet: &Sheet<'_>) {
    let resources = || blocks(sheet).filter(|block| block.name == "resource");
    let named = |block: &Block| format!("`{}`", block.labels.join("."));
    let protected: Vec<String> = resources()
        .filter(|block| is_protected(&block.body))
        .map(|block| format!("{} refuses to go", named(block)))
        .chain(
            resources()
                .filter(|block| is_full(&block.body))
                .map(|block| format!("{} refuses to go while something is in it", named(block))),
        )
        .collect();
    let stays: Vec<String> = resources()
        .filter_map(|block| Some(format!("{}: {}", named(block), stays(block)?)))
        .collect();
    let by_hand: Vec<String> = resources()
        .filter(|block| block.labels.first().is_some_and(|type_| type_ == "aws_eks_cluster"))
        .map(|block| format!("{}: delete first what was made from inside the cluster, such as load balancers and volumes: Terraform does not know of it, and it holds the network", named(block)))
        .collect();
    if protected.is_empty() && stays.is_empty() && by_hand.is_empty() {
        return;
    }
    out.push_str("\n## To remove everything\n");
    if protected.is_empty() {
        out.push_str("\n`terraform destroy`.\n");
    } else {
        let environment = markdown(&sheet.facts.resolved.environment.id);
        let _ = writeln!(
            out,
            "\n`terraform destroy` alone stops halfway at what is protected. Take along what you want to keep: then draw the environment {environment} with `protect = false`, and without `deletion-protection` what says it itself, export, `terraform apply`, and only then `terraform destroy`. From that apply on buckets and vaults are emptied with their deletion, and databases leave no last snapshot."
        );
        list(out, "Protected:", protected);
    }
    list(out, "To be done by hand:", by_hand);
    list(out, "Stays, or goes later:", stays);
}

fn is_protected(body: &Body) -> bool {
    let set = |body: &Body, name: &str| body.argument(name) == Some(&Expr::Bool(true));
    let never = |item: &Item| match item {
        Item::Block(inner) => inner.name == "lifecycle" && set(&inner.body, "prevent_destroy"),
        Item::Argument(..) => false,
    };
    PROTECTED.iter().any(|name| set(body, name)) || body.items.iter().any(never)
}

fn is_full(body: &Body) -> bool {
    FORCED.iter().any(|name| body.argument(name) == Some(&Expr::Bool(false)))
}

/// What a destroyed resource leaves.
fn stays(block: &Block) -> Option<String> {
    let number = |name: &str| match block.body.argument(name) {
        Some(Expr::Number(days)) if *days > 0 => Some(*days),
        _ => None,
    };
    let text = match block.labels.first()?.as_str() {
        "aws_kms_key" => {
            let days = number("deletion_window_in_days").unwrap_or(30);
            format!("waits up to {days} days for somebody who misses it; what was encrypted with it, snapshots too, is unreadable meanwhile and lost after")
        }
        "aws_secretsmanager_secret" => {
            // What AWS takes where nobody says.
            let days = match block.body.argument("recovery_window_in_days") {
                None => 30,
                Some(_) => number("recovery_window_in_days")?,
            };
            format!("can be brought back for {days} days, and keeps its name as long")
        }
        "aws_backup_vault_lock_configuration" => "recovery points in its vault can be deleted only when their time is over, unless somebody who may takes the lock away; the vault stays as long".to_owned(),
        _ if block.body.argument("final_snapshot_identifier").is_some() => {
            "its last snapshot, unless `protect` was lifted before".to_owned()
        }
        _ => return None,
    };
    Some(text)
}
