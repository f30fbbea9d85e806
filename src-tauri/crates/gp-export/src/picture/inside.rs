//! The design that a picture carries, byte for byte: in an element of an SVG, a chunk of a PNG, an attachment of a
//! PDF. What comes from outside is read with care: a picture may be huge, cut short, or made to harm.

use super::writer;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::read::ZlibDecoder;
use gp_model::file::MAX_BYTES;
use std::{fmt::Write as _, io::Read as _};

const OPEN: &str = "<groundplan-design xmlns=\"urn:groundplan:design\"";
const CLOSE: &str = "</groundplan-design>";
const ENCODED: &str = " encoding=\"base64\"";
/// The keyword of the PNG chunk.
pub const KEYWORD: &str = "groundplan-design";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    /// It is no picture.
    NoPicture,
    /// A picture without a design.
    Nothing,
    /// A design.
    Design(String),
    /// Something that we do not read; why.
    Refused(String),
}

/// Adds the element of an SVG.
pub fn carry(svg: &mut String, source: &str) {
    let plain = source.chars().all(|letter| {
        matches!(letter, '\n' | '\t' | '\r')
            || !(letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}'))
    });
    // XML has no way to write some letters.
    let _ = if plain {
        writeln!(svg, "<metadata>{OPEN}>{}{CLOSE}</metadata>", writer::escaped(source))
    } else {
        let encoded = STANDARD.encode(source);
        writeln!(svg, "<metadata>{OPEN}{ENCODED}>{encoded}{CLOSE}</metadata>")
    };
}

/// The design in a picture.
pub fn design_inside(bytes: &[u8]) -> Carried {
    if bytes.starts_with(PNG) {
        return in_png(bytes);
    }
    if bytes.starts_with(b"%PDF-") {
        return Carried::Refused(
            "a PDF carries the design as an attachment: save that with a PDF reader, and open it"
                .to_owned(),
        );
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if is_svg(text) => in_svg(text),
        _ => Carried::NoPicture,
    }
}

/// Its outermost element is `svg`.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<!") => ">",
            _ => return rest.starts_with("<svg"),
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
}

fn in_svg(text: &str) -> Carried {
    // Other programs keep the element and may write its head anew.
    let Some(start) = text.find("<groundplan-design").or_else(|| text.find(":groundplan-design"))
    else {
        return Carried::Nothing;
    };
    let Some((head, rest)) = text[start..].split_once('>') else { return cut_short() };
    let Some(end) = rest.find("</") else { return cut_short() };
    let inner = &rest[..end];
    if inner.len() > MAX_BYTES * 2 {
        return too_large();
    }
    if !head.contains("base64") {
        return sized(writer::unescape(inner));
    }
    let letters: String = inner.split_whitespace().collect();
    let decoded = STANDARD.decode(letters).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.map_or_else(cut_short, sized)
}

fn in_png(bytes: &[u8]) -> Carried {
    let mut rest = &bytes[PNG.len()..];
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some((data, after)) = after.split_at_checked(length) else { return cut_short() };
        let Some((sum, next)) = after.split_at_checked(4) else { return cut_short() };
        if &head[4..] == b"iTXt"
            && let Some(text) =
                data.strip_prefix(KEYWORD.as_bytes()).and_then(|it| it.strip_prefix(b"\0"))
        {
            let mut crc = flate2::Crc::new();
            crc.update(&head[4..]);
            crc.update(data);
            if crc.sum().to_be_bytes() != sum {
                return cut_short();
            }
            return in_chunk(text);
        }
        rest = next;
    }
    if rest.is_empty() { Carried::Nothing } else { cut_short() }
}

/// Flags, language and translated keyword, then the text.
fn in_chunk(chunk: &[u8]) -> Carried {
    let [packed, _method, rest @ ..] = chunk else { return cut_short() };
    let mut parts = rest.splitn(3, |byte| *byte == 0);
    let Some(text) = parts.nth(2) else { return cut_short() };
    if *packed == 0 {
        return String::from_utf8(text.to_vec()).map_or_else(|_| cut_short(), sized);
    }
    let mut unpacked = Vec::new();
    // A small picture may unpack to more than fits into memory.
    let read = ZlibDecoder::new(text).take(MAX_BYTES as u64 + 1).read_to_end(&mut unpacked);
    match read {
        Ok(_) => String::from_utf8(unpacked).map_or_else(|_| cut_short(), sized),
        Err(_) => cut_short(),
    }
}

fn sized(text: String) -> Carried {
    if text.len() > MAX_BYTES { too_large() } else { Carried::Design(text) }
}

fn cut_short() -> Carried {
    Carried::Refused("the design in this picture is damaged".to_owned())
}

fn too_large() -> Carried {
    let most = MAX_BYTES / (1024 * 1024);
    Carried::Refused(format!("the design in this picture is larger than {most} MiB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(source: &str) -> String {
        let mut svg = "<?xml version=\"1.0\"?>\n<!-- made -->\n<svg>".to_owned();
        carry(&mut svg, source);
        svg + "</svg>"
    }

    #[test]
    fn any_text_comes_back_from_an_svg() {
        for text in [
            "",
            "a < b & c > ]]> \"q\" '",
            "a\r\nb\tc\r",
            "\u{feff}x \u{fffe}",
            "\u{1}\u{7f}é💥 &amp;lt; &#13;",
        ] {
            assert_eq!(
                design_inside(svg(text).as_bytes()),
                Carried::Design(text.to_owned()),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_no_picture_or_has_no_design_is_said() {
        assert_eq!(design_inside(b"format = 1\n# <svg"), Carried::NoPicture);
        assert_eq!(design_inside(b"<svg></svg>"), Carried::Nothing);
        assert_eq!(design_inside(b"\xff\xfe"), Carried::NoPicture);
        assert!(matches!(design_inside(b"%PDF-1.7"), Carried::Refused(_)));
        let whole = svg("x = 1");
        let cut = &whole[..whole.find("x = 1").unwrap() + 3];
        assert!(matches!(design_inside(cut.as_bytes()), Carried::Refused(_)));
    }
}
