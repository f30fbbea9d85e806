//! `groundplan lab logs`: what the programs of a server have said.

use super::Thing;
use crate::output::{self, Outcome};
use clap::Args;
use gp_app::{deploy::lab_error, dto::AppError};
use gp_lab::Phase;
use serde_json::json;

pub const HELP: &str = "\
Examples:
  groundplan lab logs shop.gplan app
  groundplan lab logs shop.gplan app[0] --environment test
  groundplan lab logs orders                                   # where one lab runs

The last 256 KiB are kept, in memory only, for as long as the lab runs.
Exit code 1: a program could not be started, or ended with an error.";

/// Of what.
#[derive(Args)]
pub struct Logs {
    #[command(flatten)]
    thing: Thing,
}

impl Logs {
    pub async fn run(self, json: bool) -> Result<Outcome, AppError> {
        let (lab, thing) = self.thing.find().await?;
        let all = lab.running().await.map_err(lab_error)?;
        let several = format!("{thing}[");
        let meant = all.iter().filter(|one| one.space == thing || one.space.starts_with(&several));
        let mut found = Vec::new();
        for one in meant {
            found.push((one, lab.log(&one.space).await.map_err(lab_error)?));
        }
        if found.is_empty() {
            let some = all.iter().map(|one| one.space.as_str()).collect::<Vec<_>>().join(", ");
            let some = if some.is_empty() {
                "no program runs in this lab".to_owned()
            } else {
                format!("programs run in {some}")
            };
            return Err(AppError::not_found(format!("no program runs in {thing}: {some}")));
        }
        if json {
            let one = |(one, log): &(_, String)| json!({ "program": one, "log": log });
            output::json(&found.iter().map(one).collect::<Vec<_>>())?;
        } else {
            for (one, log) in &found {
                output::say(&format!("{}: {}", one.space, one.says));
                log.lines().for_each(|line| output::line(&output::plain(line)));
            }
        }
        Ok(Outcome::findings_if(found.iter().any(|(one, _)| one.phase == Phase::Failed)))
    }
}
