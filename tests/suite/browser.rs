//! The door that a browser comes through (`groundplan serve`), spoken to in plain HTTP.

use crate::place::{PATIENCE, Place, Ran};
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
        Self::start_with(place, name, "")
    }

    /// The same with more words on the command line.
    pub fn start_with(place: &Place, name: &str, words: &str) -> Option<Self> {
        let mut child = place.start(&format!("serve --json {words}"));
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
        self.try_send(method, path, headers, body).unwrap()
    }

    /// The same to a server that may be killed meanwhile.
    fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> std::io::Result<Answer> {
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
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{host}{marked}{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text)?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
    }

    /// A command that answers.
    pub fn call(&self, name: &str, args: &Value) -> Value {
        let answer = self.send("POST", &format!("/api/{name}"), "", &args.to_string());
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Whether a command was answered; not where the server was killed.
    pub fn try_call(&self, name: &str, args: &str) -> bool {
        let answer = self.try_send("POST", &format!("/api/{name}"), "", args);
        answer.is_ok_and(|answer| answer.status == 200)
    }

    /// A command that is refused with this code.
    pub fn refused(&self, name: &str, args: &Value, code: &str) -> String {
        let answer = self.send("POST", &format!("/api/{name}"), "", &args.to_string());
        assert_ne!(answer.status, 200, "{name}: {}", answer.body);
        let error: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(error["code"], code, "{name} {args}: {error}");
        error["message"].as_str().unwrap().to_owned()
    }

    /// Ends it at once: SIGKILL.
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
fn a_design_elsewhere_is_served_with_its_own_folder() {
    let name = "a_design_elsewhere_is_served_with_its_own_folder";
    let place = Place::with_shop();
    std::fs::create_dir(place.file("elsewhere")).unwrap();
    std::fs::rename(place.file("shop.gplan"), place.path("home/shop.gplan")).unwrap();
    let Some(server) = Server::start_with(&place, name, "../home/shop.gplan") else { return };
    let open = server.call("app_info", &json!({}))["open"].clone();
    assert_eq!(server.call("design_open", &json!({ "path": open }))["design"]["name"], "Web shop");
    server.kill();
    let line = "serve --folder elsewhere ../home/shop.gplan";
    place.run(line).check(2, &["home/shop.gplan” is not below", "leave --folder out"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_folder_is_not_followed() {
    let name = "a_link_that_leads_out_of_the_folder_is_not_followed";
    let place = Place::with_shop();
    let outside = place.path("home/outside");
    std::fs::create_dir(&outside).unwrap();
    let secret = outside.join("secret.gplan");
    std::fs::copy(place.file("shop.gplan"), &secret).unwrap();
    let before = std::fs::read(&secret).unwrap();
    std::os::unix::fs::symlink(&outside, place.file("out")).unwrap();
    std::os::unix::fs::symlink(&secret, place.file("link.gplan")).unwrap();
    let Some(server) = Server::start(&place, name) else { return };
    let session = server.call("design_open", &json!({ "path": "shop.gplan" }))["session"].clone();
    for path in ["link.gplan", "out/secret.gplan", "out/../../home/outside/secret.gplan"] {
        let says = server.refused("design_open", &json!({ "path": path }), "forbidden");
        assert!(says.contains("is not below"), "{says}");
    }
    for path in ["link.gplan", "out/secret.gplan", "out/new.gplan"] {
        let save = json!({ "session": session, "path": path, "overwrite": true });
        server.refused("design_save", &save, "forbidden");
    }
    server.refused("folder_list", &json!({ "path": "out" }), "forbidden");
    for command in ["export_run", "export_write"] {
        let export =
            json!({ "session": session, "format": "svg", "environment": "test", "folder": "out" });
        server.refused(command, &export, "forbidden");
    }
    server.kill();
    assert_eq!(std::fs::read(&secret).unwrap(), before);
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
}

#[test]
fn the_folder_of_journals_is_no_way_out_of_the_folder() {
    let name = "the_folder_of_journals_is_no_way_out_of_the_folder";
    let place = Place::with_shop();
    let Some(server) = Server::start(&place, name) else { return };
    let session = server.call("design_open", &json!({ "path": "shop.gplan" }))["session"].clone();
    let edit = json!({ "edit": "set-name", "name": "Mine" });
    server.call("design_edit", &json!({ "session": session, "edit": edit }));
    let journals = place.path("home/state/groundplan/journals");
    let inside = journals.join("new.jsonl");
    let save = json!({ "session": session, "path": inside });
    server.refused("design_save", &save, "forbidden");
    server.refused("folder_list", &json!({ "path": journals }), "forbidden");
    let export =
        json!({ "session": session, "format": "svg", "environment": "test", "folder": journals });
    server.refused("export_write", &export, "forbidden");
    server.refused("design_open", &json!({ "path": inside }), "not-found");
    server.kill();
}
