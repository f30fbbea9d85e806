//! The user's raw attributes (`on.aws`), put over what we would have written: in Terraform's own
//! spelling, so nothing is translated here.

use super::writer::{Block, Body, Expr, Item};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Table, Value};

/// Arguments that hold a map; other tables are blocks.
const MAPS: [&str; 4] = ["environment_variables", "parameters", "tags", "variables"];

/// Applies the main counterpart's attributes, or a secondary one's.
pub fn apply(body: &mut Body, owner: &ResolvedResource, type_: &str) {
    if owner.counterparts.first().is_none_or(|main| main == type_) {
        merge(body, &owner.raw);
    } else {
        apply_secondary(body, owner, type_);
    }
}

/// Applies the attributes of a secondary counterpart only.
pub fn apply_secondary(body: &mut Body, owner: &ResolvedResource, type_: &str) {
    if let Some(raw) = owner.raw_secondary.get(type_) {
        merge(body, raw);
    }
}

fn merge(body: &mut Body, raw: &Table) {
    for (name, value) in raw {
        let place = body.items.iter().position(|item| match item {
            Item::Argument(own, _) => own == name,
            Item::Block(block) => block.name == *name,
        });
        match (block_rows(name, value), place) {
            (None, Some(index)) => body.items[index] = Item::Argument(name.clone(), expr(value)),
            (None, None) => {
                body.items.insert(first_block(body), Item::Argument(name.clone(), expr(value)));
            }
            (Some(rows), place) => {
                if rows.len() == 1
                    && let Some(index) = place
                    && let Item::Block(block) = &mut body.items[index]
                {
                    merge(&mut block.body, rows[0]);
                    continue;
                }
                body.items
                    .retain(|item| !matches!(item, Item::Block(block) if block.name == *name));
                body.items.extend(rows.into_iter().map(|row| Item::Block(block(name, row))));
            }
        }
    }
}

/// The tables of a value that is a nested block: one, or a list of them.
pub fn block_rows<'v>(name: &str, value: &'v Value) -> Option<Vec<&'v Table>> {
    match value {
        Value::Table(row) if !MAPS.contains(&name) => Some(vec![row]),
        Value::List(items) if !items.is_empty() => items.iter().map(Value::as_table).collect(),
        _ => None,
    }
}

/// Where an argument can still stand: before the first block.
pub fn first_block(body: &Body) -> usize {
    body.items.iter().position(|item| matches!(item, Item::Block(_))).unwrap_or(body.items.len())
}

fn block(name: &str, row: &Table) -> Block {
    let mut block = Block::new(name, &[]);
    merge(&mut block.body, row);
    block
}

/// A plain value as it stands in the design.
pub fn expr(value: &Value) -> Expr {
    match value {
        Value::Bool(flag) => Expr::Bool(*flag),
        Value::Integer(number) => Expr::Number(*number),
        Value::Float(number) => Expr::Float(*number),
        Value::String(text) | Value::Date { date: text } => Expr::text_or_secret(text),
        Value::List(items) => Expr::List(items.iter().map(expr).collect()),
        Value::Table(table) => {
            Expr::Object(table.iter().map(|(key, value)| (key.clone(), expr(value))).collect())
        }
    }
}
