//! Machines that refuse: read-only folders, full disks, forbidden namespaces, missing programs.
#![cfg(target_os = "linux")]

use crate::{
    desk::Desk,
    place::{Place, Ran, finish, groundplan, is_root, lab_or_skip, works},
};
use gp_app::dto::ErrorCode;
use gp_testkit::skip;
use serde_json::json;
use std::{fs, os::unix::fs::PermissionsExt, process::Command};

const EDIT: &str =
    r#"{"edit": "set-attribute", "resource": "app", "path": ["title"], "value": "Changed"}"#;

/// Whether a mount namespace of our own can be had, and what makes one.
fn own_mounts() -> Option<&'static [&'static str]> {
    let ways: [&[&str]; 2] = [&["--mount"], &["--mount", "--user", "--map-root-user"]];
    ways.into_iter().find(|way| {
        works("unshare", &[way, &["sh", "-c", "mount -t tmpfs none /mnt"][..]].concat())
    })
}

/// Runs a script in a mount namespace of its own; `$0` is `groundplan`.
fn with_own_mounts(place: &Place, script: &str, input: &str) -> Option<Ran> {
    let way = own_mounts()?;
    let mut command = Command::new("unshare");
    place.at_home(&mut command);
    command.args(way).args(["sh", "-c", script]).arg(groundplan());
    Some(finish(script, command, input))
}

#[test]
fn a_full_disk_loses_nothing() {
    let place = Place::with_shop();
    fs::create_dir(place.file("small")).unwrap();
    // A disk of 64 KiB with the design on it, filled to the last page.
    let script = "mount -t tmpfs -o size=64k none small && cp shop.gplan small/ && \
        { dd if=/dev/zero of=small/rest bs=4k 2>/dev/null || true; } && \
        { \"$0\" edit small/shop.gplan; code=$?; cmp shop.gplan small/shop.gplan; ls -A small; exit $code; }";
    let Some(ran) = with_own_mounts(&place, script, EDIT) else {
        return skip("a_full_disk_loses_nothing", "no mount namespace of our own");
    };
    ran.check(
        2,
        &["small/shop.gplan” cannot be saved: the disk is full", "save it under another name"],
    );
    assert_eq!(
        ran.out.lines().collect::<Vec<_>>(),
        ["rest", "shop.gplan"],
        "no half-written file: {}",
        ran.text()
    );
}

#[test]
fn a_full_disk_loses_nothing_of_a_file_with_two_names() {
    let name = "a_full_disk_loses_nothing_of_a_file_with_two_names";
    let place = Place::with_shop();
    fs::create_dir(place.file("small")).unwrap();
    // Such a file is written in place; what is to be saved does not fit.
    let script = "mount -t tmpfs -o size=64k none small && cp shop.gplan small/ && ln small/shop.gplan small/other && \
        { dd if=/dev/zero of=small/rest bs=4k 2>/dev/null || true; } && \
        { \"$0\" edit small/shop.gplan; code=$?; cmp shop.gplan small/shop.gplan; cmp shop.gplan small/other; exit $code; }";
    let title = "Changed ".repeat(2048);
    let edit =
        json!({ "edit": "set-attribute", "resource": "app", "path": ["title"], "value": title });
    let Some(ran) = with_own_mounts(&place, script, &edit.to_string()) else {
        return skip(name, "no mount namespace of our own");
    };
    ran.check(2, &["small/shop.gplan” cannot be saved: the disk is full"]);
    assert_eq!(ran.out, "", "both names have the old text: {}", ran.text());
}

#[test]
fn a_full_state_folder_does_not_keep_a_design_from_being_saved() {
    let place = Place::with_shop();
    fs::create_dir(place.path("home/state")).unwrap();
    let script = "mount -t tmpfs -o size=16k none ../home/state && \
        { dd if=/dev/zero of=../home/state/rest bs=4k 2>/dev/null || true; } && \"$0\" edit shop.gplan";
    let Some(ran) = with_own_mounts(&place, script, EDIT) else {
        return skip(
            "a_full_state_folder_does_not_keep_a_design_from_being_saved",
            "no mount namespace of our own",
        );
    };
    ran.check(0, &[]);
    assert!(place.read("shop.gplan").contains("Changed"));
}

/// With more and more room left, the disk is full at another write each time.
#[test]
fn a_disk_that_is_full_while_a_run_is_written_down_loses_nothing() {
    let name = "a_disk_that_is_full_while_a_run_is_written_down_loses_nothing";
    if !lab_or_skip(name) {
        return;
    }
    let script = "mount -t tmpfs -o size=2m none ../home/state && \
        \"$0\" plan shop.gplan >/dev/null && \
        for left in 0 4 12 20 32 48 64 96 128 192; do \
          dd if=/dev/zero of=../home/state/rest bs=1k 2>/dev/null; \
          size=$(stat -c %s ../home/state/rest); truncate -s $((size - left * 1024)) ../home/state/rest; \
          \"$0\" deploy shop.gplan --approve >said 2>&1; code=$?; echo \"left $left: $code\"; \
          [ $code = 0 ] || grep -h 'disk is full' said || { cat said; exit 3; }; \
          rm ../home/state/rest; \
          \"$0\" deploy shop.gplan --approve >said 2>&1 || { cat said; exit 4; }; \
          grep -q 'proof and packets agree' said || { cat said; exit 5; }; \
          \"$0\" destroy shop.gplan --approve >said 2>&1 || { cat said; exit 6; }; \
          grep -q 'nothing is left' said || { cat said; exit 7; }; \
        done";
    let place = Place::with_shop();
    fs::create_dir(place.path("home/state")).unwrap();
    let Some(ran) = with_own_mounts(&place, script, "") else {
        return skip(name, "no mount namespace of our own");
    };
    ran.check(0, &["left 0: 2", "home/state/groundplan/state.db"]);
    let codes: Vec<&str> = ran
        .out
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(left, _)| left.starts_with("left "))
        .map(|(_, code)| code)
        .collect();
    assert!(
        codes.len() == 10 && codes.iter().filter(|code| **code == "2").count() > 1,
        "{}",
        ran.text()
    );
    place.check_nothing_runs();
}

#[test]
fn a_read_only_disk_is_named() {
    let place = Place::with_shop();
    let before = place.read("shop.gplan");
    let script =
        "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" && \"$0\" edit shop.gplan";
    let Some(ran) = with_own_mounts(&place, script, EDIT) else {
        return skip("a_read_only_disk_is_named", "no mount namespace of our own");
    };
    ran.check(2, &["shop.gplan” cannot be saved: the disk is read-only"]);
    assert_eq!(place.read("shop.gplan"), before);
}

#[test]
fn a_read_only_folder_is_named() {
    if is_root()
        && !works(
            "setpriv",
            &["--reuid", "65534", "--clear-groups", groundplan().to_str().unwrap(), "--version"],
        )
    {
        return skip(
            "a_read_only_folder_is_named",
            "root may write everywhere, and user 65534 cannot be taken on",
        );
    }
    let user = if is_root() { crate::place::User::Nobody } else { crate::place::User::Same };
    let place = Place::of(user);
    place.fine("new shop.gplan --template three-tier-web-shop");
    let before = place.read("shop.gplan");
    fs::set_permissions(place.path("work"), fs::Permissions::from_mode(0o555)).unwrap();
    let refused = place.run_with("edit shop.gplan", EDIT);
    let new = place.run("new other.gplan");
    let export = place.run("export shop.gplan --format svg --out pictures");
    fs::set_permissions(place.path("work"), fs::Permissions::from_mode(0o755)).unwrap();
    refused.check(
        2,
        &[
            "shop.gplan” cannot be saved",
            "read-only, or belongs to somebody else",
            "another folder",
        ],
    );
    new.check(2, &["other.gplan” cannot be saved"]);
    export.check(2, &["pictures"]);
    assert_eq!(place.read("shop.gplan"), before);
    assert_eq!(place.files(), ["shop.gplan"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_saved_here_can_be_saved_elsewhere() {
    let place = Place::with_shop();
    let mut desk = Desk::start(place);
    desk.open("shop.gplan").await;
    desk.edit(serde_json::from_str(EDIT).unwrap()).await;
    fs::set_permissions(desk.file("shop.gplan"), fs::Permissions::from_mode(0o444)).unwrap();
    desk.refused("design_save", json!({}), ErrorCode::CannotWrite, "save it under another name")
        .await;
    let now = desk.snapshot().await;
    assert_eq!(
        (&now["history"]["dirty"], &now["design"]["resources"]["app"]["title"]),
        (&json!(true), &json!("Changed"))
    );
    desk.call("design_save", json!({ "path": "mine.gplan" })).await;
    assert!(desk.place.read("mine.gplan").contains("Changed"));
    assert!(!desk.place.read("shop.gplan").contains("Changed"));
}

#[test]
fn a_machine_without_nft_says_which_package_is_missing() {
    let name = "a_machine_without_nft_says_which_package_is_missing";
    let place = Place::with_shop();
    let hide = "for folder in /usr/sbin /usr/local/sbin /sbin; do mount -t tmpfs none $folder; done; PATH=/nowhere \"$0\" ";
    for (rest, code) in [("plan shop.gplan", 1), ("deploy shop.gplan --approve", 2)] {
        let Some(ran) = with_own_mounts(&place, &format!("{hide}{rest}"), "") else {
            return skip(name, "no mount namespace of our own");
        };
        ran.check(code, &["the lab needs the program nft", "sudo apt install nftables"]);
    }
    place.check_nothing_runs();
}

#[test]
fn forbidden_user_namespaces_are_named_with_the_setting() {
    let name = "forbidden_user_namespaces_are_named_with_the_setting";
    let place = Place::with_shop();
    let forbid = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$0\" ";
    let arguments = ["--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c"];
    if !works(
        "unshare",
        &[&arguments[..], &["echo 0 > /proc/sys/user/max_user_namespaces"]].concat(),
    ) {
        return skip(name, "no user namespace to forbid them in");
    }
    for (rest, code) in [("plan shop.gplan", 1), ("deploy shop.gplan --approve", 2)] {
        let mut command = Command::new("unshare");
        place.at_home(&mut command);
        command.args(arguments).arg(format!("{forbid}{rest}")).arg(groundplan());
        finish(rest, command, "").check(
            code,
            &["user namespaces are forbidden here", "sysctl user.max_user_namespaces=10000"],
        );
    }
    place.check_nothing_runs();
}

#[test]
fn a_home_that_cannot_be_written_stops_no_command_that_only_needs_the_design() {
    let place = Place::with_shop();
    let mut command = place.command(groundplan());
    command.env("XDG_STATE_HOME", "/proc/nowhere").env("XDG_CONFIG_HOME", "/proc/nowhere");
    command.args(["edit", "shop.gplan"]);
    finish("edit shop.gplan", command, EDIT).check(0, &[]);
    let mut command = place.command(groundplan());
    command.env("XDG_STATE_HOME", "/proc/nowhere").args(["plan", "shop.gplan"]);
    finish("plan shop.gplan", command, "")
        .check(2, &["the state file cannot be used", "/proc/nowhere"]);
}

/// What ten thousand machines stand in.
const MANY: &str = r#"format = 1
[resource.here]
kind = "region"
location = "frankfurt"
zones = ["a", "b"]
[resource.net]
kind = "network"
parent = "here"
cidr = "10.0.0.0/16"
[resource.tier]
kind = "subnet"
parent = "net"
exposure = "isolated"
cidr = "10.0.0.0/17"
[environment.test]
provider = "lab"
"#;

#[test]
fn a_lab_that_is_too_large_is_refused_before_anything_is_built() {
    let name = "a_lab_that_is_too_large_is_refused_before_anything_is_built";
    if !lab_or_skip(name) {
        return;
    }
    let place = Place::new();
    let servers = (0..10).map(|n| {
        format!(
            "[resource.many-{n}]\nkind = \"server\"\nparent = \"tier\"\ncount = 1000\nneeds = []\n"
        )
    });
    let text: String = [MANY.to_owned()].into_iter().chain(servers).collect();
    fs::write(place.file("many.gplan"), text).unwrap();
    for (rest, code) in [("plan", 1), ("deploy", 2)] {
        let mut command = Command::new("prlimit");
        place.at_home(&mut command);
        command.arg("--nofile=4000:4000").arg(groundplan()).args([rest, "many.gplan"]);
        command.args((rest == "deploy").then_some("--approve"));
        finish(rest, command, "").check(
            code,
            &["one program may have 4000 here", "ulimit -Hn", "or deploy a part of the drawing"],
        );
    }
    place.check_nothing_runs();
}
