//! What is switched off in a running lab: remembered here as long as the lab lives, whatever is applied to it meanwhile.

use super::{fabric::Fabric, firewall};
use crate::{
    blueprint::{End, Far},
    nft::beside,
    off::{Parts, Sent},
};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be off, and what is.
#[derive(Default)]
pub struct Off {
    /// Thing → what goes out with it.
    pub things: BTreeMap<String, Parts>,
    /// Cable → index of the end that is down. A cable that was laid anew has another.
    cables: BTreeMap<String, u32>,
    bridges: BTreeMap<String, u32>,
    refused: BTreeMap<String, Vec<Sent>>,
}

impl Off {
    /// A namespace made anew refuses nothing yet.
    pub fn forget_space(&mut self, space: &str) {
        self.refused.remove(space);
    }

    /// Whether this device is down: nothing can be routed by it until it is up again.
    pub fn is_down(&self, index: u32) -> bool {
        self.cables.values().any(|down| *down == index)
    }

    /// Whether nothing is off.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty() && self.cables.is_empty() && self.bridges.is_empty()
    }

    /// Whether the bridge of a segment is down.
    pub fn is_dark(&self, segment: &str) -> bool {
        self.bridges.contains_key(segment)
    }

    /// Everything that is refused in a namespace.
    fn refused_in(&self, space: &str) -> Vec<Sent> {
        let lines = self.things.values().filter_map(|parts| parts.refused.get(space)).flatten();
        lines.cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Fabric {
    /// Plugs one namespace in or out.
    pub async fn switch(&mut self, name: &str, on: bool) -> Result<(), String> {
        if !self.spaces.contains_key(name) {
            return Err(format!("{name} is not part of this lab"));
        }
        if on {
            self.off.things.remove(name);
        } else {
            let parts = Parts { spaces: [name.to_owned()].into(), ..Parts::default() };
            self.off.things.insert(name.to_owned(), parts);
        }
        self.update_off().await
    }

    /// From now on just this is off.
    pub async fn set_off(&mut self, things: BTreeMap<String, Parts>) -> Result<(), String> {
        self.off.things = things;
        self.update_off().await
    }

    /// Makes the kernel agree with what is to be off.
    pub async fn update_off(&mut self) -> Result<(), String> {
        if self.off.things.is_empty()
            && self.off.cables.is_empty()
            && self.off.bridges.is_empty()
            && self.off.refused.is_empty()
        {
            return Ok(());
        }
        self.update_pulled().await?;
        self.update_bridges_off().await?;
        self.update_refused().await
    }

    fn is_pulled(&self, name: &str) -> bool {
        let ends: Vec<&str> = self
            .cables
            .get(name)
            .into_iter()
            .flat_map(|live| live.cable.ends().map(|end| end.space.as_str()))
            .collect();
        self.off.things.values().any(|parts| {
            parts.cables.contains(name) || ends.iter().any(|space| parts.spaces.contains(*space))
        })
    }

    async fn update_pulled(&mut self) -> Result<(), String> {
        let standing: BTreeMap<String, u32> =
            self.cables.iter().map(|(name, live)| (name.clone(), live.far_index)).collect();
        self.off.cables.retain(|name, index| standing.get(name) == Some(index));
        for (name, index) in standing {
            let pulled = self.is_pulled(&name);
            if pulled == self.off.cables.contains_key(&name) {
                continue;
            }
            if pulled {
                self.off.cables.insert(name.clone(), index);
            } else {
                self.off.cables.remove(&name);
            }
            self.plug(&name, !pulled).await.map_err(|e| format!("cannot switch {name}: {e}"))?;
        }
        Ok(())
    }

    /// At the far end, so that whoever hangs on the cable sees it dead and keeps its routes.
    async fn plug(&mut self, name: &str, on: bool) -> Result<(), String> {
        let Some(live) = self.cables.get(name) else { return Ok(()) };
        let (index, far) = (live.far_index, live.cable.to.clone());
        match far {
            Far::Bridge { .. } => self.set_up(None, index, on).await,
            Far::Space(end) => {
                self.set_up(Some(&end.space), index, on).await?;
                self.routes_after(&end, index, on).await
            }
        }
    }

    /// The kernel drops routes with the device, and does not bring them back.
    async fn routes_after(&mut self, end: &End, index: u32, on: bool) -> Result<(), String> {
        self.forget_routes(end);
        if !on {
            return Ok(());
        }
        self.reach_again(end, index).await?;
        self.update_routes(&end.space).await
    }

    async fn update_bridges_off(&mut self) -> Result<(), String> {
        self.off.bridges.retain(|segment, index| self.bridges.get(segment) == Some(index));
        for (segment, index) in self.bridges.clone() {
            let off = self.off.things.values().any(|parts| parts.bridges.contains(&segment));
            if off == self.off.bridges.contains_key(&segment) {
                continue;
            }
            let set = self.set_up(None, index, !off).await;
            set.map_err(|e| format!("cannot switch the bridge of {segment}: {e}"))?;
            if off {
                self.off.bridges.insert(segment, index);
            } else {
                self.off.bridges.remove(&segment);
            }
        }
        Ok(())
    }

    async fn update_refused(&mut self) -> Result<(), String> {
        let mut changed = Vec::new();
        for (name, live) in &self.spaces {
            let wanted = self.off.refused_in(name);
            let stands = self.off.refused.get(name).map(Vec::as_slice).unwrap_or_default();
            if stands != wanted {
                changed.push((name.clone(), live.netns.clone(), wanted));
            }
        }
        let sets: Vec<_> = changed
            .iter()
            .map(|(name, netns, sent)| {
                (name.clone(), netns.clone(), beside::refusing(sent).to_string())
            })
            .collect();
        firewall::give(&self.home, &sets).await?;
        for (name, _, sent) in changed {
            if sent.is_empty() {
                self.off.refused.remove(&name);
            } else {
                self.off.refused.insert(name, sent);
            }
        }
        Ok(())
    }
}
