//! What routing and arranging need to know of a drawing. Knows no topology beyond nesting.

use gp_catalog::{Catalog, kind::Family};
use gp_model::{Design, Id, Point, Rect, Resource};
use std::collections::BTreeMap;

/// Height of a container's header line: icon and title at the left, a fact at the right.
pub const HEADER: i32 = 28;
/// Width of a header's icon with the space around it.
const HEADER_ICON: i32 = 32;

/// How a shape takes part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// A card: links go round it.
    #[default]
    Leaf,
    /// Holds others: links of what is inside cross its edge, others go round it where they can.
    Container,
    /// A frame or another annotation without substance: only its title is kept clear.
    Frame,
}

/// One drawn shape.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Where it is, absolute.
    pub rect: Rect,
    /// The container it is in.
    pub parent: Option<Id>,
    /// How it takes part.
    pub role: Role,
    /// Width of the title in a container's header, without the icon.
    pub title_width: i32,
    /// Width of the fact at the right of a container's header; 0: none.
    pub fact_width: i32,
}

/// One link to draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteLink {
    /// Where it starts.
    pub from: Id,
    /// Where it ends.
    pub to: Id,
    /// Points that the user wants it to pass, in order.
    pub way_points: Vec<Point>,
    /// Width of the pill with its ports; 0: none.
    pub pill_width: i32,
}

/// Everything that routing needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteInput {
    /// The shapes that have a place.
    pub shapes: BTreeMap<Id, Shape>,
    /// The links; those whose ends have no place are left out of the answer.
    pub links: BTreeMap<Id, RouteLink>,
}

/// A zone is drawn as a lane over what its region holds: links cross it, and nothing makes room for it.
pub(crate) fn is_lane(resource: &Resource) -> bool {
    resource.kind == "zone"
}

/// Width of text in a header, from its length: 11–12.5 px Inter averages under 7 px a letter.
pub fn text_width(text: &str) -> i32 {
    // Longer than any label that is shown whole.
    let letters = text.chars().count().min(10_000);
    i32::try_from(letters).unwrap_or(0) * 7
}

/// Height of the pill with a link's ports.
pub const PILL_HEIGHT: i32 = 18;

/// Width of a pill with this text; 0 for none.
pub fn pill_width(text: &str) -> i32 {
    if text.is_empty() { 0 } else { text_width(text) + 16 }
}

/// The rectangle within what can be drawn: a file may say anything.
pub(crate) fn drawable(rect: Rect) -> Rect {
    const FAR: i32 = 4_000_000;
    Rect {
        x: rect.x.clamp(-FAR, FAR),
        y: rect.y.clamp(-FAR, FAR),
        w: rect.w.clamp(1, FAR),
        h: rect.h.clamp(1, FAR),
    }
}

fn drawable_point(point: Point) -> Point {
    let Rect { x, y, .. } = drawable(Rect { x: point.x, y: point.y, w: 1, h: 1 });
    Point { x, y }
}

impl RouteInput {
    /// The drawing of a design. `fact` says what a container's header shows at the right,
    /// `pill` what a link's pill shows.
    pub fn of(
        design: &Design,
        catalog: &Catalog,
        fact: impl Fn(&Id) -> String,
        pill: impl Fn(&Id) -> String,
    ) -> Self {
        let shapes = design.layout.resources.iter().filter_map(|(id, rect)| {
            let resource = design.resources.get(id).filter(|resource| !is_lane(resource))?;
            let kind = catalog.kind(&resource.kind);
            let role = match kind {
                Some(kind) if kind.family == Family::Annotation => Role::Frame,
                Some(kind) if kind.container => Role::Container,
                _ => Role::Leaf,
            };
            let title = match role {
                Role::Leaf => 0,
                _ => text_width(&gp_catalog::drawn_title(design, id, resource)),
            };
            let shape = Shape {
                rect: drawable(*rect),
                parent: resource.parent.clone(),
                role,
                title_width: title,
                fact_width: if role == Role::Container { text_width(&fact(id)) } else { 0 },
            };
            Some((id.clone(), shape))
        });
        let links = design.links.iter().map(|(id, link)| {
            let way_points = design.layout.links.get(id);
            let way_points = way_points
                .map(|points| points.iter().map(|p| drawable_point(*p)).collect())
                .unwrap_or_default();
            let pill_width = pill_width(&pill(id));
            let link =
                RouteLink { from: link.from.clone(), to: link.to.clone(), way_points, pill_width };
            (id.clone(), link)
        });
        Self { shapes: shapes.collect(), links: links.collect() }
    }
}

impl Shape {
    /// The parts of a header that carry text: no link may cross them.
    pub fn labels(&self) -> Vec<Rect> {
        let Rect { x, y, w, .. } = self.rect;
        if self.role == Role::Leaf {
            return Vec::new();
        }
        let height = HEADER.min(self.rect.h);
        let title = (HEADER_ICON + self.title_width).min(w);
        let fact = if self.fact_width > 0 { self.fact_width + 12 } else { 0 };
        if title + fact + 8 >= w {
            return vec![Rect { x, y, w, h: height }];
        }
        let mut labels = vec![Rect { x, y, w: title, h: height }];
        if fact > 0 {
            labels.push(Rect { x: x + w - fact, y, w: fact, h: height });
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::RouteInput;
    use crate::arrange::ArrangeInput;
    use gp_model::Id;

    #[test]
    fn lanes_are_no_obstacles_and_stay_where_they_are() {
        let text = "format = 1\n\
            [resource.frankfurt]\nkind = \"region\"\n\
            [resource.zone-a]\nkind = \"zone\"\nparent = \"frankfurt\"\n\
            [resource.zone-b]\nkind = \"zone\"\nparent = \"frankfurt\"\n\
            [layout.resources]\nfrankfurt = [0, 0, 800, 560]\nzone-a = [100, 40, 200, 504]\n";
        let design = gp_model::file::parse(text.as_bytes()).design;
        let catalog = gp_catalog::builtin();
        let routed = RouteInput::of(&design, catalog, |_| String::new(), |_| String::new());
        let ids: Vec<&str> = routed.shapes.keys().map(Id::as_str).collect();
        assert_eq!(ids, ["frankfurt"]);
        let arranged = ArrangeInput::of(&design, catalog);
        let ids: Vec<&str> = arranged.items.keys().map(Id::as_str).collect();
        assert_eq!(ids, ["frankfurt"]);
        let changed = crate::arrange::place_new(&arranged);
        let ids: Vec<&str> = changed.keys().map(Id::as_str).collect();
        assert_eq!(ids, ["zone-b"], "only a lane without a place gets one");
    }
}
