//! What a design costs in a month: what stands there ([`cost`]) and what its links move
//! ([`traffic`]), at list prices, before tax and discounts.
//!
//! Sums hold only what the drawing says. What is billed by use that nobody drew has its price told
//! and no amount; what no list has a price for is named, never counted as nothing.

mod traffic;

use gp_catalog::{
    Catalog,
    kind::{Each, Meter},
    prices::{self, Prices, Unit},
    resolved::{Resolved, ResolvedResource},
    units,
};
use gp_model::{Id, Lifecycle, LinkKind, Provider};
use serde::Serialize;
use std::collections::BTreeMap;

/// A month of a design in one environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cost {
    /// Whether anybody is paid: nobody is for what runs on this machine.
    pub billed: bool,
    /// The sum.
    pub month: f64,
    /// What costs something, or may: resources, then links with traffic, each in order of id.
    pub items: Vec<Item>,
    /// Container → the sum of what stands in it.
    pub containers: BTreeMap<Id, Sum>,
    /// Tag as `name=value` → the sum of what carries it.
    pub tags: BTreeMap<String, Sum>,
    /// What carries no tag, links and all.
    pub untagged: Sum,
    /// What links move.
    pub traffic: Sum,
}

/// A sum of items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sum {
    /// What is known of it.
    pub month: f64,
    /// Whether that is not all: something of it is billed by use, or at a price that is not known.
    pub partial: bool,
}

impl Sum {
    fn add(&mut self, item: &Item) {
        self.month += item.month;
        self.partial |= item.is_partial();
    }
}

/// What one resource or link costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Item {
    /// Its id.
    pub id: Id,
    /// Whether it is a link.
    pub link: bool,
    /// The sum of the lines that have an amount.
    pub month: f64,
    /// What is billed.
    pub lines: Vec<Line>,
    /// What is billed and no list has a price for.
    pub unpriced: Vec<Unpriced>,
}

/// One thing that is billed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// The meter's name in price lists.
    pub meter: String,
    /// Which of its rows; empty where it has one.
    pub of: String,
    /// How much of it: instances, gibibytes. `None`: by use, which no drawing says.
    pub quantity: Option<f64>,
    /// The price of one.
    pub price: f64,
    /// One of what.
    pub unit: Unit,
    /// Key of the price's source.
    pub source: String,
    /// What that makes in a month; 0 for what is billed by use.
    pub month: f64,
}

/// Something billed at a price that is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unpriced {
    /// The meter's name in price lists.
    pub meter: String,
    /// Which of its rows; empty where it has one.
    pub of: String,
    /// Where: the provider's region, or `global`.
    pub region: String,
}

/// What everything costs that is ours to make.
pub fn cost(resolved: &Resolved, catalog: &Catalog, prices: &Prices) -> Cost {
    if !is_billed(resolved) {
        return Cost::default();
    }
    let billing = Billing::new(resolved, catalog, prices);
    let mut cost = Cost { billed: true, ..Cost::default() };
    for resource in resolved.resources.values() {
        let Some(item) = billing.item(resource) else { continue };
        for above in resource.ancestors.iter() {
            cost.containers.entry(above.clone()).or_default().add(&item);
        }
        for (name, value) in resource.tags.iter() {
            cost.tags.entry(format!("{name}={value}")).or_default().add(&item);
        }
        if resource.tags.is_empty() {
            cost.untagged.add(&item);
        }
        cost.items.push(item);
    }
    for item in resolved.links.values().filter_map(|link| traffic::item(&billing, link)) {
        cost.untagged.add(&item);
        cost.traffic.add(&item);
        cost.items.push(item);
    }
    // The sum of nothing is minus zero.
    cost.month = cost.items.iter().map(|item| item.month).sum::<f64>() + 0.0;
    cost
}

/// What one resource or link is billed for; `None`: nothing.
pub fn bill(resolved: &Resolved, catalog: &Catalog, prices: &Prices, id: &str) -> Option<Item> {
    let billing = is_billed(resolved).then(|| Billing::new(resolved, catalog, prices))?;
    match resolved.resource(id) {
        Some(resource) => billing.item(resource),
        None => traffic::item(&billing, resolved.links.get(id)?),
    }
}

/// Nobody is paid for what runs on this machine.
fn is_billed(resolved: &Resolved) -> bool {
    !matches!(resolved.environment.provider, Provider::Lab | Provider::Docker)
}

/// What is needed to bill anything.
struct Billing<'a> {
    resolved: &'a Resolved,
    catalog: &'a Catalog,
    prices: &'a Prices,
    provider: Provider,
    /// Service → private end points that lead there.
    doors: BTreeMap<&'a str, Vec<&'a ResolvedResource>>,
}

impl<'a> Billing<'a> {
    fn new(resolved: &'a Resolved, catalog: &'a Catalog, prices: &'a Prices) -> Self {
        let provider = resolved.environment.provider;
        Self { resolved, catalog, prices, provider, doors: traffic::doors(resolved) }
    }

    fn item(&self, resource: &ResolvedResource) -> Option<Item> {
        let kind = self.catalog.kind(&resource.kind)?;
        if resource.lifecycle != Lifecycle::Managed || kind.price.is_empty() {
            return None;
        }
        let mut item = Item::new(&resource.id, false);
        let region = self.region(resource);
        let due = |meter: &&Meter| self.bills(meter) && is_due(meter, resource);
        for meter in kind.price.iter().filter(due) {
            let of = filled(&meter.of, resource);
            match self.quantity(meter, resource) {
                _ if meter.by_use => self.bill(&mut item, &meter.meter, of, region, None),
                Some(0.0) => {}
                Some(amount) => self.bill(&mut item, &meter.meter, of, region, Some(amount)),
                None => item.has_no_price(&meter.meter, of, region),
            }
        }
        (!item.lines.is_empty() || !item.unpriced.is_empty()).then_some(item)
    }

    /// How much of a meter a resource is billed for; `None` where its size or number cannot be read.
    fn quantity(&self, meter: &Meter, resource: &ResolvedResource) -> Option<f64> {
        let instances = || resource.instances.iter();
        let count = match meter.each {
            Each::Instance => instances().count(),
            Each::Address => instances().filter(|one| one.ip.is_some()).count(),
            Each::PublicAddress => instances().filter(|one| one.public_ip.is_some()).count(),
            Each::Resource => 1,
            Each::Peering => self.peerings(&resource.id),
            Each::Attachment => self.attachments(&resource.id),
        };
        let size = match &meter.size {
            Some(name) => units::gibibytes(units::size(resource.text(name)?).ok()?),
            None => 1,
        };
        let times = match &meter.times {
            Some(name) => resource.integer(name)?.max(0),
            None => 1,
        };
        Some(count as f64 * size as f64 * times as f64)
    }

    fn peerings(&self, id: &Id) -> usize {
        let all = self.resolved.links.values().filter(|link| link.kind == LinkKind::Peering);
        all.filter(|link| link.from == *id || link.to == *id).count()
    }

    /// What hangs on it. A gateway of tunnels hangs on it by each of them.
    fn attachments(&self, id: &Id) -> usize {
        let all = self.resolved.links.values().filter(|link| link.kind == LinkKind::Attachment);
        let tunnels = |from: &Id| {
            let gateway = self.resolved.resource(from).filter(|one| one.kind == "vpn-gateway");
            gateway.map_or(1, |own| self.peerings(&own.id))
        };
        all.filter(|link| link.to == *id).map(|link| tunnels(&link.from)).sum()
    }

    /// Whether the environment's provider asks anything for it.
    fn bills(&self, meter: &Meter) -> bool {
        meter.on.is_empty() || meter.on.contains(&self.provider)
    }

    /// Adds a line, or says that there is no price for it.
    fn bill(&self, item: &mut Item, meter: &str, of: String, region: &str, quantity: Option<f64>) {
        let Some(price) = self.prices.find(self.provider, meter, &of, region) else {
            return item.has_no_price(meter, of, region);
        };
        let month = quantity.unwrap_or(0.0) * price.amount * price.unit.in_a_month();
        item.month += month;
        let (meter, source, unit) = (meter.to_owned(), price.source.clone(), price.unit);
        item.lines.push(Line { meter, of, quantity, price: price.amount, unit, source, month });
    }

    /// The provider's region that a resource stands in.
    fn region(&self, resource: &ResolvedResource) -> &str {
        let scope = resource.ancestors.iter().find_map(|above| self.resolved.scopes.get(above));
        scope.map_or(prices::GLOBAL, |scope| &scope.region)
    }
}

impl Item {
    /// Whether its sum is not all that it costs.
    pub fn is_partial(&self) -> bool {
        !self.unpriced.is_empty() || self.lines.iter().any(|line| line.quantity.is_none())
    }

    fn has_no_price(&mut self, meter: &str, of: String, region: &str) {
        let unpriced = Unpriced { meter: meter.to_owned(), of, region: region.to_owned() };
        if !self.unpriced.contains(&unpriced) {
            self.unpriced.push(unpriced);
        }
    }

    fn new(id: &Id, link: bool) -> Self {
        Self { id: id.clone(), link, month: 0.0, lines: Vec::new(), unpriced: Vec::new() }
    }
}

fn is_due(meter: &Meter, resource: &ResolvedResource) -> bool {
    meter.when.iter().all(|(name, value)| resource.value(name) == Some(value))
}

/// The row's name with the resource's values in it.
fn filled(of: &str, resource: &ResolvedResource) -> String {
    let mut out = of.to_owned();
    for name in prices::names(of) {
        out = out.replace(&format!("{{{name}}}"), resource.text(name).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests;
