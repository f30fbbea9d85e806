//! Ids for new things.

use crate::{Design, Id};

/// A well-formed id near `base` that no resource, link or intent has: `app`, `app-2`, `app-3` …
pub fn free_id(design: &Design, base: &str) -> Id {
    free_among(base, |id| {
        design.resources.contains_key(id)
            || design.links.contains_key(id)
            || design.intents.contains_key(id)
    })
}

/// As [`free_id`], with any idea of what is taken.
pub(crate) fn free_among(base: &str, taken: impl Fn(&str) -> bool) -> Id {
    let base = kebab(base);
    if !taken(&base) {
        return Id::from(base);
    }
    let (stem, first) = match base.rsplit_once('-') {
        Some((stem, number)) if number.parse::<u32>().is_ok_and(|n| n > 0 && n < u32::MAX / 2) => {
            (stem.to_owned(), number.parse::<u32>().unwrap_or(1) + 1)
        }
        _ => (base, 2),
    };
    let mut number = first;
    loop {
        let id = format!("{stem}-{number}");
        if !taken(&id) {
            return Id::from(id);
        }
        number += 1;
    }
}

/// Any text as an id: "App Server #1" → `app-server-1`; nothing usable → `thing`.
fn kebab(text: &str) -> String {
    let mut id = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_lowercase() || (letter.is_ascii_digit() && !id.is_empty()) {
            id.push(letter);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() { "thing".to_owned() } else { id.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_id_is_well_formed_and_counts_on() {
        let taken = ["app", "app-2", "web-9"];
        for (base, expected) in [
            ("app", "app-3"),
            ("app-2", "app-3"),
            ("App Server #1", "app-server-1"),
            ("web-9", "web-10"),
            ("9 lives", "lives"),
            ("💥", "thing"),
            ("a--b_c", "a-b-c"),
        ] {
            let id = free_among(base, |id| taken.contains(&id));
            assert_eq!(id.as_str(), expected);
            assert!(id.is_well_formed(), "{id}");
        }
    }
}
