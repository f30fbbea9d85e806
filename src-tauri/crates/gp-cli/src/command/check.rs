//! `groundplan check`: every finding in every environment, each said once. Of an environment that is named, also what
//! its export leaves out: that is no fault of the drawing, and counts only where it is an error.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use gp_app::{
    dto::{AppError, DiagnosticDto},
    export,
    facts::Lines,
    judged::Judged,
};
use serde::Serialize;
use serde_json::json;
use std::{collections::HashMap, time::Instant};

/// A finding and the environments it holds in.
type Found = (DiagnosticDto, Vec<String>);

pub fn run(arguments: &Design, json: bool) -> Result<Outcome, AppError> {
    let began = Instant::now();
    let opened = design::open(&arguments.design)?;
    let environments = match &arguments.environment {
        Some(_) => vec![opened.environment(arguments.environment.as_deref())?],
        None => opened.environments(),
    };
    let text = opened.session.document().text.text().to_owned();
    let lines = Lines::of(&text);
    let mut found: Vec<Found> = lines
        .diagnostics(&opened.session.file_diagnostics())
        .into_iter()
        .map(|finding| (finding, Vec::new()))
        .collect();
    let mut places = HashMap::new();
    let mut export = None;
    for (environment, judged) in environments.iter().zip(opened.judge_each(&environments)) {
        for finding in lines.diagnostics(&judged.diagnostics) {
            add(&mut found, &mut places, finding, environment);
        }
        if arguments.environment.is_some() {
            export = Export::of(&judged, &lines);
        }
    }
    found.sort_by_key(|(finding, _)| (finding.line, finding.column));
    let count =
        |severity: &str| found.iter().filter(|(finding, _)| finding.severity == severity).count();
    let (errors, warnings, advice) = (count("error"), count("warning"), count("advice"));
    if json {
        let findings: Vec<_> = found.iter().map(|(finding, environments)| json!({ "environments": environments, "finding": finding })).collect();
        output::json(
            &json!({ "file": opened.name, "environments": environments, "errors": errors, "warnings": warnings, "advice": advice, "findings": findings, "export": export }),
        )?;
    } else {
        print(&opened.name, &found, &environments);
        let left_out = export.iter().map(|export| export.print(&opened.name));
        output::say(&format!(
            "{}, {}, {} of advice in {}{} ({} ms)",
            output::count(errors, "error"),
            output::count(warnings, "warning"),
            output::count(advice, "piece"),
            environments.join(", "),
            left_out.collect::<String>(),
            began.elapsed().as_millis()
        ));
    }
    let lost = export.is_some_and(|export| export.is_wrong());
    Ok(Outcome::findings_if(errors + warnings > 0 || lost))
}

/// What the export of an environment leaves out.
#[derive(Serialize)]
struct Export {
    format: &'static str,
    findings: Vec<DiagnosticDto>,
}

impl Export {
    fn of(judged: &Judged, lines: &Lines<'_>) -> Option<Self> {
        let (format, findings) = export::left_out(judged)?;
        Some(Self { format, findings: lines.diagnostics(&findings) })
    }

    /// Prints it; tells how much that was.
    fn print(&self, file: &str) -> String {
        let note = format!(" (in the export as {})", self.format);
        for finding in &self.findings {
            output::finding(file, finding, &note);
        }
        match self.findings.len() {
            0 => String::new(),
            more => format!(", {more} more in the export as {}", self.format),
        }
    }

    fn is_wrong(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == "error")
    }
}

/// What makes two findings the same: rule, place and message.
type Same = (String, Option<String>, Option<String>, String);

/// Adds a finding, or the environment to the one that is there already.
fn add(
    found: &mut Vec<Found>,
    places: &mut HashMap<Same, usize>,
    finding: DiagnosticDto,
    environment: &str,
) {
    let same = (
        finding.rule.clone(),
        finding.id.clone(),
        finding.attribute.clone(),
        finding.message.clone(),
    );
    let at = *places.entry(same).or_insert(found.len());
    match found.get_mut(at) {
        Some((_, environments)) => environments.push(environment.to_owned()),
        None => found.push((finding, vec![environment.to_owned()])),
    }
}

fn print(file: &str, found: &[Found], all: &[String]) {
    for (finding, environments) in found {
        let everywhere = environments.is_empty() || environments.len() == all.len();
        let note =
            if everywhere { String::new() } else { format!(" (in {})", environments.join(", ")) };
        output::finding(file, finding, &note);
    }
}
