//! What a name of a drawn zone answers with on AWS: a reference to the real thing. The addresses in
//! [`Record::values`] are stand-ins where AWS gives the real ones, so they are never written.

use super::{Facts, server::is_private_zone};
use gp_catalog::resolved::{Record, ResolvedResource};
use std::net::Ipv4Addr;

/// The right side of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<'a> {
    /// As written in the drawing.
    Written(Vec<String>),
    /// A load balancer, by an alias: it has no address of its own.
    Balancer(&'a ResolvedResource),
    /// A database, by its end point's name: a standby takes that over.
    Database(&'a ResolvedResource),
    /// The public addresses of a server.
    Public(&'a ResolvedResource),
    /// The private addresses of a server.
    Private(&'a ResolvedResource),
}

/// The answer, or in words why there is none.
pub fn answer<'a>(
    facts: &Facts<'a>,
    zone: &ResolvedResource,
    record: &Record,
) -> Result<Answer<'a>, String> {
    let Some(target) = record.target.as_ref().and_then(|id| facts.resource(id)) else {
        return written(zone, record);
    };
    let private = is_private_zone(zone);
    let public = || target.instances.iter().all(|i| i.public_ip.is_some());
    let name = crate::name::one_line(&record.name);
    let refused = |why: &str| Err(format!("“{name}” is left out of “{}”: {why}", zone.title));
    match target.kind.as_str() {
        "load-balancer" => Ok(Answer::Balancer(target)),
        "database" => Ok(Answer::Database(target)),
        "server" if private => Ok(Answer::Private(target)),
        "server" if public() && !target.instances.is_empty() => Ok(Answer::Public(target)),
        "server" => refused(&format!(
            "“{}” has no public address; give it one, or make the zone private",
            target.title
        )),
        "external-system" | "user" => match known(target) {
            Some(address) => Ok(Answer::Written(vec![address.to_string()])),
            None => refused(&format!("“{}” says no address; write one at it", target.title)),
        },
        _ => refused(&format!(
            "“{}” has no address of its own on AWS; name a load balancer or a server",
            target.title
        )),
    }
}

/// Values as they stand, unless several drawn things are meant: their addresses are stand-ins.
fn written<'a>(zone: &ResolvedResource, record: &Record) -> Result<Answer<'a>, String> {
    let is_stand_in = |value: &String| {
        value.parse::<Ipv4Addr>().is_ok_and(|ip| matches!(ip.octets(), [198, 18 | 19, ..]))
    };
    if record.values.iter().any(is_stand_in) {
        return Err(format!(
            "“{}” is left out of “{}”: AWS answers with one drawn thing by a name; give each a name of its own",
            crate::name::one_line(&record.name),
            zone.title
        ));
    }
    Ok(Answer::Written(record.values.clone()))
}

fn known(other: &ResolvedResource) -> Option<Ipv4Addr> {
    other.text("address")?.parse().ok()
}
