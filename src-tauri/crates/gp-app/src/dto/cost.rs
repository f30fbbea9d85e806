//! What a design costs in a month.

use serde::Serialize;
use ts_rs::TS;

/// `design_cost`: list prices, before tax and discounts; what is billed by use is in no sum.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CostDto {
    /// Which environment.
    pub environment: String,
    /// Whether anybody is paid: nobody is for what runs on this machine.
    pub billed: bool,
    /// `USD`.
    pub currency: String,
    /// The sum of a month.
    pub month: f64,
    /// What costs something, or may.
    pub items: Vec<CostItemDto>,
    /// Containers: the sum of what stands in each.
    pub containers: Vec<CostSumDto>,
    /// Tags as `name=value`: the sum of what carries each.
    pub tags: Vec<CostSumDto>,
    /// What carries no tag, links and all; its id is empty.
    pub untagged: CostSumDto,
    /// What links move; its id is empty.
    pub traffic: CostSumDto,
    /// Where the prices come from that are in the sum.
    pub sources: Vec<PriceSourceDto>,
}

/// What one resource or link costs.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CostItemDto {
    /// Its id.
    pub id: String,
    /// Whether it is a link, billed for its traffic.
    pub link: bool,
    /// A month of it.
    pub month: f64,
    /// Whether part of it is billed by use that nobody drew.
    pub by_use: bool,
    /// Whether part of it is billed at a price that no list has.
    pub unpriced: bool,
}

/// A sum.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CostSumDto {
    /// A resource's id, or a tag.
    pub id: String,
    /// A month of it, as far as it is known.
    pub month: f64,
    /// Whether that is not all.
    pub partial: bool,
}

/// Where prices come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PriceSourceDto {
    /// What [`BillLineDto::source`] calls it.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// The day of its prices, where it says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub date: Option<String>,
}

/// `design_bill`: what one resource or link is billed for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BillDto {
    /// A month of it.
    pub month: f64,
    /// What is billed.
    pub lines: Vec<BillLineDto>,
    /// What is billed and no list has a price for, in words: "Server m7i.large in eu-south-2".
    pub unpriced: Vec<String>,
}

/// One thing that is billed.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BillLineDto {
    /// "Server m7i.large".
    pub what: String,
    /// How much of it; left out: by use, which no drawing says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub quantity: Option<f64>,
    /// The price of one.
    pub price: f64,
    /// For which that is: "an hour".
    pub per: String,
    /// A month of it.
    pub month: f64,
    /// Id of a [`PriceSourceDto`].
    pub source: String,
}
