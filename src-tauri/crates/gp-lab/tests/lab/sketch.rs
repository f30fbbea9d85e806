//! A few lines of text → [`Resolved`], so that the lab's tests read as drawings. Resolves nothing
//! cleverly: routes are written out, a flow opens both ends.
//!
//! ```text
//! network shop
//! segment web shop 10.20.0.0/24 0.0.0.0/0=igw
//! server app[0] app 10.20.1.10 tcp/8080        kind, address, segment, ip, services
//! internet internet - 203.0.113.10             outside: no segment
//! load-balancer entry web 10.20.0.10 public=198.18.0.1
//! listener entry 443 app 8080 | listener entry 80 redirect 443
//! flow visitors internet entry tcp/443
//! peering ab alpha beta
//! table edge data | deny 10.20.1.0/24 tcp/5432 | allow any
//! acl edge data | in allow any tcp/5432 | out allow any tcp/1024-65535     forgets connections
//! open app                                       no group at all
//! ```

use gp_catalog::{
    kind::Service,
    resolved::{
        Cause, Exposure, Filter, FilterKind, FilterRule, Instance, Listener, Origin, Peer,
        Resolved, ResolvedLink, ResolvedResource, ResolvedValue, Route, RouteTable, Segment,
        Target, VERSION, Via,
    },
};
use gp_model::{Id, LinkKind, PortSpec, Value};
use std::{collections::BTreeMap, sync::Arc};

pub fn resolved(design: &str, text: &str) -> Resolved {
    let mut sketch = Sketch::default();
    sketch.made.version = VERSION;
    sketch.made.design.id = design.into();
    sketch.made.environment.id = Id::new("test");
    for line in text.lines().map(|line| line.split('#').next().unwrap_or("").trim()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if !words.is_empty() {
            sketch.line(&words);
        }
    }
    sketch.finish()
}

/// Puts a text of several lines into an attribute.
pub fn set(resolved: &mut Resolved, id: &str, name: &str, text: &str) {
    let resource = Arc::make_mut(resolved.resources.get_mut(id).unwrap());
    Arc::make_mut(&mut resource.attributes).insert(name.into(), written(Value::from(text)));
}

#[derive(Default)]
struct Sketch {
    made: Resolved,
    resources: BTreeMap<Id, ResolvedResource>,
    open: Vec<Id>,
    tables: Vec<Filter>,
}

impl Sketch {
    fn line(&mut self, words: &[&str]) {
        match words {
            ["network", _id] => {}
            ["segment", id, network, cidr, routes @ ..] => self.segment(id, network, cidr, routes),
            ["listener", balancer, port, "redirect", to] => {
                let redirect = Some(to.parse().unwrap());
                self.listener(balancer, port, redirect, vec![]);
            }
            ["listener", balancer, port, target, to] => {
                let target = Target {
                    link: Id::new(format!("{balancer}-{target}")),
                    resource: Id::new(target),
                    ports: PortSpec::tcp(to.parse().unwrap()),
                };
                self.listener(balancer, port, None, vec![target]);
            }
            ["flow", id, from, to, ports @ ..] => self.link(id, LinkKind::Flow, from, to, ports),
            ["peering", id, from, to] => self.link(id, LinkKind::Peering, from, to, &[]),
            ["open", id] => self.open.push(Id::new(id)),
            ["set", id, name, value] => {
                let value = Value::from(*value);
                let resource = self.resources.get_mut(*id).unwrap();
                Arc::make_mut(&mut resource.attributes).insert((*name).into(), written(value));
            }
            ["check", id, path, port] => {
                let table = [
                    ("protocol".to_owned(), Value::from("http")),
                    ("path".to_owned(), Value::from(*path)),
                    ("port".to_owned(), Value::from(port.parse::<i64>().unwrap())),
                ];
                let resource = self.resources.get_mut(*id).unwrap();
                let value = Value::Table(table.into_iter().collect());
                Arc::make_mut(&mut resource.attributes)
                    .insert("health-check".into(), written(value));
            }
            ["table", id, segment, rest @ ..] => self.table(id, segment, &rest.join(" ")),
            ["acl", id, segment, rest @ ..] => self.acl(id, segment, &rest.join(" ")),
            [kind, address, segment, ip, rest @ ..] => {
                self.instance(kind, address, segment, ip, rest);
            }
            _ => panic!("cannot read {words:?}"),
        }
    }

    fn segment(&mut self, id: &str, network: &str, cidr: &str, routes: &[&str]) {
        let cidr: ipnet::Ipv4Net = cidr.parse().unwrap();
        // Every network of a sketch is a /16.
        let whole = ipnet::Ipv4Net::new(cidr.addr(), 16).unwrap().trunc();
        let local = Route { destination: whole, via: Via::Local, from: Id::new(network) };
        let drawn = routes.iter().map(|text| {
            let (destination, via) = text.split_once('=').unwrap();
            let via = match via.split(':').collect::<Vec<_>>()[..] {
                ["igw"] => Via::InternetGateway,
                ["nat", instance] => Via::Nat { instance: instance.into(), hub: None },
                ["nat", instance, hub] => {
                    Via::Nat { instance: instance.into(), hub: Some(Id::new(hub)) }
                }
                ["hub", hub, other] => Via::Hub { hub: Id::new(hub), network: Id::new(other) },
                ["vpn", gateway, other] => {
                    Via::Gateway { gateway: Id::new(gateway), network: Id::new(other) }
                }
                ["peer", link, other] => {
                    Via::Peering { link: Id::new(link), network: Id::new(other) }
                }
                ["endpoint", door] => Via::Endpoint { resource: Id::new(door) },
                _ => panic!("cannot read the route {text}"),
            };
            Route { destination: destination.parse().unwrap(), via, from: Id::new(network) }
        });
        let table = RouteTable {
            id: format!("rt:{id}"),
            network: Id::new(network),
            routes: std::iter::once(local).chain(drawn).collect(),
            routes6: Vec::new(),
        };
        self.made.route_tables.insert(table.id.clone(), Arc::new(table));
        let segment = Segment {
            id: id.into(),
            subnet: Id::new(id.split('/').next().unwrap()),
            network: Id::new(network),
            zone: None,
            cidr,
            cidr6: None,
            exposure: Exposure::Private,
            route_table: format!("rt:{id}"),
        };
        self.made.segments.insert(id.into(), Arc::new(segment));
    }

    fn instance(&mut self, kind: &str, address: &str, segment: &str, ip: &str, rest: &[&str]) {
        let id = Id::new(address.split('[').next().unwrap());
        let resource = self.resources.entry(id.clone()).or_insert_with(|| resource(&id, kind));
        let inside = segment != "-";
        let public = rest.iter().find_map(|word| word.strip_prefix("public="));
        let ip = ip.parse().ok();
        Arc::make_mut(&mut resource.instances).push(Instance {
            address: address.into(),
            index: None,
            zone: None,
            segment: inside.then(|| segment.into()),
            ip: ip.filter(|_| inside),
            ip6: None,
            public_ip: if inside { public.map(|text| text.parse().unwrap()) } else { ip },
        });
        for ports in rest.iter().filter_map(|word| word.parse::<PortSpec>().ok()) {
            let name = if ports.low == 8080 { "http" } else { "thing" };
            if !resource.services.iter().any(|service| service.ports == ports) {
                Arc::make_mut(&mut resource.services).push(Service { name: name.into(), ports });
            }
        }
    }

    fn listener(
        &mut self,
        balancer: &str,
        port: &str,
        redirect: Option<u16>,
        targets: Vec<Target>,
    ) {
        let ports = PortSpec::tcp(port.parse().unwrap());
        let protocol = "http".to_owned();
        let listener = Listener { ports, protocol, redirect, targets };
        self.resources.get_mut(balancer).unwrap().listeners.push(listener);
    }

    fn link(&mut self, id: &str, kind: LinkKind, from: &str, to: &str, ports: &[&str]) {
        let link = ResolvedLink {
            id: Id::new(id),
            kind,
            from: Id::new(from),
            to: Id::new(to),
            ports: ports.iter().map(|text| text.parse().unwrap()).collect(),
            access: vec![],
            traffic: None,
            note: None,
            attributes: gp_model::Table::new(),
        };
        self.made.links.insert(Id::new(id), Arc::new(link));
    }

    /// Rows of what comes in; everything may go out.
    fn table(&mut self, id: &str, segment: &str, rows: &str) {
        let ingress = rows.split('|').map(str::trim).filter(|row| !row.is_empty());
        let ingress = ingress.enumerate().map(|(row, text)| table_row(id, row, text)).collect();
        let egress = vec![table_row(id, 99, "allow any")];
        self.filter(id, segment, FilterKind::FirewallTable, (ingress, egress));
    }

    /// Rows that begin with `in` or `out`.
    fn acl(&mut self, id: &str, segment: &str, rows: &str) {
        let way = |word: &str| -> Vec<FilterRule> {
            let rows = rows.split('|').map(str::trim).enumerate();
            rows.filter_map(|(row, text)| Some(table_row(id, row, text.strip_prefix(word)?)))
                .collect()
        };
        self.filter(id, segment, FilterKind::NetworkAcl, (way("in "), way("out ")));
    }

    fn filter(
        &mut self,
        id: &str,
        segment: &str,
        kind: FilterKind,
        (ingress, egress): (Vec<FilterRule>, Vec<FilterRule>),
    ) {
        self.tables.push(Filter {
            id: format!("fw:{id}"),
            kind,
            owner: Id::new(id),
            applies_to: vec![segment.into()],
            stateful: kind == FilterKind::FirewallTable,
            ingress,
            egress,
        });
    }

    fn finish(mut self) -> Resolved {
        for resource in self.resources.values() {
            let outside = resource.instances.iter().all(|instance| instance.segment.is_none());
            if outside || resource.kind == "nat-gateway" || self.open.contains(&resource.id) {
                continue;
            }
            let group = self.group(resource);
            self.made.filters.insert(group.id.clone(), Arc::new(group));
        }
        for table in self.tables {
            self.made.filters.insert(table.id.clone(), Arc::new(table));
        }
        let resources = self.resources.into_iter();
        self.made.resources = resources.map(|(id, resource)| (id, Arc::new(resource))).collect();
        self.made
    }

    fn group(&self, resource: &ResolvedResource) -> Filter {
        let rules = |inward: bool| -> Vec<FilterRule> {
            let links = self.made.links.values().filter(|link| link.kind == LinkKind::Flow);
            links
                .filter(|link| resource.id == if inward { &*link.to } else { &*link.from })
                .flat_map(|link| {
                    let other = if inward { &link.from } else { &link.to };
                    let word = if inward { "in" } else { "out" };
                    link.ports.iter().map(move |ports| FilterRule {
                        id: format!("link:{}/{word}/{ports}", link.id),
                        allow: true,
                        peer: Peer::Resource { id: other.clone() },
                        destination: None,
                        source: None,
                        ports: Some(*ports),
                        cause: Cause::Link { id: link.id.clone() },
                        comment: String::new(),
                    })
                })
                .collect()
        };
        Filter {
            id: format!("sg:{}", resource.id),
            kind: FilterKind::SecurityGroup,
            owner: resource.id.clone(),
            applies_to: resource.instances.iter().map(|i| i.address.clone()).collect(),
            stateful: true,
            ingress: rules(true),
            egress: rules(false),
        }
    }
}

/// `allow any tcp/80`.
fn table_row(id: &str, row: usize, text: &str) -> FilterRule {
    let words: Vec<&str> = text.split_whitespace().collect();
    FilterRule {
        id: format!("fw:{id}/{row}"),
        allow: words[0] == "allow",
        peer: match words[1] {
            "any" => Peer::Any,
            cidr => Peer::Cidr { cidr: cidr.parse().unwrap() },
        },
        destination: None,
        source: None,
        ports: words.get(2).map(|text| text.parse().unwrap()),
        cause: Cause::Row { id: Id::new(id), row: row as u32 },
        comment: text.into(),
    }
}

fn written(value: Value) -> Arc<ResolvedValue> {
    Arc::new(ResolvedValue { value, origin: Origin::Set, written: None })
}

fn resource(id: &Id, kind: &str) -> ResolvedResource {
    ResolvedResource {
        id: id.clone(),
        kind: kind.into(),
        title: id.to_string(),
        parent: None,
        ancestors: Arc::default(),
        lifecycle: gp_model::Lifecycle::default(),
        was: vec![],
        attributes: Arc::default(),
        tags: Arc::default(),
        raw: gp_model::Table::new(),
        raw_secondary: BTreeMap::new(),
        services: Arc::default(),
        instances: Arc::default(),
        zones: Arc::default(),
        counterparts: vec![],
        listeners: vec![],
    }
}
