//! Names that try to be code come out as names, in every format.

use crate::{
    hcl_judge::body,
    support::{all, cloudformation_json, export, program},
};
use std::{fmt::Write as _, process::Command};

const NAMES: [&str; 8] = [
    "\"} resource \"aws_iam_user\" \"x",
    "<script>alert(1)</script>",
    "$(reboot) ${path.module} %{ if true }",
    "line one\nline two\r\n\t#",
    "]]> --> &amp; <!--",
    "EOT\n}\n",
    "{{x}}: - !Ref 'y' \\ \u{202e} ümlaut 🚀 $",
    LONG,
];
/// 300 letters.
const LONG: &str = match std::str::from_utf8(&[b'n'; 300]) {
    Ok(text) => text,
    Err(_) => unreachable!(),
};

fn design(name: &str) -> String {
    let quoted = toml_text(name);
    crate::support::TEMPLATE
        .replace("\"App server\"", &quoted)
        .replace("\"Orders\"", &quoted)
        .replace("name = \"Web shop\"", &format!("name = {quoted}"))
        .replace("\"shop-team\"", &quoted)
        .replace("image = \"debian-12\"", &format!("image = \"debian-12\"\nuser-data = {quoted}"))
}

fn toml_text(name: &str) -> String {
    let mut out = String::from("\"");
    for c in name.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => write!(out, "\\u{:04X}", u32::from(c)).unwrap(),
            c => out.push(c),
        }
    }
    out + "\""
}

/// The text of a Terraform value, templates without interpolation resolved.
fn text(value: &hcl::Expression) -> Option<String> {
    use hcl::eval::{Context, Evaluate};
    match value.evaluate(&Context::new()).ok()? {
        hcl::Value::String(text) => Some(text),
        _ => None,
    }
}

#[test]
fn in_terraform_a_hostile_name_reads_back_as_it_was_typed() {
    for name in NAMES {
        let files = export(&design(name), "production", "terraform");
        let body = body(&files);
        let plain = export(crate::support::TEMPLATE, "production", "terraform");
        assert_eq!(
            body.blocks().count(),
            self::body(&plain).blocks().count(),
            "no block more than drawn: {name:?}"
        );
        let database = body
            .blocks()
            .find(|b| b.labels.first().is_some_and(|l| l.as_str() == "aws_db_instance"))
            .unwrap();
        let tags = database.body.attributes().find(|a| a.key.as_str() == "tags").unwrap();
        let hcl::Expression::Object(tags) = tags.expr() else { panic!("tags are a map") };
        let read: Vec<String> = tags.iter().filter_map(|(_, value)| text(value)).collect();
        assert_eq!(read, [name, name], "Name and owner");
        let server = body
            .blocks()
            .find(|b| b.labels.first().is_some_and(|l| l.as_str() == "aws_instance"))
            .unwrap();
        let data = server.body.attributes().find(|a| a.key.as_str() == "user_data").unwrap();
        assert_eq!(text(data.expr()).as_deref(), Some(name));
        assert!(files.files.keys().all(|path| !path.contains("..") && !path.contains('/')));
    }
}

/// Things that keep and pass on, all with this title, and a key called so.
fn kept(name: &str) -> String {
    let quoted = toml_text(name);
    let mut design = crate::support::EVERY_KIND.to_owned();
    let guards = ["master", "token", "seal", "batch", "shield", "journal", "jobs-wait", "overview"];
    let kept = ["answers", "uploads", "news", "clicks", "baskets", "copies", "sentry"];
    for id in kept.into_iter().chain(guards) {
        let head = format!("[resource.{id}]\n");
        assert!(design.contains(&head), "{id}");
        design = design.replacen(&head, &format!("{head}title = {quoted}\n"), 1);
    }
    design.replacen("key = \"customer\"", &format!("key = {quoted}"), 1)
}

#[test]
fn hostile_names_of_what_keeps_and_passes_on_read_back_as_they_were_typed() {
    let plain = body(&export(crate::support::EVERY_KIND, "production", "terraform"));
    for name in NAMES {
        let body = body(&export(&kept(name), "production", "terraform"));
        assert_eq!(body.blocks().count(), plain.blocks().count(), "{name:?}");
        let titles = body.blocks().filter(|block| {
            let tags = block.body.attributes().find(|a| a.key.as_str() == "tags");
            let Some(hcl::Expression::Object(tags)) = tags.map(hcl::Attribute::expr) else {
                return false;
            };
            tags.values().any(|value| text(value).as_deref() == Some(name))
        });
        let types: Vec<&str> = titles.map(|block| block.labels[0].as_str()).collect();
        for type_ in [
            "aws_elasticache_replication_group",
            "aws_efs_file_system",
            "aws_sns_topic",
            "aws_kinesis_stream",
            "aws_dynamodb_table",
            "aws_kms_key",
            "aws_secretsmanager_secret",
            "aws_acm_certificate",
            "aws_iam_role",
            "aws_wafv2_web_acl",
            "aws_cloudwatch_log_group",
            "aws_cloudwatch_metric_alarm",
            "aws_backup_vault",
            "aws_guardduty_detector",
        ] {
            assert!(types.contains(&type_), "{type_} in {types:?} for {name:?}");
        }
        let table = body.blocks().find(|b| b.labels[0].as_str() == "aws_dynamodb_table").unwrap();
        let key = table.body.attributes().find(|a| a.key.as_str() == "hash_key").unwrap();
        assert_eq!(text(key.expr()).as_deref(), Some(name));
    }
}

#[test]
fn in_cloudformation_a_hostile_key_reads_back_as_it_was_typed() {
    let test = "in_cloudformation_a_hostile_key_reads_back_as_it_was_typed";
    for name in &NAMES[..4] {
        let files = export(&kept(name), "production", "cloudformation");
        let Some(template) = cloudformation_json(test, &files) else { return };
        let table = &template["Resources"]["Baskets"]["Properties"];
        assert_eq!(table["KeySchema"][0]["AttributeName"].as_str(), Some(*name));
        let body = &template["Resources"]["Overview"]["Properties"]["DashboardBody"];
        let body = body["Fn::Sub"].as_str().unwrap().replace("${!", "\u{1}{");
        let body: serde_json::Value = serde_json::from_str(&body.replace('\u{1}', "$")).unwrap();
        let titles = body["widgets"].as_array().unwrap().iter();
        let mut titles = titles.map(|own| own["properties"]["title"].as_str().unwrap());
        let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let same = |title: &str| title.split_whitespace().collect::<Vec<_>>().join(" ") == line;
        assert!(titles.any(same), "{line:?} in {body}");
    }
}

#[test]
fn terraform_itself_reads_a_hostile_name_back() {
    let test = "terraform_itself_reads_a_hostile_name_back";
    let Some(terraform) = program(test, "terraform") else {
        return;
    };
    for name in NAMES {
        let mut quoted = String::new();
        gp_export::formats::terraform::writer::write_text(&mut quoted, name);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("main.tf"),
            format!("output \"x\" {{\n  value = {quoted}\n}}\n"),
        )
        .unwrap();
        let run = |words: &[&str]| {
            let mut command = Command::new(&terraform);
            command
                .args(words)
                .env("TF_CLI_CONFIG_FILE", "/dev/null")
                .env("CHECKPOINT_DISABLE", "1");
            command.current_dir(folder.path()).output().unwrap()
        };
        let applied = run(&["apply", "-auto-approve", "-no-color"]);
        assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
        assert_eq!(String::from_utf8(run(&["output", "-raw", "x"]).stdout).unwrap(), name);
        let formatted = run(&["fmt", "-check"]);
        assert!(formatted.status.success(), "{name:?}");
    }
}

#[test]
fn in_cloudformation_a_hostile_name_reads_back_as_it_was_typed() {
    let test = "in_cloudformation_a_hostile_name_reads_back_as_it_was_typed";
    for name in NAMES {
        let files = export(&design(name), "production", "cloudformation");
        let Some(template) = cloudformation_json(test, &files) else {
            return;
        };
        let tags = template["Resources"]["Orders"]["Properties"]["Tags"].as_array().unwrap();
        let read: Vec<&str> =
            tags.iter().take(2).map(|tag| tag["Value"].as_str().unwrap()).collect();
        assert_eq!(read, [name, name]);
        let data = &template["Resources"]["App0"]["Properties"]["UserData"]["Fn::Base64"];
        assert_eq!(data.as_str(), Some(name));
    }
}

#[test]
fn in_a_picture_a_hostile_name_is_no_markup() {
    for name in NAMES {
        let files = export(&design(name), "production", "svg");
        let svg = all(&files);
        assert!(!svg.contains("<script"), "{name:?}");
        assert!(files.files.keys().all(|path| !path.contains("..") && !path.contains('/')));
        let path = files.files.keys().next().unwrap().clone();
        let inside = gp_export::picture::design_inside(&files.files[&path]);
        assert_eq!(inside, gp_export::picture::Carried::Design(design(name)));
        let png = export(&design(name), "production", "png");
        let inside = gp_export::picture::design_inside(png.files.values().next().unwrap());
        assert_eq!(inside, gp_export::picture::Carried::Design(design(name)));
        let pdf = export(&design(name), "production", "pdf");
        assert!(pdf.files.values().next().unwrap().starts_with(b"%PDF-"), "{name:?}");
        assert!(pdf.files.keys().chain(png.files.keys()).all(|path| !path.contains('/')));
    }
}
