//! Older formats, brought up to date in memory. The file itself changes only when the user saves.
//!
//! One function per step, from the format it reads to the next. A step works on the tree, so
//! that it needs no old types; unknown keys pass through it.

use crate::{Diagnostic, Place, Table, Value, design::FORMAT};

/// Steps in order: `STEPS[n]` turns format `n` into `n + 1`.
const STEPS: [fn(&mut Table); FORMAT as usize] = [name_moves_into_design];

/// The format a tree says it has; 0 where it does not say.
pub(super) fn format_of(tree: &Table, diagnostics: &mut Vec<Diagnostic>) -> i64 {
    match tree.get("format") {
        None => 0,
        Some(Value::Integer(format)) if *format >= 0 => *format,
        Some(other) => {
            diagnostics.push(Diagnostic::error(
                "unknown-format",
                Place::Design,
                format!("`format` is {}: write `format = {FORMAT}`", other.type_name()),
            ));
            i64::from(FORMAT)
        }
    }
}

/// Runs the steps from `format` on.
pub(super) fn migrate(tree: &mut Table, format: i64) {
    let from = usize::try_from(format).unwrap_or(usize::MAX);
    for step in STEPS.get(from..).unwrap_or_default() {
        step(tree);
    }
}

/// 0 → 1: a draft without `format` may have its `name` (and `id`) at the top, as people write
/// by hand; format 1 has them in `[design]`.
fn name_moves_into_design(tree: &mut Table) {
    for key in ["name", "id"] {
        if !matches!(tree.get(key), Some(Value::String(_))) {
            continue;
        }
        let Some(value) = tree.shift_remove(key) else { continue };
        let design = tree.entry("design".to_owned()).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(design) = design {
            design.entry(key.to_owned()).or_insert(value);
        }
    }
}
