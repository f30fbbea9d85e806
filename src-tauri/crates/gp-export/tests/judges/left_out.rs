//! What is drawn and not written is said at the resource.

use crate::support::{EVERY_KIND, export};

/// Says `format` about the design, changed by replacing one text.
#[track_caller]
fn check_said(format: &str, (old, new): (&str, &str), wanted: &str) {
    assert!(EVERY_KIND.contains(old), "the design has no {old}");
    let files = export(&EVERY_KIND.replacen(old, new, 1), "production", format);
    let said: Vec<String> = files.diagnostics.iter().map(|d| d.message.clone()).collect();
    assert!(said.iter().any(|message| message.contains(wanted)), "{format}: {said:#?}");
    let before = export(EVERY_KIND, "production", format);
    assert!(before.diagnostics.iter().all(|d| !d.message.contains(wanted)), "said of all");
}

#[test]
fn snapshots_of_a_volume_are_said_to_be_left_out() {
    let change = ("size = \"50 GiB\"", "size = \"50 GiB\"\nsnapshots = \"7 days\"");
    for format in ["terraform", "cloudformation"] {
        check_said(format, change, "leaves the snapshots of");
    }
}

#[test]
fn a_bucket_that_triggers_is_said_to_be_left_out() {
    let change = (
        "[link.jobs-worker]",
        "[link.pages-worker]\nfrom = \"pages\"\nto = \"worker\"\nkind = \"trigger\"\n\n[link.jobs-worker]",
    );
    for format in ["terraform", "cloudformation"] {
        check_said(format, change, "triggers worker");
    }
}

#[test]
fn cloudformation_says_what_only_terraform_holds() {
    let ipv6 = ("flow-logs = true", "flow-logs = true\nipv6 = true");
    check_said("cloudformation", ipv6, "leaves the IPv6 range of");
    let raw = (
        "[resource.jump]",
        "[resource.scratch.on.aws.aws_volume_attachment]\nforce_detach = true\n\n[resource.jump]",
    );
    check_said("cloudformation", raw, "on.aws.aws_volume_attachment");
}

#[test]
fn one_stack_is_said_to_hold_one_region() {
    let second = (
        "[resource.lane-a]",
        "[resource.zurich]\nkind = \"region\"\nlocation = \"zurich\"\n\n[resource.lane-a]",
    );
    check_said("cloudformation", second, "one CloudFormation stack holds one region");
}
