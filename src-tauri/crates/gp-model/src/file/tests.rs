//! Reading: what fits, what does not, what is damaged.

use super::*;
use crate::{Edit, Id, edit::apply};

const SHOP: &str = include_str!("../../../../../templates/three-tier-web-shop/design.gplan");

#[test]
fn the_template_is_read_without_a_word() {
    let opened = parse(SHOP.as_bytes());
    assert_eq!(opened.diagnostics, []);
    assert_eq!(opened.read_only, None);
    assert_eq!(opened.design.resources.len(), 13);
    assert_eq!(opened.design.links.len(), 5);
    assert_eq!(opened.design.intents.len(), 4);
    assert_eq!(opened.design.environments.len(), 2);
    assert_eq!(opened.design.layout.resources.len(), 13);
    assert_eq!(opened.design.unknown.len(), 0);
}

#[test]
fn removing_a_container_takes_everything_along_and_undo_brings_it_back() {
    let opened = parse(SHOP.as_bytes());
    let mut design = opened.design.clone();
    let patch = apply(&design, &Edit::RemoveResources { ids: vec!["shop".into()] }).unwrap();
    patch.apply(&mut design);
    assert_eq!(
        design.resources.keys().map(Id::as_str).collect::<Vec<_>>(),
        ["frankfurt", "images", "internet", "scratch"]
    );
    assert_eq!(design.links.len(), 0);
    assert_eq!(design.intents.len(), 0);
    assert_eq!(design.layout.resources.len(), 4);
    patch.inverse().apply(&mut design);
    assert_eq!(design, opened.design);
}

#[test]
fn bombs_are_refused_in_plain_words() {
    let deep = 100_000;
    let worst = format!("{}{{ {} = 1 }}", "{ a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = ".repeat(70), "b");
    for (text, reason) in [
        (format!("{} = 1", vec!["a"; deep].join(".")), ReadOnly::TooDeep),
        (format!("[{}]", vec!["a"; deep].join(".")), ReadOnly::TooDeep),
        (format!("[[{}]]", vec!["\"a\""; deep].join(" . ")), ReadOnly::TooDeep),
        (format!("x = {}", "[".repeat(deep)), ReadOnly::Damaged),
        (format!("x = {}", "{ a = ".repeat(deep)), ReadOnly::Damaged),
        (format!("x = {worst}{}", " }".repeat(3)), ReadOnly::TooDeep),
        ("#".repeat(MAX_BYTES + 1), ReadOnly::TooLarge),
    ] {
        let opened = parse(text.as_bytes());
        assert_eq!(opened.read_only, Some(reason));
        assert!(opened.diagnostics.iter().any(|it| it.severity == crate::Severity::Error));
        assert_eq!(opened.file.bytes().len(), text.len());
        SourceMap::new(opened.file.text());
    }
}

#[test]
fn long_texts_with_many_dots_are_no_bomb() {
    let text = "format = 1\n[resource.a]\nkind = \"note\"\ntext = \"1.1.1.1, 2.2.2.2, 3.3.3.3, 4.4.4.4, 5.5.5.5, 6.6.6.6 ...\"\n";
    assert_eq!(parse(text.as_bytes()).diagnostics, []);
}

#[test]
fn a_damaged_file_shows_what_can_be_read() {
    let text = "format = 1\n[resource.a]\nkind = \"server\"\ncpu = = 2\n[resource.b]\nkind = \"server\"\nkind = \"twice\"\n[resource.a]\nkind = \"again\"\n[resource.c]\nkind = \"server\"\n";
    let opened = parse(text.as_bytes());
    assert_eq!(opened.read_only, Some(ReadOnly::Damaged));
    let lines: Vec<u32> = opened
        .diagnostics
        .iter()
        .filter_map(|it| SourceMap::new(opened.file.text()).locate(&it.place))
        .map(|it| it.line)
        .collect();
    assert!([4, 7, 8].iter().all(|line| lines.contains(line)), "{:#?}", opened.diagnostics);
    for id in ["a", "b", "c"] {
        assert_eq!(opened.design.resources[id].kind, "server");
    }
    assert_eq!(opened.file.save(&opened.design).unwrap().bytes, text.as_bytes());
}

#[test]
fn bytes_that_are_no_text_are_told_where() {
    let opened = parse(b"format = 1\nname = \"\xff\xfe\"\n[resource.a]\nkind = \"x\"\n");
    assert_eq!(opened.read_only, Some(ReadOnly::NotText));
    assert_eq!(opened.diagnostics[0].place, crate::Place::File { start: 19, end: 20 });
    assert_eq!(opened.design.resources.len(), 1);
}
