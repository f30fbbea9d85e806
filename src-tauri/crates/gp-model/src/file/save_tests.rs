//! Saving: what changes in the text, and what does not.

use super::*;
use crate::{Edit, edit::apply};

const SHOP: &str = include_str!("../../../../../templates/three-tier-web-shop/design.gplan");

/// The text after these edits (JSON), saved once.
fn saved(text: &str, edits: &str) -> String {
    let opened = parse(text.as_bytes());
    let design = edited(&opened.design, edits);
    save(&opened.file, &design).1
}

fn edited(design: &Design, edits: &str) -> Design {
    let mut design = design.clone();
    for edit in serde_json::from_str::<Vec<Edit>>(edits).unwrap() {
        apply(&design, &edit).unwrap_or_else(|it| panic!("{edit:?}: {it}")).apply(&mut design);
    }
    design
}

/// Saves, and looks whether the text says what the design says.
fn save(file: &FileText, design: &Design) -> (FileText, String) {
    let saved = file.save(design).unwrap();
    let text = String::from_utf8(saved.bytes.clone()).unwrap();
    let again = parse(&saved.bytes);
    assert_eq!(again.design, *design, "{text}");
    assert_eq!(again.read_only, None, "{text}");
    let same = saved.file.save(design).unwrap();
    assert_eq!(same.bytes, saved.bytes, "saving twice changes nothing");
    (saved.file, text)
}

/// A line with its line break visible.
fn escaped(line: &str) -> String {
    line.replace('\r', "\\r").replace('\n', "\\n")
}

/// The lines that differ, `-` and `+`, without context.
pub(crate) fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let first = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[first..], &new[first..]);
    let mut table = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i][j] = if old[i] == new[j] {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, String::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            i += 1;
            j += 1;
        } else if j == new.len() || (i < old.len() && table[i + 1][j] >= table[i][j + 1]) {
            out.extend(["-", &escaped(old[i]), "\n"]);
            i += 1;
        } else {
            out.extend(["+", &escaped(new[j]), "\n"]);
            j += 1;
        }
    }
    out
}

fn check_difference(text: &str, edits: &str, expected: &[&str]) {
    let new = saved(text, edits);
    let expected: String = expected.iter().flat_map(|line| [*line, "\n"]).collect();
    assert_eq!(difference(text, &new), expected, "{new}");
}

#[test]
fn opening_and_saving_changes_no_byte() {
    for text in [
        SHOP.to_owned(),
        SHOP.replace('\n', "\r\n"),
        format!("\u{feff}{SHOP}"),
        SHOP.trim_end().to_owned(),
        "format = 1 # x\r\n\n\n# only a comment".to_owned(),
        "format = 1\nx = nan\n[resource]\na = { kind = 'server', b.c = 0x1F }\n".to_owned(),
    ] {
        let opened = parse(text.as_bytes());
        let saved = opened.file.save(&opened.design).unwrap();
        assert_eq!(String::from_utf8(saved.bytes).unwrap(), text);
    }
}

#[test]
fn one_edited_attribute_is_one_line_and_keeps_its_comment() {
    let text = SHOP.replace(
        "cpu = 2\nmemory = \"4 GiB\"",
        "cpu   =   2     # two are enough\nmemory = '4 GiB'",
    );
    let set = r#"[{"edit":"set-attribute","resource":"app","path":["cpu"],"value":4}]"#;
    for text in [
        text.clone(),
        text.replace('\n', "\r\n"),
        format!("\u{feff}{text}"),
        text.trim_end().to_owned(),
    ] {
        let eol = if text.contains('\r') { "\\r\\n" } else { "\\n" };
        check_difference(
            &text,
            set,
            &[
                &format!("-cpu   =   2     # two are enough{eol}"),
                &format!("+cpu   =   4     # two are enough{eol}"),
            ],
        );
    }
}

#[test]
fn values_inside_values_change_alone() {
    let text = "format = 1\n[resource.a]\nkind = \"server\"\nports = [\n  1, # one\n  2, # two\n  3 # three\n] # all\ntags = {  x = 'y',  z = 0x10 } # t\nhealth = { path = \"/\", port = 80 }\nempty = {}\n";
    for (edits, expected) in [
        (r#"["ports"],"value":[1,5,3]"#, &[r"-  2, # two\n", r"+  5, # two\n"][..]),
        (r#"["ports"],"value":[1,3]"#, &[r"-  2, # two\n"]),
        (r#"["ports"],"value":[1,2,3,4]"#, &[r"-  3 # three\n", r"+  3, # three\n", r"+  4\n"]),
        (r#"["ports"],"value":[0,1,2,3]"#, &[r"+  0,\n"]),
        (r#"["ports"],"value":[1,2]"#, &[r"-  2, # two\n", r"-  3 # three\n", r"+  2 # three\n"]),
        (
            r#"["tags","x"],"value":"new \"y\"""#,
            &[
                r"-tags = {  x = 'y',  z = 0x10 } # t\n",
                r#"+tags = {  x = "new \"y\"",  z = 0x10 } # t\n"#,
            ],
        ),
        (
            r#"["tags","n"],"value":true"#,
            &[
                r"-tags = {  x = 'y',  z = 0x10 } # t\n",
                r"+tags = { x = 'y', z = 0x10, n = true } # t\n",
            ],
        ),
        (r#"["empty","n"],"value":1"#, &[r"-empty = {}\n", r"+empty = { n = 1 }\n"]),
        (
            r#"["health"],"value":{"path":"/x","port":80}"#,
            &[
                r#"-health = { path = "/", port = 80 }\n"#,
                r#"+health = { path = "/x", port = 80 }\n"#,
            ],
        ),
        (r#"["title"],"value":"A""#, &[r#"+title = "A"\n"#]),
        (
            r#"["on","aws","size"],"value":"m"}, {"edit":"set-attribute","resource":"a","path":["on","gcp","size"],"value":1"#,
            &[
                r"+\n",
                r"+[resource.a.on.aws]\n",
                r#"+size = "m"\n"#,
                r"+\n",
                r"+[resource.a.on.gcp]\n",
                r"+size = 1\n",
            ],
        ),
    ] {
        check_difference(
            text,
            &format!(r#"[{{"edit":"set-attribute","resource":"a","path":{edits}}}]"#),
            expected,
        );
    }
}

#[test]
fn new_things_stand_with_their_kind_in_the_style_of_the_template() {
    let new = saved(
        SHOP,
        r#"[
        {"edit":"add-resource","id":"worker","kind":"server","parent":"app-tier","attributes":{"title":"Worker","cpu":2,"tags":{"owner":"me"},"on":{"aws":{"instance_type":"t4g.small"}},"services":[{"name":"a","port":1},{"name":"b","port":2}]},"at":[560,288,160,56]},
        {"edit":"add-link","id":"worker-orders","link":{"from":"worker","to":"orders","allow":["tcp/5432"]}},
        {"edit":"set-intent","id":"worker-is-private","intent":{"expect":"unreachable","from":"internet","to":"worker"}},
        {"edit":"set-environment","id":"stage","environment":{"provider":"aws","override":{"app":{"count":6}}}},
        {"edit":"add-waiver","waiver":{"rule":"r","resource":"scratch","expires":"2027-03-31"}},
        {"edit":"set-layout","links":{"worker-orders":[[1,2],[3,4]]}}
        ]"#,
    );
    insta::assert_snapshot!(difference(SHOP, &new));
}

#[test]
fn a_new_design_reads_like_a_template() {
    let text = saved(
        "",
        r#"[{"edit":"set-name","name":"Shop"},
        {"edit":"add-resource","id":"r","kind":"region","attributes":{"zones":["a","b"]},"at":[0,0,10,10]},
        {"edit":"add-resource","id":"s","kind":"server","parent":"r"},
        {"edit":"add-link","id":"l","link":{"from":"r","to":"s"}},
        {"edit":"set-policy","policy":{"profile":"baseline","waiver":[{"rule":"x"},{"rule":"y","expires":"2027-01-01"}]}}]"#,
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_removed_thing_leaves_no_trace_and_comes_back_with_its_comments() {
    let text = SHOP
        .replace("[resource.app]", "# the shop itself\n[resource.app] # two of them")
        .replace("app = [360", "# in the middle\napp = [360")
        .replace("[link.app-orders]", "# writes\n[link.app-orders]");
    let remove = r#"[{"edit":"remove-resources","ids":["app"]}]"#;
    for text in [text.clone(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
        let opened = parse(text.as_bytes());
        let without = edited(&opened.design, remove);
        let (file, gone) = save(&opened.file, &without);
        for trace in [
            "the shop itself",
            "App server",
            "in the middle",
            "# writes",
            "only-app-reaches",
            "\n\n\n",
        ] {
            assert!(!gone.contains(trace), "{trace}\n{gone}");
        }
        let (_, back) = save(&file, &opened.design);
        assert_eq!(back, text);
    }
}

#[test]
fn removals_over_several_saves_come_back_in_any_order() {
    let order = ["app", "orders", "scratch", "images", "images-door", "web-tier"];
    let text = SHOP.replace("[resource.", "# comment\n[resource.");
    let opened = parse(text.as_bytes());
    let mut file = opened.file.clone();
    let mut designs = vec![opened.design.clone()];
    for id in order {
        let last = designs.last().unwrap();
        let next = edited(last, &format!(r#"[{{"edit":"remove-resources","ids":["{id}"]}}]"#));
        file = save(&file, &next).0;
        designs.push(next);
    }
    // One undo after another, each saved, and all at once.
    let (_, at_once) = save(&file, &designs[0]);
    assert_eq!(at_once, text);
    for design in designs.iter().rev().skip(1) {
        file = save(&file, design).0;
    }
    assert_eq!(file.text(), text);
}

#[test]
fn a_cleared_value_comes_back_as_it_was_written() {
    let text = "format = 1\n[resource.a]\nkind = 'server'\n# cores\ncpu = 0x10 # many\nlist = [ 1,2 ] # l\nmemory = '4 GiB'\n";
    let opened = parse(text.as_bytes());
    for edits in [
        r#"[{"edit":"unset-attribute","resource":"a","path":["cpu"]}]"#,
        r#"[{"edit":"set-attribute","resource":"a","path":["cpu"],"value":1}]"#,
        r#"[{"edit":"set-attribute","resource":"a","path":["list"],"value":[]}]"#,
        r#"[{"edit":"unset-attribute","resource":"a","path":["cpu"]},{"edit":"unset-attribute","resource":"a","path":["list"]},{"edit":"unset-attribute","resource":"a","path":["memory"]}]"#,
    ] {
        let (file, changed) = save(&opened.file, &edited(&opened.design, edits));
        assert_ne!(changed, text);
        assert_eq!(save(&file, &opened.design).1, text, "{edits}");
    }
}

#[test]
fn a_renamed_resource_stays_where_it_is() {
    let text = SHOP.replace("[resource.images]", "# pictures\n[resource.images] # b").replace(
        "suffix = \"prod-1\"",
        "suffix = \"prod-1\"\noverride.images = { versioning = false }",
    );
    check_difference(
        &text,
        r#"[{"edit":"rename-resource","from":"images","to":"pictures"}]"#,
        &[
            r"-[resource.images] # b\n",
            r"+[resource.pictures] # b\n",
            r#"+was = ["images"]\n"#,
            r#"-target = "images"\n"#,
            r#"+target = "pictures"\n"#,
            r#"-to = "images"\n"#,
            r#"+to = "pictures"\n"#,
            r"-override.images = { versioning = false }\n",
            r"+override.pictures = { versioning = false }\n",
            r"-images = [808, 152, 176, 56]\n",
            r"+pictures = [808, 152, 176, 56]\n",
        ],
    );
    let opened = parse(text.as_bytes());
    let renamed =
        edited(&opened.design, r#"[{"edit":"rename-resource","from":"images","to":"pictures"}]"#);
    let (file, _) = save(&opened.file, &renamed);
    assert_eq!(save(&file, &opened.design).1, text, "the undone rename");
}

#[test]
fn every_shape_of_toml_can_be_changed() {
    let all = r#"[
        {"edit":"set-attribute","resource":"a","path":["title"],"value":"T"},
        {"edit":"set-attribute","resource":"a","path":["tags","x"],"value":"new"},
        {"edit":"set-attribute","resource":"a","path":["on","aws","size"],"value":2},
        {"edit":"unset-attribute","resource":"b","path":["cpu"]},
        {"edit":"add-resource","id":"c","kind":"server","parent":"a","at":[1,2,3,4]},
        {"edit":"set-environment","id":"t","environment":{"provider":"aws","override":{"a":{"cpu":1},"b":{"cpu":2}}}},
        {"edit":"add-waiver","waiver":{"rule":"r2"}}
        ]"#;
    for text in [
        "resource.a.kind = \"server\"\nresource.b = { kind = \"server\", cpu = 1 }\nenvironment.t.override.a.cpu = 3\n",
        "resource = { a = { kind = \"server\", on.aws = { size = 1 } }, b = { kind = \"s\", cpu = 1 } }\nlayout = {}\npolicy.waiver = [{ rule = \"r\" }]\n",
        "[resource]\na.kind = \"server\"\na.on.aws.size = 1\nb.kind = \"s\"\nb.cpu = 2 # c\n[layout]\nresources = { a = [0, 0, 1, 1] }\n",
        "[resource.a.on.aws]\nsize = 1\n[resource.b.tags]\nx = 1\n[resource.b]\ncpu = 1\n[resource.a]\nkind = \"x\"\n[resource.a.tags]\n\n[environment.t]\nprovider = \"lab\"\n[environment.t.override.a]\ncpu = 9\n[[policy.waiver]]\nrule = \"r\"\n[policy]\nprofile = \"p\"\n",
        "[resource.\"a\"]\n[resource.b]\n\"cpu\" = 1\n\n# the end",
        "[resource.a]\nkind=\"x\"\n[resource.b]\ncpu=1\n[layout]\n[layout.resources]\na=[1,1,1,1]",
    ] {
        let design = edited(&parse(text.as_bytes()).design, all);
        let opened = parse(text.as_bytes());
        let (file, new) = save(&opened.file, &design);
        let comments = text.matches('#').count();
        assert!(new.matches('#').count() >= comments.saturating_sub(1), "{new}");
        save(&file, &opened.design);
        let empty = edited(&design, r#"[{"edit":"remove-resources","ids":["a","b"]}]"#);
        save(&file, &empty);
    }
}

#[test]
fn what_is_unknown_or_wrong_is_kept_and_told() {
    let text = "format = 1\nextra = 5 # e\n[resource.a]\nkind = \"spaceship\"\ntitle = 7 # seven\nwarp = [1.5, 1979-05-27]\n[resource.b]\n[gadget.x]\ny = 1\n[environment.t]\nprovider = \"mars\"\ncolour = \"red\"\n[layout.resources]\na = [1, 2]\n[link.l]\nfrom = 1\nallow = \"tcp/1\"\n";
    let opened = parse(text.as_bytes());
    let rules: Vec<&str> = opened.diagnostics.iter().map(|it| it.rule.as_ref()).collect();
    assert_eq!(
        rules,
        [
            "unknown-section",
            "wrong-type",
            "resource-without-kind",
            "unknown-section",
            "wrong-type",
            "unknown-key",
            "wrong-type",
            "wrong-type",
            "wrong-type"
        ]
    );
    assert_eq!(opened.read_only, None);
    let set = r#"[{"edit":"set-attribute","resource":"a","path":["cpu"],"value":4}]"#;
    check_difference(text, set, &[r"+cpu = 4\n"]);
    let title = r#"[{"edit":"set-attribute","resource":"a","path":["title"],"value":"x"}]"#;
    check_difference(text, title, &[r"-title = 7 # seven\n", r#"+title = "x" # seven\n"#]);
    let place = r#"[{"edit":"set-layout","resources":{"a":[1,2,3,4]}}]"#;
    check_difference(text, place, &[r"-a = [1, 2]\n", r"+a = [1, 2, 3, 4]\n"]);
}

#[test]
fn a_key_that_nothing_reads_is_said_with_what_was_meant_and_written_back() {
    let text = "format = 1\n[design]\nnmae = \"Shop\"\n[resource.a]\nkind = \"server\"\n[link.l]\nfrom = \"a\"\nto = \"a\"\nalow = [\"tcp/5432\"] # one port\nlistener = 80\nname = \"www\"\nbatch = \"ten\"\n[intent.i]\nexpect = \"only\"\nfrom = \"a\"\nto = \"a\"\nowner = \"me\"\n[environment.t]\nprovider = \"lab\"\nprotcet = true\n[policy]\nprofil = \"p\"\n[[policy.waiver]]\nrule = \"r\"\nexpired = 2027-03-31\n";
    let opened = parse(text.as_bytes());
    let said: Vec<String> = opened
        .diagnostics
        .iter()
        .map(|it| format!("{:?} {}: {}", it.severity, it.rule, it.message))
        .collect();
    assert_eq!(
        said,
        [
            "Error unknown-key: “nmae” is no key of the section `design` (did you mean “name”?): it is kept and has no effect",
            "Error unknown-key: “alow” is no key of a link (did you mean “allow”?): it is kept and has no effect",
            "Error wrong-type: `batch` expects a whole number, found “ten”",
            "Warning unknown-key: “owner” is no key of an intent: it is kept and has no effect",
            "Error unknown-key: “protcet” is no key of an environment (did you mean “protect”?): it is kept and has no effect",
            "Error unknown-key: “profil” is no key of the section `policy` (did you mean “profile”?): it is kept and has no effect",
            "Error unknown-key: “expired” is no key of a waiver (did you mean “expires”?): it is kept and has no effect",
        ]
    );
    assert_eq!(opened.read_only, None);
    let set = r#"[{"edit":"set-link","id":"l","note":"x"}]"#;
    check_difference(text, set, &[r#"+note = "x"\n"#]);
}

#[test]
fn new_resources_are_written_in_the_order_in_which_they_were_made() {
    let opened = parse(b"[resource.net]\nkind = \"network\"\n");
    let add = |id: &str| {
        format!(r#"{{"edit":"add-resource","id":"{id}","kind":"subnet","parent":"net"}}"#)
    };
    let edits = format!("[{},{},{}]", add("logs"), add("batch"), add("apps"));
    let (file, text) = save(&opened.file, &edited(&opened.design, &edits));
    let headers: Vec<&str> = text.lines().filter(|line| line.starts_with("[resource")).collect();
    assert_eq!(
        headers,
        ["[resource.net]", "[resource.logs]", "[resource.batch]", "[resource.apps]"]
    );
    let bare = FileText::empty().save(&edited(&opened.design, &edits)).unwrap();
    let written = String::from_utf8(bare.bytes).unwrap();
    assert_eq!(
        headers,
        written.lines().filter(|line| line.starts_with("[resource")).collect::<Vec<_>>()
    );
    assert_eq!(file.text(), text);
}

#[test]
fn an_older_format_is_migrated_in_memory_and_written_only_by_a_save() {
    let text = "# by hand\nname = \"Old\" # n\n\n[resource.a]\nkind = \"server\"\n";
    let opened = parse(text.as_bytes());
    assert_eq!(opened.design.name.as_deref(), Some("Old"));
    assert_eq!(opened.design.unknown.len(), 0);
    assert_eq!(opened.diagnostics, []);
    assert_eq!(opened.file.bytes(), text.as_bytes());
    let (file, new) = save(&opened.file, &opened.design);
    assert!(new.contains("format = 1\n") && new.contains("[design]\nname = \"Old\""), "{new}");
    assert_eq!(save(&file, &opened.design).1, new);
}

#[test]
fn a_newer_format_is_read_only_and_says_so() {
    let text = "format = 7\n[resource.a]\nkind = \"server\"\nfuture = 1\n";
    let opened = parse(text.as_bytes());
    assert_eq!(opened.read_only, Some(ReadOnly::NewerFormat { format: 7 }));
    assert_eq!(opened.diagnostics[0].rule, "newer-format");
    assert!(opened.diagnostics[0].message.contains("format 7"));
    assert_eq!(opened.design.resources.len(), 1);
    assert_eq!(opened.file.save(&opened.design).unwrap().bytes, text.as_bytes());
    let other = edited(&opened.design, r#"[{"edit":"set-name","name":"x"}]"#);
    assert_eq!(opened.file.save(&other).unwrap_err(), ReadOnly::NewerFormat { format: 7 });
}

#[test]
fn hostile_text_in_names_titles_tags_and_notes_comes_back() {
    let nasty =
        "a \"quoted\" {brace} \\ line\nbreak\r\n\t\u{0}\u{7f} 'x' ''' 💥 # no [comment] = ${x.y}";
    let mut design = parse(SHOP.as_bytes()).design;
    let text = |edit: serde_json::Value| serde_json::from_value::<Edit>(edit).unwrap();
    for edit in [
        serde_json::json!({"edit":"add-resource","id":nasty,"kind":nasty,"parent":"shop","at":[1,2,3,4]}),
        serde_json::json!({"edit":"set-attribute","resource":"app","path":["title"],"value":nasty}),
        serde_json::json!({"edit":"set-attribute","resource":"app","path":["tags",nasty],"value":nasty}),
        serde_json::json!({"edit":"set-attribute","resource":nasty,"path":["on",nasty,nasty],"value":[nasty]}),
        serde_json::json!({"edit":"add-link","id":nasty,"link":{"from":nasty,"to":"app","note":nasty}}),
        serde_json::json!({"edit":"set-environment","id":nasty,"environment":{"provider":"lab","override":{nasty:{nasty:1}}}}),
        serde_json::json!({"edit":"set-name","name":nasty}),
    ] {
        apply(&design, &text(edit)).unwrap().apply(&mut design);
    }
    for base in [SHOP.to_owned(), SHOP.replace('\n', "\r\n"), String::new()] {
        let opened = parse(base.as_bytes());
        let (file, new) = save(&opened.file, &design);
        for (old, new) in base.lines().zip(new.lines()).take(4) {
            assert_eq!(old, new);
        }
        save(&file, &opened.design);
    }
}

#[test]
fn text_that_no_longer_fits_is_not_put_back() {
    let text = "format = 1\n[resource.app]\nkind = \"server\"\n[resource.app.on.gcp]\nx = 1\n\n[resource]\nimages.kind = \"bucket\"\nimages.parent = \"app\"\n";
    let opened = parse(text.as_bytes());
    let first = edited(
        &opened.design,
        r#"[{"edit":"move-to-parent","ids":["images"],"parent":null},{"edit":"remove-resources","ids":["app"]}]"#,
    );
    let (file, _) = save(&opened.file, &first);
    let second = edited(&first, r#"[{"edit":"rename-resource","from":"images","to":"app"}]"#);
    let (file, _) = save(&file, &second);
    save(&file, &opened.design);
    assert!(!file.save(&opened.design).unwrap().anew);
}

#[test]
fn a_new_thing_in_the_place_of_a_removed_one_is_written() {
    let text = "format = 1\n\n[resource.a]\nkind = \"x\"\n\n[intent.i]\nexpect = \"only\"\nfrom = \"a\"\nto = \"a\"\n\n[environment.t]\nprovider = \"lab\"\n";
    let edits = r#"[{"edit":"set-intent","id":"i","intent":null},{"edit":"set-intent","id":"j","intent":{"expect":"reachable","from":"a","to":"a"}}]"#;
    check_difference(
        text,
        edits,
        &[
            r"-[intent.i]\n",
            r#"-expect = "only"\n"#,
            r"+[intent.j]\n",
            r#"+expect = "reachable"\n"#,
        ],
    );
}
