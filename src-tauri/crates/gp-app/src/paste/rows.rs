//! From the lines of a table to things that can be made, and what is wrong, line by line.

use super::table::Line;
use crate::nest;
use gp_catalog::{
    Catalog, Kind,
    kind::{Attribute, AttributeType},
};
use gp_model::{
    Design, Id, Link, LinkKind, Table, Value, edit::free_id, fragment::Titles, nearest,
};
use std::collections::{BTreeSet, HashMap};

/// One thing that the table asks for.
#[derive(Debug)]
pub struct Row<'a> {
    pub line: u32,
    pub id: Id,
    pub kind: &'a Kind,
    /// As the table calls it, and as it is called where that was taken.
    name: String,
    pub title: String,
    pub attributes: Table,
    pub parent: Option<Id>,
    /// The table says nothing of a container: it goes where it was pasted.
    pub pointed: bool,
    /// Names of what it is linked to, with a port where one is said.
    wanted: Vec<(String, Option<u16>)>,
    /// The container's name, as the table has it.
    container: String,
}

/// What cannot be done as the line says.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    pub line: u32,
    pub message: String,
}

/// What a table comes to.
#[derive(Debug, Default)]
pub struct Reading<'a> {
    /// Containers before what they hold.
    pub rows: Vec<Row<'a>>,
    pub links: Vec<(Id, Link)>,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq)]
enum Column {
    Kind,
    Title,
    Id,
    Parent,
    Links,
    Tag(String),
    Other(String),
}

/// `under`: the container that the pointer is over. `None`: the lines name no kinds, so they are no parts.
pub fn read<'a>(
    design: &Design,
    catalog: &'a Catalog,
    lines: &[Line],
    under: Option<&Id>,
) -> Option<Reading<'a>> {
    let (columns, body) = columns(catalog, lines)?;
    let mut reader = Reader {
        design,
        catalog,
        under,
        reading: Reading::default(),
        ids: Ids::default(),
        titles: Titles::of(design),
        names: HashMap::new(),
        kinds: HashMap::new(),
    };
    for line in body {
        reader.line(&columns, line);
    }
    reader.learn_names();
    reader.containers();
    reader.links();
    Some(reader.reading)
}

/// What each column says, and the lines below the header. Without a header the first kind names the column.
fn columns<'l>(catalog: &Catalog, lines: &'l [Line]) -> Option<(Vec<Column>, &'l [Line])> {
    let first = lines.first()?;
    let named: Vec<Column> = first.cells.iter().map(|cell| column(cell)).collect();
    if named.contains(&Column::Kind) {
        return Some((named, &lines[1..]));
    }
    let kind = first.cells.iter().position(|cell| kind_called(catalog, cell).is_some())?;
    let mut rest = [Column::Title, Column::Parent].into_iter();
    let by_place = |at| {
        if at == kind { Column::Kind } else { rest.next().unwrap_or(Column::Other(String::new())) }
    };
    Some(((0..first.cells.len()).map(by_place).collect(), lines))
}

fn column(name: &str) -> Column {
    let word = normal(name);
    match word.as_str() {
        "kind" | "type" | "part" => Column::Kind,
        "title" | "name" => Column::Title,
        "id" => Column::Id,
        "parent" | "in" | "inside" | "container" | "subnet" | "network" => Column::Parent,
        "link" | "links" | "links-to" | "linked-to" | "to" | "connects-to" => Column::Links,
        _ => match name.trim().split_once(['.', ':']) {
            Some((tag, key)) if normal(tag) == "tag" => Column::Tag(key.trim().to_owned()),
            _ => Column::Other(word),
        },
    }
}

/// "Links to" → `links-to`.
fn normal(text: &str) -> String {
    text.trim()
        .to_lowercase()
        .split([' ', '_', '-'])
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

fn kind_called<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a Kind> {
    let word = normal(name);
    let kinds = || catalog.kinds.values();
    let exact = |kind: &&Kind| {
        kind.id == word
            || normal(&kind.title) == word
            || kind.short.as_deref().map(normal) == Some(word.clone())
    };
    let searched = |kind: &&Kind| kind.search.iter().any(|it| normal(it) == word);
    kinds().find(exact).or_else(|| kinds().find(searched))
}

struct Reader<'a, 'c> {
    design: &'a Design,
    catalog: &'c Catalog,
    under: Option<&'a Id>,
    reading: Reading<'c>,
    ids: Ids,
    titles: Titles,
    /// What things of the table and of the design are called, in small letters.
    names: HashMap<String, Id>,
    kinds: HashMap<Id, &'c Kind>,
}

impl<'c> Reader<'_, 'c> {
    fn problem(&mut self, line: u32, message: String) {
        self.reading.problems.push(Problem { line, message });
    }

    fn line(&mut self, columns: &[Column], line: &Line) {
        let cells = || columns.iter().zip(&line.cells).filter(|(_, cell)| !cell.is_empty());
        let said = |wanted: &Column| {
            cells().find(|(column, _)| *column == wanted).map(|(_, cell)| cell.as_str())
        };
        let Some(name) = said(&Column::Kind) else {
            return self.problem(line.number, "it says no kind".to_owned());
        };
        let Some(kind) = kind_called(self.catalog, name) else {
            return self.problem(line.number, no_kind(self.catalog, name));
        };
        let name = said(&Column::Title).unwrap_or(&kind.title).to_owned();
        let title = self.titles.take(&name);
        let id = self.ids.take(self.design, said(&Column::Id).unwrap_or(&title));
        let mut row = Row {
            line: line.number,
            id,
            kind,
            name,
            title,
            attributes: Table::new(),
            parent: None,
            pointed: false,
            wanted: said(&Column::Links).map(names).unwrap_or_default(),
            container: said(&Column::Parent).unwrap_or_default().to_owned(),
        };
        let mut tags = Table::new();
        for (column, cell) in cells() {
            match column {
                Column::Tag(key) => drop(tags.insert(key.clone(), Value::from(cell.as_str()))),
                Column::Other(name) => self.attribute(&mut row, name, cell),
                _ => {}
            }
        }
        if !tags.is_empty() {
            row.attributes.insert("tags".to_owned(), Value::Table(tags));
        }
        self.reading.rows.push(row);
    }

    fn attribute(&mut self, row: &mut Row<'c>, name: &str, cell: &str) {
        let fits = |(key, it): &(&String, &Attribute)| {
            **key == name || it.label.as_deref().map(normal).as_deref() == Some(name)
        };
        let Some((key, attribute)) = row.kind.attributes.iter().find(fits) else {
            let message = format!("a {} has no “{name}”; it is left out", lower(row.kind));
            return self.problem(row.line, message);
        };
        match value(attribute, cell) {
            Ok(value) => drop(row.attributes.insert(key.clone(), value)),
            Err(why) => self.problem(row.line, format!("{name} “{cell}”: {why}; it is left out")),
        }
    }

    /// A line of the table before a thing that is there, an id before a title, the first of several.
    fn learn_names(&mut self) {
        let mut learn = |name: &str, id: &Id| {
            self.names.entry(name.to_lowercase()).or_insert_with(|| id.clone());
        };
        for row in &self.reading.rows {
            learn(&row.name, &row.id);
        }
        for row in &self.reading.rows {
            learn(&row.id, &row.id);
        }
        for id in self.design.resources.keys() {
            learn(id, id);
        }
        for (id, it) in &self.design.resources {
            learn(it.title_or(id), id);
        }
        self.kinds = self.reading.rows.iter().map(|row| (row.id.clone(), row.kind)).collect();
    }

    fn called(&self, name: &str) -> Option<Id> {
        self.names.get(&name.trim().to_lowercase()).cloned()
    }

    fn kind_of(&self, id: &Id) -> Option<&str> {
        let row = self.kinds.get(id).map(|kind| kind.id.as_str());
        row.or_else(|| self.design.resources.get(id).map(|it| it.kind.as_str()))
    }

    /// Where each line's thing stands; what cannot stand anywhere goes, and what was to stand in it.
    fn containers(&mut self) {
        let found: Vec<Result<Option<Id>, String>> =
            self.reading.rows.iter().map(|row| self.container(row)).collect();
        let mut gone: BTreeSet<Id> = BTreeSet::new();
        let mut problems = Vec::new();
        for (row, found) in self.reading.rows.iter_mut().zip(found) {
            row.pointed = row.container.is_empty();
            match found {
                Ok(parent) => row.parent = parent,
                Err(message) => {
                    gone.insert(row.id.clone());
                    problems.push(Problem { line: row.line, message });
                }
            }
        }
        self.reading.problems.extend(problems);
        self.in_order(gone);
    }

    fn container(&self, row: &Row<'_>) -> Result<Option<Id>, String> {
        if row.container.is_empty() {
            let offer = nest::offer(self.design, self.catalog, &row.kind.id, self.under, None);
            return if offer.allowed { Ok(offer.parent.map(Id::from)) } else { Err(offer.because) };
        }
        let id = self
            .called(&row.container)
            .filter(|id| *id != row.id)
            .ok_or_else(|| format!("there is no “{}” that it could stand in", row.container))?;
        if row.kind.may_stand_in(self.kind_of(&id)) {
            return Ok(Some(id));
        }
        // A container that is there may stand in one that fits; of those in the table nothing is known yet.
        let offer = nest::offer(self.design, self.catalog, &row.kind.id, Some(&id), None);
        match (self.design.resources.contains_key(&id) && offer.allowed, offer) {
            (true, offer) => Ok(offer.parent.map(Id::from)),
            (false, _) => Err(format!("a {} cannot stand in “{}”", lower(row.kind), row.container)),
        }
    }

    /// Containers first. What stands in something that is not made is not made either; nor is a circle.
    fn in_order(&mut self, mut gone: BTreeSet<Id>) {
        let mut left: Vec<Row<'c>> = std::mem::take(&mut self.reading.rows)
            .into_iter()
            .filter(|row| !gone.contains(&row.id))
            .collect();
        let mut made: BTreeSet<Id> = BTreeSet::new();
        loop {
            let is_ready = |row: &Row<'_>| {
                row.parent
                    .as_ref()
                    .is_none_or(|id| made.contains(id) || self.design.resources.contains_key(id))
            };
            let (ready, waiting): (Vec<Row<'c>>, Vec<Row<'c>>) =
                left.into_iter().partition(is_ready);
            left = waiting;
            if ready.is_empty() {
                break;
            }
            made.extend(ready.iter().map(|row| row.id.clone()));
            self.reading.rows.extend(ready);
        }
        for row in left {
            let why = if gone.contains(row.parent.as_ref().unwrap_or(&row.id)) {
                format!("“{}”, in which it stands, is not made", row.container)
            } else {
                let circle = "waits for it: they go round in a circle";
                format!("“{}”, in which it stands, {circle}", row.container)
            };
            gone.insert(row.id);
            self.problem(row.line, why);
        }
    }

    fn links(&mut self) {
        let mut ids = Ids::default();
        let mut links = Vec::new();
        let mut problems = Vec::new();
        for row in &self.reading.rows {
            for (name, port) in &row.wanted {
                match self.link(row, name, *port) {
                    Ok(link) => {
                        let base = format!("{}-{}", link.from, link.to);
                        let id = ids.take(self.design, &base);
                        links.push((id, link));
                    }
                    Err(message) => problems.push(Problem { line: row.line, message }),
                }
            }
        }
        self.reading.links = links;
        self.reading.problems.extend(problems);
        self.reading.problems.sort_by_key(|problem| problem.line);
    }

    fn link(&self, row: &Row<'_>, name: &str, port: Option<u16>) -> Result<Link, String> {
        let to = self
            .called(name)
            .ok_or_else(|| format!("there is no “{name}” that it could be linked to"))?;
        let other = self.kind_of(&to).and_then(|kind| self.catalog.kind(kind));
        let Some(other) = other else {
            return Err(format!("“{name}” cannot be linked: its kind is unknown"));
        };
        let allow = port.map(|port| format!("tcp/{port}")).into_iter().collect();
        let fit = |a: &Kind, b: &Kind| -> Vec<LinkKind> {
            a.links.iter().filter(|end| end.to.contains(&b.id)).map(|end| end.kind).collect()
        };
        let made = |from: &Id, to: &Id, kinds: Vec<LinkKind>| Link {
            from: from.clone(),
            to: to.clone(),
            // Written only where the ends leave a choice.
            kind: kinds.first().copied().filter(|_| kinds.len() > 1),
            allow,
            ..Link::default()
        };
        match (fit(row.kind, other), fit(other, row.kind)) {
            (straight, _) if !straight.is_empty() => Ok(made(&row.id, &to, straight)),
            (_, turned) if !turned.is_empty() => Ok(made(&to, &row.id, turned)),
            _ => Err(format!(
                "a {} cannot be linked to a {}: “{name}”",
                lower(row.kind),
                lower(other)
            )),
        }
    }
}

/// "Orders:5432; Images" → names with ports.
fn names(cell: &str) -> Vec<(String, Option<u16>)> {
    let parts = cell.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| match part.rsplit_once(':').map(|(name, port)| (name, port.trim().parse())) {
            Some((name, Ok(port))) => (name.trim().to_owned(), Some(port)),
            _ => (part.to_owned(), None),
        })
        .collect()
}

fn no_kind(catalog: &Catalog, name: &str) -> String {
    let known = catalog.kinds.values().flat_map(|kind| [kind.id.as_str(), kind.title.as_str()]);
    match nearest(name, known) {
        Some(meant) => format!("there is no kind “{name}”: did you mean “{meant}”?"),
        None => format!("there is no kind “{name}”"),
    }
}

fn lower(kind: &Kind) -> String {
    kind.title.to_lowercase()
}

/// What a cell says, as the file would; only texts that can be no value of the type are refused.
fn value(attribute: &Attribute, cell: &str) -> Result<Value, String> {
    let whole = || {
        cell.replace(['_', ' '], "")
            .parse::<i64>()
            .map_err(|_| "a whole number is expected".to_owned())
    };
    let items = || {
        Value::List(
            cell.split([';', ',', ' ']).filter(|it| !it.is_empty()).map(Value::from).collect(),
        )
    };
    match attribute.type_ {
        AttributeType::Integer | AttributeType::Port => whole().map(Value::Integer),
        AttributeType::Number => match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float(number)),
            _ => Err("a number is expected".to_owned()),
        },
        AttributeType::Bool => match normal(cell).as_str() {
            "yes" | "true" | "on" | "1" | "x" => Ok(Value::Bool(true)),
            "no" | "false" | "off" | "0" => Ok(Value::Bool(false)),
            _ => Err("yes or no is expected".to_owned()),
        },
        AttributeType::Choice => choice(attribute, cell),
        AttributeType::List | AttributeType::Zones => Ok(items()),
        AttributeType::Services
        | AttributeType::Listeners
        | AttributeType::HealthCheck
        | AttributeType::Rules
        | AttributeType::Records
        | AttributeType::Table => Err("it does not fit in a cell".to_owned()),
        _ => Ok(Value::from(cell)),
    }
}

fn choice(attribute: &Attribute, cell: &str) -> Result<Value, String> {
    let word = normal(cell);
    let labels: HashMap<&str, String> = attribute
        .choice_labels
        .iter()
        .map(|(choice, label)| (choice.as_str(), normal(label)))
        .collect();
    let fits = |choice: &&String| {
        normal(choice) == word || labels.get(choice.as_str()).is_some_and(|label| *label == word)
    };
    match attribute.choices.iter().find(fits) {
        Some(choice) => Ok(Value::from(choice.as_str())),
        None => Err(format!("one of {} is expected", attribute.choices.join(", "))),
    }
}

/// Ids that are given to new things.
#[derive(Default)]
struct Ids {
    taken: BTreeSet<Id>,
    /// For each base the number that was given last.
    last: HashMap<String, u32>,
}

impl Ids {
    /// An id that nothing has, here or there; it is taken from now on.
    fn take(&mut self, design: &Design, base: &str) -> Id {
        let mut id = free_id(design, base);
        if self.taken.contains(&id) {
            let last = self.last.entry(base.to_owned()).or_insert(1);
            while self.taken.contains(&id) {
                *last += 1;
                id = free_id(design, &format!("{base}-{last}"));
            }
        }
        self.taken.insert(id.clone());
        id
    }
}
