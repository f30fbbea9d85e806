//! Drift: looked for when somebody asks, and settled attribute by attribute. Nothing is applied by itself.

use super::{
    Approved, Deployments, Interrupted, Prepared, Target, driver_error, status, store_error,
};
use crate::{
    dto::{AppError, DriftAttributeDto, DriftDto, DriftThingDto, ErrorCode, PlanDto},
    kinds::{json, word},
    session::Session,
};
use gp_model::{Edit, Value};
use gp_plan::{
    PutBack,
    difference::Inputs,
    drift::{self, Part, Thing, What},
    plan::Known,
};
use std::sync::Arc;

/// What somebody decided about a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settle {
    /// The design follows.
    Accept,
    /// It is left as it is.
    Ignore,
    /// It is not left as it is any more.
    Heed,
}

/// An environment three ways.
struct Looked {
    prepared: Prepared,
    state: Vec<Known>,
    live: Vec<Known>,
    things: Vec<Thing>,
}

impl Looked {
    fn inputs(&self) -> Inputs<'_> {
        let desired = &self.prepared.desired.resources;
        Inputs { desired, state: &self.state, live: &self.live }
    }

    /// `ADDRESS` or `ADDRESS.ATTRIBUTE` each.
    fn parts(&self, texts: &[String]) -> Result<Vec<Part>, AppError> {
        let found = texts.iter().map(|text| {
            Part::find(text, &self.things).ok_or_else(|| {
                AppError::not_found(format!("“{text}” has not drifted: look at the drift again"))
            })
        });
        found.collect()
    }
}

impl Deployments {
    /// What is there for a plan of what is drawn: as it really is, and what is ignored as it was made.
    pub(super) async fn really(
        &self,
        target: &Target,
        design: &str,
        environment: &str,
        state: &[Known],
    ) -> Result<Vec<Known>, AppError> {
        let live = match target.driver.look(design, environment).await {
            Ok(live) => live,
            Err(error) => {
                // What was told is worth a plan all the same.
                tracing::warn!(%error, environment, "drift cannot be looked for");
                let told = target.driver.live(design, environment).await;
                told.map_err(|error| driver_error(&error))?
            }
        };
        let ignored = self.store()?.ignored(design, environment);
        let ignored = ignored.map_err(|error| store_error(&error))?;
        Ok(drift::heeded(state, &live, &ignored))
    }

    async fn looked(&self, session: &Session, environment: &str) -> Result<Looked, AppError> {
        let prepared = self.prepare(session, environment, false).await?;
        let (design, driver) = (&prepared.plan.design, &prepared.target.driver);
        let store = self.store()?;
        let state = store.resources(design, environment).map_err(|error| store_error(&error))?;
        let ignored = store.ignored(design, environment).map_err(|error| store_error(&error))?;
        let live = driver.look(design, environment).await.map_err(|error| driver_error(&error))?;
        let inputs = Inputs { desired: &prepared.desired.resources, state: &state, live: &live };
        let things = drift::drift(inputs, &ignored, &**driver);
        Ok(Looked { prepared, state, live, things })
    }

    /// Looks for drift. Changes nothing.
    pub async fn drift(&self, session: &Session, environment: &str) -> Result<DriftDto, AppError> {
        let looked = self.looked(session, environment).await?;
        let counting = looked.things.iter().filter(|thing| thing.counts());
        let count = counting.map(|thing| match thing.what {
            What::Changed => thing.attributes.iter().filter(|one| !one.ignored).count(),
            _ => 1,
        });
        Ok(DriftDto {
            environment: environment.to_owned(),
            stands: !looked.live.is_empty(),
            count: count.sum::<usize>() as u32,
            things: looked.things.iter().map(thing_dto).collect(),
        })
    }

    /// The plan that puts these parts back and does nothing else.
    pub async fn plan_put_back(
        &self,
        session: &Session,
        environment: &str,
        parts: &[String],
    ) -> Result<PlanDto, AppError> {
        let prepared = self.prepare_put_back(session, environment, parts).await?;
        let text = session.document().text.shared_text();
        let interrupted = Interrupted::find(&*self.store()?, &prepared.plan.design, environment)?;
        Ok(status::plan_dto(&prepared, &text, interrupted.map(|left| left.words())))
    }

    /// Approves that plan, if it still is the plan.
    pub async fn approve_put_back(
        &self,
        session: &Session,
        environment: &str,
        parts: &[String],
        fingerprint: &str,
        allow_data_loss: bool,
    ) -> Result<Approved, AppError> {
        let lease = self.lease(&self.identity(session)?.id, environment)?;
        let prepared = self.prepare_put_back(session, environment, parts).await?;
        if prepared.plan.fingerprint != fingerprint {
            return Err(AppError::new(
                ErrorCode::StalePlan,
                "what runs there changed since this plan was made: look at the drift again",
            ));
        }
        prepared.refuse(allow_data_loss)?;
        self.begin(prepared, lease)
    }

    async fn prepare_put_back(
        &self,
        session: &Session,
        environment: &str,
        parts: &[String],
    ) -> Result<Prepared, AppError> {
        let looked = self.looked(session, environment).await?;
        if looked.live.is_empty() {
            let message =
                "nothing of it stands any more, so nothing can be put back: deploy it again";
            return Err(AppError::new(ErrorCode::Refused, message));
        }
        let parts = looked.parts(parts)?;
        let driver = PutBack::new(Arc::clone(&looked.prepared.target.driver), &looked.state);
        let inputs = looked.inputs();
        let design = &looked.prepared.plan.design;
        let plan = drift::put_back(design, environment, inputs, &parts, &driver);
        let wanted = drift::wanted(inputs, &parts);
        let mut prepared = looked.prepared;
        prepared.plan = plan;
        prepared.desired.resources = wanted;
        prepared.target.driver = Arc::new(driver);
        prepared.puts_back = true;
        // Whether the drawing of now makes sense is another matter.
        prepared.problems.clear();
        Ok(prepared)
    }

    /// Accepts parts into the design, leaves them as they are, or does so no more.
    pub async fn settle(
        &self,
        session: &Session,
        environment: &str,
        parts: &[String],
        how: Settle,
    ) -> Result<DriftDto, AppError> {
        let _lease = self.lease(&self.identity(session)?.id, environment)?;
        let looked = self.looked(session, environment).await?;
        let parts = looked.parts(parts)?;
        match how {
            Settle::Accept => self.accept(session, &looked, &parts)?,
            Settle::Ignore | Settle::Heed => self.leave(&looked, &parts, how)?,
        }
        self.drift(session, environment).await
    }

    fn leave(&self, looked: &Looked, parts: &[Part], how: Settle) -> Result<(), AppError> {
        let store = self.store()?;
        let (design, environment) =
            (&looked.prepared.plan.design, &looked.prepared.plan.environment);
        for part in parts {
            let thing = looked.things.iter().find(|thing| thing.address == part.address);
            for one in thing.into_iter().flat_map(|thing| thing.meant(part)) {
                let written = if how == Settle::Ignore {
                    store.ignore(design, environment, &one)
                } else {
                    store.heed(design, environment, &one.address, one.attribute.as_deref())
                };
                written.map_err(|error| store_error(&error))?;
            }
        }
        Ok(())
    }

    /// One act in the design, and our account says that it was made so.
    fn accept(&self, session: &Session, looked: &Looked, parts: &[Part]) -> Result<(), AppError> {
        let Looked { prepared, state, live, .. } = looked;
        let edits = drift::accept(looked.inputs(), parts, &*prepared.target.driver);
        if edits.is_empty() {
            let message = "the design has no place for this: put it back, or leave it as it is";
            return Err(AppError::new(ErrorCode::Refused, message));
        }
        session.edit(&Edit::Batch { name: "Accept what drifted".to_owned(), edits })?;
        let store = self.store()?;
        let (design, environment) = (&prepared.plan.design, &prepared.plan.environment);
        for part in parts {
            let is = live.iter().find(|known| known.address == part.address);
            // Of several attributes of one thing each builds on the one before.
            let made = store.resources(design, environment).map_err(|error| store_error(&error))?;
            let made = made.into_iter().find(|known| known.address == part.address);
            let now = match (&part.attribute, is, made) {
                (Some(name), Some(is), Some(mut made)) => {
                    match is.attributes.get(name) {
                        Some(value) => made.attributes.insert(name.clone(), value.clone()),
                        None => made.attributes.remove(name),
                    };
                    Some(made)
                }
                (None, Some(is), Some(made)) => {
                    Some(Known { attributes: is.attributes.clone(), ..made })
                }
                _ => None,
            };
            let written = store.account_for(design, environment, &part.address, now.as_ref());
            written.map_err(|error| store_error(&error))?;
        }
        tracing::info!(environment, parts = parts.len(), of = state.len(), "drift was accepted");
        Ok(())
    }
}

fn thing_dto(thing: &Thing) -> DriftThingDto {
    DriftThingDto {
        address: thing.address.clone(),
        resource: thing.resource.to_string(),
        kind: thing.kind.clone(),
        what: word(&thing.what),
        choices: thing.choices.iter().map(word).collect(),
        ignored: thing.ignored,
        attributes: thing
            .attributes
            .iter()
            .map(|one| DriftAttributeDto {
                attribute: one.attribute.clone(),
                made: lines(one.made.as_ref()),
                is: lines(one.is.as_ref()),
                drawn: lines(one.drawn.as_ref()),
                choices: one.choices.iter().map(word).collect(),
                ignored: one.ignored,
            })
            .collect(),
    }
}

fn lines(value: Option<&Value>) -> Vec<String> {
    let text =
        |value: &Value| value.as_str().map_or_else(|| json(value).to_string(), str::to_owned);
    match value {
        None => Vec::new(),
        Some(Value::List(items)) => items.iter().map(text).collect(),
        Some(one) => vec![text(one)],
    }
}
