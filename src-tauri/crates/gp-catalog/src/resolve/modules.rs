//! The user's own Terraform modules in place of kinds, as the environment says them: what can be read of them, and what
//! cannot. Before step 1. What becomes of them is the exporter's to say.

use super::variables::{Problem, fill_in, settled};
use crate::{
    Kind,
    kind::{Catalog, Family},
    mention::{Mention, Piece, pieces_and_words},
    resolved::Module,
};
use gp_model::{Diagnostic, Edit, Environment, Id, Place, Table, Value, nearest};
use indexmap::IndexMap;

/// What one says.
const KEYS: [&str; 4] = ["source", "version", "inputs", "outputs"];
/// Words that mean something to Terraform in every module.
const ITS_OWN: [&str; 6] = ["count", "depends_on", "for_each", "providers", "source", "version"];

/// What each thing has, whatever its kind.
const OF_ALL: [&str; 4] = ["id", "title", "tags", "security-group"];

/// Those that name a source, with variables filled in.
pub(super) fn modules(environment: &Environment) -> IndexMap<String, Module> {
    let one = |(kind, table): (&String, &Table)| {
        let source = table.get("source")?.as_str().filter(|source| !source.trim().is_empty())?;
        let inputs = table.get("inputs").cloned().unwrap_or_else(|| Value::Table(Table::new()));
        let filled = fill_in(&settled(&environment.variables), &inputs).value.unwrap_or(inputs);
        let Value::Table(mut inputs) = filled else { return None };
        inputs.retain(|name, _| is_name(name) && !ITS_OWN.contains(&name.as_str()));
        let outputs = table.get("outputs").and_then(Value::as_table).into_iter().flatten();
        let outputs = outputs.filter_map(|(name, output)| {
            let output = output.as_str().filter(|output| is_name(output))?;
            Some((name.clone(), output.to_owned()))
        });
        let version = table.get("version").and_then(Value::as_str).map(str::to_owned);
        let module =
            Module { source: source.to_owned(), version, inputs, outputs: outputs.collect() };
        Some((kind.clone(), module))
    };
    environment.modules.iter().filter_map(one).collect()
}

/// Whether resources of a kind can be made by a module: what holds others is referred to in too many ways, and of what
/// is no resource there is nothing to put in its place.
fn can_be(kind: &Kind) -> bool {
    let elsewhere = matches!(kind.id.as_str(), "zone" | "firewall") || kind.id == crate::RAW;
    !(kind.container || kind.actor || elsewhere || kind.family == Family::Annotation)
}

/// Whether Terraform takes it as the version of a module: `~> 6.0`, `>= 1.2, < 2.0`.
fn is_constraint(text: &str) -> bool {
    text.split(',').all(|one| {
        let one = one.trim().trim_start_matches(['=', '!', '<', '>', '~']).trim_start();
        let numbers = one.split(['-', '+']).next().unwrap_or_default();
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        numbers.split('.').count() <= 3 && numbers.split('.').all(is_number)
    })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// What is to be said of them.
pub(super) fn findings(catalog: &Catalog, id: &Id, environment: &Environment) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (kind, table) in &environment.modules {
        let known = catalog.kind(kind);
        let mut said = Said { id, environment, kind, known, found: &mut found };
        match known {
            None => {
                let known = catalog.kinds.values().filter(|kind| can_be(kind));
                let near = nearest(kind, known.map(|kind| kind.id.as_str()));
                let meant = near.map(|near| format!(": did you mean “{near}”?"));
                said.wrong("", &format!("there is no kind “{kind}”{}", meant.unwrap_or_default()));
            }
            Some(known) if !can_be(known) => {
                let title = known.title.to_lowercase();
                said.wrong("", &format!("a {title} cannot be made by a module"));
            }
            Some(_) => said.parts(table),
        }
    }
    found
}

struct Said<'a> {
    id: &'a Id,
    environment: &'a Environment,
    kind: &'a str,
    known: Option<&'a Kind>,
    found: &'a mut Vec<Diagnostic>,
}

impl Said<'_> {
    fn parts(&mut self, table: &Table) {
        match table.get("source") {
            Some(Value::String(source)) if !source.trim().is_empty() => {}
            _ => {
                let text = "it says where the module is, such as \"./modules/database\"";
                self.wrong("source", text);
            }
        }
        match table.get("version").map(Value::as_str) {
            None => {}
            Some(Some(version)) if is_constraint(version) => {}
            Some(Some(version)) => {
                let text = format!("“{version}” is no version; write one such as \"~> 6.0\"");
                self.wrong("version", &text);
            }
            Some(None) => self.wrong("version", "text is expected, such as \"~> 6.0\""),
        }
        for name in table.keys().filter(|name| !KEYS.contains(&name.as_str())) {
            self.wrong(name, &format!("it is not known here: {}", KEYS.join(", ")));
        }
        match table.get("inputs") {
            None => {}
            Some(Value::Table(inputs)) => self.inputs(inputs),
            Some(_) => self.wrong("inputs", "a table is expected: the module's variables"),
        }
        match table.get("outputs") {
            None => {}
            Some(Value::Table(outputs)) => {
                let bad = |(_, output): &(&String, &Value)| !output.as_str().is_some_and(is_name);
                for (name, _) in outputs.iter().filter(bad) {
                    let text = "the name of an output of the module is expected";
                    self.wrong(&format!("outputs.{name}"), text);
                }
            }
            Some(_) => self.wrong("outputs", "a table is expected: what is wanted → the output"),
        }
    }

    fn inputs(&mut self, inputs: &Table) {
        for (name, value) in inputs {
            let path = format!("inputs.{name}");
            if !is_name(name) || ITS_OWN.contains(&name.as_str()) {
                self.wrong(&path, "no variable of a module can be called that");
            }
            for problem in fill_in(&settled(&self.environment.variables), value).problems {
                if let Problem::Unset(variable) = problem {
                    self.wrong(&path, &format!("the variable “{variable}” is not set here"));
                }
            }
            self.mentions(&path, value);
        }
    }

    /// `${engine}` is something that a thing of the kind has.
    fn mentions(&mut self, path: &str, value: &Value) {
        match value {
            Value::String(text) => {
                for piece in pieces_and_words(text) {
                    if let Piece::Mention(Mention { id: "", attribute, .. }) = piece {
                        self.own(path, attribute);
                    }
                }
            }
            Value::List(all) => all.iter().for_each(|value| self.mentions(path, value)),
            Value::Table(all) => all.values().for_each(|value| self.mentions(path, value)),
            _ => {}
        }
    }

    fn own(&mut self, path: &str, attribute: &str) {
        let Some(known) = self.known else { return };
        if known.attributes.contains_key(attribute) || OF_ALL.contains(&attribute) {
            return;
        }
        let names = known.attributes.keys().map(String::as_str).chain(OF_ALL);
        let meant = nearest(attribute, names).map(|near| format!(": did you mean “{near}”?"));
        let title = crate::title::one_of(&known.title);
        let text = format!("{title} has no “{attribute}”{}", meant.unwrap_or_default());
        self.wrong(path, &text);
    }

    fn wrong(&mut self, path: &str, text: &str) {
        let kind = self.kind;
        let path = if path.is_empty() { String::new() } else { format!(".{path}") };
        let path = format!("modules.{kind}{path}");
        let text = format!("{path} of environment “{}”: {text}", self.id);
        let place = Place::Environment { id: self.id.clone(), attribute: Some(path) };
        let mut without = self.environment.clone();
        without.modules.shift_remove(kind);
        let edit = Edit::SetEnvironment { id: self.id.clone(), environment: Some(without) };
        let found = Diagnostic::error("unfit-setting", place, text);
        self.found.push(found.fixed_by("Take the module out", edit));
    }
}
