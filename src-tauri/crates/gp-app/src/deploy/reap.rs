//! Ends environments whose time is over, whatever became of their files: by a plan each, as always.

use super::{Deployments, Interrupted, lease, lock, store_error};
use crate::{
    dto::{AppError, DueDto, LabDto, ReapDto},
    events::Events,
    session::Session,
};
use gp_model::Provider;
use gp_plan::{clock::Moment, store::Ending};
use std::sync::Arc;

/// Which of what is due is to be ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// None: only said.
    None,
    /// All.
    All,
    /// Labs whose time is over. What holds nothing of anybody else's may go without a question.
    OwnLabs,
    /// This one.
    One {
        /// By what id the state knows the design.
        design: String,
        /// Which environment.
        environment: String,
    },
}

/// Something to end.
struct Due {
    design: String,
    environment: String,
    provider: String,
    why: String,
    /// Its time is over; else it runs, and nobody knows of it.
    over: bool,
}

impl Deployments {
    /// Finds every environment of this machine's state whose time is over, and labs that run though the state does not know
    /// them; ends those that are meant.
    pub async fn reap(&self, which: &Which, allow_data_loss: bool) -> Result<ReapDto, AppError> {
        let mut found = ReapDto::default();
        // No state is made for the question; where it is lost, labs may run all the same.
        let asks_little = *which == Which::OwnLabs || self.labs().await?.is_empty();
        if asks_little && !self.places.database().is_file() {
            return Ok(found);
        }
        // What is told of these runs is no window's business.
        let apart = Self::new(&self.places, Arc::new(Events::default()));
        lock(&apart.instead).clone_from(&lock(&self.instead));
        for due in self.due().await? {
            let is_meant = match which {
                Which::None => false,
                Which::All => true,
                Which::OwnLabs => due.over && due.provider == Provider::Lab.to_string(),
                Which::One { design, environment } => {
                    due.design == *design && due.environment == *environment
                }
            };
            let (dto, ended) = apart.end_due(&due, is_meant, allow_data_loss).await?;
            if ended { found.ended.push(dto) } else { found.due.push(dto) }
        }
        Ok(found)
    }

    async fn due(&self) -> Result<Vec<Due>, AppError> {
        let (now, store) = (Moment::now(), self.store()?);
        let labs = self.labs().await?;
        let lab_of = |design: &str, environment: &str| {
            labs.iter().find(|lab| lab.design == design && lab.environment == environment)
        };
        let mut found = Vec::new();
        for ending in store.endings().map_err(|error| store_error(&error))? {
            let runs = lab_of(&ending.design, &ending.environment);
            let over = runs.map_or_else(
                || ending.left(&now) <= 0,
                // Its holder counts by a clock that nobody sets.
                |lab| lab.ends_in == Some(0),
            );
            if over {
                found.push(due(ending, &now, runs.is_some()));
            }
        }
        for lab in labs {
            if self.is_lost(&lab)? {
                found.push(Due {
                    why: "it runs, and the state does not know what was made".to_owned(),
                    design: lab.design,
                    environment: lab.environment,
                    provider: Provider::Lab.to_string(),
                    over: false,
                });
            }
        }
        Ok(found)
    }

    /// Nothing is written of it, and nobody is about to.
    fn is_lost(&self, lab: &LabDto) -> Result<bool, AppError> {
        let store = self.store()?;
        let (design, environment) = (&lab.design, &lab.environment);
        let known = store.resources(design, environment).map_err(|error| store_error(&error))?;
        Ok(known.is_empty()
            && lease::worker(&store, design, environment)?.is_none()
            && Interrupted::find(&store, design, environment)?.is_none())
    }

    async fn end_due(
        &self,
        due: &Due,
        is_meant: bool,
        allow_data_loss: bool,
    ) -> Result<(DueDto, bool), AppError> {
        let Due { design, environment, provider, why, .. } = due;
        let origin = self.store()?.origin(design).map_err(|error| store_error(&error))?;
        let name = origin.map_or_else(|| design.clone(), |origin| origin.name);
        let session = self.stand_in(design, &name, environment, provider);
        let mut dto = DueDto {
            design: design.clone(),
            name,
            environment: environment.clone(),
            provider: provider.clone(),
            why: why.clone(),
            summary: String::new(),
            changes: Vec::new(),
            data_loss: false,
            refused: None,
        };
        let plan = match self.plan(&session, environment, true).await {
            Ok(plan) => plan,
            Err(error) => {
                dto.refused = Some(error.message);
                return Ok((dto, false));
            }
        };
        (dto.summary, dto.changes, dto.data_loss) = (plan.summary, plan.changes, plan.data_loss);
        if !is_meant {
            return Ok((dto, false));
        }
        let fingerprint = &plan.fingerprint;
        let ended = async {
            let approved =
                self.approve(&session, environment, fingerprint, allow_data_loss).await?;
            self.carry_out(session.id, approved).await
        };
        let refused = match ended.await {
            Ok(status) if status.state == "failed" => Some(status.text),
            Ok(_) => None,
            Err(error) => Some(error.message),
        };
        let ended = refused.is_none();
        dto.refused = refused;
        Ok((dto, ended))
    }

    /// A design of which nothing is drawn but the environment: to destroy that is to destroy what the state knows of it.
    pub(super) fn stand_in(
        &self,
        design: &str,
        name: &str,
        environment: &str,
        provider: &str,
    ) -> Arc<Session> {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let text = format!(
            "format = 1\n[design]\nid = {}\nname = {}\n[environment.{}]\nprovider = {}\n",
            quoted(design),
            quoted(name),
            quoted(environment),
            quoted(provider)
        );
        Session::stand_in(&text, &self.events, &self.places)
    }
}

fn due(ending: Ending, now: &Moment, runs: bool) -> Due {
    let ago = words(ending.left(now).unsigned_abs());
    let is_lab = ending.provider == Provider::Lab.to_string();
    let why = if is_lab && !runs {
        format!("it ended by itself {ago} ago, and the state still has it")
    } else {
        format!("its time was over {ago} ago")
    };
    let Ending { design, environment, provider, .. } = ending;
    Due { design, environment, provider, why, over: true }
}

/// "12 minutes".
pub(super) fn words(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}
