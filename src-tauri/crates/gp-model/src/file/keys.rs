//! The keys that each section of a file may have, and what is said of one that does not fit: a
//! known key with a value of another type, or a key that nothing reads.

use crate::{Diagnostic, Place, Severity, Value, nearest};

/// The keys of one kind of section.
pub(super) struct Keys {
    /// "a link".
    section: &'static str,
    /// What stands before a key in messages: `waiver.`.
    path: &'static str,
    /// Key, and what it expects.
    known: &'static [(&'static str, &'static str)],
}

const ID: &str = "the id of a resource";
const PORTS: &str = "a list like [\"tcp/5432\"]";
const PROVIDER: &str = "lab, docker, aws, azure, gcp, kubernetes or vsphere";

pub(super) const ABOUT: Keys = Keys {
    section: "the section `design`",
    path: "design.",
    known: &[("id", "text"), ("name", "text")],
};

pub(super) const LINK: Keys = Keys {
    section: "a link",
    path: "",
    known: &[
        ("from", ID),
        ("to", ID),
        ("kind", "flow, attachment, target, peering, trigger, cable or dependency"),
        ("allow", PORTS),
        ("access", "a list of read, write, consume, publish, invoke, admin"),
        ("traffic", "text"),
        ("note", "text"),
        ("batch", "a whole number"),
        ("color", "text"),
        ("domains", "a list of domains"),
        ("failover", "primary or secondary"),
        ("from-port", "the name or number of a port"),
        ("gateway-transit", "true or false"),
        ("groups", "a list of words"),
        ("length", "text"),
        ("listener", "the port of a listener"),
        ("medium", "text"),
        ("method", "text, such as GET"),
        ("name", "text"),
        ("path", "text, such as /orders"),
        ("pool", "text"),
        ("to-port", "the name or number of a port"),
    ],
};

pub(super) const INTENT: Keys = Keys {
    section: "an intent",
    path: "",
    known: &[
        ("from", ID),
        ("to", ID),
        ("expect", "reachable, unreachable or only"),
        ("allow", PORTS),
    ],
};

pub(super) const ENVIRONMENT: Keys = Keys {
    section: "an environment",
    path: "",
    known: &[
        ("provider", PROVIDER),
        ("like", PROVIDER),
        ("driver", "native or terraform"),
        ("backend", "a table"),
        ("variables", "a table"),
        ("regions", "a table"),
        ("override", "a table"),
        ("modules", "a table"),
        ("profile", "text"),
        ("pool", "text"),
        ("pool6", "text"),
        ("suffix", "text"),
        ("ttl", "text"),
        ("protect", "true or false"),
    ],
};

pub(super) const VIEW: Keys = Keys {
    section: "a view",
    path: "view.",
    known: &[
        ("title", "text"),
        ("query", "text"),
        ("hide", "a list of layers like [\"links\", \"family:network\"]"),
        ("focus", ID),
        ("hide-outside", "true or false"),
        ("connected", "a list of ids of resources"),
        ("overlay", "findings, exposure, availability, deployment or differences"),
        ("window", "[x, y, width, height]"),
        ("resources", "a section"),
        ("links", "a section"),
    ],
};

pub(super) const POLICY: Keys = Keys {
    section: "the section `policy`",
    path: "",
    known: &[
        ("profile", "text"),
        ("parameters", "a table"),
        ("waiver", "sections `[[policy.waiver]]`"),
    ],
};

pub(super) const WAIVER: Keys = Keys {
    section: "a waiver",
    path: "waiver.",
    known: &[
        ("rule", "text"),
        ("resource", "text"),
        ("reason", "text"),
        ("owner", "text"),
        ("expires", "a day like 2027-03-31"),
    ],
};

impl Keys {
    /// What is wrong with a key that was not taken over.
    pub(super) fn problem(&self, place: Place, key: &str, value: &Value) -> Diagnostic {
        match self.known.iter().find(|(known, _)| *known == key) {
            Some((_, expected)) => wrong(place, &format!("{}{key}", self.path), expected, value),
            None => self.unknown(place, key),
        }
    }

    /// A near miss is an error: what it should say is not said, and a link that does not say what it
    /// allows allows everything.
    fn unknown(&self, place: Place, key: &str) -> Diagnostic {
        let meant = nearest(key, self.known.iter().map(|(known, _)| *known));
        let (severity, hint) = match meant {
            Some(meant) => (Severity::Error, format!(" (did you mean “{meant}”?)")),
            None => (Severity::Warning, String::new()),
        };
        let message =
            format!("“{key}” is no key of {}{hint}: it is kept and has no effect", self.section);
        Diagnostic::new("unknown-key", severity, place, message)
    }
}

/// A value of the wrong type.
pub(super) fn wrong(place: Place, key: &str, expected: &str, found: &Value) -> Diagnostic {
    let found = match found {
        Value::String(text) => format!("“{text}”"),
        other => other.type_name().to_owned(),
    };
    Diagnostic::error("wrong-type", place, format!("`{key}` expects {expected}, found {found}"))
}
