//! One connected part of a container in layers along its links, ordered so that few cross.

use std::collections::{BTreeMap, BTreeSet};

/// Space between layers and within them.
#[derive(Clone, Copy)]
pub(crate) struct Gaps {
    pub(crate) between: i32,
    pub(crate) within: i32,
}

const SWEEPS: usize = 4;

/// Places of `sizes.len()` boxes (the layers run downwards) and the whole size.
pub(crate) fn layered(
    sizes: &[(i32, i32)],
    links: &BTreeSet<(usize, usize)>,
    gaps: Gaps,
) -> (Vec<(i32, i32)>, (i32, i32)) {
    let mut layers = layers(sizes.len(), links);
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); sizes.len()];
    for (a, b) in links {
        near[*a].push(*b);
        near[*b].push(*a);
    }
    order(&mut layers, &near, sizes.len());
    let width = |layer: &Vec<usize>| {
        layer.iter().map(|n| sizes[*n].0 + gaps.within).sum::<i32>() - gaps.within
    };
    let whole = layers.iter().map(width).max().unwrap_or(0);
    let mut places = vec![(0, 0); sizes.len()];
    let mut y = 0;
    for layer in &layers {
        let mut x = (whole - width(layer)) / 2;
        let height = layer.iter().map(|n| sizes[*n].1).max().unwrap_or(0);
        for number in layer {
            places[*number] = (x, y);
            x += sizes[*number].0 + gaps.within;
        }
        y += height + gaps.between;
    }
    (places, (whole, (y - gaps.between).max(0)))
}

/// Longest way from a start, with links that close a cycle turned round.
pub(crate) fn layers(count: usize, links: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (a, b) in links {
        out[*a].push(*b);
    }
    let order = finish_order(&out);
    let mut rank = vec![0usize; count];
    for (place, number) in order.iter().enumerate() {
        rank[*number] = place;
    }
    let mut depth = vec![0usize; count];
    for number in &order {
        for next in &out[*number] {
            if rank[*next] > rank[*number] {
                depth[*next] = depth[*next].max(depth[*number] + 1);
            }
        }
    }
    let mut layers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, depth) in depth.iter().enumerate() {
        layers.entry(*depth).or_default().push(number);
    }
    layers.into_values().collect()
}

/// Depth-first, last finished first: a topological order where there is one. Starts without
/// anything before them go first, so that a cycle is entered where the links enter it.
fn finish_order(out: &[Vec<usize>]) -> Vec<usize> {
    let count = out.len();
    let mut entered = vec![0usize; count];
    for next in out.iter().flatten() {
        entered[*next] += 1;
    }
    let mut starts: Vec<usize> = (0..count).collect();
    starts.sort_by_key(|n| (entered[*n] > 0, *n));
    let mut seen = vec![false; count];
    let mut done = Vec::with_capacity(count);
    // The one that finishes last comes first: begin with the last start.
    for start in starts.into_iter().rev() {
        let mut stack = vec![(start, 0usize)];
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        while let Some((number, at)) = stack.pop() {
            if let Some(next) = out[number].get(at) {
                stack.push((number, at + 1));
                if !std::mem::replace(&mut seen[*next], true) {
                    stack.push((*next, 0));
                }
            } else {
                done.push(number);
            }
        }
    }
    done.reverse();
    done
}

/// Sorts each layer by the middle of its neighbours' places, down and up.
fn order(layers: &mut [Vec<usize>], near: &[Vec<usize>], count: usize) {
    let mut place = vec![0.0f64; count];
    let write = |layer: &[usize], place: &mut Vec<f64>| {
        for (at, number) in layer.iter().enumerate() {
            place[*number] = (at as f64 + 0.5) / layer.len() as f64;
        }
    };
    for layer in layers.iter() {
        write(layer, &mut place);
    }
    for sweep in 0..SWEEPS {
        let numbers: Vec<usize> = if sweep % 2 == 0 {
            (0..layers.len()).collect()
        } else {
            (0..layers.len()).rev().collect()
        };
        for number in numbers {
            let middle = |n: usize| {
                let sum: f64 = near[n].iter().map(|other| place[*other]).sum();
                if near[n].is_empty() { place[n] } else { sum / near[n].len() as f64 }
            };
            let mut keyed: Vec<(f64, usize)> =
                layers[number].iter().map(|n| (middle(*n), *n)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(place[a.1].total_cmp(&place[b.1])));
            layers[number] = keyed.into_iter().map(|(_, n)| n).collect();
            write(&layers[number], &mut place);
        }
    }
}
