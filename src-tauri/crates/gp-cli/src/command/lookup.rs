//! `groundplan lookup`: what a name means to somebody, on the command line.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{dto::AppError, proof};

/// Whom to ask as, and for what.
#[derive(Args)]
pub struct Lookup {
    #[command(flatten)]
    design: Design,
    /// A resource, one of several (`app[0]`), or a network for its own resolver.
    from: String,
    /// The name, such as `www.example.com`.
    name: String,
}

impl Lookup {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let judged = opened.judge(&opened.environment(self.design.environment.as_deref())?);
        let found = proof::lookup(&judged, &self.from, &self.name)?;
        if json {
            output::json(&found)?;
        } else {
            for step in &found.steps {
                output::line(&step.text);
            }
            match &found.why_not {
                Some(why) => output::line(&format!("{} no address: {why}", output::red("✗"))),
                None => {
                    let addresses = found.addresses.join(", ");
                    output::line(&format!("{} {}: {addresses}", output::green("✓"), found.name));
                }
            }
        }
        Ok(Outcome::findings_if(found.why_not.is_some()))
    }
}
