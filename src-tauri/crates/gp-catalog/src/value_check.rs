//! Whether a value fits an attribute: type, choices, range. Says what would fit. Whether it makes
//! sense in its place (a range inside its network) is for the rules.

use crate::{
    kind::{Attribute, AttributeType},
    units,
};
use gp_model::{Placeholder, PortSpec, Protocol, Table, Value};
use ipnet::{Ipv4Net, Ipv6Net};
use std::net::Ipv4Addr;

impl Attribute {
    /// What is wrong with this value here, in words that follow the attribute's name. Whether
    /// something may be filled in here at all is said where it is filled in.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let filled_in = |text| {
            let placeholder = Placeholder::of(text);
            !matches!(placeholder, Placeholder::None | Placeholder::Escaped)
        };
        if value.as_str().is_some_and(filled_in) {
            return Ok(());
        }
        match self.type_ {
            AttributeType::Integer => self.whole(value),
            AttributeType::Number => {
                let number = value.as_float().ok_or_else(|| expected("a number", value))?;
                self.in_range(number, &number.to_string())
            }
            AttributeType::Bool => match value {
                Value::Bool(_) => Ok(()),
                other => Err(expected("true or false", other)),
            },
            AttributeType::Zones | AttributeType::List => self.each(value),
            AttributeType::Services => rows(value, service),
            AttributeType::Listeners => rows(value, listener),
            AttributeType::Rules => rows(value, rule),
            AttributeType::Records => rows(value, record),
            AttributeType::HealthCheck => health_check(table(value)?),
            AttributeType::Table => table(value).map(drop),
            AttributeType::Port => port(value),
            _ => self.text(value),
        }
    }

    fn whole(&self, value: &Value) -> Result<(), String> {
        let number = value.as_integer().ok_or_else(|| expected("a whole number", value))?;
        self.in_range(number as f64, &number.to_string())
    }

    fn each(&self, value: &Value) -> Result<(), String> {
        let items = value.as_list().ok_or_else(|| expected("a list", value))?;
        for item in items {
            let text = item.as_str().ok_or_else(|| expected("a list of text", item))?;
            if self.type_ == AttributeType::Zones {
                zone(text)?;
            }
            if !self.choices.is_empty() && !self.choices.iter().any(|choice| choice == text) {
                return Err(format!("“{text}” is not one of {}", self.choices.join(", ")));
            }
        }
        Ok(())
    }

    fn text(&self, value: &Value) -> Result<(), String> {
        let text = value.as_str().ok_or_else(|| expected("text", value))?;
        match self.type_ {
            AttributeType::Choice if !self.choices.iter().any(|c| c == text) => {
                Err(format!("“{text}” is not one of {}", self.choices.join(", ")))
            }
            AttributeType::Size => units::size(text).and_then(|n| self.in_range(n as f64, text)),
            AttributeType::Duration => {
                units::duration(text).and_then(|n| self.in_range(n as f64, text))
            }
            AttributeType::Cidr => cidr(text),
            AttributeType::Cidr6 => cidr6(text).and_then(|()| self.prefix(text)),
            AttributeType::Address if text.parse::<Ipv4Addr>().is_err() => {
                Err(format!("“{text}” is not an address: write it as 10.20.1.12"))
            }
            AttributeType::City if text.trim().is_empty() => {
                Err("there is no place without a name: write a city such as frankfurt".to_owned())
            }
            AttributeType::Domain => domain(text),
            AttributeType::Zone => zone(text),
            _ => Ok(()),
        }
    }

    /// Smallest and largest number of a range's fixed bits.
    fn prefix(&self, text: &str) -> Result<(), String> {
        let length = text.parse::<Ipv6Net>().map_or(0.0, |net| f64::from(net.prefix_len()));
        match (self.min, self.max) {
            (Some(min), _) if length < min => Err(format!("{text} is too large: at most a /{min}")),
            (_, Some(max)) if length > max => {
                Err(format!("{text} is too small: at least a /{max}"))
            }
            _ => Ok(()),
        }
    }

    /// A whole number, or the nearest that is in range.
    pub fn into_range(&self, number: i64) -> i64 {
        let number = self.min.map_or(number, |min| number.max(min.ceil() as i64));
        self.max.map_or(number, |max| number.min(max.floor() as i64))
    }

    /// The nearest value in range, of one that is not: written as one would write it.
    pub fn nearest_in_range(&self, value: &Value) -> Option<Value> {
        let limit = |number: f64| match (self.min, self.max) {
            (Some(min), _) if number < min => Some(min),
            (_, Some(max)) if number > max => Some(max),
            _ => None,
        };
        match self.type_ {
            AttributeType::Integer => {
                limit(value.as_integer()? as f64).map(|limit| Value::Integer(limit as i64))
            }
            AttributeType::Number => limit(value.as_float()?).map(Value::Float),
            AttributeType::Size => limit(units::size(value.as_str()?).ok()? as f64)
                .map(|limit| Value::String(units::format_size(limit as u64))),
            AttributeType::Duration => limit(units::duration(value.as_str()?).ok()? as f64)
                .map(|limit| Value::String(units::format_duration(limit as u64))),
            _ => None,
        }
    }

    fn in_range(&self, number: f64, written: &str) -> Result<(), String> {
        let show = |limit: f64| match self.type_ {
            AttributeType::Size => units::format_size(limit as u64),
            AttributeType::Duration => units::format_duration(limit as u64),
            _ => limit.to_string(),
        };
        match (self.min, self.max) {
            (Some(min), _) if number < min => {
                Err(format!("{written} is too small: at least {}", show(min)))
            }
            (_, Some(max)) if number > max => {
                Err(format!("{written} is too large: at most {}", show(max)))
            }
            _ => Ok(()),
        }
    }
}

fn expected(what: &str, found: &Value) -> String {
    match found {
        // What a number lacks to be a whole one is seen by the number.
        Value::Float(number) => format!("expected {what}, found {number}"),
        _ => format!("expected {what}, found {}", found.type_name()),
    }
}

fn table(value: &Value) -> Result<&Table, String> {
    value.as_table().ok_or_else(|| expected("a table", value))
}

fn rows(value: &Value, check: fn(&Table) -> Result<(), String>) -> Result<(), String> {
    let items = value.as_list().ok_or_else(|| expected("a list of tables", value))?;
    for (at, item) in items.iter().enumerate() {
        let row = item.as_table().ok_or_else(|| expected("a list of tables", item))?;
        check(row).map_err(|problem| format!("row {}: {problem}", at + 1))?;
    }
    Ok(())
}

fn only(row: &Table, known: &[&str]) -> Result<(), String> {
    match row.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("“{key}” is not known here: {}", known.join(", "))),
        None => Ok(()),
    }
}

fn word<'a>(row: &'a Table, key: &str) -> Result<&'a str, String> {
    match row.get(key) {
        None => Err(format!("“{key}” is missing")),
        Some(value) => value.as_str().ok_or_else(|| format!("{key}: {}", expected("text", value))),
    }
}

fn optional_word<'a>(
    row: &'a Table,
    key: &str,
    choices: &[&str],
) -> Result<Option<&'a str>, String> {
    if !row.contains_key(key) {
        return Ok(None);
    }
    let text = word(row, key)?;
    if !choices.is_empty() && !choices.contains(&text) {
        return Err(format!("{key}: “{text}” is not one of {}", choices.join(", ")));
    }
    Ok(Some(text))
}

fn required_port(row: &Table) -> Result<(), String> {
    port(row.get("port").ok_or("“port” is missing")?).map_err(|problem| format!("port: {problem}"))
}

fn optional_port(row: &Table, key: &str) -> Result<(), String> {
    row.get(key).map_or(Ok(()), |value| port(value).map_err(|problem| format!("{key}: {problem}")))
}

fn port(value: &Value) -> Result<(), String> {
    match value.as_integer() {
        Some(1..=65535) => Ok(()),
        Some(other) => Err(format!("{other} is not a port: 1 to 65535")),
        None => Err(expected("a port from 1 to 65535", value)),
    }
}

fn service(row: &Table) -> Result<(), String> {
    only(row, &["name", "protocol", "port", "high"])?;
    word(row, "name")?;
    optional_word(row, "protocol", &["tcp", "udp"])?;
    required_port(row)?;
    optional_port(row, "high")
}

fn listener(row: &Table) -> Result<(), String> {
    only(row, &["protocol", "port", "certificate", "redirect"])?;
    optional_word(row, "protocol", &["http", "https", "tcp", "tls", "udp"])?;
    optional_word(row, "certificate", &[])?;
    required_port(row)?;
    optional_port(row, "redirect")
}

fn health_check(row: &Table) -> Result<(), String> {
    only(row, &["protocol", "path", "port", "interval"])?;
    optional_word(row, "protocol", &["http", "https", "tcp"])?;
    if let Some(path) = optional_word(row, "path", &[])?
        && !path.starts_with('/')
    {
        return Err(format!("path: “{path}” must start with /"));
    }
    if let Some(interval) = optional_word(row, "interval", &[])? {
        units::duration(interval)?;
    }
    optional_port(row, "port")
}

fn rule(row: &Table) -> Result<(), String> {
    only(row, &["action", "source", "destination", "protocol", "ports", "comment"])?;
    optional_word(row, "action", &["allow", "deny"])?
        .ok_or("“action” is missing: allow or deny")?;
    for end in ["source", "destination"] {
        optional_word(row, end, &[])?;
    }
    optional_word(row, "comment", &[])?;
    let protocol = optional_word(row, "protocol", &["tcp", "udp", "icmp", "any"])?;
    rule_ports(row, protocol).map(drop)
}

/// The ports of a firewall line; `None`: everything. Also used where the line becomes rules.
pub(crate) fn rule_ports(
    row: &Table,
    protocol: Option<&str>,
) -> Result<Option<Vec<PortSpec>>, String> {
    let protocol = match protocol {
        Some("tcp") => Protocol::Tcp,
        Some("udp") => Protocol::Udp,
        Some("icmp") => {
            return Ok(Some(vec![PortSpec { protocol: Protocol::Icmp, low: 0, high: 0 }]));
        }
        _ if row.contains_key("ports") => {
            return Err("ports need a protocol: tcp or udp".to_owned());
        }
        _ => return Ok(None),
    };
    let one = |value: &Value| match value {
        Value::Integer(number) => format!("{protocol}/{number}").parse(),
        Value::String(text) => format!("{protocol}/{text}").parse(),
        other => Err(expected("a port, a range such as \"8000-8080\", or a list of them", other)),
    };
    match row.get("ports") {
        None => Ok(Some(vec![PortSpec { protocol, low: 1, high: u16::MAX }])),
        Some(Value::List(items)) => items.iter().map(one).collect::<Result<_, _>>().map(Some),
        Some(value) => one(value).map(|spec| Some(vec![spec])),
    }
}

fn record(row: &Table) -> Result<(), String> {
    only(row, &["name", "type", "value"])?;
    word(row, "name")?;
    optional_word(row, "type", &["A", "AAAA", "CNAME", "TXT", "MX", "SRV", "NS", "CAA"])?;
    match row.get("value") {
        None => Err("“value” is missing".to_owned()),
        Some(Value::String(_)) => Ok(()),
        Some(Value::List(items)) if items.iter().all(|v| v.as_str().is_some()) => Ok(()),
        Some(other) => Err(format!("value: {}", expected("text or a list of text", other))),
    }
}

fn zone(text: &str) -> Result<(), String> {
    match text.as_bytes() {
        [b'a'..=b'z'] => Ok(()),
        _ => Err(format!("“{text}” is not a zone: one letter from a")),
    }
}

/// Whether a text is a range.
pub(crate) fn cidr(text: &str) -> Result<(), String> {
    let net: Ipv4Net =
        text.parse().map_err(|_| format!("“{text}” is not a range: write it as 10.20.0.0/16"))?;
    if net.network() == net.addr() {
        return Ok(());
    }
    Err(format!("“{text}” is an address inside a range: the range is {}", net.trunc()))
}

/// Whether a text is an IPv6 range.
pub(crate) fn cidr6(text: &str) -> Result<(), String> {
    let net: Ipv6Net = text.parse().map_err(|_| {
        format!("“{text}” is not an IPv6 range: write it as fd12:3456:789a:100::/56")
    })?;
    if net.network() == net.addr() {
        return Ok(());
    }
    Err(format!("“{text}” is an address inside a range: the range is {}", net.trunc()))
}

fn domain(text: &str) -> Result<(), String> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if text.len() <= 253 && text.contains('.') && text.split('.').all(label) {
        return Ok(());
    }
    Err(format!("“{text}” is not a domain: write it as shop.example.com"))
}

#[cfg(test)]
mod tests {
    use crate::builtin;
    use gp_model::Value;

    fn check(kind: &str, attribute: &str, toml: &str) -> Result<(), String> {
        let table: toml::Table = toml::from_str(&format!("v = {toml}")).unwrap();
        let value: Value = table["v"].clone().try_into().unwrap();
        builtin().kind(kind).unwrap().attributes[attribute].check(&value)
    }

    #[test]
    fn values_that_fit() {
        for (kind, attribute, value) in [
            ("server", "cpu", "4"),
            ("server", "memory", "\"4 GiB\""),
            ("server", "needs", "[\"packages\", \"time\"]"),
            ("server", "memory", "\"${var.size}\""),
            ("server", "zone", "\"c\""),
            ("server", "address", "\"10.20.1.12\""),
            ("server", "services", "[{ name = \"http\", protocol = \"tcp\", port = 8080 }]"),
            ("network", "cidr", "\"10.20.0.0/16\""),
            ("load-balancer", "listeners", "[{ protocol = \"http\", port = 80, redirect = 443 }]"),
            (
                "load-balancer",
                "health-check",
                "{ protocol = \"http\", path = \"/\", port = 80, interval = \"10 s\" }",
            ),
            (
                "firewall",
                "rules",
                "[{ action = \"allow\", protocol = \"tcp\", ports = [22, \"80-90\"] }]",
            ),
            ("dns-zone", "domain", "\"shop.example.com\""),
            ("dns-zone", "records", "[{ name = \"www\", type = \"A\", value = \"entry\" }]"),
            ("database", "port", "5432"),
        ] {
            assert_eq!(check(kind, attribute, value), Ok(()), "{kind}.{attribute} = {value}");
        }
    }

    #[test]
    fn values_that_do_not_fit_and_what_is_said() {
        for (kind, attribute, value, said) in [
            ("server", "cpu", "\"4\"", "expected a whole number, found text"),
            ("server", "cpu", "1.5", "expected a whole number, found 1.5"),
            ("server", "cpu", "0", "0 is too small: at least 1"),
            ("server", "memory", "4", "expected text, found a whole number"),
            ("server", "memory", "\"1 MiB\"", "1 MiB is too small: at least 512 MiB"),
            ("server", "os", "\"plan9\"", "“plan9” is not one of linux, windows"),
            ("server", "zone", "\"eu-1a\"", "“eu-1a” is not a zone: one letter from a"),
            ("server", "public-address", "\"yes\"", "expected true or false, found text"),
            ("server", "services", "[{ name = \"x\" }]", "row 1: “port” is missing"),
            (
                "server",
                "services",
                "[{ name = \"x\", port = 0 }]",
                "row 1: port: 0 is not a port: 1 to 65535",
            ),
            (
                "network",
                "cidr",
                "\"10.0.0.0/33\"",
                "“10.0.0.0/33” is not a range: write it as 10.20.0.0/16",
            ),
            (
                "network",
                "cidr",
                "\"10.0.0.1/24\"",
                "“10.0.0.1/24” is an address inside a range: the range is 10.0.0.0/24",
            ),
            (
                "load-balancer",
                "listeners",
                "[{ port = 80, to = 1 }]",
                "row 1: “to” is not known here: protocol, port, certificate, redirect",
            ),
            (
                "firewall",
                "rules",
                "[{ action = \"allow\", ports = 22 }]",
                "row 1: ports need a protocol: tcp or udp",
            ),
            (
                "dns-zone",
                "domain",
                "\"shop\"",
                "“shop” is not a domain: write it as shop.example.com",
            ),
            ("database", "backup", "\"1 year\"", "1 year is too large: at most 35 days"),
            ("database", "port", "70000", "70000 is not a port: 1 to 65535"),
            (
                "region",
                "location",
                "\" \"",
                "there is no place without a name: write a city such as frankfurt",
            ),
        ] {
            assert_eq!(
                check(kind, attribute, value),
                Err(said.to_owned()),
                "{kind}.{attribute} = {value}"
            );
        }
    }
}
