//! Differences in words that people read: how many, and which.

use super::conflict::{Conflict, is_place};
use crate::{
    Design, Id, Table, Value,
    file::{self, Changed},
};
use serde::Serialize;

/// Longest value that is shown.
const MOST_LETTERS: usize = 60;

/// How much one design differs from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Resources, links, intents, environments that are new.
    pub added: u32,
    /// The same that are gone.
    pub removed: u32,
    /// The same that say something else; the design's own settings.
    pub changed: u32,
    /// Shapes and way-points that are drawn elsewhere.
    pub moved: u32,
}

impl Tally {
    /// Of what was done to `base`.
    pub fn of(base: &Design, after: &Design) -> Self {
        let mut tally = Self::default();
        for Changed { path, before, after } in file::changes(base, after, None) {
            match (is_place(&path), before, after) {
                // The place of a thing comes and goes with it.
                (true, Some(_), Some(_)) => tally.moved += 1,
                (true, ..) => {}
                (_, None, _) => tally.added += 1,
                (_, _, None) => tally.removed += 1,
                _ => tally.changed += 1,
            }
        }
        tally
    }
}

/// What was done to `base`, a line each, at most so many.
pub fn differences(base: &Design, after: &Design, most: usize) -> Vec<String> {
    let moved = Tally::of(base, after).moved;
    let changes = file::changes(base, after, None);
    let said = changes.into_iter().filter(|it| !is_place(&it.path)).flat_map(|change| {
        let design = if change.after.is_some() { after } else { base };
        lines(design, &change)
    });
    let moved = (moved > 0).then(|| match moved {
        1 => "1 thing is drawn elsewhere".to_owned(),
        _ => format!("{moved} things are drawn elsewhere"),
    });
    said.chain(moved).take(most).collect()
}

/// "App server: cpu 2 → 4", "Orders: removed".
fn lines(design: &Design, Changed { path, before, after }: &Changed) -> Vec<String> {
    let name = thing(design, path);
    match (before, after) {
        (None, Some(_)) if path.len() > 1 => vec![format!("{name}: new")],
        (Some(_), None) if path.len() > 1 => vec![format!("{name}: removed")],
        (before, after) => {
            let none = Table::new();
            let table = |it: &Option<Value>| it.as_ref().and_then(Value::as_table).cloned();
            let [before, after] =
                [before, after].map(|it| table(it).unwrap_or_else(|| none.clone()));
            let new = after.keys().filter(|key| !before.contains_key(*key));
            let keys = before.keys().chain(new).filter(|key| before.get(*key) != after.get(*key));
            keys.map(|key| {
                let [was, is] = [before.get(key), after.get(key)].map(value);
                format!("{name}: {key} {was} → {is}")
            })
            .collect()
        }
    }
}

/// What a path is about, as people call it.
fn thing(design: &Design, path: &[String]) -> String {
    let id = |at: usize| path.get(at).map_or("", String::as_str);
    match id(0) {
        "resource" => resource(design, &Id::new(id(1))),
        "link" => match design.links.get(id(1)) {
            Some(link) => ends(design, &link.from, &link.to),
            None => format!("Link {}", id(1)),
        },
        "layout" if matches!(id(1), "resources" | "locked") => resource(design, &Id::new(id(2))),
        "layout" => format!("Link {}", id(2)),
        "view" if id(2) == "resources" => resource(design, &Id::new(id(3))),
        "view" if id(2) == "links" => format!("Link {}", id(3)),
        "view" => {
            let id = Id::new(id(1));
            format!("View {}", design.views.get(&id).map_or(id.as_str(), |it| it.title_or(&id)))
        }
        "design" => "Design".to_owned(),
        "policy" => "Policy".to_owned(),
        section => {
            let mut letters = section.chars();
            let first = letters.next().map(char::to_uppercase);
            let word: String = first.into_iter().flatten().chain(letters).collect();
            [&word, id(1)].join(" ").trim_end().to_owned()
        }
    }
}

/// A resource's title.
pub fn resource(design: &Design, id: &Id) -> String {
    design.resources.get(id).map_or_else(|| id.to_string(), |it| it.title_or(id).to_owned())
}

/// "App server → Orders".
pub fn ends(design: &Design, from: &Id, to: &Id) -> String {
    format!("{} → {}", resource(design, from), resource(design, to))
}

/// A value as the file writes it, cut where it is long.
fn value(value: Option<&Value>) -> String {
    let text = match value {
        None => return "nothing".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => file::written(value),
    };
    match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

impl Conflict {
    /// "App server: cpu", or "App server" where it is about the whole thing.
    pub fn title(&self, mine: &Design, theirs: &Design) -> String {
        let whole = match (self.is_layout(), self.path[0].as_str()) {
            (true, "view") => 4,
            (true, _) => 3,
            _ => 2,
        };
        let design = if self.mine.is_some() { mine } else { theirs };
        let name = thing(design, &self.path);
        let rest: Vec<&str> = self.path.iter().skip(whole).map(String::as_str).collect();
        match (self.path[0].as_str(), &rest[..]) {
            ("design" | "policy", _) if self.path.len() > 1 => {
                format!("{name}: {}", self.path[1..].join(" "))
            }
            (_, []) => name,
            _ => format!("{name}: {}", rest.join(" ")),
        }
    }

    /// Base, mine, theirs in words.
    pub fn values(&self) -> [String; 3] {
        let whole = self.path.len() == 2 && self.path[0] != "design" && self.path[0] != "policy";
        [&self.base, &self.mine, &self.theirs].map(|it| match it {
            None if whole => "removed".to_owned(),
            Some(Value::Table(table)) if whole => {
                let kind = table.get("kind").and_then(Value::as_str).unwrap_or("there");
                format!("{kind}, {} values", table.len())
            }
            it => value(it.as_ref()),
        })
    }
}
