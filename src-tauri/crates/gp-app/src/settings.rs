//! Remembered settings and recent designs: two small JSON files. A damaged one starts anew; it is
//! never a reason not to start.

use crate::{disk, places::Places};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{fs, path::Path, sync::Mutex};

const MOST_RECENT: usize = 12;

/// A design that was open.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recent {
    /// Where it is.
    pub path: String,
    /// Its name when it was last open.
    pub name: String,
    /// RFC 3339.
    pub at: String,
}

/// What is remembered between starts.
#[derive(Debug)]
pub struct Settings {
    places: Places,
    /// One writer at a time: two windows share the files.
    writing: Mutex<()>,
}

impl Settings {
    /// Over the program's folders.
    pub fn new(places: Places) -> Self {
        Self { places, writing: Mutex::new(()) }
    }

    /// What the user interface keeps; an empty object at first.
    pub fn get(&self) -> Value {
        load(&self.places.config.join("settings.json"))
            .unwrap_or_else(|| Value::Object(serde_json::Map::default()))
    }

    /// Keeps it.
    pub fn set(&self, settings: &Value) {
        self.store(&self.places.config, "settings.json", settings);
    }

    /// Newest first.
    pub fn recent(&self) -> Vec<Recent> {
        load(&self.places.state.join("recent.json")).unwrap_or_default()
    }

    /// Puts a design at the front.
    pub fn opened(&self, path: &Path, name: &str) {
        let path = path.display().to_string();
        let mut recent = self.recent();
        recent.retain(|other| other.path != path);
        recent.insert(0, Recent { path, name: name.to_owned(), at: Timestamp::now().to_string() });
        recent.truncate(MOST_RECENT);
        self.store(&self.places.state, "recent.json", &recent);
    }

    fn store(&self, folder: &Path, name: &str, value: &impl Serialize) {
        let _writing = self.writing.lock();
        let text = serde_json::to_vec_pretty(value).expect("settings are plain JSON");
        let written = fs::create_dir_all(folder).map_err(|error| error.to_string());
        let written = written
            .and_then(|()| disk::write(&folder.join(name), &text).map_err(|error| error.message));
        if let Err(error) = written {
            // Forgetting a panel's width must not stop anybody from working.
            tracing::warn!(%error, name, "not remembered");
        }
    }
}

fn load<T: for<'a> Deserialize<'a>>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
