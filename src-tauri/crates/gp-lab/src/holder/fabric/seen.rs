//! What the kernel shows of one namespace: links, addresses, routes, open ports. Asks cheaply, by dumps, and judges
//! nothing.

use super::{LOOPBACK, RouteLine};
use crate::holder::space::Netns;
use futures::TryStreamExt;
use gp_model::Protocol;
use ipnet::Ipv4Net;
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

/// Of the namespace that the thread is in.
fn ports() -> io::Result<BTreeSet<(Protocol, u16)>> {
    /// The state of a TCP socket that listens, and of a UDP socket that is connected to nobody.
    const LISTENS: &str = "0A";
    const BOUND: &str = "07";
    let mut found = BTreeSet::new();
    let files = [
        ("tcp", Protocol::Tcp, LISTENS),
        ("tcp6", Protocol::Tcp, LISTENS),
        ("udp", Protocol::Udp, BOUND),
        ("udp6", Protocol::Udp, BOUND),
    ];
    for (file, protocol, wanted) in files {
        let text = match fs::read_to_string(format!("/proc/thread-self/net/{file}")) {
            Ok(text) => text,
            // Absent where the kernel has no IPv6.
            Err(_) if file.ends_with('6') => continue,
            Err(error) => return Err(error),
        };
        for line in text.lines().skip(1) {
            let mut words = line.split_whitespace().skip(1);
            let (Some(own), Some(_), Some(state)) = (words.next(), words.next(), words.next())
            else {
                continue;
            };
            let port = own.rsplit(':').next().and_then(|port| u16::from_str_radix(port, 16).ok());
            found.extend(port.filter(|_| state == wanted).map(|port| (protocol, port)));
        }
    }
    Ok(found)
}
