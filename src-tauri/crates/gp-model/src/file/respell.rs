//! The new text of one value, keeping of the old text whatever still holds: comments in lists,
//! spacing, spelling of numbers.

use super::{
    render,
    syntax::{Node, Said, line_end, line_start},
};
use crate::{Table, Value};
use std::ops::Range;

/// The text for `after` in the place of `node`, whose text says `before`.
pub(super) fn respell(text: &str, node: &Node, before: &Value, after: &Value, eol: &str) -> String {
    let Said::Value { value: range, .. } = &node.said else { return render::value(after) };
    if before == after {
        return text[range.clone()].to_owned();
    }
    match (before, after) {
        (Value::Table(before), Value::Table(after)) if plain(node, before) => {
            table(text, range, node, before, after, eol)
        }
        (Value::List(before), Value::List(after))
            if before.len() == node.items.len() && !before.is_empty() =>
        {
            list(text, range, node, before, after, eol)
        }
        _ => render::value(after),
    }
}

/// Whether every key of an inline table has a value of its own.
fn plain(node: &Node, before: &Table) -> bool {
    node.children.len() == before.len()
        && !before.is_empty()
        && before.keys().all(|key| {
            node.children.get(key).is_some_and(|it| matches!(it.said, Said::Value { .. }))
        })
}

fn whole(node: &Node) -> Range<usize> {
    match &node.said {
        Said::Value { whole, .. } => whole.clone(),
        _ => 0..0,
    }
}

fn value_range(node: &Node) -> Range<usize> {
    match &node.said {
        Said::Value { value, .. } => value.clone(),
        _ => 0..0,
    }
}

fn table(
    text: &str,
    range: &Range<usize>,
    node: &Node,
    before: &Table,
    after: &Table,
    eol: &str,
) -> String {
    let same_keys = before.len() == after.len() && before.keys().all(|key| after.contains_key(key));
    let child_text = |key: &str, new: &Value| match (node.children.get(key), before.get(key)) {
        (Some(child), Some(old)) => respell(text, child, old, new, eol),
        _ => render::value(new),
    };
    if same_keys {
        let edits = node
            .children
            .iter()
            .map(|(key, child)| (value_range(child), child_text(key, &after[key])))
            .collect();
        return patched(text, range, edits);
    }
    let kept =
        node.children.iter().filter(|(key, _)| after.contains_key(*key)).map(|(key, child)| {
            let (whole, value) = (whole(child), value_range(child));
            format!("{}{}", &text[whole.start..value.start], child_text(key, &after[key]))
        });
    let new = after
        .iter()
        .filter(|(key, _)| !before.contains_key(*key))
        .map(|(key, value)| format!("{} = {}", render::key(key), render::value(value)));
    let all: Vec<String> = kept.chain(new).collect();
    let space = if text[range.clone()].starts_with("{ ") || before.is_empty() { " " } else { "" };
    if all.is_empty() { "{}".to_owned() } else { format!("{{{space}{}{space}}}", all.join(", ")) }
}

fn list(
    text: &str,
    range: &Range<usize>,
    node: &Node,
    before: &[Value],
    after: &[Value],
    eol: &str,
) -> String {
    let (first, last) = same_ends(before, after);
    let (middle_before, middle_after) = (before.len() - first - last, after.len() - first - last);
    let pairs = middle_before.min(middle_after);
    let items: Vec<Range<usize>> = node.items.iter().map(value_range).collect();
    let mut edits: Vec<(Range<usize>, String)> = (first..first + pairs)
        .map(|i| (items[i].clone(), respell(text, &node.items[i], &before[i], &after[i], eol)))
        .collect();
    let at = first + pairs;
    if middle_before > pairs {
        let end = before.len() - last;
        if end < items.len() {
            edits.push((items[at].start..items[end].start, String::new()));
        } else if at > 0 {
            edits.push((items[at - 1].end..items[end - 1].end, String::new()));
        } else {
            return "[]".to_owned();
        }
    }
    for value in &after[at..after.len() - last] {
        if middle_after > pairs {
            insert(text, range, &items, at, &render::value(value), eol, &mut edits);
        }
    }
    patched(text, range, edits)
}

/// How many elements are the same at the beginning and, after them, at the end.
pub(super) fn same_ends(before: &[Value], after: &[Value]) -> (usize, usize) {
    let first = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let last = before[first..]
        .iter()
        .rev()
        .zip(after[first..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (first, last)
}

/// Puts a new element before the one at `at`, or after the last, on a line of its own where the
/// others have one.
fn insert(
    text: &str,
    range: &Range<usize>,
    items: &[Range<usize>],
    at: usize,
    value: &str,
    eol: &str,
    edits: &mut Vec<(Range<usize>, String)>,
) {
    let near = items.get(at).unwrap_or(&items[items.len() - 1]);
    let start = line_start(text, near.start);
    let indent = &text[start..near.start];
    let lines = start > range.start && indent.trim().is_empty();
    if at < items.len() {
        let between = if lines { format!("{eol}{indent}") } else { " ".to_owned() };
        edits.push((near.start..near.start, format!("{value},{between}")));
        return;
    }
    let line = line_end(text, near.end);
    let line_stop = near.end + text[near.end..line].trim_end_matches(['\r', '\n']).len();
    if !lines || line >= range.end {
        edits.push((near.end..near.end, format!(", {value}")));
    } else if text[near.end..line_stop].trim_start().starts_with(',') {
        edits.push((line_stop..line_stop, format!("{eol}{indent}{value},")));
    } else {
        let before = edits.iter().any(|(range, text)| range.start == near.end && text == ",");
        if !before {
            edits.push((near.end..near.end, ",".to_owned()));
        } else if let Some((_, text)) = edits.last_mut() {
            text.push(',');
        }
        edits.push((line_stop..line_stop, format!("{eol}{indent}{value}")));
    }
}

fn patched(text: &str, range: &Range<usize>, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::new();
    let mut at = range.start;
    for (edit, new) in edits {
        out.push_str(&text[at..edit.start.max(at)]);
        out.push_str(&new);
        at = edit.end.max(at);
    }
    out + &text[at..range.end]
}
