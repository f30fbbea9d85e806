//! Switching things of a running lab off and on, from outside. What is off stays off, whatever is applied to the lab,
//! until somebody switches it on or it is drawn no more.

use crate::{
    LabDriver,
    lab::{Lab, LabError},
    off::{Parts, Thing},
    protocol::{Reply, Request},
};
use gp_catalog::Resolved;
use gp_plan::DriverError;
use std::collections::BTreeMap;

type Things = BTreeMap<String, Parts>;

impl LabDriver {
    /// What is switched off in the lab of this design; nothing where none runs.
    pub async fn off(&self, design: &str, environment: &str) -> Result<Vec<String>, DriverError> {
        match things(&self.lab(design, environment)).await {
            Ok(things) => Ok(things.into_keys().collect()),
            Err(LabError::NotRunning) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Switches things off or on and gives back what is off then. On without a name means everything.
    pub async fn switch(
        &self,
        resolved: &Resolved,
        names: &[String],
        on: bool,
    ) -> Result<Vec<String>, DriverError> {
        let lab = self.lab(&resolved.design.id, &resolved.environment.id);
        let mut off = things(&lab).await?;
        if on && names.is_empty() {
            off.clear();
        }
        for name in names {
            if on {
                put_back(resolved, &mut off, name)?;
            } else {
                let (thing, parts) = found(resolved, name)?;
                off.insert(thing, parts);
            }
        }
        lab.call(Request::SetOff { things: off.clone() }).await?;
        Ok(off.into_keys().collect())
    }
}

/// What was applied may hold more of a thing that is off, or nothing of it any more.
pub(crate) async fn keep_off(lab: &Lab, resolved: &Resolved) -> Result<(), DriverError> {
    let before = things(lab).await?;
    let now: Things = before
        .keys()
        .filter_map(|name| {
            let parts = Thing::find(resolved, name)?.parts(resolved);
            (!parts.is_empty()).then(|| (name.clone(), parts))
        })
        .collect();
    if now != before {
        lab.call(Request::SetOff { things: now }).await?;
    }
    Ok(())
}

async fn things(lab: &Lab) -> Result<Things, LabError> {
    match lab.call(Request::Off).await? {
        Reply::Off(things) => Ok(things),
        _ => Err(LabError::Refused("the lab's holder answered nonsense".into())),
    }
}

fn found(resolved: &Resolved, name: &str) -> Result<(String, Parts), DriverError> {
    let refused = |why: &str| DriverError::Refused(format!("“{name}” {why}"));
    let thing = Thing::find(resolved, name).ok_or_else(|| {
        refused("is not drawn here: name a part, one of several (app[0]), link:ID, or zone:LETTER")
    })?;
    let parts = thing.parts(resolved);
    if parts.is_empty() {
        return Err(refused("has nothing in a lab that could be switched off"));
    }
    Ok((thing.to_string(), parts))
}

fn put_back(resolved: &Resolved, off: &mut Things, name: &str) -> Result<(), DriverError> {
    if off.remove(name).is_some() {
        return Ok(());
    }
    let (thing, parts) = found(resolved, name)?;
    if off.remove(&thing).is_some() {
        return Ok(());
    }
    let by = off.iter().find(|(_, other)| {
        !parts.spaces.is_disjoint(&other.spaces) || !parts.cables.is_disjoint(&other.cables)
    });
    match by {
        Some((by, _)) => {
            Err(DriverError::Refused(format!("“{name}” is off because “{by}” is: switch that on")))
        }
        // What is on already is what was asked for.
        None => Ok(()),
    }
}
