//! Terraform's language as a tree, and its text. The text is what `terraform fmt` leaves unchanged:
//! two spaces a level, `=` aligned over runs of single-line arguments. It knows no resource type.

use std::fmt::Write as _;

/// A value on the right of `=`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Literal text; everything in it is escaped.
    Text(String),
    /// A reference or expression, written as it is.
    Code(String),
    /// Several lines of literal text (user data).
    Lines(String),
    /// The value of a secret, by its name; the sheet puts a variable in its place.
    Secret(String),
    /// A whole number.
    Number(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `[…]`, on one line where all members are simple.
    List(Vec<Expr>),
    /// `{…}`, always over several lines.
    Object(Vec<(String, Expr)>),
    /// `name(…)`.
    Call(&'static str, Vec<Expr>),
}

/// The inside of a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Arguments and blocks in the order in which they are written.
    pub items: Vec<Item>,
}

/// One line or block.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `name = value`
    Argument(String, Expr),
    /// `name { … }`, or with labels.
    Block(Block),
}

/// A block.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// `resource`, `variable`, `ingress` …
    pub name: String,
    /// Quoted labels.
    pub labels: Vec<String>,
    /// What stands inside.
    pub body: Body,
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Expr {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Expr {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u16> for Expr {
    fn from(number: u16) -> Self {
        Self::Number(i64::from(number))
    }
}

impl<T: Into<Expr>> From<Vec<T>> for Expr {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// A reference or expression.
pub fn code(text: impl Into<String>) -> Expr {
    Expr::Code(text.into())
}

impl Expr {
    /// Literal text, or the secret that it names.
    pub fn text_or_secret(text: &str) -> Self {
        match crate::aws::secret::named(text) {
            Some(name) => Self::Secret(name.to_owned()),
            None => Self::Text(text.to_owned()),
        }
    }

    /// Calls `change` for every expression in it, itself included.
    pub fn each(&mut self, change: &mut dyn FnMut(&mut Expr)) {
        change(self);
        match self {
            Self::List(items) | Self::Call(_, items) => {
                for item in items {
                    item.each(change);
                }
            }
            Self::Object(members) => {
                for (_, own) in members {
                    own.each(change);
                }
            }
            _ => {}
        }
    }

    fn is_single_line(&self) -> bool {
        match self {
            Self::Object(members) => members.is_empty(),
            Self::List(items) => items.iter().all(Self::is_single_line) && items.len() <= 6,
            Self::Call(_, arguments) => arguments.iter().all(Self::is_single_line),
            Self::Lines(text) => !fits_heredoc(text),
            _ => true,
        }
    }
}

impl Body {
    /// Adds `name = value`.
    pub fn set(&mut self, name: &str, value: impl Into<Expr>) -> &mut Self {
        self.items.push(Item::Argument(name.to_owned(), value.into()));
        self
    }

    /// Adds `name = value` where there is one.
    pub fn set_some(&mut self, name: &str, value: Option<impl Into<Expr>>) -> &mut Self {
        if let Some(value) = value {
            self.set(name, value);
        }
        self
    }

    /// Adds a block without labels, filled by `fill`.
    pub fn block(&mut self, name: &str, fill: impl FnOnce(&mut Body)) -> &mut Self {
        let mut body = Body::default();
        fill(&mut body);
        self.items.push(Item::Block(Block { name: name.to_owned(), labels: Vec::new(), body }));
        self
    }

    /// Adds to what must be there before.
    pub fn wait(&mut self, on: Expr) {
        let known = self.items.iter_mut().find_map(|item| match item {
            Item::Argument(name, Expr::List(all)) if name == "depends_on" => Some(all),
            _ => None,
        });
        match known {
            Some(all) if all.contains(&on) => {}
            Some(all) => all.push(on),
            None => drop(self.set("depends_on", Expr::List(vec![on]))),
        }
    }

    /// Calls `change` for every expression in it.
    pub fn each_expr(&mut self, change: &mut dyn FnMut(&mut Expr)) {
        for item in &mut self.items {
            match item {
                Item::Argument(_, value) => value.each(change),
                Item::Block(block) => block.body.each_expr(change),
            }
        }
    }

    /// The value of an argument.
    pub fn argument(&self, name: &str) -> Option<&Expr> {
        self.items.iter().find_map(|item| match item {
            Item::Argument(own, value) if own == name => Some(value),
            _ => None,
        })
    }

    fn write(&self, out: &mut String, depth: usize) {
        let mut index = 0;
        while index < self.items.len() {
            if index > 0 && self.wants_gap(index) {
                out.push('\n');
            }
            match &self.items[index] {
                Item::Block(block) => {
                    block.write(out, depth);
                    index += 1;
                }
                Item::Argument(..) => index = self.write_run(out, depth, index),
            }
        }
    }

    /// Writes the run of aligned arguments that starts at `start`; gives the index after it.
    fn write_run(&self, out: &mut String, depth: usize, start: usize) -> usize {
        let mut end = start;
        let mut rows: Vec<(String, &Expr)> = Vec::new();
        while let Some(Item::Argument(name, value)) = self.items.get(end) {
            if end > start && self.wants_gap(end) {
                break;
            }
            rows.push((name.clone(), value));
            end += 1;
        }
        write_rows(out, depth, &rows);
        end
    }

    /// Blank lines stand between meta arguments and the rest, and around blocks.
    fn wants_gap(&self, index: usize) -> bool {
        let meta = |item: &Item| matches!(item, Item::Argument(name, _) if matches!(name.as_str(), "for_each" | "count" | "provider"));
        match (&self.items[index - 1], &self.items[index]) {
            (Item::Argument(..), Item::Argument(..)) => {
                meta(&self.items[index - 1]) && !meta(&self.items[index])
                    || matches!(&self.items[index], Item::Argument(name, _) if name == "depends_on")
            }
            _ => true,
        }
    }
}

impl Block {
    /// A block with labels.
    pub fn new(name: &str, labels: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            body: Body::default(),
        }
    }

    /// Writes it, with a final line break.
    pub fn write(&self, out: &mut String, depth: usize) {
        indent(out, depth);
        out.push_str(&self.name);
        for label in &self.labels {
            out.push(' ');
            write_text(out, label);
        }
        if self.body.items.is_empty() {
            out.push_str(" {}\n");
            return;
        }
        out.push_str(" {\n");
        self.body.write(out, depth + 1);
        indent(out, depth);
        out.push_str("}\n");
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// Writes `name = value` rows; runs of single-line ones share the column of `=`.
fn write_rows(out: &mut String, depth: usize, rows: &[(String, &Expr)]) {
    let mut start = 0;
    while start < rows.len() {
        let mut end = start;
        while end < rows.len() && rows[end].1.is_single_line() {
            end += 1;
        }
        // The first line of a heredoc is aligned with those above it; its text ends the run.
        if rows.get(end).is_some_and(|(_, value)| matches!(value, Expr::Lines(_))) {
            end += 1;
        }
        let width = rows[start..end].iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in &rows[start..end] {
            indent(out, depth);
            let _ = write!(out, "{name:width$} = ");
            write_expr(out, depth, value);
            out.push('\n');
        }
        let heredoc =
            end > start && matches!(rows[end - 1].1, Expr::Lines(text) if fits_heredoc(text));
        if let Some((name, value)) =
            rows.get(end).filter(|(_, value)| !heredoc && !value.is_single_line())
        {
            indent(out, depth);
            let _ = write!(out, "{name} = ");
            write_expr(out, depth, value);
            out.push('\n');
            end += 1;
        }
        start = end;
    }
}

fn write_expr(out: &mut String, depth: usize, value: &Expr) {
    match value {
        Expr::Text(text) => write_text(out, text),
        Expr::Code(text) => out.push_str(text),
        Expr::Lines(text) => write_lines(out, text),
        Expr::Secret(name) => write_text(out, name),
        Expr::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Expr::Float(number) => {
            let _ = write!(out, "{number}");
        }
        Expr::Bool(flag) => {
            let _ = write!(out, "{flag}");
        }
        Expr::List(items) => write_list(out, depth, value, items),
        Expr::Object(members) => write_object(out, depth, members),
        Expr::Call(name, arguments) => {
            out.push_str(name);
            out.push('(');
            for (index, argument) in arguments.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_expr(out, depth, argument);
            }
            // Nothing may stand behind the end of a heredoc.
            if matches!(arguments.last(), Some(Expr::Lines(text)) if fits_heredoc(text)) {
                out.push('\n');
                indent(out, depth);
            }
            out.push(')');
        }
    }
}

fn write_list(out: &mut String, depth: usize, list: &Expr, items: &[Expr]) {
    if list.is_single_line() {
        out.push('[');
        for (index, item) in items.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { ", " });
            write_expr(out, depth, item);
        }
        out.push(']');
        return;
    }
    out.push_str("[\n");
    for item in items {
        indent(out, depth + 1);
        write_expr(out, depth + 1, item);
        out.push_str(",\n");
    }
    indent(out, depth);
    out.push(']');
}

fn write_object(out: &mut String, depth: usize, members: &[(String, Expr)]) {
    if members.is_empty() {
        out.push_str("{}");
        return;
    }
    out.push_str("{\n");
    let rows: Vec<(String, &Expr)> =
        members.iter().map(|(key, value)| (key_text(key), value)).collect();
    write_rows(out, depth + 1, &rows);
    indent(out, depth);
    out.push('}');
}

/// Plain words stand bare; everything else is quoted, in ASCII so that its width is its length.
fn key_text(key: &str) -> String {
    let bare = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && !matches!(key, "null" | "true" | "false" | "for");
    if bare {
        return key.to_owned();
    }
    let mut quoted = String::new();
    write_text(&mut quoted, key);
    let mut ascii = String::new();
    for c in quoted.chars() {
        match c {
            c if c.is_ascii() => ascii.push(c),
            c if u32::from(c) <= 0xffff => {
                let _ = write!(ascii, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(ascii, "\\U{:08x}", u32::from(c));
            }
        }
    }
    ascii
}

/// Quotes text: quotes, backslashes, control characters, `${` and `%{` come out as text.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if chars.peek() == Some(&'{') => {
                out.push(c);
                out.push(c);
            }
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Whether the text can stand in a heredoc and come back the same.
fn fits_heredoc(text: &str) -> bool {
    text.ends_with('\n')
        && text.lines().all(|line| line.trim() != "EOT")
        && !text.chars().any(|c| c != '\n' && c != '\t' && c.is_control())
}

fn write_lines(out: &mut String, text: &str) {
    if !fits_heredoc(text) {
        write_text(out, text);
        return;
    }
    out.push_str("<<EOT\n");
    out.push_str(&text.replace("${", "$${").replace("%{", "%%{"));
    out.push_str("EOT");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(fill: impl FnOnce(&mut Body), expected: &str) {
        let mut block = Block::new("resource", &["aws_vpc", "shop"]);
        fill(&mut block.body);
        let mut out = String::new();
        block.write(&mut out, 0);
        assert_eq!(out, expected);
    }

    #[test]
    fn single_line_arguments_are_aligned_and_blocks_stand_apart() {
        check_text(
            |body| {
                body.set("cidr_block", "10.0.0.0/16").set("a", true);
                body.set(
                    "tags",
                    Expr::Object(vec![("Name".into(), "x".into()), ("team a".into(), "y".into())]),
                );
                body.block("timeouts", |inner| {
                    inner.set("create", "5m");
                });
            },
            "resource \"aws_vpc\" \"shop\" {\n  cidr_block = \"10.0.0.0/16\"\n  a          = true\n  tags = {\n    Name     = \"x\"\n    \"team a\" = \"y\"\n  }\n\n  timeouts {\n    create = \"5m\"\n  }\n}\n",
        );
    }

    #[test]
    fn hostile_text_comes_out_as_text() {
        let mut out = String::new();
        write_text(&mut out, "\"} ${a} %{if} $${b} \\ \n\t\u{1}");
        assert_eq!(out, "\"\\\"} $${a} %%{if} $$${b} \\\\ \\n\\t\\u0001\"");
    }
}
