//! A verification to keep and to hand on: as a table, as data, or as a page that needs nothing else.

use super::Compared;
use crate::dto::MatrixCellDto;
use serde_json::json;
use std::fmt::Write as _;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, a line per cell.
    Csv,
    /// All of it, for machines.
    Json,
    /// A page that needs nothing else.
    Html,
    /// A text with tables.
    Markdown,
}

impl Format {
    /// By the ending of a file's name.
    pub fn of(file: &std::path::Path) -> Option<Self> {
        match file.extension()?.to_str()? {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "html" | "htm" => Some(Self::Html),
            "md" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// What a report is about.
pub struct Report<'a> {
    /// The design's name.
    pub design: &'a str,
    /// Its environment.
    pub environment: &'a str,
    /// What was found.
    pub compared: &'a Compared,
}

/// What a cell comes to, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Disagrees,
    NotTried,
    Reachable,
    Blocked,
}

impl State {
    fn of(cell: &MatrixCellDto) -> Self {
        match (cell.agrees, cell.proven) {
            (Some(false), _) => Self::Disagrees,
            (None, _) => Self::NotTried,
            (_, true) => Self::Reachable,
            (_, false) => Self::Blocked,
        }
    }

    /// A sign beside the words, for who sees no colours.
    fn words(self) -> &'static str {
        match self {
            Self::Disagrees => "⚠ disagrees",
            Self::NotTried => "? not tried",
            Self::Reachable => "● reachable as proven",
            Self::Blocked => "○ blocked as proven",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Disagrees => "disagrees",
            Self::NotTried => "untried",
            Self::Reachable => "reachable",
            Self::Blocked => "blocked",
        }
    }
}

impl Report<'_> {
    /// The report's text.
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Csv => self.csv(),
            Format::Json => self.json(),
            Format::Html => self.html(),
            Format::Markdown => self.markdown(),
        }
    }

    /// Disagreements first, then in the order of what was tried.
    fn cells(&self) -> Vec<&MatrixCellDto> {
        let mut cells: Vec<&MatrixCellDto> = self.compared.cells.iter().collect();
        cells.sort_by_key(|cell| State::of(cell) > State::NotTried);
        cells.sort_by_key(|cell| State::of(cell).min(State::Reachable));
        cells
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let summary = &self.compared.summary;
        let of = |[part, all]: [u32; 2]| format!("{part} of {all}");
        vec![
            ("Design", self.design.to_owned()),
            ("Environment", self.environment.to_owned()),
            ("Tried", self.compared.time.clone()),
            ("Groundplan", env!("CARGO_PKG_VERSION").to_owned()),
            ("Drawn flows that answer", of(summary.flows)),
            ("Everything else blocked", of(summary.blocked)),
            ("Cells where proof and packets agree", of(summary.agree)),
            ("Took", format!("{:.2} s", summary.seconds)),
        ]
    }

    fn csv(&self) -> String {
        let mut text = String::from("from,to,service,proof,packets,agrees,evidence,because\n");
        for cell in self.cells() {
            let proof = if cell.proven { "reachable" } else { "blocked" };
            let agrees = match cell.agrees {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            };
            let fields = [
                &*cell.from,
                &*cell.to,
                &*cell.service,
                proof,
                cell.tried.as_deref().unwrap_or("not tried"),
                agrees,
                cell.evidence.as_deref().unwrap_or_default(),
                &*cell.because,
            ];
            text.push_str(&fields.map(quoted).join(","));
            text.push('\n');
        }
        text
    }

    fn json(&self) -> String {
        let value = json!({
            "version": 1,
            "groundplan": env!("CARGO_PKG_VERSION"),
            "design": self.design,
            "environment": self.environment,
            "time": self.compared.time,
            "summary": self.compared.summary,
            "cells": self.cells(),
            "notes": self.compared.notes,
        });
        format!("{value:#}\n")
    }

    fn markdown(&self) -> String {
        let mut text = format!("# Proof and packets: {}\n\n", in_cell(self.design));
        for (name, value) in self.facts() {
            let _ = writeln!(text, "- {name}: {}", in_cell(&value));
        }
        for trace in &self.compared.summary.traces {
            let _ = write!(
                text,
                "\n## {} → {} {}: packets {}\n\nThe proof:\n\n",
                trace.from, trace.to, trace.service, trace.tried
            );
            for hop in &trace.proof {
                let _ = writeln!(text, "1. {}", in_cell(hop));
            }
            text.push_str("\nThe packets:\n\n");
            for hop in &trace.packets {
                let _ = writeln!(text, "1. {}", in_cell(hop));
            }
        }
        text.push_str(
            "\n| | from | to | service | packets | evidence |\n|---|---|---|---|---|---|\n",
        );
        for cell in self.cells() {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                State::of(cell).words(),
                in_cell(&cell.from),
                in_cell(&cell.to),
                cell.service,
                cell.tried.as_deref().unwrap_or("not tried"),
                in_cell(cell.evidence.as_deref().unwrap_or(&cell.because)),
            );
        }
        notes(&mut text, &self.compared.notes, "\nStood in for:\n\n", "- ", in_cell);
        text
    }

    fn html(&self) -> String {
        let design = escaped(self.design);
        let mut text = format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Proof and packets: {design}</title>\n<style>{STYLE}</style>\n<h1>Proof and packets: {design}</h1>\n<dl>\n"
        );
        for (name, value) in self.facts() {
            let _ = writeln!(text, "<dt>{name}<dd>{}", escaped(&value));
        }
        text.push_str("</dl>\n");
        for trace in &self.compared.summary.traces {
            let title = format!("{} → {} {}", trace.from, trace.to, trace.service);
            let _ = write!(
                text,
                "<section><h2>{}: packets {}</h2><div class=\"two\">",
                escaped(&title),
                escaped(&trace.tried)
            );
            for (name, hops) in [("The proof", &trace.proof), ("The packets", &trace.packets)] {
                let _ = write!(text, "<div><h3>{name}</h3><ol>");
                for hop in hops {
                    let _ = write!(text, "<li>{}", escaped(hop));
                }
                text.push_str("</ol></div>");
            }
            text.push_str("</div></section>\n");
        }
        text.push_str("<table><thead><tr><th>State<th>From<th>To<th>Service<th>Packets<th>Evidence</thead><tbody>\n");
        for cell in self.cells() {
            let state = State::of(cell);
            let _ = writeln!(
                text,
                "<tr class=\"{}\"><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}",
                state.class(),
                state.words(),
                escaped(&cell.from),
                escaped(&cell.to),
                escaped(&cell.service),
                escaped(cell.tried.as_deref().unwrap_or("not tried")),
                escaped(cell.evidence.as_deref().unwrap_or(&cell.because)),
            );
        }
        text.push_str("</tbody></table>\n");
        notes(&mut text, &self.compared.notes, "<h2>Stood in for</h2><ul>\n", "<li>", escaped);
        text
    }
}

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color-scheme:light dark}dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}dt{opacity:.7}dd{margin:0}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}th{position:sticky;top:0;background:Canvas}.disagrees td:first-child{font-weight:700;color:#c2410c}.reachable td:first-child{color:#15803d}.blocked td:first-child{opacity:.75}.two{display:grid;grid-template-columns:1fr 1fr;gap:2rem}";

fn notes(
    text: &mut String,
    notes: &[String],
    title: &str,
    sign: &str,
    say: impl Fn(&str) -> String,
) {
    if !notes.is_empty() {
        text.push_str(title);
        for note in notes {
            let _ = writeln!(text, "{sign}{}", say(note));
        }
    }
}

fn quoted(text: &str) -> String {
    // A table program must not take a name for a formula.
    let text =
        if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn in_cell(text: &str) -> String {
    escaped(text).replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::{TwoTracesDto, VerificationDto};

    fn cell(from: &str, proven: bool, tried: &str, agrees: bool) -> MatrixCellDto {
        MatrixCellDto {
            from: from.into(),
            to: "orders".into(),
            service: "tcp/5432".into(),
            proven,
            tried: Some(tried.into()),
            because: "no rule allows it".into(),
            agrees: Some(agrees),
            evidence: agrees.then(|| "link:a/in/tcp-5432 in orders, 2 packets".to_owned()),
        }
    }

    fn compared() -> Compared {
        let trace = TwoTracesDto {
            from: "<b>".into(),
            to: "orders".into(),
            service: "tcp/5432".into(),
            address: "10.0.0.1".into(),
            tried: "open".into(),
            proof: vec!["✗ security group of Orders: no rule allows it".into()],
            packets: vec!["router of Shop, in by s-app".into()],
        };
        let summary = VerificationDto {
            flows: [1, 1],
            blocked: [0, 1],
            agree: [1, 2],
            disagreements: Vec::new(),
            traces: vec![trace],
            findings: Vec::new(),
            seconds: 0.25,
        };
        let cells = vec![cell("app", true, "open", true), cell("<b>", false, "open", false)];
        Compared { summary, cells, notes: vec!["orders: a responder".into()], time: "today".into() }
    }

    #[test]
    fn every_format_says_what_disagrees_first_and_keeps_names_names() {
        let compared = compared();
        let report = Report { design: "Shop & Co", environment: "test", compared: &compared };
        for (format, first, second) in [
            (Format::Csv, "<b>,orders", "app,orders"),
            (Format::Html, "<td>&lt;b&gt;", "<td>app"),
            (Format::Markdown, "| ⚠ disagrees | &lt;b&gt;", "| ● reachable as proven | app"),
        ] {
            let text = report.write(format);
            let (one, other) = (text.find(first), text.find(second));
            assert!(one.is_some() && one < other, "{format:?}\n{text}");
            assert!(text.contains("2 packets"), "{text}");
        }
        let html = report.write(Format::Html);
        assert!(html.contains("Shop &amp; Co") && !html.contains("<b>"), "{html}");
        let json: serde_json::Value = serde_json::from_str(&report.write(Format::Json)).unwrap();
        assert_eq!(json["cells"][0]["from"], "<b>");
        assert_eq!(json["summary"]["traces"][0]["packets"][0], "router of Shop, in by s-app");
    }

    #[test]
    fn the_ending_says_the_format() {
        let of = |name: &str| Format::of(std::path::Path::new(name));
        assert_eq!(of("a/report.html"), Some(Format::Html));
        assert_eq!(of("report.txt"), None);
    }
}
