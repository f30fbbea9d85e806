//! New text in the style of our templates: TOML 1.0, small tables inline, lists of tables a line each.

use crate::{Table, Value};
use std::fmt::Write as _;

/// Longest line that stays one line where it could be broken.
const WIDTH: usize = 100;

/// A key, quoted where it must be.
pub(super) fn key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { text(key) }
}

/// Keys with dots between.
pub(super) fn dotted<'a>(keys: impl IntoIterator<Item = &'a str>) -> String {
    keys.into_iter().map(key).collect::<Vec<_>>().join(".")
}

/// Text on one line, whatever it holds.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() && (control as u32) < 0x80 => {
                let _ = write!(out, "\\u{:04X}", control as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A value on one line.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) if number.is_nan() => "nan".to_owned(),
        Value::Float(number) => format!("{number:?}"),
        Value::String(it) => text(it),
        Value::Date { date } if is_date(date) => date.clone(),
        Value::Date { date } => text(date),
        Value::List(items) => {
            format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        Value::Table(table) if table.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let keys =
                table.iter().map(|(name, it)| format!("{} = {}", key(name), self::value(it)));
            format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
        }
    }
}

fn is_date(text: &str) -> bool {
    text.parse::<toml::value::Datetime>().is_ok_and(|date| date.to_string() == text)
}

/// A whole line, or several where a list of tables reads better so.
pub(super) fn entry(name: &str, it: &Value, eol: &str) -> String {
    let line = format!("{name} = {}", value(it));
    match it {
        Value::List(items)
            if items.iter().any(|item| matches!(item, Value::Table(_)))
                && (items.len() > 1 || line.chars().count() > WIDTH) =>
        {
            let mut lines = format!("{name} = [{eol}");
            for item in items {
                let _ = write!(lines, "  {},{eol}", value(item));
            }
            lines + "]" + eol
        }
        _ => line + eol,
    }
}

/// A section with its header, and the sections below it.
pub(super) fn section(path: &[&str], table: &Table, eol: &str) -> String {
    let mut out = String::new();
    write_section(&mut out, path, table, eol);
    out
}

fn write_section(out: &mut String, path: &[&str], table: &Table, eol: &str) {
    let below = |key: &str, value: &Value| has_own_section(path, key, value);
    let mut lines = String::new();
    for (name, value) in table.iter().filter(|(name, value)| !below(name, value)) {
        lines += &entry(&key(name), value, eol);
    }
    if !lines.is_empty() || table.is_empty() {
        open(out, &format!("[{}]", dotted(path.iter().copied())), eol);
        *out += &lines;
    }
    for (name, value) in table.iter().filter(|(name, value)| below(name, value)) {
        let inner: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
        match value {
            Value::Table(table) => write_section(out, &inner, table, eol),
            Value::List(items) => {
                for table in items.iter().filter_map(Value::as_table) {
                    open(out, &format!("[[{}]]", dotted(inner.iter().copied())), eol);
                    for (name, value) in table {
                        *out += &entry(&key(name), value, eol);
                    }
                }
            }
            _ => {}
        }
    }
}

fn open(out: &mut String, header: &str, eol: &str) {
    if !out.is_empty() {
        out.push_str(eol);
    }
    out.push_str(header);
    out.push_str(eol);
}

/// Whether we write a table below `path` under a header of its own.
pub(super) fn has_own_section(path: &[&str], key: &str, value: &Value) -> bool {
    match (path, value) {
        (["resource", _], Value::Table(table)) => {
            key == "on" && !table.is_empty() && table.values().all(|it| it.as_table().is_some())
        }
        (["resource", _, "on"] | ["layout"], Value::Table(_)) => true,
        (["policy"], Value::List(items)) => {
            key == "waiver" && !items.is_empty() && items.iter().all(|it| it.as_table().is_some())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_one_line_of_toml_and_reads_back() {
        for it in
            ["", "a \"b\" {c}", "line\r\nbreak\t\\", "\u{0}\u{1b}\u{7f}\u{85}", "💥 é", "'''\"\"\""]
        {
            let line = format!("v = {}", text(it));
            assert_eq!(line.lines().count(), 1, "{line}");
            let table: toml::Table = line.parse().unwrap();
            assert_eq!(table["v"].as_str(), Some(it));
        }
    }

    #[test]
    fn numbers_and_dates_read_back() {
        for it in [0.0, -0.0, 1e300, 1e-9, f64::INFINITY, f64::NEG_INFINITY, 0.1] {
            let table: toml::Table = format!("v = {}", value(&Value::Float(it))).parse().unwrap();
            assert_eq!(table["v"].as_float(), Some(it));
        }
        assert_eq!(value(&Value::Date { date: "2027-03-31".into() }), "2027-03-31");
        assert_eq!(value(&Value::Date { date: "tomorrow".into() }), "\"tomorrow\"");
    }
}
