//! The lab as a target of plans. A step covers all instances of one drawn resource, of very many
//! resources those of several, so that a lab stands within seconds; the fabric is one step.

use crate::{
    Cell, Verification,
    blueprint::{Blueprint, blueprint, space_name},
    cells::Planned,
    house::{Door, House, doors},
    known::known,
    lab::{Lab, LabConfig, LabError, list},
    protocol::{Asked, LabInfo, Probe, Reply, Request, Traced},
    room::Room,
    settle,
    switch::keep_off,
    verify,
};
use async_trait::async_trait;
use gp_catalog::Resolved;
use gp_model::{Diagnostic, Id, Place};
use gp_plan::{
    Action, Desired, Driver, DriverError, Event, Plan,
    driver::{Leftover, Report},
    plan::{Difference, Disturbance, Known, PlannedChange, Step},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// Deploys designs as labs on this machine.
#[derive(Clone, Debug, Default)]
pub struct LabDriver {
    config: LabConfig,
    house: Option<Arc<dyn House>>,
    /// What was drawn last: every step of a walk asks for the same.
    drawn: Arc<Mutex<Option<Arc<Drawn>>>>,
}

/// A meaning and what it comes to as a lab.
#[derive(Debug)]
struct Drawn {
    resolved: Arc<Resolved>,
    whole: Blueprint,
    known: Vec<Known>,
}

impl LabDriver {
    /// With another program or folder than the usual ones.
    pub fn new(config: LabConfig) -> Self {
        Self { config, ..Self::default() }
    }

    /// Whose labs live somewhere else than in this machine's own kernel.
    pub fn in_house(house: Arc<dyn House>) -> Self {
        Self { house: Some(house), ..Self::default() }
    }

    fn drawn(&self, resolved: &Arc<Resolved>) -> Arc<Drawn> {
        let mut last = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(drawn) = last.as_ref().filter(|last| Arc::ptr_eq(&last.resolved, resolved)) {
            return Arc::clone(drawn);
        }
        let whole = blueprint(resolved);
        let known = known(resolved, &whole);
        let drawn = Drawn { resolved: Arc::clone(resolved), whole, known };
        Arc::clone(last.insert(Arc::new(drawn)))
    }

    /// The lab of a design's environment, running or not.
    pub fn lab(&self, design: &str, environment: &str) -> Lab {
        Lab::new(self.config.clone(), design, environment).in_house(self.house.clone())
    }

    /// Every lab that runs where this one would.
    pub async fn list(&self) -> Vec<LabInfo> {
        match &self.house {
            Some(house) => house.list().await,
            None => list(&self.config).await,
        }
    }

    /// Opens what faces the internet to the machine the lab runs on, where it lives somewhere else. Gives back
    /// what answers, and where.
    async fn open_doors(
        &self,
        resolved: &Resolved,
    ) -> Result<Vec<(Door, SocketAddr)>, DriverError> {
        let Some(house) = &self.house else { return Ok(Vec::new()) };
        let (design, environment) = (&resolved.design.id, &resolved.environment.id);
        let doors = doors(resolved);
        let lab = self.lab(design, environment);
        lab.call(Request::Doors { doors: doors.clone() }).await?;
        let places = house.doors(design, environment).await?;
        Ok(doors.into_iter().zip(places).collect())
    }

    /// Tries every connection between end points of a running lab. What is drawn gets the time to wake up.
    pub async fn verify(&self, resolved: &Resolved) -> Result<Verification, DriverError> {
        self.verify_expecting(resolved, |planned| planned.drawn).await
    }

    /// The same for those who know what should open: only that is tried again until it does, and nothing
    /// else is waited for.
    pub async fn verify_expecting(
        &self,
        resolved: &Resolved,
        opens: impl Fn(&Planned) -> bool,
    ) -> Result<Verification, DriverError> {
        let planned = verify::planned(resolved);
        let probes = verify::probes(resolved, &planned, opens);
        let blueprint = blueprint(resolved);
        let lab = self.lab(&resolved.design.id, &resolved.environment.id);
        let (probed, running) = settle::probe(&lab, &blueprint, probes).await?;
        let mut verification =
            verify::verification(resolved, &blueprint, planned, &probed, &running);
        if let Reply::Unlike(owners) = lab.call(Request::Unlike).await? {
            verification.notes.extend(verify::unlike(&owners));
        }
        let doors = self.open_doors(resolved).await?;
        verification.notes.extend(doors.iter().map(open));
        Ok(verification)
    }

    /// Tries one connection of a running lab alone and says by which namespaces its packets went.
    pub async fn trace(&self, resolved: &Resolved, cell: &Cell) -> Result<Traced, DriverError> {
        let probe = Probe {
            from: cell.from.clone(),
            addresses: vec![cell.address],
            ports: cell.service,
            clients: Vec::new(),
            drawn: false,
        };
        let lab = self.lab(&resolved.design.id, &resolved.environment.id);
        match lab.call(Request::Trace { probe }).await? {
            Reply::Traced(traced) => Ok(traced),
            _ => Err(DriverError::Refused("the lab's holder answered nonsense".into())),
        }
    }

    /// Asks for the addresses of a name, of both families, as one machine of a running lab does, or as a network does.
    pub async fn ask(
        &self,
        resolved: &Resolved,
        from: &str,
        name: &str,
    ) -> Result<Asked, DriverError> {
        let lab = self.lab(&resolved.design.id, &resolved.environment.id);
        let from = match resolved.resource(from) {
            Some(network) if network.kind == "network" => space_name(&network.id),
            _ => from.to_owned(),
        };
        let ask = async |type_: &str| {
            let (from, name, type_) = (from.clone(), name.to_owned(), type_.to_owned());
            match lab.call(Request::Ask { from, name, type_ }).await? {
                Reply::Asked(asked) => Ok::<Asked, DriverError>(asked),
                _ => Err(DriverError::Refused("the lab's holder answered nonsense".into())),
            }
        };
        Ok(ask("A").await?.and(ask("AAAA").await?))
    }

    /// Makes a running lab agree with a meaning in one go, without a plan: what is not in it goes.
    pub async fn converge(&self, resolved: &Resolved) -> Result<(), DriverError> {
        let lab = self.lab(&resolved.design.id, &resolved.environment.id);
        lab.start(resolved.environment.ttl_seconds).await?;
        let parts = blueprint(resolved);
        let known = known(resolved, &parts);
        let put: Vec<String> = known.iter().map(|known| known.address.clone()).collect();
        let standing = live(&lab).await?;
        let remove = standing.into_iter().map(|known| known.address).filter(|a| !put.contains(a));
        let remove = remove.collect();
        lab.call(Request::Apply { parts, put, remove, known }).await?;
        keep_off(&lab, resolved).await
    }

    async fn put(
        &self,
        lab: &Lab,
        step: &Step,
        desired: &Desired,
    ) -> Result<Vec<Known>, DriverError> {
        let resolved = &desired.resolved;
        lab.start(resolved.environment.ttl_seconds).await?;
        let drawn = self.drawn(resolved);
        let put: BTreeSet<&str> = step.changes.iter().map(String::as_str).collect();
        let own = drawn.known.iter().filter(|known| put.contains(&*known.address));
        let known: Vec<Known> = own.cloned().collect();
        let remove = if step.action == Action::Replace { step.changes.clone() } else { Vec::new() };
        let parts = parts(resolved, &drawn.whole, put);
        let request =
            Request::Apply { parts, put: step.changes.clone(), remove, known: known.clone() };
        lab.call(request).await?;
        keep_off(lab, resolved).await?;
        self.open_doors(resolved).await?;
        Ok(known)
    }

    async fn remove(&self, lab: &Lab, step: &Step, desired: &Desired) -> Result<(), DriverError> {
        let standing: BTreeSet<String> =
            live(lab).await?.into_iter().map(|known| known.address).collect();
        if standing.iter().all(|address| step.changes.contains(address)) {
            return Ok(lab.destroy().await?);
        }
        let resolved = &desired.resolved;
        let parts = parts(resolved, &self.drawn(resolved).whole, BTreeSet::new());
        let remove = step.changes.clone();
        lab.call(Request::Apply { parts, put: vec![], remove, known: vec![] }).await?;
        Ok(())
    }
}

/// The parts to put, and always the routers: their tables follow the whole drawing.
fn parts<'a>(
    resolved: &'a Resolved,
    whole: &Blueprint,
    mut owners: BTreeSet<&'a str>,
) -> Blueprint {
    owners.extend(resolved.segments.values().map(|segment| segment.network.as_str()));
    whole.parts_of(&owners)
}

/// Where something that faces the internet can be looked at.
fn open((door, place): &(Door, SocketAddr)) -> String {
    format!("{} tcp/{} can be reached at {place}", door.to, door.port)
}

async fn live(lab: &Lab) -> Result<Vec<Known>, DriverError> {
    known_of(lab, Request::Live).await
}

async fn known_of(lab: &Lab, request: Request) -> Result<Vec<Known>, DriverError> {
    match lab.call(request).await {
        Ok(Reply::Live(known)) => Ok(known),
        Ok(_) => Err(DriverError::Refused("the lab's holder answered nonsense".into())),
        Err(LabError::NotRunning) => Ok(Vec::new()),
        Err(LabError::Refused(_)) if lab.is_foreign().await => Ok(vec![foreign()]),
        Err(error) => Err(error.into()),
    }
}

/// All that can be known of a lab whose holder is of another version of this program. It is never drawn, so it goes as a
/// whole, before what is drawn comes. Its name is none that something drawn can have.
fn foreign() -> Known {
    Known {
        address: "the lab of another version".to_owned(),
        resource: Id::from("the lab of another version"),
        kind: "lab".to_owned(),
        provider_id: "lab".to_owned(),
        attributes: BTreeMap::new(),
        depends_on: Vec::new(),
        formerly: Vec::new(),
        keeps_data: false,
    }
}

impl From<LabError> for DriverError {
    fn from(error: LabError) -> Self {
        match error {
            LabError::Unavailable(message) => Self::Unavailable(message),
            LabError::Lost(_) => Self::Transient(error.to_string()),
            LabError::Refused(_) | LabError::NotRunning => Self::Refused(error.to_string()),
        }
    }
}

#[async_trait]
impl Driver for LabDriver {
    fn name(&self) -> &'static str {
        self.house.as_ref().map_or("lab", |house| house.name())
    }

    fn desired(&self, resolved: &Resolved) -> Vec<Known> {
        known(resolved, &blueprint(resolved))
    }

    /// Another address or another segment is another machine; everything else changes in place.
    fn replaces(&self, kind: &str, attribute: &str) -> bool {
        attribute == "cables" && kind != "network"
    }

    /// A lab is for trying, and goes without a question: its data, too, is kept for as long as it runs only.
    fn disturbs(&self, change: &PlannedChange, _keeps_data: bool) -> Vec<Disturbance> {
        let restarts = |difference: &Difference| {
            matches!(difference.attribute.as_str(), "runs" | "started-with")
        };
        match change.action {
            Action::Delete | Action::Replace => vec![Disturbance::ConnectionLoss],
            Action::Update if change.differences.iter().any(restarts) => vec![Disturbance::Restart],
            _ => Vec::new(),
        }
    }

    fn steps(&self, plan: &Plan) -> Vec<Step> {
        steps(plan)
    }

    async fn preflight(&self, desired: &Desired) -> Vec<Diagnostic> {
        let refused = match &self.house {
            Some(house) => house.available().await.err(),
            None => crate::available().err(),
        };
        let refused =
            refused.map(|error| Diagnostic::error("lab-unavailable", Place::Design, error.message));
        // How much room there is somewhere else, this machine does not know.
        let too_large = match &self.house {
            Some(_) => None,
            None => Room::needed(&self.drawn(&desired.resolved).whole).missing(Room::here()),
        };
        let too_large =
            too_large.map(|message| Diagnostic::error("lab-too-large", Place::Design, message));
        let left_out = desired.resolved.resources.values().filter(|resource| {
            let deployed = gp_catalog::builtin()
                .kind(&resource.kind)
                .is_some_and(|kind| !kind.counterparts.is_empty());
            (deployed || !resource.counterparts.is_empty())
                && !crate::KINDS.contains(&resource.kind.as_str())
        });
        let left_out = left_out.map(|resource| {
            let message = format!(
                "the lab builds no {}: “{}” is left out, everything else runs",
                resource.kind, resource.title
            );
            Diagnostic::warning("not-in-lab", Place::resource(&resource.id), message)
        });
        refused.into_iter().chain(too_large).chain(left_out).collect()
    }

    async fn live(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError> {
        live(&self.lab(design, environment)).await
    }

    async fn look(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError> {
        known_of(&self.lab(design, environment), Request::LiveReally).await
    }

    /// The holder knows what it was told, and puts back just that.
    fn mends(&self, _kind: &str, _attribute: &str) -> bool {
        true
    }

    async fn put_back(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        match step.action {
            Action::Create => Err(DriverError::Refused(
                "the lab ended as a whole, so nothing of it can be put back: deploy it again"
                    .into(),
            )),
            Action::Update | Action::Replace => {
                let lab = self.lab(&plan.design, &plan.environment);
                lab.call(Request::Mend { owners: owners(step, plan) }).await?;
                let mut known = live(&lab).await?;
                known.retain(|known| step.changes.contains(&known.address));
                Ok(known)
            }
            _ => self.execute(step, plan, desired, report).await,
        }
    }

    async fn end_in(
        &self,
        design: &str,
        environment: &str,
        seconds: Option<u64>,
    ) -> Result<(), DriverError> {
        self.lab(design, environment).call(Request::EndIn { seconds }).await?;
        Ok(())
    }

    async fn execute(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        let lab = self.lab(&plan.design, &plan.environment);
        match step.action {
            Action::Create | Action::Update | Action::Replace => {
                self.put(&lab, step, desired).await
            }
            Action::Delete => {
                self.remove(&lab, step, desired).await?;
                Ok(Vec::new())
            }
            Action::Adopt => {
                let mut known = live(&lab).await?;
                known.retain(|known| step.changes.contains(&known.address));
                Ok(known)
            }
            Action::Forget | Action::NoOp => {
                let message = "nothing to do in the lab".to_owned();
                report(Event::Log { message });
                Ok(Vec::new())
            }
        }
    }

    /// A holder that holds nothing is what a killed deploy leaves behind: it is ended here.
    async fn sweep(&self, design: &str, environment: &str) -> Result<Vec<Leftover>, DriverError> {
        let lab = self.lab(design, environment);
        let mut running = self.list().await;
        if live(&lab).await?.is_empty() {
            lab.destroy().await?;
            running.clear();
        }
        if let Some(house) = &self.house {
            return Ok(house.left(design, environment).await?);
        }
        let mine =
            running.into_iter().filter(|l| l.design == design && l.environment == environment);
        Ok(mine
            .map(|lab| Leftover {
                what: format!("the lab in process {}", lab.pid),
                why: "left, because it was not destroyed".into(),
                counts: true,
            })
            .collect())
    }
}

/// What a step puts back of whom.
fn owners(step: &Step, plan: &Plan) -> BTreeMap<String, Vec<String>> {
    let named = |address: &String| {
        let change = plan.change(address);
        let differences = change.into_iter().flat_map(|change| &change.differences);
        differences.map(|difference| difference.attribute.clone()).collect()
    };
    step.changes.iter().map(|address| (address.clone(), named(address))).collect()
}

/// Most steps in which things are made or removed. Each has to be on disk before and after: a thousand of
/// them would take longer than the lab.
const MOST_STEPS: usize = 16;

/// All changes of one step, and what it is called: by the first thing in it; the fabric by nothing.
struct Bundle<'a> {
    action: Action,
    name: String,
    changes: Vec<&'a PlannedChange>,
}

/// The fabric, and all instances of one drawn resource; of many resources a few in one.
fn bundles(plan: &Plan) -> Vec<Bundle<'_>> {
    let mut groups: BTreeMap<(Action, String), Vec<&PlannedChange>> = BTreeMap::new();
    let acting = |change: &&PlannedChange| change.action != Action::NoOp;
    let changes: Vec<&PlannedChange> = plan.changes.iter().filter(acting).collect();
    // The end of a lab is one act: its process ends.
    let ends = plan.changes.iter().all(|change| change.action == Action::Delete);
    for change in changes {
        let fabric = ends || matches!(change.kind.as_str(), "network" | "subnet" | "peering");
        let name = if fabric { String::new() } else { change.resource.to_string() };
        groups.entry((change.action, name)).or_default().push(change);
    }
    let most = groups.len().div_ceil(MOST_STEPS);
    let mut bundles: Vec<(usize, Bundle<'_>)> = Vec::new();
    for ((action, name), changes) in groups {
        let fits = |(count, last): &&mut (usize, Bundle<'_>)| {
            *count < most && last.action == action && !last.name.is_empty()
        };
        match bundles.last_mut().filter(fits) {
            Some((count, last)) => {
                *count += 1;
                last.changes.extend(changes);
            }
            None => bundles.push((1, Bundle { action, name, changes })),
        }
    }
    bundles.into_iter().map(|(_, bundle)| bundle).collect()
}

/// Within one resource what is removed goes first, everywhere the fabric stands first, and it falls last.
fn steps(plan: &Plan) -> Vec<Step> {
    let mut ordered = bundles(plan);
    ordered.sort_by_key(|bundle| (bundle.rank(), bundle.name.clone()));
    let tokens: Vec<(u8, String)> =
        ordered.iter().map(|bundle| (bundle.rank(), bundle.token(plan))).collect();
    let step = |(bundle, (rank, token)): (Bundle<'_>, &(u8, String))| Step {
        token: token.clone(),
        action: bundle.action,
        changes: bundle.changes.iter().map(|change| change.address.clone()).collect(),
        after: after(*rank, &tokens),
    };
    ordered.into_iter().zip(&tokens).map(step).collect()
}

impl Bundle<'_> {
    /// When its turn is.
    fn rank(&self) -> u8 {
        match (self.action, self.name.is_empty()) {
            (Action::Delete, false) => 0,
            (Action::Delete, true) => 1,
            (Action::Create, true) => 2,
            (_, true) => 3,
            _ => 4,
        }
    }

    /// The same for the same plan.
    fn token(&self, plan: &Plan) -> String {
        let Self { action, name, changes } = self;
        let text = format!("{} {} {action:?} {name} {changes:?}", plan.design, plan.environment);
        format!("lab-{}", crate::blueprint::short_name(&text))
    }
}

/// The fabric before what stands on it; things in the way before the fabric that goes.
fn after(own: u8, tokens: &[(u8, String)]) -> Vec<String> {
    let before = |rank: u8| match own {
        1 => rank == 0,
        2 | 3 => rank == 1 || rank < own && rank >= 2,
        4 => rank == 2 || rank == 3,
        _ => false,
    };
    tokens.iter().filter(|(rank, _)| before(*rank)).map(|(_, token)| token.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `+ app[0] app server` per line: action, address, resource, kind.
    fn check_steps(changes: &str, expected: &str) {
        let plan =
            Plan { changes: changes.lines().filter_map(change).collect(), ..Plan::default() };
        let steps = steps(&plan);
        let number = |token: &String| steps.iter().position(|step| step.token == *token).unwrap();
        let text: Vec<String> = steps
            .iter()
            .map(|step| {
                let after: Vec<usize> = step.after.iter().map(number).collect();
                format!("{:?} {} after {after:?}", step.action, step.changes.join(" "))
            })
            .collect();
        assert_eq!(text.join("\n"), expected.trim());
    }

    fn change(line: &str) -> Option<PlannedChange> {
        let [action, address, resource, kind] = line.split_whitespace().collect::<Vec<_>>()[..]
        else {
            return None;
        };
        Some(PlannedChange {
            address: address.into(),
            resource: resource.into(),
            kind: kind.into(),
            action: match action {
                "+" => Action::Create,
                "-" => Action::Delete,
                "~" => Action::Update,
                _ => Action::NoOp,
            },
            differences: vec![],
            reason: String::new(),
            depends_on: vec![],
            depended_on: vec![],
            disturbs: vec![],
            moved_from: None,
        })
    }

    #[test]
    fn the_fabric_is_one_step_and_instances_of_a_resource_another() {
        check_steps(
            "+ app[0] app server\n+ app[1] app server\n+ shop shop network\n+ web/a web subnet\n+ db db database",
            "Create shop web/a after []\nCreate app[0] app[1] after [0]\nCreate db after [0]",
        );
    }

    #[test]
    fn of_many_things_several_are_one_step_and_each_is_in_one() {
        let lines = (0..100).map(|n| format!("+ app-{n:03} app-{n:03} server\n"));
        let text: String = lines.chain(["+ shop shop network\n".to_owned()]).collect();
        let changes: Vec<PlannedChange> = text.lines().filter_map(change).collect();
        let plan = Plan { changes, ..Plan::default() };
        let steps = steps(&plan);
        assert!((10..=MOST_STEPS + 1).contains(&steps.len()), "{} steps", steps.len());
        let covered: BTreeSet<&String> = steps.iter().flat_map(|step| &step.changes).collect();
        assert_eq!(covered.len(), 101);
        assert_eq!(steps.iter().map(|step| step.changes.len()).sum::<usize>(), 101);
        let fabric = &steps[0].token;
        assert!(steps[1..].iter().all(|step| step.after == [fabric.clone()]));
    }

    #[test]
    fn a_whole_lab_ends_in_one_step() {
        check_steps(
            "- app[0] app server\n- shop shop network\n- db db database",
            "Delete app[0] shop db after []",
        );
    }

    #[test]
    fn what_stays_is_not_touched_and_things_go_before_their_fabric() {
        check_steps(
            "= shop shop network\n- web/a web subnet\n- app[1] app server\n~ db db database",
            "Delete app[1] after []\nDelete web/a after [0]\nUpdate db after []",
        );
    }
}
