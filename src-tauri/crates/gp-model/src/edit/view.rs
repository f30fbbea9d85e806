//! Views: made, changed, removed, given places of their own; and what an edit is in a view that has them.

use super::{Edit, Refusal};
use crate::{Change, Design, Id, Patch, Point, Rect, View};
use indexmap::IndexMap;
use std::sync::Arc;

/// Puts a view in place, or removes it with its places.
pub(super) fn set(design: &Design, id: &Id, view: Option<&View>) -> Result<Patch, Refusal> {
    let before = design.views.get(id).cloned();
    if before.is_none() && view.is_none() {
        return Err(Refusal::Missing("view", id.clone()));
    }
    if id.is_empty() {
        return Err(Refusal::Path("an empty id".to_owned()));
    }
    let mut patch = Patch::of(Change::View {
        id: id.clone(),
        before,
        after: view.map(|view| Arc::new(view.clone())),
    });
    if view.is_none() {
        patch.push_places(Some(id), design.layouts.get(id), None);
    }
    Ok(patch)
}

/// Gives a view places of its own, which are those of the drawing at first; or takes them away.
pub(super) fn set_own_places(design: &Design, id: &Id, own: bool) -> Result<Patch, Refusal> {
    if !design.views.contains_key(id) {
        return Err(Refusal::Missing("view", id.clone()));
    }
    let mut patch = Patch::default();
    let now = design.layouts.get(id);
    if own != now.is_some() {
        patch.push_places(Some(id), now, own.then_some(&design.layout));
    }
    Ok(patch)
}

impl Edit {
    /// The same act of somebody who looks at a view with places of its own: what it places, it places there.
    #[must_use]
    pub fn in_view(self, view: &Id) -> Self {
        match self {
            Self::SetLayout { view: None, resources, links, locked } if locked.is_empty() => {
                placed(view, resources, links)
            }
            // What is locked is locked everywhere.
            Self::SetLayout { view: None, resources, links, locked } => Self::Batch {
                name: String::new(),
                edits: vec![
                    placed(view, resources, links),
                    Self::SetLayout {
                        view: None,
                        resources: IndexMap::new(),
                        links: IndexMap::new(),
                        locked,
                    },
                ],
            },
            Self::AddResource { id, kind, parent, attributes, at: Some(at) } => {
                let place = placed(view, IndexMap::from([(id.clone(), Some(at))]), IndexMap::new());
                let add = Self::AddResource { id, kind, parent, attributes, at: None };
                Self::Batch { name: String::new(), edits: vec![add, place] }
            }
            Self::Batch { name, edits } => {
                Self::Batch { name, edits: edits.into_iter().map(|it| it.in_view(view)).collect() }
            }
            other => other,
        }
    }
}

fn placed(
    view: &Id,
    resources: IndexMap<Id, Option<Rect>>,
    links: IndexMap<Id, Option<Vec<Point>>>,
) -> Edit {
    Edit::SetLayout { view: Some(view.clone()), resources, links, locked: IndexMap::new() }
}

#[cfg(test)]
mod tests {
    use crate::{Edit, Id, Rect, edit, file, history::History};

    const SHOP: &str = "format = 1\n[resource.net]\nkind = \"network\"\n[resource.app]\nkind = \"server\"\nparent = \"net\"\n\n\
        # what the auditor sees\n[view.audit]\ntitle = \"Audit\" # short\nfocus = \"app\"\n\n\
        [layout.resources]\nnet = [0, 0, 400, 300]\napp = [50, 50, 160, 56] # middle\n";

    fn edit(text: &str) -> Edit {
        serde_json::from_str(text).unwrap()
    }

    /// What the file says after these acts, from the views on.
    fn saved(acts: &[&str]) -> String {
        let opened = file::parse(SHOP.as_bytes());
        let mut design = opened.design;
        for act in acts {
            edit::apply(&design, &edit(act)).unwrap().apply(&mut design);
        }
        let text = String::from_utf8(opened.file.save(&design).unwrap().bytes).unwrap();
        text[text.find("# what the auditor").unwrap_or(0)..].to_owned()
    }

    const OWN: &str = r#"{"edit":"set-own-places","view":"audit","own":true}"#;
    const MOVE: &str =
        r#"{"edit":"set-layout","view":"audit","resources":{"app":[900,50,160,56]}}"#;

    #[test]
    fn a_view_with_places_of_its_own_has_them_in_the_file_and_leaves_the_drawing_alone() {
        assert_eq!(
            saved(&[OWN, MOVE]),
            "# what the auditor sees\n[view.audit]\ntitle = \"Audit\" # short\nfocus = \"app\"\n\n\
             [view.audit.resources]\napp = [900, 50, 160, 56]\nnet = [0, 0, 400, 300]\n\n\
             [layout.resources]\nnet = [0, 0, 400, 300]\napp = [50, 50, 160, 56] # middle\n"
        );
        let without = r#"{"edit":"set-own-places","view":"audit","own":false}"#;
        assert_eq!(saved(&[OWN, MOVE, without]), saved(&[]));
    }

    #[test]
    fn what_goes_or_is_renamed_does_so_in_every_view() {
        let text = saved(&[OWN, r#"{"edit":"rename-resource","from":"app","to":"front"}"#]);
        assert!(text.contains("focus = \"front\"") && !text.contains("app ="), "{text}");
        assert_eq!(text.matches("front = [50, 50, 160, 56]").count(), 2, "{text}");
        let text = saved(&[OWN, r#"{"edit":"remove-resources","ids":["app"]}"#]);
        assert_eq!(text.matches("app =").count(), 0, "{text}");
        let text = saved(&[OWN, r#"{"edit":"set-view","id":"audit","view":null}"#]);
        assert!(!text.contains("view"), "{text}");
    }

    #[test]
    fn what_is_placed_in_a_view_is_placed_there_only() {
        let mut design = file::parse(SHOP.as_bytes()).design;
        let view = Id::new("audit");
        let mut history = History::default();
        history.apply(&mut design, &edit(OWN), false).unwrap();
        let act = edit(
            r#"{"edit":"batch","name":"Add","edits":[
                {"edit":"add-resource","id":"db","kind":"database","parent":"net","at":[1,2,3,4]},
                {"edit":"set-layout","resources":{"app":[7,7,7,7]},"locked":{"app":true}}]}"#,
        );
        let before = design.clone();
        history.apply(&mut design, &act.in_view(&view), false).unwrap();
        let at = |id: &str| design.in_view(Some(&view)).layout.resources.get(id).copied();
        assert_eq!(at("db"), Some(Rect::from([1, 2, 3, 4])));
        assert_eq!(at("app"), Some(Rect::from([7, 7, 7, 7])));
        assert_eq!(design.layout.resources, before.layout.resources, "the drawing is as it was");
        assert!(design.layout.is_locked("app"), "what is locked is locked everywhere");
        assert_eq!(history.undo_name(), Some("Add"));
        history.undo(&mut design);
        assert_eq!(design, before);
        assert!(edit::apply(&before, &edit(&MOVE.replace("audit", "none"))).is_err());
    }
}
