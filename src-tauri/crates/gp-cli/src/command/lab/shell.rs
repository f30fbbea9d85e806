//! `groundplan lab shell`: a terminal in a server.

use super::Thing;
use crate::output::Outcome;
use clap::Args;
use gp_app::{deploy::lab_error, dto::AppError};
use gp_lab::program::{Program, attach};

pub const HELP: &str = "\
Examples:
  groundplan lab shell shop.gplan app[0]
  groundplan lab shell app[0]                                  # where one lab runs
  groundplan lab shell shop.gplan app[0] -- ip route
  echo 'SELECT 1' | groundplan lab shell shop.gplan app[0] -- psql -h orders

The network, the name, the home, /tmp and the name servers are the server's. This machine's programs are there and its
files can be read, except those of its homes; nothing of it can be written, and root is nobody there. It all ends with
the lab. The exit code is that of the command.";

/// Where, and what.
#[derive(Args)]
pub struct Shell {
    #[command(flatten)]
    thing: Thing,
    /// The command; where it is left out, your shell.
    #[arg(last = true)]
    command: Vec<String>,
}

impl Shell {
    pub async fn run(self) -> Result<Outcome, AppError> {
        let (lab, server) = self.thing.find().await?;
        let code = attach(&lab, &Program::here(server, self.command)).await.map_err(lab_error)?;
        Ok(Outcome::Ended(u8::try_from(code).unwrap_or(u8::MAX)))
    }
}
