//! The coverage matrix: which kind is there on which provider, in which format, by which driver.
//! Every hole is a visible `–`. Formats and drivers are told by whoever has them.

use crate::kind::Catalog;
use gp_model::Provider;
use serde::Serialize;
use std::{collections::BTreeSet, fmt::Write as _};

/// What a format or a driver can do: its name and the kinds it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ability {
    /// `terraform (aws)`, `lab`.
    pub name: String,
    /// Ids of the kinds.
    pub kinds: BTreeSet<String>,
}

/// The matrix: one row per kind that can be deployed somewhere, in the palette's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Headings of the cells: providers, then formats, then drivers.
    pub columns: Vec<String>,
    /// The kinds.
    pub rows: Vec<Row>,
}

/// One kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its id.
    pub kind: String,
    /// Main counterpart per provider, `yes` per format and driver; `None` is a hole.
    pub cells: Vec<Option<String>>,
}

const HOLE: &str = "–";

/// The matrix of these kinds. Kinds that deploy nothing anywhere (actors, notes, regions) have no
/// row: that they are missing everywhere is not a hole.
pub fn coverage(catalog: &Catalog, formats: &[Ability], drivers: &[Ability]) -> Coverage {
    let abilities = || formats.iter().chain(drivers);
    let providers = Provider::ALL.iter().map(ToString::to_string);
    let columns = providers.chain(abilities().map(|a| a.name.clone())).collect();
    let deployed = catalog.kinds.values().filter(|kind| !kind.counterparts.is_empty());
    let rows = deployed.map(|kind| {
        let there = Provider::ALL.iter().map(|p| kind.counterpart(*p).map(str::to_owned));
        let able = abilities().map(|a| a.kinds.contains(&kind.id).then(|| "yes".to_owned()));
        Row { kind: kind.id.clone(), cells: there.chain(able).collect() }
    });
    Coverage { columns, rows: rows.collect() }
}

impl Coverage {
    /// Aligned columns for a terminal.
    pub fn to_text(&self) -> String {
        let lines = self.lines();
        let width =
            |column: usize| lines.iter().map(|l| l[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..=self.columns.len()).map(width).collect();
        let mut out = String::new();
        for line in &lines {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            let row = cells.collect::<Vec<_>>().join("  ");
            out.push_str(row.trim_end());
            out.push('\n');
        }
        out
    }

    /// A Markdown table.
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        for (number, line) in self.lines().iter().enumerate() {
            let _ = writeln!(out, "| {} |", line.join(" | "));
            if number == 0 {
                let _ = writeln!(out, "|{}", "---|".repeat(line.len()));
            }
        }
        out
    }

    /// JSON: `{columns, rows: [{kind, cells}]}`, `null` for a hole.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn lines(&self) -> Vec<Vec<String>> {
        let heading =
            std::iter::once("kind".to_owned()).chain(self.columns.iter().cloned()).collect();
        let row = |row: &Row| {
            let cells =
                row.cells.iter().map(|cell| cell.clone().unwrap_or_else(|| HOLE.to_owned()));
            std::iter::once(row.kind.clone()).chain(cells).collect()
        };
        std::iter::once(heading).chain(self.rows.iter().map(row)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;

    fn able(name: &str, kinds: &[&str]) -> Ability {
        Ability { name: name.to_owned(), kinds: kinds.iter().map(|k| (*k).to_owned()).collect() }
    }

    #[test]
    fn kinds_and_providers() {
        insta::assert_snapshot!(coverage(builtin(), &[], &[]).to_text());
    }

    #[test]
    fn formats_and_drivers_follow_the_providers() {
        let formats = [able("terraform", &["server", "network"])];
        let found = coverage(builtin(), &formats, &[able("lab driver", &["server"])]);
        let row =
            |kind: &str| found.rows.iter().find(|r| r.kind == kind).unwrap().cells[7..].to_vec();
        assert_eq!(found.columns[7..], ["terraform", "lab driver"]);
        assert_eq!(row("server"), [Some("yes".to_owned()), Some("yes".to_owned())]);
        assert_eq!(row("network"), [Some("yes".to_owned()), None]);
        assert_eq!(row("queue"), [None, None]);
        assert!(found.to_markdown().lines().nth(1).unwrap().starts_with("|---|"));
        assert_eq!(found.to_json()["rows"][0]["cells"].as_array().unwrap().len(), 9);
        assert!(!found.rows.iter().any(|r| r.kind == "internet"));
    }
}
