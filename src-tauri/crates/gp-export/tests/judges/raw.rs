//! Raw resources: written in the format that has their type, with references to what is drawn, and never more than that.

use crate::{
    hcl_judge::body,
    support::{self, RAW, all, check_says, check_writes, export, file},
};

#[test]
fn raw_resources_become_this_terraform() {
    insta::assert_snapshot!(file(&export(RAW, "production", "terraform"), "raw.tf"));
}

#[test]
fn raw_resources_become_this_cloudformation() {
    let files = export(RAW, "production", "cloudformation");
    let text = file(&files, "template.yaml");
    let start = text.find("  # stack-group").unwrap();
    insta::assert_snapshot!(&text[start..]);
}

#[test]
fn what_waits_by_a_link_waits() {
    let files = export(RAW, "production", "terraform");
    let compute = file(&files, "compute.tf");
    let waits = "depends_on = [aws_service_discovery_private_dns_namespace.space]";
    assert!(compute.contains(waits), "{compute}");
    assert!(file(&files, "raw.tf").contains("depends_on = [aws_instance.app]"));
    let files = export(RAW, "production", "cloudformation");
    assert!(file(&files, "template.yaml").contains("DependsOn: StackSpace"));
}

#[test]
fn a_type_of_the_other_format_is_left_out_and_said() {
    check_says(RAW, "terraform", "Terraform leaves “stack-space” out");
    check_says(RAW, "cloudformation", "CloudFormation leaves “cluster” out");
    // What waits for something that is not there does not wait.
    assert!(!all(&export(RAW, "production", "cloudformation")).contains("DependsOn: Space"));
}

#[test]
fn one_of_several_must_be_named() {
    let several = RAW.replace("for ${images.arn}", "for ${app.arn}");
    check_says(&several, "terraform", "write ${app[0].arn}");
    check_says(&several, "cloudformation", "of several things a text can take one");
    let none = RAW.replace("${app[1].", "${app[7].");
    check_says(&none, "terraform", "“app” has no [7]");
    let whole =
        RAW.replace("vpc = \"${shop.id}\"", "vpc = \"${shop.id}\"\nsubnets = \"${tier.id}\"");
    assert!(
        all(&export(&whole, "production", "terraform")).contains("values(aws_subnet.tier)[*].id")
    );
}

#[test]
fn secrets_become_variables() {
    let secret = RAW
        .replace("name = \"shop.local\"", "name = \"${secret.name}\"")
        .replace("Name = \"shop.internal\"", "Name = \"${secret.name}\"");
    check_writes(&secret, "var.secret_name", "Name: !Ref SecretName");
}

#[test]
fn what_exists_is_looked_up() {
    let exists =
        RAW.replace("title = \"Name space\"", "title = \"Name space\"\nlifecycle = \"existing\"");
    let text = all(&export(&exists, "production", "terraform"));
    assert!(
        text.contains("data \"aws_service_discovery_private_dns_namespace\" \"space\""),
        "{text}"
    );
    assert!(
        text.contains("namespace = data.aws_service_discovery_private_dns_namespace.space.arn")
    );
}

#[test]
fn hostile_types_names_and_texts_are_no_code() {
    let plain = body(&export(RAW, "production", "terraform")).blocks().count();
    for evil in [
        "\\\"} resource \\\"aws_iam_user\\\" \\\"x",
        "${path.module}",
        "%{ if true }",
        "a\\n}\\nb",
        "$",
    ] {
        let files = export(
            &RAW.replace("\"shop.local\"", &format!("\"{evil}\"")),
            "production",
            "terraform",
        );
        assert_eq!(body(&files).blocks().count(), plain, "{evil}");
        // In a text beside a reference.
        let files = export(
            &RAW.replace("for ${images.arn}", &format!("{evil}${{images.arn}}")),
            "production",
            "terraform",
        );
        assert_eq!(body(&files).blocks().count(), plain, "{evil}");
        let keyed =
            RAW.replace("name = \"shop.local\"", &format!("name = \"x\"\n\"{evil}\" = \"y\""));
        let files = export(&keyed, "production", "terraform");
        assert_eq!(body(&files).blocks().count(), plain, "{evil}");
        let typed = RAW.replace("\"aws_ecs_cluster\"", &format!("\"aws_{evil}\""));
        let files = export(&typed, "production", "terraform");
        assert_eq!(body(&files).blocks().count(), plain - 1, "{evil}");
        let typed = RAW.replace("\"AWS::RDS::DBSubnetGroup\"", &format!("\"AWS::{evil}::X\""));
        let files = export(&typed, "production", "cloudformation");
        if let Some(json) = support::cloudformation_json("hostile raw", &files) {
            let all = json["Resources"].as_object().unwrap();
            assert!(!all.contains_key("StackGroup"), "{evil}");
        }
    }
    for own in ["provisioner", "for_each", "provider", "depends_on"] {
        let said = RAW.replace(
            "name = \"shop.local\"",
            &format!("name = \"x\"\n{own} = {{ command = \"reboot\" }}"),
        );
        check_says(&said, "terraform", &format!("Terraform leaves `{own}`"));
        assert!(!all(&export(&said, "production", "terraform")).contains("reboot"));
    }
}
