//! The journal of unsaved edits: text to append, and what a journal says after a crash. Pure; the
//! application writes and fsyncs it.
//!
//! One JSON line each, `["CHECKSUM",{…}]`: first a header with the text that the edits start from
//! (the file may be another one, or gone, when they are wanted), then one record per act. A crash
//! may cut the last line short: it is dropped, nobody was told that it was kept.

use crate::{Design, Edit, History, Patch, file};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The newest form of the journal that this program writes.
pub const VERSION: u32 = 4;

/// What a journal belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Header {
    /// The form of the journal.
    pub journal: u32,
    /// The text that the edits start from.
    pub text: String,
    /// The file's path; none for a design that was never saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The id that the design goes by where its text has none: what it deployed is known by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// When, RFC 3339.
    pub at: String,
    /// What.
    pub act: Act,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// An edit, and whether it may join the one before it.
    Edit {
        /// The edit.
        edit: Edit,
        /// As in [`History::apply`].
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        coalesce: bool,
    },
    /// The last act was taken back.
    Undo,
    /// It was done again.
    Redo,
    /// A run of edits ended.
    Seal,
    /// An act from before the text that the journal starts from was taken back, or done again.
    Patch {
        /// Under this name.
        name: String,
        /// What that changed.
        patch: Patch,
    },
    /// What another program did to the file was taken in.
    Merge {
        /// What the file says since.
        text: String,
        /// What that changed here.
        patch: Patch,
    },
}

/// What a journal says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    /// What it belongs to; `None` where even that cannot be read.
    pub header: Option<Header>,
    /// The acts that can be trusted, in order.
    pub records: Vec<Record>,
    /// Whether the last line was cut short: normal after a crash.
    pub cut_short: bool,
    /// Lines that could not be trusted, from the first damaged one on: later edits build on it.
    pub damaged: usize,
}

/// What a design is after a journal.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The design.
    pub design: Design,
    /// Its history: recovered acts can be undone.
    pub history: History,
    /// How many acts were repeated.
    pub repeated: usize,
    /// Why the next one could not be, if so.
    pub stopped: Option<String>,
}

impl Header {
    /// The header of a journal whose edits start from this text.
    pub fn new(text: String, path: Option<String>, id: Option<String>) -> Self {
        Self { journal: VERSION, text, path, id }
    }
}

/// The first line.
pub fn encode_header(header: &Header) -> String {
    line(header)
}

/// A line to append.
pub fn encode(record: &Record) -> String {
    line(record)
}

fn line<T: Serialize>(it: &T) -> String {
    let json = serde_json::to_string(it).expect("records have text keys and no failing parts");
    format!("[\"{}\",{json}]\n", checksum(&json))
}

/// The first 16 digits of the SHA-256, in hexadecimal.
fn checksum(json: &str) -> String {
    Sha256::digest(json).iter().take(8).fold(String::with_capacity(16), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Reads a journal as far as it can be trusted.
pub fn decode(bytes: &[u8]) -> Journal {
    let mut journal = Journal::default();
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    match lines.next().map(decode_line::<Header>) {
        Some(Ok(header)) if header.journal <= VERSION => journal.header = Some(header),
        Some(Err(Bad::Short)) => {
            journal.cut_short = true;
            return journal;
        }
        Some(_) => {
            journal.damaged = 1 + lines.count();
            return journal;
        }
        None => return journal,
    }
    while let Some(line) = lines.next() {
        match decode_line(line) {
            Ok(record) => journal.records.push(record),
            Err(Bad::Short) => journal.cut_short = true,
            Err(Bad::Wrong) => {
                journal.damaged = 1 + lines.count();
                break;
            }
        }
    }
    journal
}

enum Bad {
    Short,
    Wrong,
}

fn decode_line<T: DeserializeOwned>(line: &[u8]) -> Result<T, Bad> {
    let Some(line) = line.strip_suffix(b"\n") else { return Err(Bad::Short) };
    let read = || {
        let rest = std::str::from_utf8(line).ok()?.strip_prefix("[\"")?;
        let (sum, rest) = rest.split_at_checked(16)?;
        let json = rest.strip_prefix("\",")?.strip_suffix(']')?;
        (checksum(json) == sum).then(|| serde_json::from_str(json).ok())?
    };
    read().ok_or(Bad::Wrong)
}

/// Repeats the acts on the design that the journal starts from.
pub fn replay(base: &Design, records: &[Record]) -> Recovered {
    let mut it =
        Recovered { design: base.clone(), history: History::default(), repeated: 0, stopped: None };
    for record in records {
        match &record.act {
            Act::Edit { edit, coalesce } => {
                if let Err(refusal) = it.history.apply(&mut it.design, edit, *coalesce) {
                    it.stopped = Some(refusal.to_string());
                    break;
                }
            }
            Act::Undo => drop(it.history.undo(&mut it.design)),
            Act::Redo => drop(it.history.redo(&mut it.design)),
            Act::Seal => it.history.seal(),
            Act::Patch { name, patch } => it.history.take(&mut it.design, name, patch),
            Act::Merge { text, patch } => {
                let file = file::parse(text.as_bytes()).design;
                it.history.merge(&mut it.design, patch, &file);
            }
        }
        it.repeated += 1;
    }
    it
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    const DESIGN: &str = "format = 1\n[resource.app]\nkind = \"server\"\n";

    fn record(act: Act) -> Record {
        Record { at: "2026-01-02T03:04:05Z".to_owned(), act }
    }

    fn set(value: &str) -> Act {
        let (resource, path) = ("app".into(), vec!["title".to_owned()]);
        Act::Edit {
            edit: Edit::SetAttribute { resource, path, value: Value::from(value) },
            coalesce: false,
        }
    }

    fn journal() -> (String, Vec<Record>) {
        let records = vec![
            record(set("a\nb \"x\"")),
            record(set("é💥")),
            record(Act::Undo),
            record(Act::Redo),
        ];
        let header =
            encode_header(&Header::new(DESIGN.to_owned(), Some("/x/shop.gplan".to_owned()), None));
        (records.iter().fold(header, |all, it| all + &encode(it)), records)
    }

    #[test]
    fn what_was_written_is_read_and_repeated() {
        let (text, records) = journal();
        assert_eq!(text.lines().count(), 5);
        assert!(text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
        let journal = decode(text.as_bytes());
        assert_eq!(journal.records, records);
        assert_eq!(journal.header.unwrap().text, DESIGN);
        assert!(!journal.cut_short);
        let recovered = replay(&file::parse(DESIGN.as_bytes()).design, &journal.records);
        assert_eq!(recovered.design.resources["app"].title.as_deref(), Some("é💥"));
        assert_eq!(recovered.repeated, 4);
        assert!(recovered.history.dirty());
        assert_eq!(recovered.history.names().count(), 2);
    }

    #[test]
    fn a_journal_cut_anywhere_gives_a_beginning_of_what_was_done() {
        let (text, records) = journal();
        for end in 0..text.len() {
            let journal = decode(&text.as_bytes()[..end]);
            assert_eq!(journal.damaged, 0);
            assert_eq!(journal.records[..], records[..journal.records.len()]);
            assert_eq!(journal.cut_short, end != 0 && !text[..floor(&text, end)].ends_with('\n'));
        }
    }

    fn floor(text: &str, mut at: usize) -> usize {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    #[test]
    fn a_flipped_bit_ends_what_is_trusted() {
        let (text, records) = journal();
        let third = text.match_indices('\n').nth(1).unwrap().0 + 30;
        let mut bytes = text.into_bytes();
        bytes[third] ^= 1;
        let journal = decode(&bytes);
        assert_eq!(journal.records[..], records[..1]);
        assert_eq!(journal.damaged, 3);
        assert_eq!(decode(b"garbage\nmore\n").damaged, 2);
        assert_eq!(decode(b""), Journal::default());
    }

    #[test]
    fn replay_stops_at_an_edit_that_does_not_fit() {
        let act =
            Act::Edit { edit: Edit::RemoveResources { ids: vec!["gone".into()] }, coalesce: false };
        let recovered = replay(
            &file::parse(DESIGN.as_bytes()).design,
            &[record(set("x")), record(act), record(set("y"))],
        );
        assert_eq!(recovered.repeated, 1);
        assert_eq!(recovered.stopped.as_deref(), Some("there is no resource “gone”"));
        assert_eq!(recovered.design.resources["app"].title.as_deref(), Some("x"));
    }
}
