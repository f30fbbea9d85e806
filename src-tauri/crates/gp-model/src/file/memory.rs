//! What former saves took out of the file, so that undoing a removal brings back its text with
//! its comments, and undoing a change brings back the old spelling.

use super::syntax::{Syntax, line_end};
use crate::Value;
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

/// Texts that are no longer in the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    removed: Vec<Removed>,
    spelled: HashMap<Vec<String>, Vec<(Value, String)>>,
    generation: usize,
}

/// A section or a line that was taken out.
#[derive(Clone, Debug)]
struct Removed {
    path: Vec<String>,
    text: String,
    anchor: Anchor,
    /// What stood between the anchor and it.
    gap: String,
    generation: usize,
}

/// What stood before it and stayed.
#[derive(Clone, Debug)]
enum Anchor {
    /// The section with this path, as a whole.
    Section(Vec<String>),
    /// In the section with this path, the line with this key as written; `None`: its header.
    Line(Vec<String>, Option<String>),
}

/// One stretch that a save takes out: its range and what it said.
pub(super) struct Removal {
    pub range: Range<usize>,
    pub path: Vec<String>,
    /// Its section's number, and whether it is the whole section.
    pub section: usize,
    pub whole: bool,
}

impl Memory {
    /// Remembers what a save takes out of `text`; `removals` in its order.
    pub fn remember(&mut self, text: &str, syntax: &Syntax, removals: &[Removal]) {
        if removals.is_empty() {
            return;
        }
        self.generation += 1;
        let sections: HashSet<usize> =
            removals.iter().filter(|it| it.whole).map(|it| it.section).collect();
        let mut before: Option<(&Removal, Anchor, String)> = None;
        for it in removals {
            // Of a run, all stand behind what the first one stands behind: looking again for each would be quadratic.
            let run = before.take().filter(|(above, ..)| {
                above.range.end == it.range.start
                    && above.whole == it.whole
                    && (it.whole || above.section == it.section)
            });
            let (anchor, gap) = if let Some((_, anchor, gap)) = run {
                (anchor, gap)
            } else {
                let Some((anchor, end)) = anchor(text, syntax, removals, &sections, it) else {
                    continue;
                };
                (anchor, without(text, end..it.range.start, removals))
            };
            self.removed.push(Removed {
                path: it.path.clone(),
                text: text[it.range.clone()].to_owned(),
                anchor: anchor.clone(),
                gap: gap.clone(),
                generation: self.generation,
            });
            before = Some((it, anchor, gap));
        }
    }

    /// Remembers how a value was written.
    pub fn remember_spelling(&mut self, path: &[String], value: &Value, text: &str) {
        let all = self.spelled.entry(path.to_vec()).or_default();
        if !all.iter().any(|(known, _)| known == value) {
            all.push((value.clone(), text.to_owned()));
        }
    }

    /// How a value was written there before.
    pub fn spelling(&self, path: &[String], value: &Value) -> Option<&str> {
        let all = self.spelled.get(path)?;
        all.iter().find(|(known, _)| known == value).map(|(_, text)| text.as_str())
    }

    /// The text with everything put back that was taken out of one of the `added` paths; `None`
    /// where there is nothing to put back.
    pub fn restored(
        &mut self,
        text: &str,
        added: &HashSet<Vec<String>>,
        eol: &str,
    ) -> Option<String> {
        let of = |it: &Removed| {
            (1..=it.path.len())
                .find(|n| added.contains(&it.path[..*n]))
                .map(|n| it.path[..n].to_vec())
        };
        let mut newest: HashMap<Vec<String>, usize> = HashMap::new();
        for it in &self.removed {
            if let Some(path) = of(it) {
                let generation = newest.entry(path).or_default();
                *generation = it.generation.max(*generation);
            }
        }
        if newest.is_empty() {
            return None;
        }
        // What went last comes back first: it may be what the others stood behind.
        let mut generations: Vec<usize> = newest.values().copied().collect();
        generations.sort_unstable();
        generations.dedup();
        let mut out = text.to_owned();
        for generation in generations.into_iter().rev() {
            let ours = |it: &Removed| {
                it.generation == generation
                    && of(it).is_some_and(|path| newest.get(&path) == Some(&generation))
            };
            out = self.restored_generation(&out, &ours, eol);
        }
        (out != text).then_some(out)
    }

    fn restored_generation(
        &mut self,
        text: &str,
        ours: &dyn Fn(&Removed) -> bool,
        eol: &str,
    ) -> String {
        let syntax = Syntax::new(text);
        let sections = Sections::of(text, &syntax);
        let mut places: Vec<(usize, usize, String)> = Vec::new();
        self.removed.retain(|it| {
            let Some(at) = Some(it).filter(|it| ours(it)).and_then(|it| sections.end(&it.anchor))
            else {
                return true;
            };
            let at = if text[at..].starts_with(&it.gap) { at + it.gap.len() } else { at };
            places.push((at, places.len(), it.text.clone()));
            false
        });
        places.sort_by_key(|(at, number, _)| (*at, *number));
        inserted(text, &places, eol)
    }
}

/// Where anchors are in a text.
struct Sections<'a> {
    text: &'a str,
    syntax: &'a Syntax,
    /// Section → its number.
    numbers: HashMap<&'a [String], usize>,
    /// Section and key as written → the byte after that line. The first one counts.
    lines: HashMap<(usize, String), usize>,
}

impl<'a> Sections<'a> {
    fn of(text: &'a str, syntax: &'a Syntax) -> Self {
        let mut numbers = HashMap::new();
        let mut lines = HashMap::new();
        for (number, section) in syntax.sections.iter().enumerate() {
            numbers.entry(&section.path[..]).or_insert(number);
            for value in &section.values {
                let line = (number, raw_key(text, value));
                lines.entry(line).or_insert_with(|| line_end(text, value.end));
            }
        }
        Self { text, syntax, numbers, lines }
    }

    /// The byte after an anchor, if it still stands.
    fn end(&self, anchor: &Anchor) -> Option<usize> {
        let (Anchor::Section(path) | Anchor::Line(path, _)) = anchor;
        let number = *self.numbers.get(&path[..])?;
        match anchor {
            Anchor::Section(_) => Some(self.syntax.sections[number].end),
            Anchor::Line(_, None) => Some(header_end(self.text, self.syntax, number)),
            Anchor::Line(_, Some(key)) => self.lines.get(&(number, key.clone())).copied(),
        }
    }
}

/// What stands before a removal and stays, and the byte after it.
fn anchor(
    text: &str,
    syntax: &Syntax,
    removals: &[Removal],
    gone: &HashSet<usize>,
    it: &Removal,
) -> Option<(Anchor, usize)> {
    if it.whole {
        let before = (0..it.section).rev().find(|section| !gone.contains(section))?;
        let section = &syntax.sections[before];
        return Some((Anchor::Section(section.path.clone()), section.end));
    }
    let section = &syntax.sections[it.section];
    let above = section.values.partition_point(|value| value.start < it.range.start);
    let mut above = section.values[..above].iter().rev();
    let key = match above.find(|value| !taken(removals, value.start)) {
        Some(value) => (Some(raw_key(text, value)), line_end(text, value.end)),
        None => (None, header_end(text, syntax, it.section)),
    };
    Some((Anchor::Line(section.path.clone(), key.0), key.1))
}

/// Whether a byte is taken out; `removals` are in the order of the text.
fn taken(removals: &[Removal], at: usize) -> bool {
    let next = removals.partition_point(|it| it.range.start <= at);
    next > 0 && removals[next - 1].range.end > at
}

fn header_end(text: &str, syntax: &Syntax, section: usize) -> usize {
    let section = &syntax.sections[section];
    section.header.map_or(section.start, |header| line_end(text, header))
}

/// The key of a line as it is written.
fn raw_key(text: &str, whole: &Range<usize>) -> String {
    let line = &text[whole.clone()];
    line.split('=').next().unwrap_or(line).trim().to_owned()
}

/// A stretch of the text without what is taken out of it.
fn without(text: &str, range: Range<usize>, removals: &[Removal]) -> String {
    if range.start >= range.end {
        return String::new();
    }
    let mut out = String::new();
    let mut at = range.start;
    let first = removals.partition_point(|it| it.range.start < range.start);
    for it in removals[first..].iter().take_while(|it| it.range.end <= range.end) {
        if it.range.start >= at {
            out.push_str(&text[at..it.range.start]);
            at = it.range.end;
        }
    }
    out + &text[at.min(range.end)..range.end]
}

fn inserted(text: &str, places: &[(usize, usize, String)], eol: &str) -> String {
    let mut out =
        String::with_capacity(text.len() + places.iter().map(|it| it.2.len()).sum::<usize>());
    let mut from = 0;
    for (at, _, new) in places {
        out.push_str(&text[from..*at]);
        if !out.is_empty() && !out.ends_with('\n') && !out.ends_with('\u{feff}') {
            out.push_str(eol);
        }
        out.push_str(new);
        from = *at;
    }
    if from < text.len() && !out.ends_with('\n') {
        out.push_str(eol);
    }
    out + &text[from..]
}
