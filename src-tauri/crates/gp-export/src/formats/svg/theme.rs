//! Colours of the picture: the editor's own, light and dark.

use crate::Theme;
use gp_catalog::kind::Family;

/// One theme's colours.
#[derive(Clone, Copy, Debug)]
pub struct Colours {
    /// Behind everything.
    pub canvas: &'static str,
    /// Borders.
    pub line: &'static str,
    /// Titles.
    pub text: &'static str,
    /// Second lines.
    pub muted: &'static str,
    /// Cards.
    pub card: &'static str,
    /// Links that are not proven.
    pub link: &'static str,
    /// Proven, live.
    pub ok: &'static str,
    /// Findings that will hurt.
    pub warning: &'static str,
    /// Findings that break.
    pub error: &'static str,
    /// Regions.
    pub region: &'static str,
    /// Networks.
    pub network_fill: &'static str,
    /// Public tiers.
    pub public_fill: &'static str,
    /// Other tiers.
    pub subnet_fill: &'static str,
    network: &'static str,
    compute: &'static str,
    storage: &'static str,
    data: &'static str,
    security: &'static str,
    /// Opacity of a card's shadow.
    pub shadow: f32,
}

const LIGHT: Colours = Colours {
    canvas: "#fbfbfc",
    line: "#e3e6eb",
    text: "#171a21",
    muted: "#667085",
    card: "#ffffff",
    link: "#8c95a4",
    ok: "#12925f",
    warning: "#e5a50a",
    error: "#d92d20",
    region: "#ffffff",
    network_fill: "#f3f6ff",
    public_fill: "#eef8f4",
    subnet_fill: "#f7f8fa",
    network: "#2f5bea",
    compute: "#0c8a6b",
    storage: "#a15c07",
    data: "#8a3ffc",
    security: "#c11574",
    shadow: 0.07,
};

const DARK: Colours = Colours {
    canvas: "#0f1218",
    line: "#262c37",
    text: "#e9ecf2",
    muted: "#97a1b2",
    card: "#1b212b",
    link: "#5d687a",
    ok: "#2bb673",
    warning: "#e9b949",
    error: "#ff6b5e",
    region: "#12161d",
    network_fill: "#131a2a",
    public_fill: "#12201d",
    subnet_fill: "#151a22",
    network: "#7f9bff",
    compute: "#3ecf9f",
    storage: "#e6a451",
    data: "#b28bff",
    security: "#f472b6",
    shadow: 0.35,
};

impl Colours {
    /// The colours of a theme.
    pub fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// The tint of a family's icons.
    pub fn family(&self, family: Family) -> &'static str {
        match family {
            Family::Network => self.network,
            Family::Compute => self.compute,
            Family::Storage => self.storage,
            Family::Data => self.data,
            Family::Security => self.security,
            Family::Place | Family::Actor | Family::Annotation => self.muted,
        }
    }

    /// The border of networks.
    pub fn network_border(&self) -> &'static str {
        self.network
    }
}
