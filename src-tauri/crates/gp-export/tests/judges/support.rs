//! Designs in, exports out, and the tools that a machine may lack.

use gp_catalog::Resolved;
use gp_export::{
    Drawing, Options,
    picture::{Icon, Shape, Stroke, look_of},
};
use gp_model::{Id, Link, Point, Provider, Rect};
use gp_plan::FileSet;
use gp_testkit::skip;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

pub const TEMPLATE: &str =
    include_str!("../../../../../templates/three-tier-web-shop/design.gplan");
pub const EVERY_KIND: &str = include_str!("designs/every-kind.gplan");
/// A content delivery network and what AWS wants beside it in one region.
pub const EDGE: &str = include_str!("designs/edge.gplan");
/// Raw resources, with references to what is drawn.
pub const RAW: &str = include_str!("designs/raw.gplan");
/// A load balancer that writes down who called.
pub const ACCESS_LOGS: &str = include_str!("designs/access-logs.gplan");
/// A cluster whose pods have a tier of their own.
pub const PODS: &str = include_str!("designs/pods.gplan");
/// What crosses from one account to another.
pub const ACCOUNTS: &str = include_str!("designs/accounts.gplan");
/// Databricks in subnets of ours; only Terraform has it.
pub const ANALYTICS: &str = include_str!("designs/analytics.gplan");
/// Networks on a hub and behind tunnels.
pub const JOINED: &str = include_str!("designs/joined.gplan");
/// A hub whose way out passes a firewall.
pub const GUARDED: &str = include_str!("designs/guarded.gplan");
/// Joined networks with what only Terraform has counterparts of.
pub const LINES: &str =
    concat!(include_str!("designs/joined.gplan"), include_str!("designs/lines.gplan"));
/// What crosses from one account or region to another, by networks, names and triggers.
pub const PLACES: &str = include_str!("designs/places.gplan");
/// IPv6 beside IPv4 in two networks that are peered.
pub const SIX: &str = include_str!("designs/six.gplan");

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The meaning of a design in an environment.
pub fn resolved(text: &str, environment: &str) -> Resolved {
    let opened = gp_model::file::parse(text.as_bytes());
    assert_eq!(opened.diagnostics, [], "the design reads");
    gp_catalog::resolve(&opened.design, gp_catalog::builtin(), Some(&Id::new(environment)))
}

/// The drawing as the file has it, with straight links.
pub fn drawing(text: &str) -> Drawing {
    let design = gp_model::file::parse(text.as_bytes()).design;
    let rect = |id: &Id| design.layout.resources.get(id).copied();
    let middle = |rect: Rect| Point { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
    let mut shapes: Vec<Shape> = design
        .resources
        .iter()
        .filter_map(|(id, it)| {
            let (rect, about) = (rect(id)?, gp_catalog::builtin().kind(&it.kind));
            Some(Shape {
                id: id.clone(),
                kind: it.kind.clone(),
                family: about.map(|kind| kind.family),
                icon: about.map(|kind| Icon::of(gp_catalog::builtin(), kind)).unwrap_or_default(),
                title: it.title_or(id).to_owned(),
                line: it.kind.clone(),
                rect,
                depth: design.ancestors(id).len(),
                look: look_of(&it.kind, about, false, rect.h),
                finding: None,
            })
        })
        .collect();
    shapes.sort_by_key(|shape| shape.depth);
    let line = |link: &Link| {
        let points = vec![middle(rect(&link.from)?), middle(rect(&link.to)?)];
        Some(Stroke { points, label: link.allow.join(", "), ..Stroke::default() })
    };
    Drawing {
        name: design.title().to_owned(),
        links: design.links.values().filter_map(|link| line(link)).collect(),
        shapes,
        source: Some(text.to_owned()),
        ..Drawing::default()
    }
}

/// A design in a format.
pub fn export(text: &str, environment: &str, format: &str) -> FileSet {
    let format = gp_export::format(format).unwrap();
    gp_export::export(
        format,
        &resolved(text, environment),
        Some(&drawing(text)),
        Options::default(),
    )
}

/// The text of one file.
pub fn file<'f>(files: &'f FileSet, path: &str) -> &'f str {
    std::str::from_utf8(&files.files[path]).unwrap()
}

/// All files as one text.
pub fn all(files: &FileSet) -> String {
    let texts = files
        .files
        .iter()
        .map(|(path, content)| format!("==> {path}\n{}", std::str::from_utf8(content).unwrap()));
    texts.collect::<Vec<_>>().join("\n")
}

/// Every design and environment that is large enough to be read back.
pub fn cases() -> [(&'static str, &'static str); 6] {
    [
        (TEMPLATE, "production"),
        (EVERY_KIND, "production"),
        (EVERY_KIND, "trial"),
        (JOINED, "production"),
        (GUARDED, "production"),
        (SIX, "production"),
    ]
}

/// Every design and environment that the judges look at.
pub fn every_case() -> impl Iterator<Item = (&'static str, &'static str)> {
    let templates = templates().into_iter().map(|(_, design, environment)| (design, environment));
    cases()
        .into_iter()
        .chain([
            (RAW, "production"),
            (ACCESS_LOGS, "production"),
            (PODS, "production"),
            (ANALYTICS, "production"),
            (EVERY_KIND, "asleep"),
            (EDGE, "production"),
            (EDGE, "virginia"),
        ])
        .chain(templates)
}

/// Those, and what only Terraform can tell.
pub fn every_case_of_terraform() -> impl Iterator<Item = (&'static str, &'static str)> {
    every_case().chain([(LINES, "production"), (ACCOUNTS, "production")])
}

/// Every template in its environments on AWS: its name, the design, the environment.
pub fn templates() -> Vec<(String, &'static str, &'static str)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root().join("templates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders {
        let text = std::fs::read_to_string(folder.join("design.gplan")).unwrap();
        let text: &'static str = Box::leak(text.into_boxed_str());
        let design = gp_model::file::parse(text.as_bytes()).design;
        let clouds = design.environments.iter().filter(|(_, e)| e.provider == Provider::Aws);
        for (id, _) in clouds {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            found.push((name, text, &*Box::leak(id.to_string().into_boxed_str())));
        }
    }
    found
}

fn is_yaml(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "yaml")
}

/// The templates of CloudFormation among files.
pub fn stacks(files: &FileSet) -> impl Iterator<Item = &str> {
    files.files.keys().map(String::as_str).filter(|path| is_yaml(path))
}

/// A program of the tests' Python environment; says that a test is skipped where there is none.
pub fn python_tool(test: &str, program: &str) -> Option<PathBuf> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let venv = std::env::var_os("GP_VENV").map_or_else(|| target.join("venv"), PathBuf::from);
    let folder = if cfg!(windows) { "Scripts" } else { "bin" };
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let found = venv.join(folder).join(file);
    if found.exists() {
        return Some(found);
    }
    let place = venv.display();
    skip(test, &format!("{program} is not in {place}; `cargo xtask test` installs it"));
    None
}

/// A program on the path.
pub fn program(test: &str, name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found =
        std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file());
    if found.is_none() {
        skip(test, &format!("{name} is not installed"));
    }
    found
}

/// The exported templates as JSON, each by its file, by the linter's own reader of CloudFormation's YAML.
pub fn cloudformation_files(
    test: &str,
    files: &FileSet,
) -> Option<BTreeMap<String, serde_json::Value>> {
    let python = python_tool(test, "python")?;
    let folder = written(files);
    let script = "import json,sys\nfrom cfnlint.decode import decode\nprint(json.dumps([decode(name)[0] for name in sys.argv[1:]]))";
    let names: Vec<&str> = stacks(files).collect();
    let output = Command::new(&python)
        .args(["-c", script])
        .args(&names)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    Some(names.into_iter().map(str::to_owned).zip(read).collect())
}

/// The exported templates as one: what one asks of another by a parameter is the other's output.
pub fn cloudformation_json(test: &str, files: &FileSet) -> Option<serde_json::Value> {
    Some(joined(&cloudformation_files(test, files)?))
}

/// `Output NAME of FILE.` at the end of what is said about a parameter.
pub fn asked_of(parameter: &serde_json::Value) -> Option<(String, String)> {
    let said = parameter["Description"].as_str()?.strip_suffix('.')?;
    let (_, said) = said.rsplit_once("Output ")?;
    let (name, file) = said.split_once(" of ")?;
    is_yaml(file).then(|| (name.to_owned(), file.to_owned()))
}

fn joined(all: &BTreeMap<String, serde_json::Value>) -> serde_json::Value {
    let mut whole = serde_json::json!({});
    for own in all.values() {
        let mut own = own.clone();
        let parameters = own["Parameters"].as_object().cloned().unwrap_or_default();
        for (name, parameter) in parameters {
            let Some((output, file)) = asked_of(&parameter) else { continue };
            let told = &all[&file]["Outputs"][&output]["Value"];
            assert!(!told.is_null(), "{file} tells no {output}, which {name} is to be");
            replace(&mut own, &name, told);
            own["Parameters"].as_object_mut().unwrap().remove(&name);
        }
        for part in ["Parameters", "Resources", "Outputs"] {
            for (id, value) in own[part].as_object().into_iter().flatten() {
                let before = &mut whole[part][id];
                assert!(part != "Resources" || before.is_null(), "{id} is made twice");
                *before = value.clone();
            }
        }
    }
    whole
}

/// Puts a value in the place of a reference.
fn replace(value: &mut serde_json::Value, name: &str, by: &serde_json::Value) {
    if value["Ref"] == name {
        *value = by.clone();
        return;
    }
    if let Some(text) = value["Fn::Sub"].as_str() {
        let whole = match (&by["Ref"], &by["Fn::GetAtt"]) {
            (serde_json::Value::String(id), _) => id.clone(),
            (_, serde_json::Value::Array(parts)) => {
                parts.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(".")
            }
            _ => return,
        };
        value["Fn::Sub"] = text.replace(&format!("${{{name}}}"), &format!("${{{whole}}}")).into();
        return;
    }
    match value {
        serde_json::Value::Array(items) => {
            for item in items {
                replace(item, name, by);
            }
        }
        serde_json::Value::Object(members) => {
            for value in members.values_mut() {
                replace(value, name, by);
            }
        }
        _ => {}
    }
}

/// Writes a set of files into a new folder.
pub fn written(files: &FileSet) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in &files.files {
        std::fs::write(folder.path().join(path), content).unwrap();
    }
    folder
}

/// What an export says of a design.
pub fn said(design: &str, format: &str) -> Vec<String> {
    export(design, "production", format).diagnostics.into_iter().map(|d| d.message).collect()
}

/// Asserts that an export says something.
#[track_caller]
pub fn check_says(design: &str, format: &str, wanted: &str) {
    let said = said(design, format);
    assert!(said.iter().any(|message| message.contains(wanted)), "{format}: {said:#?}");
}

/// Asserts that both formats write these texts (Terraform's, CloudFormation's).
#[track_caller]
pub fn check_writes(design: &str, terraform: &str, cloudformation: &str) {
    for (format, wanted) in [("terraform", terraform), ("cloudformation", cloudformation)] {
        let text = all(&export(design, "production", format));
        assert!(text.contains(wanted), "{format} has no {wanted}:\n{text}");
    }
}
