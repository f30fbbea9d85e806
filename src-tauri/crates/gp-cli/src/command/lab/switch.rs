//! `lab off`, `lab on`, `lab show`: playing with a running lab.

use super::super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::dto::{AppError, LabLiveDto};
use serde_json::json;

/// What to switch.
#[derive(Args)]
pub struct Switch {
    #[command(flatten)]
    design: Design,
    /// A part with everything in it (`app`), one of several (`app[0]`), a link (`link:app-orders`), or a zone (`zone:a`).
    #[arg(required = true)]
    things: Vec<String>,
}

/// What to switch on again.
#[derive(Args)]
pub struct On {
    #[command(flatten)]
    design: Design,
    /// As they were named to switch them off; without any, everything.
    things: Vec<String>,
}

impl Switch {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        switch(&self.design, &self.things, false, json).await
    }
}

impl On {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        switch(&self.design, &self.things, true, json).await
    }
}

async fn switch(
    design: &Design,
    things: &[String],
    on: bool,
    json: bool,
) -> Result<Outcome, AppError> {
    let opened = design::open(&design.design)?;
    let environment = opened.environment(design.environment.as_deref())?;
    let off = opened.deployments.switch(&opened.session, &environment, things, on).await?;
    if json {
        output::json(&json!({ "off": off }))?;
    } else if off.is_empty() {
        output::line("everything is on");
    } else {
        output::line(&output::plain(&format!("switched off: {}", off.join(", "))));
    }
    Ok(Outcome::Fine)
}

/// Looks at the lab for a second.
pub async fn show(design: &Design, json: bool) -> Result<Outcome, AppError> {
    let opened = design::open(&design.design)?;
    let environment = opened.environment(design.environment.as_deref())?;
    let live = opened.deployments.look(&opened.session, &environment).await?;
    if json {
        output::json(&live)?;
    } else {
        print(&live);
    }
    Ok(Outcome::findings_if(live.links.values().any(|[how, ..]| matches!(how, 2 | 3))))
}

fn print(live: &LabLiveDto) {
    for (link, [how, packets, bytes]) in &live.links {
        let words = match how {
            1 => output::green("answers"),
            2 => output::red("some do not answer"),
            3 => output::red("no answer"),
            4 => "switched off".to_owned(),
            5 => "plugged in".to_owned(),
            _ => "not tried".to_owned(),
        };
        output::line(&format!("{link}: {words}, {packets} packets/s, {bytes} B/s"));
    }
    for target in &live.targets {
        let state = if target.healthy { output::green("healthy") } else { output::red("out") };
        output::line(&format!(
            "{} → {}:{}: {state} for {} s",
            target.node, target.target, target.port, target.seconds
        ));
    }
}
