//! The agent: listens in the servers' namespaces and answers as each service would, in one
//! process. Says its own name in every answer, so that a test can tell who answered.

use super::{
    balancer::Node,
    names::{NameServer, Places, read_message, write_message},
    pulse::shared_port,
    space::Netns,
};
use crate::blueprint::{Answer, Listener, Space};
use gp_model::{PortSpec, Protocol};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddrV4},
    rc::Rc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream, UdpSocket},
    task::{AbortHandle, spawn_local},
    time::timeout,
};

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(2);

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Who listens where.
pub struct Agent {
    home: Netns,
    running: BTreeMap<String, BTreeMap<Port, Socket>>,
    servers: BTreeMap<String, Rc<NameServer>>,
    places: Places,
}

type Port = (Protocol, u16);

/// An open port. What it answers may change while it stays open.
struct Socket {
    served: Rc<RefCell<Rc<Served>>>,
    task: AbortHandle,
}

impl Agent {
    pub fn new(home: Netns) -> Self {
        let (running, servers) = (BTreeMap::new(), BTreeMap::new());
        Self { home, running, servers, places: Places::default() }
    }

    /// Opens what is missing in a namespace and closes what is no longer wanted.
    pub fn set(
        &mut self,
        name: &str,
        netns: &Netns,
        space: &Space,
        node: Option<&Rc<Node>>,
    ) -> Result<(), String> {
        let server = self.name_server(name, netns, space);
        let at = space.names.as_ref().and_then(|names| names.at).unwrap_or(Ipv4Addr::UNSPECIFIED);
        let wanted = ports(&space.listeners);
        let running = self.running.entry(name.to_owned()).or_default();
        running.retain(|port, socket| {
            let stays = wanted.contains_key(port);
            if !stays {
                socket.task.abort();
            }
            stays
        });
        for (port, answer) in wanted {
            let served = Rc::new(Served {
                name: name.into(),
                answer: answer.clone(),
                node: node.cloned(),
                server: server.clone(),
            });
            if let Some(socket) = running.get(&port) {
                *socket.served.borrow_mut() = served;
                continue;
            }
            let served = Rc::new(RefCell::new(served));
            let place = if *answer == Answer::Names { at } else { Ipv4Addr::UNSPECIFIED };
            let task = open(&self.home, netns, (place, port), Rc::clone(&served))
                .map_err(|e| format!("{name} cannot listen on {}: {e}", written(port)))?;
            running.insert(port, Socket { served, task });
        }
        Ok(())
    }

    /// The name server of a namespace, with what it knows now.
    fn name_server(&mut self, name: &str, netns: &Netns, space: &Space) -> Option<Rc<NameServer>> {
        self.places.borrow_mut().insert(name.to_owned(), netns.clone());
        let Some(names) = &space.names else {
            self.servers.remove(name);
            return None;
        };
        let new = || {
            let places = Rc::clone(&self.places);
            Rc::new(NameServer::new(self.home.clone(), netns.clone(), places, names.clone()))
        };
        let server = self.servers.entry(name.to_owned()).or_insert_with(new);
        server.set(names);
        Some(Rc::clone(server))
    }

    /// Stops everything in a namespace.
    pub fn stop(&mut self, name: &str) {
        self.places.borrow_mut().remove(name);
        self.servers.remove(name);
        let sockets = self.running.remove(name).into_iter().flatten();
        sockets.for_each(|(_, socket)| socket.task.abort());
    }
}

/// Every port once, however many listeners have it: of those the first answers.
fn ports(listeners: &[Listener]) -> BTreeMap<Port, &Answer> {
    let mut ports = BTreeMap::new();
    for listener in listeners {
        for port in listener.served() {
            ports.entry((listener.ports.protocol, port)).or_insert(&listener.answer);
        }
    }
    ports
}

fn written((protocol, port): Port) -> PortSpec {
    PortSpec { protocol, low: port, high: port }
}

/// What a listener's connections need.
struct Served {
    name: String,
    answer: Answer,
    node: Option<Rc<Node>>,
    server: Option<Rc<NameServer>>,
}

fn open(
    home: &Netns,
    netns: &Netns,
    (at, (protocol, port)): (Ipv4Addr, Port),
    served: Rc<RefCell<Rc<Served>>>,
) -> io::Result<AbortHandle> {
    let place = (at, port);
    let task = if protocol == Protocol::Udp {
        let socket = netns.within(home, || shared_port(SocketAddrV4::new(at, port)))??;
        socket.set_nonblocking(true)?;
        spawn_local(datagrams(UdpSocket::from_std(socket)?, served))
    } else {
        let listener = netns.within(home, || listen(place))??;
        spawn_local(accept(listener, served))
    };
    Ok(task.abort_handle())
}

/// Shares its port with probes that have to send from just that one.
fn listen(place: (Ipv4Addr, u16)) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(place.into())?;
    socket.listen(BACKLOG)
}

/// Sends datagrams back as they came, unless a name server answers them.
async fn datagrams(socket: UdpSocket, served: Rc<RefCell<Rc<Served>>>) {
    let socket = Rc::new(socket);
    let mut buffer = [0; 1500];
    loop {
        // Errors are answers to earlier datagrams: nobody to tell.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
        let Some(server) = served.borrow().name_server() else {
            let _ = socket.send_to(&buffer[..length], from).await;
            continue;
        };
        let (socket, packet) = (Rc::clone(&socket), buffer[..length].to_vec());
        spawn_local(async move {
            if let Some(answer) = server.answer(&packet, true).await {
                let _ = socket.send_to(&answer, from).await;
            }
        });
    }
}

impl Served {
    fn name_server(&self) -> Option<Rc<NameServer>> {
        self.server.clone().filter(|_| self.answer == Answer::Names)
    }
}

/// Answers questions on one connection until the other side has enough.
async fn questions(stream: &mut TcpStream, server: &NameServer) -> io::Result<()> {
    while let Ok(packet) = timeout(PATIENCE, read_message(stream)).await {
        let Some(answer) = server.answer(&packet?, false).await else { break };
        write_message(stream, &answer).await?;
    }
    Ok(())
}

async fn accept(listener: TcpListener, served: Rc<RefCell<Rc<Served>>>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let served = Rc::clone(&served.borrow());
                spawn_local(async move {
                    // A client that went away needs no answer.
                    let _ = answer(stream, &served).await;
                });
            }
            // Out of descriptors: let the others finish.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn answer(mut stream: TcpStream, served: &Served) -> io::Result<()> {
    let name = &served.name;
    match &served.answer {
        Answer::Http => {
            if request(&mut stream).await?.is_empty() {
                return Ok(());
            }
            let client = stream.peer_addr()?.ip();
            let body = format!("{name}\nclient {client}\n");
            stream.write_all(response("200 OK", "", &body).as_bytes()).await?;
        }
        Answer::Redirect { port } => {
            let asked = request(&mut stream).await?;
            if !asked.is_empty() {
                let location = format!("Location: {}\r\n", redirect(&asked, *port));
                let text = response("301 Moved Permanently", &location, "");
                stream.write_all(text.as_bytes()).await?;
            }
        }
        Answer::Banner { service } => {
            stream
                .write_all(format!("{service} on {name} (Groundplan lab)\r\n").as_bytes())
                .await?;
        }
        Answer::Postgres => postgres(&mut stream, name).await?,
        Answer::Proxy { pool } => {
            if let Some(node) = &served.node {
                node.forward(stream, *pool).await?;
                return Ok(());
            }
        }
        Answer::Names => {
            if let Some(server) = &served.server {
                questions(&mut stream, server).await?;
            }
        }
        Answer::Echo => {}
    }
    stream.shutdown().await
}

/// The head of an HTTP request; empty if the client only wanted to connect.
async fn request(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while head.len() < 16 * 1024 {
        let Ok(read) = timeout(PATIENCE, stream.read(&mut buffer)).await else { break };
        let length = read?;
        head.extend_from_slice(&buffer[..length]);
        if length == 0 || head.windows(4).any(|window| window == b"\r\n\r\n") {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn response(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Type: text/plain\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Where a client is sent: the same host and path, another port.
fn redirect(request: &str, port: u16) -> String {
    let path =
        request.split_whitespace().nth(1).filter(|path| path.starts_with('/')).unwrap_or("/");
    let host = request
        .lines()
        .find_map(|line| line.split_once(':').filter(|(key, _)| key.eq_ignore_ascii_case("host")))
        .map_or("localhost", |(_, host)| host.trim());
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    match port {
        443 => format!("https://{host}{path}"),
        port => format!("http://{host}:{port}{path}"),
    }
}

/// Speaks the protocol far enough to say honestly what it is.
async fn postgres(stream: &mut TcpStream, name: &str) -> io::Result<()> {
    const WANTS_TLS: u32 = 80_877_103;
    loop {
        let Ok(Ok(length)) = timeout(PATIENCE, stream.read_u32()).await else { return Ok(()) };
        if !(8..=10_000).contains(&length) {
            return Ok(());
        }
        let mut body = vec![0; length as usize - 4];
        stream.read_exact(&mut body).await?;
        if length == 8 && body == WANTS_TLS.to_be_bytes() {
            stream.write_all(b"N").await?;
            continue;
        }
        let fields = format!(
            "SFATAL\0VFATAL\0C0A000\0M{name} is a responder of the Groundplan lab, not PostgreSQL\0\0"
        );
        let mut message = vec![b'E'];
        message.extend_from_slice(&(fields.len() as u32 + 4).to_be_bytes());
        message.extend_from_slice(fields.as_bytes());
        return stream.write_all(&message).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_of_two_listeners_is_opened_once() {
        let banner = |service: &str| Answer::Banner { service: service.into() };
        let listener = |ports: &str, service| Listener {
            ports: ports.parse().expect("ports"),
            answer: banner(service),
        };
        let both = [listener("tcp/8080", "a"), listener("tcp/8079-8081", "b")];
        let shown: Vec<String> = ports(&both)
            .into_iter()
            .map(|(port, answer)| {
                let who = if *answer == banner("a") { "a" } else { "b" };
                format!("{} {who}", written(port))
            })
            .collect();
        assert_eq!(shown, ["tcp/8079 b", "tcp/8080 a", "tcp/8081 b"]);
    }

    #[test]
    fn a_redirect_keeps_host_and_path() {
        let asked = "GET /cart?x=1 HTTP/1.1\r\nHost: shop.example.com:80\r\n\r\n";
        assert_eq!(redirect(asked, 443), "https://shop.example.com/cart?x=1");
        assert_eq!(redirect(asked, 8443), "http://shop.example.com:8443/cart?x=1");
        assert_eq!(redirect("nonsense", 443), "https://localhost/");
    }
}
