//! Resolvers and name servers: where they stand, and who is asked for which name.

use super::{
    kept::answers,
    steps::{clean, drawn},
};
use crate::{
    Resolved,
    naming::{Asked, Next},
};
use gp_model::Id;

const BOTH: &str = r#"
site home
  network lan 172.20.0.0/16
    subnet machines private 172.20.1.0/24
      server site-names dns:udp/53 dns-tcp:tcp/53
      server stock
  dns-zone site-zone domain=site.example.com public=false
region r location=frankfurt
  network cloud 10.80.0.0/16
    vpn-gateway tunnel
    subnet app private 10.80.0.0/22
      server web http:tcp/8080
      dns-resolver resolver
  network beside 10.81.0.0/16
    subnet there private 10.81.0.0/22
      server other
  dns-zone inner domain=cloud.example.com public=false
dns-zone outer domain=example.com
tunnel -> home
resolver -> site-names domains=["site.example.com"] id=out
site-names -> resolver domains=["cloud.example.com"] id=back
stock -> site-names udp/53 id=asks
site-zone -> stock
inner -> web name=www
env production aws
"#;

fn next(resolved: &Resolved, who: &str, name: &str) -> String {
    let id = Id::new(who);
    let asked = match resolved.resource(who) {
        Some(one) if one.kind == "network" => Asked::Network(&id),
        Some(one) => Asked::Thing(one),
        None => Asked::Public,
    };
    match resolved.next_for(asked, name) {
        Next::Answers(zone) => format!("{} answers", zone.id),
        Next::Passes(link, domain) => {
            format!("{} to {} for {}", link.id, link.to, domain.unwrap_or("all else".into()))
        }
        Next::Turns(network) => format!("asks {network}"),
        Next::Public => "asks everybody's".to_owned(),
        Next::Keeps(domain) => format!("keeps {domain}"),
        Next::Nobody => "asks nobody".to_owned(),
    }
}

#[test]
fn a_resolver_has_an_address_in_each_zone_for_either_direction() {
    let resolved = clean(BOTH);
    let places: Vec<String> = answers(&resolved, "resolver")
        .iter()
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect();
    let all = ["resolver[0] app/a", "resolver[1] app/b", "resolver[2] app/a", "resolver[3] app/b"];
    assert_eq!(places, all);
    let resolver = &resolved.resources["resolver"];
    let asks: Vec<bool> = resolver.instances.iter().map(|i| resolver.asks_from(i)).collect();
    assert_eq!(asks, [false, false, true, true]);
    let taken_in = &answers(&resolved, "resolver")[..2];
    let one_way =
        clean(&BOTH.replace("dns-resolver resolver", "dns-resolver resolver outbound=false"));
    assert_eq!(answers(&one_way, "resolver"), taken_in, "they stay where name servers know them");
    assert_eq!(
        drawn(&resolved, "sg:resolver"),
        [
            "from 172.20.1.0/24 udp/53",
            "from 172.20.1.0/24 tcp/53",
            "to 172.20.1.0/24 udp/53",
            "to 172.20.1.0/24 tcp/53"
        ]
    );
}

#[test]
fn a_resolver_in_one_zone_is_too_little_on_aws() {
    let alone = BOTH.replace("location=frankfurt", "location=frankfurt zones=[\"a\"]");
    let said = super::steps::said(&super::steps::meant(&alone));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("too-few-zones: “resolver” needs 2 zones on aws"), "{said:?}");
}

#[test]
fn the_longest_domain_decides_who_is_asked() {
    let resolved = clean(BOTH);
    let table = [
        ("web", "www.cloud.example.com", "asks cloud"),
        ("cloud", "www.cloud.example.com", "inner answers"),
        ("cloud", "stock.site.example.com", "out to site-names for site.example.com"),
        ("cloud", "www.example.com", "asks everybody's"),
        // A rule counts where its resolver stands.
        ("beside", "stock.site.example.com", "asks everybody's"),
        ("beside", "www.cloud.example.com", "inner answers"),
        ("site-names", "stock.site.example.com", "site-zone answers"),
        ("site-names", "www.cloud.example.com", "back to resolver for cloud.example.com"),
        ("site-names", "www.example.org", "asks nobody"),
        ("stock", "stock.site.example.com", "asks to site-names for all else"),
        ("resolver", "www.cloud.example.com", "asks cloud"),
        ("everybody", "www.example.com", "outer answers"),
        // A domain that only ends alike is another.
        ("cloud", "my-site.example.com", "asks everybody's"),
    ];
    for (who, name, expected) in table {
        assert_eq!(next(&resolved, who, name), expected, "{who} for {name}");
    }
    let hung = clean(&format!("{BOTH}\nresolver -> beside"));
    let here = next(&hung, "beside", "stock.site.example.com");
    assert_eq!(here, "out to site-names for site.example.com");
}

#[test]
fn a_rule_counts_before_a_zone_of_the_same_domain_and_a_longer_domain_before_both() {
    let same = BOTH.replace("domains=[\"site.example.com\"]", "domains=[\"cloud.example.com\"]");
    let resolved = clean(&same);
    let rule = "out to site-names for cloud.example.com";
    assert_eq!(next(&resolved, "cloud", "www.cloud.example.com"), rule);
    let longer = same.replace("domain=cloud.example.com", "domain=www.cloud.example.com");
    assert_eq!(next(&clean(&longer), "cloud", "www.cloud.example.com"), "inner answers");
    assert_eq!(next(&clean(&longer), "cloud", "api.cloud.example.com"), rule);
}

#[test]
fn a_name_server_keeps_what_is_passed_on_to_it_unless_the_drawing_says_who_does() {
    let resolved = clean(
        &BOTH
            .replace("site-zone", "old-zone disabled=true")
            .replace("old-zone disabled=true -> stock", ""),
    );
    assert_eq!(next(&resolved, "site-names", "a.site.example.com"), "keeps site.example.com");
    assert_eq!(
        next(&resolved, "site-names", "a.cloud.example.com"),
        "back to resolver for cloud.example.com"
    );
}

#[test]
fn a_star_answers_for_what_has_no_record_of_its_own() {
    let resolved = clean(
        r#"
        dns-zone outer domain=example.com records=[{name="*",value="192.0.2.1"},{name="www",value="192.0.2.2"}]
        "#,
    );
    let values = |name: &str| -> Vec<String> {
        let found = resolved.records_for(&Id::new("outer"), name);
        found.into_iter().flat_map(|record| record.values.clone()).collect()
    };
    assert_eq!(values("www.example.com"), ["192.0.2.2"]);
    assert_eq!(values("a.b.example.com"), ["192.0.2.1"]);
    assert_eq!(values("example.com"), [""; 0]);
}
