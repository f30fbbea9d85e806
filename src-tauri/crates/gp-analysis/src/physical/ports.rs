//! The ports of a device, by the names that its cables use.

use gp_catalog::resolved::{ResolvedLink, ResolvedResource};
use gp_model::Value;

/// The port that is there for those who look after a device, on all of them.
const MANAGEMENT: &str = "mgmt";

/// Ports of one device in groups: what their names start with, and how many of them there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports(Vec<(String, u32)>);

impl Ports {
    /// Those of a device; `None` where its kind has none.
    pub fn of(device: &ResolvedResource) -> Option<Self> {
        let count =
            |name: &str| u32::try_from(device.integer(name).unwrap_or(0)).unwrap_or(0).min(4096);
        Some(Self(match device.kind.as_str() {
            "switch" | "router" => vec![(String::new(), count("ports"))],
            "physical-server" | "hypervisor" => {
                vec![("nic".to_owned(), count("nics")), ("hba".to_owned(), count("hbas"))]
            }
            "storage-array" => {
                let controllers = ('a'..='z').take(count("controllers") as usize);
                controllers.map(|letter| (letter.to_string(), count("ports"))).collect()
            }
            _ => return None,
        }))
    }

    /// Whether there is a port of this name.
    pub fn has(&self, name: &str) -> bool {
        name == MANAGEMENT || self.0.iter().any(|(start, count)| number(name, start, *count))
    }

    /// All of them, in the order of their numbers.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        let each = |(start, count): &(String, u32)| {
            let start = start.clone();
            (1..=*count).map(move |number| format!("{start}{number}"))
        };
        self.0.iter().flat_map(each).chain([MANAGEMENT.to_owned()])
    }

    /// "nic1 to nic4, hba1, mgmt".
    pub fn in_words(&self) -> String {
        let group = |(start, count): &(String, u32)| match count {
            0 => None,
            1 => Some(format!("{start}1")),
            _ => Some(format!("{start}1 to {start}{count}")),
        };
        let mut words: Vec<String> = self.0.iter().filter_map(group).collect();
        words.push(MANAGEMENT.to_owned());
        words.join(", ")
    }

    /// The free port where a cable goes best that cannot go into this one: of the same sort, the next
    /// one up, else the first.
    pub fn near(&self, name: &str, free: impl Fn(&str) -> bool) -> Option<String> {
        let letters = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let (all, wanted): (Vec<String>, _) = (self.names().collect(), letters(name));
        let same: Vec<String> = all.iter().filter(|n| letters(n) == wanted).cloned().collect();
        let mut all = if same.is_empty() { all } else { same };
        let at = all.iter().position(|one| one == name).unwrap_or(0);
        all.rotate_left(at);
        all.into_iter().find(|one| free(one))
    }
}

/// Whether a name is `start` and a number from 1 to `count`, written as people write it.
fn number(name: &str, start: &str, count: u32) -> bool {
    let Some(rest) = name.strip_prefix(start) else { return false };
    rest.parse().is_ok_and(|n: u32| (1..=count).contains(&n) && n.to_string() == rest)
}

/// The port that an end of a cable names: `from-port` or `to-port`, a word or a number.
pub fn named(cable: &ResolvedLink, end: &str) -> Option<String> {
    match cable.attributes.get(end)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|name| !name.is_empty()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
