//! The reference pages of a file's sections and their keys: links, intents, environments, policy. From the list by which
//! the file is read.

use gp_model::file::keys::{Key, Keys, SECTIONS};
use std::fmt::Write as _;

/// The page of all sections, in the order of a file.
pub fn page() -> String {
    let mut out = String::from(
        "# Sections\n\nWhat a design file is made of. Every ID is lower-case words joined by dashes.\n",
    );
    for section in SECTIONS {
        out.push('\n');
        out.push_str(&of_section(section));
    }
    out
}

/// The page of a section (`link`) or of one of its keys (`link.allow`); `None`: there is no such.
pub fn explain(word: &str) -> Option<String> {
    let (name, key) = word.split_once('.').map_or((word, None), |(name, key)| (name, Some(key)));
    let section = SECTIONS.into_iter().find(|section| section.word == name)?;
    match key {
        None => Some(of_section(section)),
        Some(key) => Some(of_key(section, section.key(key)?)),
    }
}

/// Every section's word, and what it is in a few words.
pub fn titles() -> impl Iterator<Item = (&'static str, &'static str)> {
    SECTIONS.into_iter().map(|section| (section.word, section.help))
}

fn of_section(section: &Keys) -> String {
    let mut out = format!("## {}\n\n`{}` · {}\n\n", section.word, section.head, section.help);
    out.push_str("| key | what | expects |\n|---|---|---|\n");
    for key in section.keys {
        let _ = writeln!(out, "| `{}` | {} | {} |", key.name, key.help, key.expects);
    }
    out
}

fn of_key(section: &Keys, key: &Key) -> String {
    format!(
        "## {0} of `{1}` (`{2}.{0}`)\n\n{3}\n\n- Expects: {4}\n",
        key.name, section.head, section.word, key.help, key.expects
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;

    #[test]
    fn every_section_and_key_has_a_page_and_no_kind_its_name() {
        for section in SECTIONS {
            let whole = explain(section.word).unwrap();
            assert!(whole.contains(section.head) && page().contains(&whole), "{whole}");
            for key in section.keys {
                let own = explain(&format!("{}.{}", section.word, key.name)).unwrap();
                assert!(own.contains(key.help) && whole.contains(key.help), "{own}");
            }
            assert!(builtin().kind(section.word).is_none(), "{}", section.word);
        }
        assert_eq!(explain("link.colour"), None);
        assert_eq!(explain("layout"), None);
    }

    #[test]
    fn the_page_of_a_key() {
        assert_eq!(
            explain("environment.pool").unwrap(),
            "## pool of `[environment.ID]` (`environment.pool`)\n\nThe range that networks without one get theirs from; \
             10.0.0.0/8 where it is left out.\n\n- Expects: text\n"
        );
    }
}
