//! Names the kernel accepts, and small numbers that stay the same when the drawing changes
//! elsewhere. Knows nothing of what it names.

use std::collections::{BTreeMap, BTreeSet};

/// Longest device name the kernel takes.
const LONGEST: usize = 15;

/// A device name for something drawn: `PREFIX-ID` where that fits, else shortened with a
/// fingerprint so that two long names never meet.
pub fn device_name(prefix: char, id: &str) -> String {
    let plain: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    if plain == id && id.len() <= LONGEST - 2 {
        return format!("{prefix}-{id}");
    }
    let start: String = plain.chars().take(LONGEST - 2 - 7).collect();
    format!("{prefix}-{start}-{:06x}", fingerprint(id) & 0xff_ffff)
}

/// A hardware address for something drawn; locally administered.
pub fn hardware_address(id: &str) -> [u8; 6] {
    let mut address = [0x02; 6];
    address[1..].copy_from_slice(&fingerprint(id).to_be_bytes()[3..]);
    address
}

/// Numbers below `size` for ids. An id keeps its number whatever else comes or goes, unless two
/// fingerprints collide.
pub fn slots<'a>(ids: impl Iterator<Item = &'a str>, size: u32) -> BTreeMap<String, u32> {
    let mut taken = BTreeSet::new();
    let mut slots = BTreeMap::new();
    for id in ids {
        let mut slot = (fingerprint(id) % u64::from(size)) as u32;
        while taken.contains(&slot) && taken.len() < size as usize {
            slot = (slot + 1) % size;
        }
        taken.insert(slot);
        slots.insert(id.to_owned(), slot);
    }
    slots
}

/// FNV-1a with a final mix: the same on every machine and in every version.
fn fingerprint(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash ^ (hash >> 29)
}

/// A short name for anything: file names of sockets.
pub fn short_name(text: &str) -> String {
    format!("{:016x}", fingerprint(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_names_fit_and_differ() {
        let table = [("shop", "s-shop"), ("thirteen-char", "s-thirteen-char")];
        for (id, name) in table {
            assert_eq!(device_name('s', id), name);
        }
        let long = ["application-tier/a", "application-tier/b", "app/a", "app-a", "app[0]", "ä"];
        let names: std::collections::BTreeSet<_> =
            long.iter().map(|id| device_name('s', id)).collect();
        assert_eq!(names.len(), long.len());
        assert!(names.iter().all(|name| name.len() <= LONGEST), "{names:?}");
    }

    #[test]
    fn a_slot_stays_when_others_come() {
        let before = slots(["b", "d"].into_iter(), 1000);
        let after = slots(["a", "b", "c", "d"].into_iter(), 1000);
        assert_eq!(before["b"], after["b"]);
        assert_eq!(before["d"], after["d"]);
        let full = slots(["a", "b", "c"].into_iter(), 3);
        assert_eq!(full.values().collect::<std::collections::BTreeSet<_>>().len(), 3);
    }
}
