//! `groundplan lookup`: what a name means to somebody, on the command line.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{
    dto::AppError,
    proof::{self, Lookup as Found},
};
use gp_lab::Asked;
use serde_json::json;
use std::collections::BTreeSet;

/// Whom to ask as, and for what.
#[derive(Args)]
pub struct Lookup {
    #[command(flatten)]
    design: Design,
    /// A resource, one of several (`app[0]`), or a network for its own resolver.
    from: String,
    /// The name, such as `www.example.com`.
    name: String,
    /// Ask in the running lab as well, with packets.
    #[arg(long)]
    packets: bool,
}

impl Lookup {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let environment = opened.environment(self.design.environment.as_deref())?;
        let judged = opened.judge(&environment);
        let found = proof::lookup(&judged, &self.from, &self.name)?;
        let (lab, session) = (&opened.deployments, &opened.session);
        // What is drawn holds whether or not somebody can be asked, so it is said first.
        let asked = if self.packets {
            Some(lab.ask(session, &environment, &self.from, &self.name).await)
        } else {
            None
        };
        let answer = asked.as_ref().and_then(|asked| asked.as_ref().ok());
        let agrees = answer.is_none_or(|asked| same(&found, asked));
        if json {
            output::json(&json!({ "lookup": found, "packets": answer }))?;
        } else {
            print(&found);
            if let Some(asked) = answer {
                print_asked(asked, agrees);
            }
        }
        asked.transpose()?;
        Ok(Outcome::findings_if(found.why_not.is_some() || !agrees))
    }
}

/// Whether the lab answers with the addresses that the drawing says, in whatever order.
fn same(found: &Found, asked: &Asked) -> bool {
    let drawn: BTreeSet<&str> = found.addresses.iter().map(String::as_str).collect();
    drawn == asked.addresses().into_iter().collect()
}

fn print(found: &Found) {
    found.steps.iter().for_each(|step| output::line(&step.text));
    output::line(&if let Some(why) = &found.why_not {
        format!("{} no address: {why}", output::red("✗"))
    } else {
        format!("{} {}: {}", output::green("✓"), found.name, found.addresses.join(", "))
    });
}

fn print_asked(asked: &Asked, agrees: bool) {
    let sign = if agrees { output::green("✓") } else { output::red("✗") };
    let said = match asked.addresses() {
        none if none.is_empty() => asked.outcome.to_string(),
        addresses => addresses.join(", "),
    };
    let by = asked.server.map(|server| format!(", by {server}")).unwrap_or_default();
    output::line(&format!("{sign} with packets: {said}{by}"));
}
