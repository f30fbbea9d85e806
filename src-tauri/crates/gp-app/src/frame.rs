//! How an event travels to a window. The first byte of a frame says version (upper half) and kind (lower half).
//!
//! - `0x01`: the event in JSON.
//! - `0x02`: a scene patch: what of an event is said of very many things goes as raw columns, the rest as JSON
//!   before them. Little-endian, every part at a multiple of 4: `[0x02 0 0 0] [u32 length] [JSON, padded]`, then
//!   columns, each `[u32 length] [bytes, padded]`. The JSON is the event without its bulk, and `raw` names it.
//! - `0x03`: what a terminal shows, as it came: `[0x03 0 0 0] [u32 number] [bytes]`.
//!
//! `ui/src/ipc/frames.ts` reads them; `ui/src/ipc/generated/frames.json` holds frames of both kinds for its test.

use crate::dto::{AppEvent, JudgementDto, LabLiveDto, LinkFactDto};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

const JSON: u8 = 0x01;
const SCENE: u8 = 0x02;
const TERMINAL: u8 = 0x03;
/// Fewer than this many are said in JSON.
const MANY: usize = 32;
/// No text, where there may be one.
const NONE: i32 = -1;

/// An event as it travels to a window.
pub fn frame(event: &AppEvent) -> Vec<u8> {
    match event {
        AppEvent::Routed { session, revision, partial, routes, pills }
            if routes.len() + pills.len() >= MANY =>
        {
            let head = json!({
                "event": "routed", "session": session, "revision": revision, "partial": partial,
                "raw": "routes",
            });
            let mut frame = Scene::begin(&head);
            frame.routes(routes);
            frame.pills(pills);
            frame.bytes
        }
        AppEvent::DocumentPatched { patch, .. } if places(patch).count() >= MANY => {
            let mut head = serde_json::to_value(event).expect("events are plain data");
            let (moved, others) = parted(head["patch"]["changes"].take());
            head["patch"]["changes"] = others.into();
            head["raw"] = "places".into();
            let mut frame = Scene::begin(&head);
            frame.places(&moved);
            frame.bytes
        }
        AppEvent::Judged(judgement) if bulk(judgement) >= MANY => {
            let rest = JudgementDto {
                summaries: BTreeMap::new(),
                facts: BTreeMap::new(),
                links: BTreeMap::new(),
                ..judgement.clone()
            };
            let mut head = serde_json::to_value(AppEvent::Judged(rest)).expect("plain data");
            head["raw"] = "facts".into();
            let mut frame = Scene::begin(&head);
            frame.facts(judgement);
            frame.bytes
        }
        AppEvent::LabLive(live) if live.links.len() >= MANY => {
            let rest = LabLiveDto { links: BTreeMap::new(), ..live.clone() };
            let mut head = serde_json::to_value(AppEvent::LabLive(rest)).expect("plain data");
            head["raw"] = "live".into();
            let mut frame = Scene::begin(&head);
            frame.texts(live.links.keys().map(String::as_str));
            frame.numbers(live.links.values().flatten().copied());
            frame.bytes
        }
        AppEvent::TerminalOutput { terminal, bytes } => {
            let head = [[TERMINAL, 0, 0, 0], terminal.to_le_bytes()].concat();
            [&head, &bytes[..]].concat()
        }
        _ => {
            let mut bytes = vec![JSON];
            serde_json::to_writer(&mut bytes, event).expect("events are plain data");
            bytes
        }
    }
}

fn bulk(judgement: &JudgementDto) -> usize {
    judgement.summaries.len() + judgement.facts.len() + judgement.links.len()
}

fn is_place(change: &Value) -> bool {
    change["of"] == "resource-layout"
}

fn places(patch: &Value) -> impl Iterator<Item = &Value> {
    patch["changes"].as_array().into_iter().flatten().filter(|change| is_place(change))
}

fn parted(changes: Value) -> (Vec<Value>, Vec<Value>) {
    let Value::Array(changes) = changes else { return Default::default() };
    changes.into_iter().partition(is_place)
}

fn count<T>(list: &[T]) -> i32 {
    i32::try_from(list.len()).expect("a design has fewer things than numbers")
}

/// A scene patch as it is written.
struct Scene {
    bytes: Vec<u8>,
}

impl Scene {
    fn begin(head: &Value) -> Self {
        let mut scene = Self { bytes: vec![SCENE, 0, 0, 0] };
        scene.column(head.to_string().as_bytes());
        scene
    }

    fn column(&mut self, bytes: &[u8]) {
        self.bytes.extend((bytes.len() as u32).to_le_bytes());
        self.bytes.extend(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    fn numbers(&mut self, numbers: impl IntoIterator<Item = i32>) {
        let bytes: Vec<u8> = numbers.into_iter().flat_map(i32::to_le_bytes).collect();
        self.column(&bytes);
    }

    /// A list of texts is JSON: nothing reads it faster.
    fn texts<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        let list: Vec<&str> = texts.into_iter().collect();
        self.column(&serde_json::to_vec(&list).expect("texts are plain data"));
    }

    fn routes(&mut self, routes: &BTreeMap<String, Vec<i32>>) {
        self.texts(routes.keys().map(String::as_str));
        self.numbers(routes.values().map(|route| count(route)));
        self.numbers(routes.values().flatten().copied());
    }

    fn pills(&mut self, pills: &BTreeMap<String, [i32; 2]>) {
        self.texts(pills.keys().map(String::as_str));
        self.numbers(pills.values().flatten().copied());
    }

    /// Per place: which of before and after there is, then both.
    fn places(&mut self, changes: &[Value]) {
        self.texts(changes.iter().map(|change| change["id"].as_str().unwrap_or_default()));
        let has = |change: &Value, side: &str| i32::from(change[side].is_array());
        self.numbers(changes.iter().map(|c| has(c, "before") + 2 * has(c, "after")));
        self.numbers(changes.iter().flat_map(|change| {
            ["before", "after"].into_iter().flat_map(move |side| {
                (0..4).map(move |k| change[side][k].as_i64().unwrap_or_default() as i32)
            })
        }));
    }

    /// Most facts are one of few: each is said once, and then by its number. First the texts, and of them what is said
    /// of links.
    fn facts(&mut self, judgement: &JudgementDto) {
        let JudgementDto { summaries, facts, links, .. } = judgement;
        let mut said = Said::default();
        let lines = summaries.values().map(|line| said.number(line.as_str())).collect::<Vec<_>>();
        let headers = facts.values().map(|fact| said.number(fact.as_str())).collect::<Vec<_>>();
        let mut of_links = Said::default();
        let states = links.values().map(|link| of_links.number(texts_of(link, &mut said)));
        let states: Vec<i32> = states.collect();
        self.texts(said.all);
        self.numbers(of_links.all.into_iter().flatten());
        self.texts(summaries.keys().map(String::as_str));
        self.numbers(lines);
        self.texts(facts.keys().map(String::as_str));
        self.numbers(headers);
        self.texts(links.keys().map(String::as_str));
        self.numbers(states);
    }
}

/// What is said of a link, by the numbers of the texts.
fn texts_of<'a>(link: &'a LinkFactDto, said: &mut Said<&'a str>) -> [i32; 5] {
    let LinkFactDto { kind, label, state, blocked_at, because } = link;
    [Some(kind), Some(label), Some(state), blocked_at.as_ref(), because.as_ref()]
        .map(|text| text.map_or(NONE, |text| said.number(text)))
}

/// What was said, in the order in which it came up.
#[derive(Default)]
struct Said<T> {
    all: Vec<T>,
    numbers: HashMap<T, i32>,
}

impl<T: Copy + Eq + Hash> Said<T> {
    fn number(&mut self, one: T) -> i32 {
        *self.numbers.entry(one).or_insert_with(|| {
            self.all.push(one);
            count(&self.all) - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::{HistoryDto, LinkFactDto, TargetDto};
    use std::fmt::Write;

    /// Numbers that look random and are the same in every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % sides
        }

        fn number(&mut self) -> i32 {
            [0, -1, i32::MIN, i32::MAX, self.roll(4000) as i32 - 2000][self.roll(5) as usize]
        }

        fn text(&mut self) -> String {
            let texts =
                ["", "5432", "größer", "日本", "a\nb", "[\"x\"]", "𝒳", "constructor", "__proto__"];
            format!("{}{}", texts[self.roll(9) as usize], self.roll(50))
        }

        fn ids<V>(
            &mut self,
            count: usize,
            mut value: impl FnMut(&mut Self) -> V,
        ) -> BTreeMap<String, V> {
            (0..count).map(|k| (format!("{}-{k}", self.text()), value(self))).collect()
        }

        fn rect(&mut self) -> Value {
            if self.roll(6) == 0 { Value::Null } else { json!([(); 4].map(|()| self.number())) }
        }

        fn routed(&mut self, count: usize) -> AppEvent {
            let routes = self.ids(count, |dice| {
                let points = dice.roll(7);
                (0..2 * points).map(|_| dice.number()).collect()
            });
            AppEvent::Routed {
                session: 1,
                revision: u32::MAX,
                partial: count.is_multiple_of(2),
                routes,
                pills: self.ids(count / 3, |dice| [dice.number(), dice.number()]),
            }
        }

        fn patched(&mut self, count: usize) -> AppEvent {
            let mut changes: Vec<Value> = (0..count)
                .map(|k| {
                    let (before, after) = (self.rect(), self.rect());
                    json!({"of": "resource-layout", "id": format!("{}-{k}", self.text()), "before": before, "after": after})
                })
                .collect();
            changes
                .push(json!({"of": "link-layout", "id": "l", "before": null, "after": [[1, 2]]}));
            AppEvent::DocumentPatched {
                session: 7,
                revision: 2,
                patch: json!({ "changes": changes }),
                history: HistoryDto { undo: Some(self.text()), redo: None, dirty: true },
            }
        }

        fn judged(&mut self, count: usize) -> AppEvent {
            AppEvent::Judged(JudgementDto {
                session: 3,
                revision: 4,
                environment: self.text(),
                diagnostics: Vec::new(),
                waived: Vec::new(),
                summaries: self.ids(count, Self::text),
                facts: self.ids(count / 2, Self::text),
                links: self.ids(count, |dice| LinkFactDto {
                    kind: "flow".to_owned(),
                    label: dice.text(),
                    state: ["proven", "broken"][dice.roll(2) as usize].to_owned(),
                    blocked_at: (dice.roll(3) == 0).then(|| dice.text()),
                    because: (dice.roll(3) == 0).then(|| dice.text()),
                }),
                intents: Vec::new(),
                partial: true,
                milliseconds: 5,
            })
        }
    }

    fn live(dice: &mut Dice, count: usize) -> AppEvent {
        AppEvent::LabLive(LabLiveDto {
            session: 5,
            environment: dice.text(),
            links: dice.ids(count, |dice| [dice.roll(6) as i32, dice.number(), dice.number()]),
            targets: vec![TargetDto {
                node: dice.text(),
                target: dice.text(),
                port: 8080,
                healthy: false,
                seconds: 3,
            }],
        })
    }

    fn samples() -> Vec<AppEvent> {
        let mut dice = Dice(20_261_127);
        let shown = b"\x1b[32mok\x1b[0m \xff\0\n".to_vec();
        let mut events = vec![
            AppEvent::CloseRequested,
            AppEvent::TerminalOutput { terminal: 70_000, bytes: shown },
        ];
        for count in [0, 3, MANY, MANY + 1, 45] {
            events.extend([dice.routed(count), dice.patched(count), dice.judged(count)]);
        }
        events.extend([MANY - 1, MANY, 45].map(|count| live(&mut dice, count)));
        events
    }

    /// Written by `codegen`; the interface's test reads the frames and compares what they say.
    #[test]
    fn export_bindings_of_frames() {
        let list: Vec<Value> = samples()
            .iter()
            .map(|event| {
                let hex = frame(event).iter().fold(String::new(), |mut hex, byte| {
                    write!(hex, "{byte:02x}").expect("writing to a string");
                    hex
                });
                json!({ "frame": hex, "event": event })
            })
            .collect();
        let folder =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui/src/ipc/generated/frames.json");
        let text = list.iter().map(Value::to_string).collect::<Vec<_>>().join(",\n");
        std::fs::write(folder, format!("[\n{text}\n]\n")).expect("the checkout can be written");
    }

    #[test]
    fn many_things_go_as_columns_and_few_as_json() {
        let kinds: Vec<u8> = samples().iter().map(|event| frame(event)[0]).collect();
        let (json, scene) = ([JSON; 5], [SCENE; 9]);
        assert_eq!(kinds[..2], [JSON, TERMINAL]);
        assert_eq!(kinds[2..7], json);
        // Of three, a judgement says six and more things, but not many.
        assert_eq!(kinds[7], JSON);
        assert_eq!(kinds[8..17], scene);
        assert_eq!(kinds[17..], [JSON, SCENE, SCENE]);
    }

    #[test]
    fn every_part_of_a_scene_patch_stands_at_a_multiple_of_four() {
        for event in samples() {
            let bytes = frame(&event);
            if bytes[0] != SCENE {
                continue;
            }
            let mut at = 4;
            while at < bytes.len() {
                let length = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
                at = (at + 4 + length).next_multiple_of(4);
            }
            assert_eq!(at, bytes.len());
        }
    }
}
