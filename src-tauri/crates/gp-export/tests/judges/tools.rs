//! Terraform's formatter and CloudFormation's linter have nothing to say, and they do see faults.

use crate::support::{self, TEMPLATE, every_case, export, file, program, python_tool, written};
use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Output},
};

fn format(terraform: &Path, folder: &Path) -> Output {
    Command::new(terraform)
        .args(["fmt", "-check", "-diff"])
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn terraform_fmt_changes_nothing() {
    let Some(terraform) = program("terraform_fmt_changes_nothing", "terraform") else {
        return;
    };
    for (design, environment) in crate::support::every_case_of_terraform() {
        let folder = written(&export(design, environment, "terraform"));
        let output = format(&terraform, folder.path());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn terraform_fmt_finds_a_line_out_of_place() {
    let Some(terraform) = program("terraform_fmt_finds_a_line_out_of_place", "terraform") else {
        return;
    };
    let folder = written(&export(TEMPLATE, "production", "terraform"));
    let file = folder.path().join("network.tf");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("  vpc_id "), "{text}");
    std::fs::write(&file, text.replacen("  vpc_id ", "  vpc_id  ", 1)).unwrap();
    assert!(!format(&terraform, folder.path()).status.success());
}

/// Lints all templates of a folder; gives the checks that found something, by file.
fn lint(lint: &Path, folder: &Path, files: &[String]) -> BTreeMap<String, Vec<String>> {
    // A major version of an engine alone is right: RDS takes its newest minor one. The linter takes
    // it for the first minor one, which is old.
    let output = Command::new(lint)
        .args(["--ignore-checks", "W3691", "--format", "json", "--"])
        .args(files)
        .current_dir(folder)
        .output()
        .unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let file = row["Filename"].as_str().unwrap().to_owned();
        let said = format!("{} {}", row["Rule"]["Id"], row["Message"]);
        found.entry(file).or_default().push(said);
    }
    found
}

#[test]
fn cfn_lint_finds_nothing() {
    let Some(program) = python_tool("cfn_lint_finds_nothing", "cfn-lint") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (number, (design, environment)) in every_case().chain(crate::places::cases()).enumerate() {
        let written = export(design, environment, "cloudformation");
        for path in support::stacks(&written) {
            files.push(format!("{number}-{path}"));
            let file = folder.path().join(files.last().unwrap());
            std::fs::write(file, support::file(&written, path)).unwrap();
        }
    }
    assert_eq!(lint(&program, folder.path(), &files), BTreeMap::new());
}

/// Faults that somebody could make in a mapping, and what the linter says of each.
const FAULTS: [(&str, &str, &str); 8] = [
    ("CidrBlock: \"10.20.0.0/16\"", "CidrBlok: \"10.20.0.0/16\"", "'CidrBlok' was unexpected"),
    ("InternetGateway\n", "InternetGatewayy\n", "'AWS::EC2::InternetGatewayy' does not exist"),
    ("VpcId: !Ref Shop\n", "VpcId: !Ref Shopp\n", "'Shopp' is not one of"),
    ("App0.AvailabilityZone", "App0.AvailabilityZon", "'AvailabilityZon' is not one of"),
    ("EnableDnsSupport: true", "EnableDnsSupport: maybe", "'maybe' is not of type 'boolean'"),
    ("Engine: postgres\n", "Engine: postgress\n", "'postgress' is not one of"),
    ("AssumeRolePolicyDocument:", "X:", "'AssumeRolePolicyDocument' is a required property"),
    ("DependsOn: ShopGatewayAttachment", "DependsOn: Gateway", "'Gateway' is not one of"),
];

#[test]
fn cfn_lint_finds_every_fault() {
    let Some(program) = python_tool("cfn_lint_finds_every_fault", "cfn-lint") else {
        return;
    };
    let files = export(TEMPLATE, "production", "cloudformation");
    let mut text = file(&files, "template.yaml").to_owned();
    for (old, new, _) in FAULTS {
        assert!(text.contains(old), "the template has no {old}");
        text = text.replacen(old, new, 1);
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("faulty.yaml"), text).unwrap();
    let found = lint(&program, folder.path(), &["faulty.yaml".to_owned()]);
    let said = found.into_values().flatten().collect::<Vec<_>>();
    for (_, new, wanted) in FAULTS {
        assert!(said.iter().any(|said| said.contains(wanted)), "nobody sees {new}: {said:#?}");
    }
}
