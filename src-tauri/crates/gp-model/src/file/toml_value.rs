//! Between TOML and our values: reads damaged text as far as it goes, writes single values.

use crate::{Diagnostic, Place, Table, Value};
use toml::de::{DeTable, DeValue};

/// Most problems of one file that are listed; a binary file has thousands, all alike.
const MAX_PROBLEMS: usize = 100;

/// The tree of a text, every problem a diagnostic at its place.
pub(super) fn parse(text: &str, diagnostics: &mut Vec<Diagnostic>) -> Table {
    let (table, errors) = DeTable::parse_recoverable(text);
    let more = errors.len().saturating_sub(MAX_PROBLEMS);
    for error in errors.iter().take(MAX_PROBLEMS) {
        let span = error.span().unwrap_or(0..0);
        diagnostics.push(Diagnostic::error(
            "damaged-file",
            Place::File { start: span.start, end: span.end },
            sentence(error.message()),
        ));
    }
    if more > 0 {
        diagnostics.push(Diagnostic::error(
            "damaged-file",
            Place::Design,
            format!("{more} more problems in the file: is it a design?"),
        ));
    }
    read_table(table.into_inner())
}

/// The parser's words in the form of our messages: one line, lower case, no final dot.
fn sentence(message: &str) -> String {
    let line = message.trim().trim_end_matches('.').replace('\n', "; ");
    let mut letters = line.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "this cannot be read".to_owned(),
    }
}

fn read_table(table: DeTable<'_>) -> Table {
    table
        .into_iter()
        .map(|(key, value)| (key.into_inner().into_owned(), read_value(value.into_inner())))
        .collect()
}

fn read_value(value: DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            // Out of range: kept as text, so that nothing computes with a wrong number.
            Err(_) => Value::String(number.as_str().to_owned()),
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Value::Float(number),
            Err(_) => Value::String(number.as_str().to_owned()),
        },
        DeValue::Boolean(flag) => Value::Bool(flag),
        DeValue::Datetime(date) => Value::Date { date: date.to_string() },
        DeValue::Array(items) => {
            Value::List(items.into_iter().map(|item| read_value(item.into_inner())).collect())
        }
        DeValue::Table(table) => Value::Table(read_table(table)),
    }
}
