//! Raw resources: the type and the attributes that the user wrote, in Terraform's spelling, with references to what is
//! drawn. Which of them are blocks, the provider's own table says.

use super::{
    modules,
    overrides::{block_rows, first_block},
    refs::{self, address},
    sheet::{File, Sheet},
    writer::{Block, Body, Expr, Item, code, write_text},
};
use crate::aws::{
    Facts,
    mentioned::{self, Meant},
    unsupported,
};
use gp_catalog::{
    mention::{self, Mention, Piece},
    providers::{self, Form, Takes},
    resolved::ResolvedResource,
};
use gp_model::{Diagnostic, Lifecycle, Provider, Table, Value};

/// Words that mean something to Terraform itself, whatever the type.
const ITS_OWN: [&str; 6] =
    ["connection", "count", "depends_on", "for_each", "provider", "provisioner"];

/// Writes it, or looks it up where it exists already.
pub fn raw<'a>(sheet: &mut Sheet<'a>, raw: &'a ResolvedResource) {
    // Of what is another provider's it is said where the drawing is resolved.
    let Some(type_) = mentioned::type_of(raw) else { return };
    if !mentioned::is_terraform(type_) {
        let found = mentioned::left_out(raw, type_, "Terraform", "CloudFormation");
        sheet.diagnostics.push(found);
        return;
    }
    let takes = providers::plugin(Provider::Aws).and_then(|plugin| plugin.takes(type_));
    let mut writing = Writing { facts: sheet.facts, raw, found: Vec::new() };
    let empty = Table::new();
    let said = mentioned::attributes(raw).unwrap_or(&empty);
    let mut body = writing.body("attributes", takes.as_ref(), said);
    let found = std::mem::take(&mut writing.found);
    sheet.diagnostics.extend(found);
    if raw.lifecycle == Lifecycle::Existing {
        sheet.data(File::Raw, raw, type_, &raw.id, |own| *own = body);
        return;
    }
    let form = takes.and_then(|takes| takes.arguments.get("tags").map(|tags| tags.form));
    if form == Some(Form::Map) {
        tag(&mut body, raw);
    }
    sheet.resource(File::Raw, raw, type_, "", |own| own.items.append(&mut body.items));
}

/// The drawn name and tags, where it does not say its own.
fn tag(body: &mut Body, raw: &ResolvedResource) {
    let Expr::Object(mut tags) = refs::tags(raw, raw.title.as_str().into()) else { return };
    let place = body
        .items
        .iter()
        .position(|item| matches!(item, Item::Argument(name, _) if name == "tags"));
    if let Some(Item::Argument(_, Expr::Object(own))) = place.map(|place| &body.items[place]) {
        tags.retain(|(name, _)| own.iter().all(|(known, _)| known != name));
        tags.extend(own.iter().cloned());
    } else if place.is_some() {
        // All of them come from somewhere else.
        return;
    }
    let tags = Item::Argument("tags".to_owned(), Expr::Object(tags));
    match place {
        Some(place) => body.items[place] = tags,
        None => body.items.insert(first_block(body), tags),
    }
}

struct Writing<'w, 'a> {
    facts: &'w Facts<'a>,
    raw: &'a ResolvedResource,
    found: Vec<Diagnostic>,
}

impl Writing<'_, '_> {
    /// Arguments as they were written, then blocks.
    fn body(&mut self, path: &str, takes: Option<&Takes>, said: &Table) -> Body {
        let (mut body, mut blocks) = (Body::default(), Vec::new());
        for (name, value) in said {
            let path = format!("{path}.{name}");
            if !is_name(name)
                || (path == format!("attributes.{name}") && ITS_OWN.contains(&name.as_str()))
            {
                let text = format!(
                    "Terraform leaves `{}` of “{}” out: that is no attribute of a type",
                    crate::name::one_line(name),
                    self.raw.title
                );
                self.found.push(unsupported(&self.raw.id, Some(&path), text));
                continue;
            }
            let known = takes.and_then(|takes| takes.arguments.get(name.as_str()));
            let rows = match known.map(|known| known.form) {
                Some(Form::Block) => match value {
                    Value::Table(row) => Some(vec![row]),
                    Value::List(items) => items.iter().map(Value::as_table).collect(),
                    _ => None,
                },
                Some(_) => None,
                None => block_rows(name, value),
            };
            let Some(rows) = rows else {
                let value = self.expr(&path, value);
                body.items.push(Item::Argument(name.clone(), value));
                continue;
            };
            let inside = known.and_then(|known| known.inside.as_ref());
            for row in rows {
                let body = self.body(&path, inside, row);
                blocks.push(Item::Block(Block { name: name.clone(), labels: Vec::new(), body }));
            }
        }
        body.items.extend(blocks);
        body
    }

    fn expr(&mut self, path: &str, value: &Value) -> Expr {
        match value {
            Value::String(text) => self.text(path, text),
            Value::List(items) => {
                Expr::List(items.iter().map(|item| self.expr(path, item)).collect())
            }
            Value::Table(table) => Expr::Object(
                table.iter().map(|(key, value)| (key.clone(), self.expr(path, value))).collect(),
            ),
            other => super::overrides::expr(other),
        }
    }

    fn text(&mut self, path: &str, text: &str) -> Expr {
        if let Some(secret) = crate::aws::secret::named(text) {
            return Expr::Secret(secret.to_owned());
        }
        let refer = |mention: Mention<'_>, whole: bool| match reference(self.facts, mention)? {
            (_, true) if !whole => Err(mentioned::several(mention)),
            (reference, _) => Ok(reference),
        };
        written(text, &refer).unwrap_or_else(|why| self.refused(path, text, &why))
    }

    /// Says what cannot be referred to, and leaves the text as it is.
    fn refused(&mut self, path: &str, text: &str, why: &str) -> Expr {
        let shown = path.trim_start_matches("attributes.");
        let words =
            format!("Terraform writes {shown} of “{}” as plain text: {why}", self.raw.title);
        self.found.push(unsupported(&self.raw.id, Some(path), words));
        Expr::Text(text.to_owned())
    }
}

/// A text with what it mentions put in; `refer` says what that is, and is told whether it is the whole text.
pub fn written(
    text: &str,
    refer: &dyn Fn(Mention<'_>, bool) -> Result<String, String>,
) -> Result<Expr, String> {
    let pieces = mention::pieces(text);
    match pieces.as_slice() {
        [Piece::Text(text)] => return Ok(Expr::Text(text.clone())),
        [Piece::Mention(whole)] => return refer(*whole, true).map(code),
        _ => {}
    }
    let mut written = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => write_inside(&mut written, &text),
            Piece::Mention(mention) => write_reference(&mut written, &refer(mention, false)?),
        }
    }
    Ok(code(format!("\"{written}\"")))
}

/// A name that can stand on the left of `=`.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Literal text inside a template.
pub fn write_inside(out: &mut String, text: &str) {
    let mut quoted = String::new();
    write_text(&mut quoted, text);
    out.push_str(&quoted[1..quoted.len() - 1]);
}

/// `${aws_vpc.shop.id}`; a `$` or `%` before it would escape it.
pub fn write_reference(out: &mut String, reference: &str) {
    if let Some(last) = out.chars().last().filter(|last| matches!(last, '$' | '%')) {
        out.pop();
        out.push_str("${\"");
        out.push(last);
        out.push_str("\"}");
    }
    out.push_str("${");
    out.push_str(reference);
    out.push('}');
}

/// `aws_vpc.shop.id`, and whether it is one of each of several.
pub fn reference(facts: &Facts<'_>, mention: Mention<'_>) -> Result<(String, bool), String> {
    let tail: String = mention
        .attribute
        .split('.')
        .map(|part| match part.parse::<u32>() {
            Ok(number) => format!("[{number}]"),
            Err(_) => format!(".{part}"),
        })
        .collect();
    if let Some(output) = modules::output_of(facts, mention) {
        return output.map(|output| (output, false));
    }
    let all = |address: String| (format!("values({address})[*]{tail}"), true);
    let one = |address: String| (format!("{address}{tail}"), false);
    Ok(match mentioned::meant(facts, mention)? {
        Meant::One(other) => one(main_address(other)?),
        Meant::Instance(other, instance) => {
            one(refs::instance_address(other, instance, main_type(other)?))
        }
        Meant::Repositories(other, names) => match names.as_slice() {
            [name] => one(super::registry::repository(other, name)),
            _ => all(main_address(other)?),
        },
        Meant::Segment(segment) => one(refs::segment_address(facts, segment)),
        Meant::Instances(other) => all(main_address(other)?),
        Meant::Segments(tier, _) => all(address(tier, "aws_subnet")),
    })
}

/// The type that is written for a drawn thing first of all.
pub fn main_type(other: &ResolvedResource) -> Result<&str, String> {
    let row = super::mapping::ROWS.iter().find(|row| row.kind == other.kind);
    let type_ = match row {
        Some(_) if mentioned::is_raw(other) => mentioned::type_of(other),
        row => row.map(|row| row.type_),
    };
    let type_ = type_.filter(|type_| mentioned::is_terraform(type_));
    type_.ok_or_else(|| format!("Terraform writes nothing for “{}”", other.id))
}

fn main_address(other: &ResolvedResource) -> Result<String, String> {
    Ok(address(other, main_type(other)?))
}

/// Makes what waits for something by a drawn link wait for it.
pub fn waits(sheet: &mut Sheet<'_>) {
    let facts = sheet.facts;
    for (waiting, on) in mentioned::waits(facts) {
        let address = |one: &ResolvedResource| match modules::module_of(facts, one) {
            Some(_) => Ok(modules::address(one)),
            None => main_address(one),
        };
        if let (Ok(waiting), Ok(on)) = (address(waiting), address(on)) {
            sheet.wait(&waiting, &on);
        }
    }
}
