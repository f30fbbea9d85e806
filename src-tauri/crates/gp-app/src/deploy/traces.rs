//! Where proof and packets disagree, both ways beside each other: the proof's hop by hop, and that of the
//! same connection tried once more alone, with the counters that moved on it.

use super::Compared;
use crate::{
    dto::{DiagnosticDto, MatrixCellDto, TwoTracesDto},
    facts,
    judged::Judged,
};
use gp_analysis::reach::Trace;
use gp_catalog::Resolved;
use gp_lab::{Cell, LabDriver, Seen, Traced, Verification};
use gp_model::{Diagnostic, Id, Place};
use std::collections::BTreeMap;

/// So many are traced; more would say the same, and each takes a moment.
const MOST: usize = 12;

/// A finding for each two resources between which proof and packets disagree, at the one that is called.
pub(super) fn findings(compared: &Compared) -> Vec<DiagnosticDto> {
    let mut pairs: BTreeMap<(&str, &str), Vec<&MatrixCellDto>> = BTreeMap::new();
    for cell in compared.cells.iter().filter(|cell| cell.agrees == Some(false)) {
        pairs.entry((resource(&cell.from), resource(&cell.to))).or_default().push(cell);
    }
    let finding = |((from, to), cells): ((&str, &str), Vec<&MatrixCellDto>)| {
        let MatrixCellDto { service, proven, tried, .. } = cells[0];
        let proven = if *proven { "reachable" } else { "blocked" };
        let tried = tried.as_deref().unwrap_or("not tried");
        let more = match cells.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more like it"),
        };
        let message = format!(
            "proof and packets disagree on {from} → {to} {service}: proven {proven}, packets say {tried}{more}"
        );
        let [place, other] = [to, from].map(|id| Place::resource(&Id::from(id)));
        Diagnostic::error("proof-and-packets-disagree", place, message)
            .because("One of the two is wrong: either the design does not do what is proven of it, or the lab does not do what is drawn. Both ways are in the Deploy panel.")
            .and_at(other)
    };
    let all: Vec<Diagnostic> = pairs.into_iter().map(finding).collect();
    facts::diagnostics(&all, "")
}

/// The resource of an instance's address.
fn resource(instance: &str) -> &str {
    instance.split_once('[').map_or(instance, |(resource, _)| resource)
}

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
        Some(device) => text.extend([", in by ", device]),
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
        text.extend(["; counted ", &rules.join(", ")]);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::VerificationDto;

    #[test]
    fn two_resources_that_disagree_on_many_cells_are_one_finding() {
        let cell = |from: &str, service: &str, agrees| MatrixCellDto {
            from: from.into(),
            to: "orders".into(),
            service: service.into(),
            proven: true,
            tried: Some("timeout".into()),
            because: String::new(),
            agrees: Some(agrees),
            evidence: None,
        };
        let cells = vec![
            cell("app[0]", "tcp/80", true),
            cell("app[0]", "tcp/5432", false),
            cell("app[1]", "tcp/5432", false),
        ];
        let summary = VerificationDto {
            flows: [0, 0],
            blocked: [0, 0],
            agree: [1, 3],
            disagreements: Vec::new(),
            traces: Vec::new(),
            findings: Vec::new(),
            seconds: 0.0,
        };
        let compared = Compared { summary, cells, notes: Vec::new(), time: String::new() };
        let found = findings(&compared);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].id.as_deref(), Some("orders"));
        assert_eq!(
            found[0].message,
            "proof and packets disagree on app → orders tcp/5432: proven reachable, packets say timeout, and 1 more like it"
        );
    }
}
