//! Writes the lists of embedded files (kinds, icons, tables) from their folders, so that a new
//! kind is a new file and nothing else. It reads names only; what is inside is checked by tests.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let root = Path::new(&root);
    let mut out = String::new();
    list(&mut out, "KINDS", &root.join("kinds"), "toml", true)?;
    list(&mut out, "ICONS", &root.join("icons"), "svg", false)?;
    list(&mut out, "TABLES", &root.join("tables"), "toml", false)?;
    let target = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&target).join("embedded.rs"), out)
}

/// One constant: `(name, text)` of every file with this ending, in order of name.
fn list(out: &mut String, name: &str, folder: &Path, ending: &str, nested: bool) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if nested && path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            for inner in fs::read_dir(&path)? {
                files.push(inner?.path());
            }
        } else {
            files.push(path);
        }
    }
    files.retain(|path| path.extension().is_some_and(|e| e == ending));
    files.sort_by(|a, b| a.file_stem().cmp(&b.file_stem()));
    writeln!(out, "pub(crate) const {name}: &[(&str, &str)] = &[").expect("text grows");
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let stem = path.file_stem().and_then(|s| s.to_str()).expect("file names are plain text");
        writeln!(out, "    ({stem:?}, include_str!({:?})),", path.display().to_string())
            .expect("text grows");
    }
    out.push_str("];\n");
    Ok(())
}
