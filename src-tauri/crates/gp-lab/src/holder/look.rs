//! One look at a running lab: connections tried briefly, counters read. Costs nothing unless somebody looks.

use super::{counters, fabric::Fabric, firewall, prober::Prober, space::Netns};
use crate::{
    live::{Counts, Look, Seen},
    nft::{TABLE, beside},
    off::Sent,
    protocol::Reply,
};
use futures::future::join_all;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};
use tokio::sync::Mutex;

/// Namespaces that begin to count within one look: each takes a process.
const NEW_AT_ONCE: usize = 16;

/// What is counted for those who look.
#[derive(Default)]
pub struct Counting(BTreeMap<String, Vec<Sent>>);

impl Counting {
    /// A namespace made anew counts nothing yet.
    pub fn forget_space(&mut self, space: &str) {
        self.0.remove(space);
    }
}

pub async fn look(fabric: &Mutex<Fabric>, look: &Look) -> Reply {
    let begun = Instant::now();
    let mut fabric_now = fabric.lock().await;
    let begin = fabric_now.begin_counting(&look.counted).await;
    let prober = Prober { mark: Some(beside::PROBE_MARK), ..fabric_now.prober() };
    let mut seen = Seen {
        health: fabric_now.nodes.health(),
        off: fabric_now.off.things.keys().cloned().collect(),
        ..Seen::default()
    };
    drop(fabric_now);
    if let Err(message) = begin {
        return Reply::Failed(message);
    }
    let asked = Instant::now();
    seen.verdicts = join_all(look.probes.iter().map(|probe| prober.briefly(probe))).await;
    let waited = asked.elapsed();
    let counted = look.counted.keys();
    seen.flows = flows(&prober.home, counted.filter_map(|name| prober.spaces.get(name)));
    seen.cables = fabric.lock().await.cables_counted(&look.cables);
    seen.microseconds = begun.elapsed().saturating_sub(waited).as_micros() as u32;
    Reply::Seen(seen)
}

/// Packets of every drawn rule, by namespace.
pub fn rules(home: &Netns, spaces: &[(String, Netns)]) -> BTreeMap<String, BTreeMap<String, u64>> {
    rules_in(home, spaces, TABLE)
}

/// The same of another table.
pub fn rules_in(
    home: &Netns,
    spaces: &[(String, Netns)],
    table: &str,
) -> BTreeMap<String, BTreeMap<String, u64>> {
    let read = spaces.iter().filter_map(|(name, netns)| {
        let counts = counters::read(home, netns, table).ok()?;
        let packets = counts.into_iter().map(|(rule, [packets, _])| (rule, packets));
        Some((name.clone(), packets.collect()))
    });
    read.collect()
}

fn flows<'a>(home: &Netns, spaces: impl Iterator<Item = &'a Netns>) -> BTreeMap<String, Counts> {
    let mut flows: BTreeMap<String, Counts> = BTreeMap::new();
    for netns in spaces {
        // Of a namespace that went meanwhile there is nothing to count.
        let Ok(counts) = counters::read(home, netns, beside::LIVE) else { continue };
        for (comment, [packets, bytes]) in counts {
            let Some((way, link)) = comment.split_once(':') else { continue };
            let at = if way == "out" { 0 } else { 2 };
            let sum = flows.entry(link.to_owned()).or_default();
            sum[at] += packets;
            sum[at + 1] += bytes;
        }
    }
    flows
}

impl Fabric {
    /// Counts what is not counted yet; of very many namespaces, some with each look.
    async fn begin_counting(
        &mut self,
        counted: &BTreeMap<String, Vec<Sent>>,
    ) -> Result<(), String> {
        let Counting(stands) = &self.counting;
        let missing = counted.iter().filter(|(name, sent)| stands.get(*name) != Some(sent));
        let missing: Vec<_> = missing
            .filter_map(|(name, sent)| Some((name, self.spaces.get(name)?.netns.clone(), sent)))
            .take(NEW_AT_ONCE)
            .collect();
        let text = |(name, netns, sent): &(&String, Netns, &Vec<Sent>)| {
            ((*name).clone(), netns.clone(), beside::counting(sent).to_string())
        };
        firewall::give(&self.home, &missing.iter().map(text).collect::<Vec<_>>()).await?;
        let new = missing.into_iter().map(|(name, _, sent)| (name.clone(), sent.clone()));
        self.counting.0.extend(new);
        Ok(())
    }

    fn cables_counted(&self, wanted: &BTreeSet<String>) -> BTreeMap<String, Counts> {
        let mut read: BTreeMap<&str, BTreeMap<String, Counts>> = BTreeMap::new();
        let mut found = BTreeMap::new();
        for name in wanted {
            let Some(live) = self.cables.get(name) else { continue };
            let end = &live.cable.end;
            let Some(space) = self.spaces.get(&end.space) else { continue };
            let devices = read
                .entry(&end.space)
                .or_insert_with(|| counters::devices(&self.home, &space.netns).unwrap_or_default());
            found.extend(devices.get(&end.device).map(|counts| (name.clone(), *counts)));
        }
        found
    }
}
