//! Playing with a running lab: switching things off and on, and looking at what its links carry while a window shows it.
//! None of it is in the design, in a plan or in the state.

use super::{Deployments, Key, Prepared, driver_error, lock};
use crate::{
    dto::{AppError, AppEvent, CountsDto, ErrorCode, LabLiveDto, OffDto, RuleCountDto, TargetDto},
    session::Session,
};
use gp_catalog::resolved::{Cause, Filter, FilterRule, Peer, Resolved};
use gp_lab::{
    LabDriver,
    live::{LinkSeen, Seen, State, Watch},
    off::{Parts, Thing},
};
use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

/// How often a lab is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// A window that looks says so again before this is over.
const WINDOW: Duration = Duration::from_secs(25);

/// Who looks: until when, and whether what is looked at is to be worked out anew.
#[derive(Default)]
pub(super) struct Watches(Mutex<BTreeMap<Key, Wanted>>);

struct Wanted {
    until: Instant,
    anew: bool,
}

impl Deployments {
    /// Switches things of the running lab off or on, and tells the windows what is off then.
    pub async fn switch(
        &self,
        session: &Session,
        environment: &str,
        things: &[String],
        on: bool,
    ) -> Result<Vec<String>, AppError> {
        let prepared = self.prepare(session, environment, false).await?;
        let lab = lab(&prepared)?;
        let off = lab.switch(&prepared.judged.resolved, things, on).await;
        let off = off.map_err(|error| driver_error(&error))?;
        let dtos = off_dtos(&prepared.judged.resolved, &off);
        self.tell(session.id, environment, |status| status.off = dtos);
        Ok(off)
    }

    /// A window looks. True: nobody did so far, so [`Self::follow`] is to be started.
    pub fn looks(&self, session: u32, environment: &str) -> bool {
        let mut watches = lock(&self.watches.0);
        let wanted = Wanted { until: Instant::now() + WINDOW, anew: true };
        watches.insert((session, environment.to_owned()), wanted).is_none()
    }

    /// Looks once a second and tells the windows, until none looks any more or the lab is gone.
    pub async fn follow(&self, session: &Session, environment: &str) {
        let key = (session.id, environment.to_owned());
        if let Err(error) = self.follow_on(session, &key).await {
            tracing::debug!(%error, environment, "nobody looks at the lab any more");
        }
        lock(&self.watches.0).remove(&key);
    }

    async fn follow_on(&self, session: &Session, key: &Key) -> Result<(), AppError> {
        let mut looked: Option<(Looking, u32)> = None;
        while let Some(anew) = self.wanted(key) {
            let begun = Instant::now();
            let revision = session.snapshot().revision;
            let stale = looked.as_ref().is_none_or(|(_, of)| anew && *of != revision);
            if stale {
                let prepared = self.prepare(session, &key.1, false).await?;
                looked = Some((Looking::new(&prepared)?, revision));
            }
            if let Some((looking, _)) = &mut looked {
                let (links, seen) = looking.once().await?;
                let dto = live_dto(key, looking, links, &seen);
                self.events.tell(&AppEvent::LabLive(dto));
            }
            tokio::time::sleep(EVERY.saturating_sub(begun.elapsed())).await;
        }
        Ok(())
    }

    /// Whether somebody still looks; and if so, whether to work out anew at what.
    fn wanted(&self, key: &Key) -> Option<bool> {
        let mut watches = lock(&self.watches.0);
        let wanted = watches.get_mut(key).filter(|wanted| wanted.until > Instant::now())?;
        Some(std::mem::take(&mut wanted.anew))
    }

    /// What links carry during one second.
    pub async fn look(&self, session: &Session, environment: &str) -> Result<LabLiveDto, AppError> {
        let prepared = self.prepare(session, environment, false).await?;
        let mut looking = Looking::new(&prepared)?;
        looking.once().await?;
        tokio::time::sleep(EVERY).await;
        let (links, seen) = looking.once().await?;
        Ok(live_dto(&(session.id, environment.to_owned()), &looking, links, &seen))
    }

    /// What the rules of a link, or of a thing that filters, judged since they were deployed.
    pub async fn counts(
        &self,
        session: &Session,
        environment: &str,
        id: &str,
    ) -> Result<CountsDto, AppError> {
        let prepared = self.prepare(session, environment, false).await?;
        let (design, environment) = (&prepared.plan.design, &prepared.plan.environment);
        let counted = lab(&prepared)?.counted((design, environment)).await;
        let mut sums: BTreeMap<String, u64> = BTreeMap::new();
        for (rule, packets) in
            counted.map_err(|error| driver_error(&error))?.into_values().flatten()
        {
            *sums.entry(rule).or_default() += packets;
        }
        Ok(counts_of(&prepared.judged.resolved, id, &sums))
    }
}

fn lab(prepared: &Prepared) -> Result<&LabDriver, AppError> {
    let none = || AppError::new(ErrorCode::Unavailable, "only a lab can be played with");
    prepared.target.lab.as_ref().ok_or_else(none)
}

/// What is off, with what is out by it. What is not drawn any more is named alone.
pub(super) fn off_dtos(resolved: &Resolved, names: &[String]) -> Vec<OffDto> {
    let dto = |name: &String| {
        let parts = Thing::find(resolved, name).map(|thing| thing.parts(resolved));
        let out = parts.map(|parts| parts.spaces).unwrap_or_default();
        let mut resources: BTreeMap<String, [u32; 2]> = BTreeMap::new();
        for (resource, _) in resolved.instances().filter(|(_, one)| out.contains(&one.address)) {
            let all = resource.instances.len() as u32;
            resources.entry(resource.id.to_string()).or_insert([0, all])[0] += 1;
        }
        OffDto { name: name.clone(), instances: out.into_iter().collect(), resources }
    };
    names.iter().map(dto).collect()
}

/// A lab that is looked at.
struct Looking {
    lab: LabDriver,
    design: String,
    environment: String,
    watch: Watch,
    /// Address → instance.
    names: BTreeMap<std::net::Ipv4Addr, String>,
}

impl Looking {
    fn new(prepared: &Prepared) -> Result<Self, AppError> {
        let resolved = &prepared.judged.resolved;
        let names =
            resolved.instances().filter_map(|(_, one)| Some((one.ip?, one.address.clone())));
        Ok(Self {
            lab: lab(prepared)?.clone(),
            design: prepared.plan.design.clone(),
            environment: prepared.plan.environment.clone(),
            watch: Watch::new(resolved),
            names: names.collect(),
        })
    }

    async fn once(&mut self) -> Result<(Vec<LinkSeen>, Seen), AppError> {
        let of = (&*self.design, &*self.environment);
        let seen = self.lab.watch(of, self.watch.look()).await;
        let seen = seen.map_err(|error| driver_error(&error))?;
        Ok((self.watch.saw(&seen, Instant::now()), seen))
    }
}

fn live_dto(key: &Key, looking: &Looking, links: Vec<LinkSeen>, seen: &Seen) -> LabLiveDto {
    let number = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
    let how = |state| match state {
        State::Unknown => 0,
        State::Answers => 1,
        State::Partly => 2,
        State::Silent => 3,
        State::Off => 4,
        State::Plugged => 5,
    };
    let links = links.into_iter().map(|link| {
        (link.link.to_string(), [how(link.state), number(link.packets), number(link.bytes)])
    });
    let targets = seen.health.iter().map(|health| TargetDto {
        node: health.space.clone(),
        target: looking
            .names
            .get(&health.address)
            .cloned()
            .unwrap_or_else(|| health.address.to_string()),
        port: health.port,
        healthy: health.healthy,
        seconds: health.seconds,
    });
    let (session, environment) = key.clone();
    LabLiveDto { session, environment, links: links.collect(), targets: targets.collect() }
}

fn counts_of(resolved: &Resolved, id: &str, sums: &BTreeMap<String, u64>) -> CountsDto {
    let mut counts = CountsDto::default();
    let is_link = resolved.links.contains_key(id);
    for filter in resolved.filters.values() {
        for (rules, way) in [(&filter.ingress, "in"), (&filter.egress, "out")] {
            for rule in rules {
                let meant = match &rule.cause {
                    Cause::Link { id: link } if is_link => link == id,
                    _ => !is_link && filter.owner == *id,
                };
                if meant {
                    counts.add(text_of(rule, way), rule.allow, sums.get(&rule.id));
                }
            }
            if !is_link && filter.owner == *id && judges(filter, way, sums) {
                let rest = format!("default:{}/{way}", filter.id);
                counts.add(format!("everything else {way}"), false, sums.get(&rest));
            }
        }
    }
    counts
}

/// Of a table that judges one way only, the other way has no end.
fn judges(filter: &Filter, way: &str, sums: &BTreeMap<String, u64>) -> bool {
    let rules = if way == "in" { &filter.ingress } else { &filter.egress };
    !rules.is_empty() || sums.contains_key(&format!("default:{}/{way}", filter.id))
}

fn text_of(rule: &FilterRule, way: &str) -> String {
    let word = if way == "in" { "from" } else { "to" };
    let peer = match &rule.peer {
        Peer::Any => "anywhere".to_owned(),
        Peer::Cidr { cidr } => cidr.to_string(),
        Peer::Range6 { .. } => "IPv6 addresses".to_owned(),
        Peer::Resource { id } | Peer::Service { id } => id.to_string(),
    };
    let ports = rule.ports.map(|ports| format!(", {ports}")).unwrap_or_default();
    format!("{way} {word} {peer}{ports}")
}

impl CountsDto {
    fn add(&mut self, text: String, allows: bool, packets: Option<&u64>) {
        let packets = packets.map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX));
        let sum = if allows { &mut self.passed } else { &mut self.refused };
        *sum = sum.saturating_add(packets);
        self.rules.push(RuleCountDto { text, allows, packets });
    }
}

/// What is off in a lab and what goes out with it, to say why something does not answer.
pub(super) struct Off(Vec<(String, Parts)>);

impl Off {
    pub(super) async fn of(prepared: &Prepared) -> Self {
        let resolved = &prepared.judged.resolved;
        let Some(lab) = &prepared.target.lab else { return Self(Vec::new()) };
        let names = lab.off(&prepared.plan.design, &prepared.plan.environment).await;
        let parts = |name: String| {
            let parts = Thing::find(resolved, &name)?.parts(resolved);
            Some((name, parts))
        };
        Self(names.unwrap_or_default().into_iter().filter_map(parts).collect())
    }

    /// Why a connection cannot work: "app[0] is switched off here".
    pub(super) fn because(
        &self,
        resolved: &Resolved,
        (from, to): (&str, &str),
        service: &str,
    ) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let service = service.parse().ok()?;
        let touches = |(_, parts): &&(String, Parts)| parts.touch(resolved, (from, to), service);
        if let Some((name, _)) = self.0.iter().find(touches) {
            return Some(format!("{name} is switched off here"));
        }
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        Some(format!("something is switched off here: {}", names.join(", ")))
    }
}
