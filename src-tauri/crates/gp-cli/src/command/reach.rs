//! `groundplan reach`: the proof on the command line.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{
    dto::{AppError, MatrixCellDto},
    facts, proof,
};

/// Whom to ask about.
#[derive(Args)]
pub struct Reach {
    #[command(flatten)]
    design: Design,
    /// A resource, container or instance (`app[0]`).
    #[arg(requires = "to")]
    from: Option<String>,
    /// Another one.
    to: Option<String>,
    /// Limited to this: `tcp/5432`, `udp/53`, `icmp`.
    #[arg(long, short, requires = "to")]
    service: Option<String>,
    /// Print all end points × all services as CSV.
    #[arg(long, conflicts_with = "from")]
    matrix: bool,
}

impl Reach {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let judged = opened.judge(&opened.environment(self.design.environment.as_deref())?);
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => {
                let answer = proof::ask(&judged, from, to, self.service.as_deref())?;
                if json {
                    output::json(&answer)?;
                } else {
                    output::line(&answer.answer);
                    answer.traces.iter().for_each(output::trace);
                }
                Ok(Outcome::findings_if(answer.reachable.is_empty()))
            }
            _ if self.matrix => {
                matrix(&proof::matrix(&judged, &gp_app::deploy::Tried::new()), json)?;
                Ok(Outcome::Fine)
            }
            _ => intents(&judged, json),
        }
    }
}

fn intents(judged: &gp_app::judged::Judged, json: bool) -> Result<Outcome, AppError> {
    let intents: Vec<_> = judged.intents.iter().map(facts::intent_fact).collect();
    if json {
        output::json(&intents)?;
    } else {
        for intent in &intents {
            let sign = if intent.holds { output::green("✓") } else { output::red("✗") };
            output::line(&format!("{sign} {}: {}", intent.id, intent.text));
            intent.counter_example.iter().for_each(output::trace);
        }
        let holding = intents.iter().filter(|intent| intent.holds).count();
        output::say(&format!(
            "{holding} of {} intents hold in {}",
            intents.len(),
            judged.environment
        ));
    }
    Ok(Outcome::findings_if(intents.iter().any(|intent| !intent.holds)))
}

fn matrix(cells: &[MatrixCellDto], json: bool) -> Result<(), AppError> {
    if json {
        return output::json(&cells);
    }
    output::line("from,to,service,reachable,because");
    for cell in cells {
        let because = output::plain(&cell.because).replace('"', "\"\"");
        output::line(&format!(
            "{},{},{},{},\"{because}\"",
            cell.from, cell.to, cell.service, cell.proven
        ));
    }
    Ok(())
}
