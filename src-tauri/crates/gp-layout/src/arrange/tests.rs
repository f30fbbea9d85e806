//! Places are judged by what must hold: nothing overlaps, nothing is clipped, pinned things stay.

use super::*;
use proptest::prelude::*;
use std::fmt::Write as _;

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
        let item = Item { parent, role, size, rect, order: 1, ..Item::default() };
        input.items.insert(Id::new(words[0]), item);
        open.push((depth, Id::new(words[0])));
    }
    input
}

/// Everything anew.
fn all(input: &ArrangeInput) -> BTreeMap<Id, Rect> {
    arrange(input, &BTreeSet::new(), &mut |_, _| true).unwrap()
}

/// Siblings lie apart, containers hold what is in them below their header.
fn check_sound(input: &ArrangeInput, places: &BTreeMap<Id, Rect>) {
    assert_eq!(places.len(), input.items.len() + input.lanes.len());
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
    let places = all(&input);
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
    let changed = tidy(&input, &[Id::new("a"), Id::new("b")], &mut |_, _| true).unwrap();
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
    assert_eq!(all(&input).len(), 2);
}

/// The shop with a lane for each of two zones, and what stands in them: `name: zone`.
fn zoned(pins: &[(&str, &str)]) -> ArrangeInput {
    let mut input = drawing(SHOP);
    for letter in ["a", "b"] {
        let (region, letter) = (Some(Id::new("frankfurt")), letter.to_owned());
        let id = Id::new(format!("zone-{letter}"));
        input.lanes.insert(id, Lane { region, letter, rect: None });
    }
    for (id, zone) in pins {
        input.items.get_mut(*id).unwrap().zone = Some((*zone).to_owned());
    }
    input
}

#[test]
fn zones_are_lanes_over_what_is_pinned_to_them() {
    let pins = [("app", "a"), ("worker", "b"), ("orders", "a"), ("images", "b")];
    let input = zoned(&pins);
    let places = all(&input);
    check_sound(&input, &places);
    let (a, b) = (places["zone-a"], places["zone-b"]);
    assert!(a.right() < b.x, "{places:?}");
    for (id, zone) in pins {
        let (own, other) = if zone == "a" { (a, b) } else { (b, a) };
        assert!(own.contains(places[id]) && !other.overlaps(places[id]), "{id}: {places:?}");
    }
    assert!(!a.overlaps(places["entry"]) && !b.overlaps(places["entry"]), "entry is in no zone");
    let middle = |id: &str| places[id].x + places[id].w / 2;
    assert_eq!(middle("app"), middle("orders"), "what talks to each other stands in line");
}

fn is_inside(input: &ArrangeInput, id: &Id, outer: &Id) -> bool {
    let parent = input.items[id].parent.as_ref();
    parent.is_some_and(|parent| parent == outer || is_inside(input, parent, outer))
}

#[test]
fn an_empty_lane_lies_in_its_region_too() {
    let places = all(&zoned(&[("app", "a")]));
    assert!(places["frankfurt"].contains(places["zone-b"]), "{places:?}");
    assert!(!places["zone-a"].overlaps(places["zone-b"]));
}

#[test]
fn what_talks_from_tier_to_tier_stands_in_line() {
    let places = all(&drawing(SHOP));
    let middle = |id: &str| places[id].x + places[id].w / 2;
    assert_eq!(middle("entry"), middle("app"));
    assert_eq!(middle("app"), middle("orders"));
}

#[test]
fn a_tier_of_many_cards_is_no_ribbon() {
    let mut text = "net container
  tier container
"
    .to_owned();
    for n in 0..40 {
        let _ = writeln!(text, "    n{n:02}");
    }
    for n in 0..39 {
        let _ = writeln!(text, "n{n:02} -> n{:02}", n + 1);
    }
    let input = drawing(&text);
    let places = all(&input);
    check_sound(&input, &places);
    let Rect { w, h, .. } = places["net"];
    assert!(w < 4 * h && h < 2 * w, "{w} x {h}");
}

#[test]
fn a_container_that_grows_keeps_its_distance_from_its_neighbours() {
    let input = drawing(
        "net @ 0 0 700 300 container
  tier @ 24 48 260 120 container
    a @ 48 92 160 56
    new
  next @ 300 48 160 120
  low @ 24 184 260 56
other @ 716 0 160 56
",
    );
    let changed = place_new(&input);
    let mut places: BTreeMap<Id, Rect> =
        input.items.iter().filter_map(|(id, item)| Some((id.clone(), item.rect?))).collect();
    places.extend(changed);
    check_sound(&input, &places);
    let air = |a: &str, b: &str| {
        let (a, b) = (places[a], places[b]);
        (b.x - a.right()).max(a.x - b.right()).max(b.y - a.bottom()).max(a.y - b.bottom())
    };
    assert!(air("tier", "next") >= 16 && air("tier", "low") >= 16, "{places:?}");
    assert!(air("net", "other") >= 16, "{places:?}");
}

#[test]
fn a_layout_that_is_stopped_leaves_nothing() {
    let mut text = String::new();
    for n in 0..300 {
        let _ = writeln!(text, "n{n:03}");
    }
    let input = drawing(&text);
    let mut heard = Vec::new();
    let stopped = arrange(&input, &BTreeSet::new(), &mut |done, of| {
        heard.push((done, of));
        heard.len() < 2
    });
    assert_eq!(stopped, None);
    assert_eq!(heard, [(64, 300), (128, 300)]);
}

#[test]
fn sizes_that_no_drawing_has_are_survived() {
    let mut input = drawing(
        "tier @ 0 0 200 120 container
  a
  b @ 0 0 9 9
  c
a -> b
b -> c
",
    );
    let far = Rect { x: i32::MAX, y: i32::MIN, w: i32::MAX, h: i32::MAX };
    for id in ["b", "tier"] {
        input.items.get_mut(id).unwrap().rect = Some(drawable(far));
    }
    check_sound(&input, &all(&input));
    place_new(&input);
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
                Item {
                    parent,
                    role,
                    size,
                    order: i32::try_from(n % 3).unwrap(),
                    ..Item::default()
                },
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
        let places = all(&input);
        check_sound(&input, &places);
        prop_assert_eq!(all(&input), places);
    }

    #[test]
    fn what_is_pinned_to_a_zone_lies_over_its_lane(
        input in nested(), zones in prop::collection::vec(0..4u8, 40), region in 0..40usize,
    ) {
        let mut input = input;
        let region = input.items.keys().nth(region % input.items.len()).unwrap().clone();
        for letter in ["a", "b"] {
            let lane = Lane { region: Some(region.clone()), letter: letter.to_owned(), rect: None };
            input.lanes.insert(Id::new(format!("zone-{letter}")), lane);
        }
        for (item, zone) in input.items.values_mut().zip(zones) {
            item.zone = ["a", "b"].get(usize::from(zone)).map(|zone| (*zone).to_owned());
        }
        let places = all(&input);
        check_sound(&input, &places);
        for (id, item) in input.items.iter().filter(|(_, item)| item.role == Role::Leaf) {
            if let (Some(zone), true) = (&item.zone, is_inside(&input, id, &region)) {
                let (lane, card) = (places[&*format!("zone-{zone}")], places[id]);
                prop_assert!(lane.x <= card.x && card.right() <= lane.right(), "{id}: {places:?}");
            }
        }
    }

    #[test]
    fn a_selection_is_laid_out_and_the_rest_stays_sound(
        input in nested(), chosen in prop::collection::btree_set(0..40usize, 1..6),
    ) {
        let mut input = input;
        let places = all(&input);
        input.items.iter_mut().for_each(|(id, item)| item.rect = Some(places[id]));
        let ids: Vec<Id> = input.items.keys().enumerate()
            .filter(|(n, _)| chosen.contains(n)).map(|(_, id)| id.clone()).collect();
        let mut after = places.clone();
        after.extend(tidy(&input, &ids, &mut |_, _| true).unwrap());
        check_sound(&input, &after);
        prop_assert_eq!(tidy(&input, &[], &mut |_, _| true).unwrap(), BTreeMap::new());
    }

    #[test]
    fn whatever_loses_its_place_gets_a_new_one(input in nested(), lost in prop::collection::btree_set(0..40usize, 1..6)) {
        let places = all(&input);
        let mut input = input;
        for (n, (id, item)) in input.items.iter_mut().enumerate() {
            item.rect = (!lost.contains(&n)).then(|| places[id]);
        }
        let mut after = places.clone();
        after.extend(place_new(&input));
        check_sound(&input, &after);
    }
}
