//! How rules in a cloud name what stands at a site: by what is written of it.

use super::steps::{drawn, meant};

const BOTH: &str = r#"
env live aws
region r location=frankfurt
  network cloud 10.80.0.0/16
    vpn-gateway tunnel
    subnet app private 10.80.0.0/22
      server web http:tcp/8080
site home address=192.0.2.200 cidrs=["192.168.0.0/24","192.168.4.0/24"]
  network lan 172.20.0.0/16
    subnet desks private 172.20.10.0/24
      server desk x3 print:tcp/631
  rack shelf
    physical-server iron ssh:tcp/22
tunnel -> home
desk -> web http
"#;

fn let_in(text: &str) -> Vec<String> {
    drawn(&meant(text), "sg:web")
}

#[test]
fn what_is_written_names_the_machines_of_a_site_and_no_chosen_address_does() {
    let one = BOTH.replace("desk x3", "desk address=172.20.10.7");
    let table = [
        (BOTH.to_owned(), "from 172.20.10.0/24 tcp/8080"),
        (one, "from 172.20.10.7/32 tcp/8080"),
        (BOTH.replace("desk x3", "desk"), "from 172.20.10.0/24 tcp/8080"),
        (BOTH.replace("private 172.20.10.0/24", "private"), "from 172.20.0.0/16 tcp/8080"),
    ];
    for (text, expected) in table {
        assert_eq!(let_in(&text), [expected], "{text}");
    }
}

#[test]
fn where_nothing_is_written_the_range_of_the_tier_is_all_there_is() {
    let text =
        BOTH.replace("private 172.20.10.0/24", "private").replace("lan 172.20.0.0/16", "lan");
    let resolved = meant(&text);
    let tier = resolved.segments["desks"].cidr;
    assert_eq!(drawn(&resolved, "sg:web"), [format!("from {tier} tcp/8080")]);
}

#[test]
fn what_stands_in_no_tier_is_somewhere_in_the_ranges_of_its_site() {
    let text = BOTH.replace("desk -> web http", "web -> iron ssh");
    assert_eq!(let_in(&text), ["to 192.168.0.0/24 tcp/22", "to 192.168.4.0/24 tcp/22"]);
    let ids: Vec<String> =
        meant(&text).filters["sg:web"].egress.iter().map(|rule| rule.id.clone()).collect();
    assert!(ids.contains(&"link:web-iron/out/tcp-22/192.168.0.0-24".to_owned()), "{ids:?}");
}

#[test]
fn a_row_of_a_firewall_names_them_likewise() {
    let row =
        r#"    firewall edge rules=[{action="allow",source="desk",protocol="tcp",ports=8080}]"#;
    let text =
        BOTH.replace("    vpn-gateway tunnel\n", &format!("    vpn-gateway tunnel\n{row}\n"));
    let resolved = meant(&text);
    let peer = &resolved.filters["fw:edge"].ingress[0].peer;
    let tier = "172.20.10.0/24".parse().unwrap();
    assert_eq!(*peer, crate::resolved::Peer::Cidr { cidr: tier });
}

#[test]
fn at_the_site_itself_rules_stay_as_exact_as_the_drawing() {
    let text = BOTH.replace("physical-server iron", "physical-server iron subnet=desks")
        + "desk -> iron ssh\n";
    assert_eq!(drawn(&meant(&text), "sg:iron"), ["from desk tcp/22"]);
}
