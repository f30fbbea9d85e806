//! Where proof and packets disagree, both ways beside each other: the proof's hop by hop, and that of the
//! same connection tried once more alone, with the counters that moved on it.

use super::Compared;
use crate::{dto::TwoTracesDto, judged::Judged};
use gp_analysis::reach::Trace;
use gp_catalog::Resolved;
use gp_lab::{Cell, LabDriver, Seen, Traced, Verification};

/// So many are traced; more would say the same, and each takes a moment.
const MOST: usize = 12;

/// Both ways of the first cells that disagree.
pub(super) async fn of(
    lab: &LabDriver,
    judged: &Judged,
    compared: &Compared,
    tried: &Verification,
) -> Vec<TwoTracesDto> {
    let differ = tried.cells.iter().zip(&compared.cells);
    let differ = differ.filter(|(_, dto)| dto.agrees == Some(false)).map(|(cell, _)| cell);
    let mut traces = Vec::new();
    for cell in differ.take(MOST) {
        let proof = judged.world.trace_to(&cell.from, &cell.to, cell.address, cell.service);
        match lab.trace(&judged.resolved, cell).await {
            Ok(traced) => traces.push(both(&judged.resolved, cell, proof, &traced)),
            Err(error) => tracing::warn!(%error, "a connection cannot be traced"),
        }
    }
    traces
}

fn both(resolved: &Resolved, cell: &Cell, proof: Option<Trace>, traced: &Traced) -> TwoTracesDto {
    let mut packets: Vec<String> = traced.way.iter().map(|seen| words(resolved, seen)).collect();
    let last = traced.way.last().filter(|seen| !seen.taken);
    packets.extend(last.map(|seen| format!("seen last in {}", title(resolved, &seen.space))));
    packets.extend(traced.unwatched.iter().map(|why| format!("not all of it was watched: {why}")));
    let hops = proof.into_iter().flat_map(|trace| trace.hops);
    let sign = |passes: bool| if passes { '✓' } else { '✗' };
    TwoTracesDto {
        from: cell.from.clone(),
        to: cell.to.clone(),
        service: cell.service.to_string(),
        address: cell.address.to_string(),
        tried: traced.tried.verdict.to_string(),
        proof: hops
            .map(|hop| format!("{} {}: {}", sign(hop.passes), hop.what, hop.because))
            .collect(),
        packets,
    }
}

fn words(resolved: &Resolved, seen: &Seen) -> String {
    let mut text = title(resolved, &seen.space);
    match &seen.device {
        Some(device) => text.push_str(&format!(", in by {device}")),
        None => text.push_str(", sent"),
    }
    if seen.taken {
        text.push_str(", taken");
    }
    if seen.answered {
        text.push_str(", an answer came by");
    }
    if !seen.rules.is_empty() {
        let rules: Vec<String> =
            seen.rules.iter().map(|it| format!("{} by {}", it.rule, it.packets)).collect();
        text.push_str(&format!("; counted {}", rules.join(", ")));
    }
    text
}

/// What people call a namespace.
fn title(resolved: &Resolved, space: &str) -> String {
    if let Some(network) = space.strip_prefix("router:") {
        let title = resolved.resource(network).map_or(network, |it| &it.title);
        return format!("router of {title}");
    }
    match space {
        "core" => "the internet's core".to_owned(),
        "services" => "the region's services".to_owned(),
        _ => space.to_owned(),
    }
}
