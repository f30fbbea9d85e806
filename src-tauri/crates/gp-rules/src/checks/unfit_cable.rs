//! Cable of a length or a medium that none has.
//!
//! Bad: `length = "-3 m"`; `medium = "cat6b"`.
//!
//! Good: `length = "3 m"`; `medium = "cat6a"`.
//!
//! Why: both stand in the cable schedule, by which somebody orders and pulls cables.

use super::prelude::*;
use gp_analysis::physical::cables;
use gp_model::{edit::LinkChange, nearest};

pub(crate) static RULE: Rule = Rule {
    id: "unfit-cable",
    severity: Severity::Warning,
    source: include_str!("unfit_cable.rs"),
    reads: Reads {
        kinds: &["hypervisor", "physical-server", "router", "storage-array", "switch"],
        attributes: &["ports", "nics", "hbas", "controllers"],
        near: &[Near::Links],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r#"
site hall
  switch leaf
  physical-server one
one -> leaf kind=cable length="-3 m"
"#,
            r"
site hall
  switch leaf
  physical-server one
one -> leaf kind=cable length=long
",
            r#"
site hall
  switch leaf
  physical-server one
one -> leaf kind=cable medium=cat6b length="0 m"
"#,
            r"
site hall
  switch leaf
  physical-server one
one -> leaf kind=cable medium=spaghetti
",
        ],
        silent: &[r#"
site hall
  switch leaf
  physical-server one
  physical-server two
  physical-server three
one -> leaf kind=cable medium=OM4 length="1.5 m"
two -> leaf kind=cable medium=dac length="50cm"
three -> leaf kind=cable medium="cat 6a" length="10 ft"
"#],
    },
};

/// Copper by its category, fibre by its class, cables with their plugs on, and what cables of the power
/// and console sort are called.
const MEDIA: [&str; 28] = [
    "cat3",
    "cat5",
    "cat5e",
    "cat6",
    "cat6a",
    "cat7",
    "cat7a",
    "cat8",
    "om1",
    "om2",
    "om3",
    "om4",
    "om5",
    "os1",
    "os2",
    "mmf",
    "smf",
    "dac",
    "aoc",
    "twinax",
    "coax",
    "copper",
    "fibre",
    "fiber",
    "serial",
    "usb",
    "power",
    "infiniband",
];

/// Longest words first: `5 mm` is no number of metres.
const UNITS: [(&str, f64); 8] = [
    ("feet", 0.3048),
    ("mm", 0.001),
    ("cm", 0.01),
    ("km", 1000.0),
    ("ft", 0.3048),
    ("in", 0.0254),
    ("yd", 0.9144),
    ("m", 1.0),
];

/// Nobody pulls a longer one: it would be a line that somebody else runs.
const LONGEST: f64 = 100_000.0;

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for cable in cables::of(facts.resolved) {
        let between = [&cable.from, &cable.to].map(|id| facts.called(id));
        let mut say = |key: &str, problem: String, meant: Option<String>| {
            let text = format!("{key} of the cable “{}” – “{}”: {problem}", between[0], between[1]);
            let place = Place::Link { id: cable.id.clone(), attribute: Some(key.to_owned()) };
            let mut said = RULE.at(place, text);
            if let Some(meant) = meant {
                let attributes = Table::from_iter([(key.to_owned(), Value::from(meant.as_str()))]);
                let set = LinkChange { attributes, ..LinkChange::default() };
                let edit = Edit::SetLink { id: cable.id.clone(), set };
                said = said.fixed_by(format!("Make it {meant}"), edit);
            }
            found.push(said);
        };
        let text = |key: &str| cable.attributes.get(key).and_then(Value::as_str);
        if let Some(length) = text("length")
            && !metres(length).is_some_and(|metres| metres > 0.0 && metres <= LONGEST)
        {
            let problem = format!("“{length}” is no length of a cable: write one such as 3 m");
            // A bare number has lost its unit, and a cable its sign.
            let meant = length.trim().trim_start_matches('-').trim();
            let meant =
                if meant.parse::<f64>().is_ok() { format!("{meant} m") } else { meant.to_owned() };
            let fits = metres(&meant).is_some_and(|metres| metres > 0.0 && metres <= LONGEST);
            say("length", problem, fits.then_some(meant));
        }
        if let Some(medium) = text("medium").filter(|medium| !is_medium(medium)) {
            let near = nearest(medium, MEDIA);
            let hint = near.map_or_else(
                || "write one such as cat6a, om4, os2 or dac".to_owned(),
                |near| format!("did you mean “{near}”?"),
            );
            let problem = format!("“{medium}” is no medium that is known: {hint}");
            say("medium", problem, near.map(str::to_owned));
        }
    }
}

fn metres(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let (number, unit) =
        UNITS.iter().find_map(|(word, unit)| Some((text.strip_suffix(word)?, unit)))?;
    let number: f64 = number.trim_end().parse().ok()?;
    number.is_finite().then_some(number * unit)
}

/// `OM4`, `cat 6a`, `cat6a-s/ftp`, `fibre om4`: one of the words is one.
fn is_medium(text: &str) -> bool {
    let text = text.to_lowercase().replace("cat ", "cat").replace("cat.", "cat");
    text.split(|c: char| !c.is_alphanumeric()).any(|word| MEDIA.contains(&word))
}
