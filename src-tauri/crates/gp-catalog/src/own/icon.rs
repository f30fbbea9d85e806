//! A picture that somebody puts beside a kind of their own, made harmless: it is read, and what may be in it is
//! written anew. It ends up in the window's page and in exported pictures, so nothing else of it gets there.

use roxmltree::{Document, Node};
use std::fmt::Write as _;

/// Bytes that a picture may have.
pub const MOST_BYTES: usize = 16 * 1024;
/// Shapes that it may be made of.
const MOST_SHAPES: usize = 64;
/// Groups that may stand in one another.
const MOST_DEPTH: usize = 16;

/// The shapes that canvas, page and exports draw alike, with what each is told.
const SHAPES: [(&str, &[&str]); 5] = [
    ("path", &["d"]),
    ("rect", &["x", "y", "width", "height", "rx"]),
    ("circle", &["cx", "cy", "r"]),
    ("ellipse", &["cx", "cy", "rx", "ry"]),
    ("polygon", &["points"]),
];

/// What drawing programs leave behind, and nobody sees.
const UNSEEN: [&str; 4] = ["desc", "metadata", "namedview", "title"];

/// The same picture as our own are written, or why it cannot be one.
pub fn clean(text: &str) -> Result<String, String> {
    if text.len() > MOST_BYTES {
        return Err(format!("it has more than {} KiB: make it simpler", MOST_BYTES / 1024));
    }
    // Entities of its own are refused with the document type.
    let document = Document::parse(text).map_err(|error| format!("it cannot be read: {error}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return Err("it is not an SVG picture".to_owned());
    }
    let view = root.attribute("viewBox").unwrap_or_default();
    if view.split([' ', ',']).filter(|part| !part.is_empty()).ne(["0", "0", "32", "32"]) {
        return Err("its viewBox must be “0 0 32 32”".to_owned());
    }
    colour(root)?;
    let mut shapes = Vec::new();
    inside(root, MOST_DEPTH, &mut shapes)?;
    match shapes.len() {
        0 => Err("nothing in it is filled: strokes are not drawn".to_owned()),
        1..=MOST_SHAPES => Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\" fill=\"currentColor\">{}</svg>",
            shapes.concat()
        )),
        count => Err(format!("it has {count} shapes: at most {MOST_SHAPES}")),
    }
}

fn inside(node: Node<'_, '_>, depth: usize, shapes: &mut Vec<String>) -> Result<(), String> {
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        if UNSEEN.contains(&name) {
            continue;
        }
        // The canvas knows no transform of a group.
        if name == "g" {
            if child.has_attribute("transform") {
                return Err("a <g> with a transform is not drawn: put it at the shapes".to_owned());
            }
            let Some(deeper) = depth.checked_sub(1) else {
                return Err("its groups are too deep in one another".to_owned());
            };
            if colour(child)? {
                inside(child, deeper, shapes)?;
            }
            continue;
        }
        let Some((_, known)) = SHAPES.iter().find(|(known, _)| *known == name) else {
            return Err(format!(
                "<{name}> may not be in it: only g, path, rect, circle, ellipse, polygon"
            ));
        };
        if colour(child)? {
            shapes.push(shape(child, name, known)?);
        }
    }
    Ok(())
}

/// Whether it is filled; an error where it has a colour of its own.
fn colour(node: Node<'_, '_>) -> Result<bool, String> {
    let stroke = node.attribute("stroke").is_some_and(|stroke| stroke != "none");
    if stroke || node.has_attribute("style") || node.attribute("fill-rule") == Some("evenodd") {
        return Err("only plain filled shapes are drawn: no stroke, style or fill-rule".to_owned());
    }
    match node.attribute("fill") {
        None | Some("currentColor") => Ok(true),
        Some("none") => Ok(false),
        Some(other) => {
            Err(format!("its fill is “{other}”: write currentColor, so that it fits every theme"))
        }
    }
}

fn shape(node: Node<'_, '_>, name: &str, known: &[&str]) -> Result<String, String> {
    let mut out = format!("<{name}");
    for attribute in node.attributes() {
        let key = attribute.name();
        if key != "transform" && !known.contains(&key) {
            // Names and classes mean nothing here; a script would.
            continue;
        }
        let value = attribute.value().split_whitespace().collect::<Vec<_>>().join(" ");
        if !is_plain(key, &value) {
            return Err(format!("{key} of a {name} cannot be read"));
        }
        let _ = write!(out, " {key}=\"{value}\"");
    }
    out.push_str("/>");
    Ok(out)
}

/// Numbers, the letters of a path, and the four ways to move a shape: nothing that could end the attribute.
fn is_plain(key: &str, value: &str) -> bool {
    let number = |c: char| c.is_ascii_digit() || " ,.+-eE".contains(c);
    match key {
        "d" => value.chars().all(|c| number(c) || "MmZzLlHhVvCcSsQqTtAa".contains(c)),
        "transform" => {
            value.split(')').map(str::trim).filter(|part| !part.is_empty()).all(|part| {
                part.split_once('(').is_some_and(|(way, list)| {
                    matches!(way.trim(), "translate" | "scale" | "rotate" | "matrix")
                        && list.chars().all(number)
                })
            })
        }
        _ => value.chars().all(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inside: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">{inside}</svg>")
    }

    #[test]
    fn what_is_drawn_stays_and_nothing_else() {
        let text = svg(
            "<!-- mine --><title>Lens</title><g id=\"a\" onclick=\"alert(1)\"><path id=\"p\" fill=\"currentColor\" onload=\"x()\" d=\"M4,4h24v24H4Z\"/>\
             <rect width=\"32\" height=\"32\" fill=\"none\"/></g><circle cx=\"1\" cy=\"2\" r=\"3\" transform=\"rotate(45 16 16)\"/>",
        );
        assert_eq!(
            clean(&text).unwrap(),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\" fill=\"currentColor\">\
             <path d=\"M4,4h24v24H4Z\"/><circle cx=\"1\" cy=\"2\" r=\"3\" transform=\"rotate(45 16 16)\"/></svg>"
        );
    }

    #[test]
    fn what_could_harm_or_would_not_be_drawn_is_refused() {
        for (inside, why) in [
            ("<script>alert(1)</script>", "<script> may not"),
            ("<image href=\"http://evil.example/x.png\"/>", "<image> may not"),
            ("<foreignObject><p/></foreignObject>", "<foreignObject> may not"),
            ("<use href=\"#x\"/>", "<use> may not"),
            ("<path d=\"M0 0\" fill=\"#f00\"/>", "currentColor"),
            ("<path d=\"M0 0\" fill=\"url(#x)\"/>", "currentColor"),
            ("<path d=\"M0 0\" style=\"fill:red\"/>", "no stroke, style"),
            ("<path d=\"M0 0\" stroke=\"red\"/>", "no stroke"),
            ("<path d=\"M0 0&quot;/&gt;&lt;script&gt;\"/>", "d of a path"),
            ("<path d=\"M0 0\" transform=\"url(javascript:x)\"/>", "transform of a path"),
            ("<g transform=\"scale(2)\"><path d=\"M0 0\"/></g>", "put it at the shapes"),
            ("", "nothing in it is filled"),
        ] {
            let said = clean(&svg(inside)).unwrap_err();
            assert!(said.contains(why), "{inside}: {said}");
        }
        let bomb = "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg viewBox=\"0 0 32 32\"><path d=\"&a;\"/></svg>";
        assert!(clean(bomb).is_err());
        assert!(
            clean("<svg viewBox=\"0 0 24 24\"><path d=\"M0 0\"/></svg>")
                .unwrap_err()
                .contains("0 0 32 32")
        );
        assert!(clean(&svg(&"<path d=\"M0 0\"/>".repeat(65))).unwrap_err().contains("65 shapes"));
        assert!(clean(&" ".repeat(20_000)).unwrap_err().contains("KiB"));
        let deep = format!("{}{}", "<g>".repeat(2000), "</g>".repeat(2000));
        assert!(clean(&svg(&deep)).unwrap_err().contains("too deep"));
        assert!(clean("not xml").is_err() && clean("<html/>").is_err());
    }
}
