//! The templates, embedded: each a folder of `templates/`.

use gp_model::{Design, file};

/// A template as it lies in the program.
#[derive(Debug)]
pub struct Embedded {
    /// The folder's name.
    pub id: &'static str,
    /// The text of `design.gplan`.
    pub design: &'static str,
    /// The text of `template.toml`: title and summary.
    pub about: &'static str,
    /// The text of `README.md`: what it is for, and the choices in it.
    pub readme: &'static str,
}

static TEMPLATES: &[Embedded] = &include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// What `template.toml` says.
#[derive(Debug, serde::Deserialize)]
pub struct About {
    /// What people read.
    pub title: String,
    /// One line.
    pub summary: String,
    /// Its place at the start, small first: what most people begin with.
    #[serde(default)]
    pub order: u32,
}

/// All of them, by id.
pub fn all() -> &'static [Embedded] {
    TEMPLATES
}

/// All of them with what they say of themselves, in the order of the start.
pub fn in_order() -> Vec<(&'static Embedded, About)> {
    let mut all: Vec<_> = TEMPLATES.iter().map(|template| (template, template.about())).collect();
    all.sort_by_key(|(template, about)| (about.order, template.id));
    all
}

/// The one with this id.
pub fn find(id: &str) -> Option<&'static Embedded> {
    TEMPLATES.iter().find(|template| template.id == id)
}

impl Embedded {
    /// Title and summary.
    pub fn about(&self) -> About {
        toml::from_str(self.about).expect("a test reads every template.toml")
    }

    /// The design.
    pub fn open(&self) -> Design {
        file::parse(self.design.as_bytes()).design
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read_without_a_diagnostic() {
        assert!(!all().is_empty());
        for template in all() {
            let opened = file::parse(template.design.as_bytes());
            assert!(opened.diagnostics.is_empty(), "{}: {:?}", template.id, opened.diagnostics);
            assert!(!template.about().title.is_empty() && !template.about().summary.is_empty());
        }
    }
}
