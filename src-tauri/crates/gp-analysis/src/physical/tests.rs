//! What is counted of racks, cables, tiers and ways to storage, on a floor with two racks.

use super::{cables, ports::Ports, racks, sites, storage};
use crate::reach::World;
use gp_catalog::{Resolved, builtin, resolve::resolve};

const FLOOR: &str = r#"
format = 1
[resource.hall]
kind = "site"
title = "Hall, east"
[resource.lan]
kind = "network"
parent = "hall"
cidr = "10.20.0.0/16"
[resource.tier]
kind = "subnet"
parent = "lan"
cidr = "10.20.1.0/24"
[resource.r1]
kind = "rack"
parent = "hall"
units = 10
feed-a = 2
feed-b = 2
[resource.one]
kind = "physical-server"
parent = "r1"
subnet = "tier"
unit = 1
height = 2
power = 600
weight = 20
hbas = 2
[resource.two]
kind = "physical-server"
parent = "r1"
unit = 4
power = 400
feeds = "a"
weight = 15
[resource.loose]
kind = "switch"
parent = "r1"
[resource.r2]
kind = "rack"
parent = "hall"
[resource.red]
kind = "switch"
parent = "r2"
unit = 40
fabric = "a"
[resource.blue]
kind = "switch"
parent = "r2"
unit = 41
fabric = "b"
[resource.vault]
kind = "storage-array"
parent = "r2"
unit = 10
protocol = "fc"
[link.uses]
from = "one"
to = "vault"
kind = "attachment"
[link.fibre-10]
from = "one"
to = "red"
kind = "cable"
from-port = "hba1"
to-port = 10
medium = "om4"
length = "3 m"
note = "=SUM(A1)"
[link.fibre-9]
from = "vault"
to = "red"
kind = "cable"
from-port = "a1"
to-port = 9
"#;

fn meant(more: &str) -> Resolved {
    let opened = gp_model::file::parse(format!("{FLOOR}{more}").as_bytes());
    assert!(opened.diagnostics.is_empty(), "{:?}", opened.diagnostics);
    resolve(&opened.design, builtin(), None)
}

fn cable(id: &str, from: &str, to: &str) -> String {
    format!("[link.{id}]\nfrom = \"{from}\"\nto = \"{to}\"\nkind = \"cable\"\n")
}

#[test]
fn a_rack_is_seen_from_the_top_with_what_has_no_place_at_the_end() {
    let rack = racks::one(&meant(""), "r1").unwrap();
    let seen: Vec<_> = rack.devices.iter().map(|d| (d.id.as_str(), d.unit, d.height)).collect();
    assert_eq!(seen, [("two", Some(4), 1), ("one", Some(1), 2), ("loose", None, 1)]);
    assert_eq!((rack.units, rack.free()), (10, 7));
    let room = |id: &str, unit, height| {
        let device = rack.devices.iter().find(|device| device.id == id).unwrap();
        rack.room_for(&racks::Device { unit, height, ..device.clone() })
    };
    assert_eq!(room("loose", None, 1), Some(3));
    assert_eq!(room("loose", None, 2), Some(5));
    assert_eq!(room("loose", Some(4), 1), Some(3), "the nearest");
    assert_eq!(room("loose", Some(4), 2), Some(5));
    assert_eq!(room("loose", Some(40), 2), Some(9), "as high as it goes");
    assert_eq!(room("one", Some(1), 2), Some(1), "what is moved is not in its own way");
    assert_eq!(room("loose", None, 11), None);
    assert!(racks::one(&meant(""), "one").is_none());
    assert_eq!(racks::all(&meant("")).len(), 2);
}

#[test]
fn a_feed_carries_all_of_what_is_on_both_when_the_other_fails() {
    let rack = racks::one(&meant(""), "r1").unwrap();
    let said = |feed: &racks::Feed| (feed.name, feed.capacity, feed.load, feed.alone);
    // 600 W and the switch's 150 W on both, 400 W on A.
    assert_eq!(said(&rack.feeds[0]), ('A', 2000.0, 775.0, 1150.0));
    assert_eq!(said(&rack.feeds[1]), ('B', 2000.0, 375.0, 750.0));
    assert_eq!((rack.weight, rack.weight_limit), (43.0, Some(1000.0)));
}

#[test]
fn where_there_is_no_second_feed_the_first_carries_all_of_it_always() {
    let resolved = meant(
        "[resource.r3]\nkind = \"rack\"\nparent = \"hall\"\nfeed-b = 0\n[resource.x]\nkind = \"router\"\nparent = \"r3\"\npower = 500\n",
    );
    let rack = racks::one(&resolved, "r3").unwrap();
    assert_eq!((rack.feeds[0].load, rack.feeds[0].alone), (500.0, 500.0));
    assert_eq!((rack.feeds[1].load, rack.feeds[1].alone), (0.0, 0.0));
}

#[test]
fn a_schedule_names_both_ends_and_is_a_table_that_a_spreadsheet_reads() {
    let cables = cables::schedule(&meant(""));
    let said: Vec<&str> = cables.iter().map(|cable| cable.link.as_str()).collect();
    assert_eq!(said, ["fibre-10", "fibre-9"], "r1 comes before r2");
    let text = cables::text(&cables);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[1],
        "fibre-10,\"Hall, east\",r1,1,one,hba1,\"Hall, east\",r2,40,red,10,om4,3 m,,'=SUM(A1)"
    );
    assert!(lines.iter().skip(1).all(|line| line.starts_with("fibre")), "{text}");
}

#[test]
fn cables_of_one_device_come_in_the_order_of_their_ports() {
    let wire =
        |port| cable(&format!("n{port}"), "two", "loose") + &format!("from-port = \"nic{port}\"\n");
    let more: String = [10, 9, 1].into_iter().map(wire).collect();
    let cables = cables::schedule(&meant(&more));
    let said: Vec<&str> =
        cables.iter().filter(|c| c.from.title == "two").map(|c| c.link.as_str()).collect();
    assert_eq!(said, ["n1", "n9", "n10"]);
}

#[test]
fn ways_that_share_a_fabric_count_once_and_separate_ones_each() {
    let found = |more: &str| {
        let resolved = meant(more);
        let ways = storage::ways(&resolved);
        assert_eq!(ways.len(), 1);
        (ways[0].found, ways[0].wanted)
    };
    assert_eq!(found(""), (1, 2));
    let into_blue = cable("b1", "one", "blue") + &cable("b2", "blue", "vault");
    assert_eq!(found(&into_blue), (2, 2));
    let more_red = cable("b1", "one", "red") + &cable("b2", "red", "vault");
    assert_eq!(found(&more_red), (1, 2), "the fabric is still one");
    // Two switches of one fabric that are cabled together fail together.
    let pink = "[resource.pink]\nkind = \"switch\"\nparent = \"r2\"\nfabric = \"a\"\n".to_owned();
    let apart = pink.clone() + &cable("p1", "one", "pink") + &cable("p2", "pink", "vault");
    assert_eq!(found(&apart), (2, 2));
    assert_eq!(found(&(apart + &cable("p3", "pink", "red"))), (1, 2));
    assert_eq!(found(&cable("d1", "one", "vault")), (2, 2), "a cable without a switch is a way");
}

#[test]
fn a_way_over_several_switches_gives_room_to_a_second_one() {
    // The short way one – s1 – s3 – vault would take both s1 and s3 from the two ways that there are.
    let switch = |id| format!("[resource.{id}]\nkind = \"switch\"\nparent = \"hall\"\n");
    let mut more: String = ["s1", "s2", "s3", "s4"].into_iter().map(switch).collect();
    more += "[resource.host]\nkind = \"hypervisor\"\nparent = \"hall\"\n[link.host-uses]\nfrom = \"host\"\nto = \"vault\"\nkind = \"attachment\"\n";
    let pairs = [
        ("host", "s1"),
        ("host", "s2"),
        ("s1", "s3"),
        ("s1", "s4"),
        ("s2", "s3"),
        ("s3", "vault"),
        ("s4", "vault"),
    ];
    for (n, (from, to)) in pairs.iter().enumerate() {
        more += &cable(&format!("c{n}"), from, to);
    }
    let resolved = meant(&more);
    let ways = storage::ways(&resolved);
    let host = ways.iter().find(|ways| ways.link.from == "host").unwrap();
    assert_eq!(host.found, 2);
}

#[test]
fn a_tier_reaches_where_its_guests_are_and_where_its_servers_run() {
    let resolved = meant(
        "[resource.far]\nkind = \"site\"\n[resource.host]\nkind = \"hypervisor\"\nparent = \"far\"\n[resource.app]\nkind = \"server\"\nparent = \"tier\"\n[link.runs]\nfrom = \"app\"\nto = \"host\"\n",
    );
    let reach = sites::of(&resolved);
    assert_eq!(reach.len(), 1);
    let members = |site: &str| {
        let at = reach[0].sites.get(&gp_model::Id::from(site)).unwrap();
        at.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!((members("hall"), members("far")), ("app one".to_owned(), "app".to_owned()));
}

#[test]
fn ports_have_the_names_that_stand_on_the_devices() {
    let resolved = meant("");
    let of = |id: &str| Ports::of(resolved.resource(id).unwrap()).unwrap();
    assert_eq!(of("one").in_words(), "nic1 to nic2, hba1 to hba2, mgmt");
    assert_eq!(of("vault").in_words(), "a1 to a4, b1 to b4, mgmt");
    assert_eq!(of("red").names().count(), 49);
    for (name, there) in [
        ("1", true),
        ("48", true),
        ("49", false),
        ("0", false),
        ("01", false),
        ("mgmt", true),
        ("x", false),
        ("", false),
    ] {
        assert_eq!(of("red").has(name), there, "{name}");
    }
    assert_eq!(of("one").near("nic7", |_| true).as_deref(), Some("nic1"));
    assert_eq!(of("red").near("7", |name| name != "7").as_deref(), Some("8"));
    assert_eq!(of("red").near("48", |name| name != "48").as_deref(), Some("1"));
    assert_eq!(of("one").near("nic1", |name| !name.starts_with("nic")), None);
    assert!(Ports::of(resolved.resource("r1").unwrap()).is_none());
}

#[test]
fn the_proof_knows_a_guest_as_an_end_point_of_its_tier() {
    let resolved = meant(
        "[resource.app]\nkind = \"server\"\nparent = \"tier\"\n[resource.data]\nkind = \"subnet\"\nparent = \"lan\"\ncidr = \"10.20.2.0/24\"\n[resource.orders]\nkind = \"physical-server\"\nparent = \"r1\"\nsubnet = \"data\"\nservices = [{ name = \"postgresql\", port = 5432 }]\n[link.app-orders]\nfrom = \"app\"\nto = \"orders\"\nkind = \"flow\"\n",
    );
    let world = World::new(&resolved);
    let reaching = |end: &str| {
        let found = world.everything_that_reaches(end);
        found.iter().map(|one| format!("{} > {}", one.from, one.to)).collect::<Vec<_>>()
    };
    assert_eq!(reaching("orders"), ["app > orders"]);
    assert_eq!(reaching("data"), ["app > orders"], "a subnet is everything in it");
    assert_eq!(reaching("one"), [""; 0]);
    // The network is both sides of it.
    assert_eq!(reaching("lan"), ["app > orders"]);
}
