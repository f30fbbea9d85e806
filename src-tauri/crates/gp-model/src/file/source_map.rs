//! From what a diagnostic is about to where it stands in the file.

use super::{
    limits::too_deep,
    syntax::{Syntax, bom},
};
use crate::Place;

/// A stretch of the file. Lines and columns count from 1, columns in characters; bytes from 0, the
/// end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Span {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// Finds places in a text. Make it when somebody asks: it reads the whole text.
pub struct SourceMap<'t> {
    text: &'t str,
    syntax: Syntax,
    lines: Vec<usize>,
}

impl<'t> SourceMap<'t> {
    /// Reads the text.
    pub fn new(text: &'t str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = [0].into_iter().chain(breaks).collect();
        // What is too deep to read is too deep to take apart; places by bytes still work.
        let parts = if too_deep(text).is_some() { "" } else { text };
        Self { text, syntax: Syntax::new(parts), lines }
    }

    /// Where a place stands; an attribute that is not written stands where its owner does.
    /// `None` for the design as a whole and for what the file does not say.
    pub fn locate(&self, place: &Place) -> Option<Span> {
        match place {
            Place::Design => None,
            Place::File { start, end } => Some(self.span(*start, *end)),
            Place::Resource { id, attribute } => self.find(&["resource", id], attribute.as_deref()),
            Place::Link { id, attribute } => self.find(&["link", id], attribute.as_deref()),
            Place::Intent { id } => self.find(&["intent", id], None),
            Place::Environment { id, attribute } => {
                self.find(&["environment", id], attribute.as_deref())
            }
            Place::Policy => self.find(&["policy"], None),
        }
    }

    fn find(&self, path: &[&str], attribute: Option<&str>) -> Option<Span> {
        let mut at = self.syntax.find(path)?;
        let mut rest = attribute.unwrap_or_default();
        // A key may itself have dots; the longest one that is there wins.
        while !rest.is_empty() {
            let cuts = rest.match_indices('.').map(|(at, _)| at).chain([rest.len()]);
            let cuts: Vec<usize> = cuts.collect();
            let Some((child, cut)) =
                cuts.iter().rev().find_map(|&cut| Some((at.child(&rest[..cut])?, cut)))
            else {
                break;
            };
            at = child;
            rest = rest.get(cut + 1..).unwrap_or_default();
        }
        at.range().map(|range| self.span(range.start, range.end))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let start = floor(self.text, start);
        let line = self.lines.partition_point(|&first| first <= start).max(1);
        let mut first = self.lines[line - 1];
        if first == 0 {
            first = bom(self.text).min(start);
        }
        let column = self.text[first..start].chars().count() + 1;
        Span {
            line: line as u32,
            column: column as u32,
            start,
            end: floor(self.text, end).max(start),
        }
    }
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::parse;

    const TEXT: &str = "\u{feff}format = 1\n[resource.app]\nkind = \"server\"\n\"a.b\" = { c = 2 }\n  tags.owner = \"é\" # x\n[resource.app.on.aws]\nsize = 1\n[link.l]\nfrom = \"app\"\n";

    #[test]
    fn places_are_found_by_line_and_column() {
        let map = SourceMap::new(TEXT);
        let attribute = |path: &str| Place::attribute(&"app".into(), path);
        for (place, expected) in [
            (Place::resource(&"app".into()), Some((2, 11, "app"))),
            (attribute("kind"), Some((3, 1, "kind = \"server\""))),
            (attribute("a.b.c"), Some((4, 11, "c = 2"))),
            (attribute("tags.owner"), Some((5, 3, "tags.owner = \"é\""))),
            (attribute("on.aws.size"), Some((7, 1, "size = 1"))),
            (attribute("cpu"), Some((2, 11, "app"))),
            (
                Place::Link { id: "l".into(), attribute: Some("from".into()) },
                Some((9, 1, "from = \"app\"")),
            ),
            (Place::File { start: 3, end: 9 }, Some((1, 1, "format"))),
            (Place::resource(&"none".into()), None),
            (Place::Design, None),
            (Place::File { start: 9_999, end: 10_000 }, Some((10, 1, ""))),
        ] {
            let found = map.locate(&place).map(|it| (it.line, it.column, &TEXT[it.start..it.end]));
            assert_eq!(found, expected, "{place:?}");
        }
    }

    #[test]
    fn damage_is_named_by_line_and_column() {
        let text =
            "format = 1\n[resource.app]\nkind = \"server\nparent = 5\n[resource.app]\nkind = 1\n";
        let opened = parse(text.as_bytes());
        let map = SourceMap::new(opened.file.text());
        let found: Vec<_> = opened
            .diagnostics
            .iter()
            .filter_map(|it| Some((it.rule.as_ref(), map.locate(&it.place)?.line)))
            .collect();
        assert_eq!(found[0], ("damaged-file", 3), "{:#?}", opened.diagnostics);
        assert!(found.contains(&("damaged-file", 5)), "{found:?} {:#?}", opened.diagnostics);
    }
}
