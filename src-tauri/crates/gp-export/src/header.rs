//! The header of every exported file: which design it came from. No time stamp: same design, same bytes.

use gp_catalog::Resolved;
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    io::{BufWriter, Write as _},
};

/// The lines, as text without marks, with a final line break.
pub fn lines(resolved: &Resolved) -> String {
    let name = crate::name::one_line(&resolved.design.name);
    let environment = crate::name::one_line(&resolved.environment.id);
    let hash = content_hash(resolved);
    format!(
        "{name}, environment {environment}. Written by Groundplan; change the drawing, not this file.\nDesign {}, content {hash}.\n",
        if resolved.design.id.is_empty() { "unsaved" } else { &resolved.design.id }
    )
}

/// The lines as comments of Terraform and YAML.
pub fn comment(lines: &str) -> String {
    lines.lines().map(|line| format!("# {line}\n")).collect()
}

/// The first twelve hex digits of the SHA-256 of the meaning's JSON.
pub fn content_hash(resolved: &Resolved) -> String {
    let mut hash = Sha256::new();
    // Serialising plain data into a hasher cannot fail; were it to, the hash is of what got through.
    let mut sink = BufWriter::with_capacity(1 << 16, Sink(&mut hash));
    let _ = serde_json::to_writer(&mut sink, resolved);
    let _ = sink.flush();
    drop(sink);
    let mut out = String::new();
    for byte in hash.finalize().iter().take(6) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

struct Sink<'h>(&'h mut Sha256);

impl std::io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
