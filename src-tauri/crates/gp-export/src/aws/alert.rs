//! Alerts and charts: which of AWS's measures a drawn one is, for each kind of thing.

use super::{Facts, is_managed, server, unsupported};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};
use gp_model::{Diagnostic, LinkKind, Place, Value};

/// A measure in AWS's words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// `AWS/EC2`
    pub namespace: &'static str,
    /// `CPUUtilization`
    pub name: &'static str,
    /// `Average`
    pub statistic: &'static str,
    /// The dimension that says of which thing it is.
    pub dimension: &'static str,
    /// What the drawn limit is multiplied by.
    pub scale: f64,
}

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// The measure of a thing with this word; nothing where AWS has none.
pub fn measure(thing: &ResolvedResource, word: &str) -> Option<Measure> {
    let (namespace, dimension) = place(thing)?;
    let (name, statistic, scale) = match (thing.kind.as_str(), word) {
        ("server" | "database", "cpu") => ("CPUUtilization", "Average", 1.0),
        ("server", "failed-checks") => ("StatusCheckFailed", "Maximum", 1.0),
        ("database", "connections") => ("DatabaseConnections", "Average", 1.0),
        ("database", "free-storage") => ("FreeStorageSpace", "Minimum", GIB),
        ("database", "behind") => ("ReplicaLag", "Maximum", 1.0),
        ("load-balancer", "requests") if server::is_pass_through(thing) => {
            ("NewFlowCount", "Sum", 1.0)
        }
        ("load-balancer", _) if server::is_pass_through(thing) => return None,
        ("load-balancer", "errors") => ("HTTPCode_Target_5XX_Count", "Sum", 1.0),
        ("load-balancer", "latency") => ("TargetResponseTime", "Average", 1.0),
        ("load-balancer", "requests") => ("RequestCount", "Sum", 1.0),
        ("load-balancer", "connections") => ("ActiveConnectionCount", "Sum", 1.0),
        ("nat-gateway", "errors") => ("ErrorPortAllocation", "Sum", 1.0),
        ("nat-gateway", "connections") => ("ActiveConnectionCount", "Maximum", 1.0),
        ("function", "errors") => ("Errors", "Sum", 1.0),
        ("function", "latency") => ("Duration", "Average", 1000.0),
        ("function", "requests") => ("Invocations", "Sum", 1.0),
        ("queue", "waiting") => ("ApproximateNumberOfMessagesVisible", "Maximum", 1.0),
        ("queue", "age") => ("ApproximateAgeOfOldestMessage", "Maximum", 1.0),
        ("stream", "age") => ("GetRecords.IteratorAgeMilliseconds", "Maximum", 1000.0),
        _ => return None,
    };
    Some(Measure { namespace, name, statistic, dimension, scale })
}

/// Where AWS keeps the measures of a thing, and by what it is named there.
fn place(thing: &ResolvedResource) -> Option<(&'static str, &'static str)> {
    Some(match thing.kind.as_str() {
        "server" => ("AWS/EC2", "InstanceId"),
        "database" => ("AWS/RDS", "DBInstanceIdentifier"),
        "load-balancer" if server::is_pass_through(thing) => ("AWS/NetworkELB", "LoadBalancer"),
        "load-balancer" => ("AWS/ApplicationELB", "LoadBalancer"),
        "nat-gateway" => ("AWS/NATGateway", "NatGatewayId"),
        "function" => ("AWS/Lambda", "FunctionName"),
        "queue" => ("AWS/SQS", "QueueName"),
        "stream" => ("AWS/Kinesis", "StreamName"),
        _ => return None,
    })
}

/// Words of measures, the most telling first: a chart shows the first two that a thing has.
pub const WORDS: [&str; 10] = [
    "errors",
    "cpu",
    "waiting",
    "latency",
    "age",
    "free-storage",
    "connections",
    "requests",
    "failed-checks",
    "behind",
];

/// The word of an alert's measure.
pub fn word(alert: &ResolvedResource) -> &str {
    alert.text("metric").unwrap_or("errors")
}

/// The limit of an alert as it was drawn.
pub fn threshold(alert: &ResolvedResource) -> f64 {
    match alert.value("threshold") {
        Some(Value::Integer(number)) => *number as f64,
        Some(Value::Float(number)) => *number,
        _ => 0.0,
    }
}

/// How the measure is compared with it.
pub fn comparison(alert: &ResolvedResource) -> &'static str {
    match alert.text("when") {
        Some("below") => "LessThanThreshold",
        _ => "GreaterThanThreshold",
    }
}

/// Seconds of a window: whole minutes.
pub fn window(alert: &ResolvedResource) -> i64 {
    let seconds = alert.text("window").and_then(super::size::seconds).unwrap_or(300);
    ((seconds + 59) / 60 * 60).clamp(60, 86_400)
}

/// Windows that must pass the limit; all of them fit into a day.
pub fn in_a_row(alert: &ResolvedResource) -> i64 {
    alert.integer("in-a-row").unwrap_or(1).clamp(1, 86_400 / window(alert))
}

/// What an alert watches and AWS can measure, each with its link.
pub fn watched<'a>(
    facts: &Facts<'a>,
    alert: &ResolvedResource,
) -> Vec<(&'a ResolvedLink, &'a ResolvedResource, Measure)> {
    let links = facts.links_from(&alert.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let things = links.filter_map(|link| Some((*link, facts.resource(&link.to)?)));
    let here = things.filter(|(_, thing)| is_here(facts, alert, thing));
    here.filter_map(|(link, thing)| Some((link, thing, measure(thing, word(alert))?))).collect()
}

/// Whether two things stand in one region: alarms, what they watch and whom they tell must.
fn is_here(facts: &Facts<'_>, alert: &ResolvedResource, thing: &ResolvedResource) -> bool {
    let region = |own: &ResolvedResource| {
        let own = facts.resource(&own.id)?;
        facts.region_of(own)
    };
    region(alert) == region(thing)
}

/// Whom an alert tells: topics and functions, each with its link.
pub fn told<'a>(
    facts: &Facts<'a>,
    alert: &ResolvedResource,
) -> Vec<(&'a ResolvedLink, &'a ResolvedResource)> {
    let links = facts.links_from(&alert.id).iter().filter(|link| link.kind == LinkKind::Trigger);
    let all = links.filter_map(|link| Some((*link, facts.resource(&link.to)?)));
    all.filter(|(_, to)| is_here(facts, alert, to)).collect()
}

/// Topics that an alert writes to.
pub fn is_told_of(facts: &Facts<'_>, topic: &ResolvedResource) -> bool {
    let from = facts.links_to(&topic.id).iter().filter_map(|link| facts.resource(&link.from));
    from.into_iter().any(|from| from.kind == "alert" && is_managed(from))
}

/// What is drawn at an alert and AWS does not do.
pub fn not_told(facts: &Facts<'_>, alert: &ResolvedResource, format: &str) -> Vec<Diagnostic> {
    let title = &alert.title;
    let links = facts.links_from(&alert.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let unknown = links.filter_map(|link| {
        let thing = facts.resource(&link.to)?;
        let text = format!(
            "AWS has no measure “{}” of “{}”: choose another at “{title}”",
            word(alert),
            thing.title
        );
        let refused = Diagnostic::error("refused-by-provider", Place::link(&link.id), text);
        // What is no copy of anything is behind nothing.
        let alone = word(alert) == "behind" && super::replica::source(facts, thing).is_none();
        (alone || measure(thing, word(alert)).is_none()).then_some(refused)
    });
    let mut found: Vec<Diagnostic> = unknown.collect();
    let away = facts.links_from(&alert.id).iter().filter_map(|link| {
        let thing = facts.resource(&link.to).filter(|thing| !is_here(facts, alert, thing))?;
        let text = format!(
            "AWS's alarms know their own region only, and “{}” stands in another than “{title}”: draw an alert there",
            thing.title
        );
        Some(Diagnostic::error("refused-by-provider", Place::link(&link.id), text))
    });
    found.extend(away);
    for (link, topic) in told(facts, alert) {
        let locked = topic.kind == "topic" && topic.flag("encrypted");
        if locked && super::key::of(facts, topic).is_none() && is_managed(topic) {
            let text = format!(
                "AWS's own key for topics lets no alarm in, so that “{title}” could not write to “{}”: link a key to the topic, or set its encryption off",
                topic.title
            );
            found.push(Diagnostic::error("refused-by-provider", Place::link(&link.id), text));
        }
        if topic.kind == "topic" && topic.flag("fifo") {
            let text = format!(
                "AWS's alarms write to no topic in order: take fifo out of “{}”, or link “{title}” to another",
                topic.title
            );
            found.push(Diagnostic::error("refused-by-provider", Place::link(&link.id), text));
        }
    }
    let emails = super::texts(alert, "emails");
    if emails.iter().any(|address| !is_address(address)) {
        let text = format!("an address of “{title}” is none: write it as name@example.com");
        let place = Place::attribute(&alert.id, "emails");
        found.push(Diagnostic::error("refused-by-provider", place, text));
    }
    if told(facts, alert).is_empty() && emails.is_empty() {
        let text = format!(
            "{format} makes the alarm of “{title}”, and it tells nobody: link it to a topic, or write an address"
        );
        found.push(unsupported(&alert.id, Some("emails"), text));
    }
    found
}

fn is_address(text: &str) -> bool {
    let parts: Vec<&str> = text.split('@').collect();
    matches!(parts[..], [name, place] if !name.is_empty() && place.contains('.'))
        && !text.contains(char::is_whitespace)
}

/// What a dashboard shows: everything that has measures and stands in the same place.
pub fn shown<'a>(
    facts: &Facts<'a>,
    dashboard: &'a ResolvedResource,
) -> Vec<(&'a ResolvedResource, Vec<Measure>)> {
    let here = dashboard.parent.as_ref();
    let all = facts.resolved.resources.values().map(|resource| &**resource);
    let inside = all.filter(|thing| {
        is_managed(thing)
            && here.is_none_or(|here| thing.ancestors.contains(here))
            && facts.region_of(thing) == facts.region_of(dashboard)
    });
    let charts = inside.map(|thing| {
        let own = WORDS.iter().filter_map(|word| measure(thing, word));
        (thing, own.take(2).collect::<Vec<_>>())
    });
    charts.filter(|(_, measures)| !measures.is_empty()).collect()
}

/// How far back the charts of a dashboard go, as ISO 8601 says it.
pub fn span(dashboard: &ResolvedResource) -> String {
    let seconds = dashboard.text("span").and_then(super::size::seconds).unwrap_or(10_800);
    let minutes = (seconds / 60).max(5);
    match (minutes % 1440, minutes % 60) {
        (0, _) => format!("-P{}D", minutes / 1440),
        (_, 0) => format!("-PT{}H", minutes / 60),
        _ => format!("-PT{minutes}M"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_that_may_be_chosen_is_known_and_ordered() {
        let kind = gp_catalog::builtin().kind("alert").unwrap();
        let mut chosen: Vec<&str> =
            kind.attributes["metric"].choices.iter().map(String::as_str).collect();
        let mut known = WORDS.to_vec();
        chosen.sort_unstable();
        known.sort_unstable();
        assert_eq!(chosen, known);
    }
}
