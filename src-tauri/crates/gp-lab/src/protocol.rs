//! What the holder and its callers say to each other: one JSON value a line on a Unix socket.
//! The version goes up with every change of meaning; `hello` and `destroy` never change.

use crate::{
    blueprint::{Blueprint, short_name},
    house::Door,
    live::Look,
    off::Parts,
    running::Running,
};
use gp_model::PortSpec;
use gp_plan::plan::Known;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

/// Version of everything below.
pub const VERSION: u32 = 4;

/// One call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// [`VERSION`] of the caller.
    pub version: u32,
    /// What it wants.
    pub request: Request,
}

/// What can be asked of a holder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Who are you?
    Hello,
    /// Take out what these owners have, put these parts in, make the kernel agree.
    Apply {
        /// Parts to put; routers only change with them once they exist or are put.
        parts: Blueprint,
        /// Owners whose parts may be made; of others only routers that stand are brought up to date.
        put: Vec<String>,
        /// Owners whose parts go.
        remove: Vec<String>,
        /// What is known of the things put.
        known: Vec<Known>,
    },
    /// What stands?
    Live,
    /// What stands, as the kernel shows it?
    LiveReally,
    /// Put back what was told, where somebody changed it.
    Mend {
        /// Owner → which attributes; none: all.
        owners: BTreeMap<String, Vec<String>>,
    },
    /// End at another time.
    EndIn {
        /// So many seconds from now; none: not by itself.
        seconds: Option<u64>,
    },
    /// Try connections.
    Probe {
        /// Which.
        probes: Vec<Probe>,
    },
    /// Try one connection, once, and say by which namespaces its packets went.
    Trace {
        /// Which; of its addresses the first.
        probe: Probe,
    },
    /// Send a text and give back the answer.
    Fetch {
        /// From which namespace.
        from: String,
        /// Where to.
        address: Ipv4Addr,
        /// Which TCP port.
        port: u16,
        /// What to send.
        text: String,
    },
    /// Ask for a name as a machine would.
    Ask {
        /// From which namespace.
        from: String,
        /// For which name.
        name: String,
        /// `A`, `CNAME` …
        #[serde(rename = "type")]
        type_: String,
    },
    /// Which programs run, and how far are they?
    Running,
    /// What has the program of a server said?
    Log {
        /// In which namespace.
        space: String,
    },
    /// Send numbered datagrams at a steady beat, and count what arrives.
    Pulse {
        /// From where to where.
        pulses: Vec<Pulse>,
        /// How many a second, each.
        per_second: u32,
        /// For how long.
        milliseconds: u32,
    },
    /// Plug an instance in or out.
    Switch {
        /// Which namespace.
        space: String,
        /// In or out.
        on: bool,
    },
    /// Start a program in a namespace; its three streams come with the call. Answered when it has started, and
    /// once more when it has ended; it ends with the connection.
    Start(Started),
    /// What is switched off?
    Off,
    /// From now on just these things are switched off.
    SetOff {
        /// Thing → what goes out with it.
        things: BTreeMap<String, Parts>,
    },
    /// Look at what it does.
    Look {
        /// At what.
        look: Look,
    },
    /// What did each drawn rule judge?
    Counted,
    /// Whose latency and loss cannot be imitated here?
    Unlike,
    /// Let these be reached through the doors, in their order; there may be more of either.
    Doors {
        /// What is behind each.
        doors: Vec<Door>,
    },
    /// End.
    Destroy,
}

/// A program in a namespace.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Started {
    /// Which namespace; of a resource with one instance its id will do.
    pub space: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// What it is told beside what a program in a server always is: the kind of terminal, the language.
    pub environment: BTreeMap<String, String>,
    /// Whether its streams are a terminal, which is to be its own.
    pub terminal: bool,
}

/// What a holder answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// To `hello`.
    Hello(LabInfo),
    /// Done.
    Done,
    /// To `live` and `live-really`.
    Live(Vec<Known>),
    /// To `probe`.
    Probed(Probed),
    /// To `trace`.
    Traced(Traced),
    /// To `fetch`.
    Fetched(String),
    /// To `ask`.
    Asked(Asked),
    /// To `start`, first.
    Started {
        /// The namespace that it runs in.
        space: String,
    },
    /// To `start`, when it has ended.
    Ended {
        /// Its exit code; killed by a signal: 128 and that.
        code: i32,
    },
    /// To `running`.
    Running(Vec<Running>),
    /// To `log`.
    Log(String),
    /// To `off`: the things.
    Off(BTreeMap<String, Parts>),
    /// To `look`.
    Seen(crate::live::Seen),
    /// To `unlike`: owners of cables.
    Unlike(BTreeSet<String>),
    /// To `counted`: namespace → rule → packets.
    Counted(BTreeMap<String, BTreeMap<String, u64>>),
    /// To `pulse`, in its order.
    Pulsed(Vec<Pulsed>),
    /// It did not work.
    Failed(String),
}

/// A way for numbered datagrams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// From which namespace.
    pub from: String,
    /// To which namespace: it is counted there, and not where something else has the address.
    pub to: String,
    /// The address there.
    pub address: Ipv4Addr,
    /// The UDP port there.
    pub port: u16,
}

/// What became of a [`Pulse`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulsed {
    /// How many were sent.
    pub sent: u64,
    /// How many arrived.
    pub taken: u64,
    /// How many of them after one that was sent later.
    pub late: u64,
    /// The most that were missing in a row.
    pub longest_hole: u64,
    /// Longest time in which none arrived, in microseconds; on a busy machine also because nobody could look.
    pub longest_silence: u32,
}

/// What became of a question for a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What the answer says.
    pub outcome: Outcome,
    /// The name server that answered, or the last one that was tried.
    pub server: Option<Ipv4Addr>,
    /// `A 10.80.0.9`, `CNAME db.example.com`: all of the answer, in order.
    pub records: Vec<String>,
}

impl Asked {
    /// The addresses of the answer.
    pub fn addresses(&self) -> Vec<&str> {
        let of =
            |type_: &'static str| self.records.iter().filter_map(move |r| r.strip_prefix(type_));
        of("A ").chain(of("AAAA ")).collect()
    }

    /// Both answers as one: of the addresses of either family.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if self.outcome != Outcome::Answered && other.outcome == Outcome::Answered {
            return other;
        }
        let more = other.records.into_iter().filter(|record| !self.records.contains(record));
        let more: Vec<String> = more.collect();
        self.records.extend(more);
        self
    }
}

/// How a question for a name ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// With an answer, perhaps without a record of that type.
    Answered,
    /// There is no such name.
    NoSuchName,
    /// The name server could not find out.
    Failed,
    /// The name server answers nobody for it.
    Refused,
    /// Nobody answered.
    NoAnswer,
    /// The machine has nobody to ask.
    Nobody,
}

/// A running lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabInfo {
    /// Protocol version of the holder.
    pub version: u32,
    /// Its process.
    pub pid: u32,
    /// The design's uuid.
    pub design: String,
    /// The environment.
    pub environment: String,
    /// Seconds until it ends by itself.
    pub ends_in: Option<u64>,
}

impl LabInfo {
    /// A short name of this lab among all of this machine.
    pub fn id(&self) -> String {
        lab_id(&self.design, &self.environment)
    }
}

/// By what the lab of a design's environment is told from others.
pub fn lab_id(design: &str, environment: &str) -> String {
    short_name(&format!("{design}\n{environment}"))
}

/// One connection to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// From which namespace (an instance's address).
    pub from: String,
    /// Where to: all addresses of the destination that the source may use, tried in turn until one
    /// opens.
    pub addresses: Vec<Ipv4Addr>,
    /// Protocol and the one port to try (the lowest).
    pub ports: PortSpec,
    /// Ranges of ports of the client that something on a way may tell apart: what is open must be open
    /// from one of each. None: any port will do.
    pub clients: Vec<PortSpec>,
    /// Expected to be open: tried first, and again for up to two seconds.
    pub drawn: bool,
}

/// What became of a try, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Somebody answered.
    Open,
    /// Arrived, and nobody listens.
    NoListener,
    /// A filter or router refused.
    Rejected,
    /// No answer at all.
    Timeout,
}

/// What became of one [`Probe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The best of all addresses.
    pub verdict: Verdict,
    /// Of the address that gave it.
    pub address: Ipv4Addr,
    /// How long that try took.
    pub microseconds: u32,
}

/// The results of [`Request::Probe`], in the order of the probes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Probed {
    /// One per probe.
    pub results: Vec<Tried>,
    /// Namespace → rule → packets counted while probing.
    pub counted: BTreeMap<String, BTreeMap<String, u64>>,
    /// All of it.
    pub milliseconds: u32,
}

/// The result of [`Request::Trace`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traced {
    /// What became of it.
    pub tried: Tried,
    /// The namespaces that saw its packets on their way there, in order; the sender first.
    pub way: Vec<Seen>,
    /// Why nothing could be watched, if so.
    pub unwatched: Option<String>,
}

/// What one namespace saw of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which one.
    pub space: String,
    /// By which device it came in; none: it was sent here.
    pub device: Option<String>,
    /// Whether somebody here took it, after all filters.
    pub taken: bool,
    /// Whether an answer came by here.
    pub answered: bool,
    /// Drawn rules whose counters moved here meanwhile.
    pub rules: Vec<Counted>,
}

/// A rule's counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Its id in the filter.
    pub rule: String,
    /// By how much it moved.
    pub packets: u64,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Answered => "answered",
            Self::NoSuchName => "there is no such name",
            Self::Failed => "the name server could not find out",
            Self::Refused => "the name server answers nobody for it",
            Self::NoAnswer => "nobody answered",
            Self::Nobody => "it has nobody to ask",
        })
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Rejected => "rejected",
            Self::NoListener => "no-listener",
            Self::Timeout => "timeout",
        })
    }
}
