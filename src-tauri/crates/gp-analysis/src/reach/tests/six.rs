//! IPv6: what is proven of it beside IPv4, and that the engine and its twin see the same.

use super::twin;
use crate::reach::World;
use gp_catalog::{Resolved, builtin, resolve::resolve};
use gp_testkit::sketch::sketch;
use proptest::prelude::*;

fn meant(text: &str) -> Resolved {
    resolve(&sketch(text), builtin(), None)
}

const SHOP: &str = r#"
internet internet
user staff cidr=203.0.113.64/28
region r zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6-cidr=fd12:3456:789a:100::/56
    subnet web 10.20.0.0/24 public
      nat-gateway out
      load-balancer entry public listeners=[{protocol="http",port=80}]
      server relay address=10.20.0.9 zone=a smtp:tcp/25
    subnet tier 10.20.1.0/24 private
      server app address=10.20.1.9 http:tcp/8080
      database orders
    subnet data 10.20.2.0/24 isolated
      server vault address=10.20.2.9 store:tcp/9000
  network office 10.30.0.0/16 ipv6-cidr=fd12:3456:789a:200::/56
    subnet desks 10.30.1.0/24 private
      server desk address=10.30.1.9
internet -> entry
internet -> relay
staff -> relay
entry -> app
app -> orders
app -> vault tcp/9000
app -> internet tcp/443
desk -> app tcp/8080
office -> shop id=beside
! unreachable internet -> data
"#;

/// `from → to: what arrives` for pairs of these, over IPv6.
fn over_ipv6(text: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let resolved = meant(text);
    let world = World::new(&resolved);
    let six = world.over_ipv6().expect("a network has IPv6");
    let one = |(from, to): &(&str, &str)| {
        let allowed = six.reach(from, to).allowed;
        format!(
            "{from} → {to}: {}",
            if allowed.is_empty() { "nothing".into() } else { allowed.to_string() }
        )
    };
    pairs.iter().map(one).collect()
}

#[test]
fn the_same_rules_hold_and_other_routes() {
    let pairs = [
        ("internet", "entry[0]"),
        ("internet", "relay"),
        ("entry[0]", "app"),
        ("app", "vault"),
        ("desk", "app"),
        ("app", "internet"),
        ("internet", "app"),
        ("vault", "internet"),
        ("desk", "vault"),
    ];
    let said = over_ipv6(SHOP, &pairs);
    assert_eq!(
        said,
        [
            "internet → entry[0]: tcp/80",
            "internet → relay: tcp/25",
            "entry[0] → app: tcp/8080",
            "app → vault: tcp/9000",
            "desk → app: tcp/8080",
            "app → internet: tcp/80, tcp/443",
            "internet → app: nothing",
            "vault → internet: nothing",
            "desk → vault: nothing",
        ]
    );
}

#[test]
fn what_speaks_ipv4_only_takes_no_part() {
    let resolved = meant(SHOP);
    let world = World::new(&resolved);
    let names = world.over_ipv6().unwrap().end_point_names();
    assert_eq!(names, ["app", "desk", "entry[0]", "entry[1]", "internet", "relay", "vault"]);
}

#[test]
fn an_address_in_a_public_tier_is_a_public_one_and_that_is_told() {
    let resolved = meant(SHOP);
    let world = World::new(&resolved);
    let alone = world.exposed_by_ipv6_alone();
    let said: Vec<_> =
        alone.iter().map(|one| format!("{} {}", one.instance, one.allowed)).collect();
    assert_eq!(said, ["relay tcp/25"]);
    let way = alone[0].example.as_ref().unwrap();
    assert!(way.destination.is_ipv6() && way.source.is_ipv6(), "{way:?}");
    assert!(way.destination.to_string().ends_with("::9"), "{}", way.destination);
}

#[test]
fn an_intent_is_broken_by_what_arrives_over_ipv6() {
    let text = SHOP.replace("internet -> data", "internet -> relay");
    let resolved = meant(&text);
    let verdict = &World::new(&resolved).intents(&resolved)[0];
    assert!(!verdict.holds);
    assert_eq!(verdict.because.as_deref(), Some("internet reaches relay on tcp/25 over IPv6"));
    let resolved = meant(SHOP);
    assert!(World::new(&resolved).intents(&resolved)[0].holds);
    // Without IPv6 it is the address that nobody outside has.
    let resolved = meant(&text.replace(" ipv6-cidr=fd12:3456:789a:100::/56", ""));
    assert!(World::new(&resolved).intents(&resolved)[0].holds);
}

#[test]
fn a_row_about_ipv4_addresses_says_nothing_of_ipv6() {
    let guard = |rule: &str| {
        SHOP.replace(
            "      server vault",
            &format!("      firewall guard rules=[{rule}]\n      server vault"),
        )
    };
    let all = guard(r#"{action="allow",source="10.0.0.0/8"}"#);
    assert_eq!(over_ipv6(&all, &[("app", "vault")]), ["app → vault: nothing"]);
    let any = guard(r#"{action="deny",source="10.0.0.0/8"},{action="allow"}"#);
    assert_eq!(over_ipv6(&any, &[("app", "vault")]), ["app → vault: tcp/9000"]);
    // A tier means both its ranges, and a server both its addresses.
    let range = guard(r#"{action="allow",source="tier",protocol="tcp",ports=9000}"#);
    assert_eq!(over_ipv6(&range, &[("app", "vault")]), ["app → vault: tcp/9000"]);
    let range = guard(r#"{action="allow",source="web",protocol="tcp",ports=9000}"#);
    assert_eq!(over_ipv6(&range, &[("app", "vault")]), ["app → vault: nothing"]);
    let mixed = guard(r#"{action="allow",source="tier",destination="10.20.2.0/24"}"#);
    assert_eq!(over_ipv6(&mixed, &[("app", "vault")]), ["app → vault: nothing"]);
    let named = guard(r#"{action="allow",source="app",protocol="tcp",ports=9000}"#);
    assert_eq!(over_ipv6(&named, &[("app", "vault")]), ["app → vault: tcp/9000"]);
}

#[test]
fn a_line_that_never_decides_does_so_in_neither_family() {
    let guard = |rows: &str| {
        let text = SHOP.replace(
            "      server vault",
            &format!("      firewall guard rules=[{rows}]\n      server vault"),
        );
        let unused = World::new(&meant(&text)).unused_rules();
        unused.into_iter().map(|one| one.rule).collect::<Vec<_>>()
    };
    let plain = r#"{action="allow",source="tier",destination="data"}"#;
    assert_eq!(guard(plain), [""; 0]);
    let hidden = guard(&format!(r#"{{action="allow",source="tier"}},{plain}"#));
    assert_eq!(
        hidden,
        ["fw:guard/1/in", "fw:guard/1/out", "fw:guard/1/in/ipv6", "fw:guard/1/out/ipv6"]
    );
}

#[test]
fn a_link_over_a_hub_is_one_of_ipv4_alone() {
    let text =
        SHOP.replace("office -> shop id=beside", "transit-hub hub\noffice -> hub\nshop -> hub");
    let resolved = meant(
        &text
            .replace("transit-hub hub\n", "")
            .replace("  network office", "  transit-hub hub\n  network office"),
    );
    let alone = World::new(&resolved).links_of_ipv4_alone(&resolved);
    assert_eq!(alone.iter().map(|one| one.link.as_str()).collect::<Vec<_>>(), ["desk-app"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::reach::cases(60)))]
    #[test]
    fn the_engine_agrees_with_its_twin_over_ipv6(
        web in 0_usize..3, tier in 0_usize..3, data in 0_usize..3, off in 0_usize..3, nat: bool,
        public: bool, stateful: bool, first in 0_usize..4, second in 0_usize..4,
    ) {
        let exposure = ["public", "private", "isolated"];
        let rows = [
            r#"{action="allow",source="tier",protocol="tcp",ports="1-9000"}"#,
            r#"{action="deny",source="relay"}"#,
            r#"{action="allow"}"#,
            r#"{action="allow",destination="office"}"#,
        ];
        let mut text = SHOP
            .replace("10.20.0.0/24 public", &format!("10.20.0.0/24 {}", exposure[web]))
            .replace("10.20.1.0/24 private", &format!("10.20.1.0/24 {}", exposure[tier]))
            .replace("10.20.2.0/24 isolated", &format!(
                "10.20.2.0/24 {}\n      firewall guard stateful={stateful} rules=[{},{}]",
                exposure[data], rows[first], rows[second]
            ));
        match off {
            0 => text = text.replace(" ipv6-cidr=fd12:3456:789a:200::/56", ""),
            1 => text = text.replace("office -> shop id=beside", ""),
            _ => {}
        }
        if !nat {
            text = text.replace("      nat-gateway out\n", "");
        }
        if public {
            text = text.replace("smtp:tcp/25", "smtp:tcp/25 public-address=true");
        }
        let resolved = meant(&text);
        let over = resolved.over_ipv6().unwrap().resolved;
        let world = World::new(&resolved);
        let packets = [25, 80, 443, 8080, 9000].map(|port| (gp_model::Protocol::Tcp, port));
        twin::agree(&over, world.over_ipv6().unwrap(), &packets);
    }
}
