//! Tries connections while programs are starting: waits for those whose ports nobody else answers on, and asks again
//! where a port was changing hands.

use crate::{
    blueprint::{Blueprint, Runs},
    lab::Lab,
    protocol::{Probe, Probed, Reply, Request, Verdict},
    running::{Phase, Running},
};
use gp_plan::DriverError;
use std::time::{Duration, Instant};

/// How long programs are waited for that are starting.
const STARTING: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(25);

/// What became of these tries, and which programs run.
pub(crate) async fn probe(
    lab: &Lab,
    blueprint: &Blueprint,
    probes: Vec<Probe>,
) -> Result<(Probed, Vec<Running>), DriverError> {
    // Where a script is about to listen nobody else does; behind a database or a bucket somebody answers meanwhile.
    let is_script = |one: &Running| {
        let space = blueprint.spaces.get(&one.space);
        matches!(space.and_then(|space| space.runs.as_ref()), Some(Runs::Script(_)))
    };
    let before = settled(lab, is_script).await?;
    let mut probed = tried(lab, probes.clone()).await?;
    let running = settled(lab, |_| true).await?;
    if !before.iter().any(|one| one.phase == Phase::Starting) {
        return Ok((probed, running));
    }
    let nobody = |(at, tried): (usize, &crate::protocol::Tried)| {
        (tried.verdict == Verdict::NoListener).then_some(at)
    };
    let again: Vec<usize> = probed.results.iter().enumerate().filter_map(nobody).collect();
    let asked = again.iter().filter_map(|at| probes.get(*at).cloned()).collect();
    let second = tried(lab, asked).await?;
    probed.milliseconds += second.milliseconds;
    for (at, tried) in again.into_iter().zip(second.results) {
        probed.results[at] = tried;
    }
    Ok((probed, running))
}

async fn tried(lab: &Lab, probes: Vec<Probe>) -> Result<Probed, DriverError> {
    match lab.call(Request::Probe { probes }).await? {
        Reply::Probed(probed) => Ok(probed),
        _ => Err(DriverError::Refused("the lab's holder answered nonsense".into())),
    }
}

/// Waits until none of those that matter is starting any more.
async fn settled(
    lab: &Lab,
    matters: impl Fn(&Running) -> bool,
) -> Result<Vec<Running>, DriverError> {
    let from = Instant::now();
    loop {
        let running = lab.running().await?;
        let starts = |one: &Running| one.phase == Phase::Starting && matters(one);
        if from.elapsed() > STARTING || !running.iter().any(starts) {
            return Ok(running);
        }
        tokio::time::sleep(LOOK).await;
    }
}
