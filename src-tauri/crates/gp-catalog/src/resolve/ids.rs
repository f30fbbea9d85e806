//! Ids that are not what ids are: lower-case words joined by dashes. Whatever an
//! id is, nothing that is named after it leaves its folder.

use gp_model::{Design, Diagnostic, Edit, Id, Intent, Link, Place};
use imbl::OrdSet;
use indexmap::IndexMap;

const RULE: &str = "malformed-id";

/// Something whose id is none. Kept from edit to edit; what is said of it follows from the design as it is, for the
/// better id and the way-points that it takes along change without it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Odd {
    Resource(Id),
    Link(Id),
    Intent(Id),
}

/// Keeps whether an id is one of those.
pub(super) fn note(all: &mut OrdSet<Odd>, section: fn(Id) -> Odd, id: &Id) {
    if !id.is_well_formed() {
        all.insert(section(id.clone()));
    }
}

/// What is to be said of those that are still there.
pub(super) fn findings<'a>(
    design: &'a Design,
    all: &'a OrdSet<Odd>,
) -> impl Iterator<Item = Diagnostic> + 'a {
    all.iter().filter_map(|odd| match odd {
        Odd::Resource(id) => design.resources.get(id).and_then(|_| resource(design, id)),
        Odd::Link(id) => design.links.get(id).and_then(|one| link(design, id, one)),
        Odd::Intent(id) => design.intents.get(id).and_then(|one| intent(design, id, one)),
    })
}

/// Of a resource: everything that names it follows.
fn resource(design: &Design, id: &Id) -> Option<Diagnostic> {
    let said = said(id, "", Place::resource(id))?;
    let Some(better) = better(id, |id| design.resources.contains_key(id)) else {
        return Some(said);
    };
    let rename = Edit::RenameResource { from: id.clone(), to: better.clone() };
    Some(said.fixed_by(format!("Rename it to “{better}”"), rename))
}

/// Of a link, which takes its way-points along.
fn link(design: &Design, id: &Id, link: &Link) -> Option<Diagnostic> {
    let said = said(id, " of a link", Place::link(id))?;
    let Some(better) = better(id, |id| design.links.contains_key(id)) else { return Some(said) };
    let ends = [&link.from, &link.to];
    if !ends.iter().all(|end| design.resources.contains_key(*end)) {
        return Some(said);
    }
    let mut edits = vec![
        Edit::AddLink { id: better.clone(), link: link.clone() },
        Edit::RemoveLinks { ids: vec![id.clone()] },
    ];
    let own = design.layouts.iter().map(|(view, layout)| (Some(view.clone()), layout));
    for (view, layout) in own.chain([(None, &design.layout)]) {
        let Some(points) = layout.links.get(id) else { continue };
        edits.push(Edit::SetLayout {
            view,
            resources: IndexMap::new(),
            links: IndexMap::from([(better.clone(), Some(points.to_vec()))]),
            locked: IndexMap::new(),
        });
    }
    let rename = Edit::Batch { name: format!("Rename {id} to {better}"), edits };
    Some(said.fixed_by(format!("Rename it to “{better}”"), rename))
}

/// Of an intent.
fn intent(design: &Design, id: &Id, intent: &Intent) -> Option<Diagnostic> {
    let said = said(id, " of an intent", Place::Intent { id: id.clone() })?;
    let Some(better) = better(id, |id| design.intents.contains_key(id)) else { return Some(said) };
    let edits = vec![
        Edit::SetIntent { id: id.clone(), intent: None },
        Edit::SetIntent { id: better.clone(), intent: Some(intent.clone()) },
    ];
    let rename = Edit::Batch { name: format!("Rename {id} to {better}"), edits };
    Some(said.fixed_by(format!("Rename it to “{better}”"), rename))
}

/// Of environments and views, and names of variables. What is deployed is known by its environment's id, so that
/// renaming one is for the user to decide.
pub(super) fn others(design: &Design) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, environment) in &design.environments {
        let place = |attribute| Place::Environment { id: id.clone(), attribute };
        found.extend(said(id, " of an environment", place(None)));
        for name in environment.variables.keys().filter(|name| !is_variable(name)) {
            let text = format!(
                "“{}” is no good name of a variable: use letters, digits, dashes and underscores",
                name.escape_debug()
            );
            let place = place(Some(format!("variables.{name}")));
            found.push(Diagnostic::warning(RULE, place, text));
        }
    }
    found.extend(design.views.keys().filter_map(|id| said(id, " of a view", Place::Design)));
    found
}

/// As `${var.NAME}` can be read by people: `db-size`, `db_size`.
fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn said(id: &Id, of: &str, place: Place) -> Option<Diagnostic> {
    if id.is_well_formed() {
        return None;
    }
    let text = format!(
        "“{}” is no good id{of}: use lower-case letters, digits and single dashes",
        id.escape_debug()
    );
    Some(Diagnostic::warning(RULE, place, text))
}

/// The same words as they should be joined, where some are left and nothing has that id.
fn better(id: &Id, taken: impl Fn(&str) -> bool) -> Option<Id> {
    let letters: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let words: Vec<&str> = letters.split('-').filter(|word| !word.is_empty()).collect();
    let better = Id::new(words.join("-"));
    if !better.is_well_formed() {
        return None;
    }
    let numbered = (2..).map(|number| Id::new(format!("{better}-{number}")));
    let mut all = std::iter::once(better.clone()).chain(numbered);
    all.find(|id| !taken(id))
}
