//! Names that resolve: records of drawn zones and of links from them. Part of step 6. Whether a
//! name leads anywhere useful is for the checks.

use super::{State, inherit::Inherited};
use crate::resolved::{Failover, Record, ResolvedLink};
use gp_model::{Id, Table, Value};

/// All records, in order of zone and row.
pub(super) fn records(state: &State) -> Vec<Record> {
    let mut found = Vec::new();
    for id in &state.dns_zones {
        let Some(zone) = state.inherited.get(id) else { continue };
        let Some(domain) = zone.text("domain") else { continue };
        let rows = zone.value("records").and_then(Value::as_list).unwrap_or_default();
        for row in rows.iter().filter_map(Value::as_table) {
            found.extend(written(state, id, zone, domain, row));
        }
        let links =
            state.links_of.get(id).into_iter().flatten().filter_map(|link| state.links.get(link));
        for link in links.filter(|link| link.from == *id) {
            let name = link.attributes.get("name").and_then(Value::as_str).unwrap_or(&link.to);
            let record = pointing(state, id, zone, full_name(name, domain), &link.to);
            found.extend(record.map(|record| Record { failover: failover(link), ..record }));
        }
    }
    found
}

fn failover(link: &ResolvedLink) -> Option<Failover> {
    match link.attributes.get("failover")?.as_str()? {
        "primary" => Some(Failover::Primary),
        "secondary" => Some(Failover::Secondary),
        _ => None,
    }
}

fn full_name(name: &str, domain: &str) -> String {
    if name == "@" || name == domain { domain.to_owned() } else { format!("{name}.{domain}") }
}

fn written(state: &State, id: &Id, zone: &Inherited, domain: &str, row: &Table) -> Option<Record> {
    let name = full_name(row.get("name").and_then(Value::as_str)?, domain);
    let values: Vec<&str> = match row.get("value")? {
        Value::String(text) => vec![text],
        Value::List(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let type_ = row.get("type").and_then(Value::as_str).unwrap_or("A");
    // The text of other types is never somebody's id.
    let may_name = matches!(type_, "A" | "AAAA" | "CNAME");
    let named = |text: &str| state.inherited.contains_key(text) && may_name;
    if let [one] = values[..]
        && named(one)
    {
        return pointing(state, id, zone, name, &Id::new(one));
    }
    let addresses = |text: &str| match named(text).then(|| Id::new(text)) {
        Some(target) => addresses(state, zone, &target).unwrap_or_default(),
        None => vec![text.to_owned()],
    };
    let values = values.into_iter().flat_map(addresses).collect();
    Some(Record {
        zone: id.clone(),
        name,
        type_: type_.to_owned(),
        values,
        target: None,
        failover: None,
    })
}

/// A name of a drawn thing: its public addresses in a public zone, its private ones inside.
fn pointing(state: &State, id: &Id, zone: &Inherited, name: String, target: &Id) -> Option<Record> {
    let values = addresses(state, zone, target)?;
    Some(Record {
        zone: id.clone(),
        name,
        type_: "A".to_owned(),
        values,
        target: Some(target.clone()),
        failover: None,
    })
}

fn addresses(state: &State, zone: &Inherited, target: &Id) -> Option<Vec<String>> {
    let public = zone.flag("public");
    let instances = state.instances.get(target)?.iter();
    let seen = instances.filter_map(|i| if public { i.public_ip } else { i.ip.or(i.public_ip) });
    Some(seen.map(|address| address.to_string()).collect())
}
