//! One revision judged: meaning, proof, findings, in one environment. A pure composition of the
//! pure crates; the same for a window, the command line and a test.

use gp_analysis::reach::{IntentVerdict, LinkVerdict, World};
use gp_catalog::{Catalog, resolve::Resolution, resolved::Resolved};
use gp_model::{Design, Diagnostic, Id, Patch, Rect};
use gp_rules::{Date, Findings, Proof, Waived};
use std::sync::Arc;

/// Everything that is known of a revision in an environment.
pub struct Judged {
    /// Which revision.
    pub revision: u32,
    /// Which environment; `lab` for the implicit one.
    pub environment: Id,
    /// The design that was judged.
    pub design: Design,
    /// What could be drawn in it.
    pub catalog: Arc<Catalog>,
    /// What it means.
    pub resolved: Arc<Resolved>,
    /// Who can reach whom.
    pub world: World,
    /// Whether drawn links work.
    pub links: Vec<LinkVerdict>,
    /// Whether intents hold.
    pub intents: Vec<IntentVerdict>,
    /// Every finding that nobody accepted.
    pub diagnostics: Vec<Diagnostic>,
    /// Those that a waiver sets aside.
    pub waived: Vec<Waived>,
    /// Shapes that stand elsewhere than in the judgement before; `None`: everything is new.
    pub moved: Option<Moved>,
}

/// Judges a design on its own.
pub fn judge(
    design: &Design,
    catalog: &Arc<Catalog>,
    environment: Option<&Id>,
    revision: u32,
) -> Judged {
    let resolved = gp_catalog::resolve::resolve(design, catalog, environment);
    let mut rules = gp_rules::Judge::with_catalog(Arc::clone(catalog));
    look(design, catalog, resolved, revision, |resolved, proof| {
        rules.judge(resolved, proof, today())
    })
}

/// Judges a design in several environments, side by side.
pub fn judge_each(
    design: &Design,
    catalog: &Arc<Catalog>,
    environments: &[Id],
    revision: u32,
) -> Vec<Judged> {
    std::thread::scope(|scope| {
        let one = |id| scope.spawn(move || judge(design, catalog, Some(id), revision));
        let running: Vec<_> = environments.iter().map(one).collect();
        running
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// Proof and findings for what was resolved.
fn look(
    design: &Design,
    catalog: &Arc<Catalog>,
    resolved: Resolved,
    revision: u32,
    find: impl FnOnce(&Resolved, &Proof) -> Findings,
) -> Judged {
    let world = World::new(&resolved);
    let proof = Proof::from_world(&world, &resolved);
    let Findings { open: diagnostics, waived } = find(&resolved, &proof);
    Judged {
        revision,
        environment: resolved.environment.id.clone(),
        design: design.clone(),
        catalog: Arc::clone(catalog),
        links: proof.links,
        intents: proof.intents,
        diagnostics,
        waived,
        moved: None,
        resolved: Arc::new(resolved),
        world,
    }
}

/// Judges one revision after the other; what an edit cannot have changed is not looked at again.
#[derive(Default)]
pub struct Judging {
    rules: gp_rules::Judge,
    before: Option<Before>,
}

struct Before {
    resolution: Resolution,
    catalog: Arc<Catalog>,
    wanted: Option<Id>,
    design: Design,
}

impl Before {
    /// With another catalog, or in another environment, nothing of it holds.
    fn is_of(&self, catalog: &Arc<Catalog>, environment: Option<&Id>) -> bool {
        Arc::ptr_eq(&self.catalog, catalog) && self.wanted.as_ref() == environment
    }
}

impl Judging {
    /// Judges a design. `patch` is what was done since the last one; none: anything may differ.
    pub fn judge(
        &mut self,
        design: &Design,
        catalog: &Arc<Catalog>,
        environment: Option<&Id>,
        revision: u32,
        patch: Option<&Patch>,
    ) -> Judged {
        if self.before.as_ref().is_none_or(|before| !Arc::ptr_eq(&before.catalog, catalog)) {
            self.rules = gp_rules::Judge::with_catalog(Arc::clone(catalog));
        }
        let before = self.before.take().filter(|before| before.is_of(catalog, environment));
        let moved = before.as_ref().map(|before| moved(&before.design, design));
        let resolution = match (before, patch) {
            (Some(before), Some(patch)) => before.resolution.after(design, catalog, patch),
            _ => Resolution::new(design, catalog, environment),
        };
        let resolved = resolution.resolved.clone();
        self.before = Some(Before {
            resolution,
            catalog: Arc::clone(catalog),
            wanted: environment.cloned(),
            design: design.clone(),
        });
        let rules = &mut self.rules;
        let find = |resolved: &Resolved, proof: &Proof| rules.judge(resolved, proof, today());
        Judged { moved, ..look(design, catalog, resolved, revision, find) }
    }
}

/// The one place where rules get to know the day.
fn today() -> Date {
    let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    Date::new(day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs())
        .expect("the clock shows a day of the calendar")
}

/// What stands elsewhere than before.
#[derive(Debug, Default)]
pub struct Moved {
    /// Shapes that were placed, moved or taken away.
    pub ids: Vec<Id>,
    /// Where some of them stood, and do not any more.
    pub freed: Vec<Rect>,
}

fn moved(before: &Design, now: &Design) -> Moved {
    use imbl::ordmap::DiffItem;
    let (mut ids, mut freed) = (Vec::new(), Vec::new());
    for item in before.layout.resources.diff(&now.layout.resources) {
        let (id, old, new) = match item {
            DiffItem::Add(id, new) => (id, None, Some(new)),
            DiffItem::Remove(id, old) => (id, Some(old), None),
            DiffItem::Update { old: (_, old), new: (id, new) } => (id, Some(old), Some(new)),
        };
        ids.push(id.clone());
        freed.extend(old.filter(|old| new.is_none_or(|new| !new.contains(**old))));
    }
    // A way-point that moved re-routes its link: its ends stand for it.
    for item in before.layout.links.diff(&now.layout.links) {
        let (DiffItem::Add(id, _)
        | DiffItem::Remove(id, _)
        | DiffItem::Update { new: (id, _), .. }) = item;
        ids.extend(now.links.get(id).map(|link| link.from.clone()));
    }
    Moved { ids, freed }
}
