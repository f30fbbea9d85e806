//! What both sides changed differently, and which side was chosen.

use super::Path;
use crate::{Id, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One of the two who changed the same design.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The design as it is here.
    #[default]
    Mine,
    /// The design as the other one left it.
    Theirs,
}

/// Which side holds, by [`Conflict::key`]; mine, where nothing is said.
pub type Choices = BTreeMap<String, Side>;

/// A value that both changed differently. `None`: it is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Where it stands in the file.
    pub path: Path,
    /// What both started from.
    pub base: Option<Value>,
    /// What I made of it.
    pub mine: Option<Value>,
    /// What the other one made of it.
    pub theirs: Option<Value>,
    /// The side that `design` of the merge has.
    pub chosen: Side,
    /// Something else that needs it, where one side took away what the other builds on.
    pub needed_by: Option<String>,
}

impl Conflict {
    /// Names it within a merge.
    pub fn key(&self) -> String {
        key(&self.path)
    }

    /// Whether it is only about where something is drawn.
    pub fn is_layout(&self) -> bool {
        is_place(&self.path)
    }
}

/// Whether a path of the file is about where something is drawn, in the drawing or in a view.
pub(super) fn is_place(path: &[String]) -> bool {
    match path {
        [section, ..] if section == "layout" => true,
        [section, _, places, ..] => {
            section == "view" && (places == "resources" || places == "links")
        }
        _ => false,
    }
}

fn key(path: &Path) -> String {
    serde_json::to_string(path).expect("texts are plain data")
}

/// The conflicts found so far.
pub struct Conflicts<'c> {
    choices: &'c Choices,
    found: Vec<Conflict>,
}

impl<'c> Conflicts<'c> {
    pub fn new(choices: &'c Choices) -> Self {
        Self { choices, found: Vec::new() }
    }

    /// The side that was chosen for this place.
    pub fn chosen(&self, path: &Path) -> Side {
        self.choices.get(&key(path)).copied().unwrap_or_default()
    }

    /// A conflict; answers the value of the chosen side.
    pub fn choose<'v>(
        &mut self,
        path: &Path,
        [base, mine, theirs]: [Option<&'v Value>; 3],
    ) -> Option<&'v Value> {
        let chosen = self.add(path, [base, mine, theirs], None);
        match chosen {
            Side::Mine => mine,
            Side::Theirs => theirs,
        }
    }

    /// A conflict, with what needs the thing that one side took away.
    pub fn add(
        &mut self,
        path: &Path,
        [base, mine, theirs]: [Option<&Value>; 3],
        needed_by: Option<String>,
    ) -> Side {
        let chosen = self.chosen(path);
        let [base, mine, theirs] = [base, mine, theirs].map(Option::<&Value>::cloned);
        self.found.push(Conflict { path: path.clone(), base, mine, theirs, chosen, needed_by });
        chosen
    }

    /// Those about whether a thing is there at all.
    pub fn of_existence(&self) -> impl Iterator<Item = &Conflict> {
        let whether = |it: &&Conflict| it.mine.is_none() != it.theirs.is_none();
        self.found
            .iter()
            .filter(|it| it.path.len() == 2 && it.path[0] == "resource")
            .filter(whether)
    }

    /// What was in conflict of a view, which is decided as a whole.
    pub fn forget_view(&mut self, view: &Id) {
        self.found.retain(|it| !(it.path[0] == "view" && it.path[1] == *view.as_str()));
    }

    pub fn into_list(self) -> Vec<Conflict> {
        self.found
    }
}
