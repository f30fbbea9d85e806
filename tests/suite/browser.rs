//! The door that a browser comes through (`groundplan serve`), spoken to in plain HTTP.

use crate::place::{PATIENCE, Place, Ran, wait_until};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::Child,
};

/// A running server and a browser that was let in.
pub struct Server {
    pub child: Child,
    port: u16,
    token: String,
    key: String,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Server {
    /// None where this build has no user interface to serve.
    pub fn start(place: &Place, name: &str) -> Option<Self> {
        let mut child = place.start("serve --json");
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        while !text.trim_end().ends_with('}') && out.read_line(&mut text).unwrap() > 0 {}
        let Ok(said) = serde_json::from_str::<Value>(&text) else {
            let mut err = String::new();
            child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
            child.wait().unwrap();
            assert!(err.contains("this build has no user interface"), "{err}");
            gp_testkit::skip(name, "this build has no user interface: build ui/ first");
            return None;
        };
        let port = said["port"].as_u64().unwrap() as u16;
        let token = said["url"].as_str().unwrap().split("#token=").nth(1).unwrap().to_owned();
        let mut server = Self { child, port, token, key: "none".to_owned() };
        let answer =
            server.send("POST", "/api/session", "", &json!({ "token": server.token }).to_string());
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(!answer.head.contains("set-cookie"), "other ports would get it: {}", answer.head);
        let key = serde_json::from_str::<Value>(&answer.body).unwrap()["key"].clone();
        key.as_str().unwrap().clone_into(&mut server.key);
        Some(server)
    }

    /// One request with these headers.
    pub fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let host = if headers.contains("Host:") {
            String::new()
        } else {
            format!("Host: 127.0.0.1:{}\r\n", self.port)
        };
        let marked = if headers.contains("x-") {
            String::new()
        } else {
            format!("x-groundplan: {}\r\n", self.key)
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{host}{marked}{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A command that answers.
    pub fn call(&self, name: &str, args: &Value) -> Value {
        let answer = self.send("POST", &format!("/api/{name}"), "", &args.to_string());
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn only_the_page_that_was_given_the_address_gets_in() {
    let place = Place::with_shop();
    let Some(server) = Server::start(&place, "only_the_page_that_was_given_the_address_gets_in")
    else {
        return;
    };
    assert_eq!(server.call("app_info", &json!({}))["shell"], "browser");
    let again = json!({ "token": server.token }).to_string();
    let stranger = "x-groundplan: none\r\n";
    let port = server.port;
    // What another program that serves on this machine could send, after this browser came by.
    let forged = format!(
        "x-groundplan: 1\r\nCookie: groundplan-{port}=x\r\nOrigin: http://127.0.0.1:{port}\r\n"
    );
    let upgrade = format!(
        "Origin: http://127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    let cases = [
        ("POST", "/api/session", stranger, again.as_str(), 401),
        ("POST", "/api/session", stranger, r#"{"token":"x"}"#, 401),
        ("POST", "/api/session", "", again.as_str(), 200),
        ("POST", "/api/app_info", stranger, "{}", 401),
        ("POST", "/api/app_info", &forged, "{}", 401),
        ("POST", "/api/app_info", "Host: evil.example\r\n", "{}", 403),
        ("POST", "/api/app_info", "Origin: http://evil.example\r\n", "{}", 403),
        ("POST", "/api/app_info", "x-plain: 1\r\n", "{}", 403),
        ("POST", "/api/design_fly", "", "{}", 404),
        ("POST", "/api/app_info", "", "{", 422),
        ("POST", "/api/design_open", "", r#"{"path":"/etc/passwd"}"#, 403),
        ("POST", "/api/design_open", "", r#"{"path":"../home/x.gplan"}"#, 403),
        ("POST", "/api/folder_list", "", r#"{"path":".."}"#, 403),
        ("GET", "/api/events", "", "", 403),
        ("GET", "/api/events", &upgrade, "", 401),
        ("GET", "/", stranger, "", 200),
        ("GET", "/../../etc/passwd", stranger, "", 404),
        ("DELETE", "/", stranger, "", 405),
    ];
    for (method, path, headers, body, status) in cases {
        let answer = server.send(method, path, headers, body);
        assert_eq!(answer.status, status, "{method} {path} {headers:?}: {}", answer.body);
    }
    let page = server.send("GET", "/", "", "");
    assert!(page.head.contains("content-security-policy: default-src 'self'"), "{}", page.head);
    server.kill();
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_folder_is_not_written_through() {
    use std::{fs, os::unix::fs::symlink};
    let name = "a_link_that_leads_out_of_the_folder_is_not_written_through";
    let place = Place::with_shop();
    let Some(server) = Server::start(&place, name) else { return };
    let session = server.call("design_open", &json!({ "path": "shop.gplan" }))["session"].clone();
    let outside = place.path("home/theirs.tf");
    fs::write(&outside, "# Groundplan wrote this once").unwrap();
    for (folder, link) in [("infra", "infra/network.tf"), ("linked", "linked")] {
        let link = place.file(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        let target = if folder == "infra" { &outside } else { &place.path("home") };
        symlink(target, link).unwrap();
        let args = json!({
            "session": session, "format": "terraform", "environment": "production",
            "folder": folder, "overwrite": true,
        });
        for command in ["export_run", "export_write"] {
            let answer = server.send("POST", &format!("/api/{command}"), "", &args.to_string());
            assert_eq!(answer.status, 403, "{folder}: {}", answer.body);
            assert!(answer.body.contains("it leads to"), "{}", answer.body);
        }
    }
    assert_eq!(fs::read_to_string(&outside).unwrap(), "# Groundplan wrote this once");
    assert!(!place.path("home/versions.tf").exists());
    assert!(!place.file("infra/versions.tf").exists(), "nothing is written before all is checked");
    let args = json!({
        "session": session, "format": "terraform", "environment": "production", "folder": "fresh/in",
    });
    server.call("export_write", &args);
    assert!(place.file("fresh/in/network.tf").is_file());
    server.kill();
}

#[test]
fn a_port_that_is_taken_is_named_with_the_way_out() {
    let place = Place::new();
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let ran: Ran = place.run(&format!("serve --port {port}"));
    if ran.err.contains("no user interface") {
        return gp_testkit::skip(
            "a_port_that_is_taken_is_named_with_the_way_out",
            "this build has no user interface",
        );
    }
    ran.check(2, &[&format!("port {port} cannot be used"), "choose another with --port"]);
    place.check_nothing_runs();
}

#[test]
fn edits_of_a_killed_program_are_offered_again() {
    let place = Place::with_shop();
    let Some(server) = Server::start(&place, "edits_of_a_killed_program_are_offered_again") else {
        return;
    };
    let before = place.read("shop.gplan");
    let session = server.call("design_open", &json!({ "path": "shop.gplan" }))["session"].clone();
    let edit = json!({ "edit": "set-attribute", "resource": "app", "path": ["title"], "value": "Half done" });
    server.call("design_edit", &json!({ "session": session, "edit": edit }));
    let journals = place.path("home/state/groundplan/journals");
    wait_until("the edit is on disk", || {
        let files = std::fs::read_dir(&journals).into_iter().flatten().flatten();
        files
            .map(|file| std::fs::read_to_string(file.path()).unwrap_or_default())
            .any(|text| text.contains("Half done"))
    });
    server.kill();
    assert_eq!(place.read("shop.gplan"), before);
    place.fine("check shop.gplan");
    let server = Server::start(&place, "edits_of_a_killed_program_are_offered_again").unwrap();
    let opened = server.call("design_open", &json!({ "path": "shop.gplan" }));
    assert_eq!(
        opened["recovery"]["edits"], 1,
        "looking at it from the command line took nothing away: {opened}"
    );
    let args = json!({ "session": opened["session"], "keep": true });
    assert_eq!(
        server.call("design_recover", &args)["design"]["resources"]["app"]["title"],
        "Half done"
    );
    server.call("design_save", &json!({ "session": opened["session"] }));
    assert!(place.read("shop.gplan").contains("Half done"));
    server.kill();
}

#[test]
fn a_design_that_never_had_a_file_survives_a_killed_program() {
    let name = "a_design_that_never_had_a_file_survives_a_killed_program";
    let place = Place::with_shop();
    let Some(server) = Server::start(&place, name) else { return };
    let template = json!({ "template": "three-tier-web-shop" });
    let session = server.call("design_from_template", &template)["session"].clone();
    let edit = json!({ "edit": "set-attribute", "resource": "app", "path": ["title"], "value": "Half done" });
    server.call("design_edit", &json!({ "session": session, "edit": edit }));
    let journals = place.path("home/state/groundplan/journals");
    let kept = |what: &str| {
        let files = std::fs::read_dir(&journals).into_iter().flatten().flatten();
        files
            .filter(|file| {
                std::fs::read_to_string(file.path()).is_ok_and(|text| text.contains(what))
            })
            .count()
    };
    wait_until("the edit is on disk", || kept("Half done") > 0);
    let offered = server.call("start_page", &json!({}))["recent"].clone();
    assert_eq!(offered, json!([]), "a program that lives loses nothing");
    server.kill();
    let server = Server::start(&place, name).unwrap();
    let offered = server.call("start_page", &json!({}))["recent"][0].clone();
    assert_eq!(offered["name"], "Web shop (not saved)");
    let opened = server.call("design_open", &json!({ "path": offered["path"] }));
    assert_eq!((&opened["recovery"]["edits"], &opened["path"]), (&json!(1), &Value::Null));
    let session = opened["session"].clone();
    let kept_edits = server.call("design_recover", &json!({ "session": session, "keep": true }));
    assert_eq!(kept_edits["design"]["resources"]["app"]["title"], "Half done");
    server.call("design_save", &json!({ "session": session, "path": "found.gplan" }));
    assert!(place.read("found.gplan").contains("Half done"));
    assert_eq!(kept("Half done"), 0, "what is saved needs no journal");
    server.kill();
}
