//! Undo and redo: unlimited, named, one for all windows. Knows patches, not files: what is saved
//! is told to it.

use crate::{Design, Edit, Patch, edit, edit::Refusal};

/// One act that can be taken back.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    name: String,
    patch: Patch,
    /// Acts with the same key that follow each other become one.
    key: Option<String>,
}

/// What was done and what was taken back, with the place of the last save.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Entry>,
    undone: Vec<Entry>,
    /// How many acts were done when it was saved; `None` once that state cannot be reached.
    saved: Saved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saved {
    At(usize),
    Unreachable,
}

impl Default for Saved {
    fn default() -> Self {
        Self::At(0)
    }
}

impl History {
    /// The history of a design that differs from its file from the start (a recovery).
    pub fn unsaved() -> Self {
        Self { saved: Saved::Unreachable, ..Self::default() }
    }

    /// Applies an edit and remembers it under the edit's own name ([`edit::name`]). With
    /// `coalesce`, a run of edits of the same values (typing, dragging a slider) is one act.
    pub fn apply(
        &mut self,
        design: &mut Design,
        edit: &Edit,
        coalesce: bool,
    ) -> Result<Patch, Refusal> {
        let patch = edit::apply(design, edit)?;
        let name = edit::name(design, edit);
        patch.apply(design);
        let key = if coalesce { edit::coalesce_key(edit) } else { None };
        self.record(name, patch.clone(), key);
        Ok(patch)
    }

    /// Remembers a patch that was applied. A patch that changes nothing is no act.
    pub fn record(&mut self, name: impl Into<String>, patch: Patch, key: Option<String>) {
        if patch.is_empty() {
            return;
        }
        if matches!(self.saved, Saved::At(at) if at > self.done.len()) {
            self.saved = Saved::Unreachable;
        }
        self.undone.clear();
        let at_save = self.saved == Saved::At(self.done.len());
        match self.done.last_mut() {
            Some(last) if !at_save && key.is_some() && last.key == key => {
                last.patch.then(patch);
                if last.patch.is_empty() {
                    self.done.pop();
                }
            }
            _ => self.done.push(Entry { name: name.into(), patch, key }),
        }
    }

    /// Applies a patch as one act.
    pub fn take(&mut self, design: &mut Design, name: &str, patch: &Patch) {
        patch.apply(design);
        self.record(name, patch.clone(), None);
    }

    /// Takes in what another program did to the file, which says this now: one act. Nothing that can be reached by Undo is
    /// what the file says then.
    pub fn merge(&mut self, design: &mut Design, patch: &Patch, file: &Design) {
        patch.apply(design);
        // Nothing here changes a section that we do not know, so theirs is right.
        design.unknown.clone_from(&file.unknown);
        self.record("Merge the changes on disk", patch.clone(), None);
        self.saved = Saved::Unreachable;
    }

    /// Ends a run of edits that would become one act (the field lost the focus).
    pub fn seal(&mut self) {
        if let Some(last) = self.done.last_mut() {
            last.key = None;
        }
    }

    /// Takes back the last act. The patch that did it, if there was an act.
    pub fn undo(&mut self, design: &mut Design) -> Option<Patch> {
        let entry = self.done.pop()?;
        let patch = entry.patch.inverse();
        patch.apply(design);
        self.undone.push(Entry { key: None, ..entry });
        self.seal();
        Some(patch)
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self, design: &mut Design) -> Option<Patch> {
        let entry = self.undone.pop()?;
        let patch = entry.patch.clone();
        patch.apply(design);
        self.done.push(entry);
        Some(patch)
    }

    /// What Undo would undo.
    pub fn undo_name(&self) -> Option<&str> {
        self.done.last().map(|entry| entry.name.as_str())
    }

    /// What Redo would do again.
    pub fn redo_name(&self) -> Option<&str> {
        self.undone.last().map(|entry| entry.name.as_str())
    }

    /// The names of all acts that Undo can reach, newest first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.done.iter().rev().map(|entry| entry.name.as_str())
    }

    /// How many acts Undo can reach, and Redo.
    pub fn depths(&self) -> (usize, usize) {
        (self.done.len(), self.undone.len())
    }

    /// What the newest acts changed together.
    pub fn since(&self, acts: usize) -> Patch {
        let first = self.done.len().saturating_sub(acts);
        Patch::joined(self.done[first..].iter().map(|entry| entry.patch.clone()))
    }

    /// Whether the design differs from what was saved last.
    pub fn dirty(&self) -> bool {
        self.saved != Saved::At(self.done.len())
    }

    /// The design as it is now was saved.
    pub fn mark_saved(&mut self) {
        self.saved = Saved::At(self.done.len());
        self.seal();
    }

    /// The design as it is now is not what its file says (the file was lost or replaced).
    pub fn mark_unsaved(&mut self) {
        self.saved = Saved::Unreachable;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rect, Value, file};

    const DESIGN: &str = "format = 1\n[resource.r]\nkind = \"region\"\n[resource.app]\nkind = \"server\"\nparent = \"r\"\ntitle = \"App server\"\n";

    fn set_cpu(value: i64) -> Edit {
        let value = Value::Integer(value);
        Edit::SetAttribute { resource: "app".into(), path: vec!["cpu".into()], value }
    }

    #[test]
    fn undo_and_redo_walk_through_every_act_by_name() {
        let mut design = file::parse(DESIGN.as_bytes()).design;
        let first = design.clone();
        let mut history = History::default();
        history.apply(&mut design, &set_cpu(2), false).unwrap();
        let rename = Edit::RenameResource { from: "app".into(), to: "web".into() };
        history.apply(&mut design, &rename, false).unwrap();
        let last = design.clone();
        assert_eq!(
            history.names().collect::<Vec<_>>(),
            ["Rename app to web", "Set cpu of App server"]
        );
        history.undo(&mut design).unwrap();
        assert_eq!(history.redo_name(), Some("Rename app to web"));
        history.undo(&mut design).unwrap();
        assert_eq!(design, first);
        assert_eq!(history.undo(&mut design), None);
        history.redo(&mut design).unwrap();
        history.redo(&mut design).unwrap();
        assert_eq!(design, last);
        assert_eq!(history.redo(&mut design), None);
    }

    #[test]
    fn typing_into_one_field_is_one_act_until_sealed_or_saved() {
        let mut design = file::parse(DESIGN.as_bytes()).design;
        let mut history = History::default();
        for n in 1..5 {
            history.apply(&mut design, &set_cpu(n), true).unwrap();
        }
        assert_eq!(history.names().count(), 1);
        history.seal();
        history.apply(&mut design, &set_cpu(9), true).unwrap();
        assert_eq!(history.names().count(), 2);
        history.mark_saved();
        history.apply(&mut design, &set_cpu(10), true).unwrap();
        assert_eq!(history.names().count(), 3);
        history.undo(&mut design).unwrap();
        assert!(!history.dirty());
        assert_eq!(design.resources["app"].attributes["cpu"].as_integer(), Some(9));
        history.undo(&mut design).unwrap();
        history.undo(&mut design).unwrap();
        assert!(!design.resources["app"].attributes.contains_key("cpu"));
    }

    #[test]
    fn a_run_that_ends_where_it_began_is_no_act() {
        let mut design = file::parse(DESIGN.as_bytes()).design;
        let mut history = History::default();
        let place = |rect: Option<[i32; 4]>| Edit::SetLayout {
            view: None,
            resources: [("app".into(), rect.map(Rect::from))].into_iter().collect(),
            links: indexmap::IndexMap::default(),
            locked: indexmap::IndexMap::default(),
        };
        history.apply(&mut design, &place(Some([0, 0, 1, 1])), true).unwrap();
        history.apply(&mut design, &place(None), true).unwrap();
        assert_eq!(history.undo_name(), None);
        assert!(!history.dirty());
    }

    #[test]
    fn dirty_is_relative_to_the_saved_revision() {
        let mut design = file::parse(DESIGN.as_bytes()).design;
        let mut history = History::default();
        assert!(!history.dirty());
        history.apply(&mut design, &set_cpu(2), false).unwrap();
        assert!(history.dirty());
        history.mark_saved();
        assert!(!history.dirty());
        history.undo(&mut design).unwrap();
        assert!(history.dirty());
        history.redo(&mut design).unwrap();
        assert!(!history.dirty());
        history.undo(&mut design).unwrap();
        history.apply(&mut design, &set_cpu(3), false).unwrap();
        assert!(history.dirty());
        history.undo(&mut design).unwrap();
        assert!(history.dirty(), "the saved state is on the branch that was left");
        assert!(History::unsaved().dirty());
    }

    #[test]
    fn an_edit_that_changes_nothing_leaves_no_trace() {
        let mut design = file::parse(DESIGN.as_bytes()).design;
        let mut history = History::default();
        history.apply(&mut design, &set_cpu(2), false).unwrap();
        history.undo(&mut design).unwrap();
        let nothing = Edit::MoveToParent { ids: vec!["app".into()], parent: Some("r".into()) };
        assert!(history.apply(&mut design, &nothing, false).unwrap().is_empty());
        assert_eq!(history.redo_name(), Some("Set cpu of App server"));
    }

    #[test]
    fn what_the_newest_acts_changed_is_one_patch() {
        let mut design = file::parse(DESIGN.as_bytes()).design;
        let mut history = History::default();
        history.apply(&mut design, &set_cpu(2), false).unwrap();
        let middle = design.clone();
        for n in 3..6 {
            history.apply(&mut design, &set_cpu(n), false).unwrap();
        }
        assert_eq!(history.since(3), Patch::between(&middle, &design));
        assert_eq!(history.since(99).changes.len(), 1);
        assert!(history.since(0).is_empty());
    }
}
