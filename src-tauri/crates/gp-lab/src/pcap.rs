//! Packets as `tcpdump -w -` writes them, piece by piece, and what they are in a line. Reads bytes and nothing else.

use std::{fmt::Write as _, net::Ipv4Addr};

/// The file's own header.
const HEADER: usize = 24;
/// Before each packet.
const RECORD: usize = 16;
/// No packet of a lab is longer; a file that says so is none.
const LONGEST: usize = 512 * 1024;
const MAGIC: u32 = 0xa1b2_c3d4;

/// A packet and when it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Seconds since 1970.
    pub seconds: u32,
    /// And so many microseconds.
    pub microseconds: u32,
    /// As it stands in the file, with what is before it.
    pub record: Vec<u8>,
    /// What of it was understood; none: no IPv4.
    pub said: Option<Said>,
}

/// What a packet says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// From where.
    pub from: (Ipv4Addr, Option<u16>),
    /// Where to.
    pub to: (Ipv4Addr, Option<u16>),
    /// `tcp SYN`, `tcp 120 bytes`, `udp 33 bytes`, `icmp refused`.
    pub what: String,
}

/// Takes pieces of a file, in order.
#[derive(Debug, Default)]
pub struct Reader {
    held: Vec<u8>,
    header: Option<Vec<u8>>,
}

impl Reader {
    /// The file's header, once it was there.
    pub fn header(&self) -> Option<&[u8]> {
        self.header.as_deref()
    }

    /// The packets that are whole with these bytes; none where it is no such file.
    pub fn take(&mut self, bytes: &[u8]) -> Option<Vec<Packet>> {
        self.held.extend_from_slice(bytes);
        let mut packets = Vec::new();
        if self.header.is_none() {
            if self.held.len() < HEADER {
                return Some(packets);
            }
            if word(&self.held, 0)? != MAGIC {
                return None;
            }
            self.header = Some(self.held.drain(..HEADER).collect());
        }
        let kind = word(self.header.as_deref()?, 20)?;
        let mut at = 0;
        while let Some(length) = word(&self.held, at + 8).map(|length| length as usize) {
            if length > LONGEST {
                return None;
            }
            let end = at + RECORD + length;
            let Some(record) = self.held.get(at..end) else { break };
            packets.push(Packet {
                seconds: word(record, 0)?,
                microseconds: word(record, 4)?,
                said: within(kind, &record[RECORD..]).and_then(said),
                record: record.to_vec(),
            });
            at = end;
        }
        self.held.drain(..at);
        Some(packets)
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// The IPv4 packet in a frame: Ethernet, raw, or as the `any` device has them (both versions).
fn within(kind: u32, frame: &[u8]) -> Option<&[u8]> {
    const IPV4: u16 = 0x0800;
    let (protocol, start) = match kind {
        1 => (short(frame, 12)?, 14),
        101 => (IPV4, 0),
        113 => (short(frame, 14)?, 16),
        276 => (short(frame, 0)?, 20),
        _ => return None,
    };
    (protocol == IPV4).then(|| frame.get(start..))?
}

fn said(packet: &[u8]) -> Option<Said> {
    let head = usize::from(packet.first()? & 0x0f) * 4;
    let whole = usize::from(short(packet, 2)?);
    let address = |at: usize| {
        let bytes: [u8; 4] = packet.get(at..at + 4)?.try_into().ok()?;
        Some(Ipv4Addr::from(bytes))
    };
    let (from, to) = (address(12)?, address(16)?);
    let inner = packet.get(head..)?;
    let port = |at: usize| short(inner, at);
    let later = short(packet, 6)? & 0x1fff != 0;
    let (ports, what) = match packet.get(9)? {
        _ if later => (false, "a later piece of a packet".to_owned()),
        1 => (false, format!("icmp {}", icmp(*inner.first()?, *inner.get(1)?))),
        6 => {
            let body = whole.saturating_sub(head + usize::from(inner.get(12)? >> 4) * 4);
            (true, format!("tcp {}", tcp(*inner.get(13)?, body)))
        }
        17 => (true, format!("udp {} bytes", short(inner, 4)?.saturating_sub(8))),
        other => (false, format!("protocol {other}")),
    };
    let at = |address, place| (address, if ports { port(place) } else { None });
    Some(Said { from: at(from, 0), to: at(to, 2), what })
}

fn tcp(flags: u8, body: usize) -> String {
    let names = [(0x02, "SYN"), (0x01, "FIN"), (0x04, "RST")];
    let mut text = String::new();
    for (_, name) in names.iter().filter(|(bit, _)| flags & bit != 0) {
        let _ = write!(text, "{name} ");
    }
    if body > 0 {
        let _ = write!(text, "{body} bytes ");
    }
    if text.is_empty() || (flags & 0x12 == 0x12) {
        text.push_str("ACK");
    }
    text.trim_end().to_owned()
}

fn icmp(kind: u8, code: u8) -> String {
    match (kind, code) {
        (0, _) => "echo reply".to_owned(),
        (8, _) => "echo request".to_owned(),
        (3, 3) => "nobody listens".to_owned(),
        (3, 9 | 10 | 13) => "refused by a rule".to_owned(),
        (3, _) => "not reachable".to_owned(),
        (11, _) => "too many hops".to_owned(),
        _ => format!("type {kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An IPv4 packet from 10.0.0.1 to 10.0.0.2.
    fn ip(protocol: u8, inner: &[u8]) -> Vec<u8> {
        let whole = (20 + inner.len()) as u16;
        let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0];
        packet[2..4].copy_from_slice(&whole.to_be_bytes());
        packet.extend([10, 0, 0, 1, 10, 0, 0, 2]);
        packet.extend(inner);
        packet
    }

    fn tcp_part(flags: u8, body: &[u8]) -> Vec<u8> {
        let mut part = vec![0x9c, 0x40, 0x15, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, flags];
        part.extend([0; 6]);
        part.extend(body);
        part
    }

    fn file(packets: &[Vec<u8>]) -> Vec<u8> {
        let mut file = MAGIC.to_le_bytes().to_vec();
        file.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0]);
        file.extend(276_u32.to_le_bytes());
        for packet in packets {
            let length = (20 + packet.len()) as u32;
            for word in [1_700_000_000, 250, length, length] {
                file.extend(word.to_le_bytes());
            }
            file.extend([0x08, 0x00]);
            file.extend([0; 18]);
            file.extend(packet);
        }
        file
    }

    #[test]
    fn packets_are_said_in_a_line_however_their_bytes_come() {
        let packets = [
            ip(6, &tcp_part(0x02, b"")),
            ip(6, &tcp_part(0x12, b"")),
            ip(6, &tcp_part(0x18, b"hello")),
            ip(17, &[0, 53, 0, 54, 0, 12, 0, 0, 1, 2, 3, 4]),
            ip(1, &[3, 13, 0, 0]),
        ];
        let file = file(&packets);
        for step in [1, 7, 64, file.len()] {
            let mut reader = Reader::default();
            let pieces = file.chunks(step).flat_map(|piece| reader.take(piece).expect("a file"));
            let found: Vec<Packet> = pieces.collect();
            let what: Vec<&str> =
                found.iter().filter_map(|packet| Some(&*packet.said.as_ref()?.what)).collect();
            let wanted =
                ["tcp SYN", "tcp SYN ACK", "tcp 5 bytes", "udp 4 bytes", "icmp refused by a rule"];
            assert_eq!(what, wanted, "in pieces of {step}");
            let first = found[0].said.as_ref().expect("understood");
            assert_eq!(first.from, (Ipv4Addr::new(10, 0, 0, 1), Some(40_000)));
            assert_eq!(first.to, (Ipv4Addr::new(10, 0, 0, 2), Some(5432)));
            let again: Vec<u8> = found.iter().flat_map(|packet| packet.record.clone()).collect();
            assert_eq!([reader.header().expect("there"), &again].concat(), file, "nothing is lost");
        }
    }

    #[test]
    fn what_is_no_such_file_or_cut_off_anywhere_is_no_fault() {
        assert_eq!(Reader::default().take(b"tcpdump: syntax error, says the program"), None);
        let whole = file(&[ip(6, &tcp_part(0x02, b"")), ip(1, &[])]);
        for length in 0..whole.len() {
            let mut broken = whole[..length].to_vec();
            let _ = Reader::default().take(&broken);
            broken.reverse();
            let _ = Reader::default().take(&broken);
        }
    }
}
