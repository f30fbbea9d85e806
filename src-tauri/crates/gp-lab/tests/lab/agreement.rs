//! Proof and packets, cell by cell: the engine that thinks and the kernel that does must say the
//! same of every end point, service and undrawn port.

use super::{Bench, SHOP, sketch, with_lab, with_resolved};
use gp_analysis::reach::{Row, World};
use gp_catalog::{Resolved, resolved::Via};
use gp_lab::{Verdict, Verification};
use gp_model::Id;
use std::collections::{BTreeMap, BTreeSet};

/// Each cell on which proof and packets differ, in words.
pub(super) fn disagreements(resolved: &Resolved, verification: &Verification) -> Vec<String> {
    let world = World::new(resolved);
    let matrix = world.matrix();
    let tried: BTreeMap<(&str, &str, String), Verdict> = verification
        .cells
        .iter()
        .map(|cell| ((&*cell.from, &*cell.to, cell.service.to_string()), cell.verdict))
        .collect();
    let mut lines = Vec::new();
    for (row, cell) in matrix.rows() {
        let key = (&*row.from, &*row.to, row.service.clone());
        let Some(verdict) = tried.get(&key) else {
            lines.push(format!("{} → {} {}: not tried", row.from, row.to, row.service));
            continue;
        };
        let proven = match (cell.allowed, cell.answered) {
            (true, true) => "open",
            (true, false) => "arrives",
            (false, _) => "closed",
        };
        let arrived = matches!(verdict, Verdict::Open | Verdict::NoListener);
        if !cell.fits(*verdict == Verdict::Open, arrived) {
            let proven = if cell.directly || !cell.allowed { proven } else { "only by a balancer" };
            let because = world.because(&matrix, cell);
            let Row { from, to, service } = &row;
            lines.push(format!(
                "{from} → {to} {service}: proof {proven} ({because}), packets {verdict}"
            ));
        }
    }
    assert_eq!(matrix.cells.len(), verification.cells.len(), "both try the same cells");
    lines
}

pub(super) async fn check_agreement(resolved: &Resolved, bench: &Bench) {
    let verification = bench.driver.verify(resolved).await.unwrap();
    let lines = disagreements(resolved, &verification);
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

pub(super) fn template() -> Resolved {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../templates/three-tier-web-shop/design.gplan");
    let opened = gp_model::file::parse(&std::fs::read(path).unwrap());
    let test = Id::new("test");
    let mut resolved = gp_catalog::resolve(&opened.design, gp_catalog::builtin(), Some(&test));
    resolved.design.id = "template".into();
    resolved
}

#[test]
fn proof_and_packets_agree_on_the_template() {
    with_resolved("template", template(), async |resolved, bench| {
        check_agreement(&resolved, bench).await;
    });
}

#[test]
fn every_drawn_flow_of_the_template_answers() {
    with_resolved("template", template(), async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let drawn: Vec<_> = verification.cells.iter().filter(|cell| cell.drawn).collect();
        assert!(drawn.len() >= 7, "{}", super::text(&verification));
        for cell in drawn {
            assert_eq!(cell.verdict, Verdict::Open, "{cell:?}");
        }
    });
}

#[test]
fn proof_and_packets_agree_on_the_sketched_shop() {
    with_lab("agree-shop", SHOP, async |resolved, bench| check_agreement(&resolved, bench).await);
}

#[test]
fn proof_and_packets_agree_on_peerings_tables_and_doors() {
    let text = "
        network alpha
        network beta
        network gamma
        segment a alpha 10.1.0.0/24 10.2.0.0/16=peer:ab:beta 0.0.0.0/0=igw
        segment b beta 10.2.0.0/24 10.1.0.0/16=peer:ab:alpha 10.3.0.0/16=peer:bc:gamma
        segment c gamma 10.3.0.0/24 10.2.0.0/16=peer:bc:beta 0.0.0.0/0=nat:nat
        segment d gamma 10.3.1.0/24 0.0.0.0/0=igw
        internet internet - 203.0.113.10
        user visitor - 203.0.113.20
        bucket images - 198.19.1.1 tcp/443
        nat-gateway nat d 10.3.1.5 public=198.18.0.5
        server left a 10.1.0.10 public=198.18.0.10 tcp/80
        server hidden a 10.1.0.11 tcp/80
        server middle b 10.2.0.10 tcp/80 udp/53
        server right c 10.3.0.10 tcp/80
        server near c 10.3.0.11 tcp/81
        open left
        open middle
        open right
        flow one middle hidden tcp/80
        flow two visitor left tcp/80
        flow three near right tcp/80
        flow four near images tcp/443
        peering ab alpha beta
        peering bc beta gamma
        table edge b | allow 10.1.0.0/24 tcp/80 | deny 10.3.0.0/24 tcp/80 | allow any udp/53
    ";
    let resolved = sketch::resolved("agree-peers", text);
    with_resolved("agree-peers", resolved, async |resolved, bench| {
        check_agreement(&resolved, bench).await;
    });
}

/// The cells from one end to another: `tcp/5000! open`, drawn ones marked.
fn cells(verification: &Verification, from: &str, to: &str) -> String {
    let start = format!("{from} → {to}: ");
    let text = super::text(verification);
    text.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or("not tried").to_owned()
}

#[test]
fn ports_that_overlap_are_opened_once_and_ranges_are_cut_where_rules_are() {
    let text = "
        network shop
        segment near shop 10.20.1.0/24
        segment far shop 10.20.2.0/24
        server app near 10.20.1.10
        server other near 10.20.1.11
        server data far 10.20.2.10 tcp/5000-5010 tcp/8080 udp/7000-7900
        flow one app data tcp/5005 tcp/8080-8090 udp/7100-7200
        flow two other data tcp/5000
    ";
    with_lab("ranges", text, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        assert_eq!(
            cells(&verification, "app", "data"),
            "tcp/5000 rejected, tcp/5001-5004 rejected, tcp/5005! open, tcp/5006-5010 rejected, \
             tcp/8080! open, tcp/8081-8090! open, udp/7000-7099 rejected, udp/7100-7200! open, \
             udp/7201-7900 rejected, tcp/22 rejected"
        );
        assert!(
            cells(&verification, "other", "data")
                .starts_with("tcp/5000! open, tcp/5001-5004 rejected, tcp/5005 rejected")
        );
        check_agreement(&resolved, bench).await;
    });
}

#[test]
fn proof_and_packets_agree_on_nat_gateways_in_a_row() {
    let text = "
        network shop
        segment deep shop 10.20.0.0/24 0.0.0.0/0=nat:inner
        segment middle shop 10.20.1.0/24 0.0.0.0/0=nat:outer
        segment edge shop 10.20.2.0/24 0.0.0.0/0=igw
        internet internet - 203.0.113.10
        bucket images - 198.19.1.1 tcp/443
        nat-gateway inner middle 10.20.1.5
        nat-gateway outer edge 10.20.2.5 public=198.18.0.5
        server app deep 10.20.0.10 tcp/80
        server beside middle 10.20.1.10 tcp/80
        open app
        flow one beside internet tcp/443
        flow two beside images tcp/443
    ";
    with_lab("row", text, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        assert_eq!(cells(&verification, "app", "internet"), "tcp/443 open");
        assert_eq!(cells(&verification, "beside", "images"), "tcp/443! open");
        check_agreement(&resolved, bench).await;
    });
}

/// Their answers would leave by another way than the question came: a public address does not help
/// behind a NAT gateway, nor without a way out, nor where a peer's range leads elsewhere.
#[test]
fn proof_and_packets_agree_on_answers_that_go_astray() {
    let text = "
        network alpha
        network beta
        segment edge alpha 10.1.0.0/24 0.0.0.0/0=igw 10.2.0.0/16=peer:ab:beta
        segment inner alpha 10.1.1.0/24 0.0.0.0/0=nat:nat
        segment lost alpha 10.1.2.0/24
        segment far beta 10.2.0.0/24 0.0.0.0/0=igw
        internet internet - 203.0.113.10
        nat-gateway nat edge 10.1.0.5 public=198.18.0.5
        server good edge 10.1.0.10 public=198.18.0.10 tcp/80 udp/53
        server behind inner 10.1.1.10 public=198.18.0.11 tcp/80 udp/53
        server stuck lost 10.1.2.10 public=198.18.0.12 tcp/80 udp/53
        server peer far 10.2.0.10 public=198.18.0.13 tcp/80 udp/53
        open good
        open behind
        open stuck
        open peer
        peering ab alpha beta
    ";
    with_lab("astray", text, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        assert!(cells(&verification, "internet", "good").starts_with("tcp/80 open, udp/53 open"));
        check_agreement(&resolved, bench).await;
    });
}

/// The designs on which the proof is compared with its twin, as far as `resolve` could have made them.
#[test]
fn proof_and_packets_agree_on_random_designs() {
    let name = "proof_and_packets_agree_on_random_designs";
    let designs = (0..).map(gp_reach_twin::random::design).filter(is_as_resolved);
    let (mut cells, mut open) = (0, 0);
    for (number, mut resolved) in designs.take(10).enumerate() {
        resolved.design.id = format!("random-{number}");
        resolved.environment.id = Id::new("test");
        with_resolved(name, resolved, async |resolved, bench| {
            let verification = bench.driver.verify(&resolved).await.unwrap();
            let lines = disagreements(&resolved, &verification);
            assert!(lines.is_empty(), "the design with number {number}:\n{}", lines.join("\n"));
            cells += verification.cells.len();
            open += verification
                .cells
                .iter()
                .filter(|cell| cell.verdict <= Verdict::NoListener)
                .count();
        });
    }
    let skipped = gp_lab::available().is_err();
    assert!(skipped || (cells > 400 && open > 60), "{cells} cells, {open} of them open");
}

/// No balancer, filters where they belong, one route to each range and one within the network, NAT
/// gateways in reach.
fn is_as_resolved(resolved: &Resolved) -> bool {
    let group_of_hop = |id: &str| {
        let (kind, place) = id.split_once(':').unwrap_or((id, ""));
        let hop = ["nat", "internet", "partner", "images"].iter().any(|hop| place.starts_with(hop));
        hop && kind.starts_with("sg")
    };
    let network_of = |instance: &str| {
        let (_, found) = resolved.instances().find(|(_, i)| i.address == instance)?;
        Some(&resolved.segments.get(found.segment.as_ref()?)?.network)
    };
    let routes_well = |table: &gp_catalog::resolved::RouteTable| {
        let ranges: BTreeSet<_> = table.routes.iter().map(|route| route.destination).collect();
        let reaches = |route: &gp_catalog::resolved::Route| match &route.via {
            Via::Nat { instance, hub } => {
                hub.is_some() || network_of(instance) == Some(&table.network)
            }
            // Only services have their addresses in this range.
            Via::Endpoint { .. } => route.destination.prefix_len() == 16,
            _ => true,
        };
        let is_local = |route: &gp_catalog::resolved::Route| route.via == Via::Local;
        ranges.len() == table.routes.len()
            && table.routes.iter().all(reaches)
            && table.routes.iter().any(is_local)
    };
    // An answer that goes past a firewall is refused by the router beside it, where it comes by there.
    resolved.resource("lb").is_none()
        && resolved.resource("wall").is_none()
        && !resolved.filters.contains_key("fw:edge")
        && !resolved.filters.keys().any(|id| group_of_hop(id))
        && resolved.route_tables.values().all(|table| routes_well(table))
}

#[test]
fn functions_start_connections() {
    let text = "
        network shop
        segment web shop 10.20.0.0/24 0.0.0.0/0=igw
        segment deep shop 10.20.1.0/24
        server entry web 10.20.0.10 public=198.18.0.1 tcp/443
        server closed web 10.20.0.11 public=198.18.0.2 tcp/443
        server hidden deep 10.20.1.10 tcp/443
        open hidden
        function worker - 198.19.3.1
        bucket images - 198.19.1.1 tcp/443
        flow one worker images tcp/443
        flow two worker entry tcp/443
    ";
    with_lab("functions", text, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        assert_eq!(cells(&verification, "worker", "images"), "tcp/443! open");
        assert!(cells(&verification, "worker", "entry").starts_with("tcp/443! open"));
        assert!(cells(&verification, "worker", "closed").starts_with("tcp/443 rejected"));
        assert!(cells(&verification, "worker", "hidden").starts_with("tcp/443 rejected"));
        assert_eq!(cells(&verification, "images", "entry"), "not tried", "it only answers");
        check_agreement(&resolved, bench).await;
    });
}

/// Answers must come back to whatever port a client sends from, not only to those of Linux.
#[test]
fn proof_and_packets_agree_on_filters_that_forget_connections() {
    let lists = [
        ("out allow any tcp/1024-65535 | out allow any udp/1024-65535", true),
        ("out allow any tcp/32768-65535 | out allow any udp/32768-65535", false),
        ("out deny any tcp/40000-40009 | out deny any udp/1024 | out allow any", false),
        ("out allow any icmp", false),
    ];
    for (list, opens) in lists {
        let text = format!(
            "
            network shop
            segment near shop 10.20.1.0/24
            segment far shop 10.20.2.0/24
            server app near 10.20.1.10 tcp/8080
            server data far 10.20.2.10 tcp/5432 udp/53 tcp/9
            server beside far 10.20.2.11
            open app
            open data
            open beside
            acl edge far | in allow any tcp/5432 | in allow any udp/53 | in allow any icmp | in allow any tcp/1024-65535 | {list}
        "
        );
        with_lab("forgetful", &text, async |resolved, bench| {
            let verification = bench.driver.verify(&resolved).await.unwrap();
            let tried = cells(&verification, "app", "data");
            assert_eq!(tried.contains("tcp/5432 open"), opens, "{list}: {tried}");
            assert_eq!(tried.contains("udp/53 open"), opens, "{list}: {tried}");
            let beside = cells(&verification, "beside", "data");
            assert!(
                beside.contains("tcp/5432 open"),
                "inside a segment no edge is passed: {beside}"
            );
            check_agreement(&resolved, bench).await;
        });
    }
}

#[test]
fn a_planted_disagreement_is_found() {
    with_lab("planted", SHOP, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let other = SHOP.replace("flow app-orders app orders tcp/5432", "");
        let other = sketch::resolved("planted", &other);
        let lines = disagreements(&other, &verification);
        assert_eq!(lines.len(), 4, "{lines:#?}");
        assert!(lines.iter().all(|line| line.contains("orders") && line.contains("proof closed")));
    });
}

/// A cache, a file share, a topic, a stream and a document store: each answers where it was drawn.
#[test]
fn proof_and_packets_agree_on_what_keeps_and_passes_on() {
    let mut design = gp_testkit::sketch::sketch(
        "
        region r zones a,b location=frankfurt
          topic news
          stream clicks
          document-store baskets
          network n 10.20.0.0/16
            private-endpoint door target=baskets
            subnet s 10.20.1.0/24 private
              server app
              server other
              private-endpoint news-door target=news
            subnet data 10.20.2.0/24 isolated
              cache hot
              file-share files
        app -> hot
        app -> files
        app -> baskets
        app -> news
        env test lab
        ",
    );
    design.id = Some("kept".to_owned());
    let resolved = gp_catalog::resolve(&design, gp_catalog::builtin(), None);
    assert_eq!(resolved.diagnostics, []);
    with_resolved("kept", resolved, async |resolved, bench| {
        check_agreement(&resolved, bench).await;
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let drawn: Vec<_> = verification.cells.iter().filter(|cell| cell.drawn).collect();
        assert_eq!(drawn.len(), 5, "{}", super::text(&verification));
        assert!(drawn.iter().all(|cell| cell.verdict == Verdict::Open), "{drawn:#?}");
    });
}

/// A server group, a container service, a cluster with workloads, a gateway and a content delivery
/// network: each answers where it was drawn, and who may reach it does.
#[test]
fn proof_and_packets_agree_on_what_runs() {
    let mut design = gp_testkit::sketch::sketch(
        "
        region r zones a,b location=frankfurt
          function work
          bucket files
          api-gateway calls private-link=s
          network n 10.20.0.0/16
            subnet web 10.20.0.0/24 public
              load-balancer entry public listeners=[{protocol=\"http\",port=80}]
              nat-gateway out
            subnet s 10.20.1.0/24 private
              load-balancer inner listeners=[{protocol=\"http\",port=80}]
              server-group app desired=2 http:tcp/8080
              container-service api image=shop/api:1 replicas=2 http:tcp/8080
              kubernetes-cluster shop nodes=1 system-nodes=1
                workload search image=shop/search:1 http:tcp/9200
                workload index image=shop/index:1 replicas=1
        internet internet
        cdn near
        internet -> near
        internet -> calls
        near -> files
        near -> entry
        entry -> app
        calls -> work
        calls -> inner
        inner -> api
        app -> search
        index -> search
        env test lab
        ",
    );
    design.id = Some("runs".to_owned());
    let resolved = gp_catalog::resolve(&design, gp_catalog::builtin(), None);
    assert_eq!(resolved.diagnostics, []);
    with_resolved("runs", resolved, async |resolved, bench| {
        check_agreement(&resolved, bench).await;
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let drawn: Vec<_> = verification.cells.iter().filter(|cell| cell.drawn).collect();
        assert!(drawn.len() > 15, "{}", super::text(&verification));
        let closed: Vec<_> = drawn.iter().filter(|cell| cell.verdict != Verdict::Open).collect();
        assert!(closed.is_empty(), "{closed:#?}");
    });
}

/// Machines in racks answer in the tier that they name, and only whom the drawing lets in.
#[test]
fn proof_and_packets_agree_on_machines_in_racks() {
    let mut design = gp_testkit::sketch::sketch(
        "
        site hall
          network lan 10.20.0.0/16
            subnet front 10.20.1.0/24
              server app
            subnet back 10.20.2.0/24 isolated
          rack r1
            physical-server orders subnet=back postgresql:tcp/5432
            physical-server idle subnet=back
            physical-server bare
            storage-array vault subnet=back
            switch leaf subnet=back
        app -> orders
        orders -> vault kind=flow
        orders -> leaf from-port=nic1 to-port=1
        env test lab
        ",
    );
    design.id = Some("racks".to_owned());
    let resolved = gp_catalog::resolve(&design, gp_catalog::builtin(), None);
    assert_eq!(resolved.diagnostics, []);
    with_resolved("racks", resolved, async |resolved, bench| {
        check_agreement(&resolved, bench).await;
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let drawn: Vec<_> = verification.cells.iter().filter(|cell| cell.drawn).collect();
        assert_eq!(drawn.len(), 2, "{}", super::text(&verification));
        assert!(drawn.iter().all(|cell| cell.verdict == Verdict::Open), "{drawn:#?}");
        assert!(verification.notes.iter().any(|note| note.starts_with("vault: a responder")));
    });
}

/// A bastion, a secret, a log store, a data warehouse: people have no path of their own to a server.
#[test]
fn proof_and_packets_agree_on_the_way_in_for_people() {
    let mut design = gp_testkit::sketch::sketch(
        "
        internet internet
        user staff cidr=192.0.2.0/24
        region r zones a,b location=frankfurt
          secret token
          log-store journal
          network n 10.20.0.0/16
            private-endpoint token-door target=token
            private-endpoint journal-door target=journal
            subnet s 10.20.1.0/24 private
              bastion door
              server app http:tcp/8080
              data-warehouse sales
        staff -> door invoke
        door -> app
        app -> token read
        app -> journal write
        app -> sales
        env test lab
        ",
    );
    design.id = Some("way-in".to_owned());
    let resolved = gp_catalog::resolve(&design, gp_catalog::builtin(), None);
    assert_eq!(resolved.diagnostics, []);
    with_resolved("way-in", resolved, async |resolved, bench| {
        check_agreement(&resolved, bench).await;
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let drawn: Vec<_> = verification.cells.iter().filter(|cell| cell.drawn).collect();
        assert_eq!(drawn.len(), 4, "{}", super::text(&verification));
        assert!(drawn.iter().all(|cell| cell.verdict == Verdict::Open), "{drawn:#?}");
        let outside = verification
            .cells
            .iter()
            .filter(|cell| cell.from == "internet" || cell.from == "staff");
        let open = outside.filter(|cell| cell.to == "app" && cell.verdict == Verdict::Open);
        assert_eq!(open.count(), 0, "{}", super::text(&verification));
    });
}

/// A firewall in the way of what its network and two on a hub send out.
const GUARDED: &str = r#"
    region r zones=["a","b"] location=frankfurt
      transit-hub hub egress=middle
      network middle 10.0.0.0/22
        subnet edge 10.0.0.0/24 public
          nat-gateway out
        subnet fire 10.0.1.0/24 private
          firewall wall mode=appliance rules=[{action="deny",source="bank",destination="partner"},{action="allow",source="10.0.0.0/8",destination="partner",protocol="tcp",ports=443}]
        subnet tools 10.0.2.0/24 private
          server mirror https:tcp/443
      network shop 10.1.0.0/16 egress=open
        subnet app 10.1.0.0/24 private
          server web x2 http:tcp/8080
      network bank 10.2.0.0/16 egress=open
        subnet desk 10.2.0.0/24 private
          server books x2 api:tcp/9000 admin:tcp/9001
    external-system partner address=203.0.113.40
    external-system other address=203.0.113.41
    middle -> hub
    shop -> hub
    bank -> hub
    web -> books tcp/9000
    web -> books tcp/9001
    books -> web tcp/8080
    web -> mirror tcp/443
    mirror -> partner tcp/443
    env test lab
"#;

fn guarded(name: &str, drawn: &str) -> Resolved {
    let mut design = gp_testkit::sketch::sketch(drawn);
    design.id = Some(name.to_owned());
    gp_catalog::resolve(&design, gp_catalog::builtin(), None)
}

#[test]
fn proof_and_packets_agree_on_a_firewall_in_the_way() {
    let resolved = guarded("guarded", GUARDED);
    assert_eq!(resolved.diagnostics, []);
    with_resolved("guarded", resolved, async |resolved, bench| {
        check_agreement(&resolved, bench).await;
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let tried = |from: &str, to: &str| cells(&verification, from, to);
        // Out of both zones, and only to whom a line names.
        for from in ["web[0]", "web[1]", "mirror"] {
            assert!(tried(from, "partner").contains("tcp/443"), "{}", tried(from, "partner"));
            assert!(tried(from, "partner").contains("open"), "{}", tried(from, "partner"));
            assert!(!tried(from, "other").contains("open"), "{}", tried(from, "other"));
        }
        assert!(!tried("books[0]", "partner").contains("open"), "the line before denies it");
        // Between the networks nothing is in the way.
        let between = tried("web[0]", "books[1]");
        assert!(between.contains("tcp/9000! open, tcp/9001! open"), "{between}");
        assert!(tried("web[1]", "mirror").contains("tcp/443! open"));
    });
}

/// What stands in the tier of the NAT gateways gets its answers past the firewall: no provider keeps
/// such a connection, and neither does the lab.
#[test]
fn proof_and_packets_agree_on_answers_past_a_firewall() {
    let drawn = GUARDED.replace(
        "          nat-gateway out\n",
        "          nat-gateway out\n          server front public-address=true\n",
    ) + "\n    front -> mirror tcp/443";
    with_resolved("past", guarded("past", &drawn), async |resolved, bench| {
        check_agreement(&resolved, bench).await;
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let tried = cells(&verification, "front", "mirror");
        assert!(!tried.contains("tcp/443! open"), "{tried}");
    });
}
