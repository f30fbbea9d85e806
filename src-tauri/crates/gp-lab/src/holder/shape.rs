//! Slows cables down: bandwidth by `tbf`, latency and loss by `netem` where the kernel has it. Asked of the kernel
//! itself, for `tc` is not everywhere.

use super::{fabric::Fabric, space::Netns};
use crate::blueprint::{Far, Shape};
use nix::{
    errno::Errno,
    sys::{
        socket::{
            AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto,
            setsockopt, socket, sockopt,
        },
        time::TimeVal,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    os::fd::AsRawFd,
};

const NEW_QDISC: u16 = 36;
const DELETE_QDISC: u16 = 37;
const REQUEST_ACK: u16 = 0x1 | 0x4;
const CREATE_REPLACE: u16 = 0x400 | 0x100;
const ERROR: u16 = 2;
const ROOT: u32 = u32::MAX;
const SHAPER: u32 = 0x1_0000;
/// The one class of the shaper, in which `netem` stands.
const BELOW: u32 = SHAPER | 1;
const DELAYER: u32 = 0x10_0000;
const KIND: u16 = 1;
const OPTIONS: u16 = 2;
const TBF_PARAMETERS: u16 = 1;
const TBF_RATE64: u16 = 4;
const TBF_BURST: u16 = 6;
const NETEM_LATENCY64: u16 = 10;
/// The kernel reckons what an Ethernet frame takes by itself.
const ETHERNET: u8 = 1;
/// At least a whole frame passes at once.
const LEAST_BURST: u64 = 1_600;
/// What waits longer than this is dropped, as at a real line; in bytes at least.
const WAITS: u64 = 20;
const LEAST_QUEUE: u64 = 64 * 1024;
/// Packets that `netem` holds at most.
const HELD: u32 = 10_000;

/// What slows cables down now.
#[derive(Default)]
pub struct Shaping {
    stands: BTreeMap<String, (u32, Shape)>,
    unlike: BTreeSet<String>,
}

impl Shaping {
    /// Owners of cables whose latency and loss this kernel cannot imitate.
    pub fn unlike(&self) -> BTreeSet<String> {
        self.unlike.clone()
    }
}

impl Fabric {
    /// Makes every cable as slow as it is to be.
    pub fn update_shapes(&mut self) -> Result<(), String> {
        let mut stands = std::mem::take(&mut self.shaping.stands);
        stands.retain(|name, (index, _)| {
            self.cables.get(name).is_some_and(|live| live.index == *index)
        });
        let gone: Vec<String> = stands
            .keys()
            .filter(|name| !self.desired.shapes.contains_key(*name))
            .cloned()
            .collect();
        for name in gone {
            self.shape_ends(&name, |netns, home, index| unshape(home, netns, index))?;
            stands.remove(&name);
        }
        let mut unlike = BTreeSet::new();
        for (name, shape) in &self.desired.shapes {
            let Some(live) = self.cables.get(name) else { continue };
            let wanted = (live.index, shape.clone());
            let can = if stands.get(name) == Some(&wanted) {
                !self.shaping.unlike.contains(&shape.owner)
            } else {
                let mut can = true;
                self.shape_ends(name, |netns, home, index| {
                    can &= set(home, netns, index, shape)?;
                    Ok(())
                })?;
                stands.insert(name.clone(), wanted);
                can
            };
            if !can {
                unlike.insert(shape.owner.clone());
            }
        }
        self.shaping = Shaping { stands, unlike };
        Ok(())
    }

    /// Both ends: each slows down what it sends.
    fn shape_ends(
        &self,
        name: &str,
        mut change: impl FnMut(&Netns, &Netns, u32) -> io::Result<()>,
    ) -> Result<(), String> {
        let Some(live) = self.cables.get(name) else { return Ok(()) };
        let Far::Space(far) = &live.cable.to else { return Ok(()) };
        let ends = [(&live.cable.end, live.index), (far, live.far_index)];
        for (end, index) in ends {
            let Some(space) = self.spaces.get(&end.space) else { continue };
            change(&space.netns, &self.home, index)
                .map_err(|error| format!("cannot slow down {name}: {error}"))?;
        }
        Ok(())
    }
}

/// False: this kernel has no `netem`, and latency and loss are left out.
fn set(home: &Netns, netns: &Netns, index: u32, shape: &Shape) -> io::Result<bool> {
    netns.within(home, || {
        ask_gone(index)?;
        let parent = match shape.bits {
            Some(bits) => {
                ask(&message(NEW_QDISC, index, (SHAPER, ROOT), Some(&shaper(bits))))?;
                BELOW
            }
            None => ROOT,
        };
        if !shape.needs_netem() {
            return Ok(true);
        }
        match ask(&message(NEW_QDISC, index, (DELAYER, parent), Some(&delayer(shape)))) {
            Err(error) if error.raw_os_error() == Some(Errno::ENOENT as i32) => Ok(false),
            other => other.map(|()| true),
        }
    })?
}

fn unshape(home: &Netns, netns: &Netns, index: u32) -> io::Result<()> {
    netns.within(home, || ask_gone(index))?
}

/// Whatever slows it down goes; nothing did: all the better.
fn ask_gone(index: u32) -> io::Result<()> {
    match ask(&message(DELETE_QDISC, index, (0, ROOT), None)) {
        Err(error)
            if matches!(
                error.raw_os_error().map(Errno::from_raw),
                Some(Errno::ENOENT | Errno::EINVAL)
            ) =>
        {
            Ok(())
        }
        other => other,
    }
}

/// Name and options of a token bucket.
fn shaper(bits: u64) -> Vec<u8> {
    let bytes = (bits / 8).max(1);
    // A thousandth of a second: the kernel's clock is finer than that.
    let burst = (bytes / 1_000).max(LEAST_BURST).min(u64::from(u32::MAX / 2)) as u32;
    let queue = (bytes / 1_000 * WAITS).max(LEAST_QUEUE).min(u64::from(u32::MAX / 2)) as u32;
    let rate = u32::try_from(bytes).unwrap_or(u32::MAX);
    let mut parameters = vec![0, ETHERNET, 0, 0, 0, 0, 0, 0];
    parameters.extend(rate.to_ne_bytes());
    parameters.extend([0; 12]);
    parameters.extend(queue.to_ne_bytes());
    // How long the burst takes, in the kernel's ticks of 64 ns; it reckons anew from the burst itself.
    let ticks = u64::from(burst) * 1_000_000_000 / bytes / 64;
    parameters.extend(u32::try_from(ticks).unwrap_or(u32::MAX).to_ne_bytes());
    parameters.extend([0; 4]);
    let mut options = attribute(TBF_PARAMETERS, &parameters);
    options.extend(attribute(TBF_BURST, &burst.to_ne_bytes()));
    if bytes > u64::from(u32::MAX) {
        options.extend(attribute(TBF_RATE64, &bytes.to_ne_bytes()));
    }
    named(b"tbf\0", &options)
}

/// Name and options of what holds packets back and loses some.
fn delayer(shape: &Shape) -> Vec<u8> {
    let nanoseconds = u64::from(shape.delay) * 1_000;
    let ticks = u32::try_from(nanoseconds / 64).unwrap_or(u32::MAX);
    let loss = (u64::from(shape.loss) * u64::from(u32::MAX) / 1_000_000) as u32;
    let mut options = Vec::new();
    for number in [ticks, HELD, loss, 0, 0, 0] {
        options.extend(number.to_ne_bytes());
    }
    options.extend(attribute(NETEM_LATENCY64, &nanoseconds.to_ne_bytes()));
    named(b"netem\0", &options)
}

fn named(kind: &[u8], options: &[u8]) -> Vec<u8> {
    [attribute(KIND, kind), attribute(OPTIONS, options)].concat()
}

fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = ((4 + value.len()) as u16).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A request about the queue of a device.
fn message(kind: u16, index: u32, (handle, parent): (u32, u32), what: Option<&[u8]>) -> Vec<u8> {
    const HEADERS: usize = 16 + 20;
    let length = HEADERS + what.map_or(0, <[u8]>::len);
    let flags = REQUEST_ACK | if what.is_some() { CREATE_REPLACE } else { 0 };
    let mut bytes = Vec::with_capacity(length);
    bytes.extend((length as u32).to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend([0; 4]);
    for number in [index, handle, parent, 0] {
        bytes.extend(number.to_ne_bytes());
    }
    bytes.extend(what.unwrap_or_default());
    bytes
}

/// Asks the kernel in this thread's namespace, and waits for its yes or no.
fn ask(message: &[u8]) -> io::Result<()> {
    let flags = SockFlag::SOCK_CLOEXEC;
    let opened = socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkRoute)?;
    setsockopt(&opened, sockopt::ReceiveTimeout, &TimeVal::new(1, 0))?;
    let fd = opened.as_raw_fd();
    sendto(fd, message, &NetlinkAddr::new(0, 0), MsgFlags::empty())?;
    let mut buffer = [0; 4096];
    let length = recv(fd, &mut buffer, MsgFlags::empty())?;
    verdict(&buffer[..length])
}

/// The kernel's acknowledgement: an error number, 0 for yes.
fn verdict(bytes: &[u8]) -> io::Result<()> {
    let number = |at: usize| -> Option<i32> {
        Some(i32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
    };
    let kind = bytes.get(4..6).map(|kind| u16::from_ne_bytes([kind[0], kind[1]]));
    match (kind, number(16)) {
        (Some(ERROR), Some(0)) => Ok(()),
        (Some(ERROR), Some(error)) => Err(io::Error::from_raw_os_error(-error)),
        _ => Err(io::Error::other("the kernel answered nonsense")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8]) -> Vec<u32> {
        bytes.chunks_exact(4).map(|four| u32::from_ne_bytes(four.try_into().unwrap())).collect()
    }

    #[test]
    fn latency_and_loss_are_asked_for_as_the_kernel_wants_them() {
        let shape = Shape { delay: 20_000, loss: 10_000, ..Shape::default() };
        let asked = delayer(&shape);
        assert_eq!(asked[..12], attribute(KIND, b"netem\0"));
        let header = [u16::from_ne_bytes([asked[12], asked[13]]), OPTIONS];
        assert_eq!(header, [4 + 24 + 12, u16::from_ne_bytes([asked[14], asked[15]])]);
        // 20 ms in ticks of 64 ns, packets held, 1 % of the largest number.
        assert_eq!(numbers(&asked[16..40]), [312_500, 10_000, 42_949_672, 0, 0, 0]);
        assert_eq!(asked[40..], attribute(NETEM_LATENCY64, &20_000_000_u64.to_ne_bytes()));
    }

    #[test]
    fn a_bucket_lets_a_whole_frame_pass_and_more_where_the_line_is_fast() {
        let burst = |bits: u64| {
            let asked = shaper(bits);
            let at = asked.len() - 4 - if bits / 8 > u64::from(u32::MAX) { 12 } else { 0 };
            numbers(&asked[at..at + 4])[0]
        };
        assert_eq!(
            [1_000_000, 100_000_000, 400_000_000_000].map(burst),
            [1_600, 12_500, 50_000_000]
        );
    }

    #[test]
    fn a_request_names_device_handle_and_parent() {
        let asked = message(NEW_QDISC, 7, (SHAPER, ROOT), Some(&shaper(1_000_000)));
        assert_eq!(asked.len(), numbers(&asked[..4])[0] as usize);
        assert_eq!(numbers(&asked[20..36]), [7, SHAPER, ROOT, 0]);
    }

    #[test]
    fn the_kernels_no_is_an_error_with_its_number() {
        let answer = |error: i32| {
            let mut bytes = 36_u32.to_ne_bytes().to_vec();
            bytes.extend(ERROR.to_ne_bytes());
            bytes.extend([0; 10]);
            bytes.extend(error.to_ne_bytes());
            verdict(&bytes).err().and_then(|error| error.raw_os_error())
        };
        assert_eq!([answer(0), answer(-2)], [None, Some(2)]);
        assert!(verdict(&[0; 8]).is_err());
    }
}
