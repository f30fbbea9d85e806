//! The built-in tables: regions and zones, database engines, addresses. Read once from embedded
//! text; which rows there are is for the files in `tables/`.

use gp_model::Provider;
use indexmap::IndexMap;
use ipnet::Ipv4Net;
use serde::Deserialize;
use std::{net::Ipv4Addr, sync::OnceLock};

#[derive(Deserialize)]
struct Regions {
    metro: IndexMap<String, IndexMap<Provider, Vec<String>>>,
    /// Names of regions that no metro has.
    others: IndexMap<Provider, Vec<String>>,
}

#[derive(Deserialize)]
struct Databases {
    engine: IndexMap<String, Engine>,
}

#[derive(Deserialize)]
struct Engine {
    port: u16,
    newest: String,
}

/// What the addresses table says.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Addresses {
    reserved: IndexMap<Provider, Reserved>,
    stand_in: StandIn,
    service: IndexMap<String, Ipv4Net>,
}

#[derive(Deserialize)]
struct Reserved {
    first: u32,
    last: u32,
}

#[derive(Deserialize)]
struct StandIn {
    public: Ipv4Net,
    outside: Ipv4Net,
    internet: Ipv4Addr,
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    toml::from_str(crate::catalog::table(name)).expect("a test reads every built-in table")
}

fn regions() -> &'static Regions {
    static TABLE: OnceLock<Regions> = OnceLock::new();
    TABLE.get_or_init(|| read("regions"))
}

fn databases() -> &'static Databases {
    static TABLE: OnceLock<Databases> = OnceLock::new();
    TABLE.get_or_init(|| read("databases"))
}

fn addresses() -> &'static Addresses {
    static TABLE: OnceLock<Addresses> = OnceLock::new();
    TABLE.get_or_init(|| read("addresses"))
}

/// A provider's region in a metro, and its zones in the order of our letters.
pub fn region_at(metro: &str, provider: Provider) -> Option<(&'static str, &'static [String])> {
    let row = regions().metro.get(metro)?.get(&provider)?;
    let (region, zones) = row.split_first()?;
    Some((region, zones))
}

/// The zones of a provider's region, where the table has that region.
pub fn zones_of(region: &str, provider: Provider) -> Option<&'static [String]> {
    let mut rows = regions().metro.values().filter_map(|metro| metro.get(&provider)?.split_first());
    rows.find(|(name, _)| *name == region).map(|(_, zones)| zones)
}

/// Every region of a provider by its name there; of one that has none, such as a lab, nothing.
pub fn regions_of(provider: Provider) -> impl Iterator<Item = &'static str> {
    let rows = regions().metro.values();
    let named = rows.filter_map(move |metro| metro.get(&provider)?.first());
    named.chain(regions().others.get(&provider).into_iter().flatten()).map(String::as_str)
}

/// The metros that the table knows.
pub fn metros() -> impl Iterator<Item = &'static str> {
    regions().metro.keys().map(String::as_str)
}

/// Where a database engine listens.
pub fn engine_port(engine: &str) -> Option<u16> {
    databases().engine.get(engine).map(|row| row.port)
}

/// The newest version of a database engine that we know.
pub fn newest_version(engine: &str) -> Option<&'static str> {
    databases().engine.get(engine).map(|row| row.newest.as_str())
}

/// How many addresses at the start and at the end of a subnet a provider keeps for itself.
pub fn reserved_by(provider: Provider) -> Option<(u32, u32)> {
    addresses().reserved.get(&provider).map(|row| (row.first, row.last))
}

/// The same for all providers together: what we skip everywhere.
pub fn reserved_anywhere() -> (u32, u32) {
    let rows = || addresses().reserved.values();
    (rows().map(|r| r.first).max().unwrap_or(0), rows().map(|r| r.last).max().unwrap_or(0))
}

/// The range in which regional services of a kind answer.
pub fn service_range(kind: &str) -> Option<Ipv4Net> {
    addresses().service.get(kind).copied()
}

/// The range of stand-ins for public addresses.
pub fn public_range() -> Ipv4Net {
    addresses().stand_in.public
}

/// The range of stand-ins for addresses of things outside.
pub fn outside_range() -> Ipv4Net {
    addresses().stand_in.outside
}

/// The stand-in for the internet.
pub fn internet_address() -> Ipv4Addr {
    addresses().stand_in.internet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metro_has_a_region_somewhere_and_no_zone_twice() {
        assert!(metros().count() >= 12);
        for (metro, providers) in &regions().metro {
            assert!(!providers.is_empty(), "{metro}");
            for (provider, row) in providers {
                let (region, zones) = row.split_first().unwrap();
                let mut sorted = zones.to_vec();
                sorted.sort();
                assert_eq!(sorted, zones, "{metro} on {provider}: zones are ordinals");
                if *provider != Provider::Azure {
                    assert!(
                        zones.iter().all(|z| z.starts_with(region.as_str())),
                        "{metro} on {provider}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_region_is_named_twice_and_only_clouds_have_some() {
        for provider in Provider::ALL {
            let mut names: Vec<&str> = regions_of(provider).collect();
            let cloud = matches!(provider, Provider::Aws | Provider::Azure | Provider::Gcp);
            assert_eq!(names.len() > 30, cloud, "{provider}");
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{provider}");
        }
    }

    #[test]
    fn every_table_names_its_sources_and_date() {
        for name in ["regions", "sizes", "databases", "addresses"] {
            let table: toml::Table = read(name);
            assert!(table["sources"].as_array().is_some_and(|s| !s.is_empty()), "{name}");
            assert_eq!(table["date"].as_str().map(str::len), Some(10), "{name}");
        }
    }

    #[test]
    fn every_engine_of_the_database_kind_has_a_port_and_a_version() {
        for engine in &crate::builtin().kind("database").unwrap().attributes["engine"].choices {
            assert!(engine_port(engine).is_some() && newest_version(engine).is_some(), "{engine}");
        }
    }

    #[test]
    fn we_skip_the_most_that_anyone_keeps() {
        assert_eq!(reserved_anywhere(), (4, 2));
        assert_eq!(reserved_by(Provider::Gcp), Some((2, 2)));
    }
}
