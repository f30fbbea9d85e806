//! The kinds that come with the program, read once. Those of a user's own folder are added in `own`.

use crate::kind::{Catalog, Family, Kind, LinkEnd};
use gp_model::LinkKind;
use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The kind of what no other kind is: any type of a provider.
pub const RAW: &str = "raw";

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
        catalog.tie_raw();
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
    /// Whether some kind takes this attribute from its containers, so that it may be written
    /// at a container whose own kind does not have it.
    pub fn is_inheritable(&self, attribute: &str) -> bool {
        self.kinds.values().any(|k| k.attributes.get(attribute).is_some_and(|a| a.inherited))
    }

    /// The picture of that name: a user's own, or one of the program's.
    pub fn icon(&self, name: &str) -> Option<&str> {
        self.own_icons.get(name).map(String::as_str).or_else(|| icon(name))
    }

    /// A raw resource stands in any container, and anything that is deployed may wait for it or it for that.
    pub(crate) fn tie_raw(&mut self) {
        let drawn = |kind: &&Kind| !kind.actor && kind.family != Family::Annotation;
        let all: Vec<String> = self.kinds.values().filter(drawn).map(|it| it.id.clone()).collect();
        let containers = self.kinds.values().filter(|kind| kind.container);
        let containers: Vec<String> = containers.map(|kind| kind.id.clone()).collect();
        for id in &all {
            let to = if id == RAW { all.as_slice() } else { &[RAW.to_owned()] };
            let links = &mut self.kinds[id].links;
            let place = links.iter().position(|end| end.kind == LinkKind::Dependency);
            let place = place.unwrap_or_else(|| {
                links.push(LinkEnd { kind: LinkKind::Dependency, to: Vec::new() });
                links.len() - 1
            });
            let known = &mut links[place].to;
            for kind in to {
                if !known.contains(kind) {
                    known.push(kind.clone());
                }
            }
        }
        if let Some(raw) = self.kinds.get_mut(RAW) {
            raw.parents = std::iter::once("root".to_owned()).chain(containers).collect();
        }
    }

    /// In the palette's order.
    pub(crate) fn sort(&mut self) {
        self.kinds.sort_by(|_, a, _, b| {
            (a.family, a.order, &a.title).cmp(&(b.family, b.order, &b.title))
        });
    }
}

/// One kind from its file's text; the file's name is its id.
pub(crate) fn parse(id: &str, text: &str) -> Result<Kind, toml::de::Error> {
    let mut kind: Kind = toml::from_str(text)?;
    id.clone_into(&mut kind.id);
    Ok(kind)
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
}
