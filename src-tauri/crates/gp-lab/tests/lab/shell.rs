//! Programs in servers: real terminals, real names, and nothing left of them.

use super::{Bench, with_lab};
use gp_catalog::Resolved;
use gp_lab::{
    Lab, Verdict,
    program::{Program, Running, Terminal},
};
use gp_testkit::skip;
use std::{
    fs::File,
    io::Read as _,
    os::fd::AsFd as _,
    time::{Duration, Instant},
};

/// Generous: machines that run tests are slow, and nothing here waits for a fixed time.
const PATIENCE: Duration = Duration::from_mins(1);

const PAIR: &str = "
    network shop
    segment web/a shop 10.20.0.0/26
    server app[0] web/a 10.20.0.10 tcp/8080
    server app[1] web/a 10.20.0.11 tcp/8080
    server db web/a 10.20.0.20 tcp/5432
    flow app-db app db tcp/5432
";

fn lab(bench: &Bench, design: &Resolved) -> Lab {
    bench.driver.lab(&design.design.id, &design.environment.id)
}

fn sh(server: &str, script: &str) -> Program {
    let command = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
    Program::here(server, command)
}

/// What a script says in a server, and its exit code: without a terminal.
async fn said(lab: &Lab, server: &str, script: &str) -> (String, i32) {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let nothing = File::open("/dev/null").unwrap();
    let streams = [nothing.as_fd(), writer.as_fd(), writer.as_fd()];
    let mut running = lab.run(&sh(server, script), streams).await.unwrap();
    drop(writer);
    let code = running.ended().await.unwrap();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    (text, code)
}

/// Reads the screen until it shows this.
async fn until_shown(terminal: &Terminal, wanted: &str) -> String {
    let mut shown = String::new();
    let reading = async {
        let mut bytes = [0; 4096];
        while !shown.contains(wanted) {
            let length = terminal.read(&mut bytes).await.unwrap();
            assert!(length > 0, "it ended, and showed only {shown:?}");
            shown.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, reading).await.is_ok();
    assert!(in_time, "{wanted:?} is not shown in {shown:?}");
    shown
}

async fn open(lab: &Lab, server: &str, script: &str, size: (u16, u16)) -> (Terminal, Running) {
    Terminal::open(lab, &sh(server, script), size).await.unwrap()
}

#[test]
fn a_program_in_a_server_sees_its_network_its_name_and_its_name_servers() {
    let name = "a_program_in_a_server_sees_its_network_its_name_and_its_name_servers";
    with_lab(name, PAIR, async |design, bench| {
        let lab = lab(bench, &design);
        let (text, code) = said(&lab, "app[1]", "hostname; cat /proc/net/fib_trie").await;
        assert!(text.starts_with("app-1\n") && text.contains("10.20.0.11"), "{text}");
        assert!(!text.contains("10.20.0.10\n"), "another server's address: {text}");
        assert_eq!(code, 0);
        let (hosts, _) = said(&lab, "db", "cat /etc/hosts").await;
        assert!(hosts.contains("10.20.0.10 app-0 app\n10.20.0.11 app-1 app\n"), "{hosts}");
        assert!(hosts.contains("10.20.0.20 db\n"), "{hosts}");
        let (names, _) = said(&lab, "app[0]", "cat /etc/resolv.conf").await;
        assert!(names.contains("nameserver 169.254.169.253\n"), "{names}");
        assert_eq!(names.matches("nameserver").count(), 1, "no server of the host's: {names}");
    });
}

#[test]
fn exit_codes_come_back_and_what_cannot_start_says_why() {
    let name = "exit_codes_come_back_and_what_cannot_start_says_why";
    with_lab(name, PAIR, async |design, bench| {
        let lab = lab(bench, &design);
        assert_eq!(said(&lab, "db", "exit 7").await.1, 7);
        assert_eq!(said(&lab, "db", "kill -TERM $$").await.1, 143);
        let failed = async |server: &str, program: &str| {
            let program = Program::here(server, vec![program.to_owned()]);
            Terminal::open(&lab, &program, (80, 24)).await.unwrap_err().to_string()
        };
        assert_eq!(
            failed("db", "no-such-program").await,
            "cannot start “no-such-program” in db: it is not installed on this machine"
        );
        assert_eq!(failed("app", "true").await, "app is several: name one of app[0], app[1]");
        assert!(failed("nobody", "true").await.starts_with("nobody is not part of this lab"));
        lab.destroy().await.unwrap();
        assert!(failed("db", "true").await.starts_with("no lab of this design"));
    });
}

#[test]
fn a_terminal_has_a_size_an_echo_and_keys_that_interrupt() {
    let name = "a_terminal_has_a_size_an_echo_and_keys_that_interrupt";
    with_lab(name, PAIR, async |design, bench| {
        let lab = lab(bench, &design);
        let script = "tty; stty size; read word; stty size; sleep 600; echo never";
        let (terminal, mut running) = open(&lab, "app[0]", script, (101, 33)).await;
        assert_eq!(running.server, "app[0]");
        let shown = until_shown(&terminal, "33 101").await;
        assert!(shown.contains("/dev/pts/"), "{shown}");
        terminal.resize((64, 20));
        terminal.write(b"typed\r").await.unwrap();
        let shown = until_shown(&terminal, "20 64").await;
        assert!(shown.contains("typed"), "what is typed is shown: {shown}");
        terminal.write(b"\x03").await.unwrap();
        assert_eq!(running.ended().await.unwrap(), 130);
    });
}

/// Processes whose command line has this word.
fn processes(word: &str) -> Vec<String> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = all.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.starts_with("sleep") && line.contains(word)).collect()
}

fn check_none_left(word: &str) {
    let began = Instant::now();
    while !processes(word).is_empty() {
        assert!(began.elapsed() < PATIENCE, "still there: {:?}", processes(word));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A shell that has started something that neither hears of its end nor belongs to its session.
async fn stubborn(lab: &Lab, seconds: &str) -> (Terminal, Running) {
    let script =
        format!("trap '' HUP TERM; setsid sleep {seconds} & sleep {seconds}.5 & echo up; wait");
    let (terminal, running) = open(lab, "db", &script, (80, 24)).await;
    until_shown(&terminal, "up").await;
    (terminal, running)
}

#[test]
fn whatever_a_shell_started_ends_with_it_with_its_server_and_with_the_lab() {
    let name = "whatever_a_shell_started_ends_with_it_with_its_server_and_with_the_lab";
    with_lab(name, PAIR, async |design, bench| {
        let lab = lab(bench, &design);
        // Nobody looks at it any more.
        drop(stubborn(&lab, "81001").await);
        check_none_left("81001");
        // Its server is no more.
        let (_terminal, mut running) = stubborn(&lab, "81002").await;
        let smaller = PAIR.lines().filter(|line| !line.contains(" db"));
        let smaller: String = smaller.map(|line| format!("{line}\n")).collect();
        bench.driver.converge(&super::sketch::resolved(name, &smaller)).await.unwrap();
        let why = running.ended().await.unwrap_err().to_string();
        assert_eq!(why, "db is not part of this lab any more");
        check_none_left("81002");
        // The lab's process is killed.
        bench.driver.converge(&design).await.unwrap();
        let (_terminal, mut running) = stubborn(&lab, "81003").await;
        let pid = lab.info().await.unwrap().unwrap().pid;
        assert!(
            std::process::Command::new("kill")
                .args(["-9", &pid.to_string()])
                .status()
                .unwrap()
                .success()
        );
        assert!(running.ended().await.is_err());
        check_none_left("81003");
    });
}

#[test]
fn a_shell_sees_no_process_of_this_machine() {
    let name = "a_shell_sees_no_process_of_this_machine";
    with_lab(name, PAIR, async |design, bench| {
        let lab = lab(bench, &design);
        let (text, _) = said(
            &lab,
            "db",
            "echo $$; kill -0 $PPID && echo its parent is PPID $PPID; ls -d /proc/[0-9]*",
        )
        .await;
        if !text.lines().any(|line| line == "/proc/1") || text.lines().count() > 8 {
            return skip(
                name,
                "this machine hides parts of /proc, so a lab cannot have one of its own",
            );
        }
        assert!(text.starts_with("2\n"), "{text}");
    });
}

#[test]
fn whoever_runs_the_lab_may_change_the_servers_network_and_nothing_else_of_the_kernel() {
    let name = "whoever_runs_the_lab_may_change_the_servers_network_and_nothing_else_of_the_kernel";
    with_lab(name, PAIR, async |design, bench| {
        let lab = lab(bench, &design);
        let (text, _) = said(
            &lab,
            "db",
            "grep CapEff /proc/self/status; mount -t tmpfs x /mnt 2>&1 || echo no mounts",
        )
        .await;
        // CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW: bits 10, 12, 13.
        assert!(text.starts_with("CapEff:\t0000000000003400\n"), "{text}");
        assert!(text.ends_with("no mounts\n"), "{text}");
    });
}

#[test]
fn two_shells_in_one_server_and_much_that_they_say_hold_up_no_packets() {
    let name = "two_shells_in_one_server_and_much_that_they_say_hold_up_no_packets";
    with_lab(name, PAIR, async |design, bench| {
        let lab = lab(bench, &design);
        // Nobody reads: the terminal is full, and the program waits.
        let (_first, _running) = open(&lab, "db", "yes", (80, 24)).await;
        let (second, _also) = open(&lab, "db", "echo answers; cat", (80, 24)).await;
        until_shown(&second, "answers").await;
        let verification = bench.driver.verify(&design).await.unwrap();
        let drawn: Vec<_> = verification.cells.iter().filter(|cell| cell.drawn).collect();
        let open = drawn.iter().filter(|cell| cell.verdict == Verdict::Open).count();
        assert_eq!((open, drawn.len()), (2, 2));
    });
}
