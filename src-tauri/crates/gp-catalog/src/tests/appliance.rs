//! Firewalls in the way: what goes through them, and back.

use super::steps::{clean, meant, routes};
use crate::resolved::FilterKind;

const WALL: &str = r#"
region r location=frankfurt zones=["a","b"]
  network shop 10.1.0.0/16
    subnet edge public 10.1.0.0/24
      nat-gateway out
    subnet fire private 10.1.1.0/24
      firewall wall mode=appliance rules=[{action="allow",source="app",protocol="tcp",ports=443}]
    subnet app private 10.1.2.0/24
      server web x2
    subnet data isolated 10.1.3.0/24
"#;

#[test]
fn what_leaves_passes_the_firewall_of_its_zone_and_comes_back_by_it() {
    let resolved = clean(WALL);
    assert_eq!(routes(&resolved, "app/a"), ["10.1.0.0/16 local", "0.0.0.0/0 wall[0]"]);
    assert_eq!(routes(&resolved, "app/b"), ["10.1.0.0/16 local", "0.0.0.0/0 wall[1]"]);
    assert_eq!(routes(&resolved, "fire/b"), ["10.1.0.0/16 local", "0.0.0.0/0 out[1]"]);
    assert_eq!(routes(&resolved, "data"), ["10.1.0.0/16 local"]);
    let back = |wall: &str| {
        let ranges = ["10.1.2.0/26", "10.1.2.64/26"].map(|range| format!("{range} {wall}"));
        [&["10.1.0.0/16 local".to_owned()], &ranges[..], &["0.0.0.0/0 internet".to_owned()]]
            .concat()
    };
    assert_eq!(routes(&resolved, "edge/a"), back("wall[0]"));
    assert_eq!(routes(&resolved, "edge/b"), back("wall[1]"));
}

#[test]
fn a_firewall_in_the_way_has_a_table_and_no_group() {
    let resolved = clean(WALL);
    let table = &resolved.filters["fw:wall"];
    assert_eq!(table.kind, FilterKind::FirewallTable);
    assert_eq!(table.applies_to, ["wall[0]", "wall[1]"]);
    assert_eq!((table.stateful, table.ingress.len(), table.egress.len()), (true, 1, 0));
    assert!(!resolved.filters.contains_key("sg:wall"));
}

#[test]
fn one_nat_gateway_for_all_zones_has_one_firewall_before_it() {
    let resolved = clean(&WALL.replace("nat-gateway out", "nat-gateway out spread=regional"));
    for table in ["app/a", "app/b"] {
        assert_eq!(routes(&resolved, table).last().unwrap(), "0.0.0.0/0 wall[0]");
    }
    assert_eq!(routes(&resolved, "edge/b").len(), 2, "no gateway stands there");
}

#[test]
fn where_nothing_leads_out_nothing_passes() {
    let resolved = clean(&WALL.replace("      nat-gateway out\n", ""));
    assert_eq!(routes(&resolved, "app/a"), ["10.1.0.0/16 local"]);
    // One at the edge of its tier is no hop.
    let resolved = clean(&WALL.replace("mode=appliance ", ""));
    assert_eq!(routes(&resolved, "app/a"), ["10.1.0.0/16 local", "0.0.0.0/0 out[0]"]);
    assert_eq!(resolved.filters["fw:wall"].applies_to, ["fire/a", "fire/b"]);
}

#[test]
fn where_tiers_span_zones_one_firewall_is_in_the_way() {
    let resolved = meant(&format!("{WALL}\nenv cloud azure"));
    assert_eq!(routes(&resolved, "app").last().unwrap(), "0.0.0.0/0 wall[0]");
    assert!(routes(&resolved, "edge").contains(&"10.1.2.0/24 wall[0]".to_owned()));
}

#[test]
fn no_other_family_leaves_past_a_firewall() {
    let drawn = WALL.replace("network shop 10.1.0.0/16", "network shop 10.1.0.0/16 ipv6=true");
    let resolved = clean(&drawn);
    let out = |table: &str| {
        let routes = &resolved.route_tables[table].routes6;
        routes.iter().any(|route| route.destination.prefix_len() == 0)
    };
    assert!(!out("app/a") && !out("app/b"));
    let bare = clean(&drawn.replace("mode=appliance ", ""));
    let routes = &bare.route_tables["app/a"].routes6;
    assert!(routes.iter().any(|route| route.destination.prefix_len() == 0), "{routes:?}");
}

const HUB: &str = r#"
  network one 10.2.0.0/16
    subnet desk private 10.2.0.0/24
  network two 10.3.0.0/16
    subnet hall private 10.3.0.0/24
  network apart 10.4.0.0/16
    subnet yard private 10.4.0.0/24
  transit-hub hub egress=shop
shop -> hub groups=["main","other"]
one -> hub
two -> hub
apart -> hub groups=["other"]
"#;

#[test]
fn what_comes_by_a_hub_passes_the_firewall_too() {
    let resolved = clean(&format!("{WALL}{HUB}"));
    assert_eq!(
        routes(&resolved, "desk/b"),
        [
            "10.2.0.0/16 local",
            "10.1.0.0/16 hub to shop",
            "10.3.0.0/16 hub to two",
            "10.4.0.0/16 nowhere",
            "0.0.0.0/0 hub to wall[1]"
        ]
    );
    let back = routes(&resolved, "edge/b");
    for route in ["10.2.0.0/16 wall[1]", "10.4.0.0/16 wall[1]", "10.1.2.0/26 wall[1]"] {
        assert!(back.iter().any(|one| one == route), "{route} in {back:?}");
    }
    assert!(routes(&resolved, "fire/b").contains(&"10.2.0.0/16 hub to one".to_owned()));
    // Inside the hub's own network nothing is in the way to those on it.
    assert!(routes(&resolved, "app/b").contains(&"10.2.0.0/16 hub to one".to_owned()));
}

#[test]
fn an_appliance_is_another_thing_on_aws_than_an_access_list() {
    let cloud = |text: &str| meant(&format!("{text}\nenv cloud aws"));
    assert_eq!(cloud(WALL).resources["wall"].counterparts[0], "aws_networkfirewall_firewall");
    let edge = cloud(&WALL.replace("mode=appliance ", ""));
    assert_eq!(edge.resources["wall"].counterparts, ["aws_network_acl", "aws_network_acl_rule"]);
}
