//! `labs`, and what other commands say of labs that are not found by a file.

use crate::{
    design::Opened,
    output::{self, Outcome},
};
use gp_app::{
    deploy::Deployments,
    dto::{AppError, LabDto},
    events::Events,
    places::Places,
};
use std::sync::Arc;

/// Lists every lab of this machine, and how to end it.
pub async fn run(json: bool) -> Result<Outcome, AppError> {
    let deployments = Deployments::new(&Places::standard(), Arc::new(Events::default()));
    let labs = deployments.labs().await?;
    if let Err(problem) = deployments.check_state() {
        output::say(&problem.message);
    }
    if json {
        output::json(&labs)?;
    } else if labs.is_empty() {
        output::line("no lab runs");
    } else {
        for lab in &labs {
            let ends =
                lab.ends_in.map(|seconds| format!(", ends in {seconds} s")).unwrap_or_default();
            let place = match lab.provider {
                "docker" => "in Docker".to_owned(),
                _ => format!("process {}", lab.pid),
            };
            output::line(&format!("{} ({place}{ends})", words(lab)));
        }
        output::say("one ends with: groundplan destroy --lab ID --approve");
    }
    Ok(Outcome::Fine)
}

/// "1f3a…: test of Shop, from /home/me/shop.gplan, which is not there any more".
fn words(lab: &LabDto) -> String {
    let name = lab.name.as_deref().unwrap_or(&lab.design);
    let file = lab.file.as_ref().map(|file| format!(", from {file}")).unwrap_or_default();
    let lost = lab.lost.as_ref().map(|lost| format!(", {lost}")).unwrap_or_default();
    output::plain(&format!("{}: {} of {name}{file}{lost}", lab.id, lab.environment))
}

/// Says which labs may be meant by somebody who finds none here.
pub async fn say_meant(opened: &Opened) -> Result<(), AppError> {
    let labs = opened.deployments.labs_meant_by(&opened.session).await?;
    if labs.is_empty() {
        return Ok(());
    }
    output::say("these labs run, if one of them is meant:");
    for lab in &labs {
        output::say(&format!("  {}", words(lab)));
    }
    output::say("one ends with: groundplan destroy --lab ID --approve");
    Ok(())
}

/// A file without an id finds its lab by where it lies: says what to do once it lies elsewhere.
pub async fn say_how_to_end(opened: &Opened, environment: &str) -> Result<(), AppError> {
    if opened.session.has_id_in_file() {
        return Ok(());
    }
    let own = opened.deployments.lab_of(&opened.session, environment).await?;
    if let Some(lab) = own {
        output::say(&format!(
            "{} has no id, so its lab is found by where the file lies; wherever it goes, this ends it: groundplan destroy --lab {} --approve",
            opened.name, lab.id
        ));
    }
    Ok(())
}
