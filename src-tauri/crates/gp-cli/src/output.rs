//! What the command line prints, and where: results to standard output, the rest to standard error.

use gp_app::dto::{AppError, DiagnosticDto, TraceDto};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};

/// How a command ended that could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Fine,
    /// It has something to say that a script must hear: exit code 1.
    Findings,
    /// With the exit code of a program that was started for somebody.
    Ended(u8),
}

impl Outcome {
    /// Findings where `bad`.
    pub fn findings_if(bad: bool) -> Self {
        if bad { Self::Findings } else { Self::Fine }
    }
}

/// Writes JSON to standard output.
pub fn json(value: &impl Serialize) -> Result<(), AppError> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| AppError::failed(error.to_string()))?;
    line(&text);
    Ok(())
}

/// Writes a line to standard output. Whoever closed the pipe has read enough.
pub fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Writes a line to standard error. Whoever closed it does not want to hear, and that is no fault.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// "1 edit", "2 edits".
pub fn count(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Text that somebody drew, on one line and without anything that a terminal would act on.
pub fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(shown).collect()
}

/// Says why it could not run.
pub fn complain(error: &AppError, json: bool) {
    if json {
        let text = serde_json::to_string(error).unwrap_or_else(|_| error.message.clone());
        say(&text);
    } else {
        say(&format!("{}: {}", red("error"), error.message));
    }
    if let Some(detail) = &error.detail {
        say(detail);
    }
}

/// `shop.gplan:12:8: error[rule] message`, why, fixes.
pub fn finding(file: &str, finding: &DiagnosticDto, environments: &str) {
    let place = match (finding.line, finding.column) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        _ => file.to_owned(),
    };
    let id = finding.id.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    let severity = severity(&finding.severity);
    line(&format!("{place}: {severity}[{}] {id}{}{environments}", finding.rule, finding.message));
    if let Some(why) = &finding.why {
        line(&format!("    {why}"));
    }
    for fix in &finding.fixes {
        line(&format!("    fix: {fix}"));
    }
}

/// A packet's way, hop by hop.
pub fn trace(trace: &TraceDto) {
    let end = if trace.arrives { "arrives" } else { "does not arrive" };
    line(&format!("  {} → {} {} {end}", trace.source, trace.destination, trace.service));
    for hop in &trace.hops {
        let sign = if hop.passes { green("✓") } else { red("✗") };
        line(&format!("    {sign} {}: {}", plain(&hop.what), plain(&hop.because)));
    }
}

fn severity(word: &str) -> String {
    match word {
        "error" => red(word),
        "warning" => paint(word, "33"),
        _ => paint(word, "36"),
    }
}

/// Red on a terminal.
pub fn red(text: &str) -> String {
    paint(text, "31")
}

/// Green on a terminal.
pub fn green(text: &str) -> String {
    paint(text, "32")
}

fn paint(text: &str, colour: &str) -> String {
    let plain = std::env::var_os("NO_COLOR").is_some() || !io::stdout().is_terminal();
    if plain { text.to_owned() } else { format!("\u{1b}[{colour}m{text}\u{1b}[0m") }
}
