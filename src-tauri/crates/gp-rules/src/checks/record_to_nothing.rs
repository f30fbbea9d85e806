//! DNS record whose value is neither what its type expects nor the id of something that has an address.
//!
//! Bad: `{ name = "www", value = "entyr" }`, `{ name = "www", type = "A", value = "shop.example.com" }`.
//!
//! Good: an address, a name where the type is `CNAME`, or the id of a resource with an address.
//!
//! Why: the name leads nowhere, or the provider refuses the record.

use super::prelude::*;
use gp_model::nearest;
use std::net::{Ipv4Addr, Ipv6Addr};

pub(crate) static RULE: Rule = Rule {
    id: "record-to-nothing",
    severity: Severity::Error,
    source: include_str!("record_to_nothing.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Others] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry public listeners=[{protocol="http",port=80}]
      server app http:tcp/80 needs=[]
entry -> app
dns-zone names domain=shop.example.com records=[{name="www",value="entyr"},{name="mail",type="MX",value="mail.example.com"}]
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry public listeners=[{protocol="http",port=80}]
      server app http:tcp/80 needs=[]
entry -> app
dns-zone names domain=shop.example.com records=[{name="net",value="shop"},{name="v6",type="AAAA",value="10.0.0.1"},{name="far",type="CNAME",value="10.0.0.1"}]
"#,
        ],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry public listeners=[{protocol="http",port=80}]
      server app http:tcp/80 needs=[]
entry -> app
dns-zone names domain=shop.example.com records=[{name="www",value="entry"},{name="old",value=["198.51.100.7","198.51.100.8"]},{name="far",type="CNAME",value="cdn.example.net."},{name="@",type="MX",value="10 mail.example.com"},{name="t",type="TXT",value="any words"},{name="_sip._tcp",type="SRV",value="10 5 5060 sip.example.com"}]
"#],
    },
};

fn check(facts: &Facts<'_>, zone: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if zone.kind != "dns-zone" {
        return;
    }
    let rows = zone.value("records").and_then(Value::as_list).unwrap_or_default();
    for (number, row) in rows.iter().enumerate() {
        let Some(row) = row.as_table() else { continue };
        let type_ = row.get("type").and_then(Value::as_str).unwrap_or("A");
        for value in values(row) {
            let Some(expected) = expected(type_, value).filter(|_| !resolves(facts, type_, value))
            else {
                continue;
            };
            let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
            let message = format!(
                "record “{name}” of “{}”: “{value}” is {}: write {expected}",
                called(zone),
                what(facts, value)
            );
            let said = RULE.at(Place::attribute(&zone.id, "records"), message);
            found.push(with_near_name(facts, zone, number, value, said));
        }
    }
}

/// The values of a row: text, or a list of text.
fn values(row: &Table) -> Vec<&str> {
    match row.get("value") {
        Some(Value::String(text)) => vec![text],
        Some(Value::List(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// What a record of this type holds, where the value is something else.
fn expected(type_: &str, value: &str) -> Option<&'static str> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let number = |word: &&str| word.parse::<u16>().is_ok();
    let fits = match type_ {
        "A" => value.parse::<Ipv4Addr>().is_ok(),
        "AAAA" => value.parse::<Ipv6Addr>().is_ok(),
        "CNAME" | "NS" => is_name(value),
        "MX" => matches!(words[..], [priority, name] if number(&priority) && is_name(name)),
        "SRV" => {
            matches!(words[..], [a, b, c, name] if [a, b, c].iter().all(number) && is_name(name))
        }
        _ => true,
    };
    let expected = match type_ {
        "A" => "an address such as 198.51.100.7, or the id of something that has one",
        "AAAA" => "an address such as 2001:db8::7",
        "MX" => "a priority and a name, such as 10 mail.example.com",
        "SRV" => "priority, weight, port and name, such as 10 5 5060 sip.example.com",
        _ => "a name such as shop.example.com",
    };
    (!fits).then_some(expected)
}

fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_*".contains(c))
    };
    let text = text.strip_suffix('.').unwrap_or(text);
    text.contains('.') && text.parse::<Ipv4Addr>().is_err() && text.split('.').all(label)
}

/// Whether the value is the id of something that stands for addresses.
fn resolves(facts: &Facts<'_>, type_: &str, value: &str) -> bool {
    let may_name = matches!(type_, "A" | "AAAA" | "CNAME");
    may_name
        && facts.resource(value).is_some_and(|target| {
            let counted =
                facts.kind(target).is_some_and(|kind| kind.attributes.contains_key("count"));
            counted || !target.instances.is_empty()
        })
}

fn what(facts: &Facts<'_>, value: &str) -> String {
    match facts.resource(value) {
        Some(target) if target.instances.is_empty() => {
            format!("a {}, which has no address", target.kind)
        }
        Some(target) => format!("a {}, which a record of this type cannot name", target.kind),
        None => "no value of this type, and no resource".to_owned(),
    }
}

fn with_near_name(
    facts: &Facts<'_>,
    zone: &ResolvedResource,
    number: usize,
    value: &str,
    said: Diagnostic,
) -> Diagnostic {
    let public = zone.flag("public");
    let known = facts.resolved.resources.values().filter(|r| {
        r.instances.iter().any(|i| i.public_ip.is_some() || (!public && i.ip.is_some()))
    });
    let meant = nearest(value, known.map(|r| r.id.as_str()));
    let records = zone.attributes.get("records").filter(|v| v.origin == Origin::Set);
    let (Some(meant), Some(records)) = (meant, records) else { return said };
    let written = records.written.as_ref().unwrap_or(&records.value);
    let mut rows = written.as_list().unwrap_or_default().to_vec();
    if let Some(Value::Table(row)) = rows.get_mut(number) {
        row.insert("value".to_owned(), meant.into());
    }
    said.fixed_by(format!("Use “{meant}”"), set(&zone.id, "records", Value::List(rows)))
}
