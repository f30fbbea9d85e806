//! A user's own kinds: files of a folder that somebody else reads, checked like the program's own and put beside them.
//! One that cannot be used is left out and said, with the file and the line; the others still are.

mod icon;
#[cfg(test)]
mod tests;

pub use icon::MOST_BYTES as MOST_ICON_BYTES;

use crate::{
    catalog,
    kind::{Catalog, Family, Kind, LinkEnd},
    kind_check::Problem,
};
use gp_model::{Diagnostic, Place};
use std::collections::{BTreeMap, BTreeSet};

/// A file of the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnFile {
    /// The kind's word: the file's name without `.toml`.
    pub id: String,
    /// As it is named in messages: `kinds/search.toml`.
    pub path: String,
    /// What it says.
    pub text: String,
    /// The picture beside it, `search.svg`.
    pub icon: Option<String>,
}

impl Catalog {
    /// These kinds, which are the program's, and a user's own. Every finding names
    /// the file, and the line where there is one.
    pub fn with_files(&self, files: &[OwnFile]) -> (Self, Vec<OwnFinding>) {
        let mut catalog = self.clone();
        let mut findings = Vec::new();
        let mut open: BTreeMap<&str, &OwnFile> = BTreeMap::new();
        for file in files {
            match read(self, file, &mut catalog.own_icons, &mut findings) {
                Some(kind) => {
                    catalog.kinds.insert(file.id.clone(), kind);
                    open.insert(&file.id, file);
                }
                None => drop(catalog.own_icons.remove(&file.id)),
            }
        }
        // One that falls away takes along what stands on it.
        while let Some(bad) = unusable(&catalog, &open) {
            for (id, problems) in bad {
                let Some(file) = open.remove(id.as_str()) else { continue };
                findings.extend(problems.iter().map(|problem| said(file, problem)));
                catalog.kinds.shift_remove(&id);
                catalog.own_icons.remove(&id);
            }
        }
        catalog.own = open.keys().map(|id| (*id).to_owned()).collect();
        for id in &catalog.own.clone() {
            catalog.tie(id);
        }
        catalog.tie_raw();
        catalog.sort();
        (catalog, findings)
    }

    /// Tells the kinds of the program what an own one says of them.
    fn tie(&mut self, id: &str) {
        let own = self.kinds[id].clone();
        for end in &own.linked_from {
            for from in &end.from {
                let Some(kind) = self.kinds.get_mut(from) else { continue };
                match kind.links.iter_mut().find(|known| known.kind == end.kind) {
                    Some(known) if known.to.contains(&own.id) => {}
                    Some(known) => known.to.push(own.id.clone()),
                    None => kind.links.push(LinkEnd { kind: end.kind, to: vec![own.id.clone()] }),
                }
            }
        }
        for held in &own.holds {
            if let Some(kind) = self.kinds.get_mut(held)
                && !kind.parents.contains(&own.id)
            {
                kind.parents.push(own.id.clone());
            }
        }
    }
}

/// What is to be said of a file in the folder.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnFinding {
    /// The kind's word.
    pub kind: String,
    /// Rule, place and words.
    pub diagnostic: Diagnostic,
}

impl OwnFinding {
    /// A file that cannot be used; `line` from 1.
    pub fn new(kind: &str, path: &str, line: Option<usize>, problem: &str) -> Self {
        let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
        let text = format!("{}{line}: {problem}", path.escape_debug());
        let diagnostic = Diagnostic::error("bad-kind-file", Place::Design, text);
        Self { kind: kind.to_owned(), diagnostic }
    }

    /// The same of something that it can do without.
    fn warning(self) -> Self {
        let severity = gp_model::Severity::Warning;
        Self { diagnostic: Diagnostic { severity, ..self.diagnostic }, ..self }
    }
}

/// The kind of a file, before it is held against the others.
fn read(
    program: &Catalog,
    file: &OwnFile,
    icons: &mut BTreeMap<String, String>,
    findings: &mut Vec<OwnFinding>,
) -> Option<Kind> {
    if let Some(taken) = program.kind(&file.id) {
        let text = format!(
            "“{}” is a kind of the program ({}): give yours another name",
            taken.id,
            taken.title.to_lowercase()
        );
        findings.push(OwnFinding::new(&file.id, &file.path, None, &text));
        return None;
    }
    let mut kind = match catalog::parse(&file.id, &file.text) {
        Ok(kind) => kind,
        Err(error) => {
            let line = error.span().map(|span| line_at(&file.text, span.start));
            let text = error.message().trim().replace('\n', " ");
            findings.push(OwnFinding::new(&file.id, &file.path, line, &text));
            return None;
        }
    };
    if let Some(picture) = &file.icon {
        match icon::clean(picture) {
            Ok(picture) => {
                icons.insert(file.id.clone(), picture);
                kind.icon.clone_from(&file.id);
            }
            Err(problem) => {
                let path = file.path.replace(".toml", ".svg");
                let text = format!("{problem}; the icon of its family is drawn instead");
                findings.push(OwnFinding::new(&file.id, &path, None, &text).warning());
            }
        }
    }
    if kind.icon.is_empty() {
        family_icon(kind.family).clone_into(&mut kind.icon);
    }
    Some(kind)
}

/// Own kinds that cannot be used among the others, with why; nothing where all can.
fn unusable(
    catalog: &Catalog,
    open: &BTreeMap<&str, &OwnFile>,
) -> Option<Vec<(String, Vec<Problem>)>> {
    let lost = nowhere(catalog, open);
    let one = |id: &str| {
        let mut problems = catalog.kinds[id].problems(catalog);
        if problems.is_empty() && lost.contains(id) {
            let text = "it can stand nowhere: its parents only stand in one another; name one of the program's, or `root`";
            problems.push(Problem { at: vec!["parents".to_owned()], text: text.to_owned() });
        }
        (!problems.is_empty()).then(|| (id.to_owned(), problems))
    };
    let bad: Vec<_> = open.keys().filter_map(|id| one(id)).collect();
    (!bad.is_empty()).then_some(bad)
}

/// Own kinds to which no way leads from the top of the design.
fn nowhere<'a>(catalog: &'a Catalog, open: &BTreeMap<&'a str, &OwnFile>) -> BTreeSet<&'a str> {
    let mut lost: BTreeSet<&str> = open.keys().copied().collect();
    loop {
        let stands = |id: &&str| {
            let parents = &catalog.kinds[*id].parents;
            parents.iter().any(|parent| !lost.contains(parent.as_str()))
        };
        let found: Vec<&str> = lost.iter().copied().filter(stands).collect();
        if found.is_empty() {
            return lost;
        }
        lost.retain(|id| !found.contains(id));
    }
}

fn said(file: &OwnFile, problem: &Problem) -> OwnFinding {
    OwnFinding::new(&file.id, &file.path, line_of(&file.text, &problem.at), &problem.text)
}

/// The line of a key, or of the last one on the way to it that the file has.
fn line_of(text: &str, keys: &[String]) -> Option<usize> {
    let table = toml::de::DeTable::parse(text).ok()?;
    let (mut table, mut at) = (table.into_inner(), None);
    for key in keys {
        let (found, value) = table.iter().find(|(known, _)| known.get_ref() == key)?;
        at = Some(found.span().start);
        let toml::de::DeValue::Table(inner) = value.get_ref() else { break };
        table = inner.clone();
    }
    at.map(|at| line_at(text, at))
}

fn line_at(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// What a kind without a picture is drawn with.
fn family_icon(family: Family) -> &'static str {
    match family {
        Family::Place => "region",
        Family::Network => "network",
        Family::Compute => "server",
        Family::Storage => "volume",
        Family::Data => "database",
        Family::Security => "firewall",
        Family::Actor => "external-system",
        Family::Annotation => "note",
    }
}
