//! Drawn firewalls as network ACLs, and those in the way as Network Firewalls: what these cannot say is
//! said, and nothing opens by itself.

use crate::{
    hcl_judge::body,
    support::{EVERY_KIND, GUARDED, check_says, export, said},
};

const ROWS: &str = "  { action = \"deny\", source = \"192.0.2.0/24\", destination = \"any\", protocol = \"tcp\", ports = \"5432\", comment = \"never from there\" },\n  { action = \"allow\", source = \"any\", destination = \"any\", protocol = \"tcp\", ports = \"5432\", comment = \"the database\" },\n";

/// Every kind, with other rows in the firewall before the data tier.
fn guard(rows: &str) -> String {
    assert!(EVERY_KIND.contains(ROWS));
    EVERY_KIND.replace(ROWS, rows)
}

/// The entries of the firewall's ACL one way, as `number action protocol ports range`.
fn entries(design: &str, egress: bool) -> Vec<String> {
    let body = body(&export(design, "production", "terraform"));
    let rules = body.blocks().filter(|block| {
        block.labels.first().is_some_and(|label| label.as_str() == "aws_network_acl_rule")
    });
    let line = |block: &hcl::Block| {
        let get = |name: &str| {
            let mut all = block.body.attributes();
            all.find(|a| a.key.as_str() == name)
                .map_or(String::new(), |a| a.expr().to_string().replace('"', ""))
        };
        (get("egress") == egress.to_string()).then(|| {
            let ports = format!("{}-{}", get("from_port"), get("to_port"));
            format!("{} {} {ports} {}", get("rule_action"), get("protocol"), get("cidr_block"))
        })
    };
    rules.filter_map(line).collect()
}

#[test]
fn answers_come_before_the_line_that_denies_the_rest() {
    let design = guard(
        "{ action = \"allow\", source = \"app-tier\", destination = \"data-tier\", protocol = \"tcp\", ports = \"5432\" },\n  { action = \"deny\", source = \"any\", destination = \"any\" },\n",
    );
    let out = entries(&design, true);
    assert_eq!(out.last().unwrap(), "deny -1 - 0.0.0.0/0", "{out:#?}");
    assert!(out.iter().any(|line| line.starts_with("allow tcp 1024-65535 10.20.")), "{out:#?}");
}

#[test]
fn answers_to_everything_are_no_more_than_answers() {
    let design =
        guard("{ action = \"allow\", source = \"data-tier\", destination = \"10.9.0.0/16\" },\n");
    let wanted = [
        "allow icmp - 10.9.0.0/16",
        "allow tcp 1024-65535 10.9.0.0/16",
        "allow udp 1024-65535 10.9.0.0/16",
    ];
    assert_eq!(entries(&design, false), wanted);
}

#[test]
fn ports_that_answers_open_to_everybody_are_said() {
    for format in ["terraform", "cloudformation"] {
        check_says(EVERY_KIND, format, "lets ports 1024 to 65535 in from everywhere");
        let narrow = guard(
            "{ action = \"allow\", source = \"app-tier\", destination = \"data-tier\", protocol = \"tcp\", ports = \"5432\" },\n",
        );
        assert!(said(&narrow, format).iter().all(|said| !said.contains("from everywhere")));
    }
}

#[test]
fn a_line_that_denies_answers_is_said() {
    let design = guard(
        "{ action = \"deny\", source = \"10.9.0.0/16\", destination = \"data-tier\" },\n  { action = \"allow\", source = \"data-tier\", destination = \"10.9.0.0/16\", protocol = \"tcp\", ports = \"443\" },\n  { action = \"allow\", source = \"app-tier\", destination = \"data-tier\" },\n",
    );
    check_says(&design, "terraform", "line 1 of “guard” denies answers as well as calls");
}

#[test]
fn what_aws_gives_an_address_is_named_by_its_subnets() {
    let design = guard(
        "{ action = \"allow\", source = \"entry\", destination = \"any\", protocol = \"tcp\", ports = \"5432\" },\n",
    );
    let ranges = entries(&design, false);
    assert!(ranges.iter().all(|line| !line.contains("/32")), "{ranges:#?}");
    assert!(ranges.iter().any(|line| line.starts_with("allow tcp 5432-5432 10.20.")));
    check_says(&design, "cloudformation", "name “entry”, whose addresses AWS chooses");
}

#[test]
fn a_subnet_has_one_acl_and_the_other_firewall_is_said() {
    let second = "[resource.outer]\nkind = \"firewall\"\nparent = \"shop\"\nrules = [{ action = \"allow\", source = \"any\", destination = \"any\" }]\n\n[resource.jump]";
    let design = EVERY_KIND.replacen("[resource.jump]", second, 1);
    check_says(&design, "terraform", "the lines of “outer” are left out");
    let body = body(&export(&design, "production", "terraform"));
    let acls = body
        .blocks()
        .filter(|block| block.labels.first().is_some_and(|l| l.as_str() == "aws_network_acl"));
    let data = acls.filter(|block| {
        let ids = block.body.attributes().find(|a| a.key.as_str() == "subnet_ids").unwrap();
        ids.expr().to_string().contains("data_tier")
    });
    assert_eq!(data.count(), 1);
}

/// What all stateful rules of a design say, as `action protocol source destination port message`.
fn lines(design: &str) -> Vec<String> {
    let body = body(&export(design, "production", "terraform"));
    let group = body.blocks().find(|block| {
        block.labels.first().is_some_and(|l| l.as_str() == "aws_networkfirewall_rule_group")
    });
    fn inside<'b>(body: &'b hcl::Body, name: &str) -> Vec<&'b hcl::Body> {
        let all = body.blocks().filter(|block| block.identifier.as_str() == name);
        all.map(|block| &block.body).collect()
    }
    let get = |body: &hcl::Body, name: &str| {
        let found = body.attributes().find(|a| a.key.as_str() == name).unwrap();
        match found.expr() {
            hcl::Expression::String(text) => text.clone(),
            other => panic!("{other:?}"),
        }
    };
    let source = inside(inside(&group.unwrap().body, "rule_group")[0], "rules_source")[0];
    let line = |rule: &&hcl::Body| {
        let header = inside(rule, "header")[0];
        let ends = ["protocol", "source", "destination", "destination_port"];
        let ends = ends.map(|name| get(header, name)).join(" ");
        let message = inside(rule, "rule_option")
            .into_iter()
            .find(|option| get(option, "keyword") == "msg")
            .and_then(|option| option.attributes().find(|a| a.key.as_str() == "settings"));
        let hcl::Expression::Array(settings) = message.unwrap().expr() else { panic!() };
        let hcl::Expression::String(message) = &settings[0] else { panic!("{settings:?}") };
        format!("{} {ends} {message}", get(rule, "action"))
    };
    inside(source, "stateful_rule").iter().map(line).collect()
}

#[test]
fn a_firewall_in_the_way_has_its_lines_in_order() {
    assert_eq!(
        lines(GUARDED),
        [
            "DROP IP 10.2.0.0/16 192.0.2.10/32 ANY \"line 1 - the bank _pays__ nobody_ _(reboot) __x_\"",
            "PASS TCP [10.1.0.9/32,10.1.0.72/32] 192.0.2.10/32 443 \"line 2 - pays\"",
            "PASS TCP [10.1.0.9/32,10.1.0.72/32] 192.0.2.10/32 8443:8445 \"line 2 - pays\"",
            "PASS UDP 10.0.0.0/8 192.0.2.53/32 53 \"line 3\"",
            "PASS ICMP 10.0.2.0/24 ANY ANY \"line 4\"",
        ]
    );
}

#[test]
fn a_firewall_in_the_way_says_what_it_cannot() {
    for format in ["terraform", "cloudformation"] {
        let service = GUARDED.replace(
            "destination = \"internet\", protocol = \"icmp\"",
            "destination = \"files\", protocol = \"tcp\", ports = \"443\"",
        ) + "\n[resource.files]\nkind = \"bucket\"\nparent = \"frankfurt\"\n";
        check_says(&service, format, "line 4 of “Wall” names a service");
        let edge = GUARDED.replace("mode = \"appliance\"\n", "");
        check_says(&edge, format, "a network ACL writes nothing down");
        let bare = GUARDED.replace("parent = \"tools-tier\"", "parent = \"wall-tier\"").replace(
            "[resource.tools-tier]\nkind = \"subnet\"\nparent = \"middle\"\n",
            "[resource.tools-tier]\nkind = \"subnet\"\nparent = \"middle\"\nexposure = \"isolated\"\n",
        );
        check_says(&bare, format, "lands in no private subnet of “middle” that leads on");
    }
}

#[test]
fn raw_attributes_of_a_firewall_in_the_way_are_the_firewalls_own() {
    let raw = GUARDED.replace(
        "mode = \"appliance\"\n",
        "mode = \"appliance\"\non.aws.description = \"written by hand\"\n",
    );
    for (format, name) in [("terraform", "description"), ("cloudformation", "Description")] {
        let files = export(&raw, "production", format);
        let text: String =
            files.files.values().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
        let written = |line: &str| {
            line.trim().starts_with(name) && line.trim_end_matches('"').ends_with("written by hand")
        };
        assert!(text.lines().any(written), "{text}");
    }
}
