//! Somewhere else than in this machine's own kernel where holders may live, such as Docker. The holder, what it makes and
//! what is said to it are the same; how it is started, reached and ended is the house's affair.

use crate::{
    LabError, Unavailable,
    blueprint::is_outside,
    protocol::{Call, LabInfo, Reply, Request, VERSION},
};
use async_trait::async_trait;
use gp_catalog::resolved::{Instance, Resolved, ResolvedResource};
use gp_model::{LinkKind, Protocol};
use gp_plan::driver::Leftover;
use serde::{Deserialize, Serialize};
use std::{
    fmt::Debug,
    net::{Ipv4Addr, SocketAddr},
};

/// How many doors a holder can have open to the machine it runs on.
pub const DOORS: u16 = 8;

/// The port behind the first door, on the holder's side.
pub const FIRST_DOOR: u16 = 7001;

/// The variable by which a holder is told to open doors, and how many.
pub const DOORS_VARIABLE: &str = "GROUNDPLAN_DOORS";

/// Where holders live.
#[async_trait]
pub trait House: Debug + Send + Sync {
    /// Its word: `docker`.
    fn name(&self) -> &'static str;

    /// Whether labs can live there now, and if not, the way out.
    async fn available(&self) -> Result<(), Unavailable>;

    /// Starts a holder and waits until it takes calls. What is left of an earlier one is in nobody's way.
    async fn start(
        &self,
        design: &str,
        environment: &str,
        ttl: Option<u64>,
    ) -> Result<(), LabError>;

    /// Carries a call to the holder and its answer back, a line each; [`LabError::NotRunning`] where none runs.
    async fn ask(&self, design: &str, environment: &str, call: &str) -> Result<String, LabError>;

    /// Where each door of the holder opens on this machine, in their order.
    async fn doors(&self, design: &str, environment: &str) -> Result<Vec<SocketAddr>, LabError>;

    /// Takes away everything of this lab, running or not.
    async fn end(&self, design: &str, environment: &str) -> Result<(), LabError>;

    /// Every lab that runs there.
    async fn list(&self) -> Vec<LabInfo>;

    /// What is there of this lab, found by its marks.
    async fn left(&self, design: &str, environment: &str) -> Result<Vec<Leftover>, LabError>;
}

/// Something that faces the internet, as it is reached from the machine the lab runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// The actor as whom is knocked: what it may not reach stays closed.
    pub from: String,
    /// The instance that answers.
    pub to: String,
    /// Its public address.
    pub address: Ipv4Addr,
    /// The TCP port.
    pub port: u16,
}

/// What is drawn to be reached from the internet, in order of addresses. No actor on the internet, no doors.
pub fn doors(resolved: &Resolved) -> Vec<Door> {
    let actor =
        |one: &(&ResolvedResource, &Instance)| one.0.kind == "internet" && is_outside(one.1);
    let Some((internet, actor)) = resolved.instances().find(actor) else { return Vec::new() };
    let drawn = |resource: &ResolvedResource, port: u16| {
        resolved.links.values().any(|link| {
            link.kind == LinkKind::Flow
                && resolved.link_means(&link.from, internet)
                && resolved.link_means(&link.to, resource)
                && link.ports.iter().any(|ports| {
                    ports.protocol == Protocol::Tcp && (ports.low..=ports.high).contains(&port)
                })
        })
    };
    let mut doors = Vec::new();
    for (resource, instance) in resolved.instances() {
        let Some(address) = instance.public_ip else { continue };
        let services = resource.services.iter().map(|service| service.ports);
        let listeners = resource.listeners.iter().map(|listener| listener.ports);
        let mut ports: Vec<u16> = services
            .chain(listeners)
            .filter(|ports| ports.protocol == Protocol::Tcp && drawn(resource, ports.low))
            .map(|ports| ports.low)
            .collect();
        ports.sort_unstable();
        ports.dedup();
        doors.extend(ports.into_iter().map(|port| Door {
            from: actor.address.clone(),
            to: instance.address.clone(),
            address,
            port,
        }));
    }
    doors
}

/// Asks the holder that lives in a house.
pub(crate) async fn call(
    house: &dyn House,
    design: &str,
    environment: &str,
    request: Request,
) -> Result<Reply, LabError> {
    let lost = |error: serde_json::Error| LabError::Lost(error.into());
    let call = serde_json::to_string(&Call { version: VERSION, request }).map_err(lost)?;
    let line = house.ask(design, environment, &call).await?;
    match serde_json::from_str(&line).map_err(lost)? {
        Reply::Failed(message) => Err(LabError::Refused(message)),
        reply => Ok(reply),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_doors(sketch: &str, expected: &[&str]) {
        let drawn = gp_testkit::sketch(sketch);
        let resolved = gp_catalog::resolve(&drawn, gp_catalog::builtin(), None);
        let doors = doors(&resolved);
        let text = |door: &Door| format!("{} → {} {}", door.from, door.to, door.port);
        assert_eq!(doors.iter().map(text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn only_what_the_internet_is_drawn_to_reach_has_a_door() {
        check_doors(
            "
            internet internet
            region here zones a
              network shop 10.20.0.0/16
                subnet web public
                  server front public-address=true tcp/80 tcp/22 udp/53
                  server other public-address=true tcp/80
                subnet app private
                  server back tcp/8080
            internet -> front tcp/80
            front -> back tcp/8080
            ",
            &["internet → front 80"],
        );
    }

    #[test]
    fn without_anybody_on_the_internet_there_is_no_door() {
        check_doors(
            "
            region here zones a
              network shop 10.20.0.0/16
                subnet web public
                  server front public-address=true tcp/80
            ",
            &[],
        );
    }
}
