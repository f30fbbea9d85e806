//! Numbered datagrams at a steady beat, from one namespace to another, while anything else happens: what is
//! missing at the far end is what a change of the lab took away. Sent and counted by a thread of its own,
//! so that nothing the holder does holds it up.

use super::space::Netns;
use crate::protocol::{Pulse, Pulsed};
use nix::sys::socket::{
    AddressFamily, SockFlag, SockType, SockaddrIn, bind, setsockopt, socket, sockopt::ReuseAddr,
};
use std::{
    collections::{BTreeMap, btree_map::Entry},
    io,
    net::{SocketAddrV4, UdpSocket},
    os::fd::AsRawFd,
    thread,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// How long what is under way may still take to arrive.
const LAST: Duration = Duration::from_millis(300);

/// Longest that anybody may ask for.
const LONGEST: u32 = 60_000;

/// A datagram socket that takes turns with others on its port: the one with the narrower address has it.
pub fn shared_port(place: SocketAddrV4) -> io::Result<UdpSocket> {
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket(AddressFamily::Inet, SockType::Datagram, flags, None)?;
    setsockopt(&socket, ReuseAddr, &true)?;
    bind(socket.as_raw_fd(), &SockaddrIn::from(place))?;
    Ok(socket.into())
}

/// Which flow, and the how many-th of it.
const LENGTH: usize = 16;

struct Flow {
    sends: UdpSocket,
    sent: u64,
    /// The number that comes next, if nothing is missing.
    next: u64,
    heard: Instant,
    found: Pulsed,
}

impl Flow {
    fn send(&mut self, which: usize) {
        let mut bytes = [0; LENGTH];
        bytes[..8].copy_from_slice(&(which as u64).to_be_bytes());
        bytes[8..].copy_from_slice(&self.sent.to_be_bytes());
        // A refusal is told with a later datagram; what does not arrive is counted at the far end.
        let _ = self.sends.send(&bytes);
        self.sent += 1;
    }

    fn take(&mut self, number: u64) {
        self.found.taken += 1;
        match number.checked_sub(self.next) {
            None => self.found.late += 1,
            Some(missing) => {
                self.found.longest_hole = self.found.longest_hole.max(missing);
                self.next = number + 1;
            }
        }
        let silence = self.heard.elapsed().as_micros() as u32;
        self.found.longest_silence = self.found.longest_silence.max(silence);
        self.heard = Instant::now();
    }

    fn end(self) -> Pulsed {
        let longest_hole = self.found.longest_hole.max(self.sent - self.next);
        Pulsed { sent: self.sent, longest_hole, ..self.found }
    }
}

/// All of them. Those that go to one port arrive at one socket.
struct Flows {
    flows: Vec<Flow>,
    takes: Vec<UdpSocket>,
}

impl Flows {
    fn open(home: &Netns, spaces: &BTreeMap<String, Netns>, pulses: &[Pulse]) -> io::Result<Self> {
        let space = |name: &String| {
            let none = || io::Error::other(format!("{name} is not part of this lab"));
            spaces.get(name).ok_or_else(none)
        };
        let mut far = BTreeMap::new();
        let mut flows = Vec::new();
        for pulse in pulses {
            let place = SocketAddrV4::new(pulse.address, pulse.port);
            if let Entry::Vacant(free) = far.entry((&pulse.to, place)) {
                let takes = space(&pulse.to)?.within(home, || shared_port(place))??;
                takes.set_nonblocking(true)?;
                free.insert(takes);
            }
            let sends = space(&pulse.from)?.within(home, || UdpSocket::bind("0.0.0.0:0"))??;
            sends.connect(place)?;
            sends.set_nonblocking(true)?;
            let (heard, found) = (Instant::now(), Pulsed::default());
            flows.push(Flow { sends, sent: 0, next: 0, heard, found });
        }
        Ok(Self { flows, takes: far.into_values().collect() })
    }

    fn send(&mut self) {
        self.flows.iter_mut().enumerate().for_each(|(which, flow)| flow.send(which));
    }

    fn take(&mut self) {
        for socket in &self.takes {
            let mut bytes = [0; LENGTH];
            while let Ok(length) = socket.recv(&mut bytes) {
                let [which, number] = [0, 8].map(|at| {
                    bytes[at..at + 8].iter().fold(0, |all, byte| all << 8 | u64::from(*byte))
                });
                let flow = usize::try_from(which).ok().and_then(|which| self.flows.get_mut(which));
                if let Some(flow) = flow.filter(|flow| length == LENGTH && number < flow.sent) {
                    flow.take(number);
                }
            }
        }
    }

    fn beat(mut self, beat: Duration, length: Duration) -> Vec<Pulsed> {
        let begun = Instant::now();
        let mut due = Duration::ZERO;
        while due < length {
            // After a pause that the machine made, all that was due is sent at once.
            while due <= begun.elapsed() && due < length {
                self.send();
                self.take();
                due += beat;
            }
            thread::sleep(due.saturating_sub(begun.elapsed()));
            self.take();
        }
        thread::sleep(LAST);
        self.take();
        self.flows.into_iter().map(Flow::end).collect()
    }
}

/// Sends all of them for so long.
pub async fn run(
    home: &Netns,
    spaces: &BTreeMap<String, Netns>,
    pulses: &[Pulse],
    per_second: u32,
    milliseconds: u32,
) -> io::Result<Vec<Pulsed>> {
    let flows = Flows::open(home, spaces, pulses)?;
    let (told, hears) = oneshot::channel();
    let beat = Duration::from_secs(1) / per_second.clamp(1, 10_000);
    let length = Duration::from_millis(milliseconds.min(LONGEST).into());
    thread::Builder::new().name("pulse".to_owned()).spawn(move || {
        // Who asked may be gone.
        let _ = told.send(flows.beat(beat, length));
    })?;
    hears.await.map_err(io::Error::other)
}
