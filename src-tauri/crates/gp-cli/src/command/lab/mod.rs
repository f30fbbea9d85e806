//! `lab`: what is done in a lab that runs.

mod switch;

use super::Design;
use crate::output::Outcome;
use clap::{Args, Subcommand};
use gp_app::dto::AppError;

/// What to do in a lab.
#[derive(Args)]
pub struct Lab {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
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
        }
    }
}
