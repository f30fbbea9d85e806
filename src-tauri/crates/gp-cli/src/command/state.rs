//! `state`: whether our account of what was deployed can be read, and the way out where it cannot.

use crate::output::{self, Outcome};
use clap::Subcommand;
use gp_app::{deploy::Deployments, dto::AppError, events::Events, places::Places};
use serde_json::json;
use std::sync::Arc;

/// What to do with it.
#[derive(Subcommand)]
pub enum State {
    /// Read all of it, and say whether that can be done.
    Check,
    /// Make a new one of all that can be read of a damaged one, which stays beside it. End other programs of
    /// Groundplan first.
    Repair,
}

impl State {
    pub fn run(&self, as_json: bool) -> Result<Outcome, AppError> {
        let places = Places::standard();
        let deployments = Deployments::new(&places, Arc::new(Events::default()));
        let path = places.database();
        let path = path.display();
        match self {
            Self::Check => {
                deployments.check_state()?;
                if as_json {
                    output::json(&json!({ "file": path.to_string(), "state": "fine" }))?;
                } else {
                    output::line(&format!("{path}: fine"));
                }
            }
            Self::Repair => {
                let repaired = deployments.repair_state()?;
                if as_json {
                    output::json(&repaired)?;
                    return Ok(Outcome::Fine);
                }
                let Some(repaired) = repaired else {
                    output::line(&format!("{path}: nothing to repair"));
                    return Ok(Outcome::Fine);
                };
                for (table, rows) in &repaired.saved {
                    let part = if repaired.incomplete.contains(table) { ", not all" } else { "" };
                    output::line(&format!("{table}: {} saved{part}", output::count(*rows, "row")));
                }
                output::line(&format!(
                    "{path}: new; the damaged one is {}",
                    repaired.kept.display()
                ));
                output::say(
                    "what was made and is not in it any more is found by the next plan of its design; labs are listed by: groundplan labs",
                );
            }
        }
        Ok(Outcome::Fine)
    }
}
