//! The contract of all targets, asked of the lab.

use super::{Bench, bench};
use async_trait::async_trait;
use gp_lab::list;
use gp_plan::Driver;
use gp_testkit::{
    contract::{Broken, Contract, Drawings, LAB_DRAWINGS, Promise, contract},
    skip,
};
use std::{fs, path::PathBuf, sync::Arc, time::Duration};

struct Target(Bench);

impl Target {
    /// The one lab of this folder.
    async fn the_lab(&self) -> gp_lab::LabInfo {
        let mut labs = list(&self.0.config).await;
        assert_eq!(labs.len(), 1, "{labs:?}");
        labs.remove(0)
    }

    async fn obstacle(&self) -> PathBuf {
        let info = self.the_lab().await;
        let lab = self.0.driver.lab(&info.design, &info.environment);
        lab.socket().with_extension("d").join("scratch")
    }
}

#[async_trait]
impl Contract for Target {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(self.0.driver.clone())
    }

    fn drawings(&self) -> Drawings {
        LAB_DRAWINGS
    }

    async fn things(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0.config.folder).into_iter().flatten().flatten();
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    /// Where the volume's folder has to be, there is a file.
    async fn break_one(&self) -> Broken {
        fs::write(self.obstacle().await, "in the way").unwrap();
        Broken { fails: "scratch", skipped: &[], goes_on: &["more"] }
    }

    async fn mend(&self) {
        fs::remove_file(self.obstacle().await).unwrap();
    }

    /// The lab's process is killed.
    async fn take_one_away(&self) -> String {
        let pid = self.the_lab().await.pid;
        let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
        while !list(&self.0.config).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        "back".to_owned()
    }

    async fn change_one(&self) -> String {
        unreachable!("excused")
    }

    async fn quote_the_secret(&self) -> String {
        unreachable!("excused")
    }

    fn excuse(&self, promise: Promise) -> Option<&'static str> {
        match promise {
            Promise::SeenWhenChanged => {
                Some("what is read is what the holder knows it made, not what the kernel shows")
            }
            Promise::DependentsSkipped => {
                Some("a lab's steps depend on its fabric only: without it nothing at all can stand")
            }
            Promise::KeptSecret => Some("a lab is told no secret: ${secret.NAME} stays as written"),
            _ => None,
        }
    }
}

#[test]
fn a_lab_keeps_every_promise() {
    if let Err(unavailable) = gp_lab::available() {
        return skip("the lab's contract", &unavailable.to_string());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for promise in Promise::ALL {
        if let Some(reason) = runtime.block_on(contract(&Target(bench()), promise)) {
            skip(&format!("the lab's contract, {promise:?}"), reason);
        }
    }
}
