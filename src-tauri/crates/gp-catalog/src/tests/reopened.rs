//! A design that is saved and opened again means the same: nothing that was allocated moves.

use crate::{builtin, resolve};
use gp_model::{Edit, Id, edit, file};
use gp_testkit::sketch::sketch_text;
use proptest::prelude::*;

const START: &str = "
region frankfurt location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      server app x2
  network office
";

fn add(number: usize, kind: usize, id: &str) -> Edit {
    let (kind, parent) = [
        ("subnet", "shop"),
        ("server", "web"),
        ("subnet", "office"),
        ("network", "frankfurt"),
        ("bucket", "frankfurt"),
    ][kind % 5];
    Edit::AddResource {
        id: Id::new(format!("{id}-{number}")),
        kind: kind.to_owned(),
        parent: Some(Id::new(parent)),
        attributes: gp_model::Table::new(),
        at: None,
    }
}

proptest! {
    #![proptest_config(crate::cases())]
    #[test]
    fn what_was_allocated_stays(new in proptest::collection::vec((0_usize..5, "[a-z]{1,3}"), 1..60)) {
        let opened = file::parse(sketch_text(START).as_bytes());
        let mut design = opened.design;
        for (number, (kind, id)) in new.iter().enumerate() {
            edit::apply(&design, &add(number, *kind, id)).unwrap().apply(&mut design);
        }
        let saved = opened.file.save(&design).unwrap();
        let again = file::parse(&saved.bytes).design;
        let (before, after) = (resolve(&design, builtin(), None), resolve(&again, builtin(), None));
        prop_assert_eq!(before.segments, after.segments);
        prop_assert_eq!(before.resources, after.resources);
    }
}
