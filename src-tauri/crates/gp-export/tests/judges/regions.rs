//! Two regions in one design: what AWS keeps apart by region is asked for and named in each.

use crate::support::{all, export};

/// Two networks, peered, with a server in each.
pub const DESIGN: &str = r#"format = 1
[design]
name = "Far"
[resource.frankfurt]
kind = "region"
location = "frankfurt"
[resource.virginia]
kind = "region"
location = "virginia"
[resource.near]
kind = "network"
parent = "frankfurt"
cidr = "10.1.0.0/16"
[resource.far]
kind = "network"
parent = "virginia"
cidr = "10.2.0.0/16"
[resource.near-tier]
kind = "subnet"
parent = "near"
[resource.far-tier]
kind = "subnet"
parent = "far"
[resource.one]
kind = "server"
parent = "near-tier"
[resource.other]
kind = "server"
parent = "far-tier"
[resource.store]
kind = "database"
parent = "far-tier"
encrypted = true
backup = "7 days"
[resource.store-copy]
kind = "database"
parent = "near-tier"
standby = true
encrypted = true
[link.store-copied]
from = "store"
to = "store-copy"
[resource.front]
kind = "load-balancer"
parent = "near-tier"
listeners = [{ protocol = "https", port = 443, certificate = "a.example.com" }]
[resource.back]
kind = "load-balancer"
parent = "far-tier"
listeners = [{ protocol = "https", port = 443, certificate = "a.example.com" }]
[link.near-far]
from = "near"
to = "far"
kind = "peering"
[link.one-other]
from = "one"
to = "other"
allow = ["tcp/8080"]
[link.one-store]
from = "one"
to = "store"
[environment.production]
provider = "aws"
"#;

#[test]
fn a_copy_in_another_region_is_made_of_the_first_by_its_arn_with_a_key_of_its_own_region() {
    let text = all(&export(DESIGN, "production", "terraform"));
    let at = text.find("resource \"aws_db_instance\" \"store_copy\"").expect("the copy is made");
    let copy = &text[at..][..text[at..].find("\n}\n").unwrap()];
    for wanted in [
        "replicate_source_db             = aws_db_instance.store.arn",
        "kms_key_id                      = data.aws_kms_key.rds_default.arn",
        "skip_final_snapshot             = true",
        "multi_az                        = true",
    ] {
        assert!(copy.contains(wanted), "no {wanted} in {copy}");
    }
    for absent in ["username", "manage_master", "allocated_storage", "provider ", "engine "] {
        assert!(!copy.contains(absent), "{absent} in {copy}");
    }
    assert!(!text.contains("store_copy_secret_arn"), "its users are those of the first");
    let key = "data \"aws_kms_key\" \"rds_default\" {\n  key_id = \"alias/aws/rds\"";
    assert!(text.contains(key), "{text}");
}

#[test]
fn what_aws_copies_not_is_said() {
    let said = |old: &str, new: &str, wanted: &str| {
        let files = export(&DESIGN.replacen(old, new, 1), "production", "terraform");
        let all: Vec<_> = files.diagnostics.into_iter().map(|d| d.message).collect();
        assert!(all.iter().any(|message| message.contains(wanted)), "no {wanted} in {all:?}");
    };
    said("backup = \"7 days\"", "", "AWS makes replicas from backups, and “store” keeps none");
    said("backup", "engine = \"sqlserver\"\nbackup", "in its enterprise edition only");
    said("backup", "lifecycle = \"external\"\nbackup", "“store”, of which it is drawn as a copy");
}

#[test]
fn images_and_certificates_are_looked_up_in_each_region() {
    let text = all(&export(DESIGN, "production", "terraform"));
    for wanted in [
        "data \"aws_ami\" \"debian_12\" {\n  most_recent",
        "data \"aws_ami\" \"debian_12_virginia\" {\n  provider = aws.virginia",
        "data \"aws_acm_certificate\" \"a_example_com\" {\n  domain",
        "data \"aws_acm_certificate\" \"a_example_com_virginia\" {\n  provider = aws.virginia",
    ] {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
    assert_eq!(text.matches("data.aws_ami.debian_12_virginia.id").count(), 1);
}

#[test]
fn a_rule_for_another_region_names_addresses_and_no_group() {
    let text = all(&export(DESIGN, "production", "terraform"));
    assert!(!text.contains("referenced_security_group_id"), "AWS refuses: {text}");
    let ranges = |name: &str| {
        let block = text.split("resource \"aws_vpc_security_group_").filter(|b| b.contains(name));
        let lines = block.flat_map(|block| block.lines().filter(|line| line.contains("cidr_ipv4")));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    // The server by its own address, the database by the subnets in which AWS gives it one.
    assert!(
        ranges("\"one_other\"").iter().any(|line| line.contains("10.2.") && line.contains("/32"))
    );
    assert!(
        ranges("\"one_store").iter().any(|line| line.contains("10.2.") && !line.contains("/32"))
    );
}
