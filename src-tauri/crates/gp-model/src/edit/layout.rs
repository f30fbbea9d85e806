//! Where things are drawn, and what must stay there. Never topology, so nothing else follows.

use super::Refusal;
use crate::{Change, Design, Id, Layout, Patch, Point, Rect};
use indexmap::IndexMap;
use std::sync::Arc;

/// Places shapes and way-points, locks and unlocks; what it places must exist, what it un-places need not.
pub(super) fn set(
    design: &Design,
    view: Option<&Id>,
    resources: &IndexMap<Id, Option<Rect>>,
    links: &IndexMap<Id, Option<Vec<Point>>>,
    locked: &IndexMap<Id, bool>,
) -> Result<Patch, Refusal> {
    if let Some(view) = view.filter(|view| !design.views.contains_key(*view)) {
        return Err(Refusal::Missing("view", view.clone()));
    }
    let none = Layout::default();
    let layout = design.layout_of(view).unwrap_or(&none);
    let mut patch = Patch::default();
    for (id, &after) in resources {
        if after.is_some() && !design.resources.contains_key(id) {
            return Err(Refusal::Missing("resource", id.clone()));
        }
        let (view, before) = (view.cloned(), layout.resources.get(id).copied());
        patch.push(Change::ResourceLayout { view, id: id.clone(), before, after });
    }
    for (id, after) in links {
        if after.is_some() && !design.links.contains_key(id) {
            return Err(Refusal::Missing("link", id.clone()));
        }
        let (view, before) = (view.cloned(), layout.links.get(id).cloned());
        let after = after.clone().filter(|points| !points.is_empty()).map(Arc::new);
        patch.push(Change::LinkLayout { view, id: id.clone(), before, after });
    }
    for (id, &lock) in locked {
        if lock && !design.resources.contains_key(id) {
            return Err(Refusal::Missing("resource", id.clone()));
        }
        let before = design.layout.locked.get(id).copied();
        patch.push(Change::Lock { id: id.clone(), before, after: lock.then_some(true) });
    }
    Ok(patch)
}

#[cfg(test)]
mod tests {
    use crate::{Edit, edit::apply, file};

    const SHOP: &str = "format = 1\n[resource.net]\nkind = \"network\"\n[resource.app]\nkind = \"server\"\n\
        parent = \"net\"\n[layout.locked]\napp = true # stays\n";

    fn refused(edit: &str) -> Option<String> {
        let edit: Edit = serde_json::from_str(edit).unwrap();
        apply(&file::parse(SHOP.as_bytes()).design, &edit).err().map(|it| it.to_string())
    }

    #[test]
    fn what_is_locked_is_not_removed_or_moved_elsewhere_but_goes_with_its_container() {
        let locked = Some("“app” is locked: unlock it first".to_owned());
        assert_eq!(refused(r#"{"edit":"remove-resources","ids":["app"]}"#), locked);
        assert_eq!(refused(r#"{"edit":"move-to-parent","ids":["app"],"parent":null}"#), locked);
        assert_eq!(refused(r#"{"edit":"remove-resources","ids":["net"]}"#), None);
        let unlock = r#"{"edit":"set-layout","locked":{"app":false}}"#;
        let remove = r#"{"edit":"remove-resources","ids":["app"]}"#;
        let both = format!(r#"{{"edit":"batch","name":"","edits":[{unlock},{remove}]}}"#);
        assert_eq!(refused(&both), None);
    }

    #[test]
    fn a_lock_is_a_line_of_the_file_and_follows_a_new_name() {
        let file = file::parse(SHOP.as_bytes());
        let mut design = file.design;
        let rename: Edit =
            serde_json::from_str(r#"{"edit":"rename-resource","from":"app","to":"front"}"#)
                .unwrap();
        apply(&design, &rename).unwrap().apply(&mut design);
        assert!(design.layout.is_locked("front") && !design.layout.is_locked("app"));
        let text = String::from_utf8(file.file.save(&design).unwrap().bytes).unwrap();
        assert!(text.ends_with("[layout.locked]\nfront = true # stays\n"), "{text}");
        let unlock: Edit =
            serde_json::from_str(r#"{"edit":"set-layout","locked":{"front":false}}"#).unwrap();
        let patch = apply(&design, &unlock).unwrap();
        patch.apply(&mut design);
        assert!(!design.layout.is_locked("front"));
        patch.inverse().apply(&mut design);
        assert!(design.layout.is_locked("front"));
    }
}
