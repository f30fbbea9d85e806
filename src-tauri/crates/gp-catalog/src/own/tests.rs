//! Own kinds beside the program's: what is used, what is refused and said.

use super::*;
use crate::{builtin, resolve};

const SEARCH: &str = include_str!("../../examples/kinds/search.toml");

fn file(id: &str, text: &str) -> OwnFile {
    OwnFile {
        id: id.to_owned(),
        path: format!("kinds/{id}.toml"),
        text: text.to_owned(),
        icon: None,
    }
}

/// A small kind; `more` stands above everything else.
fn small(more: &str) -> String {
    let parents = if more.contains("parents") { "" } else { "parents = [\"region\"]\n" };
    format!(
        "{more}\ntitle = \"Thing\"\nhelp = \"A thing.\"\nfamily = \"data\"\n{parents}size = [144, 56]\n"
    )
}

fn load(files: &[OwnFile]) -> (Catalog, Vec<String>) {
    let (catalog, found) = builtin().with_files(files);
    (catalog, found.into_iter().map(|one| one.diagnostic.message).collect())
}

/// The one thing that is said of one file, which is not used.
fn check_refused(id: &str, text: &str, said: &str) {
    let (catalog, found) = load(&[file(id, text)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(said), "{found:?}");
    assert!(!catalog.own.contains(id));
}

#[test]
fn an_own_kind_is_resolved_linked_and_explained() {
    let icon = include_str!("../../examples/kinds/search.svg");
    let own = OwnFile { icon: Some(icon.to_owned()), ..file("search", SEARCH) };
    let (catalog, found) = load(&[own]);
    assert_eq!(found, [""; 0]);
    assert!(catalog.icon("search").is_some_and(|svg| svg.contains("<path")));
    let text = "format = 1\n[environment.live]\nprovider = \"aws\"\n\
        [resource.frankfurt]\nkind = \"region\"\nlocation = \"frankfurt\"\nzones = [\"a\"]\n\
        [resource.shop]\nkind = \"network\"\nparent = \"frankfurt\"\n\
        [resource.tier]\nkind = \"subnet\"\nparent = \"shop\"\n\
        [resource.app]\nkind = \"server\"\nparent = \"tier\"\n\
        [resource.find]\nkind = \"search\"\nparent = \"tier\"\n\
        [link.asks]\nfrom = \"app\"\nto = \"find\"\n";
    let design = gp_model::file::parse(text.as_bytes()).design;
    let resolved = resolve::resolve(&design, &catalog, None);
    assert_eq!(resolved.diagnostics, []);
    let find = resolved.resource("find").unwrap();
    assert!(find.instances[0].ip.is_some(), "{find:?}");
    assert_eq!(find.text("memory"), Some("4 GiB"));
    let asks = resolved.links.values().next().unwrap();
    assert_eq!((asks.kind, asks.ports[0].low), (gp_model::LinkKind::Flow, 9200));
    assert_eq!(crate::summary(&catalog.kinds["search"], find), "OpenSearch 2");
    assert!(crate::explain(&catalog, "search.memory").is_some());
    assert!(crate::explain(&catalog, "search").unwrap().contains("Finds"));
}

#[test]
fn a_container_of_ones_own_holds_what_it_says() {
    let cell = small("container = true\nholds = [\"bucket\"]\nparents = [\"region\"]");
    let (catalog, found) = load(&[file("cell", &cell)]);
    assert_eq!(found, [""; 0]);
    assert!(catalog.kinds["bucket"].may_stand_in(Some("cell")));
    assert!(!builtin().kinds["bucket"].may_stand_in(Some("cell")));
}

#[test]
fn what_is_wrong_is_said_with_file_and_line() {
    check_refused("thing", &small("titel = \"x\""), "kinds/thing.toml, line 1: ");
    check_refused("thing", "title = ", "kinds/thing.toml, line 1: ");
    check_refused(
        "thing",
        &small("\nparents = [\"shelf\"]"),
        "line 2: parent “shelf” is not a kind",
    );
    check_refused("thing", &small("icon = \"lens\""), "line 1: there is no icon “lens”");
    let choice =
        format!("{}\n[attributes.size]\ntype = \"choice\"\nhelp = \"How large.\"\n", small(""));
    check_refused("thing", &choice, "line 8: attribute “size”: a choice needs `choices`");
    check_refused("Thing One", &small(""), "lower-case words joined by dashes");
    check_refused("server", &small(""), "“server” is a kind of the program (server)");
}

#[test]
fn hostile_texts_are_refused() {
    let titled = |title: &str| small("").replace("\"Thing\"", title);
    check_refused("thing", &titled("\"a\\nb\""), "its title must be one line");
    check_refused("thing", &titled("\"\\u202Egnp.exe\""), "its title must be one line");
    check_refused("thing", &titled(&format!("\"{}\"", "x".repeat(49))), "longer than 48");
    check_refused("thing", &titled("\" \""), "its title is empty");
    let types = format!("{}[counterparts]\naws = [\"aws_x\\\" {{\"]\n", small(""));
    check_refused("thing", &types, "is no type of a provider");
    let named = format!("{}[attributes.\"a\\\"b\"]\ntype = \"text\"\nhelp = \"x\"\n", small(""));
    check_refused("thing", &named, "lower-case words");
    let taken = format!("{}[attributes.parent]\ntype = \"text\"\nhelp = \"x\"\n", small(""));
    check_refused("thing", &taken, "every resource has this already");
    check_refused("thing", &small("").replace("144", "144000"), "cannot be drawn");
    // What is only text stays, and is escaped where it is written.
    let (catalog, found) = load(&[file("thing", &titled("\"<script>${x}\\\" {\""))]);
    assert_eq!(found, [""; 0]);
    assert_eq!(catalog.kinds["thing"].title, "<script>${x}\" {");
}

#[test]
fn one_that_falls_away_takes_along_what_stands_on_it() {
    let (catalog, found) = load(&[
        file("a-shelf", &small("parents = [\"cupboard\"]")),
        file("cupboard", &small("container = true\nicon = \"nothing\"")),
        file("alone", &small("")),
    ]);
    assert_eq!(catalog.own.iter().collect::<Vec<_>>(), ["alone"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].contains("parent “cupboard” is not a kind"), "{found:?}");
}

#[test]
fn kinds_that_stand_only_in_one_another_stand_nowhere() {
    let (catalog, found) = load(&[
        file("hen", &small("container = true\nparents = [\"egg\"]")),
        file("egg", &small("container = true\nparents = [\"hen\"]")),
        // A box in a box is no circle where the outermost has a place.
        file("box", &small("container = true\nparents = [\"box\", \"root\"]")),
    ]);
    assert_eq!(catalog.own.iter().collect::<Vec<_>>(), ["box"]);
    assert!(
        found.len() == 2 && found.iter().all(|one| one.contains("line 2: it can stand nowhere")),
        "{found:?}"
    );
}

#[test]
fn a_picture_that_cannot_be_drawn_is_said_and_the_kind_is_used() {
    let icon = Some("<svg viewBox=\"0 0 32 32\"><script/></svg>".to_owned());
    let (catalog, found) = load(&[OwnFile { icon, ..file("thing", &small("")) }]);
    assert_eq!(catalog.kinds["thing"].icon, "database");
    assert!(found[0].starts_with("kinds/thing.svg: <script> may not"), "{found:?}");
}
