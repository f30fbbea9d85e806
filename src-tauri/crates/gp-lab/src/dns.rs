//! Questions and answers of name servers as bytes (RFC 1035): as much as the lab's own servers say and
//! what comes back from them. Knows no names, and trusts no packet.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest answer over UDP; what is longer is asked for over TCP.
pub const LONGEST_DATAGRAM: usize = 512;

/// Answered.
pub const NO_ERROR: u8 = 0;
/// The question cannot be read.
pub const FORM_ERROR: u8 = 1;
/// Whoever should know could not be asked.
pub const SERVER_FAILURE: u8 = 2;
/// There is no such name.
pub const NO_SUCH_NAME: u8 = 3;
/// Answers nobody for such a name.
pub const REFUSED: u8 = 5;

const HEADER: usize = 12;
const INTERNET: u16 = 1;
/// Any type of record.
const ANY: u16 = 255;
const TTL: u32 = 5;
const TYPES: [(&str, u16); 7] =
    [("A", 1), ("NS", 2), ("CNAME", 5), ("MX", 15), ("TXT", 16), ("AAAA", 28), ("SRV", 33)];

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// By which the answer is known.
    pub id: u16,
    /// In small letters, without a final dot.
    pub name: String,
    /// The number of the type of record.
    pub type_: u16,
    recursion: bool,
}

/// A record in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Whose.
    pub name: String,
    /// `A`, `CNAME` …
    pub type_: String,
    /// Its value.
    pub value: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// [`NO_ERROR`] and its like.
    pub code: u8,
    /// There is more; ask over TCP.
    pub truncated: bool,
    /// The records of the answer.
    pub records: Vec<Said>,
}

impl Question {
    /// Whether it wants records of this type.
    pub fn wants(&self, type_: &str) -> bool {
        self.type_ == ANY || number(type_) == Some(self.type_)
    }
}

/// The number of a type of record.
pub fn number(type_: &str) -> Option<u16> {
    TYPES.iter().find(|(name, _)| *name == type_).map(|(_, number)| *number)
}

/// A question as a packet; none where the name or the type cannot be spelt.
pub fn ask(id: u16, name: &str, type_: &str) -> Option<Vec<u8>> {
    let question = Question { id, name: name.to_owned(), type_: number(type_)?, recursion: true };
    let mut packet = header(&question, 0x0100, 0);
    packet.extend(spelt(name)?);
    packet.extend(question.type_.to_be_bytes());
    packet.extend(INTERNET.to_be_bytes());
    Some(packet)
}

/// The question in a packet; none where it is none.
pub fn question(packet: &[u8]) -> Option<Question> {
    let word = |at: usize| Some(u16::from_be_bytes([*packet.get(at)?, *packet.get(at + 1)?]));
    let flags = word(2)?;
    let is_plain = flags & 0xf800 == 0 && word(4)? == 1;
    let (name, at) = read_name(packet, HEADER)?;
    let (type_, class) = (word(at)?, word(at + 2)?);
    let known = is_plain && class == INTERNET;
    known.then_some(Question { id: word(0)?, name, type_, recursion: flags & 0x0100 != 0 })
}

/// The answer to a question that cannot be read, where there is anything to answer.
pub fn not_understood(packet: &[u8]) -> Option<Vec<u8>> {
    let [high, low, flags, ..] = packet[..] else { return None };
    let is_question = packet.len() >= HEADER && flags & 0x80 == 0;
    let id = u16::from_be_bytes([high, low]);
    let question = Question { id, name: String::new(), type_: 0, recursion: false };
    let mut answer = header(&question, 0x8000 | u16::from(FORM_ERROR), 0);
    answer[4..6].fill(0);
    is_question.then_some(answer)
}

/// An answer as a packet. What cannot be spelt is left out.
pub fn answer(question: &Question, code: u8, own: bool, records: &[Said]) -> Vec<u8> {
    let rows: Vec<Vec<u8>> = records.iter().filter_map(row).collect();
    let authority = if own { 0x0400 } else { 0 };
    let flags = 0x8080 | authority | u16::from(question.recursion) << 8 | u16::from(code);
    let mut packet = header(question, flags, rows.len() as u16);
    packet.extend(spelt(&question.name).unwrap_or_else(|| vec![0]));
    packet.extend(question.type_.to_be_bytes());
    packet.extend(INTERNET.to_be_bytes());
    packet.extend(rows.into_iter().flatten());
    packet
}

/// The same without its records, for a datagram that it does not fit into.
pub fn cut(question: &Question, answer: &[u8]) -> Vec<u8> {
    let mut short = self::answer(question, NO_ERROR, false, &[]);
    if let (Some(to), Some(from)) = (short.get_mut(2..4), answer.get(2..4)) {
        to.copy_from_slice(from);
        to[0] |= 0x02;
    }
    short
}

/// What a packet answers to the question with this id; none where it is no such answer.
pub fn answered(packet: &[u8], id: u16) -> Option<Answered> {
    let word = |at: usize| Some(u16::from_be_bytes([*packet.get(at)?, *packet.get(at + 1)?]));
    let flags = word(2)?;
    if word(0)? != id || flags & 0x8000 == 0 {
        return None;
    }
    let mut at = HEADER;
    for _ in 0..word(4)? {
        at = read_name(packet, at)?.1 + 4;
    }
    let mut records = Vec::new();
    for _ in 0..word(6)? {
        let (name, after) = read_name(packet, at)?;
        let (type_, length) = (word(after)?, usize::from(word(after + 8)?));
        let start = after + 10;
        at = start + length;
        packet.get(start..at)?;
        let named = TYPES.iter().find(|(_, number)| *number == type_);
        if let Some((type_, value)) =
            named.and_then(|(name, _)| Some((*name, value(packet, name, start, at)?)))
        {
            records.push(Said { name, type_: type_.to_owned(), value });
        }
    }
    Some(Answered { code: (flags & 0x000f) as u8, truncated: flags & 0x0200 != 0, records })
}

fn header(question: &Question, flags: u16, answers: u16) -> Vec<u8> {
    [question.id, flags, 1, answers, 0, 0].iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn row(said: &Said) -> Option<Vec<u8>> {
    let data = data(&said.type_, &said.value)?;
    let mut row = spelt(&said.name)?;
    row.extend(number(&said.type_)?.to_be_bytes());
    row.extend(INTERNET.to_be_bytes());
    row.extend(TTL.to_be_bytes());
    row.extend(u16::try_from(data.len()).ok()?.to_be_bytes());
    row.extend(data);
    Some(row)
}

fn data(type_: &str, value: &str) -> Option<Vec<u8>> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let numbers = |words: &[&str]| -> Option<Vec<u8>> {
        let numbers = words.iter().map(|word| word.parse::<u16>().ok().map(u16::to_be_bytes));
        Some(numbers.collect::<Option<Vec<_>>>()?.concat())
    };
    match (type_, &words[..]) {
        ("A", _) => Some(value.parse::<Ipv4Addr>().ok()?.octets().to_vec()),
        ("AAAA", _) => Some(value.parse::<Ipv6Addr>().ok()?.octets().to_vec()),
        ("CNAME" | "NS", _) => spelt(value),
        ("MX", [first @ .., name]) if first.len() == 1 => {
            Some([numbers(first)?, spelt(name)?].concat())
        }
        ("SRV", [first @ .., name]) if first.len() == 3 => {
            Some([numbers(first)?, spelt(name)?].concat())
        }
        ("TXT", _) => {
            let pieces = value.as_bytes().chunks(255);
            Some(pieces.flat_map(|piece| [&[piece.len() as u8], piece].concat()).collect())
        }
        _ => None,
    }
}

fn value(packet: &[u8], type_: &str, start: usize, end: usize) -> Option<String> {
    let data = packet.get(start..end)?;
    let word = |at: usize| Some(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?]));
    let name = |at: usize| Some(read_name(packet, start + at)?.0);
    Some(match type_ {
        "A" => Ipv4Addr::from(<[u8; 4]>::try_from(data).ok()?).to_string(),
        "AAAA" => Ipv6Addr::from(<[u8; 16]>::try_from(data).ok()?).to_string(),
        "CNAME" | "NS" => name(0)?,
        "MX" => format!("{} {}", word(0)?, name(2)?),
        "SRV" => format!("{} {} {} {}", word(0)?, word(2)?, word(4)?, name(6)?),
        _ => {
            let mut text = Vec::new();
            let mut rest = data;
            while let Some((length, after)) = rest.split_first() {
                let (piece, after) = after.split_at_checked(usize::from(*length))?;
                text.extend_from_slice(piece);
                rest = after;
            }
            String::from_utf8_lossy(&text).into_owned()
        }
    })
}

/// A name as labels; none where it cannot be one.
fn spelt(name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let name = name.trim_end_matches('.');
    for label in name.split('.').filter(|_| !name.is_empty()) {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length))?;
        bytes.push(length);
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    (bytes.len() <= 255).then_some(bytes)
}

/// A name and where what follows it begins. Pointers lead back only, so that no packet goes in circles.
fn read_name(packet: &[u8], start: usize) -> Option<(String, usize)> {
    let mut labels: Vec<String> = Vec::new();
    let (mut at, mut lowest, mut after) = (start, start, None);
    loop {
        let length = usize::from(*packet.get(at)?);
        match length {
            0 => break,
            1..=63 => {
                let label = packet.get(at + 1..=at + length)?;
                if label.contains(&b'.') || labels.len() > 127 {
                    return None;
                }
                labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
                at += 1 + length;
            }
            0xc0.. => {
                let low = usize::from(*packet.get(at + 1)?);
                let to = (length & 0x3f) << 8 | low;
                after.get_or_insert(at + 2);
                if to >= lowest {
                    return None;
                }
                (at, lowest) = (to, to);
            }
            _ => return None,
        }
    }
    Some((labels.join("."), after.unwrap_or(at + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, type_: &str, value: &str) -> Said {
        Said { name: name.to_owned(), type_: type_.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn what_is_said_is_understood() {
        let asked = ask(7, "WWW.Example.com.", "A").expect("a question");
        let question = question(&asked).expect("it is one");
        assert_eq!((question.id, question.name.as_str()), (7, "www.example.com"));
        assert!(question.wants("A") && !question.wants("TXT"));
        let records = [
            said("www.example.com", "CNAME", "app.example.com"),
            said("app.example.com", "A", "10.0.0.9"),
            said("app.example.com", "AAAA", "fd00::9"),
            said("example.com", "MX", "10 mail.example.com"),
            said("_sip._tcp.example.com", "SRV", "1 2 5060 sip.example.com"),
            said("example.com", "TXT", &"long ".repeat(80)),
        ];
        let packet = answer(&question, NO_ERROR, true, &records);
        let back = answered(&packet, 7).expect("an answer");
        assert_eq!((back.code, back.truncated), (NO_ERROR, false));
        assert_eq!(back.records, records);
        assert_eq!(answered(&packet, 8), None, "somebody else's");
        let short = answered(&cut(&question, &packet), 7).expect("an answer");
        assert!(short.truncated && short.records.is_empty());
    }

    #[test]
    fn what_cannot_be_spelt_is_not_said() {
        let long = "x".repeat(64);
        for name in [long.as_str(), "a..b", &"abcdefghi.".repeat(26)] {
            assert_eq!(ask(1, name, "A"), None, "{name}");
        }
        assert_eq!(ask(1, "a.example", "LOC"), None);
        let question = question(&ask(1, "a.example", "A").expect("one")).expect("one");
        let odd = [said("a.example", "A", "nowhere"), said("a.example", "MX", "mail")];
        let packet = answer(&question, NO_ERROR, true, &odd);
        assert_eq!(answered(&packet, 1).expect("one").records, []);
    }

    #[test]
    fn no_packet_leads_in_circles_or_past_its_end() {
        let mut circle = ask(1, "a", "A").expect("one");
        circle[12..14].copy_from_slice(&[0xc0, 12]);
        assert_eq!(question(&circle), None);
        let whole = ask(1, "www.example.com", "A").expect("one");
        for end in 0..whole.len() {
            assert_eq!(question(&whole[..end]), None, "{end} bytes");
        }
        assert_eq!(question(&[0xff; 64]), None);
        assert_eq!(not_understood(b"groundplan"), None);
        let refused = not_understood(&[0; 12]).expect("an answer");
        assert_eq!(answered(&refused, 0).expect("one").code, FORM_ERROR);
    }
}
