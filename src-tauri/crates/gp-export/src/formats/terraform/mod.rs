//! Terraform (and OpenTofu) for AWS, one file per family, as an expert writes it by hand.
//! References instead of ids, `for_each` for zones and counts, `moved` blocks after a rename.

mod appliance;
mod backup;
mod balancer;
mod bastion;
mod cdn;
mod certificate;
mod compute;
mod container;
mod data;
mod dns;
mod endpoint;
mod existing;
mod gateway;
mod group;
mod identity;
mod joined;
mod kubernetes;
mod mapping;
mod messages;
mod modules;
mod network;
mod overrides;
mod raw;
mod readme;
mod refs;
mod registry;
mod resolver;
mod secrets;
mod security;
mod sheet;
mod six;
mod storage;
mod told;
mod warehouse;
mod watch;
mod web_firewall;
mod workspace;
pub mod writer;

use crate::{Input, aws::Facts, header};
use gp_catalog::resolved::ResolvedResource;
use gp_model::Value;
use gp_plan::FileSet;
use sheet::{Entry, Sheet};
use writer::{Block, Body, Expr, code};

/// Kinds with a row of their own.
pub fn kinds() -> Vec<&'static str> {
    let rows = mapping::ROWS.iter().map(|row| row.kind);
    // Written with the networks that it stands in.
    rows.chain(["firewall"]).collect()
}

/// Writes the configuration.
pub fn export(input: &Input<'_>) -> FileSet {
    let facts = Facts::new(input.resolved);
    let mut sheet = Sheet::new(&facts);
    let region = facts.resolved.scopes.values().next().map_or("us-east-1", |scope| &scope.region);
    sheet.variable("region", "string", "AWS region.", Some(region.into()));
    mapping::write_all(&mut sheet);
    let mut files = FileSet::default();
    let head = header::comment(input.resolved, "terraform");
    files.text("versions.tf", format!("{head}\n{}", versions(&sheet)));
    files.text("providers.tf", format!("{head}\n{}", providers(&mut sheet)));
    files.text("README.md", readme::text(&sheet));
    for (file, entries) in &sheet.files {
        files.text(file.path(), format!("{head}\n{}", entries_text(entries)));
    }
    if !sheet.moves.is_empty() {
        files.text("moved.tf", format!("{head}\n{}", moves(&sheet)));
    }
    files.text("variables.tf", format!("{head}\n{}", variables(&sheet)));
    if !sheet.outputs.is_empty() {
        files.text("outputs.tf", format!("{head}\n{}", outputs(&sheet)));
    }
    files.diagnostics = sheet.diagnostics;
    files
}

fn entries_text(entries: &[Entry]) -> String {
    let mut out = String::new();
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if let Some(comment) = &entry.comment {
            out.push_str("# ");
            out.push_str(comment.trim());
            out.push('\n');
        }
        entry.block.write(&mut out, 0);
    }
    out
}

fn blocks_text(blocks: &[Block]) -> String {
    let texts = blocks.iter().map(|block| {
        let mut out = String::new();
        block.write(&mut out, 0);
        out
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn versions(sheet: &Sheet<'_>) -> String {
    let mut block = Block::new("terraform", &[]);
    block.body.set("required_version", ">= 1.6");
    block.body.block("required_providers", |inner| {
        let source = vec![
            ("source".to_owned(), "hashicorp/aws".into()),
            ("version".to_owned(), "~> 6.0".into()),
        ];
        inner.set("aws", Expr::Object(source));
        inner.set_some("databricks", workspace::required(sheet));
    });
    if let Some(backend) = backend(sheet.facts) {
        block.body.items.push(writer::Item::Block(backend));
    }
    blocks_text(&[block])
}

/// `backend = { type = "s3", bucket = …}` of the environment.
fn backend(facts: &Facts<'_>) -> Option<Block> {
    let written = &facts.resolved.environment.backend;
    let type_ = written.get("type").or_else(|| written.get("kind")).and_then(Value::as_str);
    let type_ = type_.or_else(|| written.contains_key("bucket").then_some("s3"))?;
    let mut block = Block::new("backend", &[type_]);
    let said = written.iter().filter(|(name, _)| !matches!(name.as_str(), "type" | "kind"));
    for (name, value) in said {
        // A backend takes no variable: what is secret is given to `terraform init`.
        if !matches!(overrides::expr(value), Expr::Secret(_)) {
            block.body.set(&crate::name::label(name), overrides::expr(value));
        }
    }
    Some(block)
}

fn providers(sheet: &mut Sheet<'_>) -> String {
    let facts = sheet.facts;
    let marks: Vec<(String, Expr)> =
        facts.ownership().into_iter().map(|(k, v)| (k.to_owned(), v.into())).collect();
    let mut blocks = Vec::new();
    let regions: Vec<_> = facts.resolved.scopes.iter().collect();
    for (index, (id, scope)) in regions.iter().enumerate() {
        let alias = (index > 0).then(|| crate::name::label(id));
        let name =
            alias.as_ref().map_or_else(|| "region".to_owned(), |alias| format!("{alias}_region"));
        let region =
            sheet.variable(&name, "string", "AWS region.", Some(scope.region.as_str().into()));
        let role = facts.resource(id).and_then(|it| account_role(sheet, facts.account_of(it)?));
        blocks.push(provider(alias.as_deref(), &region, role, &marks));
    }
    if blocks.is_empty() {
        blocks.push(provider(None, "var.region", None, &marks));
    }
    for (alias, account) in facts.edges() {
        let role = account.and_then(|account| account_role(sheet, account));
        let region = format!("\"{}\"", crate::aws::edge::REGION);
        blocks.push(provider(Some(&alias), &region, role, &marks));
    }
    blocks.extend(workspace::provider(sheet));
    blocks_text(&blocks)
}

/// The variable with the role by which Terraform works in an account, where there are several.
fn account_role(sheet: &mut Sheet<'_>, account: &ResolvedResource) -> Option<String> {
    let facts = sheet.facts;
    let text = format!(
        "Role to take in the account {}, such as arn:aws:iam::123456789012:role/deploy.",
        account.title
    );
    let name = format!("{}_role_arn", account.id);
    facts.has_several_accounts().then(|| sheet.variable(&name, "string", text, None))
}

fn provider(
    alias: Option<&str>,
    region: &str,
    role: Option<String>,
    marks: &[(String, Expr)],
) -> Block {
    let mut block = Block::new("provider", &["aws"]);
    block.body.set_some("alias", alias).set("region", code(region));
    if let Some(role) = role {
        block.body.block("assume_role", |inner| {
            inner.set("role_arn", code(role));
        });
    }
    block.body.block("default_tags", |inner: &mut Body| {
        inner.set("tags", Expr::Object(marks.to_vec()));
    });
    block
}

fn variables(sheet: &Sheet<'_>) -> String {
    let blocks: Vec<Block> = sheet
        .variables
        .iter()
        .map(|(name, variable)| {
            let mut block = Block::new("variable", &[name]);
            block
                .body
                .set("description", variable.description.as_str())
                .set("type", code(variable.type_));
            block.body.set_some("default", variable.default.clone());
            block.body.set_some("sensitive", variable.sensitive.then_some(true));
            block
        })
        .collect();
    blocks_text(&blocks)
}

fn outputs(sheet: &Sheet<'_>) -> String {
    let blocks: Vec<Block> = sheet
        .outputs
        .iter()
        .map(|(name, (description, value))| {
            let mut block = Block::new("output", &[name]);
            block.body.set("description", description.as_str()).set("value", value.clone());
            block
        })
        .collect();
    blocks_text(&blocks)
}

fn moves(sheet: &Sheet<'_>) -> String {
    let blocks: Vec<Block> = sheet
        .moves
        .iter()
        .map(|(from, to)| {
            let mut block = Block::new("moved", &[]);
            block.body.set("from", code(from)).set("to", code(to));
            block
        })
        .collect();
    blocks_text(&blocks)
}
