//! What each step makes of small designs: one expectation a test, in words.

use crate::{
    Resolved, builtin, resolve,
    resolved::{FilterRule, Peer, Via},
};
use gp_model::Id;
use gp_testkit::sketch::sketch;

/// The meaning of a sketch in its first environment.
pub(super) fn meant(text: &str) -> Resolved {
    resolve(&sketch(text), builtin(), None)
}

/// The meaning without anything said against it.
pub(super) fn clean(text: &str) -> Resolved {
    let resolved = meant(text);
    assert_eq!(said(&resolved), [""; 0]);
    resolved
}

pub(super) fn said(resolved: &Resolved) -> Vec<String> {
    resolved.diagnostics.iter().map(|d| format!("{}: {}", d.rule, d.message)).collect()
}

/// `app[0] in app-tier/a` for each of a resource.
fn stands(resolved: &Resolved, id: &str) -> Vec<String> {
    let place = |segment: &Option<String>| segment.clone().unwrap_or_else(|| "nothing".to_owned());
    resolved.resources[id]
        .instances
        .iter()
        .map(|i| format!("{} in {}", i.address, place(&i.segment)))
        .collect()
}

/// `a app[0] 10.20.1.9` for everything with a private address.
fn addresses(resolved: &Resolved) -> Vec<String> {
    let with = resolved.instances().filter_map(|(_, i)| Some((i, i.ip?)));
    with.map(|(i, ip)| format!("{} {ip}", i.address)).collect()
}

/// `app/a 10.20.0.0/26` for every real subnet.
fn segments(resolved: &Resolved) -> Vec<String> {
    resolved.segments.values().map(|s| format!("{} {}", s.id, s.cidr)).collect()
}

/// `0.0.0.0/0 nat[0]` for each route of a table.
pub(super) fn routes(resolved: &Resolved, table: &str) -> Vec<String> {
    let routes = &resolved.route_tables[table].routes;
    routes.iter().map(|r| format!("{} {}", r.destination, way(&r.via))).collect()
}

pub(super) fn way(via: &Via) -> String {
    match via {
        Via::Local => "local".to_owned(),
        Via::InternetGateway => "internet".to_owned(),
        Via::EgressOnly => "outwards".to_owned(),
        Via::Nat { instance, hub: None } | Via::Firewall { instance, hub: None } => {
            instance.clone()
        }
        Via::Nat { instance, hub: Some(hub) } | Via::Firewall { instance, hub: Some(hub) } => {
            format!("{hub} to {instance}")
        }
        Via::Hub { hub, network } => format!("{hub} to {network}"),
        Via::Gateway { gateway, network } => format!("{gateway} to {network}"),
        Via::Peering { network, .. } => format!("peer {network}"),
        Via::Endpoint { resource } => format!("door {resource}"),
        Via::Blackhole => "nowhere".to_owned(),
    }
}

fn written(rule: &FilterRule) -> String {
    let peer = match &rule.peer {
        Peer::Any => "anybody".to_owned(),
        Peer::Cidr { cidr } => cidr.to_string(),
        Peer::Range6 { cidr, .. } => cidr.to_string(),
        Peer::Resource { id } => id.to_string(),
        Peer::Service { id } => format!("service {id}"),
    };
    let ports = rule.ports.map_or_else(|| "everything".to_owned(), |ports| ports.to_string());
    format!("{peer} {ports}")
}

/// `from internet tcp/443` and `to orders tcp/5432` for what a filter lets through by links.
pub(super) fn drawn(resolved: &Resolved, filter: &str) -> Vec<String> {
    let filter = &resolved.filters[filter];
    let by_link = |rule: &&FilterRule| rule.id.starts_with("link:");
    let ingress =
        filter.ingress.iter().filter(by_link).map(|rule| format!("from {}", written(rule)));
    let egress = filter.egress.iter().filter(by_link).map(|rule| format!("to {}", written(rule)));
    ingress.chain(egress).collect()
}

/// `8 (override)`: an attribute and where it is from.
fn attribute(resolved: &Resolved, id: &str, name: &str) -> String {
    use crate::resolved::Origin;
    let Some(found) = resolved.resources[id].attributes.get(name) else {
        return "nothing".to_owned();
    };
    let origin = match &found.origin {
        Origin::Set => "set".to_owned(),
        Origin::Inherited { from } => format!("from {from}"),
        Origin::Default => "default".to_owned(),
        Origin::Allocated => "allocated".to_owned(),
        Origin::Override { environment } => format!("by {environment}"),
        Origin::Derived { from } => format!("derived {from}"),
    };
    let value = match &found.value {
        gp_model::Value::String(text) => text.clone(),
        other => other.as_integer().map_or_else(|| format!("{other:?}"), |n| n.to_string()),
    };
    format!("{value} ({origin})")
}

#[test]
fn a_variable_takes_the_value_of_the_environment() {
    let resolved = clean(
        r#"
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s private
              server app memory=${var.size}
        env test lab variables.size="8 GiB"
        "#,
    );
    assert_eq!(attribute(&resolved, "app", "memory"), "8 GiB (set)");
}

#[test]
fn a_variable_that_is_not_set_is_said_and_counts_as_not_written() {
    let resolved = meant(
        "
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s private
              server app memory=${var.size}
        env test lab
        ",
    );
    assert_eq!(
        said(&resolved),
        ["unset-variable: “app” needs the variable “size”, which environment “test” does not set"]
    );
    assert_eq!(attribute(&resolved, "app", "memory"), "4 GiB (default)");
}

#[test]
fn an_override_wins_over_what_the_resource_says() {
    let resolved = clean(
        "
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s private
              server app cpu=2
        env big lab override.app.cpu=16
        ",
    );
    assert_eq!(attribute(&resolved, "app", "cpu"), "16 (by big)");
}

#[test]
fn what_is_disabled_takes_with_it_what_stands_in_it() {
    let resolved = clean(
        "
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s private
              server app
            subnet t private
              server other
        env test lab override.s.disabled=true
        ",
    );
    assert_eq!(resolved.resources.keys().collect::<Vec<_>>(), ["n", "other", "r", "t"]);
}

#[test]
fn the_nearest_container_hands_down_and_says_that_it_was_it() {
    let resolved = clean(
        "
        region r location=frankfurt image=debian-11
          network n 10.20.0.0/16 image=debian-13
            subnet s private
              server app
              server own image=ubuntu-24.04
        ",
    );
    assert_eq!(attribute(&resolved, "app", "image"), "debian-13 (from n)");
    assert_eq!(attribute(&resolved, "own", "image"), "ubuntu-24.04 (set)");
    assert_eq!(attribute(&resolved, "app", "cpu"), "2 (default)");
}

#[test]
fn tags_add_up_and_the_inner_one_wins() {
    let resolved = clean(
        "
        region r location=frankfurt tags.owner=shop tags.cost=1
          network n 10.20.0.0/16
            subnet s private
              server app tags.owner=me
        ",
    );
    let tags: Vec<String> =
        resolved.resources["app"].tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(tags, ["cost=1", "owner=me"]);
}

#[test]
fn a_tier_is_cut_into_four_slots_and_has_a_subnet_per_zone() {
    let resolved = clean(
        "
        region r location=frankfurt zones a,b
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 private
        ",
    );
    assert_eq!(segments(&resolved), ["s/a 10.20.1.0/26", "s/b 10.20.1.64/26"]);
}

#[test]
fn a_third_zone_moves_nothing() {
    let with = |zones: &str| {
        clean(&format!(
            "
            region r location=frankfurt zones {zones}
              network n 10.20.0.0/16
                subnet s 10.20.1.0/24 private
                  server app x2
            "
        ))
    };
    let (before, after) = (with("a,b"), with("a,b,c"));
    assert_eq!(segments(&after)[..2], segments(&before));
    assert_eq!(segments(&after)[2], "s/c 10.20.1.128/26");
    assert_eq!(addresses(&after), addresses(&before));
}

#[test]
fn a_region_in_an_account_keeps_its_zones() {
    let resolved = clean(
        "
        account main
          region r location=frankfurt zones a,b,c
            network n 10.20.0.0/16
              subnet s private
                server app x3
        ",
    );
    assert_eq!(*resolved.resources["n"].zones, ["a", "b", "c"]);
    assert_eq!(stands(&resolved, "app"), ["app[0] in s/a", "app[1] in s/b", "app[2] in s/c"]);
}

#[test]
fn a_network_in_an_account_may_name_zones_and_its_tiers_follow_their_region() {
    let resolved = clean(
        "
        account main
          region r location=frankfurt zones a,b,c
          network n 10.20.0.0/16 zones a,b
            subnet s private
            subnet t private region=r zones a,b,c
        ",
    );
    assert_eq!(*resolved.resources["s"].zones, ["a", "b"]);
    assert_eq!(*resolved.resources["t"].zones, ["a", "b", "c"]);
}

#[test]
fn a_tier_spans_no_more_than_its_network() {
    let resolved = meant(
        "
        region r location=frankfurt zones a,b
          network n 10.20.0.0/16 zones a
            subnet s private
            subnet t private zones=[\"a\",\"b\"]
        ",
    );
    assert_eq!(
        (&*resolved.resources["s"].zones, &*resolved.resources["t"].zones),
        (&vec!["a".to_owned()], &vec!["a".to_owned()])
    );
    assert_eq!(
        said(&resolved),
        ["zone-not-in-region: “t” names zone b, but around it there are only a"]
    );
}

#[test]
fn a_zone_that_the_region_does_not_have_is_said() {
    let resolved = meant(
        "
        region r location=frankfurt zones a,b
          network n 10.20.0.0/16
            subnet s private
              server app zone c
        ",
    );
    assert_eq!(
        said(&resolved),
        ["zone-not-in-region: “app” names zone c, but around it there are only a, b"]
    );
}

#[test]
fn zones_have_each_providers_own_names() {
    let names = |provider: &str| {
        let resolved =
            clean(&format!("region r location=frankfurt zones a,b\nenv test {provider}"));
        let scope = &resolved.scopes["r"];
        let zones: Vec<String> = scope.zones.values().cloned().collect();
        format!("{}: {}", scope.region, zones.join(" "))
    };
    assert_eq!(names("aws"), "eu-central-1: eu-central-1a eu-central-1b");
    assert_eq!(names("azure"), "germanywestcentral: 1 2");
    assert_eq!(names("gcp"), "europe-west3: europe-west3-a europe-west3-b");
}

#[test]
fn where_subnets_are_regional_a_tier_is_one_and_addresses_stay() {
    let on = |provider: &str| {
        clean(&format!(
            "
            region r location=frankfurt zones a,b
              network n 10.20.0.0/16
                subnet s 10.20.1.0/24 private
                  server app x2
            env test {provider}
            "
        ))
    };
    assert_eq!(segments(&on("azure")), ["s 10.20.1.0/24"]);
    assert_eq!(segments(&on("gcp")), ["s 10.20.1.0/24"]);
    assert_eq!(stands(&on("gcp"), "app"), ["app[0] in s", "app[1] in s"]);
    assert_eq!(addresses(&on("azure")), addresses(&on("aws")));
    assert_eq!(addresses(&on("gcp")), addresses(&on("lab")));
}

#[test]
fn another_server_moves_no_address() {
    let with = |more: &str| {
        clean(&format!(
            "
            region r location=frankfurt zones a,b
              network n 10.20.0.0/16
                subnet s private
                  server app x4
                  {more}
            "
        ))
    };
    let (before, after) = (with(""), with("server zoo x20"));
    assert_eq!(addresses(&after)[..4], addresses(&before));
    assert_eq!(addresses(&after).len(), 24);
}

#[test]
fn an_address_that_is_named_is_taken_and_decides_the_zone() {
    let resolved = clean(
        "
        region r location=frankfurt zones a,b
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 private
              server app address=10.20.1.70
        ",
    );
    assert_eq!(stands(&resolved, "app"), ["app in s/b"]);
    assert_eq!(addresses(&resolved), ["app 10.20.1.70"]);
}

#[test]
fn addresses_that_a_provider_keeps_are_given_to_nobody() {
    let resolved = clean(
        "
        region r location=frankfurt zones=[\"a\"]
          network n 10.20.0.0/16
            subnet s 10.20.1.0/26 private slots=\"1\"
              server app x58
        ",
    );
    let mut last: Vec<u8> =
        resolved.resources["app"].instances.iter().map(|i| i.ip.unwrap().octets()[3]).collect();
    last.sort_unstable();
    assert_eq!(last, (4..62).collect::<Vec<u8>>());
}

#[test]
fn ranges_are_found_beside_each_other_and_stay_when_another_comes() {
    let ranges = |more: &str| {
        let resolved = clean(&format!(
            "
            region r location=frankfurt
              network a 10.20.0.0/16
                subnet first private
                subnet second private
                {more}
              network b
            "
        ));
        let range = |id: &str| resolved.resources[id].text("cidr").unwrap().to_owned();
        (range("first"), range("second"), range("b"), resolved)
    };
    let (before, after) = (ranges(""), ranges("subnet third private"));
    assert_eq!((&before.0, &before.1, &before.2), (&after.0, &after.1, &after.2));
    assert!(attribute(&after.3, "third", "cidr").ends_with("(allocated)"));
    let nets: Vec<ipnet::Ipv4Net> = ["first", "second", "third"]
        .iter()
        .map(|id| after.3.resources[*id].text("cidr").unwrap().parse().unwrap())
        .collect();
    let home: ipnet::Ipv4Net = "10.20.0.0/16".parse().unwrap();
    for (n, net) in nets.iter().enumerate() {
        assert!(home.contains(net), "{net}");
        assert!(nets[..n].iter().all(|o| !o.contains(net) && !net.contains(o)), "{nets:?}");
    }
    assert!(!home.contains(&after.2.parse::<ipnet::Ipv4Net>().unwrap()));
}

#[test]
fn a_full_network_is_said() {
    let resolved = meant(
        "
        region r location=frankfurt zones=[\"a\"]
          network n 10.20.0.0/24
            subnet s 10.20.0.0/24 private
            subnet t private
        ",
    );
    assert_eq!(
        said(&resolved),
        ["no-room-for-range: no range is left for “t” in “n”: give it a range, or make room"]
    );
}

#[test]
fn several_go_round_the_zones() {
    let resolved = clean(
        "
        region r location=frankfurt zones a,b
          network n 10.20.0.0/16
            subnet s private
              server app x3
              server one
        ",
    );
    assert_eq!(stands(&resolved, "app"), ["app[0] in s/a", "app[1] in s/b", "app[2] in s/a"]);
    assert_eq!(stands(&resolved, "one"), ["one in s/a"]);
}

#[test]
fn a_volume_on_several_servers_is_one_for_each() {
    let resolved = clean(
        "
        region r location=frankfurt zones a,b
          network n 10.20.0.0/16
            subnet s private
              server app x2
          volume disk
        app -> disk
        ",
    );
    let places: Vec<_> = resolved.resources["disk"]
        .instances
        .iter()
        .map(|i| format!("{} {}", i.address, i.zone.as_deref().unwrap_or("–")))
        .collect();
    assert_eq!(places, ["disk[0] a", "disk[1] b"]);
}

const TIERS: &str = "
    region r location=frankfurt zones a,b
      network n 10.20.0.0/16
        subnet web 10.20.0.0/24 public
        subnet app 10.20.1.0/24 private
        subnet data 10.20.2.0/24 isolated
    ";

#[test]
fn a_public_tier_goes_out_by_the_networks_door_and_an_isolated_one_not_at_all() {
    let resolved = clean(TIERS);
    assert_eq!(routes(&resolved, "web"), ["10.20.0.0/16 local", "0.0.0.0/0 internet"]);
    assert_eq!(routes(&resolved, "data"), ["10.20.0.0/16 local"]);
}

#[test]
fn a_private_tier_without_nat_stays_inside() {
    assert_eq!(routes(&clean(TIERS), "app/a"), ["10.20.0.0/16 local"]);
}

#[test]
fn a_nat_gateway_per_zone_serves_its_own_zone() {
    let resolved = clean(
        &TIERS.replace("10.20.0.0/24 public", "10.20.0.0/24 public\n          nat-gateway out"),
    );
    assert_eq!(stands(&resolved, "out"), ["out[0] in web/a", "out[1] in web/b"]);
    assert_eq!(routes(&resolved, "app/a"), ["10.20.0.0/16 local", "0.0.0.0/0 out[0]"]);
    assert_eq!(routes(&resolved, "app/b"), ["10.20.0.0/16 local", "0.0.0.0/0 out[1]"]);
    assert_eq!(routes(&resolved, "data"), ["10.20.0.0/16 local"]);
}

#[test]
fn one_nat_gateway_for_all_serves_every_zone() {
    let resolved = clean(&TIERS.replace(
        "10.20.0.0/24 public",
        "10.20.0.0/24 public\n          nat-gateway out spread=regional",
    ));
    assert_eq!(stands(&resolved, "out"), ["out in web/a"]);
    assert_eq!(routes(&resolved, "app/b"), ["10.20.0.0/16 local", "0.0.0.0/0 out"]);
}

#[test]
fn peering_leads_both_ways_and_no_further() {
    let resolved = clean(
        "
        region r location=frankfurt zones=[\"a\"]
          network a 10.1.0.0/16
            subnet in-a isolated
          network b 10.2.0.0/16
            subnet in-b isolated
          network c 10.3.0.0/16
            subnet in-c isolated
        a -> b
        b -> c
        ",
    );
    assert_eq!(routes(&resolved, "in-a"), ["10.1.0.0/16 local", "10.2.0.0/16 peer b"]);
    assert_eq!(
        routes(&resolved, "in-b"),
        ["10.2.0.0/16 local", "10.1.0.0/16 peer a", "10.3.0.0/16 peer c"]
    );
    assert_eq!(routes(&resolved, "in-c"), ["10.3.0.0/16 local", "10.2.0.0/16 peer b"]);
}

#[test]
fn a_gateway_end_point_is_a_route_in_the_tiers_that_use_its_service() {
    let resolved = clean(
        "
        region r location=frankfurt zones=[\"a\"]
          network n 10.20.0.0/16
            subnet app isolated
              server worker
            subnet other isolated
            private-endpoint door target=images
          bucket images
        worker -> images read
        ",
    );
    assert_eq!(routes(&resolved, "app"), ["10.20.0.0/16 local", "198.19.0.0/18 door door"]);
    assert_eq!(routes(&resolved, "other"), ["10.20.0.0/16 local"]);
}

#[test]
fn a_flow_opens_its_ports_at_both_ends_and_nothing_else() {
    let resolved = clean(
        "
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s isolated
              server app http:tcp/8080
              database orders
              server idle
        app -> orders tcp/5432
        ",
    );
    assert_eq!(drawn(&resolved, "sg:app"), ["to orders tcp/5432"]);
    assert_eq!(drawn(&resolved, "sg:orders"), ["from app tcp/5432"]);
    let idle = &resolved.filters["sg:idle"];
    assert!(idle.ingress.is_empty() && idle.egress.is_empty());
}

#[test]
fn a_flow_without_ports_means_all_services_of_its_target() {
    let resolved = clean(
        "
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s isolated
              server a
              server b http:tcp/8080 udp/53
        a -> b
        ",
    );
    assert_eq!(drawn(&resolved, "sg:b"), ["from a tcp/8080", "from a udp/53"]);
}

fn balanced(mode: &str) -> Resolved {
    clean(&format!(
        "
        internet internet
        region r location=frankfurt zones a,b
          network n 10.20.0.0/16
            subnet web public
              load-balancer entry public mode={mode} listeners=[{{protocol=\"tcp\",port=443}}]
            subnet s isolated
              server app x2 http:tcp/8080
        internet -> entry
        entry -> app http
        "
    ))
}

#[test]
fn behind_a_proxy_a_target_sees_the_balancer() {
    let resolved = balanced("proxy");
    assert_eq!(drawn(&resolved, "sg:entry"), ["from anybody tcp/443", "to app tcp/8080"]);
    assert_eq!(drawn(&resolved, "sg:app"), ["from entry tcp/8080"]);
}

#[test]
fn behind_a_pass_through_a_target_sees_the_clients() {
    let resolved = balanced("pass-through");
    assert_eq!(drawn(&resolved, "sg:app"), ["from entry tcp/8080", "from anybody tcp/8080"]);
}

#[test]
fn packages_are_let_out_only_where_there_is_a_way() {
    let resolved = clean(
        &TIERS
            .replace("10.20.0.0/24 public", "10.20.0.0/24 public\n          nat-gateway out")
            .replace("10.20.1.0/24 private", "10.20.1.0/24 private\n          server inner")
            .replace("10.20.2.0/24 isolated", "10.20.2.0/24 isolated\n          server cut-off"),
    );
    let out = |id: &str| resolved.filters[id].egress.iter().map(written).collect::<Vec<_>>();
    assert_eq!(out("sg:inner"), ["anybody tcp/443", "anybody tcp/80"]);
    assert_eq!(out("sg:cut-off"), [""; 0]);
    let packages: Vec<_> = resolved
        .needs
        .iter()
        .filter(|need| need.need == crate::kind::Need::Packages)
        .map(|need| (need.resource.as_str(), need.by.as_deref()))
        .collect();
    assert_eq!(packages, [("cut-off", None), ("inner", Some("out"))]);
}

#[test]
fn an_open_network_lets_everything_out() {
    let resolved = clean(
        "
        region r location=frankfurt
          network n 10.20.0.0/16 egress=open
            subnet s isolated
              server app
        ",
    );
    let out: Vec<_> = resolved.filters["sg:app"].egress.iter().map(written).collect();
    assert_eq!(out, ["anybody everything"]);
}

#[test]
fn a_firewall_is_taken_as_written() {
    let resolved = clean(
        r#"
        region r location=frankfurt zones=["a"]
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 isolated
              server app
              firewall edge rules=[{action="deny",source="10.9.0.0/16",protocol="tcp",ports="22"},{action="allow",source="app",destination="s",protocol="tcp",ports=[80,"8000-8010"]}]
        "#,
    );
    let table = &resolved.filters["fw:edge"];
    assert_eq!(table.applies_to, ["s/a"]);
    let rows: Vec<_> = table
        .ingress
        .iter()
        .map(|rule| format!("{} {}", if rule.allow { "allow" } else { "deny" }, written(rule)))
        .collect();
    assert_eq!(rows, ["deny 10.9.0.0/16 tcp/22", "allow app tcp/80", "allow app tcp/8000-8010"]);
}

#[test]
fn a_name_of_a_drawn_thing_has_its_addresses() {
    let resolved = clean(
        r#"
        region r location=frankfurt zones=["a"]
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 isolated
              server app address=10.20.1.9
        dns-zone names domain=shop.example.com public=false records=[{name="www",type="A",value="app"},{name="@",type="TXT",value="v=1"}]
        "#,
    );
    let records: Vec<_> = resolved
        .records
        .iter()
        .map(|r| format!("{} {} {}", r.name, r.type_, r.values.join(" ")))
        .collect();
    assert_eq!(records, ["www.shop.example.com A 10.20.1.9", "shop.example.com TXT v=1"]);
}

#[test]
fn a_kind_that_a_provider_lacks_is_said() {
    let resolved = meant(
        "
        region r location=frankfurt
          bucket images
        env test vsphere
        ",
    );
    assert_eq!(
        said(&resolved),
        [
            "no-counterpart: “images”: there is no counterpart of a bucket on vsphere: disable it in environment “test” or draw it another way"
        ]
    );
}

#[test]
fn an_intent_about_a_container_is_about_everything_in_it() {
    let resolved = clean(
        "
        internet internet
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s private
              server app
              server other
            subnet data isolated
              database orders
        ! unreachable internet -> n id=closed
        ! reachable s -> orders id=works
        ",
    );
    let ends = |id: &Id| {
        let intent = &resolved.intents[id];
        format!("{} -> {}", intent.sources.join(" "), intent.destinations.join(" "))
    };
    assert_eq!(ends(&Id::new("closed")), "internet -> app orders other");
    assert_eq!(ends(&Id::new("works")), "app other -> orders");
}
