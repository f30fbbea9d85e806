//! Turns differences into small replacements of the text. Every byte that no difference touches
//! stays as it is.

use super::{
    change::Changed,
    memory::{Memory, Removal},
    render,
    respell::{respell, same_ends},
    syntax::{Node, Said, Syntax, bom, is_blank, line_end, with_comments},
};
use crate::{Table, Value};
use indexmap::IndexMap;
use std::ops::Range;

/// The families of sections in the order in which we write them.
const FAMILIES: [&str; 8] =
    ["design", "resource", "link", "intent", "environment", "policy", "view", "layout"];

/// Keys of a resource that stand at its top, in this order.
const TOP_KEYS: [&str; 5] = ["kind", "parent", "title", "lifecycle", "was"];

/// The text with all changes made; what was taken out goes into the memory.
pub(super) fn write(text: &str, changes: &[Changed], memory: &mut Memory, eol: &str) -> String {
    let syntax = Syntax::new(text);
    let mut writer = Writer {
        text,
        eol,
        syntax: &syntax,
        memory,
        splices: Vec::new(),
        fresh: IndexMap::new(),
        removals: Vec::new(),
    };
    for change in changes {
        writer.change(change);
    }
    writer.place_fresh();
    writer.finish()
}

struct Writer<'a> {
    text: &'a str,
    eol: &'a str,
    syntax: &'a Syntax,
    memory: &'a mut Memory,
    /// Byte range and what stands there instead.
    splices: Vec<(Range<usize>, String)>,
    /// Sections to be made: path and content.
    fresh: IndexMap<Vec<String>, Table>,
    removals: Vec<Removal>,
}

impl Writer<'_> {
    fn change(&mut self, change: &Changed) {
        let path: Vec<&str> = change.path.iter().map(String::as_str).collect();
        let syntax = self.syntax;
        let node = syntax.find(&path);
        match (&change.before, &change.after, node) {
            (Some(_), None, Some(node)) => self.remove(&change.path, node),
            (Some(before), Some(after), Some(node)) => {
                self.alter(&change.path, node, before, after);
            }
            (None, Some(after), Some(node)) => self.replace(&change.path, node, after),
            (_, Some(after), None) => self.add(&change.path, after),
            (_, None, _) => {}
        }
    }

    /// What stands there says something else.
    fn alter(&mut self, path: &[String], node: &Node, before: &Value, after: &Value) {
        if before == after {
            return;
        }
        match (before, after, &node.said) {
            (_, _, Said::Value { value, .. }) => {
                let old = &self.text[value.clone()];
                let new = match self.memory.spelling(path, after) {
                    Some(known) => known.to_owned(),
                    None => respell(self.text, node, before, after, self.eol),
                };
                self.memory.remember_spelling(path, before, old);
                self.splices.push((value.clone(), new));
            }
            (Value::Table(before), Value::Table(after), _) => {
                self.alter_table(path, node, before, after);
            }
            (Value::List(before), Value::List(after), Said::Headers)
                if before.len() == node.items.len()
                    && after.iter().all(|it| it.as_table().is_some()) =>
            {
                self.alter_sections(path, node, before, after);
            }
            _ => self.replace(path, node, after),
        }
    }

    fn alter_table(&mut self, path: &[String], node: &Node, before: &Table, after: &Table) {
        for (key, old) in before {
            let inner = joined(path, key);
            match (node.children.get(key), after.get(key)) {
                (Some(child), None) => self.remove(&inner, child),
                (Some(child), Some(new)) => self.alter(&inner, child, old, new),
                // The file leaves out what the design has by default.
                (None, Some(new)) if old != new => self.add(&inner, new),
                (None, _) => {}
            }
        }
        for (key, new) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
            let inner = joined(path, key);
            match node.children.get(key) {
                Some(child) => self.replace(&inner, child, new),
                None => self.add(&inner, new),
            }
        }
    }

    /// The items of an array of tables, each a section.
    fn alter_sections(&mut self, path: &[String], node: &Node, before: &[Value], after: &[Value]) {
        let (first, last) = same_ends(before, after);
        let pairs = before.len().min(after.len()) - first - last;
        for i in first..first + pairs {
            self.alter(&joined(path, &format!("#{i}")), &node.items[i], &before[i], &after[i]);
        }
        let at = first + pairs;
        for (i, item) in before.iter().enumerate().take(before.len() - last).skip(at) {
            let from = self.removals.len();
            self.remove(path, &node.items[i]);
            // An item has no name of its own: it is known by what it says.
            for removal in &mut self.removals[from..] {
                removal.path = joined(path, &item_name(item));
            }
        }
        let place = match at.checked_sub(1).and_then(|i| node.items.get(i)) {
            Some(item) => self.end_of(item),
            None => {
                node.items.first().and_then(first_section).map(|i| self.syntax.sections[i].start)
            }
        };
        let header = format!("[[{}]]{}", render::dotted(path.iter().map(String::as_str)), self.eol);
        for table in after[at..after.len() - last].iter().filter_map(Value::as_table) {
            let mut section = header.clone();
            for (key, value) in table {
                section += &render::entry(&render::key(key), value, self.eol);
            }
            self.insert_section(place.unwrap_or(self.text.len()), section);
        }
    }

    /// Says `after` where something of another shape stands.
    fn replace(&mut self, path: &[String], node: &Node, after: &Value) {
        if let Said::Value { value, .. } = &node.said {
            let new = self
                .memory
                .spelling(path, after)
                .map_or_else(|| render::value(after), str::to_owned);
            self.splices.push((value.clone(), new));
        } else {
            self.remove(path, node);
            self.add(path, after);
        }
    }

    /// Takes out every section and line that says this node or something below it.
    fn remove(&mut self, path: &[String], node: &Node) {
        let mut sections = Vec::new();
        node.each_section(&mut |number| sections.push(number));
        for &number in &sections {
            let section = &self.syntax.sections[number];
            let mut end = section.end;
            while is_blank(self.text, end) {
                end = line_end(self.text, end);
            }
            let range = section.start..end;
            self.removals.push(Removal {
                range,
                path: section.path.clone(),
                section: number,
                whole: true,
            });
        }
        let mut lines = Vec::new();
        node.each_entry(&mut |entry| {
            if let Said::Value { section, whole, .. } = &entry.said
                && !sections.contains(section)
            {
                lines.push((*section, whole.clone()));
            }
        });
        for (section, whole) in lines {
            let range = self.line_of(section, &whole);
            self.removals.push(Removal { range, path: path.to_vec(), section, whole: false });
        }
    }

    /// The lines of a value, with the comments right above it.
    fn line_of(&self, section: usize, whole: &Range<usize>) -> Range<usize> {
        let section = &self.syntax.sections[section];
        let before = section.values.partition_point(|value| value.start < whole.start);
        let floor = match before.checked_sub(1).map(|i| &section.values[i]) {
            Some(value) => line_end(self.text, value.end),
            None => section.header.map_or(section.start, |header| line_end(self.text, header)),
        };
        with_comments(self.text, whole.start, floor)..line_end(self.text, whole.end)
    }

    /// Says something that the file does not say yet.
    fn add(&mut self, path: &[String], value: &Value) {
        let mut at = &self.syntax.root;
        let mut depth = 0;
        while let Some(next) = path.get(depth).and_then(|key| at.child(key)) {
            at = next;
            depth += 1;
        }
        if let ([family @ ("resource" | "policy"), ..], Some(key)) =
            (&path.iter().map(String::as_str).collect::<Vec<_>>()[..], path.last())
        {
            let above: Vec<&str> = path[..path.len() - 1].iter().map(String::as_str).collect();
            let open = !matches!(at.said, Said::Dotted(_) | Said::Value { .. });
            if open && depth + 1 == path.len() && render::has_own_section(&above, key, value) {
                return self.add_below(path, value, *family == "policy");
            }
        }
        let wanted = own_section_depth(path);
        match &at.said {
            Said::Value { value: range, .. } => {
                let text = render::dotted(path[depth..].iter().map(String::as_str));
                self.add_inline(at, range.clone(), &format!("{text} = {}", render::value(value)));
            }
            Said::Dotted(section) if depth > 0 => {
                let start = self.syntax.sections[*section].path.len();
                self.add_line(*section, &path[start..], value);
            }
            Said::Header(section) if depth >= wanted => {
                self.add_line(*section, &path[depth..], value);
            }
            _ => self.add_fresh(path, wanted.max(depth).min(path.len()), value),
        }
    }

    /// `on` of a resource, waivers of the policy: sections below a section that stands.
    fn add_below(&mut self, path: &[String], value: &Value, whole: bool) {
        match value {
            Value::Table(tables) if !whole => {
                for (key, value) in tables {
                    self.add(&joined(path, key), value);
                }
            }
            _ => {
                let (above, key) = (&path[..path.len() - 1], &path[path.len() - 1]);
                self.fresh.entry(above.to_vec()).or_default().insert(key.clone(), value.clone());
            }
        }
    }

    /// A key of an inline table that stands there.
    fn add_inline(&mut self, node: &Node, range: Range<usize>, text: &str) {
        let last = node.children.values().filter_map(|child| match &child.said {
            Said::Value { whole, .. } => Some(whole.end),
            _ => child.range().map(|range| range.end),
        });
        if let Some(end) = last.max() {
            self.splices.push((end..end, format!(", {text}")));
        } else {
            let already = self.splices.iter_mut().find(|(at, _)| *at == range);
            match already {
                Some((_, new)) => {
                    *new = format!("{}, {text} }}", new.trim_end_matches([' ', '}']));
                }
                None => self.splices.push((range, format!("{{ {text} }}"))),
            }
        }
    }

    /// A line in a section that stands.
    fn add_line(&mut self, section: usize, keys: &[String], value: &Value) {
        let name = render::dotted(keys.iter().map(String::as_str));
        let line = render::entry(&name, value, self.eol);
        let at = self.line_place(section, keys);
        if section == 0
            && self.syntax.sections[0].values.is_empty()
            && at < self.text.len()
            && !is_blank(self.text, at)
        {
            self.splices.push((at..at, line + self.eol));
        } else {
            self.splices.push((at..at, line));
        }
    }

    /// Where a new line goes: a resource's first keys among each other, everything else at the end.
    fn line_place(&self, number: usize, keys: &[String]) -> usize {
        let section = &self.syntax.sections[number];
        let top = keys.first().and_then(|key| TOP_KEYS.iter().position(|top| top == key));
        if let (Some(top), ["resource", _], [_]) =
            (top, &section.path.iter().map(String::as_str).collect::<Vec<_>>()[..], keys)
        {
            let node = |key: &str| {
                let path: Vec<&str> =
                    section.path.iter().map(String::as_str).chain([key]).collect();
                self.syntax.find(&path).and_then(|node| match &node.said {
                    Said::Value { section, whole, .. } if *section == number => {
                        Some(line_end(self.text, whole.end))
                    }
                    _ => None,
                })
            };
            if let Some(end) = TOP_KEYS[..top].iter().rev().find_map(|key| node(key)) {
                return end;
            }
        }
        if number == 0 && section.values.is_empty() { section.end } else { section.last_value }
    }

    /// Something in a section that must be made first.
    fn add_fresh(&mut self, path: &[String], depth: usize, value: &Value) {
        let (head, rest) = path.split_at(depth);
        match (rest, value) {
            ([], Value::Table(table)) => {
                let all = self.fresh.entry(head.to_vec()).or_default();
                all.extend(table.clone());
            }
            ([], value) => {
                let keys = head.to_vec();
                self.add_line(0, &keys, value);
            }
            ([keys @ .., last], value) => {
                let mut table = self.fresh.entry(head.to_vec()).or_default();
                for key in keys {
                    let next =
                        table.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
                    match next {
                        Value::Table(inner) => table = inner,
                        _ => return,
                    }
                }
                table.insert(last.clone(), value.clone());
            }
        }
    }

    fn place_fresh(&mut self) {
        let mut fresh: Vec<(Vec<String>, Table)> =
            std::mem::take(&mut self.fresh).into_iter().collect();
        fresh.sort_by_key(|(path, _)| family(path));
        for (path, table) in fresh {
            let keys: Vec<&str> = path.iter().map(String::as_str).collect();
            let place = self.section_place(&keys);
            let text = render::section(&keys, &table, self.eol);
            self.insert_section(place, text);
        }
    }

    /// After the last section of the nearest relative: the thing itself, its family, the family before.
    fn section_place(&self, path: &[&str]) -> usize {
        for depth in (1..=path.len()).rev() {
            if let Some(end) = self.syntax.find(&path[..depth]).and_then(|node| self.end_of(node)) {
                return end;
            }
        }
        let before = FAMILIES.iter().rev().skip_while(|it| Some(*it) != path.first());
        before
            .skip(1)
            .find_map(|family| self.syntax.find(&[family]).and_then(|node| self.end_of(node)))
            .unwrap_or_else(|| {
                if FAMILIES.contains(&path[0]) {
                    self.syntax.sections[0].end
                } else {
                    self.text.len()
                }
            })
    }

    /// The end of the last section that says the node, or something below it.
    fn end_of(&self, node: &Node) -> Option<usize> {
        let mut last = None;
        node.each_section(&mut |number| last = last.max(Some(number)));
        last.map(|number: usize| self.syntax.sections[number].end)
    }

    /// A section of its own, with a blank line before it and, where something follows, after it.
    fn insert_section(&mut self, at: usize, section: String) {
        let start = bom(self.text);
        let first = at == start && !self.splices.iter().any(|(range, _)| range.start == at);
        let mut text = if first { section } else { format!("{}{section}", self.eol) };
        if at < self.text.len() && !is_blank(self.text, at) {
            text.push_str(self.eol);
        }
        self.splices.push((at..at, text));
    }

    fn finish(mut self) -> String {
        self.removals.sort_by_key(|it| it.range.start);
        self.removals.dedup_by(|b, a| b.range.start < a.range.end);
        self.trim_end();
        self.memory.remember(self.text, self.syntax, &self.removals);
        let removals = self.removals.iter().map(|it| (it.range.clone(), String::new()));
        let mut all: Vec<_> = self.splices.into_iter().chain(removals).collect();
        // Stable: what is inserted at one place stays in order, and before what is replaced there.
        all.sort_by_key(|(range, _)| (range.start, range.end));
        spliced(self.text, &all, self.eol)
    }

    /// Where the last sections go, the blank lines before them go too.
    fn trim_end(&mut self) {
        let mut first = self.removals.len();
        let mut start = self.text.len();
        while first > 0
            && self.removals[first - 1].whole
            && self.removals[first - 1].range.end == start
        {
            first -= 1;
            start = self.removals[first].range.start;
        }
        let floor = first.checked_sub(1).map_or(bom(self.text), |i| self.removals[i].range.end);
        let inserted = self.splices.iter().any(|(range, _)| range.start >= start);
        let Some(removal) = self.removals.get_mut(first).filter(|_| !inserted) else { return };
        while start > floor {
            let above = super::syntax::line_start(self.text, start - 1).max(floor);
            if !is_blank(self.text, above) || above >= start {
                break;
            }
            start = above;
        }
        removal.range.start = start;
    }
}

/// The number of the first section that says the node, or something below it.
fn first_section(node: &Node) -> Option<usize> {
    let mut first: Option<usize> = None;
    node.each_section(&mut |number| first = Some(first.map_or(number, |n| n.min(number))));
    first
}

/// The name by which the memory knows an item of an array of tables.
pub(super) fn item_name(item: &Value) -> String {
    format!("={}", render::value(item))
}

fn joined(path: &[String], key: &str) -> Vec<String> {
    path.iter().map(String::as_str).chain([key]).map(str::to_owned).collect()
}

fn family(path: &[String]) -> usize {
    FAMILIES
        .iter()
        .position(|it| Some(*it) == path.first().map(String::as_str))
        .unwrap_or(FAMILIES.len())
}

/// How many keys of a path make the header of the section in which it belongs.
fn own_section_depth(path: &[String]) -> usize {
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    match keys[..] {
        ["resource", _, "on", _, ..] => 4,
        ["view", _, "resources" | "links", _, ..] => 3,
        ["resource" | "link" | "intent" | "environment" | "view" | "layout", _, ..] => 2,
        ["format"] => 0,
        _ => 1,
    }
}

/// The text with its ranges replaced. A line that is added behind a missing final line break gets
/// one before it and none behind.
fn spliced(text: &str, splices: &[(Range<usize>, String)], eol: &str) -> String {
    let mut out =
        String::with_capacity(text.len() + splices.iter().map(|it| it.1.len()).sum::<usize>());
    let mut from = 0;
    let mut open_end = false;
    for (range, new) in splices {
        if range.start < from {
            if range.is_empty() {
                // Behind something that goes: it comes in its place.
                let new = if out.ends_with(&eol.repeat(2)) {
                    new.trim_start_matches(['\r', '\n'])
                } else {
                    new
                };
                out.push_str(new);
                if new.ends_with('\n')
                    && from < text.len()
                    && !is_blank(text, from)
                    && new.contains('[')
                {
                    out.push_str(eol);
                }
            }
            continue;
        }
        out.push_str(&text[from..range.start]);
        let line = range.is_empty() && new.ends_with('\n');
        if line
            && range.start == text.len()
            && !out.is_empty()
            && !out.ends_with(['\n', '\u{feff}'])
        {
            open_end = true;
            out.push_str(eol);
        }
        out.push_str(new);
        from = range.end;
    }
    out.push_str(&text[from..]);
    if open_end && out.ends_with(eol) {
        out.truncate(out.len() - eol.len());
    }
    out
}
