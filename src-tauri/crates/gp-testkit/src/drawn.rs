//! Small random designs as people draw them: one to three networks joined in every way there is, tiers
//! with machines, balancers, firewalls and services, and links between them. Made as sketches, so that
//! `resolve` makes the meaning and a person can read what fails. The same number gives the same sketch.

use std::fmt::Write as _;

/// The sketch with this number.
pub fn drawn(seed: u64) -> String {
    let mut it = Drawing::new(seed);
    it.actors();
    it.regional();
    for number in 0..it.networks {
        it.network(number);
    }
    it.sites();
    it.joins();
    it.names();
    it.flows();
    let like = it.one_of(&["", "", "", "", "", "", " like=azure", " like=gcp"]);
    format!("{}{}env test lab{like}\n", it.text, it.links)
}

/// How something may take part in links.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// A machine: calls and is called.
    Machine,
    /// Answers only.
    Store,
    /// A service of the region.
    Regional,
    /// Calls only, from outside.
    Outside,
    Function,
    Balancer,
    Resolver,
}

struct End {
    id: String,
    role: Role,
    /// Its service, as a link names it.
    ports: &'static str,
    /// At a site.
    far: bool,
}

#[derive(Default)]
struct Drawing {
    text: String,
    links: String,
    random: u64,
    networks: usize,
    zones: usize,
    ends: Vec<End>,
    hub: bool,
    /// The network by which others on the hub leave.
    egress: Option<usize>,
    /// A gateway to the site, and whether it hangs on the hub.
    gateway: Option<(&'static str, bool)>,
    bucket: bool,
    queue: bool,
    /// Bastions, which cannot stand before all of their machines are known.
    bastions: Vec<String>,
    zone: bool,
}

impl Drawing {
    fn new(seed: u64) -> Self {
        let mut it = Self { random: seed, ..Self::default() };
        // Neighbours must not draw the same row of numbers, one step later.
        it.random = (it.below(usize::MAX) as u64).wrapping_mul(0xD134_2543_DE82_EF95);
        it.networks = it.one_of(&[1, 2, 2, 3]);
        it.zones = it.one_of(&[1, 2, 2]);
        it.hub = it.networks > 1 && it.chance(45);
        it.egress = (it.hub && it.chance(70)).then(|| it.below(it.networks));
        it.gateway = it.chance(30).then(|| {
            let kind = it.one_of(&["vpn-gateway", "dedicated-link"]);
            (kind, it.hub && it.chance(50))
        });
        it.zone = it.gateway.is_some() || it.chance(20);
        it
    }

    /// The next number below `limit` (`SplitMix64`).
    fn below(&mut self, limit: usize) -> usize {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit.max(1) as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.text, "{:1$}{text}", "", depth * 2);
    }

    fn link(&mut self, text: &str) {
        let _ = writeln!(self.links, "{text}");
    }

    fn end(&mut self, id: &str, role: Role, ports: &'static str) {
        self.ends.push(End { id: id.to_owned(), role, ports, far: false });
    }

    fn actors(&mut self) {
        self.line(0, "internet internet");
        self.end("internet", Role::Outside, "");
        if self.chance(35) {
            self.line(0, "user staff cidr=192.0.2.0/24");
            self.end("staff", Role::Outside, "");
        }
        if self.chance(35) {
            self.line(0, "external-system partner address=203.0.113.40");
            self.end("partner", Role::Outside, "tcp/443");
        }
    }

    /// The region and what hangs on it.
    fn regional(&mut self) {
        let zones = ["", "a", "a,b"][self.zones];
        self.line(0, &format!("region r zones {zones} location=frankfurt"));
        for (kind, id, percent) in [
            ("bucket", "files", 55),
            ("queue", "jobs", 35),
            ("secret", "token", 15),
            ("document-store", "baskets", 15),
        ] {
            if self.chance(percent) {
                self.line(1, &format!("{kind} {id}"));
                self.end(id, Role::Regional, "tcp/443");
                self.bucket |= kind == "bucket";
                self.queue |= kind == "queue";
            }
        }
        if self.chance(30) {
            self.line(1, "function work");
            self.end("work", Role::Function, "tcp/443");
            if self.chance(60) {
                self.line(1, "api-gateway calls");
                self.link("internet -> calls");
                self.link("calls -> work");
            }
        }
        if self.hub {
            let egress = self.egress.map(|n| format!(" egress=n{n}")).unwrap_or_default();
            self.line(1, &format!("transit-hub hub{egress}"));
        }
        if let Some((kind, true)) = self.gateway {
            self.line(1, &format!("{kind} way{}", meeting(kind)));
        }
    }

    fn network(&mut self, number: usize) {
        let id = format!("n{number}");
        // Two networks with one range can never be joined, and must still be told apart.
        let same = number > 0 && !self.hub && self.chance(6);
        let cidr = if same { "10.0.0.0/16".to_owned() } else { format!("10.{number}.0.0/16") };
        let open = if self.chance(50) { " egress=open" } else { "" };
        self.line(1, &format!("network {id} {cidr}{open}"));
        if let Some((kind, false)) = self.gateway
            && number == 0
        {
            self.line(2, &format!("{kind} way{}", meeting(kind)));
        }
        if self.bucket && self.chance(35) {
            self.line(2, &format!("private-endpoint {id}-files target=files"));
        }
        if self.chance(12) {
            self.firewall(2, &format!("{id}-edge"));
        }
        let is_egress = self.egress == Some(number);
        let guarded = is_egress && self.chance(50) || self.chance(8);
        let has_nat = is_egress || guarded || self.chance(60);
        if has_nat || self.chance(50) {
            self.tier(&id, "pub", "public", |it| {
                if has_nat {
                    let spread = it.one_of(&["zonal", "regional"]);
                    it.line(3, &format!("nat-gateway {id}-nat spread={spread}"));
                }
            });
        }
        if guarded {
            self.wall(&id);
        }
        self.tier(&id, "app", "private", |_| {});
        if self.chance(40) {
            self.tier(&id, "data", "isolated", |_| {});
        }
    }

    /// A tier of its own for a firewall in the way.
    fn wall(&mut self, network: &str) {
        self.line(2, &format!("subnet {network}-fire private"));
        let rules = self.rules(true);
        self.line(3, &format!("firewall {network}-wall mode=appliance rules=[{rules}]"));
    }

    fn tier(
        &mut self,
        network: &str,
        word: &str,
        exposure: &'static str,
        first: impl FnOnce(&mut Self),
    ) {
        let id = format!("{network}-{word}");
        self.line(2, &format!("subnet {id} {exposure}"));
        first(self);
        if self.chance(18) {
            self.firewall(3, &format!("{id}-acl"));
        }
        for number in 0..=self.below(2) {
            self.inhabitant(&format!("{id}-{number}"), exposure);
        }
        if self.chance(25) {
            self.balancer(&id, exposure);
        }
        if exposure == "private" {
            self.private_things(&id);
        }
    }

    fn inhabitant(&mut self, id: &str, exposure: &str) {
        let service = self.one_of(&["http:tcp/8080", "api:tcp/9000", "dns:udp/53", ""]);
        let second = if self.chance(20) { " admin:tcp/9001-9003" } else { "" };
        let ports = match service {
            "http:tcp/8080" => "tcp/8080",
            "api:tcp/9000" => "tcp/9000",
            "dns:udp/53" => "udp/53",
            _ => "",
        };
        let many = if self.chance(25) { " x2" } else { "" };
        let public = match (exposure, self.below(100)) {
            ("public", 0..80) | ("private", 0..6) => " public-address=true",
            _ => "",
        };
        match self.below(10) {
            0..6 => {
                self.line(3, &format!("server {id}{many}{public} {service}{second}"));
                self.end(id, Role::Machine, ports);
            }
            6 | 7 => {
                let desired = 1 + self.below(2);
                self.line(3, &format!("server-group {id} desired={desired} {service}"));
                self.end(id, Role::Machine, ports);
            }
            8 => {
                self.line(3, &format!("database {id}"));
                self.end(id, Role::Store, "tcp/5432");
            }
            _ => {
                self.line(3, &format!("cache {id}"));
                self.end(id, Role::Store, "tcp/6379");
            }
        }
    }

    fn balancer(&mut self, tier: &str, exposure: &str) {
        let id = format!("{tier}-lb");
        let scheme = if exposure == "public" { " public" } else { "" };
        let kinds = [
            ("proxy", r#"{protocol="http",port=80}"#, "tcp/80"),
            (
                "proxy",
                r#"{protocol="http",port=80,redirect=81},{protocol="http",port=81}"#,
                "tcp/80,tcp/81",
            ),
            ("pass-through", r#"{protocol="tcp",port=80}"#, "tcp/80"),
            ("pass-through", r#"{protocol="tcp",port=80},{protocol="udp",port=53}"#, "tcp/80"),
        ];
        let (mode, listeners, ports) = self.one_of(&kinds);
        self.line(3, &format!("load-balancer {id}{scheme} mode={mode} listeners=[{listeners}]"));
        self.end(&id, Role::Balancer, ports);
    }

    fn private_things(&mut self, tier: &str) {
        if self.queue && self.chance(40) {
            self.line(3, &format!("private-endpoint {tier}-jobs target=jobs"));
        }
        if self.bucket && self.chance(10) {
            self.line(3, &format!("private-endpoint {tier}-files target=files type=interface"));
        }
        if self.chance(18) {
            self.line(3, &format!("bastion {tier}-door"));
            self.bastions.push(format!("{tier}-door"));
        }
        if self.zone && self.chance(30) {
            self.line(3, &format!("dns-resolver {tier}-resolver"));
            self.end(&format!("{tier}-resolver"), Role::Resolver, "udp/53");
        }
    }

    /// A table at an edge, with a memory or without.
    fn firewall(&mut self, depth: usize, id: &str) {
        let forgets = self.chance(60);
        let mut rules = self.rules(false);
        if forgets && self.chance(70) {
            // So that answers come back.
            rules.push_str(r#",{action="allow",protocol="tcp",ports="1024-65535"},{action="allow",protocol="udp",ports="1024-65535"}"#);
        }
        let forgets = if forgets { " stateful=false" } else { "" };
        self.line(depth, &format!("firewall {id}{forgets} rules=[{rules}]"));
    }

    fn rules(&mut self, out: bool) -> String {
        let ranges = [
            "10.0.0.0/8",
            "10.0.0.0/16",
            "10.1.0.0/16",
            "172.16.0.0/16",
            "203.0.113.0/24",
            "n0",
            "internet",
        ];
        let ports = ["8080", "443", "80", "9000-9002", "1-9999", "5432"];
        let mut rows = Vec::new();
        for _ in 0..=self.below(3) {
            let action = self.one_of(&["allow", "allow", "allow", "deny"]);
            let mut row = format!("action=\"{action}\"");
            if self.chance(45) {
                let _ = write!(row, ",source=\"{}\"", self.one_of(&ranges));
            }
            if self.chance(if out { 40 } else { 25 }) {
                let _ = write!(row, ",destination=\"{}\"", self.one_of(&ranges));
            }
            match self.below(10) {
                0..6 => {
                    let _ = write!(row, ",protocol=\"tcp\",ports=\"{}\"", self.one_of(&ports));
                }
                6 => row.push_str(",protocol=\"udp\",ports=\"53\""),
                _ => {}
            }
            rows.push(format!("{{{row}}}"));
        }
        rows.join(",")
    }

    /// A site with machines of its own, whether or not something leads there.
    fn sites(&mut self) {
        if self.gateway.is_none() && !self.chance(8) {
            return;
        }
        self.line(0, "site home address=192.0.2.200");
        self.line(1, "network lan 172.16.0.0/16");
        let acl = self.chance(20);
        self.line(2, "subnet hall private 172.16.1.0/24");
        if acl {
            self.firewall(3, "hall-acl");
        }
        self.line(3, "server stock http:tcp/8080");
        self.ends.push(End {
            id: "stock".into(),
            role: Role::Machine,
            ports: "tcp/8080",
            far: true,
        });
        if self.zone && self.chance(60) {
            self.line(3, "server site-names dns:udp/53 dns-tcp:tcp/53");
            self.ends.push(End {
                id: "site-names".into(),
                role: Role::Resolver,
                ports: "udp/53",
                far: true,
            });
            self.line(1, "dns-zone site-zone domain=site.example.com public=false");
            self.link("site-zone -> stock");
        }
    }

    fn joins(&mut self) {
        if let Some((_, on_hub)) = self.gateway {
            self.link("way -> home");
            if on_hub {
                self.link("way -> hub");
            }
        }
        for number in 0..self.networks {
            if self.hub && self.chance(90) {
                let groups = self.one_of(&[
                    "",
                    "",
                    "",
                    " groups=[\"main\",\"other\"]",
                    " groups=[\"other\"]",
                ]);
                self.link(&format!("n{number} -> hub{groups}"));
            }
            for other in number + 1..self.networks {
                if self.chance(if self.hub { 10 } else { 55 }) {
                    self.link(&format!("n{number} -> n{other}"));
                }
            }
        }
    }

    /// Zones, and who asks whom for which names.
    fn names(&mut self) {
        if !self.zone {
            return;
        }
        let machine = self.ends.iter().find(|end| end.role == Role::Machine && !end.far);
        if let Some(id) = machine.map(|end| end.id.clone()) {
            self.line(1, "dns-zone inner domain=cloud.example.com public=false");
            // Below the region, not the site that was written last.
            let inner = "  dns-zone inner domain=cloud.example.com public=false\n";
            self.text = self.text.replace(inner, "");
            let region = self.text.find("region r").unwrap_or_default();
            let end = self.text[region..].find('\n').map_or(self.text.len(), |at| region + at + 1);
            self.text.insert_str(end, inner);
            self.link(&format!("inner -> {id} name=www"));
        }
        let resolvers: Vec<(String, bool)> = self
            .ends
            .iter()
            .filter(|end| end.role == Role::Resolver)
            .map(|end| (end.id.clone(), end.far))
            .collect();
        let far = resolvers.iter().find(|(_, far)| *far).map(|(id, _)| id.clone());
        let Some(far) = far else { return };
        for (near, _) in resolvers.iter().filter(|(_, far)| !far) {
            if self.chance(80) {
                self.link(&format!("{near} -> {far} domains=[\"site.example.com\"]"));
            }
            if self.chance(60) {
                self.link(&format!("{far} -> {near} domains=[\"cloud.example.com\"]"));
            }
        }
        if self.chance(70) {
            self.link(&format!("stock -> {far}"));
        }
    }

    fn flows(&mut self) {
        let ends = std::mem::take(&mut self.ends);
        for balancer in ends.iter().filter(|end| end.role == Role::Balancer) {
            self.link(&format!("internet -> {}", balancer.id));
            let serving: Vec<&End> = ends
                .iter()
                .filter(|end| end.role == Role::Machine && end.ports.starts_with("tcp") && !end.far)
                .collect();
            if serving.is_empty() {
                continue;
            }
            for _ in 0..=self.below(2) {
                let target = serving[self.below(serving.len())];
                let text = format!("{} -> {} {}", balancer.id, target.id, target.ports);
                if !self.links.contains(&text) {
                    self.link(&text);
                }
            }
        }
        for door in std::mem::take(&mut self.bastions) {
            let servers: Vec<&End> = ends.iter().filter(|end| self.is_server(&end.id)).collect();
            if !servers.is_empty() {
                let id = &servers[self.below(servers.len())].id;
                self.link(&format!("{door} -> {id}"));
            }
        }
        for _ in 0..3 + self.below(8) {
            let (from, to) = (&ends[self.below(ends.len())], &ends[self.below(ends.len())]);
            if let Some(text) = self.flow(from, to) {
                self.link(&text);
            }
        }
    }

    fn is_server(&self, id: &str) -> bool {
        self.text.contains(&format!("server {id}"))
    }

    /// A link between two, where somebody may draw one.
    fn flow(&mut self, from: &End, to: &End) -> Option<String> {
        let calls = matches!(from.role, Role::Machine | Role::Outside | Role::Function);
        let answers = match to.role {
            Role::Outside => from.role != Role::Outside && to.id != "staff",
            Role::Machine => !to.ports.is_empty(),
            Role::Resolver => false,
            Role::Store => from.role != Role::Outside,
            Role::Regional => from.role != Role::Outside || to.id == "files",
            Role::Function | Role::Balancer => true,
        };
        if !calls || !answers || from.id == to.id {
            return None;
        }
        let whole = matches!(to.role, Role::Regional | Role::Function | Role::Balancer);
        let ports = match (whole, to.id.as_str()) {
            (_, "internet") => self.one_of(&["tcp/443", "tcp/80", "udp/53"]),
            (true, _) => "",
            _ => self.one_of(&[to.ports, to.ports, to.ports, "", "icmp", "tcp/7000-7010"]),
        };
        Some(format!("{} -> {} {ports}", from.id, to.id).trim_end().to_owned())
    }
}

fn meeting(kind: &str) -> &'static str {
    if kind == "dedicated-link" { " meeting-point=EqFA5" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch;

    #[test]
    fn a_drawn_design_is_a_design_and_the_same_each_time() {
        for seed in 0..300 {
            let text = drawn(seed);
            assert_eq!(text, drawn(seed));
            let design = sketch(&text);
            assert!(design.resources.len() > 3, "{text}");
        }
    }
}
