//! Below the drawing: what its signs mean, and what it is a picture of.

use super::{
    scene::{Drawing, LinkState, Look, Shape, TitleBlock},
    text::{Weight, fit, width},
    theme::Colours,
    writer::escaped,
};
use crate::Options;
use gp_catalog::kind::Family;
use gp_model::{Rect, Severity};
use std::fmt::Write as _;

const PADDING: i32 = 20;
const ROW: i32 = 26;
/// Room for the sign before its words.
const SIGN: i32 = 38;
const GAP: i32 = 24;
const BLOCK: i32 = 300;
const LEAST: i32 = 560;

/// One entry of the legend.
enum Sign {
    Box(Look),
    Tile(Family),
    Line(LinkState, bool),
    Badge(Severity),
}

/// Legend and title block.
pub struct Footer {
    signs: Vec<(Sign, &'static str)>,
    block: Option<TitleBlock>,
    counts: String,
    scale: u16,
}

impl Footer {
    /// What is wanted below the drawing, if anything is.
    pub fn of(drawing: &Drawing, options: Options) -> Option<Self> {
        let signs = if options.legend { signs(drawing, options) } else { Vec::new() };
        let block = drawing.block.clone();
        let many =
            |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let counts = format!(
            "{} · {}",
            many(drawing.shapes.len(), "resource"),
            many(drawing.links.len(), "link")
        );
        let footer = Self { signs, block, counts, scale: options.scale };
        (!footer.signs.is_empty() || footer.block.is_some()).then_some(footer)
    }

    /// The least width that it needs.
    pub fn width(&self) -> i32 {
        if self.block.is_some() && !self.signs.is_empty() { LEAST + BLOCK } else { LEAST }
    }

    /// Its height at a width.
    pub fn height(&self, width: i32) -> i32 {
        let rows = i32::try_from(self.rows(width).len()).unwrap_or(i32::MAX / ROW);
        let block = if self.block.is_some() { 78 } else { 0 };
        (rows * ROW).max(block) + 2 * PADDING
    }

    /// Entries row by row.
    fn rows(&self, width: i32) -> Vec<Vec<&(Sign, &'static str)>> {
        let room = width - 2 * PADDING - if self.block.is_some() { BLOCK + GAP } else { 0 };
        let mut rows: Vec<Vec<&(Sign, &'static str)>> = Vec::new();
        let mut used = room;
        for entry in &self.signs {
            let wide = entry_width(entry.1);
            if used + wide > room {
                rows.push(Vec::new());
                used = 0;
            }
            used += wide;
            if let Some(row) = rows.last_mut() {
                row.push(entry);
            }
        }
        rows
    }

    /// Draws it below the drawing.
    pub fn draw(&self, out: &mut String, c: &Colours, frame: Rect, top: i32) {
        let Rect { x, w, .. } = frame;
        let _ = writeln!(
            out,
            "<g class=\"footer\"><rect x=\"{x}\" y=\"{top}\" width=\"{w}\" height=\"{}\" fill=\"{}\"/><path d=\"M{x} {top}.5h{w}\" stroke=\"{}\"/>",
            frame.bottom() - top,
            c.panel,
            c.line
        );
        for (row, entries) in (0..).zip(self.rows(w)) {
            let y = top + PADDING + row * ROW + ROW / 2;
            let mut at = x + PADDING;
            for (sign, words) in entries {
                draw_sign(out, c, sign, at, y);
                label(out, at + SIGN, y + 4, 11.0, Weight::Regular, &c.muted, words);
                at += entry_width(words);
            }
        }
        if let Some(block) = &self.block {
            self.draw_block(out, c, block, x + w - PADDING - BLOCK, top + PADDING);
        }
        out.push_str("</g>\n");
    }

    fn draw_block(&self, out: &mut String, c: &Colours, block: &TitleBlock, x: i32, y: i32) {
        let _ = writeln!(
            out,
            "<rect x=\"{x}.5\" y=\"{y}.5\" width=\"{}\" height=\"78\" rx=\"8\" fill=\"{}\" stroke=\"{}\"/>",
            BLOCK - 1,
            c.card,
            c.line
        );
        let room = BLOCK as f32 - 28.0;
        let title = fit(&block.title, Weight::SemiBold, 14.0, room);
        label(out, x + 14, y + 26, 14.0, Weight::SemiBold, &c.text, &title);
        let scale = format!("scale {} %", self.scale);
        let facts = [block.environment.as_str(), &scale].join(" · ");
        let date = block.date.as_deref().map(|date| format!(" · {date}")).unwrap_or_default();
        let facts = fit(&format!("{facts}{date}"), Weight::Regular, 11.0, room);
        label(out, x + 14, y + 46, 11.0, Weight::Regular, &c.muted, &facts);
        label(out, x + 14, y + 64, 11.0, Weight::Regular, &c.muted, &self.counts);
    }
}

fn entry_width(words: &str) -> i32 {
    SIGN + width(words, Weight::Regular, 11.0).ceil() as i32 + GAP
}

fn label(out: &mut String, x: i32, y: i32, size: f32, weight: Weight, colour: &str, text: &str) {
    let bold = if weight == Weight::SemiBold { " font-weight=\"600\"" } else { "" };
    let _ = writeln!(
        out,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{bold} fill=\"{colour}\">{}</text>",
        escaped(text)
    );
}

fn draw_sign(out: &mut String, c: &Colours, sign: &Sign, x: i32, y: i32) {
    let _ = match sign {
        Sign::Box(look) => {
            let (fill, line, dash) = c.container(*look);
            writeln!(
                out,
                "<rect x=\"{x}.5\" y=\"{}.5\" width=\"27\" height=\"15\" rx=\"4\" fill=\"{fill}\" stroke=\"{line}\"{dash}/>",
                y - 8
            )
        }
        Sign::Tile(family) => writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"16\" height=\"16\" rx=\"4\" fill=\"{}\"/><rect x=\"{}\" y=\"{}\" width=\"8\" height=\"8\" rx=\"2\" fill=\"{}\"/>",
            x + 6,
            y - 8,
            c.tile(*family),
            x + 10,
            y - 4,
            c.family(*family)
        ),
        Sign::Line(state, quiet) => {
            let (colour, dash, wide) = c.stroke(*state, *quiet);
            let arrow = if *quiet {
                String::new()
            } else {
                format!("<path d=\"M{} {y}l-8 3.6v-7.2z\" fill=\"{colour}\"/>", x + 28)
            };
            writeln!(
                out,
                "<path d=\"M{x} {y}h{}\" stroke=\"{colour}\" stroke-width=\"{wide}\"{dash}/>{arrow}",
                if *quiet { 28 } else { 21 }
            )
        }
        Sign::Badge(severity) => {
            super::shapes::badge(out, c, x + 14, y, *severity);
            Ok(())
        }
    };
}

/// Signs that this drawing has, in the order of a glance: grounds, things, links.
fn signs(drawing: &Drawing, options: Options) -> Vec<(Sign, &'static str)> {
    let has = |look: Look| drawing.shapes.iter().any(|shape| shape.look == look);
    let boxes = [
        (Look::Region, "Region"),
        (Look::Network, "Network"),
        (Look::PublicSubnet, "Public subnet"),
        (Look::Subnet, "Private subnet"),
        (Look::Lane, "Zone"),
    ];
    let family = |family: Family| {
        let is_one = |shape: &Shape| !shape.look.is_container() && shape.family == Some(family);
        drawing.shapes.iter().any(is_one)
    };
    let tiles = [
        (Family::Network, "Network"),
        (Family::Compute, "Compute"),
        (Family::Storage, "Storage"),
        (Family::Data, "Data"),
        (Family::Security, "Security and operation"),
    ];
    let line = |state: LinkState, quiet: bool| {
        drawing.links.iter().any(|link| link.quiet == quiet && (quiet || link.state == state))
    };
    let lines = [
        (LinkState::Proven, false, "Proven to work"),
        (LinkState::Unproven, false, "Not proven"),
        (LinkState::Broken, false, "Cannot work"),
        (LinkState::Forbidden, false, "Must not work"),
        (LinkState::Unproven, true, "Belongs to"),
    ];
    let found = |severity: Severity| {
        options.badges && drawing.shapes.iter().any(|shape| shape.badge() == Some(severity))
    };
    let badges =
        [(Severity::Error, "Error"), (Severity::Warning, "Warning"), (Severity::Advice, "Hint")];
    let mut all: Vec<(Sign, &'static str)> = Vec::new();
    all.extend(boxes.into_iter().filter(|it| has(it.0)).map(|it| (Sign::Box(it.0), it.1)));
    all.extend(tiles.into_iter().filter(|it| family(it.0)).map(|it| (Sign::Tile(it.0), it.1)));
    all.extend(
        lines.into_iter().filter(|it| line(it.0, it.1)).map(|it| (Sign::Line(it.0, it.1), it.2)),
    );
    all.extend(badges.into_iter().filter(|it| found(it.0)).map(|it| (Sign::Badge(it.0), it.1)));
    all
}
