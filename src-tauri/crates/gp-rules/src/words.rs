//! Text for messages: names, lists.

use gp_catalog::resolved::ResolvedResource;

/// What people call it.
pub(crate) fn called(resource: &ResolvedResource) -> &str {
    gp_catalog::called(&resource.id, &resource.title)
}

/// What people call two things that are told apart: their ids where both are called alike.
pub(crate) fn both<'a>(a: &'a ResolvedResource, b: &'a ResolvedResource) -> [&'a str; 2] {
    let names = [called(a), called(b)];
    if names[0] == names[1] { [&a.id, &b.id] } else { names }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(words: &[T]) -> String {
    joined(words, "and")
}

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn either<T: AsRef<str>>(words: &[T]) -> String {
    joined(words, "or")
}

fn joined<T: AsRef<str>>(words: &[T], last_by: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {last_by} {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_like_one() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(either(&["a", "b", "c"]), "a, b or c");
    }
}
