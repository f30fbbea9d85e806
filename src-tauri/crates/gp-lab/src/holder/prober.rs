//! Tries connections from servers' namespaces, many at once. Drawn ones first, as a barrier:
//! nothing is called closed while the network may still be waking up.

use super::{firewall, space::Netns};
use crate::{
    dns,
    protocol::{Probe, Probed, Tried, Verdict},
};
use futures::{StreamExt, stream};
use gp_catalog::naming::DNS;
use gp_model::{PortSpec, Protocol};
use nix::{
    errno::Errno,
    sys::socket::{AddressFamily, SockFlag, SockProtocol, SockType, socket},
};
use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpSocket, UdpSocket},
    time::{sleep, timeout},
};

/// Connections under way at once.
const AT_ONCE: usize = 2000;
/// One try.
const TRY: Duration = Duration::from_millis(400);
/// How long a path may take to wake up.
const BARRIER: Duration = Duration::from_secs(2);

/// What probing needs of the lab; cheap to take, so that the lab is not locked meanwhile.
pub struct Prober {
    pub home: Netns,
    pub spaces: BTreeMap<String, Netns>,
    pub filtered: Vec<(String, Netns)>,
}

impl Prober {
    /// Tries all of them.
    pub async fn run(&self, probes: &[Probe]) -> Probed {
        let start = Instant::now();
        let before = firewall::read(&self.home, &self.filtered).await;
        let nowhere = Ipv4Addr::UNSPECIFIED;
        let never = Tried { verdict: Verdict::Timeout, address: nowhere, microseconds: 0 };
        let mut results = vec![never; probes.len()];
        for drawn in [true, false] {
            let wave = probes.iter().enumerate().filter(|(_, probe)| probe.drawn == drawn);
            let tries =
                wave.map(|(number, probe)| async move { (number, self.insist(probe).await) });
            let mut tries = stream::iter(tries).buffer_unordered(AT_ONCE);
            while let Some((number, result)) = tries.next().await {
                results[number] = result;
            }
        }
        let mut counted = firewall::read(&self.home, &self.filtered).await;
        for (name, rules) in &mut counted {
            let before = before.get(name);
            rules.retain(|rule, packets| {
                let earlier = before.and_then(|rules| rules.get(rule)).copied().unwrap_or(0);
                *packets = packets.saturating_sub(earlier);
                *packets > 0
            });
        }
        Probed { results, counted, milliseconds: start.elapsed().as_millis() as u32 }
    }

    /// Again until it opens (drawn) or until something answers (others), for two seconds.
    async fn insist(&self, probe: &Probe) -> Tried {
        let start = Instant::now();
        loop {
            let tried = self.all_addresses(probe).await;
            let decided = match tried.verdict {
                Verdict::Open => true,
                Verdict::Rejected | Verdict::NoListener => !probe.drawn,
                Verdict::Timeout => false,
            };
            if decided || start.elapsed() > BARRIER {
                return tried;
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// What can be reached by one of its addresses can be reached.
    async fn all_addresses(&self, probe: &Probe) -> Tried {
        let address = Ipv4Addr::UNSPECIFIED;
        let mut best: Option<Tried> = None;
        for address in &probe.addresses {
            let begun = Instant::now();
            let verdict = self.once(probe, *address).await;
            let microseconds = begun.elapsed().as_micros() as u32;
            if best.is_none_or(|best| verdict < best.verdict) {
                best = Some(Tried { verdict, address: *address, microseconds });
            }
            if verdict == Verdict::Open {
                break;
            }
        }
        best.unwrap_or(Tried { verdict: Verdict::Timeout, address, microseconds: 0 })
    }

    /// One address, from any port, and where that arrives from one of each range that is told apart.
    async fn once(&self, probe: &Probe, address: Ipv4Addr) -> Verdict {
        let Some(netns) = self.spaces.get(&probe.from) else { return Verdict::Timeout };
        let any = self.sent_from(netns, probe, address, None).await;
        let mut worst = any.unwrap_or(Verdict::Timeout);
        for clients in &probe.clients {
            if !matches!(worst, Verdict::Open | Verdict::NoListener) {
                break;
            }
            // Ports that are all taken are no client's.
            let one = self.sent_from(netns, probe, address, Some(*clients)).await;
            worst = one.map_or(worst, |verdict| worst.max(verdict));
        }
        worst
    }

    async fn sent_from(
        &self,
        netns: &Netns,
        probe: &Probe,
        address: Ipv4Addr,
        clients: Option<PortSpec>,
    ) -> Option<Verdict> {
        let target = SocketAddr::from((address, probe.ports.low));
        for place in places(clients) {
            let tried = match probe.ports.protocol {
                Protocol::Tcp => timeout(TRY, self.tcp(netns, place, target)).await,
                Protocol::Udp => timeout(TRY, self.udp(netns, place, target)).await,
                Protocol::Icmp => timeout(TRY, self.icmp(netns, address)).await,
            };
            return Some(match tried {
                Ok(Ok(())) => Verdict::Open,
                Ok(Err(error)) if is_taken(&error) => continue,
                Ok(Err(error)) => judge(&error),
                Err(_) => Verdict::Timeout,
            });
        }
        None
    }

    async fn tcp(&self, netns: &Netns, place: SocketAddr, target: SocketAddr) -> io::Result<()> {
        let socket = netns.within(&self.home, TcpSocket::new_v4)??;
        if place.port() != 0 {
            // Also where somebody listens there, in this very namespace.
            socket.set_reuseaddr(true)?;
            socket.set_reuseport(true)?;
            socket.bind(place)?;
        }
        socket.connect(target).await.map(|_| ())
    }

    async fn udp(&self, netns: &Netns, place: SocketAddr, target: SocketAddr) -> io::Result<()> {
        let socket = netns.within(&self.home, || std::net::UdpSocket::bind(place))??;
        // A name server drops what is no question.
        let question = dns::ask(1, "groundplan.invalid", "A").filter(|_| target.port() == DNS.low);
        ask(socket, target, question.as_deref().unwrap_or(b"groundplan")).await
    }

    async fn icmp(&self, netns: &Netns, address: Ipv4Addr) -> io::Result<()> {
        /// Echo request; the kernel fills in identifier and checksum.
        const ECHO: [u8; 8] = [8, 0, 0, 0, 0, 0, 0, 1];
        let opened = netns.within(&self.home, || {
            let flags = SockFlag::SOCK_CLOEXEC;
            socket(AddressFamily::Inet, SockType::Datagram, flags, SockProtocol::Icmp)
        })??;
        ask(std::net::UdpSocket::from(opened), SocketAddr::from((address, 0)), &ECHO).await
    }
}

/// Where to send from: some ports of a range, others each time, in case one is taken.
fn places(clients: Option<PortSpec>) -> impl Iterator<Item = SocketAddr> {
    const TRIES: u32 = 16;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (low, length, tries) = match clients {
        None => (0, 1, 1),
        Some(range) => (range.low, u32::from(range.high - range.low) + 1, TRIES),
    };
    (0..tries).map(move |_| {
        let port = low + (NEXT.fetch_add(1, Ordering::Relaxed) % length) as u16;
        SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))
    })
}

/// Somebody in the sender's own namespace has the port, or had it a moment ago.
fn is_taken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::AddrNotAvailable)
}

async fn ask(socket: std::net::UdpSocket, target: SocketAddr, question: &[u8]) -> io::Result<()> {
    socket.set_nonblocking(true)?;
    let socket = UdpSocket::from_std(socket)?;
    socket.connect(target).await?;
    socket.send(question).await?;
    socket.recv(&mut [0; 64]).await.map(|_| ())
}

/// What the kernel's refusal means. `EPERM` and `EACCES` come from the sender's own filter.
fn judge(error: &io::Error) -> Verdict {
    match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::ECONNREFUSED) => Verdict::NoListener,
        Some(Errno::EHOSTUNREACH | Errno::ENETUNREACH | Errno::EACCES | Errno::EPERM) => {
            Verdict::Rejected
        }
        _ => Verdict::Timeout,
    }
}
