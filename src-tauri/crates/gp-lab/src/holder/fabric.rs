//! Makes the kernel agree with a blueprint: namespaces, bridges, cables, addresses, routes, rules.
//! Only what differs is touched. Decides nothing about what should be.

mod drifted;
mod mend;
mod seen;

use super::{
    agent::Agent,
    balancer::Nodes,
    firewall,
    rules_seen::{UNTOUCHED, generation},
    space::Netns,
};
use crate::{
    blueprint::{Blueprint, Cable, End, Far, RouteLine, Selector, Space},
    nft::Rule,
};
use ipnet::Ipv4Net;
use rtnetlink::{
    Handle, LinkBridge, LinkMessageBuilder, LinkUnspec, LinkVeth, RouteMessageBuilder,
    packet_route::{
        link::{InfoData, InfoKind, InfoVeth, LinkMessage},
        route::{RouteMessage, RouteScope},
        rule::RuleAction,
    },
};
use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    fs, io,
    net::Ipv4Addr,
    path::PathBuf,
};

/// Loopback has this index everywhere.
const LOOPBACK: u32 = 1;

/// What stands in the kernel.
pub struct Fabric {
    /// The namespace of the bridges, where the thread is at home.
    pub home: Netns,
    switch: Handle,
    pub desired: Blueprint,
    pub spaces: BTreeMap<String, LiveSpace>,
    bridges: BTreeMap<String, u32>,
    cables: BTreeMap<String, LiveCable>,
    /// Of every end of a cable in a namespace: namespace and device → index.
    devices: BTreeMap<String, BTreeMap<String, u32>>,
    /// Instances that were switched off: what the kernel shows of their cables is as wanted.
    unplugged: BTreeSet<String>,
    next_index: u32,
    folder: PathBuf,
    agent: Agent,
    pub nodes: Nodes,
}

/// A namespace that stands.
pub struct LiveSpace {
    pub netns: Netns,
    netlink: Handle,
    forwards: bool,
    routes: BTreeSet<RouteLine>,
    selectors: BTreeSet<Selector>,
    rules: Vec<Rule>,
    /// The kernel's count of changes when we loaded them.
    generation: Cell<Option<u32>>,
}

/// A cable that stands, with the index of its end.
struct LiveCable {
    cable: Cable,
    index: u32,
}

impl Fabric {
    pub fn new(folder: PathBuf) -> Result<Self, String> {
        let home = Netns::current().map_err(|e| format!("cannot hold a namespace: {e}"))?;
        let switch = connect(&home, &home)?;
        // Frames between neighbours of one segment are no business of anybody's filters.
        let _ = fs::write("/proc/sys/net/bridge/bridge-nf-call-iptables", "0");
        let _ = fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
        Ok(Self {
            agent: Agent::new(home.clone()),
            nodes: Nodes::new(home.clone()),
            home,
            switch,
            desired: Blueprint::default(),
            spaces: BTreeMap::new(),
            bridges: BTreeMap::new(),
            cables: BTreeMap::new(),
            devices: BTreeMap::new(),
            unplugged: BTreeSet::new(),
            next_index: 100,
            folder,
        })
    }

    /// Makes the kernel agree with what is desired.
    pub async fn converge(&mut self) -> Result<(), String> {
        self.unplug_stale().await?;
        self.remove_stale().await?;
        self.add_spaces().await?;
        self.add_bridges().await?;
        self.add_cables().await?;
        let names: Vec<String> = self.desired.spaces.keys().cloned().collect();
        for name in &names {
            self.update_routes(name).await?;
        }
        self.update_rules().await?;
        self.update_listeners()?;
        self.update_volumes()
    }

    async fn unplug_stale(&mut self) -> Result<(), String> {
        let stale: Vec<String> = self
            .cables
            .iter()
            .filter(|(name, live)| self.desired.cables.get(*name) != Some(&live.cable))
            .map(|(name, _)| name.clone())
            .collect();
        for name in stale {
            let Some(live) = self.cables.remove(&name) else { continue };
            if let Some(space) = self.spaces.get(&live.cable.end.space) {
                let deleted = space.netlink.link().del(live.index).execute().await;
                deleted.map_err(|e| format!("cannot remove the cable {name}: {e}"))?;
            }
            for end in live.cable.ends() {
                if let Some(devices) = self.devices.get_mut(&end.space) {
                    devices.remove(&end.device);
                }
                if let Some(space) = self.spaces.get_mut(&end.space) {
                    // The kernel took the routes with the device.
                    space.routes.retain(|route| route.device.as_ref() != Some(&end.device));
                }
            }
        }
        Ok(())
    }

    async fn remove_stale(&mut self) -> Result<(), String> {
        let gone: Vec<String> =
            self.spaces.keys().filter(|n| !self.desired.spaces.contains_key(*n)).cloned().collect();
        for name in gone {
            self.agent.stop(&name);
            self.nodes.stop(&name);
            self.spaces.remove(&name);
        }
        let gone: Vec<String> = self
            .bridges
            .keys()
            .filter(|n| !self.desired.bridges.contains_key(*n))
            .cloned()
            .collect();
        for name in gone {
            let Some(index) = self.bridges.remove(&name) else { continue };
            let deleted = self.switch.link().del(index).execute().await;
            deleted.map_err(|e| format!("cannot remove the bridge of {name}: {e}"))?;
        }
        Ok(())
    }

    async fn add_spaces(&mut self) -> Result<(), String> {
        for (name, space) in &self.desired.spaces {
            if let Some(live) = self.spaces.get_mut(name) {
                if live.forwards != space.forwards {
                    let set = live.netns.within(&self.home, || set_kernel_switches(space.forwards));
                    set.map_err(|e| e.to_string())??;
                    live.forwards = space.forwards;
                }
                continue;
            }
            let live = new_space(&self.home, space)
                .await
                .map_err(|error| format!("cannot make the namespace of {name}: {error}"))?;
            self.spaces.insert(name.clone(), live);
        }
        Ok(())
    }

    async fn add_bridges(&mut self) -> Result<(), String> {
        for (segment, bridge) in &self.desired.bridges {
            if self.bridges.contains_key(segment) {
                continue;
            }
            let index = self.next_index;
            self.next_index += 1;
            let message =
                LinkMessageBuilder::<LinkBridge>::new(&bridge.device).index(index).up().build();
            let made = self.switch.link().add(message).execute().await;
            made.map_err(|e| format!("cannot make the bridge of {segment}: {e}"))?;
            self.bridges.insert(segment.clone(), index);
        }
        Ok(())
    }

    async fn add_cables(&mut self) -> Result<(), String> {
        let missing: Vec<(String, Cable)> = self
            .desired
            .cables
            .iter()
            .filter(|(name, _)| !self.cables.contains_key(*name))
            .map(|(name, cable)| (name.clone(), cable.clone()))
            .collect();
        for (name, cable) in missing {
            // Both ends must stand; the other one may come with a later step.
            if !cable.ends().all(|end| self.spaces.contains_key(&end.space)) {
                continue;
            }
            self.add_cable(&cable)
                .await
                .map_err(|e| format!("cannot lay the cable {name}: {e}"))?;
            let index = self.next_index;
            self.next_index += 2;
            for (end, index) in cable.ends().zip([index, index + 1]) {
                let devices = self.devices.entry(end.space.clone()).or_default();
                devices.insert(end.device.clone(), index);
            }
            self.cables.insert(name, LiveCable { cable, index });
        }
        Ok(())
    }

    /// The end in the namespace comes up last: a veth refuses to before it has its peer. The two
    /// ends never have the same index, or the kernel holds the carrier back for up to a second.
    async fn add_cable(&self, cable: &Cable) -> Result<(), String> {
        let (index, far_index) = (self.next_index, self.next_index + 1);
        let near = &self.spaces[&cable.end.space];
        let peer = peer_message(&cable.end, index, near.netns.fd());
        match &cable.to {
            Far::Bridge { segment, device } => {
                let bridge = self.bridges.get(segment).ok_or("its segment has no bridge")?;
                let message = veth(device, far_index, peer).controller(*bridge).build();
                self.switch.link().add(message).execute().await.map_err(|e| e.to_string())?;
            }
            Far::Space(far) => {
                let space = &self.spaces[&far.space];
                let message = veth(&far.device, far_index, peer).build();
                space.netlink.link().add(message).execute().await.map_err(|e| e.to_string())?;
                address_end(space, far, far_index).await?;
            }
        }
        let up = LinkUnspec::new_with_index(index).up().build();
        near.netlink.link().set(up).execute().await.map_err(|e| e.to_string())?;
        address_end(near, &cable.end, index).await
    }

    fn index_of(&self, space: &str, device: &str) -> Option<u32> {
        self.devices.get(space)?.get(device).copied()
    }

    async fn update_routes(&mut self, name: &str) -> Result<(), String> {
        let wanted = &self.desired.spaces[name];
        let Some(live) = self.spaces.get(name) else { return Ok(()) };
        if live.routes == wanted.routes && live.selectors == wanted.selectors {
            return Ok(());
        }
        let (routes, selectors) = (live.routes.clone(), live.selectors.clone());
        for gone in routes.difference(&wanted.routes) {
            if let Some(message) = self.route_message(name, gone) {
                // A route whose gateway went away is gone already.
                let _ = live.netlink.route().del(message).execute().await;
            }
        }
        let mut standing: BTreeSet<RouteLine> =
            routes.intersection(&wanted.routes).cloned().collect();
        let mut missing: Vec<&RouteLine> = wanted.routes.difference(&routes).collect();
        // A gateway must be reachable before it can be named.
        missing.sort_by_key(|route| route.gateway.is_some());
        for route in missing {
            let Some(message) = self.route_message(name, route) else { continue };
            let added = live.netlink.route().add(message).execute().await;
            tolerate_existing(added).map_err(|e| format!("{name}: cannot add {route}: {e}"))?;
            standing.insert(route.clone());
        }
        let added: Vec<Selector> = wanted.selectors.difference(&selectors).cloned().collect();
        for selector in &added {
            add_selector(&live.netlink, selector).await.map_err(|e| format!("{name}: {e}"))?;
        }
        let stale: Vec<Selector> = selectors.difference(&wanted.selectors).cloned().collect();
        for selector in &stale {
            remove_selector(&live.netlink, selector).await.map_err(|e| format!("{name}: {e}"))?;
        }
        let selectors = wanted.selectors.clone();
        if let Some(live) = self.spaces.get_mut(name) {
            live.routes = standing;
            live.selectors = selectors;
        }
        Ok(())
    }

    /// None while its device is not there yet.
    fn route_message(&self, space: &str, route: &RouteLine) -> Option<RouteMessage> {
        let mut message = RouteMessageBuilder::<Ipv4Addr>::new()
            .destination_prefix(route.destination.network(), route.destination.prefix_len())
            .table_id(route.table);
        message = message.output_interface(match &route.device {
            // Refused by a rule there: the kernel tells only a few senders of unreachable routes.
            None => LOOPBACK,
            Some(device) => self.index_of(space, device)?,
        });
        message = match route.gateway {
            None => message.scope(RouteScope::Link),
            Some(gateway) => message.gateway(gateway),
        };
        Some(message.build())
    }

    async fn update_rules(&mut self) -> Result<(), String> {
        let loading = self.nodes.loading();
        let _turn = loading.lock().await;
        let mut changed = Vec::new();
        for (name, space) in &self.desired.spaces {
            let Some(live) = self.spaces.get_mut(name) else { continue };
            if space.balancer.is_none() && live.rules == space.rules {
                continue;
            }
            let rules = self.nodes.rules(name, space);
            if live.rules != rules {
                live.rules.clone_from(&rules);
                changed.push((name.clone(), live.netns.clone(), rules));
            }
        }
        firewall::load(&self.home, &changed).await?;
        for (name, netns, _) in &changed {
            self.spaces[name].generation.set(generation(&self.home, netns));
        }
        Ok(())
    }

    fn update_listeners(&mut self) -> Result<(), String> {
        for (name, space) in &self.desired.spaces {
            let Some(live) = self.spaces.get(name) else { continue };
            self.nodes.set(name, &live.netns, space);
            let node = self.nodes.node(name);
            self.agent.set(name, &live.netns, space, node.as_ref())?;
        }
        Ok(())
    }

    fn update_volumes(&mut self) -> Result<(), String> {
        for (name, volume) in &self.desired.volumes {
            let folder = self.folder.join(file_name(name));
            let made = fs::create_dir_all(&folder)
                .and_then(|()| fs::write(folder.join(".size"), &volume.size));
            made.map_err(|e| format!("cannot make the folder of {name}: {e}"))?;
        }
        let kept: BTreeSet<String> =
            self.desired.volumes.keys().map(|name| file_name(name)).collect();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if !kept.contains(&*entry.file_name().to_string_lossy()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(())
    }

    /// Namespaces with rules that are counted.
    pub fn filtered(&self) -> Vec<(String, Netns)> {
        self.spaces
            .iter()
            .filter(|(_, live)| live.rules.iter().any(|rule| rule.id.is_some()))
            .map(|(name, live)| (name.clone(), live.netns.clone()))
            .collect()
    }

    /// Plugs an instance's first cable in or out.
    pub async fn switch(&mut self, name: &str, on: bool) -> Result<(), String> {
        let space =
            self.spaces.get(name).ok_or_else(|| format!("{name} is not part of this lab"))?;
        let index = self.index_of(name, "eth0").ok_or_else(|| format!("{name} has no cable"))?;
        let message = LinkUnspec::new_with_index(index);
        let message = if on { message.up() } else { message.down() }.build();
        let set = space.netlink.link().set(message).execute().await;
        set.map_err(|e| format!("cannot switch {name}: {e}"))?;
        if let Some(space) = self.spaces.get_mut(name) {
            // The kernel drops routes with the device, and does not bring them back.
            space.routes.retain(|route| route.device.as_deref() != Some("eth0"));
        }
        if on {
            self.unplugged.remove(name);
        } else {
            self.unplugged.insert(name.to_owned());
        }
        if on {
            self.plug_in_again(name, index).await?;
        }
        Ok(())
    }

    async fn plug_in_again(&mut self, name: &str, index: u32) -> Result<(), String> {
        let space = &self.spaces[name];
        let ends = self.cables.values().flat_map(|live| live.cable.ends());
        for end in ends.filter(|end| end.space == name && end.device == "eth0") {
            add_reaches(space, end, index).await?;
        }
        self.update_routes(name).await
    }
}

/// A file name for an address (`scratch[0]`); nothing leaves the folder.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

/// A netlink connection belongs to the namespace in which it was opened.
fn connect(home: &Netns, netns: &Netns) -> Result<Handle, String> {
    let opened = netns.within(home, rtnetlink::new_connection).and_then(|opened| opened);
    let (connection, handle, _) = opened.map_err(|e| format!("cannot open netlink: {e}"))?;
    tokio::task::spawn_local(connection);
    Ok(handle)
}

async fn new_space(home: &Netns, space: &Space) -> Result<LiveSpace, String> {
    let netns = Netns::new(home).map_err(|e| e.to_string())?;
    netns.within(home, || set_kernel_switches(space.forwards)).map_err(|e| e.to_string())??;
    let netlink = connect(home, &netns)?;
    let up = LinkUnspec::new_with_index(LOOPBACK).up().build();
    netlink.link().set(up).execute().await.map_err(|e| e.to_string())?;
    for address in &space.addresses {
        let added = netlink.address().add(LOOPBACK, (*address).into(), 32).execute().await;
        added.map_err(|e| e.to_string())?;
    }
    Ok(LiveSpace {
        netns,
        netlink,
        forwards: space.forwards,
        routes: BTreeSet::new(),
        selectors: BTreeSet::new(),
        rules: Vec::new(),
        generation: Cell::new(Some(UNTOUCHED)),
    })
}

/// `/proc/sys/net` follows the thread's namespace. Defaults first: devices take them when made.
fn set_kernel_switches(forwards: bool) -> Result<(), String> {
    let base = "/proc/sys/net";
    // Absent where the kernel has no IPv6.
    let _ = fs::write(format!("{base}/ipv6/conf/default/disable_ipv6"), "1");
    let group = nix::unistd::getgid();
    let _ = fs::write(format!("{base}/ipv4/ping_group_range"), format!("{group} {group}"));
    let mut switches = vec![("ip_forward", if forwards { "1" } else { "0" })];
    // Refused probes must be told at once, however many there are.
    switches.push(("icmp_ratelimit", "0"));
    for which in ["rp_filter", "send_redirects", "accept_redirects"] {
        for scope in ["all", "default"] {
            let path = format!("{base}/ipv4/conf/{scope}/{which}");
            fs::write(&path, "0").map_err(|e| format!("{path}: {e}"))?;
        }
    }
    for (name, value) in switches {
        let path = format!("{base}/ipv4/{name}");
        fs::write(&path, value).map_err(|e| format!("{path}: {e}"))?;
    }
    Ok(())
}

fn veth(device: &str, index: u32, peer: LinkMessage) -> LinkMessageBuilder<LinkVeth> {
    LinkMessageBuilder::<LinkVeth>::new_with_info_kind(InfoKind::Veth)
        .name(device)
        .index(index)
        .up()
        .set_info_data(InfoData::Veth(InfoVeth::Peer(peer)))
}

fn peer_message(end: &End, index: u32, netns: std::os::fd::RawFd) -> LinkMessage {
    let message =
        LinkMessageBuilder::<LinkUnspec>::new().name(&end.device).index(index).setns_by_fd(netns);
    match end.hardware {
        Some(address) => message.address(address.to_vec()).build(),
        None => message.build(),
    }
}

async fn address_end(space: &LiveSpace, end: &End, index: u32) -> Result<(), String> {
    if let Some(net) = end.address {
        let add = space.netlink.address().add(index, net.addr().into(), net.prefix_len());
        add.execute().await.map_err(|e| e.to_string())?;
    }
    add_reaches(space, end, index).await
}

async fn add_reaches(space: &LiveSpace, end: &End, index: u32) -> Result<(), String> {
    for net in &end.reaches {
        let added = space.netlink.route().add(direct(*net, index)).execute().await;
        tolerate_existing(added)?;
    }
    Ok(())
}

fn direct(net: Ipv4Net, index: u32) -> RouteMessage {
    RouteMessageBuilder::<Ipv4Addr>::new()
        .destination_prefix(net.network(), net.prefix_len())
        .output_interface(index)
        .scope(RouteScope::Link)
        .build()
}

fn tolerate_existing(result: Result<(), rtnetlink::Error>) -> Result<(), String> {
    match result {
        Err(rtnetlink::Error::NetlinkError(message))
            if message.to_io().kind() == io::ErrorKind::AlreadyExists =>
        {
            Ok(())
        }
        other => other.map_err(|error| error.to_string()),
    }
}

fn selector_request(netlink: &Handle, selector: &Selector) -> rtnetlink::RuleAddRequest<Ipv4Addr> {
    let request = netlink.rule().add().v4().action(RuleAction::ToTable);
    match selector {
        Selector::From { device, table } => {
            request.input_interface(device).table_id(*table).priority(1000)
        }
        Selector::Source { device, source, table } => request
            .input_interface(device)
            .source_prefix(source.network(), source.prefix_len())
            .table_id(*table)
            .priority(900),
        Selector::Mark { mark, table } => request.fw_mark(*mark).table_id(*table).priority(500),
    }
}

async fn add_selector(netlink: &Handle, selector: &Selector) -> Result<(), String> {
    tolerate_existing(selector_request(netlink, selector).execute().await)
}

async fn remove_selector(netlink: &Handle, selector: &Selector) -> Result<(), String> {
    let message = selector_request(netlink, selector).message_mut().clone();
    netlink.rule().del(message).execute().await.map_err(|error| error.to_string())
}
