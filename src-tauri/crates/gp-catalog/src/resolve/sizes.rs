//! A provider's type for a size, and the size of a type that somebody wrote. Prices play no part.

use crate::{
    kind::Kind,
    resolved::{Attributes, Origin, ResolvedValue},
    units,
};
use gp_model::{Provider, Table, Value};
use indexmap::IndexMap;
use serde::Deserialize;
use std::sync::{Arc, OnceLock};

/// Provider → kind → architecture or engine → types.
#[derive(Deserialize)]
struct Sizes {
    #[serde(flatten)]
    of: IndexMap<String, toml::Value>,
}

/// A provider's type: name, vCPU, bytes of memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// `m7i.large`.
    pub name: String,
    /// Virtual processors.
    pub cpu: u64,
    /// Bytes.
    pub memory: u64,
}

type Known = IndexMap<(Provider, String, String), Vec<Type>>;

fn known() -> &'static Known {
    static TABLE: OnceLock<Known> = OnceLock::new();
    TABLE.get_or_init(|| {
        let sizes: Sizes = toml::from_str(crate::catalog::table("sizes"))
            .expect("a test reads every built-in table");
        let mut known = Known::new();
        for provider in Provider::ALL {
            let Some(kinds) = sizes.of.get(provider.as_str()).and_then(toml::Value::as_table)
            else {
                continue;
            };
            for (kind, classes) in kinds {
                for (class, rows) in classes.as_table().into_iter().flatten() {
                    let types = rows.as_array().into_iter().flatten().filter_map(row).collect();
                    known.insert((provider, kind.clone(), class.clone()), types);
                }
            }
        }
        known
    })
}

fn row(row: &toml::Value) -> Option<Type> {
    let [name, cpu, memory] = row.as_array()?.as_slice() else { return None };
    let gibibytes = memory.as_float().or_else(|| memory.as_integer().map(|n| n as f64))?;
    Some(Type {
        name: name.as_str()?.to_owned(),
        cpu: u64::try_from(cpu.as_integer()?).ok()?,
        memory: (gibibytes * f64::from(1 << 30)) as u64,
    })
}

/// Whether a region is known to lack a type: by the type's family, `r7i` of `r7i.large`.
pub fn is_absent(provider: Provider, type_: &str, region: &str) -> bool {
    static TABLE: OnceLock<Absent> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        toml::from_str(crate::catalog::table("sizes")).expect("a test reads every built-in table")
    });
    let family = type_.split('.').next().unwrap_or(type_);
    let regions = table.absent.get(&provider).and_then(|families| families.get(family));
    regions.is_some_and(|regions| regions.iter().any(|own| own == region))
}

#[derive(Deserialize)]
struct Absent {
    absent: IndexMap<Provider, IndexMap<String, Vec<String>>>,
}

/// The smallest type that holds a size. `class` is the architecture of a server, the engine of a
/// database or a cache.
pub fn type_for(
    provider: Provider,
    kind: &str,
    class: &str,
    cpu: u64,
    memory: u64,
) -> Option<String> {
    if (provider, kind) == (Provider::Gcp, "database") {
        // Cloud SQL takes any even number of vCPU (or one) and steps of 256 MiB.
        let cpu = if cpu <= 1 { 1 } else { cpu.next_multiple_of(2) };
        return Some(format!("db-custom-{cpu}-{}", (memory >> 20).next_multiple_of(256)));
    }
    let types = known().get(&(provider, sold_as(kind).to_owned(), class.to_owned()))?;
    let fitting = types.iter().filter(|t| t.cpu >= cpu && t.memory >= memory);
    fitting.min_by_key(|t| (t.cpu, t.memory)).map(|t| t.name.clone())
}

/// The kind whose table of types holds for another: servers of a group and nodes of a
/// cluster are servers.
fn sold_as(kind: &str) -> &str {
    if matches!(kind, "server-group" | "kubernetes-cluster") { "server" } else { kind }
}

/// The size of a provider's type, where the table has it.
pub fn size_of(provider: Provider, kind: &str, name: &str) -> Option<&'static Type> {
    let kind = sold_as(kind);
    let rows = known().iter().filter(|((p, k, _), _)| *p == provider && k == kind);
    rows.flat_map(|(_, types)| types).find(|t| t.name == name)
}

/// Adds what follows from the size: the provider's type. A type that the user wrote wins and gives
/// its size back.
pub(super) fn derive(provider: Provider, kind: &Kind, raw: &Table, attributes: &mut Attributes) {
    let (attribute, raw_name, class) = match (kind.id.as_str(), provider) {
        ("server" | "server-group", Provider::Aws) => {
            ("instance-type", "instance_type", "architecture")
        }
        ("kubernetes-cluster", Provider::Aws | Provider::Azure | Provider::Gcp) => {
            system_nodes(provider, kind, attributes);
            // What the user writes of the main counterpart says nothing of nodes.
            ("instance-type", "", "architecture")
        }
        ("server", Provider::Azure) => ("instance-type", "size", "architecture"),
        ("server-group", Provider::Azure) => ("instance-type", "sku", "architecture"),
        ("server" | "server-group", Provider::Gcp) => {
            ("instance-type", "machine_type", "architecture")
        }
        ("database", Provider::Aws) => ("instance-class", "instance_class", "engine"),
        ("database", Provider::Azure) => ("instance-class", "sku_name", "engine"),
        ("database", Provider::Gcp) => ("instance-class", "tier", "engine"),
        ("cache", Provider::Aws) => ("instance-class", "node_type", "engine"),
        _ => return version(kind, attributes),
    };
    version(kind, attributes);
    if let Some(name) = raw.get(raw_name).and_then(Value::as_str) {
        attributes.insert(attribute.to_owned(), derived(name.into(), Origin::Set));
        if let Some(size) = size_of(provider, &kind.id, name) {
            let from = || Origin::Derived { from: format!("from on.{provider}.{raw_name}") };
            if kind.attributes.contains_key("cpu") {
                let cpu = Value::Integer(size.cpu.cast_signed());
                attributes.insert("cpu".to_owned(), derived(cpu, from()));
            }
            attributes.insert(
                "memory".to_owned(),
                derived(units::format_size(size.memory).into(), from()),
            );
        }
        return;
    }
    let text = |name: &str| attributes.get(name).and_then(|a| a.value.as_str());
    let cpu = match attributes.get("cpu") {
        Some(cpu) => cpu.value.as_integer().and_then(|cpu| u64::try_from(cpu).ok()),
        // A cache is as large as its memory.
        None => (!kind.attributes.contains_key("cpu")).then_some(0),
    };
    let memory = text("memory").and_then(|memory| units::size(memory).ok());
    let (Some(cpu), Some(memory), Some(class)) = (cpu, memory, text(class)) else { return };
    if let Some(name) = type_for(provider, &kind.id, class, cpu, memory) {
        let from = Origin::Derived { from: "from size".to_owned() };
        attributes.insert(attribute.to_owned(), derived(name.into(), from));
    }
}

/// The type of a cluster's system nodes.
fn system_nodes(provider: Provider, kind: &Kind, attributes: &mut Attributes) {
    let text = |name: &str| attributes.get(name).and_then(|a| a.value.as_str());
    let cpu = attributes.get("system-cpu").and_then(|a| a.value.as_integer());
    let cpu = cpu.and_then(|cpu| u64::try_from(cpu).ok());
    let memory = text("system-memory").and_then(|memory| units::size(memory).ok());
    let (Some(cpu), Some(memory), Some(class)) = (cpu, memory, text("architecture")) else {
        return;
    };
    if let Some(name) = type_for(provider, &kind.id, class, cpu, memory) {
        let from = Origin::Derived { from: "from system size".to_owned() };
        attributes.insert("system-type".to_owned(), derived(name.into(), from));
    }
}

fn version(kind: &Kind, attributes: &mut Attributes) {
    if kind.id != "database" || attributes.contains_key("version") {
        return;
    }
    let engine = attributes.get("engine").and_then(|a| a.value.as_str());
    if let Some(newest) = engine.and_then(super::tables::newest_version) {
        attributes.insert("version".to_owned(), derived(newest.into(), Origin::Default));
    }
}

fn derived(value: Value, origin: Origin) -> Arc<ResolvedValue> {
    Arc::new(ResolvedValue { value, origin, written: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_lacks_the_families_that_the_table_says() {
        assert!(is_absent(Provider::Aws, "r7i.large", "eu-central-2"));
        assert!(!is_absent(Provider::Aws, "r7i.large", "eu-central-1"));
        assert!(!is_absent(Provider::Gcp, "r7i.large", "eu-central-2"));
    }

    #[test]
    fn sizes_and_their_types() {
        const GIB: u64 = 1 << 30;
        use Provider::{Aws, Azure, Gcp};
        for (provider, kind, class, cpu, memory, name) in [
            (Aws, "server", "x86_64", 2, 4 * GIB, Some("c7i.large")),
            (Aws, "server", "x86_64", 4, 8 * GIB, Some("c7i.xlarge")),
            (Aws, "server", "x86_64", 2, 8 * GIB, Some("m7i.large")),
            (Aws, "server", "x86_64", 1, GIB, Some("t3.micro")),
            (Aws, "server", "arm64", 2, 16 * GIB, Some("r7g.large")),
            (Aws, "server", "x86_64", 500, GIB, None),
            (Aws, "server-group", "arm64", 2, 16 * GIB, Some("r7g.large")),
            (Aws, "database", "postgresql", 2, 8 * GIB, Some("db.m7g.large")),
            (Aws, "database", "sqlserver", 2, 8 * GIB, Some("db.m6i.large")),
            (Aws, "cache", "redis", 0, GIB, Some("cache.t4g.small")),
            (Aws, "cache", "valkey", 0, 12 * GIB, Some("cache.r7g.large")),
            (Aws, "cache", "valkey", 0, 1 << 40, None),
            (Azure, "server", "x86_64", 2, 8 * GIB, Some("Standard_D2s_v5")),
            (Azure, "database", "postgresql", 2, 8 * GIB, Some("GP_Standard_D2ds_v5")),
            (Gcp, "server", "x86_64", 2, 8 * GIB, Some("n2-standard-2")),
            (Gcp, "database", "postgresql", 3, 8 * GIB, Some("db-custom-4-8192")),
        ] {
            assert_eq!(
                type_for(provider, kind, class, cpu, memory).as_deref(),
                name,
                "{provider} {cpu} {memory}"
            );
        }
    }

    #[test]
    fn every_architecture_and_engine_has_types_on_the_three_clouds() {
        for (kind, attribute) in [("server", "architecture"), ("database", "engine")] {
            for class in &crate::builtin().kind(kind).unwrap().attributes[attribute].choices {
                for provider in [Provider::Aws, Provider::Azure, Provider::Gcp] {
                    assert!(
                        type_for(provider, kind, class, 2, 1 << 32).is_some(),
                        "{provider} {kind} {class}"
                    );
                }
            }
        }
    }
}
