//! Sketches: a terse notation for designs in tests. A mistake in a sketch panics with its line.
//!
//! ```text
//! internet internet                          # KIND ID, at the top
//! region frankfurt zones a,b                 # indentation is containment
//!   network shop 10.20.0.0/16                # a CIDR sets `cidr`
//!     subnet web public                      # public | private | isolated: `exposure`
//!       load-balancer entry public           #   (on a load-balancer: `scheme`)
//!     subnet app private "App tier"          # a quoted text is the title
//!       server app x2 http:tcp/8080 udp/53   # x2: `count`; tcp/8080: a service (named tcp-8080)
//!       server old existing zone b           # existing | external: `lifecycle`
//!       server big cpu=8 memory="4 GiB" on.aws.instance_type=m7i.large tags.owner=me
//!   bucket images @10,20,160,56              # @x,y,w,h: where it is drawn
//! app -> orders tcp/5432 http "writes"       # a link: ports or services, a note; id `app-orders`
//! app -> images read,write                   # grants
//! scratch -> app kind=attachment id=disk     # other keys; `id` sets the link's id
//! ! unreachable internet -> data             # an intent: reachable | unreachable | only
//! ! only app -> orders tcp/5432 id=only-app  # its id is `EXPECT-FROM-TO` where not given
//! env production aws regions.frankfurt=eu-central-1 override.app.count=6
//! policy profile=baseline parameters.required-tags=["owner"]
//! waive bucket-without-versioning scratch "rebuilt every night"
//! name Web shop
//! ```
//!
//! A value after `=` is TOML where it reads as TOML (`8`, `true`, `["a"]`, `{ a = 1 }`, `"x y"`),
//! else text. Spaces inside quotes, brackets and braces do not end a word. `#` after a space
//! starts a comment.

use gp_model::{Access, Design, PortSpec};
use serde::Deserialize as _;
use toml::{Table, Value};

/// The design that a sketch means.
///
/// # Panics
/// Where the sketch has a mistake, or is not a readable design.
pub fn sketch(text: &str) -> Design {
    let opened = gp_model::file::parse(sketch_text(text).as_bytes());
    assert!(opened.diagnostics.is_empty(), "the sketch is no design: {:#?}", opened.diagnostics);
    opened.design
}

/// The text of the design file that a sketch means.
///
/// # Panics
/// Where the sketch has a mistake.
pub fn sketch_text(text: &str) -> String {
    let mut tree = Table::new();
    tree.insert("format".into(), Value::Integer(1));
    let mut open: Vec<(usize, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = without_comment(line);
        if line.trim().is_empty() {
            continue;
        }
        let at = Line { number: number + 1, text: line.trim() };
        let indent = line.len() - line.trim_start().len();
        while open.last().is_some_and(|(outer, _)| *outer >= indent) {
            open.pop();
        }
        let words = at.words();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["name", ..] => {
                put(&mut tree, "design.name", Value::from(at.text["name".len()..].trim()));
            }
            ["!", expect, from, "->", to, ref rest @ ..] => {
                at.intent(&mut tree, expect, from, to, rest);
            }
            [from, "->", to, ref rest @ ..] => at.link(&mut tree, from, to, rest),
            ["env" | "environment", id, ref rest @ ..] => at.environment(&mut tree, id, rest),
            ["policy", ref rest @ ..] => at.keys(table(&mut tree, &["policy"]), rest),
            ["waive", rule, ref rest @ ..] => at.waiver(&mut tree, rule, rest),
            [kind, id, ref rest @ ..] => {
                let parent = open.last().map(|(_, id)| id.clone());
                at.resource(&mut tree, kind, id, parent, rest);
                open.push((indent, id.to_owned()));
            }
            _ => at.wrong(
                "expected KIND ID, FROM -> TO, ! EXPECT FROM -> TO, env, policy, waive or name",
            ),
        }
    }
    toml::to_string(&tree).expect("a tree of TOML values can be written")
}

fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '#' if !quoted && before == ' ' => return &line[..at],
            _ => {}
        }
        before = letter;
    }
    line
}

/// The table at a path, made where it is missing.
fn table<'a>(tree: &'a mut Table, path: &[&str]) -> &'a mut Table {
    path.iter().fold(tree, |at, key| {
        at.entry(*key)
            .or_insert_with(|| Value::Table(Table::new()))
            .as_table_mut()
            .unwrap_or_else(|| panic!("{} is no table", path.join(".")))
    })
}

fn put(tree: &mut Table, dotted: &str, value: Value) {
    let mut path: Vec<&str> = dotted.split('.').collect();
    let last = path.pop().expect("split gives at least one part");
    table(tree, &path).insert(last.to_owned(), value);
}

fn push(tree: &mut Table, key: &str, value: Value) {
    let list = tree.entry(key).or_insert_with(|| Value::Array(Vec::new()));
    list.as_array_mut().unwrap_or_else(|| panic!("{key} is no list")).push(value);
}

fn value_of(text: &str) -> Value {
    format!("v = {text}")
        .parse::<Table>()
        .ok()
        .and_then(|mut table| table.remove("v"))
        .unwrap_or_else(|| Value::from(text))
}

fn texts(list: &str) -> Value {
    Value::Array(list.split(',').map(Value::from).collect())
}

struct Line<'a> {
    number: usize,
    text: &'a str,
}

impl Line<'_> {
    fn wrong(&self, what: &str) -> ! {
        panic!("sketch line {}: {what}: {}", self.number, self.text)
    }

    /// Words; quotes, brackets and braces hold together.
    fn words(&self) -> Vec<String> {
        let (mut words, mut word, mut quoted, mut depth) =
            (Vec::new(), String::new(), false, 0_i32);
        for letter in self.text.chars() {
            match letter {
                '"' => quoted = !quoted,
                '[' | '{' if !quoted => depth += 1,
                ']' | '}' if !quoted => depth -= 1,
                _ => {}
            }
            if letter.is_whitespace() && !quoted && depth == 0 {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            } else {
                word.push(letter);
            }
        }
        if quoted || depth != 0 {
            self.wrong("a quote or bracket stays open");
        }
        words.extend((!word.is_empty()).then_some(word));
        words
    }

    fn resource(
        &self,
        tree: &mut Table,
        kind: &str,
        id: &str,
        parent: Option<String>,
        rest: &[&str],
    ) {
        if table(tree, &["resource"]).contains_key(id) {
            self.wrong("this id is taken");
        }
        let it = table(tree, &["resource", id]);
        it.insert("kind".into(), kind.into());
        if let Some(parent) = parent {
            it.insert("parent".into(), parent.into());
        }
        let mut place = None;
        let mut words = rest.iter();
        while let Some(&word) = words.next() {
            let mut next = || *words.next().unwrap_or_else(|| self.wrong("a word is missing"));
            match word {
                "zones" => drop(it.insert("zones".into(), texts(next()))),
                "zone" => drop(it.insert("zone".into(), next().into())),
                "public" | "internal" if kind == "load-balancer" => {
                    drop(it.insert("scheme".into(), word.into()));
                }
                "public" | "private" | "isolated" => {
                    drop(it.insert("exposure".into(), word.into()));
                }
                "managed" | "existing" | "external" => {
                    drop(it.insert("lifecycle".into(), word.into()));
                }
                _ if word.starts_with('"') => drop(it.insert("title".into(), value_of(word))),
                _ if word.starts_with('@') => place = Some(value_of(&format!("[{}]", &word[1..]))),
                _ if word.contains('=') => self.keys(it, &[word]),
                _ => self.short(it, word),
            }
        }
        if let Some(place) = place {
            table(tree, &["layout", "resources"]).insert(id.to_owned(), place);
        }
    }

    /// `x2`, `10.0.0.0/16`, `tcp/8080`, `http:tcp/8080`.
    fn short(&self, it: &mut Table, word: &str) {
        let (name, ports) = match word.split_once(':') {
            Some((name, ports)) => (name.to_owned(), ports),
            None => (word.replace('/', "-"), word),
        };
        if let Some(count) = word.strip_prefix('x').and_then(|n| n.parse::<i64>().ok()) {
            it.insert("count".into(), count.into());
        } else if let Ok(spec) = ports.parse::<PortSpec>() {
            let mut service = Table::new();
            service.insert("name".into(), name.into());
            service.insert("protocol".into(), spec.protocol.to_string().into());
            if spec.low > 0 {
                service.insert("port".into(), i64::from(spec.low).into());
            }
            push(it, "services", Value::Table(service));
        } else if word.contains('/') && word.starts_with(|c: char| c.is_ascii_hexdigit()) {
            it.insert("cidr".into(), word.into());
        } else {
            self.wrong(&format!("“{word}” means nothing here"));
        }
    }

    fn keys(&self, it: &mut Table, words: &[&str]) {
        for word in words {
            match word.split_once('=') {
                Some((key, value)) if !key.is_empty() => put(it, key, value_of(value)),
                _ => self.wrong(&format!("“{word}” is not KEY=VALUE")),
            }
        }
    }

    fn link(&self, tree: &mut Table, from: &str, to: &str, rest: &[&str]) {
        let mut it = Table::new();
        it.insert("from".into(), from.into());
        it.insert("to".into(), to.into());
        for word in rest {
            match word.split(',').collect::<Vec<_>>() {
                _ if word.starts_with('"') => drop(it.insert("note".into(), value_of(word))),
                _ if word.contains('=') => self.keys(&mut it, &[word]),
                grants if grants.iter().all(|word| access(word)) => {
                    for grant in grants {
                        push(&mut it, "access", Value::from(grant));
                    }
                }
                ports => ports.iter().for_each(|port| push(&mut it, "allow", Value::from(*port))),
            }
        }
        self.named(tree, "link", &format!("{from}-{to}"), it);
    }

    fn intent(&self, tree: &mut Table, expect: &str, from: &str, to: &str, rest: &[&str]) {
        let mut it = Table::new();
        it.insert("expect".into(), expect.into());
        it.insert("from".into(), from.into());
        it.insert("to".into(), to.into());
        for word in rest {
            if word.contains('=') {
                self.keys(&mut it, &[word]);
            } else {
                word.split(',').for_each(|port| push(&mut it, "allow", Value::from(port)));
            }
        }
        self.named(tree, "intent", &format!("{expect}-{from}-{to}"), it);
    }

    /// Puts a link or intent in place under its `id`, or a free one near `suggestion`.
    fn named(&self, tree: &mut Table, section: &str, suggestion: &str, mut it: Table) {
        let given = it.remove("id").map(|id| id.as_str().unwrap_or_default().to_owned());
        let all = table(tree, &[section]);
        let id = match given {
            Some(id) if all.contains_key(&id) => self.wrong("this id is taken"),
            Some(id) => id,
            None => (1..=u32::MAX)
                .map(|n| if n == 1 { suggestion.to_owned() } else { format!("{suggestion}-{n}") })
                .find(|id| !all.contains_key(id))
                .expect("numbers do not end"),
        };
        all.insert(id, Value::Table(it));
    }

    fn environment(&self, tree: &mut Table, id: &str, rest: &[&str]) {
        let it = table(tree, &["environment", id]);
        let [provider, keys @ ..] = rest else { self.wrong("expected env ID PROVIDER") };
        it.insert("provider".into(), (*provider).into());
        self.keys(it, keys);
    }

    fn waiver(&self, tree: &mut Table, rule: &str, rest: &[&str]) {
        let mut it = Table::new();
        it.insert("rule".into(), rule.into());
        for word in rest {
            if word.starts_with('"') {
                it.insert("reason".into(), value_of(word));
            } else if word.contains('=') {
                self.keys(&mut it, &[word]);
            } else {
                it.insert("resource".into(), (*word).into());
            }
        }
        push(table(tree, &["policy"]), "waiver", Value::Table(it));
    }
}

fn access(word: &str) -> bool {
    let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer(word);
    Access::deserialize(word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gp_model::{Expectation, Lifecycle, LinkKind, Provider, Rect};

    #[test]
    fn a_sketch_says_everything_a_design_can() {
        let design = sketch(
            r#"
            name Web shop
            internet internet
            region frankfurt zones a,b
              network shop 10.20.0.0/16        # the only one
                subnet web public
                  load-balancer entry public
                subnet app-tier private "App tier"
                  server app x2 http:tcp/8080 udp/53 cpu=8 memory="4 GiB" on.aws.instance_type=m7i.large tags.owner=me
                  server old existing zone b
                subnet data isolated
                  database orders @1,2,3,4
              bucket images
              volume scratch
            app -> orders tcp/5432 "writes # orders"
            app -> orders icmp
            app -> images read,write
            scratch -> app kind=attachment id=disk
            ! unreachable internet -> data
            ! only app -> orders tcp/5432 id=only-app
            env production aws regions.frankfurt=eu-central-1 override.app.count=6
            policy profile=baseline parameters.required-tags=["owner"]
            waive bucket-without-versioning scratch "rebuilt every night"
            "#,
        );
        assert_eq!(design.title(), "Web shop");
        assert_eq!(design.resources.len(), 12);
        let app = &design.resources["app"];
        assert_eq!(app.parent.as_deref(), Some("app-tier"));
        assert_eq!(app.attributes["count"].as_integer(), Some(2));
        assert_eq!(app.attributes["memory"].as_str(), Some("4 GiB"));
        assert_eq!(app.attributes["services"].as_list().map(<[_]>::len), Some(2));
        assert_eq!(app.on["aws"]["instance_type"].as_str(), Some("m7i.large"));
        assert_eq!(app.tags["owner"].as_str(), Some("me"));
        assert_eq!(design.resources["old"].lifecycle(), Lifecycle::Existing);
        assert_eq!(design.resources["images"].parent.as_deref(), Some("frankfurt"));
        assert_eq!(design.resources["entry"].attributes["scheme"].as_str(), Some("public"));
        assert_eq!(design.resources["app-tier"].title.as_deref(), Some("App tier"));
        assert_eq!(design.layout.resources["orders"], Rect::from([1, 2, 3, 4]));
        assert_eq!(design.links["app-orders"].note.as_deref(), Some("writes # orders"));
        assert_eq!(design.links["app-orders-2"].allow, ["icmp"]);
        assert_eq!(design.links["app-images"].access, [Access::Read, Access::Write]);
        assert_eq!(design.links["disk"].kind, Some(LinkKind::Attachment));
        assert_eq!(design.intents["unreachable-internet-data"].expect, Expectation::Unreachable);
        assert_eq!(design.intents["only-app"].allow, ["tcp/5432"]);
        let production = &design.environments["production"];
        assert_eq!(production.provider, Provider::Aws);
        assert_eq!(production.regions["frankfurt"], "eu-central-1");
        assert_eq!(production.overrides["app"]["count"].as_integer(), Some(6));
        assert_eq!(design.policy.waivers[0].reason.as_deref(), Some("rebuilt every night"));
    }

    #[test]
    #[should_panic(expected = "sketch line 2: “thrice” means nothing here")]
    fn a_mistake_names_its_line() {
        sketch("region r\n  server s thrice");
    }
}
