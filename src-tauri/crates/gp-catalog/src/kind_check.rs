//! What is wrong with a kind among the others: the same for those of the program and a user's own. Each problem names
//! the key of the file that says it.

use crate::{
    catalog::icon,
    kind::{Attribute, AttributeType, Catalog, Kind, Meter},
};
use gp_model::{Id, PortSpec};
use std::fmt;

/// Something wrong, and where in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The keys that lead to it, outermost first.
    pub at: Vec<String>,
    /// In words.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

fn problem(at: &[&str], text: impl Into<String>) -> Problem {
    Problem { at: at.iter().map(|key| (*key).to_owned()).collect(), text: text.into() }
}

/// Letters of a title or a label.
const LONGEST_TITLE: usize = 48;
/// Letters of any other text that is read on one line.
const LONGEST_LINE: usize = 400;
/// Sizes that can be drawn and still be handled.
const SIDES: std::ops::RangeInclusive<i32> = 40..=2000;

/// What every resource can say, whatever its kind.
const TAKEN: [&str; 9] =
    ["disabled", "kind", "lifecycle", "on", "parent", "region", "tags", "title", "was"];

impl Kind {
    /// What is wrong with it among these kinds; nothing for a usable one.
    pub fn problems(&self, catalog: &Catalog) -> Vec<Problem> {
        let mut found = Vec::new();
        if !Id::new(&self.id).is_well_formed() {
            found.push(problem(&[], "its name must be lower-case words joined by dashes"));
        }
        if catalog.icon(&self.icon).or_else(|| icon(&self.icon)).is_none() {
            found.push(problem(&["icon"], format!("there is no icon “{}”", self.icon)));
        }
        self.texts(&mut found);
        self.places(catalog, &mut found);
        self.ends(catalog, &mut found);
        for (name, attribute) in &self.attributes {
            let own = attribute.problems(name, catalog);
            found.extend(
                own.into_iter().map(|text| {
                    problem(&["attributes", name], format!("attribute “{name}”: {text}"))
                }),
            );
        }
        let unknown = crate::summary::unknown_names(self);
        found.extend(unknown.into_iter().map(|text| problem(&["summary"], text)));
        let unbillable = self.price.iter().flat_map(|meter| self.unbillable(meter));
        found.extend(unbillable.map(|text| problem(&["price"], text)));
        found
    }

    /// What people read must be readable: on one line, and no longer than there is room.
    fn texts(&self, found: &mut Vec<Problem>) {
        let mut check = |key: &str, text: &str, most: usize| {
            if let Some(wrong) = unreadable(text, most) {
                found.push(problem(&[key], format!("its {key} {wrong}")));
            }
        };
        check("title", &self.title, LONGEST_TITLE);
        check("help", &self.help, LONGEST_LINE);
        if let Some(short) = &self.short {
            check("short", short, LONGEST_TITLE);
        }
        for word in &self.search {
            check("search", word, LONGEST_TITLE);
        }
        if !self.summary.is_empty() {
            check("summary", &self.summary, LONGEST_LINE);
        }
        for name in self.counterparts.values().flatten() {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:/".contains(c);
            if name.is_empty() || !name.chars().all(plain) {
                let text = format!("“{}” is no type of a provider", name.escape_debug());
                found.push(problem(&["counterparts"], text));
            }
        }
    }

    fn places(&self, catalog: &Catalog, found: &mut Vec<Problem>) {
        if self.parents.is_empty() {
            found.push(problem(&["parents"], "it may stand nowhere: name a parent, or `root`"));
        }
        for parent in self.parents.iter().filter(|p| *p != "root") {
            let text = match catalog.kind(parent) {
                None => format!("parent “{parent}” is not a kind"),
                Some(kind) if !kind.container => format!("parent “{parent}” cannot hold others"),
                Some(_) => continue,
            };
            found.push(problem(&["parents"], text));
        }
        if let Some(side) = self.size.iter().find(|side| !SIDES.contains(side)) {
            let (least, most) = (SIDES.start(), SIDES.end());
            let text = format!("a side of {side} cannot be drawn: {least} to {most}");
            found.push(problem(&["size"], text));
        }
        if !self.holds.is_empty() && !self.container {
            found.push(problem(&["holds"], "only a container holds others: say container = true"));
        }
        for kind in self.holds.iter().filter(|kind| catalog.kind(kind).is_none()) {
            found.push(problem(&["holds"], format!("“{kind}”, which it holds, is not a kind")));
        }
    }

    /// Links and services.
    fn ends(&self, catalog: &Catalog, found: &mut Vec<Problem>) {
        for target in self.links.iter().flat_map(|end| &end.to) {
            if catalog.kind(target).is_none() {
                found.push(problem(&["links"], format!("link target “{target}” is not a kind")));
            }
        }
        for source in self.linked_from.iter().flat_map(|end| &end.from) {
            if catalog.kind(source).is_none() {
                let text = format!("“{source}”, from which it is linked, is not a kind");
                found.push(problem(&["linked-from"], text));
            }
        }
        for service in &self.services {
            let name = &service.name;
            if !FOLLOWED.contains(&&*service.ports) && service.ports.parse::<PortSpec>().is_err() {
                let text = format!("service “{}” has no readable port", name.escape_debug());
                found.push(problem(&["services"], text));
            }
            if let Some(wrong) = unreadable(name, LONGEST_TITLE) {
                found.push(problem(&["services"], format!("the name of a service {wrong}")));
            }
        }
    }

    /// What a meter names that the kind does not have. The provider's type follows from the size.
    fn unbillable(&self, meter: &Meter) -> Vec<String> {
        let filled = crate::prices::names(&meter.of);
        let named = filled.chain(meter.size.as_deref()).chain(meter.times.as_deref());
        let named = named.chain(meter.when.keys().map(String::as_str));
        named
            .filter(|name| !self.attributes.contains_key(*name) && !DERIVED.contains(name))
            .map(|name| {
                format!("its price “{}” names “{name}”, which it does not have", meter.meter)
            })
            .collect()
    }
}

/// Attributes that resolve adds: see `resolve/sizes.rs`.
const DERIVED: [&str; 3] = ["instance-type", "instance-class", "system-type"];

/// Ports that follow from an attribute: see `resolve/services.rs`.
const FOLLOWED: [&str; 2] = ["engine", "protocol"];

/// What is wrong with a text that is shown on one line.
fn unreadable(text: &str, most: usize) -> Option<String> {
    // Marks that turn the direction of what follows can make a text read as another one.
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if text.trim().is_empty() {
        Some("is empty".to_owned())
    } else if text.chars().any(hidden) {
        Some("must be one line, without control characters".to_owned())
    } else if text.chars().count() > most {
        Some(format!("is longer than {most} letters"))
    } else {
        None
    }
}

impl Attribute {
    fn problems(&self, name: &str, catalog: &Catalog) -> Vec<String> {
        let mut found = Vec::new();
        if !Id::new(name).is_well_formed() {
            found.push("its name must be lower-case words joined by dashes".to_owned());
        } else if TAKEN.contains(&name) && !(name == "region" && self.of == ["region"]) {
            found.push("every resource has this already: choose another name".to_owned());
        }
        let label = self.label.iter().map(|text| ("label", text));
        let unit = self.unit.iter().map(|text| ("unit", text));
        let texts = [("help", &self.help), ("group", &self.group)].into_iter();
        for (key, text) in texts.chain(label).chain(unit) {
            let most = if key == "help" { LONGEST_LINE } else { LONGEST_TITLE };
            found.extend(unreadable(text, most).map(|wrong| format!("its {key} {wrong}")));
        }
        for text in self.choices.iter().chain(self.choice_labels.values()) {
            let wrong = unreadable(text, LONGEST_TITLE);
            found.extend(wrong.map(|wrong| format!("one of its choices {wrong}")));
        }
        if self.type_ == AttributeType::Choice && self.choices.is_empty() {
            found.push("a choice needs `choices`".to_owned());
        }
        if let Some(label) = self.choice_labels.keys().find(|l| !self.choices.contains(l)) {
            found.push(format!("“{label}” has a label but is no choice"));
        }
        if self.type_ == AttributeType::Reference && self.of.is_empty() {
            found.push("a reference needs `of`".to_owned());
        }
        if let Some(kind) = self.of.iter().find(|kind| catalog.kind(kind).is_none()) {
            found.push(format!("“{kind}” is not a kind"));
        }
        if let (Some(min), Some(max)) = (self.min, self.max)
            && min > max
        {
            found.push("the smallest is larger than the largest".to_owned());
        }
        if let Some(default) = &self.default
            && let Err(problem) = self.check(default)
        {
            found.push(format!("its own default does not fit: {problem}"));
        }
        if self.required && self.default.is_some() {
            found.push("what has a default is not required".to_owned());
        }
        found
    }
}
