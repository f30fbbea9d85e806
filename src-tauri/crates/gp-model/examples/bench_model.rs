//! Measures the document on a large design and prints one JSON object: milliseconds for opening and
//! saving, microseconds for edits. `cargo run --release -p gp-model --example bench_model [FILE]`
//! (`--json` is allowed and changes nothing);
//! without a file it makes a design of 10,000 resources and 12,000 links.

use gp_model::{
    Edit, History, Id, Place, Value,
    edit::apply,
    file::{SourceMap, parse},
    fragment,
};
use std::{fmt::Write as _, time::Instant};

fn main() {
    let text = match std::env::args().skip(1).find(|word| !word.starts_with("--")) {
        Some(path) => std::fs::read(path).expect("the file can be read"),
        None => plain_text().into_bytes(),
    };
    let mut figures = serde_json::Map::new();
    let mut note =
        |name: &str, value: f64| drop(figures.insert(name.to_owned(), (value.round()).into()));
    note("bytes", text.len() as f64);
    let (opened, ms) = timed(5, || parse(&text));
    note("parse_ms", ms);
    note("resources", opened.design.resources.len() as f64);
    note("links", opened.design.links.len() as f64);
    let servers: Vec<Id> = opened
        .design
        .resources
        .iter()
        .filter(|(_, it)| it.kind == "server")
        .map(|(id, _)| id.clone())
        .collect();
    let first = servers[0].clone();

    let set = |n: usize| Edit::SetAttribute {
        resource: servers[n % servers.len()].clone(),
        path: vec!["cpu".to_owned()],
        value: Value::Integer(i64::try_from(n).expect("few servers")),
    };
    let (mut design, mut history) = (opened.design.clone(), History::default());
    let started = Instant::now();
    for n in 0..10_000 {
        history.apply(&mut design, &set(n), false).expect("servers exist");
    }
    note("set_attribute_ns", started.elapsed().as_nanos() as f64 / 10_000.0);
    let started = Instant::now();
    for _ in 0..10_000 {
        history.undo(&mut design);
    }
    note("undo_ns", started.elapsed().as_nanos() as f64 / 10_000.0);
    assert_eq!(design, opened.design, "undo brings back what was opened");

    let rename = Edit::RenameResource { from: first.clone(), to: "renamed".into() };
    note("rename_us", 1000.0 * timed(20, || apply(&opened.design, &rename)).1);
    let remove = Edit::RemoveResources { ids: vec![first.clone()] };
    note("remove_us", 1000.0 * timed(20, || apply(&opened.design, &remove)).1);
    let all = Edit::Batch { name: String::new(), edits: (0..servers.len()).map(set).collect() };
    note("batch_of_all_servers_ms", timed(5, || apply(&opened.design, &all)).1);

    note("save_unchanged_ms", timed(5, || opened.file.save(&opened.design)).1);
    apply(&design, &set(1)).expect("servers exist").apply(&mut design);
    note("save_one_attribute_ms", timed(5, || opened.file.save(&design)).1);
    apply(&design, &all).expect("servers exist").apply(&mut design);
    note("save_all_servers_ms", timed(3, || opened.file.save(&design)).1);
    let mut less = opened.design.clone();
    apply(&less, &Edit::RemoveResources { ids: servers.clone() })
        .expect("they exist")
        .apply(&mut less);
    let (saved, ms) = timed(1, || opened.file.save(&less).expect("it is not read-only"));
    note("save_without_servers_ms", ms);
    let (back, ms) = timed(1, || saved.file.save(&opened.design).expect("it is not read-only"));
    note("save_undone_removal_ms", ms);
    assert_eq!(back.bytes, text, "undoing the removal brings back every byte");

    note(
        "source_map_ms",
        timed(3, || SourceMap::new(opened.file.text()).locate(&Place::resource(&first))).1,
    );
    note("copy_all_servers_ms", timed(3, || fragment::copy(&opened.design, &servers)).1);
    println!("{}", serde_json::Value::Object(figures));
}

/// The best of several runs, in milliseconds: the machine is shared.
fn timed<T>(runs: usize, run: impl Fn() -> T) -> (T, f64) {
    let mut best = f64::MAX;
    let mut last = None;
    for _ in 0..runs {
        let started = Instant::now();
        last = Some(run());
        best = best.min(started.elapsed().as_secs_f64() * 1000.0);
    }
    (last.expect("it ran at least once"), best)
}

/// A plain large design: gp-testkit's generated one, which checks and lays out well, comes as a FILE.
fn plain_text() -> String {
    let mut text = String::from("format = 1\n\n[resource.region]\nkind = \"region\"\n");
    for n in 0..9_999 {
        let _ = write!(
            text,
            "\n[resource.srv-{n}] # {n}\nkind = \"server\"\nparent = \"region\"\ntitle = \"Server {n}\"\ncpu = 2\nmemory = \"4 GiB\"\nimage = \"debian-12\"\nservices = [{{ name = \"http\", protocol = \"tcp\", port = 8080 }}]\ntags = {{ owner = \"team\" }}\n"
        );
    }
    for n in 0..12_000 {
        let (from, to) = (n * 7 % 9_999, n * 11 % 9_999);
        let _ = write!(
            text,
            "\n[link.l-{n}]\nfrom = \"srv-{from}\"\nto = \"srv-{to}\"\nallow = [\"http\"]\n"
        );
    }
    text.push_str("\n[layout.resources]\n");
    for n in 0..9_999 {
        let _ = writeln!(text, "srv-{n} = [{}, {}, 160, 56]", n % 100 * 200, n / 100 * 80);
    }
    text
}
