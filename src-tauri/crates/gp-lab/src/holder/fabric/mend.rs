//! Makes the kernel agree again with what was told, where somebody else changed it. What is as told is not touched.

use super::{Fabric, address_end, drifted::Sight};
use crate::{
    blueprint::{Cable, End, Far, Listener},
    holder::{
        firewall::{load, run},
        rules_seen::generation,
        space::Netns,
    },
};
use ipnet::Ipv4Net;
use rtnetlink::{
    LinkUnspec,
    packet_route::{
        AddressFamily,
        address::{AddressAttribute, AddressMessage},
        route::RouteAttribute,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

impl Fabric {
    /// Puts back what these owners were told to have, of these attributes; without any, everything of an owner.
    pub async fn mend(&mut self, owners: &BTreeMap<String, Vec<String>>) -> Result<(), String> {
        let with = |attribute: &str| -> BTreeSet<String> {
            let meant = owners.iter().filter(|(_, attributes)| {
                attributes.is_empty() || attributes.iter().any(|one| one == attribute)
            });
            meant.map(|(owner, _)| owner.clone()).collect()
        };
        self.mend_cables(&with("cables")).await?;
        for name in self.spaces_of(&with("routes")) {
            self.mend_routes(&name).await?;
        }
        for name in self.spaces_of(&with("rules")) {
            self.mend_rules(&name).await?;
        }
        for name in self.spaces_of(&with("listeners")) {
            self.mend_listeners(&name).await?;
        }
        Ok(())
    }

    fn spaces_of(&self, owners: &BTreeSet<String>) -> Vec<String> {
        let spaces = self.desired.spaces.iter();
        let own = spaces.filter(|(_, space)| owners.contains(&space.owner));
        own.map(|(name, _)| name.clone()).filter(|name| self.spaces.contains_key(name)).collect()
    }

    async fn mend_cables(&mut self, owners: &BTreeSet<String>) -> Result<(), String> {
        let meant = |cable: &Cable| owners.contains(&cable.owner) && !self.is_off(cable);
        let own = self.cables.iter().filter(|(_, live)| meant(&live.cable));
        let own: Vec<String> = own.map(|(name, _)| name.clone()).collect();
        if own.is_empty() {
            return Ok(());
        }
        let spaces: BTreeSet<String> = own
            .iter()
            .flat_map(|name| self.cables[name].cable.ends())
            .map(|e| e.space.clone())
            .collect();
        let sight = self.see(&spaces.iter().map(String::as_str).collect()).await?;
        self.mend_bridges(&own, &sight).await?;
        let mut torn = false;
        for name in &own {
            let live = &self.cables[name];
            let stands = |end: &End, index: &u32| {
                sight.spaces.get(&end.space).is_none_or(|seen| seen.links.contains_key(index))
            };
            let far = match &live.cable.to {
                Far::Bridge { .. } => sight.home.contains_key(&live.far_index()),
                Far::Space(end) => stands(end, &live.far_index()),
            };
            if far && stands(&live.cable.end, &live.index) {
                self.mend_cable(name, &sight)
                    .await
                    .map_err(|e| format!("the cable {name}: {e}"))?;
            } else {
                torn = true;
                self.tear(name).await;
            }
        }
        if torn {
            self.add_cables().await?;
            for space in spaces {
                self.update_routes(&space).await?;
            }
        }
        Ok(())
    }

    /// Bridges of these cables.
    async fn mend_bridges(&mut self, cables: &[String], sight: &Sight) -> Result<(), String> {
        let segments: BTreeSet<String> = cables
            .iter()
            .filter_map(|name| match &self.cables[name].cable.to {
                Far::Bridge { segment, .. } => Some(segment.clone()),
                Far::Space(_) => None,
            })
            .collect();
        for segment in segments {
            let Some(index) = self.bridges.get(&segment).copied() else { continue };
            match sight.home.get(&index) {
                None => {
                    self.bridges.remove(&segment);
                    self.add_bridges().await?;
                }
                Some(bridge) if !bridge.is_up => self.raise(None, index).await?,
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// What is left of a cable goes; one end takes the other with it.
    async fn tear(&mut self, name: &str) {
        let Some(live) = self.cables.remove(name) else { return };
        if let Some(space) = self.spaces.get(&live.cable.end.space) {
            // It may be gone already.
            let _ = space.netlink.link().del(live.index).execute().await;
        }
        let _ = match &live.cable.to {
            Far::Bridge { .. } => self.switch.link().del(live.far_index()).execute().await,
            Far::Space(end) => match self.spaces.get(&end.space) {
                Some(space) => space.netlink.link().del(live.far_index()).execute().await,
                None => Ok(()),
            },
        };
        for end in live.cable.ends() {
            if let Some(devices) = self.devices.get_mut(&end.space) {
                devices.remove(&end.device);
            }
            if let Some(space) = self.spaces.get_mut(&end.space) {
                space.routes.retain(|route| route.device.as_ref() != Some(&end.device));
            }
        }
    }

    async fn mend_cable(&self, name: &str, sight: &Sight) -> Result<(), String> {
        let live = &self.cables[name];
        match &live.cable.to {
            Far::Space(end) => self.mend_end(end, live.far_index(), sight).await?,
            Far::Bridge { segment, .. } => {
                let bridge = *self.bridges.get(segment).ok_or("its segment has no bridge")?;
                let port = sight.home.get(&live.far_index());
                if port.is_none_or(|port| port.bridge != Some(bridge)) {
                    let message = LinkUnspec::new_with_index(live.far_index()).controller(bridge);
                    let set = self.switch.link().set(message.build()).execute().await;
                    set.map_err(|error| error.to_string())?;
                }
                if port.is_some_and(|port| !port.is_up) {
                    self.raise(None, live.far_index()).await?;
                }
            }
        }
        self.mend_end(&live.cable.end, live.index, sight).await
    }

    async fn mend_end(&self, end: &End, index: u32, sight: &Sight) -> Result<(), String> {
        let (Some(space), Some(seen)) = (self.spaces.get(&end.space), sight.spaces.get(&end.space))
        else {
            return Ok(());
        };
        if seen.links.get(&index).is_some_and(|link| !link.is_up) {
            self.raise(Some(&end.space), index).await?;
        }
        let addresses = seen.addresses.get(&index).cloned().unwrap_or_default();
        for odd in addresses.iter().filter(|address| end.address != Some(**address)) {
            let deleted = space.netlink.address().del(address(*odd, index)).execute().await;
            deleted.map_err(|e| format!("cannot remove {odd}: {e}"))?;
        }
        let missing = End {
            address: end.address.filter(|address| !addresses.contains(address)),
            ..end.clone()
        };
        address_end(space, &missing, index).await
    }

    async fn raise(&self, space: Option<&str>, index: u32) -> Result<(), String> {
        let netlink = match space {
            Some(name) => &self.spaces[name].netlink,
            None => &self.switch,
        };
        let up = LinkUnspec::new_with_index(index).up().build();
        netlink.link().set(up).execute().await.map_err(|error| error.to_string())
    }

    async fn mend_routes(&mut self, name: &str) -> Result<(), String> {
        let sight = self.see(&BTreeSet::from([name])).await?;
        let Some(seen) = sight.spaces.get(name) else { return Ok(()) };
        let odd: Vec<_> = self.foreign_routes(name, seen).collect();
        for (route, message) in odd {
            let mut message = message.clone();
            // What the kernel tells of its use is none of what names it.
            message.attributes.retain(|one| !matches!(one, RouteAttribute::CacheInfo(_)));
            let deleted = self.spaces[name].netlink.route().del(message).execute().await;
            deleted.map_err(|e| format!("{name}: cannot remove {route}: {e}"))?;
        }
        if let Some(live) = self.spaces.get_mut(name) {
            live.routes.retain(|route| seen.routes.contains_key(route));
        }
        self.update_routes(name).await
    }

    async fn mend_rules(&mut self, name: &str) -> Result<(), String> {
        let Some(space) = self.desired.spaces.get(name) else { return Ok(()) };
        let (rules, found) = self.rules_as_they_are(name, space).await?;
        let live = &self.spaces[name];
        if found.is_empty() {
            return Ok(());
        }
        for (family, table) in &found.tables {
            remove_table(&self.home, &live.netns, family, table).await?;
        }
        let loading = self.nodes.loading();
        let turn = loading.lock().await;
        load(&self.home, &[(name.to_owned(), live.netns.clone(), rules.clone())]).await?;
        live.generation.set(generation(&self.home, &live.netns));
        drop(turn);
        if let Some(live) = self.spaces.get_mut(name) {
            live.rules = rules;
        }
        Ok(())
    }

    /// Opens anew what should be open and is not.
    async fn mend_listeners(&mut self, name: &str) -> Result<(), String> {
        let sight = self.see(&BTreeSet::from([name])).await?;
        let Some((seen, space)) = sight.spaces.get(name).zip(self.desired.spaces.get(name)) else {
            return Ok(());
        };
        let is_open = |listener: &Listener| {
            let open = |port| seen.ports.contains(&(listener.ports.protocol, port));
            listener.served().into_iter().all(open)
        };
        if !space.listeners.iter().all(is_open) {
            self.agent.stop(name);
            self.update_listeners()?;
        }
        Ok(())
    }
}

fn address(net: Ipv4Net, index: u32) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = AddressFamily::Inet;
    message.header.prefix_len = net.prefix_len();
    message.header.index = index;
    message.attributes.push(AddressAttribute::Local(IpAddr::V4(net.addr())));
    message
}

async fn remove_table(
    home: &Netns,
    netns: &Netns,
    family: &str,
    table: &str,
) -> Result<(), String> {
    let output = run(home, netns, &["delete", "table", family, table], "").await;
    let output = output.map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("nft does not remove the table {table}: {}", said.trim()))
}
