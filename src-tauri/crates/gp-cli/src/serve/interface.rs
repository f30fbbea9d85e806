//! The user interface: embedded, or in debug builds a folder, so that a build for tests can be shown.

use super::Served;
use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use std::{borrow::Cow, path::Path};

static FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/interface.rs"));

/// Whether there was one to embed, or one is in the folder.
pub fn is_built(folder: Option<&Path>) -> bool {
    find(folder, "/index.html").is_some()
}

fn find(folder: Option<&Path>, path: &str) -> Option<Cow<'static, [u8]>> {
    let Some(folder) = folder else {
        let found = FILES.iter().find(|(name, _)| *name == path);
        return found.map(|(_, bytes)| Cow::Borrowed(*bytes));
    };
    let stays = path.split('/').all(|part| part != "..");
    let file = folder.join(path.trim_start_matches('/'));
    if stays { std::fs::read(file).ok().map(Cow::Owned) } else { None }
}

/// A file of the interface; its names carry hashes, but for the page itself.
pub async fn file(State(served): State<Served>, uri: Uri) -> Response {
    let path = if uri.path() == "/" { "/index.html" } else { uri.path() };
    let Some(bytes) = find(served.interface.as_deref(), path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cache = if path.starts_with("/assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    ([(header::CONTENT_TYPE, content_type(path)), (header::CACHE_CONTROL, cache)], bytes)
        .into_response()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}
