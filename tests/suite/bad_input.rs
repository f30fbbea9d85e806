//! Designs that are damaged, senseless, huge or hostile: each is said clearly, nothing is lost.

use crate::{
    desk::Desk,
    place::{Place, Ran, lab_or_skip},
};
use gp_app::dto::ErrorCode;
use serde_json::json;

const HEAD: &str = "format = 1\n[design]\nname = \"Bad\"\n[environment.test]\nprovider = \"lab\"\n";

/// Checks a design; it ends with findings that say all of this, and the file is as it was.
fn check_found(design: impl AsRef<[u8]>, says: &[&str]) -> Ran {
    let place = Place::new();
    place.write("bad.gplan", design.as_ref());
    let ran = place.run("check bad.gplan");
    ran.check(1, says);
    assert!(ran.out.contains("bad.gplan"), "the file is named:\n{}", ran.text());
    let json = place.run("check bad.gplan --json");
    json.check(1, &[]);
    json.json();
    for line in [
        "resolve bad.gplan",
        "reach bad.gplan",
        "reach bad.gplan --matrix",
        "plan bad.gplan",
        "export bad.gplan --format terraform --out tf",
        "export bad.gplan --format cloudformation --out cf",
        "export bad.gplan --format svg --out svg",
        "sweep bad.gplan",
    ] {
        let ran = place.run(line);
        assert!(
            !ran.text().contains("panicked") && ran.code.is_some_and(|code| code <= 2),
            "{}",
            ran.text()
        );
    }
    assert_eq!(
        std::fs::read(place.file("bad.gplan")).unwrap(),
        design.as_ref(),
        "looking changes nothing"
    );
    ran
}

#[test]
fn damaged_text_is_shown_with_line_and_column_and_is_not_written_over() {
    let damaged = format!(
        "{HEAD}[resource.one]\nkind = \"region\"\n[resource.two\nkind = \"region\"\n[resource.three]\nkind = = 3\n"
    );
    check_found(&damaged, &["bad.gplan:8:", "error["]);
    let place = Place::new();
    place.write("bad.gplan", &damaged);
    let edit = r#"{"edit": "add-resource", "id": "four", "kind": "region"}"#;
    place.run_with("edit bad.gplan", edit).check(2, &["damaged"]);
    place.run("plan bad.gplan").check(1, &["error["]);
    place.run("deploy bad.gplan --approve").check(2, &[]);
    place.run("export bad.gplan --format terraform --out tf").check(1, &["error["]);
    assert_eq!(place.read("bad.gplan"), damaged);
    place.check_nothing_runs();
}

#[test]
fn what_runs_stays_when_its_file_can_not_be_read_any_more() {
    if !lab_or_skip("what_runs_stays_when_its_file_can_not_be_read_any_more") {
        return;
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    let shop = place.read("shop.gplan");
    let at = shop.find("[resource.").expect("something is drawn");
    let empty = format!("{}[environment.test]\nprovider = \"lab\"\n", &shop[..at]);
    place.write("shop.gplan", format!("{empty}[resource.one\nkind = \"region\"\n"));
    place.run("deploy shop.gplan --approve --allow-data-loss").check(2, &[]);
    place.write("shop.gplan", &shop);
    place.fine("verify shop.gplan");
    // With nothing drawn on purpose, deploying is destroying.
    place.write("shop.gplan", empty);
    place
        .run("deploy shop.gplan --approve --allow-data-loss")
        .check(0, &["Swept: nothing is left"]);
    place.check_nothing_runs();
}

#[test]
fn a_damaged_design_is_not_exported_for_a_provider_without_what_could_not_be_read() {
    let place = Place::with_shop();
    let shop = place.read("shop.gplan");
    place.write("bad.gplan", shop.replace("[resource.orders]", "[resource.orders"));
    for format in ["terraform", "cloudformation"] {
        let line = format!("export bad.gplan -f {format} -e production --out {format}");
        place.run(&line).check(1, &["error["]);
    }
    assert!(place.files().iter().all(|file| !file.contains('/')), "{:?}", place.files());
    let line = "export bad.gplan -f terraform -e production --json --out -";
    let ran = place.run(line);
    ran.check(1, &[]);
    assert_eq!(ran.json()["files"], json!({}));
    assert_eq!(ran.json()["findings"][0]["severity"], "error");
}

#[test]
fn errors_of_a_design_are_errors_of_its_exports() {
    let place = Place::with_shop();
    let shop = place.read("shop.gplan");
    for (old, new, says) in [
        ("cidr = \"10.20.0.0/16\"", "cidr = \"10.20.0.0/33\"", "10.20.0.0/33"),
        ("cpu = 2", "cpu = \"${var.size}\"", "unset-variable"),
    ] {
        assert!(shop.contains(old));
        place.write("bad.gplan", shop.replacen(old, new, 1));
        for format in ["terraform", "cloudformation"] {
            let line = format!("export bad.gplan -f {format} -e production --out {format}");
            place.run(&line).check(1, &["error[", says]);
        }
        place.run("export bad.gplan -f svg -e production --out svg").check(0, &[]);
    }
}

#[test]
fn text_that_is_no_text_is_said() {
    check_found(b"format = 1\n[design]\nname = \"\xff\xfe\"\n", &["UTF-8"]);
    check_found(b"\x7fELF\x02\x01\x01\x00\x00\x00\x00", &["error["]);
    check_found("{\"format\": 1}", &["error["]);
    check_found("\u{feff}\u{0}", &["error["]);
}

#[test]
fn a_key_that_stands_twice_is_named() {
    let twice = format!("{HEAD}[resource.one]\nkind = \"server\"\ncpu = 1\ncpu = 2\n");
    check_found(twice, &["bad.gplan:9:", "duplicate"]);
    let twice =
        format!("{HEAD}[resource.one]\nkind = \"region\"\n[resource.one]\nkind = \"region\"\n");
    check_found(twice, &["bad.gplan:8:", "duplicate"]);
}

#[test]
fn an_unknown_kind_is_named_and_kept() {
    let place = Place::new();
    let design = format!(
        "{HEAD}[resource.thing]\nkind = \"flux-capacitor\"\ncharge = \"1.21 GW\"\n[resource.here]\nkind = \"region\"\n"
    );
    let ran = check_found(&design, &["thing", "flux-capacitor"]);
    assert!(ran.out.contains("bad.gplan:"), "{}", ran.text());
    place.write("bad.gplan", &design);
    let edit =
        r#"{"edit": "set-attribute", "resource": "here", "path": ["title"], "value": "Here"}"#;
    place.run_with("edit bad.gplan", edit).check(0, &[]);
    assert!(place.read("bad.gplan").contains("charge = \"1.21 GW\""));
}

#[test]
fn what_is_larger_than_a_design_can_be_is_refused_in_words() {
    let place = Place::new();
    let line = format!("# {}\n", "x".repeat(1021));
    // Comments are a design all the same, up to the largest file that is read.
    place.write("comments.gplan", format!("{HEAD}{}", line.repeat(30 * 1024)));
    place.fine("check comments.gplan");
    let comments = format!("{HEAD}{}", line.repeat(50 * 1024));
    place.write("comments.gplan", &comments);
    let ran = place.run("check comments.gplan");
    ran.check(1, &["comments.gplan", "larger than 32 MiB", "split the design"]);
    assert!(ran.text().len() < 10_000, "{} bytes are said", ran.text().len());
    let edit = r#"{"edit": "set-name", "name": "x"}"#;
    place.run_with("edit comments.gplan", edit).check(2, &["larger than 32 MiB"]);
    assert!(place.read("comments.gplan") == comments, "it is as it was");
    place.write("noise.gplan", vec![b'['; 50 * 1024 * 1024]);
    let ran = place.run("check noise.gplan");
    ran.check(1, &["noise.gplan", "larger than 32 MiB"]);
    assert!(ran.text().len() < 10_000, "{} bytes are said", ran.text().len());
    // As much as is read, and senseless.
    place.write("noise.gplan", vec![b'['; 30 * 1024 * 1024]);
    let ran = place.run("check noise.gplan");
    ran.check(1, &["noise.gplan:1:"]);
    assert!(ran.text().len() < 100_000, "{} bytes are said", ran.text().len());
}

#[test]
fn a_thing_inside_itself_is_named() {
    let round = format!(
        "{HEAD}[resource.one]\nkind = \"network\"\nparent = \"two\"\n[resource.two]\nkind = \"network\"\nparent = \"one\"\n[resource.three]\nkind = \"region\"\nparent = \"three\"\n"
    );
    check_found(round, &["one", "two", "three", "inside itself"]);
}

#[test]
fn a_link_to_nothing_is_named() {
    let design = format!(
        "{HEAD}[resource.here]\nkind = \"region\"\n[link.lost]\nfrom = \"here\"\nto = \"ghost\"\n"
    );
    check_found(design, &["lost", "“ghost”"]);
    let design = format!(
        "{HEAD}[resource.one]\nkind = \"server\"\nparent = \"ghost\"\n[intent.i]\nexpect = \"reachable\"\nfrom = \"ghost\"\nto = \"one\"\n"
    );
    check_found(design, &["“ghost”"]);
}

#[test]
fn an_address_that_is_none_is_named() {
    for wrong in ["10.0.0.0/33", "10.0.0.0/-1", "300.0.0.0/8", "nonsense", "::/0", "10.0.0.1/0"] {
        let design = format!(
            "{HEAD}[resource.here]\nkind = \"region\"\n[resource.net]\nkind = \"network\"\nparent = \"here\"\ncidr = \"{wrong}\"\n[resource.sub]\nkind = \"subnet\"\nparent = \"net\"\n[resource.app]\nkind = \"server\"\nparent = \"sub\"\n"
        );
        check_found(design, &["net", wrong]);
    }
}

#[test]
fn values_of_the_wrong_kind_and_out_of_all_bounds_are_findings() {
    for (attribute, says) in [
        ("count = -1", "count"),
        ("count = 99999999999", "count"),
        ("count = \"many\"", "count"),
        ("cpu = 1e400", "cpu"),
        ("memory = \"4 bananas\"", "memory"),
        ("services = 7", "services"),
        ("services = [{ name = \"x\", protocol = \"tcp\", port = 70000 }]", "70000"),
    ] {
        let design = format!(
            "{HEAD}[resource.here]\nkind = \"region\"\n[resource.net]\nkind = \"network\"\nparent = \"here\"\n[resource.sub]\nkind = \"subnet\"\nparent = \"net\"\n[resource.app]\nkind = \"server\"\nparent = \"sub\"\n{attribute}\n"
        );
        check_found(design, &[says]);
    }
}

#[test]
fn a_hostile_name_comes_through_every_format_unharmed() {
    let name = "a\"b'c{d}${e}%{f}\\\\g</text><script>\\n\\n]]>#h\\u0007\\u202E\u{1F600}";
    let place = Place::with_shop();
    let shop = place.read("shop.gplan");
    let hostile = shop.replace(
        "title = \"App server\"",
        &format!("title = \"{}\"\ndescription = \"x\"", name.replace('"', "\\\"")),
    );
    let hostile = hostile
        .replace("name = \"Web shop\"", &format!("name = \"{}\"", name.replace('"', "\\\"")));
    assert_ne!(hostile, shop);
    place.write("shop.gplan", &hostile);
    let found = place.run("check shop.gplan --json");
    assert!(found.code.is_some_and(|code| code < 2), "{}", found.text());
    for format in gp_app::export::formats() {
        let ran = place.run(&format!(
            "export shop.gplan --format {0} --environment production --out {0}",
            format.id
        ));
        assert!(ran.code.is_some_and(|code| code < 2), "{}", ran.text());
    }
    for file in place.files() {
        let bytes = std::fs::read(place.file(&file)).unwrap();
        let Ok(text) = String::from_utf8(bytes.clone()) else {
            let begins = |with: &[u8]| bytes.starts_with(with);
            assert!(begins(b"\x89PNG") || begins(b"%PDF"), "{file}");
            continue;
        };
        match file.rsplit('.').next() {
            Some("svg") => assert!(!text.contains("<script>") && !text.contains('\u{7}'), "{file}"),
            Some("tf") => {
                let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
                let open = |line: &str| {
                    line.replace("$${", "").contains("${e}")
                        || line.replace("%%{", "").contains("%{f}")
                };
                assert_eq!(
                    code.filter(|line| open(line)).collect::<Vec<_>>(),
                    Vec::<&str>::new(),
                    "{file} leaves a template open"
                );
            }
            Some("json") => drop(
                serde_json::from_str::<serde_json::Value>(&text)
                    .unwrap_or_else(|error| panic!("{file}: {error}")),
            ),
            _ => {}
        }
    }
    place.fine("reach shop.gplan app orders");
    let csv = place.fine("reach shop.gplan --matrix").out;
    assert!(csv.lines().all(|line| line.split(',').count() >= 5), "a name does not break a line");
    place.run("plan shop.gplan").check(1, &["name-with-control-characters"]);
}

#[test]
fn a_newer_format_opens_read_only_and_says_so() {
    let place = Place::new();
    let newer = "format = 99\n[design]\nname = \"Tomorrow\"\n[resource.here]\nkind = \"region\"\n";
    place.write("new.gplan", newer);
    place.run("check new.gplan").check(1, &["newer"]);
    let edit = r#"{"edit": "set-name", "name": "Today"}"#;
    place.run_with("edit new.gplan", edit).check(2, &["format 99", "update Groundplan"]);
    assert_eq!(place.read("new.gplan"), newer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_opens_what_is_damaged_read_only_and_saves_nothing_over_it() {
    let damaged = format!("{HEAD}[resource.one]\nkind = \"region\"\n[resource.two\n");
    let desk = Desk::with_text(&damaged).await;
    let opened = desk.snapshot().await;
    assert!(opened["readOnly"].is_string(), "{opened}");
    assert!(
        opened["design"]["resources"]["one"].is_object(),
        "what can be read is shown: {opened}"
    );
    assert_eq!(opened["diagnostics"][0]["line"], 8, "{opened}");
    let edit = json!({ "edit": { "edit": "set-name", "name": "x" } });
    desk.refused("design_edit", edit, ErrorCode::ReadOnly, "").await;
    desk.refused("design_save", json!({}), ErrorCode::ReadOnly, "").await;
    let plan = desk.plan(false).await;
    assert!(
        plan["diagnostics"].as_array().unwrap().iter().any(|found| found["severity"] == "error"),
        "{plan}"
    );
    assert_eq!(desk.apply(&plan).await.unwrap_err().code, ErrorCode::Unavailable);
    assert_eq!(desk.place.read("a.gplan"), damaged);
    desk.call("design_save", json!({ "path": "copy.gplan" })).await;
    assert_eq!(desk.place.read("copy.gplan"), damaged, "a copy is the same, and as damaged");
    assert!(desk.snapshot().await["readOnly"].is_string());
    let edit = json!({ "edit": { "edit": "set-name", "name": "x" } });
    desk.refused("design_edit", edit, ErrorCode::ReadOnly, "").await;
}

/// Every file and folder below, with its path from there.
fn everything_below(folder: &std::path::Path) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn an_id_that_is_a_path_is_said_and_leads_nowhere() {
    const DESIGN: &str = r#"
format = 1
[design]
id = "../../../design"
name = "../name"
[resource.here]
kind = "region"
location = "frankfurt"
zones = ["a"]
[resource."../net"]
kind = "network"
parent = "here"
[resource."../../tier"]
kind = "subnet"
parent = "../net"
[resource."../../../app"]
kind = "server"
parent = "../../tier"
needs = []
[resource."../../../disk"]
kind = "volume"
parent = "here"
size = "1 GiB"
[link."../link"]
from = "../../../disk"
to = "../../../app"
[environment."../../lab"]
provider = "lab"
[environment."../../../cloud"]
provider = "aws"
"#;
    let place = Place::new();
    place.write("bad.gplan", DESIGN);
    let ids = ["../net", "../../tier", "../../../app", "../link", "../../lab", "../../../cloud"];
    let said = place.run("check bad.gplan");
    let said_of = ids.map(|id| format!("“{id}” is no good id"));
    said.check(1, &said_of.each_ref().map(String::as_str));
    let edit = r#"{"edit": "set-attribute", "resource": "here", "path": ["title"], "value": "x"}"#;
    place.run_with("edit bad.gplan", edit).check(0, &[]);
    for format in ["terraform", "cloudformation", "svg"] {
        let line = format!("export bad.gplan -f {format} -e ../../../cloud --out out/{format}");
        assert!(place.run(&line).code.is_some_and(|code| code < 2), "{format}");
    }
    for act in ["plan bad.gplan -e ../../lab", "deploy bad.gplan -e ../../lab --approve"] {
        assert!(!place.run(act).text().contains("panicked"), "{act}");
    }
    let inside = |path: &String| {
        let state = ["home/state/groundplan/", "home/config/groundplan/", "run/groundplan/"];
        path == "work/bad.gplan"
            || path.starts_with("work/out/")
            || state.iter().any(|folder| path.starts_with(folder))
    };
    let below = everything_below(&place.path(""));
    let strays: Vec<&String> = below.iter().filter(|path| !inside(path)).collect();
    assert!(strays.is_empty(), "{strays:?}");
    assert!(below.iter().any(|path| path.starts_with("work/out/terraform/")), "{below:?}");
    assert!(below.iter().any(|path| path.contains("/state/groundplan/")), "{below:?}");
    place.run("destroy bad.gplan -e ../../lab --approve --allow-data-loss");
}
