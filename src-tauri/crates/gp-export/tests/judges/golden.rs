//! What the template becomes, word by word; and that the same design gives the same bytes.

use crate::support::{EVERY_KIND, TEMPLATE, all, cases, drawing, export, resolved};
use gp_export::{Options, Theme};

#[test]
fn the_template_becomes_this_terraform() {
    insta::assert_snapshot!(all(&export(TEMPLATE, "production", "terraform")));
}

#[test]
fn the_template_becomes_this_cloudformation() {
    insta::assert_snapshot!(all(&export(TEMPLATE, "production", "cloudformation")));
}

#[test]
fn every_kind_becomes_this_terraform() {
    insta::assert_snapshot!(all(&export(EVERY_KIND, "production", "terraform")));
}

#[test]
fn the_same_design_gives_the_same_bytes() {
    for (design, environment) in cases() {
        for format in gp_export::formats() {
            assert_eq!(
                export(design, environment, format.id),
                export(design, environment, format.id),
                "{}",
                format.id
            );
        }
    }
}

#[test]
fn a_picture_carries_its_design_and_gives_it_back() {
    let text = TEMPLATE.replace("Web shop", "A & B <c> ]]>").replace('\n', "\r\n");
    let files = export(&text, "production", "svg");
    let svg = std::str::from_utf8(files.files.values().next().unwrap()).unwrap();
    assert_eq!(gp_export::svg::design_inside(svg), Some(text));
}

#[test]
fn light_and_dark_differ_in_colours_only() {
    let meaning = resolved(TEMPLATE, "production");
    let picture = |theme| {
        let format = gp_export::format("svg").unwrap();
        let files =
            gp_export::export(format, &meaning, Some(&drawing(TEMPLATE)), Options { theme });
        let text = String::from_utf8(files.files.into_values().next().unwrap()).unwrap();
        text.matches("<text").count()
    };
    assert!(picture(Theme::Light) > 20);
    assert_eq!(picture(Theme::Light), picture(Theme::Dark));
}

#[test]
fn formats_and_folders_are_the_same_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/formats");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut folders: Vec<String> = entries
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let listed: Vec<&str> = gp_export::formats().iter().map(|format| format.id).collect();
    assert_eq!(folders, listed);
}

#[test]
fn a_format_without_the_provider_says_so_and_writes_nothing() {
    let files = export(TEMPLATE, "test", "terraform");
    assert!(files.files.is_empty());
    assert_eq!(files.diagnostics[0].rule, "format-without-provider");
}

#[test]
fn nothing_of_the_template_is_left_out() {
    for format in ["terraform", "cloudformation"] {
        assert_eq!(export(TEMPLATE, "production", format).diagnostics, []);
    }
}
