//! The exported stack lives its whole life on an emulator of CloudFormation (`MiniStack`, on the
//! loopback interface): created, changed, deleted by change sets, and nothing of it is left.

use crate::support::{TEMPLATE, export, python_tool, root, written};
use std::{
    fs::File,
    io::{Read as _, Seek as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// How long a slow and busy machine may take to start it.
const START: Duration = Duration::from_mins(5);

/// The emulator; ended with the test, also by a panic. Were the test itself killed, the closed pipe
/// ends it.
struct Emulator {
    child: Child,
    port: u16,
    log: File,
}

impl Emulator {
    /// Starts one on a free port. Somebody may take the port in between: then on another.
    fn start(python: &Path) -> Self {
        let end = Instant::now() + START;
        loop {
            let mut emulator = Self::spawn(python);
            while emulator.child.try_wait().unwrap().is_none() {
                if TcpStream::connect((Ipv4Addr::LOCALHOST, emulator.port)).is_ok() {
                    return emulator;
                }
                assert!(Instant::now() < end, "the emulator does not answer");
                std::thread::sleep(Duration::from_millis(100));
            }
            assert!(Instant::now() < end, "the emulator does not stay: {}", emulator.last_words());
        }
    }

    fn spawn(python: &Path) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let log = tempfile::tempfile().unwrap();
        let child = Command::new(python)
            .arg(root().join("tests/tools/ministack_ext.py"))
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("MINISTACK_ACCOUNT_ID", "123456789012")
            .env("DOCKER_HOST", "unix:///nonexistent.sock")
            .env("GP_END_WITH_STDIN", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log.try_clone().unwrap())
            .spawn()
            .unwrap();
        Self { child, port, log }
    }

    fn last_words(&mut self) -> String {
        let mut words = String::new();
        self.log.rewind().unwrap();
        self.log.read_to_string(&mut words).unwrap();
        words
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_stack_is_created_changed_and_deleted_and_nothing_is_left() {
    let test = "the_stack_is_created_changed_and_deleted_and_nothing_is_left";
    let (Some(python), Some(_)) = (python_tool(test, "python"), python_tool(test, "ministack"))
    else {
        return;
    };
    let open = TEMPLATE.replace("protect = true", "protect = false");
    let first = written(&export(&open, "production", "cloudformation"));
    let bigger = open.replace("memory = \"4 GiB\"", "memory = \"16 GiB\"");
    let second = written(&export(&bigger, "production", "cloudformation"));
    let mut emulator = Emulator::start(&python);
    let output = live(&python, &emulator, first.path(), second.path());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}", emulator.last_words());
    let life: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(life["created"].as_u64().unwrap() > 40, "{life}");
    assert_eq!(life["alive"]["instances"], 2, "{life}");
    assert_eq!(life["alive"]["nats"], 2, "{life}");
    let changes = life["changes"].as_object().unwrap();
    let mut changed: Vec<&str> =
        changes.keys().map(String::as_str).filter(|id| id.starts_with("App")).collect();
    changed.retain(|id| matches!(*id, "App0" | "App1"));
    assert_eq!(changed, ["App0", "App1"], "{life}");
    assert_eq!(life["end"], "DELETE_COMPLETE", "{life}");
    assert_eq!(life["left"], serde_json::json!({}), "{life}");
    let text = std::fs::read_to_string(first.path().join("template.yaml")).unwrap();
    let (old, new) = FAULT;
    assert!(text.contains(old), "the template has no {old}");
    std::fs::write(first.path().join("template.yaml"), text.replacen(old, new, 1)).unwrap();
    let output = live(&python, &emulator, first.path(), second.path());
    let said = String::from_utf8_lossy(&output.stderr);
    let refused = "Address 10.20.1.9 does not fall within the subnet";
    assert!(!output.status.success() && said.contains(refused), "a fault passes: {said}");
}

/// What no schema sees and AWS refuses: a server at an address outside its subnet.
const FAULT: (&str, &str) = ("PrivateIpAddress: \"10.20.1.72\"", "PrivateIpAddress: \"10.20.1.9\"");

/// A stack's life from one template to another.
fn live(python: &Path, emulator: &Emulator, first: &Path, second: &Path) -> Output {
    Command::new(python)
        .arg(root().join("tests/tools/stack_life.py"))
        .arg(format!("http://127.0.0.1:{}", emulator.port))
        .args([first.join("template.yaml"), second.join("template.yaml")])
        .arg("EntryCertificateArn=arn:aws:acm:eu-central-1:123456789012:certificate/judge")
        .args(["S3PrefixList=pl-12345678", "ImageDebian12=ami-0123456789abcdef0"])
        .output()
        .unwrap()
}
