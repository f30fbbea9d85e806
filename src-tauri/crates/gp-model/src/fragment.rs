//! Copy and paste: a piece of a design as text of a design file, and back. Decides ids and places;
//! what the catalog allows where is not its business.

use crate::{
    Design, Edit, Id, Layout, Link, Point, Rect, Table, Value,
    edit::{Reference, free_id::free_among, references::renamed_knowing, resource::with_contents},
    file,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

/// Why a text cannot be pasted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPasted {
    /// It is no piece of a design file.
    #[error(
        "the clipboard holds no piece of a design: copy resources, text of a design file, or a table with a column “kind”"
    )]
    NoDesign,
    /// The container does not exist.
    #[error("there is no resource “{0}” to paste into")]
    NoParent(Id),
}

/// The resources with all they contain, the links that touch them, intents among them, and their
/// places, as a piece of a design file.
pub fn copy(design: &Design, ids: &[Id]) -> String {
    let all = with_contents(design, ids);
    let mut piece = Design::default();
    for id in &all {
        let Some(resource) = design.resources.get(id) else { continue };
        let mut resource = Arc::clone(resource);
        if resource.parent.as_ref().is_some_and(|parent| !all.contains(parent)) {
            Arc::make_mut(&mut resource).parent = None;
        }
        piece.resources.insert(id.clone(), resource);
        if let Some(rect) = design.layout.resources.get(id) {
            piece.layout.resources.insert(id.clone(), *rect);
        }
    }
    let touches = |link: &Link| all.contains(&link.from) || all.contains(&link.to);
    for (id, link) in design.links.iter().filter(|(_, link)| touches(link)) {
        piece.links.insert(id.clone(), Arc::clone(link));
        if let Some(points) = design.layout.links.get(id) {
            piece.layout.links.insert(id.clone(), Arc::clone(points));
        }
    }
    for (id, intent) in &design.intents {
        if all.contains(&intent.from) && all.contains(&intent.to) {
            piece.intents.insert(id.clone(), Arc::clone(intent));
        }
    }
    file::piece(&piece)
}

/// The edit that pastes a piece into `parent`, its top left corner at `at`, and the ids that the
/// pasted resources get. References inside the piece stay inside; an id that is taken gets a new
/// one. With `outer_links`, links to things that are not in the piece but in the design are kept. `own` are
/// the places in kinds of a user's own that name resources.
pub fn paste(
    design: &Design,
    text: &str,
    parent: Option<&Id>,
    at: Point,
    outer_links: bool,
    own: &[Reference],
) -> Result<(Edit, Vec<Id>), NotPasted> {
    let opened = file::parse(text.as_bytes());
    let piece = opened.design;
    if opened.read_only.is_some() || piece.resources.is_empty() {
        return Err(NotPasted::NoDesign);
    }
    if let Some(parent) = parent.filter(|parent| !design.resources.contains_key(*parent)) {
        return Err(NotPasted::NoParent(parent.clone()));
    }
    let new_ids = new_ids(design, &piece);
    let order = parents_first(&piece);
    let titles = Titles::of(design);
    let offset = offset(&piece.layout, at);
    let mut paste = Paste { design, piece: &piece, new_ids: &new_ids, offset, titles, own };
    let mut edits: Vec<Edit> = order
        .iter()
        .map(|(id, root)| paste.resource(id, if *root { parent } else { None }, *root))
        .collect();
    edits.extend(paste.links(outer_links));
    edits.extend(paste.intents());
    let name = match &order[..] {
        [(id, _)] => format!("Paste {}", piece.resources[id].title_or(id)),
        all => format!("Paste {} resources", all.len()),
    };
    let ids = order.iter().map(|(id, _)| new_ids[id].clone()).collect();
    Ok((Edit::Batch { name, edits }, ids))
}

struct Paste<'a> {
    design: &'a Design,
    piece: &'a Design,
    new_ids: &'a HashMap<Id, Id>,
    offset: Point,
    titles: Titles,
    own: &'a [Reference],
}

impl Paste<'_> {
    fn new_id(&self, id: &str) -> Option<Id> {
        self.new_ids.get(id).cloned()
    }

    fn resource(&mut self, id: &Id, parent: Option<&Id>, root: bool) -> Edit {
        let old = &self.piece.resources[id];
        let new = self.new_ids[id].clone();
        let mut attributes: Table = file::tree::resource(old);
        for key in ["kind", "parent"] {
            attributes.shift_remove(key);
        }
        if new != *id {
            // A copy is a new thing: only the original was ever called otherwise.
            attributes.shift_remove("was");
        }
        if let Some(title) = attributes.get("title").and_then(Value::as_str) {
            let free = self.titles.take(title);
            attributes.insert("title".to_owned(), Value::String(free));
        }
        if let Some(table) =
            renamed_knowing(&old.kind, &attributes, self.own, &|id| self.new_id(id))
        {
            attributes = table;
        }
        let parent =
            if root { parent.cloned() } else { old.parent.as_ref().and_then(|id| self.new_id(id)) };
        let at = self.piece.layout.resources.get(id).map(|rect| self.moved(*rect));
        Edit::AddResource { id: new, kind: old.kind.clone(), parent, attributes, at }
    }

    fn links(&self, outer: bool) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut taken: HashSet<Id> = HashSet::new();
        let mut places = indexmap::IndexMap::new();
        for (id, link) in &self.piece.links {
            let inner =
                self.new_ids.contains_key(&link.from) && self.new_ids.contains_key(&link.to);
            let end = |id: &Id| {
                self.new_id(id).or_else(|| {
                    (outer && self.design.resources.contains_key(id)).then(|| id.clone())
                })
            };
            let (Some(from), Some(to)) = (end(&link.from), end(&link.to)) else { continue };
            let is_taken = |id: &str| self.design.links.contains_key(id) || taken.contains(id);
            let new = if is_taken(id) {
                free_among(&format!("{from}-{to}"), is_taken)
            } else {
                id.clone()
            };
            taken.insert(new.clone());
            if let Some(points) = self.piece.layout.links.get(id).filter(|_| inner) {
                let moved = points.iter().map(|p| self.moved_point(*p)).collect();
                places.insert(new.clone(), Some(moved));
            }
            edits.push(Edit::AddLink { id: new, link: Link { from, to, ..Link::clone(link) } });
        }
        if !places.is_empty() {
            edits.push(Edit::SetLayout {
                view: None,
                resources: indexmap::IndexMap::new(),
                links: places,
                locked: indexmap::IndexMap::new(),
            });
        }
        edits
    }

    fn intents(&self) -> Vec<Edit> {
        let mut taken: HashSet<Id> = HashSet::new();
        let mut edits = Vec::new();
        for (id, intent) in &self.piece.intents {
            let (Some(from), Some(to)) = (self.new_id(&intent.from), self.new_id(&intent.to))
            else {
                continue;
            };
            let is_taken = |id: &str| self.design.intents.contains_key(id) || taken.contains(id);
            let new = if is_taken(id) { free_among(id, is_taken) } else { id.clone() };
            taken.insert(new.clone());
            let intent = crate::Intent { from, to, ..crate::Intent::clone(intent) };
            edits.push(Edit::SetIntent { id: new, intent: Some(intent) });
        }
        edits
    }

    fn moved(&self, rect: Rect) -> Rect {
        Rect {
            x: rect.x.saturating_add(self.offset.x),
            y: rect.y.saturating_add(self.offset.y),
            ..rect
        }
    }

    fn moved_point(&self, point: Point) -> Point {
        Point { x: point.x.saturating_add(self.offset.x), y: point.y.saturating_add(self.offset.y) }
    }
}

/// Titles that are taken: "Server", then "Server 2", "Server 3".
#[derive(Debug, Default)]
pub struct Titles {
    taken: HashSet<String>,
    /// For each stem the number that was given last.
    last: HashMap<String, u64>,
}

impl Titles {
    /// Those of the design.
    pub fn of(design: &Design) -> Self {
        let taken = design.resources.values().filter_map(|it| it.title.clone()).collect();
        Self { taken, last: HashMap::new() }
    }

    /// The title, or the next of its numbers that is free; it is taken from now on.
    pub fn take(&mut self, title: &str) -> String {
        if self.taken.insert(title.to_owned()) {
            return title.to_owned();
        }
        let is_number = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
        let (stem, number) = match title.rsplit_once(' ') {
            Some((stem, number)) if is_number(number) => (stem, number.parse().unwrap_or(1)),
            _ => (title, 1),
        };
        let last = self.last.entry(stem.to_owned()).or_insert(number);
        *last = number.max(*last);
        loop {
            *last = last.saturating_add(1);
            let free = format!("{stem} {last}");
            if self.taken.insert(free.clone()) {
                return free;
            }
        }
    }
}

/// From the top left corner of what is drawn to `at`.
fn offset(layout: &Layout, at: Point) -> Point {
    let left = layout.resources.values().map(|rect| rect.x).min();
    let top = layout.resources.values().map(|rect| rect.y).min();
    Point {
        x: at.x.saturating_sub(left.unwrap_or(at.x)),
        y: at.y.saturating_sub(top.unwrap_or(at.y)),
    }
}

/// The ids that the pasted resources get: their own where it is free, else one near it.
fn new_ids(design: &Design, piece: &Design) -> HashMap<Id, Id> {
    let mut taken: BTreeSet<Id> =
        piece.resources.keys().filter(|id| !design.resources.contains_key(*id)).cloned().collect();
    let mut ids = HashMap::new();
    for id in piece.resources.keys() {
        let new = if design.resources.contains_key(id) {
            free_among(id, |id| design.resources.contains_key(id) || taken.contains(id))
        } else {
            id.clone()
        };
        taken.insert(new.clone());
        ids.insert(id.clone(), new);
    }
    ids
}

/// The resources of a piece, containers before what they hold, with whether each is at its top.
/// A cycle of parents is cut where it is entered.
fn parents_first(piece: &Design) -> Vec<(Id, bool)> {
    let mut inside: HashMap<&Id, Vec<&Id>> = HashMap::new();
    let mut roots = Vec::new();
    for (id, resource) in &piece.resources {
        match resource.parent.as_ref().filter(|parent| piece.resources.contains_key(*parent)) {
            Some(parent) => inside.entry(parent).or_default().push(id),
            None => roots.push(id),
        }
    }
    let mut order = Vec::new();
    let mut seen = HashSet::new();
    for start in roots.into_iter().chain(piece.resources.keys()) {
        let mut open = vec![(start, true)];
        while let Some((id, root)) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            order.push((id.clone(), root));
            open.extend(inside.get(id).into_iter().flatten().rev().map(|id| (*id, false)));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    const SHOP: &str = include_str!("../../../../templates/three-tier-web-shop/design.gplan");

    fn check_paste(
        target: &Design,
        text: &str,
        parent: Option<&str>,
        outer: bool,
    ) -> (Design, Vec<Id>) {
        let parent = parent.map(Id::from);
        let (edit, ids) =
            paste(target, text, parent.as_ref(), Point { x: 1000, y: 2000 }, outer, &[]).unwrap();
        let mut design = target.clone();
        apply(&design, &edit).unwrap().apply(&mut design);
        (design, ids)
    }

    #[test]
    fn a_copied_piece_is_text_of_a_design_file() {
        let shop = file::parse(SHOP.as_bytes()).design;
        insta::assert_snapshot!(copy(&shop, &["app-tier".into(), "images-door".into()]));
    }

    #[test]
    fn pasting_beside_the_original_renames_and_keeps_inner_references() {
        let shop = file::parse(SHOP.as_bytes()).design;
        let text = copy(&shop, &["images".into(), "images-door".into(), "app-tier".into()]);
        let (design, ids) = check_paste(&shop, &text, Some("shop"), false);
        let ids: BTreeSet<&str> = ids.iter().map(Id::as_str).collect();
        assert_eq!(ids, BTreeSet::from(["app-2", "app-tier-2", "images-2", "images-door-2"]));
        assert_eq!(
            design.resources["images-door-2"].attributes["target"].as_str(),
            Some("images-2")
        );
        assert_eq!(design.resources["app-2"].parent.as_deref(), Some("app-tier-2"));
        assert_eq!(design.resources["app-2"].title.as_deref(), Some("App server 2"));
        assert_eq!(design.resources["app-tier-2"].parent.as_deref(), Some("shop"));
        let links: Vec<_> =
            design.links.iter().filter(|(id, _)| !shop.links.contains_key(*id)).collect();
        assert_eq!(links.len(), 1, "{links:?}");
        assert_eq!((&*links[0].1.from, &*links[0].1.to), ("app-2", "images-2"));
        let old = shop.layout.resources["app-tier"];
        assert_eq!(
            design.layout.resources["app-tier-2"],
            Rect { x: 1000, y: 2000 + old.y - shop.layout.resources["images-door"].y, ..old }
        );
    }

    #[test]
    fn outer_links_are_kept_when_asked() {
        let shop = file::parse(SHOP.as_bytes()).design;
        let text = copy(&shop, &["app".into()]);
        let (design, _) = check_paste(&shop, &text, Some("app-tier"), true);
        let ends: BTreeSet<(&str, &str)> = design
            .links
            .iter()
            .filter(|(id, _)| !shop.links.contains_key(*id))
            .map(|(_, link)| (&*link.from, &*link.to))
            .collect();
        assert_eq!(
            ends,
            BTreeSet::from([
                ("app-2", "images"),
                ("app-2", "orders"),
                ("entry", "app-2"),
                ("scratch", "app-2")
            ])
        );
    }

    #[test]
    fn a_piece_keeps_its_ids_in_another_design() {
        let shop = file::parse(SHOP.as_bytes()).design;
        let (design, ids) =
            check_paste(&Design::default(), &copy(&shop, &["frankfurt".into()]), None, true);
        assert_eq!(ids.len(), 12);
        assert_eq!(ids[0], "frankfurt");
        assert_eq!(design.intents.len(), 1, "only the intent among pasted things");
        for (id, resource) in &design.resources {
            assert_eq!(**resource, *shop.resources[id]);
        }
    }

    #[test]
    fn a_colliding_name_inside_the_piece_is_not_taken_twice() {
        let target = file::parse(b"[resource.app]\nkind = \"server\"").design;
        let text = "[resource.app]\nkind = \"a\"\n[resource.app-2]\nkind = \"b\"\nparent = \"app\"\nnote = \"${app.ip} ${app-2.ip}\"\n";
        let (design, ids) = check_paste(&target, text, None, false);
        assert_eq!(ids, ["app-3", "app-2"]);
        assert_eq!(
            design.resources["app-2"].attributes["note"].as_str(),
            Some("${app-3.ip} ${app-2.ip}")
        );
    }

    #[test]
    fn what_is_no_piece_of_a_design_is_refused() {
        let design = Design::default();
        for text in ["", "hello world", "x = 1", "[resource.a\nkind", "\u{0}"] {
            assert_eq!(
                paste(&design, text, None, Point::default(), true, &[]),
                Err(NotPasted::NoDesign)
            );
        }
        let missing = paste(
            &design,
            "[resource.a]\nkind = \"x\"",
            Some(&"no".into()),
            Point::default(),
            true,
            &[],
        );
        assert_eq!(missing, Err(NotPasted::NoParent("no".into())));
    }

    #[test]
    fn a_cycle_of_parents_can_be_pasted() {
        let text = "[resource.a]\nkind = \"x\"\nparent = \"b\"\n[resource.b]\nkind = \"x\"\nparent = \"a\"\n";
        let (design, ids) = check_paste(&Design::default(), text, None, true);
        assert_eq!(ids.len(), 2);
        assert_eq!(design.resources["a"].parent, None);
        assert_eq!(design.resources["b"].parent.as_deref(), Some("a"));
    }
}
