//! Opening a design for one command: without a window, without remembering it.

use crate::output;
use gp_app::{
    deploy::Deployments,
    dto::{AppError, ErrorCode},
    events::Events,
    judged::{Judged, judge, judge_each},
    places::Places,
    session::Session,
};
use std::{path::Path, sync::Arc};

/// A design and what commands do with it.
pub struct Opened {
    /// The open file.
    pub session: Arc<Session>,
    /// Deployments of this program.
    pub deployments: Deployments,
    /// Everything that happens.
    pub events: Arc<Events>,
    /// The file's name, as it was typed.
    pub name: String,
}

/// Opens the file.
pub fn open(path: &Path) -> Result<Opened, AppError> {
    let places = Places::standard();
    let events = Arc::new(Events::default());
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let session = Session::open_once(&absolute, &events, &places)?;
    let deployments = Deployments::new(&places, Arc::clone(&events));
    Ok(Opened { session, deployments, events, name: path.display().to_string() })
}

/// Stands in for the file of a running lab, and names its environment.
pub async fn open_lab(id: &str) -> Result<(Opened, String), AppError> {
    let events = Arc::new(Events::default());
    let deployments = Deployments::new(&Places::standard(), Arc::clone(&events));
    if let Some(useless) = deployments.without_useless_state()? {
        output::say(&useless.message);
        output::say("going on without it: the lab itself knows what it holds");
    }
    let (session, lab) = deployments.of_lab(id).await?;
    let name = lab.name.unwrap_or_else(|| format!("lab {id}"));
    Ok((Opened { session, deployments, events, name }, lab.environment))
}

impl Opened {
    /// Ids of the environments; the implicit `lab` where none is drawn.
    pub fn environments(&self) -> Vec<String> {
        let ids: Vec<String> =
            self.session.snapshot().design.environments.keys().map(ToString::to_string).collect();
        if ids.is_empty() { vec!["lab".to_owned()] } else { ids }
    }

    /// The environment that is meant: the one that is named, or the one a window shows at first.
    pub fn environment(&self, named: Option<&str>) -> Result<String, AppError> {
        let known = self.environments();
        match named {
            None => {
                let shown = self.session.snapshot().environment;
                Ok(shown.map_or_else(|| "lab".to_owned(), |id| id.to_string()))
            }
            Some(name) if known.iter().any(|id| id == name) => Ok(name.to_owned()),
            Some(name) => Err(AppError::new(
                ErrorCode::NotFound,
                format!("{} has no environment “{name}”; it has {}", self.name, known.join(", ")),
            )),
        }
    }

    /// The design judged in an environment.
    pub fn judge(&self, environment: &str) -> Judged {
        let snapshot = self.session.snapshot();
        let environment = environment.into();
        judge(&snapshot.design, &snapshot.catalog, Some(&environment), snapshot.revision)
    }
    /// The same in each of these, in their order.
    pub fn judge_each(&self, environments: &[String]) -> Vec<Judged> {
        let snapshot = self.session.snapshot();
        let ids: Vec<_> = environments.iter().map(|id| id.as_str().into()).collect();
        judge_each(&snapshot.design, &snapshot.catalog, &ids, snapshot.revision)
    }
}
