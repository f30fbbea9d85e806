//! The JSON schema of libnftables, as far as we use it.

use super::{Action, Chain, Match, Rule, TABLE};
use gp_model::{PortSpec, Protocol};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// nft keeps 128 bytes of comment.
const LONGEST_COMMENT: usize = 120;

/// One transaction that replaces all our rules in a namespace by these.
pub fn batch(rules: &[Rule]) -> Value {
    let table = json!({"table": {"family": "inet", "name": TABLE}});
    let mut lines = vec![json!({"add": table}), json!({"delete": table})];
    if !rules.is_empty() {
        lines.push(json!({"add": table}));
        let chains: BTreeSet<&Chain> = rules.iter().flat_map(chains_of).collect();
        // Jump targets first: a rule may only name a chain that stands.
        lines.extend(chains.iter().rev().map(|chain| json!({"add": {"chain": chain_json(chain)}})));
        for rule in rules {
            if let Action::Jump(number) = rule.then {
                let own = Chain::Own(number);
                if !chains.contains(&own) {
                    lines.push(json!({"add": {"chain": chain_json(&own)}}));
                }
            }
        }
        lines.extend(rules.iter().map(|rule| json!({"add": {"rule": rule_json(rule)}})));
    }
    json!({"nftables": lines})
}

fn chains_of(rule: &Rule) -> impl Iterator<Item = &Chain> {
    std::iter::once(&rule.chain)
}

fn chain_json(chain: &Chain) -> Value {
    let (kind, hook, priority) = match chain {
        Chain::Mark => ("filter", "prerouting", -150),
        Chain::Arrive => ("nat", "prerouting", -100),
        Chain::Input => ("filter", "input", 0),
        Chain::Output => ("filter", "output", 0),
        Chain::Forward => ("filter", "forward", 0),
        Chain::Leave => ("nat", "postrouting", 100),
        Chain::Own(_) => {
            return json!({"family": "inet", "table": TABLE, "name": chain.name()});
        }
    };
    json!({
        "family": "inet", "table": TABLE, "name": chain.name(),
        "type": kind, "hook": hook, "prio": priority, "policy": "accept",
    })
}

fn rule_json(rule: &Rule) -> Value {
    let mut expression: Vec<Value> = rule.when.iter().flat_map(match_json).collect();
    if rule.id.is_some() {
        expression.push(json!({"counter": null}));
    }
    expression.extend(action_json(&rule.then));
    let mut line = json!({
        "family": "inet", "table": TABLE, "chain": rule.chain.name(), "expr": expression,
    });
    if let Some(id) = &rule.id {
        line["comment"] = comment(id).into();
    }
    line
}

/// The id as it fits into a comment.
fn comment(id: &str) -> String {
    if id.len() <= LONGEST_COMMENT {
        return id.to_owned();
    }
    let mut end = LONGEST_COMMENT - 17;
    while !id.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}~{}", &id[..end], crate::blueprint::device_name('x', id))
}

fn compare(operator: &str, left: &Value, right: &Value) -> Value {
    json!({"match": {"op": operator, "left": left, "right": right}})
}

fn match_json(condition: &Match) -> Vec<Value> {
    let payload = |field: &str| json!({"payload": {"protocol": "ip", "field": field}});
    let meta = |key: &str| json!({"meta": {"key": key}});
    match condition {
        Match::Source(nets) => vec![compare("==", &payload("saddr"), &set(nets))],
        Match::SourceNot(nets) => vec![compare("!=", &payload("saddr"), &set(nets))],
        Match::Destination(nets) => vec![compare("==", &payload("daddr"), &set(nets))],
        Match::Ports(ports) => ports_json(*ports),
        Match::In(device) => vec![compare("==", &meta("iifname"), &json!(device))],
        Match::InNot(device) => vec![compare("!=", &meta("iifname"), &json!(device))],
        Match::Out(device) => vec![compare("==", &meta("oifname"), &json!(device))],
        Match::OutNot(device) => vec![compare("!=", &meta("oifname"), &json!(device))],
        Match::Known => {
            vec![compare(
                "in",
                &json!({"ct": {"key": "state"}}),
                &json!(["established", "related"]),
            )]
        }
        Match::Stray => vec![compare("in", &json!({"ct": {"key": "state"}}), &json!(["invalid"]))],
        Match::New => vec![compare("in", &json!({"ct": {"key": "state"}}), &json!(["new"]))],
        Match::Hardware(address) => {
            let text = address.map(|byte| format!("{byte:02x}")).join(":");
            let left = json!({"payload": {"protocol": "ether", "field": "saddr"}});
            vec![compare("==", &left, &json!(text))]
        }
        Match::AnswerOf(mark) => vec![
            compare("==", &json!({"ct": {"key": "mark"}}), &json!(mark)),
            compare("==", &json!({"ct": {"key": "direction"}}), &json!("reply")),
        ],
        Match::Marked => vec![
            compare("!=", &json!({"ct": {"key": "mark"}}), &json!(0)),
            compare("==", &json!({"ct": {"key": "direction"}}), &json!("reply")),
        ],
    }
}

fn ports_json(ports: PortSpec) -> Vec<Value> {
    if ports.protocol == Protocol::Icmp {
        return vec![compare("==", &json!({"meta": {"key": "l4proto"}}), &json!("icmp"))];
    }
    let left = json!({"payload": {"protocol": ports.protocol.to_string(), "field": "dport"}});
    let right = if ports.low == ports.high {
        json!(ports.low)
    } else {
        json!({"range": [ports.low, ports.high]})
    };
    vec![compare("==", &left, &right)]
}

/// An empty set cannot be written; what must match nothing gets an address nobody has.
fn set(nets: &[ipnet::Ipv4Net]) -> Value {
    if nets.is_empty() {
        return json!("255.255.255.255");
    }
    let merged = ipnet::Ipv4Net::aggregate(&nets.to_vec());
    let items: Vec<Value> = merged
        .iter()
        .map(|net| match net.prefix_len() {
            32 => json!(net.addr()),
            length => json!({"prefix": {"addr": net.addr(), "len": length}}),
        })
        .collect();
    match <[Value; 1]>::try_from(items) {
        Ok([one]) => one,
        Err(items) => json!({"set": items}),
    }
}

fn action_json(action: &Action) -> Vec<Value> {
    let reject = || json!({"reject": {"type": "icmpx", "expr": "admin-prohibited"}});
    match action {
        Action::Accept => vec![json!({"accept": null})],
        Action::Reject => vec![reject()],
        Action::Return => vec![json!({"return": null})],
        Action::Jump(number) => vec![json!({"jump": {"target": Chain::Own(*number).name()}})],
        Action::To(address) => vec![json!({"dnat": {"family": "ip", "addr": address}})],
        Action::Spread(targets) => vec![spread(targets)],
        Action::From(address) => vec![json!({"snat": {"family": "ip", "addr": address}})],
        Action::Masquerade => vec![json!({"masquerade": null})],
        Action::Remember(number) => {
            vec![json!({"mangle": {"key": {"ct": {"key": "mark"}}, "value": number}})]
        }
        Action::Recall => vec![json!({"mangle": {
            "key": {"meta": {"key": "mark"}}, "value": {"ct": {"key": "mark"}},
        }})],
    }
}

fn spread(targets: &[(std::net::Ipv4Addr, u16)]) -> Value {
    if let [(address, port)] = targets {
        return json!({"dnat": {"family": "ip", "addr": address, "port": port}});
    }
    let choice = |(index, (address, port)): (usize, &(std::net::Ipv4Addr, u16))| json!([index, {"concat": [address, port]}]);
    let choices: Vec<Value> = targets.iter().enumerate().map(choice).collect();
    let turn = json!({"numgen": {"mode": "inc", "mod": targets.len(), "offset": 0}});
    json!({"dnat": {"family": "ip", "addr": {"map": {"key": turn, "data": {"set": choices}}}}})
}
