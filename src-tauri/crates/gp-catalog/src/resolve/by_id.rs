//! What the steps keep by id.

use super::several::Several;
use crate::ordered::Ordered;
use gp_model::Id;
use std::sync::Arc;

pub(super) type ById<T> = Ordered<Id, T>;

/// Puts a result in place. Tells whether it differs; one that does not stays the one it was.
pub(super) fn put<T: PartialEq>(map: &mut ById<Arc<T>>, id: &Id, value: Option<T>) -> bool {
    let differs = map.get(id).map(|old| &**old) != value.as_ref();
    if differs {
        set(map, id, value.map(Arc::new));
    }
    differs
}

/// The same for what is shared already.
pub(super) fn put_shared<T: PartialEq>(
    map: &mut ById<Arc<T>>,
    id: &Id,
    value: Option<Arc<T>>,
) -> bool {
    let differs = map.get(id) != value.as_ref();
    if differs {
        set(map, id, value);
    }
    differs
}

fn set<T>(map: &mut ById<Arc<T>>, id: &Id, value: Option<Arc<T>>) {
    match value {
        Some(value) => drop(map.insert(id.clone(), value)),
        None => drop(map.remove(id)),
    }
}

/// Puts `id` below another key than before, in both directions.
pub(super) fn put_index(
    forth: &mut ById<Id>,
    back: &mut ById<Several>,
    id: &Id,
    place: Option<Id>,
) {
    if forth.get(id) == place.as_ref() {
        return;
    }
    if let Some(old) = forth.remove(id)
        && let Some(all) = back.get_mut(&old)
    {
        all.remove(id);
        if all.is_empty() {
            back.remove(&old);
        }
    }
    if let Some(place) = place {
        back.or_default(&place).insert(id.clone());
        forth.insert(id.clone(), place);
    }
}
