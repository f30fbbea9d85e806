//! Embeds the templates: lists the folders of `templates/` for `src/templates.rs`.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let here = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let folder = Path::new(&here).join("../../../templates");
    let folder = folder.canonicalize().expect("the checkout has a templates folder");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut ids: Vec<String> = fs::read_dir(&folder)
        .expect("the templates folder can be read")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| folder.join(name).join("design.gplan").is_file())
        .collect();
    ids.sort();
    let mut list = String::from("[\n");
    for id in ids {
        let file = |name: &str| format!("{:?}", folder.join(&id).join(name).display().to_string());
        println!("cargo:rerun-if-changed={}", folder.join(&id).display());
        writeln!(
            list,
            "    Embedded {{ id: {id:?}, design: include_str!({}), about: include_str!({}), readme: include_str!({}) }},",
            file("design.gplan"),
            file("template.toml"),
            file("README.md")
        )
        .expect("writing to a string");
    }
    list.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("templates.rs"), list).expect("the build folder can be written");
}
