//! Tables beside [`super::TABLE`], so that what they say changes nothing there and resets no counter: `gp_off` refuses
//! what is switched off, `gp_live` counts what drawn links carry. Both judge packets where a link starts.

use crate::off::Sent;
use gp_model::{PortSpec, Protocol};
use serde_json::{Value, json};
use std::{collections::BTreeSet, net::Ipv4Addr};

/// The mark of connections that only ask whether a link answers; they are not counted as its traffic.
pub const PROBE_MARK: u32 = 0x6770;

/// The table that counts.
pub const LIVE: &str = "gp_live";

/// The table that refuses.
pub const OFF: &str = "gp_off";

/// Before every filter, after the kernel knows the connection.
const FIRST: i32 = -150;

/// A table that refuses what is sent, with an answer; of nothing, none.
pub fn refusing(sent: &[Sent]) -> Value {
    let mut table = Table::new(OFF);
    if !sent.is_empty() {
        for chain in ["output", "forward"] {
            table.chain(chain, FIRST - 1);
            for line in sent {
                for ports in &line.ports {
                    let mut rule = to(&line.to, *ports);
                    rule.push(json!({"counter": null}));
                    rule.push(json!({"reject": {"type": "icmpx", "expr": "admin-prohibited"}}));
                    table.rule(chain, &rule, &format!("off:{}", line.link));
                }
            }
        }
    }
    table.lines()
}

/// A table that counts what is sent and what comes back; of nothing, none.
pub fn counting(sent: &[Sent]) -> Value {
    let mut table = Table::new(LIVE);
    if !sent.is_empty() {
        let (mark, probe) = (json!({"ct": {"key": "mark"}}), json!(PROBE_MARK));
        let asks = vec![
            compare("==", &json!({"meta": {"key": "mark"}}), &probe),
            json!({"mangle": {"key": mark, "value": probe}}),
        ];
        let traffic = compare("!=", &mark, &probe);
        for (chain, out) in [("output", true), ("forward", true), ("input", false)] {
            table.chain(chain, FIRST);
            if chain == "output" {
                table.rule(chain, &asks, "probe");
            }
            for line in sent {
                for ports in &line.ports {
                    let mut rule = if out { to(&line.to, *ports) } else { from(&line.to, *ports) };
                    rule.push(traffic.clone());
                    rule.push(json!({"counter": null}));
                    let way = if out { "out" } else { "in" };
                    table.rule(chain, &rule, &format!("{way}:{}", line.link));
                }
            }
        }
    }
    table.lines()
}

/// A link whose name is too long for a comment has no counter of its own.
const LONGEST_COMMENT: usize = 120;

struct Table {
    name: &'static str,
    made: Vec<Value>,
    empty: bool,
}

impl Table {
    fn new(name: &'static str) -> Self {
        let table = json!({"table": {"family": "inet", "name": name}});
        let made = vec![json!({"add": table}), json!({"delete": table})];
        Self { name, made, empty: true }
    }

    fn chain(&mut self, hook: &str, priority: i32) {
        if self.empty {
            self.empty = false;
            self.made.push(json!({"add": {"table": {"family": "inet", "name": self.name}}}));
        }
        self.made.push(json!({"add": {"chain": {
            "family": "inet", "table": self.name, "name": format!("gp_{hook}"),
            "type": "filter", "hook": hook, "prio": priority, "policy": "accept",
        }}}));
    }

    fn rule(&mut self, hook: &str, expression: &[Value], comment: &str) {
        let mut rule = json!({
            "family": "inet", "table": self.name, "chain": format!("gp_{hook}"),
            "expr": expression,
        });
        if comment.len() <= LONGEST_COMMENT {
            rule["comment"] = comment.into();
        }
        self.made.push(json!({"add": {"rule": rule}}));
    }

    fn lines(self) -> Value {
        json!({"nftables": self.made})
    }
}

fn compare(operator: &str, left: &Value, right: &Value) -> Value {
    json!({"match": {"op": operator, "left": left, "right": right}})
}

/// Packets towards these.
fn to(addresses: &BTreeSet<Ipv4Addr>, ports: PortSpec) -> Vec<Value> {
    packets("daddr", "dport", addresses, ports)
}

/// Packets from these.
fn from(addresses: &BTreeSet<Ipv4Addr>, ports: PortSpec) -> Vec<Value> {
    packets("saddr", "sport", addresses, ports)
}

fn packets(
    address: &str,
    port: &str,
    addresses: &BTreeSet<Ipv4Addr>,
    ports: PortSpec,
) -> Vec<Value> {
    let field =
        |protocol: &str, field: &str| json!({"payload": {"protocol": protocol, "field": field}});
    let list: Vec<&Ipv4Addr> = addresses.iter().collect();
    let set = match list[..] {
        // A set cannot be empty; nobody has this address.
        [] => json!("255.255.255.255"),
        [one] => json!(one),
        _ => json!({"set": list}),
    };
    let ends = compare("==", &field("ip", address), &set);
    let service = if ports.protocol == Protocol::Icmp {
        compare("==", &json!({"meta": {"key": "l4proto"}}), &json!("icmp"))
    } else {
        let range = if ports.low == ports.high {
            json!(ports.low)
        } else {
            json!({"range": [ports.low, ports.high]})
        };
        compare("==", &field(&ports.protocol.to_string(), port), &range)
    };
    vec![ends, service]
}
