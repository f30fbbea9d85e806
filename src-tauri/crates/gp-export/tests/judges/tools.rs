//! Terraform's formatter and CloudFormation's linter have nothing to say.

use crate::support::{cases, export, program, python_tool, written};
use std::process::Command;

#[test]
fn terraform_fmt_changes_nothing() {
    let Some(terraform) = program("terraform_fmt_changes_nothing", "terraform") else {
        return;
    };
    for (design, environment) in cases() {
        let folder = written(&export(design, environment, "terraform"));
        let output = Command::new(&terraform)
            .args(["fmt", "-check", "-diff"])
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("CHECKPOINT_DISABLE", "1")
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn cfn_lint_finds_nothing() {
    let Some(lint) = python_tool("cfn_lint_finds_nothing", "cfn-lint") else {
        return;
    };
    for (design, environment) in cases() {
        let folder = written(&export(design, environment, "cloudformation"));
        let output =
            Command::new(&lint).arg("template.yaml").current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && said.trim().is_empty(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
