//! Colours of the picture: the canvas's own (`ui/src/canvas/theme.ts`), light and dark. A test compares them.

use super::scene::{LinkState, Look};
use crate::Theme;
use gp_catalog::kind::Family;
use std::{fmt::Write as _, sync::OnceLock};

/// Red, green, blue.
type Rgb = [u8; 3];

/// One theme's colours, ready to write.
pub struct Colours {
    /// Behind everything.
    pub canvas: String,
    /// Pills and what stands beside the drawing.
    pub panel: String,
    /// Borders.
    pub line: String,
    /// Titles.
    pub text: String,
    /// Second lines.
    pub muted: String,
    /// Cards.
    pub card: String,
    /// Links that are not proven.
    pub link: String,
    /// Proven, live.
    pub ok: String,
    /// Around a proven port.
    pub ok_line: String,
    /// The letters of a proven port.
    pub ok_text: String,
    /// Hints.
    pub accent: String,
    /// Findings that will hurt.
    pub warning: String,
    /// The mark in their triangle.
    pub warning_sign: String,
    /// Round it: amber alone is pale on white.
    pub warning_line: String,
    /// Findings that break.
    pub error: String,
    /// Around regions and zones.
    pub region_line: String,
    /// Notes.
    pub note: String,
    /// Around notes.
    pub note_line: String,
    /// Colour and opacity of each of a card's two shadows.
    pub shadow: (String, f32),
    faint: String,
    region: String,
    network: String,
    network_line: String,
    public: String,
    public_line: String,
    subnet: String,
    subnet_line: String,
    families: [(String, String); 8],
}

/// Names and colours as the canvas has them, in its order of families.
const LIGHT: &[(&str, &str)] = &[
    ("canvas", "#fbfbfc"),
    ("panel", "#ffffff"),
    ("line", "#e3e6eb"),
    ("text", "#171a21"),
    ("muted", "#667085"),
    ("faint", "#98a1b0"),
    ("accent", "#2f5bea"),
    ("card", "#ffffff"),
    ("shadow", "rgba(16,24,40,0.05)"),
    ("ok", "#12925f"),
    ("okText", "#0b6b45"),
    ("warning", "#e5a50a"),
    ("warningSign", "#3a2a00"),
    ("warningLine", "#b47b00"),
    ("error", "#d92d20"),
    ("link", "#848d9d"),
    ("region", "#ffffff"),
    ("network", "#f3f6ff"),
    ("public", "#eef8f4"),
    ("subnet", "#f7f8fa"),
    ("note", "#fff8e1"),
    ("noteLine", "#eedfae"),
    ("families.place", "#667085"),
    ("families.network", "#2f5bea"),
    ("families.compute", "#0c8a6b"),
    ("families.storage", "#a15c07"),
    ("families.data", "#8a3ffc"),
    ("families.security", "#c11574"),
    ("families.actor", "#667085"),
    ("families.annotation", "#667085"),
];

const DARK: &[(&str, &str)] = &[
    ("canvas", "#0f1218"),
    ("panel", "#151920"),
    ("line", "#262c37"),
    ("text", "#e9ecf2"),
    ("muted", "#97a1b2"),
    ("faint", "#6b7586"),
    ("accent", "#6d8dff"),
    ("card", "#1b212b"),
    ("shadow", "rgba(0,0,0,0.22)"),
    ("ok", "#2bb673"),
    ("okText", "#4fd394"),
    ("warning", "#e9b949"),
    ("warningSign", "#3a2a00"),
    ("warningLine", "#e9b949"),
    ("error", "#ff6b5e"),
    ("link", "#66718a"),
    ("region", "#12161d"),
    ("network", "#131a2a"),
    ("public", "#12201d"),
    ("subnet", "#151a22"),
    ("note", "#2a2617"),
    ("noteLine", "#4d4626"),
    ("families.place", "#97a1b2"),
    ("families.network", "#7f9bff"),
    ("families.compute", "#3ecf9f"),
    ("families.storage", "#e6a451"),
    ("families.data", "#b28bff"),
    ("families.security", "#f472b6"),
    ("families.actor", "#97a1b2"),
    ("families.annotation", "#97a1b2"),
];

/// Lines: each a colour over a ground, and the name under which the canvas has its share of that.
const LINES: [(&str, &str, &str, &str); 5] = [
    ("okLine", "ok", "panel", "ok"),
    ("regionLine", "faint", "canvas", "region"),
    ("networkLine", "accent", "network", "network"),
    ("publicLine", "ok", "public", "public"),
    ("subnetLine", "faint", "line", "subnet"),
];
/// The shares, in that order.
const ON_LIGHT: [f32; 5] = [0.55, 0.45, 0.5, 0.45, 0.0];
const ON_DARK: [f32; 5] = [0.55, 0.84, 0.63, 0.57, 0.81];
/// What an icon's tile has of its family's colour.
const TILE: f32 = 0.14;

const FAMILIES: [(Family, &str); 8] = [
    (Family::Place, "families.place"),
    (Family::Network, "families.network"),
    (Family::Compute, "families.compute"),
    (Family::Storage, "families.storage"),
    (Family::Data, "families.data"),
    (Family::Security, "families.security"),
    (Family::Actor, "families.actor"),
    (Family::Annotation, "families.annotation"),
];

impl Colours {
    /// The colours of a theme.
    pub fn of(theme: Theme) -> &'static Self {
        static BOTH: OnceLock<[Colours; 2]> = OnceLock::new();
        let both =
            BOTH.get_or_init(|| [Self::finish(LIGHT, ON_LIGHT), Self::finish(DARK, ON_DARK)]);
        match theme {
            Theme::Light => &both[0],
            Theme::Dark => &both[1],
        }
    }

    fn finish(base: &[(&str, &str)], shares: [f32; 5]) -> Self {
        let of = |name: &str| base.iter().find(|it| it.0 == name).map_or("#000000", |it| it.1);
        let owned = |name: &str| of(name).to_owned();
        let mut shares = shares.into_iter();
        let [ok_line, region_line, network_line, public_line, subnet_line] =
            LINES.map(|(_, colour, ground, _)| {
                mix(of(colour), of(ground), shares.next().unwrap_or_default())
            });
        Self {
            canvas: owned("canvas"),
            panel: owned("panel"),
            line: owned("line"),
            text: owned("text"),
            muted: owned("muted"),
            card: owned("card"),
            link: owned("link"),
            ok: owned("ok"),
            ok_line,
            ok_text: owned("okText"),
            accent: owned("accent"),
            warning: owned("warning"),
            warning_sign: owned("warningSign"),
            warning_line: owned("warningLine"),
            error: owned("error"),
            region_line,
            note: owned("note"),
            note_line: owned("noteLine"),
            shadow: opacity_apart(of("shadow")),
            faint: owned("faint"),
            region: owned("region"),
            network: owned("network"),
            network_line,
            public: owned("public"),
            public_line,
            subnet: owned("subnet"),
            subnet_line,
            families: FAMILIES.map(|(_, name)| (owned(name), mix(of(name), of("card"), TILE))),
        }
    }

    fn family_of(&self, family: Family) -> &(String, String) {
        let at = FAMILIES.iter().position(|it| it.0 == family).unwrap_or_default();
        &self.families[at]
    }

    /// The tint of a family's icons.
    pub fn family(&self, family: Family) -> &str {
        &self.family_of(family).0
    }

    /// The tile behind them.
    pub fn tile(&self, family: Family) -> &str {
        &self.family_of(family).1
    }

    /// Ground, line and dashes of a container.
    pub fn container(&self, look: Look) -> (&str, &str, &'static str) {
        match look {
            Look::Region => (&self.region, &self.region_line, " stroke-dasharray=\"5 4\""),
            Look::Network => (&self.network, &self.network_line, ""),
            Look::PublicSubnet => (&self.public, &self.public_line, ""),
            Look::Frame => ("none", &self.faint, " stroke-dasharray=\"2 3\""),
            Look::Lane => ("none", &self.region_line, " stroke-dasharray=\"2 4\""),
            _ => (&self.subnet, &self.subnet_line, ""),
        }
    }

    /// Edge and letters of the pill with a link's ports.
    pub fn pill(&self, state: LinkState) -> (&str, &str) {
        match state {
            LinkState::Proven => (&self.ok_line, &self.ok_text),
            LinkState::Broken | LinkState::Forbidden => (&self.error, &self.error),
            LinkState::Unproven => (&self.line, &self.muted),
        }
    }

    /// Colour, dashes and width of a link.
    pub fn stroke(&self, state: LinkState, quiet: bool) -> (&str, &'static str, f32) {
        let colour = match state {
            LinkState::Proven => &self.ok,
            LinkState::Broken | LinkState::Forbidden => &self.error,
            LinkState::Unproven => &self.link,
        };
        let dash = match (state, quiet) {
            (LinkState::Broken, _) => " stroke-dasharray=\"5 4\"",
            (_, true) => " stroke-dasharray=\"2 3\"",
            _ => "",
        };
        (colour, dash, if quiet { 1.2 } else { 1.5 })
    }
}

/// `rgba(1,2,3,0.5)` as SVG has it.
fn opacity_apart(rgba: &str) -> (String, f32) {
    let inner = rgba.trim_start_matches("rgba(").trim_end_matches(')');
    let (rgb, opacity) = inner.rsplit_once(',').unwrap_or((inner, "1"));
    (format!("rgb({rgb})"), opacity.parse().unwrap_or(1.0))
}

fn rgb(hex: &str) -> Rgb {
    let part = |at: usize| hex.get(at..at + 2).and_then(|it| u8::from_str_radix(it, 16).ok());
    [1, 3, 5].map(|at| part(at).unwrap_or_default())
}

/// So much of a colour over a ground.
fn mix(colour: &str, ground: &str, share: f32) -> String {
    let (colour, ground) = (rgb(colour), rgb(ground));
    let mut out = "#".to_owned();
    for (over, under) in colour.into_iter().zip(ground) {
        let value = (f32::from(over) * share + f32::from(under) * (1.0 - share)).round() as u8;
        let _ = write!(out, "{value:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{DARK, LIGHT, LINES, ON_DARK, ON_LIGHT, TILE};

    /// The canvas's own table, its source.
    #[allow(clippy::disallowed_methods, reason = "a test may read the other side's file")]
    fn canvas() -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui/src/canvas/theme.ts");
        std::fs::read_to_string(path).expect("the canvas's theme is there")
    }

    #[test]
    fn a_picture_mixes_as_the_canvas_does() {
        let text = canvas();
        for (name, colour, ground, key) in LINES {
            let line = format!("{name}: mix(base.{colour}, base.{ground}, lines.{key})");
            assert!(text.contains(&line), "{line}");
        }
        for (name, own) in [("ON_LIGHT", ON_LIGHT), ("ON_DARK", ON_DARK)] {
            let begin = text.find(&format!("const {name} = {{")).expect("the usual shares");
            let shares = &text[begin..begin + text[begin..].find('}').expect("their end")];
            for ((.., key), share) in LINES.into_iter().zip(own) {
                let wanted = format!(" {key}: {share},");
                assert!(shares.contains(&wanted), "{shares} has not {key} {share}");
            }
        }
        assert!(text.contains(&format!("tiles: mixed({TILE})")), "tiles are not {TILE}");
    }

    #[test]
    fn a_picture_has_the_colours_of_the_canvas() {
        let text = canvas();
        for (name, table) in [("LIGHT", LIGHT), ("DARK", DARK)] {
            let begin = text.find(&format!("const {name}: Base = {{")).expect("a theme");
            let theme = &text[begin..begin + text[begin..].find("\n};").expect("its end")];
            for (key, colour) in table {
                let (key, part) = match key.split_once('.') {
                    Some((_, family)) => {
                        (family, &theme[theme.find("families").expect("families")..])
                    }
                    None => (*key, &theme[..theme.find("families").expect("families")]),
                };
                let line = format!(" {key}: \"{colour}\"");
                assert!(part.contains(&line), "{name} {key} is not {colour}");
            }
        }
    }
}
