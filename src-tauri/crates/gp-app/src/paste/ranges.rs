//! A pasted tier beside the one that it was copied from cannot have the same range.

use gp_model::{Design, Edit, Id, Value};
use ipnet::IpNet;

const RANGES: [&str; 2] = ["cidr", "ipv6-cidr"];

/// Takes ranges away that overlap one written at a neighbour in the same container: a free one is allocated.
pub fn make_free(design: &Design, edits: &mut [Edit]) {
    for edit in edits {
        let Edit::AddResource { parent, attributes, .. } = edit else { continue };
        for name in RANGES {
            let taken = |range: IpNet| {
                written(design, parent.as_ref(), name).any(|one| overlap(one, range))
            };
            if range(attributes.get(name)).is_some_and(taken) {
                attributes.shift_remove(name);
            }
        }
    }
}

/// Ranges that are written at what stands in it.
fn written<'a>(
    design: &'a Design,
    parent: Option<&'a Id>,
    name: &'a str,
) -> impl Iterator<Item = IpNet> {
    let inside = design.resources.values().filter(move |one| one.parent.as_ref() == parent);
    // Networks that nothing contains may overlap: each is a world of its own.
    inside.filter(move |_| parent.is_some()).filter_map(|one| range(one.attributes.get(name)))
}

fn range(value: Option<&Value>) -> Option<IpNet> {
    value?.as_str()?.parse().ok()
}

fn overlap(a: IpNet, b: IpNet) -> bool {
    a.contains(&b) || b.contains(&a)
}
