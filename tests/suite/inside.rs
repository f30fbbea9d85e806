//! Inside a running lab: shells in servers and their packets, on the command line.

use crate::place::{Place, User, finish, is_root, lab_or_skip, works};
use gp_testkit::skip;
use std::{fs, os::unix::fs::PermissionsExt};

/// What any user must find in a server of the shop.
fn check_shell(place: &Place) {
    place.fine("new shop.gplan --template three-tier-web-shop");
    place.fine("deploy shop.gplan --approve");
    let script = "hostname; exec 3<>/dev/tcp/orders/5432 && echo the database answers; exit 9";
    place
        .run(&format!("lab shell shop.gplan app[0] -- bash -c '{script}'"))
        .check(9, &["app-0", "the database answers"]);
    // One lab runs, so its design need not be named; what comes in by a pipe is the program's to read.
    let piped = place.run_with("lab shell app[1] -- sh", "hostname; id -u; echo $HOME");
    piped.check(0, &["app-1\n", "/home/server\n"]);
    assert!(!piped.out.contains("\n0\n"), "nobody is root in there: {}", piped.text());
    let secret = place.path("home/secret");
    fs::write(&secret, "of the user").unwrap();
    let path = secret.display();
    place
        .run(&format!("lab shell app[1] -- sh -c 'cat {path}; echo x > /etc/gp-test'"))
        .check(2, &["No such file", "Read-only"]);
}

#[test]
fn a_shell_in_a_server_has_its_network_and_nothing_of_its_users() {
    if !lab_or_skip("a_shell_in_a_server_has_its_network_and_nothing_of_its_users") {
        return;
    }
    let place = Place::new();
    check_shell(&place);
    place.run("lab shell app -- true").check(2, &["app is several: name one of app[0], app[1]"]);
    place.run("lab shell nobody -- true").check(2, &["nobody is not part of this lab"]);
    place.run("lab shell shop.gplan").check(2, &["name what is meant in shop.gplan: a server"]);
    place
        .run("lab shell shop.gplan app[0] -- no-such-program")
        .check(2, &["cannot start “no-such-program” in app[0]: it is not installed"]);
    place.fine("destroy shop.gplan --approve");
    place.run("lab shell app[0] -- true").check(2, &["no lab runs; deploy a design first"]);
    place.check_nothing_runs();
}

#[test]
fn an_ordinary_user_has_the_same_shell() {
    let name = "an_ordinary_user_has_the_same_shell";
    if !lab_or_skip(name) {
        return;
    }
    if !is_root() {
        return skip(name, "only root can become somebody else; every other test here is it then");
    }
    let place = Place::of(User::Nobody);
    fs::set_permissions(place.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    check_shell(&place);
    place.fine("destroy shop.gplan --approve");
    place.check_nothing_runs();
}

#[test]
fn a_shell_on_a_terminal_has_its_size_and_its_prompt() {
    let name = "a_shell_on_a_terminal_has_its_size_and_its_prompt";
    if !lab_or_skip(name) {
        return;
    }
    if !works("script", &["--version"]) {
        return skip(name, "there is no `script`: sudo apt install bsdutils");
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    let program = crate::place::groundplan();
    let inner = format!("stty cols 97 rows 31; {} lab shell app[0]", program.display());
    let mut command = place.command("script");
    command.args(["-qec", &inner, "/dev/null"]).env("SHELL", "/bin/bash").env("TERM", "xterm");
    let ran = finish("lab shell app[0]", command, "stty size\nexit 5\n");
    ran.check(5, &["@app-0:~$ ", "31 97"]);
    place.fine("destroy shop.gplan --approve");
    place.check_nothing_runs();
}

#[test]
fn packets_of_a_link_are_seen_at_both_ends_by_the_names_that_are_drawn() {
    let name = "packets_of_a_link_are_seen_at_both_ends_by_the_names_that_are_drawn";
    if !lab_or_skip(name) {
        return;
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    if !works("tcpdump", &["--version"]) {
        place
            .run("lab capture shop.gplan app[0] --seconds 1")
            .check(2, &["tcpdump", "sudo apt install tcpdump"]);
        place.fine("destroy shop.gplan --approve");
        return skip(name, "there is no tcpdump: sudo apt install tcpdump");
    }
    let capture = place.start("lab capture shop.gplan app-orders --seconds 8");
    let file =
        place.start("lab capture shop.gplan app[0] --seconds 8 --out app.pcap -- tcp port 5432");
    // Until both listen: what is tried is tried again.
    for _ in 0..12 {
        place.run("lab shell app[0] -- bash -c 'exec 3<>/dev/tcp/orders/5432'");
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    let output = capture.wait_with_output().unwrap();
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    for end in ["app[0]", "orders"] {
        let seen = lines.lines().any(|line| {
            line.contains(&format!(" {end}  app[0]:")) && line.contains(" → orders:5432  tcp SYN")
        });
        assert!(seen, "not seen at {end}:\n{lines}\n{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(file.wait_with_output().unwrap().status.success());
    let bytes = fs::read(place.file("app.pcap")).unwrap();
    assert!(bytes.starts_with(&0xa1b2_c3d4_u32.to_le_bytes()) && bytes.len() > 200);
    let mut tcpdump = place.command("tcpdump");
    tcpdump.args(["-n", "-r"]).arg(place.file("app.pcap"));
    finish("tcpdump -r", tcpdump, "").check(0, &[".5432: Flags [S]"]);
    place
        .run("lab capture shop.gplan app[0] -- -w /etc/passwd")
        .check(2, &["“-w” is an option, and a filter has none"]);
    place
        .run("lab capture shop.gplan app[0] --seconds 5 -- no such words")
        .check(2, &["app[0]: tcpdump: "]);
    place.fine("destroy shop.gplan --approve");
    place.check_nothing_runs();
}
