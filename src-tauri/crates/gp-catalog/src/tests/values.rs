//! What is filled in, what cannot be, and that nothing opens where a value cannot be read.

use super::steps::{drawn, meant, said};

const SHOP: &str = "
region r location=frankfurt
  network n 10.20.0.0/16
    subnet web public
      server app http:tcp/80 https:tcp/443 public-address=true needs=[]
";

#[test]
fn titles_links_and_switches_take_variables() {
    let resolved = meant(&format!(
        r#"{SHOP}
        user office title=${{var.n}} cidr=203.0.113.64/28
        user off disabled=${{var.off}}
        office -> app allow=["${{var.ports}}"] traffic=${{var.traffic}} note=${{var.n}} id=in
        env test lab variables.n=3 variables.off=true variables.ports=["http","tcp/443"] variables.traffic="2 GB/month"
        "#
    ));
    assert_eq!(said(&resolved), [] as [String; 0]);
    assert_eq!(resolved.resources["office"].title, "3");
    assert!(resolved.resource("off").is_none());
    assert_eq!(
        drawn(&resolved, "sg:app"),
        ["from 203.0.113.64/28 tcp/80", "from 203.0.113.64/28 tcp/443"]
    );
    let link = &resolved.links["in"];
    assert_eq!((link.traffic.as_deref(), link.note.as_deref()), (Some("2 GB/month"), Some("3")));
}

#[test]
fn a_link_whose_ports_cannot_be_told_opens_nothing() {
    for (allow, finding) in [
        (
            "[\"${var.gone}\"]",
            "unset-variable: link “in” needs the variable “gone”, which environment “lab” does not set",
        ),
        ("[\"tcp-${var.gone}\"]", "unreadable-variable: allow of link “in” says “${var.gone}”"),
    ] {
        let resolved =
            meant(&format!("{SHOP}\ninternet internet\ninternet -> app id=in allow={allow}"));
        assert!(said(&resolved)[0].starts_with(finding), "{:?}", said(&resolved));
        assert_eq!(drawn(&resolved, "sg:app"), [] as [String; 0]);
    }
}

#[test]
fn somebody_whose_range_cannot_be_read_is_nobody() {
    for cidr in ["${secret.office}", "${office}", "${var.office}", "10.0.0.0/33", "\"office\""] {
        let resolved = meant(&format!(
            "{SHOP}
            user office cidr={cidr}
            office -> app http
            app -> office tcp/22"
        ));
        assert_eq!(drawn(&resolved, "sg:app"), [] as [String; 0], "{cidr}");
    }
    let resolved = meant(&format!("{SHOP}\nuser anybody\nanybody -> app http"));
    assert_eq!(drawn(&resolved, "sg:app"), ["from anybody tcp/80"]);
}

#[test]
fn a_secret_stays_where_it_may_be_and_is_said_elsewhere() {
    let resolved = meant(
        "
        env test lab variables.key=${secret.key} variables.zone=${secret.zone}
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s private
              server app user-data=${secret.script} on.lab.key=${var.key} tags.x=${secret.tag} image=${var.zone}
        ",
    );
    let app = &resolved.resources["app"];
    assert_eq!(app.text("user-data"), Some("${secret.script}"));
    assert_eq!(app.raw["key"].as_str(), Some("${secret.key}"));
    let starts: Vec<String> = said(&resolved)
        .iter()
        .map(|text| text.split(": secrets go").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        starts,
        [
            "misplaced-secret: image of “app” cannot be the secret “zone”",
            "misplaced-secret: tags.x of “app” cannot be the secret “tag”",
        ]
    );
}

#[test]
fn settings_that_cannot_be_read_are_said() {
    let resolved = meant(
        "
        env test lab pool=10.64.0.7/10 ttl=soon regions.gone=x
        network n
        waive empty-container nobody
        ",
    );
    let rules: Vec<&str> = resolved.diagnostics.iter().map(|d| &*d.rule).collect();
    assert_eq!(
        rules,
        ["region-of-nothing", "unfit-setting", "unfit-setting", "waiver-for-nothing"]
    );
    assert!(
        resolved.resources["n"]
            .text("cidr")
            .unwrap()
            .parse::<ipnet::Ipv4Net>()
            .is_ok_and(|net| "10.64.0.0/10".parse::<ipnet::Ipv4Net>().unwrap().contains(&net))
    );
}

#[test]
fn a_record_with_several_values_takes_the_addresses_of_what_it_names() {
    let resolved = meant(&format!(
        r#"{SHOP}
        dns-zone names domain=shop.example.com public=false records=[{{name="all",value=["app","10.9.0.7"]}},{{name="words",type="TXT",value="app"}}]
        "#
    ));
    let app = resolved.resources["app"].instances[0].ip.unwrap().to_string();
    let found: Vec<(&str, Vec<&str>)> = resolved
        .records
        .iter()
        .map(|r| (r.type_.as_str(), r.values.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(found, [("A", vec![app.as_str(), "10.9.0.7"]), ("TXT", vec!["app"])]);
}

#[test]
fn an_intent_takes_the_ports_of_a_variable() {
    let resolved = meant(&format!(
        r#"{SHOP}
        internet internet
        ! unreachable internet -> app allow=["${{var.closed}}","tcp/22"] id=closed
        env test lab variables.closed=["https","tcp/5432"]
        "#
    ));
    assert_eq!(said(&resolved), [] as [String; 0]);
    let ports: Vec<String> =
        resolved.intents["closed"].ports.iter().map(ToString::to_string).collect();
    assert_eq!(ports, ["tcp/443", "tcp/5432", "tcp/22"]);
}
