//! Where the packets of one connection were seen, in order, and which drawn rules counted them there.

use super::{SHOP, with_lab};
use gp_lab::{Traced, Verdict, Verification};

fn spaces(traced: &Traced) -> Vec<&str> {
    traced.way.iter().map(|seen| &*seen.space).collect()
}

fn cell<'a>(tried: &'a Verification, from: &str, to: &str, service: &str) -> &'a gp_lab::Cell {
    let is_it = |cell: &&gp_lab::Cell| {
        cell.from == from && cell.to == to && cell.service.to_string() == service
    };
    tried.cells.iter().find(is_it).unwrap()
}

#[test]
fn a_packet_is_followed_through_a_nat_gateway_and_to_the_door_that_refuses_it() {
    let text = format!("{SHOP}\n    flow app-out app internet tcp/443\n");
    with_lab("followed", &text, async |resolved, bench| {
        let tried = bench.driver.verify(&resolved).await.unwrap();
        let out = cell(&tried, "app[0]", "internet", "tcp/443");
        let traced = bench.driver.trace(&resolved, out).await.unwrap();
        assert_eq!(traced.unwatched, None);
        assert_eq!(traced.tried.verdict, Verdict::Open);
        let way = ["app[0]", "router:shop", "nat[0]", "router:shop", "core", "internet"];
        assert_eq!(spaces(&traced), way, "{traced:#?}");
        assert!(traced.way[5].taken && traced.way[..5].iter().all(|seen| seen.answered));

        let refused = cell(&tried, "entry[0]", "orders[0]", "tcp/5432");
        let traced = bench.driver.trace(&resolved, refused).await.unwrap();
        assert_eq!(traced.tried.verdict, Verdict::Rejected);
        let last = traced.way.last().unwrap();
        assert!(!last.taken, "{traced:#?}");
        let rules: Vec<&str> = last.rules.iter().map(|counted| &*counted.rule).collect();
        assert!(rules.iter().any(|rule| rule.starts_with("default:")), "{traced:#?}");
        // Nothing of the watching is left.
        let again = bench.driver.verify(&resolved).await.unwrap();
        let named = again.cells.iter().filter_map(|cell| cell.evidence.as_ref());
        assert!(named.into_iter().all(|evidence| !evidence.rule.starts_with("came ")));
    });
}
