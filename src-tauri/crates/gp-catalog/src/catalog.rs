//! Loading kinds: the built-in ones, once, and a user's own folder on top. Reads text that is
//! handed in; whoever has the folder reads it.

use crate::kind::{Attribute, AttributeType, Catalog, Kind, Meter};
use gp_model::{Diagnostic, Place, PortSpec};
use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The built-in kinds, in the palette's order.
pub fn builtin() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| {
        let mut catalog = Catalog::default();
        for (id, text) in KINDS {
            let kind = parse(id, text).expect("the registry test reads every built-in kind");
            catalog.kinds.insert((*id).to_owned(), kind);
        }
        catalog.sort();
        catalog
    })
}

/// The picture of that name: 32 × 32, drawn in `currentColor`.
pub fn icon(name: &str) -> Option<&'static str> {
    let at = ICONS.binary_search_by_key(&name, |(known, _)| known).ok()?;
    Some(ICONS[at].1)
}

/// Every picture: name and SVG text.
pub fn icons() -> impl Iterator<Item = (&'static str, &'static str)> {
    ICONS.iter().copied()
}

/// The text of a built-in table (`regions`, `sizes` …).
pub(crate) fn table(name: &str) -> &'static str {
    let at = TABLES.binary_search_by_key(&name, |(known, _)| known).expect("named in the code");
    TABLES[at].1
}

impl Catalog {
    /// These kinds and those of a user's own folder: `(kind id, text of its file)`. A file that
    /// cannot be used is left out and said; a file named like a built-in kind replaces it.
    pub fn with_files<'a>(
        &self,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<Diagnostic>) {
        let mut catalog = self.clone();
        let mut findings = Vec::new();
        let mut added = Vec::new();
        for (id, text) in files {
            match parse(id, text) {
                Ok(kind) => {
                    added.push(id.to_owned());
                    catalog.kinds.insert(id.to_owned(), kind);
                }
                Err(problem) => findings.push(bad_kind_file(id, &problem)),
            }
        }
        catalog.sort();
        for id in added {
            let problems = catalog.kinds[&id].problems(&catalog);
            findings.extend(problems.iter().map(|problem| bad_kind_file(&id, problem)));
            if !problems.is_empty() {
                match self.kinds.get(&id) {
                    Some(kind) => drop(catalog.kinds.insert(id, kind.clone())),
                    None => drop(catalog.kinds.shift_remove(&id)),
                }
            }
        }
        (catalog, findings)
    }

    /// Whether some kind takes this attribute from its containers, so that it may be written
    /// at a container whose own kind does not have it.
    pub fn is_inheritable(&self, attribute: &str) -> bool {
        self.kinds.values().any(|k| k.attributes.get(attribute).is_some_and(|a| a.inherited))
    }

    fn sort(&mut self) {
        self.kinds.sort_by(|_, a, _, b| {
            (a.family, a.order, &a.title).cmp(&(b.family, b.order, &b.title))
        });
    }
}

fn bad_kind_file(id: &str, problem: &str) -> Diagnostic {
    Diagnostic::error("bad-kind-file", Place::Design, format!("kind file “{id}”: {problem}"))
}

/// One kind from its file's text; the file's name is its id.
fn parse(id: &str, text: &str) -> Result<Kind, String> {
    let mut kind: Kind =
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    id.clone_into(&mut kind.id);
    Ok(kind)
}

impl Kind {
    /// What is wrong with it among these kinds; nothing for a usable one.
    pub fn problems(&self, catalog: &Catalog) -> Vec<String> {
        let mut found = Vec::new();
        if !gp_model::Id::new(&self.id).is_well_formed() {
            found.push("its name must be lower-case words joined by dashes".to_owned());
        }
        if icon(&self.icon).is_none() {
            found.push(format!("there is no icon “{}”", self.icon));
        }
        if self.parents.is_empty() {
            found.push("it may stand nowhere: name a parent, or `root`".to_owned());
        }
        for parent in self.parents.iter().filter(|p| *p != "root") {
            match catalog.kind(parent) {
                None => found.push(format!("parent “{parent}” is not a kind")),
                Some(kind) if !kind.container => {
                    found.push(format!("parent “{parent}” cannot hold others"));
                }
                Some(_) => {}
            }
        }
        for target in self.links.iter().flat_map(|end| &end.to) {
            if catalog.kind(target).is_none() {
                found.push(format!("link target “{target}” is not a kind"));
            }
        }
        for service in &self.services {
            if !FOLLOWED.contains(&&*service.ports) && service.ports.parse::<PortSpec>().is_err() {
                found.push(format!("service “{}” has no readable port", service.name));
            }
        }
        for (name, attribute) in &self.attributes {
            found.extend(
                attribute.problems(catalog).into_iter().map(|p| format!("attribute “{name}”: {p}")),
            );
        }
        found.extend(crate::summary::unknown_names(self));
        found.extend(self.price.iter().flat_map(|meter| self.unbillable(meter)));
        found
    }

    /// What a meter names that the kind does not have. The provider's type follows from the size.
    fn unbillable(&self, meter: &Meter) -> Vec<String> {
        let filled = crate::prices::names(&meter.of);
        let named = filled.chain(meter.size.as_deref()).chain(meter.times.as_deref());
        let named = named.chain(meter.when.keys().map(String::as_str));
        named
            .filter(|name| !self.attributes.contains_key(*name) && !DERIVED.contains(name))
            .map(|name| {
                format!("its price “{}” names “{name}”, which it does not have", meter.meter)
            })
            .collect()
    }
}

/// Ports that follow from an attribute: see `resolve/services.rs`.
const FOLLOWED: [&str; 2] = ["engine", "protocol"];

/// Attributes that resolve adds: see `resolve/sizes.rs`.
const DERIVED: [&str; 3] = ["instance-type", "instance-class", "system-type"];

impl Attribute {
    fn problems(&self, catalog: &Catalog) -> Vec<String> {
        let mut found = Vec::new();
        if self.type_ == AttributeType::Choice && self.choices.is_empty() {
            found.push("a choice needs `choices`".to_owned());
        }
        if let Some(label) = self.choice_labels.keys().find(|l| !self.choices.contains(l)) {
            found.push(format!("“{label}” has a label but is no choice"));
        }
        if self.type_ == AttributeType::Reference && self.of.is_empty() {
            found.push("a reference needs `of`".to_owned());
        }
        if let Some(kind) = self.of.iter().find(|kind| catalog.kind(kind).is_none()) {
            found.push(format!("“{kind}” is not a kind"));
        }
        if let (Some(min), Some(max)) = (self.min, self.max)
            && min > max
        {
            found.push("the smallest is larger than the largest".to_owned());
        }
        if let Some(default) = &self.default
            && let Err(problem) = self.check(default)
        {
            found.push(format!("its own default does not fit: {problem}"));
        }
        if self.required && self.default.is_some() {
            found.push("what has a default is not required".to_owned());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    fn names_in(folder: &str, ending: &str) -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut found = BTreeSet::new();
        let mut open = vec![root];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|e| e == ending) {
                    found.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn the_lists_are_what_the_folders_hold() {
        let listed = |list: &[(&str, &str)]| {
            list.iter().map(|(n, _)| (*n).to_owned()).collect::<BTreeSet<_>>()
        };
        assert_eq!(listed(KINDS), names_in("kinds", "toml"));
        assert_eq!(listed(ICONS), names_in("icons", "svg"));
        assert_eq!(listed(TABLES), names_in("tables", "toml"));
    }

    #[test]
    fn every_built_in_kind_can_be_used() {
        for (id, text) in KINDS {
            if let Err(problem) = parse(id, text) {
                panic!("{id}: {problem}");
            }
        }
        let found: Vec<String> = builtin()
            .kinds
            .values()
            .flat_map(|k| k.problems(builtin()).into_iter().map(|p| format!("{}: {p}", k.id)))
            .collect();
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn a_kind_stands_in_the_folder_of_its_family() {
        for kind in builtin().kinds.values() {
            let family = serde_json::to_value(kind.family).unwrap();
            let file = format!("kinds/{}/{}.toml", family.as_str().unwrap(), kind.id);
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).exists(), "{file}");
        }
    }

    #[test]
    fn every_icon_is_used_and_takes_the_colour_around_it() {
        for (name, svg) in icons() {
            assert!(builtin().kinds.values().any(|k| k.icon == name), "{name} is used by no kind");
            assert!(svg.contains("currentColor") && svg.contains("0 0 32 32"), "{name}");
            assert_eq!(svg.matches("fill=").count(), 1, "{name} has a colour of its own");
        }
    }

    #[test]
    fn help_is_a_plain_sentence() {
        for kind in builtin().kinds.values() {
            let attributes = kind.attributes.iter().map(|(n, a)| (n.as_str(), a.help.as_str()));
            for (name, help) in attributes.chain([("help", kind.help.as_str())]) {
                assert!(
                    help.ends_with('.') && help.len() > 8 && !help.contains('\n'),
                    "{}.{name}",
                    kind.id
                );
            }
        }
    }

    /// A button that shows the short one is called by the title: who speaks what they see must be heard.
    #[test]
    fn the_short_title_is_part_of_the_title() {
        for kind in builtin().kinds.values() {
            let short = kind.short.as_deref().unwrap_or(&kind.title).to_lowercase();
            assert!(kind.title.to_lowercase().contains(&short), "{short} of {}", kind.id);
        }
    }

    #[test]
    fn a_users_own_kind_is_added_and_a_bad_one_is_said() {
        let good = "title = \"Search\"\nhelp = \"Finds things.\"\nfamily = \"data\"\nicon = \"database\"\nparents = [\"subnet\"]\nsize = [184, 56]\n";
        let typo = good.replace("title", "titel");
        let lost = good.replace("[\"subnet\"]", "[\"shelf\"]").replace("\"database\"", "\"lens\"");
        let (catalog, found) = builtin().with_files([
            ("search", good),
            ("typo", typo.as_str()),
            ("lost", lost.as_str()),
        ]);
        assert!(catalog.kind("search").is_some());
        assert!(catalog.kind("typo").is_none() && catalog.kind("lost").is_none());
        let said: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("“typo”") && said[0].contains("titel"), "{said:?}");
        assert!(said[1].contains("no icon “lens”"), "{said:?}");
        assert!(said[2].contains("parent “shelf” is not a kind"), "{said:?}");
    }

    #[test]
    fn a_bad_file_named_like_a_built_in_kind_leaves_that_in_place() {
        let bad = "title = \"Server\"\nhelp = \"Mine.\"\nfamily = \"compute\"\nicon = \"nothing\"\nparents = [\"subnet\"]\nsize = [1, 1]\n";
        let (catalog, found) = builtin().with_files([("server", bad)]);
        assert_eq!(found.len(), 1);
        assert!(catalog.kind("server").unwrap().attributes.contains_key("cpu"));
    }
}
