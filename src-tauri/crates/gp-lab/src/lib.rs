//! The drawing as a running lab: network namespaces with real packets, without root, in a
//! process of its own (the **holder**). Linux only; elsewhere every call says so.
//!
//! [`blueprint`] is the pure step from meaning to what should stand; the holder makes the kernel
//! agree with it; [`LabDriver`] is the target that plans deploy to. Compares nothing with the
//! proof: `gp-app` does.

pub mod available;
pub mod blueprint;
#[cfg_attr(not(target_os = "linux"), path = "capture_elsewhere.rs")]
pub mod capture;
pub mod cells;
mod dns;
mod driver;
#[cfg(target_os = "linux")]
mod holder;
pub mod house;
mod known;
#[cfg_attr(not(target_os = "linux"), path = "lab_elsewhere.rs")]
mod lab;
pub mod live;
pub mod nft;
pub mod off;
#[cfg(target_os = "linux")]
mod passing;
pub mod pcap;
#[cfg_attr(not(target_os = "linux"), path = "program_elsewhere.rs")]
pub mod program;
pub mod protocol;
mod room;
mod running;
mod settle;
#[cfg(target_os = "linux")]
mod socket;
mod switch;
mod verify;

pub use available::{Unavailable, available};
pub use driver::LabDriver;
pub use house::House;
pub use lab::{Lab, LabConfig, LabError, list};
pub use protocol::{Asked, LabInfo, Outcome, Seen, Traced, Verdict};
pub use running::{Phase, Running};
pub use verify::{Cell, Evidence, Verification};

/// Kinds that something stands for in a lab. Others are left out, which a deploy says beforehand.
pub const KINDS: [&str; 39] = [
    "analytics-workspace",
    "api-gateway",
    "bastion",
    "bucket",
    "cache",
    "cdn",
    "container-service",
    "data-warehouse",
    "database",
    "dedicated-link",
    "dns-resolver",
    "dns-zone",
    "document-store",
    "file-share",
    "firewall",
    "function",
    "hypervisor",
    "kubernetes-cluster",
    "load-balancer",
    "log-store",
    "nat-gateway",
    "network",
    "physical-server",
    "private-endpoint",
    "queue",
    "registry",
    "router",
    "secret",
    "server",
    "server-group",
    "storage-array",
    "stream",
    "subnet",
    "switch",
    "topic",
    "transit-hub",
    "volume",
    "vpn-gateway",
    "workload",
];

/// The first argument by which a program becomes a holder.
pub const HOLDER_ARGUMENT: &str = "lab-holder";

/// Runs a holder with the arguments behind [`HOLDER_ARGUMENT`]. Programs that deploy labs call it
/// first thing in `main`: it must come before any thread exists.
#[cfg(target_os = "linux")]
pub fn holder_main(arguments: impl Iterator<Item = String>) -> std::process::ExitCode {
    holder::main(arguments)
}

/// Carries calls from standard input to a holder's socket and the answers back, for callers that reach a holder only
/// through a program beside it. With `hello`, asks once whether it answers.
#[cfg(target_os = "linux")]
pub fn relay_main(socket: &std::path::Path, hello: bool) -> std::process::ExitCode {
    holder::relay::main(socket, hello)
}

/// There is no lab here.
#[cfg(not(target_os = "linux"))]
pub fn holder_main(_arguments: impl Iterator<Item = String>) -> std::process::ExitCode {
    println!("{}", available::NOT_LINUX);
    std::process::ExitCode::FAILURE
}

/// The same for the program behind a lab's bucket.
#[cfg(target_os = "linux")]
pub fn store_if_asked() -> Option<std::process::ExitCode> {
    (std::env::args().nth(1)? == holder::store::ARGUMENT).then(holder::store::main)
}

/// There is no lab here.
#[cfg(not(target_os = "linux"))]
pub fn relay_main(_socket: &std::path::Path, _hello: bool) -> std::process::ExitCode {
    println!("{}", available::NOT_LINUX);
    std::process::ExitCode::FAILURE
}

/// What a program does first: if it was started as a holder, this is one, and the code to exit
/// with comes back when the lab has ended.
pub fn holder_if_asked() -> Option<std::process::ExitCode> {
    let mut arguments = std::env::args().skip(1);
    #[cfg(target_os = "linux")]
    if let Some(ended) = store_if_asked() {
        return Some(ended);
    }
    (arguments.next()? == HOLDER_ARGUMENT).then(|| holder_main(arguments))
}
