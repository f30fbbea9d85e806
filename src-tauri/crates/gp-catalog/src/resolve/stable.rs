//! Choosing places that stay: addresses and ranges for things that name none.
//!
//! Each thing has a favourite place, from a hash of the first id it ever had, and takes the next
//! free one after it. Who is older chooses first, so adding a thing moves no other, and removing
//! one moves only those that it had pushed aside. No memory is needed: the same design gives the
//! same places. Nothing here knows what the places are.

use std::collections::BTreeSet;

/// A thing that needs a place: older ones (smaller `age`) first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seeker {
    /// Order of creation.
    pub age: u64,
    /// What the favourite place follows from.
    pub key: String,
}

/// For each seeker, in the order given, a place below `room` that is not in `taken`; `None` when
/// there is none left.
pub(crate) fn choose(seekers: &[Seeker], room: u32, taken: &mut BTreeSet<u32>) -> Vec<Option<u32>> {
    let mut order: Vec<usize> = (0..seekers.len()).collect();
    order.sort_by_key(|&at| &seekers[at]);
    let mut chosen = vec![None; seekers.len()];
    for at in order {
        chosen[at] = free_place(favourite(&seekers[at].key), room, taken);
        taken.extend(chosen[at]);
    }
    chosen
}

fn free_place(favourite: u64, room: u32, taken: &BTreeSet<u32>) -> Option<u32> {
    let start = favourite.checked_rem(u64::from(room))? as u32;
    // Runs of taken places are short until the room is nearly full, so walking is cheap.
    (start..room).chain(0..start).find(|place| !taken.contains(place))
}

/// FNV-1a with a final mix. Written out here because it must never change: addresses follow it.
pub(super) fn favourite(key: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in key.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seekers(names: &[String]) -> Vec<Seeker> {
        names
            .iter()
            .enumerate()
            .map(|(n, key)| Seeker { age: n as u64, key: key.clone() })
            .collect()
    }

    proptest! {
        #![proptest_config(crate::cases())]
        #[test]
        fn a_newcomer_moves_nobody(names in proptest::collection::hash_set("[a-z]{1,6}", 1..50)) {
            let names: Vec<String> = names.into_iter().collect();
            let all = choose(&seekers(&names), 58, &mut BTreeSet::new());
            let before = choose(&seekers(&names[..names.len() - 1]), 58, &mut BTreeSet::new());
            prop_assert_eq!(&all[..before.len()], &before[..]);
            let distinct: BTreeSet<_> = all.iter().flatten().collect();
            prop_assert_eq!(distinct.len(), names.len());
        }
    }

    #[test]
    fn a_full_room_says_so() {
        let names: Vec<String> = (0..3).map(|n| n.to_string()).collect();
        let chosen = choose(&seekers(&names), 2, &mut BTreeSet::new());
        assert_eq!(chosen.iter().flatten().count(), 2);
        assert_eq!(chosen[2], None);
        assert_eq!(choose(&seekers(&names), 0, &mut BTreeSet::new()), [None; 3]);
    }

    #[test]
    fn favourites_never_change() {
        // FNV-1a by its published constants, then the first half of MurmurHash3's 64-bit finaliser.
        for (key, place) in [
            ("", 0xecba_3df2_c338_3c52),
            ("app/0", 0x5777_494d_dbb3_8ee3),
            ("orders", 0xcea6_b138_40ee_1f1d),
            ("shop/gateway", 0xbf39_68db_eb96_975e),
        ] {
            assert_eq!(favourite(key), place, "{key}");
        }
    }
}
