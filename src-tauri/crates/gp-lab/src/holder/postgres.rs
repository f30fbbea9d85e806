//! PostgreSQL for the databases of a lab: finds its programs, makes one empty data folder and copies it. Knows
//! nothing of servers and networks but the namespace that it is to run in.

use super::program::{self, HOME, Program};
use crate::blueprint::Engine;
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use tokio::process::Command;

/// Who owns the databases: the same name as on the providers.
pub const USER: &str = "groundplan";
/// The database that is there from the start.
pub const DATABASE: &str = "postgres";

/// Programs of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    pub folder: PathBuf,
    /// `15.14`
    pub version: String,
}

/// Every version that is installed.
pub async fn installed() -> Vec<Installed> {
    let mut found: Vec<Installed> = Vec::new();
    for folder in folders() {
        let Ok(folder) = fs::canonicalize(folder) else { continue };
        let known = found.iter().any(|one| one.folder == folder);
        if known || !folder.join("postgres").is_file() || !folder.join("initdb").is_file() {
            continue;
        }
        let said = Command::new(folder.join("postgres")).arg("--version").output().await;
        let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        if let Some(version) = said.ok().as_deref().and_then(version) {
            found.push(Installed { folder, version });
        }
    }
    found
}

/// The usual folders, then those of the path.
fn folders() -> Vec<PathBuf> {
    let below = |place: &str, inside: &str| {
        let entries = fs::read_dir(place).into_iter().flatten().flatten();
        entries.map(|entry| entry.path().join(inside)).collect::<Vec<_>>()
    };
    let mut found = below("/usr/lib/postgresql", "bin");
    found.extend(below("/usr", "bin").into_iter().filter(|path| {
        path.parent()
            .and_then(Path::file_name)
            .is_some_and(|n| n.to_string_lossy().starts_with("pgsql"))
    }));
    found.sort();
    found.extend(std::env::split_paths(program::PATH));
    found
}

/// `postgres (PostgreSQL) 15.14 (Debian …)` → `15.14`.
fn version(said: &str) -> Option<String> {
    let word = said.split(") ").nth(1)?.split_whitespace().next()?;
    word.starts_with(|c: char| c.is_ascii_digit()).then(|| word.to_owned())
}

fn major(version: &str) -> u32 {
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// The nearest to what is drawn; of two as near, and where nothing is drawn, the newer one.
pub fn nearest<'a>(installed: &'a [Installed], drawn: Option<&str>) -> Option<&'a Installed> {
    let wanted = drawn.map(major).filter(|wanted| *wanted > 0);
    installed.iter().max_by_key(|one| {
        let own = major(&one.version);
        (wanted.map(|wanted| -i64::from(wanted.abs_diff(own))), own)
    })
}

/// What it is to say of itself: also that another version is drawn.
pub fn words(installed: &Installed, engine: &Engine) -> String {
    let own = format!("PostgreSQL {} runs", installed.version);
    match engine.version.as_deref().filter(|drawn| major(drawn) != major(&installed.version)) {
        Some(drawn) => format!("{own} where {drawn} is drawn: it is what is installed"),
        None => own,
    }
}

/// The data folder as the host sees it.
pub fn data(folder: &Path) -> PathBuf {
    folder.join("home/server/data")
}

/// Makes an empty data folder.
pub fn initialise(
    surroundings: Program,
    installed: &Installed,
    password: &str,
) -> io::Result<Program> {
    program::put_file(&surroundings.folder, "run/password", password, 0o600)?;
    let tool = installed.folder.join("initdb").to_string_lossy().into_owned();
    let data = format!("{HOME}/data");
    let words = ["--pgdata", &data, "--username", USER, "--pwfile", "/run/password"];
    let how = ["--auth-host=scram-sha-256", "--auth-local=trust", "--no-sync", "--wal-segsize=1"];
    let language = ["--locale=C", "--encoding=UTF8"];
    let words = words.into_iter().chain(how).chain(language).map(str::to_owned);
    Ok(Program { words: std::iter::once(tool).chain(words).collect(), ..surroundings })
}

/// Lets everybody in who has the password: who may come this far, the lab's filters say.
pub fn open_up(folder: &Path) -> io::Result<()> {
    use io::Write as _;
    let _ = fs::remove_file(folder.join("run/password"));
    let mut rules = fs::OpenOptions::new().append(true).open(data(folder).join("pg_hba.conf"))?;
    writeln!(rules, "host all all 0.0.0.0/0 scram-sha-256")
}

/// A copy of a data folder that nobody uses, its owner kept.
pub async fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (data(from), data(to));
    let copying =
        Command::new("cp").arg("-a").arg(&from).arg(&to).kill_on_drop(true).output().await?;
    if copying.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&copying.stderr).into_owned()))
}

/// The server. Its data lives as long as the lab: no write waits for a disk.
pub fn serve(surroundings: Program, installed: &Installed, engine: &Engine) -> Program {
    let mut words = vec![
        installed.folder.join("postgres").to_string_lossy().into_owned(),
        "-D".into(),
        format!("{HOME}/data"),
        "-p".into(),
        engine.port.to_string(),
    ];
    let settings = [
        "listen_addresses=0.0.0.0",
        "unix_socket_directories=/tmp",
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
        "shared_buffers=16MB",
        "max_connections=50",
        "max_wal_size=64MB",
        "min_wal_size=2MB",
    ];
    words.extend(settings.iter().flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]));
    Program { words, ..surroundings }
}

/// Whether it takes connections: its last line says so.
pub fn is_ready(folder: &Path) -> bool {
    let text = fs::read_to_string(data(folder).join("postmaster.pid")).unwrap_or_default();
    text.lines().nth(7).is_some_and(|line| line.trim() == "ready")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(versions: &str) -> Vec<Installed> {
        let one = |version: &str| Installed { folder: version.into(), version: version.into() };
        versions.split_whitespace().map(one).collect()
    }

    #[test]
    fn the_version_that_is_nearest_to_the_drawn_one_runs() {
        let all = installed("13.2 15.14 17.0");
        let chosen = |drawn| nearest(&all, drawn).map(|one| one.version.as_str());
        assert_eq!(chosen(Some("15")), Some("15.14"));
        assert_eq!(chosen(Some("16.3")), Some("17.0"));
        assert_eq!(chosen(Some("9")), Some("13.2"));
        assert_eq!(chosen(None), Some("17.0"));
        assert_eq!(chosen(Some("newest")), Some("17.0"));
        assert_eq!(nearest(&[], Some("15")), None);
    }

    #[test]
    fn another_version_than_the_drawn_one_is_said() {
        let engine = |version: &str| Engine { version: Some(version.into()), port: 5432 };
        let one = &installed("15.14")[0];
        assert_eq!(words(one, &engine("15")), "PostgreSQL 15.14 runs");
        assert_eq!(
            words(one, &engine("17")),
            "PostgreSQL 15.14 runs where 17 is drawn: it is what is installed"
        );
        assert_eq!(
            version("postgres (PostgreSQL) 15.14 (Debian 15.14-0)").as_deref(),
            Some("15.14")
        );
        assert_eq!(version("something else"), None);
    }
}
