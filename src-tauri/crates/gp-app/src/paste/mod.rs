//! What a text on the clipboard comes to: a piece of a design, or a table whose lines name kinds.

mod place;
mod ranges;
mod rows;
mod table;

use crate::{
    dto::{PastePreviewDto, PasteProblemDto, PastedDto},
    nest,
};
use gp_catalog::Catalog;
use gp_model::{Design, Edit, Id, Point, Rect, Table, Value, file, fragment};
use indexmap::IndexMap;
use rows::{Reading, Row};
use std::collections::{HashMap, HashSet};

/// Between shapes of a table.
const GAP: i32 = 24;

/// Whereto, and with what.
pub struct Wanted<'a> {
    /// What can be drawn.
    pub catalog: &'a Catalog,
    pub text: &'a str,
    /// Said by the caller; found under the point where left out.
    pub parent: Option<&'a Id>,
    pub at: Point,
    pub outer_links: bool,
}

/// The edit that pastes the text, and the ids that the new resources get; or why it cannot be.
pub fn edit(design: &Design, wanted: &Wanted<'_>) -> Result<(Edit, Vec<Id>), String> {
    match reading(design, wanted) {
        Some(reading) => table_edit(design, wanted.catalog, &reading, wanted.at),
        None => piece_edit(design, wanted),
    }
}

/// What would be made, and what is wrong with the text.
pub fn preview(design: &Design, wanted: &Wanted<'_>) -> PastePreviewDto {
    match reading(design, wanted) {
        Some(reading) => table_preview(design, &reading),
        None => piece_preview(design, wanted),
    }
}

fn reading<'a>(design: &Design, wanted: &Wanted<'a>) -> Option<Reading<'a>> {
    // Text of a design file has commas and tabs in it as well.
    if !file::parse(wanted.text.as_bytes()).design.resources.is_empty() {
        return None;
    }
    let lines = table::read(wanted.text)?;
    let under =
        wanted.parent.cloned().or_else(|| place::container_at(design, wanted.catalog, wanted.at));
    rows::read(design, wanted.catalog, &lines, under.as_ref())
}

fn table_edit(
    design: &Design,
    catalog: &Catalog,
    reading: &Reading<'_>,
    at: Point,
) -> Result<(Edit, Vec<Id>), String> {
    if reading.rows.is_empty() {
        let first = reading.problems.first();
        return Err(first.map_or_else(
            || "the table has no lines below its header".to_owned(),
            |problem| {
                format!(
                    "nothing of the table can be made: line {}: {}",
                    problem.line, problem.message
                )
            },
        ));
    }
    let (places, grown) = block(design, catalog, &reading.rows, at);
    let mut edits: Vec<Edit> = reading
        .rows
        .iter()
        .map(|row| Edit::AddResource {
            id: row.id.clone(),
            kind: row.kind.id.clone(),
            parent: row.parent.clone(),
            attributes: attributes(row),
            at: places.get(&row.id).copied(),
        })
        .collect();
    edits.extend(grow_edit(grown));
    edits.extend(
        reading.links.iter().map(|(id, link)| Edit::AddLink { id: id.clone(), link: link.clone() }),
    );
    let name = match &reading.rows[..] {
        [one] => format!("Paste {}", one.title),
        all => format!("Paste {} resources", all.len()),
    };
    Ok((Edit::Batch { name, edits }, reading.rows.iter().map(|row| row.id.clone()).collect()))
}

fn attributes(row: &Row<'_>) -> Table {
    let title = ("title".to_owned(), Value::from(row.title.as_str()));
    [title].into_iter().chain(row.attributes.clone()).collect()
}

fn grow_edit(resources: IndexMap<Id, Option<Rect>>) -> Option<Edit> {
    let (links, locked) = (IndexMap::new(), IndexMap::new());
    (!resources.is_empty()).then_some(Edit::SetLayout { view: None, resources, links, locked })
}

/// Places at the point for what goes into the container there, in rows. The automatic layout finds places for
/// the rest: what a line puts elsewhere, and containers that lines put things into.
fn block(
    design: &Design,
    catalog: &Catalog,
    rows: &[Row<'_>],
    at: Point,
) -> (IndexMap<Id, Rect>, IndexMap<Id, Option<Rect>>) {
    let holding: HashSet<&Id> = rows.iter().filter_map(|row| row.parent.as_ref()).collect();
    let holds = |id: &Id| holding.contains(id);
    let first = rows.iter().find(|row| row.pointed && !holds(&row.id));
    let Some(parent) = first.map(|row| &row.parent) else { return Default::default() };
    let chosen: Vec<&Row<'_>> =
        rows.iter().filter(|row| row.pointed && row.parent == *parent && !holds(&row.id)).collect();
    let columns = (1..=chosen.len()).find(|n| n * n >= chosen.len()).unwrap_or(1);
    let mut shapes: IndexMap<Id, Rect> = IndexMap::new();
    let mut y = at.y;
    for line in chosen.chunks(columns) {
        let mut x = at.x;
        for row in line {
            let [w, h] = row.kind.size;
            shapes.insert(row.id.clone(), Rect { x, y, w, h });
            x += w + GAP;
        }
        y += line.iter().map(|row| row.kind.size[1]).max().unwrap_or(0) + GAP;
    }
    let Some(all) = place::around(shapes.values().copied()) else { return Default::default() };
    let free = place::free(design, parent.as_ref(), centred(all, at));
    for rect in shapes.values_mut() {
        (rect.x, rect.y) = (rect.x + free.x - all.x, rect.y + free.y - all.y);
    }
    let grown = place::room_for(design, catalog, parent.as_ref(), free);
    (shapes, grown)
}

/// With its middle at the point, on the grid of 8.
fn centred(rect: Rect, at: Point) -> Rect {
    let snap = |v: i32| v.div_euclid(8) * 8;
    Rect { x: snap(at.x - rect.w / 2), y: snap(at.y - rect.h / 2), ..rect }
}

fn piece_edit(design: &Design, wanted: &Wanted<'_>) -> Result<(Edit, Vec<Id>), String> {
    let catalog = wanted.catalog;
    let own = catalog.own_references();
    let paste = |parent: Option<&Id>, at| {
        let (text, outer) = (wanted.text, wanted.outer_links);
        let (mut edit, ids) =
            fragment::paste(design, text, parent, at, outer, &own).map_err(|it| it.to_string())?;
        if let Edit::Batch { edits, .. } = &mut edit {
            ranges::make_free(design, edits);
        }
        Ok((edit, ids))
    };
    let piece = file::parse(wanted.text.as_bytes()).design;
    let parent = wanted.parent.cloned().or_else(|| {
        let root = roots(&piece).next()?;
        place::container(design, catalog, &piece.resources[root].kind, wanted.at)
    });
    let Some(size) = place::around(piece.layout.resources.values().copied()) else {
        return paste(parent.as_ref(), wanted.at);
    };
    let free = match wanted.parent {
        Some(_) => Rect { x: wanted.at.x, y: wanted.at.y, ..size },
        None => place::free(design, parent.as_ref(), centred(size, wanted.at)),
    };
    let (mut edit, ids) = paste(parent.as_ref(), Point { x: free.x, y: free.y })?;
    if let Edit::Batch { edits, .. } = &mut edit {
        edits.extend(grow_edit(place::room_for(design, catalog, parent.as_ref(), free)));
    }
    Ok((edit, ids))
}

/// What stands in nothing of the piece.
fn roots(piece: &Design) -> impl Iterator<Item = &Id> {
    let inside = |parent: &Id| piece.resources.contains_key(parent);
    piece
        .resources
        .iter()
        .filter(move |(_, one)| !one.parent.as_ref().is_some_and(inside))
        .map(|(id, _)| id)
}

fn title(design: &Design, id: &Id) -> String {
    design.resources.get(id).map_or_else(|| id.to_string(), |one| one.title_or(id).to_owned())
}

fn kind_title(catalog: &Catalog, kind: &str) -> String {
    catalog.kind(kind).map_or_else(|| kind.to_owned(), |kind| kind.title.clone())
}

fn table_preview(design: &Design, reading: &Reading<'_>) -> PastePreviewDto {
    let titles: HashMap<&Id, &str> =
        reading.rows.iter().map(|row| (&row.id, row.title.as_str())).collect();
    let called =
        |id: &Id| titles.get(id).map_or_else(|| title(design, id), |title| (*title).to_owned());
    let mut links: HashMap<&Id, Vec<String>> = HashMap::new();
    for (_, link) in &reading.links {
        links.entry(&link.from).or_default().push(format!("→ {}", called(&link.to)));
        links.entry(&link.to).or_default().push(format!("← {}", called(&link.from)));
    }
    let things = reading.rows.iter().map(|row| PastedDto {
        line: Some(row.line),
        title: row.title.clone(),
        kind: row.kind.id.clone(),
        kind_title: row.kind.title.clone(),
        into: row.parent.as_ref().map(called),
        links: links.get(&row.id).cloned().unwrap_or_default(),
    });
    let problems = reading
        .problems
        .iter()
        .map(|it| PasteProblemDto { line: Some(it.line), message: it.message.clone() });
    PastePreviewDto {
        what: "table".to_owned(),
        things: things.collect(),
        problems: problems.collect(),
    }
}

fn piece_preview(design: &Design, wanted: &Wanted<'_>) -> PastePreviewDto {
    let opened = file::parse(wanted.text.as_bytes());
    let piece = opened.design;
    if opened.read_only.is_some() || piece.resources.is_empty() {
        return PastePreviewDto {
            what: "nothing".to_owned(),
            things: Vec::new(),
            problems: Vec::new(),
        };
    }
    let under =
        wanted.parent.cloned().or_else(|| place::container_at(design, wanted.catalog, wanted.at));
    let mut problems: Vec<PasteProblemDto> = Vec::new();
    let map = file::SourceMap::new(wanted.text);
    for found in &opened.diagnostics {
        let line = map.locate(&found.place).map(|span| span.line);
        problems.push(PasteProblemDto { line, message: found.message.clone() });
    }
    let mut things = Vec::new();
    for (id, one) in &piece.resources {
        let line = map.locate(&gp_model::Place::resource(id)).map(|span| span.line);
        let inner = one.parent.as_ref().filter(|parent| piece.resources.contains_key(*parent));
        let into = if let Some(parent) = inner {
            Some(title(&piece, parent))
        } else {
            let offer = nest::offer(design, wanted.catalog, &one.kind, under.as_ref(), None);
            if !offer.allowed {
                problems.push(PasteProblemDto { line, message: offer.because });
            }
            offer.parent.map(|parent| title(design, &Id::from(parent)))
        };
        things.push(PastedDto {
            line,
            title: one.title_or(id).to_owned(),
            kind: one.kind.clone(),
            kind_title: kind_title(wanted.catalog, &one.kind),
            into,
            links: Vec::new(),
        });
    }
    PastePreviewDto { what: "piece".to_owned(), things, problems }
}

#[cfg(test)]
mod tests;
