//! Large designs for benchmarks and stress tests: valid, without findings that are errors, laid
//! out in a grid. The same arguments give the same text.

#![expect(clippy::cast_possible_wrap, reason = "a drawing has fewer units than fit an i32")]

use std::fmt::Write as _;

/// Resources of one full network: itself, three subnets, NAT, load balancer, 30 servers, 4 databases.
const PER_NETWORK: usize = 40;
/// Networks of one region.
const PER_REGION: usize = 50;

const CARD: [i32; 2] = [160, 56];
const GAP: i32 = 24;
const HEADER: i32 = 40;
const COLUMNS: i32 = 10;
const SUBNET_WIDTH: i32 = COLUMNS * (CARD[0] + GAP) + GAP;
const ROW: i32 = CARD[1] + GAP;
/// Rows of cards in the public, private and isolated subnet.
const ROWS: [i32; 3] = [1, 3, 1];
const NETWORK: [i32; 2] = [
    SUBNET_WIDTH + 2 * GAP,
    HEADER + GAP + 3 * (HEADER + GAP) + (ROWS[0] + ROWS[1] + ROWS[2]) * ROW,
];
const REGION: [i32; 2] =
    [5 * (NETWORK[0] + GAP) + GAP, HEADER + PER_REGION as i32 / 5 * (NETWORK[1] + GAP) + GAP];

/// The text of a design with this many resources (at least 200) and about this many links: fewer
/// where the servers leave no more pairs. Ten thousand and twelve thousand is the usual size.
pub fn generate(resources: usize, links: usize, seed: u64) -> String {
    let mut it = Generator { random: seed, ..Generator::default() };
    it.line("format = 1\n\n[design]\nname = \"Generated\"\n");
    it.resource("internet", "internet", None, "", [-400, 0, 120, 56]);
    let networks = resources.saturating_sub(1).div_ceil(PER_NETWORK).max(1);
    it.across = networks.div_ceil(PER_REGION).isqrt().max(1);
    for number in 0..networks {
        if number % PER_REGION == 0 {
            it.region(number / PER_REGION);
        }
        it.network(number, resources, links);
        if it.count >= resources {
            break;
        }
    }
    it.finish()
}

#[derive(Default)]
struct Generator {
    text: String,
    links: String,
    layout: String,
    count: usize,
    linked: usize,
    /// Regions beside one another.
    across: usize,
    random: u64,
}

impl Generator {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// The next number below `limit` (`SplitMix64`).
    fn below(&mut self, limit: usize) -> usize {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit.max(1) as u64) as usize
    }

    fn resource(
        &mut self,
        kind: &str,
        id: &str,
        parent: Option<&str>,
        keys: &str,
        [x, y, w, h]: [i32; 4],
    ) {
        self.count += 1;
        let _ = writeln!(self.text, "[resource.{id}]\nkind = \"{kind}\"");
        if let Some(parent) = parent {
            let _ = writeln!(self.text, "parent = \"{parent}\"");
        }
        let _ = writeln!(self.text, "{keys}");
        let _ = writeln!(self.layout, "{id} = [{x}, {y}, {w}, {h}]");
    }

    fn link(&mut self, id: &str, from: &str, to: &str, keys: &str) {
        self.linked += 1;
        let _ = writeln!(self.links, "[link.{id}]\nfrom = \"{from}\"\nto = \"{to}\"\n{keys}\n");
    }

    fn region(&mut self, number: usize) {
        let id = format!("region-{number}");
        let keys = format!(
            "title = \"Region {number}\"\nlocation = \"frankfurt\"\nzones = [\"a\", \"b\"]\ntags = {{ owner = \"team-{number}\" }}\n"
        );
        let [x, y] = self.region_at(number);
        self.resource("region", &id, None, &keys, [x, y, REGION[0], REGION[1]]);
    }

    fn region_at(&self, number: usize) -> [i32; 2] {
        let [column, row] = [number % self.across, number / self.across].map(|n| n as i32);
        [column * (REGION[0] + 3 * GAP), row * (REGION[1] + 3 * GAP)]
    }

    fn network(&mut self, number: usize, most: usize, links: usize) {
        let (region, inside) = (number / PER_REGION, (number % PER_REGION) as i32);
        let [left, top] = self.region_at(region);
        let x = left + GAP + inside % 5 * (NETWORK[0] + GAP);
        let y = top + HEADER + inside / 5 * (NETWORK[1] + GAP);
        let (high, low) = (number / 16, number % 16 * 16);
        let name = format!("net-{number}");
        let keys = format!("cidr = \"10.{high}.{low}.0/20\"\nflow-logs = true\n");
        self.resource(
            "network",
            &name,
            Some(&format!("region-{region}")),
            &keys,
            [x, y, NETWORK[0], NETWORK[1]],
        );
        let mut top = y + HEADER;
        let mut cards = [[0; 2]; 3];
        for (tier, (word, exposure)) in
            [("web", "public"), ("app", "private"), ("data", "isolated")].into_iter().enumerate()
        {
            let height = HEADER + ROWS[tier] * ROW;
            let keys = format!(
                "cidr = \"10.{high}.{}.0/23\"\nexposure = \"{exposure}\"\n",
                low + 2 * tier
            );
            self.resource(
                "subnet",
                &format!("{word}-{number}"),
                Some(&name),
                &keys,
                [x + GAP, top, SUBNET_WIDTH, height],
            );
            cards[tier] = [x + 2 * GAP, top + HEADER];
            top += height + GAP;
        }
        self.tiers(number, most, links, cards);
    }

    fn tiers(&mut self, number: usize, most: usize, links: usize, cards: [[i32; 2]; 3]) {
        let [web, app, data] = ["web", "app", "data"].map(|tier| format!("{tier}-{number}"));
        let (entry, nat) = (format!("entry-{number}"), format!("nat-{number}"));
        self.resource(
            "load-balancer",
            &entry,
            Some(&web),
            "scheme = \"public\"\nmode = \"proxy\"\nlisteners = [{ protocol = \"https\", port = 443, certificate = \"shop.example.com\" }]\nhealth-check = { protocol = \"http\", path = \"/\", port = 8080 }\n",
            card(cards[0], 0),
        );
        self.resource("nat-gateway", &nat, Some(&web), "spread = \"zonal\"\n", card(cards[0], 1));
        let databases: Vec<String> = (0..4).map(|n| format!("db-{number}-{n}")).collect();
        for (n, id) in databases.iter().enumerate() {
            self.resource(
                "database",
                id,
                Some(&data),
                "engine = \"postgresql\"\nversion = \"17\"\ncpu = 2\nmemory = \"8 GiB\"\nstorage = \"100 GiB\"\nstandby = true\nencrypted = true\nbackup = \"14 days\"\n",
                card(cards[2], n as i32),
            );
        }
        let mut servers = Vec::new();
        while servers.len() < 30 && (self.count < most || servers.is_empty()) {
            let n = servers.len();
            let id = format!("srv-{number}-{n}");
            let keys = format!(
                "cpu = {}\nmemory = \"4 GiB\"\nimage = \"debian-12\"\nservices = [{{ name = \"http\", protocol = \"tcp\", port = 8080 }}]\n",
                [2, 4, 8][self.below(3)]
            );
            self.resource("server", &id, Some(&app), &keys, card(cards[1], n as i32));
            servers.push(id);
        }
        let share = (links * self.count.min(most) / most).saturating_sub(self.linked);
        self.connect(number, share, &entry, &servers, &databases);
    }

    /// Visitors, targets, then every server to a database, then servers among each other.
    fn connect(
        &mut self,
        number: usize,
        links: usize,
        entry: &str,
        servers: &[String],
        databases: &[String],
    ) {
        let mut left = links;
        let mut take = || {
            let more = left > 0;
            left = left.saturating_sub(1);
            more
        };
        if take() {
            self.link(&format!("visitors-{number}"), "internet", entry, "allow = [\"tcp/443\"]");
        }
        // With its visitors ten links: the usual hub.
        for server in servers.iter().take(9) {
            if take() {
                self.link(&format!("target-{server}"), entry, server, "allow = [\"http\"]");
            }
        }
        for server in servers {
            if take() {
                let database = &databases[self.below(databases.len())];
                self.link(&format!("uses-{server}"), server, database, "allow = [\"tcp/5432\"]");
            }
        }
        // The distance between the two grows after every round, so that no pair comes twice.
        let pairs = servers.len() * servers.len().saturating_sub(1);
        let start = self.below(servers.len());
        for pair in 0..pairs {
            if !take() {
                break;
            }
            let from = (start + pair) % servers.len();
            let to = (from + 1 + pair / servers.len()) % servers.len();
            let (from, to) = (&servers[from], &servers[to]);
            self.link(&format!("calls-{from}-{to}"), from, to, "allow = [\"http\"]");
        }
    }

    fn finish(mut self) -> String {
        self.text.push_str(&self.links);
        self.text.push_str(
            "[environment.test]\nprovider = \"lab\"\n\n[environment.production]\nprovider = \"aws\"\nprotect = true\n\n[layout.resources]\n",
        );
        self.text.push_str(&self.layout);
        self.text
    }
}

fn card([x, y]: [i32; 2], number: i32) -> [i32; 4] {
    [x + number % COLUMNS * (CARD[0] + GAP), y + number / COLUMNS * ROW, CARD[0], CARD[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_design_is_valid_and_has_the_size_asked_for() {
        for (resources, links) in [(200, 240), (1_000, 1_200), (10_000, 12_000)] {
            let opened = gp_model::file::parse(generate(resources, links, 7).as_bytes());
            assert_eq!(opened.diagnostics, []);
            let design = opened.design;
            assert!(design.resources.len().abs_diff(resources) < 40, "{}", design.resources.len());
            assert!(design.links.len().abs_diff(links) <= links / 10, "{}", design.links.len());
            assert_eq!(design.layout.resources.len(), design.resources.len());
            for (id, resource) in &design.resources {
                let Some(parent) = &resource.parent else { continue };
                let (outer, inner) = (design.layout.resources[parent], design.layout.resources[id]);
                assert!(outer.contains(inner), "{id} {inner:?} sticks out of {parent} {outer:?}");
            }
            assert!(design.links.values().all(|link| {
                design.resources.contains_key(&link.from) && design.resources.contains_key(&link.to)
            }));
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_text() {
        assert_eq!(generate(200, 240, 1), generate(200, 240, 1));
        assert_ne!(generate(200, 240, 1), generate(200, 240, 2));
    }
}
