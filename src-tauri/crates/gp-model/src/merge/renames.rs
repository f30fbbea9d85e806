//! A rename is no removal: what the other side did to the thing under its old id follows it.

use crate::{Design, Edit, Id, edit};

/// The three designs, with what one side renamed under its new id in all of them.
pub fn followed(base: &Design, mine: &Design, theirs: &Design) -> [Design; 3] {
    let mut all = [base.clone(), mine.clone(), theirs.clone()];
    for (side, other) in [(1, 2), (2, 1)] {
        for (from, to) in renames(&all[0], &all[side]) {
            // Who renamed it, too, differently, has another thing now.
            let known = |design: &Design| design.resources.contains_key(&from);
            let free = |design: &Design| !design.resources.contains_key(&to);
            if !(known(&all[other]) && free(&all[other])) {
                continue;
            }
            rename(&mut all[0], &from, &to);
            rename(&mut all[other], &from, &to);
        }
    }
    all
}

/// Old and new ids of what is another thing by its name only.
fn renames(base: &Design, side: &Design) -> Vec<(Id, Id)> {
    let new = side.resources.iter().filter(|(id, _)| !base.resources.contains_key(*id));
    let was = |id: &&Id| base.resources.contains_key(*id) && !side.resources.contains_key(*id);
    let mut found: Vec<(Id, Id)> = Vec::new();
    for (id, resource) in new {
        let old = resource.was.iter().rev().find(was);
        if let Some(old) = old.filter(|old| !found.iter().any(|(taken, _)| taken == *old)) {
            found.push((old.clone(), id.clone()));
        }
    }
    found
}

fn rename(design: &mut Design, from: &Id, to: &Id) {
    let rename = Edit::RenameResource { from: from.clone(), to: to.clone() };
    if let Ok(patch) = edit::apply(design, &rename) {
        patch.apply(design);
    }
}
