//! Name servers while they run: they answer out of their records, or ask others with packets of their
//! own, and machines ask them. Remembers no answer: what is drawn or switched off holds at once.

use super::space::Netns;
use crate::{
    blueprint::{Asks, Entry, Names, Row, Then, Tried},
    dns::{self, Answered, Question, Said},
    protocol::{Asked, Outcome},
};
use gp_catalog::naming::{DNS, covers, normal};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    io,
    net::{Ipv4Addr, SocketAddr},
    rc::Rc,
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream, UdpSocket},
    time::timeout,
};

/// How long one name server is waited for; whoever asked waits longer than whom it asks.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long a machine waits: for a name server that tried all whom it knows.
const MACHINE: Duration = Duration::from_secs(3);
/// How long a connection may take that decides a failover.
const TRY: Duration = Duration::from_millis(400);
/// Names that stand for other names, one after the other.
const LONGEST_CHAIN: usize = 8;

/// The namespaces of a lab, by name.
pub type Places = Rc<RefCell<BTreeMap<String, Netns>>>;

/// A name server.
pub struct NameServer {
    home: Netns,
    netns: Netns,
    places: Places,
    names: RefCell<Rc<Names>>,
    /// Questions that it has passed on and that came back: they go in a circle.
    open: RefCell<BTreeSet<(u16, String)>>,
    turn: Cell<usize>,
}

impl NameServer {
    pub fn new(home: Netns, netns: Netns, places: Places, names: Names) -> Self {
        Self {
            home,
            netns,
            places,
            names: RefCell::new(Rc::new(names)),
            open: RefCell::default(),
            turn: Cell::default(),
        }
    }

    /// What it knows from now on.
    pub fn set(&self, names: &Names) {
        *self.names.borrow_mut() = Rc::new(names.clone());
    }

    /// The answer to a packet; none where it is nothing to answer.
    pub async fn answer(&self, packet: &[u8], datagram: bool) -> Option<Vec<u8>> {
        let Some(question) = dns::question(packet) else { return dns::not_understood(packet) };
        let answer = self.found(&question, packet).await;
        let fits = !datagram || answer.len() <= dns::LONGEST_DATAGRAM;
        Some(if fits { answer } else { dns::cut(&question, &answer) })
    }

    async fn found(&self, question: &Question, packet: &[u8]) -> Vec<u8> {
        let names = Rc::clone(&self.names.borrow());
        match entry(&names, &question.name).map(|entry| &entry.then) {
            None => dns::answer(question, dns::REFUSED, false, &[]),
            Some(Then::Answer(rows)) => self.out_of(&names, question, rows).await,
            Some(Then::Pass { from, to }) => self.passed_on(question, packet, from, to).await,
        }
    }

    /// Follows names that stand for others as far as its own records know them, and by asking beyond.
    async fn out_of(&self, names: &Names, question: &Question, rows: &[Row]) -> Vec<u8> {
        let mut said = Vec::new();
        let mut rows = rows;
        let mut name = question.name.clone();
        for _ in 0..LONGEST_CHAIN {
            let own = self.in_force(rows, &name).await;
            let wanted = own.iter().filter(|row| question.wants(&row.type_));
            let fitting: Vec<Said> = wanted.flat_map(|row| spoken(row, &name)).collect();
            if !fitting.is_empty() {
                said.extend(fitting);
                break;
            }
            let Some(alias) = own.iter().find(|row| row.type_ == "CNAME") else {
                let known = !said.is_empty() || !own.is_empty() || is_above(rows, &name);
                let code = if known { dns::NO_ERROR } else { dns::NO_SUCH_NAME };
                return dns::answer(question, code, true, &said);
            };
            said.extend(spoken(alias, &name));
            let Some(next) = alias.values.first().map(|value| normal(value)) else { break };
            match entry(names, &next).map(|entry| &entry.then) {
                Some(Then::Answer(other)) => rows = other,
                Some(Then::Pass { from, to }) => {
                    said.extend(self.elsewhere(question, &next, from, to).await);
                    break;
                }
                None => break,
            }
            name = next;
        }
        dns::answer(question, dns::NO_ERROR, true, &said)
    }

    /// The records of a name that answer now. Both halves of a failover hear of one try.
    async fn in_force<'a>(&self, rows: &'a [Row], name: &str) -> Vec<&'a Row> {
        let all = of_name(rows, name);
        let Some(tried) = all.iter().find_map(|row| row.while_.as_ref()) else { return all };
        let takes = self.takes(tried).await;
        let spare = all.iter().any(|row| row.unless.is_some());
        let holds = |row: &&Row| match (&row.while_, &row.unless) {
            (Some(_), _) => takes || !spare,
            (None, Some(_)) => !takes,
            (None, None) => true,
        };
        all.into_iter().filter(holds).collect()
    }

    async fn takes(&self, tried: &Tried) -> bool {
        for address in &tried.addresses {
            let connected = async {
                let socket = self.netns.within(&self.home, TcpSocket::new_v4)??;
                socket.connect(SocketAddr::from((*address, tried.port))).await
            };
            if matches!(timeout(TRY, connected).await, Ok(Ok(_))) {
                return true;
            }
        }
        false
    }

    async fn passed_on(
        &self,
        question: &Question,
        packet: &[u8],
        from: &[String],
        to: &[Ipv4Addr],
    ) -> Vec<u8> {
        let key = (question.id, question.name.clone());
        let failed = || dns::answer(question, dns::SERVER_FAILURE, false, &[]);
        if !self.open.borrow_mut().insert(key.clone()) {
            return failed();
        }
        let answer = self.asked(packet, question.id, from, to).await;
        self.open.borrow_mut().remove(&key);
        answer.map_or_else(failed, |(answer, _)| answer)
    }

    async fn elsewhere(
        &self,
        question: &Question,
        name: &str,
        from: &[String],
        to: &[Ipv4Addr],
    ) -> Vec<Said> {
        let wanted = dns::ask(question.id, name, "A").filter(|_| question.wants("A"));
        let Some(packet) = wanted else { return Vec::new() };
        let answer = self.asked(&packet, question.id, from, to).await;
        let understood = answer.and_then(|(answer, _)| dns::answered(&answer, question.id));
        understood.map(|answer| answer.records).unwrap_or_default()
    }

    /// Everybody in turn, beginning with another each time.
    async fn asked(
        &self,
        packet: &[u8],
        id: u16,
        from: &[String],
        to: &[Ipv4Addr],
    ) -> Option<(Vec<u8>, Ipv4Addr)> {
        let places: Vec<Netns> = {
            let known = self.places.borrow();
            from.iter().filter_map(|name| known.get(name).cloned()).collect()
        };
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        for number in 0..to.len().max(places.len()) {
            let place = places.get((turn + number).checked_rem(places.len())?)?;
            let server = *to.get((turn + number).checked_rem(to.len())?)?;
            if let Some(answer) = exchange(&self.home, place, server, packet, id, PATIENCE).await {
                return Some((answer, server));
            }
        }
        None
    }
}

/// What counts for a name: the longest domain, of equals the first.
fn entry<'a>(names: &'a Names, name: &str) -> Option<&'a Entry> {
    let mut best: Option<&Entry> = None;
    for entry in &names.entries {
        let meets = entry.domain.is_empty() || covers(&entry.domain, name);
        if meets && best.is_none_or(|best| best.domain.len() < entry.domain.len()) {
            best = Some(entry);
        }
    }
    best
}

/// The records of a name, else those of the nearest `*` above it.
fn of_name<'a>(rows: &'a [Row], name: &str) -> Vec<&'a Row> {
    let (mut wanted, mut rest) = (name.to_owned(), name);
    loop {
        let found: Vec<&Row> = rows.iter().filter(|row| row.name == wanted).collect();
        let Some((_, above)) = rest.split_once('.').filter(|_| found.is_empty()) else {
            return found;
        };
        (wanted, rest) = (format!("*.{above}"), above);
    }
}

/// Whether there are names below this one, which makes it one itself.
fn is_above(rows: &[Row], name: &str) -> bool {
    rows.iter().any(|row| row.name != name && covers(name, &row.name))
}

fn spoken(row: &Row, name: &str) -> Vec<Said> {
    let one = |value: &String| Said {
        name: name.to_owned(),
        type_: row.type_.clone(),
        value: value.clone(),
    };
    row.values.iter().map(one).collect()
}

/// One question to one name server; over TCP where the answer is too long for a datagram.
async fn exchange(
    home: &Netns,
    place: &Netns,
    server: Ipv4Addr,
    packet: &[u8],
    id: u16,
    patience: Duration,
) -> Option<Vec<u8>> {
    let datagram =
        timeout(patience, by_datagram(home, place, server, packet, id)).await.ok()?.ok()?;
    if !dns::answered(&datagram, id)?.truncated {
        return Some(datagram);
    }
    let whole = timeout(patience, by_stream(home, place, server, packet)).await.ok()?.ok()?;
    dns::answered(&whole, id).map(|_| whole)
}

async fn by_datagram(
    home: &Netns,
    place: &Netns,
    server: Ipv4Addr,
    packet: &[u8],
    id: u16,
) -> io::Result<Vec<u8>> {
    let anywhere = (Ipv4Addr::UNSPECIFIED, 0);
    let socket = place.within(home, || std::net::UdpSocket::bind(anywhere))??;
    socket.set_nonblocking(true)?;
    let socket = UdpSocket::from_std(socket)?;
    socket.connect((server, DNS.low)).await?;
    socket.send(packet).await?;
    let mut buffer = [0; dns::LONGEST_DATAGRAM];
    loop {
        let length = socket.recv(&mut buffer).await?;
        if dns::answered(&buffer[..length], id).is_some() {
            return Ok(buffer[..length].to_vec());
        }
    }
}

async fn by_stream(
    home: &Netns,
    place: &Netns,
    server: Ipv4Addr,
    packet: &[u8],
) -> io::Result<Vec<u8>> {
    let socket = place.within(home, TcpSocket::new_v4)??;
    let mut stream = socket.connect(SocketAddr::from((server, DNS.low))).await?;
    write_message(&mut stream, packet).await?;
    read_message(&mut stream).await
}

/// A message on a stream, its length before it.
pub async fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut message = vec![0; usize::from(length)];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

/// The same in the other direction.
pub async fn write_message(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), message].concat()).await
}

/// Ids of questions, so that no two under way are taken for one.
static NEXT: AtomicU16 = AtomicU16::new(1);

/// Asks for a name as a machine does, of the name servers that it has.
pub async fn ask(home: &Netns, place: &Netns, asks: &[Asks], name: &str, type_: &str) -> Asked {
    let none = |outcome, server| Asked { outcome, server, records: Vec::new() };
    let name = normal(name);
    let mut best: Option<&Asks> = None;
    for one in asks.iter().filter(|one| one.domain.is_empty() || covers(&one.domain, &name)) {
        if best.is_none_or(|best| best.domain.len() < one.domain.len()) {
            best = Some(one);
        }
    }
    let Some(best) = best else { return none(Outcome::Nobody, None) };
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let Some(packet) = dns::ask(id, &name, type_) else { return none(Outcome::Refused, None) };
    for server in &best.servers {
        let answer = exchange(home, place, *server, &packet, id, MACHINE).await;
        if let Some(answer) = answer.and_then(|answer| dns::answered(&answer, id)) {
            return told(*server, &answer);
        }
    }
    none(Outcome::NoAnswer, best.servers.last().copied())
}

fn told(server: Ipv4Addr, answer: &Answered) -> Asked {
    let outcome = match answer.code {
        dns::NO_ERROR => Outcome::Answered,
        dns::NO_SUCH_NAME => Outcome::NoSuchName,
        dns::REFUSED => Outcome::Refused,
        _ => Outcome::Failed,
    };
    let records = answer.records.iter().map(|said| format!("{} {}", said.type_, said.value));
    Asked { outcome, server: Some(server), records: records.collect() }
}
