//! `groundplan lab shell`: a terminal in a server.

use super::Thing;
use crate::output::{self, Outcome};
use clap::Args;
use gp_app::{deploy::lab_error, dto::AppError};
use gp_lab::program::{Program, attach};
use std::io::{self, IsTerminal};

pub const HELP: &str = "\
Examples:
  groundplan lab shell shop.gplan app[0]
  groundplan lab shell app[0]                                  # where one lab runs
  groundplan lab shell shop.gplan app[0] -- ip route
  echo 'SELECT 1' | groundplan lab shell shop.gplan app[0] -- psql -h orders

The network, the name, /etc/hosts and /etc/resolv.conf are the server's; files are this machine's, and whoever runs
the lab may do with them there what they may do here. It ends with the lab, and leaves no process. The exit code is
that of the command.";

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
        if self.command.is_empty() && io::stdin().is_terminal() && gp_lab::available::facts().root {
            output::say("you are root: what this shell does to files, it does to this machine's");
        }
        let code = attach(&lab, &Program::here(server, self.command)).await.map_err(lab_error)?;
        Ok(Outcome::Ended(u8::try_from(code).unwrap_or(u8::MAX)))
    }
}
