//! The rules that a namespace really has, held against those that were loaded. Cheap while nothing changed: the kernel
//! counts its changes.

use super::{
    firewall::{load, run},
    space::Netns,
};
use crate::nft::{Rule, TABLE};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket,
};
use serde_json::Value;
use std::{collections::BTreeMap, os::fd::AsRawFd};

/// The generation of a namespace in which no rule was ever loaded.
pub const UNTOUCHED: u32 = 1;

/// What the rules of a namespace differ in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences {
    /// Numbers of our rules that are not there.
    pub gone: Vec<usize>,
    /// Lines of what is there and not ours.
    pub foreign: Vec<String>,
    /// Whole tables that are not ours: family and name.
    pub tables: Vec<(String, String)>,
}

impl Differences {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How often the rules of the namespace were changed; none where the kernel does not tell.
pub fn generation(home: &Netns, netns: &Netns) -> Option<u32> {
    /// A question without a body to the tables of nftables: `GETGEN`.
    const GET_GENERATION: u16 = (10 << 8) | 16;
    const REQUEST: u16 = 1;
    let flags = SockFlag::SOCK_CLOEXEC;
    let protocol = SockProtocol::NetlinkNetFilter;
    let opened =
        netns.within(home, || socket(AddressFamily::Netlink, SockType::Raw, flags, protocol));
    let socket = opened.ok()?.ok()?;
    let mut question = [0; 20];
    question[..4].copy_from_slice(&20_u32.to_ne_bytes());
    question[4..6].copy_from_slice(&GET_GENERATION.to_ne_bytes());
    question[6..8].copy_from_slice(&REQUEST.to_ne_bytes());
    send(socket.as_raw_fd(), &question, MsgFlags::empty()).ok()?;
    let mut answer = [0; 256];
    let length = recv(socket.as_raw_fd(), &mut answer, MsgFlags::MSG_DONTWAIT).ok()?;
    // Behind both headers: attributes, each with its length and type; the first type is the number.
    let mut rest = answer.get(20..length)?;
    while let [l0, l1, t0, t1, body @ ..] = rest {
        let (length, kind) = (u16::from_ne_bytes([*l0, *l1]), u16::from_ne_bytes([*t0, *t1]));
        if kind == 1 {
            return Some(u32::from_be_bytes(body.get(..4)?.try_into().ok()?));
        }
        rest = rest.get(usize::from(length).max(4).next_multiple_of(4)..)?;
    }
    None
}

/// What differs. Both sides are read from the kernel, which writes them alike: ours are loaded into a namespace of
/// their own for it.
pub async fn differences(
    home: &Netns,
    netns: &Netns,
    rules: &[Rule],
) -> Result<Differences, String> {
    let scratch = Netns::new(home).map_err(|error| error.to_string())?;
    if !rules.is_empty() {
        load(home, &[("the comparison".to_owned(), scratch.clone(), rules.to_vec())]).await?;
    }
    let (ours, there) = (listing(home, &scratch).await?, listing(home, netns).await?);
    let found = compare(&ours, &there, rules, &BTreeMap::new());
    if found.is_empty() {
        return Ok(found);
    }
    let text = read(home, netns, &["-a", "list", "ruleset"]).await?;
    Ok(compare(&ours, &there, rules, &lines(&text)))
}

async fn listing(home: &Netns, netns: &Netns) -> Result<Value, String> {
    let text = read(home, netns, &["-j", "list", "ruleset"]).await?;
    serde_json::from_str(&text).map_err(|error| format!("nft's list cannot be read: {error}"))
}

async fn read(home: &Netns, netns: &Netns, arguments: &[&str]) -> Result<String, String> {
    let output = run(home, netns, arguments, "").await;
    let output = output.map_err(|error| format!("cannot run nft: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("nft does not list the rules: {}", said.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Table and handle of a rule.
type Handle = (String, u64);

/// How people write each rule of `nft -a list ruleset`.
fn lines(text: &str) -> BTreeMap<Handle, String> {
    let mut table = String::new();
    let mut found = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("table ") {
            let mut words = rest.split_whitespace().skip(1);
            words.next().unwrap_or_default().clone_into(&mut table);
        } else if let Some((words, handle)) = line.rsplit_once(" # handle ")
            && let Ok(handle) = handle.parse()
        {
            found.insert((table.clone(), handle), words.to_owned());
        }
    }
    found
}

/// A rule or chain without what the kernel counts and numbers.
fn bare(one: &Value) -> Value {
    let mut one = one.clone();
    if let Some(fields) = one.as_object_mut() {
        fields.remove("handle");
    }
    for part in one["expr"].as_array_mut().into_iter().flatten() {
        if let Some(counter) = part.get_mut("counter") {
            *counter = Value::Null;
        }
    }
    one
}

fn each<'a>(listing: &'a Value, what: &'a str) -> impl Iterator<Item = &'a Value> {
    listing["nftables"].as_array().into_iter().flatten().filter_map(move |one| one.get(what))
}

fn compare(
    ours: &Value,
    there: &Value,
    rules: &[Rule],
    lines: &BTreeMap<Handle, String>,
) -> Differences {
    let mut found = Differences::default();
    let is_ours = |one: &Value, key: &str| one[key] == TABLE && one["family"] == "inet";
    // Other tables of this program begin like ours.
    let foreign =
        |one: &&Value, key: &str| !one[key].as_str().is_some_and(|it| it.starts_with(TABLE));
    for table in each(there, "table").filter(|one| foreign(one, "name")) {
        let word = |key: &str| table[key].as_str().unwrap_or_default().to_owned();
        found.tables.push((word("family"), word("name")));
    }
    let written = |rule: &Value| {
        let word = |key: &str| rule[key].as_str().unwrap_or_default();
        let handle = (word("table").to_owned(), rule["handle"].as_u64().unwrap_or_default());
        let text = lines.get(&handle).map_or_else(|| rule["expr"].to_string(), Clone::clone);
        let place = if is_ours(rule, "table") {
            word("chain").to_owned()
        } else {
            format!("{} {}", word("table"), word("chain"))
        };
        format!("{place}: {text}")
    };
    let own: Vec<&Value> = each(there, "rule").filter(|one| is_ours(one, "table")).collect();
    let chains = each(ours, "chain").chain(each(there, "chain"));
    let mut names: Vec<&str> =
        chains.filter(|one| is_ours(one, "table")).filter_map(|one| one["name"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let chain = |listing| {
            let mut all = each(listing, "chain").filter(|one| is_ours(one, "table"));
            all.find(|one| one["name"] == name).map(bare)
        };
        if let Some(other) = chain(there).filter(|other| chain(ours).as_ref() != Some(other)) {
            let policy = other["policy"].as_str().map(|it| format!(", policy {it}"));
            found.foreign.push(format!("{name}: a chain{}", policy.unwrap_or_default()));
        }
        let wanted: Vec<Value> =
            each(ours, "rule").filter(|one| one["chain"] == name).map(bare).collect();
        let numbers: Vec<usize> =
            (0..rules.len()).filter(|number| rules[*number].chain.name() == name).collect();
        let stand: Vec<&Value> = own.iter().filter(|one| one["chain"] == name).copied().collect();
        let mut left: Vec<Option<Value>> = stand.iter().map(|one| Some(bare(one))).collect();
        let mut order = Vec::new();
        for (rule, number) in wanted.iter().zip(numbers) {
            match left.iter().position(|one| one.as_ref() == Some(rule)) {
                Some(place) => {
                    left[place] = None;
                    order.push(place);
                }
                None => found.gone.push(number),
            }
        }
        if !order.is_sorted() {
            found.foreign.push(format!("{name}: its rules stand in another order"));
        }
        let odd = left.iter().zip(&stand).filter(|(left, _)| left.is_some());
        found.foreign.extend(odd.map(|(_, rule)| written(rule)));
    }
    let rules = each(there, "rule").filter(|one| foreign(one, "table"));
    found.foreign.extend(rules.map(written));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nft::{Action, Chain, Match};
    use serde_json::json;

    fn listing(rules: &[(&str, &str, u64)]) -> Value {
        let lines = rules.iter().map(|(chain, expression, packets)| {
            json!({"rule": {
                "family": "inet", "table": "gp", "chain": chain, "handle": packets + 7,
                "expr": [{"counter": {"packets": packets, "bytes": 0}}, {(*expression): null}],
            }})
        });
        let chains = ["gp_in", "gp_out"].map(|name| {
            json!({"chain": {"family": "inet", "table": "gp", "name": name, "policy": "accept"}})
        });
        json!({"nftables": chains.into_iter().chain(lines).collect::<Vec<_>>()})
    }

    fn rules() -> Vec<Rule> {
        let rule = |chain, then| Rule::plain(chain, vec![Match::Known], then);
        vec![
            rule(Chain::Input, Action::Accept),
            rule(Chain::Output, Action::Accept),
            rule(Chain::Input, Action::Reject),
        ]
    }

    const OURS: [(&str, &str, u64); 3] =
        [("gp_in", "accept", 0), ("gp_out", "accept", 0), ("gp_in", "reject", 0)];

    fn check(there: &[(&str, &str, u64)], gone: &[usize], foreign: &[&str]) {
        let found = compare(&listing(&OURS), &listing(there), &rules(), &BTreeMap::new());
        assert_eq!(
            (found.gone, found.foreign),
            (gone.to_vec(), foreign.iter().map(|it| (*it).to_owned()).collect())
        );
    }

    #[test]
    fn rules_that_only_counted_are_the_same() {
        check(&[("gp_out", "accept", 9), ("gp_in", "accept", 4), ("gp_in", "reject", 1)], &[], &[]);
    }

    #[test]
    fn a_rule_that_is_gone_is_told_by_its_number() {
        check(&[("gp_out", "accept", 9), ("gp_in", "accept", 4)], &[2], &[]);
    }

    #[test]
    fn rules_that_change_places_are_told() {
        let there = [("gp_out", "accept", 0), ("gp_in", "reject", 1), ("gp_in", "accept", 0)];
        check(&there, &[], &["gp_in: its rules stand in another order"]);
    }

    #[test]
    fn the_text_of_a_rule_is_found_by_table_and_handle() {
        let text = "table inet gp { # handle 1\n\tchain gp_in { # handle 2\n\t\ttcp dport 80 drop # handle 5\n\t}\n}\ntable ip odd { # handle 2\n\tchain x { # handle 1\n\t\tdrop # handle 5\n";
        let lines = lines(text);
        assert_eq!(lines[&("gp".to_owned(), 5)], "tcp dport 80 drop");
        assert_eq!(lines[&("odd".to_owned(), 5)], "drop");
    }
}
