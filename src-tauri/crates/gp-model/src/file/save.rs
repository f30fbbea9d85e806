//! Saving: the old text with as few changes as say what the design says now. Writes no disk.

use super::{
    FileText, ReadOnly,
    change::{added, changes},
    parse, render,
    syntax::Syntax,
    write::write,
};
use crate::{
    Design, Id, Patch,
    design::FORMAT,
    patch::{About, Change},
};
use std::{collections::HashSet, sync::Arc};

/// What [`FileText::save`] gives.
#[derive(Clone, Debug)]
pub struct Saved {
    /// What to write to disk.
    pub bytes: Vec<u8>,
    /// The file as it is then; the next save starts from it.
    pub file: FileText,
    /// Whether the text had to be written anew, without its comments: its shape defeated the
    /// careful way. Tell the user; the previous version of the file has them.
    pub anew: bool,
}

impl FileText {
    /// A file that does not exist yet.
    pub fn empty() -> Self {
        parse(b"").file
    }

    /// The bytes that say what the design says. No difference gives the same bytes.
    pub fn save(&self, design: &Design) -> Result<Saved, ReadOnly> {
        if let Some((reason, opened)) = &self.read_only {
            return if opened == design { Ok(self.unchanged()) } else { Err(reason.clone()) };
        }
        if self.base == *design && self.format >= i64::from(FORMAT) {
            return Ok(self.unchanged());
        }
        // What was taken out once may not fit what has its name now: then the file does without it.
        let careful = [true, false].into_iter().find_map(|put_back| self.careful(design, put_back));
        Ok(careful.unwrap_or_else(|| self.written_anew(design)))
    }

    /// The old text with small changes; `put_back`: with what former saves took out. `None` where that does not say what
    /// the design says.
    fn careful(&self, design: &Design, put_back: bool) -> Option<Saved> {
        let format = (self.format, i64::from(FORMAT));
        let eol = self.line_end();
        let mut memory = self.memory.clone();
        let mut text = Arc::clone(&self.text);
        let mut base = self.base.clone();
        if let Some((renamed, means)) =
            with_renames(&text, &base, design).and_then(|text| readable(&text))
        {
            (text, base) = (renamed, means);
        }
        let mut all = changes(&base, design, Some(format));
        let mut without = memory.clone();
        let restored = put_back.then(|| without.restored(&text, &added(&all), eol)).flatten();
        if let Some((restored, means)) = restored.and_then(|text| readable(&text)) {
            (text, base, memory) = (restored, means, without);
            all = changes(&base, design, Some(format));
        }
        let new = write(&text, &all, &mut memory, eol);
        let opened = parse(new.as_bytes());
        let right = opened.design == *design && opened.read_only.is_none();
        right.then(|| {
            let file = FileText { memory, ..opened.file };
            Saved { bytes: new.into_bytes(), file, anew: false }
        })
    }

    fn unchanged(&self) -> Saved {
        Saved { bytes: self.bytes.to_vec(), file: self.clone(), anew: false }
    }

    /// The whole design as new text. Loses comments, so it is only for a text whose shape defeats
    /// the careful way: nothing that the design says may be lost.
    fn written_anew(&self, design: &Design) -> Saved {
        let empty = FileText::empty();
        let all = changes(&empty.base, design, Some((0, i64::from(FORMAT))));
        let mut memory = self.memory.clone();
        let text = write("", &all, &mut memory, self.line_end());
        let file = FileText { memory, ..parse(text.as_bytes()).file };
        Saved { bytes: text.into_bytes(), file, anew: true }
    }

    /// The line break that the file uses.
    fn line_end(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }
}

impl Patch {
    /// Gives a design its id, where it has none: written at the first save.
    pub fn identify(design: &Design, id: &str) -> Self {
        if design.id.is_some() {
            return Self::default();
        }
        let before = About::of(design);
        let after = About { id: Some(id.to_owned()), ..before.clone() };
        Self::of(Change::About { before, after })
    }
}

/// A text and what it means, if it is good TOML: what is put back may not fit what stands now.
fn readable(text: &str) -> Option<(Arc<str>, Design)> {
    let opened = parse(text.as_bytes());
    opened.read_only.is_none().then(|| (Arc::clone(&opened.file.text), opened.file.base))
}

/// The text with renamed resources under their new ids; `None` where nothing was renamed. So a
/// renamed section stays where it is, with its comments.
fn with_renames(text: &str, before: &Design, after: &Design) -> Option<String> {
    let gone: HashSet<&Id> =
        before.resources.keys().filter(|id| !after.resources.contains_key(*id)).collect();
    if gone.is_empty() {
        return None;
    }
    let mut renames: Vec<(&Id, &Id)> = Vec::new();
    for (new, resource) in
        after.resources.iter().filter(|(id, _)| !before.resources.contains_key(*id))
    {
        let old = resource.was.iter().rev().find_map(|was| gone.get(was).copied()).or_else(|| {
            // An undone rename: the id that goes remembers the one that comes.
            gone.iter().copied().find(|id| before.resources[*id].was.last() == Some(new))
        });
        if let Some(old) = old.filter(|old| !renames.iter().any(|(taken, _)| taken == old)) {
            renames.push((old, new));
        }
    }
    if renames.is_empty() {
        return None;
    }
    let syntax = Syntax::new(text);
    let mut edits = Vec::new();
    for (old, new) in renames {
        let mut rename = |path: &[&str]| {
            let way = &path[..path.len() - 1];
            let taken =
                syntax.find(way).is_some_and(|node| node.children.contains_key(new.as_str()));
            if let Some(node) = syntax.find(path).filter(|_| !taken) {
                edits.extend(node.names.iter().map(|range| (range.clone(), render::key(new))));
            }
        };
        rename(&["resource", old]);
        rename(&["layout", "resources", old]);
        rename(&["layout", "locked", old]);
        for view in before.layouts.keys() {
            rename(&["view", view, "resources", old]);
        }
        for environment in before.environments.keys() {
            rename(&["environment", environment, "override", old]);
            rename(&["environment", environment, "regions", old]);
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        out.replace_range(range, &new);
    }
    Some(out)
}
