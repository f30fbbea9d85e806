//! Prints how long layout and routing take on a large drawing: `cargo run --release -p gp-layout
//! --example bench_layout [-- --json]`. Measures, asserts nothing.

use gp_layout::arrange::{ArrangeInput, Item, arrange, tidy};
use gp_layout::{Role, RouteInput, RouteLink, Shape, route};
use gp_model::{Id, Point, Rect};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

const TIERS: i32 = 4;
const CARDS: i32 = 24;
/// Cards that are moved, one after the other.
const MOVES: usize = 200;

fn shape(rect: [i32; 4], parent: Option<&Id>, role: Role) -> Shape {
    let fact_width = if role == Role::Container { 90 } else { 0 };
    Shape { rect: Rect::from(rect), parent: parent.cloned(), role, title_width: 70, fact_width }
}

/// Regions of ten networks of four tiers of 24 cards.
fn drawing(regions: i32) -> RouteInput {
    let mut input = RouteInput::default();
    for r in 0..regions {
        let region = Id::new(format!("r{r}"));
        let (rx, ry) = ((r % 4) * 6_000, (r / 4) * 3_000);
        input.shapes.insert(region.clone(), shape([rx, ry, 5_900, 2_800], None, Role::Container));
        for n in 0..10 {
            let network = Id::new(format!("r{r}-n{n}"));
            let (nx, ny) = (rx + 24 + (n % 5) * 1_160, ry + 44 + (n / 5) * 1_340);
            let rect = [nx, ny, 1_130, 1_310];
            input.shapes.insert(network.clone(), shape(rect, Some(&region), Role::Container));
            for t in 0..TIERS {
                tier(&mut input, &network, t, (nx + 24, ny + 44 + t * 312));
            }
        }
    }
    input
}

fn tier(input: &mut RouteInput, network: &Id, t: i32, (x, y): (i32, i32)) {
    let tier = Id::new(format!("{network}-t{t}"));
    input.shapes.insert(tier.clone(), shape([x, y, 1_082, 296], Some(network), Role::Container));
    for c in 0..CARDS {
        let id = Id::new(format!("{tier}-c{c}"));
        let rect = [x + 16 + (c % 8) * 132, y + 44 + (c / 8) * 80, 104, 56];
        input.shapes.insert(id, shape(rect, Some(&tier), Role::Leaf));
    }
}

/// Mostly from tier to tier, some across networks and regions.
fn link(input: &mut RouteInput, count: i32, regions: i32) {
    for l in 0..count {
        let (r, n, t, c) = (l % regions, (l / 7) % 10, (l / 3) % (TIERS - 1), (l * 5) % CARDS);
        let far = l % 40 == 0;
        let to_region = if l % 200 == 0 { (r + 1) % regions } else { r };
        let to_network = if far { (n + 1) % 10 } else { n };
        let to_card = (c + l % 5) % CARDS;
        let link = RouteLink {
            from: Id::new(format!("r{r}-n{n}-t{t}-c{c}")),
            to: Id::new(format!("r{to_region}-n{to_network}-t{}-c{to_card}", t + 1)),
            pill_width: 40,
            ..RouteLink::default()
        };
        input.links.insert(Id::new(format!("l{l}")), link);
    }
}

/// The same drawing without its places.
fn without_places(input: &RouteInput) -> ArrangeInput {
    let items = input.shapes.iter().map(|(id, shape)| {
        let size = (shape.rect.w.min(160), shape.rect.h.min(56));
        let (parent, role) = (shape.parent.clone(), shape.role);
        (id.clone(), Item { parent, role, size, order: 1, ..Item::default() })
    });
    let links = input.links.values().map(|link| (link.from.clone(), link.to.clone()));
    ArrangeInput { items: items.collect(), links: links.collect(), ..ArrangeInput::default() }
}

/// Processor time of this thread where the system tells it, so that other work on the machine does not count.
#[cfg(target_os = "linux")]
fn now() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from).unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
fn now() -> Duration {
    static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGUN.get_or_init(std::time::Instant::now).elapsed()
}

/// How long something takes, in milliseconds.
fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let begun = now();
    let made = run();
    (made, now().saturating_sub(begun).as_secs_f64() * 1000.0)
}

/// How long a full layout takes, and one of a single tier in what came of it.
fn time_arrange(regions: i32, links: i32) -> (f64, f64) {
    let mut input = drawing(regions);
    link(&mut input, links, regions);
    let mut input = without_places(&input);
    let (places, all) = timed(|| arrange(&input, &BTreeSet::new(), &mut |_, _| true));
    for (id, rect) in places.unwrap_or_default() {
        if let Some(item) = input.items.get_mut(&id) {
            item.rect = Some(rect);
        }
    }
    let one = [Id::new("r0-n3-t1")];
    (all, timed(|| tidy(&input, &one, &mut |_, _| true)).1)
}

/// How long it takes to route again and to place labels after each of many moves of one card: sorted, and how many
/// links that were.
fn time_moves(
    input: &mut RouteInput,
    routes: &BTreeMap<Id, Vec<Point>>,
    pills: &BTreeMap<Id, route::Pill>,
) -> (Vec<f64>, usize) {
    let cards: Vec<Id> = input
        .shapes
        .iter()
        .filter(|(_, s)| s.role == Role::Leaf)
        .map(|(id, _)| id.clone())
        .collect();
    let mut links = 0;
    let mut times: Vec<f64> = (0..MOVES)
        .map(|n| {
            let moved = cards[n * 7919 % cards.len()].clone();
            let shift = |input: &mut RouteInput, by: i32| {
                if let Some(shape) = input.shapes.get_mut(&moved) {
                    shape.rect.x += by;
                }
            };
            shift(input, 12);
            let (changed, time) = timed(|| {
                let changed = route::reroute(
                    routes,
                    input,
                    route::Touched {
                        moved: std::slice::from_ref(&moved),
                        freed: &[],
                        standing: &BTreeSet::new(),
                    },
                );
                let placed = route::pills(input, routes, pills, &changed);
                assert!(placed.len() <= changed.len());
                changed
            });
            shift(input, -12);
            links += changed.len();
            time
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times, links)
}

fn main() {
    let json = std::env::args().any(|word| word == "--json");
    let (all, one) = time_arrange(10, 12_000);
    let mut figures = vec![
        ("lay out 1,000 shapes", time_arrange(1, 1_200).0),
        ("lay out 10,000 shapes", all),
        ("lay out one tier of them", one),
    ];
    let mut input = drawing(10);
    link(&mut input, 12_000, 10);
    let (routes, time) = timed(|| route::route_all(&input));
    figures.push(("route all", time));
    let (placed, time) = timed(|| route::pills(&input, &routes, &BTreeMap::new(), &routes));
    figures.push(("place labels", time));
    let (moves, links) = time_moves(&mut input, &routes, &placed);
    figures.push(("route one moved, median", moves[moves.len() / 2]));
    figures.push(("route one moved, 95th", moves[moves.len() * 95 / 100]));
    if json {
        let pairs: Vec<String> =
            figures.iter().map(|(name, ms)| format!("{name:?}: {ms:.2}")).collect();
        println!("{{{}}}", pairs.join(", "));
        return;
    }
    println!(
        "{} shapes, {} links; milliseconds of processor time",
        input.shapes.len(),
        input.links.len()
    );
    for (name, ms) in figures {
        println!("{name:28} {ms:9.2}");
    }
    println!("({} pills; {MOVES} moves, {links} links routed again)", placed.len());
}
