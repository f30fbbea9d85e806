//! Packets of a running lab as its machines see them: `tcpdump` runs in each, and what it says comes back.

use crate::{
    lab::{Lab, LabError},
    pcap::{Packet, Reader},
    program::{Program, Running},
};
use std::{
    fs::File,
    io,
    os::fd::{AsFd as _, OwnedFd},
};
use tokio::{
    io::AsyncReadExt,
    net::unix::pipe,
    sync::mpsc::{Receiver, Sender, channel},
};

/// Packets that wait for whoever looks at them; then tcpdump waits, and drops what has no room.
const WAITING: usize = 1024;

/// In which machine a packet was seen, the packet, and the header of its file; or why there are no more.
pub type Heard = Result<(String, Packet, Vec<u8>), LabError>;

/// Packets of some machines while this lives.
#[derive(Debug)]
pub struct Capture {
    heard: Receiver<Heard>,
}

impl Capture {
    /// Begins in these machines. The filter is tcpdump's, word by word; options are refused.
    pub async fn begin(
        lab: &Lab,
        machines: &[String],
        filter: &[String],
    ) -> Result<Self, LabError> {
        if let Some(option) = filter.iter().find(|word| word.starts_with('-')) {
            let message = format!(
                "“{option}” is an option, and a filter has none: write `host`, `port`, `and` …"
            );
            return Err(LabError::Refused(message));
        }
        let words = ["tcpdump", "-i", "any", "-n", "-U", "-w", "-", "--"].map(str::to_owned);
        let words: Vec<String> = words.into_iter().chain(filter.iter().cloned()).collect();
        let (teller, heard) = channel(WAITING);
        for machine in machines {
            let program = Program::here(machine, words.clone());
            let nothing = File::open("/dev/null").map_err(LabError::Lost)?;
            let (packets, out) = io::pipe().map_err(LabError::Lost)?;
            let (said, errors) = io::pipe().map_err(LabError::Lost)?;
            let streams = [nothing.as_fd(), out.as_fd(), errors.as_fd()];
            let running = lab.run(&program, streams).await.map_err(install)?;
            let one =
                One { running, packets: packets.into(), said: said.into(), teller: teller.clone() };
            tokio::spawn(one.listen());
        }
        Ok(Self { heard })
    }

    /// The next packet. None: all have ended.
    pub async fn next(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }
}

/// The way out where it is missing.
fn install(error: LabError) -> LabError {
    match error {
        LabError::Refused(message) if message.ends_with("not installed on this machine") => {
            LabError::Unavailable(format!("{message}: sudo apt install tcpdump"))
        }
        other => other,
    }
}

/// tcpdump in one machine.
struct One {
    running: Running,
    packets: OwnedFd,
    said: OwnedFd,
    teller: Sender<Heard>,
}

impl One {
    /// Until it ends, or until nobody listens; why it ended is told where it was no packet's end.
    async fn listen(self) {
        let Self { mut running, packets, said, teller } = self;
        let server = running.server.clone();
        let looking = async {
            let mut packets = pipe::Receiver::from_owned_fd(packets)?;
            let (mut reader, mut bytes) = (Reader::default(), vec![0; 64 * 1024]);
            loop {
                let length = packets.read(&mut bytes).await?;
                let found = reader.take(&bytes[..length]).filter(|_| length > 0);
                let Some(found) = found else { return Ok::<(), io::Error>(()) };
                let header = reader.header().unwrap_or_default().to_vec();
                for packet in found {
                    let told = teller.send(Ok((server.clone(), packet, header.clone()))).await;
                    if told.is_err() {
                        return Ok(());
                    }
                }
            }
        };
        let listening = async {
            let mut text = String::new();
            let mut said = pipe::Receiver::from_owned_fd(said)?;
            said.read_to_string(&mut text).await?;
            Ok::<String, io::Error>(text)
        };
        let ends = async {
            let (seen, text) = tokio::join!(looking, listening);
            (seen, text.unwrap_or_default())
        };
        tokio::select! {
            () = teller.closed() => {}
            (seen, text) = ends => {
                let code = running.ended().await;
                let message = match (seen, code) {
                    (Err(error), _) => error.to_string(),
                    (_, Err(error)) => error.to_string(),
                    (_, Ok(0)) => return,
                    _ => text.lines().last().unwrap_or("tcpdump ended").to_owned(),
                };
                let _ = teller.send(Err(LabError::Refused(format!("{server}: {message}")))).await;
            }
        }
    }
}
