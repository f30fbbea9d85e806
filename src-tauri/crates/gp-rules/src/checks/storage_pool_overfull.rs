//! Volumes that a storage array has no room for.
//!
//! Bad: a volume of 30 TiB in a pool of 20 TiB; a volume in a pool that the array does not have.
//!
//! Good: pools that hold what is cut from them.
//!
//! Why: the array refuses the volume, or runs full when it is filled.

use super::prelude::*;
use crate::words::list;
use gp_catalog::units;
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    id: "storage-pool-overfull",
    severity: Severity::Error,
    source: include_str!("storage_pool_overfull.rs"),
    reads: Reads {
        kinds: &["storage-array", "volume"],
        attributes: &["pools", "size"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt location=frankfurt
  volume data size="30 TiB"
site hall
  storage-array vault pools={fast="20 TiB"}
data -> vault pool=fast
"#,
            r#"
region frankfurt location=frankfurt
  volume data size="1 TiB"
site hall
  storage-array vault pools={fast="20 TiB"}
data -> vault pool=slow
"#,
        ],
        silent: &[r#"
region frankfurt location=frankfurt
  volume data size="15 TiB"
  volume more size="5 TiB"
site hall
  storage-array vault pools={fast="20 TiB",slow="100 TiB"}
data -> vault pool=fast
more -> vault
"#],
    },
};

fn check(facts: &Facts<'_>, array: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let Some(pools) = array.value("pools").and_then(Value::as_table) else { return };
    let mut wanted: BTreeMap<&str, u64> = BTreeMap::new();
    for link in facts.links(&array.id).iter().filter(|link| link.kind == LinkKind::Attachment) {
        let Some(volume) = facts.resource(&link.from).filter(|it| it.kind == "volume") else {
            continue;
        };
        // With one pool there is nothing to choose.
        let only = pools.keys().next().filter(|_| pools.len() == 1).map(String::as_str);
        let Some(pool) = link.attributes.get("pool").and_then(Value::as_str).or(only) else {
            continue;
        };
        if !pools.contains_key(pool) {
            let names: Vec<&String> = pools.keys().collect();
            let message = format!(
                "“{}” has no pool {pool} for “{}”: it has {}",
                called(array),
                called(volume),
                list(&names)
            );
            let place = Place::Link { id: link.id.clone(), attribute: Some("pool".to_owned()) };
            found.push(RULE.at(place, message).and_at(Place::attribute(&array.id, "pools")));
            continue;
        }
        let each = volume.text("size").and_then(|size| units::size(size).ok()).unwrap_or(0);
        *wanted.entry(pool).or_default() += each * volume.instances.len().max(1) as u64;
    }
    for (pool, wanted) in wanted {
        let there = pools.get(pool).and_then(Value::as_str).and_then(|size| units::size(size).ok());
        if let Some(there) = there.filter(|there| wanted > *there) {
            let message = format!(
                "pool {pool} of “{}” holds {}, its volumes want {}: make it larger, or move some",
                called(array),
                units::format_size(there),
                units::format_size(wanted)
            );
            found.push(RULE.at(Place::attribute(&array.id, "pools"), message));
        }
    }
}
