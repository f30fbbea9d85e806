//! What a picture shows: shapes and lines with their texts, as the canvas has them. Chosen by who asks for it.

use gp_catalog::{
    Catalog,
    kind::{Family, Kind},
};
use gp_model::{Id, Point, Rect, Severity};

/// Everything of one picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// The design's name.
    pub name: String,
    /// What stands there, containers before their contents.
    pub shapes: Vec<Shape>,
    /// Links between them.
    pub links: Vec<Stroke>,
    /// Only this part; none: everything.
    pub frame: Option<Rect>,
    /// The design file's text, carried inside the picture so that it opens again.
    pub source: Option<String>,
    /// What the picture says of itself below the drawing.
    pub block: Option<TitleBlock>,
}

/// Below the drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TitleBlock {
    /// The design.
    pub title: String,
    /// The environment whose meaning is shown.
    pub environment: String,
    /// The day, as it is to be read; handed in, so that a picture is the same whenever it is made.
    pub date: Option<String>,
}

/// The picture in a shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Icon {
    /// Empty for none.
    pub name: String,
    /// What is drawn where it is not one of the program's.
    pub own: Option<String>,
}

impl Icon {
    /// Of a kind that is known.
    pub fn of(catalog: &Catalog, kind: &Kind) -> Self {
        Self { name: kind.icon.clone(), own: catalog.own_icons.get(&kind.icon).cloned() }
    }
}

/// One thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its id.
    pub id: Id,
    /// Its kind's word.
    pub kind: String,
    /// By what it is tinted; none: its kind is not known.
    pub family: Option<Family>,
    /// The icon: its name, and the SVG where it is a user's own.
    pub icon: Icon,
    /// What people read.
    pub title: String,
    /// The second line of a card, the fact in a container's header.
    pub line: String,
    /// Where it stands.
    pub rect: Rect,
    /// How many containers are around it.
    pub depth: usize,
    /// How it is drawn.
    pub look: Look,
    /// Its worst finding, for a badge.
    pub finding: Option<Severity>,
}

impl Shape {
    /// The badge it has: a ground, on which others stand, only says what is wrong. (`shown` of the canvas's badges.)
    pub fn badge(&self) -> Option<Severity> {
        self.finding.filter(|worst| *worst != Severity::Advice || !self.look.is_ground())
    }
}

/// How a thing is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Dashed, white.
    Region,
    /// Blue.
    Network,
    /// Green.
    PublicSubnet,
    /// Grey.
    Subnet,
    /// Any other that holds things.
    Container,
    /// Dotted, without a ground.
    Frame,
    /// A zone: a veil across its region.
    Lane,
    /// Icon, title, a line.
    Card,
    /// Icon and title.
    Compact,
    /// A text.
    Note,
}

impl Look {
    /// Whether others stand in it.
    pub fn is_container(self) -> bool {
        self < Self::Lane
    }

    /// A container, or a mark on one.
    pub fn is_ground(self) -> bool {
        self <= Self::Lane
    }
}

/// The look of a kind at a height; `public`: a subnet that the internet reaches.
pub fn look_of(kind: &str, about: Option<&Kind>, public: bool, height: i32) -> Look {
    match kind {
        "note" => Look::Note,
        "zone" => Look::Lane,
        "account" | "region" => Look::Region,
        "network" => Look::Network,
        "subnet" if public => Look::PublicSubnet,
        "subnet" => Look::Subnet,
        "frame" => Look::Frame,
        _ if about.is_some_and(|kind| kind.container) && height >= 96 => Look::Container,
        _ if height < 44 => Look::Compact,
        _ => Look::Card,
    }
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stroke {
    /// Its polyline, from end to end.
    pub points: Vec<Point>,
    /// The ports, in a pill.
    pub label: String,
    /// Where the middle of that pill stands; else in the middle of the longest run.
    pub label_at: Option<Point>,
    /// What is known of it.
    pub state: LinkState,
    /// Carries no traffic: thin, dotted, without an arrow.
    pub quiet: bool,
}

/// What is known of a link; colours it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// Drawn, not proven.
    #[default]
    Unproven,
    /// Proven or seen live.
    Proven,
    /// Cannot work.
    Broken,
    /// Works, and an intent says that it must not.
    Forbidden,
}
