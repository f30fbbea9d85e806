//! Names of things in a design. Cheap to clone, ordered as text.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    borrow::{Borrow, Cow},
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    sync::Arc,
};

/// How much of the text stands beside the pointer to it.
const START: usize = 16;

/// The id of a resource, link, intent or environment: kebab-case, unique in its section.
///
/// Any text can be held (the user's file may say anything); [`Id::is_well_formed`] tells
/// whether it is one that we would have written.
#[derive(Clone)]
pub struct Id {
    /// The first bytes, big-endian, so that comparing numbers compares text. Everything is kept by
    /// id, and following the pointer for each comparison was a third of resolving a large design.
    start: [u64; 2],
    text: Arc<str>,
}

impl Id {
    /// The id with this text.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self::from(Arc::from(text.as_ref()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// [`head_of`] its text.
    pub fn head(&self) -> u128 {
        (u128::from(self.start[0]) << 64) | u128::from(self.start[1])
    }

    /// Lower-case letters, digits and single inner dashes, starting with a letter.
    pub fn is_well_formed(&self) -> bool {
        let text = self.as_str();
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && !text.contains("--")
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    }

    /// Whether the start is everything.
    fn is_short(&self) -> bool {
        self.text.len() <= START
    }
}

impl Default for Id {
    fn default() -> Self {
        Self::new("")
    }
}

impl From<Arc<str>> for Id {
    fn from(text: Arc<str>) -> Self {
        let both = head_of(&text);
        Self { start: [(both >> 64) as u64, both as u64], text }
    }
}

/// The first sixteen bytes as a number. Texts in order have such numbers in order; those of two may be
/// the same.
pub fn head_of(text: &str) -> u128 {
    let mut padded = [0; START];
    let kept = text.len().min(START);
    padded[..kept].copy_from_slice(&text.as_bytes()[..kept]);
    u128::from_be_bytes(padded)
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.start == other.start
            && self.text.len() == other.text.len()
            && (self.is_short() || self.text == other.text)
    }
}

impl Eq for Id {}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        self.start.cmp(&other.start).then_with(|| {
            if self.is_short() && other.is_short() {
                // They differ in nothing but zero bytes at the end, if at all.
                self.text.len().cmp(&other.text.len())
            } else {
                self.text.cmp(&other.text)
            }
        })
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As the text hashes: maps are asked by text, too.
impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl JsonSchema for Id {
    fn inline_schema() -> bool {
        String::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        String::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

impl Deref for Id {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self::from(Arc::<str>::from(text))
    }
}

impl PartialEq<str> for Id {
    fn eq(&self, other: &str) -> bool {
        &*self.text == other
    }
}

impl PartialEq<&str> for Id {
    fn eq(&self, other: &&str) -> bool {
        &*self.text == *other
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ids_are_ordered_and_equal_as_their_texts(
            a in "[ab\\x00]{14,18}|[a-z\\-]{0,20}|\\PC{0,9}",
            b in "[ab\\x00]{14,18}|[a-z\\-]{0,20}|\\PC{0,9}",
            cut in 0_usize..20,
        ) {
            let near: String = a.chars().take(cut).collect();
            for (a, b) in [(&a, &b), (&a, &near), (&a, &a.clone())] {
                prop_assert_eq!(Id::new(a).cmp(&Id::new(b)), a.cmp(b));
                prop_assert_eq!(Id::new(a) == Id::new(b), a == b);
            }
        }
    }
}
