//! Everything the inspector shows of one resource beyond what the file says.

use crate::{
    dto::{AppError, AttributeFactDto, InstanceDto, ReachDto, ResourceFactsDto, ServiceDto},
    judged::Judged,
    kinds::json,
};
use gp_analysis::{reach::Connection, sets::PacketSet};
use gp_catalog::resolved::{Origin, ResolvedResource, ResolvedValue};
use gp_model::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a resource in the judged environment.
pub fn resource_facts(judged: &Judged, id: &str) -> Result<ResourceFactsDto, AppError> {
    let resource = judged.resolved.resource(id).ok_or_else(|| {
        AppError::not_found(format!("“{id}” is not in the environment {}", judged.environment))
    })?;
    let counterparts = judged.catalog.kind(&resource.kind).map(|kind| &kind.counterparts);
    Ok(ResourceFactsDto {
        attributes: resource
            .attributes
            .iter()
            .map(|(name, value)| (name.clone(), fact(judged, value)))
            .collect(),
        instances: resource.instances.iter().map(instance).collect(),
        reserved: reserved(judged, id),
        counterparts: counterparts
            .into_iter()
            .flatten()
            .map(|(provider, types)| (provider.as_str().to_owned(), types.clone()))
            .collect(),
        on_provider: on_provider(resource),
        services: resource.services.iter().map(service).collect(),
        reached_by: ends(judged, &judged.world.everything_that_reaches(id), |c| &c.from, id),
        reaches: ends(judged, &judged.world.everything_reached_by(id), |c| &c.to, id),
    })
}

fn reserved(judged: &Judged, id: &str) -> Vec<String> {
    let all = judged.resolved.companions.iter();
    let here = all.filter(|range| range.resource == *id || range.network == *id);
    here.map(|range| format!("{} {}", range.name, range.cidr)).collect()
}

fn instance(instance: &gp_catalog::resolved::Instance) -> InstanceDto {
    InstanceDto {
        address: instance.address.clone(),
        zone: instance.zone.clone(),
        ip: instance.ip.map(|ip| ip.to_string()),
        ip6: instance.ip6.map(|ip| ip.to_string()),
        public_ip: instance.public_ip.map(|ip| ip.to_string()),
    }
}

fn service(service: &gp_catalog::kind::Service) -> ServiceDto {
    ServiceDto { name: service.name.clone(), ports: service.ports.to_string() }
}

fn fact(judged: &Judged, value: &ResolvedValue) -> AttributeFactDto {
    let (origin, from) = match &value.origin {
        Origin::Set => ("set", String::new()),
        Origin::Inherited { from } => ("inherited", format!("from {}", title(judged, from))),
        Origin::Default => ("default", "default".to_owned()),
        Origin::Allocated => ("allocated", "allocated".to_owned()),
        Origin::Override { environment } => ("override", format!("in {environment}")),
        Origin::Derived { from } => ("derived", from.clone()),
    };
    AttributeFactDto { value: json(&value.value), origin: origin.to_owned(), from }
}

fn title(judged: &Judged, id: &str) -> String {
    judged.resolved.resource(id).map_or_else(|| id.to_owned(), |resource| resource.title.clone())
}

fn on_provider(resource: &ResolvedResource) -> BTreeMap<String, AttributeFactDto> {
    let set = |value: &Value| AttributeFactDto {
        value: json(value),
        origin: "set".to_owned(),
        from: String::new(),
    };
    resource.raw.iter().map(|(name, value)| (name.clone(), set(value))).collect()
}

/// "Internet 443", one per resource on the other side.
fn ends(
    judged: &Judged,
    connections: &[Connection],
    side: impl Fn(&Connection) -> &String,
    own: &str,
) -> Vec<String> {
    let ends = reach(judged, connections, side, own);
    ends.into_iter().map(|end| format!("{} {}", end.title, end.ports.join(", "))).collect()
}

/// Resources on the other side of connections, by title.
pub fn reach(
    judged: &Judged,
    connections: &[Connection],
    side: impl Fn(&Connection) -> &String,
    own: &str,
) -> Vec<ReachDto> {
    let mut by_resource: BTreeMap<(String, &str), BTreeSet<String>> = BTreeMap::new();
    for connection in connections.iter().filter(|c| !c.answered.is_empty()) {
        let id = side(connection).split('[').next().unwrap_or_default();
        if id != own {
            let ports = by_resource.entry((title(judged, id), id)).or_default();
            ports.insert(packets(&connection.answered));
        }
    }
    let one = |((title, id), ports): ((String, &str), BTreeSet<String>)| ReachDto {
        id: id.to_owned(),
        title,
        ports: ports.into_iter().collect(),
    };
    by_resource.into_iter().map(one).collect()
}

/// Packets in the words of a pill: TCP goes without saying.
pub fn packets(set: &PacketSet) -> String {
    set.specs().iter().map(crate::facts::port_label).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_the_provider_demands_is_shown_at_its_thing_and_at_its_network() {
        let design = gp_testkit::sketch(
            "env cloud azure\nregion r location=frankfurt\n  network n 10.20.0.0/16\n    subnet s public\n      load-balancer entry public\n",
        );
        let judged = crate::judged::judge(&design, &crate::own_kinds::program(), None, 1);
        let shown = |id: &str| resource_facts(&judged, id).unwrap().reserved;
        let entry = shown("entry");
        assert!(
            matches!(&entry[..], [one] if one.starts_with("gateway 10.20.") && one.ends_with("/26")),
            "{entry:?}"
        );
        assert_eq!(shown("n"), entry);
        assert_eq!(shown("s"), Vec::<String>::new());
    }

    #[test]
    fn services_are_what_links_may_call_them_and_the_internet_reaches_what_faces_it() {
        const SHOP: &str = include_str!("../../../../templates/three-tier-web-shop/design.gplan");
        let design = gp_model::file::parse(SHOP.as_bytes()).design;
        let judged = crate::judged::judge(&design, &crate::own_kinds::program(), None, 1);
        let services = resource_facts(&judged, "orders").unwrap().services;
        let said: Vec<_> = services.iter().map(|one| (&*one.name, &*one.ports)).collect();
        assert_eq!(said, [("postgresql", "tcp/5432")]);
        let exposed = crate::proof::exposure(&judged);
        let said: Vec<_> = exposed.iter().map(|one| (&*one.id, &*one.answers)).collect();
        assert_eq!(said, [("entry", "80, 443")]);
    }
}
