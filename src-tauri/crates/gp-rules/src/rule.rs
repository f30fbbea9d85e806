//! What a rule is: one file below `checks/`, which is also its page in the reference.

use crate::Facts;
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Diagnostic, Place, Severity};

/// One rule.
pub struct Rule {
    /// Kebab-case, names the bad pattern.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The rule's own source: its `//!` lines are its documentation.
    pub source: &'static str,
    /// What it looks at, so that an edit re-runs only what it can change.
    pub reads: Reads,
    /// How it looks.
    pub check: Check,
    /// Designs that prove it, as sketches (see `gp-testkit`).
    pub cases: Cases,
}

/// Designs in which a rule fires, and in which it is silent.
pub struct Cases {
    /// It fires at least once.
    pub firing: &'static [&'static str],
    /// It does not.
    pub silent: &'static [&'static str],
}

/// A look at one resource.
pub type ResourceCheck = fn(&Facts<'_>, &ResolvedResource, &mut Vec<Diagnostic>);

/// How a rule looks at a design.
#[derive(Clone, Copy)]
pub enum Check {
    /// At one resource after the other.
    Resource(ResourceCheck),
    /// At the design as a whole.
    Design(fn(&Facts<'_>, &mut Vec<Diagnostic>)),
    /// Not by itself: resolving says it on its way, the rule knows why it matters and what helps.
    Resolve(fn(&Facts<'_>, &mut Diagnostic)),
    /// Not by itself: it is found where waivers are applied.
    Waivers,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub struct Reads {
    /// Kinds of the resources it judges or asks about; empty: any.
    pub kinds: &'static [&'static str],
    /// Their attributes; empty: any.
    pub attributes: &'static [&'static str],
    /// What else.
    pub near: &'static [Near],
}

/// What a rule looks at beside the resources themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Near {
    /// The containers above a resource.
    Containers,
    /// Other resources of the kinds it names.
    Others,
    /// Links.
    Links,
    /// Intents.
    Intents,
    /// Real subnets and route tables.
    Segments,
    /// How platform needs are met.
    Needs,
    /// Regions on the provider.
    Scopes,
    /// Filters.
    Filters,
    /// Verdicts of the proof.
    Proof,
    /// What resolving said.
    Said,
    /// Records of names.
    Records,
}

impl Rule {
    /// A finding of this rule, with the reason from its documentation.
    pub fn at(&self, place: Place, message: impl Into<String>) -> Diagnostic {
        let found = Diagnostic::new(self.id, self.severity, place, message);
        match self.why() {
            Some(why) => found.because(why),
            None => found,
        }
    }

    /// Its documentation: the `//!` lines of its file.
    pub fn docs(&self) -> String {
        let lines = self.source.lines().take_while(|line| line.starts_with("//!"));
        let text: Vec<&str> =
            lines.map(|line| line.trim_start_matches("//!").trim_start_matches(' ')).collect();
        text.join("\n")
    }

    /// Why it matters, in words that stand alone.
    pub fn why(&self) -> Option<String> {
        self.section("Why:")
    }

    /// The paragraph of the documentation that starts with this word, without it.
    pub(crate) fn section(&self, word: &str) -> Option<String> {
        let docs = self.docs();
        let paragraph = docs.split("\n\n").find_map(|part| part.trim_start().strip_prefix(word))?;
        let text = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(text.trim_end_matches('.').to_owned())
    }
}
