//! A CloudFormation template as a tree, and its YAML. Text is quoted wherever YAML could read it
//! as something else; intrinsic functions are written in their short form. It knows no resource type.

use gp_model::Id;
use std::{collections::BTreeSet, fmt::Write as _};

/// A value of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Literal text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A list.
    List(Vec<Node>),
    /// A map in the order in which it is written.
    Map(Vec<(String, Node)>),
    /// `!Ref NAME`
    Ref(String),
    /// `!GetAtt NAME.ATTRIBUTE`
    Att(String, String),
    /// The value of a secret, by its name; the template puts a parameter in its place.
    Secret(String),
    /// The number of the account that a drawn thing stands in: that of the stack, unless there are several.
    Account(Id),
    /// `!Sub TEXT`: the caller escapes literal parts with [`sub_literal`].
    Sub(String),
}

impl Node {
    /// Literal text, or the secret that it names.
    pub fn text_or_secret(text: &str) -> Self {
        match crate::aws::secret::named(text) {
            Some(name) => Self::Secret(name.to_owned()),
            None => Self::Text(text.to_owned()),
        }
    }

    /// Calls `change` for every value in it, itself included.
    pub fn each(&mut self, change: &mut dyn FnMut(&mut Node)) {
        change(self);
        match self {
            Self::List(items) => {
                for item in items {
                    item.each(change);
                }
            }
            Self::Map(members) => {
                for (_, value) in members {
                    value.each(change);
                }
            }
            _ => {}
        }
    }

    /// Collects what it refers to.
    pub fn names<'n>(&'n self, found: &mut BTreeSet<&'n str>) {
        match self {
            Self::Ref(name) | Self::Att(name, _) => {
                found.insert(name);
            }
            Self::Sub(text) => {
                let inside =
                    text.split("${").skip(1).filter_map(|rest| rest.split(['}', '.']).next());
                found.extend(inside);
            }
            Self::List(items) => items.iter().for_each(|item| item.names(found)),
            Self::Map(members) => members.iter().for_each(|(_, value)| value.names(found)),
            Self::Text(_)
            | Self::Secret(_)
            | Self::Account(_)
            | Self::Number(_)
            | Self::Float(_)
            | Self::Bool(_) => {}
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u16> for Node {
    fn from(number: u16) -> Self {
        Self::Number(i64::from(number))
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// `{name: value, …}` in the order given.
pub fn map<const N: usize>(members: [(&str, Node); N]) -> Node {
    Node::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Properties in the making.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(pub Vec<(String, Node)>);

impl Properties {
    /// Adds or replaces one.
    pub fn set(&mut self, name: &str, value: impl Into<Node>) -> &mut Self {
        let value = value.into();
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value,
            None => self.0.push((name.to_owned(), value)),
        }
        self
    }

    /// Adds one where there is a value.
    pub fn set_some(&mut self, name: &str, value: Option<impl Into<Node>>) -> &mut Self {
        if let Some(value) = value {
            self.set(name, value);
        }
        self
    }
}

/// A literal inside `!Sub`: `${` must not be taken for a reference.
pub fn sub_literal(text: &str) -> String {
    text.replace("${", "${!")
}

/// Writes the members of a map at a depth.
pub fn write_map(out: &mut String, depth: usize, members: &[(String, Node)]) {
    for (name, value) in members {
        write_name(out, depth, name);
        write_value(out, depth, value);
    }
}

/// Writes `name:` at a depth; what it names follows.
pub fn write_name(out: &mut String, depth: usize, name: &str) {
    indent(out, depth);
    write_scalar_text(out, name);
    out.push(':');
}

/// Writes one member that is itself a map.
pub fn write_member(out: &mut String, depth: usize, name: &str, members: &[(String, Node)]) {
    write_name(out, depth, name);
    if members.is_empty() {
        out.push_str(" {}\n");
        return;
    }
    out.push('\n');
    write_map(out, depth + 1, members);
}

/// Writes what follows a `:` or a `-`, the line break included.
fn write_value(out: &mut String, depth: usize, value: &Node) {
    match value {
        Node::Map(members) if !members.is_empty() => {
            out.push('\n');
            write_map(out, depth + 1, members);
        }
        Node::List(items) if !items.is_empty() => {
            out.push('\n');
            write_list(out, depth + 1, items);
        }
        _ => {
            out.push(' ');
            write_scalar(out, value);
            out.push('\n');
        }
    }
}

fn write_list(out: &mut String, depth: usize, items: &[Node]) {
    for item in items {
        indent(out, depth);
        out.push('-');
        match item {
            Node::Map(members) if !members.is_empty() => {
                let mut inner = String::new();
                write_map(&mut inner, depth + 1, members);
                out.push(' ');
                out.push_str(inner.trim_start_matches(' '));
            }
            _ => write_value(out, depth, item),
        }
    }
}

fn write_scalar(out: &mut String, value: &Node) {
    match value {
        Node::Text(text) | Node::Secret(text) => write_scalar_text(out, text),
        Node::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Node::Float(number) => {
            let _ = write!(out, "{number}");
        }
        Node::Bool(flag) => {
            let _ = write!(out, "{flag}");
        }
        Node::Ref(name) => {
            let _ = write!(out, "!Ref {name}");
        }
        Node::Account(_) => out.push_str("!Ref AWS::AccountId"),
        Node::Att(name, attribute) => {
            let _ = write!(out, "!GetAtt {name}.{attribute}");
        }
        Node::Sub(text) => {
            out.push_str("!Sub ");
            write_quoted(out, text);
        }
        Node::List(_) => out.push_str("[]"),
        Node::Map(_) => out.push_str("{}"),
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn write_scalar_text(out: &mut String, text: &str) {
    if is_plain(text) { out.push_str(text) } else { write_quoted(out, text) }
}

/// Whether YAML reads the bare word as this text and nothing else.
fn is_plain(text: &str) -> bool {
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./: ".contains(c));
    let ends = !text.ends_with([' ', ':']) && !text.contains(": ");
    let lower = text.to_ascii_lowercase();
    let taken = matches!(
        lower.as_str(),
        "y" | "n" | "yes" | "no" | "true" | "false" | "on" | "off" | "null"
    );
    word && ends && !taken
}

fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20
                || (0x7f..0xa0).contains(&u32::from(c))
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') =>
            {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_yaml(value: Node, expected: &str) {
        let mut out = String::new();
        write_map(&mut out, 0, &[("A".to_owned(), value)]);
        assert_eq!(out, expected);
    }

    #[test]
    fn what_yaml_would_misread_is_quoted() {
        check_yaml("no".into(), "A: \"no\"\n");
        check_yaml("10.0.0.0/16".into(), "A: \"10.0.0.0/16\"\n");
        check_yaml("2012-10-17".into(), "A: \"2012-10-17\"\n");
        check_yaml("a: b".into(), "A: \"a: b\"\n");
        check_yaml("x\n\"y\" #".into(), "A: \"x\\n\\\"y\\\" #\"\n");
        check_yaml("Web shop".into(), "A: Web shop\n");
    }

    #[test]
    fn lists_of_maps_keep_their_columns() {
        check_yaml(
            Node::List(vec![map([("Key", "Name".into()), ("Value", Node::Ref("X".into()))])]),
            "A:\n  - Key: Name\n    Value: !Ref X\n",
        );
    }
}
