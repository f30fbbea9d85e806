//! What the template becomes, word by word; and that the same design gives the same bytes.

use crate::support::{
    self, ACCOUNTS, ANALYTICS, EDGE, EVERY_KIND, GUARDED, JOINED, LINES, SIX, TEMPLATE, all,
    drawing, every_case, export, resolved,
};
use gp_export::{
    Options, Theme,
    picture::{Carried, design_inside},
};
use gp_model::Severity;

#[test]
fn every_template_becomes_this_terraform_and_cloudformation() {
    for (name, design, environment) in support::templates() {
        for format in ["terraform", "cloudformation"] {
            let snapshot = format!("{name}_{environment}_{format}");
            insta::assert_snapshot!(snapshot, all(&export(design, environment, format)));
        }
    }
}

#[test]
fn every_kind_becomes_this_terraform() {
    insta::assert_snapshot!(all(&export(EVERY_KIND, "production", "terraform")));
}

#[test]
fn what_stands_before_a_content_delivery_network_becomes_this() {
    insta::assert_snapshot!("edge_terraform", all(&export(EDGE, "production", "terraform")));
    insta::assert_snapshot!(
        "edge_cloudformation",
        all(&export(EDGE, "virginia", "cloudformation"))
    );
}

#[test]
fn two_accounts_become_this_terraform() {
    insta::assert_snapshot!(all(&export(ACCOUNTS, "production", "terraform")));
}

#[test]
fn analytics_workspaces_become_this_terraform() {
    insta::assert_snapshot!(all(&export(ANALYTICS, "production", "terraform")));
}

#[test]
fn joined_networks_become_this_terraform() {
    insta::assert_snapshot!(all(&export(LINES, "production", "terraform")));
}

#[test]
fn joined_networks_become_this_cloudformation() {
    insta::assert_snapshot!(all(&export(JOINED, "production", "cloudformation")));
}

#[test]
fn a_firewall_in_the_way_becomes_this_terraform() {
    insta::assert_snapshot!(all(&export(GUARDED, "production", "terraform")));
}

#[test]
fn a_firewall_in_the_way_becomes_this_cloudformation() {
    insta::assert_snapshot!(all(&export(GUARDED, "production", "cloudformation")));
}

#[test]
fn both_families_become_this_terraform() {
    insta::assert_snapshot!(all(&export(SIX, "production", "terraform")));
}

#[test]
fn both_families_become_this_cloudformation() {
    insta::assert_snapshot!(all(&export(SIX, "production", "cloudformation")));
}

#[test]
fn the_same_design_gives_the_same_bytes() {
    for (design, environment) in every_case() {
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
    for format in ["svg", "png"] {
        let files = export(&text, "production", format);
        let picture = files.files.values().next().unwrap();
        assert_eq!(design_inside(picture), Carried::Design(text.clone()), "{format}");
        for cut in [20, picture.len() / 2, picture.len() - 9] {
            let found = design_inside(&picture[..cut]);
            assert!(!matches!(&found, Carried::Design(it) if *it != text), "{format} {cut}");
        }
    }
    let files = export(&text, "production", "pdf");
    let pdf = files.files.values().next().unwrap();
    assert!(pdf.starts_with(b"%PDF-") && pdf.windows(12).any(|it| it == b"(Groundplan)"));
}

#[test]
fn a_chunk_that_unpacks_to_more_than_a_design_is_refused() {
    use flate2::{Compression, Crc, write::ZlibEncoder};
    use std::io::Write as _;
    let files = export(TEMPLATE, "production", "png");
    let picture = files.files.values().next().unwrap();
    let mut packed =
        ZlibEncoder::new(b"iTXtgroundplan-design\0\x01\0\0\0".to_vec(), Compression::best());
    let row = vec![b'#'; 1 << 20];
    (0..40).for_each(|_| packed.write_all(&row).unwrap());
    let chunk = packed.finish().unwrap();
    let mut crc = Crc::new();
    crc.update(&chunk);
    let mut bomb = picture[..8].to_vec();
    bomb.extend((chunk.len() as u32 - 4).to_be_bytes());
    bomb.extend(&chunk);
    bomb.extend(crc.sum().to_be_bytes());
    bomb.extend(&picture[8..]);
    let Carried::Refused(reason) = design_inside(&bomb) else { panic!("it is read") };
    assert!(reason.contains("larger than 32 MiB"), "{reason}");
    let whole = picture.windows(4).position(|it| it == b"iTXt").unwrap();
    let mut flipped = picture.clone();
    flipped[whole + 40] ^= 1;
    assert!(matches!(design_inside(&flipped), Carried::Refused(_)));
}

#[test]
fn legend_and_title_block_say_what_is_there_and_nothing_of_the_clock() {
    let mut drawing = drawing(TEMPLATE);
    drawing.block = Some(gp_export::picture::TitleBlock {
        title: "Web <shop>".to_owned(),
        environment: "production".to_owned(),
        date: Some("27 November 2026".to_owned()),
    });
    let options = Options { legend: true, ..Options::default() };
    let picture = gp_export::picture::picture(&drawing, options);
    for text in [
        "Web &lt;shop&gt;",
        "production · scale 100 % · 27 November 2026",
        "Private subnet",
        ">Compute<",
        "Not proven",
    ] {
        assert!(picture.svg.contains(text), "{text} is not in\n{}", picture.svg);
    }
    assert!(!picture.svg.contains("Cannot work"), "no link is broken here");
    let plain = gp_export::picture::picture(&support::drawing(TEMPLATE), Options::default());
    assert!(picture.height > plain.height + 60);
}

#[test]
fn a_ground_has_a_badge_only_for_what_is_wrong_and_the_legend_follows() {
    let mut drawing = drawing(TEMPLATE);
    let ground = drawing.shapes.iter().position(|it| it.look.is_container()).unwrap();
    let card = drawing.shapes.iter().position(|it| !it.look.is_ground()).unwrap();
    let options = Options { legend: true, badges: true, ..Options::default() };
    let mut signs = |at: usize, finding| {
        drawing.shapes[at].finding = Some(finding);
        let svg = gp_export::picture::picture(&drawing, options).svg;
        drawing.shapes[at].finding = None;
        // One on the shape, one in the legend.
        svg.matches("<g transform=").count()
    };
    assert_eq!(signs(ground, Severity::Advice), 0);
    assert_eq!(signs(ground, Severity::Warning), 2);
    assert_eq!(signs(card, Severity::Advice), 2);
}

#[test]
fn light_and_dark_differ_in_colours_only() {
    let meaning = resolved(TEMPLATE, "production");
    let picture = |theme| {
        let format = gp_export::format("svg").unwrap();
        let files = gp_export::export(
            format,
            &meaning,
            Some(&drawing(TEMPLATE)),
            Options { theme, ..Options::default() },
        );
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
