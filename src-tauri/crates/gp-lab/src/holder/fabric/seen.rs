//! What the kernel shows of one namespace: links, addresses, routes, open ports. Asks cheaply, by dumps, and judges
//! nothing.

use super::{LOOPBACK, RouteLine};
use crate::holder::space::Netns;
use futures::TryStreamExt;
use gp_model::Protocol;
use ipnet::Ipv4Net;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket,
};
use rtnetlink::{
    Handle, RouteMessageBuilder,
    packet_route::{
        address::AddressAttribute,
        link::{LinkAttribute, LinkFlags},
        route::{RouteAddress, RouteAttribute, RouteMessage, RouteProtocol},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    net::{IpAddr, Ipv4Addr},
    os::fd::AsRawFd,
};

/// The kernel's own table of its own addresses.
const LOCAL: u32 = 255;

/// One namespace as it is.
#[derive(Debug, Default)]
pub struct Seen {
    /// By index.
    pub links: BTreeMap<u32, Link>,
    /// Index → addresses.
    pub addresses: BTreeMap<u32, BTreeSet<Ipv4Net>>,
    /// All but those that the kernel makes itself.
    pub routes: BTreeMap<RouteLine, RouteMessage>,
    /// Ports on which somebody listens.
    pub ports: BTreeSet<(Protocol, u16)>,
}

/// A device.
#[derive(Debug)]
pub struct Link {
    pub name: String,
    pub is_up: bool,
    /// Index of the bridge that it is plugged into.
    pub bridge: Option<u32>,
}

/// The devices of a namespace.
pub async fn links(netlink: &Handle) -> Result<BTreeMap<u32, Link>, rtnetlink::Error> {
    let messages: Vec<_> = netlink.link().get().execute().try_collect().await?;
    let links = messages.into_iter().map(|message| {
        let mut link = Link {
            name: String::new(),
            is_up: message.header.flags.contains(LinkFlags::Up),
            bridge: None,
        };
        for attribute in message.attributes {
            match attribute {
                LinkAttribute::IfName(name) => link.name = name,
                LinkAttribute::Controller(bridge) => link.bridge = Some(bridge),
                _ => {}
            }
        }
        (message.header.index, link)
    });
    Ok(links.collect())
}

/// Everything of a namespace.
pub async fn seen(home: &Netns, netns: &Netns, netlink: &Handle) -> Result<Seen, String> {
    let failed = |error: rtnetlink::Error| error.to_string();
    let links = links(netlink).await.map_err(failed)?;
    let addresses = addresses(netlink).await.map_err(failed)?;
    let all = RouteMessageBuilder::<Ipv4Addr>::new().build();
    let routes: Vec<_> = netlink.route().get(all).execute().try_collect().await.map_err(failed)?;
    let routes = routes.into_iter().filter_map(|message| Some((route(&message, &links)?, message)));
    let routes = routes.collect();
    let ports = netns.within(home, ports).map_err(|error| error.to_string())?;
    let ports = ports.map_err(|error| error.to_string())?;
    Ok(Seen { links, addresses, routes, ports })
}

async fn addresses(netlink: &Handle) -> Result<BTreeMap<u32, BTreeSet<Ipv4Net>>, rtnetlink::Error> {
    let messages: Vec<_> = netlink.address().get().execute().try_collect().await?;
    let mut found: BTreeMap<u32, BTreeSet<Ipv4Net>> = BTreeMap::new();
    for message in messages {
        let own = message.attributes.iter().find_map(|attribute| match attribute {
            AddressAttribute::Local(IpAddr::V4(address)) => Some(*address),
            _ => None,
        });
        let net = own.and_then(|own| Ipv4Net::new(own, message.header.prefix_len).ok());
        found.entry(message.header.index).or_default().extend(net);
    }
    Ok(found)
}

/// As the blueprint writes it; none of those that come with addresses.
fn route(message: &RouteMessage, links: &BTreeMap<u32, Link>) -> Option<RouteLine> {
    let (mut table, mut device, mut gateway) = (u32::from(message.header.table), None, None);
    let mut destination = Ipv4Addr::UNSPECIFIED;
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Table(number) => table = *number,
            RouteAttribute::Oif(index) => device = Some(*index),
            RouteAttribute::Gateway(RouteAddress::Inet(address)) => gateway = Some(*address),
            RouteAttribute::Destination(RouteAddress::Inet(address)) => destination = *address,
            _ => {}
        }
    }
    if table == LOCAL || message.header.protocol == RouteProtocol::Kernel {
        return None;
    }
    let device = device.filter(|index| *index != LOOPBACK);
    Some(RouteLine {
        table,
        destination: Ipv4Net::new(destination, message.header.destination_prefix_length).ok()?,
        device: device.and_then(|index| Some(links.get(&index)?.name.clone())),
        gateway,
    })
}

/// Of the namespace that the thread is in: asks the kernel for just the sockets that listen. `/proc/net` would have it
/// walk every bucket of its tables.
fn ports() -> io::Result<BTreeSet<(Protocol, u16)>> {
    /// The states of a TCP socket that listens, and of a UDP socket that is connected to nobody.
    const LISTENS: u32 = 1 << 10;
    const BOUND: u32 = 1 << 7;
    let mut found = BTreeSet::new();
    let kinds = [
        (AddressFamily::Inet, Protocol::Tcp, 6, LISTENS, "tcp"),
        (AddressFamily::Inet6, Protocol::Tcp, 6, LISTENS, "tcp6"),
        (AddressFamily::Inet, Protocol::Udp, 17, BOUND, "udp"),
        (AddressFamily::Inet6, Protocol::Udp, 17, BOUND, "udp6"),
    ];
    for (family, protocol, number, states, file) in kinds {
        let family = u8::try_from(family as i32).unwrap_or_default();
        let ports = diagnosed(family, number, states).or_else(|_| listed(file, states))?;
        found.extend(ports.into_iter().map(|port| (protocol, port)));
    }
    Ok(found)
}

/// The same from `/proc/net`, where the kernel has no such questions.
fn listed(file: &str, states: u32) -> io::Result<Vec<u16>> {
    let text = match fs::read_to_string(format!("/proc/thread-self/net/{file}")) {
        Ok(text) => text,
        // Absent where the kernel has no IPv6.
        Err(_) if file.ends_with('6') => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let port = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let (own, state) = (words.next()?, words.nth(1)?);
        let state = u32::from_str_radix(state, 16).ok()?;
        let port = u16::from_str_radix(own.rsplit(':').next()?, 16).ok()?;
        (states & 1_u32.checked_shl(state)? != 0).then_some(port)
    };
    Ok(text.lines().skip(1).filter_map(port).collect())
}

/// The local ports of sockets in these states, by `SOCK_DIAG_BY_FAMILY`.
fn diagnosed(family: u8, protocol: u8, states: u32) -> io::Result<Vec<u16>> {
    const BY_FAMILY: u16 = 20;
    const REQUEST_DUMP: u16 = 0x301;
    const DONE: u16 = 3;
    const ERROR: u16 = 2;
    let socket = socket(
        AddressFamily::Netlink,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkSockDiag,
    )?;
    // A header of 16 bytes; family, protocol, extensions, padding; states; 48 bytes that name one socket.
    let mut question = [0; 72];
    question[..4].copy_from_slice(&72_u32.to_ne_bytes());
    question[4..6].copy_from_slice(&BY_FAMILY.to_ne_bytes());
    question[6..8].copy_from_slice(&REQUEST_DUMP.to_ne_bytes());
    (question[16], question[17]) = (family, protocol);
    question[20..24].copy_from_slice(&states.to_ne_bytes());
    send(socket.as_raw_fd(), &question, MsgFlags::empty())?;
    let (mut found, mut answer) = (Vec::new(), vec![0; 32 * 1024]);
    loop {
        let length = recv(socket.as_raw_fd(), &mut answer, MsgFlags::MSG_DONTWAIT)?;
        let mut rest = &answer[..length];
        while let [l0, l1, l2, l3, t0, t1, ..] = rest {
            let length = u32::from_ne_bytes([*l0, *l1, *l2, *l3]) as usize;
            match u16::from_ne_bytes([*t0, *t1]) {
                DONE => return Ok(found),
                ERROR => return Err(io::ErrorKind::Unsupported.into()),
                _ => {}
            }
            // Behind the header: four bytes, then the local port as on the wire.
            if let Some([high, low]) = rest.get(20..22) {
                found.push(u16::from_be_bytes([*high, *low]));
            }
            let next = length.max(16).next_multiple_of(4);
            rest = rest.get(next..).unwrap_or_default();
        }
    }
}
