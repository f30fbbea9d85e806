//! Bills of small drawings against a price list made for them, and of the template against the built-in one.

use super::{Cost, bill, cost};
use gp_catalog::{Resolved, builtin, prices::Prices, resolve::resolve};
use gp_model::Id;
use std::fmt::Write as _;

const TEMPLATE: &str = include_str!("../../../../../templates/three-tier-web-shop/design.gplan");

/// Round numbers, so that a sum can be seen.
const LIST: &str = r#"
    currency = "USD"
    date = "2026-01-01"
    [meter]
    server = "Server"
    [source.test]
    title = "Made for this test"
    url = "https://example.com"
    date = "2026-01-01"
    [[list]]
    provider = "aws"
    meter = "server"
    unit = "hour"
    source = "test"
    regions = ["eu-central-1", "eu-west-1"]
    rows = [["c7i.large", 0.1, ""], ["m7i.large", 0.2, 0.3]]
    [[list]]
    provider = "aws"
    meter = "volume"
    unit = "gib-month"
    source = "test"
    regions = ["eu-central-1"]
    rows = [["general", 0.5]]
    [[list]]
    provider = "aws"
    meter = "public-address"
    unit = "hour"
    source = "test"
    regions = ["global"]
    rows = [["", 0.01]]
    [[list]]
    provider = "aws"
    meter = "bucket"
    unit = "gib-month"
    source = "test"
    regions = ["global"]
    rows = [["", 0.02]]
    [[list]]
    provider = "aws"
    meter = "transit-hub"
    unit = "hour"
    source = "test"
    regions = ["global"]
    rows = [["", 0.05]]
    [[list]]
    provider = "aws"
    meter = "vpn-gateway"
    unit = "hour"
    source = "test"
    regions = ["global"]
    rows = [["", 0.06]]
    [[list]]
    provider = "aws"
    meter = "nat-gateway-data"
    unit = "gib"
    source = "test"
    regions = ["global"]
    rows = [["", 0.05]]
    [[list]]
    provider = "aws"
    meter = "private-endpoint-data"
    unit = "gib"
    source = "test"
    regions = ["global"]
    rows = [["", 0.03]]
    [[list]]
    provider = "aws"
    meter = "transfer-internet"
    unit = "gib"
    source = "test"
    regions = ["global"]
    rows = [["", 0.09]]
    [[list]]
    provider = "aws"
    meter = "transfer-zone"
    unit = "gib"
    source = "test"
    regions = ["global"]
    rows = [["", 0.01]]
    [[list]]
    provider = "aws"
    meter = "transfer-region"
    unit = "gib"
    source = "test"
    regions = ["global"]
    rows = [["", 0.02]]
"#;

const HEAD: &str = r#"
    format = 1
    [environment.aws]
    provider = "aws"
    [resource.internet]
    kind = "internet"
    [resource.frankfurt]
    kind = "region"
    location = "frankfurt"
    zones = ["a", "b"]
    tags = { owner = "me" }
    [resource.net]
    kind = "network"
    parent = "frankfurt"
    cidr = "10.0.0.0/16"
    [resource.inside]
    kind = "subnet"
    parent = "net"
    cidr = "10.0.1.0/24"
    [resource.outside]
    kind = "subnet"
    parent = "net"
    cidr = "10.0.2.0/24"
    exposure = "public"
"#;

/// Nothing of it is ours to pay but what its links move.
const TRAFFIC: &str = r#"
        [resource.nat]
        kind = "nat-gateway"
        parent = "outside"
        lifecycle = "existing"
        [resource.app]
        kind = "server"
        parent = "inside"
        lifecycle = "existing"
        zone = "a"
        [resource.near]
        kind = "server"
        parent = "inside"
        lifecycle = "existing"
        zone = "a"
        [resource.both]
        kind = "server"
        parent = "inside"
        lifecycle = "existing"
        count = 2
        [resource.pictures]
        kind = "bucket"
        parent = "frankfurt"
        lifecycle = "existing"
        [resource.jobs]
        kind = "queue"
        parent = "frankfurt"
        lifecycle = "existing"
        [resource.door]
        kind = "private-endpoint"
        parent = "inside"
        target = "jobs"
        type = "interface"
        lifecycle = "existing"
        [link.a-out]
        from = "app"
        to = "internet"
        allow = ["tcp/443"]
        traffic = "100 GiB/month"
        [link.b-same-zone]
        from = "app"
        to = "near"
        allow = ["tcp/80"]
        traffic = "100 GiB/month"
        [link.c-half-across]
        from = "app"
        to = "both"
        allow = ["tcp/80"]
        traffic = "100 GiB/month"
        [link.d-through-nat]
        from = "app"
        to = "pictures"
        access = ["read"]
        traffic = "100 GiB/month"
        [link.e-through-door]
        from = "app"
        to = "jobs"
        access = ["publish"]
        traffic = "100 GiB/month"
        [link.f-unreadable]
        from = "near"
        to = "both"
        allow = ["tcp/80"]
        traffic = "a lot"
        [link.g-no-traffic]
        from = "both"
        to = "near"
        allow = ["tcp/80"]
        "#;

fn resolved(text: &str, environment: &str) -> Resolved {
    let opened = gp_model::file::parse(text.as_bytes());
    assert!(opened.diagnostics.is_empty(), "{:#?}", opened.diagnostics);
    resolve(&opened.design, builtin(), Some(&Id::new(environment)))
}

fn costs(body: &str) -> Cost {
    let prices = Prices::parse(LIST).unwrap();
    cost(&resolved(&format!("{HEAD}{body}"), "aws"), builtin(), &prices)
}

/// Every line, for people to read.
fn printed(cost: &Cost) -> String {
    let mut out = format!("{:.2} a month\n", cost.month);
    for item in &cost.items {
        let _ = writeln!(out, "{}: {:.2}", item.id, item.month);
        for line in &item.lines {
            let quantity = line.quantity.map_or("by use".to_owned(), |n| format!("{n:.2}"));
            let what = format!("{} {}", line.meter, line.of);
            let _ = writeln!(
                out,
                "  {}: {quantity} × {} {} = {:.2}",
                what.trim_end(),
                line.price,
                line.unit.words(),
                line.month
            );
        }
        for one in &item.unpriced {
            let what = format!("{} {}", one.meter, one.of);
            let _ = writeln!(out, "  {} in {}: no price", what.trim_end(), one.region);
        }
    }
    out
}

fn lines(cost: &Cost) -> Vec<String> {
    printed(cost).lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn every_instance_is_billed_with_its_disk_and_its_public_address() {
    let cost = costs(
        "[resource.app]\nkind = \"server\"\nparent = \"outside\"\ncount = 3\npublic-address = true\n\
         root-disk = \"20 GiB\"\n",
    );
    assert_eq!(
        lines(&cost),
        [
            "270.90 a month",
            "app: 270.90",
            "server c7i.large: 3.00 × 0.1 an hour = 219.00",
            "volume general: 60.00 × 0.5 a month and GiB = 30.00",
            "public-address: 3.00 × 0.01 an hour = 21.90",
        ]
    );
    let month = format!("{:.2}", cost.month);
    let of = |id: &str| cost.containers.get(&Id::new(id)).map(|sum| format!("{:.2}", sum.month));
    assert_eq!([of("outside"), of("frankfurt")], [Some(month.clone()), Some(month.clone())]);
    assert_eq!(of("inside"), None);
    assert_eq!(format!("{:.2}", cost.tags["owner=me"].month), month);
}

#[test]
fn what_has_no_price_is_named_and_what_is_by_use_has_no_amount() {
    let cost = costs(
        "[resource.app]\nkind = \"server\"\nparent = \"inside\"\ncpu = 4\n\
         [resource.pictures]\nkind = \"bucket\"\nparent = \"frankfurt\"\n\
         [resource.theirs]\nkind = \"server\"\nparent = \"inside\"\nlifecycle = \"existing\"\n",
    );
    assert_eq!(
        lines(&cost),
        [
            "10.00 a month",
            "app: 10.00",
            "volume general: 20.00 × 0.5 a month and GiB = 10.00",
            "server c7i.xlarge in eu-central-1: no price",
            "pictures: 0.00",
            "bucket: by use × 0.02 a month and GiB = 0.00",
        ]
    );
    let partial = |id: &str| cost.containers.get(&Id::new(id)).map(|sum| sum.partial);
    assert_eq!((partial("inside"), partial("frankfurt")), (Some(true), Some(true)));
    assert_eq!(format!("{:.2}", cost.untagged.month), "0.00", "all of it has the region's tag");
}

#[test]
fn a_hub_is_billed_by_what_hangs_on_it_and_a_gateway_by_its_tunnels() {
    let link =
        |from: &str, to: &str| format!("[link.{from}-{to}]\nfrom = \"{from}\"\nto = \"{to}\"\n");
    let made = |id: &str, kind: &str| format!("[resource.{id}]\nkind = \"{kind}\"\n");
    let body = [
        made("hub", "transit-hub") + "parent = \"frankfurt\"\n",
        made("vpn", "vpn-gateway") + "parent = \"frankfurt\"\n",
        made("home", "site"),
        made("works", "site"),
        link("net", "hub"),
        link("vpn", "hub"),
        link("vpn", "home"),
        link("vpn", "works"),
    ];
    assert_eq!(
        lines(&costs(&body.concat())),
        [
            "197.10 a month",
            "hub: 109.50",
            "transit-hub: 3.00 × 0.05 an hour = 109.50",
            "transit-hub-data in eu-central-1: no price",
            "vpn: 87.60",
            "vpn-gateway: 2.00 × 0.06 an hour = 87.60",
        ],
        "a network and two tunnels hang on the hub"
    );
}

/// On AWS the layers of images come by a gateway that costs nothing.
#[test]
fn images_that_come_by_a_private_end_point_are_not_billed_by_their_size() {
    let body = TRAFFIC.replace("kind = \"queue\"", "kind = \"registry\"");
    let body = body.replace("access = [\"publish\"]", "access = [\"read\"]");
    let lines = lines(&costs(&body));
    assert!(lines.iter().any(|line| line.starts_with("d-through-nat")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("door")), "{lines:?}");
}

#[test]
fn a_size_that_cannot_be_read_is_no_size_of_nothing() {
    let cost =
        costs("[resource.disk]\nkind = \"volume\"\nparent = \"frankfurt\"\nsize = \"huge\"\n");
    assert_eq!(
        lines(&cost),
        ["0.00 a month", "disk: 0.00", "volume general in eu-central-1: no price"]
    );
}

#[test]
fn nobody_is_paid_for_what_runs_here() {
    let text = format!("{HEAD}[resource.app]\nkind = \"server\"\nparent = \"inside\"\n")
        .replace("provider = \"aws\"", "provider = \"lab\"");
    let cost = cost(&resolved(&text, "aws"), builtin(), &Prices::parse(LIST).unwrap());
    assert_eq!(cost, Cost::default());
}

#[test]
fn traffic_is_billed_by_the_way_it_takes() {
    let cost = costs(TRAFFIC);
    assert_eq!(
        lines(&cost),
        [
            "23.00 a month",
            "a-out: 14.00",
            "transfer-internet: 100.00 × 0.09 a GiB = 9.00",
            "nat-gateway-data: 100.00 × 0.05 a GiB = 5.00",
            "c-half-across: 1.00",
            "transfer-zone: 100.00 × 0.01 a GiB = 1.00",
            "d-through-nat: 5.00",
            "nat-gateway-data: 100.00 × 0.05 a GiB = 5.00",
            "e-through-door: 3.00",
            "private-endpoint-data: 100.00 × 0.03 a GiB = 3.00",
            "f-unreadable: 0.00",
            "traffic a lot in global: no price",
        ]
    );
    assert_eq!(format!("{:.2}", cost.traffic.month), "23.00");
    assert!(cost.traffic.partial);
}

#[test]
fn one_bill_is_the_same_as_in_the_whole() {
    let resolved = resolved(TEMPLATE, "production");
    let prices = gp_catalog::prices::builtin();
    let whole = cost(&resolved, builtin(), prices);
    for item in &whole.items {
        assert_eq!(bill(&resolved, builtin(), prices, &item.id).as_ref(), Some(item));
    }
    assert_eq!(bill(&resolved, builtin(), prices, "frankfurt"), None);
    assert_eq!(bill(&resolved, builtin(), prices, "no-such-thing"), None);
    let sum: f64 = whole.items.iter().map(|item| item.month).sum();
    assert!((whole.month - sum).abs() < 1e-9);
}

#[test]
fn the_template_is_billed_part_by_part() {
    let cost = cost(&resolved(TEMPLATE, "production"), builtin(), gp_catalog::prices::builtin());
    insta::assert_snapshot!(printed(&cost));
}
