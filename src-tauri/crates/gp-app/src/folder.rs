//! Folders, for the file picker of `serve`: names and what they are, nothing inside files.

use crate::{app::App, dto::AppError};
use serde::Serialize;
use std::{fs, path::Path};

/// One folder.
#[derive(Debug, Serialize)]
pub struct Folder {
    /// Where it is.
    pub path: String,
    /// The folder above, where that may be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Folders first, then designs, by name; hidden ones left out.
    pub entries: Vec<Entry>,
}

/// One entry of a folder.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder.
    pub folder: bool,
    /// Whether it is a design, or a picture that may carry one.
    pub design: bool,
}

/// What is in a folder (none named: the one that designs are offered in).
pub fn list(app: &App, path: Option<&str>) -> Result<Folder, AppError> {
    let path = app.allowed(Path::new(path.unwrap_or(".")))?;
    let path = path.canonicalize().unwrap_or(path);
    let read = fs::read_dir(&path).map_err(|error| {
        AppError::failed(format!("“{}” cannot be listed: {error}", path.display()))
    })?;
    let mut entries: Vec<Entry> = read
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let folder = entry.path().is_dir();
            let ending = Path::new(&name).extension().and_then(|ending| ending.to_str());
            // Pictures may carry a design: they are looked into when they are opened.
            let design = !folder && matches!(ending, Some("gplan" | "svg" | "png"));
            (!name.starts_with('.') && (folder || design)).then_some(Entry { name, folder, design })
        })
        .collect();
    entries.sort_by(|a, b| (!a.folder, &a.name).cmp(&(!b.folder, &b.name)));
    let parent = path.parent().filter(|parent| app.allowed(parent).is_ok());
    Ok(Folder {
        parent: parent.map(|p| p.display().to_string()),
        path: path.display().to_string(),
        entries,
    })
}
