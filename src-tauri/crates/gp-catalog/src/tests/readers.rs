//! Every attribute of every kind is read by something: a step of resolve, a check, the analysis, an
//! exporter, a driver, or the line under its title. Looked up in the sources as `"NAME"`, so it cannot
//! see who reads a name that two kinds share; it does see one that nobody reads.

use crate::builtin;
use std::{collections::BTreeSet, path::Path};

/// What of the program reads attributes. `value_check.rs` and the kinds themselves do not count: they
/// know the form of a value, and mean nothing by it.
const READERS: [&str; 5] = [
    "gp-catalog/src/resolve",
    "gp-rules/src/checks",
    "gp-analysis/src",
    "gp-export/src",
    "gp-lab/src",
];

#[test]
fn every_attribute_is_read_by_something() {
    let mut source = String::new();
    for reader in READERS {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(reader), &mut source);
    }
    let mut unread = BTreeSet::new();
    for kind in builtin().kinds.values() {
        for name in kind.attributes.keys() {
            let shown = ['}', '|', '?', '=']
                .iter()
                .any(|end| kind.summary.contains(&format!("{{{name}{end}")));
            if !shown && !source.contains(&format!("\"{name}\"")) {
                unread.insert(format!("{} of {}", name, kind.id));
            }
        }
    }
    assert_eq!(unread, BTreeSet::new());
}

/// The sources below a folder, without cases, documentation and tests.
#[allow(clippy::disallowed_methods, reason = "the test looks at the program's own sources")]
fn collect(folder: &Path, out: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "tests" {
                collect(&path, out);
            }
        } else if path.extension().is_some_and(|end| end == "rs") && !name.contains("tests") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            out.extend(
                code.lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .flat_map(|l| [l, "\n"]),
            );
        }
    }
}
