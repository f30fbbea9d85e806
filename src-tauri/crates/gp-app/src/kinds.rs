//! The catalog as palette and inspector need it.

use crate::dto::{AttributeDto, CatalogDto, KindDto, LinkEndDto};
pub use gp_catalog::kind::word;
use gp_catalog::{
    Catalog, Kind,
    kind::{Attribute, AttributeType},
    tables,
};
use serde::Serialize;
use serde_json::Value;

/// Every kind with its icon.
pub fn catalog_dto(catalog: &Catalog) -> CatalogDto {
    let own = catalog.own_icons.iter().map(|(name, svg)| (name.clone(), svg.clone()));
    let icons = gp_catalog::icons().map(|(name, svg)| (name.to_owned(), svg.to_owned()));
    CatalogDto {
        kinds: catalog.kinds.values().map(kind_dto).collect(),
        icons: icons.chain(own).collect(),
    }
}

fn kind_dto(kind: &Kind) -> KindDto {
    KindDto {
        id: kind.id.clone(),
        title: kind.title.clone(),
        short: kind.short.clone().unwrap_or_else(|| kind.title.clone()),
        help: kind.help.clone(),
        family: word(&kind.family),
        icon: kind.icon.clone(),
        search: kind.search.clone(),
        container: kind.container,
        parents: kind.parents.clone(),
        size: kind.size,
        links: kind
            .links
            .iter()
            .map(|end| LinkEndDto { kind: word(&end.kind), to: end.to.clone() })
            .collect(),
        attributes: kind
            .attributes
            .iter()
            .map(|(name, attribute)| attribute_dto(name, attribute))
            .collect(),
        counterparts: kind
            .counterparts
            .iter()
            .filter_map(|(provider, types)| {
                Some((provider.as_str().to_owned(), types.first()?.clone()))
            })
            .collect(),
    }
}

fn attribute_dto(name: &str, attribute: &Attribute) -> AttributeDto {
    AttributeDto {
        name: name.to_owned(),
        label: attribute.title(name),
        type_: word(&attribute.type_),
        help: attribute.help.clone(),
        group: attribute.group.clone(),
        unit: attribute.unit.clone(),
        default: attribute.default.as_ref().map(json),
        choices: match attribute.type_ {
            AttributeType::City => tables::metros().map(str::to_owned).collect(),
            _ => attribute.choices.clone(),
        },
        choice_labels: attribute.choice_labels.clone().into_iter().collect(),
        min: attribute.min,
        max: attribute.max,
        of: attribute.of.clone(),
        required: attribute.required,
        secret: attribute.secret,
        advanced: attribute.advanced,
    }
}

/// A model value as JSON.
pub fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("model values are plain data")
}
