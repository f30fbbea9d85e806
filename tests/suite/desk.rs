//! The facade as a window sees it: commands by name with JSON, and events in order.

use crate::place::{PATIENCE, Place, groundplan, wait_until};
use gp_app::{
    App,
    app::Options,
    deploy::Target,
    dto::{AppError, AppEvent, ErrorCode},
    places::Places,
};
use gp_lab::{HOLDER_ARGUMENT, LabConfig, LabDriver};
use serde_json::{Value, json};
use std::{path::PathBuf, time::Instant};
use tokio::sync::mpsc::UnboundedReceiver;

/// A window's side of a running program.
pub struct Desk {
    pub app: App,
    pub place: Place,
    /// The open design.
    pub session: u32,
    events: UnboundedReceiver<AppEvent>,
}

/// Where labs of this place live, and who holds them.
pub fn lab(place: &Place) -> LabDriver {
    LabDriver::new(LabConfig {
        program: groundplan(),
        arguments: vec![HOLDER_ARGUMENT.to_owned()],
        folder: place.path("run").join("groundplan"),
    })
}

impl Desk {
    /// A program that has just been started.
    pub fn start(place: Place) -> Self {
        Self::start_with(place, None)
    }

    /// One that is to open something at once.
    pub fn start_with(place: Place, open: Option<String>) -> Self {
        let places = Places { designs: place.path("work"), ..Places::below(&place.path("home")) };
        let app = App::start(Options { places, shell: "browser", only_below: None, open });
        app.deployments().deploy_to(Target::lab(lab(&place)));
        let events = app.subscribe();
        Self { app, place, session: 0, events }
    }

    /// With the template open.
    pub async fn with_shop() -> Self {
        let mut desk = Self::start(Place::new());
        let opened =
            desk.call("design_from_template", json!({ "template": "three-tier-web-shop" })).await;
        desk.session = number(&opened["session"]);
        desk
    }

    /// With a design file of this text open.
    pub async fn with_text(text: &str) -> Self {
        let place = Place::new();
        place.write("a.gplan", text);
        let mut desk = Self::start(place);
        desk.open("a.gplan").await;
        desk
    }

    /// The program ends without a word and is started again: nothing but the disk is left.
    pub fn restart(self) -> Self {
        let Self { app, place, session, .. } = self;
        let open = app.session(session).map(|session| std::sync::Arc::downgrade(&session));
        drop(app);
        // What watches files may still look at it.
        wait_until("the design is let go", || open.as_ref().is_ok_and(|it| it.upgrade().is_none()));
        Self::start(place)
    }

    pub async fn open(&mut self, name: &str) -> Value {
        let opened = self.call("design_open", json!({ "path": name })).await;
        self.session = number(&opened["session"]);
        opened
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.place.file(name)
    }

    /// A command that answers. The open design's session is added.
    #[track_caller]
    pub fn call(&self, name: &str, args: Value) -> impl Future<Output = Value> {
        let call = self.try_call(name, args);
        let name = name.to_owned();
        async move { call.await.unwrap_or_else(|error| panic!("{name}: {error:?}")) }
    }

    /// A command that is refused with this code and these words.
    pub async fn refused(&self, name: &str, args: Value, code: ErrorCode, says: &str) {
        let error = self.try_call(name, args).await.expect_err(name);
        assert_eq!(error.code, code, "{error:?}");
        assert!(error.message.contains(says), "{name}: {:?} does not say {says:?}", error.message);
    }

    pub fn try_call(
        &self,
        name: &str,
        mut args: Value,
    ) -> impl Future<Output = Result<Value, AppError>> + use<> {
        if let Some(object) = args.as_object_mut() {
            object.entry("session").or_insert_with(|| self.session.into());
        }
        let (app, name) = (self.app.clone(), name.to_owned());
        async move {
            let answer = app.call(&name, args).await?;
            Ok(serde_json::from_str(answer.get()).expect("an answer is JSON"))
        }
    }

    pub async fn edit(&self, edit: Value) -> u32 {
        number(&self.call("design_edit", json!({ "edit": edit })).await["revision"])
    }

    /// The open design as the window has it.
    pub async fn snapshot(&self) -> Value {
        self.call("design_snapshot", json!({})).await
    }

    /// The next event that is of interest; what comes before it is passed over.
    pub async fn event<T>(&mut self, what: &str, mut pick: impl FnMut(AppEvent) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let event = tokio::time::timeout(left, self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("waited in vain for {what}"));
            if let Some(found) = pick(event.expect("the program still runs")) {
                return found;
            }
        }
    }

    /// The status of the environment `test` once it is this.
    pub async fn until_state(&mut self, state: &str) -> Value {
        let what = format!("the state {state}");
        self.event(&what, |event| match event {
            AppEvent::Deploy(status) if status.state == state => {
                Some(serde_json::to_value(status).unwrap())
            }
            _ => None,
        })
        .await
    }

    /// The judgement of a revision, or of a newer one.
    pub async fn judged(&mut self, revision: u32) -> Value {
        self.event("a judgement", |event| match event {
            AppEvent::Judged(judged) if judged.revision >= revision => {
                Some(serde_json::to_value(judged).unwrap())
            }
            _ => None,
        })
        .await
    }

    pub async fn plan(&self, destroy: bool) -> Value {
        self.call("deploy_plan", json!({ "environment": "test", "destroy": destroy })).await
    }

    /// Approves this plan.
    pub async fn apply(&self, plan: &Value) -> Result<Value, AppError> {
        self.try_call(
            "deploy_apply",
            json!({ "environment": "test", "fingerprint": plan["fingerprint"] }),
        )
        .await
    }
}

/// A number of an answer.
pub fn number(value: &Value) -> u32 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number")) as u32
}
