//! Small drawings, one per kind of hop that the template does not have.

use super::{printed, printed_matrix, resolved};
use crate::reach::{Matrix, World};

/// A region with a network `left` of one public tier; more is put behind it.
const START: &str = r#"
format = 1
[resource.internet]
kind = "internet"
title = "Internet"
[resource.home]
kind = "region"
location = "frankfurt"
zones = ["a", "b"]
[resource.left]
kind = "network"
parent = "home"
cidr = "10.1.0.0/16"
[resource.front]
kind = "subnet"
parent = "left"
title = "front"
cidr = "10.1.0.0/24"
exposure = "public"
[resource.back]
kind = "subnet"
parent = "left"
title = "back"
cidr = "10.1.1.0/24"
exposure = "isolated"
[resource.web]
kind = "server"
parent = "front"
title = "Web"
zone = "a"
services = [{ name = "http", protocol = "tcp", port = 8080 }]
[resource.store]
kind = "server"
parent = "back"
title = "Store"
zone = "a"
services = [{ name = "db", protocol = "tcp", port = 5432 }]
[link.web-store]
from = "web"
to = "store"
allow = ["tcp/5432"]
"#;

fn check_drawing(more: &str) -> String {
    let resolved = resolved(&format!("{START}{more}"), None);
    printed(&World::new(&resolved), &resolved)
}

#[test]
fn peering_carries_traffic_to_the_next_network_and_no_further() {
    let more = |id: &str, number: u32| {
        format!(
            "[resource.{id}]\nkind = \"network\"\nparent = \"home\"\ncidr = \"10.{number}.0.0/16\"\n\
             [resource.{id}-tier]\nkind = \"subnet\"\nparent = \"{id}\"\ncidr = \"10.{number}.0.0/24\"\nexposure = \"isolated\"\n\
             [resource.{id}-server]\nkind = \"server\"\nparent = \"{id}-tier\"\nzone = \"a\"\nservices = [{{ name = \"http\", protocol = \"tcp\", port = 80 }}]\n\
             [link.web-{id}]\nfrom = \"web\"\nto = \"{id}-server\"\nallow = [\"tcp/80\"]\n"
        )
    };
    let networks = format!("{}{}", more("middle", 2), more("far", 3));
    let peerings =
        "[link.a]\nfrom = \"left\"\nto = \"middle\"\n[link.b]\nfrom = \"middle\"\nto = \"far\"\n";
    insta::assert_snapshot!(check_drawing(&format!("{networks}{peerings}")));
}

#[test]
fn a_pass_through_balancer_shows_its_targets_the_client() {
    let balancer = |mode: &str| {
        format!(
            "[resource.entry]\nkind = \"load-balancer\"\nparent = \"front\"\ntitle = \"Entry\"\nscheme = \"public\"\nmode = \"{mode}\"\n\
             listeners = [{{ protocol = \"tcp\", port = 443 }}]\n\
             [link.visitors]\nfrom = \"internet\"\nto = \"entry\"\nallow = [\"tcp/443\"]\n\
             [link.entry-web]\nfrom = \"entry\"\nto = \"web\"\nallow = [\"http\"]\n\
             [intent.web-is-private]\nexpect = \"unreachable\"\nfrom = \"internet\"\nto = \"web\"\n"
        )
    };
    let both = format!(
        "proxy\n{}\npass-through\n{}",
        check_drawing(&balancer("proxy")),
        check_drawing(&balancer("pass-through"))
    );
    insta::assert_snapshot!(both);
}

const WALL: &str = r#"
[resource.wall]
kind = "firewall"
parent = "back"
title = "Wall"
stateful = STATEFUL
rules = [
  { action = "deny", source = "web", destination = "any", protocol = "tcp", ports = "DENIED" },
  { action = "allow", source = "10.1.0.0/16", destination = "any", protocol = "tcp", ports = "1-9000" },
  { action = "allow", source = "web", destination = "any", protocol = "tcp", ports = "80" },
]
"#;

fn wall(stateful: &str, denied: &str) -> String {
    WALL.replace("STATEFUL", stateful).replace("DENIED", denied)
}

#[test]
fn a_firewall_row_that_denies_is_named() {
    insta::assert_snapshot!(check_drawing(&wall("true", "5432")));
}

#[test]
fn a_filter_that_forgets_connections_must_let_the_answer_out() {
    insta::assert_snapshot!(check_drawing(&wall("false", "22")));
}

/// Two tiers behind NAT gateways, and a firewall before these.
const APPLIANCE: &str = r#"
[resource.out-tier]
kind = "subnet"
parent = "left"
title = "out"
cidr = "10.1.2.0/24"
exposure = "public"
[resource.out]
kind = "nat-gateway"
parent = "out-tier"
title = "Out"
[resource.wall-tier]
kind = "subnet"
parent = "left"
title = "fire"
cidr = "10.1.3.0/24"
[resource.wall]
kind = "firewall"
parent = "wall-tier"
title = "Wall"
mode = "appliance"
rules = [{ action = "allow", source = "app", destination = "internet", protocol = "tcp", ports = "443", comment = "fetches" }]
[resource.app-tier]
kind = "subnet"
parent = "left"
title = "app"
cidr = "10.1.4.0/24"
[resource.app]
kind = "server"
parent = "app-tier"
title = "App"
zone = "b"
[link.app-https]
from = "app"
to = "internet"
allow = ["tcp/443"]
[link.app-http]
from = "app"
to = "internet"
allow = ["tcp/80"]
[intent.app-fetches]
expect = "unreachable"
from = "app"
to = "internet"
allow = ["tcp/443"]
"#;

#[test]
fn a_firewall_in_the_way_lets_pass_what_a_line_names() {
    insta::assert_snapshot!(check_drawing(APPLIANCE));
}

#[test]
fn a_line_behind_one_that_takes_all_its_packets_is_unused() {
    let world = World::new(&resolved(&format!("{START}{}", wall("true", "5432")), None));
    let unused: Vec<String> = world
        .unused_rules()
        .iter()
        .map(|unused| format!("{} behind {}", unused.rule, unused.hidden_by.join(", ")))
        .collect();
    assert_eq!(unused, ["fw:wall/2/in behind fw:wall/1/in", "fw:wall/2/out behind fw:wall/1/out"]);
}

#[test]
fn a_removed_link_closes_exactly_its_cell() {
    let with = World::new(&resolved(START, None)).matrix();
    let bare = START.split("[link.web-store]").next().unwrap();
    let without = World::new(&resolved(bare, None)).matrix();
    let difference = Matrix::difference(&with, &without);
    assert_eq!(difference.opened, []);
    let closed: Vec<String> = difference
        .closed
        .iter()
        .map(|row| format!("{} {} {}", row.from, row.to, row.service))
        .collect();
    assert_eq!(closed, ["web store tcp/5432"]);
    assert!(printed_matrix(&with).contains("+ web → store tcp/5432"));
    assert!(with.to_csv().contains("web,store,tcp/5432,no,yes,yes\n"));
}

#[test]
fn a_range_is_cut_where_only_a_part_of_it_is_open() {
    let range = START.replace("port = 5432", "port = 5000, high = 5010");
    let part = range.replace("tcp/5432", "tcp/5003-5004");
    let whole = range.replace("tcp/5432", "tcp/5000-5010");
    let cells = |text: &str| World::new(&resolved(text, None)).matrix();
    let lines = printed_matrix(&cells(&part));
    let store: Vec<&str> =
        lines.lines().filter(|line| line.contains("web → store tcp/50")).collect();
    assert_eq!(
        store,
        [
            "· web → store tcp/5000-5002",
            "+ web → store tcp/5003-5004",
            "· web → store tcp/5005-5010"
        ]
    );
    let difference = Matrix::difference(&cells(&part), &cells(&whole));
    let opened: Vec<&str> = difference.opened.iter().map(|row| row.service.as_str()).collect();
    assert_eq!(opened, ["tcp/5000-5002", "tcp/5005-5010"]);
    assert_eq!(difference.closed, [], "what is cut elsewhere is not closed");
}

#[test]
fn a_probe_of_one_address_gets_the_same_answer_as_the_matrix() {
    let resolved = resolved(START, None);
    let world = World::new(&resolved);
    let store = resolved.resource("store").unwrap().instances[0].ip.unwrap();
    let open = world.connects("web", "store", store, "tcp/5432".parse().unwrap());
    assert!(open.allowed && open.answered);
    assert_eq!(
        open.because,
        "security group of Store: allowed by web-store: Web → Store, tcp/5432"
    );
    let shut = world.connects("web", "store", store, "tcp/22".parse().unwrap());
    assert!(!shut.allowed && !shut.answered);
    assert_eq!(shut.because, "security group of Web: no rule allows it");
    let names = |found: Vec<crate::reach::Connection>| -> Vec<String> {
        found.into_iter().map(|c| format!("{} {} {}", c.from, c.to, c.allowed)).collect()
    };
    assert_eq!(names(world.everything_that_reaches("store")), ["web store tcp/5432"]);
    assert_eq!(names(world.everything_reached_by("web")), ["web store tcp/5432"]);
}

/// People come in by the bastion, which is no path of the network: nothing outside has one to 22.
#[test]
fn a_bastion_reaches_its_server_and_the_internet_does_not() {
    let more = r#"
[resource.staff]
kind = "user"
cidr = "192.0.2.0/24"
[resource.door]
kind = "bastion"
parent = "back"
[link.door-web]
from = "door"
to = "web"
[link.staff-door]
from = "staff"
to = "door"
access = ["invoke"]
"#;
    let world = World::new(&resolved(&format!("{START}{more}"), None));
    let reach = |name: &str| -> Vec<String> {
        let all = world.everything_that_reaches(name).into_iter();
        let words = |set: &crate::sets::PacketSet| {
            set.specs().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        all.map(|one| format!("{} {}", one.from, words(&one.allowed))).collect()
    };
    assert_eq!(reach("web"), ["door tcp/22"]);
    assert_eq!(reach("door"), Vec::<String>::new());
    assert!(world.exposed_to_internet().is_empty());
}
