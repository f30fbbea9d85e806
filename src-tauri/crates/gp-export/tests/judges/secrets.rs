//! `${secret.NAME}` comes out as a variable that whoever applies the export fills in: neither the
//! value (which nobody has here) nor the name in its place.

use crate::{
    hcl_judge,
    support::{EVERY_KIND, all, check_says, check_writes, cloudformation_json, export, file},
};

/// Every kind, with these raw attributes at the database.
fn orders(raw: &str) -> String {
    EVERY_KIND.replacen(
        "[resource.images]",
        &format!("[resource.orders.on.aws]\n{raw}\n\n[resource.images]"),
        1,
    )
}

fn toml(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[test]
fn a_secret_password_is_a_sensitive_variable_and_a_parameter_without_echo() {
    let design = orders("password = \"${secret.db}\"");
    check_writes(
        &design,
        "variable \"secret_db\" {\n  description = \"The secret “db” of the design.\"\n  type        = string\n  sensitive   = true\n}",
        "  SecretDb:\n    Type: String\n    Description: \"The secret “db” of the design. Give it when the stack is made or changed, never in a file.\"\n    NoEcho: true\n",
    );
    check_writes(&design, "  password = var.secret_db\n", "MasterUserPassword: !Ref SecretDb\n");
    for format in ["terraform", "cloudformation"] {
        let text = all(&export(&design, "production", format));
        assert!(!text.contains("secret.db"), "the name is not the value");
        assert_eq!(
            text.matches("= var.secret_db").count() + text.matches("!Ref SecretDb").count(),
            1
        );
        for both in ["manage_master_user_password", "ManageMasterUserPassword"] {
            assert!(!text.contains(both), "RDS keeps a password of its own, or takes ours");
        }
    }
    let readme = export(&design, "production", "terraform");
    assert!(file(&readme, "README.md").contains("- `TF_VAR_secret_db`: The secret “db”"));
}

#[test]
fn scripts_and_tags_take_secrets_too() {
    let design = EVERY_KIND.replace(
        "user-data = \"#!/bin/sh\\necho \\\"${HOSTNAME} %{x} \\\\ done\\\"\\n\"",
        "user-data = \"${secret.script}\"\ntags = { pass = \"${secret.tag}\" }",
    );
    assert_ne!(design, EVERY_KIND);
    check_writes(
        &design,
        "user_data                   = var.secret_script\n",
        "UserData:\n        Fn::Base64: !Ref SecretScript\n",
    );
    check_writes(&design, "= var.secret_tag\n", "Value: !Ref SecretTag\n");
}

#[test]
fn a_variable_of_a_container_is_kept_by_aws_where_it_is_a_secret() {
    check_writes(
        EVERY_KIND,
        "  secret_string = var.secret_basket_key\n",
        "SecretString: !Ref SecretBasketKey\n",
    );
    check_writes(
        EVERY_KIND,
        "valueFrom = aws_secretsmanager_secret_version.basket_api_api_key.arn\n",
        "ValueFrom: !Ref BasketApiSecretAPIKEY\n",
    );
}

#[test]
fn hostile_names_of_secrets_stay_names_and_stay_apart() {
    let names = ["a-b", "a_b", "a\"\nx = \"y", "ü", "!Ref X", "${path.module"];
    let members: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, name)| format!("tag{n} = {}", toml(&format!("${{secret.{name}}}"))))
        .collect();
    let design = EVERY_KIND.replacen(
        "[resource.images]",
        &format!("[resource.orders.tags]\n{}\n\n[resource.images]", members.join("\n")),
        1,
    );
    let files = export(&design, "production", "terraform");
    let secrets = |files: &gp_plan::FileSet| {
        let body = hcl_judge::body(files);
        let is_one = |block: &&hcl::Block| {
            block.identifier.as_str() == "variable"
                && block.labels[0].as_str().starts_with("secret_")
        };
        body.blocks().filter(is_one).count()
    };
    // The last one is no whole value: `{` stands in it.
    let own = secrets(&export(EVERY_KIND, "production", "terraform"));
    assert_eq!(secrets(&files) - own, names.len() - 1, "{}", file(&files, "variables.tf"));
    check_says(&design.replace("tags]\n", "on.aws]\n"), "terraform", "inside a longer text");
    let test = "hostile_names_of_secrets_stay_names_and_stay_apart";
    let files = export(&design, "production", "cloudformation");
    let Some(template) = cloudformation_json(test, &files) else { return };
    let parameters = template["Parameters"].as_object().unwrap().clone();
    let hidden = |parameters: &serde_json::Map<String, serde_json::Value>| {
        parameters.values().filter(|parameter| parameter["NoEcho"] == true).count()
    };
    let files = export(EVERY_KIND, "production", "cloudformation");
    let Some(template) = cloudformation_json(test, &files) else { return };
    let own = template["Parameters"].as_object().map_or(0, hidden);
    assert_eq!(hidden(&parameters) - own, names.len() - 1);
}

#[test]
fn a_secret_where_the_export_needs_the_value_is_an_error() {
    let design = EVERY_KIND.replace("domain = \"shop.example.com\"", "domain = \"${secret.name}\"");
    for format in ["terraform", "cloudformation"] {
        check_says(&design, format, "needs to know `domain` of “names”");
    }
}
