//! Findings: fixing one, fixing all of a kind, accepting one.

use super::{Answer, answer, judged, read, unknown};
use crate::{app::App, dto::AppError, facts};
use gp_model::{Design, Diagnostic, Edit, Patch, Place, Severity, Waiver};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A rule's fixes may reveal further findings of the same rule: not without end.
const MOST_ROUNDS: u32 = 50;

/// So many fixes are tried alone where all of them together help nothing.
const MOST_TRIED: usize = 20;

#[derive(Deserialize)]
struct FixOne {
    session: u32,
    key: String,
    fix: usize,
}

#[derive(Deserialize)]
struct FixAll {
    session: u32,
    rule: String,
}

#[derive(Deserialize)]
struct Waive {
    session: u32,
    key: String,
    reason: String,
    owner: String,
    expires: Option<String>,
}

#[derive(Deserialize)]
struct Explain {
    rule: String,
}

pub(super) fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    match name {
        "finding_fix" => fix_one(app, &read(args)?),
        "finding_fix_all" => fix_all(app, &read(args)?),
        "finding_waive" => waive(app, read(args)?),
        "finding_explain" => {
            answer(json!({ "text": gp_rules::explain(&read::<Explain>(args)?.rule) }))
        }
        _ => Err(unknown(name)),
    }
}

fn find(app: &App, session: u32, key: &str) -> Result<Diagnostic, AppError> {
    let judged = judged(&*app.session(session)?)?;
    let found = judged.diagnostics.iter().find(|finding| facts::key(finding) == key);
    found.cloned().ok_or_else(|| AppError::not_found("this finding is gone already"))
}

fn fix_one(app: &App, args: &FixOne) -> Result<Answer, AppError> {
    let finding = find(app, args.session, &args.key)?;
    let fix = finding
        .fixes
        .get(args.fix)
        .ok_or_else(|| AppError::not_found("this finding has no such fix"))?;
    let edit = Edit::Batch { name: fix.title.clone(), edits: vec![fix.edit.clone()] };
    answer(json!({ "revision": app.session(args.session)?.edit(&edit)? }))
}

/// All fixes that do not get in each other's way, then those that are left on the judgement after
/// them, and so on: all as one act. What makes the design no better is not done.
fn fix_all(app: &App, args: &FixAll) -> Result<Answer, AppError> {
    let session = app.session(args.session)?;
    let before = session.snapshot();
    let judge = |design: &Design| {
        crate::judged::judge(design, &before.catalog, before.environment.as_ref(), 0).diagnostics
    };
    let mut design = before.design.clone();
    let mut found = judge(&design);
    let mut edits = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let mut next = design.clone();
        let mut round = fix_apart(&mut next, &found, &args.rule);
        let mut left = judge(&next);
        if weight(&left) >= weight(&found) {
            (round, left) = the_first_that_helps(&round, &design, &found, judge);
        }
        if round.is_empty() {
            break;
        }
        for edit in &round {
            if let Ok(patch) = gp_model::edit::apply(&design, edit) {
                patch.apply(&mut design);
            }
        }
        found = left;
        edits.extend(round);
    }
    let fixed = edits.len();
    let edit = Edit::Batch { name: format!("Fix {fixed} × {}", args.rule), edits };
    let revision = if fixed == 0 { before.revision } else { session.edit(&edit)? };
    answer(json!({ "revision": revision, "fixed": fixed }))
}

/// How bad it is: errors, then everything else.
fn weight(found: &[Diagnostic]) -> (usize, usize) {
    let errors = found.iter().filter(|finding| finding.severity == Severity::Error).count();
    (errors, found.len())
}

/// Of fixes that together help nothing, one that does alone, with what is found after it.
fn the_first_that_helps(
    edits: &[Edit],
    design: &Design,
    found: &[Diagnostic],
    judge: impl Fn(&Design) -> Vec<Diagnostic>,
) -> (Vec<Edit>, Vec<Diagnostic>) {
    for edit in edits.iter().take(MOST_TRIED) {
        let mut tried = design.clone();
        let Ok(patch) = gp_model::edit::apply(&tried, edit) else { continue };
        patch.apply(&mut tried);
        let left = judge(&tried);
        if weight(&left) < weight(found) {
            return (vec![edit.clone()], left);
        }
    }
    (Vec::new(), found.to_vec())
}

/// Applies the first fix of each finding of a rule whose parts of the design no other one touched.
fn fix_apart(design: &mut Design, found: &[Diagnostic], rule: &str) -> Vec<Edit> {
    let mut touched: BTreeSet<Place> = BTreeSet::new();
    let mut parts = Patch::default();
    let mut edits = Vec::new();
    for finding in found.iter().filter(|finding| finding.rule == rule) {
        let Some(fix) = finding.fixes.first() else { continue };
        let about = || finding.related.iter().chain([&finding.place]);
        if about().any(|place| touched.contains(place)) {
            continue;
        }
        let Ok(patch) = gp_model::edit::apply(design, &fix.edit) else { continue };
        if patch.is_empty() || patch.meets(&parts) {
            continue;
        }
        patch.apply(design);
        touched.extend(about().cloned());
        parts.changes.extend(patch.changes);
        edits.push(fix.edit.clone());
    }
    edits
}

fn waive(app: &App, args: Waive) -> Result<Answer, AppError> {
    let finding = find(app, args.session, &args.key)?;
    let resource = match finding.place {
        Place::Resource { id, .. }
        | Place::Link { id, .. }
        | Place::Intent { id }
        | Place::Environment { id, .. } => Some(id.to_string()),
        Place::Design | Place::File { .. } | Place::Policy => None,
    };
    let waiver = Waiver {
        rule: finding.rule.to_string(),
        resource,
        reason: Some(args.reason),
        owner: Some(args.owner),
        expires: args.expires,
        ..Waiver::default()
    };
    answer(json!({ "revision": app.session(args.session)?.edit(&Edit::AddWaiver { waiver })? }))
}
