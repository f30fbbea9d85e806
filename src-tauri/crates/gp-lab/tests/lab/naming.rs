//! Names that really resolve: every answer here came as packets, over the rules and routes of the
//! drawing.

use super::{Bench, with_resolved};
use gp_catalog::Resolved;
use gp_lab::{
    Asked, Outcome,
    protocol::{Reply, Request},
};

const BOTH: &str = r#"
internet internet
site home address=192.0.2.200
  network lan 172.20.0.0/16
    subnet machines private 172.20.1.0/24
      server site-names address=172.20.1.53 dns:udp/53 dns-tcp:tcp/53
      server stock address=172.20.1.20
      server stranger
  dns-zone site-zone domain=site.example.com public=false records=[{name="store",type="CNAME",value="stock.site.example.com"},{name="all",type="TXT",value="TEXT"}]
region r location=frankfurt
  network cloud 10.80.0.0/16
    vpn-gateway tunnel
    subnet app private 10.80.0.0/22
      server web http:tcp/8080
      dns-resolver resolver
  dns-zone inner domain=cloud.example.com public=false
dns-zone outer domain=cloud.example.com records=[{name="www",value="192.0.2.80"}]
tunnel -> home
resolver -> site-names domains=["site.example.com"]
site-names -> resolver domains=["cloud.example.com"]
stock -> site-names
site-zone -> stock
inner -> web name=www
env test lab
"#;

fn design(name: &str, text: &str) -> Resolved {
    let mut design = gp_testkit::sketch::sketch(text);
    design.id = Some(name.to_owned());
    let resolved = gp_catalog::resolve(&design, gp_catalog::builtin(), None);
    assert_eq!(resolved.diagnostics, []);
    resolved
}

async fn asked(bench: &Bench, design: &Resolved, from: &str, name: &str, type_: &str) -> Asked {
    let lab = bench.driver.lab(&design.design.id, &design.environment.id);
    let (from, name, type_) = (from.to_owned(), name.to_owned(), type_.to_owned());
    match lab.call(Request::Ask { from, name, type_ }).await {
        Ok(Reply::Asked(asked)) => asked,
        other => panic!("unexpected {other:?}"),
    }
}

/// `answered A 10.80.0.9`
async fn answer(bench: &Bench, design: &Resolved, from: &str, name: &str) -> String {
    let asked = asked(bench, design, from, name, "A").await;
    let outcome = serde_json::to_value(asked.outcome).unwrap();
    let words: Vec<&str> =
        outcome.as_str().into_iter().chain(asked.records.iter().map(String::as_str)).collect();
    words.join(" ")
}

/// Waits for an answer: a path may take a moment to wake up after it was built or plugged in.
async fn check_soon(bench: &Bench, design: &Resolved, (from, name): (&str, &str), wanted: &str) {
    let start = std::time::Instant::now();
    loop {
        let answer = answer(bench, design, from, name).await;
        if answer == wanted || start.elapsed() > std::time::Duration::from_secs(3) {
            assert_eq!(answer, wanted, "{from} for {name}");
            return;
        }
    }
}

async fn switch(bench: &Bench, design: &Resolved, space: &str, on: bool) {
    let lab = bench.driver.lab(&design.design.id, &design.environment.id);
    let done = lab.call(Request::Switch { space: space.to_owned(), on }).await.unwrap();
    assert!(matches!(done, Reply::Done), "{done:?}");
}

#[test]
fn names_resolve_both_ways_over_the_tunnel_and_everybody_sees_another_answer() {
    let text = BOTH.replace("TEXT", &"long ".repeat(160));
    with_resolved("both-ways", design("both-ways", &text), async |resolved, bench| {
        let web = resolved.resource("web").unwrap().instances[0].ip.unwrap();
        let table = [
            ("web", "www.cloud.example.com", format!("answered A {web}")),
            ("stock", "www.cloud.example.com", format!("answered A {web}")),
            ("internet", "www.cloud.example.com", "answered A 192.0.2.80".to_owned()),
            ("web", "stock.site.example.com", "answered A 172.20.1.20".to_owned()),
            (
                "web",
                "store.site.example.com",
                "answered CNAME stock.site.example.com A 172.20.1.20".to_owned(),
            ),
            ("stock", "STOCK.site.example.com.", "answered A 172.20.1.20".to_owned()),
            ("web", "nobody.site.example.com", "no-such-name".to_owned()),
            ("web", "api.cloud.example.com", "no-such-name".to_owned()),
            ("internet", "stock.site.example.com", "no-such-name".to_owned()),
            ("stock", "www.example.org", "refused".to_owned()),
            ("stranger", "stock.site.example.com", "nobody".to_owned()),
        ];
        for (from, name, expected) in table {
            check_soon(bench, &resolved, (from, name), &expected).await;
        }
        // Too long for a datagram: it comes over TCP, all the way.
        let long = asked(bench, &resolved, "web", "all.site.example.com", "TXT").await;
        assert_eq!(long.records, [format!("TXT {}", "long ".repeat(160))]);
    });
}

#[test]
fn a_name_comes_by_the_drawn_way_and_no_other() {
    with_resolved("by-way", design("by-way", BOTH), async |resolved, bench| {
        let name = "stock.site.example.com";
        check_soon(bench, &resolved, ("web", name), "answered A 172.20.1.20").await;
        // Both addresses that questions are passed on from are unplugged.
        for space in ["resolver[2]", "resolver[3]"] {
            switch(bench, &resolved, space, false).await;
        }
        assert_eq!(answer(bench, &resolved, "web", name).await, "failed");
        switch(bench, &resolved, "resolver[3]", true).await;
        check_soon(bench, &resolved, ("web", name), "answered A 172.20.1.20").await;
        switch(bench, &resolved, "site-names", false).await;
        assert_eq!(answer(bench, &resolved, "web", name).await, "failed");
        let mine = asked(bench, &resolved, "web", "www.cloud.example.com", "A").await;
        assert_eq!(mine.outcome, Outcome::Answered, "its own network needs no other");
    });
}

#[test]
fn proof_and_packets_agree_on_resolvers() {
    with_resolved("resolvers", design("resolvers", BOTH), async |resolved, bench| {
        super::agreement::check_agreement(&resolved, bench).await;
    });
}

#[test]
fn name_servers_that_ask_each_other_in_a_circle_give_up() {
    let text = r#"
site home
  network lan 172.20.0.0/16
    subnet machines private 172.20.1.0/24
      server left dns:udp/53
      server right dns:udp/53
left -> right domains=["example.com"]
right -> left domains=["example.com"]
env test lab
"#;
    with_resolved("circle", design("circle", text), async |resolved, bench| {
        assert_eq!(answer(bench, &resolved, "left", "www.example.com").await, "failed");
    });
}

fn template(name: &str) -> Resolved {
    let path = format!("{}/../../../templates/{name}/design.gplan", env!("CARGO_MANIFEST_DIR"));
    let opened = gp_model::file::parse(std::fs::read_to_string(path).unwrap().as_bytes());
    let mut design = opened.design;
    design.id = Some(format!("names-of-{name}"));
    gp_catalog::resolve(&design, gp_catalog::builtin(), Some(&gp_model::Id::new("lab")))
}

/// `answered A 10.0.0.1 A 10.0.0.2`: every address of a thing, inside or outside.
fn addresses(resolved: &Resolved, id: &str, public: bool) -> String {
    let all = &resolved.resource(id).unwrap().instances;
    let one = |i: &gp_catalog::resolved::Instance| if public { i.public_ip } else { i.ip };
    let all: Vec<String> = all.iter().filter_map(one).map(|ip| format!("A {ip}")).collect();
    format!("answered {}", all.join(" "))
}

#[test]
fn at_the_data_centre_a_name_of_the_cloud_resolves_and_the_other_way_round() {
    let design = template("hybrid-data-centre");
    with_resolved("hybrid-names", design, async |resolved, bench| {
        let app = addresses(&resolved, "entry", false);
        check_soon(bench, &resolved, ("desk[0]", "app.cloud.example.com"), &app).await;
        let stock = addresses(&resolved, "stock", false);
        check_soon(bench, &resolved, ("app[0]", "stock.site.example.com"), &stock).await;
    });
}

#[test]
fn the_shop_in_two_regions_is_found_in_dublin_when_frankfurt_takes_no_connection() {
    let design = template("ha-two-region");
    with_resolved("two-region-names", design, async |resolved, bench| {
        let asked = ("internet", "www.shop.example.com");
        let frankfurt = addresses(&resolved, "frankfurt-entry", true);
        check_soon(bench, &resolved, asked, &frankfurt).await;
        for node in ["frankfurt-entry[0]", "frankfurt-entry[1]"] {
            switch(bench, &resolved, node, false).await;
        }
        let dublin = addresses(&resolved, "dublin-entry", true);
        check_soon(bench, &resolved, asked, &dublin).await;
    });
}

const TWO: &str = r"
internet internet
region r location=frankfurt
  network one 10.1.0.0/16
    subnet a public 10.1.0.0/24
      server first public-address=true http:tcp/80
  network two 10.2.0.0/16
    subnet b public 10.2.0.0/24
      server second public-address=true http:tcp/80
dns-zone names domain=shop.example.com
names -> first name=www failover=primary
names -> second name=www failover=secondary
internet -> first
internet -> second
env test lab
";

#[test]
fn the_secondary_answers_while_the_primary_takes_no_connection() {
    with_resolved("failover", design("failover", TWO), async |resolved, bench| {
        let public = |id: &str| {
            let address = resolved.resource(id).unwrap().instances[0].public_ip.unwrap();
            format!("answered A {address}")
        };
        let asked = ("internet", "www.shop.example.com");
        check_soon(bench, &resolved, asked, &public("first")).await;
        switch(bench, &resolved, "first", false).await;
        check_soon(bench, &resolved, asked, &public("second")).await;
        switch(bench, &resolved, "first", true).await;
        check_soon(bench, &resolved, asked, &public("first")).await;
    });
}
