//! IPv6: ranges, addresses and routes beside those of IPv4.

use super::steps::{clean, meant, said, way};
use crate::{Resolution, Resolved, builtin, resolve};
use gp_model::{Change, Id, Patch};
use gp_testkit::sketch::sketch;
use std::collections::BTreeMap;

const POOL: &str = "env test lab pool6=fd12:3456:789a::/48";

/// `app-tier/a fd12::/64` for every real subnet that has a range.
fn ranges(resolved: &Resolved) -> BTreeMap<String, String> {
    let with = resolved.segments.values().filter_map(|s| Some((s.id.clone(), s.cidr6?)));
    with.map(|(id, range)| (id, range.to_string())).collect()
}

fn addresses(resolved: &Resolved) -> BTreeMap<String, String> {
    let with = resolved.instances().filter_map(|(_, i)| Some((i.address.clone(), i.ip6?)));
    with.map(|(name, address)| (name, address.to_string())).collect()
}

fn routes(resolved: &Resolved, table: &str) -> Vec<String> {
    let routes = resolved.route_tables[table].routes6.iter();
    routes.map(|route| format!("{} {}", route.destination, way(&route.via))).collect()
}

fn range(resolved: &Resolved, id: &str) -> String {
    resolved.resources[id].text("ipv6-cidr").unwrap_or("none").to_owned()
}

const SHOP: &str = "
region r zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6=true ipv6-cidr=fd12:3456:789a:100::/56
    subnet web 10.20.0.0/24 public ipv6-cidr=fd12:3456:789a:100::/62
      nat-gateway out
      load-balancer entry public listeners=[{protocol=\"http\",port=80}]
    subnet app 10.20.1.0/24 private ipv6-cidr=fd12:3456:789a:104::/62
      server one http:tcp/8080 address=10.20.1.9
      server two zone=b address=10.20.1.73
      database orders
    subnet data 10.20.2.0/24 isolated ipv6-cidr=fd12:3456:789a:108::/62
      server kept address=10.20.2.9
internet internet
internet -> entry http
entry -> one
one -> orders
";

#[test]
fn a_tier_has_a_64_per_zone_and_an_address_repeats_its_place() {
    let resolved = clean(SHOP);
    let ranges = ranges(&resolved);
    assert_eq!(ranges["app/a"], "fd12:3456:789a:104::/64");
    assert_eq!(ranges["app/b"], "fd12:3456:789a:105::/64");
    let addresses = addresses(&resolved);
    assert_eq!(addresses["one"], "fd12:3456:789a:104::9");
    assert_eq!(addresses["two"], "fd12:3456:789a:105::49");
    let with: Vec<&str> = addresses.keys().map(String::as_str).collect();
    assert_eq!(with, ["entry[0]", "entry[1]", "kept", "one", "two"]);
}

#[test]
fn out_by_the_gateway_where_public_and_by_one_for_answers_only_where_private() {
    let resolved = clean(SHOP);
    let shop = "fd12:3456:789a:100::/56";
    assert_eq!(routes(&resolved, "web"), [format!("{shop} local"), "::/0 internet".to_owned()]);
    assert_eq!(routes(&resolved, "app/a"), [format!("{shop} local"), "::/0 outwards".to_owned()]);
    assert_eq!(routes(&resolved, "data"), [format!("{shop} local")]);
}

#[test]
fn a_regional_tier_has_one_64_and_nothing_lets_answers_only_in() {
    let resolved = clean(&format!("{SHOP}\nenv production lab like=azure"));
    assert_eq!(ranges(&resolved)["app"], "fd12:3456:789a:104::/64");
    assert_eq!(addresses(&resolved)["two"], "fd12:3456:789a:104::49");
    assert_eq!(routes(&resolved, "app"), ["fd12:3456:789a:100::/56 local"]);
}

#[test]
fn what_passes_connections_on_as_they_are_speaks_ipv4_only() {
    let resolved = clean(&SHOP.replace("entry public", "entry public mode=pass-through"));
    assert!(!addresses(&resolved).contains_key("entry[0]"));
}

#[test]
fn a_network_without_a_range_gets_one_of_the_pool_and_shows_whence() {
    let resolved = clean(&format!(
        "region r zones a location=frankfurt\n  network n ipv6=true\n    subnet s\n  network m\n{POOL}"
    ));
    let network: ipnet::Ipv6Net = range(&resolved, "n").parse().unwrap();
    let pool: ipnet::Ipv6Net = "fd12:3456:789a::/48".parse().unwrap();
    assert!(network.prefix_len() == 56 && pool.contains(&network), "{network}");
    let tier: ipnet::Ipv6Net = range(&resolved, "s").parse().unwrap();
    assert!(tier.prefix_len() == 62 && network.contains(&tier), "{tier}");
    let origin = &resolved.resources["s"].attributes["ipv6-cidr"].origin;
    assert_eq!(*origin, crate::resolved::Origin::Allocated);
    assert_eq!(range(&resolved, "m"), "none");
}

#[test]
fn the_pool_follows_from_the_designs_id_and_a_first_save_brings_it_up_to_date() {
    let mut design =
        sketch("region r zones a location=frankfurt\n  network n ipv6=true\n    subnet s");
    let unsaved = Resolution::new(&design, builtin(), None);
    design.id = Some("5b0c6c1e-8d1f-4a0e-9d3e-0c7f5a1b2c3d".to_owned());
    let saved = unsaved.after(&design, builtin(), &Patch::default());
    assert_eq!(saved.resolved, resolve(&design, builtin(), None));
    // By hand: fd, then the first 40 bits of the mixed hash of the id.
    assert!(
        range(&saved.resolved, "n").starts_with("fd3d:3701:4cca:"),
        "{}",
        range(&saved.resolved, "n")
    );
    assert_ne!(range(&saved.resolved, "n"), range(&unsaved.resolved, "n"));
}

#[test]
fn a_new_network_tier_or_zone_moves_nothing() {
    let text = |more: &str, zones: &str, tier: &str| {
        format!(
            "region r zones {zones} location=frankfurt\n  network n ipv6=true\n    subnet s\n      server app\n{tier}  network o ipv6=true\n    subnet t\n{more}{POOL}"
        )
    };
    let before = clean(&text("", "a,b", ""));
    let after = clean(&text("  network p ipv6=true\n    subnet u\n", "a,b,c", "    subnet w\n"));
    for id in ["n", "s", "o", "t"] {
        assert_eq!(range(&before, id), range(&after, id), "{id}");
    }
    assert_eq!(addresses(&before)["app"], addresses(&after)["app"]);
    let (before, after) = (ranges(&before), ranges(&after));
    assert!(before.iter().all(|(id, range)| after.get(id) == Some(range)), "{before:?} {after:?}");
    assert!(after.contains_key("s/c"));
}

#[test]
fn two_networks_never_share_a_range() {
    let many: String = (0..200).map(|n| format!("  network n{n} ipv6=true\n")).collect();
    let resolved = meant(&format!("region r zones a location=frankfurt\n{many}{POOL}"));
    let mut seen: Vec<String> = (0..200).map(|n| range(&resolved, &format!("n{n}"))).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 200);
}

#[test]
fn a_full_pool_a_full_network_and_a_pool_that_is_none_are_said() {
    let resolved = meant(
        "region r zones a location=frankfurt\n  network n ipv6=true\n  network o ipv6=true\nenv test lab pool6=fd12:3456:789a:100::/56",
    );
    let words = said(&resolved);
    assert!(
        words[0].contains("no IPv6 range is left for “o” in the pool fd12:3456:789a:100::/56"),
        "{words:?}"
    );
    let tiers: String = (0..5).map(|n| format!("    subnet s{n}\n")).collect();
    let resolved = meant(&format!(
        "region r zones a location=frankfurt\n  network n ipv6-cidr=fd12:3456:789a:100::/60\n{tiers}"
    ));
    assert_eq!(said(&resolved).len(), 1, "{:?}", said(&resolved));
    for (pool, why) in [
        ("10.0.0.0/8", "is not an IPv6 range"),
        ("fd12::1/48", "is an address inside a range"),
        ("fd12::/60", "has no room for a network"),
        ("fe80::/10", "is neither in fd00::/8 nor in 2000::/3"),
    ] {
        let resolved = meant(&format!("network n\nenv test lab pool6={pool}"));
        assert!(
            said(&resolved).iter().any(|text| text.contains(why)),
            "{pool}: {:?}",
            said(&resolved)
        );
    }
}

#[test]
fn a_peering_in_one_region_carries_both_families_and_the_rest_one() {
    let resolved = clean(
        "
        region r zones a location=frankfurt
          network n 10.20.0.0/16 ipv6-cidr=fd12:3456:789a:100::/56
            subnet s private
          network o 10.30.0.0/16 ipv6-cidr=fd12:3456:789a:200::/56
            subnet t private
          network p 10.40.0.0/16
            subnet u private
          transit-hub hub
        region v zones a location=virginia
          network far 10.50.0.0/16 ipv6-cidr=fd12:3456:789a:400::/56
            subnet w private
        region r2 zones a location=frankfurt
          vpn-gateway tunnel
        site home cidrs=[\"192.168.0.0/24\"]
          network floor 192.168.4.0/24 ipv6-cidr=fd12:3456:789a:300::/56
            subnet hall private
        n -> o id=beside
        o -> hub
        p -> hub
        o -> far id=away
        tunnel -> hub
        tunnel -> home
        ",
    );
    assert_eq!(
        routes(&resolved, "s/a"),
        ["fd12:3456:789a:100::/56 local", "fd12:3456:789a:200::/56 peer o"]
    );
    assert_eq!(
        routes(&resolved, "t/a"),
        ["fd12:3456:789a:200::/56 local", "fd12:3456:789a:100::/56 peer n"]
    );
    assert_eq!(routes(&resolved, "u/a"), [""; 0]);
    assert_eq!(routes(&resolved, "hall"), ["fd12:3456:789a:300::/56 local"]);
}

#[test]
fn switching_it_off_takes_ranges_addresses_and_routes_away() {
    let mut design = sketch(
        "region r zones a location=frankfurt\n  network n ipv6=true\n    subnet s public\n      server app",
    );
    let known = Resolution::new(&design, builtin(), None);
    let id = Id::new("n");
    let before = design.resources[&id].clone();
    let mut after = (*before).clone();
    after.attributes.shift_remove("ipv6");
    let change = Change::Resource { id, before: Some(before), after: Some(after.into()) };
    let patch = Patch { changes: vec![change] };
    patch.apply(&mut design);
    let off = known.after(&design, builtin(), &patch);
    assert_eq!(off.resolved, resolve(&design, builtin(), None));
    assert!(addresses(&off.resolved).is_empty() && ranges(&off.resolved).is_empty());
    assert!(off.touched.topology && off.resolved.route_tables["s"].routes6.is_empty());
}
