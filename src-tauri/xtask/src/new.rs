//! `cargo xtask new KIND NAME`: the file and the lines that a new thing needs, ready to be filled.

use crate::{
    process::root,
    words::{Command, Outcome, Words},
};
use anyhow::{Result, bail};
use std::{fs, path::Path};

pub const COMMAND: Command = Command {
    usage: "new KIND NAME",
    about: "add a file and its lines: check, kind, template",
    flags: &[],
    count: (2, 2),
    examples: &[
        "new check subnet-without-name",
        "new kind compute/server-group",
        "new template two-regions",
    ],
    run: new,
};

/// Adds a check, a kind (`FAMILY/NAME`) or a template.
fn new(words: &Words) -> Result<Outcome> {
    let [kind, name] = words.plain[..] else { bail!("name what to make, and how it is called") };
    let plain = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !name.split('/').all(plain) {
        bail!("“{name}”: lower-case letters, digits and dashes only");
    }
    match kind {
        "check" => check(name)?,
        "kind" => one(name)?,
        "template" => template(name)?,
        _ => bail!("“{kind}” cannot be made; known: check, kind, template"),
    }
    Ok(Outcome::Fine)
}

fn check(name: &str) -> Result<()> {
    let folder = root().join("src-tauri/crates/gp-rules/src/checks");
    let module = name.replace('-', "_");
    write(
        &folder.join(format!("{module}.rs")),
        &format!(
            "//! `{name}`: what is wrong, in one sentence.\n//!\n//! Why it matters, and the way out.\n"
        ),
    )?;
    let list = folder.join("mod.rs");
    let text = fs::read_to_string(&list)?;
    let mut lines: Vec<&str> = text.lines().collect();
    let line = format!("mod {module};");
    let at = lines.iter().position(|l| l.starts_with("mod ") && **l > *line.as_str());
    lines.insert(at.unwrap_or(lines.len()), &line);
    fs::write(&list, lines.join("\n") + "\n")?;
    println!("added the line to {}: now the entry in its list", list.display());
    Ok(())
}

fn one(name: &str) -> Result<()> {
    let Some((family, kind)) = name.split_once('/') else {
        bail!("name it FAMILY/KIND, as in compute/server")
    };
    let text = format!(
        "title = \"{kind}\"\nhelp = \"\"\nfamily = \"{family}\"\nicon = \"\"\nparents = [\"region\"]\nsize = [160, 56]\nsummary = \"\"\n\n[counterparts]\n"
    );
    write(&root().join(format!("src-tauri/crates/gp-catalog/kinds/{family}/{kind}.toml")), &text)
}

fn template(name: &str) -> Result<()> {
    let folder = root().join("templates").join(name);
    write(&folder.join("template.toml"), "title = \"\"\nsummary = \"\"\norder = 0\n")?;
    write(&folder.join("README.md"), &format!("# {name}\n"))?;
    write(&folder.join("design.gplan"), "format = 1\n\n[design]\nname = \"\"\n")
}

fn write(path: &Path, text: &str) -> Result<()> {
    if path.exists() {
        bail!("{} is there already", path.display());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    println!("wrote {}", path.display());
    Ok(())
}
