//! The order in the file changes nothing but order. It stands for who was there first, and that
//! decides one thing only: which of two that would like the same place gets it, and the other the
//! next one. (Without that, either a newcomer or a line that is moved would move others.)

use super::{again::START, template::everywhere};
use crate::{Resolved, builtin, resolve};
use gp_model::{Design, Id, Table};
use gp_testkit::sketch::sketch;
use proptest::prelude::*;
use std::sync::Arc;

/// Every template and the design of random acts, in each environment.
fn designs() -> Vec<(String, Design, Id)> {
    let start = sketch(START);
    let more: Vec<_> = start
        .environments
        .keys()
        .map(|env| ("start".to_owned(), start.clone(), env.clone()))
        .collect();
    everywhere().into_iter().chain(more).collect()
}

/// `count` numbers in an order that follows from `seed`.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..count).collect();
    let mut state = seed;
    for at in (1..count).rev() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all.swap(at, (state >> 33) as usize % (at + 1));
    }
    all
}

/// The same design as it is read from a file in which everything stands elsewhere.
fn in_another_order(design: &Design, seed: u64) -> Design {
    let mut other = design.clone();
    let places = shuffled(design.resources.len(), seed);
    let ids: Vec<Id> = design.resources.keys().cloned().collect();
    for (id, place) in ids.into_iter().zip(places) {
        if let Some(resource) = other.resources.get_mut(&id) {
            Arc::make_mut(resource).sequence.0 = place as u64;
        }
    }
    for (id, environment) in &design.environments {
        let mut environment = gp_model::Environment::clone(environment);
        let all: Vec<(Id, Table)> = environment.overrides.drain(..).collect();
        let order = shuffled(all.len(), seed);
        environment.overrides = order.into_iter().map(|at| all[at].clone()).collect();
        other.environments.insert(id.clone(), environment.into());
    }
    other
}

/// Everything that does not depend on who was first: whatever was chosen, a place is a place.
fn without_places(resolved: &Resolved) -> serde_json::Value {
    let mut value = serde_json::to_value(resolved).unwrap();
    blank(&mut value);
    value
}

fn blank(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if is_place(text) => "somewhere".clone_into(text),
        serde_json::Value::Array(all) => all.iter_mut().for_each(blank),
        serde_json::Value::Object(all) => all.values_mut().for_each(blank),
        _ => {}
    }
}

/// Where two differ, in one line each.
fn first_difference(one: &serde_json::Value, two: &serde_json::Value) -> Option<[String; 2]> {
    let [one, two] = [one, two].map(|value| serde_json::to_string_pretty(value).unwrap());
    let at = one.lines().zip(two.lines()).position(|(a, b)| a != b);
    let at =
        at.or_else(|| (one != two).then(|| one.lines().count().min(two.lines().count()) - 1))?;
    let around = |text: &str| text.lines().skip(at.saturating_sub(6)).take(8).collect();
    Some([around(&one), around(&two)])
}

fn is_place(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok() || text.parse::<ipnet::IpNet>().is_ok()
}

proptest! {
    #![proptest_config(crate::cases())]
    #[test]
    fn a_file_in_another_order_means_the_same(which in any::<prop::sample::Index>(), seed: u64) {
        let designs = designs();
        let (name, design, environment) = which.get(&designs);
        let other = in_another_order(design, seed);
        let [one, two] = [design, &other].map(|d| without_places(&resolve(d, builtin(), Some(environment))));
        prop_assert_eq!(first_difference(&one, &two), None, "{}", name);
    }
}
