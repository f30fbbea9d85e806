//! The drawing of a picture: the same shapes, texts and routes that the canvas gets, all of them or a part.

use crate::{
    arrange,
    facts::{self, Shown},
    judge::Drawn,
    judged::Judged,
};
use gp_catalog::{Catalog, Kind};
use gp_export::{
    Drawing, LinkState, Options, Theme,
    picture::{Icon, Shape, Stroke, TitleBlock, look_of},
};
use gp_model::{Design, Diagnostic, Id, Link, Place, Point, Rect, Resource, Severity, Value, edit};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What is wanted of a picture.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Picture {
    /// `light` or `dark`.
    pub theme: String,
    /// Only these, with what they hold; none: everything.
    pub ids: Option<Vec<Id>>,
    /// What of the design is shown at all, thing by thing; none: everything.
    pub shown: Option<BTreeSet<Id>>,
    /// Leaves the links out.
    pub without_links: bool,
    /// Only this part of the drawing.
    pub view: Option<Rect>,
    /// What its signs mean.
    pub legend: bool,
    /// Title, environment, date and scale.
    pub title_block: bool,
    /// The day that the title block says; handed in, so that a picture can be made again.
    pub date: Option<String>,
    /// Findings on what they are about.
    pub badges: bool,
    /// Of a picture in dots, in percent; 100 where it is 0.
    pub scale: u16,
    /// Leaves the design itself out of the picture.
    pub without_design: bool,
    /// Lines and labels as a window has them; else they are found anew.
    #[serde(skip)]
    pub drawn: Option<Arc<Drawn>>,
}

/// Largest resolution, in percent.
const MOST_SCALE: u16 = 400;

impl Picture {
    /// In a theme, and nothing but the drawing.
    pub fn plain(theme: &str) -> Self {
        Self { theme: theme.to_owned(), without_design: true, ..Self::default() }
    }

    /// What the format is told.
    pub fn options(&self) -> Options {
        let scale = if self.scale == 0 { 100 } else { self.scale.clamp(10, MOST_SCALE) };
        let theme = if self.theme == "dark" { Theme::Dark } else { Theme::Light };
        Options { theme, badges: self.badges, legend: self.legend, scale }
    }
}

/// The drawing as the canvas has it; what has no place yet gets one, as there.
pub fn drawing(
    judged: &Judged,
    source: &str,
    picture: &Picture,
    diagnostics: &mut Vec<Diagnostic>,
) -> Drawing {
    let design = placed(&judged.design, &judged.catalog);
    let shown = Shown::of(judged, &design);
    let wanted = picture.ids.as_ref().map(|ids| edit::with_contents(&design, ids));
    let within = |id: &Id| {
        let is_in = |set: &Option<BTreeSet<Id>>| set.as_ref().is_none_or(|set| set.contains(id));
        is_in(&wanted) && is_in(&picture.shown)
    };
    let mut shapes: Vec<Shape> = design
        .resources
        .iter()
        .filter(|(id, _)| within(id))
        .filter_map(|(id, it)| shape(judged, &design, &shown, id, it))
        .filter(|shape| picture.view.is_none_or(|view| view.overlaps(shape.rect)))
        .collect();
    shapes.sort_by_key(|shape| shape.depth);
    let findings = worst(&judged.diagnostics);
    for shape in &mut shapes {
        shape.finding = findings.get(&shape.id).copied();
    }
    let drawn = picture
        .drawn
        .clone()
        .unwrap_or_else(|| Arc::new(Drawn::anew(&shown, &design, &judged.catalog)));
    let Drawn { routes, pills, .. } = &*drawn;
    let links = design
        .links
        .iter()
        .filter(|(_, link)| !picture.without_links && within(&link.from) && within(&link.to));
    let name = judged.resolved.design.name.clone();
    Drawing {
        links: links
            .filter_map(|(id, it)| {
                let label_at = pills.get(id).map(|pill| pill.at);
                Some(Stroke { label_at, ..stroke(&shown, id, it, routes.get(id)?) })
            })
            .collect(),
        shapes,
        frame: picture.view,
        source: carried(judged, source, picture, diagnostics),
        block: picture.title_block.then(|| TitleBlock {
            title: name.clone(),
            environment: judged.environment.to_string(),
            date: picture.date.clone(),
        }),
        name,
    }
}

fn shape(
    judged: &Judged,
    design: &Design,
    shown: &Shown,
    id: &Id,
    resource: &Resource,
) -> Option<Shape> {
    let rect = *design.layout.resources.get(id)?;
    let about = judged.catalog.kind(&resource.kind);
    let public = resource.attributes.get("exposure").and_then(Value::as_str) == Some("public");
    let look = look_of(&resource.kind, about, public, rect.h);
    let line = if look.is_container() {
        shown.facts.get(id.as_str()).cloned().unwrap_or_else(|| fact_of(resource, about))
    } else {
        shown.summaries.get(id.as_str()).cloned().unwrap_or_else(|| summary_of(resource, about))
    };
    Some(Shape {
        line,
        id: id.clone(),
        kind: resource.kind.clone(),
        family: about.map(|kind| kind.family),
        icon: about.map(|kind| Icon::of(&judged.catalog, kind)).unwrap_or_default(),
        title: gp_catalog::drawn_title(design, id, resource),
        rect,
        depth: design.ancestors(id).len(),
        look,
        finding: None,
    })
}

/// What the header of a container says that is in no judgement, as the editor's `strings.ts` has it.
fn fact_of(resource: &Resource, about: Option<&Kind>) -> String {
    let names: &[&str] = match resource.kind.as_str() {
        "network" => &["cidr"],
        "subnet" => &["exposure", "cidr"],
        _ => {
            let container = about.filter(|kind| kind.container);
            return container.map_or_else(String::new, |kind| in_sentence(&kind.title));
        }
    };
    let texts = names.iter().filter_map(|name| resource.attributes.get(*name)?.as_str());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The same for the second line of a card.
fn summary_of(resource: &Resource, about: Option<&Kind>) -> String {
    let kind = about.map_or_else(|| resource.kind.replace('-', " "), |kind| kind.title.clone());
    in_sentence(&kind)
}

/// A catalog title within a sentence: "load balancer", but "DNS zone".
fn in_sentence(title: &str) -> String {
    let mut letters = title.chars();
    match letters.next() {
        Some(first) if !letters.as_str().starts_with(|c: char| c.is_ascii_uppercase()) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => title.to_owned(),
    }
}

fn stroke(shown: &Shown, id: &Id, link: &Link, points: &[Point]) -> Stroke {
    let fact = shown.links.get(id.as_str());
    let kind = fact.map(|fact| fact.kind.as_str());
    let kind = kind.or_else(|| link.kind.map(facts::word)).unwrap_or("flow");
    Stroke {
        points: points.to_vec(),
        label: fact.map_or_else(|| link.allow.join(", "), |fact| fact.label.clone()),
        state: match fact.map(|fact| fact.state.as_str()) {
            Some("proven") => LinkState::Proven,
            Some("broken") => LinkState::Broken,
            Some("forbidden") => LinkState::Forbidden,
            _ => LinkState::Unproven,
        },
        quiet: matches!(kind, "attachment" | "dependency" | "cable"),
        label_at: None,
    }
}

fn worst(diagnostics: &[Diagnostic]) -> BTreeMap<Id, Severity> {
    let mut findings: BTreeMap<Id, Severity> = BTreeMap::new();
    for finding in diagnostics {
        if let Place::Resource { id, .. } = &finding.place {
            let worst = findings.entry(id.clone()).or_insert(finding.severity);
            *worst = (*worst).min(finding.severity);
        }
    }
    findings
}

/// What travels inside: the design, or the chosen piece of it; nothing where a secret would travel along.
fn carried(
    judged: &Judged,
    source: &str,
    picture: &Picture,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    if picture.without_design {
        return None;
    }
    if judged.diagnostics.iter().any(|found| found.rule == "secret-in-design") {
        let text = "the picture does not carry the design: a secret is written in it";
        diagnostics.push(Diagnostic::warning("picture-without-design", Place::Design, text));
        return None;
    }
    let piece = picture.ids.as_ref().map(|ids| gp_model::fragment::copy(&judged.design, ids));
    Some(piece.map_or_else(|| source.to_owned(), |piece| format!("format = 1\n\n{piece}")))
}

/// The design with a place for every shape.
fn placed(design: &Design, catalog: &Catalog) -> Design {
    let mut placed = design.clone();
    placed.layout.resources.extend(arrange::missing(design, catalog));
    placed
}

#[cfg(test)]
mod tests {
    use super::{fact_of, summary_of};
    use gp_model::{Id, file};

    #[test]
    fn what_no_judgement_is_about_says_what_the_canvas_says() {
        let text = "format = 1\n\
            [resource.net]\nkind = \"network\"\ncidr = \"10.0.0.0/16\"\n\
            [resource.web]\nkind = \"subnet\"\nexposure = \"public\"\ncidr = \"10.0.1.0/24\"\n\
            [resource.place]\nkind = \"region\"\n\
            [resource.entry]\nkind = \"load-balancer\"\n\
            [resource.names]\nkind = \"dns-zone\"\n\
            [resource.new]\nkind = \"quantum-computer\"\n";
        let design = file::parse(text.as_bytes()).design;
        let of = |id: &str| {
            let resource = &design.resources[&Id::new(id)];
            let about = gp_catalog::builtin().kind(&resource.kind);
            (fact_of(resource, about), summary_of(resource, about))
        };
        assert_eq!(of("net").0, "10.0.0.0/16");
        assert_eq!(of("web").0, "public · 10.0.1.0/24");
        assert_eq!(of("place").0, "region");
        assert_eq!(of("entry").1, "load balancer");
        assert_eq!(of("names").1, "DNS zone");
        assert_eq!(of("new"), (String::new(), "quantum computer".to_owned()));
    }
}
