//! The user's own Terraform modules in place of kinds, as the environment says them: what can be read of them, and what
//! cannot. Before step 1. What becomes of them is the exporter's to say.

use super::variables::{Problem, fill_in, settled};
use crate::{
    Kind,
    kind::{Catalog, Family},
    mention::{self, Mention, Piece, pieces_and_words},
    providers::{Lack, lacks},
    resolved::Module,
};
use gp_model::{Design, Diagnostic, Edit, Environment, Id, Place, Table, Value, nearest};
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
pub(super) fn findings(
    catalog: &Catalog,
    design: &Design,
    id: &Id,
    environment: &Environment,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (kind, table) in &environment.modules {
        let known = catalog.kind(kind);
        let mut said = Said { catalog, design, id, environment, kind, known, found: &mut found };
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
    catalog: &'a Catalog,
    design: &'a Design,
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

    /// `${engine}` is something that a thing of the kind has, `${shop.id}` something of another.
    fn mentions(&mut self, path: &str, value: &Value) {
        match value {
            Value::String(text) => {
                for piece in pieces_and_words(text) {
                    match piece {
                        Piece::Mention(Mention { id: "", attribute, .. }) => {
                            self.own(path, text, attribute);
                        }
                        Piece::Mention(mention) => self.other(path, text, mention),
                        Piece::Text(_) => {}
                    }
                }
                for odd in mention::odd(text) {
                    self.odd(path, text, odd);
                }
            }
            Value::List(all) => all.iter().for_each(|value| self.mentions(path, value)),
            Value::Table(all) => all.values().for_each(|value| self.mentions(path, value)),
            _ => {}
        }
    }

    fn own(&mut self, path: &str, text: &str, attribute: &str) {
        let Some(known) = self.known else { return };
        if known.attributes.contains_key(attribute) || OF_ALL.contains(&attribute) {
            return;
        }
        let names = known.attributes.keys().map(String::as_str).chain(OF_ALL);
        let near = nearest(attribute, names);
        let meant = near.map(|near| format!(": did you mean “{near}”?"));
        let title = crate::title::one_of(&known.title);
        let said = format!("{title} has no “{attribute}”{}", meant.unwrap_or_default());
        let right =
            near.map(|near| text.replace(&format!("${{{attribute}}}"), &format!("${{{near}}}")));
        self.wrong_text(path, &said, text, right);
    }

    /// Something of another resource, or of what each one stands in.
    fn other(&mut self, path: &str, text: &str, Mention { id, attribute, .. }: Mention<'_>) {
        let around = match id {
            // Which kind that is differs from one to the next.
            "parent" => return,
            "subnet" if attribute == "ids" => return,
            "network" | "subnet" => Some(id),
            _ => None,
        };
        let drawn = self.design.resources.get(id);
        let Some(kind) = around.or(drawn.map(|drawn| drawn.kind.as_str())) else {
            let words = ["network", "subnet", "parent"];
            let near = nearest(id, self.design.resources.keys().map(Id::as_str).chain(words));
            let meant = near.map(|near| format!(": did you mean “{near}”?")).unwrap_or_default();
            let turn = |near| text.replace(&format!("${{{id}."), &format!("${{{near}."));
            self.wrong_text(path, &format!("“{id}” is not there{meant}"), text, near.map(turn));
            return;
        };
        // What a module has is what its outputs are said to be.
        if self.environment.modules.contains_key(kind) {
            return;
        }
        let provider = self.environment.provider;
        let type_ = match drawn.filter(|_| kind == crate::RAW) {
            Some(raw) => raw.attributes.get("type").and_then(Value::as_str),
            None => self.catalog.kind(kind).and_then(|kind| kind.counterpart(provider)),
        };
        let Some(type_) = type_ else { return };
        let Some(Lack { name, near }) = lacks(provider, type_, attribute) else { return };
        let meant = near.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
        let said = format!("{type_}, which “{id}” is, has no “{name}”{meant}");
        let turn = |near| text.replace(&format!("{id}.{name}"), &format!("{id}.{near}"));
        self.wrong_text(path, &said, text, near.map(turn));
    }

    /// What looks like a mention and can be none.
    fn odd(&mut self, path: &str, text: &str, odd: &str) {
        let right = mention::straight(odd).map(|straight| text.replacen(odd, &straight, 1));
        self.wrong_text(path, &mention::why_odd(odd), text, right);
    }

    fn wrong(&mut self, path: &str, said: &str) {
        self.wrong_text(path, said, "", None);
    }

    /// Says it of a text among the inputs, and what the text would be if it were right.
    fn wrong_text(&mut self, path: &str, said: &str, text: &str, right: Option<String>) {
        let kind = self.kind;
        let path = if path.is_empty() { String::new() } else { format!(".{path}") };
        let path = format!("modules.{kind}{path}");
        let said = format!("{path} of environment “{}”: {said}", self.id);
        let place = Place::Environment { id: self.id.clone(), attribute: Some(path) };
        let with = |change: &dyn Fn(&mut IndexMap<String, Table>)| {
            let mut changed = self.environment.clone();
            change(&mut changed.modules);
            Edit::SetEnvironment { id: self.id.clone(), environment: Some(changed) }
        };
        let mut found = Diagnostic::error("unfit-setting", place, said);
        if let Some(right) = right.filter(|right| right != text) {
            let turn = with(&|modules| {
                if let Some(inputs) = modules.get_mut(kind).and_then(|it| it.get_mut("inputs")) {
                    *inputs = mention::turned(inputs, text, &right);
                }
            });
            found = found.fixed_by(format!("Make it “{right}”"), turn);
        }
        let without = with(&|modules| drop(modules.shift_remove(kind)));
        self.found.push(found.fixed_by("Take the module out", without));
    }
}
