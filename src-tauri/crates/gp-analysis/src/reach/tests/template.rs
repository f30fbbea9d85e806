//! The three-tier template: everything drawn works, every intent holds, nothing else is open.

use super::{printed, printed_matrix, resolved};
use crate::reach::World;
use std::fmt::Write as _;

const TEMPLATE: &str = include_str!("../../../../../../templates/three-tier-web-shop/design.gplan");

#[test]
fn every_link_works_and_every_intent_holds_in_both_environments() {
    for environment in ["test", "production"] {
        let resolved = resolved(TEMPLATE, Some(environment));
        let world = World::new(&resolved);
        let links = world.links(&resolved);
        assert!(links.len() >= 4, "{links:#?}");
        let bad = links.iter().find(|link| !link.works || !link.answered);
        assert!(bad.is_none(), "{environment}: {bad:#?}");
        let intents = world.intents(&resolved);
        assert_eq!(intents.len(), 4);
        let broken = intents.iter().find(|intent| !intent.holds);
        assert!(broken.is_none(), "{environment}: {broken:#?}");
    }
}

#[test]
fn the_matrix_of_the_template_stays_as_it_is() {
    let test = World::new(&resolved(TEMPLATE, Some("test"))).matrix();
    let production = World::new(&resolved(TEMPLATE, Some("production"))).matrix();
    insta::assert_snapshot!(printed_matrix(&test));
    assert_eq!(printed_matrix(&test), printed_matrix(&production));
}

#[test]
fn only_the_entry_is_exposed_to_the_internet() {
    let world = World::new(&resolved(TEMPLATE, Some("test")));
    let exposed: Vec<String> = world
        .exposed_to_internet()
        .iter()
        .map(|e| {
            format!(
                "{} {} by {} hops",
                e.instance,
                e.allowed,
                e.example.as_ref().map_or(0, |t| t.hops.len())
            )
        })
        .collect();
    insta::assert_snapshot!(exposed.join("\n"));
}

#[test]
fn breaking_the_template_is_noticed_hop_by_hop() {
    let broken = TEMPLATE
        .replace("count = 2", "public-address = true")
        .replace(
            "title = \"app\"\ncidr = \"10.20.1.0/24\"\nexposure = \"private\"",
            "title = \"app\"\ncidr = \"10.20.1.0/24\"\nexposure = \"public\"",
        )
        .replace(
            "[intent.app-is-private]",
            "[link.internet-app]\nfrom = \"internet\"\nto = \"app\"\nallow = [\"tcp/22\"]\n\n\
             [link.internet-orders]\nfrom = \"internet\"\nto = \"orders\"\nallow = [\"tcp/5432\"]\n\n\
             [resource.stranger]\nkind = \"server\"\nparent = \"app-tier\"\ntitle = \"Stranger\"\n\n\
             [link.stranger-orders]\nfrom = \"stranger\"\nto = \"orders\"\nallow = [\"tcp/5432\"]\n\n\
             [intent.app-is-private]",
        );
    let resolved = resolved(&broken, Some("test"));
    insta::assert_snapshot!(printed(&World::new(&resolved), &resolved));
}

#[test]
fn every_hop_of_the_way_to_the_orders_is_named() {
    let world = World::new(&resolved(TEMPLATE, Some("test")));
    let answer = world.reach("app[0]", "orders");
    let mut text = format!("allowed {}, answered {}\n", answer.allowed, answer.answered);
    answer.via.iter().for_each(|trace| text.push_str(&super::printed_trace(trace)));
    for block in &answer.blocked {
        let _ = writeln!(text, "{}: {} stops {}", block.hop, block.why, block.packets);
    }
    let _ = writeln!(text, "{}", world.reach("app[0]", "nowhere").blocked[0].why);
    insta::assert_snapshot!(text);
}
