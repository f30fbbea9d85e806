//! What is asked of a resolved design again and again: a resource by its id, an attribute as text, who
//! leads where. Decides nothing.

use crate::{
    resolve::expand::counted_by,
    resolved::{Instance, Resolved, ResolvedLink, ResolvedResource, Via},
};
use gp_model::{Id, Value};

impl Via {
    /// The other network that it leads into, and the link, hub or gateway that leads there.
    pub fn crosses_into(&self) -> Option<(&Id, &Id)> {
        match self {
            Self::Peering { link: by, network }
            | Self::Hub { hub: by, network }
            | Self::Gateway { gateway: by, network } => Some((network, by)),
            _ => None,
        }
    }
}

impl Resolved {
    /// The resource with this id.
    pub fn resource(&self, id: &str) -> Option<&ResolvedResource> {
        self.resources.get(id).map(|resource| &**resource)
    }

    /// Whether a resource is this place, stands in it, or has an address in it as a guest.
    pub fn is_in(&self, resource: &ResolvedResource, place: &str) -> bool {
        let stands = resource.id == *place || resource.ancestors.iter().any(|above| above == place);
        stands
            || self
                .tier_of(resource)
                .is_some_and(|(tier, network)| tier == place || network == place)
    }

    /// The subnet in which a resource has its addresses, and that one's network.
    pub fn tier_of(&self, resource: &ResolvedResource) -> Option<(&Id, &Id)> {
        let mut names = resource.instances.iter().filter_map(|one| one.segment.as_deref());
        let segment = names.find_map(|name| self.segments.get(name))?;
        Some((&segment.subnet, &segment.network))
    }

    /// Whether a thing, or something in a place, is drawn for later: it counts none of itself today.
    pub fn is_asleep(&self, id: &Id) -> bool {
        let inside = |own: &ResolvedResource| own.id == *id || own.ancestors.contains(id);
        self.resources.values().any(|own| own.counts_none() && inside(own))
    }

    /// Every instance with the resource it belongs to, in order of address.
    pub fn instances(&self) -> impl Iterator<Item = (&ResolvedResource, &Instance)> {
        self.resources.values().flat_map(|r| r.instances.iter().map(move |i| (&**r, i)))
    }
}

impl ResolvedLink {
    /// An attachment to a transit hub: the groups that it shares routes with, `main` where it names none.
    pub fn groups(&self) -> Vec<&str> {
        let words: Vec<&str> = match self.attributes.get("groups") {
            Some(Value::List(words)) => words.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(word)) => vec![word],
            _ => Vec::new(),
        };
        if words.is_empty() { vec!["main"] } else { words }
    }
}

impl ResolvedResource {
    /// Whether it is one of several by its kind, and says that there are none.
    pub fn counts_none(&self) -> bool {
        self.instances.is_empty() && self.integer(counted_by(&self.kind)) == Some(0)
    }

    /// The value in force of an attribute.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name).map(|attribute| &attribute.value)
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(Value::as_str)
    }

    /// The same as truth value; false where absent.
    pub fn flag(&self, name: &str) -> bool {
        self.value(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The same as whole number.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.value(name).and_then(Value::as_integer)
    }
}
