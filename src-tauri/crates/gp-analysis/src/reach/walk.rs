//! The way of one packet from an instance to an address: the list of places that look at it.
//! Decides no filter; which packets survive a way is `ways.rs`.

use super::{
    World,
    bugs::Bug,
    filter::Direction,
    routes::Next,
    world::{Forward, HostNumber},
};

/// Who sends, under which address it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    pub host: HostNumber,
    pub address: u32,
}

/// A place on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The filters at an instance.
    Door { host: HostNumber, way: Direction, from: u32, to: u32 },
    /// The filters at a segment's edge.
    Edge { area: u32, way: Direction, from: u32, to: u32 },
    /// A route table was asked; the number of the route.
    Route { area: u32, route: u32, to: u32 },
    /// Leaves under another address.
    Leaves { host: HostNumber, address: u32 },
    /// The public address becomes the private one.
    Enters { host: HostNumber, address: u32 },
    /// A pass-through listener sends it on.
    Forwarded { forward: Forward, to: HostNumber },
    /// Nothing goes further.
    Stop(Stop),
}

/// Why a way ends early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    NoAddress { host: HostNumber },
    NoRoute { area: u32, to: u32 },
    Blackhole { area: u32, route: u32, to: u32 },
    NoPublicAddress { host: HostNumber },
    NobodyThere { to: u32 },
    NotPublic { host: HostNumber },
    AnotherThere { host: HostNumber, to: u32 },
    GoesRound { host: HostNumber },
    NoSuchHop { area: u32, route: u32 },
    NoWayBack { area: u32, from: u32 },
    OwnConnection { balancer: HostNumber },
    NotOverThis { area: u32, route: u32 },
}

/// A way: its steps, and the instance at its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    pub steps: Vec<Step>,
    pub arrives: Option<HostNumber>,
}

/// How a packet came to a segment, and so how the answer must leave it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    Local,
    Peering(u32),
    /// From a firewall in the way, which must see the answer too.
    Firewall(HostNumber),
    Internet,
}

/// At most this many NAT gateways and firewalls in a row.
const MOST_ON_THE_WAY: usize = 4;

struct Walk<'w> {
    world: &'w World,
    steps: Vec<Step>,
    /// Where the packet is: the instance that sent it on last.
    at: HostNumber,
    /// Whether that is a firewall in the way.
    at_firewall: bool,
    from: u32,
    to: u32,
    /// The instance that is meant: the internet has every address nobody else has.
    meant: HostNumber,
}

impl World {
    /// The way from `origin` to the address `to` of `meant`.
    pub(crate) fn walk(&self, origin: Origin, meant: HostNumber, to: u32) -> Way {
        let steps = Vec::with_capacity(6);
        let mut walk = Walk {
            world: self,
            steps,
            at: origin.host,
            at_firewall: false,
            from: origin.address,
            to,
            meant,
        };
        walk.door(origin.host, Direction::Out);
        let end =
            if self.host(origin.host).area.is_some() { walk.inside() } else { walk.outside() };
        walk.end(end)
    }

    /// The way on from a node that a packet of `from` has reached to one instance of a target.
    pub(crate) fn forward(
        &self,
        forward: Forward,
        node: HostNumber,
        from: u32,
        target: HostNumber,
    ) -> Way {
        let to = self.host(target).ip.unwrap_or_default();
        let shown = if self.has(Bug::PassThroughShowsNode) {
            self.host(node).ip.unwrap_or(from)
        } else {
            from
        };
        let steps = vec![Step::Forwarded { forward, to: target }];
        let mut walk = Walk {
            world: self,
            steps,
            at: node,
            at_firewall: false,
            from: shown,
            to,
            meant: target,
        };
        let end = walk.onward();
        walk.end(end)
    }
}

impl Walk<'_> {
    fn end(mut self, end: Result<HostNumber, Stop>) -> Way {
        let arrives = match end {
            Ok(host) if host == self.meant => Some(host),
            Ok(host) => {
                self.steps.push(Step::Stop(Stop::AnotherThere { host, to: self.to }));
                None
            }
            Err(stop) => {
                self.steps.push(Step::Stop(stop));
                None
            }
        };
        Way { steps: self.steps, arrives }
    }

    fn door(&mut self, host: HostNumber, way: Direction) {
        self.steps.push(Step::Door { host, way, from: self.from, to: self.to });
    }

    fn edge(&mut self, area: u32, way: Direction) {
        self.steps.push(Step::Edge { area, way, from: self.from, to: self.to });
    }

    /// From an instance that stands in a segment.
    fn inside(&mut self) -> Result<HostNumber, Stop> {
        let most = if self.world.has(Bug::OneNatInARow) { 1 } else { MOST_ON_THE_WAY };
        for _ in 0..=most {
            let Some(area) = self.world.host(self.at).area else {
                return self.outside();
            };
            if self.world.area(area).holds(self.to) {
                return self.same_segment(area);
            }
            let (route, next) = self.ask(area)?;
            match next {
                Next::Nat(nat, over) => {
                    self.through(area, route, nat, over)?;
                    self.leave_under_its_address(self.at)?;
                    self.door(self.at, Direction::Out);
                    continue;
                }
                Next::Firewall(firewall, over) => {
                    self.through(area, route, firewall, over)?;
                    self.at_firewall = !self.world.has(Bug::FirewallForgetsItsWay);
                    continue;
                }
                _ => {}
            }
            self.edge(area, Direction::Out);
            self.steps.push(Step::Route { area, route, to: self.to });
            return self.follow(area, route, next);
        }
        Err(Stop::GoesRound { host: self.at })
    }

    fn ask(&mut self, area: u32) -> Result<(u32, Next), Stop> {
        let found = self.world.route(area, self.to);
        if found.is_none() {
            self.edge(area, Direction::Out);
        }
        found.ok_or(Stop::NoRoute { area, to: self.to })
    }

    fn follow(&mut self, area: u32, route: u32, next: Next) -> Result<HostNumber, Stop> {
        let network = self.world.area(area).network;
        match next {
            Next::Local => self.arrive_inside(network, self.came(Came::Local), self.from),
            Next::Peering(Some(other)) => {
                self.arrive_inside(other, self.came(Came::Peering(network)), self.from)
            }
            Next::Internet => self.leave(),
            Next::EgressOnly => self.outside(),
            Next::Endpoint => self.service(),
            Next::Blackhole => Err(Stop::Blackhole { area, route, to: self.to }),
            Next::Peering(None) | Next::Nat(..) | Next::Firewall(..) => {
                Err(Stop::NoSuchHop { area, route })
            }
        }
    }

    fn same_segment(&mut self, area: u32) -> Result<HostNumber, Stop> {
        let world = self.world;
        let found = world.inside.get(&(world.area(area).network, self.to)).copied();
        let host = found.filter(|host| world.host(*host).area == Some(area));
        let host = host.ok_or(Stop::NobodyThere { to: self.to })?;
        if world.has(Bug::EdgesInsideSegments) {
            self.edge(area, Direction::Out);
            self.edge(area, Direction::In);
        }
        self.door(host, Direction::In);
        if self.at_firewall {
            self.way_back(area, self.from, Came::Firewall(self.at))?;
        }
        Ok(host)
    }

    /// How a packet comes to where it goes on from here.
    fn came(&self, plainly: Came) -> Came {
        if self.at_firewall { Came::Firewall(self.at) } else { plainly }
    }

    /// To a NAT gateway or a firewall in the way, which sends on from its own segment.
    fn through(
        &mut self,
        area: u32,
        route: u32,
        hop: Option<u32>,
        over_hub: bool,
    ) -> Result<(), Stop> {
        let world = self.world;
        let found = hop.map(|number| (number, world.host(number)));
        let place = found.and_then(|(number, host)| host.ip.and(host.area).map(|at| (number, at)));
        let network = world.area(area).network;
        let usable = place.filter(|(_, at)| over_hub || world.area(*at).network == network);
        let crosses = usable.is_none_or(|(_, at)| at != area);
        if crosses {
            self.edge(area, Direction::Out);
        }
        self.steps.push(Step::Route { area, route, to: self.to });
        let is_firewall = matches!(world.route(area, self.to), Some((_, Next::Firewall(..))));
        let (hop, hop_area) = usable.ok_or(Stop::NoSuchHop { area, route })?;
        if hop == self.at {
            return Err(Stop::GoesRound { host: hop });
        }
        if crosses {
            self.edge(hop_area, Direction::In);
        }
        if !(is_firewall && world.has(Bug::FirewallsLetAllPass)) {
            self.door(hop, Direction::In);
        }
        let beside = world.area(hop_area).network == network;
        let came = if beside { Came::Local } else { Came::Peering(network) };
        self.way_back(hop_area, self.from, self.came(came))?;
        (self.at, self.at_firewall) = (hop, false);
        Ok(())
    }

    /// A NAT gateway sends on under its own address.
    fn leave_under_its_address(&mut self, nat: HostNumber) -> Result<(), Stop> {
        if self.world.has(Bug::NatKeepsSource) {
            return Ok(());
        }
        let address = self.world.host(nat).ip.ok_or(Stop::NoAddress { host: nat })?;
        self.from = address;
        self.steps.push(Step::Leaves { host: nat, address });
        Ok(())
    }

    /// Out by the network's internet gateway.
    fn leave(&mut self) -> Result<HostNumber, Stop> {
        match self.world.host(self.at).public {
            Some(public) => {
                self.from = public;
                self.steps.push(Step::Leaves { host: self.at, address: public });
            }
            None if self.world.has(Bug::GatewayNeedsNoPublicAddress) => {}
            None => return Err(Stop::NoPublicAddress { host: self.at }),
        }
        self.outside()
    }

    /// From outside to a public address.
    fn outside(&mut self) -> Result<HostNumber, Stop> {
        let world = self.world;
        let found = world.public.get(&self.to).copied();
        let anywhere = world.thing_of(self.meant).is_internet.then_some(self.meant);
        let host = found.or(anywhere).ok_or_else(|| self.nobody_outside())?;
        let Some(area) = world.host(host).area else {
            self.door(host, Direction::In);
            return Ok(host);
        };
        self.to = world.host(host).ip.ok_or(Stop::NoAddress { host })?;
        self.steps.push(Step::Enters { host, address: self.to });
        self.edge(area, Direction::In);
        self.door(host, Direction::In);
        self.way_back(area, self.from, Came::Internet)?;
        Ok(host)
    }

    fn nobody_outside(&self) -> Stop {
        let meant = self.world.host(self.meant);
        if meant.area.is_some() && meant.ip == Some(self.to) && meant.public.is_none() {
            return Stop::NotPublic { host: self.meant };
        }
        Stop::NobodyThere { to: self.to }
    }

    fn service(&mut self) -> Result<HostNumber, Stop> {
        let found = self.world.public.get(&self.to).copied();
        let service = found.filter(|host| {
            self.world.host(*host).area.is_none() || self.world.has(Bug::ServiceByAnyRoute)
        });
        let host = service.ok_or(Stop::NobodyThere { to: self.to })?;
        self.door(host, Direction::In);
        Ok(host)
    }

    fn arrive_inside(
        &mut self,
        network: u32,
        came: Came,
        answer_to: u32,
    ) -> Result<HostNumber, Stop> {
        let world = self.world;
        let found = world.inside.get(&(network, self.to)).copied();
        let found = found.or_else(|| self.behind_another_peering(network));
        let host = found.ok_or(Stop::NobodyThere { to: self.to })?;
        let area = world.host(host).area.ok_or(Stop::NobodyThere { to: self.to })?;
        self.edge(area, Direction::In);
        self.door(host, Direction::In);
        if !(world.has(Bug::PeeringNeedsNoWayBack) && matches!(came, Came::Peering(_))) {
            self.way_back(area, answer_to, came)?;
        }
        Ok(host)
    }

    /// A planted mistake: whoever a peered network has a peering to.
    fn behind_another_peering(&self, network: u32) -> Option<HostNumber> {
        let world = self.world;
        if !world.has(Bug::PeeringIsTransitive) {
            return None;
        }
        (0..world.areas.len() as u32).filter(|area| world.area(*area).network == network).find_map(
            |area| match world.route(area, self.to)?.1 {
                Next::Peering(Some(third)) => world.inside.get(&(third, self.to)).copied(),
                _ => None,
            },
        )
    }

    /// Whether the answer leaves the segment the way the packet came.
    fn way_back(&self, area: u32, to: u32, came: Came) -> Result<(), Stop> {
        let leaves = if self.world.area(area).holds(to) {
            Some(Came::Local)
        } else {
            self.world.route(area, to).and_then(|(_, next)| match next {
                Next::Local => Some(Came::Local),
                Next::Peering(Some(network)) => Some(Came::Peering(network)),
                Next::Firewall(Some(firewall), _) => Some(Came::Firewall(firewall)),
                Next::Internet => Some(Came::Internet),
                _ => None,
            })
        };
        if leaves == Some(came) { Ok(()) } else { Err(Stop::NoWayBack { area, from: to }) }
    }

    /// From a pass-through node on to a target: inside the network or over a peering.
    fn onward(&mut self) -> Result<HostNumber, Stop> {
        let world = self.world;
        // Under another address, its public one or a NAT gateway's, it gets its own connection back.
        if self.from == self.to {
            return Err(Stop::OwnConnection { balancer: self.at });
        }
        let node = world.host(self.at);
        let (Some(area), Some(address)) = (node.area, node.ip) else {
            return Err(Stop::NoAddress { host: self.at });
        };
        if world.host(self.meant).area.is_none() || world.host(self.meant).ip.is_none() {
            return Err(Stop::NoAddress { host: self.meant });
        }
        self.door(self.at, Direction::Out);
        if world.area(area).holds(self.to) {
            return self.same_segment(area);
        }
        let (route, next) = self.ask(area)?;
        self.edge(area, Direction::Out);
        self.steps.push(Step::Route { area, route, to: self.to });
        let network = world.area(area).network;
        match next {
            Next::Local => self.arrive_inside(network, Came::Local, address),
            Next::Peering(Some(other)) if world.is_peering(area, route) => {
                self.arrive_inside(other, Came::Peering(network), address)
            }
            _ => Err(Stop::NotOverThis { area, route }),
        }
    }
}
