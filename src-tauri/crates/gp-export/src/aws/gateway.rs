//! Facts of API gateways: which route goes where, and how.

use super::{
    Facts,
    certificate::{self, shown},
    is_managed, server, size, unsupported,
};
use gp_catalog::resolved::{Listener, ResolvedLink, ResolvedResource};
use gp_model::{Diagnostic, LinkKind, Place, Value};

/// Where a route goes.
pub enum Way<'a> {
    /// A function is called.
    Function(&'a ResolvedResource),
    /// A listener of a load balancer, by the gateway's private link.
    Inside(&'a ResolvedResource, &'a Listener),
    /// A listener of a public load balancer, by the internet.
    Outside(&'a ResolvedResource, &'a Listener),
}

/// One route.
pub struct Route<'a> {
    /// The link that says so.
    pub link: &'a ResolvedLink,
    /// `GET /orders`, `$default`.
    pub key: String,
    /// Where it goes.
    pub way: Way<'a>,
    /// The name that the certificate there holds for.
    pub domain: Option<String>,
}

/// Methods that a route may name.
const METHODS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The routes of a gateway, in order of their links; of two with one key, the first.
pub fn routes<'a>(facts: &Facts<'a>, gateway: &'a ResolvedResource) -> Vec<Route<'a>> {
    let mut all: Vec<Route<'a>> = Vec::new();
    for link in facts.links_from(&gateway.id) {
        let way = way(facts, gateway, link);
        if let Some(way) = way.ok().flatten() {
            let key = key(link);
            if all.iter().all(|route| route.key != key) {
                let domain = match &way {
                    Way::Inside(balancer, own) | Way::Outside(balancer, own) => {
                        certificate(facts, balancer, own)
                    }
                    Way::Function(_) => None,
                };
                all.push(Route { link, key, way, domain });
            }
        }
    }
    all
}

/// `METHOD /path` of a link; what no other route takes where it says neither.
fn key(link: &ResolvedLink) -> String {
    let text = |name: &str| link.attributes.get(name).and_then(Value::as_str).unwrap_or_default();
    let (method, path) = (text("method").to_uppercase(), text("path"));
    let method = METHODS.into_iter().find(|known| *known == method);
    match (method, path) {
        (None, "") => "$default".to_owned(),
        (method, path) => {
            let path = if path.is_empty() { "/{proxy+}" } else { path };
            let slash = if path.starts_with('/') { "" } else { "/" };
            format!("{} {slash}{path}", method.unwrap_or("ANY"))
        }
    }
}

/// Where a link goes; nothing for links that are no routes; in words why it cannot.
fn way<'a>(
    facts: &Facts<'a>,
    gateway: &'a ResolvedResource,
    link: &'a ResolvedLink,
) -> Result<Option<Way<'a>>, String> {
    let Some(to) = facts.resource(&link.to) else { return Ok(None) };
    let (from, title) = (&gateway.title, &to.title);
    let existing = || {
        format!(
            "“{from}” calls “{title}”, which exists already: add that route where it is managed"
        )
    };
    match (link.kind, to.kind.as_str()) {
        (LinkKind::Trigger, "function") if is_managed(to) => Ok(Some(Way::Function(to))),
        (LinkKind::Target, "load-balancer") if is_managed(to) => {
            let listener = listener(facts, to, link)
                .ok_or_else(|| format!("“{from}” calls “{title}”, which has no listener for that: give it one for http or https"))?;
            if facts.group(&gateway.id).is_some() {
                Ok(Some(Way::Inside(to, listener)))
            } else if server::is_public(to) {
                Ok(Some(Way::Outside(to, listener)))
            } else {
                Err(format!(
                    "“{title}” is reached from inside only: name a subnet as private link of “{from}”"
                ))
            }
        }
        (LinkKind::Trigger | LinkKind::Target, _) => Err(existing()),
        _ => Ok(None),
    }
}

/// The listener that a call comes to: one for https before others, among the link's ports.
pub fn listener<'a>(
    facts: &Facts<'a>,
    balancer: &'a ResolvedResource,
    link: &ResolvedLink,
) -> Option<&'a Listener> {
    let groups = server::target_groups(facts, balancer);
    let written = |own: &&Listener| {
        let asked = link
            .ports
            .iter()
            .any(|ports| ports.low <= own.ports.low && own.ports.low <= ports.high);
        asked && own.redirect.is_none() && server::action(facts, balancer, own, &groups).is_some()
    };
    let mut fitting = balancer.listeners.iter().filter(written);
    let first = fitting.next()?;
    if first.protocol == "https" {
        return Some(first);
    }
    Some(fitting.find(|own| own.protocol == "https").unwrap_or(first))
}

/// Whether a gateway has a private link that something needs.
pub fn has_private_link(routes: &[Route<'_>]) -> bool {
    routes.iter().any(|route| matches!(route.way, Way::Inside(..)))
}

/// The name that the certificate of an https listener holds for.
fn certificate(
    facts: &Facts<'_>,
    balancer: &ResolvedResource,
    listener: &Listener,
) -> Option<String> {
    if listener.protocol != "https" {
        return None;
    }
    let written = server::certificate(balancer, listener).map(str::to_owned);
    let drawn = || certificate::names(shown(facts, balancer, listener).first()?).into_iter().next();
    let name = written.filter(|name| name.contains('.')).or_else(drawn);
    name.filter(|name| !name.starts_with('*'))
}

/// Milliseconds after which a call is given up.
pub fn timeout(gateway: &ResolvedResource) -> i64 {
    gateway.text("timeout").and_then(size::seconds).unwrap_or(29).clamp(1, 30) * 1000
}

/// Calls in a second, and at once.
pub fn rates(gateway: &ResolvedResource) -> (i64, i64) {
    let rate = gateway.integer("rate").unwrap_or(1000).clamp(1, 1_000_000);
    (rate, rate * 2)
}

/// What a line of the log of calls says, as JSON.
pub const LOG: [(&str, &str); 6] = [
    ("requestId", "$context.requestId"),
    ("ip", "$context.identity.sourceIp"),
    ("time", "$context.requestTime"),
    ("route", "$context.routeKey"),
    ("status", "$context.status"),
    ("error", "$context.integrationErrorMessage"),
];

/// Routes that are drawn and not written.
pub fn notes<'a>(
    facts: &Facts<'a>,
    gateway: &'a ResolvedResource,
    format: &str,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    for link in facts.links_from(&gateway.id) {
        match way(facts, gateway, link) {
            Err(why) => {
                let text = format!("{format} leaves a route out: {why}");
                found.push(unsupported(&gateway.id, None, text));
            }
            Ok(Some(_)) => {
                let key = key(link);
                if taken.contains(&key) {
                    let text = format!(
                        "two routes of “{}” are {key}: give one of them another method or path",
                        gateway.title
                    );
                    found.push(Diagnostic::error(
                        "refused-by-provider",
                        Place::link(&link.id),
                        text,
                    ));
                }
                taken.push(key);
            }
            Ok(None) => {}
        }
    }
    found
}
