//! `cargo xtask package`: an installable package of the app, by Tauri's own packager, looked into
//! before it is called done.

use crate::{
    agent, node,
    process::{check, command, output, target},
    run::{binary, build, build_ui},
    system,
    words::{Command, Outcome, Words},
};
use anyhow::{Context as _, Result, bail};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process,
};

/// The packager comes prebuilt from npm; only this command needs it.
const PACKAGER: &str = "@tauri-apps/cli@2.12.5";

const FORMATS: [&str; 2] = ["deb", "rpm"];

const PROGRAMS: [&str; 2] = ["usr/bin/groundplan-desktop", "usr/bin/groundplan"];
const STARTER: &str = "usr/share/applications/Groundplan.desktop";
const FILE_TYPE: &str = "usr/share/mime/packages/groundplan.xml";
/// The image for labs in Docker; programs look for it there.
const AGENT: &str = "usr/lib/groundplan/groundplan-agent.tar";
const FILES: [&str; 5] = [
    AGENT,
    STARTER,
    FILE_TYPE,
    "usr/share/icons/hicolor/32x32/apps/groundplan-desktop.png",
    "usr/share/icons/hicolor/128x128/apps/groundplan-desktop.png",
];
/// A file manager hands a file over only where `Exec` has a place for it.
const LINES: [(&str, &str); 4] = [
    (STARTER, "Exec=groundplan-desktop %f"),
    (STARTER, "MimeType=application/x-groundplan"),
    (STARTER, "Icon=groundplan-desktop"),
    (FILE_TYPE, "*.gplan"),
];
/// What it does not bring along.
const DEPENDS: [&str; 3] = ["libwebkit2gtk-4.1-0", "libgtk-3-0", "nftables"];

pub const COMMAND: Command = Command {
    usage: "package [FORMAT …]",
    about: "build for release and pack: deb (the default), rpm",
    flags: &[("--debug", "pack a build without optimisation, to try the package")],
    count: (0, FORMATS.len()),
    examples: &["package", "package deb rpm", "package --debug"],
    run: package,
};

fn package(words: &Words) -> Result<Outcome> {
    if let Some(unknown) = words.plain.iter().find(|word| !FORMATS.contains(word)) {
        bail!("“{unknown}” is not a format; known: {}", FORMATS.join(", "));
    }
    let formats = if words.plain.is_empty() { &FORMATS[..1] } else { &words.plain[..] };
    let debug = words.has("--debug");
    node::ready()?;
    let missing = system::install(&system::BUILD)?;
    system::need(&system::BUILD, &missing)?;
    // The command line is packed beside the app, and has the interface inside for `serve`.
    build_ui()?;
    build(debug, &["--package", "gp-cli"])?;
    let agent = agent::build(!debug)?;
    pack(debug, formats, &agent)?;
    let folder = target().join(if debug { "debug" } else { "release" }).join("bundle");
    if formats.contains(&"deb") {
        look_into(&newest(&folder.join("deb"), "deb")?)?;
    }
    println!("the packages are in {}", folder.display());
    Ok(Outcome::Fine)
}

fn pack(debug: bool, formats: &[&str], agent: &Path) -> Result<()> {
    let program = binary(debug, "groundplan");
    let files = json!({ "files": { "/usr/bin/groundplan": program, format!("/{AGENT}"): agent } });
    let more = json!({ "bundle": { "linux": { "deb": files, "rpm": files } } }).to_string();
    let packager = format!("--package={PACKAGER}");
    let formats = formats.join(",");
    let mut tauri = command("npx", "src-tauri");
    tauri.args(["--yes", &packager, "tauri", "build", "--bundles", &formats, "--config", &more]);
    if debug {
        tauri.arg("--debug");
    }
    check(&mut tauri)
}

fn newest(folder: &Path, extension: &str) -> Result<PathBuf> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    let packages = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == extension));
    packages
        .max_by_key(|path| path.metadata().and_then(|metadata| metadata.modified()).ok())
        .with_context(|| format!("there is no {extension} in {}", folder.display()))
}

/// Unpacks it and sees whether it would install what it should.
fn look_into(deb: &Path) -> Result<()> {
    let folder = target().join("package");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    check(dpkg_deb("--extract", deb).arg(&folder))?;
    let depends = output(dpkg_deb("--field", deb).arg("Depends"))?;
    for program in PROGRAMS {
        check(process::Command::new(folder.join(program)).arg("--version"))?;
    }
    let complaints = complaints(&folder, &depends);
    if !complaints.is_empty() {
        bail!("{}: {}", deb.display(), complaints.join("; "));
    }
    println!("{}: programs, starter, icon and file type are in it", deb.display());
    Ok(())
}

fn dpkg_deb(what: &str, deb: &Path) -> process::Command {
    let mut command = process::Command::new("dpkg-deb");
    command.arg(what).arg(deb);
    command
}

/// What an unpacked package lacks.
fn complaints(folder: &Path, depends: &str) -> Vec<String> {
    let lacks = |file: &str, line: &str| {
        let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        !text.lines().any(|there| there.trim().contains(line))
    };
    let files = PROGRAMS.iter().chain(&FILES).filter(|file| !folder.join(file).is_file());
    let lines = LINES.iter().filter(|(file, line)| lacks(file, line));
    let needed = DEPENDS.iter().filter(|package| !depends.contains(**package));
    files
        .map(|file| format!("{file} is missing"))
        .chain(lines.map(|(file, line)| format!("{file} does not say {line}")))
        .chain(needed.map(|package| format!("it does not depend on {package}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_package_lacks_everything_and_a_full_one_nothing() {
        let folder = target().join("tmp").join(format!("package-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("made");
        let all = PROGRAMS.len() + FILES.len() + LINES.len() + DEPENDS.len();
        assert_eq!(complaints(&folder, "libc6").len(), all);
        for file in PROGRAMS.iter().chain(&FILES) {
            let lines: Vec<_> =
                LINES.iter().filter(|(of, _)| of == file).map(|(_, line)| *line).collect();
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, lines.join("\n")).expect("written");
        }
        let found = complaints(&folder, "nftables, libwebkit2gtk-4.1-0, libgtk-3-0");
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(found, Vec::<String>::new());
    }
}
