//! What a judged design costs, in words for people: the analysis counts, this names.

use crate::{
    dto::{BillDto, BillLineDto, CostDto, CostItemDto, CostSumDto, PriceSourceDto},
    judged::Judged,
};
use gp_analysis::cost::{self, Line, Sum, Unpriced};
use gp_catalog::prices::{self, Prices};
use std::collections::BTreeSet;

/// The whole design.
pub fn of(judged: &Judged) -> CostDto {
    let prices = prices::builtin();
    let cost = cost::cost(&judged.resolved, &judged.catalog, prices);
    let lines = || cost.items.iter().flat_map(|item| &item.lines);
    let used: BTreeSet<&str> = lines().map(|line| line.source.as_str()).collect();
    let items = cost.items.iter().map(|item| CostItemDto {
        id: item.id.to_string(),
        link: item.link,
        month: item.month,
        by_use: item.lines.iter().any(|line| line.quantity.is_none()),
        unpriced: !item.unpriced.is_empty(),
    });
    CostDto {
        environment: judged.environment.to_string(),
        billed: cost.billed,
        currency: prices.currency.clone(),
        month: cost.month,
        items: items.collect(),
        containers: cost.containers.iter().map(|(id, sum)| of_sum(id, *sum)).collect(),
        tags: cost.tags.iter().map(|(tag, sum)| of_sum(tag, *sum)).collect(),
        untagged: of_sum("", cost.untagged),
        traffic: of_sum("", cost.traffic),
        sources: used.into_iter().filter_map(|id| source(prices, id)).collect(),
    }
}

/// One resource or link of it; empty for what costs nothing.
pub fn bill(judged: &Judged, id: &str) -> BillDto {
    let prices = prices::builtin();
    let item = cost::bill(&judged.resolved, &judged.catalog, prices, id);
    item.map_or_else(BillDto::default, |item| BillDto {
        month: item.month,
        lines: item.lines.into_iter().map(|one| line(prices, one)).collect(),
        unpriced: item.unpriced.iter().map(|one| unpriced(prices, one)).collect(),
    })
}

fn of_sum(id: &str, Sum { month, partial }: Sum) -> CostSumDto {
    CostSumDto { id: id.to_owned(), month, partial }
}

fn source(prices: &Prices, id: &str) -> Option<PriceSourceDto> {
    let source = prices.sources.get(id)?;
    Some(PriceSourceDto {
        id: id.to_owned(),
        title: source.title.clone(),
        url: source.url.clone(),
        date: source.date.clone(),
    })
}

fn line(prices: &Prices, line: Line) -> BillLineDto {
    BillLineDto {
        what: what(prices, &line.meter, &line.of),
        quantity: line.quantity,
        price: line.price,
        per: line.unit.words().to_owned(),
        month: line.month,
        source: line.source,
    }
}

fn unpriced(prices: &Prices, Unpriced { meter, of, region }: &Unpriced) -> String {
    let what = what(prices, meter, of);
    if region == prices::GLOBAL { what } else { format!("{what} in {region}") }
}

fn what(prices: &Prices, meter: &str, of: &str) -> String {
    [prices.title(meter), of].join(" ").trim_end().to_owned()
}
