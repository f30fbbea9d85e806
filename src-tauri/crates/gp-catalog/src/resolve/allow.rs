//! Step 7, allow: every link becomes the least rules that permit it, on both ends; nothing else is
//! open, outbound included.
//!
//! - A group `sg:ID` for each resource that stands in a real subnet and is no NAT gateway and no firewall
//!   (the former filter nothing and offer nothing, the latter have a table).
//! - A flow opens its ports at both ends. A target link opens the target's port to the load balancer
//!   in proxy mode, to the balancer's clients in pass-through mode; its health check always comes
//!   from the balancer.
//! - The internet and people without a range are everybody; others outside are their addresses.
//!   Somebody whose range cannot be read is nobody: nothing is opened to them.
//! - What stands at a site is the ranges that are known of it ([`super::sites`]).
//! - Platform needs: resolver, time and metadata are the provider's own and need no rule. Packages
//!   (and the rest) are https and http out to everybody, but only where the tier has a way out:
//!   a NAT gateway, or a public address. Otherwise the need stays unmet and nothing is opened, so an
//!   isolated tier stays isolated.
//! - Servers of an analytics workspace talk to each other on every port.
//! - A network with `egress = "open"` lets everything in it out.

use super::{Context, Ids, State, by_id::put, connect, inherit::Inherited, sites};
use crate::{
    kind::Need,
    resolved::{Cause, Filter, FilterKind, FilterRule, MetNeed, Peer, ResolvedLink},
};
use gp_model::{Id, LinkKind, PortSpec, Protocol, Value};
use ipnet::Ipv4Net;
use std::{net::Ipv4Addr, sync::Arc};

/// Looks at resources. Returns the ids of filters that changed.
pub(crate) fn step(ctx: &Context<'_>, state: &mut State, affected: &Ids) -> bool {
    let mut changed = false;
    let mut room = Room::default();
    for id in affected {
        let needs = needs(ctx, state, id);
        let name = ["sg:", id].concat();
        let group = group(state, id, &name, &needs, &mut room);
        state.needs_changed |= put(&mut state.needs, id, (!needs.is_empty()).then_some(needs));
        let before = state.filters.get(&name);
        if before.map(|f| &**f) != group.as_ref() {
            changed = true;
            match group {
                Some(group) => drop(state.filters.insert(name, Arc::new(group))),
                None => drop(state.filters.remove(&name)),
            }
        }
    }
    changed
}

/// Everybody whose rules may follow from these: themselves, the other ends of their links, and what
/// a load balancer among those forwards to.
pub(crate) fn affected(state: &State, before: &State, resources: &Ids, links: &Ids) -> Ids {
    let mut found = resources.clone();
    for link in links {
        for state in [state, before] {
            if let Some(link) = state.links.get(link) {
                found.extend([link.from.clone(), link.to.clone()]);
            }
        }
    }
    let mut ends: Vec<Id> = resources.iter().flat_map(|id| neighbours(state, id)).collect();
    let balancers = found.iter().chain(&ends).filter(|id| is_balancer(state, id));
    let behind: Vec<Id> = balancers.flat_map(|id| neighbours(state, id)).collect();
    ends.extend(behind);
    // A door lets in who talks to the service behind it.
    for old in [state, before] {
        let sources = links.iter().filter_map(|link| Some(&old.links.get(link)?.from));
        let sources = sources.chain(resources);
        let networks: Ids =
            sources.filter_map(|from| old.inherited.get(from)?.network.clone()).collect();
        let near = |door: &&Id| {
            old.network_of.get(*door).is_some_and(|n| networks.contains(n))
                || super::leads_to_any(old, door, resources)
        };
        ends.extend(old.doors.iter().filter(near).cloned());
    }
    found.extend(ends);
    found
}

fn neighbours<'a>(state: &'a State, id: &Id) -> impl Iterator<Item = Id> + 'a {
    let links = state.links_of.get(id).into_iter().flatten();
    links.filter_map(|link| state.link_ends.get(link)).flat_map(|(a, b)| [a.clone(), b.clone()])
}

fn is_balancer(state: &State, id: &Id) -> bool {
    state.inherited.get(id).is_some_and(|i| i.kind == "load-balancer")
}

fn stands_in_a_segment(state: &State, id: &Id) -> bool {
    state.instances.get(id).is_some_and(|all| all.iter().any(|i| i.segment.is_some()))
}

/// Where rules are put until it is known how many they are: they are large and few, and lists that grow
/// would be copied again and again.
#[derive(Default)]
struct Room {
    ingress: Vec<FilterRule>,
    egress: Vec<FilterRule>,
}

fn group(state: &State, id: &Id, name: &str, needs: &[MetNeed], room: &mut Room) -> Option<Filter> {
    let inherited = state.inherited.get(id)?;
    let only_passes_on = matches!(inherited.kind.as_str(), "firewall" | "nat-gateway");
    if only_passes_on || !stands_in_a_segment(state, id) {
        return None;
    }
    let inside = state.instances.get(id)?.iter().filter(|i| i.segment.is_some());
    let applies_to = inside.map(|i| i.address.clone()).collect();
    let at_site = sites::is_at_one(state, id);
    let Room { ingress, egress } = room;
    let mut rules = Rules { state, at_site, ingress, egress };
    let links =
        state.links_of.get(id).into_iter().flatten().filter_map(|link| state.links.get(link));
    for link in links {
        match link.kind {
            // Calls come to a gateway outside; at its private link it only starts connections.
            LinkKind::Flow | LinkKind::Target
                if inherited.kind == "api-gateway" && link.to == *id => {}
            LinkKind::Flow => rules.flow(id, inherited, link),
            LinkKind::Target => rules.target(id, link),
            _ => {}
        }
    }
    rules.door(inherited);
    rules.needs(id, inherited, needs);
    rules.among(id, inherited);
    Some(Filter {
        id: name.to_owned(),
        kind: FilterKind::SecurityGroup,
        owner: id.clone(),
        applies_to,
        stateful: true,
        ingress: fitting(ingress),
        egress: fitting(egress),
    })
}

/// What is in the list, in one that has room for no more.
fn fitting(rules: &mut Vec<FilterRule>) -> Vec<FilterRule> {
    let mut all = Vec::with_capacity(rules.len());
    all.append(rules);
    all
}

struct Rules<'a> {
    state: &'a State,
    /// Whether they are those of something at a site.
    at_site: bool,
    ingress: &'a mut Vec<FilterRule>,
    egress: &'a mut Vec<FilterRule>,
}

/// `tcp-5432`: ports as the end of a rule's id.
pub(super) fn ports_word(ports: PortSpec) -> String {
    ports.to_string().replace('/', "-")
}

fn rule(
    id: String,
    peer: Peer,
    ports: Option<PortSpec>,
    cause: Cause,
    comment: String,
) -> FilterRule {
    FilterRule { id, allow: true, peer, destination: None, source: None, ports, cause, comment }
}

impl Rules<'_> {
    fn title<'b>(&'b self, id: &'b Id) -> &'b str {
        self.state.inherited.get(id).map_or(&**id, |i| &*i.title)
    }

    /// How a rule names the other end: mostly as one, and each with what tells its rule from the others.
    fn others(&self, id: &Id) -> Vec<(String, Peer)> {
        self.others_of(id, self.state.inherited.get(id).map(|one| &**one))
    }

    /// The same of what was looked up already.
    fn others_of(&self, id: &Id, other: Option<&Inherited>) -> Vec<(String, Peer)> {
        let Some(other) = other else { return vec![(String::new(), resource(id))] };
        let ranges = if self.at_site { None } else { sites::known(self.state, id, other) };
        match ranges.as_deref() {
            None => peer_of(id, other).map(|peer| (String::new(), peer)).into_iter().collect(),
            Some([cidr]) => vec![(String::new(), Peer::Cidr { cidr: *cidr })],
            Some(several) => {
                let word = |cidr: &Ipv4Net| ["/", &cidr.to_string().replace('/', "-")].concat();
                several.iter().map(|cidr| (word(cidr), Peer::Cidr { cidr: *cidr })).collect()
            }
        }
    }

    fn flow(&mut self, id: &Id, own: &Inherited, link: &ResolvedLink) {
        let (out, in_) = (link.from == *id, link.to == *id);
        let other_id = if out { &link.to } else { &link.from };
        let other =
            if out && in_ { Some(own) } else { self.state.inherited.get(other_id).map(|i| &**i) };
        let others = self.others_of(other_id, other);
        let other_title = other.map_or(&**other_id, |it| &*it.title);
        let (from, to) = if out { (&*own.title, other_title) } else { (other_title, &*own.title) };
        for (&ports, (tail, peer)) in
            link.ports.iter().flat_map(|ports| others.iter().map(move |other| (ports, other)))
        {
            let said = ports.to_string();
            let word = said.replace('/', "-");
            let one = |way: &str| {
                let name = ["link:", &link.id, way, &word, tail].concat();
                let comment = [from, " → ", to, ", ", &said].concat();
                rule(name, peer.clone(), Some(ports), Cause::Link { id: link.id.clone() }, comment)
            };
            if out {
                self.egress.push(one("/out/"));
            }
            if in_ {
                self.ingress.push(one("/in/"));
            }
        }
    }

    fn comment(&self, link: &ResolvedLink, what: &str) -> String {
        [self.title(&link.from), " → ", self.title(&link.to), ", ", what].concat()
    }

    fn target(&mut self, id: &Id, link: &ResolvedLink) {
        let Some(balancer) = self.state.inherited.get(&link.from) else { return };
        let pass_through = balancer.text("mode") == Some("pass-through");
        let probe =
            health_port(balancer).filter(|probe| !link.ports.iter().any(|p| covers(*p, *probe)));
        let mut ports: Vec<(PortSpec, &str)> = link.ports.iter().map(|p| (*p, "")).collect();
        ports.extend(probe.map(|probe| (probe, "health-")));
        for (ports, health) in ports {
            let cause = Cause::Link { id: link.id.clone() };
            let what = if health.is_empty() { String::new() } else { " health check".to_owned() };
            let comment = self.comment(link, &format!("{ports}{what}"));
            let word = ports_word(ports);
            let targets = if link.from == *id { self.others(&link.to) } else { Vec::new() };
            for (tail, peer) in targets {
                let name = format!("link:{}/{health}out/{word}{tail}", link.id);
                self.egress.push(rule(name, peer, Some(ports), cause.clone(), comment.clone()));
            }
            if link.to == *id {
                let name = format!("link:{}/{health}in/{word}", link.id);
                let peer = Peer::Resource { id: link.from.clone() };
                self.ingress.push(rule(name, peer, Some(ports), cause, comment));
            }
        }
        if pass_through && link.to == *id {
            self.clients(link);
        }
    }

    /// In pass-through mode a target sees the clients themselves.
    fn clients(&mut self, link: &ResolvedLink) {
        let state = self.state;
        let flows = state.links_of.get(&link.from).into_iter().flatten();
        let flows = flows.filter_map(|id| state.links.get(id));
        for flow in flows.filter(|flow| flow.kind == LinkKind::Flow && flow.to == link.from) {
            for ((tail, client), &ports) in self
                .others(&flow.from)
                .iter()
                .flat_map(|client| link.ports.iter().map(move |ports| (client, ports)))
            {
                let word = ports_word(ports);
                let comment = format!(
                    "{} → {} by way of {}, {ports}",
                    self.title(&flow.from),
                    self.title(&link.to),
                    self.title(&link.from)
                );
                let name = format!("link:{}/via/{}/in/{word}{tail}", flow.id, link.id);
                let cause = Cause::Link { id: flow.id.clone() };
                self.ingress.push(rule(name, client.clone(), Some(ports), cause, comment));
            }
        }
    }

    /// A private end point with an address of its own lets in whoever talks to its service.
    fn door(&mut self, inherited: &Inherited) {
        let state = self.state;
        if inherited.kind != "private-endpoint" {
            return;
        }
        let Some((service, _)) = connect::target(state, inherited) else { return };
        let flows =
            state.links_of.get(service).into_iter().flatten().filter_map(|id| state.links.get(id));
        for flow in flows.filter(|flow| flow.kind == LinkKind::Flow && flow.to == *service) {
            let same =
                state.inherited.get(&flow.from).is_some_and(|i| i.network == inherited.network);
            for &ports in flow.ports.iter().filter(|_| same) {
                let comment = self.comment(flow, &ports.to_string());
                let name = format!("link:{}/door/{}", flow.id, ports_word(ports));
                let cause = Cause::Link { id: flow.id.clone() };
                let peer = peer(state, &flow.from);
                self.ingress.extend(peer.map(|peer| rule(name, peer, Some(ports), cause, comment)));
            }
        }
    }

    /// Servers of one cluster talk to each other on whatever port, and Databricks takes no group that
    /// does not let them.
    fn among(&mut self, id: &Id, inherited: &Inherited) {
        if inherited.kind != "analytics-workspace" {
            return;
        }
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            let ports = PortSpec { protocol, low: 0, high: u16::MAX };
            let one = |way: &str| {
                let name = ["need:", id, "/among/", way, "/", &ports_word(ports)].concat();
                let cause = Cause::Need { id: id.clone(), need: Need::ControlPlane };
                let comment = format!("{} among its own servers, {ports}", inherited.title);
                rule(name, Peer::Resource { id: id.clone() }, Some(ports), cause, comment)
            };
            self.egress.push(one("out"));
            self.ingress.push(one("in"));
        }
    }

    fn needs(&mut self, id: &Id, inherited: &Inherited, needs: &[MetNeed]) {
        let open = inherited.network.as_ref().filter(|network| {
            self.state.inherited.get(*network).is_some_and(|n| n.text("egress") == Some("open"))
        });
        if let Some(network) = open {
            let cause = Cause::OpenEgress { id: network.clone() };
            let comment = format!(
                "{} may open any connection: {} is open outwards",
                inherited.title,
                self.title(network)
            );
            self.egress.push(rule(format!("open:{network}/{id}"), Peer::Any, None, cause, comment));
            return;
        }
        for met in needs.iter().filter(|met| met.by.is_some()) {
            let word = need_word(met.need);
            for ports in need_ports(&inherited.kind, met.need) {
                let cause = Cause::Need { id: id.clone(), need: met.need };
                let said = ports.to_string();
                let name = ["need:", id, "/", word, "/", &said.replace('/', "-")].concat();
                let comment = [&inherited.title, " fetches ", word, ", ", &said].concat();
                self.egress.push(rule(name, Peer::Any, Some(ports), cause, comment));
            }
        }
    }
}

/// The ports of what meets a need. That which runs a workspace's clusters is called on some besides.
/// <https://docs.databricks.com/aws/en/security/network/classic/customer-managed-vpc>
fn need_ports(kind: &str, need: Need) -> [PortSpec; 2] {
    if kind == "analytics-workspace" && need == Need::ControlPlane {
        let calls = PortSpec { protocol: Protocol::Tcp, low: 8443, high: 8451 };
        return [PortSpec::tcp(443), calls];
    }
    [PortSpec::tcp(443), PortSpec::tcp(80)]
}

fn covers(ports: PortSpec, one: PortSpec) -> bool {
    ports.protocol == one.protocol && ports.low <= one.low && one.high <= ports.high
}

/// The port on which a load balancer asks its targets whether they are well, where it names one.
fn health_port(balancer: &Inherited) -> Option<PortSpec> {
    let port = balancer.value("health-check")?.as_table()?.get("port")?.as_integer()?;
    u16::try_from(port).ok().filter(|port| *port > 0).map(PortSpec::tcp)
}

/// How a rule names the other end; `None` where nobody can tell who that is.
pub(super) fn peer(state: &State, id: &Id) -> Option<Peer> {
    state.inherited.get(id).map_or_else(|| Some(resource(id)), |inherited| peer_of(id, inherited))
}

fn resource(id: &Id) -> Peer {
    Peer::Resource { id: id.clone() }
}

fn peer_of(id: &Id, inherited: &Inherited) -> Option<Peer> {
    match inherited.kind.as_str() {
        "internet" => Some(Peer::Any),
        "user" | "external-system" => outsider(inherited),
        kind if super::tables::service_range(kind).is_some() => {
            Some(Peer::Service { id: id.clone() })
        }
        _ => Some(resource(id)),
    }
}

/// Somebody outside: their range, else their address; everybody only where neither is said.
fn outsider(inherited: &Inherited) -> Option<Peer> {
    for name in ["cidr", "address"] {
        if inherited.missing.contains(name) {
            return None;
        }
        let Some(value) = inherited.value(name) else { continue };
        let text = value.as_str()?;
        let range = text.parse::<Ipv4Net>().ok().filter(|_| name == "cidr");
        let address = text.parse::<Ipv4Addr>().ok().filter(|_| name == "address");
        let cidr = range.map(|range| range.trunc()).or(address.map(Ipv4Net::from))?;
        return Some(Peer::Cidr { cidr });
    }
    Some(Peer::Any)
}

fn need_word(need: Need) -> &'static str {
    match need {
        Need::Resolver => "resolver",
        Need::Time => "time",
        Need::Metadata => "metadata",
        Need::Packages => "packages",
        Need::Logs => "logs",
        Need::Registry => "registry",
        Need::Secrets => "secrets",
        Need::ControlPlane => "control-plane",
    }
}

/// What a resource needs of the platform, and what meets it.
fn needs(ctx: &Context<'_>, state: &State, id: &Id) -> Vec<MetNeed> {
    let Some(inherited) = state.inherited.get(id).filter(|_| stands_in_a_segment(state, id)) else {
        return Vec::new();
    };
    let own: Vec<Need>;
    let wanted: &[Need] = match inherited.value("needs") {
        Some(Value::List(words)) => {
            own = words.iter().filter_map(|word| need(word.as_str()?)).collect();
            &own
        }
        _ => ctx.catalog.kind(&inherited.kind).map_or(&[], |kind| &kind.needs),
    };
    let mut met: Vec<MetNeed> = Vec::with_capacity(wanted.len());
    let way_out = std::cell::OnceCell::new();
    for &need in wanted {
        let built_in = matches!(need, Need::Resolver | Need::Time | Need::Metadata);
        let by = || way_out.get_or_init(|| connect::way_out(state, id)).clone();
        if !met.iter().any(|m| m.need == need) {
            let by = if built_in { None } else { by() };
            met.push(MetNeed { resource: id.clone(), need, by, built_in });
        }
    }
    met
}

/// The need with this word in a `needs` list.
fn need(word: &str) -> Option<Need> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}
