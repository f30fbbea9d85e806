//! Proof and packets, cell by cell: the engine that thinks and the kernel that does must say the
//! same of every end point, service and undrawn port.

use super::{Bench, SHOP, sketch, with_lab, with_resolved};
use gp_analysis::reach::{Row, World};
use gp_catalog::Resolved;
use gp_lab::{Verdict, Verification};
use gp_model::Id;
use std::collections::BTreeMap;

/// Each cell on which proof and packets differ, in words.
fn disagreements(resolved: &Resolved, verification: &Verification) -> Vec<String> {
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
        let agree = match verdict {
            // Somebody outside answers on 443 although no service is drawn there.
            Verdict::Open => cell.allowed,
            Verdict::NoListener => cell.allowed && !cell.answered,
            Verdict::Rejected | Verdict::Timeout => !cell.allowed,
        };
        if !agree {
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

async fn check_agreement(resolved: &Resolved, bench: &Bench) {
    let verification = bench.driver.verify(resolved).await.unwrap();
    let lines = disagreements(resolved, &verification);
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

fn template() -> Resolved {
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
