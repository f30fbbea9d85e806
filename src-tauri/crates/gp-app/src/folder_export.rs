//! Exported files beside what is in a folder: shown first, written only where that is safe. What an
//! earlier export of the same design wrote and this one does not is removed, for a file that stays
//! would still be applied. Only files that nobody changed since are written over or removed unasked.

use crate::{
    disk,
    dto::{AppError, ErrorCode, ExportDto, ExportFileDto},
    facts,
};
use gp_export::{
    origin,
    picture::{Carried, design_inside},
};
use gp_plan::FileSet;
use serde::Serialize;
use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// No file of ours is that large.
const LARGE: u64 = 64 << 20;

/// What was done to a folder.
#[derive(Debug, Default, Serialize)]
pub struct Done {
    /// Files that are there now.
    pub written: Vec<PathBuf>,
    /// Files of an earlier export that are gone.
    pub removed: Vec<PathBuf>,
}

/// The files beside what is in the folder.
pub fn preview(files: &FileSet, folder: Option<&Path>, text: &str) -> ExportDto {
    let of = |(path, bytes): (&String, &Vec<u8>)| ExportFileDto {
        path: path.clone(),
        text: std::str::from_utf8(bytes).unwrap_or_default().to_owned(),
        bytes: bytes.len() as u32,
        state: folder.map_or("new", |folder| state(&folder.join(path), bytes)).to_owned(),
    };
    let mut all: Vec<ExportFileDto> = files.files.iter().map(of).collect();
    for left in folder.map(|folder| leftovers(files, folder)).unwrap_or_default() {
        let state = if left.untouched { "removed" } else { "edited" }.to_owned();
        let bytes = left.text.len() as u32;
        all.push(ExportFileDto { path: left.name, text: left.text, bytes, state });
    }
    all.sort_by(|one, other| one.path.cmp(&other.path));
    ExportDto { files: all, diagnostics: facts::diagnostics(&files.diagnostics, text) }
}

fn state(path: &Path, bytes: &[u8]) -> &'static str {
    match fs::read(path) {
        Err(_) => "new",
        Ok(there) if there == bytes => "same",
        Ok(there) => state_of(&there),
    }
}

/// Of a file with another text than what would be written.
fn state_of(there: &[u8]) -> &'static str {
    match origin(&String::from_utf8_lossy(there)) {
        Some(known) if known.untouched => "changed",
        Some(_) => "edited",
        // A picture has no header, but the design inside, or who made it.
        None if is_our_picture(there) => "changed",
        None => "foreign",
    }
}

fn is_our_picture(bytes: &[u8]) -> bool {
    let says = |words: &[u8]| bytes.windows(words.len()).any(|part| part == words);
    match design_inside(bytes) {
        Carried::Design(_) => true,
        Carried::Refused(_) => bytes.starts_with(b"%PDF-") && says(b"(Groundplan)"),
        Carried::NoPicture | Carried::Nothing => false,
    }
}

/// A file of an earlier export that this one does not have.
struct Leftover {
    name: String,
    text: String,
    /// Nobody changed it since.
    untouched: bool,
}

/// Files in the folder that say they are of the same design in the same format.
fn leftovers(files: &FileSet, folder: &Path) -> Vec<Leftover> {
    let texts = files.files.values().filter_map(|bytes| std::str::from_utf8(bytes).ok());
    let Some(own) = texts.into_iter().find_map(origin) else {
        return Vec::new();
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut left: Vec<Leftover> = entries
        .filter(|entry| entry.metadata().is_ok_and(|about| about.is_file() && about.len() < LARGE))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !files.files.contains_key(name))
        .filter_map(|name| {
            let text = fs::read_to_string(folder.join(&name)).ok()?;
            let known = origin(&text)?;
            let same = known.design == own.design && known.format == own.format;
            same.then_some(Leftover { name, text, untouched: known.untouched })
        })
        .collect();
    left.sort_by(|one, other| one.name.cmp(&other.name));
    left
}

/// Writes the files below `folder` and removes what an earlier export left. Files of others, and
/// files of ours that somebody changed, are touched only when that was said.
pub fn write(files: &FileSet, folder: &Path, overwrite: bool) -> Result<Done, AppError> {
    let left = leftovers(files, folder);
    if !overwrite {
        ask_first(files, folder, &left)?;
    }
    let mut done = Done::default();
    for (path, bytes) in &files.files {
        done.written.push(write_one(folder, path, bytes)?);
    }
    for leftover in left {
        let path = folder.join(leftover.name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let text = format!("“{}” cannot be removed: {error}", path.display());
                return Err(AppError::new(ErrorCode::CannotWrite, text));
            }
            _ => done.removed.push(path),
        }
    }
    Ok(done)
}

fn ask_first(files: &FileSet, folder: &Path, left: &[Leftover]) -> Result<(), AppError> {
    let states = || files.files.iter().map(|(path, own)| (path, state(&folder.join(path), own)));
    let foreign = states().find(|(_, state)| *state == "foreign").map(|(path, _)| path);
    let edited = states().find(|(_, state)| *state == "edited").map(|(path, _)| path);
    let edited = edited.or_else(|| left.iter().find(|left| !left.untouched).map(|left| &left.name));
    let (path, why) = match (foreign, edited) {
        (Some(path), _) => (path, "was not written by this program"),
        (None, Some(path)) => (path, "was changed since this program wrote it"),
        (None, None) => return Ok(()),
    };
    let folder = folder.display();
    let text = format!("“{path}” in {folder} {why}: choose another folder, or allow overwriting");
    Err(AppError::new(ErrorCode::CannotWrite, text))
}

fn write_one(folder: &Path, path: &str, bytes: &[u8]) -> Result<PathBuf, AppError> {
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        let text = format!("“{path}” would be outside of the folder");
        return Err(AppError::new(ErrorCode::Forbidden, text));
    }
    let path = folder.join(path);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(|error| {
        let text = format!("“{}” cannot be made: {error}", parent.display());
        AppError::new(ErrorCode::CannotWrite, text)
    })?;
    if state(&path, bytes) != "same" {
        disk::write(&path, bytes)?;
    }
    Ok(path)
}

/// All files as one text that is valid in their format: where there are several, those that are
/// code, each below a comment with its name.
pub fn stream(files: &FileSet) -> Vec<u8> {
    if files.files.len() < 2 {
        return files.files.values().flatten().copied().collect();
    }
    let mut out = Vec::new();
    for (path, bytes) in files.files.iter().filter(|(path, _)| is_code(path)) {
        // Templates of several stacks are documents of one YAML stream.
        let gap = match (out.is_empty(), path.ends_with(YAML)) {
            (true, _) => "",
            (false, true) => "---\n",
            (false, false) => "\n",
        };
        out.extend(format!("{gap}# File {path}\n").bytes());
        out.extend(bytes);
    }
    out
}

const YAML: &str = ".yaml";

fn is_code(path: &str) -> bool {
    path.ends_with(YAML) || Path::new(path).extension().is_some_and(|end| end == "tf")
}
