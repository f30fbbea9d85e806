//! The holder's socket: takes calls one after the other, ends at `destroy`, at its time to live,
//! or at a signal.

use super::{
    Settings, doors::Doors, fabric::Fabric, look, names, prober::Prober, pulse, shell,
    space::Netns, watch,
};
use crate::{
    blueprint::Blueprint,
    passing,
    protocol::{Call, LabInfo, Reply, Request, VERSION},
    socket::{Lock, folder},
};
use gp_plan::plan::Known;
use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    rc::Rc,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, UnixListener, UnixStream},
    signal::unix::{SignalKind, signal},
    sync::{Mutex, Notify},
    time::{Instant, sleep_until, timeout},
};

/// The longest answer `fetch` gives back.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// A caller that has connected and says nothing for this long is not waited for.
const SLOWEST_CALL: Duration = Duration::from_secs(2);

struct Holder {
    settings: Settings,
    ends: Cell<Option<Instant>>,
    /// It ends at another time than before.
    other_end: Notify,
    /// Calls are read one after the other, in the order in which their callers came.
    turn: Mutex<()>,
    fabric: Mutex<Fabric>,
    known: Mutex<BTreeMap<String, Known>>,
    over: Notify,
    doors: Rc<Doors>,
}

/// Serves until the lab ends, then takes its traces in the file system away.
pub async fn serve(settings: &Settings, doors: Doors) -> Result<(), String> {
    let listener = listen(&settings.socket)?;
    let mine = inode(&settings.socket);
    let folder = folder(&settings.socket);
    let holder = Rc::new(Holder {
        settings: settings.clone(),
        ends: Cell::new(settings.ttl.and_then(in_seconds)),
        other_end: Notify::new(),
        turn: Mutex::new(()),
        fabric: Mutex::new(Fabric::new(folder.clone())?),
        known: Mutex::new(BTreeMap::new()),
        over: Notify::new(),
        doors: Rc::new(doors),
    });
    holder.doors.open()?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| e.to_string())?;
    let taking = async {
        loop {
            if let Ok((stream, _)) = listener.accept().await {
                let holder = Rc::clone(&holder);
                tokio::task::spawn_local(async move {
                    // A caller that hung up has seen what it wanted.
                    let _ = converse(stream, &holder).await;
                });
            }
        }
    };
    // The caller waits for this line. One that died meanwhile left a lab that nobody knows of.
    if writeln!(io::stdout(), "ready").is_ok() {
        tokio::select! {
            () = taking => {}
            () = holder.over.notified() => {}
            () = holder.time_over() => {}
            _ = terminate.recv() => {}
        }
    }
    // Nobody writes into the folder while it is taken away.
    if let Ok(mut fabric) = timeout(SLOWEST_CALL, holder.fabric.lock()).await {
        fabric.services.end().await;
    }
    // Only our own socket: another holder may have taken the place meanwhile.
    if let Ok(lock) = Lock::take(&settings.socket)
        && inode(&settings.socket) == mine
    {
        lock.remove();
    }
    Ok(())
}

fn inode(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|data| data.ino())
}

/// Takes the lab's name, unless somebody who lives has it, and makes the folder beside it.
fn listen(socket: &Path) -> Result<UnixListener, String> {
    use std::os::unix::fs::PermissionsExt;
    let cannot = |e: io::Error| format!("cannot listen on {}: {e}", socket.display());
    let lock = Lock::take(socket).map_err(cannot)?;
    if !lock.clean() {
        return Err("a lab of this design and environment runs already".to_owned());
    }
    let listener = UnixListener::bind(socket).map_err(cannot)?;
    fs::set_permissions(socket, fs::Permissions::from_mode(0o600)).map_err(cannot)?;
    let folder = folder(socket);
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    Ok(listener)
}

/// One call and its answer. Calls are read in turn; on this one thread an answer asks for its locks
/// before the next call is read, so a change goes before the question that came after it.
async fn converse(stream: UnixStream, holder: &Holder) -> io::Result<()> {
    let turn = holder.turn.lock().await;
    let heard = timeout(SLOWEST_CALL, passing::receive(&stream)).await.map_err(io::Error::other)?;
    let (first, files) = heard?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(io::Cursor::new(first).chain(read)).lines();
    let line = timeout(SLOWEST_CALL, lines.next_line()).await.map_err(io::Error::other)??;
    drop(turn);
    let Some(line) = line else { return Ok(()) };
    let mut ends = false;
    let reply = match serde_json::from_str::<Call>(&line) {
        Ok(Call { version: VERSION, request: Request::Start(wanted) }) => {
            return shell::serve(&holder.fabric, wanted, files, lines.into_inner(), write).await;
        }
        Ok(call) => {
            ends = matches!(call.request, Request::Destroy);
            let any = ends || matches!(call.request, Request::Hello);
            if call.version == VERSION || any {
                holder.answer(call.request).await
            } else {
                Reply::Failed(other_version())
            }
        }
        Err(error) => Reply::Failed(format!("not understood: {error}")),
    };
    let mut text = serde_json::to_string(&reply)?;
    text.push('\n');
    // The caller may be gone; what it asked for holds all the same.
    let told = write.write_all(text.as_bytes()).await;
    if ends {
        holder.over.notify_one();
    }
    told
}

/// None where the clock does not reach that far.
fn in_seconds(seconds: u64) -> Option<Instant> {
    Instant::now().checked_add(Duration::from_secs(seconds))
}

fn other_version() -> String {
    "this lab was started by another version of Groundplan; destroy it and deploy again".into()
}

impl Holder {
    async fn answer(&self, request: Request) -> Reply {
        let done = |result: Result<(), String>| match result {
            Ok(()) => Reply::Done,
            Err(message) => Reply::Failed(message),
        };
        match request {
            Request::Hello => Reply::Hello(self.info()),
            Request::Apply { parts, put, remove, known } => {
                done(self.apply(parts, &put, &remove, known).await)
            }
            Request::Live => {
                // A change that is under way, its caller dead or not, is part of what lives.
                let _whole = self.fabric.lock().await;
                Reply::Live(self.known.lock().await.values().cloned().collect())
            }
            Request::LiveReally => self.live_really().await,
            Request::Mend { owners } => done(self.fabric.lock().await.mend(&owners).await),
            Request::EndIn { seconds } => {
                self.ends.set(seconds.and_then(in_seconds));
                self.other_end.notify_one();
                Reply::Done
            }
            Request::Probe { probes } => Reply::Probed(self.prober().await.run(&probes).await),
            Request::Trace { probe } => {
                let prober = self.prober().await;
                let blueprint = self.fabric.lock().await.desired.clone();
                Reply::Traced(watch::trace(&prober, &blueprint, &probe).await)
            }
            Request::Fetch { from, address, port, text } => {
                let netns = self.prober().await;
                match netns.spaces.get(&from) {
                    None => Reply::Failed(format!("{from} is not part of this lab")),
                    Some(space) => match fetch(&netns.home, space, address, port, &text).await {
                        Ok(answer) => Reply::Fetched(answer),
                        Err(error) => Reply::Failed(error.to_string()),
                    },
                }
            }
            Request::Pulse { pulses, per_second, milliseconds } => {
                let Prober { home, spaces, .. } = self.prober().await;
                let pulsed = pulse::run(&home, &spaces, &pulses, per_second, milliseconds).await;
                pulsed.map_or_else(|error| Reply::Failed(error.to_string()), Reply::Pulsed)
            }
            Request::Ask { from, name, type_ } => self.ask(&from, &name, &type_).await,
            Request::Running => Reply::Running(self.fabric.lock().await.services.running()),
            Request::Log { space } => match self.fabric.lock().await.services.log(&space) {
                Some(text) => Reply::Log(text),
                None => Reply::Failed(format!("no program runs in {space}")),
            },
            Request::Switch { space, on } => {
                done(self.fabric.lock().await.switch(&space, on).await)
            }
            Request::Start(_) => Reply::Failed("a program needs its streams".into()),
            Request::Off => Reply::Off(self.fabric.lock().await.off.things.clone()),
            Request::SetOff { things } => done(self.fabric.lock().await.set_off(things).await),
            Request::Look { look } => look::look(&self.fabric, &look).await,
            Request::Unlike => Reply::Unlike(self.fabric.lock().await.shaping.unlike()),
            Request::Counted => {
                let fabric = self.fabric.lock().await;
                let mut counts = look::rules(&fabric.home, &fabric.filtered());
                fabric.nodes.carried.add(&mut counts);
                Reply::Counted(counts)
            }
            Request::Doors { doors } => {
                self.doors.lead_to(doors, &*self.fabric.lock().await);
                Reply::Done
            }
            Request::Destroy => Reply::Done,
        }
    }

    /// Waits until its time is over. Counted by a clock that nobody can set.
    async fn time_over(&self) {
        loop {
            let over = async {
                match self.ends.get() {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = over => return,
                () = self.other_end.notified() => {}
            }
        }
    }

    async fn live_really(&self) -> Reply {
        let fabric = self.fabric.lock().await;
        let told = self.known.lock().await.clone();
        match fabric.as_it_is(&told).await {
            Ok(known) => Reply::Live(known),
            Err(message) => Reply::Failed(message),
        }
    }

    async fn ask(&self, from: &str, name: &str, type_: &str) -> Reply {
        let fabric = self.fabric.lock().await;
        let place = fabric.spaces.get(from).map(|live| live.netns.clone());
        let space = fabric.desired.spaces.get(from);
        let (Some(place), Some(asks)) = (place, space.map(|space| space.asks.clone())) else {
            return Reply::Failed(format!("{from} is not part of this lab"));
        };
        let home = fabric.home.clone();
        drop(fabric);
        Reply::Asked(names::ask(&home, &place, &asks, name, type_).await)
    }

    fn info(&self) -> LabInfo {
        LabInfo {
            version: VERSION,
            pid: std::process::id(),
            design: self.settings.design.clone(),
            environment: self.settings.environment.clone(),
            ends_in: self
                .ends
                .get()
                .map(|end| end.saturating_duration_since(Instant::now()).as_secs()),
        }
    }

    async fn apply(
        &self,
        mut parts: Blueprint,
        put: &[String],
        remove: &[String],
        known: Vec<Known>,
    ) -> Result<(), String> {
        let mut fabric = self.fabric.lock().await;
        // What somebody else changed would pass for what stands.
        fabric.mend(&put.iter().map(|owner| (owner.clone(), Vec::new())).collect()).await?;
        let touched = put.iter().chain(remove).map(String::as_str).collect();
        let before = fabric.desired.parts_of(&touched);
        for owner in remove {
            fabric.desired.remove_owner(owner);
        }
        let named = |owner: &String| owner.is_empty() || put.contains(owner);
        parts
            .spaces
            .retain(|name, space| named(&space.owner) || fabric.desired.spaces.contains_key(name));
        parts.bridges.retain(|_, bridge| named(&bridge.owner));
        parts.cables.retain(|_, cable| named(&cable.owner));
        parts.volumes.retain(|_, volume| named(&volume.owner));
        parts.shapes.retain(|_, shape| named(&shape.owner));
        fabric.desired.put(parts);
        if let Err(why) = fabric.converge().await {
            // What cannot stand must not be in the way of every change that comes after it.
            for owner in put {
                fabric.desired.remove_owner(owner);
            }
            fabric.desired.put(before);
            if let Err(error) = fabric.converge().await {
                tracing::warn!(error, "what stood before does not stand again");
            }
            return Err(why);
        }
        let mut table = self.known.lock().await;
        for owner in remove {
            table.remove(owner);
        }
        table.extend(known.into_iter().map(|known| (known.address.clone(), known)));
        Ok(())
    }

    async fn prober(&self) -> Prober {
        self.fabric.lock().await.prober()
    }
}

async fn fetch(
    home: &Netns,
    space: &Netns,
    address: Ipv4Addr,
    port: u16,
    text: &str,
) -> io::Result<String> {
    let talk = async {
        let socket = space.within(home, TcpSocket::new_v4)??;
        let mut stream = socket.connect(SocketAddr::from((address, port))).await?;
        stream.write_all(text.as_bytes()).await?;
        let mut answer = Vec::new();
        (&mut stream).take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    timeout(Duration::from_secs(3), talk).await?
}
