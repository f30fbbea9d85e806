//! Ids in order. Nearly always there are few: links at a thing, what stands in a tier. A persistent
//! set takes two kilobytes for the first, and each resource has such a set.

use gp_model::Id;
use imbl::OrdSet;

/// More than so many are kept so that adding one does not move all that come after it.
const FEW: usize = 24;

#[derive(Clone)]
pub(crate) enum Several {
    Few(Vec<Id>),
    Many(OrdSet<Id>),
}

impl Default for Several {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Several {
    pub fn insert(&mut self, id: Id) {
        match self {
            Self::Few(all) => {
                let Err(at) = all.binary_search(&id) else { return };
                all.insert(at, id);
                if all.len() > FEW {
                    *self = Self::Many(all.drain(..).collect());
                }
            }
            Self::Many(all) => drop(all.insert(id)),
        }
    }

    pub fn remove(&mut self, id: &Id) {
        match self {
            Self::Few(all) => {
                if let Ok(at) = all.binary_search(id) {
                    all.remove(at);
                }
            }
            Self::Many(all) => drop(all.remove(id)),
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Few(all) => all.is_empty(),
            Self::Many(all) => all.is_empty(),
        }
    }

    pub fn iter(&self) -> Iter<'_> {
        match self {
            Self::Few(all) => Iter::Few(all.iter()),
            Self::Many(all) => Iter::Many(all.iter()),
        }
    }
}

impl<'a> IntoIterator for &'a Several {
    type Item = &'a Id;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

pub(crate) enum Iter<'a> {
    Few(std::slice::Iter<'a, Id>),
    Many(imbl::ordset::Iter<'a, Id, imbl::shared_ptr::DefaultSharedPtr>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Id;

    fn next(&mut self) -> Option<&'a Id> {
        match self {
            Self::Few(all) => all.next(),
            Self::Many(all) => all.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #![proptest_config(crate::cases())]
        #[test]
        fn it_is_a_set_in_order(acts in proptest::collection::vec((0_u8..80, any::<bool>()), 0..200)) {
            let (mut several, mut set) = (Several::default(), BTreeSet::new());
            for (n, put) in acts {
                let id = Id::new(format!("it-{n}"));
                if put {
                    several.insert(id.clone());
                    set.insert(id);
                } else {
                    several.remove(&id);
                    set.remove(&id);
                }
                prop_assert_eq!(several.is_empty(), set.is_empty());
            }
            prop_assert!(several.iter().eq(set.iter()));
        }
    }
}
