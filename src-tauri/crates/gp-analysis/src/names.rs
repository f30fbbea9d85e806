//! Which addresses a name has for whom, and by which name servers the answer comes: the catalog says
//! who is asked next, the proof whether the question arrives there. Asks nobody.

use crate::reach::World;
use gp_catalog::{
    naming::{Asked, DNS, Next, domains, is_name_server, normal},
    resolved::{Failover, Record, Resolved, ResolvedLink, ResolvedResource},
};
use gp_model::Id;
use serde::Serialize;

/// More name servers than anybody draws in a row.
const LONGEST_WAY: usize = 32;

/// What a name means to somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// As it was asked for, in small letters.
    pub name: String,
    /// Its addresses; none: why not.
    pub addresses: Vec<String>,
    /// Who was asked, in order.
    pub steps: Vec<Step>,
    /// Why there is no address, where there is none.
    pub why_not: Option<String>,
}

/// One step of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// In words: "Resolver passes site.example.com on to Site name server".
    pub text: String,
    /// The drawn thing at which this happens.
    pub at: Option<Id>,
    /// The drawn link over which it goes on.
    pub link: Option<Id>,
}

/// Looks a name up as one of `from`'s instances would: a resource, or a network for its own resolver.
pub fn lookup(resolved: &Resolved, world: &World, from: &str, name: &str) -> Lookup {
    let mut way = Way { resolved, world, found: Lookup::default(), wanted: normal(name) };
    way.found.name.clone_from(&way.wanted);
    let base = from.split_once('[').map_or(from, |(base, _)| base);
    let why_not = match resolved.resources.get(base) {
        None => Some(format!("there is no “{from}”")),
        Some(one) if one.kind == "network" && resolved.is_at_site(&one.id) => Some(format!(
            "“{}” is at a site, where no provider answers: name a machine there",
            one.title
        )),
        Some(one) if one.kind == "network" => way.follow(Asked::Network(&one.id)),
        Some(one) if one.instances.is_empty() => {
            Some(format!("“{}” asks for no names: name a machine or a network", one.title))
        }
        Some(one) => way.follow(Asked::Thing(one)),
    };
    way.found.why_not = why_not;
    way.found
}

struct Way<'a> {
    resolved: &'a Resolved,
    world: &'a World,
    found: Lookup,
    /// The name that is asked for now: another one behind a `CNAME`.
    wanted: String,
}

impl<'a> Way<'a> {
    /// Goes on until there is an answer; else says why there is none.
    fn follow(&mut self, start: Asked<'a>) -> Option<String> {
        let mut asked = start;
        for _ in 0..LONGEST_WAY {
            match self.resolved.next_for(asked, &self.wanted) {
                Next::Answers(zone) => match self.answered(zone) {
                    Ok(true) => return None,
                    Ok(false) => {}
                    Err(why) => return Some(why),
                },
                Next::Passes(link, domain) => match self.passed(asked, link, domain) {
                    Ok(server) => asked = Asked::Thing(server),
                    Err(why) => return Some(why),
                },
                Next::Turns(network) => {
                    let text =
                        format!("{} asks the resolver of {}", self.who(asked), self.title(network));
                    self.step(text, Some(network), None);
                    asked = Asked::Network(network);
                }
                Next::Public => {
                    self.step(
                        format!("{} asks the public name servers", self.who(asked)),
                        None,
                        None,
                    );
                    asked = Asked::Public;
                }
                Next::Keeps(domain) => {
                    let who = self.who(asked);
                    return Some(format!("{who} keeps {domain} itself: its names are not drawn"));
                }
                Next::Nobody => return Some(self.nobody(asked)),
            }
        }
        Some(format!("the question for {} goes in a circle", self.wanted))
    }

    fn nobody(&self, asked: Asked<'a>) -> String {
        match asked {
            Asked::Public => format!("no public zone that is drawn holds {}", self.wanted),
            _ => format!(
                "{} has nobody to ask for {}: link it to a name server",
                self.who(asked),
                self.wanted
            ),
        }
    }

    /// Whether the zone had the address; if not, the next name is asked for.
    fn answered(&mut self, zone: &'a ResolvedResource) -> Result<bool, String> {
        let all = self.resolved.records_for(&zone.id, &self.wanted);
        let of = |type_: &str| -> Vec<&'a Record> {
            all.iter().copied().filter(|record| record.type_ == type_).collect()
        };
        let records = of("A");
        let first = records.iter().find(|r| r.failover != Some(Failover::Secondary));
        let six = of("AAAA");
        if let Some(first) = first.or(records.first()).or(six.first()) {
            return self.told(zone, first, &records, &six);
        }
        let alias = of("CNAME").into_iter().find_map(|record| record.values.first());
        if let Some(other) = alias {
            let text = format!("{} answers: {} stands for {other}", zone.title, self.wanted);
            self.step(text, Some(&zone.id), None);
            self.wanted = normal(other);
            return Ok(false);
        }
        let types: Vec<&str> = all.iter().map(|record| record.type_.as_str()).collect();
        Err(if types.is_empty() {
            format!("“{}” holds no name {}", zone.title, self.wanted)
        } else {
            let types = types.join(", ");
            format!("“{}” has no address for {}, but {types}", zone.title, self.wanted)
        })
    }

    fn told(
        &mut self,
        zone: &'a ResolvedResource,
        first: &'a Record,
        all: &[&'a Record],
        six: &[&'a Record],
    ) -> Result<bool, String> {
        let mut addresses = first.values.clone();
        addresses.extend(self.resolved.addresses6(first).iter().map(ToString::to_string));
        let beside = six.iter().flat_map(|record| &record.values);
        addresses.extend(beside.filter(|_| first.type_ == "A").cloned());
        if addresses.is_empty() {
            return Err(format!(
                "what {} points to in “{}” has no address there",
                self.wanted, zone.title
            ));
        }
        let second = all.iter().find(|r| r.failover == Some(Failover::Secondary));
        let spare = second.filter(|_| first.failover == Some(Failover::Primary)).map(|record| {
            format!(", and {} while nobody takes connections there", record.values.join(", "))
        });
        let text = format!(
            "{} answers: {} is {}{}",
            zone.title,
            self.wanted,
            addresses.join(", "),
            spare.unwrap_or_default()
        );
        self.step(text, Some(&zone.id), None);
        self.found.addresses = addresses;
        Ok(true)
    }

    /// The name server at the far end of a link, if the question arrives there.
    fn passed(
        &mut self,
        asked: Asked<'a>,
        link: &'a ResolvedLink,
        domain: Option<String>,
    ) -> Result<&'a ResolvedResource, String> {
        let sender = match asked {
            Asked::Thing(thing) => Some(thing),
            _ => self.resolved.resource(&link.from),
        };
        let (Some(sender), Some(server)) = (sender, self.resolved.resource(&link.to)) else {
            return Err(format!("link “{}” leads to nothing", link.id));
        };
        let text = match domain.filter(|_| !domains(link).is_empty()) {
            Some(domain) => format!("{} passes {domain} on to {}", sender.title, server.title),
            None => format!("{} asks {}", sender.title, server.title),
        };
        self.step(text, Some(&sender.id), Some(&link.id));
        if !self.arrives(sender, server) {
            return Err(format!(
                "{} does not reach {} on {DNS}: ask who reaches whom",
                sender.title, server.title
            ));
        }
        match (server.kind.as_str(), is_name_server(server)) {
            ("external-system", _) => {
                Err(format!("{} answers for itself: what it knows is not drawn", server.title))
            }
            (_, false) => Err(format!("{} answers no questions for names", server.title)),
            (_, true) => Ok(server),
        }
    }

    /// Whether any of the sender's instances reaches any of the name server's.
    fn arrives(&self, sender: &ResolvedResource, server: &ResolvedResource) -> bool {
        let starting = sender.instances.iter().filter(|one| sender.takes_part(one, true));
        let mut pairs = starting.flat_map(|from| {
            let ending = server.instances.iter().filter(|one| server.takes_part(one, false));
            ending.map(move |to| (&from.address, &to.address))
        });
        pairs.any(|(from, to)| self.world.reach(from, to).allowed.contains_spec(DNS))
    }

    fn who(&self, asked: Asked<'_>) -> String {
        match asked {
            Asked::Network(network) => format!("the resolver of {}", self.title(network)),
            Asked::Thing(thing) => thing.title.clone(),
            Asked::Public => "everybody".to_owned(),
        }
    }

    fn title(&self, id: &Id) -> String {
        self.resolved.resource(id).map_or_else(|| id.to_string(), |one| one.title.clone())
    }

    fn step(&mut self, text: String, at: Option<&Id>, link: Option<&Id>) {
        self.found.steps.push(Step { text, at: at.cloned(), link: link.cloned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &str = r#"
internet internet
site home address=192.0.2.200
  network lan 172.20.0.0/16
    subnet machines private 172.20.1.0/24
      server site-names address=172.20.1.53 dns:udp/53 dns-tcp:tcp/53
      server stock address=172.20.1.20
      server stranger
  dns-zone site-zone domain=site.example.com public=false records=[{name="store",type="CNAME",value="stock.site.example.com"},{name="note",type="TXT",value="x"}]
region r location=frankfurt
  network cloud 10.80.0.0/16
    vpn-gateway tunnel
    subnet app private 10.80.0.0/22
      server web address=10.80.0.20 http:tcp/8080
      dns-resolver resolver
  dns-zone inner domain=cloud.example.com public=false
dns-zone outer domain=cloud.example.com records=[{name="www",value="192.0.2.80"},{name="shop",value="192.0.2.81"}]
tunnel -> home
resolver -> site-names domains=["site.example.com"]
site-names -> resolver domains=["cloud.example.com"]
stock -> site-names
site-zone -> stock
inner -> web name=www
"#;

    fn found(text: &str, from: &str, name: &str) -> Lookup {
        let design = gp_testkit::sketch::sketch(text);
        let resolved = gp_catalog::resolve(&design, gp_catalog::builtin(), None);
        lookup(&resolved, &World::new(&resolved), from, name)
    }

    /// `step; step: addresses or why not`
    fn told(text: &str, from: &str, name: &str) -> String {
        let found = found(text, from, name);
        let steps: Vec<&str> = found.steps.iter().map(|step| step.text.as_str()).collect();
        let end = found.why_not.unwrap_or_else(|| found.addresses.join(", "));
        format!("{}: {end}", steps.join("; "))
    }

    #[test]
    fn the_same_name_is_another_address_inside_than_outside() {
        assert_eq!(
            told(BOTH, "web", "www.cloud.example.com"),
            "web asks the resolver of cloud; inner answers: www.cloud.example.com is 10.80.0.20: 10.80.0.20"
        );
        assert_eq!(
            told(BOTH, "internet", "www.cloud.example.com"),
            "internet asks the public name servers; outer answers: www.cloud.example.com is 192.0.2.80: 192.0.2.80"
        );
        // The private zone answers for all of its domain: what only the public one has is not there.
        assert_eq!(
            told(BOTH, "web", "shop.cloud.example.com"),
            "web asks the resolver of cloud: “inner” holds no name shop.cloud.example.com"
        );
    }

    #[test]
    fn a_name_is_found_on_the_other_side_of_the_tunnel() {
        assert_eq!(
            told(BOTH, "web", "Store.site.example.com."),
            "web asks the resolver of cloud; resolver passes site.example.com on to site-names; \
             site-zone answers: store.site.example.com stands for stock.site.example.com; \
             site-zone answers: stock.site.example.com is 172.20.1.20: 172.20.1.20"
        );
        assert_eq!(
            told(BOTH, "stock", "www.cloud.example.com"),
            "stock asks site-names; site-names passes cloud.example.com on to resolver; \
             resolver asks the resolver of cloud; inner answers: www.cloud.example.com is 10.80.0.20: 10.80.0.20"
        );
        let links: Vec<Option<Id>> = found(BOTH, "stock", "www.cloud.example.com")
            .steps
            .into_iter()
            .map(|step| step.link)
            .collect();
        assert_eq!(links.iter().flatten().count(), 2, "the drawn ones are named");
    }

    #[test]
    fn what_speaks_both_families_answers_with_both_and_a_written_one_with_what_is_written() {
        let six =
            BOTH.replace("cloud 10.80.0.0/16", "cloud 10.80.0.0/16 ipv6-cidr=fd00:0:0:100::/56");
        let found = found(&six, "web", "www.cloud.example.com");
        assert_eq!(found.addresses.len(), 2, "{found:?}");
        assert_eq!(found.addresses[0], "10.80.0.20");
        assert!(found.addresses[1].starts_with("fd00:0:0:1"), "{found:?}");
        let written = BOTH.replace(
            r#"{name="shop",value="192.0.2.81"}"#,
            r#"{name="shop",type="AAAA",value="2001:db8::7"}"#,
        );
        assert_eq!(
            told(&written, "internet", "shop.cloud.example.com"),
            "internet asks the public name servers; outer answers: shop.cloud.example.com is 2001:db8::7: 2001:db8::7"
        );
        let why = self::found(BOTH, "lan", "stock.site.example.com").why_not.unwrap_or_default();
        assert!(why.contains("at a site, where no provider answers"), "{why}");
    }

    #[test]
    fn it_is_said_why_a_name_is_not_found() {
        let table = [
            ("stranger", "stock.site.example.com", "stranger has nobody to ask for"),
            ("internet", "stock.site.example.com", "no public zone that is drawn holds"),
            ("web", "note.site.example.com", "has no address for note.site.example.com, but TXT"),
            ("nothing", "a.example.com", "there is no “nothing”"),
            ("home", "a.example.com", "asks for no names"),
        ];
        for (from, name, expected) in table {
            let why = found(BOTH, from, name).why_not.unwrap_or_default();
            assert!(why.contains(expected), "{from} for {name}: {why}");
        }
        let no_tunnel = BOTH.replace("tunnel -> home", "");
        let why = found(&no_tunnel, "web", "stock.site.example.com").why_not.unwrap_or_default();
        assert!(why.starts_with("resolver does not reach site-names on udp/53"), "{why}");
        let circle = BOTH.replace("dns-zone site-zone", "dns-zone site-zone disabled=true");
        let back = r#"domains=["cloud.example.com","site.example.com"]"#;
        let circle = circle.replace(r#"domains=["cloud.example.com"]"#, back);
        let why = found(&circle, "web", "stock.site.example.com").why_not.unwrap_or_default();
        assert_eq!(why, "the question for stock.site.example.com goes in a circle");
    }
}
