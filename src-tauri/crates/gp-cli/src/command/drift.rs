//! `drift`: what was made, what is, what is drawn; and what is done about it, nothing without `--approve`.

use super::{
    Design,
    deploy::{Approval, print_plan, print_status},
    progress::Progress,
};
use crate::{
    design::{self, Opened},
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{
    deploy::Settle,
    dto::{AppError, DriftAttributeDto, DriftDto, DriftThingDto, ErrorCode},
};

/// Stands for everything that drifted and is not ignored.
const ALL: &str = "all";

/// What to look at, and what to do about it.
#[derive(Args)]
pub struct Drift {
    #[command(flatten)]
    design: Design,
    /// Make ADDRESS or ADDRESS.ATTRIBUTE as it was made; `all`: everything.
    #[arg(long, value_name = "PART")]
    put_back: Vec<String>,
    /// Leave it as it is, until it changes again.
    #[arg(long, value_name = "PART")]
    ignore: Vec<String>,
    /// Ignore it no more.
    #[arg(long, value_name = "PART")]
    heed: Vec<String>,
    /// Let the design follow, and save it.
    #[arg(long, value_name = "PART")]
    accept: Vec<String>,
    #[command(flatten)]
    approval: Approval,
}

impl Drift {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let environment = opened.environment(self.design.environment.as_deref())?;
        let mut drift = opened.deployments.drift(&opened.session, &environment).await?;
        let settles = [
            (&self.ignore, Settle::Ignore),
            (&self.heed, Settle::Heed),
            (&self.accept, Settle::Accept),
        ];
        for (parts, how) in settles {
            if !parts.is_empty() {
                drift = self.settle(&opened, &drift, parts, how).await?;
            }
        }
        if !self.put_back.is_empty() {
            let failed = self.put_back(&opened, &drift, json).await?;
            drift = opened.deployments.drift(&opened.session, &environment).await?;
            if failed {
                print(&drift);
                return Ok(Outcome::findings_if(true));
            }
        }
        if json {
            output::json(&drift)?;
        } else {
            print(&drift);
        }
        Ok(Outcome::findings_if(drift.count > 0))
    }

    async fn settle(
        &self,
        opened: &Opened,
        drift: &DriftDto,
        parts: &[String],
        how: Settle,
    ) -> Result<DriftDto, AppError> {
        let parts = meant(drift, parts);
        if !self.approval.approve {
            print(drift);
            return Err(AppError::new(
                ErrorCode::Refused,
                "nothing was done: say --approve to settle this",
            ));
        }
        let (deployments, session) = (&opened.deployments, &opened.session);
        let now = deployments.settle(session, &drift.environment, &parts, how).await?;
        if how == Settle::Accept && session.save(None, false)?.anew {
            output::say(&format!(
                "{} had to be written anew: comments in it are lost",
                opened.name
            ));
        }
        Ok(now)
    }

    /// Whether it failed.
    async fn put_back(
        &self,
        opened: &Opened,
        drift: &DriftDto,
        json: bool,
    ) -> Result<bool, AppError> {
        let (deployments, session) = (&opened.deployments, &opened.session);
        let parts = meant(drift, &self.put_back);
        if parts.is_empty() {
            return Ok(false);
        }
        let environment = &drift.environment;
        let plan = deployments.plan_put_back(session, environment, &parts).await?;
        if !self.approval.approve {
            print_plan(&plan);
            return Err(AppError::new(
                ErrorCode::Refused,
                "nothing was done: say --approve to carry out this plan",
            ));
        }
        let progress = Progress::watch(opened, json);
        let loss = self.approval.allow_data_loss;
        let approved = deployments
            .approve_put_back(session, environment, &parts, &plan.fingerprint, loss)
            .await?;
        let status = deployments.carry_out(session.id, approved).await;
        progress.end().await;
        let status = status?;
        if !json {
            print_status(&status);
        }
        Ok(status.lines.iter().any(|line| line.state == "failed"))
    }
}

/// With `all` written out.
fn meant(drift: &DriftDto, parts: &[String]) -> Vec<String> {
    if !parts.iter().any(|part| part == ALL) {
        return parts.to_vec();
    }
    let open = drift.things.iter().filter(|thing| !thing.ignored);
    open.flat_map(|thing| {
        let attributes = thing.attributes.iter().filter(|one| !one.ignored);
        let named: Vec<String> =
            attributes.map(|one| format!("{}.{}", thing.address, one.attribute)).collect();
        if thing.attributes.is_empty() { vec![thing.address.clone()] } else { named }
    })
    .collect()
}

fn print(drift: &DriftDto) {
    for thing in &drift.things {
        print_thing(thing);
    }
    let words = match (drift.stands, drift.things.is_empty(), drift.count) {
        (false, true, _) => "nothing runs here".to_owned(),
        (false, false, _) => "nothing of it stands any more: deploy it again".to_owned(),
        (true, _, 0) => "as it was made".to_owned(),
        (true, _, count) => format!("{} drifted", output::count(count as usize, "part")),
    };
    output::line(&format!("{}: {words}", drift.environment));
}

fn print_thing(thing: &DriftThingDto) {
    let ignored = if thing.ignored { ", ignored" } else { "" };
    let what = match thing.what.as_str() {
        "vanished" => "it was made and is gone",
        "foreign" => "it is there and was not made from here",
        _ => "",
    };
    if !what.is_empty() {
        output::line(&format!("{}: {what}{ignored}", thing.address));
    }
    for one in &thing.attributes {
        print_attribute(&thing.address, one);
    }
}

/// Of a list only what differs.
fn print_attribute(address: &str, one: &DriftAttributeDto) {
    let ignored = if one.ignored { " (ignored)" } else { "" };
    output::line(&format!("{address}.{}{ignored}", one.attribute));
    let without = |lines: &[String], others: &[String]| -> Vec<String> {
        lines.iter().filter(|line| !others.contains(line)).cloned().collect()
    };
    for line in without(&one.made, &one.is) {
        output::line(&format!("    as made   {}", output::red(&line)));
    }
    for line in without(&one.is, &one.made) {
        output::line(&format!("    as it is  {}", output::green(&line)));
    }
    for line in without(&one.drawn, &one.made) {
        output::line(&format!("    as drawn  {line}"));
    }
}
