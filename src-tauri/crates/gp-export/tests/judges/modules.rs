//! The user's own modules in place of kinds: a block for each resource, others refer to the outputs that are named.

use crate::support::{all, file, program, said, written};
use gp_catalog::{OwnFile, builtin, resolve};
use gp_export::{Options, export};
use gp_model::Id;
use gp_plan::FileSet;

const DESIGN: &str = include_str!("designs/modules.gplan");
const SEARCH: &str = include_str!("../../../gp-catalog/examples/kinds/search.toml");

fn exported(text: &str, format: &str) -> FileSet {
    let own = OwnFile {
        id: "search".to_owned(),
        path: "kinds/search.toml".to_owned(),
        text: SEARCH.to_owned(),
        icon: None,
    };
    let (catalog, found) = builtin().with_files(&[own]);
    assert_eq!(found, []);
    let opened = gp_model::file::parse(text.as_bytes());
    assert_eq!(opened.diagnostics, []);
    let resolved = resolve(&opened.design, &catalog, Some(&Id::new("production")));
    export(gp_export::format(format).unwrap(), &resolved, None, Options::default())
}

fn messages(files: &FileSet) -> Vec<&str> {
    files.diagnostics.iter().map(|found| found.message.as_str()).collect()
}

#[test]
fn modules_become_this_terraform() {
    let files = exported(DESIGN, "terraform");
    insta::assert_snapshot!(file(&files, "modules.tf"));
    let all = all(&files);
    assert!(file(&files, "moved.tf").contains("to   = module.orders"));
    for type_ in ["aws_sqs_queue\"", "aws_db_instance\"", "aws_db_subnet_group\""] {
        assert!(!all.contains(&format!("resource \"{type_}")), "{type_} is the module's");
    }
    for wanted in [
        // The way to the database is ours, and what may take from the queue.
        "resource \"aws_security_group\" \"orders\"",
        "event_source_arn = module.jobs.queue_arn",
        "resources = [module.jobs.queue_arn]",
        "depends_on = [module.orders]",
    ] {
        assert!(all.contains(wanted), "no {wanted}:\n{all}");
    }
    assert!(
        !all.contains("aws_sqs_queue.jobs") && !all.contains("aws_db_instance.orders"),
        "{all}"
    );
    let judged =
        crate::hcl_judge::judge(&crate::hcl_judge::body(&files), &crate::hcl_judge::schema());
    assert_eq!(judged, [""; 0]);
    if let Some(terraform) = program("modules_become_this_terraform", "terraform") {
        let folder = written(&files);
        let mut fmt = std::process::Command::new(terraform);
        let fmt = fmt.args(["fmt", "-check", "-diff"]).current_dir(folder.path()).output().unwrap();
        assert!(fmt.status.success(), "{}", String::from_utf8_lossy(&fmt.stdout));
    }
}

#[test]
fn an_output_that_is_wanted_and_not_named_is_said() {
    let without = DESIGN.replace("outputs = { arn = \"queue_arn\", url = \"queue_url\" }", "");
    let files = exported(&without, "terraform");
    let said = messages(&files);
    assert!(said.iter().any(|one| one.contains("others need `arn` of “jobs”")), "{said:#?}");
}

#[test]
fn a_kind_of_ones_own_is_written_by_its_module_only() {
    let files = exported(DESIGN, "terraform");
    assert!(file(&files, "raw.tf").contains("module.find.endpoint"), "{}", file(&files, "raw.tf"));
    let section = DESIGN.find("[environment.production.modules.search]").unwrap();
    let without = &DESIGN[..section];
    let files = exported(without, "terraform");
    let said = messages(&files);
    assert!(said.iter().any(|one| one.contains("search is a kind of your own")), "{said:#?}");
}

#[test]
fn cloudformation_says_that_it_takes_no_modules() {
    let files = exported(DESIGN, "cloudformation");
    let said = messages(&files);
    assert!(
        said.iter().any(|one| one.contains("the module for queue is Terraform's")),
        "{said:#?}"
    );
}

#[test]
fn settings_that_cannot_be_are_said() {
    for (from, to, wanted) in [
        ("modules.queue]", "modules.queu]", "there is no kind “queu”: did you mean “queue”?"),
        ("modules.queue]", "modules.network]", "a network cannot be made by a module"),
        ("source = \"./modules/queue\"", "sources = \"x\"", "it says where the module is"),
        ("version = \"~> 6.0\"", "version = 6", "text is expected"),
        ("version = \"~> 6.0\"", "version = \"latest\"", "is no version"),
        ("engine = \"${engine}\"", "engine = \"${enigne}\"", "did you mean “engine”"),
        ("engine = \"${engine}\"", "count = 2", "no variable of a module can be called that"),
        (
            "engine = \"${engine}\"",
            "engine = \"${var.none}\"",
            "the variable “none” is not set here",
        ),
        ("arn = \"queue_arn\"", "arn = \"queue arn\"", "the name of an output"),
    ] {
        let text = DESIGN.replace(from, to);
        assert_ne!(text, DESIGN, "{from}");
        let opened = gp_model::file::parse(text.as_bytes());
        let resolved = resolve(&opened.design, builtin(), Some(&Id::new("production")));
        let said: Vec<&str> = resolved.diagnostics.iter().map(|one| &*one.message).collect();
        assert!(said.iter().any(|one| one.contains(wanted)), "{wanted}: {said:#?}");
    }
    // Only of modules that are there.
    assert_eq!(said(crate::support::TEMPLATE, "terraform"), [""; 0]);
}

#[test]
fn hostile_settings_are_no_code() {
    for evil in ["\\\"} resource \\\"aws_iam_user\\\" \\\"x", "${path.module}", "%{ if true }", "$"]
    {
        let text = DESIGN
            .replace("\"./modules/queue\"", &format!("\"{evil}\""))
            .replace("title = \"Orders\"", &format!("title = \"{evil}\""));
        let files = exported(&text, "terraform");
        let (read, plain) = (
            crate::hcl_judge::body(&files).blocks().count(),
            crate::hcl_judge::body(&exported(DESIGN, "terraform")).blocks().count(),
        );
        assert_eq!(read, plain, "{evil}");
    }
}
