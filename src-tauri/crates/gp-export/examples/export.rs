//! Writes a design in a format: `cargo run -p gp-export --example export -- DESIGN ENVIRONMENT FORMAT FOLDER`.
//! For looking at; the program itself is `groundplan export`.
#![allow(clippy::disallowed_methods, reason = "a developer's tool, not the crate")]

use gp_export::{Drawing, Options, Theme};
use gp_model::Id;
use std::{env, fs, path::Path};

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let [design, environment, format, folder, rest @ ..] = words.as_slice() else {
        eprintln!("usage: export DESIGN ENVIRONMENT FORMAT FOLDER [dark]");
        std::process::exit(2);
    };
    let bytes = fs::read(design).expect("the design can be read");
    let opened = gp_model::file::parse(&bytes);
    let resolved =
        gp_catalog::resolve(&opened.design, gp_catalog::builtin(), Some(&Id::new(environment)));
    let drawing = Drawing {
        boxes: opened
            .design
            .layout
            .resources
            .iter()
            .map(|(id, rect)| (id.clone(), *rect))
            .collect(),
        source: String::from_utf8(bytes).ok(),
        ..Drawing::default()
    };
    let theme = if rest.iter().any(|word| word == "dark") { Theme::Dark } else { Theme::Light };
    let format = gp_export::format(format).expect("a format of that name");
    let files = gp_export::export(format, &resolved, Some(&drawing), Options { theme });
    for (path, content) in &files.files {
        let path = Path::new(folder).join(path);
        fs::create_dir_all(path.parent().expect("a file stands in a folder"))
            .expect("the folder can be made");
        fs::write(&path, content).expect("the file can be written");
    }
    for diagnostic in files.diagnostics.iter().chain(&resolved.diagnostics) {
        println!("{:?}: {} ({:?})", diagnostic.severity, diagnostic.message, diagnostic.place);
    }
}
