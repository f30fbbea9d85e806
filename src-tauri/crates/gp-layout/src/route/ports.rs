//! Where a link may leave or enter a shape. Which of these it takes is the search's choice.

use super::{
    Job, Route,
    field::{ATTEMPTS, Attempt, Scene},
};
use gp_model::{Point, Rect};

/// A side of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Side {
    Right,
    Bottom,
    Left,
    Top,
}

/// A place at which a link may begin or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Port {
    pub(crate) at: Point,
    /// On which side; `None` for a point in the open, passed in any direction.
    pub(crate) side: Option<Side>,
    /// The link runs inwards, to something that the shape holds.
    pub(crate) inwards: bool,
    /// What it costs to use it, in lengths.
    pub(crate) cost: i32,
}

pub(crate) const SIDES: [Side; 4] = [Side::Right, Side::Bottom, Side::Left, Side::Top];

impl Side {
    pub(crate) fn is_vertical_edge(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// The range along the side in which ports may lie.
    pub(crate) fn range(self, rect: Rect) -> (i32, i32) {
        let (low, length) =
            if self.is_vertical_edge() { (rect.y, rect.h) } else { (rect.x, rect.w) };
        let inset = (length / 4).min(8);
        (low + inset, low + length - inset)
    }

    /// The port on this side at `along`.
    pub(crate) fn port(self, rect: Rect, along: i32, inwards: bool) -> Port {
        let at = match self {
            Self::Right => Point { x: rect.right(), y: along },
            Self::Left => Point { x: rect.x, y: along },
            Self::Bottom => Point { x: along, y: rect.bottom() },
            Self::Top => Point { x: along, y: rect.y },
        };
        Port { at, side: Some(self), inwards, cost: 0 }
    }
}

impl Port {
    /// A point in the open.
    pub(crate) fn free(at: Point) -> Self {
        Self { at, side: None, inwards: false, cost: 0 }
    }

    /// The port at this point of a shape's border, if it is on it.
    pub(crate) fn on(rect: Rect, at: Point, inwards: bool) -> Option<Self> {
        let side = SIDES.into_iter().find(|side| {
            let (low, high) = side.range(rect);
            let along = if side.is_vertical_edge() { at.y } else { at.x };
            (low..=high).contains(&along) && side.port(rect, along, inwards).at == at
        })?;
        Some(Self { at, side: Some(side), inwards, cost: 0 })
    }

    /// Its place along its side.
    pub(crate) fn along(self) -> i32 {
        match self.side {
            Some(side) if side.is_vertical_edge() => self.at.y,
            _ => self.at.x,
        }
    }

    /// The point `stub` away from the shape, in the direction in which the link runs.
    pub(crate) fn stub(self, stub: i32) -> Point {
        let stub = if self.inwards { -stub } else { stub };
        let Point { x, y } = self.at;
        match self.side {
            None => self.at,
            Some(Side::Right) => Point { x: x + stub, y },
            Some(Side::Left) => Point { x: x - stub, y },
            Some(Side::Bottom) => Point { x, y: y + stub },
            Some(Side::Top) => Point { x, y: y - stub },
        }
    }
}

/// Whether a point is a port of a shape.
pub(crate) fn is_on(rect: Rect, at: Point) -> bool {
    Port::on(rect, at, false).is_some()
}

/// The ports of `shape` that a link to `other` may use.
pub(crate) fn choices(scene: &Scene<'_>, shape: u32, other: u32, attempt: Attempt) -> Vec<Port> {
    let (rect, far) = (scene.rect(shape), scene.rect(other));
    let inwards = scene.holds(shape, other);
    let mut ports = Vec::with_capacity(8);
    for side in SIDES {
        // The header runs along the top: nothing comes in there.
        if inwards && side == Side::Top {
            continue;
        }
        let (low, high) = side.range(rect);
        let centre = i32::midpoint(low, high);
        let mut places = vec![centre];
        let (far_low, far_high) = side.range(far);
        let (from, to) = (low.max(far_low), high.min(far_high));
        if from <= to {
            // Straight in the middle of what they share, or past what stands there, at its ends.
            places.extend([i32::midpoint(from, to), from, to]);
        }
        places.push(i32::midpoint(far_low, far_high).clamp(low, high));
        if attempt.every_port {
            places.extend((low..=high).step_by(((high - low) / 12).max(4) as usize));
            places.push(high);
        }
        places.sort_unstable();
        places.dedup();
        let port = |along: i32| Port {
            cost: (along - centre).abs() / 3,
            ..side.port(rect, along, inwards)
        };
        ports.extend(places.into_iter().map(port));
    }
    ports
}

/// A link from a shape to itself: a small loop at its top right corner.
pub(crate) fn own_loop(scene: &Scene<'_>, shape: u32) -> Route {
    let rect = scene.rect(shape);
    let from = Side::Right.port(rect, Side::Right.range(rect).0, false);
    let to = Side::Top.port(rect, Side::Top.range(rect).1, false);
    let (right, above) = (rect.right() + 20, rect.y - 20);
    let points = vec![
        from.at,
        Point { x: right, y: from.at.y },
        Point { x: right, y: above },
        Point { x: to.at.x, y: above },
        to.at,
    ];
    Route { points, from, to, attempt: ATTEMPTS[0] }
}

/// The route where no way round exists: one elbow in the middle, through whatever stands there.
pub(crate) fn direct(scene: &Scene<'_>, job: &Job<'_>) -> Route {
    let (start, goal) = (scene.rect(job.from), scene.rect(job.to));
    let inner = [scene.holds(job.from, job.to), scene.holds(job.to, job.from)];
    let middle = |r: Rect| Point { x: r.x + r.w / 2, y: r.y + r.h / 2 };
    let (p, q) = (middle(start), middle(goal));
    let sideways = (p.x - q.x).abs() >= (p.y - q.y).abs();
    let (leave, enter) = match (sideways, p.x <= q.x, p.y <= q.y) {
        (true, true, _) => (Side::Right, Side::Left),
        (true, false, _) => (Side::Left, Side::Right),
        (false, _, true) => (Side::Bottom, Side::Top),
        (false, _, false) => (Side::Top, Side::Bottom),
    };
    let port = |side: Side, rect: Rect, at: Point, inwards: bool| {
        side.port(rect, if side.is_vertical_edge() { at.y } else { at.x }, inwards)
    };
    let from = port(leave, start, p, inner[0]);
    let to = port(enter, goal, q, inner[1]);
    let points = if sideways {
        let x = i32::midpoint(from.at.x, to.at.x);
        vec![from.at, Point { x, y: from.at.y }, Point { x, y: to.at.y }, to.at]
    } else {
        let y = i32::midpoint(from.at.y, to.at.y);
        vec![from.at, Point { x: from.at.x, y }, Point { x: to.at.x, y }, to.at]
    };
    Route { points: super::search::straighten(points), from, to, attempt: ATTEMPTS[5] }
}
