//! What providers ask for things: `tables/prices.toml`, where every price names its source. A price
//! that no source gives is not there; nothing is guessed here.

use gp_model::Provider;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

/// The region of what costs the same everywhere, or stands in none.
pub const GLOBAL: &str = "global";

/// Hours that a month is billed for: 365 days in twelve months.
pub const HOURS: f64 = 730.0;

/// What one price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// An hour of it.
    Hour,
    /// A month of it.
    Month,
    /// A gibibyte kept for a month.
    GibMonth,
    /// A gibibyte moved.
    Gib,
    /// A million requests.
    Million,
}

impl Unit {
    /// How often it is billed in a month.
    pub fn in_a_month(self) -> f64 {
        if self == Self::Hour { HOURS } else { 1.0 }
    }

    /// Behind a price: "an hour".
    pub fn words(self) -> &'static str {
        match self {
            Self::Hour => "an hour",
            Self::Month => "a month",
            Self::GibMonth => "a month and GiB",
            Self::Gib => "a GiB",
            Self::Million => "a million requests",
        }
    }
}

/// Where prices come from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Source {
    /// What it is.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// The day of its prices: `2025-03-02`. `None`: it does not say.
    pub date: Option<String>,
}

/// A price and what stands behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// In [`Prices::currency`], before tax and discounts.
    pub amount: f64,
    /// For one of these.
    pub unit: Unit,
    /// Key in [`Prices::sources`].
    pub source: String,
}

/// All price lists.
#[derive(Debug)]
pub struct Prices {
    /// `USD`.
    pub currency: String,
    /// The day that the lists were put together.
    pub date: String,
    /// Where prices come from.
    pub sources: BTreeMap<String, Source>,
    /// What people call a meter: "Public address".
    titles: BTreeMap<String, String>,
    /// Provider, meter and row → region and price.
    of: HashMap<(Provider, String, String), Vec<(String, Price)>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    currency: String,
    date: String,
    meter: BTreeMap<String, String>,
    source: BTreeMap<String, Source>,
    list: Vec<List>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    provider: Provider,
    meter: String,
    unit: Unit,
    source: String,
    regions: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Amount(f64),
    /// The row's name; empty for a price that is not known.
    Text(String),
}

/// The built-in prices.
pub fn builtin() -> &'static Prices {
    static PRICES: OnceLock<Prices> = OnceLock::new();
    PRICES.get_or_init(|| {
        Prices::parse(crate::catalog::table("prices")).expect("a test reads every built-in table")
    })
}

impl Prices {
    /// Reads price lists; the error says what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let mut of: HashMap<_, Vec<_>> = HashMap::new();
        for list in file.list {
            for row in list.rows {
                let mut cells = row.into_iter();
                let Some(Cell::Text(what)) = cells.next() else {
                    return Err(format!("a row of “{}” has no name", list.meter));
                };
                let price = |amount| Price { amount, unit: list.unit, source: list.source.clone() };
                let priced = cells.zip(&list.regions).filter_map(|(cell, region)| match cell {
                    Cell::Amount(amount) => Some((region.clone(), price(amount))),
                    Cell::Text(_) => None,
                });
                of.entry((list.provider, list.meter.clone(), what)).or_default().extend(priced);
            }
        }
        let File { currency, date, source: sources, meter: titles, .. } = file;
        Ok(Self { currency, date, sources, titles, of })
    }

    /// What a provider asks in a region; `what` is the row of the meter. What is the same in all
    /// regions stands under [`GLOBAL`].
    pub fn find(
        &self,
        provider: Provider,
        meter: &str,
        what: &str,
        region: &str,
    ) -> Option<&Price> {
        let row = self.of.get(&(provider, meter.to_owned(), what.to_owned()))?;
        let at = |region: &str| row.iter().find(|(own, _)| own == region);
        at(region).or_else(|| at(GLOBAL)).map(|(_, price)| price)
    }

    /// What people call a meter.
    pub fn title<'a>(&'a self, meter: &'a str) -> &'a str {
        self.titles.get(meter).map_or(meter, String::as_str)
    }
}

/// The attributes that a row's name is filled with: `engine` in `"{engine} {instance-class}"`.
pub fn names(of: &str) -> impl Iterator<Item = &str> {
    of.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Each;
    use std::collections::BTreeSet;

    fn file() -> File {
        toml::from_str(crate::catalog::table("prices")).unwrap()
    }

    #[test]
    fn every_price_has_a_source_a_place_and_an_amount() {
        let file = file();
        let mut seen = BTreeSet::new();
        for list in &file.list {
            let named = format!("{} {} of {}", list.provider, list.meter, list.source);
            assert!(file.source.contains_key(&list.source), "{named}");
            assert!(file.meter.contains_key(&list.meter), "{named} has no title");
            for row in &list.rows {
                assert_eq!(row.len(), list.regions.len() + 1, "{named}");
                let Cell::Text(what) = &row[0] else { panic!("{named}: a row has no name") };
                for (cell, region) in row[1..].iter().zip(&list.regions) {
                    match cell {
                        Cell::Amount(amount) => {
                            assert!(*amount > 0.0 && *amount < 1000.0, "{named}: {what}");
                            let key = (list.provider.as_str(), &list.meter, what.clone(), region);
                            assert!(seen.insert(key), "{named}: {what} in {region} twice");
                        }
                        Cell::Text(text) => assert_eq!(text, "", "{named}: {what}"),
                    }
                }
            }
        }
        assert!(seen.len() > 2000, "{}", seen.len());
    }

    #[test]
    fn every_source_says_where_it_is_and_is_used() {
        let file = file();
        let day = |date: &str| date.len() == 10 && date <= file.date.as_str();
        for (id, source) in &file.source {
            assert!(source.url.starts_with("https://") && !source.title.is_empty(), "{id}");
            assert!(source.date.as_deref().is_none_or(day), "{id}");
            assert!(file.list.iter().any(|list| list.source == *id), "{id} is used by no list");
        }
    }

    /// A size that is chosen by us should have a price where most people start.
    #[test]
    fn nearly_every_size_of_a_server_has_a_price_in_the_first_regions() {
        let sizes: toml::Table = toml::from_str(crate::catalog::table("sizes")).unwrap();
        for (provider, region, least) in [
            (Provider::Aws, "eu-central-1", 57),
            (Provider::Aws, "us-east-1", 57),
            (Provider::Gcp, "us-central1", 50),
        ] {
            let classes = sizes[provider.as_str()]["server"].as_table().unwrap().values();
            let names = classes.flat_map(|rows| rows.as_array().unwrap()).map(|row| &row[0]);
            let priced = names
                .filter(|name| {
                    let name = name.as_str().unwrap();
                    builtin().find(provider, "server", name, region).is_some()
                })
                .count();
            assert!(priced >= least, "{priced} on {provider} in {region}");
        }
    }

    #[test]
    fn every_meter_of_a_kind_has_a_title_and_what_counts_instances_is_no_container() {
        let titles = file().meter;
        for kind in crate::builtin().kinds.values() {
            for meter in &kind.price {
                assert!(titles.contains_key(&meter.meter), "{} of {}", meter.meter, kind.id);
                assert!(!kind.container || meter.each == Each::Resource, "{}", kind.id);
            }
        }
    }

    #[test]
    fn a_place_comes_before_what_is_the_same_everywhere() {
        let text = "currency = \"USD\"\ndate = \"2026-01-01\"\n[meter]\n\
            [source.a]\ntitle = \"A\"\nurl = \"https://a\"\n\
            [[list]]\nprovider = \"aws\"\nmeter = \"m\"\nunit = \"hour\"\nsource = \"a\"\n\
            regions = [\"here\", \"there\", \"global\"]\nrows = [[\"\", 1, \"\", 2.5]]\n";
        let prices = Prices::parse(text).unwrap();
        let at =
            |region: &str| prices.find(Provider::Aws, "m", "", region).map(|price| price.amount);
        assert_eq!((at("here"), at("there"), at("elsewhere")), (Some(1.0), Some(2.5), Some(2.5)));
        assert!(prices.find(Provider::Azure, "m", "", "here").is_none());
        let bad = Prices::parse(&text.replace("\"\", 1", "7, 1")).unwrap_err();
        assert_eq!(bad, "a row of “m” has no name");
    }
}
