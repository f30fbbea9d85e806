//! A blueprint as text for people and snapshots, one line per part.

use super::{Answer, Blueprint, End, Far, RESOLVER_ADDRESS, RouteLine, Selector, Space, Then};
use crate::nft::{Action, Match, Rule};
use std::fmt::{self, Display, Formatter, Write};

impl Display for Blueprint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (segment, bridge) in &self.bridges {
            writeln!(f, "bridge {} for {segment}", bridge.device)?;
        }
        for (name, cable) in &self.cables {
            write!(f, "cable {name}: {} — ", cable.end)?;
            match &cable.to {
                Far::Bridge { segment, device } => writeln!(f, "{segment} {device}")?,
                Far::Space(end) => writeln!(f, "{end}")?,
            }
        }
        for (name, shape) in &self.shapes {
            writeln!(f, "line {name}: {shape}")?;
        }
        for (name, volume) in &self.volumes {
            writeln!(f, "volume {name}: {}", volume.size)?;
        }
        for (name, space) in &self.spaces {
            writeln!(f, "space {name}{}", if space.forwards { " (forwards)" } else { "" })?;
            write!(f, "{space}")?;
        }
        Ok(())
    }
}

impl Display for End {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.space, self.device)?;
        if let Some(address) = self.address {
            write!(f, " {address}")?;
        }
        for net in &self.reaches {
            write!(f, " →{net}")?;
        }
        Ok(())
    }
}

impl Display for Space {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for address in &self.addresses {
            writeln!(f, "  address {address}")?;
        }
        for selector in &self.selectors {
            match selector {
                Selector::From { device, table } => writeln!(f, "  from {device} use {table}")?,
                Selector::Source { device, source, table } => {
                    writeln!(f, "  from {source} by {device} use {table}")?;
                }
                Selector::Mark { mark, table } => writeln!(f, "  mark {mark} use {table}")?,
            }
        }
        for route in &self.routes {
            writeln!(f, "  {route}")?;
        }
        for rule in &self.rules {
            writeln!(f, "  {rule}")?;
        }
        for listener in &self.listeners {
            let answer = match &listener.answer {
                Answer::Banner { service } => format!("banner {service}"),
                Answer::Redirect { port } => format!("redirect to {port}"),
                Answer::Proxy { pool } => format!("proxy for pool {pool}"),
                other => format!("{other:?}").to_lowercase(),
            };
            writeln!(f, "  listen {} {answer}", listener.ports)?;
        }
        for asks in self.asks.iter().filter(|asks| asks.servers != [RESOLVER_ADDRESS]) {
            let domain = if asks.domain.is_empty() { "names" } else { &asks.domain };
            writeln!(f, "  asks for {domain} {}", words(&asks.servers))?;
        }
        for entry in self.names.iter().flat_map(|names| &names.entries) {
            let domain = if entry.domain.is_empty() { "names" } else { &entry.domain };
            match &entry.then {
                Then::Pass { from, to } => {
                    writeln!(f, "  passes {domain} from {} to {}", from.join(", "), words(to))?;
                }
                Then::Answer(rows) => {
                    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
                    writeln!(f, "  answers {domain}: {}", names.join(", "))?;
                }
            }
        }
        let pools = self.balancer.iter().flat_map(|balancer| &balancer.pools);
        for (number, pool) in pools.enumerate() {
            let targets: Vec<String> =
                pool.targets.iter().map(|(address, port)| format!("{address}:{port}")).collect();
            writeln!(f, "  pool {number} {} → {}", pool.ports, targets.join(", "))?;
        }
        Ok(())
    }
}

fn words(addresses: &[std::net::Ipv4Addr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Display for RouteLine {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "route {} ", self.destination)?;
        match (&self.device, self.gateway) {
            (None, _) => write!(f, "unreachable")?,
            (Some(device), Some(gateway)) => write!(f, "via {gateway} {device}")?,
            (Some(device), None) => write!(f, "{device}")?,
        }
        if self.table != 254 {
            write!(f, " table {}", self.table)?;
        }
        Ok(())
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.chain.name())?;
        for condition in &self.when {
            write!(f, " {condition}")?;
        }
        match &self.then {
            Action::Jump(number) => write!(f, " jump gp_own_{number}")?,
            Action::To(address) => write!(f, " dnat {address}")?,
            Action::From(address) => write!(f, " snat {address}")?,
            Action::Spread(targets) => write!(f, " spread over {targets:?}")?,
            Action::Remember(mark) => write!(f, " remember {mark}")?,
            other => write!(f, " {}", format!("{other:?}").to_lowercase())?,
        }
        self.id.iter().try_for_each(|id| write!(f, " # {id}"))
    }
}

impl Display for Match {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let list = |nets: &[ipnet::Ipv4Net]| {
            let mut text = String::new();
            for net in nets {
                let comma = if text.is_empty() { "" } else { "," };
                let _ = match net.prefix_len() {
                    32 => write!(text, "{comma}{}", net.addr()),
                    _ => write!(text, "{comma}{net}"),
                };
            }
            text
        };
        match self {
            Self::Source(nets) => write!(f, "from {}", list(nets)),
            Self::SourceNot(nets) => write!(f, "not from {}", list(nets)),
            Self::Destination(nets) => write!(f, "to {}", list(nets)),
            Self::Ports(ports) => write!(f, "{ports}"),
            Self::In(device) => write!(f, "in {device}"),
            Self::InNot(device) => write!(f, "not in {device}"),
            Self::Out(device) => write!(f, "out {device}"),
            Self::OutNot(device) => write!(f, "not out {device}"),
            Self::Known => write!(f, "known"),
            Self::New => write!(f, "new"),
            Self::Stray => write!(f, "stray"),
            Self::Hardware(address) => write!(f, "hardware {address:02x?}"),
            Self::AnswerOf(mark) => write!(f, "answer of {mark}"),
            Self::Marked => write!(f, "marked reply"),
        }
    }
}
