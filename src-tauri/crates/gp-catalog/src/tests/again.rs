//! An edit resolved on top of what was known is the same as the whole design resolved anew: over
//! random acts, senseless ones included, and their undoing.

use super::template::TEMPLATE;
use crate::{Resolution, Resolved, builtin, resolve};
use gp_model::{Change, Design, Edit, Id, Intent, Link, Patch, Rect, Resource, Value, edit};
use gp_testkit::sketch::sketch;
use proptest::prelude::*;
use std::{collections::BTreeSet, sync::Arc};

pub(super) const START: &str = r#"
internet internet
user staff cidr=203.0.113.64/28
external-system bank
account main
region frankfurt location=frankfurt zones=["a","b","c"] tags.owner=me
  network shop 10.20.0.0/16 image=debian-13
    subnet web-tier public
      load-balancer entry public mode=pass-through listeners=[{protocol="tcp",port=443}]
      nat-gateway out
    subnet app-tier private zones=["a","b"]
      server app x3 http:tcp/8080
      server old zone b
      private-endpoint gate target=crates
    subnet data-tier isolated
      database orders standby=true
    subnet wall-tier private
      firewall wall mode=appliance rules=[{action="allow",source="desks",protocol="tcp",ports=443}]
    private-endpoint door target=images
    firewall edge rules=[{action="allow",source="app",destination="data-tier",protocol="tcp",ports=5432}]
  network office ipv6=true
    subnet desks private
      server desk
    private-endpoint mail target=jobs
  network lot
    subnet yard private
      server truck
  transit-hub hub egress=shop
  vpn-gateway tunnel
  volume scratch
  key master
  bucket images
  queue jobs
  registry crates repositories=["app","tools/build"]
  function work
  raw push type=aws_sns_topic attributes={name="${shop.id}"}
site home cidrs=["192.168.0.0/24"]
  network floor
    subnet hall private
      server files
  rack shelf zone=a
    physical-server iron subnet=data-tier ssh:tcp/22
dns-zone names domain=shop.example.com records=[{name="www",type="A",value="entry"}]
internet -> entry
entry -> app http
app -> orders tcp/5432
app -> images read,write
scratch -> app
shop -> office id=beside gateway-transit=true
shop -> hub id=shop-hub groups=["main","other"]
office -> hub
lot -> hub
tunnel -> hub
tunnel -> home
master -> scratch
jobs -> work
app -> iron id=App_Iron
files -> app http
desk -> files tcp/445
desk -> jobs publish
app -> crates read
! unreachable internet -> data-tier
! only app -> orders tcp/5432
env first lab override.app.count=2 variables.size="8 GiB"
env second azure override.old.disabled=true
"#;

/// One act, by numbers that are taken modulo what there is.
#[derive(Clone, Debug)]
enum Act {
    Set(usize, usize),
    Unset(usize, usize),
    Move(usize, usize),
    Add(usize, usize, usize),
    Remove(usize),
    Rename(usize),
    Retitle(usize),
    Link(usize, usize, usize, usize),
    Unlink(usize),
    Intent(usize, usize, usize),
    Layout(usize),
    Undo,
}

fn act() -> impl Strategy<Value = Act> {
    let n = || 0_usize..1000;
    prop_oneof![
        4 => (n(), n()).prop_map(|(a, b)| Act::Set(a, b)),
        2 => (n(), n()).prop_map(|(a, b)| Act::Unset(a, b)),
        3 => (n(), n()).prop_map(|(a, b)| Act::Move(a, b)),
        3 => (n(), n(), n()).prop_map(|(a, b, c)| Act::Add(a, b, c)),
        2 => n().prop_map(Act::Remove),
        1 => n().prop_map(Act::Rename),
        1 => n().prop_map(Act::Retitle),
        3 => (n(), n(), n(), n()).prop_map(|(a, b, c, d)| Act::Link(a, b, c, d)),
        2 => n().prop_map(Act::Unlink),
        1 => (n(), n(), n()).prop_map(|(a, b, c)| Act::Intent(a, b, c)),
        1 => n().prop_map(Act::Layout),
        3 => Just(Act::Undo),
    ]
}

const VALUES: &[(&str, &str)] = &[
    ("count", "1"),
    ("count", "4"),
    ("zone", "\"a\""),
    ("zone", "\"c\""),
    ("zone", "\"x\""),
    ("zones", "[\"a\"]"),
    ("zones", "[\"a\", \"b\", \"c\", \"d\", \"e\"]"),
    ("exposure", "\"public\""),
    ("exposure", "\"isolated\""),
    ("cidr", "\"10.20.4.0/24\""),
    ("cidr", "\"10.20.0.0/20\""),
    ("cidr", "\"10.0.0.0/33\""),
    ("public-address", "true"),
    ("address", "\"10.20.4.9\""),
    ("image", "\"${var.image}\""),
    ("memory", "\"${var.size}\""),
    ("egress", "\"open\""),
    ("spread", "\"regional\""),
    ("mode", "\"proxy\""),
    ("mode", "\"appliance\""),
    ("scheme", "\"internal\""),
    ("target", "\"images\""),
    ("target", "\"jobs\""),
    ("type", "\"interface\""),
    (
        "services",
        "[{ name = \"http\", port = 80 }, { name = \"dns\", protocol = \"udp\", port = 53 }]",
    ),
    (
        "listeners",
        "[{ protocol = \"http\", port = 80, redirect = 443 }, { protocol = \"https\", port = 443 }]",
    ),
    ("health-check", "{ port = 9000 }"),
    ("needs", "[\"time\"]"),
    ("desired", "3"),
    ("replicas", "4"),
    ("private-link", "\"app-tier\""),
    ("nodes", "5"),
    ("port", "6000"),
    ("location", "\"ohio\""),
    ("slots", "\"8\""),
    ("rules", "[{ action = \"deny\", source = \"office\" }]"),
    ("records", "[{ name = \"@\", value = \"app\" }]"),
    ("disabled", "true"),
    ("region", "\"frankfurt\""),
    ("egress", "\"office\""),
    ("cidrs", "[\"192.168.8.0/24\"]"),
    ("pods", "\"app-tier\""),
    ("pods", "\"shop\""),
    ("ipv6", "true"),
    ("ipv6-cidr", "\"fd12:3456:789a:100::/56\""),
    ("ipv6-cidr", "\"fd12:3456:789a:104::/62\""),
    ("ipv6-cidr", "\"fd12:3456::/32\""),
    ("subnet", "\"app-tier\""),
    ("subnet", "\"desks\""),
    ("subnet", "\"shop\""),
    ("inbound", "false"),
    ("outbound", "false"),
];

const KINDS: &[&str] = &[
    "server",
    "server-group",
    "container-service",
    "kubernetes-cluster",
    "workload",
    "subnet",
    "network",
    "region",
    "load-balancer",
    "api-gateway",
    "cdn",
    "nat-gateway",
    "database",
    "cache",
    "file-share",
    "bastion",
    "data-warehouse",
    "analytics-workspace",
    "pipeline",
    "volume",
    "bucket",
    "topic",
    "stream",
    "document-store",
    "secret",
    "key",
    "certificate",
    "identity",
    "web-firewall",
    "alert",
    "backup-vault",
    "threat-detector",
    "dashboard",
    "log-store",
    "private-endpoint",
    "firewall",
    "user",
    "dns-zone",
    "dns-resolver",
    "site",
    "transit-hub",
    "vpn-gateway",
    "dedicated-link",
    "rack",
    "physical-server",
    "sailing-boat",
];

fn value(toml: &str) -> Value {
    let table: toml::Table = toml::from_str(&format!("v = {toml}")).unwrap();
    table["v"].clone().try_into().unwrap()
}

fn nth<'a, T>(all: impl Iterator<Item = T> + 'a, n: usize) -> Option<T> {
    let all: Vec<T> = all.collect();
    let place = n.checked_rem(all.len())?;
    all.into_iter().nth(place)
}

fn changed(design: &Design, n: usize, change: impl FnOnce(&mut Resource)) -> Option<Patch> {
    let (id, before) = nth(design.resources.iter(), n)?;
    let mut after = Resource::clone(before);
    change(&mut after);
    let (before, after) = (Some(Arc::clone(before)), Some(Arc::new(after)));
    Some(Patch { changes: vec![Change::Resource { id: id.clone(), before, after }] })
}

/// An id that exists, or one that does not.
fn some_id(design: &Design, n: usize) -> Id {
    if n.is_multiple_of(13) {
        Id::new("nowhere")
    } else {
        nth(design.resources.keys().cloned(), n).unwrap_or_default()
    }
}

fn patch(design: &Design, act: &Act) -> Option<Patch> {
    match *act {
        Act::Set(n, v) => changed(design, n, |r| {
            let (name, text) = VALUES[v % VALUES.len()];
            r.attributes.insert(name.to_owned(), value(text));
        }),
        Act::Unset(n, v) => changed(design, n, |r| {
            let name = nth(r.attributes.keys().cloned(), v);
            name.and_then(|name| r.attributes.shift_remove(&name));
        }),
        // Not through an edit: circles and missing parents come from files.
        Act::Move(n, to) => changed(design, n, |r| {
            r.parent = (!to.is_multiple_of(7)).then(|| some_id(design, to));
        }),
        Act::Retitle(n) => changed(design, n, |r| r.title = Some(format!("Title {n}"))),
        Act::Add(kind, parent, n) => {
            let mut resource = Resource {
                kind: KINDS[kind % KINDS.len()].to_owned(),
                parent: Some(some_id(design, parent)),
                ..Resource::default()
            };
            resource.sequence.0 = design.resources.len() as u64 + 100;
            let id = Id::new(format!("new-{}", n % 30));
            let before = design.resources.get(&id).cloned();
            Some(Patch {
                changes: vec![Change::Resource { id, before, after: Some(Arc::new(resource)) }],
            })
        }
        Act::Remove(n) if n.is_multiple_of(2) => {
            let (id, before) = nth(design.resources.iter(), n / 2)?;
            let (id, before) = (id.clone(), Some(Arc::clone(before)));
            Some(Patch { changes: vec![Change::Resource { id, before, after: None }] })
        }
        Act::Remove(n) => {
            let ids = vec![nth(design.resources.keys().cloned(), n / 2)?];
            edit::apply(design, &Edit::RemoveResources { ids }).ok()
        }
        Act::Rename(n) => {
            let from = nth(design.resources.keys().cloned(), n)?;
            edit::apply(design, &Edit::RenameResource { from, to: Id::new(format!("named-{n}")) })
                .ok()
        }
        Act::Link(n, from, to, allow) => {
            let allow = ["", "tcp/22", "http", "nonsense"][allow % 4];
            let link = Link {
                from: some_id(design, from),
                to: some_id(design, to),
                allow: if allow.is_empty() { Vec::new() } else { vec![allow.to_owned()] },
                ..Link::default()
            };
            let id = Id::new(format!("link-{}", n % 20));
            let before = design.links.get(&id).cloned();
            Some(Patch { changes: vec![Change::Link { id, before, after: Some(Arc::new(link)) }] })
        }
        Act::Unlink(n) => {
            let (id, before) = nth(design.links.iter(), n)?;
            let (id, before) = (id.clone(), Some(Arc::clone(before)));
            Some(Patch { changes: vec![Change::Link { id, before, after: None }] })
        }
        Act::Intent(n, from, to) => {
            let intent = Intent {
                from: some_id(design, from),
                to: some_id(design, to),
                ..Intent::default()
            };
            let id = Id::new(format!("intent-{}", n % 5));
            let before = design.intents.get(&id).cloned();
            Some(Patch {
                changes: vec![Change::Intent { id, before, after: Some(Arc::new(intent)) }],
            })
        }
        Act::Layout(n) => {
            let id = nth(design.resources.keys().cloned(), n)?;
            let before = design.layout.resources.get(&id).copied();
            let after = Some(Rect { x: i32::try_from(n).unwrap(), y: 0, w: 10, h: 10 });
            Some(Patch { changes: vec![Change::ResourceLayout { view: None, id, before, after }] })
        }
        Act::Undo => None,
    }
}

/// Resources that differ between two meanings.
fn different(before: &Resolved, after: &Resolved) -> BTreeSet<Id> {
    let ids = before.resources.keys().chain(after.resources.keys());
    ids.filter(|id| before.resources.get(*id) != after.resources.get(*id)).cloned().collect()
}

/// Where two meanings differ, shortly.
fn differences(left: &Resolved, right: &Resolved) -> String {
    if left == right {
        return String::new();
    }
    let mut out = String::from("differ");
    let (left, right) = (serde_json::to_value(left).unwrap(), serde_json::to_value(right).unwrap());
    describe("", &left, &right, &mut out);
    out
}

fn describe(path: &str, left: &serde_json::Value, right: &serde_json::Value, out: &mut String) {
    use serde_json::Value::{Array, Null, Object};
    match (left, right) {
        _ if left == right => {}
        (Object(a), Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let (a, b) = (a.get(key).unwrap_or(&Null), b.get(key).unwrap_or(&Null));
                describe(&format!("{path}.{key}"), a, b, out);
            }
        }
        (Array(a), Array(b)) if a.len() == b.len() => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                describe(&format!("{path}[{n}]"), a, b, out);
            }
        }
        _ => {
            use std::fmt::Write as _;
            let _ = write!(out, "\n{path}: {left} — {right}");
        }
    }
}

fn check_acts(environment: Option<&str>, acts: &[Act]) -> Result<(), TestCaseError> {
    let mut design = sketch(START);
    let environment = environment.map(Id::new);
    let mut known = Resolution::new(&design, builtin(), environment.as_ref());
    let mut done: Vec<Patch> = Vec::new();
    for act in acts {
        let next = match act {
            Act::Undo => done.pop().map(|patch| (patch.inverse(), false)),
            act => patch(&design, act).map(|patch| (patch, true)),
        };
        let Some((patch, keep)) = next else { continue };
        patch.apply(&mut design);
        let again = known.after(&design, builtin(), &patch);
        let anew = resolve(&design, builtin(), environment.as_ref());
        prop_assert_eq!(differences(&again.resolved, &anew), "", "after {:?}", act);
        prop_assert_eq!(
            &again.touched.resources,
            &different(&known.resolved, &anew),
            "after {:?}",
            act
        );
        for (id, resource) in &again.resolved.resources {
            let before =
                known.resolved.resources.get(id).filter(|_| !again.touched.resources.contains(id));
            prop_assert!(
                before.is_none_or(|before| Arc::ptr_eq(before, resource)),
                "{id} is not shared"
            );
        }
        let quiet = !again.touched.topology;
        prop_assert!(
            !quiet
                || (anew.filters == known.resolved.filters
                    && anew.route_tables == known.resolved.route_tables
                    && anew.segments == known.resolved.segments
                    && anew.links == known.resolved.links
                    && anew.needs == known.resolved.needs),
            "topology changed unsaid after {:?}",
            act
        );
        if keep {
            done.push(patch);
        }
        known = again;
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::cases())]
    #[test]
    fn edits_in_the_lab(acts in proptest::collection::vec(act(), 1..25)) {
        check_acts(Some("first"), &acts)?;
    }

    #[test]
    fn edits_where_subnets_are_regional(acts in proptest::collection::vec(act(), 1..25)) {
        check_acts(Some("second"), &acts)?;
    }
}

#[test]
fn moving_a_shape_recomputes_nothing() {
    let opened = gp_model::file::parse(TEMPLATE.as_bytes());
    let mut design = opened.design;
    let known = Resolution::new(&design, builtin(), None);
    let patch = patch(&design, &Act::Layout(3)).unwrap();
    patch.apply(&mut design);
    let again = known.after(&design, builtin(), &patch);
    assert_eq!(again.touched, crate::Touched::default());
    assert_eq!(again.resolved, known.resolved);
}

#[test]
fn another_environment_is_everything() {
    let mut design = sketch(START);
    let known = Resolution::new(&design, builtin(), Some(&Id::new("first")));
    let mut environment = (*design.environments["first"]).clone();
    environment.provider = gp_model::Provider::Aws;
    let patch = edit::apply(
        &design,
        &Edit::SetEnvironment { id: Id::new("first"), environment: Some(environment) },
    )
    .unwrap();
    patch.apply(&mut design);
    let again = known.after(&design, builtin(), &patch);
    assert!(again.touched.everything);
    assert_eq!(again.resolved, resolve(&design, builtin(), Some(&Id::new("first"))));
}
