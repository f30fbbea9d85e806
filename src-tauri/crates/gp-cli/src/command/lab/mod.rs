//! `lab`: what is done in a lab that runs.

mod capture;
mod logs;
mod shell;
mod switch;

use super::Design;
use crate::{design, output::Outcome};
use clap::{Args, Subcommand};
use gp_app::{
    deploy::{Deployments, PacketsOf},
    dto::AppError,
    events::Events,
    places::Places,
};
use gp_lab::Lab as Running;
use std::{path::Path, sync::Arc};

/// What to do in a lab.
#[derive(Args)]
pub struct Lab {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Print what the program of a server has said: its first start, its database.
    #[command(after_help = logs::HELP)]
    Logs(logs::Logs),
    /// Open a shell in a server, or run a command there: in its network, with its name servers, with this machine's programs.
    #[command(after_help = shell::HELP)]
    Shell(shell::Shell),
    /// Show the packets of a server, or of a link at both of its ends, or write them into a file.
    #[command(after_help = capture::HELP)]
    Capture(capture::Capture),
    /// Switch parts, links or zones off: their cables are pulled, packets of a link are refused. The drawing stays as it is.
    #[command(
        after_help = "Examples:\n  groundplan lab off shop.gplan 'app[0]'\n  groundplan lab off shop.gplan -e test link:app-orders zone:a"
    )]
    Off(switch::Switch),
    /// Switch them on again; without names, everything.
    #[command(after_help = "Example:\n  groundplan lab on shop.gplan 'app[0]'")]
    On(switch::On),
    /// Say of every link whether it answers and what it carries, and how load balancers find their targets.
    #[command(after_help = "Example:\n  groundplan lab show shop.gplan")]
    Show(Design),
}

impl Lab {
    pub async fn run(self, json: bool) -> Result<Outcome, AppError> {
        match self.what {
            What::Off(off) => off.run(json).await,
            What::On(on) => on.run(json).await,
            What::Show(design) => switch::show(&design, json).await,
            What::Logs(logs) => logs.run(json).await,
            What::Shell(shell) => shell.run().await,
            What::Capture(capture) => capture.run().await,
        }
    }
}

/// A thing in a running lab: `shop.gplan app`, or `app` alone where one lab runs.
#[derive(Args)]
struct Thing {
    /// The design and what is meant in it; the design may be left out where one lab runs.
    #[arg(num_args = 1..=2, required = true, value_names = ["DESIGN", "THING"])]
    words: Vec<String>,
    /// The environment; where it is left out, a lab, else the first one.
    #[arg(long, short)]
    environment: Option<String>,
}

impl Thing {
    /// The lab, and whose packets are meant.
    async fn packets(&self) -> Result<(Running, PacketsOf), AppError> {
        let (lab, thing) = self.find().await?;
        let [design, _] = &self.words[..] else { return Ok((lab, PacketsOf::of_machine(thing))) };
        let opened = design::open(Path::new(design))?;
        let environment = opened.environment(self.environment.as_deref())?;
        Ok((lab, PacketsOf::find(&opened.judge(&environment), thing)?))
    }

    /// The lab and the thing in it.
    async fn find(&self) -> Result<(Running, &str), AppError> {
        match &self.words[..] {
            [design, thing] => {
                let opened = design::open(Path::new(design))?;
                let environment = opened.environment(self.environment.as_deref())?;
                let lab = opened.deployments.lab_inside(&opened.session, &environment)?;
                Ok((lab, thing))
            }
            words => {
                let thing = words.first().map(String::as_str).unwrap_or_default();
                if Path::new(thing).is_file() {
                    let message = format!("name what is meant in {thing}: a server, by its id");
                    return Err(AppError::not_found(message));
                }
                let events = Arc::new(Events::default());
                let lab = Deployments::new(&Places::standard(), events).only_lab().await?;
                Ok((lab, thing))
            }
        }
    }
}
