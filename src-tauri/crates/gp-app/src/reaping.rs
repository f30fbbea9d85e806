//! Ends what is over while the program runs: labs by itself, of everything else it tells the windows.

use crate::{
    app::App,
    deploy::Which,
    dto::{AppEvent, DueDto, ReapDto},
    events::Events,
};
use std::{collections::BTreeSet, sync::Arc, thread, time::Duration};

/// The first look comes when the window stands.
const FIRST: Duration = Duration::from_secs(3);
const EVERY: Duration = Duration::from_mins(1);

/// Looks until the program ends. A thread, not a task: the facade has no runtime of its own.
pub(crate) fn start(reap: impl Fn() -> Option<App> + Send + 'static, events: Arc<Events>) {
    let spawned = thread::Builder::new().name("reap".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        let mut said = BTreeSet::new();
        thread::sleep(FIRST);
        while let Some(app) = reap() {
            match runtime.block_on(app.deployments().reap(&Which::OwnLabs, false)) {
                Ok(found) => tell(&events, found, &mut said),
                Err(error) => tracing::warn!(%error, "what is over cannot be looked for"),
            }
            drop(app);
            thread::sleep(EVERY);
        }
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "nothing is ended by itself when its time is over");
    }
}

/// What waits is said once. Labs nobody knows of are for `groundplan reap`: another program's state may know them.
fn tell(events: &Events, found: ReapDto, said: &mut BTreeSet<(String, String)>) {
    let ReapDto { ended, due } = found;
    let place = |due: &DueDto| (due.design.clone(), due.environment.clone());
    let lab = gp_model::Provider::Lab.to_string();
    let due: Vec<DueDto> = due.into_iter().filter(|due| due.provider != lab).collect();
    said.retain(|one| due.iter().any(|due| place(due) == *one));
    let new = due.into_iter().filter(|due| said.insert(place(due))).collect::<Vec<_>>();
    if !ended.is_empty() || !new.is_empty() {
        events.tell(&AppEvent::Reaped(ReapDto { ended, due: new }));
    }
}
