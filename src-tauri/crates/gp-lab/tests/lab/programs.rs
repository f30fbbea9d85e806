//! What really runs in servers and behind services.

use super::{Bench, alive, eventually, fetch, files, sketch, with_resolved};
use gp_catalog::Resolved;
use gp_lab::{Phase, protocol::Request};
use gp_model::Access;
use gp_plan::Driver as _;
use gp_testkit::skip;
use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

const TWO: &str = "
    network shop
    segment a shop 10.20.1.0/24
    server app a 10.20.1.10 tcp/8080
    server web a 10.20.1.11
    flow web-app web app tcp/8080
";

const SHOP: &str = "
    network shop
    segment a shop 10.20.1.0/24
    server app a 10.20.1.10
    database orders a 10.20.1.20 tcp/5432
    set orders engine postgresql
    flow app-orders app orders tcp/5432
";

/// A design in which a server's first start does this.
fn running(name: &str, drawing: &str, server: &str, user_data: &str) -> Resolved {
    let mut resolved = sketch::resolved(name, drawing);
    sketch::set(&mut resolved, server, "user-data", user_data);
    resolved
}

async fn log(bench: &Bench, design: &Resolved, server: &str) -> String {
    bench.driver.lab(&design.design.id, &design.environment.id).log(server).await.unwrap()
}

async fn says(bench: &Bench, design: &Resolved, server: &str) -> (Phase, String) {
    let all = bench.driver.lab(&design.design.id, &design.environment.id).running().await.unwrap();
    let one = all.into_iter().find(|one| one.space == server).unwrap();
    (one.phase, one.says)
}

/// Waits until the first start of a server has ended, and gives its log.
async fn ended(bench: &Bench, design: &Resolved, server: &str) -> String {
    let over = async || matches!(says(bench, design, server).await.0, Phase::Ended | Phase::Failed);
    eventually("the first start ends", over).await;
    log(bench, design, server).await
}

fn has(program: &str) -> bool {
    ["/usr/bin", "/bin"].iter().any(|folder| Path::new(folder).join(program).exists())
}

fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    has("psql") && versions.map(|v| v.path().join("bin/initdb")).any(|path| path.exists())
}

#[test]
fn a_first_start_runs_in_its_server_and_not_on_the_host() {
    let name = "a_first_start_runs_in_its_server_and_not_on_the_host";
    let design = running(
        name,
        TWO,
        "app",
        "#!/bin/sh
hostname
cat /proc/net/fib_trie | grep -c 10.20.1.10
echo mine > /tmp/file && cat /tmp/file
cd && pwd && touch here && echo home is mine
touch /etc/groundplan-was-here || echo etc is not mine
ls /run /home
tr '\\0' ' ' < /proc/1/cmdline | grep -c lab-holder
ls -d /proc/[0-9]* | wc -l | awk '{ print ($1 < 10) ? \"few\" : \"many\" }'
cat /etc/resolv.conf
id -u
grep -E 'CapEff|NoNewPrivs' /proc/self/status
exit 3
",
    );
    with_resolved(name, design, async |design, bench| {
        let log = ended(bench, &design, "app").await;
        let user = if nix_is_root() { "65534".to_owned() } else { own_id() };
        for line in ["app", "mine", "/home/server", "home is mine", "etc is not mine", "few", &user]
        {
            assert!(log.lines().any(|said| said == line), "{line:?} is not in\n{log}");
        }
        assert!(log.contains("CapEff:\t0000000000000000\nNoNewPrivs:\t1"), "{log}");
        assert!(log.contains("options timeout:2"), "{log}");
        assert!(!Path::new("/etc/groundplan-was-here").exists());
        let end = (Phase::Failed, "its first start ended with 3".to_owned());
        assert_eq!(says(bench, &design, "app").await, end);
    });
}

fn nix_is_root() -> bool {
    own_id() == "0"
}

fn own_id() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap();
    line.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_program_that_listens_where_it_is_drawn_answers_itself() {
    let name = "a_program_that_listens_where_it_is_drawn_answers_itself";
    if !has("python3") {
        return skip(name, "python3 is not installed");
    }
    let script = "#!/bin/sh\necho 'from the program' > index.html\npython3 -m http.server 8080 &\n";
    let design = running(name, TWO, "app", script);
    with_resolved(name, design, async |design, bench| {
        let answer = async || fetch(bench, &design, "web", "10.20.1.10", 8080).await;
        eventually("the program answers", async || {
            answer().await.is_ok_and(|text| text.contains("from the program"))
        })
        .await;
        // It goes on although its script has ended, and a change elsewhere does not disturb it.
        let end = (Phase::Ended, "its first start ended well".to_owned());
        eventually("the script ends", async || says(bench, &design, "app").await == end).await;
        bench.driver.converge(&design).await.unwrap();
        assert!(answer().await.unwrap().contains("from the program"));
        let verification = bench.driver.verify(&design).await.unwrap();
        let cells = super::text(&verification);
        assert!(cells.contains("web → app: tcp/8080! open"), "{cells}");
        assert!(verification.notes.contains(&"app: its first start ended well".to_owned()));
        // Another text is another start, and what ran before is gone.
        let mut other = design.clone();
        sketch::set(&mut other, "app", "user-data", "#!/bin/sh\ntrue\n");
        bench.driver.converge(&other).await.unwrap();
        eventually("the agent answers", async || {
            answer().await.is_ok_and(|text| text.contains("app\nclient 10.20.1.11"))
        })
        .await;
    });
}

#[test]
fn what_does_not_run_is_said_and_the_server_answers_all_the_same() {
    let name = "what_does_not_run_is_said_and_the_server_answers_all_the_same";
    let table = [
        (
            "#!/no/such/program\n",
            "its first start does not run: there is no /no/such/program on this machine",
        ),
        (
            "echo hello",
            "its first start is not run: it begins neither with #! nor with #cloud-config",
        ),
        (
            "${secret.script}",
            "its first start is not run: it is a secret of the environment, which a lab does not know",
        ),
    ];
    for (text, expected) in table {
        with_resolved(name, running(name, TWO, "app", text), async |design, bench| {
            let told = (Phase::Failed, expected.to_owned());
            eventually("it is said", async || says(bench, &design, "app").await == told).await;
            let answer = fetch(bench, &design, "web", "10.20.1.10", 8080).await.unwrap();
            assert!(answer.contains("app\nclient 10.20.1.11"), "{answer}");
        });
    }
}

#[test]
fn cloud_config_writes_files_and_runs_commands() {
    let name = "cloud_config_writes_files_and_runs_commands";
    let text = "#cloud-config
packages: [nginx]
write_files:
  - path: /run/shop/greeting
    content: |
      hello from a file
runcmd:
  - cat /run/shop/greeting
  - [echo, two words]
";
    with_resolved(name, running(name, TWO, "app", text), async |design, bench| {
        let log = ended(bench, &design, "app").await;
        let expected = [
            "[groundplan] “packages” of its cloud-config: not done in a lab",
            "hello from a file",
            "two words",
            "[groundplan] its first start ended with 0",
        ];
        assert_eq!(log.lines().take(4).collect::<Vec<_>>(), expected);
    });
}

#[test]
fn a_program_that_never_stops_talking_holds_up_nobody() {
    let name = "a_program_that_never_stops_talking_holds_up_nobody";
    with_resolved(name, running(name, TWO, "app", "#!/bin/sh\nyes\n"), async |design, bench| {
        // After a while the agent takes the port that the script does not.
        let from = std::time::Instant::now();
        let verification = bench.driver.verify(&design).await.unwrap();
        assert!(verification.cells.iter().any(|cell| cell.drawn));
        for cell in verification.cells.iter().filter(|cell| cell.drawn) {
            assert_eq!(cell.verdict, gp_lab::Verdict::Open, "{cell:?} after {:?}", from.elapsed());
        }
        let log = log(bench, &design, "app").await;
        assert!(log.len() < 300_000 && log.contains("\ny\ny\n"), "{}", log.len());
    });
}

#[test]
fn what_is_written_in_a_first_start_is_in_no_plan() {
    let design = running("secret", TWO, "app", "#!/bin/sh\nPASSWORD=hunter2\n");
    let driver = gp_lab::LabDriver::default();
    let known = driver.desired(&design);
    let text = format!("{known:?}");
    assert!(text.contains("script ") && !text.contains("hunter2"), "{text}");
    let mut other = design.clone();
    sketch::set(&mut other, "app", "user-data", "#!/bin/sh\nPASSWORD=hunter3\n");
    assert_ne!(driver.desired(&other), known);
    let wanted = driver.desired(&other);
    let inputs = gp_plan::difference::Inputs { desired: &wanted, state: &known, live: &known };
    let plan = gp_plan::plan("secret", "test", inputs, &driver);
    let disturbed: Vec<_> = plan.changes.iter().flat_map(|change| &change.disturbs).collect();
    assert_eq!(format!("{disturbed:?}"), "[Restart]");
}

#[test]
fn a_database_is_postgresql_and_takes_its_password_from_those_who_may() {
    let name = "a_database_is_postgresql_and_takes_its_password_from_those_who_may";
    if !has_postgres() {
        return skip(name, "PostgreSQL or psql is not installed");
    }
    let script = "#!/bin/sh
until psql -qtAc 'select 1' >/dev/null 2>&1; do sleep 0.1; done
psql -qc 'create table cups (name text)' -c \"insert into cups values ('blue')\" -c 'select name from cups' -tA
echo $PGHOST $PGPORT $PGUSER
PGPASSFILE=/dev/null psql -w -qtAc 'select 1'
";
    with_resolved(name, running(name, SHOP, "app", script), async |design, bench| {
        let verification = bench.driver.verify(&design).await.unwrap();
        let note = &verification.notes[1];
        assert!(note.starts_with("orders: PostgreSQL ") && note.ends_with(" runs"), "{note}");
        eventually("it ends", async || says(bench, &design, "app").await.0 == Phase::Failed).await;
        let said = log(bench, &design, "app").await;
        assert!(said.starts_with("blue\n10.20.1.20 5432 groundplan\n"), "{said}");
        assert!(said.contains("no password supplied"), "{said}");
        // A change that is none of its business leaves it and its data alone.
        let mut other = design.clone();
        sketch::set(
            &mut other,
            "app",
            "user-data",
            "#!/bin/sh\npsql -tAc 'select name from cups'\n",
        );
        bench.driver.converge(&other).await.unwrap();
        eventually("it ends", async || says(bench, &design, "app").await.0 == Phase::Ended).await;
        assert!(log(bench, &design, "app").await.starts_with("blue\n"));
    });
}

/// The processes that have this one above them.
fn below(pid: u32) -> Vec<u32> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(own) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent =
            stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        parents.insert(own, parent.unwrap_or(0));
    }
    let is_below = |mut own: u32| {
        while let Some(parent) = parents.get(&own).filter(|parent| **parent > 0) {
            if *parent == pid {
                return true;
            }
            own = *parent;
        }
        false
    };
    parents.keys().copied().filter(|own| is_below(*own)).collect()
}

#[test]
fn neither_an_end_nor_a_killed_holder_leaves_a_program_or_a_file() {
    let name = "neither_an_end_nor_a_killed_holder_leaves_a_program_or_a_file";
    for killed in [false, true] {
        let script = "#!/bin/sh\nsetsid sleep 1000 &\nsleep 1000 & sleep 1000\n";
        with_resolved(name, running(name, SHOP, "app", script), async |design, bench| {
            let lab = bench.driver.lab(&design.design.id, &design.environment.id);
            let settled = async || says(bench, &design, "orders").await.0 != Phase::Starting;
            eventually("the database settles", settled).await;
            let holder = lab.info().await.unwrap().unwrap().pid;
            let programs = below(holder);
            // Guard, first, script and three that sleep; more where PostgreSQL is installed.
            assert!(programs.len() >= 6 + if has_postgres() { 5 } else { 0 }, "{programs:?}");
            if killed {
                let mut kill = std::process::Command::new("kill");
                assert!(kill.args(["-9", &holder.to_string()]).status().unwrap().success());
                eventually("all end", async || !programs.iter().any(|pid| alive(*pid))).await;
                assert!(lab.call(Request::Hello).await.is_err());
            } else {
                lab.destroy().await.unwrap();
                assert!(!programs.iter().any(|pid| alive(*pid)), "{programs:?}");
            }
            assert_eq!(files(&bench.config.folder), Vec::<String>::new());
        });
    }
}

const IMAGES: &str = "
    network shop
    segment a shop 10.20.1.0/24 198.19.1.0/24=endpoint:door
    server app a 10.20.1.10
    server other a 10.20.1.11
    bucket images - 198.19.1.1 tcp/443
    flow app-images app images tcp/443
    flow other-images other images tcp/443
";

/// Signs as the protocol wants it, and says what became of each request.
const CLIENT: &str = "#!/bin/sh
at=$AWS_ENDPOINT_URL_S3
ask() {
  curl -s --max-time 5 --aws-sigv4 aws:amz:$AWS_REGION:s3 --user $AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY \\
    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \"$@\"
}
code() { said=$1; shift; \"$@\" -o /dev/null -w \"$said %{http_code}\\n\"; }
until [ \"$(curl -s -o /dev/null -w '%{http_code}' $at/images/x)\" = 403 ]; do sleep 0.1; done
echo hello > greeting
code put ask -T greeting $at/images/greeting
ask $at/images/greeting
ask \"$at/images/?list-type=2\" | grep -o '<Key>[^<]*'
code delete ask -X DELETE $at/images/greeting
code gone ask $at/images/greeting
code nobody curl -s $at/images/greeting
code 'another bucket' ask -X PUT $at/another
";

#[test]
fn a_bucket_speaks_s3_with_those_who_have_access_drawn() {
    let name = "a_bucket_speaks_s3_with_those_who_have_access_drawn";
    if !has("curl") {
        return skip(name, "curl is not installed");
    }
    let mut design = running(name, IMAGES, "app", CLIENT);
    sketch::set(&mut design, "other", "user-data", CLIENT);
    let link = design.links.get_mut("app-images").unwrap();
    Arc::make_mut(link).access = vec![Access::Read, Access::Write];
    with_resolved(name, design, async |design, bench| {
        let log = ended(bench, &design, "app").await;
        let said: Vec<&str> = log.lines().take(7).collect();
        let expected = [
            "put 200",
            "hello",
            "<Key>greeting",
            "delete 204",
            "gone 404",
            "nobody 403",
            "another bucket 501",
        ];
        assert_eq!(said, expected, "{log}");
        let log = ended(bench, &design, "other").await;
        assert!(log.contains("put 403") && log.contains("gone 403"), "{log}");
        let verification = bench.driver.verify(&design).await.unwrap();
        let note = "images: speaks S3 over plain HTTP, without TLS";
        assert!(verification.notes.iter().any(|said| said == note), "{:?}", verification.notes);
    });
}
