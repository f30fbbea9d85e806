//! What we refuse to read, because reading it would exhaust memory or stack. Says so, loses nothing.

use crate::{Diagnostic, Place};
use std::ops::Range;
use toml_parser::{
    ErrorSink, Source, Span,
    decoder::Encoding,
    parser::{EventReceiver, RecursionGuard, parse_document},
};

/// Largest file that is read: about 75,000 resources with their links.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Most parts of one dotted key or header, keys of inline tables around it included. The parser
/// itself limits arrays and inline tables to [`MAX_NESTING`] levels, but not dotted keys, whose
/// tables are read and dropped recursively.
const MAX_PARTS: usize = 100;

/// Most levels of arrays and inline tables, the parser's own limit.
const MAX_NESTING: u32 = 80;

/// Where a key has too many parts, if one has.
pub(super) fn too_deep(text: &str) -> Option<Range<usize>> {
    // The exact test lexes everything; most files have no line that could fail it.
    let dots = |line: &str| line.bytes().filter(|b| *b == b'.').count();
    if !text.lines().any(|line| dots(line) >= MAX_PARTS / 10) {
        return None;
    }
    let tokens = Source::new(text).lex().into_vec();
    let mut longest = LongKey::default();
    let mut guard = RecursionGuard::new(&mut longest, MAX_NESTING);
    parse_document(&tokens, &mut guard, &mut ());
    longest.found
}

/// The diagnostic for a key that [`too_deep`] found.
pub(super) fn diagnostic(span: Range<usize>) -> Diagnostic {
    Diagnostic::error(
        "key-too-deep",
        Place::File { start: span.start, end: span.end },
        format!("this key has more than {MAX_PARTS} parts: no part of a design nests that deep"),
    )
}

/// Counts how many tables deep a key leads, the inline tables around it included.
#[derive(Default)]
struct LongKey {
    parts: usize,
    outer: Vec<usize>,
    found: Option<Range<usize>>,
}

impl EventReceiver for LongKey {
    fn inline_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) -> bool {
        self.outer.push(self.parts);
        true
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.parts = self.outer.pop().unwrap_or(0);
    }

    fn simple_key(&mut self, span: Span, _: Option<Encoding>, _: &mut dyn ErrorSink) {
        self.parts += 1;
        if self.parts > MAX_PARTS && self.found.is_none() {
            self.found = Some(span.start()..span.end());
        }
    }

    fn value_sep(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.parts = self.outer.last().copied().unwrap_or(self.parts);
    }

    fn newline(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.parts = self.outer.last().copied().unwrap_or(0);
    }
}
