//! One revision judged: meaning, proof, findings, in one environment. A pure composition of the
//! pure crates; the same for a window, the command line and a test.

use gp_analysis::reach::{IntentVerdict, LinkVerdict, World};
use gp_catalog::{builtin, resolve::Resolution, resolved::Resolved};
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
pub fn judge(design: &Design, environment: Option<&Id>, revision: u32) -> Judged {
    let resolved = gp_catalog::resolve::resolve(design, builtin(), environment);
    look(design, resolved, revision, |resolved, proof| gp_rules::judge(resolved, proof, today()))
}

/// Judges a design in several environments, side by side.
pub fn judge_each(design: &Design, environments: &[Id], revision: u32) -> Vec<Judged> {
    std::thread::scope(|scope| {
        let one = |id| scope.spawn(move || judge(design, Some(id), revision));
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
    wanted: Option<Id>,
    design: Design,
}

impl Judging {
    /// Judges a design. `patch` is what was done since the last one; none: anything may differ.
    pub fn judge(
        &mut self,
        design: &Design,
        environment: Option<&Id>,
        revision: u32,
        patch: Option<&Patch>,
    ) -> Judged {
        let before = self.before.take().filter(|before| before.wanted.as_ref() == environment);
        let moved = before.as_ref().map(|before| moved(&before.design, design));
        let resolution = match (before, patch) {
            (Some(before), Some(patch)) => before.resolution.after(design, builtin(), patch),
            _ => Resolution::new(design, builtin(), environment),
        };
        let resolved = resolution.resolved.clone();
        self.before =
            Some(Before { resolution, wanted: environment.cloned(), design: design.clone() });
        let rules = &mut self.rules;
        let find = |resolved: &Resolved, proof: &Proof| rules.judge(resolved, proof, today());
        Judged { moved, ..look(design, resolved, revision, find) }
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
