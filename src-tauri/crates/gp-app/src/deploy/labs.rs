//! The labs of this machine, whatever file they are of, and the end of one whose file is not at hand.

use super::{Deployments, identity::is_same, lock};
use crate::{
    disk, document,
    dto::{AppError, LabDto},
    session::Session,
};
use gp_drivers::docker::{self, DockerConfig};
use gp_lab::{LabDriver, LabInfo};
use gp_model::file;
use gp_plan::{Driver as _, store::Origin};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::time::timeout;

/// A Docker that does not answer by then has no labs to tell of.
const PATIENCE: Duration = Duration::from_secs(5);

impl Deployments {
    /// Every lab that runs here. Leaves no trace.
    pub async fn labs(&self) -> Result<Vec<LabDto>, AppError> {
        let mut labs = Vec::new();
        for driver in self.lab_drivers() {
            // One that does not answer keeps nobody from seeing the others.
            let running = timeout(PATIENCE, driver.list()).await.unwrap_or_default();
            for info in running {
                labs.push(self.lab(info, driver.name())?);
            }
        }
        Ok(labs)
    }

    /// The lab with this id, and a design of which nothing is drawn but its environment: to destroy that is to end the
    /// lab, by a plan as always.
    pub async fn of_lab(&self, id: &str) -> Result<(Arc<Session>, LabDto), AppError> {
        let found = self.labs().await?.into_iter().find(|lab| lab.id == id);
        let lab = found.ok_or_else(|| {
            AppError::not_found(format!(
                "no lab “{id}” runs; `groundplan labs` lists those that do"
            ))
        })?;
        let name = lab.name.as_deref().unwrap_or("Lab");
        Ok((self.stand_in(&lab.design, name, &lab.environment, lab.provider), lab))
    }

    /// Labs that somebody may mean who finds none of this design: of the same name, of this very file before it had another
    /// id, of a file that is not there any more, of another environment that the design has no more.
    pub async fn labs_meant_by(&self, session: &Session) -> Result<Vec<LabDto>, AppError> {
        let path = session.document().path.clone();
        let design = session.snapshot().design;
        let own = self.identity(session)?.id;
        let is_meant = |lab: &LabDto| {
            let file = lab.file.as_deref().map(Path::new);
            let here = file.zip(path.as_deref()).is_some_and(|(file, path)| is_same(file, path));
            let named = lab.name.as_deref() == Some(design.title());
            let own = lab.design == own;
            (own && !has_environment(&design, &lab.environment))
                || (!own && (here || named || lab.lost.is_some()))
        };
        Ok(self.labs().await?.into_iter().filter(is_meant).collect())
    }

    /// The lab of an open design's environment, if it runs.
    pub async fn lab_of(
        &self,
        session: &Session,
        environment: &str,
    ) -> Result<Option<LabDto>, AppError> {
        let own = self.identity(session)?.id;
        let mut labs = self.labs().await?.into_iter();
        Ok(labs.find(|lab| lab.design == own && lab.environment == environment))
    }

    /// Labs that live here, into which one can go from outside.
    pub(super) fn lab_driver(&self) -> LabDriver {
        let instead = lock(&self.instead).as_ref().and_then(|target| target.lab.clone());
        instead.unwrap_or_default()
    }

    /// Where labs may live: here, and in Docker.
    fn lab_drivers(&self) -> Vec<LabDriver> {
        let instead = lock(&self.instead).as_ref().and_then(|target| target.lab.clone());
        match instead {
            Some(driver) => vec![driver],
            None => vec![LabDriver::default(), docker::driver(DockerConfig::default())],
        }
    }

    fn lab(&self, info: LabInfo, provider: &'static str) -> Result<LabDto, AppError> {
        let origin = self.origin(&info.design)?;
        let lost = origin.as_ref().and_then(|origin| lost(origin, &info));
        Ok(LabDto {
            id: info.id(),
            file: origin.as_ref().and_then(|it| Some(it.file.as_ref()?.display().to_string())),
            name: origin.map(|origin| origin.name),
            lost,
            version: info.version,
            provider,
            pid: info.pid,
            design: info.design,
            environment: info.environment,
            ends_in: info.ends_in,
        })
    }
}

/// Why the file does not lead to its lab any more.
fn lost(origin: &Origin, info: &LabInfo) -> Option<String> {
    let path = origin.file.as_deref()?;
    if !path.is_file() {
        return Some("which is not there any more".to_owned());
    }
    let design = file::parse(&disk::read(path).ok()?).design;
    let own = document::id_of(path, &design);
    if own != info.design && document::id_beside(&own, path) != info.design {
        return Some("which is another design by now".to_owned());
    }
    let known = has_environment(&design, &info.environment);
    (!known).then(|| format!("which has no environment “{}” any more", info.environment))
}

/// Whether the design has this environment, be it the implicit one.
fn has_environment(design: &gp_model::Design, environment: &str) -> bool {
    let implicit = design.environments.is_empty() && environment == "lab";
    implicit || design.environments.contains_key(environment)
}
