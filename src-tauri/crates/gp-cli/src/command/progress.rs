//! How a run goes on, on standard error: on a terminal the steps that run, by name; with `--json` every event
//! of the engine as a line; else a line for each stage.

use crate::{design::Opened, output};
use gp_app::{
    deploy::{Event, Heard},
    dto::{AppEvent, DeployStatusDto},
};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{self, IsTerminal},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, task::JoinHandle};

/// So many running steps are shown by name; the bar counts all.
const SHOWN: usize = 8;

/// A step that took longer is worth a line that stays.
const LONG: Duration = Duration::from_secs(1);

/// What shows progress; it ends with [`Progress::end`].
pub(super) struct Progress {
    stages: JoinHandle<()>,
    over: Arc<Notify>,
    screen: Option<Arc<Screen>>,
}

impl Progress {
    /// Begins to show what happens.
    pub fn watch(opened: &Opened, json: bool) -> Self {
        let screen = (!json && io::stderr().is_terminal()).then(|| Arc::new(Screen::new()));
        if json {
            let say = |heard: &Heard| {
                if let Ok(line) = serde_json::to_string(heard) {
                    output::say(&line);
                }
            };
            opened.deployments.listen(Arc::new(say));
        } else if let Some(screen) = &screen {
            let screen = Arc::clone(screen);
            opened.deployments.listen(Arc::new(move |heard| screen.heard(&heard.event)));
        }
        let over = Arc::new(Notify::new());
        let stages = stages(opened, json, screen.clone(), Arc::clone(&over));
        Self { stages, over, screen }
    }

    /// Takes the display away when everything is said: the result comes.
    pub async fn end(self) {
        self.over.notify_one();
        // A display that broke has nothing to say.
        let _ = self.stages.await;
        if let Some(screen) = self.screen {
            screen.clear();
        }
    }
}

/// A line for each stage, or what the bar says; all that was told is said before it ends.
fn stages(
    opened: &Opened,
    json: bool,
    screen: Option<Arc<Screen>>,
    over: Arc<Notify>,
) -> JoinHandle<()> {
    let mut events = opened.events.subscribe();
    tokio::spawn(async move {
        let mut said = String::new();
        loop {
            let event = tokio::select! {
                biased;
                event = events.recv() => event,
                () = over.notified() => None,
            };
            match (event, &screen) {
                (None, _) => break,
                (Some(AppEvent::Deploy(status)), Some(screen)) => screen.stage(&status),
                (Some(AppEvent::Deploy(status)), None) => say_stage(&status, &mut said, json),
                (Some(_), _) => {}
            }
        }
    })
}

/// Says a stage once.
fn say_stage(status: &DeployStatusDto, said: &mut String, json: bool) {
    if status.state == *said {
        return;
    }
    said.clone_from(&status.state);
    let line = json!({ "state": status.state, "text": status.text });
    match (json, &*status.state) {
        (true, _) => output::say(&line.to_string()),
        (false, "deploying" | "destroying") => output::say(&status.text),
        (false, "verifying") => output::say("Trying every connection"),
        // How it ended is the result.
        _ => {}
    }
}

/// The terminal.
struct Screen {
    all: MultiProgress,
    bar: ProgressBar,
    steps: Mutex<BTreeMap<String, Shown>>,
}

/// A step that runs.
struct Shown {
    what: String,
    /// None where so many are shown already.
    line: Option<ProgressBar>,
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Screen {
    fn new() -> Self {
        let all = MultiProgress::new();
        let bar = all.add(ProgressBar::new(1000));
        bar.set_style(style("{spinner} {bar:30} {elapsed} {msg}"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { all, bar, steps: Mutex::default() }
    }

    fn steps(&self) -> MutexGuard<'_, BTreeMap<String, Shown>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stage(&self, status: &DeployStatusDto) {
        let text = match &*status.state {
            "verifying" => "Trying every connection",
            _ => &status.text,
        };
        self.bar.set_message(output::plain(text));
        match status.progress {
            Some(progress) => self.bar.set_position((progress * 1000.0) as u64),
            None if status.state == "verifying" => self.bar.set_position(1000),
            None => self.bar.finish_and_clear(),
        }
    }

    fn heard(&self, event: &Event) {
        let mut steps = self.steps();
        match event {
            Event::Started { token, what } => {
                let what = output::plain(what);
                let lines = steps.values().filter(|shown| shown.line.is_some()).count();
                let line = (lines < SHOWN).then(|| self.line(&what));
                steps.insert(token.clone(), Shown { what, line });
            }
            Event::Progress { token, message, part, whole } => {
                let Some(shown) = steps.get(token) else { return };
                let part = part.zip(*whole).map(|(part, whole)| format!(" ({part} of {whole})"));
                let said = output::plain(&format!("{message}{}", part.unwrap_or_default()));
                if let Some(line) = &shown.line {
                    line.set_message(format!("{}: {said}", shown.what));
                }
            }
            Event::Finished { token, milliseconds } => {
                let Some(shown) = steps.remove(token) else { return };
                let took = Duration::from_millis(u64::from(*milliseconds));
                let said = format!("✓ {} {:.1} s", shown.what, took.as_secs_f32());
                shown.end((took >= LONG).then_some((&self.all, said)));
            }
            Event::Failed { token, message, .. } => {
                let Some(shown) = steps.remove(token) else { return };
                let said = format!("✗ {}: {}", shown.what, output::plain(message));
                shown.end(Some((&self.all, said)));
            }
            Event::Skipped { .. } => {}
            Event::Log { message } => self.print(&output::plain(message)),
        }
    }

    fn line(&self, what: &str) -> ProgressBar {
        let line = self.all.add(ProgressBar::new_spinner());
        line.set_style(style("  {spinner} {elapsed} {wide_msg}"));
        line.set_message(what.to_owned());
        line.enable_steady_tick(Duration::from_millis(100));
        line
    }

    fn print(&self, line: &str) {
        // Whoever closed the terminal does not want to hear.
        let _ = self.all.println(line);
    }

    fn clear(&self) {
        for shown in std::mem::take(&mut *self.steps()).into_values() {
            shown.end(None);
        }
        self.bar.finish_and_clear();
        let _ = self.all.clear();
    }
}

impl Shown {
    /// Takes its line away; what is said stays.
    fn end(self, said: Option<(&MultiProgress, String)>) {
        if let Some(line) = self.line {
            line.finish_and_clear();
        }
        if let Some((all, said)) = said {
            let _ = all.println(said);
        }
    }
}
