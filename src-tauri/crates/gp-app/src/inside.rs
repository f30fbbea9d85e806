//! Opening a picture: the design that it carries.

use crate::{disk, dto::AppError};
use gp_export::picture::{Carried, design_inside};
use std::{fs, path::Path};

/// No picture of a design is larger.
const LARGEST: u64 = 256 << 20;

/// The design in a picture; none: the file is no picture.
pub fn of_file(path: &Path) -> Result<Option<String>, AppError> {
    let picture = |ending: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending));
    if !["svg", "png", "pdf"].into_iter().any(picture) {
        return Ok(None);
    }
    let name = path.display().to_string();
    if fs::metadata(path).is_ok_and(|about| about.len() > LARGEST) {
        return Err(AppError::failed(format!("“{name}” is larger than {} MiB", LARGEST >> 20)));
    }
    of_bytes(&format!("“{name}”"), &disk::read(path)?)
}

/// The design in the bytes of a picture; none: they are none.
pub fn of_bytes(name: &str, bytes: &[u8]) -> Result<Option<String>, AppError> {
    match design_inside(bytes) {
        Carried::NoPicture => Ok(None),
        Carried::Design(text) => Ok(Some(text)),
        Carried::Nothing => Err(AppError::failed(format!(
            "{name} is a picture without a design inside: only pictures that Groundplan exported with their design open again"
        ))),
        Carried::Refused(reason) => Err(AppError::failed(format!("{name}: {reason}"))),
    }
}
