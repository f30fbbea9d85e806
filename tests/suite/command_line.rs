//! Every command: what it prints and where, in text and in JSON, and how it ends.

use crate::place::{Place, finish, groundplan, lab_or_skip};
use std::{
    io::Read as _,
    process::{Command, Stdio},
};

const COMMANDS: [&str; 26] = [
    "new",
    "templates",
    "check",
    "edit",
    "merge",
    "catalog",
    "resolve",
    "reach",
    "lookup",
    "explain",
    "schema",
    "export",
    "plan",
    "deploy",
    "verify",
    "destroy",
    "drift",
    "extend",
    "reap",
    "sweep",
    "history",
    "state",
    "labs",
    "lab",
    "serve",
    "help",
];

/// A design with one error: an app that nobody lets in, and a tier that overlaps another.
const WRONG: &str = r#"
format = 1
[design]
name = "Wrong"
[resource.here]
kind = "region"
[resource.net]
kind = "network"
parent = "here"
cidr = "10.0.0.0/16"
[resource.one]
kind = "subnet"
parent = "net"
cidr = "10.0.0.0/24"
[resource.two]
kind = "subnet"
parent = "net"
cidr = "10.0.0.0/24"
[environment.test]
provider = "lab"
"#;

#[test]
fn help_lists_every_command_and_each_has_examples() {
    let place = Place::new();
    let help = place.fine("--help");
    for command in COMMANDS {
        assert!(help.out.contains(&format!("\n  {command}")), "{command} is not in\n{}", help.out);
    }
    assert!(help.out.contains("Exit codes: 0 fine, 1 findings, 2 could not run."));
    let listed = help.out.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let listed: Vec<&str> = listed
        .filter_map(|line| line.split_whitespace().next())
        .take_while(|word| *word != "groundplan")
        .filter(|word| !word.starts_with('-'))
        .collect();
    assert_eq!(listed, COMMANDS, "this suite must know every command");
    for command in COMMANDS.iter().filter(|command| **command != "help") {
        let help = place.fine(&format!("{command} --help"));
        let example = format!("groundplan {command}");
        let words: Vec<&str> = help.out.split_whitespace().collect();
        let words = words.join(" ");
        let examples = words.split("Example").nth(1).unwrap_or_default();
        assert!(examples.contains(&example), "no example of {command}:\n{}", help.out);
    }
}

#[test]
fn what_the_help_of_explain_names_can_be_explained() {
    let place = Place::new();
    let help = place.fine("explain --help");
    let examples = help.out.lines().filter_map(|line| line.trim().strip_prefix("groundplan "));
    let rules: Vec<&str> = examples.filter(|words| words.starts_with("explain ")).collect();
    assert!(!rules.is_empty(), "{}", help.out);
    for words in rules {
        let words = words.split(" > ").next().unwrap_or(words);
        assert!(place.fine(words).out.starts_with('#'), "{words}");
    }
}

#[test]
fn words_that_are_not_understood_are_named_with_the_way_out() {
    let place = Place::with_shop();
    let cases = [
        ("", "Usage"),
        ("chekc shop.gplan", "check"),
        ("check", "<DESIGN>"),
        ("check nothing.gplan", "nothing.gplan” cannot be opened: there is no such file"),
        ("check .", "it is a folder"),
        (
            "check shop.gplan --environment moon",
            "has no environment “moon”; it has production, test",
        ),
        ("export shop.gplan --format nothing --out x", "there is no format “nothing”; known: "),
        ("reach shop.gplan nobody orders", "“nobody”"),
        ("reach shop.gplan app nowhere", "“nowhere”"),
        ("reach shop.gplan app orders --service tcp/x", "tcp/x"),
        (
            "explain no-such-rule",
            "there is no kind, attribute, section, key, template or rule “no-such-rule”: `groundplan explain` lists them",
        ),
        (
            "new other.gplan --template none",
            "there is no template “none”; see `groundplan templates`",
        ),
        ("new shop.gplan", "“shop.gplan” is there already: choose another name"),
        ("new missing/shop.gplan", "there is no such file or folder"),
        ("deploy shop.gplan", "nothing was done: say --approve to carry out this plan"),
        ("deploy shop.gplan --environment production --approve", "deploys to the lab only"),
    ];
    for (line, says) in cases {
        let ran = place.run(line);
        ran.check(2, &[says]);
        assert!(!ran.err.is_empty(), "complaints belong on standard error:\n{}", ran.text());
    }
    let refused = place.run("check nothing.gplan --json");
    let error: serde_json::Value = serde_json::from_str(&refused.err).unwrap();
    assert_eq!(error["code"], "not-found", "{}", refused.text());
    assert_eq!(refused.out, "");
}

#[test]
fn a_new_design_lies_where_it_was_asked_for() {
    let place = Place::new();
    place.fine("new bare.gplan").check(0, &["made bare.gplan"]);
    let made = place.fine("new shop.gplan --template three-tier-web-shop --json").json();
    assert_eq!(made["file"], "shop.gplan");
    assert_eq!(place.files(), ["bare.gplan", "shop.gplan"]);
    place.fine("check bare.gplan");
    place.fine("check shop.gplan");
}

#[test]
fn commands_that_only_look_write_json_that_reads_and_text_that_says_the_same() {
    let place = Place::with_shop();
    let before = place.read("shop.gplan");
    let cases = [
        ("templates", "three-tier-web-shop"),
        ("check shop.gplan", ""),
        ("catalog", "load-balancer"),
        ("catalog --coverage", "load-balancer"),
        ("catalog --coverage --markdown", "|"),
        ("resolve shop.gplan", "\"version\""),
        ("resolve shop.gplan --environment production", "eu-central-1"),
        ("reach shop.gplan", "only-app-reaches-orders"),
        ("reach shop.gplan app orders --service tcp/5432", "reaches"),
        ("reach shop.gplan --matrix", "orders"),
        ("explain", "overlapping-cidrs"),
        ("explain server.cpu", "cpu = 2"),
        ("explain link", "| `allow` |"),
        ("explain environment.pool", "10.0.0.0/8"),
        ("explain three-tier-web-shop", "PostgreSQL with standby"),
        ("explain --all", "## overlapping-cidrs"),
        ("schema", "$schema"),
        ("edit shop.gplan --schema", "set-attribute"),
        ("labs", ""),
    ];
    for (line, says) in cases {
        let text = place.fine(line);
        assert!(text.out.contains(says), "{}", text.text());
        let line = format!("{line} --json");
        let json = place.run(&line);
        if !line.contains("--markdown") {
            json.check(0, &[]);
            json.json();
        }
    }
    assert_eq!(place.read("shop.gplan"), before, "looking changes nothing");
    assert_eq!(place.files(), ["shop.gplan"]);
    assert!(!place.path("home/state").exists(), "looking leaves no trace");
}

#[test]
fn closed_ways_and_findings_end_with_one() {
    let place = Place::with_shop();
    let ran = place.run("reach shop.gplan internet orders");
    ran.check(1, &["cannot reach"]);
    assert_eq!(
        place.run("reach shop.gplan internet orders --json").json()["reachable"],
        serde_json::json!([])
    );
    place.write("wrong.gplan", WRONG);
    let text = place.run("check wrong.gplan");
    text.check(1, &["wrong.gplan:", "error[", "two"]);
    let json = place.run("check wrong.gplan --json");
    json.check(1, &[]);
    assert!(json.json()["errors"].as_u64().unwrap() > 0);
    assert!(text.err.contains("errors"), "the summary is for people:\n{}", text.text());
    assert!(!text.out.contains("of advice in"), "the summary is no result:\n{}", text.text());
    place.run("plan wrong.gplan").check(1, &["error["]);
    place.run("deploy wrong.gplan --approve").check(2, &[]);
    place.check_nothing_runs();
}

#[test]
fn edits_are_applied_all_or_none_and_a_bad_one_is_named_by_its_number() {
    let place = Place::with_shop();
    let before = place.read("shop.gplan");
    let good = r#"{"edit": "set-attribute", "resource": "app", "path": ["cpu"], "value": 4}"#;
    let bad = [
        ("nonsense", "standard input is not JSON"),
        (r#"[{"edit": "set-colour"}]"#, "edit 1:"),
        (
            r#"[GOOD, {"edit": "set-attribute", "resource": "ghost", "path": ["cpu"], "value": 4}]"#,
            "edit 2: there is no resource “ghost”",
        ),
        (r#"[GOOD, GOOD, {"edit": "remove-resources"}]"#, "edit 3: missing field `ids`"),
        (
            r#"[GOOD, {"edit": "move-to-parent", "ids": ["shop"], "parent": "app"}]"#,
            "edit 2: “shop” cannot be moved into itself",
        ),
        (r#"[{"edit": "add-resource", "id": "app", "kind": "server"}]"#, "edit 1: “app” is taken"),
    ];
    for (input, says) in bad {
        let ran = place.run_with("edit shop.gplan", &input.replace("GOOD", good));
        ran.check(2, &[says]);
        assert_eq!(place.read("shop.gplan"), before, "{}", ran.text());
    }
    let dry = place.run_with("edit shop.gplan --dry-run", good);
    dry.check(0, &["cpu = 4"]);
    assert_eq!(place.read("shop.gplan"), before);
    assert!(!place.path("home/state").exists(), "a dry run leaves no trace, no journal either");

    let done = place.run_with("edit shop.gplan --json", good);
    done.check(0, &[]);
    assert_eq!(done.json()["saved"], true);
    let after = place.read("shop.gplan");
    let changed: Vec<&str> =
        after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    assert!(changed.contains(&"cpu = 4"), "{changed:?}");
    assert!(after.starts_with("# A web shop in three tiers"), "comments stay");
    place.fine("check shop.gplan");
}

#[test]
fn exports_go_to_a_folder_or_to_a_pipe_and_write_over_nothing_foreign() {
    let place = Place::with_shop();
    let line = "export shop.gplan --format terraform --environment production --out infra";
    let first = place.fine(line);
    assert_eq!(first.out, "", "files are the result; what was written is said on standard error");
    assert!(first.err.contains("wrote infra"), "{}", first.text());
    let files = place.files();
    assert!(files.contains(&"infra/compute.tf".to_owned()), "{files:?}");
    place.fine(line);
    assert_eq!(place.files(), files, "writing again changes nothing");

    let mine = "infra/compute.tf";
    place.write(mine, "# my own\n");
    place.run(line).check(2, &["was not written by this program"]);
    assert_eq!(place.read(mine), "# my own\n");
    place.fine(&format!("{line} --overwrite"));
    assert_ne!(place.read(mine), "# my own\n");

    place.write(mine, place.read(mine).replace("most_recent = true", "most_recent = false"));
    place.run(line).check(2, &["“compute.tf” in infra was changed since this program wrote it"]);
    place.fine(&format!("{line} --overwrite"));

    let svg = place.fine("export shop.gplan --format svg --out -");
    assert!(svg.out.starts_with("<svg") || svg.out.starts_with("<?xml"), "{}", &svg.out[..80]);
    let json = place
        .fine("export shop.gplan --format cloudformation --environment production --out cf --json");
    assert!(!json.json()["written"].as_array().unwrap().is_empty());
}

#[test]
fn files_of_an_earlier_export_that_are_no_more_are_removed() {
    let place = Place::with_shop();
    let line = "export shop.gplan --format terraform --environment production --out infra";
    place.fine(line);
    place.fine("export shop.gplan -f cloudformation -e production --out infra");
    place.write("infra/own.tf", "# mine\n");
    let edit = r#"[{"edit": "remove-resources", "ids": ["orders"]}]"#;
    place.run_with("edit shop.gplan", edit).check(0, &[]);
    let edited = place.read("infra/data.tf");
    place.write("infra/data.tf", edited.replace("true", "false"));
    place.run(line).check(2, &["“data.tf” in infra was changed since this program wrote it"]);
    place.write("infra/data.tf", edited.replace('\n', "\r\n"));
    let ran = place.run(line);
    assert!(ran.err.contains("removed infra/data.tf"), "{}", ran.text());
    let left: Vec<String> =
        place.files().into_iter().filter(|file| file.starts_with("infra/")).collect();
    for kept in ["infra/own.tf", "infra/template.yaml", "infra/compute.tf"] {
        assert!(left.contains(&kept.to_owned()), "{left:?}");
    }
    assert!(!left.contains(&"infra/data.tf".to_owned()), "{left:?}");
}

#[test]
fn a_stream_of_several_templates_has_a_document_for_each() {
    let place = Place::new();
    place.fine("new api.gplan --template serverless-api");
    let line = "export api.gplan --format cloudformation --environment production";
    let text = place.run(&format!("{line} --out -")).out;
    let documents: Vec<&str> = text.split("\n---\n").collect();
    let (edge, home) = (documents[0], documents[1]);
    assert!(edge.starts_with("# File template-us-east-1.yaml\n"), "{text}");
    assert!(edge.contains("Type: AWS::WAFv2::WebACL"), "{text}");
    assert!(home.starts_with("# File template.yaml\n"), "{text}");
    assert!(!text.contains("aws cloudformation deploy"), "the README is no code");
    place.run(&format!("{line} --out stacks"));
    for file in ["README.md", "template-us-east-1.yaml", "template.yaml"] {
        assert!(place.files().contains(&format!("stacks/{file}")), "{:?}", place.files());
    }
}

#[test]
fn a_stream_of_several_files_is_one_configuration() {
    let place = Place::with_shop();
    let line = "export shop.gplan --format terraform --environment production --out -";
    let text = place.fine(line).out;
    assert!(text.starts_with("# File compute.tf\n# Web shop, environment production."), "{text}");
    assert!(!text.contains("terraform init"), "the README is no code");
    assert_eq!(text.matches("\nterraform {").count(), 1);
    let json = place.fine(&format!("{line} --json")).json();
    let files = json["files"].as_object().unwrap();
    assert!(files.contains_key("README.md") && files.contains_key("network.tf"), "{json}");
    assert_eq!(json["findings"], serde_json::json!([]));
}

#[test]
#[cfg(unix)]
fn a_pipe_that_is_closed_early_is_no_fault() {
    let place = Place::with_shop();
    for line in
        ["resolve shop.gplan", "catalog", "export shop.gplan --format svg --out -", "explain"]
    {
        let mut command = place.command(groundplan());
        let mut child = command
            .args(line.split(' '))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let code = child.wait().unwrap().code();
        assert!(!err.contains("panicked") && code == Some(0), "{line}: {code:?} {err}");
    }
    // Standard error closed: progress is lost, the result is not.
    let mut shell = Command::new("sh");
    place.at_home(&mut shell);
    shell.args(["-c", "exec \"$0\" check shop.gplan 2>&-"]).arg(groundplan());
    finish("check shop.gplan 2>&-", shell, "").check(0, &[]);
    let mut shell = Command::new("sh");
    place.at_home(&mut shell);
    shell.args(["-c", "exec \"$0\" check shop.gplan 2>/dev/full >/dev/full"]).arg(groundplan());
    finish("check shop.gplan >/dev/full", shell, "").check(0, &[]);
}

#[test]
fn deployments_print_results_to_output_and_progress_to_error() {
    if !lab_or_skip("deployments_print_results_to_output_and_progress_to_error") {
        return;
    }
    let place = Place::with_shop();
    let plan = place.fine("plan shop.gplan");
    plan.check(0, &["+ app[0]", "+ orders", "to create"]);
    let json = place.fine("plan shop.gplan --json").json();
    assert_eq!(json["environment"], "test");
    assert_eq!(json["dataLoss"], false);
    place.run("verify shop.gplan").check(2, &["no lab of this design", "deploy it first"]);
    let deployed = place.run("deploy shop.gplan --approve --json");
    deployed.check(0, &[]);
    assert_eq!(deployed.json()["state"], "running", "{}", deployed.text());
    assert!(deployed.err.contains("\"state\":\"deploying\""), "{}", deployed.text());
    let verified = place.fine("verify shop.gplan --json").json();
    assert_eq!(verified["summary"]["agree"][0], verified["summary"]["agree"][1]);
    assert_eq!(place.fine("labs --json").json().as_array().unwrap().len(), 1);
    place.fine("plan shop.gplan").check(0, &["nothing to do"]);
    place.run("destroy shop.gplan").check(2, &["nothing was done", "--approve"]);
    place.run("sweep shop.gplan").check(1, &["was not destroyed"]);
    place
        .fine("destroy shop.gplan --approve")
        .check(0, &["Everything is destroyed", "nothing is left"]);
    assert_eq!(place.fine("sweep shop.gplan --json").json(), serde_json::json!([]));
    place.fine("labs").check(0, &["no lab runs"]);
    place.check_nothing_runs();
}

#[test]
fn merge_puts_two_versions_together_and_serves_git_as_a_driver() {
    let place = Place::with_shop();
    let base = place.read("shop.gplan");
    place.write("base.gplan", &base);
    place.write("mine.gplan", base.replace("title = \"App server\"", "title = \"Worker\""));
    let theirs =
        format!("# theirs\n{}", base.replace("name = \"Web shop\"", "name = \"Bookshop\""));
    place.write("theirs.gplan", &theirs);
    let ran = place.fine("merge base.gplan mine.gplan theirs.gplan");
    assert!(ran.out.starts_with("# theirs\n"), "{}", ran.out);
    assert!(ran.out.contains("title = \"Worker\"") && ran.out.contains("name = \"Bookshop\""));
    let also = base.replace("title = \"App server\"", "title = \"Machine\"");
    place.write("theirs.gplan", &also);
    let ran = place.run("merge base.gplan mine.gplan theirs.gplan --in-place");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("title: base App server, mine Worker, theirs Machine"), "{}", ran.err);
    assert!(place.read("mine.gplan").contains("title = \"Worker\""));
    let ran = place.run("merge base.gplan mine.gplan theirs.gplan --prefer theirs --json");
    assert_eq!(ran.json()["merge"]["conflicts"][0]["theirs"], "Machine");
    assert!(ran.json()["text"].as_str().unwrap().contains("title = \"Machine\""));
    place.write("theirs.gplan", "format = 1\n[resource");
    let ran = place.run("merge base.gplan mine.gplan theirs.gplan");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("cannot be merged"), "{}", ran.err);
}

#[test]
fn kinds_of_ones_own_are_checked_explained_and_exported() {
    const KINDS: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../src-tauri/crates/gp-catalog/examples/kinds/search.toml"
    );
    let search = std::fs::read_to_string(KINDS).unwrap();
    let place = Place::new();
    std::fs::create_dir(place.file("kinds")).unwrap();
    place.write("kinds/search.toml", &search);
    let design = "format = 1\n\
        [resource.here]\nkind = \"region\"\nlocation = \"frankfurt\"\nzones = [\"a\"]\n\
        [resource.net]\nkind = \"network\"\nparent = \"here\"\n\
        [resource.tier]\nkind = \"subnet\"\nparent = \"net\"\n\
        [resource.find]\nkind = \"search\"\nparent = \"tier\"\n\
        [environment.live]\nprovider = \"aws\"\n\
        [environment.live.modules.search]\nsource = \"./search\"\ninputs = { memory = \"${memory}\" }\n";
    place.write("own.gplan", design);
    let listed = place.fine("catalog --design own.gplan");
    assert!(listed.out.contains("Finds words in what the application wrote."), "{}", listed.out);
    let page = place.fine("explain search.memory --design own.gplan");
    assert!(page.out.contains("How much it keeps at hand."), "{}", page.out);
    place.fine("export own.gplan --format terraform --environment live --out infra");
    let modules = std::fs::read_to_string(place.file("infra/modules.tf")).unwrap();
    assert!(modules.contains("memory = \"4 GiB\""), "{modules}");
    place.write("kinds/search.toml", search.replace("\"data\"", "\"dota\""));
    let checked = place.run("check own.gplan");
    assert!(checked.out.contains("kinds/search.toml, line 3"), "{}", checked.out);
}

#[test]
fn a_rename_is_followed_in_kinds_of_ones_own() {
    let place = Place::new();
    std::fs::create_dir(place.file("kinds")).unwrap();
    place.write(
        "kinds/sensor.toml",
        "title = \"Sensor\"\nhelp = \"Counts what passes.\"\nfamily = \"compute\"\nparents = [\"region\"]\nsize = [176, 56]\n\
         [attributes.feeds]\ntype = \"reference\"\nof = [\"queue\"]\nhelp = \"Where it puts what it counts.\"\n",
    );
    place.write(
        "own.gplan",
        "format = 1\n[resource.here]\nkind = \"region\"\nlocation = \"frankfurt\"\n\
         [resource.jobs]\nkind = \"queue\"\nparent = \"here\"\n\
         [resource.door]\nkind = \"sensor\"\nparent = \"here\"\nfeeds = \"jobs\"\n",
    );
    let rename = r#"{"edit": "rename-resource", "from": "jobs", "to": "work"}"#;
    place.run_with("edit own.gplan", rename).check(0, &[]);
    let text = place.read("own.gplan");
    assert!(text.contains("feeds = \"work\"") && !text.contains("feeds = \"jobs\""), "{text}");
}

#[test]
fn a_check_of_one_environment_says_what_its_export_leaves_out() {
    let place = Place::new();
    place.fine("new pods.gplan --template kubernetes-platform");
    let everywhere = place.fine("check pods.gplan");
    assert!(!everywhere.out.contains("in the export as"), "{}", everywhere.out);
    let one = place.fine("check pods.gplan --environment production");
    assert!(
        one.out.contains("leaves “Web” out") && one.out.contains("(in the export as terraform)")
    );
    assert!(one.err.contains("more in the export as terraform"), "{}", one.err);
    let json = place.fine("check pods.gplan --environment production --json").json();
    assert_eq!(json["export"]["format"], "terraform");
    assert!(json["export"]["findings"].as_array().is_some_and(|all| !all.is_empty()));
    assert_eq!(json["warnings"], 0);
    let lab = place.fine("check pods.gplan --environment lab --json").json();
    assert!(lab["export"].is_null(), "{lab}");
}
