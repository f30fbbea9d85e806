//! What stands as the kernel shows it, in the words in which it was told: nothing is judged, and nothing changed.

use super::{
    Fabric, LiveCable,
    seen::{self, Link, Seen},
};
use crate::{
    blueprint::{Cable, End, Far, RouteLine, Space},
    holder::rules_seen::{Differences, differences, generation},
    known::{cable_line, listener_line},
    nft::Rule,
};
use futures::future::try_join_all;
use gp_model::Value;
use gp_plan::plan::Known;
use rtnetlink::packet_route::route::RouteMessage;
use std::collections::{BTreeMap, BTreeSet};

/// The main table.
const MAIN: u32 = 254;

/// What the kernel shows, read at one time.
pub struct Sight {
    /// Bridges and what is plugged into them.
    pub home: BTreeMap<u32, Link>,
    pub spaces: BTreeMap<String, Seen>,
}

impl Fabric {
    /// What was told, as it really is. Of what could not be made yet is said what was told.
    pub async fn as_it_is(&self, told: &BTreeMap<String, Known>) -> Result<Vec<Known>, String> {
        let all: BTreeSet<&str> = self.spaces.keys().map(String::as_str).collect();
        let sight = self.see(&all).await?;
        let mut spaces: BTreeMap<&str, Vec<(&str, &Space)>> = BTreeMap::new();
        for (name, space) in &self.desired.spaces {
            spaces.entry(&space.owner).or_default().push((name, space));
        }
        let mut cables: BTreeMap<&str, Vec<(&str, &LiveCable)>> = BTreeMap::new();
        for (name, live) in &self.cables {
            cables.entry(&live.cable.owner).or_default().push((name, live));
        }
        let mut found = Vec::new();
        for known in told.values() {
            let mut known = known.clone();
            for (name, space) in spaces.get(&*known.address).into_iter().flatten() {
                self.correct_space(name, space, &sight, &mut known.attributes).await?;
            }
            let mut lines = Lines::default();
            let own = cables.get(&*known.address).into_iter().flatten();
            for (_, live) in own.filter(|(_, live)| !self.is_off(&live.cable)) {
                lines.change(cable_line(&live.cable), self.cable_as_it_is(live, &sight));
            }
            lines.write("cables", &mut known.attributes);
            found.push(known);
        }
        Ok(found)
    }

    /// Whether somebody switched it off, which is no drift.
    pub(super) fn is_off(&self, cable: &Cable) -> bool {
        cable.ends().any(|end| end.device == "eth0" && self.unplugged.contains(&end.space))
    }

    /// Reads these namespaces, side by side.
    pub(super) async fn see(&self, names: &BTreeSet<&str>) -> Result<Sight, String> {
        let home = seen::links(&self.switch).await.map_err(|error| error.to_string())?;
        let live = self.spaces.iter().filter(|(name, _)| names.contains(name.as_str()));
        let each = live.map(async |(name, live)| {
            let seen = seen::seen(&self.home, &live.netns, &live.netlink).await;
            let seen = seen.map_err(|e| format!("{name} cannot be looked at: {e}"))?;
            Ok::<_, String>((name.clone(), seen))
        });
        let spaces = try_join_all(each).await?.into_iter().collect();
        Ok(Sight { home, spaces })
    }

    async fn correct_space(
        &self,
        name: &str,
        space: &Space,
        sight: &Sight,
        attributes: &mut BTreeMap<String, Value>,
    ) -> Result<(), String> {
        let (Some(live), Some(seen)) = (self.spaces.get(name), sight.spaces.get(name)) else {
            return Ok(());
        };
        let mut routes = Lines::default();
        routes.gone.extend(
            live.routes
                .iter()
                .filter(|route| !seen.routes.contains_key(route))
                .map(ToString::to_string),
        );
        routes.more.extend(self.foreign_routes(name, seen).map(|(route, _)| route.to_string()));
        routes.write("routes", attributes);

        let mut listeners = Lines::default();
        for listener in &space.listeners {
            let open = |port| seen.ports.contains(&(listener.ports.protocol, port));
            if !listener.served().into_iter().all(open) {
                listeners.gone.push(listener_line(listener));
            }
        }
        listeners.write("listeners", attributes);

        let (rules, found) = self.rules_as_they_are(name, space).await?;
        let told: BTreeSet<String> = space.rules.iter().map(ToString::to_string).collect();
        let mut lines = Lines { gone: Vec::new(), more: found.foreign };
        for number in found.gone {
            let line = rules[number].to_string();
            // What spreads connections over targets is told as targets.
            if told.contains(&line) {
                lines.gone.push(line);
            } else {
                lines.more.push(format!("missing: {line}"));
            }
        }
        lines
            .more
            .extend(found.tables.iter().map(|(family, name)| format!("table {family} {name}")));
        lines.write("rules", attributes);
        Ok(())
    }

    /// The rules that a namespace should have, and what is otherwise. Lists them only where something was changed since
    /// we loaded them.
    pub(super) async fn rules_as_they_are(
        &self,
        name: &str,
        space: &Space,
    ) -> Result<(Vec<Rule>, Differences), String> {
        let loading = self.nodes.loading();
        // A balancer's own change is under way, or done.
        let _turn = loading.lock().await;
        let rules = self.nodes.rules(name, space);
        let Some(live) = self.spaces.get(name) else { return Ok((rules, Differences::default())) };
        let now = generation(&self.home, &live.netns);
        if now.is_some() && now == live.generation.get() {
            return Ok((rules, Differences::default()));
        }
        let found = differences(&self.home, &live.netns, &rules).await;
        let found = found.map_err(|e| format!("the rules of {name} cannot be looked at: {e}"))?;
        if found.is_empty() {
            live.generation.set(now);
        }
        Ok((rules, found))
    }

    /// Routes of a namespace that are not ours.
    pub(super) fn foreign_routes<'a>(
        &'a self,
        name: &'a str,
        seen: &'a Seen,
    ) -> impl Iterator<Item = (&'a RouteLine, &'a RouteMessage)> {
        let ends = self.cables.values().flat_map(|live| live.cable.ends());
        let direct: BTreeSet<RouteLine> =
            ends.filter(|end| end.space == name).flat_map(direct_routes).collect();
        let ours = self.spaces.get(name).map(|live| &live.routes);
        seen.routes.iter().filter(move |(route, _)| {
            !direct.contains(*route) && !ours.is_some_and(|ours| ours.contains(*route))
        })
    }

    /// How its line reads now; none where it is gone.
    fn cable_as_it_is(&self, live: &LiveCable, sight: &Sight) -> Option<String> {
        let mut notes = Vec::new();
        let end = end_as_it_is(&live.cable.end, live.index, sight, &mut notes)?;
        let to = match &live.cable.to {
            Far::Space(far) => Far::Space(end_as_it_is(far, live.far_index(), sight, &mut notes)?),
            Far::Bridge { segment, .. } => {
                let port = sight.home.get(&live.far_index())?;
                let bridge = self.bridges.get(segment);
                let stands = bridge.and_then(|index| sight.home.get(index));
                if port.bridge.as_ref() != bridge {
                    notes.push("unplugged".to_owned());
                } else if !port.is_up {
                    notes.push(format!("down at {segment}"));
                }
                if stands.is_some_and(|bridge| !bridge.is_up) {
                    notes.push(format!("the bridge of {segment} is down"));
                }
                live.cable.to.clone()
            }
        };
        let line = cable_line(&Cable { end, to, ..live.cable.clone() });
        let notes =
            if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
        Some(format!("{line}{notes}"))
    }
}

impl LiveCable {
    /// The two ends are numbered one after the other.
    pub(super) fn far_index(&self) -> u32 {
        self.index + 1
    }
}

/// What is reached by an end without a gateway.
pub(super) fn direct_routes(end: &End) -> impl Iterator<Item = RouteLine> {
    end.reaches.iter().map(|net| RouteLine {
        table: MAIN,
        destination: net.trunc(),
        device: Some(end.device.clone()),
        gateway: None,
    })
}

fn end_as_it_is(end: &End, index: u32, sight: &Sight, notes: &mut Vec<String>) -> Option<End> {
    let Some(seen) = sight.spaces.get(&end.space) else { return Some(end.clone()) };
    let link = seen.links.get(&index)?;
    if !link.is_up {
        notes.push(format!("{} of {} is down", end.device, end.space));
    }
    let mut now = end.clone();
    let mut addresses = seen.addresses.get(&index).cloned().unwrap_or_default();
    if !end.address.is_some_and(|address| addresses.remove(&address)) {
        now.address = addresses.pop_first();
    }
    let more = addresses.iter().map(|address| format!("{} has {address}, too", end.device));
    notes.extend(more);
    let reached: Vec<_> =
        direct_routes(end).map(|route| seen.routes.contains_key(&route)).collect();
    let mut reached = reached.into_iter();
    now.reaches.retain(|_| reached.next().unwrap_or(true));
    Some(now)
}

/// What changed in a list of lines.
#[derive(Default)]
struct Lines {
    gone: Vec<String>,
    more: Vec<String>,
}

impl Lines {
    fn change(&mut self, was: String, is: Option<String>) {
        if is.as_ref() != Some(&was) {
            self.gone.push(was);
            self.more.extend(is);
        }
    }

    fn write(self, name: &str, attributes: &mut BTreeMap<String, Value>) {
        if self.gone.is_empty() && self.more.is_empty() {
            return;
        }
        let told = match attributes.get(name) {
            Some(Value::List(lines)) => lines.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut lines: Vec<String> = told.into_iter().map(str::to_owned).collect();
        let mut more = self.more.into_iter();
        for gone in &self.gone {
            let Some(place) = lines.iter().position(|line| line == gone) else { continue };
            lines.remove(place);
            // What a line became stands where it stood.
            if let Some(now) = more.next() {
                lines.insert(place, now);
            }
        }
        lines.extend(more);
        if lines.is_empty() {
            attributes.remove(name);
        } else {
            attributes.insert(name.to_owned(), Value::from(lines));
        }
    }
}
