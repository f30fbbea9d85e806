//! Designs that nobody would draw: every kind anywhere, any value for any attribute, links between
//! anything. What reads a design must come to an end with all of them.

use gp_catalog::{builtin, kind::Attribute};
use gp_model::{
    Access, Design, Driver, Environment, Expectation, Id, Intent, Lifecycle, Link, LinkKind,
    Provider, Resource, Table, Value,
};

const PROVIDERS: [Provider; 7] = [
    Provider::Lab,
    Provider::Docker,
    Provider::Aws,
    Provider::Azure,
    Provider::Gcp,
    Provider::Kubernetes,
    Provider::Vsphere,
];
const LINK_KINDS: [LinkKind; 7] = [
    LinkKind::Flow,
    LinkKind::Attachment,
    LinkKind::Target,
    LinkKind::Peering,
    LinkKind::Trigger,
    LinkKind::Cable,
    LinkKind::Dependency,
];
const ACCESS: [Access; 6] =
    [Access::Read, Access::Write, Access::Consume, Access::Publish, Access::Invoke, Access::Admin];
const TEXTS: [&str; 46] = [
    "",
    " ",
    "a",
    "z",
    "é",
    "\u{202e}x\"]}\n",
    "${var.size}",
    "${var.none}",
    "${var.round}",
    "${secret.key}",
    "${it-3.id}",
    "${it-3.arn}/*",
    "${",
    "$${",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.20.0.0/16",
    "10.20.4.0/24",
    "10.20.4.0/30",
    "10.20.4.7/32",
    "255.255.255.255/32",
    "10.0.0.0/33",
    "10.20.4.10",
    "0.0.0.0",
    "fd00::/8",
    "fd12:3456:789a::/48",
    "::/0",
    "fd00::1",
    "4 GiB",
    "-3 GiB",
    "99999999999999999 PiB",
    "1 second",
    "30 days",
    "9e300 days",
    "frankfurt",
    "virginia",
    "tcp/80",
    "tcp/9-1",
    "udp/0-65535",
    "icmp",
    "shop.example.com",
    "*.example.com",
    "aws_sns_topic",
    "google_pubsub_topic",
    "it-2",
    "it-5",
];
const KEYS: [&str; 34] = [
    "name",
    "protocol",
    "port",
    "high",
    "source",
    "destination",
    "action",
    "ports",
    "comment",
    "type",
    "value",
    "ttl",
    "redirect",
    "certificate",
    "path",
    "interval",
    "statement",
    "listener",
    "batch",
    "groups",
    "domains",
    "failover",
    "from-port",
    "to-port",
    "gateway-transit",
    "region",
    "cidr",
    "zones",
    "count",
    "method",
    "schedule",
    "image",
    "subnet",
    "target",
];

/// A design of up to `most` things. The same seed gives the same one. Its environments are named after
/// their providers.
pub fn senseless(seed: u64, most: usize) -> Design {
    let mut it = Dice { state: seed, most };
    let mut design = Design { name: Some("Senseless".to_owned()), ..Design::default() };
    for number in 0..most {
        design.resources.insert(id(number), it.resource(number).into());
    }
    for number in 0..it.below(2 * most + 1) {
        design.links.insert(Id::new(format!("link-{number}")), it.link().into());
    }
    for number in 0..it.below(4) {
        let expect = it.one(&[Expectation::Reachable, Expectation::Unreachable, Expectation::Only]);
        let (from, to, allow) = (it.id(), it.id(), it.texts(2));
        let intent = Intent { expect, from, to, allow, attributes: Table::new() };
        design.intents.insert(Id::new(format!("intent-{number}")), intent.into());
    }
    for provider in PROVIDERS {
        design.environments.insert(Id::new(provider.as_str()), it.environment(provider).into());
    }
    design
}

fn id(number: usize) -> Id {
    Id::new(format!("it-{number}"))
}

struct Dice {
    state: u64,
    most: usize,
}

impl Dice {
    /// `SplitMix64`, by its published constants.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn in_(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// One of the design, or one that is not there.
    fn id(&mut self) -> Id {
        id(self.below(self.most + 1))
    }

    fn text(&mut self) -> String {
        self.one(&TEXTS).to_owned()
    }

    fn texts(&mut self, most: usize) -> Vec<String> {
        (0..self.below(most + 1)).map(|_| self.text()).collect()
    }

    fn resource(&mut self, number: usize) -> Resource {
        let kinds = &builtin().kinds;
        let at = self.below(kinds.len() + 1);
        let kind = kinds.get_index(at).map(|(_, kind)| kind);
        let mut attributes = Table::new();
        for (name, attribute) in kind.into_iter().flat_map(|kind| &kind.attributes) {
            if self.in_(3) || attribute.required {
                let value = self.attribute(attribute);
                attributes.insert(name.clone(), value);
            }
        }
        for name in ["count", "zone", "zones", "disabled", "image", "unheard-of"] {
            if self.in_(12) {
                attributes.insert(name.to_owned(), self.value(1));
            }
        }
        let parent = self.parent(kind.map_or(&[], |kind| &kind.parents), number);
        let mut resource = Resource {
            kind: kind.map_or_else(|| "nonsense".to_owned(), |kind| kind.id.clone()),
            parent,
            attributes,
            ..Resource::default()
        };
        resource.sequence.0 = number as u64;
        resource.title = self.in_(4).then(|| self.text());
        if self.in_(8) {
            resource.lifecycle = Some(self.one(&[Lifecycle::Existing, Lifecycle::External]));
        }
        if self.in_(8) {
            resource.tags.insert(self.text(), self.value(1));
        }
        if self.in_(6) {
            let provider = self.one(&PROVIDERS).as_str().to_owned();
            resource.on.insert(provider, self.table(2));
        }
        resource
    }

    /// Mostly what came before it, so that something stands in something.
    fn parent(&mut self, fitting: &[String], number: usize) -> Option<Id> {
        if fitting.iter().any(|kind| kind == "root") && self.in_(2) {
            return None;
        }
        Some(if self.in_(4) { self.id() } else { id(self.below(number)) })
    }

    /// Often one that fits.
    fn attribute(&mut self, attribute: &Attribute) -> Value {
        if !attribute.choices.is_empty() && !self.in_(4) {
            return Value::from(attribute.choices[self.below(attribute.choices.len())].as_str());
        }
        if !attribute.of.is_empty() && !self.in_(4) {
            return Value::from(&*self.id());
        }
        self.value(2)
    }

    fn value(&mut self, depth: usize) -> Value {
        let numbers = [0, 1, 2, 3, 16, 443, 65_535, 65_536, -1, i64::MIN, i64::MAX];
        match self.below(if depth == 0 { 6 } else { 9 }) {
            0 => Value::Bool(self.in_(2)),
            1 | 2 => Value::Integer(self.one(&numbers)),
            3 => Value::Float(self.one(&[0.5, -1.0, f64::NAN, f64::INFINITY])),
            4 | 5 => Value::String(self.text()),
            6 | 7 => Value::List((0..self.below(4)).map(|_| self.value(depth - 1)).collect()),
            _ => Value::Table(self.table(depth - 1)),
        }
    }

    fn table(&mut self, depth: usize) -> Table {
        (0..self.below(6)).map(|_| (self.one(&KEYS).to_owned(), self.value(depth))).collect()
    }

    fn link(&mut self) -> Link {
        Link {
            from: self.id(),
            to: self.id(),
            kind: self.in_(3).then(|| self.one(&LINK_KINDS)),
            allow: self.texts(2),
            access: (0..self.below(3)).map(|_| self.one(&ACCESS)).collect(),
            traffic: self.in_(5).then(|| self.text()),
            note: self.in_(5).then(|| self.text()),
            attributes: if self.in_(3) { self.table(1) } else { Table::new() },
        }
    }

    fn environment(&mut self, provider: Provider) -> Environment {
        let kinds: Vec<&String> = builtin().kinds.keys().collect();
        let mut found = Environment {
            provider,
            like: self.in_(3).then(|| self.one(&PROVIDERS)),
            driver: self.in_(3).then(|| self.one(&[Driver::Native, Driver::Terraform])),
            pool: self.in_(3).then(|| self.text()),
            pool6: self.in_(3).then(|| self.text()),
            suffix: self.in_(3).then(|| self.text()),
            ttl: self.in_(3).then(|| self.text()),
            protect: self.in_(2).then_some(true),
            ..Environment::default()
        };
        found.variables.insert("size".to_owned(), self.value(1));
        found.variables.insert("round".to_owned(), Value::from("${var.round}"));
        for _ in 0..self.below(3) {
            found.regions.insert(self.id(), self.text());
            found.overrides.insert(self.id(), self.table(1));
        }
        if self.in_(4) {
            let mut module = self.table(1);
            module.insert("source".to_owned(), Value::from("./module"));
            module.insert("inputs".to_owned(), Value::Table(self.table(1)));
            found.modules.insert(self.one(&kinds).clone(), module);
        }
        found
    }
}
