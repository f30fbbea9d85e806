//! Counters of rules and devices, read from the kernel itself: a process for each namespace and second would cost more
//! than what it looks at.

use super::space::Netns;
use crate::{live::Counts, nft::TABLE};
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto,
    setsockopt, socket, sockopt,
};
use std::{cell::RefCell, collections::BTreeMap, fs, io, os::fd::AsRawFd, rc::Rc};

/// Packets and bytes.
pub type Counted = [u64; 2];

const HEADER: usize = 16;
const NFGENMSG: usize = 4;
const REQUEST_DUMP: u16 = 0x1 | 0x300;
const NFNL_NFTABLES: u16 = 10 << 8;
const GET_RULE: u16 = NFNL_NFTABLES | 7;
const NEW_RULE: u16 = NFNL_NFTABLES | 6;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const FAMILY_INET: u8 = 1;
/// Attributes of a rule, of a list, of an expression and of a counter, as the kernel numbers them.
const RULE_TABLE: u16 = 1;
const RULE_EXPRESSIONS: u16 = 4;
const RULE_USERDATA: u16 = 7;
const EXPRESSION_NAME: u16 = 1;
const EXPRESSION_DATA: u16 = 2;
const COUNTER_BYTES: u16 = 1;
const COUNTER_PACKETS: u16 = 2;
/// The kind of user data that `nft` keeps comments in.
const COMMENT: u8 = 0;

/// Comment → what rules of that table with it counted.
pub fn read(home: &Netns, netns: &Netns, table: &str) -> io::Result<BTreeMap<String, Counted>> {
    netns.within(home, || dump(table))?
}

fn dump(table: &str) -> io::Result<BTreeMap<String, Counted>> {
    let flags = SockFlag::SOCK_CLOEXEC;
    let opened =
        socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkNetFilter)?;
    // What does not answer at once never will.
    setsockopt(&opened, sockopt::ReceiveTimeout, &nix::sys::time::TimeVal::new(1, 0))?;
    let fd = opened.as_raw_fd();
    sendto(fd, &question(table), &NetlinkAddr::new(0, 0), MsgFlags::empty())?;
    let mut counts = BTreeMap::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = recv(fd, &mut buffer, MsgFlags::empty())?;
        if length == 0 || take(&buffer[..length], &mut counts) {
            return Ok(counts);
        }
    }
}

/// What rules counted before they were loaded anew: to load them begins their counters again.
#[derive(Clone, Default)]
pub struct Carried(Rc<RefCell<BTreeMap<String, BTreeMap<String, u64>>>>);

impl Carried {
    /// To be called just before the rules of a namespace are loaded.
    pub fn keep(&self, home: &Netns, space: &str, netns: &Netns) {
        let counts = read(home, netns, TABLE).unwrap_or_default();
        let mut all = self.0.borrow_mut();
        for (rule, [packets, _]) in counts.into_iter().filter(|(_, [packets, _])| *packets > 0) {
            *all.entry(space.to_owned()).or_default().entry(rule).or_default() += packets;
        }
    }

    /// A namespace that is made anew counts from nothing.
    pub fn forget(&self, space: &str) {
        self.0.borrow_mut().remove(space);
    }

    /// Adds what was counted before.
    pub fn add(&self, counts: &mut BTreeMap<String, BTreeMap<String, u64>>) {
        for (space, before) in &*self.0.borrow() {
            let now = counts.entry(space.clone()).or_default();
            for (rule, packets) in before {
                *now.entry(rule.clone()).or_default() += packets;
            }
        }
    }
}

/// All rules of a table.
fn question(table: &str) -> Vec<u8> {
    let mut name = table.as_bytes().to_vec();
    name.push(0);
    let attribute = 4 + name.len();
    let length = HEADER + NFGENMSG + attribute.next_multiple_of(4);
    let mut message = Vec::with_capacity(length);
    message.extend((length as u32).to_ne_bytes());
    message.extend(GET_RULE.to_ne_bytes());
    message.extend(REQUEST_DUMP.to_ne_bytes());
    message.extend([0; 8]);
    message.extend([FAMILY_INET, 0, 0, 0]);
    message.extend((attribute as u16).to_ne_bytes());
    message.extend(RULE_TABLE.to_ne_bytes());
    message.extend(name);
    message.resize(length, 0);
    message
}

/// Adds what one datagram says; true: it was the last one.
fn take(mut bytes: &[u8], counts: &mut BTreeMap<String, Counted>) -> bool {
    while bytes.len() >= HEADER {
        let length = u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
        let kind = u16::from_ne_bytes([bytes[4], bytes[5]]);
        if length < HEADER || length > bytes.len() {
            return true;
        }
        match kind {
            // A table that is not there is an error, and counts nothing.
            DONE | ERROR => return true,
            NEW_RULE if length >= HEADER + NFGENMSG => {
                if let Some((comment, [packets, more])) = rule(&bytes[HEADER + NFGENMSG..length]) {
                    let sum = counts.entry(comment).or_default();
                    *sum = [sum[0] + packets, sum[1] + more];
                }
            }
            _ => {}
        }
        bytes = &bytes[length.next_multiple_of(4).min(bytes.len())..];
    }
    false
}

/// The comment of a rule and what its first counter says.
fn rule(bytes: &[u8]) -> Option<(String, Counted)> {
    let data = attribute(bytes, RULE_USERDATA)?;
    let comment = comment(data)?;
    let list = attribute(bytes, RULE_EXPRESSIONS)?;
    let counter = attributes(list).find_map(|(_, expression)| {
        let name = attribute(expression, EXPRESSION_NAME)?;
        (name == b"counter\0").then(|| attribute(expression, EXPRESSION_DATA))?
    })?;
    let number = |kind| {
        let value: [u8; 8] = attribute(counter, kind)?.try_into().ok()?;
        Some(u64::from_be_bytes(value))
    };
    Some((comment, [number(COUNTER_PACKETS)?, number(COUNTER_BYTES)?]))
}

/// Type, length and value after each other, in bytes.
fn comment(mut data: &[u8]) -> Option<String> {
    while let [kind, length, rest @ ..] = data {
        let value = rest.get(..usize::from(*length))?;
        if *kind == COMMENT {
            let text = value.strip_suffix(b"\0").unwrap_or(value);
            return Some(String::from_utf8_lossy(text).into_owned());
        }
        data = &rest[usize::from(*length)..];
    }
    None
}

fn attribute(bytes: &[u8], kind: u16) -> Option<&[u8]> {
    attributes(bytes).find_map(|(one, value)| (one == kind).then_some(value))
}

fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16::from_ne_bytes([*bytes.first()?, *bytes.get(1)?]));
        // The upper two bits say whether it is nested, and in whose byte order.
        let kind = u16::from_ne_bytes([*bytes.get(2)?, *bytes.get(3)?]) & 0x3fff;
        let value = bytes.get(4..length)?;
        bytes = &bytes[length.next_multiple_of(4).min(bytes.len())..];
        Some((kind, value))
    })
}

/// What each device of a namespace sent and received.
pub fn devices(home: &Netns, netns: &Netns) -> io::Result<BTreeMap<String, Counts>> {
    let text = netns.within(home, || fs::read_to_string("/proc/thread-self/net/dev"))??;
    Ok(text.lines().filter_map(device).collect())
}

/// `eth0: bytes packets … (8 of what came, then 8 of what went)`.
fn device(line: &str) -> Option<(String, Counts)> {
    let (name, numbers) = line.split_once(':')?;
    let numbers: Vec<u64> = numbers.split_whitespace().map_while(|n| n.parse().ok()).collect();
    let at = |k: usize| numbers.get(k).copied();
    Some((name.trim().to_owned(), [at(9)?, at(8)?, at(1)?, at(0)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut bytes = ((4 + value.len()) as u16).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = ((HEADER + body.len()) as u32).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 10]);
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// A rule with a comment and a counter behind another expression.
    fn counted(text: &str, packets: u64, bytes: u64) -> Vec<u8> {
        let nested = 0x8000;
        let numbers = [
            framed(COUNTER_BYTES, &bytes.to_be_bytes()),
            framed(COUNTER_PACKETS, &packets.to_be_bytes()),
        ];
        let expression = |name: &[u8], data: &[u8]| {
            let named = [framed(EXPRESSION_NAME, name), framed(EXPRESSION_DATA | nested, data)];
            framed(1 | nested, &named.concat())
        };
        let list = [expression(b"meta\0", &[]), expression(b"counter\0", &numbers.concat())];
        let mut comment = vec![9, 1, 7, COMMENT, text.len() as u8 + 1];
        comment.extend(text.as_bytes());
        comment.push(0);
        let parts = [
            framed(RULE_TABLE, b"gp\0"),
            framed(RULE_EXPRESSIONS | nested, &list.concat()),
            framed(RULE_USERDATA, &comment),
        ];
        message(NEW_RULE, &[vec![1, 0, 0, 0], parts.concat()].concat())
    }

    #[test]
    fn rules_with_one_comment_are_counted_together() {
        let datagram = [
            counted("link:a", 3, 180),
            counted("link:b", 1, 60),
            counted("link:a", 2, 2_000_000_000_000),
        ];
        let mut counts = BTreeMap::new();
        assert!(!take(&datagram.concat(), &mut counts), "more may come");
        assert!(take(&message(DONE, &[0; 4]), &mut counts));
        let expected = [("link:a", [5, 2_000_000_000_180]), ("link:b", [1, 60])];
        assert_eq!(counts, expected.map(|(name, n)| (name.to_owned(), n)).into());
    }

    #[test]
    fn a_cut_or_senseless_message_says_nothing_and_ends() {
        let whole = counted("link:a", 3, 180);
        for end in 0..whole.len() {
            let mut counts = BTreeMap::new();
            take(&whole[..end], &mut counts);
            assert_eq!(counts, BTreeMap::new(), "{end} bytes");
        }
        for byte in 0..whole.len() {
            let mut odd = whole.clone();
            odd[byte] ^= 0xff;
            take(&odd, &mut BTreeMap::new());
        }
    }

    #[test]
    fn what_went_comes_before_what_came() {
        let line = "  eth0:    1500      12    0    0    0     0          0         0     9000      34    0    0    0     0       0          0";
        assert_eq!(device(line), Some(("eth0".to_owned(), [34, 9000, 12, 1500])));
        assert_eq!(device("Inter-|   Receive"), None);
    }
}
