//! Facts of content delivery networks: where what they hand out comes from.

use super::{Facts, is_managed, server, size, unsupported};
use gp_catalog::resolved::{Listener, ResolvedLink, ResolvedResource};
use gp_model::{Diagnostic, LinkKind, Place, Value};

/// What an origin is.
pub enum Source<'a> {
    /// A bucket that nobody else reads.
    Bucket(&'a ResolvedResource),
    /// A listener of a public load balancer.
    Balancer(&'a ResolvedResource, &'a Listener),
    /// An API gateway.
    Gateway(&'a ResolvedResource),
}

/// One origin.
pub struct Origin<'a> {
    /// The link that says so.
    pub link: &'a ResolvedLink,
    /// What it is.
    pub source: Source<'a>,
    /// Paths that go there; none: everything that no other takes.
    pub path: Option<&'a str>,
}

impl Origin<'_> {
    /// Whether it is a bucket: of files, which only are read.
    pub fn is_bucket(&self) -> bool {
        matches!(self.source, Source::Bucket(_))
    }
}

/// The origins, the one for everything first. A distribution without that one cannot be: then the
/// first takes everything.
pub fn origins<'a>(facts: &Facts<'a>, cdn: &'a ResolvedResource) -> Vec<Origin<'a>> {
    let mut all: Vec<Origin<'a>> = Vec::new();
    for link in facts.links_from(&cdn.id) {
        let Ok(Some(source)) = source(facts, cdn, link) else { continue };
        let origin = Origin { link, source, path: path(link) };
        if all.iter().all(|other| other.path != origin.path) {
            all.push(origin);
        }
    }
    all.sort_by_key(|origin| origin.path.is_some());
    if let Some(first) = all.first_mut() {
        first.path = None;
    }
    all
}

fn path(link: &ResolvedLink) -> Option<&str> {
    let path = link.attributes.get("path").and_then(Value::as_str)?;
    (!matches!(path, "" | "*" | "/*")).then_some(path)
}

/// What a link leads to; nothing for links that are no origins; in words why it cannot be one.
fn source<'a>(
    facts: &Facts<'a>,
    cdn: &'a ResolvedResource,
    link: &'a ResolvedLink,
) -> Result<Option<Source<'a>>, String> {
    let Some(to) = facts.resource(&link.to).filter(|_| link.kind == LinkKind::Target) else {
        return Ok(None);
    };
    let (from, title) = (&cdn.title, &to.title);
    if !is_managed(to) {
        return Err(format!(
            "“{title}” exists already: write it as an origin of “{from}” where that is managed"
        ));
    }
    match to.kind.as_str() {
        "bucket" => Ok(Some(Source::Bucket(to))),
        "api-gateway" => Ok(Some(Source::Gateway(to))),
        "load-balancer" if !server::is_public(to) => Err(format!(
            "“{title}” is reached from inside only, and “{from}” calls from outside: make it public"
        )),
        "load-balancer" => {
            let listener = super::gateway::listener(facts, to, link);
            listener.map(|listener| Some(Source::Balancer(to, listener))).ok_or_else(|| {
                format!("“{title}” has no listener for “{from}”: give it one for https")
            })
        }
        _ => Ok(None),
    }
}

/// The networks whose copies a bucket's files are.
pub fn readers<'a>(facts: &Facts<'a>, bucket: &'a ResolvedResource) -> Vec<&'a ResolvedResource> {
    let links = facts.links_to(&bucket.id).iter().filter(|link| link.kind == LinkKind::Target);
    let all = links.filter_map(|link| facts.resource(&link.from));
    all.filter(|from| from.kind == "cdn" && is_managed(from)).collect()
}

/// The web firewall before a network.
pub fn guard<'a>(facts: &Facts<'a>, cdn: &ResolvedResource) -> Option<&'a ResolvedResource> {
    super::web_firewall::of(facts, cdn)
}

/// The certificate that a network shows.
pub fn seal<'a>(facts: &Facts<'a>, cdn: &ResolvedResource) -> Option<&'a ResolvedResource> {
    seals(facts, cdn).next().map(|(_, seal)| seal)
}

fn seals<'a>(
    facts: &Facts<'a>,
    cdn: &ResolvedResource,
) -> impl Iterator<Item = (&'a ResolvedLink, &'a ResolvedResource)> {
    let links = facts.links_to(&cdn.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    let all: Vec<_> = links.filter_map(|link| Some((*link, facts.resource(&link.from)?))).collect();
    all.into_iter().filter(|(_, from)| from.kind == "certificate")
}

/// The least that a browser must speak.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html>
pub const TLS: &str = "TLSv1.2_2021";

/// Seconds that a copy is handed out.
pub fn cache_seconds(cdn: &ResolvedResource) -> i64 {
    cdn.text("cache-time").and_then(size::seconds).unwrap_or(86_400).clamp(0, 31_536_000)
}

/// Seconds that a service may have its answers kept: it says so itself, at most a year.
pub const SERVICE_SECONDS: i64 = 31_536_000;

/// AWS's word for where copies are kept.
pub fn price_class(cdn: &ResolvedResource) -> &'static str {
    match cdn.text("places") {
        Some("all") => "PriceClass_All",
        Some("most") => "PriceClass_200",
        _ => "PriceClass_100",
    }
}

/// The methods that an origin is asked with.
pub fn methods(origin: &Origin<'_>) -> Vec<&'static str> {
    if origin.is_bucket() {
        vec!["GET", "HEAD", "OPTIONS"]
    } else {
        vec!["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    }
}

/// AWS's own policy of what an origin sees of a call, its name and its id, which is the same in
/// every account: a load balancer everything (its certificate holds for the name that was asked
/// for), a gateway all but that name, a bucket nothing.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>
pub fn request_policy(origin: &Origin<'_>) -> Option<(&'static str, &'static str)> {
    match origin.source {
        Source::Bucket(_) => None,
        Source::Balancer(..) => Some(("Managed-AllViewer", "216adef6-5c7f-47e4-b989-5492eafa07d3")),
        Source::Gateway(_) => {
            Some(("Managed-AllViewerExceptHostHeader", "b689b0a8-53d0-40ab-baf2-68738e2966ac"))
        }
    }
}

/// How an origin is called.
pub fn protocol(origin: &Origin<'_>) -> &'static str {
    match origin.source {
        Source::Balancer(_, listener) if listener.protocol != "https" => "http-only",
        _ => "https-only",
    }
}

/// Origins that are drawn and not written.
pub fn notes<'a>(facts: &Facts<'a>, cdn: &'a ResolvedResource, format: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut taken: Vec<Option<&str>> = Vec::new();
    for link in facts.links_from(&cdn.id) {
        match source(facts, cdn, link) {
            Err(why) => {
                let text = format!("{format} leaves an origin out: {why}");
                found.push(unsupported(&cdn.id, None, text));
            }
            Ok(Some(_)) if taken.contains(&path(link)) => {
                let text = format!(
                    "two origins of “{}” take the same paths: give one of the links a path such as /api/*",
                    cdn.title
                );
                found.push(Diagnostic::error("refused-by-provider", Place::link(&link.id), text));
            }
            Ok(Some(source)) => {
                taken.push(path(link));
                found.extend(list_too_long(&source, cdn, link));
            }
            Ok(None) => {}
        }
    }
    found.extend(seals(facts, cdn).skip(1).map(|(link, seal)| {
        let text = format!(
            "AWS shows one certificate at a content delivery network: write the names of “{}” into the first one of “{}”",
            seal.title, cdn.title
        );
        Diagnostic::error("refused-by-provider", Place::link(&link.id), text)
    }));
    if origins(facts, cdn).is_empty() {
        let text = format!("{format} leaves “{}” out: it has no origin", cdn.title);
        found.push(unsupported(&cdn.id, None, text));
    }
    found
}

/// AWS counts the list of `CloudFront`'s addresses as 55 of the 60 rules that a group may have.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html>
fn list_too_long(
    source: &Source<'_>,
    cdn: &ResolvedResource,
    link: &ResolvedLink,
) -> Option<Diagnostic> {
    let Source::Balancer(balancer, _) = source else { return None };
    let text = format!(
        "AWS has room for one port that “{}” may call “{}” on: let the link allow one, such as tcp/443",
        cdn.title, balancer.title
    );
    let several = link.ports.len() > 1;
    several.then(|| Diagnostic::error("refused-by-provider", Place::link(&link.id), text))
}
