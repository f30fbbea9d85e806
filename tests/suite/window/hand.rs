//! The user's hands and eyes: pointer, keys, and what the page and the core say.

use super::stage::PATIENCE;
use fantoccini::{
    Client,
    actions::{InputSource, KeyAction, KeyActions, MouseActions, PointerAction},
    key::Key,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A page in a window, driven.
pub struct Window {
    client: Client,
    folder: PathBuf,
}

impl Window {
    pub fn new(client: Client, folder: &Path) -> Self {
        Self { client, folder: folder.to_owned() }
    }

    /// Polls an expression until it is there and true; gives its value.
    pub async fn until(&self, what: &str, expression: &str) -> Value {
        let began = Instant::now();
        let script = format!("const it = {expression}; return it instanceof Node ? true : it;");
        loop {
            let value = self.client.execute(&script, vec![]).await;
            match &value {
                Ok(Value::Null | Value::Bool(false)) | Err(_) if began.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Ok(Value::Null | Value::Bool(false)) | Err(_) => {
                    let picture = self.picture().await;
                    panic!("waited too long until {what}: {value:?}; see {}", picture.display())
                }
                Ok(value) => return value.clone(),
            }
        }
    }

    /// The value of an expression, now.
    pub async fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression};");
        self.client
            .execute(&script, vec![])
            .await
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Asks the core through the same door as the page does.
    pub async fn ask(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        self.invoke(command, json!({ "args": arguments })).await
    }

    /// Calls any command of the shell or of a plugin.
    pub async fn invoke(&self, command: &str, payload: Value) -> Result<Value, Value> {
        let script = "const [command, payload, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, payload)
              .then((ok) => done({ ok: ok ?? null }), (error) => done({ error }));";
        let answer = self.client.execute_async(script, vec![json!(command), payload]).await;
        let answer = answer.unwrap_or_else(|error| panic!("{command}: {error}"));
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["ok"].clone()),
        }
    }

    /// The document that the page shows, as the core has it: the newest that is open.
    pub async fn document(&self) -> Value {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            for session in (1..20).rev() {
                if let Ok(document) =
                    self.ask("design_snapshot", json!({ "session": session })).await
                {
                    return document;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("waited too long until a design is open")
    }

    /// Waits for the core to have it so.
    pub async fn until_design(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let design = self.document().await["design"].clone();
            if holds(&design) {
                return design;
            }
            if began.elapsed() > PATIENCE {
                let picture = self.picture().await;
                panic!("waited too long until {what}; see {}: {design:#}", picture.display());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until a design is drawn and the drawing rests.
    pub async fn drawn(&self, id: &str) {
        self.until(&format!("{id} is drawn"), &format!("window.__gp?.rectOf('{id}')")).await;
        self.rests().await;
    }

    /// Waits until nothing moves on the drawing.
    pub async fn rests(&self) {
        let script = "const done = arguments[0]; window.__gp.whenIdle().then(() => done(true));";
        self.client.execute_async(script, vec![]).await.expect("the drawing comes to rest");
    }

    /// Where to grab a resource.
    pub async fn grip(&self, id: &str) -> (f64, f64) {
        self.still(&format!("{id} is drawn"), &format!("window.__gp?.gripOf('{id}')")).await
    }

    /// A point that was the same twice: what still moves would be missed by the hand.
    async fn still(&self, what: &str, expression: &str) -> (f64, f64) {
        let began = Instant::now();
        let mut last = self.until(what, expression).await;
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let now = self.until(what, expression).await;
            if now == last {
                return point(&now);
            }
            assert!(began.elapsed() < PATIENCE, "waited too long until {what} and rests");
            last = now;
        }
    }

    /// A place inside a container where nothing else is.
    pub async fn free_place(&self, container: &str) -> (f64, f64) {
        let expression = format!(
            "(() => {{ const r = window.__gp?.rectOf('{container}'); if (!r) return null;
               for (let y = r.y + r.h - 14; y > r.y + 30; y -= 6)
                 for (let x = r.x + r.w - 14; x > r.x + 14; x -= 6)
                   if (window.__gp.itemAt(x, y)?.id === '{container}') return {{ x, y }};
               return null; }})()"
        );
        self.still(&format!("{container} has room"), &expression).await
    }

    /// The middle of an element that can be seen.
    pub async fn middle(&self, selector: &str) -> (f64, f64) {
        let expression = format!(
            "(() => {{ const e = {selector}; if (!e || e.disabled) return null;
               e.scrollIntoView({{ block: 'nearest' }});
               const r = e.getBoundingClientRect();
               return r.width ? {{ x: r.x + r.width / 2, y: r.y + r.height / 2 }} : null; }})()"
        );
        self.still(&format!("{selector} shows"), &expression).await
    }

    /// Moves the pointer to a place, as a hand does it: with more than one step.
    pub async fn point_at(&self, at: (f64, f64)) {
        let moved = |x: f64| PointerAction::MoveTo {
            duration: Some(Duration::ZERO),
            x: (at.0 + x).round(),
            y: at.1.round(),
        };
        let mouse = MouseActions::new("mouse".to_owned()).then(moved(-4.0)).then(moved(0.0));
        self.client.perform_actions(mouse).await.expect("the pointer moves");
    }

    /// Presses and releases at a point.
    pub async fn click_at(&self, at: (f64, f64)) {
        self.drag(at, at).await;
    }

    /// Clicks what a CSS selector finds.
    pub async fn click(&self, selector: &str) {
        let at = self.middle(&format!("document.querySelector({})", json!(selector))).await;
        self.click_at(at).await;
    }

    /// Clicks the button with these words.
    pub async fn press(&self, words: &str) {
        let at = self.middle(&button(words)).await;
        self.click_at(at).await;
    }

    /// Presses at one point, moves in steps, releases at another. Each step is one pointer event.
    pub async fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        let moved = |part: f64| PointerAction::MoveTo {
            duration: Some(Duration::ZERO),
            x: (from.0 + (to.0 - from.0) * part).round(),
            y: (from.1 + (to.1 - from.1) * part).round(),
        };
        let steps = if from == to { 0 } else { 12 };
        let mut mouse = MouseActions::new("mouse".to_owned())
            .then(moved(0.0))
            .then(PointerAction::Down { button: 0 });
        for step in 1..=steps {
            mouse = mouse.then(moved(f64::from(step) / f64::from(steps)));
        }
        let mouse = mouse.then(PointerAction::Up { button: 0 });
        self.client.perform_actions(mouse).await.expect("the pointer moves");
    }

    /// Takes a tool from the bar over the drawing.
    pub async fn take_tool(&self, label: &str) {
        self.click(&format!(".canvas-tools [aria-label='{label}']")).await;
    }

    /// Types into what has the focus, then Enter.
    pub async fn write(&self, text: &str) {
        let mut keys = KeyActions::new("keys".to_owned());
        for key in text.chars().chain([char::from(Key::Enter)]) {
            keys = keys.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        }
        self.client.perform_actions(keys).await.expect("keys are pressed");
    }

    /// A key with Control held.
    pub async fn control(&self, key: char) {
        let control = char::from(Key::Control);
        let keys = KeyActions::new("keys".to_owned())
            .then(KeyAction::Down { value: control })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: control });
        self.client.perform_actions(keys).await.expect("keys are pressed");
    }

    /// The window's picture, kept beside the build's output.
    pub async fn picture(&self) -> PathBuf {
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let test = std::thread::current().name().unwrap_or("window").replace("::", "-");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join(format!("{test}-{name}.png"));
        if let Ok(png) = self.client.screenshot().await {
            fs::write(&path, png).expect("a picture is written");
        }
        path
    }

    /// Ends the session; the driver ends the app.
    pub async fn leave(self) {
        // The app may be gone already: that is what some tests are about.
        let _ = self.client.close().await;
    }
}

/// Finds the button with these words, the topmost dialog's before others.
pub fn button(words: &str) -> String {
    format!(
        "[...document.querySelectorAll('button')].reverse().find((b) => b.textContent.trim() === {})",
        json!(words)
    )
}

fn point(value: &Value) -> (f64, f64) {
    let number = |name: &str| value[name].as_f64().unwrap_or_else(|| panic!("no point: {value}"));
    (number("x"), number("y"))
}
