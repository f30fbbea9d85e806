//! Doors from the machine outside into the lab: ports that were opened before the lab's namespaces were entered. Who comes
//! in knocks as an actor on the internet, so that only what that one may reach opens.

use super::{fabric::Fabric, space::Netns};
use crate::house::{DOORS, DOORS_VARIABLE, Door, FIRST_DOOR};
use std::{
    cell::RefCell,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener as Plain},
    rc::Rc,
    time::Duration,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpSocket, TcpStream},
    task::spawn_local,
    time::{sleep, timeout},
};

/// A lab answers within milliseconds, or not at all.
const PATIENCE: Duration = Duration::from_secs(3);

/// The open ports, and where they lead.
pub struct Doors {
    listening: RefCell<Vec<Plain>>,
    /// By number of the door.
    leads: Rc<RefCell<Vec<Lead>>>,
}

/// Where a door leads.
#[derive(Clone)]
struct Lead {
    home: Netns,
    from: Netns,
    to: SocketAddr,
}

impl Doors {
    /// As many as the variable says, in the namespace in which the program was started; none without it.
    pub fn before_entering() -> io::Result<Self> {
        let wanted = std::env::var(DOORS_VARIABLE).ok().and_then(|text| text.parse().ok());
        let wanted = wanted.unwrap_or(0).min(DOORS);
        let ports = FIRST_DOOR..FIRST_DOOR + wanted;
        let open = |port| {
            let listener = Plain::bind((Ipv4Addr::UNSPECIFIED, port))?;
            listener.set_nonblocking(true)?;
            Ok(listener)
        };
        let listening = ports.map(open).collect::<io::Result<_>>()?;
        Ok(Self { listening: RefCell::new(listening), leads: Rc::default() })
    }

    /// Takes connections from now on.
    pub fn open(&self) -> Result<(), String> {
        for (number, listener) in self.listening.take().into_iter().enumerate() {
            let listener = TcpListener::from_std(listener).map_err(|e| format!("no door: {e}"))?;
            spawn_local(accept(listener, number, Rc::clone(&self.leads)));
        }
        Ok(())
    }

    /// What is behind them from now on. What leads nowhere in this lab yet stays closed, and so do those after it.
    pub fn lead_to(&self, doors: Vec<Door>, fabric: &Fabric) {
        let lead = |door: Door| {
            let from = fabric.spaces.get(&door.from)?.netns.clone();
            let to = SocketAddr::from((door.address, door.port));
            Some(Lead { home: fabric.home.clone(), from, to })
        };
        *self.leads.borrow_mut() = doors.into_iter().map_while(lead).collect();
    }
}

async fn accept(listener: TcpListener, number: usize, leads: Rc<RefCell<Vec<Lead>>>) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                let lead = leads.borrow().get(number).cloned();
                if let Some(lead) = lead {
                    spawn_local(pass(client, lead));
                }
            }
            // Out of descriptors: let the others finish.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Both directions, until both sides have said all they wanted. Where nobody opens, the client is hung up on.
async fn pass(mut client: TcpStream, lead: Lead) {
    let Ok(Ok(socket)) = lead.from.within(&lead.home, TcpSocket::new_v4) else { return };
    let Ok(Ok(mut server)) = timeout(PATIENCE, socket.connect(lead.to)).await else { return };
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
