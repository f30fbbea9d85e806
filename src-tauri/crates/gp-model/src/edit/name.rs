//! What Undo calls an edit: "Move 3 servers into data-tier". Plain, active, short.

use super::Edit;
use crate::{Design, Id, View};

/// The edit's name, by the design before it is applied.
pub fn name(design: &Design, edit: &Edit) -> String {
    match edit {
        Edit::AddResource { id, kind, .. } => format!("Add {} {id}", words(kind)),
        Edit::RemoveResources { ids } => format!("Remove {}", things(design, ids)),
        Edit::SetAttribute { resource, path, .. } => {
            format!("Set {} of {}", path.join("."), title(design, resource))
        }
        Edit::UnsetAttribute { resource, path } => {
            format!("Clear {} of {}", path.join("."), title(design, resource))
        }
        Edit::RenameResource { from, to } => format!("Rename {from} to {to}"),
        Edit::MoveToParent { ids, parent: Some(parent) } => {
            format!("Move {} into {}", things(design, ids), title(design, parent))
        }
        Edit::MoveToParent { ids, parent: None } => {
            format!("Move {} to the top", things(design, ids))
        }
        Edit::AddLink { link, .. } => {
            format!("Link {} to {}", title(design, &link.from), title(design, &link.to))
        }
        Edit::SetLink { id, .. } => format!("Change {}", link_title(design, id)),
        Edit::RemoveLinks { ids } => match &ids[..] {
            [id] => format!("Remove {}", link_title(design, id)),
            ids => format!("Remove {} links", ids.len()),
        },
        Edit::SetIntent { id, intent } => {
            one_of("intent", id, design.intents.contains_key(id), intent.is_some())
        }
        Edit::SetEnvironment { id, environment } => {
            one_of("environment", id, design.environments.contains_key(id), environment.is_some())
        }
        Edit::SetPolicy { .. } => "Change policy".to_owned(),
        Edit::AddWaiver { waiver } => format!("Waive {}", waiver.rule),
        Edit::SetLayout { locked, resources, links, .. } if !locked.is_empty() => {
            let ids: Vec<Id> = locked.keys().cloned().collect();
            let act = match (resources.len() + links.len(), locked.values().all(|lock| *lock)) {
                (0, true) => "Lock",
                (0, false) => "Unlock",
                _ => "Place",
            };
            format!("{act} {}", things(design, &ids))
        }
        Edit::SetLayout { view: Some(view), resources, links, locked } => {
            let (resources, links, locked) = (resources.clone(), links.clone(), locked.clone());
            let placed = Edit::SetLayout { view: None, resources, links, locked };
            in_view(design, &name(design, &placed), view)
        }
        Edit::SetLayout { resources, links, .. } => {
            let ids: Vec<Id> = resources.keys().cloned().collect();
            match (ids.len(), links.len(), links.keys().next()) {
                (0, 1, Some(link)) => format!("Route {}", link_title(design, link)),
                (0, n, _) => format!("Route {n} links"),
                _ => format!("Place {}", things(design, &ids)),
            }
        }
        Edit::SetView { id, view } => of_view(design, id, view.as_ref()),
        Edit::SetOwnPlaces { view, own: true } => {
            format!("Give view {} places of its own", view_title(design, view))
        }
        Edit::SetOwnPlaces { view, .. } => {
            format!("Draw view {} as the design is", view_title(design, view))
        }
        Edit::SetName { name } => format!("Name the design “{name}”"),
        Edit::Batch { name, edits } if !name.is_empty() => match only_places_in(edits) {
            Some(view) => in_view(design, name, view),
            None => name.clone(),
        },
        Edit::Batch { edits, .. } => match &edits[..] {
            [one] => self::name(design, one),
            edits => format!("{} changes", edits.len()),
        },
    }
}

/// Edits with the same key change the same values, so that a run of them can be one act.
pub fn coalesce_key(edit: &Edit) -> Option<String> {
    match edit {
        Edit::SetAttribute { resource, path, .. } => {
            Some(format!("set\u{1f}{resource}\u{1f}{}", path.join("\u{1f}")))
        }
        Edit::SetLink { id, set } => {
            let fields = [
                set.from.is_some(),
                set.to.is_some(),
                set.kind.is_some(),
                set.allow.is_some(),
                set.access.is_some(),
                set.traffic.is_some(),
                set.note.is_some(),
            ];
            let keys: Vec<&String> = set.attributes.keys().collect();
            Some(format!("link\u{1f}{id}\u{1f}{fields:?}{keys:?}"))
        }
        Edit::SetLayout { view, resources, links, locked } if locked.is_empty() => {
            Some(format!("layout\u{1f}{view:?}{:?}{:?}", resources.keys(), links.keys()))
        }
        Edit::SetName { .. } => Some("name".to_owned()),
        _ => None,
    }
}

/// An act that shows only in this view says so: whoever takes it back may look at another.
fn in_view(design: &Design, name: &str, view: &Id) -> String {
    format!("{name} in view {}", view_title(design, view))
}

fn of_view(design: &Design, id: &Id, after: Option<&View>) -> String {
    match (design.views.contains_key(id), after) {
        (false, after) => {
            format!("Keep view {}", after.map_or(id.to_string(), |it| shortened(it.title_or(id))))
        }
        (true, Some(_)) => format!("Change view {}", view_title(design, id)),
        (true, None) => format!("Remove view {}", view_title(design, id)),
    }
}

fn view_title(design: &Design, id: &Id) -> String {
    design.views.get(id).map_or_else(|| id.to_string(), |it| shortened(it.title_or(id)))
}

/// The view whose places are all that these edits set.
fn only_places_in(edits: &[Edit]) -> Option<&Id> {
    let mut views = edits.iter().map(|edit| match edit {
        Edit::SetLayout { view, .. } => view.as_ref(),
        Edit::Batch { edits, .. } => only_places_in(edits),
        _ => None,
    });
    let first = views.next()??;
    views.all(|view| view == Some(first)).then_some(first)
}

fn one_of(what: &str, id: &Id, existed: bool, exists: bool) -> String {
    let act = match (existed, exists) {
        (false, _) => "Add",
        (true, true) => "Change",
        (true, false) => "Remove",
    };
    format!("{act} {what} {id}")
}

fn title(design: &Design, id: &Id) -> String {
    design.resources.get(id).map_or_else(|| id.to_string(), |it| shortened(it.title_or(id)))
}

fn link_title(design: &Design, id: &Id) -> String {
    match design.links.get(id) {
        Some(link) => format!("link {} → {}", title(design, &link.from), title(design, &link.to)),
        None => format!("link {id}"),
    }
}

/// A title on one line of a menu.
fn shortened(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= 40 {
        return line;
    }
    line.chars().take(39).chain(['…']).collect()
}

/// "App server", "3 servers", "5 resources".
fn things(design: &Design, ids: &[Id]) -> String {
    if let [id] = ids {
        return title(design, id);
    }
    let mut kinds = ids.iter().filter_map(|id| design.resources.get(id)).map(|it| &it.kind);
    let first = kinds.next();
    match first {
        Some(kind) if kinds.all(|other| other == kind) => {
            format!("{} {}", ids.len(), plural(&words(kind)))
        }
        _ => format!("{} resources", ids.len()),
    }
}

/// A kind as words: `load-balancer` → "load balancer".
fn words(kind: &str) -> String {
    if kind.is_empty() { "resource".to_owned() } else { kind.replace('-', " ") }
}

fn plural(words: &str) -> String {
    match words {
        _ if words.ends_with('s') || words.ends_with('x') => format!("{words}es"),
        _ if words.ends_with('y') && !words.ends_with("ay") => {
            format!("{}ies", &words[..words.len() - 1])
        }
        _ => format!("{words}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file;

    const DESIGN: &str = r#"
        resource.data-tier.kind = "subnet"
        resource.app = { kind = "server", title = "App server" }
        resource.web.kind = "server"
        resource.api.kind = "server"
        resource.door.kind = "gateway"
        resource.pol.kind = "policy"
        resource.pol2.kind = "policy"
        view.v.title = "Mine"
        link.app-web = { from = "app", to = "web" }
        intent.x = { expect = "only", from = "app", to = "web" }
    "#;

    #[test]
    fn edits_are_named_as_a_person_would() {
        let design = file::parse(DESIGN.as_bytes()).design;
        for (edit, expected) in [
            (
                r#"{"edit":"move-to-parent","ids":["app","web","api"],"parent":"data-tier"}"#,
                "Move 3 servers into data-tier",
            ),
            (
                r#"{"edit":"move-to-parent","ids":["app"],"parent":null}"#,
                "Move App server to the top",
            ),
            (
                r#"{"edit":"set-attribute","resource":"app","path":["cpu"],"value":4}"#,
                "Set cpu of App server",
            ),
            (
                r#"{"edit":"unset-attribute","resource":"app","path":["on","aws","x"]}"#,
                "Clear on.aws.x of App server",
            ),
            (r#"{"edit":"add-resource","id":"app-2","kind":"server"}"#, "Add server app-2"),
            (r#"{"edit":"add-resource","id":"lb","kind":"load-balancer"}"#, "Add load balancer lb"),
            (r#"{"edit":"remove-resources","ids":["app","door"]}"#, "Remove 2 resources"),
            (r#"{"edit":"remove-resources","ids":["pol","pol2"]}"#, "Remove 2 policies"),
            (r#"{"edit":"rename-resource","from":"app","to":"shop"}"#, "Rename app to shop"),
            (
                r#"{"edit":"add-link","id":"l","link":{"from":"app","to":"web"}}"#,
                "Link App server to web",
            ),
            (r#"{"edit":"remove-links","ids":["app-web"]}"#, "Remove link App server → web"),
            (r#"{"edit":"set-link","id":"app-web","note":"x"}"#, "Change link App server → web"),
            (r#"{"edit":"set-intent","id":"x","intent":null}"#, "Remove intent x"),
            (
                r#"{"edit":"set-environment","id":"test","environment":{"provider":"lab"}}"#,
                "Add environment test",
            ),
            (
                r#"{"edit":"set-layout","resources":{"app":[0,0,1,1],"web":null}}"#,
                "Place 2 servers",
            ),
            (r#"{"edit":"set-layout","links":{"app-web":[[1,2]]}}"#, "Route link App server → web"),
            (r#"{"edit":"set-layout","locked":{"app":true}}"#, "Lock App server"),
            (r#"{"edit":"set-layout","locked":{"app":false,"web":false}}"#, "Unlock 2 servers"),
            (
                r#"{"edit":"set-layout","view":"v","resources":{"app":[0,0,1,1]}}"#,
                "Place App server in view Mine",
            ),
            (
                r#"{"edit":"batch","name":"Move app","edits":[{"edit":"set-layout","view":"v"}]}"#,
                "Move app in view Mine",
            ),
            (r#"{"edit":"set-view","id":"v","view":{"title":"Ours"}}"#, "Change view Mine"),
            (r#"{"edit":"set-view","id":"w","view":{"title":"New"}}"#, "Keep view New"),
            (r#"{"edit":"add-waiver","waiver":{"rule":"r"}}"#, "Waive r"),
            (r#"{"edit":"batch","name":"Paste","edits":[]}"#, "Paste"),
        ] {
            let edit: Edit = serde_json::from_str(edit).unwrap();
            assert_eq!(name(&design, &edit), expected);
        }
    }
}
