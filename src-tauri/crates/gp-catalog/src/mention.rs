//! `${shop.id}` in a text: what another resource is called where it stands. Everything else, `${HOME}` and
//! `${aws:username}` included, is text; `$${` is the text `${`.

use gp_model::{Id, Value};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// As it is to be read, escapes undone.
    Text(String),
    /// A mention of a resource.
    Mention(Mention<'t>),
}

/// `${ID.ATTRIBUTE}`, or `${ID[KEY].ATTRIBUTE}` of one of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention<'t> {
    /// Whose.
    pub id: &'t str,
    /// A number or a zone letter.
    pub key: Option<&'t str>,
    /// What of it.
    pub attribute: &'t str,
}

/// The pieces of a text, in order.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    read(text, mention)
}

/// The same where `${engine}` is something of whatever the text is about: a mention without an id.
pub fn pieces_and_words(text: &str) -> Vec<Piece<'_>> {
    let word = |inside| {
        let own = Mention { id: "", key: None, attribute: inside };
        mention(inside).or_else(|| Id::new(inside).is_well_formed().then_some(own))
    };
    read(text, word)
}

fn read<'t>(text: &'t str, mention: impl Fn(&'t str) -> Option<Mention<'t>>) -> Vec<Piece<'t>> {
    let (mut out, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find("${") {
        let escaped = rest[..at].ends_with('$');
        plain.push_str(&rest[..at - usize::from(escaped)]);
        let inside = rest[at + 2..].split_once('}');
        let mention =
            inside.filter(|_| !escaped).and_then(|(inside, after)| Some((mention(inside)?, after)));
        if let Some((mention, after)) = mention {
            if !plain.is_empty() {
                out.push(Piece::Text(std::mem::take(&mut plain)));
            }
            out.push(Piece::Mention(mention));
            rest = after;
        } else {
            plain.push_str("${");
            rest = &rest[at + 2..];
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() || out.is_empty() {
        out.push(Piece::Text(plain));
    }
    out
}

/// Every mention in a text.
pub fn mentions(text: &str) -> impl Iterator<Item = Mention<'_>> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Mention(mention) => Some(mention),
        Piece::Text(_) => None,
    })
}

/// The mention that a whole text is.
pub fn whole(text: &str) -> Option<Mention<'_>> {
    match pieces(text).as_slice() {
        [Piece::Mention(one)] => Some(*one),
        _ => None,
    }
}

/// Parts that begin as a mention does and can be none, nor anybody else's: never closed, empty, with spaces in it.
pub fn odd(text: &str) -> Vec<&str> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find("${").map(|i| i + at) {
        at = start + 2;
        if text[..start].ends_with('$') {
            continue;
        }
        let end = text[at..].find('}').map(|i| i + at);
        let next = text[at..].find("${").map(|i| i + at);
        match end.filter(|end| next.is_none_or(|next| *end < next)) {
            None => {
                let end = text[start..].find('\n').map_or(text.len(), |i| i + start);
                found.push(&text[start..next.unwrap_or(end).min(end)]);
            }
            Some(end) => {
                let inside = &text[at..end];
                // `${aws:PrincipalTag/cost center}` is the provider's.
                let spaced = inside.contains(char::is_whitespace) && !inside.contains(':');
                if inside.is_empty() || spaced {
                    found.push(&text[start..=end]);
                }
            }
        }
    }
    found
}

/// What is to be said of an odd part.
pub fn why_odd(odd: &str) -> String {
    if odd.ends_with('}') {
        format!(
            "“{odd}” mentions nothing: write ${{ID.ATTRIBUTE}}, or $${{ where the text is meant"
        )
    } else {
        format!("“{odd}” is not closed: write }} behind it, or $${{ where the text is meant")
    }
}

/// What was probably meant by an odd part: a mention, closed or without its spaces.
pub fn straight(odd: &str) -> Option<String> {
    let inside = odd.strip_prefix("${")?;
    let inside = inside.strip_suffix('}').unwrap_or(inside);
    let letters: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
    mention(&letters).map(|_| format!("${{{letters}}}"))
}

/// A value in which every text that is `from` is `to`.
#[must_use]
pub fn turned(value: &Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) if text == from => Value::from(to),
        Value::List(items) => {
            Value::List(items.iter().map(|item| turned(item, from, to)).collect())
        }
        Value::Table(table) => Value::Table(
            table.iter().map(|(name, value)| (name.clone(), turned(value, from, to))).collect(),
        ),
        other => other.clone(),
    }
}

fn mention(inside: &str) -> Option<Mention<'_>> {
    let (name, attribute) = inside.split_once('.')?;
    let (id, key) = match name.split_once('[') {
        Some((id, key)) => (id, Some(key.strip_suffix(']')?)),
        None => (name, None),
    };
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_key = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric());
    let is_attribute = !attribute.is_empty()
        && attribute.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.chars().all(word)
        });
    let is_ours = !matches!(id, "var" | "secret") && Id::new(id).is_well_formed();
    (is_ours && key.is_none_or(is_key) && is_attribute).then_some(Mention { id, key, attribute })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let one = |piece| match piece {
            Piece::Text(text) => text,
            Piece::Mention(Mention { id, key, attribute }) => {
                format!("<{id}|{}|{attribute}>", key.unwrap_or_default())
            }
        };
        pieces(text).into_iter().map(one).collect()
    }

    #[test]
    fn what_can_be_no_mention_is_told_from_what_is_somebody_elses() {
        for (text, parts) in [
            ("${shop.id} ${HOME} ${aws:username} $${ ${aws:PrincipalTag/cost center}", &[][..]),
            ("${shop.id", &["${shop.id"]),
            ("vpc ${shop.id and ${shop.arn}", &["${shop.id and "]),
            ("one ${shop.id\ntwo", &["${shop.id"]),
            ("a ${} b", &["${}"]),
            ("${net work.id}", &["${net work.id}"]),
            ("$${open and ${ }", &["${ }"]),
        ] {
            assert_eq!(odd(text), parts, "{text}");
        }
        assert_eq!(straight("${shop.id").as_deref(), Some("${shop.id}"));
        assert_eq!(straight("${net work.id}").as_deref(), Some("${network.id}"));
        assert_eq!(straight("${}"), None);
    }

    #[test]
    fn mentions_are_found_and_other_texts_stay_what_they_are() {
        for (text, pieces) in [
            ("", &[""][..]),
            ("plain", &["plain"]),
            ("${shop.id}", &["<shop||id>"]),
            ("arn:${shop.arn}/*", &["arn:", "<shop||arn>", "/*"]),
            ("${app[0].id}${app-tier[a].id}", &["<app|0|id>", "<app-tier|a|id>"]),
            ("${entry.listeners.0.port}", &["<entry||listeners.0.port>"]),
            ("$${shop.id}", &["${shop.id}"]),
            (
                "${HOME} ${aws:username} ${var.x} ${secret.y}",
                &["${HOME} ${aws:username} ${var.x} ${secret.y}"],
            ),
            ("${a.b} \" ${c", &["<a||b>", " \" ${c"]),
            (
                "${Shop.id} ${shop.} ${shop.a b} ${shop[].id} ${shop.id\"}",
                &["${Shop.id} ${shop.} ${shop.a b} ${shop[].id} ${shop.id\"}"],
            ),
            ("${${shop.id}", &["${", "<shop||id>"]),
        ] {
            assert_eq!(said(text), pieces, "{text}");
        }
        assert!(whole("${shop.id}").is_some() && whole(" ${shop.id}").is_none());
    }
}
