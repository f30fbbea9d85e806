//! Automatic layout: of everything or of a selection as one act that can be stopped, and of what has no place yet.

use crate::{
    dto::{AppError, AppEvent},
    session::Session,
};
use gp_catalog::Catalog;
use gp_layout::arrange::{self, ArrangeInput, Go};
use gp_model::{Change, Design, Edit, Id, Patch, Rect, edit::with_contents};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Places for the shapes that have none, and for what must make room for them.
pub fn missing(design: &Design, catalog: &Catalog) -> BTreeMap<Id, Rect> {
    let all_placed = design.resources.keys().all(|id| design.layout.resources.contains_key(id));
    if all_placed {
        return BTreeMap::new();
    }
    arrange::place_new(&ArrangeInput::of(design, catalog))
}

/// The same of what a view shows (none: everything), as if there were nothing else.
pub fn missing_of(
    design: &Design,
    catalog: &Catalog,
    shown: Option<&BTreeSet<Id>>,
) -> BTreeMap<Id, Rect> {
    let Some(shown) = shown else { return missing(design, catalog) };
    let is_missing =
        |id: &&Id| design.resources.contains_key(*id) && !design.layout.resources.contains_key(*id);
    if !shown.iter().any(|id| is_missing(&id)) {
        return BTreeMap::new();
    }
    arrange::place_new(&input(design, catalog, Some(shown)))
}

fn input(design: &Design, catalog: &Catalog, shown: Option<&BTreeSet<Id>>) -> ArrangeInput {
    let mut input = ArrangeInput::of(design, catalog);
    if let Some(shown) = shown {
        input.items.retain(|id, _| shown.contains(id));
        input.lanes.retain(|id, _| shown.contains(id));
    }
    input
}

/// The resource that a change makes.
pub fn made(change: &Change) -> Option<Id> {
    match change {
        Change::Resource { id, before: None, .. } => Some(id.clone()),
        _ => None,
    }
}

/// What a patch put into another container, with what is in it.
pub fn rehomed(design: &Design, patch: &Patch) -> BTreeSet<Id> {
    let moved = patch.changes.iter().filter_map(|change| match change {
        Change::Resource { id, before: Some(before), after: Some(after) } => {
            (before.parent != after.parent).then(|| id.clone())
        }
        _ => None,
    });
    let moved: Vec<Id> = moved.collect();
    // Most edits move nothing: they need not look through the whole design for what is in it.
    if moved.is_empty() { BTreeSet::new() } else { with_contents(design, &moved) }
}

/// Lays out the design (or what is chosen of it) anew; in a view with places of its own, what that shows. Windows hear
/// how far it is, and may stop it: then nothing is done, and there is no revision.
pub fn run(session: &Session, ids: Option<&[Id]>) -> Result<Option<u32>, AppError> {
    let tell = |done, of| session.tell(&AppEvent::LayingOut { session: session.id, done, of });
    let (design, catalog, shown) = {
        let document = session.document();
        let shown = document.own_view().and(document.in_view.clone());
        (document.drawn(), Arc::clone(&document.kinds.catalog), shown)
    };
    let made = session.layout.watched(tell, |go| edit(&design, &catalog, ids, shown.as_ref(), go));
    made.map(|edit| session.edit(&edit)).transpose()
}

/// The edit that lays out the design (or what is chosen of it) anew; nothing where it was stopped.
fn edit(
    design: &Design,
    catalog: &Catalog,
    ids: Option<&[Id]>,
    shown: Option<&BTreeSet<Id>>,
    go: Go<'_>,
) -> Option<Edit> {
    let input = input(design, catalog, shown);
    let places = match ids {
        None => arrange::arrange(&input, &locked(design), go),
        Some(ids) => {
            let free = ids.iter().filter(|id| !design.layout.is_locked(id)).cloned();
            arrange::tidy(&input, &free.collect::<Vec<_>>(), go)
        }
    }?;
    // A way-point was put where the shapes stood: it means nothing for a link at a shape that moved.
    let moved =
        |id: &Id| design.layout.resources.get(id) != places.get(id) && places.contains_key(id);
    let bent = design.layout.links.keys().filter(|id| {
        ids.is_none()
            || design.links.get(*id).is_none_or(|link| moved(&link.from) || moved(&link.to))
    });
    let links = bent.map(|id| (id.clone(), None)).collect();
    // What is not shown has no place among the others: it gets one when it is shown.
    let hidden =
        design.layout.resources.keys().filter(|id| shown.is_some_and(|it| !it.contains(*id)));
    let hidden = hidden.map(|id| (id.clone(), None));
    let resources = places.into_iter().map(|(id, rect)| (id, Some(rect))).chain(hidden).collect();
    let name = match ids {
        None => "Lay out everything".to_owned(),
        Some([_]) => "Lay out 1 shape".to_owned(),
        Some(ids) => format!("Lay out {} shapes", ids.len()),
    };
    Some(Edit::Batch {
        name,
        edits: vec![Edit::SetLayout {
            view: None,
            resources,
            links,
            locked: indexmap::IndexMap::new(),
        }],
    })
}

/// What must stay, and what is around it: a container that is laid out takes everything in it along.
fn locked(design: &Design) -> BTreeSet<Id> {
    let all = design.layout.locked.iter().filter(|(_, locked)| **locked);
    all.flat_map(|(id, _)| [vec![id.clone()], design.ancestors(id)].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gp_catalog::builtin;
    use std::fmt::Write as _;

    fn shop() -> Design {
        let text = "format = 1\n[resource.a]\nkind = \"server\"\n[resource.b]\nkind = \"server\"\n\
            [resource.c]\nkind = \"server\"\n[link.ab]\nfrom = \"a\"\nto = \"b\"\n[link.bc]\nfrom = \"b\"\nto = \"c\"\n\
            [layout.resources]\na = [0, 0, 160, 56]\nb = [7, 9, 160, 56]\nc = [900, 0, 160, 56]\n\
            [layout.links]\nab = [[50, 50]]\nbc = [[500, 500]]\n";
        gp_model::file::parse(text.as_bytes()).design
    }

    fn set(edit: Edit) -> (BTreeMap<Id, Option<Rect>>, Vec<Id>) {
        let Edit::Batch { mut edits, .. } = edit else { panic!("one act") };
        let Some(Edit::SetLayout { resources, links, .. }) = edits.pop() else {
            panic!("places only")
        };
        (resources.into_iter().collect(), links.into_iter().map(|(id, _)| id).collect())
    }

    #[test]
    fn a_selection_keeps_the_way_points_of_links_that_stay() {
        let (resources, links) =
            set(edit(&shop(), builtin(), Some(&[Id::new("a")]), None, &mut |_, _| true).unwrap());
        assert_eq!(resources.keys().map(Id::as_str).collect::<Vec<_>>(), ["a"]);
        assert_eq!(links, [Id::new("ab")]);
    }

    #[test]
    fn a_layout_that_is_stopped_does_nothing() {
        let mut text = "format = 1\n".to_owned();
        for n in 0..100 {
            let _ = writeln!(text, "[resource.n{n}]\nkind = \"server\"");
        }
        let long = gp_model::file::parse(text.as_bytes()).design;
        assert_eq!(edit(&long, builtin(), None, None, &mut |_, _| false), None);
    }
}
