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
    let change = ("size = \"500 GiB\"", "size = \"500 GiB\"\nsnapshots = \"7 days\"");
    for format in ["terraform", "cloudformation"] {
        check_said(format, change, "leaves the snapshots of");
    }
}

#[test]
fn a_name_of_several_drawn_things_is_said_to_be_left_out() {
    let change = ("records = [", "records = [{ name = \"both\", value = [\"entry\", \"jump\"] }, ");
    for format in ["terraform", "cloudformation"] {
        check_said(format, change, "AWS answers with one drawn thing by a name");
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
fn what_a_topic_in_order_cannot_pass_on_is_said() {
    let change = ("kind = \"topic\"", "kind = \"topic\"\nfifo = true");
    for format in ["terraform", "cloudformation"] {
        check_said(format, change, "put a queue between “news” and “worker”");
    }
    let queue = ("dead-letters = \"lost-jobs\"", "dead-letters = \"lost-jobs\"\nfifo = true");
    for format in ["terraform", "cloudformation"] {
        check_said(format, queue, "set fifo at “news”");
    }
}

#[test]
fn a_topic_does_not_subscribe_what_exists_already() {
    let change = ("kind = \"function\"", "kind = \"function\"\nlifecycle = \"existing\"");
    check_said("terraform", change, "passes messages on to “worker”, which exists already");
    let change = ("kind = \"topic\"", "kind = \"topic\"\nlifecycle = \"existing\"");
    check_said("terraform", change, "“news”, which exists already, passes messages on to “jobs”");
}

#[test]
fn a_server_group_that_exists_is_attached_by_terraform_only() {
    let change = ("kind = \"server-group\"", "kind = \"server-group\"\nlifecycle = \"existing\"");
    check_said("cloudformation", change, "does not put “callers”, which exists already, behind");
    let files = export(&EVERY_KIND.replacen(change.0, change.1, 1), "production", "terraform");
    let network = String::from_utf8_lossy(&files.files["network.tf"]).into_owned();
    let at = network.find("resource \"aws_autoscaling_attachment\"").expect("it is attached");
    let wanted = "autoscaling_group_name = data.aws_autoscaling_group.callers.name";
    assert!(network[at..].contains(wanted), "{}", &network[at..]);
}

#[test]
fn a_workload_is_said_to_be_for_its_cluster_to_run() {
    for format in ["terraform", "cloudformation"] {
        let files = export(EVERY_KIND, "production", format);
        let said = |text: &str| files.diagnostics.iter().any(|d| d.message.contains(text));
        assert!(said("leaves “indexer” out, but for its role and its security group"), "{format}");
        assert!(said("as service account indexer in namespace search"), "{format}");
        assert!(said("EKS gives the nodes of “shelves” a security group of its own"), "{format}");
        let change = (
            "[link.callers-jobs]",
            "[link.entry-search]\nfrom = \"entry\"\nto = \"search\"\n\n[link.callers-jobs]",
        );
        check_said(format, change, "cannot make the workload “search” a target of “entry”");
    }
}

#[test]
fn a_route_that_cannot_be_is_said() {
    for format in ["terraform", "cloudformation"] {
        let inside = ("private-link = \"app-tier\"\n", "");
        check_said(format, inside, "name a subnet as private link of “calls”");
        let twice = ("path = \"/shop/{proxy+}\"", "method = \"POST\"\npath = \"/work\"");
        check_said(format, twice, "two routes of “calls” are POST /work");
    }
}

#[test]
fn an_origin_that_cannot_be_is_said() {
    for format in ["terraform", "cloudformation"] {
        let inside = ("scheme = \"public\"\n", "");
        check_said(format, inside, "“near” calls from outside: make it public");
        let twice = ("path = \"/api/*\"", "path = \"/shop/*\"");
        check_said(format, twice, "two origins of “near” take the same paths");
        let ports = ("allow = [\"tcp/443\"]\npath = \"/shop/*\"", "path = \"/shop/*\"");
        check_said(format, ports, "AWS has room for one port that “near” may call “entry” on");
        let lone = ("[link.far-images]\nfrom = \"far\"", "[link.far-images]\nfrom = \"app\"");
        check_said(format, lone, "leaves “far” out: it has no origin");
    }
}

#[test]
fn what_stands_in_a_site_is_there_already_and_nothing_is_said_of_it() {
    let floor = "[resource.cellar]\nkind = \"site\"\n\n[resource.shelf]\nkind = \"rack\"\nparent = \"cellar\"\n\n[resource.iron]\nkind = \"physical-server\"\nparent = \"shelf\"\n\n[resource.leaf]\nkind = \"switch\"\nparent = \"shelf\"\n\n[resource.vault]\nkind = \"storage-array\"\nparent = \"shelf\"\n\n[link.wire]\nfrom = \"iron\"\nto = \"leaf\"\n";
    for format in ["terraform", "cloudformation"] {
        let with = export(&format!("{EVERY_KIND}\n{floor}"), "production", format);
        let without = export(EVERY_KIND, "production", format);
        assert_eq!(with.diagnostics, without.diagnostics, "{format}");
    }
}

#[test]
fn cloudformation_says_what_only_terraform_holds() {
    let raw = (
        "[resource.jump]",
        "[resource.scratch.on.aws.aws_volume_attachment]\nforce_detach = true\n\n[resource.jump]",
    );
    check_said("cloudformation", raw, "on.aws.aws_volume_attachment");
}

#[test]
fn a_misspelt_raw_attribute_is_said_with_what_was_meant() {
    let typo = ("monitoring = true", "monitorng = true");
    check_said(
        "terraform",
        typo,
        "has no `monitorng`, which “App server” sets under on.aws; did you mean `monitoring`?",
    );
    check_said(
        "cloudformation",
        typo,
        "no property for `monitorng`, which “App server” sets under on.aws: it is left out; did you mean `Monitoring`?",
    );
    let nested = ("http_put_response_hop_limit = 1", "http_put_response_hop_limits = 1");
    check_said("terraform", nested, "did you mean `http_put_response_hop_limit`?");
    check_said("cloudformation", nested, "`metadata_options.http_put_response_hop_limits`");
}

#[test]
fn one_value_where_a_list_belongs_is_said() {
    let one = ("monitoring = true", "vpc_security_group_ids = \"sg-1\"");
    check_said("terraform", one, "aws_instance takes a set as `on.aws.vpc_security_group_ids`");
}

#[test]
fn what_aws_sets_itself_is_said_and_so_is_a_type_that_is_not_written() {
    let read_only = ("monitoring = true", "instance_state = \"running\"");
    check_said("terraform", read_only, "AWS sets `instance_state` of aws_instance itself");
    let type_ = (
        "[resource.jump]",
        "[resource.scratch.on.aws.aws_volume_atachment]\nforce_detach = true\n\n[resource.jump]",
    );
    check_said("terraform", type_, "did you mean `aws_volume_attachment`?");
}

#[test]
fn a_thing_called_like_an_instance_of_another_is_said() {
    let other = (
        "[resource.jump]",
        "[resource.app1]\nkind = \"queue\"\nparent = \"frankfurt\"\n\n[link.app-app1]\nfrom = \"app\"\nto = \"app1\"\naccess = [\"publish\"]\n\n[resource.jump]",
    );
    check_said("cloudformation", other, "would both be called App1");
    let files = export(&EVERY_KIND.replacen(other.0, other.1, 1), "production", "terraform");
    let rules: Vec<&str> = files.diagnostics.iter().map(|d| &*d.rule).collect();
    assert!(!rules.contains(&"names-collide-in-export"), "Terraform tells them apart: {rules:?}");
}

#[test]
fn a_type_that_the_region_lacks_is_said() {
    let zurich = EVERY_KIND.replace("eu-central-1", "eu-central-2");
    let large = zurich.replace("instance_type = \"m7i.large\"", "instance_type = \"r7i.large\"");
    for format in ["terraform", "cloudformation"] {
        let said = |design: &str| {
            let files = export(design, "production", format);
            files
                .diagnostics
                .iter()
                .any(|d| d.message.contains("AWS has no r7i.large in eu-central-2"))
        };
        assert!(said(&large) && !said(&zurich), "{format}");
    }
}

#[test]
fn what_aws_refuses_is_an_error() {
    let replicas = ("backup = \"14 days\"\nreplicas", "backup = \"0 days\"\nreplicas");
    let cold = ("size = \"500 GiB\"", "size = \"100 GiB\"");
    for format in ["terraform", "cloudformation"] {
        check_said(format, replicas, "AWS makes replicas from backups");
        check_said(format, cold, "AWS has no cold volume below 125 GiB");
    }
}

#[test]
fn what_aws_does_not_do_with_keys_names_and_guards_is_said() {
    for (change, wanted) in [
        (("rotation = \"30 days\"\n", ""), "does not say how often: set rotation"),
        (
            ("domain = \"old.shop.example.com\"", "domain = \"old.example.org\""),
            "cannot prove old.example.org",
        ),
        (
            ("names = [\"*.shop.example.com\"]", "names = [\"shop\"]"),
            "“shop” is no name that a certificate can be for",
        ),
        (
            ("from = \"shield\"\nto = \"entry\"", "from = \"shield\"\nto = \"wire\""),
            "it passes connections through",
        ),
        (("metric = \"age\"", "metric = \"cpu\""), "no measure “cpu” of “jobs”"),
        (
            ("from = \"master\"\nto = \"news\"", "from = \"master\"\nto = \"counters\""),
            "lets no alarm in",
        ),
        (("emails = [\"duty@example.com\", \"lead@example.com\"]\n", ""), "it tells nobody"),
        (("keep = \"1 year\"", "keep = \"100 days\""), "are kept 120 days and not 100"),
        (
            (
                "[resource.sentry]",
                "[resource.another]\nkind = \"threat-detector\"\nparent = \"frankfurt\"\n\n[resource.sentry]",
            ),
            "one threat detector in a region",
        ),
    ] {
        for format in ["terraform", "cloudformation"] {
            check_said(format, change, wanted);
        }
    }
}
