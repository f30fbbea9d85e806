//! `groundplan lab capture`: the packets of a server or a link, live or into a file.

use super::Thing;
use crate::output::{self, Outcome};
use clap::Args;
use gp_app::{
    deploy::{PacketsOf, lab_error},
    dto::AppError,
};
use gp_lab::{capture::Capture as Packets, pcap::Packet};
use std::{fs::File, io::Write as _, path::PathBuf, time::Duration};
use tokio::time::{Instant, sleep_until};

pub const HELP: &str = "\
Examples:
  groundplan lab capture shop.gplan app[0]                      # what one server sends and hears
  groundplan lab capture shop.gplan app-orders --seconds 5      # a link, at both of its ends
  groundplan lab capture shop.gplan app[0] --out app.pcap       # for Wireshark
  groundplan lab capture shop.gplan app[0] -- port 5432

Needs tcpdump on this machine. Ctrl+C ends it.";

/// Of what, and where to.
#[derive(Args)]
pub struct Capture {
    #[command(flatten)]
    thing: Thing,
    /// Write a capture file instead of lines.
    #[arg(long)]
    out: Option<PathBuf>,
    /// End by itself after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// Which packets, in tcpdump's words.
    #[arg(last = true)]
    filter: Vec<String>,
}

impl Capture {
    pub async fn run(self) -> Result<Outcome, AppError> {
        let (lab, of) = self.thing.packets().await?;
        let filter = of.filter(&self.filter);
        let mut packets = Packets::begin(&lab, &of.machines, &filter).await.map_err(lab_error)?;
        output::say(&format!("listening at {}", of.machines.join(", ")));
        let mut file = self.out.as_deref().map(create).transpose()?;
        let (mut count, mut begun) = (0, false);
        let end = self.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        loop {
            let heard = tokio::select! {
                heard = packets.next() => heard,
                () = until(end) => None,
                _ = tokio::signal::ctrl_c() => None,
            };
            let Some(heard) = heard else { break };
            let (machine, packet, header) = heard.map_err(lab_error)?;
            count += 1;
            match &mut file {
                None => output::line(&line(&of, &machine, &packet)),
                Some(file) => {
                    let head = if begun { &[][..] } else { &header };
                    begun = true;
                    file.write_all(&[head, &packet.record].concat()).map_err(|error| {
                        AppError::failed(format!("cannot write the packets: {error}"))
                    })?;
                }
            }
        }
        output::say(&output::count(count, "packet"));
        Ok(Outcome::Fine)
    }
}

fn create(path: &std::path::Path) -> Result<File, AppError> {
    let failed = |error| AppError::failed(format!("cannot write {}: {error}", path.display()));
    File::create(path).map_err(failed)
}

async fn until(end: Option<Instant>) {
    match end {
        Some(end) => sleep_until(end).await,
        None => std::future::pending().await,
    }
}

/// `12:30:05.000250 app[0]  app[0]:40000 → orders:5432  tcp SYN`
fn line(of: &PacketsOf, machine: &str, packet: &Packet) -> String {
    let (day, micro) = (packet.seconds % 86_400, packet.microseconds);
    let (hour, minute, second) = (day / 3600, day / 60 % 60, day % 60);
    let said = match &packet.said {
        None => "no IPv4 packet".to_owned(),
        Some(said) => format!("{} → {}  {}", of.name(said.from), of.name(said.to), said.what),
    };
    format!("{hour:02}:{minute:02}:{second:02}.{micro:06} {machine}  {said}")
}
