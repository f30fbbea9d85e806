//! What must hold for every design and every sequence of edits. `GP_CASES` sets how many are tried.

use crate::{
    Design, Edit, Environment, Id, Intent, Link, Point, Rect, Value, View, Waiver,
    edit::{LinkChange, apply},
    file::{self, FileText},
};
use proptest::{prelude::*, sample::select};
use std::{fmt, rc::Rc};

const SHOP: &str = include_str!("../../../../templates/three-tier-web-shop/design.gplan");

/// The template with what people do to files: comments everywhere, odd spacing, dotted keys.
const LIVED_IN: &str = r#"# my shop   

format   =   1     # one

[ design ]
name = 'Web "shop"' # literal

# ---- resources ----

# the world
[resource.internet]
kind="internet"
[resource.frankfurt] # main
kind = "region"
zones = [
  "a", # first
  "b"
]
tags = { owner = "shop-team", "odd key" = 0x1F }

[resource.shop]
kind = "network"
parent = "frankfurt"
# below shop

[resource.app]
kind = "server"
parent = "shop"
on.aws.instance_type = 'm7i.large'
services = [ { name = "http", port = 80 }, { name = "b", port = 1_000 } ] # two

title = 9 # wrong
[resource.app.on.gcp]
machine = "x"

[resource]
images.kind = "bucket"
images.parent = "frankfurt"

# free comment

[link.app-images]
from = "app"
to = "images" # pictures
access = ["read"]

[intent.i]
expect = "unreachable"
from = "internet"
to = "app"

[environment.test]
provider = "lab"
override.app = { count = 2 } # less
modules.database = { source = "./db", inputs = { vpc = "${app.id}" } } # ours
regions.frankfurt = "x"

[[policy.waiver]]
rule = "a"
resource = "app"
[[policy.waiver]]
rule = "b" # b
expires = 2027-03-31

[gadget]
x = nan

[view.inside] # what belongs to us
title = "Inside"
hide = [
  "links", # too many
]
focus = "shop"

[view.inside.resources]
# its own places
app = [ 9, 9, 9, 9 ] # there
[view."a.b"]
links.app-images = [[5, 5]]

[layout.resources]
# places
app = [1, 2, 3, 4] # here
images = [ 5,6,7,8 ]

[layout.links]
app-images = [[1, 2], [3, 4]]
[layout.locked]
images = false # free again
# the end"#;

pub(crate) fn config() -> ProptestConfig {
    let cases = std::env::var("GP_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(96);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Files with resources in them.
pub(crate) fn full_bases() -> impl Strategy<Value = String> {
    bases().prop_map(|text| if text.contains("[resource") { text } else { LIVED_IN.to_owned() })
}

pub(crate) fn bases() -> impl Strategy<Value = String> {
    let all = [SHOP, LIVED_IN, "", "format = 1"].into_iter().flat_map(|text| {
        [
            text.to_owned(),
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
            text.trim_end().to_owned(),
        ]
    });
    select(all.collect::<Vec<_>>())
}

/// A choice that is made when the design is known: the n-th of what is there.
fn pick<'a>(ids: impl IntoIterator<Item = &'a Id>, n: usize) -> Id {
    let ids: Vec<&Id> = ids.into_iter().collect();
    if ids.is_empty() { "nothing".into() } else { ids[n % ids.len()].clone() }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        "(?s).{0,12}".prop_map(Value::String),
        select(vec!["1979-05-27", "07:32:00", "1979-05-27T07:32:00Z"])
            .prop_map(|it| Value::Date { date: it.to_owned() }),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::vec((keys(), inner), 0..4)
                .prop_map(|it| Value::Table(it.into_iter().collect())),
        ]
    })
}

fn keys() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "cpu",
            "title",
            "tags",
            "on",
            "services",
            "zones",
            "owner",
            "aws",
            "instance_type",
            "was"
        ])
        .prop_map(str::to_owned),
        "(?s).{1,4}",
    ]
}

fn ids() -> impl Strategy<Value = Id> {
    prop_oneof!["[a-c]{1,2}", "(?s).{1,3}", Just("app".to_owned())].prop_map(Id::from)
}

/// Makes an edit when the design is known.
#[derive(Clone)]
pub(crate) struct Maker(Rc<dyn Fn(&Design) -> Edit>);

impl fmt::Debug for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Against the template it shows which kind of edit it is.
        write!(f, "{:?}", (self.0)(&file::parse(SHOP.as_bytes()).design))
    }
}

impl Maker {
    /// Does the edit, where the design takes it.
    pub(crate) fn apply(&self, design: &mut Design) {
        if let Ok(patch) = apply(design, &(self.0)(design)) {
            patch.apply(design);
        }
    }
}

fn maker(make: impl Fn(&Design) -> Edit + 'static) -> Maker {
    Maker(Rc::new(make))
}

#[expect(clippy::too_many_lines, reason = "one row for each edit")]
pub(crate) fn edits() -> impl Strategy<Value = Maker> {
    let n = || any::<prop::sample::Index>().prop_map(|it| it.index(1 << 20));
    let rect = || any::<[i32; 4]>().prop_map(Rect::from);
    prop_oneof![
        (ids(), n(), prop::collection::vec((keys(), values()), 0..4), prop::option::of(rect()))
            .prop_map(|(id, n, attributes, at)| {
                maker(move |design| Edit::AddResource {
                    id: id.clone(),
                    kind: "server".to_owned(),
                    parent: (n % 3 > 0).then(|| pick(design.resources.keys(), n)),
                    attributes: attributes.iter().cloned().collect(),
                    at,
                })
            }),
        n().prop_map(|n| maker(move |design| Edit::RemoveResources {
            ids: vec![pick(design.resources.keys(), n)]
        })),
        (n(), prop::collection::vec(keys(), 1..4), values()).prop_map(|(n, path, value)| {
            maker(move |design| Edit::SetAttribute {
                resource: pick(design.resources.keys(), n),
                path: path.clone(),
                value: value.clone(),
            })
        }),
        (n(), n()).prop_map(|(n, m)| maker(move |design| {
            let resource = pick(design.resources.keys(), n);
            let keys: Vec<String> = design
                .resources
                .get(&resource)
                .map(|it| file::tree::resource(it).keys().cloned().collect())
                .unwrap_or_default();
            let path = vec![keys.get(m % keys.len().max(1)).cloned().unwrap_or_default()];
            Edit::UnsetAttribute { resource, path }
        })),
        (n(), ids()).prop_map(|(n, to)| maker(move |design| Edit::RenameResource {
            from: pick(design.resources.keys(), n),
            to: to.clone()
        })),
        (n(), n()).prop_map(|(n, m)| maker(move |design| Edit::MoveToParent {
            ids: vec![pick(design.resources.keys(), n)],
            parent: (m % 4 > 0).then(|| pick(design.resources.keys(), m)),
        })),
        (ids(), n(), n(), "(?s).{0,6}").prop_map(|(id, n, m, note)| maker(move |design| {
            Edit::AddLink {
                id: id.clone(),
                link: Link {
                    from: pick(design.resources.keys(), n),
                    to: pick(design.resources.keys(), m),
                    note: Some(note.clone()),
                    ..Link::default()
                },
            }
        })),
        (n(), prop::collection::vec("[a-z]{1,3}", 0..3)).prop_map(|(n, allow)| maker(
            move |design| Edit::SetLink {
                id: pick(design.links.keys(), n),
                set: LinkChange { allow: Some(allow.clone()), ..LinkChange::default() },
            }
        )),
        n().prop_map(|n| maker(move |design| Edit::RemoveLinks {
            ids: vec![pick(design.links.keys(), n)]
        })),
        (ids(), n(), any::<bool>()).prop_map(|(id, n, there)| maker(move |design| {
            Edit::SetIntent {
                id: if there { id.clone() } else { pick(design.intents.keys(), n) },
                intent: there.then(|| Intent {
                    from: pick(design.resources.keys(), n),
                    to: pick(design.resources.keys(), n + 1),
                    ..Intent::default()
                }),
            }
        })),
        (ids(), n(), values()).prop_map(|(id, n, value)| maker(move |design| {
            let environment = Environment {
                overrides: [(
                    pick(design.resources.keys(), n),
                    [("k".to_owned(), value.clone())].into_iter().collect(),
                )]
                .into_iter()
                .collect(),
                ..Environment::default()
            };
            let id = if n % 2 == 0 { id.clone() } else { pick(design.environments.keys(), n) };
            Edit::SetEnvironment { id, environment: (n % 5 > 0).then_some(environment) }
        })),
        n().prop_map(|n| maker(move |design| {
            let mut policy = crate::PolicySettings::clone(&design.policy);
            if !policy.waivers.is_empty() {
                policy.waivers.remove(n % policy.waivers.len());
            }
            Edit::SetPolicy { policy }
        })),
        "[a-z]{1,2}".prop_map(|rule| maker(move |_| Edit::AddWaiver {
            waiver: Waiver { rule: rule.clone(), ..Waiver::default() }
        })),
        (n(), prop::option::of(rect()), prop::option::of(any::<[i32; 2]>())).prop_map(
            |(n, rect, point)| maker(move |design| Edit::SetLayout {
                view: None,
                resources: [(pick(design.resources.keys(), n), rect)].into_iter().collect(),
                links: [(pick(design.links.keys(), n), point.map(|p| vec![Point::from(p)]))]
                    .into_iter()
                    .filter(|(id, _)| *id != "nothing")
                    .collect(),
                locked: [(pick(design.resources.keys(), n / 2), n % 3 == 0)]
                    .into_iter()
                    .filter(|(id, _)| *id != "nothing")
                    .collect(),
            })
        ),
        (ids(), n(), "(?s).{0,4}").prop_map(|(id, n, title)| maker(move |design| Edit::SetView {
            id: if n % 2 == 0 { id.clone() } else { pick(design.views.keys(), n) },
            view: (n % 5 > 0).then(|| View {
                title: Some(title.clone()),
                hide: vec!["links".to_owned(); n % 3],
                focus: (n % 3 == 0).then(|| pick(design.resources.keys(), n)),
                window: (n % 4 == 0).then_some(Rect { w: 1440, ..Rect::default() }),
                ..View::default()
            }),
        })),
        (n(), any::<bool>()).prop_map(|(n, own)| maker(move |design| Edit::SetOwnPlaces {
            view: pick(design.views.keys(), n),
            own,
        })),
        (n(), prop::option::of(rect()), prop::option::of(any::<[i32; 2]>())).prop_map(
            |(n, rect, point)| maker(move |design| Edit::SetLayout {
                view: Some(pick(design.views.keys(), n)),
                resources: [(pick(design.resources.keys(), n), rect)].into_iter().collect(),
                links: [(pick(design.links.keys(), n), point.map(|p| vec![Point::from(p)]))]
                    .into_iter()
                    .filter(|(id, _)| *id != "nothing")
                    .collect(),
                locked: indexmap::IndexMap::new(),
            })
        ),
        "(?s).{0,8}".prop_map(|name| maker(move |_| Edit::SetName { name: name.clone() })),
    ]
}

/// Saves and reads back: the text must say what the design says, without a new start.
pub(crate) fn check_save(file: &FileText, design: &Design) -> FileText {
    let saved = file.save(design).expect("it is not read-only");
    let again = file::parse(&saved.bytes);
    let text = String::from_utf8_lossy(&saved.bytes);
    assert_eq!(again.design, *design, "{text}");
    assert_eq!(again.read_only, None, "{text}");
    assert!(!saved.anew, "the careful way failed from\n{}\nto\n{text}", file.text());
    saved.file
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_edit_and_its_inverse_change_nothing(base in bases(), makers in prop::collection::vec(edits(), 1..12)) {
        let mut design = file::parse(base.as_bytes()).design;
        for make in &makers {
            let edit = (make.0)(&design);
            let Ok(patch) = apply(&design, &edit) else { continue };
            let before = design.clone();
            patch.apply(&mut design);
            let mut back = design.clone();
            patch.inverse().apply(&mut back);
            prop_assert_eq!(&back, &before);
            let json = serde_json::to_string(&patch).unwrap();
            let read: crate::Patch = serde_json::from_str(&json).unwrap();
            let mut other = before.clone();
            read.apply(&mut other);
            prop_assert_eq!(&other, &design);
        }
    }

    #[test]
    fn a_batch_is_the_edits_one_after_another(base in bases(), makers in prop::collection::vec(edits(), 1..12)) {
        let start = file::parse(base.as_bytes()).design;
        let mut design = start.clone();
        let mut edits = Vec::new();
        for make in &makers {
            let edit = (make.0)(&design);
            if let Ok(patch) = apply(&design, &edit) {
                patch.apply(&mut design);
                edits.push(edit);
            }
        }
        let mut batched = start.clone();
        let patch = apply(&start, &Edit::Batch { name: String::new(), edits }).unwrap();
        patch.apply(&mut batched);
        prop_assert_eq!(&batched, &design);
        patch.inverse().apply(&mut batched);
        prop_assert_eq!(&batched, &start);
    }

    #[test]
    fn what_is_saved_is_read_back(base in bases(), makers in prop::collection::vec((edits(), any::<bool>()), 1..12)) {
        let opened = file::parse(base.as_bytes());
        let (mut design, mut file) = (opened.design.clone(), opened.file.clone());
        for (make, save) in &makers {
            let edit = (make.0)(&design);
            if let Ok(patch) = apply(&design, &edit) {
                patch.apply(&mut design);
            }
            if *save {
                file = check_save(&file, &design);
            }
        }
        file = check_save(&file, &design);
        check_save(&file, &opened.design);
        check_save(&opened.file, &design);
    }

    #[test]
    fn a_removal_that_is_undone_after_a_save_gives_back_every_byte(base in full_bases(), n in 0_usize..64) {
        let opened = file::parse(base.as_bytes());
        let id = pick(opened.design.resources.keys(), n);
        let mut design = opened.design.clone();
        apply(&design, &Edit::RemoveResources { ids: vec![id] }).unwrap().apply(&mut design);
        let file = check_save(&opened.file, &design);
        let back = check_save(&file, &opened.design);
        let same = back.text() == base;
        prop_assert!(same, "{}\nis not\n{}", back.text(), base);
    }

    #[test]
    fn a_set_attribute_touches_only_its_line(base in full_bases(), n in 0_usize..64, value in any::<i64>()) {
        let opened = file::parse(base.as_bytes());
        let mut design = opened.design.clone();
        let set = Edit::SetAttribute { resource: pick(design.resources.keys(), n), path: vec!["cpu".to_owned()], value: Value::Integer(value) };
        apply(&design, &set).unwrap().apply(&mut design);
        let file = check_save(&opened.file, &design);
        let (old, new): (Vec<&str>, Vec<&str>) = (base.lines().collect(), file.text().lines().collect());
        let first = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let last = old[first..].iter().rev().zip(new[first..].iter().rev()).take_while(|(a, b)| a == b).count();
        prop_assert!(old.len() - first - last <= 1 && new.len() - first - last <= 1);
    }

    #[test]
    fn any_bytes_are_opened_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let opened = file::parse(&bytes);
        prop_assert_eq!(opened.file.bytes(), &bytes[..]);
        file::SourceMap::new(opened.file.text());
    }

    #[test]
    fn a_damaged_file_is_told_and_never_changed(base in bases(), cuts in prop::collection::vec((any::<prop::sample::Index>(), "(?s).{0,3}"), 1..5)) {
        let mut text = base;
        for (at, new) in &cuts {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let start = places[at.index(places.len())];
            let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
            text.replace_range(start..end, new);
        }
        let opened = file::parse(text.as_bytes());
        prop_assert_eq!(opened.file.save(&opened.design).map(|it| it.bytes == text.as_bytes() || opened.read_only.is_none()), Ok(true));
        prop_assert!(opened.read_only.is_none() || !opened.diagnostics.is_empty());
        let map = file::SourceMap::new(opened.file.text());
        for it in &opened.diagnostics {
            if let Some(span) = map.locate(&it.place) {
                prop_assert!(span.line >= 1 && span.column >= 1 && span.end <= text.len());
            }
        }
        if opened.read_only.is_none() && opened.design.resources.len() > 2 {
            let mut design = opened.design.clone();
            let remove = Edit::RemoveResources { ids: vec![pick(design.resources.keys(), 1)] };
            apply(&design, &remove).unwrap().apply(&mut design);
            let saved = opened.file.save(&design).unwrap();
            prop_assert_eq!(file::parse(&saved.bytes).design, design);
        }
    }
}

#[test]
fn what_was_taken_out_comes_back_though_another_thing_has_its_name() {
    let opened = file::parse(LIVED_IN.as_bytes());
    let mut design = opened.design.clone();
    let remove = Edit::RemoveResources { ids: vec!["shop".into()] };
    apply(&design, &remove).unwrap().apply(&mut design);
    let file = check_save(&opened.file, &design);
    let rename = Edit::RenameResource { from: "images".into(), to: "app".into() };
    apply(&design, &rename).unwrap().apply(&mut design);
    let file = check_save(&file, &design);
    check_save(&file, &opened.design);
}
