//! Where this program keeps its own things, by each platform's custom. Never inside a design's folder.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The folders of one running program.
#[derive(Clone, Debug)]
pub struct Places {
    /// Settings: lost means asked again.
    pub config: PathBuf,
    /// State, journals, previous versions, logs: lost means work is lost.
    pub state: PathBuf,
    /// Where designs are offered to be saved.
    pub designs: PathBuf,
}

impl Places {
    /// By environment and platform.
    pub fn standard() -> Self {
        let home = env::home_dir().unwrap_or_else(env::temp_dir);
        let var =
            |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let (config, state) = if cfg!(target_os = "macos") {
            let support = home.join("Library/Application Support");
            (support.clone(), support)
        } else if cfg!(windows) {
            let roaming = var("APPDATA").unwrap_or_else(|| home.join("AppData/Roaming"));
            let local = var("LOCALAPPDATA").unwrap_or_else(|| home.join("AppData/Local"));
            (roaming, local)
        } else {
            let config = var("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
            let state = var("XDG_STATE_HOME").unwrap_or_else(|| home.join(".local/state"));
            (config, state)
        };
        let documents = home.join("Documents");
        Self {
            config: config.join("groundplan"),
            state: state.join("groundplan"),
            designs: if documents.is_dir() { documents } else { home },
        }
    }

    /// Everything below one folder: for tests and for `serve`.
    pub fn below(folder: &Path) -> Self {
        Self {
            config: folder.join("config"),
            state: folder.join("state"),
            designs: folder.to_owned(),
        }
    }

    /// The state file of the engine.
    pub fn database(&self) -> PathBuf {
        self.state.join("state.db")
    }

    /// Journals of edits that are not saved yet.
    pub fn journals(&self) -> PathBuf {
        self.state.join("journals")
    }

    /// Versions of files before the last save.
    pub fn previous(&self) -> PathBuf {
        self.state.join("previous")
    }

    /// The log file.
    pub fn log(&self) -> PathBuf {
        self.state.join("groundplan.log")
    }
}
