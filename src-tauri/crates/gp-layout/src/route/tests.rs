//! Routes are judged by what they cross, never by their exact course.

use super::*;
use crate::input::{PILL_HEIGHT, Role, RouteLink, Shape};
use gp_model::Rect;
use proptest::prelude::*;
use std::fmt::Write as _;

#[allow(clippy::disallowed_methods, reason = "the number of cases is the test runner's choice")]
pub(crate) fn cases(modest: u32) -> ProptestConfig {
    let wanted = std::env::var("GP_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig::with_cases(wanted.unwrap_or(modest))
}

/// One shape a line, indented below its container: `name x y w h [container]`, links as `a -> b`.
fn drawing(text: &str) -> RouteInput {
    let mut input = RouteInput::default();
    let mut open: Vec<(usize, Id)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.get(1) == Some(&"->") {
            let link =
                RouteLink { from: Id::new(words[0]), to: Id::new(words[2]), ..Default::default() };
            input
                .links
                .insert(Id::new(format!("{}-{}-{}", words[0], words[2], input.links.len())), link);
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        open.retain(|(d, _)| *d < depth);
        let n = |i: usize| words[i].parse::<i32>().unwrap();
        let role = if words.get(5) == Some(&"container") { Role::Container } else { Role::Leaf };
        let shape = Shape {
            rect: Rect { x: n(1), y: n(2), w: n(3), h: n(4) },
            parent: open.last().map(|(_, id)| id.clone()),
            role,
            title_width: 60,
            fact_width: if role == Role::Container { 80 } else { 0 },
        };
        input.shapes.insert(Id::new(words[0]), shape);
        open.push((depth, Id::new(words[0])));
    }
    input
}

/// Whether a run goes through the inside of a rectangle.
fn crosses(a: Point, b: Point, r: Rect) -> bool {
    a.x.min(b.x) < r.right()
        && r.x < a.x.max(b.x).max(a.x.min(b.x) + 1)
        && a.y.min(b.y) < r.bottom()
        && r.y < a.y.max(b.y).max(a.y.min(b.y) + 1)
        && !(a.x == b.x && (a.x <= r.x || a.x >= r.right()))
        && !(a.y == b.y && (a.y <= r.y || a.y >= r.bottom()))
}

fn touches(at: Point, r: Rect) -> bool {
    let inside = r.x <= at.x && at.x <= r.right() && r.y <= at.y && at.y <= r.bottom();
    inside && (at.x == r.x || at.x == r.right() || at.y == r.y || at.y == r.bottom())
}

/// What a route crosses that it must not: foreign cards, header texts, its own ends.
fn crossed(input: &RouteInput, id: &Id, points: &[Point]) -> Vec<String> {
    let link = &input.links[id];
    let mut found = Vec::new();
    for pair in points.windows(2) {
        for (name, shape) in &input.shapes {
            let leaf = shape.role == Role::Leaf;
            if leaf && crosses(pair[0], pair[1], shape.rect) {
                found.push(format!("{id} crosses {name}: {points:?}"));
            }
            for label in shape.labels() {
                if *name != link.from && *name != link.to && crosses(pair[0], pair[1], label) {
                    found.push(format!("{id} crosses the header of {name}: {points:?}"));
                }
            }
        }
    }
    found
}

/// Ends touch their shapes, runs are level or plumb.
fn check_form(input: &RouteInput, routes: &BTreeMap<Id, Vec<Point>>) {
    assert_eq!(routes.len(), input.links.len());
    for (id, points) in routes {
        let link = &input.links[id];
        assert!(points.len() >= 2, "{id}: {points:?}");
        assert!(
            points.windows(2).all(|p| (p[0].x == p[1].x) != (p[0].y == p[1].y)),
            "{id}: {points:?}"
        );
        assert!(
            touches(points[0], input.shapes[&link.from].rect),
            "{id} begins in the air: {points:?}"
        );
        assert!(
            touches(points[points.len() - 1], input.shapes[&link.to].rect),
            "{id} ends in the air: {points:?}"
        );
    }
}

/// Routes everything and expects nothing to be crossed.
fn check_clear(text: &str) -> BTreeMap<Id, Vec<Point>> {
    let input = drawing(text);
    let routes = route_all(&input);
    check_form(&input, &routes);
    for (id, points) in &routes {
        assert_eq!(crossed(&input, id, points), Vec::<String>::new());
    }
    routes
}

const SHOP: &str = "
internet 0 152 120 56
frankfurt 152 0 800 560 container
  shop 176 48 584 488 container
    web-tier 200 96 536 128 container
      entry 240 144 176 56
      way-out 544 144 160 56
    app-tier 200 240 536 128 container
      app 360 288 184 56
    data-tier 200 384 536 128 container
      orders 360 432 184 56
    images-door 600 64 144 24
  images 784 152 144 56
  scratch 784 288 144 56
internet -> entry
entry -> app
app -> orders
app -> images
scratch -> app
";

#[test]
fn the_web_shop_is_routed_clear_of_cards_and_headers() {
    let routes = check_clear(SHOP);
    assert_eq!(routes[&Id::new("app-orders-2")].len(), 2, "app and orders stand in line: straight");
    assert_eq!(routes[&Id::new("internet-entry-0")].len(), 2, "their sides overlap: straight");
}

#[test]
fn a_link_goes_round_a_card_between_its_ends() {
    let routes = check_clear("a 0 0 100 56\nb 200 0 100 56\nc 400 0 100 56\na -> c");
    assert!(routes[&Id::new("a-c-0")].len() > 2);
}

#[test]
fn links_that_share_a_side_have_ports_of_their_own() {
    let routes = check_clear(
        "hub 0 300 120 56\na 400 0 120 56\nb 400 150 120 56\nc 400 300 120 56\nd 400 450 120 56\n\
         hub -> a\nhub -> b\nhub -> c\nhub -> d",
    );
    let mut ports: Vec<_> = routes.values().map(|points| (points[0].x, points[0].y)).collect();
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), 4);
    assert_eq!(routes[&Id::new("hub-c-2")].len(), 2, "the straight one stays straight");
}

#[test]
fn parallel_links_of_one_pair_lie_apart() {
    let routes = check_clear("a 0 0 120 56\nb 300 0 120 56\na -> b\na -> b\nb -> a");
    let mut levels: Vec<i32> = routes.values().map(|points| points[0].y).collect();
    levels.sort_unstable();
    assert!(levels.windows(2).all(|pair| pair[1] - pair[0] >= 8), "{levels:?}");
}

#[test]
fn many_links_of_one_pair_are_one_line_and_few_are_not() {
    let few = "a 0 0 120 56\nb 300 90 120 56\na -> b\na -> b\nb -> a\n";
    let distinct = |routes: &BTreeMap<Id, Vec<Point>>| {
        let mut lines: Vec<Vec<Point>> = routes.values().cloned().collect();
        for line in &mut lines {
            if line[0].x > line[line.len() - 1].x {
                line.reverse();
            }
        }
        lines.sort_by_key(|line| line.iter().map(|p| (p.x, p.y)).collect::<Vec<_>>());
        lines.dedup();
        lines.len()
    };
    let (three, four) = (drawing(few), drawing(&format!("{few}a -> b\n")));
    let (apart, one) = (route_all(&three), route_all(&four));
    check_form(&four, &one);
    assert_eq!((distinct(&apart), distinct(&one)), (3, 1));
    // The fourth link bundles them; without it they fan out again.
    let mut routes = apart.clone();
    routes.extend(reroute(&apart, &four, moved(&[])));
    assert_eq!(distinct(&routes), 1);
    check_form(&four, &routes);
    let mut routes: BTreeMap<Id, Vec<Point>> = one
        .iter()
        .filter(|(id, _)| three.links.contains_key(*id))
        .map(|(i, p)| (i.clone(), p.clone()))
        .collect();
    routes.extend(reroute(&routes, &three, moved(&[])));
    assert_eq!(distinct(&routes), 3);
}

/// Nothing but these were moved.
fn moved(ids: &[Id]) -> Touched<'_> {
    static NONE: BTreeSet<Id> = BTreeSet::new();
    Touched { moved: ids, freed: &[], standing: &NONE }
}

#[test]
fn what_went_round_a_shape_that_is_gone_goes_straight() {
    let with = drawing(
        "a 0 0 120 56\nmid 300 0 120 56\nb 600 0 120 56\nfar 0 900 120 56\na -> b\na -> far",
    );
    let without = drawing("a 0 0 120 56\nb 600 0 120 56\nfar 0 900 120 56\na -> b\na -> far");
    let routes = route_all(&with);
    let line = Id::new("a-b-0");
    assert!(routes[&line].len() > 2, "it goes round");
    let gone = [Id::new("mid")];
    let freed = [with.shapes["mid"].rect];
    let anew = reroute(&routes, &without, Touched { freed: &freed, ..moved(&gone) });
    assert_eq!(anew.keys().collect::<Vec<_>>(), [&line]);
    assert_eq!(anew[&line].len(), 2);
    assert_eq!(reroute(&routes, &without, moved(&gone)), BTreeMap::new());
}

#[test]
fn a_link_from_a_container_to_what_it_holds_stays_inside() {
    let routes = check_clear("box 0 0 400 300 container\n  a 100 100 120 56\nbox -> a");
    let points = &routes[&Id::new("box-a-0")];
    let outside = |p: &&Point| p.x < 0 || p.y < 0 || p.x > 400 || p.y > 300;
    assert_eq!(points.iter().find(outside), None);
}

#[test]
fn a_link_to_itself_is_a_loop() {
    check_form(&drawing("a 0 0 120 56\na -> a"), &route_all(&drawing("a 0 0 120 56\na -> a")));
}

#[test]
fn a_link_passes_the_way_points_of_its_user() {
    let mut input = drawing("a 0 0 120 56\nb 400 0 120 56\na -> b");
    let stop = Point { x: 260, y: 200 };
    input.links.values_mut().for_each(|link| link.way_points = vec![stop]);
    let routes = route_all(&input);
    check_form(&input, &routes);
    let points = routes.values().next().unwrap();
    let on = |p: &[Point]| (p[0].x == 260 && p[1].x == 260) || (p[0].y == 200 && p[1].y == 200);
    assert!(points.windows(2).any(on), "{points:?}");
}

#[test]
fn a_cycle_of_containers_is_survived() {
    let mut input = drawing("a 0 0 120 56 container\nb 400 0 120 56 container\na -> b");
    input.shapes.get_mut("a").unwrap().parent = Some(Id::new("b"));
    input.shapes.get_mut("b").unwrap().parent = Some(Id::new("a"));
    check_form(&input, &route_all(&input));
}

#[test]
fn shapes_on_top_of_each_other_still_get_a_line() {
    let input = drawing("a 0 0 120 56\nb 10 10 120 56\nc 5 5 120 56\na -> b\nb -> c");
    let routes = route_all(&input);
    assert_eq!(routes.len(), 2);
}

fn pill_rects(pills: &BTreeMap<Id, Pill>) -> Vec<Rect> {
    let rect =
        |p: &Pill| Rect { x: p.at.x - p.width / 2, y: p.at.y - 9, w: p.width, h: PILL_HEIGHT };
    pills.values().map(rect).collect()
}

/// The shop with ports on all of its links.
fn shop_with_pills() -> (RouteInput, BTreeMap<Id, Vec<Point>>, BTreeMap<Id, Pill>) {
    let mut input = drawing(SHOP);
    input.links.values_mut().for_each(|link| link.pill_width = 40);
    let routes = route_all(&input);
    let placed = pills(&input, &routes, &BTreeMap::new(), &routes);
    (input, routes, placed)
}

#[test]
fn pills_stand_over_nothing() {
    let (input, routes, placed) = shop_with_pills();
    assert_eq!(placed.len(), 5);
    let rects = pill_rects(&placed);
    for (n, pill) in rects.iter().enumerate() {
        assert!(rects[n + 1..].iter().all(|other| !other.overlaps(*pill)));
        for shape in input.shapes.values().filter(|s| s.role == Role::Leaf) {
            assert!(!shape.rect.overlaps(*pill), "{pill:?} over {shape:?}");
        }
    }
    for (id, pill) in &placed {
        let on = |a: Point, b: Point| {
            (a.x.min(b.x)..=a.x.max(b.x)).contains(&pill.at.x)
                && (a.y.min(b.y)..=a.y.max(b.y)).contains(&pill.at.y)
        };
        assert!(routes[id].windows(2).any(|p| on(p[0], p[1])), "{id} beside its line: {pill:?}");
    }
}

#[test]
fn a_pill_stays_where_it_is_until_its_link_or_its_width_changes() {
    let (mut input, routes, placed) = shop_with_pills();
    let none = BTreeMap::new();
    assert_eq!(pills(&input, &routes, &placed, &none), BTreeMap::new());
    let (id, points) = routes.iter().next().unwrap();
    let again = BTreeMap::from([(id.clone(), points.clone())]);
    let only = pills(&input, &routes, &placed, &again);
    assert_eq!(only, BTreeMap::from([(id.clone(), placed[id])]), "its old place is still free");
    input.links.get_mut(id).unwrap().pill_width = 90;
    let wider = pills(&input, &routes, &placed, &none);
    assert_eq!(wider.keys().collect::<Vec<_>>(), [id]);
    assert_eq!(wider[id].width, 90);
}

#[test]
fn parallel_links_stagger_their_pills() {
    let mut text = String::from("a 0 0 120 200\nb 600 0 120 200\n");
    for _ in 0..6 {
        text.push_str("a -> b\n");
    }
    let mut input = drawing(&text);
    input.links.values_mut().for_each(|link| link.pill_width = 60);
    let routes = route_all(&input);
    let rects = pill_rects(&pills(&input, &routes, &BTreeMap::new(), &routes));
    assert_eq!(rects.len(), 6);
    for (n, pill) in rects.iter().enumerate() {
        assert!(rects[n + 1..].iter().all(|other| !other.overlaps(*pill)), "{rects:?}");
    }
}

/// Cards on a lattice with free lanes between them: a way round always exists.
fn lattice() -> impl Strategy<Value = RouteInput> {
    let cell = (0..5usize, 0..20i32, 0..20i32, 40..100i32, 24..60i32);
    let cards = prop::collection::vec(cell, 4..25);
    let links = prop::collection::vec((0..25usize, 0..25usize), 1..14);
    (cards, links, any::<bool>()).prop_map(|(cards, links, boxed)| {
        let mut text = String::new();
        if boxed {
            text.push_str("box -40 -60 900 1100 container\n");
        }
        let indent = if boxed { "  " } else { "" };
        for (n, (_, dx, dy, w, h)) in cards.iter().enumerate() {
            let place = |n: usize| i32::try_from(n).unwrap();
            let (x, y) = (place(n % 5) * 150 + dx, place(n / 5) * 110 + dy);
            writeln!(text, "{indent}n{n} {x} {y} {w} {h}").unwrap();
        }
        for (a, b) in links {
            let (a, b) = (a % cards.len(), b % cards.len());
            writeln!(text, "n{a} -> n{b}").unwrap();
        }
        drawing(&text)
    })
}

/// Cards anywhere, also over each other.
fn anywhere() -> impl Strategy<Value = RouteInput> {
    let card = (0..60i32, 0..50i32, 3..12i32, 3..10i32);
    prop::collection::vec(card, 3..14).prop_map(|cards| {
        let mut text = String::new();
        for (n, (x, y, w, h)) in cards.iter().enumerate() {
            writeln!(text, "n{n} {} {} {} {}", x * 10, y * 10, w * 10, h * 10).unwrap();
        }
        text.push_str("n0 -> n1\n");
        drawing(&text)
    })
}

/// Whether any way of whole tens of units leads from the border of one card to the other,
/// found by flooding the free ground: knows nothing of the router.
fn way_exists(input: &RouteInput) -> bool {
    let rects: Vec<Rect> = input.shapes.values().map(|s| s.rect).collect();
    let (from, to) = (input.shapes["n0"].rect, input.shapes["n1"].rect);
    // Ground is free where a step of 5 around the point lies over nothing.
    let free = |x: i32, y: i32| {
        rects.iter().all(|r| x < r.x || x > r.right() || y < r.y || y > r.bottom())
    };
    let beside = |r: Rect, x: i32, y: i32| {
        let level = (y > r.y + 8 && y < r.bottom() - 8) && (x == r.x - 5 || x == r.right() + 5);
        let plumb = (x > r.x + 8 && x < r.right() - 8) && (y == r.y - 5 || y == r.bottom() + 5);
        level || plumb
    };
    let spots = || (-20..160).flat_map(|x| (-20..140).map(move |y| (x * 5, y * 5)));
    let mut open: Vec<(i32, i32)> =
        spots().filter(|(x, y)| free(*x, *y) && beside(from, *x, *y)).collect();
    let mut seen: std::collections::HashSet<(i32, i32)> = open.iter().copied().collect();
    while let Some((x, y)) = open.pop() {
        if beside(to, x, y) {
            return true;
        }
        for next in [(x + 5, y), (x - 5, y), (x, y + 5), (x, y - 5)] {
            let inside = (-100..800).contains(&next.0) && (-100..700).contains(&next.1);
            if inside && free(next.0, next.1) && seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn with_lanes_everywhere_nothing_is_crossed(input in lattice()) {
        let routes = route_all(&input);
        check_form(&input, &routes);
        for (id, points) in &routes {
            prop_assert_eq!(crossed(&input, id, points), Vec::<String>::new());
        }
    }

    #[test]
    fn where_a_way_round_exists_it_is_taken(input in anywhere()) {
        let routes = route_all(&input);
        if way_exists(&input) {
            for (id, points) in &routes {
                prop_assert_eq!(crossed(&input, id, points), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn an_edit_of_everything_is_a_full_route_and_none_changes_nothing(input in lattice()) {
        let routes = route_all(&input);
        prop_assert_eq!(reroute(&routes, &input, moved(&[])), BTreeMap::new());
        let anew = reroute(&BTreeMap::new(), &input, moved(&[]));
        check_form(&input, &anew);
        for (id, points) in &anew {
            prop_assert_eq!(crossed(&input, id, points), Vec::<String>::new());
        }
    }

    #[test]
    fn the_same_drawing_gives_the_same_routes(input in lattice()) {
        prop_assert_eq!(route_all(&input), route_all(&input));
    }

    #[test]
    fn an_edit_leaves_what_it_did_not_touch_and_crosses_nothing(
        input in lattice(), which in 0..25usize, dx in -10..10i32, dy in -10..10i32,
    ) {
        let before = route_all(&input);
        let mut after = input.clone();
        let name = Id::new(format!("n{}", which % input.shapes.keys().filter(|k| k.starts_with('n')).count()));
        let shape = after.shapes.get_mut(&name).unwrap();
        shape.rect.x += dx;
        shape.rect.y += dy;
        let changed = reroute(&before, &after, moved(std::slice::from_ref(&name)));
        let mut routes = before.clone();
        routes.extend(changed);
        check_form(&after, &routes);
        for (id, points) in &routes {
            prop_assert_eq!(crossed(&after, id, points), Vec::<String>::new());
        }
    }
}
