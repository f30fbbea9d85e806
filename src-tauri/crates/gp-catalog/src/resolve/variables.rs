//! Filling in values: variables of the environment now, secrets at deploy time. Says what cannot be
//! filled in and how to write it. Part of step 1.

use super::Context;
use gp_model::{Diagnostic, Place, Placeholder, Table, Value};
use std::collections::BTreeSet;

/// Why a value cannot be filled in.
pub(super) enum Problem {
    /// The environment does not set this variable; the value counts as not written.
    Unset(String),
    /// A part that looks like a variable or a secret and is none; it stays as it is.
    Unreadable(String),
    /// A secret where none can be; it stays as it is.
    Secret(String),
}

/// A value after filling in.
pub(super) struct Filled {
    /// What it is now; `None` where it is as it was.
    pub value: Option<Value>,
    pub problems: Vec<Problem>,
}

impl Filled {
    /// A variable that is not set.
    pub fn is_missing(&self) -> bool {
        self.problems.iter().any(|problem| matches!(problem, Problem::Unset(_)))
    }
}

/// Variables as they count: one that names another has its value. One that leads back to itself, or
/// to one that is not set, has none.
pub(super) fn settled(written: &Table) -> Table {
    let value = |name: &String| Some((name.clone(), followed(written, name).ok()?.clone()));
    written.keys().filter_map(value).collect()
}

/// The value that a variable leads to.
pub(super) fn followed<'a>(written: &'a Table, name: &'a str) -> Result<&'a Value, Astray<'a>> {
    let (mut at, mut seen) = (name, BTreeSet::new());
    loop {
        if !seen.insert(at) {
            return Err(Astray::Circle);
        }
        let value = written.get(at).ok_or(Astray::Unset(at))?;
        match value.as_str().map(Placeholder::of) {
            Some(Placeholder::Variable(next)) => at = next,
            _ => return Ok(value),
        }
    }
}

/// Why a variable leads to no value.
pub(super) enum Astray<'a> {
    /// Back to one that was there before.
    Circle,
    /// To this one, which is not set.
    Unset(&'a str),
}

/// Fills in a value; `secrets` says whether it may hold secrets.
pub(super) fn fill(ctx: &Context<'_>, value: &Value, secrets: bool) -> Filled {
    let variables = &ctx.facts.variables;
    let mut filler = Filler { variables, secrets, around: false, problems: Vec::new() };
    let value = filler.value(value);
    Filled { value, problems: filler.problems }
}

/// The same where `${ID.ATTRIBUTE}` may stand in any text. Escapes stay: what is escaped is told from what is meant when
/// the text is written.
pub(super) fn fill_around_mentions(ctx: &Context<'_>, value: &Value, secrets: bool) -> Filled {
    let variables = &ctx.facts.variables;
    let mut filler = Filler { variables, secrets, around: true, problems: Vec::new() };
    let value = filler.value(value);
    Filled { value, problems: filler.problems }
}

/// The same with these variables, where secrets may be.
pub(super) fn fill_in(variables: &Table, value: &Value) -> Filled {
    let mut filler = Filler { variables, secrets: true, around: true, problems: Vec::new() };
    let value = filler.value(value);
    Filled { value, problems: filler.problems }
}

/// Whether there is anything to fill in or to say.
pub(super) fn mentions(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("${"),
        Value::List(items) => items.iter().any(mentions),
        Value::Table(table) => table.values().any(mentions),
        _ => false,
    }
}

/// A value as words for people: titles, tags and notes. Lists and tables are none.
pub(super) fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Date { date } => Some(date.clone()),
        Value::List(_) | Value::Table(_) => None,
    }
}

struct Filler<'a> {
    variables: &'a Table,
    secrets: bool,
    /// Other resources may be mentioned.
    around: bool,
    problems: Vec<Problem>,
}

impl Filler<'_> {
    fn value(&mut self, value: &Value) -> Option<Value> {
        match value {
            Value::String(text) => self.text(text),
            Value::List(items) => {
                let new: Vec<Option<Value>> = items.iter().map(|item| self.value(item)).collect();
                let any = new.iter().any(Option::is_some);
                let merged =
                    new.into_iter().zip(items).map(|(new, old)| new.unwrap_or(old.clone()));
                any.then(|| Value::List(merged.collect()))
            }
            Value::Table(table) => {
                let mut merged = table.clone();
                let mut any = false;
                for inner in merged.values_mut() {
                    if let Some(new) = self.value(inner) {
                        *inner = new;
                        any = true;
                    }
                }
                any.then_some(Value::Table(merged))
            }
            _ => None,
        }
    }

    fn text(&mut self, text: &str) -> Option<Value> {
        match Placeholder::of(text) {
            Placeholder::None => None,
            Placeholder::Escaped if self.around => None,
            Placeholder::Unreadable(part) if self.around && !of_ours(part) => None,
            Placeholder::Escaped => Some(Value::String(text.replace("$${", "${"))),
            Placeholder::Unreadable(part) => {
                self.problems.push(Problem::Unreadable(part.to_owned()));
                None
            }
            Placeholder::Secret(name) => {
                self.secret(name);
                None
            }
            Placeholder::Variable(name) => {
                let Some(value) = self.variables.get(name) else {
                    self.problems.push(Problem::Unset(name.to_owned()));
                    return None;
                };
                // Other variables are settled, so that what it may name is a secret.
                if let Some(Placeholder::Secret(name)) = value.as_str().map(Placeholder::of) {
                    self.secret(name);
                }
                Some(value.clone())
            }
        }
    }

    fn secret(&mut self, name: &str) {
        if !self.secrets {
            self.problems.push(Problem::Secret(name.to_owned()));
        }
    }
}

/// Whether it looks like a variable or a secret; what else stands in braces is the provider's.
fn of_ours(part: &str) -> bool {
    part.starts_with("${var.") || part.starts_with("${secret.")
}

impl Problem {
    /// In words: `path` of `who` (“app”, link “app-orders”).
    pub fn said(&self, ctx: &Context<'_>, who: &str, path: &str, place: Place) -> Diagnostic {
        match self {
            Self::Unset(variable) => {
                let environment = &ctx.facts.id;
                let written = ctx.environment.is_some_and(|e| e.variables.contains_key(variable));
                let why = if written { "gives no value to" } else { "does not set" };
                let text = format!(
                    "{who} needs the variable “{variable}”, which environment “{environment}” {why}"
                );
                let mut found = Diagnostic::error("unset-variable", place, text);
                found.environment = Some(environment.clone());
                found
            }
            Self::Unreadable(part) if !part.contains('}') => {
                let text = format!(
                    "{path} of {who} says “{part}”, which is not closed: write }} behind it, or $${{ where the text is meant"
                );
                Diagnostic::error("unreadable-variable", place, text)
            }
            Self::Unreadable(part) => {
                let text = format!(
                    "{path} of {who} says “{part}”, which is left as it is: only a whole value can be ${{var.NAME}} or ${{secret.NAME}}; write $${{ where the text is meant"
                );
                Diagnostic::error("unreadable-variable", place, text)
            }
            Self::Secret(name) => {
                let text = format!(
                    "{path} of {who} cannot be the secret “{name}”: secrets go into a server's user data and into raw attributes below on.PROVIDER; use a variable here"
                );
                Diagnostic::error("misplaced-secret", place, text)
            }
        }
    }
}
