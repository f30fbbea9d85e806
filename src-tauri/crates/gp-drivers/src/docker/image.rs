//! The agent image: a tarball that the project builds (`cargo xtask agent`), with a program of ours that needs no library
//! and `nft`. Nothing is downloaded; Docker is given the tarball when a lab needs it, and keeps it for the next one.

use super::{DockerHouse, refused, status};
use bollard::{Docker, body_full, query_parameters::CreateImageOptionsBuilder};
use futures::TryStreamExt as _;
use gp_lab::LabError;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

/// The name of the tarball beside the program.
pub const TARBALL: &str = "groundplan-agent.tar";

/// Names the tarball where it is somewhere else.
pub const VARIABLE: &str = "GROUNDPLAN_AGENT";

const REPOSITORY: &str = "groundplan-agent";

impl DockerHouse {
    /// Where the tarball is, or what to do.
    pub(super) fn tarball(&self) -> Result<PathBuf, LabError> {
        let said = self.config.image.clone();
        let said = said.or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from));
        if let Some(path) = said {
            return if path.is_file() {
                Ok(path)
            } else {
                Err(missing(&path.display().to_string()))
            };
        }
        let found = places().into_iter().find(|path| path.is_file());
        found.ok_or_else(|| missing(&format!("{TARBALL} beside this program")))
    }

    /// Makes sure that Docker has the image of the tarball, and gives back its name.
    pub(super) async fn image(&self, client: &Docker) -> Result<String, LabError> {
        let path = self.tarball()?;
        let cannot = |why: &dyn std::fmt::Display| {
            LabError::Unavailable(format!("cannot use {}: {why}", path.display()))
        };
        let bytes = tokio::fs::read(&path).await.map_err(|error| cannot(&error))?;
        let digest = Sha256::digest(&bytes);
        let tag: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let name = format!("{REPOSITORY}:{tag}");
        match client.inspect_image(&name).await {
            Ok(_) => return Ok(name),
            Err(error) if status(&error) == Some(404) => {}
            Err(error) => return Err(refused("look for the agent image", &error)),
        }
        tracing::info!(name, bytes = bytes.len(), "the agent image is given to Docker");
        let options = CreateImageOptionsBuilder::default().from_src("-").repo(REPOSITORY).tag(&tag);
        let importing =
            client.create_image(Some(options.build()), Some(body_full(bytes.into())), None);
        let _: Vec<_> =
            importing.try_collect().await.map_err(|e| refused("take the agent image", &e))?;
        Ok(name)
    }
}

/// Beside the program, where a package puts it, and where a build does.
fn places() -> Vec<PathBuf> {
    let Ok(program) = std::env::current_exe() else { return Vec::new() };
    let above = program.ancestors().skip(1).take(3);
    above
        .flat_map(|folder| [folder.join(TARBALL), folder.join("lib/groundplan").join(TARBALL)])
        .collect()
}

fn missing(what: &str) -> LabError {
    LabError::Unavailable(format!(
        "a lab in Docker needs the agent image, and there is no {what}: build it with `cargo xtask agent`, or say in {VARIABLE} where it is"
    ))
}
