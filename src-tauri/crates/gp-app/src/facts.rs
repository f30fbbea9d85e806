//! From judgements to what a user interface shows: card lines, header facts, link states, findings.

use crate::{
    dto::{DiagnosticDto, HopDto, IntentFactDto, JudgementDto, LinkFactDto, TraceDto, WaivedDto},
    judged::Judged,
};
use gp_analysis::reach::{IntentVerdict, LinkVerdict, Trace};
use gp_catalog::{Catalog, resolved::ResolvedLink};
use gp_layout::RouteInput;
use gp_model::{Design, Diagnostic, Id, LinkKind, Place, PortSpec, Protocol, file::SourceMap};
use gp_plan::plan::short_hash;
use gp_rules::Waived;
use std::collections::BTreeMap;

/// What a window shows of a judgement, by id; kept to send only what differs the next time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Card lines.
    pub summaries: BTreeMap<String, String>,
    /// Header facts of containers.
    pub facts: BTreeMap<String, String>,
    /// Links.
    pub links: BTreeMap<String, LinkFactDto>,
}

impl Shown {
    /// What is to be shown of `judged`.
    pub fn of(judged: &Judged, design: &Design) -> Self {
        let catalog = &judged.catalog;
        let mut shown = Self::default();
        for resource in judged.resolved.resources.values() {
            let Some(kind) = catalog.kind(&resource.kind) else { continue };
            let line = gp_catalog::summary(kind, resource);
            let map = if kind.container { &mut shown.facts } else { &mut shown.summaries };
            map.insert(resource.id.to_string(), line);
        }
        for id in design.resources.keys().filter(|id| !judged.resolved.resources.contains_key(*id))
        {
            shown.summaries.insert(id.to_string(), "not in this environment".to_owned());
        }
        let verdicts: BTreeMap<&Id, &LinkVerdict> =
            judged.links.iter().map(|v| (&v.link, v)).collect();
        shown.links = judged
            .resolved
            .links
            .values()
            .map(|link| (link.id.to_string(), link_fact(link, verdicts.get(&link.id).copied())))
            .collect();
        shown.forbid(&judged.intents);
        shown
    }

    /// A link that works and lets through what an intent forbids.
    fn forbid(&mut self, intents: &[IntentVerdict]) {
        for verdict in intents {
            let Some(trace) = verdict.counter_example.as_ref().filter(|it| it.arrives) else {
                continue;
            };
            for link in trace.links() {
                // A rule of a link that does not work may let others through: the link itself is broken all the same.
                let fact = self.links.get_mut(link.as_str());
                if let Some(fact) = fact.filter(|fact| fact.state == "proven") {
                    "forbidden".clone_into(&mut fact.state);
                    fact.because = Some(format!("not allowed: {}", verdict.text));
                }
            }
        }
    }

    /// The event: everything, or what differs from what the window has.
    pub fn since(
        &self,
        before: Option<&Self>,
        session: u32,
        judged: &Judged,
        text: &str,
        milliseconds: u32,
    ) -> JudgementDto {
        // What fell away cannot be said by a difference: then everything is sent.
        let partial = before.is_some_and(|before| {
            keeps(&before.summaries, &self.summaries)
                && keeps(&before.facts, &self.facts)
                && keeps(&before.links, &self.links)
        });
        let before = before.filter(|_| partial);
        let lines = Lines::of(text);
        JudgementDto {
            session,
            revision: judged.revision,
            environment: judged.environment.to_string(),
            diagnostics: lines.diagnostics(&judged.diagnostics),
            waived: lines.waived(&judged.waived),
            summaries: newer(before.map(|b| &b.summaries), &self.summaries),
            facts: newer(before.map(|b| &b.facts), &self.facts),
            links: newer(before.map(|b| &b.links), &self.links),
            intents: judged.intents.iter().map(intent_fact).collect(),
            partial,
            milliseconds,
        }
    }

    /// The drawing as the router needs it: header texts and pills take room.
    pub fn route_input(&self, design: &Design, catalog: &Catalog) -> RouteInput {
        RouteInput::of(
            design,
            catalog,
            |id| self.facts.get(id.as_str()).cloned().unwrap_or_default(),
            |id| self.links.get(id.as_str()).map(|link| link.label.clone()).unwrap_or_default(),
        )
    }
}

fn keeps<V>(before: &BTreeMap<String, V>, now: &BTreeMap<String, V>) -> bool {
    before.keys().all(|id| now.contains_key(id))
}

fn newer<V: Clone + PartialEq>(
    before: Option<&BTreeMap<String, V>>,
    now: &BTreeMap<String, V>,
) -> BTreeMap<String, V> {
    let Some(before) = before else { return now.clone() };
    now.iter()
        .filter(|(id, value)| before.get(*id) != Some(value))
        .map(|(id, value)| (id.clone(), value.clone()))
        .collect()
}

fn link_fact(link: &ResolvedLink, verdict: Option<&LinkVerdict>) -> LinkFactDto {
    let state = match verdict {
        Some(verdict) if verdict.works => "proven",
        Some(_) => "broken",
        None => "unproven",
    };
    let block = verdict.and_then(|verdict| verdict.block.as_ref());
    LinkFactDto {
        kind: word(link.kind).to_owned(),
        label: link.ports.iter().map(port_label).collect::<Vec<_>>().join(", "),
        state: state.to_owned(),
        blocked_at: block.and_then(|block| block.id.as_ref()).map(ToString::to_string),
        because: block.map(|block| format!("{}: {}", block.hop, block.why)),
    }
}

/// The file's word for a link kind.
pub fn word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Flow => "flow",
        LinkKind::Attachment => "attachment",
        LinkKind::Target => "target",
        LinkKind::Peering => "peering",
        LinkKind::Trigger => "trigger",
        LinkKind::Cable => "cable",
        LinkKind::Dependency => "dependency",
    }
}

/// What a pill says: TCP goes without saying.
pub fn port_label(ports: &PortSpec) -> String {
    let range = if ports.low == ports.high {
        ports.low.to_string()
    } else {
        format!("{}–{}", ports.low, ports.high)
    };
    match ports.protocol {
        Protocol::Tcp => range,
        Protocol::Udp => format!("udp {range}"),
        Protocol::Icmp => "icmp".to_owned(),
    }
}

/// An intent and whether it holds.
pub fn intent_fact(verdict: &gp_analysis::reach::IntentVerdict) -> IntentFactDto {
    let text = match &verdict.because {
        Some(because) => format!("{}: {because}", verdict.text),
        None => verdict.text.clone(),
    };
    IntentFactDto {
        id: verdict.intent.to_string(),
        text,
        holds: verdict.holds,
        counter_example: verdict.counter_example.as_ref().map(trace),
    }
}

/// A packet's way.
pub fn trace(trace: &Trace) -> TraceDto {
    TraceDto {
        source: trace.source.to_string(),
        destination: trace.destination.to_string(),
        service: trace.service.clone(),
        arrives: trace.arrives,
        hops: trace
            .hops
            .iter()
            .map(|hop| HopDto {
                id: hop.id.as_ref().map(ToString::to_string),
                what: hop.what.clone(),
                because: hop.because.clone(),
                passes: hop.passes,
            })
            .collect(),
    }
}

/// Findings ready to show, with their lines in the file's text.
pub fn diagnostics(diagnostics: &[Diagnostic], text: &str) -> Vec<DiagnosticDto> {
    Lines::of(text).diagnostics(diagnostics)
}

/// Where things stand in a text; it is read at the first finding, and once for all.
pub struct Lines<'t> {
    text: &'t str,
    map: std::cell::OnceCell<SourceMap<'t>>,
}

impl<'t> Lines<'t> {
    /// Lines of this text.
    pub fn of(text: &'t str) -> Self {
        Self { text, map: std::cell::OnceCell::new() }
    }

    /// Findings ready to show.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic]) -> Vec<DiagnosticDto> {
        let map = || self.map.get_or_init(|| SourceMap::new(self.text));
        diagnostics.iter().map(|diagnostic| diagnostic_dto(diagnostic, map())).collect()
    }

    /// Accepted findings ready to show.
    fn waived(&self, waived: &[Waived]) -> Vec<WaivedDto> {
        let map = || self.map.get_or_init(|| SourceMap::new(self.text));
        let one = |waived: &Waived| WaivedDto {
            finding: diagnostic_dto(&waived.finding, map()),
            waiver: u32::try_from(waived.waiver).unwrap_or(u32::MAX),
        };
        waived.iter().map(one).collect()
    }
}

/// Names a finding within a judgement: the same finding has the same key after an edit elsewhere.
pub fn key(diagnostic: &Diagnostic) -> String {
    let place = serde_json::to_string(&diagnostic.place).expect("a place is plain data");
    let environment = diagnostic.environment.as_ref().map_or("", |id| id.as_str());
    short_hash(&[&diagnostic.rule, &place, &diagnostic.message, environment])
}

fn diagnostic_dto(diagnostic: &Diagnostic, lines: &SourceMap) -> DiagnosticDto {
    let span = lines.locate(&diagnostic.place);
    let (on, id, attribute) = parts(&diagnostic.place);
    DiagnosticDto {
        key: key(diagnostic),
        rule: diagnostic.rule.to_string(),
        severity: match diagnostic.severity {
            gp_model::Severity::Error => "error",
            gp_model::Severity::Warning => "warning",
            gp_model::Severity::Advice => "advice",
        }
        .to_owned(),
        on: on.to_owned(),
        id,
        attribute,
        line: span.as_ref().map(|span| span.line),
        column: span.as_ref().map(|span| span.column),
        message: diagnostic.message.clone(),
        why: diagnostic.why.clone(),
        related: diagnostic.related.iter().filter_map(|place| parts(place).1).collect(),
        fixes: diagnostic.fixes.iter().map(|fix| fix.title.clone()).collect(),
        controls: diagnostic.controls.iter().map(|c| format!("{} {}", c.standard, c.id)).collect(),
        environment: diagnostic.environment.as_ref().map(ToString::to_string),
    }
}

fn parts(place: &Place) -> (&'static str, Option<String>, Option<String>) {
    match place {
        Place::Design => ("design", None, None),
        Place::File { .. } => ("file", None, None),
        Place::Resource { id, attribute } => ("resource", Some(id.to_string()), attribute.clone()),
        Place::Link { id, attribute } => ("link", Some(id.to_string()), attribute.clone()),
        Place::Intent { id } => ("intent", Some(id.to_string()), None),
        Place::Environment { id, attribute } => {
            ("environment", Some(id.to_string()), attribute.clone())
        }
        Place::Policy => ("policy", None, None),
    }
}
