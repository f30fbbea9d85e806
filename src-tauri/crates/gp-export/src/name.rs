//! Names on the way out: what a target accepts, made from ids and titles. Nothing here is quoted or
//! escaped for a format; the writers do that.

use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write as _};

/// A Terraform label: letters, digits and `_`, starting with a letter (`app-tier` → `app_tier`).
pub fn label(text: &str) -> String {
    let mut out: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert_str(0, "r_");
    }
    out
}

/// A CloudFormation logical id: letters and digits only (`app-tier` → `AppTier`).
pub fn logical(text: &str) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut chars = word.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.extend(chars);
    }
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert(0, 'R');
    }
    out
}

/// Lower-case letters, digits and single dashes: bucket and database names (`Web shop!` → `web-shop`).
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "design".to_owned() } else { out.to_owned() }
}

/// `PLACE-THING-TAIL` as slugs, of at most `max` letters. What is longer is cut, its place first, and
/// ends in a hash of the whole instead of the tail, so that two long names that begin alike stay two.
pub fn within(place: &[&str], thing: &str, tail: Option<&str>, max: usize) -> String {
    let slugs = |parts: &[&str]| parts.iter().map(|part| slug(part)).collect::<Vec<_>>().join("-");
    let (place, thing) = (slugs(place), slug(thing));
    let mut whole = format!("{place}-{thing}");
    if let Some(tail) = tail {
        whole = format!("{whole}-{}", slug(tail));
    }
    if whole.len() <= max {
        return whole;
    }
    let mut hash = String::new();
    for byte in Sha256::digest(&whole).iter().take(HASH / 2) {
        let _ = write!(hash, "{byte:02x}");
    }
    let room = max.saturating_sub(HASH + 2);
    let thing = cut(&thing, room * 2 / 3);
    format!("{}-{thing}-{hash}", cut(&place, room - thing.len()))
}

fn cut(slug: &str, max: usize) -> &str {
    slug[..slug.len().min(max)].trim_end_matches('-')
}

/// Hex digits of the hash in a name that was cut.
const HASH: usize = 6;

/// One line without control characters, for comments.
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c })
        .collect()
}

/// Text that Markdown must not read as markup.
pub fn markdown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if "\\`*_{}[]<>#|!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// What EC2 accepts in the description of a security group or a rule: at most 255 of a small set.
pub fn ec2_description(text: &str) -> String {
    let mut out = String::new();
    for c in text.replace('→', "to").chars() {
        let fits = c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
        out.push(if fits { c } else { ' ' });
    }
    let mut out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    out.truncate(255);
    if out.is_empty() { "-".to_owned() } else { out }
}

/// Hands out names once: the second `app` becomes `app_2`.
#[derive(Clone, Debug, Default)]
pub struct Unique {
    /// Every name that is taken, with the number to try next for it.
    taken: HashMap<String, u32>,
}

impl Unique {
    /// The name itself, or the first free numbered one.
    pub fn take(&mut self, wanted: &str, separator: &str) -> String {
        let Some(next) = self.taken.get(wanted) else {
            self.taken.insert(wanted.to_owned(), 2);
            return wanted.to_owned();
        };
        let numbered = |number: u32| format!("{wanted}{separator}{number}");
        let free = (*next..=u32::MAX).find(|number| !self.taken.contains_key(&numbered(*number)));
        let number = free.unwrap_or(u32::MAX);
        self.taken.insert(wanted.to_owned(), number.saturating_add(1));
        self.taken.insert(numbered(number), 2);
        numbered(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_ids_become_plain_names() {
        assert_eq!(label("\"} resource \"x"), "r____resource__x");
        assert_eq!(logical("app-tier/a"), "AppTierA");
        assert_eq!(logical("9..9"), "R99");
        assert_eq!(slug("../../Web  Shop!"), "web-shop");
        assert_eq!(slug("!!"), "design");
    }

    #[test]
    fn long_names_that_begin_alike_stay_two() {
        let name = |thing: &str, max| within(&["Web shop", "production"], thing, Some("p1"), max);
        assert_eq!(name("entry", 40), "web-shop-production-entry-p1");
        assert!(name("entry", 27).starts_with("web-shop-produ-entry-"), "{}", name("entry", 27));
        let long = |tail: &str| name(&format!("a-rather-long-name-of-a-group-{tail}"), 32);
        assert!(long("one").starts_with("web-shop-a-rather-long-na-"), "{}", long("one"));
        assert!(long("one").len() <= 32 && long("one") != long("other"));
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut names = Unique::default();
        assert_eq!(names.take("app", "_"), "app");
        assert_eq!(names.take("app", "_"), "app_2");
        assert_eq!(names.take("app", "_"), "app_3");
    }

    #[test]
    fn a_description_keeps_to_what_ec2_accepts() {
        assert_eq!(
            ec2_description("App server → Orders, tcp/5432"),
            "App server to Orders, tcp/5432"
        );
        assert_eq!(ec2_description("“x”\n\"y\""), "x y");
        assert_eq!(ec2_description("…"), "-");
    }
}
