//! The keys that each section of a file may have, in the words of the reference, and what is said of one
//! that does not fit: a known key with a value of another type, or a key that nothing reads.

use crate::{Diagnostic, Place, Severity, Value, nearest};

/// The keys of one kind of section.
#[derive(Debug)]
pub struct Keys {
    /// What it is called where it is explained: `link`.
    pub word: &'static str,
    /// As it stands in the file: `[link.ID]`.
    pub head: &'static str,
    /// What such a section says, in a sentence.
    pub help: &'static str,
    /// "a link".
    section: &'static str,
    /// What stands before a key in messages: `waiver.`.
    path: &'static str,
    /// All of them.
    pub keys: &'static [Key],
}

/// One key of a section.
#[derive(Debug)]
pub struct Key {
    /// As it stands in the file.
    pub name: &'static str,
    /// What may be written, in words that follow "expects".
    pub expects: &'static str,
    /// What it says, in a sentence.
    pub help: &'static str,
}

const fn key(name: &'static str, expects: &'static str, help: &'static str) -> Key {
    Key { name, expects, help }
}

const ID: &str = "the id of a resource";
const PORTS: &str = "a list like [\"tcp/5432\"]";
const PROVIDER: &str = "lab, docker, aws, azure, gcp, kubernetes or vsphere";

/// Every section that has keys of its own, in the order of a file.
pub const SECTIONS: [&Keys; 9] =
    [&ABOUT, &RESOURCE, &LINK, &INTENT, &ENVIRONMENT, &MODULE, &POLICY, &WAIVER, &VIEW];

pub(super) const ABOUT: Keys = Keys {
    word: "design",
    head: "[design]",
    help: "What the design as a whole is.",
    section: "the section `design`",
    path: "design.",
    keys: &[
        key(
            "id",
            "text",
            "Tells it from every other design; written at the first save. What is deployed is known by it.",
        ),
        key("name", "text", "What people call it; names of what is deployed begin with it."),
    ],
};

pub(super) const RESOURCE: Keys = Keys {
    word: "resource",
    head: "[resource.ID]",
    help: "Something that exists, or will. What else can be said of it depends on its kind.",
    section: "a resource",
    path: "",
    keys: &[
        key("kind", "text", "What it is: one of the kinds of this reference."),
        key(
            "parent",
            "text",
            "The id of the resource that it stands in; left out, it stands at the top.",
        ),
        key("title", "text", "What people read; the id where it is left out."),
        key(
            "lifecycle",
            "`managed`, `existing` or `external`",
            "Whose it is: made, changed and deleted by a deployment; there already and referred to; or somebody else's, known by its address.",
        ),
        key(
            "was",
            "a list of ids",
            "Ids that it had before, so that a plan shows a move and no replacement.",
        ),
        key(
            "tags",
            "a table",
            "Names and values that the provider keeps with it, and with what stands in it.",
        ),
        key(
            "on",
            "a table",
            "Below on.PROVIDER, attributes of its counterpart there, by the names that Terraform has for them.",
        ),
        key("disabled", "true or false", "Whether it is left out, with all that stands in it."),
    ],
};

pub(super) const LINK: Keys = Keys {
    word: "link",
    head: "[link.ID]",
    help: "Who talks to whom, and what hangs on what.",
    section: "a link",
    path: "",
    keys: &[
        key("from", ID, "Where it starts: who opens the connection, or what hangs on something."),
        key("to", ID, "Where it ends."),
        key(
            "kind",
            "flow, attachment, target, peering, trigger, cable or dependency",
            "What sort of link it is, where its ends leave a choice.",
        ),
        key(
            "allow",
            PORTS,
            "What it opens: ports, or names of services of the target. Left out: all its services.",
        ),
        key(
            "access",
            "a list of read, write, consume, publish, invoke, admin",
            "What the source may do with the target, apart from reaching it.",
        ),
        key(
            "traffic",
            "text",
            "How much goes over it in a month, such as 200 GB/month; for the costs.",
        ),
        key("note", "text", "What it is for."),
        key(
            "batch",
            "a whole number",
            "Of a trigger: how many messages the function gets at once.",
        ),
        key(
            "bandwidth",
            "text, such as 100 Mbps",
            "Of a peering or an attachment to a hub: how much passes at once. A lab imitates it.",
        ),
        key("color", "text", "Of a cable: its colour."),
        key(
            "domains",
            "a list of domains",
            "From a DNS resolver: the domains that it asks the other end for.",
        ),
        key(
            "failover",
            "primary or secondary",
            "From a DNS zone: whether its name leads there as a rule, or only when the first is ill.",
        ),
        key("from-port", "the name or number of a port", "Of a cable: the port at its start."),
        key(
            "gateway-transit",
            "true or false",
            "Of a peering: whether the one side may use the gateways of the other.",
        ),
        key(
            "groups",
            "a list of words",
            "To a transit hub: whom it shares routes with there. Left out: the group main.",
        ),
        key(
            "latency",
            "text, such as 20 ms",
            "Of a peering or an attachment to a hub: how long a packet takes to the other side. A lab imitates it where the kernel can.",
        ),
        key("length", "text", "Of a cable: how long it is, such as 3 m."),
        key(
            "listener",
            "the port of a listener",
            "From a load balancer: which of its listeners leads there. Left out: all.",
        ),
        key(
            "loss",
            "text, such as 1 %",
            "Of a peering or an attachment to a hub: how many packets are lost on the way. A lab imitates it where the kernel can.",
        ),
        key("medium", "text", "Of a cable: what it is made of, such as cat6a or om4."),
        key(
            "method",
            "text, such as GET",
            "From an API gateway: the method of the route. Left out: any.",
        ),
        key("name", "text", "From a DNS zone: the name that leads there."),
        key(
            "path",
            "text, such as /orders",
            "From an API gateway or a CDN: what of the path leads there.",
        ),
        key("pool", "text", "To a storage array: the pool that it is cut from."),
        key("to-port", "the name or number of a port", "Of a cable: the port at its end."),
    ],
};

pub(super) const INTENT: Keys = Keys {
    word: "intent",
    head: "[intent.ID]",
    help: "What must be reachable and what must not: proven with every change, and tried out in a lab.",
    section: "an intent",
    path: "",
    keys: &[
        key("from", ID, "Who asks. A container means everything in it."),
        key("to", ID, "Who is asked. A container means everything in it."),
        key(
            "expect",
            "reachable, unreachable or only",
            "Whether every pair must reach each other, none may, or these may and nobody else.",
        ),
        key(
            "allow",
            PORTS,
            "What it is about: ports, or names of services of the target. Left out: everything.",
        ),
    ],
};

pub(super) const ENVIRONMENT: Keys = Keys {
    word: "environment",
    head: "[environment.ID]",
    help: "Where the design is deployed, and what is different there.",
    section: "an environment",
    path: "",
    keys: &[
        key("provider", PROVIDER, "What the design becomes there."),
        key(
            "like",
            PROVIDER,
            "The provider whose behaviour a lab imitates; aws where it is left out.",
        ),
        key(
            "driver",
            "native or terraform",
            "Who makes it so: this program, or Terraform with what it exports.",
        ),
        key(
            "backend",
            "a table",
            "Where Terraform keeps its state: type, and what that type of backend asks for.",
        ),
        key("variables", "a table", "Values of ${var.NAME}."),
        key(
            "regions",
            "a table",
            "The provider's name of a region that is drawn, where it does not follow from its city.",
        ),
        key(
            "override",
            "a table",
            "Below override.ID, attributes of a resource that differ here; disabled = true leaves it out.",
        ),
        key(
            "modules",
            "a table",
            "Below modules.KIND, your own Terraform module that is written for the kind.",
        ),
        key(
            "profile",
            "text",
            "The set of policies that is asked for here. The checks hold whatever it says.",
        ),
        key(
            "pool",
            "text",
            "The range that networks without one get theirs from; 10.0.0.0/8 where it is left out.",
        ),
        key(
            "pool6",
            "text",
            "The same for IPv6; a range of the design's own in fd00::/8 where it is left out.",
        ),
        key(
            "suffix",
            "text",
            "Stands behind names that nobody else in the world may have, such as a bucket's.",
        ),
        key("ttl", "text", "How long a lab lives before it ends by itself, such as 2 hours."),
        key(
            "protect",
            "true or false",
            "Whether what holds data is protected from being deleted, and keeps a last snapshot.",
        ),
    ],
};

const MODULE: Keys = Keys {
    word: "module",
    head: "[environment.ID.modules.KIND]",
    help: "A Terraform module of your own that is written for every resource of a kind.",
    section: "a module",
    path: "modules.",
    keys: &[
        key(
            "source",
            "text",
            "Where it is, as Terraform takes it: a path, an address in a registry, a repository.",
        ),
        key("version", "text", "Which versions, of a module in a registry, such as ~> 6.0."),
        key(
            "inputs",
            "a table",
            "Its variables. ${NAME} is an attribute of the resource, ${network.id} something of what it stands in, ${shop.id} something of another resource.",
        ),
        key("outputs", "a table", "What others want of the resource, and the output that has it."),
    ],
};

pub(super) const VIEW: Keys = Keys {
    word: "view",
    head: "[view.ID]",
    help: "A part of the drawing under a name, in the places of the whole or in its own.",
    section: "a view",
    path: "view.",
    keys: &[
        key("title", "text", "What people call it; the id where it is left out."),
        key("query", "text", "Only what this finds, in the words of Find, such as kind:server."),
        key("hide", "a list of layers like [\"links\", \"family:network\"]", "What is not drawn."),
        key("focus", ID, "The container that is worked in: the rest is faded."),
        key("hide-outside", "true or false", "Whether the rest is hidden instead."),
        key(
            "connected",
            "a list of ids of resources",
            "Only what hangs on these by links; of an empty list, what has any link.",
        ),
        key(
            "overlay",
            "findings, exposure, availability, deployment or differences",
            "What is marked.",
        ),
        key("window", "[x, y, width, height]", "What the window is filled with."),
        key("resources", "a section", "Places of its own: [x, y, width, height] by id."),
        key("links", "a section", "Ways of links of its own: lists of points by id."),
    ],
};

pub(super) const POLICY: Keys = Keys {
    word: "policy",
    head: "[policy]",
    help: "What holds for the design as a whole, and what somebody accepted.",
    section: "the section `policy`",
    path: "",
    keys: &[
        key(
            "profile",
            "text",
            "The set of policies that is asked for. The checks hold whatever it says.",
        ),
        key("parameters", "a table", "Parameters of rules, by name."),
        key("waiver", "sections `[[policy.waiver]]`", "Findings that somebody accepts."),
    ],
};

pub(super) const WAIVER: Keys = Keys {
    word: "waiver",
    head: "[[policy.waiver]]",
    help: "A finding that somebody accepts, until a day.",
    section: "a waiver",
    path: "waiver.",
    keys: &[
        key("rule", "text", "Which rule, by the word in brackets that findings show."),
        key(
            "resource",
            "text",
            "The id of what it is about, or tag:NAME=VALUE. Left out: everything the rule finds.",
        ),
        key("reason", "text", "Why it is accepted."),
        key("owner", "text", "Who accepts it."),
        key("expires", "a day like 2027-03-31", "The last day on which it holds."),
    ],
};

impl Keys {
    /// What is wrong with a key that was not taken over.
    pub(super) fn problem(&self, place: Place, key: &str, value: &Value) -> Diagnostic {
        match self.key(key) {
            Some(known) => wrong(place, &format!("{}{key}", self.path), known.expects, value),
            None => self.unknown(place, key),
        }
    }

    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// A near miss is an error: what it should say is not said, and a link that does not say what it
    /// allows allows everything.
    fn unknown(&self, place: Place, key: &str) -> Diagnostic {
        let meant = nearest(key, self.keys.iter().map(|key| key.name));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::schema;

    #[test]
    fn every_key_of_the_schema_is_explained_and_no_other() {
        let schema = schema();
        for (section, pointer) in [
            (&LINK, "Link"),
            (&INTENT, "Intent"),
            (&ENVIRONMENT, "Environment"),
            (&WAIVER, "Waiver"),
        ] {
            let known = &schema["$defs"][pointer]["properties"];
            let known: Vec<&str> = known.as_object().unwrap().keys().map(String::as_str).collect();
            let said: Vec<&str> = section.keys.iter().map(|key| key.name).collect();
            let missing: Vec<&&str> =
                known.iter().filter(|key| !said.contains(key) && **key != "attributes").collect();
            assert!(missing.is_empty(), "{pointer}: {missing:?}");
        }
    }

    #[test]
    fn help_is_a_plain_sentence() {
        for section in SECTIONS {
            let keys = section.keys.iter().map(|key| key.help);
            for help in keys.chain([section.help]) {
                assert!(help.ends_with('.') && help.len() > 8 && !help.contains('|'), "{help}");
            }
        }
    }
}
