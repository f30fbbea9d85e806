//! Proof set against packets: every connection tried for real, cell by cell.

use super::{Prepared, driver_error, live::Off, traces};
use crate::dto::{AppError, ErrorCode, MatrixCellDto, VerificationDto};
use crate::judged::Judged;
use gp_analysis::reach::Matrix;
use gp_lab::{Asked, LabDriver, Verdict, Verification};
use gp_model::PortSpec;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// What packets said beside what the proof says.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The counts and what disagrees.
    pub summary: VerificationDto,
    /// Every cell, with both answers.
    pub cells: Vec<MatrixCellDto>,
    /// What is stood in for.
    pub notes: Vec<String>,
    /// When it was tried: `2026-11-27 at 10:15 UTC`.
    pub time: String,
}

impl Compared {
    /// Whether all drawn flows answer and proof and packets agree on every cell.
    pub fn holds(&self) -> bool {
        let VerificationDto { flows, agree, .. } = &self.summary;
        flows[0] == flows[1] && agree[0] == agree[1]
    }
}

/// Only a lab can be asked.
fn lab(prepared: &Prepared) -> Result<&LabDriver, AppError> {
    let none = || AppError::new(ErrorCode::Unavailable, "only a lab can be tried with packets");
    prepared.target.lab.as_ref().ok_or_else(none)
}

/// Asks for a name as the first instance of a thing.
pub(super) async fn ask(prepared: &Prepared, from: &str, name: &str) -> Result<Asked, AppError> {
    let resolved = &prepared.judged.resolved;
    let first = resolved.resource(from).and_then(|one| one.instances.first());
    let from = first.map_or(from, |one| &one.address);
    lab(prepared)?.ask(resolved, from, name).await.map_err(|error| driver_error(&error))
}

/// Tries everything in the running lab.
pub(super) async fn verify(prepared: &Prepared) -> Result<Compared, AppError> {
    let lab = lab(prepared)?;
    let (resolved, world) = (&prepared.judged.resolved, &prepared.judged.world);
    let matrix = world.matrix();
    // What the proof expects to open gets the time to wake up; nothing else is waited for.
    let opens: HashSet<(&str, &str, PortSpec)> = matrix
        .cells
        .iter()
        .filter(|cell| cell.directly && cell.answered)
        .map(|cell| {
            let name = |number: u32| matrix.names[number as usize].as_str();
            (name(cell.from), name(cell.to), cell.service)
        })
        .collect();
    let opens =
        |cell: &gp_lab::cells::Planned| opens.contains(&(&cell.from, &cell.to, cell.service));
    let tried = lab.verify_expecting(resolved, opens).await;
    let tried = tried.map_err(|error| driver_error(&error))?;
    let mut compared = compare_with(&prepared.judged, &matrix, &tried);
    compared.summary.findings = traces::findings(&compared);
    compared.summary.traces = traces::of(lab, &prepared.judged, &compared, &tried).await;
    say_off(prepared, &mut compared).await;
    Ok(compared)
}

/// What does not answer because somebody switched it off says so.
async fn say_off(prepared: &Prepared, compared: &mut Compared) {
    let off = Off::of(prepared).await;
    for cell in &mut compared.summary.disagreements {
        let ends = (cell.from.as_str(), cell.to.as_str());
        if let Some(because) = off.because(&prepared.judged.resolved, ends, &cell.service) {
            cell.because = because;
        }
    }
}

/// Sets packets against the proof.
pub fn compare(judged: &Judged, tried: &Verification) -> Compared {
    compare_with(judged, &judged.world.matrix(), tried)
}

fn compare_with(judged: &Judged, matrix: &Matrix, tried: &Verification) -> Compared {
    let proven: HashMap<(String, String, String), _> =
        matrix.rows().map(|(row, cell)| ((row.from, row.to, row.service), *cell)).collect();
    let mut compared = Compared {
        summary: VerificationDto {
            flows: [0, 0],
            blocked: [0, 0],
            agree: [0, 0],
            disagreements: Vec::new(),
            traces: Vec::new(),
            findings: Vec::new(),
            seconds: tried.milliseconds as f32 / 1000.0,
        },
        cells: Vec::with_capacity(tried.cells.len()),
        notes: tried.notes.clone(),
        time: Timestamp::now().strftime("%Y-%m-%d at %H:%M UTC").to_string(),
    };
    for cell in &tried.cells {
        let key = (cell.from.clone(), cell.to.clone(), cell.service.to_string());
        let proof = proven.get(&key);
        let allowed = proof.is_some_and(|proof| proof.allowed);
        let arrived = matches!(cell.verdict, Verdict::Open | Verdict::NoListener);
        let agrees = proof.is_some_and(|proof| proof.fits(cell.verdict == Verdict::Open, arrived));
        let because = match (&cell.evidence, proof) {
            (Some(evidence), _) => {
                format!("{} counted {} in {}", evidence.rule, evidence.packets, evidence.space)
            }
            (None, Some(proof)) => judged.world.because(matrix, proof),
            (None, None) => "the proof does not know this cell".to_owned(),
        };
        let dto = MatrixCellDto {
            from: key.0,
            to: key.1,
            service: key.2,
            proven: allowed,
            tried: Some(cell.verdict.to_string()),
            because,
            agrees: Some(agrees),
            evidence: cell.evidence.as_ref().map(|it| {
                let packets = if it.packets == 1 { "packet" } else { "packets" };
                format!("{} in {}, {} {packets}", it.rule, it.space, it.packets)
            }),
        };
        let summary = &mut compared.summary;
        if cell.drawn {
            add(&mut summary.flows, cell.verdict == Verdict::Open);
        } else if !allowed {
            add(&mut summary.blocked, !arrived);
        }
        add(&mut summary.agree, agrees);
        if !agrees || (cell.drawn && cell.verdict != Verdict::Open) {
            compared.summary.disagreements.push(dto.clone());
        }
        compared.cells.push(dto);
    }
    add_untried(matrix, tried, &mut compared);
    compared
}

/// What the proof knows and no packet tried is no agreement.
fn add_untried(matrix: &Matrix, tried: &Verification, compared: &mut Compared) {
    let done: HashSet<(&str, &str, String)> =
        tried.cells.iter().map(|cell| (&*cell.from, &*cell.to, cell.service.to_string())).collect();
    for (row, proof) in matrix.rows() {
        if done.contains(&(&*row.from, &*row.to, row.service.clone())) {
            continue;
        }
        let dto = MatrixCellDto {
            from: row.from,
            to: row.to,
            service: row.service,
            proven: proof.allowed,
            tried: None,
            because: "no packet tried this".to_owned(),
            agrees: None,
            evidence: None,
        };
        add(&mut compared.summary.agree, false);
        compared.summary.disagreements.push(dto.clone());
        compared.cells.push(dto);
    }
}

/// Counts one into `[good, all]`.
fn add(pair: &mut [u32; 2], good: bool) {
    pair[0] += u32::from(good);
    pair[1] += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judged::judge;

    #[test]
    fn what_nothing_tried_is_a_disagreement() {
        let design = gp_testkit::sketch(
            "
            region here
              network net 10.0.0.0/16
                subnet tier
                  server a
                  server b tcp/80
            a -> b tcp/80
            ",
        );
        let judged = judge(&design, &crate::own_kinds::program(), None, 0);
        let cells = judged.world.matrix().cells.len();
        let compared = compare(&judged, &Verification::default());
        assert!(cells > 0 && !compared.holds());
        assert_eq!(compared.summary.agree, [0, cells as u32]);
        assert!(compared.cells.iter().all(|cell| cell.tried.is_none()), "{:?}", compared.cells);
    }
}
