//! What we say about a drawing: never an error, always a place, a reason and a way out.

use crate::{Edit, Id};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It cannot work, or must not be.
    Error,
    /// It will hurt.
    Warning,
    /// It could be better.
    Advice,
}

/// What a diagnostic is about. Stable under edits elsewhere; the line in the file is found
/// from it when somebody asks ([`crate::file::SourceMap::locate`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "on")]
pub enum Place {
    /// The design as a whole.
    Design,
    /// A stretch of the file that could not be read: byte offsets, end excluded.
    File {
        /// First byte.
        start: usize,
        /// Byte after the last.
        end: usize,
    },
    /// A resource, or one attribute of it (dotted path: `cpu`, `on.aws.instance_type`).
    Resource {
        /// Which.
        id: Id,
        /// Which attribute.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attribute: Option<String>,
    },
    /// A link.
    Link {
        /// Which.
        id: Id,
        /// Which attribute.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attribute: Option<String>,
    },
    /// An intent.
    Intent {
        /// Which.
        id: Id,
    },
    /// An environment.
    Environment {
        /// Which.
        id: Id,
        /// Which attribute.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attribute: Option<String>,
    },
    /// The policy section.
    Policy,
}

impl Place {
    /// A resource as a whole.
    pub fn resource(id: &Id) -> Self {
        Self::Resource { id: id.clone(), attribute: None }
    }

    /// One attribute of a resource.
    pub fn attribute(id: &Id, attribute: impl Into<String>) -> Self {
        Self::Resource { id: id.clone(), attribute: Some(attribute.into()) }
    }

    /// A link as a whole.
    pub fn link(id: &Id) -> Self {
        Self::Link { id: id.clone(), attribute: None }
    }
}

/// An edit that removes the finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// What the button says: plain, active ("Encrypt it").
    pub title: String,
    /// What it does.
    pub edit: Edit,
}

/// A control of a standard that says the same: `{standard: "AWS Security Hub", version, id: "EC2.3"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Whose.
    pub standard: Cow<'static, str>,
    /// Which edition: numbers move between them.
    pub version: Cow<'static, str>,
    /// The control's id.
    pub id: Cow<'static, str>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The rule's id, kebab-case, naming the bad pattern.
    pub rule: Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// What is wrong: lower case, no final dot, names the thing and the way out.
    pub message: String,
    /// Why it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Other places that take part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Place>,
    /// Edits that would remove it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
    /// Controls of standards that say the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<Control>,
    /// The environment it holds in; `None`: in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Id>,
}

impl Diagnostic {
    /// A finding without extras.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        place: Place,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule: Cow::Borrowed(rule),
            severity,
            place,
            message: message.into(),
            why: None,
            related: Vec::new(),
            fixes: Vec::new(),
            controls: Vec::new(),
            environment: None,
        }
    }

    /// An error.
    pub fn error(rule: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(rule, Severity::Error, place, message)
    }

    /// A warning.
    pub fn warning(rule: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(rule, Severity::Warning, place, message)
    }

    /// Says why it matters.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Offers an edit that removes it.
    #[must_use]
    pub fn fixed_by(mut self, title: impl Into<String>, edit: Edit) -> Self {
        self.fixes.push(Fix { title: title.into(), edit });
        self
    }

    /// Names another place that takes part.
    #[must_use]
    pub fn and_at(mut self, place: Place) -> Self {
        self.related.push(place);
        self
    }
}
