//! `${var.NAME}` and `${secret.NAME}`: what stands in a value until an environment or the credential
//! store fills it in. Only a whole value can be one; `$${` is the text `${`.

/// What a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder<'a> {
    /// Nothing to fill in.
    None,
    /// The variable with this name.
    Variable(&'a str),
    /// The secret with this name.
    Secret(&'a str),
    /// Text with `$${` in it.
    Escaped,
    /// This part looks like one and is none: it is not the whole value, or names neither, or is never closed.
    Unreadable(&'a str),
}

impl<'a> Placeholder<'a> {
    /// Reads a text. `${HOME}` in the middle of a script is a text like any other.
    pub fn of(text: &'a str) -> Self {
        let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        if let Some(inside) = whole.filter(|inside| !inside.contains(['{', '}'])) {
            return match inside.split_once('.') {
                Some(("var", name)) if !name.is_empty() => Self::Variable(name),
                Some(("secret", name)) if !name.is_empty() => Self::Secret(name),
                _ => Self::Unreadable(text),
            };
        }
        let partial = ["${var.", "${secret."].iter().find_map(|start| {
            let mut places = text.match_indices(start).map(|(at, _)| at);
            places.find(|at| !text[..*at].ends_with('$'))
        });
        match partial {
            Some(at) => {
                let end = text[at..].find('}').map_or(text.len(), |end| at + end + 1);
                Self::Unreadable(&text[at..end])
            }
            None => match never_closed(text) {
                Some(part) => Self::Unreadable(part),
                None if text.contains("$${") => Self::Escaped,
                None => Self::None,
            },
        }
    }
}

/// What begins with braces that nothing closes, in a text of one line: what scripts do with theirs is their business.
fn never_closed(text: &str) -> Option<&str> {
    let mut places = text.match_indices("${").map(|(at, _)| at);
    let at = places.find(|at| !text[..*at].ends_with('$') && !text[*at..].contains('}'))?;
    (!text.contains('\n')).then_some(&text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_value_is_filled_in() {
        for (text, expected) in [
            ("web", Placeholder::None),
            ("echo ${HOME} ${PATH}", Placeholder::None),
            ("${var.size}", Placeholder::Variable("size")),
            ("${secret.db/admin}", Placeholder::Secret("db/admin")),
            ("$${var.size}", Placeholder::Escaped),
            ("a $${b}", Placeholder::Escaped),
            ("${office}", Placeholder::Unreadable("${office}")),
            ("${var.}", Placeholder::Unreadable("${var.}")),
            ("${s.id", Placeholder::Unreadable("${s.id")),
            ("ami ${HOME} ${s.id", Placeholder::Unreadable("${s.id")),
            ("$${s.id", Placeholder::Escaped),
            ("#!/bin/sh\necho '${'", Placeholder::None),
            ("web-${var.env}-1", Placeholder::Unreadable("${var.env}")),
            ("${var.a}${var.b}", Placeholder::Unreadable("${var.a}")),
            ("p=$${secret.x} ${secret.y", Placeholder::Unreadable("${secret.y")),
        ] {
            assert_eq!(Placeholder::of(text), expected, "{text}");
        }
    }
}
