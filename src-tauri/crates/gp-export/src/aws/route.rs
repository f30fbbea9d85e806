//! Route tables grouped the way an expert writes them: one table for tiers that share it, one per
//! zone where zones differ (a NAT gateway each).

use super::Facts;
use gp_catalog::resolved::{RouteTable, Segment};
use gp_model::Id;
use std::collections::{BTreeMap, BTreeSet};

/// One table, or one per zone of the same tier.
#[derive(Clone, Debug, PartialEq)]
pub struct TableGroup<'a> {
    /// Its name: the tier's where one tier has it alone, else the table's key.
    pub name: String,
    /// The resource whose rename renames it.
    pub owner: &'a Id,
    /// The network.
    pub network: &'a Id,
    /// Zone letter → table; one entry with `None` for a single table.
    pub tables: Vec<(Option<&'a str>, &'a RouteTable)>,
}

/// All route tables, grouped, ordered by name.
pub(super) fn groups<'a>(facts: &Facts<'a>) -> Vec<TableGroup<'a>> {
    let mut grouped: BTreeMap<String, TableGroup<'a>> = BTreeMap::new();
    for table in facts.resolved.route_tables.values() {
        let (name, owner, zone) = place(table, facts.segments_of_table(&table.id), facts);
        let group = grouped.entry(name.clone()).or_insert_with(|| TableGroup {
            name,
            owner,
            network: &table.network,
            tables: Vec::new(),
        });
        group.tables.push((zone, table));
    }
    grouped.into_values().collect()
}

fn place<'a>(
    table: &'a RouteTable,
    users: &[&Segment],
    facts: &Facts<'a>,
) -> (String, &'a Id, Option<&'a str>) {
    let tiers: BTreeSet<&str> = users.iter().map(|segment| &*segment.subnet).collect();
    let zones: BTreeSet<Option<&str>> =
        users.iter().map(|segment| segment.zone.as_deref()).collect();
    let (Some(tier), 1) = (tiers.first(), tiers.len()) else {
        return (table.id.clone(), &table.network, None);
    };
    let Some(tier) = facts.resource(tier) else {
        return (table.id.clone(), &table.network, None);
    };
    let segments = facts.segments(&tier.id);
    let shared = segments.len() == users.len() && segments.len() > 1;
    let zone = match (zones.len(), zones.first()) {
        (1, Some(Some(zone))) if !shared => {
            segments.iter().find_map(|s| s.zone.as_deref().filter(|own| own == zone))
        }
        _ => None,
    };
    (tier.id.to_string(), &tier.id, zone)
}
