//! Route tables grouped the way an expert writes them: one table for tiers that share it, one per
//! zone where zones differ (a NAT gateway each).

use super::Facts;
use gp_catalog::resolved::{RouteTable, Segment};
use gp_model::Id;
use std::collections::BTreeMap;

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

/// Name, owner and zone of a table. Private tiers have one per zone, so that each goes out by its own
/// gateway, and so do tiers of gateways behind a firewall; those are told apart by zone even where there
/// is one only: a second zone must not replace what the first one has.
fn place<'a>(
    table: &'a RouteTable,
    users: &[&'a Segment],
    facts: &Facts<'a>,
) -> (String, &'a Id, Option<&'a str>) {
    let tier = users.first().and_then(|segment| facts.resource(&segment.subnet));
    let (Some(segment), Some(tier)) = (users.first(), tier) else {
        return (table.id.clone(), &table.network, None);
    };
    let own = users.len() == 1 && segment.id == table.id;
    (tier.id.to_string(), &tier.id, segment.zone.as_deref().filter(|_| own))
}
