//! Programs that somebody outside started in a server: what they see of the lab, and their end. A program
//! goes when whoever started it hangs up, when its server goes, and with the lab.

use super::{
    fabric::Fabric,
    program::{self, Program},
    space::Netns,
};
use crate::{
    blueprint::{Blueprint, Far},
    protocol::{Reply, Started},
};
use std::{
    fmt::Write as _,
    fs, io,
    net::Ipv4Addr,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt},
    process::Child,
    sync::Mutex,
    time::{sleep, timeout},
};

/// How often it is looked whether the server is still there.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a program has to say goodbye when its terminal is gone.
const FAREWELL: Duration = Duration::from_millis(300);
/// Where programs of the system are that are on no ordinary user's path.
const SYSTEM: [&str; 2] = ["/usr/sbin", "/sbin"];

/// Starts what is wanted, says so, and says how it ended.
pub async fn serve(
    fabric: &Mutex<Fabric>,
    wanted: Started,
    files: Vec<OwnedFd>,
    mut said: impl AsyncBufRead + Unpin,
    mut answer: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    let started = {
        let fabric = fabric.lock().await;
        start(&fabric, wanted, files)
    };
    let (space, netns, mut child) = match started {
        Ok(started) => started,
        Err(message) => return tell(&mut answer, &Reply::Failed(message)).await,
    };
    tell(&mut answer, &Reply::Started { space: space.clone() }).await?;
    let mut rest = String::new();
    let code = tokio::select! {
        ended = child.wait() => ended?.code().unwrap_or(128),
        // Nothing is said any more: this hears when the caller is gone.
        _ = said.read_line(&mut rest) => return end(child).await,
        () = gone(fabric, &space, &netns) => {
            end(child).await?;
            let message = format!("{space} is not part of this lab any more");
            return tell(&mut answer, &Reply::Failed(message)).await;
        }
    };
    tell(&mut answer, &Reply::Ended { code }).await
}

async fn tell(answer: &mut (impl AsyncWrite + Unpin), reply: &Reply) -> io::Result<()> {
    let mut text = serde_json::to_string(reply)?;
    text.push('\n');
    answer.write_all(text.as_bytes()).await
}

/// A terminal that is gone tells its program by itself; whoever does not listen is killed.
async fn end(mut child: Child) -> io::Result<()> {
    if timeout(FAREWELL, child.wait()).await.is_err() {
        child.kill().await?;
    }
    Ok(())
}

/// Comes back when the namespace is no part of the lab any more.
async fn gone(fabric: &Mutex<Fabric>, name: &str, netns: &Netns) {
    loop {
        sleep(LOOK_EVERY).await;
        let fabric = fabric.lock().await;
        if fabric.spaces.get(name).is_none_or(|live| live.netns.fd() != netns.fd()) {
            return;
        }
    }
}

fn start(
    fabric: &Fabric,
    wanted: Started,
    files: Vec<OwnedFd>,
) -> Result<(String, Netns, Child), String> {
    let space = named(fabric.spaces.keys().map(String::as_str), &wanted.space)?.to_owned();
    let netns = fabric.spaces[&space].netns.clone();
    let streams = <[OwnedFd; 3]>::try_from(files)
        .map_err(|files| format!("a program has three streams, and {} came", files.len()))?;
    let name = wanted.command.first().cloned().unwrap_or_default();
    let host = host_name(&space);
    let program = Program {
        environment: environment(wanted.environment, &host),
        words: wanted.command,
        folder: wanted.folder,
        files: seen(&fabric.desired, &space, &host),
        host,
        streams,
        terminal: wanted.terminal,
    };
    let child = program::start(&fabric.home, &netns, program).map_err(|error| {
        let unknown = error.kind() == io::ErrorKind::NotFound;
        let why = if unknown { "it is not installed on this machine".into() } else { error.to_string() };
        format!("cannot start “{name}” in {space}: {why}")
    })?;
    Ok((space, netns, child))
}

/// The namespace of this name; the only one of a resource may be named without its number.
fn named<'a>(all: impl Iterator<Item = &'a str>, wanted: &str) -> Result<&'a str, String> {
    let mut found = Vec::new();
    for name in all {
        if name == wanted {
            return Ok(name);
        }
        if name.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('[')) {
            found.push(name);
        }
    }
    match found[..] {
        [] => Err(format!("{wanted} is not part of this lab, or has no machine there")),
        [one] => Ok(one),
        _ => Err(format!("{wanted} is several: name one of {}", found.join(", "))),
    }
}

/// `app[0]` as machines are called: `app-0`.
fn host_name(space: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = space.trim_end_matches(']').chars().map(plain).take(63).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "server".to_owned() } else { name.to_owned() }
}

/// The caller's own, with what differs in a server.
fn environment(mut all: Vec<(String, String)>, host: &str) -> Vec<(String, String)> {
    let path = all.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone());
    let mut path = path.unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".to_owned());
    for folder in SYSTEM {
        if !path.split(':').any(|one| one == folder) {
            let _ = write!(path, ":{folder}");
        }
    }
    let own = [
        ("PATH", path),
        ("HOSTNAME", host.to_owned()),
        // What a shell's own settings do not say otherwise.
        ("PS1", r"\u@\h:\w\$ ".to_owned()),
    ];
    all.retain(|(name, _)| own.iter().all(|(other, _)| other != name));
    all.extend(own.map(|(name, value)| (name.to_owned(), value)));
    all
}

/// What a machine of the lab reads where this one keeps its own names.
fn seen(desired: &Blueprint, space: &str, host: &str) -> Vec<(PathBuf, String)> {
    let asks = desired.spaces.get(space).map(|space| &space.asks[..]).unwrap_or_default();
    let mut servers: Vec<Ipv4Addr> = Vec::new();
    // One list serves all names here: who answers for every name comes first.
    let (every, some): (Vec<_>, Vec<_>) = asks.iter().partition(|asks| asks.domain.is_empty());
    for server in every.iter().chain(&some).flat_map(|asks| &asks.servers) {
        if !servers.contains(server) {
            servers.push(*server);
        }
    }
    let mut resolver = String::from("# the lab's name servers, as drawn\n");
    for server in &servers {
        let _ = writeln!(resolver, "nameserver {server}");
    }
    if servers.is_empty() {
        // Without a line the library asks the machine itself, where nobody answers either; it is refused at once.
        resolver.push_str("# none is drawn for this machine\n");
    }
    resolver.push_str("options timeout:1 attempts:1\n");
    let mut files = vec![
        (PathBuf::from("/etc/resolv.conf"), resolver),
        (PathBuf::from("/etc/hosts"), hosts(desired, space, host)),
        (PathBuf::from("/etc/hostname"), format!("{host}\n")),
    ];
    let switch = Path::new("/etc/nsswitch.conf");
    if let Ok(text) = fs::read_to_string(switch) {
        files.push((switch.to_owned(), by_files_and_names(&text)));
    }
    files
}

/// Names are asked of files and name servers, of no service of this machine that knows the world outside.
fn by_files_and_names(switch: &str) -> String {
    let line = |line: &str| {
        let hosts = line.trim_start().starts_with("hosts:");
        if hosts { "hosts: files dns\n".to_owned() } else { format!("{line}\n") }
    };
    switch.lines().map(line).collect()
}

/// Every machine of the lab by the name it is drawn with.
fn hosts(desired: &Blueprint, own: &str, host: &str) -> String {
    let mut text = format!("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
    let mut line = |address: Ipv4Addr, space: &str| {
        let name = host_name(space);
        let drawn = space.split_once('[').map(|(id, _)| host_name(id));
        let also = drawn.map(|id| format!(" {id}")).unwrap_or_default();
        let _ = writeln!(text, "{address} {name}{also}");
    };
    // Its own name leads to itself first.
    let mut ends: Vec<(&str, Ipv4Addr)> = Vec::new();
    for cable in desired.cables.values() {
        let far = match &cable.to {
            Far::Space(end) => Some(end),
            Far::Bridge { .. } => None,
        };
        for end in std::iter::once(&cable.end).chain(far) {
            let known = desired.spaces.get(&end.space).is_some_and(|space| !space.forwards);
            if let Some(net) = end.address.filter(|_| known) {
                ends.push((&end.space, net.addr()));
            }
        }
    }
    ends.sort_by_key(|(space, address)| (*space != own, *space, *address));
    let mut before = None;
    for (space, address) in &ends {
        if before != Some(*space) {
            line(*address, space);
        }
        before = Some(space);
    }
    if !ends.iter().any(|(space, _)| *space == own) {
        let _ = writeln!(text, "127.0.1.1 {host}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_called_as_it_is_drawn_as_far_as_machines_can_be_called_so() {
        let names = ["web", "app[0]", "router:shop", "Größe[12]", "[0]", "---"];
        let called: Vec<String> = names.iter().map(|name| host_name(name)).collect();
        assert_eq!(called, ["web", "app-0", "router-shop", "gr--e-12", "0", "server"]);
        assert_eq!(host_name(&"x".repeat(200)).len(), 63);
    }

    #[test]
    fn of_several_machines_one_must_be_named_and_of_one_it_need_not() {
        let all = ["app[0]", "app[1]", "apple", "db[0]"];
        let find = |wanted: &str| named(all.iter().copied(), wanted);
        assert_eq!(find("app[1]"), Ok("app[1]"));
        assert_eq!(find("db"), Ok("db[0]"));
        assert_eq!(find("apple"), Ok("apple"));
        assert_eq!(find("app"), Err("app is several: name one of app[0], app[1]".to_owned()));
        assert!(find("nobody").is_err_and(|message| message.contains("nobody is not part")));
    }

    #[test]
    fn names_are_asked_of_no_service_that_knows_the_world_outside() {
        let host = "passwd: files\nhosts:  mymachines resolve [!UNAVAIL=return] files dns\n";
        assert_eq!(by_files_and_names(host), "passwd: files\nhosts: files dns\n");
    }

    #[test]
    fn tools_of_the_system_are_found_and_the_name_is_the_servers() {
        let given = [("PATH", "/usr/bin"), ("HOSTNAME", "laptop"), ("LANG", "C")];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let all = environment(given, "web");
        let of = |wanted: &str| {
            let mut all = all.iter().filter(|(name, _)| name == wanted);
            (all.next().map(|(_, value)| &**value), all.count())
        };
        assert_eq!(of("PATH"), (Some("/usr/bin:/usr/sbin:/sbin"), 0));
        assert_eq!(of("HOSTNAME"), (Some("web"), 0));
        assert_eq!(of("LANG"), (Some("C"), 0));
    }
}
