//! The header of every exported file: which design it came from, and a seal over the file's text, by
//! which a later export knows its own files and whether somebody changed them since. No time stamp:
//! same design, same bytes.

use gp_catalog::Resolved;
use gp_plan::FileSet;
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    io::{BufWriter, Write as _},
};

/// Where a file comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The mark of the design.
    pub design: String,
    /// The format's id.
    pub format: String,
    /// Nobody changed it since it was written. Line ends do not count: version control changes them.
    pub untouched: bool,
}

/// In place of the seal until the text is complete.
const UNSEALED: &str = "............";

/// The first line without marks: what it is and who wrote it.
pub fn about(resolved: &Resolved) -> String {
    let name = crate::name::one_line(&resolved.design.name);
    let environment = crate::name::one_line(&resolved.environment.id);
    format!(
        "{name}, environment {environment}. Written by Groundplan; change the drawing, not this file."
    )
}

/// The second line without marks: by it, [`origin`] knows the file again.
pub fn source(resolved: &Resolved, format: &str) -> String {
    let (design, hash) = (design_mark(resolved), content_hash(resolved));
    format!("Design {design} as {format}, content {hash}, text {UNSEALED}.")
}

/// What tells a design from others: its id, or its name where it was never saved.
pub fn design_mark(resolved: &Resolved) -> String {
    let design = &resolved.design;
    crate::name::slug(if design.id.is_empty() { &design.name } else { &design.id })
}

/// Puts the seal into every file that has a header.
pub fn seal(files: &mut FileSet) {
    for content in files.files.values_mut() {
        let Ok(text) = std::str::from_utf8(content) else { continue };
        let Some(line) = source_line(text).filter(|line| line.seal == UNSEALED) else { continue };
        let sealed = line.whole.replace(UNSEALED, &hash_of(text));
        *content = text.replacen(line.whole, &sealed, 1).into_bytes();
    }
}

/// Where a file comes from, by its header; `None`: it is none of ours.
pub fn origin(text: &str) -> Option<Origin> {
    let line = source_line(text)?;
    let unsealed = text.replacen(line.whole, &line.whole.replace(line.seal, UNSEALED), 1);
    Some(Origin {
        design: line.design.to_owned(),
        format: line.format.to_owned(),
        untouched: hash_of(&unsealed) == line.seal,
    })
}

struct SourceLine<'t> {
    whole: &'t str,
    design: &'t str,
    format: &'t str,
    seal: &'t str,
}

/// The second line of a header, near the top of a text.
fn source_line(text: &str) -> Option<SourceLine<'_>> {
    text.lines().take(8).find_map(|line| {
        let whole = line.strip_prefix("# ").unwrap_or(line);
        let (design, rest) = whole.strip_prefix("Design ")?.split_once(" as ")?;
        let (format, rest) = rest.split_once(", content ")?;
        let (_, seal) = rest.strip_suffix('.')?.split_once(", text ")?;
        let plain = !design.contains(' ') && !format.contains(' ');
        (plain && seal.len() == UNSEALED.len()).then_some(SourceLine {
            whole,
            design,
            format,
            seal,
        })
    })
}

fn hash_of(text: &str) -> String {
    let mut hash = Sha256::new();
    text.split('\r').for_each(|part| hash.update(part));
    short(hash)
}

/// The first twelve hex digits.
fn short(hash: Sha256) -> String {
    let mut out = String::new();
    for byte in hash.finalize().iter().take(UNSEALED.len() / 2) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Both lines as comments of Terraform and YAML.
pub fn comment(resolved: &Resolved, format: &str) -> String {
    format!("# {}\n# {}\n", about(resolved), source(resolved, format))
}

/// The first twelve hex digits of the SHA-256 of the meaning's JSON.
pub fn content_hash(resolved: &Resolved) -> String {
    let mut hash = Sha256::new();
    // Serialising plain data into a hasher cannot fail; were it to, the hash is of what got through.
    let mut sink = BufWriter::with_capacity(1 << 16, Sink(&mut hash));
    let _ = serde_json::to_writer(&mut sink, resolved);
    let _ = sink.flush();
    drop(sink);
    short(hash)
}

struct Sink<'h>(&'h mut Sha256);

impl std::io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(text: &str) -> String {
        let mut files = FileSet::default();
        files.text("x.tf", text.to_owned());
        seal(&mut files);
        String::from_utf8(files.files.remove("x.tf").unwrap()).unwrap()
    }

    #[test]
    fn a_file_is_known_again_and_so_is_a_change_of_it() {
        let text = sealed(
            "# Shop\n# Design d-1 as terraform, content 0123, text .............\n\na = 1\n",
        );
        let known = origin(&text).unwrap();
        assert_eq!((&*known.design, &*known.format, known.untouched), ("d-1", "terraform", true));
        assert!(origin(&text.replace('\n', "\r\n")).unwrap().untouched, "line ends do not count");
        assert!(!origin(&text.replace("a = 1", "a = 2")).unwrap().untouched);
        assert_eq!(origin("a = 1\n"), None);
    }

    #[test]
    fn a_name_that_reads_like_a_header_is_none() {
        let name = "# Design x as terraform, content a, text ............, environment e. Written";
        let text =
            sealed(&format!("{name}\n# Design d as terraform, content 0, text ............."));
        assert!(text.starts_with(name));
        assert_eq!(origin(&text).unwrap().design, "d");
    }
}
