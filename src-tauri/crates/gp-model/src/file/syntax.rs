//! Where everything stands in a text: a tree of keys with their byte ranges, and the sections with
//! their comments. Knows TOML only, no design; damaged text gives what can be placed.

use indexmap::IndexMap;
use std::{borrow::Cow, ops::Range};
use toml_parser::{
    ErrorSink, Raw, Source, Span,
    decoder::Encoding,
    parser::{EventReceiver, RecursionGuard, parse_document},
};

/// A text taken apart.
pub(super) struct Syntax {
    /// The top of the tree.
    pub root: Node,
    /// In the order of the text; the first is what stands before any header.
    pub sections: Vec<Section>,
}

/// A key of the document, or an element of a list.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// What says it.
    pub said: Said,
    /// Every place where this key's own name is written.
    pub names: Vec<Range<usize>>,
    /// Keys below it.
    pub children: IndexMap<String, Node>,
    /// Elements, of an array or of an array of tables.
    pub items: Vec<Node>,
}

/// How a node came to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Said {
    /// Only by headers below it.
    #[default]
    Implied,
    /// By dotted keys in this section.
    Dotted(usize),
    /// By the header of this section.
    Header(usize),
    /// By headers `[[…]]`, one for each item.
    Headers,
    /// By a value.
    Value {
        /// The section in which it stands.
        section: usize,
        /// From the start of the key to the end of the value (an element: the value only).
        whole: Range<usize>,
        /// The value alone.
        value: Range<usize>,
        /// Whether it stands inside another value.
        inner: bool,
    },
}

/// A header and what stands under it.
#[derive(Debug)]
pub(super) struct Section {
    /// First byte of its leading comments, or of its header.
    pub start: usize,
    /// End of its last line that says something, line break included.
    pub end: usize,
    /// End of the last line with a value, or of the header's line.
    pub last_value: usize,
    /// Start of the header; `None` for what stands before any.
    pub header: Option<usize>,
    /// The keys of the header; array elements as `#0`.
    pub path: Vec<String>,
    /// Its lines with values: from the start of the key to the end of the value.
    pub values: Vec<Range<usize>>,
}

impl Syntax {
    /// Takes a text apart.
    pub fn new(text: &str) -> Self {
        let tokens = Source::new(text).lex().into_vec();
        let mut reader = Reader::new(text);
        let mut guard = RecursionGuard::new(&mut reader, 80);
        parse_document(&tokens, &mut guard, &mut ());
        let mut syntax = Self { root: reader.root, sections: reader.sections };
        syntax.place_comments(text);
        syntax
    }

    /// The node at a path.
    pub fn find(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(&self.root, |at, key| at.child(key))
    }

    /// Gives comments to sections: lines of comment right above a header belong to it, lines of
    /// comment right below the last value to the section above.
    fn place_comments(&mut self, text: &str) {
        let mut next_start = text.len();
        for section in self.sections.iter_mut().rev() {
            let mut end = section.last_value;
            while end < next_start && is_comment(text, end) {
                end = line_end(text, end).min(next_start);
            }
            section.end = end;
            next_start = section.start;
        }
    }
}

impl Node {
    /// The node of a key below, or of an item by `#0`.
    pub fn child(&self, key: &str) -> Option<&Self> {
        self.children.get(key).or_else(|| {
            let number: usize = key.strip_prefix('#')?.parse().ok()?;
            self.items.get(number)
        })
    }

    /// Where it is: its value, or its first header or key.
    pub fn range(&self) -> Option<Range<usize>> {
        match &self.said {
            Said::Value { whole, .. } => Some(whole.clone()),
            _ => self
                .names
                .first()
                .cloned()
                .or_else(|| self.children.values().chain(&self.items).find_map(Self::range)),
        }
    }

    /// Calls back with every section index whose header names this node or one below it.
    pub fn each_section(&self, found: &mut impl FnMut(usize)) {
        if let Said::Header(section) = self.said {
            found(section);
        }
        for node in self.children.values().chain(&self.items) {
            node.each_section(found);
        }
    }

    /// Calls back with every value of a section's own lines at or below this node.
    pub fn each_entry(&self, found: &mut impl FnMut(&Self)) {
        match self.said {
            Said::Value { inner: false, .. } => found(self),
            Said::Value { .. } => {}
            _ => {
                for node in self.children.values().chain(&self.items) {
                    node.each_entry(found);
                }
            }
        }
    }
}

/// First byte of the line of `at`, after a byte order mark.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    if start == 0 { bom(text).min(at) } else { start }
}

/// Byte after the line break of the line of `at`.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |i| at + i + 1)
}

/// Bytes of the byte order mark.
pub(super) fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// Whether the line that starts at `at` holds a comment and nothing else.
fn is_comment(text: &str, at: usize) -> bool {
    text[at..line_end(text, at)].trim_start().starts_with('#')
}

/// Whether the line that starts at `at` is blank.
pub(super) fn is_blank(text: &str, at: usize) -> bool {
    at < text.len() && text[at..line_end(text, at)].trim().is_empty()
}

/// First byte of the comment lines right above the line of `at`, not before `floor`.
pub(super) fn with_comments(text: &str, at: usize, floor: usize) -> usize {
    let mut start = line_start(text, at).max(floor);
    while start > floor {
        let above = line_start(text, start - 1);
        if above < floor || above >= start || !is_comment(text, above) {
            break;
        }
        start = above;
    }
    start
}

/// An array or inline table that is still open, with the key that waits for a value in it.
struct Open {
    node: Node,
    start: usize,
    array: bool,
    key: Vec<(String, Range<usize>)>,
}

struct Reader<'t> {
    text: &'t str,
    root: Node,
    sections: Vec<Section>,
    key: Vec<(String, Range<usize>)>,
    open: Vec<Open>,
    in_header: bool,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        let start = bom(text);
        let top = Section {
            start,
            end: start,
            last_value: start,
            header: None,
            path: Vec::new(),
            values: Vec::new(),
        };
        Self {
            text,
            root: Node { said: Said::Header(0), ..Node::default() },
            sections: vec![top],
            key: Vec::new(),
            open: Vec::new(),
            in_header: false,
        }
    }

    fn header(&mut self, span: Span, array: bool) {
        self.in_header = false;
        let number = self.sections.len();
        let Some((last, way)) = self.key.split_last() else { return };
        let mut path = Vec::new();
        let mut at = &mut self.root;
        for (name, range) in way {
            path.push(name.clone());
            at = at.children.entry(name.clone()).or_default();
            at.names.push(range.clone());
            if at.said == Said::Headers && !at.items.is_empty() {
                path.push(format!("#{}", at.items.len() - 1));
                at = at.items.last_mut().expect("it is not empty");
            }
        }
        path.push(last.0.clone());
        at = at.children.entry(last.0.clone()).or_default();
        at.names.push(last.1.clone());
        if array {
            at.said = Said::Headers;
            path.push(format!("#{}", at.items.len()));
            at.items.push(Node {
                said: Said::Header(number),
                names: vec![last.1.clone()],
                ..Node::default()
            });
        } else {
            at.said = Said::Header(number);
        }
        let floor = self.sections.last().map_or(0, |section| section.last_value);
        let header = line_start(self.text, way.first().unwrap_or(last).1.start);
        let end = line_end(self.text, span.end());
        let start = with_comments(self.text, header, floor);
        self.sections.push(Section {
            start,
            end,
            last_value: end,
            header: Some(header),
            path,
            values: Vec::new(),
        });
        self.key.clear();
    }

    /// A value is complete: it goes to the element list or key that waits for it.
    fn complete(&mut self, mut node: Node, value: Range<usize>) {
        let section = self.sections.len() - 1;
        if let Some(outer) = self.open.last_mut() {
            if outer.array {
                node.said = Said::Value { section, whole: value.clone(), value, inner: true };
                outer.node.items.push(node);
                return;
            }
            let key = std::mem::take(&mut outer.key);
            place(&mut outer.node, key, node, section, value, true);
            return;
        }
        let key = std::mem::take(&mut self.key);
        let end = line_end(self.text, value.end);
        if let Some((_, first)) = key.first() {
            self.sections[section].values.push(first.start..value.end);
        }
        let path = self.sections[section].path.clone();
        if let Some(at) = path.iter().try_fold(&mut self.root, |at, key| {
            match key.strip_prefix('#').and_then(|n| n.parse::<usize>().ok()) {
                Some(number) if at.said == Said::Headers => at.items.get_mut(number),
                _ => at.children.get_mut(key),
            }
        }) {
            place(at, key, node, section, value, false);
        }
        self.sections[section].last_value = end;
        self.sections[section].end = end;
    }
}

/// Puts a value under a dotted key.
fn place(
    at: &mut Node,
    key: Vec<(String, Range<usize>)>,
    mut node: Node,
    section: usize,
    value: Range<usize>,
    inner: bool,
) {
    let Some(start) = key.first().map(|(_, range)| range.start) else { return };
    let mut at = at;
    let last = key.len() - 1;
    for (depth, (name, range)) in key.into_iter().enumerate() {
        let new = !at.children.contains_key(&name);
        at = at.children.entry(name).or_default();
        at.names.push(range);
        if depth < last && new {
            at.said = Said::Dotted(section);
        }
    }
    if matches!(at.said, Said::Value { .. }) {
        return; // a duplicate; the first one counts
    }
    node.names = std::mem::take(&mut at.names);
    node.said = Said::Value { section, whole: start..value.end, value, inner };
    *at = node;
}

impl EventReceiver for Reader<'_> {
    fn std_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.in_header = true;
        self.open.clear();
        self.key.clear();
    }

    fn std_table_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.header(span, false);
    }

    fn array_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.in_header = true;
        self.open.clear();
        self.key.clear();
    }

    fn array_table_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.header(span, true);
    }

    fn inline_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        self.open.push(Open {
            node: Node::default(),
            start: span.start(),
            array: false,
            key: Vec::new(),
        });
        true
    }

    fn inline_table_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        if let Some(open) = self.open.pop() {
            self.complete(open.node, open.start..span.end());
        }
    }

    fn array_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        self.open.push(Open {
            node: Node::default(),
            start: span.start(),
            array: true,
            key: Vec::new(),
        });
        true
    }

    fn array_close(&mut self, span: Span, _: &mut dyn ErrorSink) {
        if let Some(open) = self.open.pop() {
            self.complete(open.node, open.start..span.end());
        }
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let range = span.start()..span.end();
        let Some(raw) = self.text.get(range.clone()) else { return };
        let mut name = Cow::Borrowed("");
        Raw::new_unchecked(raw, encoding, span).decode_key(&mut name, &mut ());
        let key = match self.open.last_mut() {
            Some(open) if !self.in_header => &mut open.key,
            _ => &mut self.key,
        };
        key.push((name.into_owned(), range));
    }

    fn scalar(&mut self, span: Span, _: Option<Encoding>, _: &mut dyn ErrorSink) {
        self.complete(Node::default(), span.start()..span.end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\u{feff}# top\nformat = 1\r\n\n# about a\n[a]\nx.y = [1, { z = 2 }] # why\nq = '''\n# no comment\n'''\n# below q\n\n# free\n\n[[a.b]]\nk = 1\n[[a.b]]\n\"odd key\".k = 2\n";

    #[test]
    fn every_key_is_found_where_it_stands() {
        let syntax = Syntax::new(TEXT);
        for (path, expected) in [
            (&["format"][..], "format = 1"),
            (&["a", "x", "y"], "x.y = [1, { z = 2 }]"),
            (&["a", "x", "y", "#0"], "1"),
            (&["a", "x", "y", "#1", "z"], "z = 2"),
            (&["a", "b", "#1", "odd key", "k"], "\"odd key\".k = 2"),
            (&["a"], "a"),
        ] {
            let node = syntax.find(path).unwrap_or_else(|| panic!("{path:?} is not found"));
            assert_eq!(&TEXT[node.range().unwrap()], expected);
        }
    }

    #[test]
    fn comments_belong_to_the_nearest_section() {
        let syntax = Syntax::new(TEXT);
        let texts: Vec<&str> = syntax.sections.iter().map(|it| &TEXT[it.start..it.end]).collect();
        assert_eq!(
            texts,
            [
                "# top\nformat = 1\r\n",
                "# about a\n[a]\nx.y = [1, { z = 2 }] # why\nq = '''\n# no comment\n'''\n# below q\n",
                "[[a.b]]\nk = 1\n",
                "[[a.b]]\n\"odd key\".k = 2\n",
            ]
        );
    }
}
