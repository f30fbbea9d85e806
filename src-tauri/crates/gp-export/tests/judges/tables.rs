//! What the catalog says of AWS's regions, sizes and engines is what AWS publishes, as the pinned
//! tools carry it; and a table that says something else is found out.

use crate::support::{python_tool, root};
use std::{path::Path, process::Command};

const TABLES: [&str; 3] = ["regions.toml", "sizes.toml", "databases.toml"];

fn catalog() -> std::path::PathBuf {
    root().join("src-tauri/crates/gp-catalog/tables")
}

/// What is not so in the tables of a folder.
fn wrong(python: &Path, folder: &Path) -> Vec<String> {
    let output = Command::new(python)
        .arg(root().join("tests/tools/aws_tables.py"))
        .arg(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Asserts that a table with one text replaced is found out.
#[track_caller]
fn check_found(python: &Path, table: &str, (old, new): (&str, &str), wanted: &str) {
    let folder = tempfile::tempdir().unwrap();
    for name in TABLES {
        let mut text = std::fs::read_to_string(catalog().join(name)).unwrap();
        if name == table {
            assert!(text.contains(old), "{table} has no {old}");
            text = text.replacen(old, new, 1);
        }
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let found = wrong(python, folder.path());
    assert!(found.iter().any(|line| line.contains(wanted)), "{found:#?}");
}

#[test]
fn the_tables_say_of_aws_what_aws_says() {
    let Some(python) = python_tool("the_tables_say_of_aws_what_aws_says", "python") else {
        return;
    };
    assert_eq!(wrong(&python, &catalog()), Vec::<String>::new());
}

#[test]
fn a_wrong_table_is_found_out() {
    let Some(python) = python_tool("a_wrong_table_is_found_out", "python") else {
        return;
    };
    let region = ("\"eu-west-2\"", "\"eu-west-9\"");
    check_found(&python, "regions.toml", region, "no region eu-west-9");
    check_found(&python, "sizes.toml", ("c7i.large", "c7i.huge"), "c7i.huge: AWS lacks it");
    check_found(&python, "sizes.toml", ("cache.m7g.large", "cache.m7g.huge"), "no cache.m7g.huge");
    check_found(&python, "sizes.toml", ("db.m7g.large", "db.m7g.huge"), "no db.m7g.huge");
    let engine = ("newest = \"8.4\"", "newest = \"8.9\"");
    check_found(&python, "databases.toml", engine, "does not offer mysql 8.9");
}
