//! Whose packets are meant by a server or a link, and what their addresses are called in the drawing.

use crate::{dto::AppError, judged::Judged};
use gp_catalog::{
    Resolved,
    resolved::{Instance, ResolvedResource},
};
use std::{collections::BTreeMap, net::Ipv4Addr};

/// Where packets are looked for, and which.
#[derive(Clone, Debug)]
pub struct PacketsOf {
    /// The instances that see them.
    pub machines: Vec<String>,
    /// Which of theirs, in tcpdump's words; none: all.
    words: Vec<String>,
    names: BTreeMap<Ipv4Addr, String>,
}

impl PacketsOf {
    /// Of a server, an instance or a link.
    pub fn find(judged: &Judged, thing: &str) -> Result<Self, AppError> {
        let resolved = &judged.resolved;
        let mut names = BTreeMap::new();
        for (_, instance) in resolved.instances() {
            for address in addresses(instance) {
                names.insert(address, instance.address.clone());
            }
        }
        let (machines, words) = if let Some(link) = resolved.links.get(thing) {
            let (from, to) = (end(resolved, &link.from), end(resolved, &link.to));
            let (Some(from), Some(to)) = (from, to) else {
                let message = format!("{thing} joins no two machines: name a link between two");
                return Err(AppError::not_found(message));
            };
            let mut words = hosts(from);
            words.push("and".to_owned());
            words.extend(hosts(to));
            let all = from.instances.iter().chain(to.instances.iter());
            (all.map(|instance| instance.address.clone()).collect(), words)
        } else {
            let meant = |resource: &ResolvedResource, instance: &Instance| {
                resource.id == *thing || instance.address == thing
            };
            let all = resolved.instances().filter(|(resource, one)| meant(resource, one));
            (all.map(|(_, instance)| instance.address.clone()).collect(), Vec::new())
        };
        let machines: Vec<String> = machines;
        if machines.is_empty() {
            let message = format!("{thing} is neither a link nor a machine of this design");
            return Err(AppError::not_found(message));
        }
        Ok(Self { machines, words, names })
    }

    /// An instance of a lab whose design is not at hand: all of its packets, by their addresses.
    pub fn of_machine(machine: &str) -> Self {
        let machines = vec![machine.to_owned()];
        Self { machines, words: Vec::new(), names: BTreeMap::new() }
    }

    /// Its own words and somebody's, both of which must hold.
    pub fn filter(&self, more: &[String]) -> Vec<String> {
        match (&self.words[..], more) {
            (own, []) => own.to_vec(),
            ([], more) => more.to_vec(),
            (own, more) => {
                let mut words = own.to_vec();
                words.extend(["and", "("].map(str::to_owned));
                words.extend_from_slice(more);
                words.push(")".to_owned());
                words
            }
        }
    }

    /// `orders:5432`; an address that nothing drawn has stays one.
    pub fn name(&self, (address, port): (Ipv4Addr, Option<u16>)) -> String {
        let name = self.names.get(&address).cloned().unwrap_or_else(|| address.to_string());
        port.map(|port| format!("{name}:{port}")).unwrap_or(name)
    }
}

fn addresses(instance: &Instance) -> impl Iterator<Item = Ipv4Addr> {
    instance.ip.into_iter().chain(instance.public_ip)
}

fn end<'a>(resolved: &'a Resolved, id: &str) -> Option<&'a ResolvedResource> {
    resolved.resource(id).filter(|resource| resource.instances.iter().any(|i| i.ip.is_some()))
}

/// `( host 10.0.0.1 or host 10.0.0.2 )`
fn hosts(resource: &ResolvedResource) -> Vec<String> {
    let mut words = vec!["(".to_owned()];
    for address in resource.instances.iter().flat_map(addresses) {
        if words.len() > 1 {
            words.push("or".to_owned());
        }
        words.extend(["host".to_owned(), address.to_string()]);
    }
    words.push(")".to_owned());
    words
}
