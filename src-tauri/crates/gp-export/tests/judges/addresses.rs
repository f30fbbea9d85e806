//! Addresses in exports are AWS's own, by reference: those that a lab gives in their place never
//! leave it.

use crate::support::{EVERY_KIND, all, cases, check_says, check_writes, export};
use std::fmt::Write as _;

/// Every kind, with a name for everything that has instances, in the public and the private zone.
fn named() -> String {
    let mut design = EVERY_KIND.to_owned();
    let things = [
        "jump",
        "app",
        "entry",
        "wire",
        "orders",
        "images",
        "jobs",
        "worker",
        "way-out",
        "images-door",
        "jobs-door",
        "partner",
        "operators",
        "internet",
        "scratch",
    ];
    for zone in ["names", "inner-names"] {
        let rows: String = things.iter().fold(String::new(), |mut rows, thing| {
            write!(rows, "{{ name = \"the-{thing}\", value = \"{thing}\" }}, ").unwrap();
            rows
        });
        let head = format!("[resource.{zone}]\nkind = \"dns-zone\"");
        assert!(design.contains(&head));
        let domain = if zone == "names" { "\"shop.example.com\"" } else { "\"shop.internal\"" };
        design = design.replace(
            "records = [{ name = \"mail\", type = \"MX\", value = \"10 mail.example.com\" }]",
            "",
        );
        let line = format!("domain = {domain}\n");
        design = design.replacen(&line, &format!("{line}records = [{rows}]\n"), 1);
    }
    design
}

#[test]
fn no_export_carries_an_address_of_the_lab() {
    let named = named();
    let designs = cases().into_iter().chain([(named.as_str(), "production")]);
    for (design, environment) in designs {
        for format in ["terraform", "cloudformation"] {
            let text = all(&export(design, environment, format));
            let lines = text.lines().filter(|line| {
                ["198.18.", "198.19.", "203.0.113."].iter().any(|range| line.contains(range))
            });
            assert_eq!(lines.collect::<Vec<_>>(), Vec::<&str>::new(), "{format}");
        }
    }
}

#[test]
fn names_lead_to_the_things_themselves() {
    let design = named();
    check_writes(
        &design,
        "records = values(aws_instance.jump)[*].public_ip",
        "ResourceRecords:\n        - !GetAtt Jump0.PublicIp\n",
    );
    check_writes(
        &design,
        "records = values(aws_instance.app)[*].private_ip",
        "ResourceRecords:\n        - !GetAtt App0.PrivateIp\n        - !GetAtt App1.PrivateIp\n",
    );
    check_writes(&design, "records = [\"192.0.2.77\"]", "- \"192.0.2.77\"\n");
}

#[test]
fn a_name_that_leads_nowhere_is_said_and_left_out() {
    let design = named();
    for format in ["terraform", "cloudformation"] {
        check_says(
            &design,
            format,
            "“the-app.shop.example.com” is left out of “names”: “App server” has no public address",
        );
        check_says(&design, format, "“images” has no address of its own on AWS");
        check_says(&design, format, "“operators” says no address");
        let text = all(&export(&design, "production", format));
        for record in ["names_the_images_", "NamesTheImages"] {
            assert!(!text.contains(record), "{text}");
        }
    }
}
