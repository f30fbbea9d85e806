//! Tests of the engine: against its brute-force twin, on the template, and on small drawings.

mod drawings;
mod six;
mod template;
mod twin;

use crate::reach::{Matrix, Trace, World};
use gp_catalog::{Resolved, builtin, resolve::resolve};
use gp_model::Id;
use std::fmt::Write as _;

/// The meaning of a design file in one environment.
fn resolved(text: &str, environment: Option<&str>) -> Resolved {
    let opened = gp_model::file::parse(text.as_bytes());
    assert!(opened.diagnostics.is_empty(), "{:#?}", opened.diagnostics);
    resolve(&opened.design, builtin(), environment.map(Id::new).as_ref())
}

/// Every trace, hop and verdict of a design, for people to read in a snapshot.
fn printed(world: &World, resolved: &Resolved) -> String {
    let mut out = String::new();
    for link in world.links(resolved) {
        let state = if link.works { "works" } else { "is blocked" };
        let answered = if link.works && !link.answered { ", nobody answers" } else { "" };
        let _ = writeln!(out, "link {} {state}{answered}", link.link);
        if let Some(block) = &link.block {
            let rule = block.rule.as_deref().unwrap_or("no rule");
            let _ = writeln!(out, "  {}: {} ({rule})", block.hop, block.why);
        }
        out.push_str(&link.counter_example.as_ref().map(printed_trace).unwrap_or_default());
    }
    for intent in world.intents(resolved) {
        let state = if intent.holds { "holds" } else { "is broken" };
        let _ = writeln!(out, "intent {}: {} — {state}", intent.intent, intent.text);
        if let Some(because) = &intent.because {
            let _ = writeln!(out, "  {because}");
        }
        out.push_str(&intent.counter_example.as_ref().map(printed_trace).unwrap_or_default());
    }
    out
}

fn printed_trace(trace: &Trace) -> String {
    let mut out = format!(
        "  {} ({}) → {} ({}) {}: {}\n",
        trace.from,
        trace.source,
        trace.to,
        trace.destination,
        trace.service,
        if trace.arrives { "arrives" } else { "does not arrive" }
    );
    for hop in &trace.hops {
        let sign = if hop.passes { '✓' } else { '✗' };
        let _ = writeln!(out, "    {sign} {}: {}", hop.what, hop.because);
    }
    out
}

/// The matrix as a table: `+` answered, `o` arrives and nobody listens, `·` blocked.
fn printed_matrix(matrix: &Matrix) -> String {
    let mut out = String::new();
    for (row, cell) in matrix.rows() {
        let sign = match (cell.allowed, cell.answered) {
            (true, true) => '+',
            (true, false) => 'o',
            _ => '·',
        };
        let undrawn = if cell.undrawn { " (undrawn)" } else { "" };
        let _ = writeln!(out, "{sign} {} → {} {}{undrawn}", row.from, row.to, row.service);
    }
    out
}
