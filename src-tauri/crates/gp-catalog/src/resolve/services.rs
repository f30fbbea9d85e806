//! What a resource listens on: its `services`, its listeners, or what its kind always offers.
//! Rows that cannot be read offer nothing; that they cannot is for the checks to say.

use crate::{
    kind::{Kind, Service},
    resolved::Attributes,
};
use gp_model::{PortSpec, Protocol, Table, Value};

/// Everything that it offers.
pub(crate) fn offered(kind: Option<&Kind>, attributes: &Attributes) -> Vec<Service> {
    if let Some(rows) = attributes.get("services").and_then(|a| a.value.as_list()) {
        return rows.iter().filter_map(|row| service(row.as_table()?)).collect();
    }
    if let Some(rows) = attributes.get("listeners").and_then(|a| a.value.as_list()) {
        return rows.iter().filter_map(|row| listener(row.as_table()?)).collect();
    }
    let Some(kind) = kind else { return Vec::new() };
    let one = |spec: &crate::kind::ServiceSpec| {
        match &*spec.ports {
            "engine" => return engine(attributes),
            "protocol" => return storage(attributes),
            _ => {}
        }
        Some(Service { name: spec.name.clone(), ports: spec.ports.parse().ok()? })
    };
    kind.services.iter().filter_map(one).collect()
}

fn service(row: &Table) -> Option<Service> {
    let ports = port_of(row, protocol(row))?;
    let named = row.get("name").and_then(Value::as_str);
    Some(Service { name: named.map_or_else(|| ports.to_string(), str::to_owned), ports })
}

fn listener(row: &Table) -> Option<Service> {
    let word = row.get("protocol").and_then(Value::as_str).unwrap_or("tcp");
    Some(Service { name: word.to_owned(), ports: port_of(row, transport(word))? })
}

fn protocol(row: &Table) -> Protocol {
    transport(row.get("protocol").and_then(Value::as_str).unwrap_or("tcp"))
}

/// The transport below `http`, `https`, `tls`, `tcp`, `udp`.
pub(crate) fn transport(word: &str) -> Protocol {
    if word == "udp" { Protocol::Udp } else { Protocol::Tcp }
}

/// `port` (and `high`) of a row.
pub(crate) fn port_of(row: &Table, protocol: Protocol) -> Option<PortSpec> {
    let number = |key| row.get(key).and_then(Value::as_integer).and_then(|n| u16::try_from(n).ok());
    let low = number("port").filter(|port| *port > 0)?;
    let high = number("high").filter(|high| *high >= low).unwrap_or(low);
    Some(PortSpec { protocol, low, high })
}

/// What a storage array speaks on the network; Fibre Channel is none of it.
fn storage(attributes: &Attributes) -> Option<Service> {
    let protocol = attributes.get("protocol")?.value.as_str()?;
    let port = match protocol {
        "iscsi" => 3260,
        "nfs" => 2049,
        _ => return None,
    };
    Some(Service { name: protocol.to_owned(), ports: PortSpec::tcp(port) })
}

fn engine(attributes: &Attributes) -> Option<Service> {
    let engine = attributes.get("engine").and_then(|a| a.value.as_str()).unwrap_or("postgresql");
    let own = attributes.get("port").and_then(|a| a.value.as_integer());
    let port = own.and_then(|p| u16::try_from(p).ok()).filter(|p| *p > 0);
    let port = port.or_else(|| super::tables::engine_port(engine))?;
    Some(Service { name: engine.to_owned(), ports: PortSpec::tcp(port) })
}
