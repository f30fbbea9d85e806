//! Where a thing would live if it were dropped at a container, and the reason in words.

use crate::dto::NestOfferDto;
use gp_catalog::{Catalog, Kind};
use gp_model::{Design, Id};

/// The nearest container at or above `parent` that may hold the kind; refused where none does.
pub fn offer(
    design: &Design,
    catalog: &Catalog,
    kind: &str,
    parent: Option<&Id>,
    moving: Option<&Id>,
) -> NestOfferDto {
    let Some(kind) = catalog.kind(kind) else {
        return refused(format!("there is no kind “{kind}”"));
    };
    if let (Some(parent), Some(moving)) = (parent, moving)
        && (parent == moving || design.ancestors(parent).contains(moving))
    {
        return refused("a container cannot be put into itself".to_owned());
    }
    let above: Vec<Id> = parent
        .iter()
        .flat_map(|id| std::iter::once((*id).clone()).chain(design.ancestors(id)))
        .collect();
    let fits = above.iter().position(|id| kind.may_stand_in(kind_of(design, id)));
    match (fits, above.first()) {
        (Some(0), Some(container)) => taken(container, String::new()),
        (Some(at), Some(wanted)) => {
            let because = format!(
                "a {} lives in the {}, not in “{}”",
                lower(kind),
                title_of_kind(design, catalog, &above[at]),
                title(design, wanted)
            );
            taken(&above[at], because)
        }
        _ if kind.may_stand_in(None) => {
            NestOfferDto { parent: None, allowed: true, because: outside(kind, !above.is_empty()) }
        }
        _ => refused(format!("a {} must stand in {}", lower(kind), parents(catalog, kind))),
    }
}

fn taken(container: &Id, because: String) -> NestOfferDto {
    NestOfferDto { parent: Some(container.to_string()), allowed: true, because }
}

fn refused(because: String) -> NestOfferDto {
    NestOfferDto { parent: None, allowed: false, because }
}

fn outside(kind: &Kind, was_inside: bool) -> String {
    if was_inside {
        format!("a {} stands outside of everything", lower(kind))
    } else {
        String::new()
    }
}

fn kind_of<'a>(design: &'a Design, id: &Id) -> Option<&'a str> {
    design.resources.get(id).map(|resource| resource.kind.as_str())
}

fn title<'a>(design: &'a Design, id: &'a Id) -> &'a str {
    design.resources.get(id).map_or(id.as_str(), |resource| resource.title_or(id))
}

fn title_of_kind(design: &Design, catalog: &Catalog, id: &Id) -> String {
    kind_of(design, id).and_then(|kind| catalog.kind(kind)).map(lower).unwrap_or_default()
}

fn lower(kind: &Kind) -> String {
    kind.title.to_lowercase()
}

fn parents(catalog: &Catalog, kind: &Kind) -> String {
    let titles: Vec<String> = kind
        .parents
        .iter()
        .filter_map(|parent| catalog.kind(parent))
        .map(|parent| format!("a {}", lower(parent)))
        .collect();
    titles.join(" or ")
}
