//! Programs that somebody outside started in a server: what they see of the lab, and their end. A program
//! goes when whoever started it hangs up, when its server goes, and with the lab.

use super::{
    fabric::Fabric,
    program::{Program, Started},
    space::Netns,
};
use crate::{
    blueprint::{Blueprint, Cable},
    protocol::{Reply, Started as Wanted},
};
use caps::Capability;
use nix::unistd::{Uid, fchown, geteuid};
use std::{fmt::Write as _, io, net::Ipv4Addr, os::fd::OwnedFd, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt},
    sync::Mutex,
    time::{sleep, timeout},
};

/// What a program may do to the network it is in.
const ALLOWED: [Capability; 3] =
    [Capability::CAP_NET_ADMIN, Capability::CAP_NET_RAW, Capability::CAP_NET_BIND_SERVICE];
/// Whose terminal it is where root runs the lab.
const NOBODY: u32 = 65_534;
/// How often it is looked whether the server is still there.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a program has to say goodbye when its terminal is gone.
const FAREWELL: Duration = Duration::from_millis(300);

/// Starts what is wanted, says so, and says how it ended.
pub async fn serve(
    fabric: &Mutex<Fabric>,
    wanted: Wanted,
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
        ended = child.ended() => ended?,
        // Nothing is said any more: this hears when the caller is gone.
        _ = said.read_line(&mut rest) => return end(child).await,
        () = gone(fabric, &space, &netns) => {
            child.end().await;
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
async fn end(mut child: Started) -> io::Result<()> {
    if timeout(FAREWELL, child.ended()).await.is_err() {
        child.end().await;
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
    wanted: Wanted,
    files: Vec<OwnedFd>,
) -> Result<(String, Netns, Started), String> {
    let space = named(fabric.spaces.keys().map(String::as_str), &wanted.space)?.to_owned();
    let netns = fabric.spaces[&space].netns.clone();
    let [input, output, errors] = <[OwnedFd; 3]>::try_from(files)
        .map_err(|files| format!("a program has three streams, and {} came", files.len()))?;
    if wanted.terminal && geteuid().is_root() {
        // It is opened again by its name, by somebody who is not root in there.
        let _ = fchown(&input, Some(Uid::from_raw(NOBODY)), None);
    }
    let name = wanted.command.first().cloned().unwrap_or_default();
    let usual = fabric.services.program(&fabric.desired, &space, wanted.command);
    let usual = usual.ok_or_else(|| format!("{space} is not part of this lab"))?;
    let mut environment = usual.environment.clone();
    environment.extend(wanted.environment);
    let program = Program {
        environment,
        hosts: hosts(&fabric.desired, &space, &usual.hostname),
        resolver: resolver(&fabric.desired, &space),
        keeps: ALLOWED.to_vec(),
        terminal: wanted.terminal,
        ..usual
    };
    let [input, output, errors] = [input, output, errors].map(Stdio::from);
    let started = program.start(&netns, input, output, errors).map_err(|error| {
        let unknown = error.kind() == io::ErrorKind::NotFound;
        let why =
            if unknown { "it is not installed on this machine".into() } else { error.to_string() };
        format!("cannot start “{name}” in {space}: {why}")
    })?;
    Ok((space, netns, started))
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

/// Whom it asks for names. One list serves all names there: who answers for every name comes first, and who
/// refuses an answer is followed by the next.
fn resolver(desired: &Blueprint, space: &str) -> String {
    let asks = desired.spaces.get(space).map(|space| &space.asks[..]).unwrap_or_default();
    let mut servers: Vec<Ipv4Addr> = Vec::new();
    let (every, some): (Vec<_>, Vec<_>) = asks.iter().partition(|asks| asks.domain.is_empty());
    for server in every.into_iter().chain(some).flat_map(|asks| &asks.servers) {
        if !servers.contains(server) {
            servers.push(*server);
        }
    }
    let mut text = String::new();
    for server in servers {
        let _ = writeln!(text, "nameserver {server}");
    }
    text + "options timeout:2 attempts:1\n"
}

/// Every machine of the lab by the name it is drawn with.
fn hosts(desired: &Blueprint, own: &str, hostname: &str) -> String {
    let mut ends: Vec<(&str, Ipv4Addr)> = Vec::new();
    for end in desired.cables.values().flat_map(Cable::ends) {
        let is_machine = desired.spaces.get(&end.space).is_some_and(|space| !space.forwards);
        let first = !ends.iter().any(|(space, _)| *space == end.space);
        if let Some(net) = end.address.filter(|_| is_machine && first) {
            ends.push((&end.space, net.addr()));
        }
    }
    let mut text = "127.0.0.1 localhost\n".to_owned();
    if !ends.iter().any(|(space, _)| *space == own) {
        let _ = writeln!(text, "127.0.1.1 {hostname}");
    }
    // Its own name leads to itself first.
    ends.sort_by_key(|(space, _)| (*space != own, *space));
    for (space, address) in ends {
        let name = host_name(space);
        let drawn = space.split_once('[').map(|(id, _)| format!(" {}", host_name(id)));
        let _ = writeln!(text, "{address} {name}{}", drawn.unwrap_or_default());
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
}
