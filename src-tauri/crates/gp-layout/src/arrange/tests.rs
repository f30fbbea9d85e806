//! Places are judged by what must hold: nothing overlaps, nothing is clipped, pinned things stay.

use super::*;
use proptest::prelude::*;

/// One item a line, indented below its container: `name [container]`; links as `a -> b`;
/// `name @ x y w h [container]` has a place.
fn drawing(text: &str) -> ArrangeInput {
    let mut input = ArrangeInput::default();
    let mut open: Vec<(usize, Id)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.get(1) == Some(&"->") {
            input.links.push((Id::new(words[0]), Id::new(words[2])));
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        open.retain(|(d, _)| *d < depth);
        let rect = (words.get(1) == Some(&"@")).then(|| {
            let n = |i: usize| words[i].parse::<i32>().unwrap();
            Rect { x: n(2), y: n(3), w: n(4), h: n(5) }
        });
        let role = if words.last() == Some(&"container") { Role::Container } else { Role::Leaf };
        let size = if role == Role::Container { (200, 120) } else { (160, 56) };
        let parent = open.last().map(|(_, id)| id.clone());
        input.items.insert(Id::new(words[0]), Item { parent, role, size, rect, order: 1 });
        open.push((depth, Id::new(words[0])));
    }
    input
}

/// Siblings lie apart, containers hold what is in them below their header.
fn check_sound(input: &ArrangeInput, places: &BTreeMap<Id, Rect>) {
    assert_eq!(places.len(), input.items.len());
    let mut siblings: BTreeMap<Option<&Id>, Vec<(&Id, Rect)>> = BTreeMap::new();
    for (id, item) in &input.items {
        siblings.entry(item.parent.as_ref()).or_default().push((id, places[id]));
        if let Some(parent) = &item.parent {
            assert!(places[parent].contains(places[id]), "{parent} clips {id}: {places:?}");
            assert!(places[id].y >= places[parent].y + HEADER, "{id} lies on the header");
        }
    }
    for group in siblings.values() {
        for (n, (a, rect)) in group.iter().enumerate() {
            for (b, other) in &group[n + 1..] {
                assert!(!rect.overlaps(*other), "{a} {rect:?} and {b} {other:?} overlap");
            }
        }
    }
}

const SHOP: &str = "
internet
frankfurt container
  shop container
    app-tier container
      app
      worker
    data-tier container
      orders
    web-tier container
      entry
      way-out
    door
  images
internet -> entry
entry -> app
app -> worker
app -> orders
app -> images
";

#[test]
fn a_design_without_layout_is_laid_out_in_tiers() {
    let input = drawing(SHOP);
    let places = arrange(&input, &BTreeSet::new());
    check_sound(&input, &places);
    let y = |id: &str| places[id].y;
    assert!(y("web-tier") < y("app-tier") && y("app-tier") < y("data-tier"), "{places:?}");
    assert_eq!(places["web-tier"].w, places["app-tier"].w);
    assert!(places["internet"].right() < places["frankfurt"].x, "actors stand left of regions");
    assert!(
        places["images"].x >= places["shop"].right(),
        "regional things stand beside the network"
    );
    assert!(places["app"].right() < places["worker"].x, "inside a tier links run rightwards");
}

#[test]
fn a_new_shape_gets_a_free_spot_and_its_container_grows() {
    let input =
        drawing("tier @ 0 0 260 120 container\n  a @ 24 44 160 56\n  new\nnext @ 300 0 160 120\n");
    let changed = place_new(&input);
    let mut places: BTreeMap<Id, Rect> =
        input.items.iter().filter_map(|(id, item)| Some((id.clone(), item.rect?))).collect();
    places.extend(changed.clone());
    check_sound(&input, &places);
    assert_eq!(places["a"], input.items["a"].rect.unwrap());
    assert!(changed.contains_key("tier"));
}

#[test]
fn a_free_spot_inside_is_used_before_the_container_grows() {
    let input = drawing("tier @ 0 0 600 160 container\n  a @ 24 48 160 56\n  new\n");
    let changed = place_new(&input);
    assert_eq!(changed.keys().map(Id::as_str).collect::<Vec<_>>(), ["new"]);
}

#[test]
fn tidying_a_selection_leaves_the_rest() {
    let input = drawing(
        "tier @ 0 0 800 400 container\n  a @ 30 60 160 56\n  b @ 31 90 160 56\n  c @ 500 300 160 56\na -> b",
    );
    let changed = tidy(&input, &[Id::new("a"), Id::new("b")]);
    assert!(!changed.contains_key("c") && !changed.contains_key("tier"), "{changed:?}");
    let mut places: BTreeMap<Id, Rect> =
        input.items.iter().map(|(id, item)| (id.clone(), item.rect.unwrap())).collect();
    places.extend(changed);
    check_sound(&input, &places);
}

#[test]
fn containers_in_a_circle_are_survived() {
    let mut input = drawing("a container\nb container\n");
    input.items.get_mut("a").unwrap().parent = Some(Id::new("b"));
    input.items.get_mut("b").unwrap().parent = Some(Id::new("a"));
    assert_eq!(arrange(&input, &BTreeSet::new()).len(), 2);
}

fn nested() -> impl Strategy<Value = ArrangeInput> {
    let shape = (0..40usize, any::<bool>());
    let links = prop::collection::vec((0..40usize, 0..40usize), 0..40);
    (prop::collection::vec(shape, 1..40), links).prop_map(|(shapes, links)| {
        let mut input = ArrangeInput::default();
        let name = |n: usize| Id::new(format!("n{n:02}"));
        for (n, (parent, is_container)) in shapes.iter().enumerate() {
            let parent =
                (n > 0).then(|| parent % n).filter(|p| shapes[*p].1 && *p % 3 != 0 || *p == 0);
            let parent = parent.filter(|p| shapes[*p].1).map(name);
            let role = if *is_container { Role::Container } else { Role::Leaf };
            let size = if *is_container { (200, 120) } else { (160, 56) };
            input.items.insert(
                name(n),
                Item { parent, role, size, rect: None, order: i32::try_from(n % 3).unwrap() },
            );
        }
        let n = shapes.len();
        input.links = links.into_iter().map(|(a, b)| (name(a % n), name(b % n))).collect();
        input
    })
}

proptest! {
    #![proptest_config(crate::route::tests::cases(96))]

    #[test]
    fn nothing_overlaps_and_nothing_is_clipped(input in nested()) {
        let places = arrange(&input, &BTreeSet::new());
        check_sound(&input, &places);
        prop_assert_eq!(arrange(&input, &BTreeSet::new()), places);
    }

    #[test]
    fn whatever_loses_its_place_gets_a_new_one(input in nested(), lost in prop::collection::btree_set(0..40usize, 1..6)) {
        let places = arrange(&input, &BTreeSet::new());
        let mut input = input;
        for (n, (id, item)) in input.items.iter_mut().enumerate() {
            item.rect = (!lost.contains(&n)).then(|| places[id]);
        }
        let mut after = places.clone();
        after.extend(place_new(&input));
        check_sound(&input, &after);
    }
}
