//! Hubs, gateways and sites: which networks have routes to each other, and what is not ours to make.

use super::steps::{clean, meant, routes};
use gp_model::Lifecycle;

const SPOKES: &str = r#"
region r location=frankfurt zones=["a"]
  transit-hub hub
  network middle 10.0.0.0/22
    subnet edge public 10.0.0.0/24
      nat-gateway out
    subnet tools private 10.0.1.0/24
  network shop 10.1.0.0/16
    subnet app private 10.1.0.0/24
      server web
  network bank 10.2.0.0/16
    subnet desk private 10.2.0.0/24
  network test 10.3.0.0/16
    subnet lab private 10.3.0.0/24
middle -> hub groups=["production","other"]
shop -> hub groups=["production"]
bank -> hub groups=["production"]
test -> hub groups=["other"]
"#;

#[test]
fn networks_on_a_hub_reach_those_that_share_a_group() {
    let resolved = clean(SPOKES);
    assert_eq!(
        routes(&resolved, "app/a"),
        ["10.1.0.0/16 local", "10.2.0.0/16 hub to bank", "10.0.0.0/22 hub to middle"]
    );
    assert_eq!(routes(&resolved, "lab/a"), ["10.3.0.0/16 local", "10.0.0.0/22 hub to middle"]);
    let middle = routes(&resolved, "tools/a");
    for range in ["10.1.0.0/16 hub to shop", "10.2.0.0/16 hub to bank", "10.3.0.0/16 hub to test"] {
        assert!(middle.iter().any(|route| route == range), "{range} in {middle:?}");
    }
}

#[test]
fn what_hangs_on_a_hub_without_a_group_is_in_the_main_one() {
    let all = SPOKES.replace(" groups=[\"production\",\"other\"]", "");
    let resolved = clean(&all.replace(" groups=[\"production\"]", ""));
    assert!(routes(&resolved, "app/a").contains(&"10.0.0.0/22 hub to middle".to_owned()));
    assert_eq!(routes(&resolved, "lab/a"), ["10.3.0.0/16 local"]);
}

#[test]
fn a_hub_leads_to_the_internet_by_the_network_it_names() {
    let resolved = clean(&SPOKES.replace("transit-hub hub", "transit-hub hub egress=middle"));
    let out = |table: &str| routes(&resolved, table).last().cloned().unwrap();
    assert_eq!(out("app/a"), "0.0.0.0/0 hub to out");
    assert_eq!(out("tools/a"), "0.0.0.0/0 out");
    // What shares no group is not reached by the way out either.
    assert!(routes(&resolved, "app/a").contains(&"10.3.0.0/16 nowhere".to_owned()));
    let needs = resolved.needs.iter().find(|need| !need.built_in && *need.resource == *"web");
    assert_eq!(needs.and_then(|need| need.by.as_deref()), Some("out"));
}

const SITE: &str = r#"
region r location=frankfurt zones=["a"]
  network shop 10.1.0.0/16
    subnet app private 10.1.0.0/24
    vpn-gateway tunnel
  network beside 10.2.0.0/16
    subnet desk private 10.2.0.0/24
site home cidrs=["192.168.0.0/16"]
  network floor 172.16.0.0/20
    subnet hall private 172.16.1.0/24
      server files
tunnel -> home
shop -> beside id=peer
"#;

#[test]
fn a_tunnel_joins_a_site_with_the_network_it_stands_in_and_no_other() {
    let resolved = clean(SITE);
    assert_eq!(
        routes(&resolved, "app/a"),
        [
            "10.1.0.0/16 local",
            "10.2.0.0/16 peer beside",
            "172.16.0.0/20 tunnel to floor",
            "192.168.0.0/16 tunnel to home"
        ]
    );
    assert_eq!(routes(&resolved, "desk/a"), ["10.2.0.0/16 local", "10.1.0.0/16 peer shop"]);
    // In a site a tier is one, with one table.
    assert_eq!(routes(&resolved, "hall"), ["172.16.0.0/20 local", "10.1.0.0/16 tunnel to shop"]);
}

#[test]
fn a_peering_carries_on_to_a_site_where_the_provider_can() {
    let drawn = SITE.replace("id=peer", "id=peer gateway-transit=true");
    let aws = meant(&format!("{drawn}\nenv cloud aws"));
    assert!(!routes(&aws, "desk/a").iter().any(|route| route.contains("floor")));
    let azure = meant(&format!("{drawn}\nenv cloud azure"));
    assert!(routes(&azure, "desk").contains(&"172.16.0.0/20 tunnel to floor".to_owned()));
    assert!(routes(&azure, "hall").contains(&"10.2.0.0/16 tunnel to beside".to_owned()));
}

#[test]
fn a_gateway_on_a_hub_joins_its_site_with_all_in_its_groups() {
    let drawn = r#"
region r location=frankfurt zones=["a"]
  transit-hub hub
  vpn-gateway tunnel
  dedicated-link line meeting-point=EqFA5
  network shop 10.1.0.0/16
    subnet app private
  network test 10.3.0.0/16
    subnet lab private
site home
  network floor 172.16.0.0/20
    subnet hall private
site branch cidrs=["192.168.7.0/24"]
tunnel -> hub groups=["production","branches"]
line -> hub
shop -> hub groups=["production","main"]
test -> hub groups=["test"]
tunnel -> home
line -> home
tunnel -> branch id=second
"#;
    let resolved = clean(drawn);
    assert_eq!(
        routes(&resolved, "app/a"),
        ["10.1.0.0/16 local", "172.16.0.0/20 hub to floor", "192.168.7.0/24 hub to branch"]
    );
    assert_eq!(routes(&resolved, "lab/a"), ["10.3.0.0/16 local"]);
    // The line is taken before the tunnel.
    assert_eq!(routes(&resolved, "hall"), ["172.16.0.0/20 local", "10.1.0.0/16 line to shop"]);
}

#[test]
fn what_stands_in_a_site_is_there_when_a_cloud_is_deployed_to() {
    let meant_in = |env: &str| meant(&format!("{SITE}\nenv one {env}"));
    let (lab, aws, vsphere) = (meant_in("lab"), meant_in("aws"), meant_in("vsphere"));
    let facts = |found: &crate::Resolved, id: &str| {
        let it = &found.resources[id];
        (it.lifecycle, it.counterparts.is_empty())
    };
    assert_eq!(facts(&lab, "files"), (Lifecycle::Managed, false));
    assert_eq!(facts(&aws, "files"), (Lifecycle::External, true));
    assert_eq!(facts(&aws, "tunnel"), (Lifecycle::Managed, false));
    assert_eq!(facts(&vsphere, "files"), (Lifecycle::Managed, false));
    assert!(!aws.diagnostics.iter().any(|said| said.rule == "no-counterpart"));
}

const OUT: &str = r#"
internet internet
region r location=frankfurt zones=["a"]
  transit-hub hub egress=middle
  network middle 10.0.0.0/22
    subnet edge public 10.0.0.0/24
      nat-gateway out
    subnet foot private 10.0.1.0/24
  network shop 10.1.0.0/16
    subnet app private 10.1.0.0/24
      server web
middle -> hub
shop -> hub
"#;

fn goes_out(resolved: &crate::Resolved, segment: &str) -> bool {
    let table = &resolved.route_tables[&resolved.segments[segment].route_table];
    table.routes.iter().any(|route| route.destination.prefix_len() == 0)
}

#[test]
fn what_goes_out_by_a_hub_lands_in_an_empty_private_tier() {
    let resolved = clean(OUT);
    assert!(routes(&resolved, "app/a").contains(&"0.0.0.0/0 hub to out".to_owned()));
    assert!(resolved.landing("middle").is("foot"));
    assert!(resolved.landing("middle").leads_out());
}

#[test]
fn a_hub_lets_nobody_out_by_a_network_without_a_private_tier_to_land_in() {
    let without = OUT.replace("    subnet foot private 10.0.1.0/24\n", "");
    let isolated = OUT.replace("foot private", "foot isolated");
    let public = OUT.replace("foot private", "foot public");
    let wall = "    subnet foot private 10.0.1.0/24\n      firewall wall mode=appliance\n";
    let guarded = OUT.replace("    subnet foot private 10.0.1.0/24\n", wall);
    for drawn in [without, isolated, public, guarded] {
        let resolved = meant(&drawn);
        assert!(!goes_out(&resolved, "app/a"), "{drawn}");
        assert!(!resolved.landing("middle").leads_out(), "{drawn}");
        // Inside, the hub joins as before; and the network's own way out is its own affair.
        let inside = routes(&resolved, "app/a");
        assert!(inside.contains(&"10.0.0.0/22 hub to middle".to_owned()), "{inside:?}");
        assert!(goes_out(&resolved, "edge/a"));
    }
}

#[test]
fn a_hub_lands_beside_the_firewall_and_where_most_zones_are() {
    let drawn = r#"
region r location=frankfurt zones=["a","b"]
  network middle 10.0.0.0/20
    subnet edge public
      nat-gateway out
    subnet a-fire private
      firewall wall mode=appliance
    subnet b-small private zones=["a"]
    subnet c-wide private
    subnet d-wide private
"#;
    let resolved = meant(drawn);
    assert!(resolved.landing("middle").is("c-wide"), "{:?}", resolved.landing("middle"));
    assert_eq!(resolved.landing("middle").segments.len(), 2);
}
