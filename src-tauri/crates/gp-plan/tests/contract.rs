//! The contract of all targets, asked of both fakes.

use async_trait::async_trait;
use gp_model::Value;
use gp_plan::Driver;
use gp_testkit::{
    contract::{Broken, Contract, Drawings, Promise, contract},
    fake_driver::{FakeDriver, FakeStackDriver, Fault, World},
};
use std::sync::Arc;

const SECRET: &str = "correct-horse-battery-staple";

const DRAWINGS: Drawings = Drawings {
    first: "
        env test lab
        region here zones a
          network shop 10.20.0.0/16
            subnet web 10.20.1.0/24
              server front cpu=2
          bucket files
        ",
    changed: "
        env test lab
        region here zones a
          network shop 10.20.0.0/16
            subnet web 10.20.1.0/24
              server front cpu=4
          bucket files
        ",
    replaced: "
        env test lab
        region here zones a
          network shop 10.20.0.0/16
            subnet web 10.20.9.0/24
              server front cpu=2
          bucket files
        ",
    widened: "
        env test lab
        region here zones a
          network shop 10.20.0.0/16
            subnet web 10.20.1.0/24
              server front cpu=2
            subnet data 10.20.2.0/24
              server back cpu=2
          bucket files
          bucket more
        ",
};

struct Fake {
    world: World,
    stack: bool,
}

#[async_trait]
impl Contract for Fake {
    fn driver(&self) -> Arc<dyn Driver> {
        let world = self.world.clone();
        if self.stack {
            Arc::new(FakeStackDriver { world })
        } else {
            Arc::new(FakeDriver { world })
        }
    }

    fn drawings(&self) -> Drawings {
        DRAWINGS
    }

    async fn things(&self) -> Vec<String> {
        self.world.addresses()
    }

    async fn break_one(&self) -> Broken {
        self.world.plan_fault("data", Fault::Refused("no room for data".into()));
        Broken { fails: "data", skipped: &["back"], goes_on: &["more"] }
    }

    async fn mend(&self) {
        self.world.mend();
    }

    async fn take_one_away(&self) -> String {
        self.world.vanish("files");
        "files".to_owned()
    }

    async fn change_one(&self) -> String {
        self.world.drift("front", "cpu", Value::from("64"));
        "front".to_owned()
    }

    async fn quote_the_secret(&self) -> String {
        self.world.require_credential(SECRET);
        self.world.plan_fault("data", Fault::QuotingTheCredential);
        SECRET.to_owned()
    }

    fn excuse(&self, promise: Promise) -> Option<&'static str> {
        match promise {
            Promise::RestGoesOn | Promise::DependentsSkipped if self.stack => {
                Some("a stack fails whole, and the provider rolls it back")
            }
            Promise::Cancelled if self.stack => Some("a stack is one step: it has no middle"),
            _ => None,
        }
    }
}

/// Every promise of one fake, in worlds of their own; gives back those that were excused.
async fn check(stack: bool) -> Vec<Promise> {
    let mut excused = Vec::new();
    for promise in Promise::ALL {
        let target = Fake { world: World::default(), stack };
        excused.extend(contract(&target, promise).await.map(|_| promise));
    }
    excused
}

#[tokio::test]
async fn a_target_with_a_step_per_resource_keeps_every_promise() {
    assert_eq!(check(false).await, []);
}

#[tokio::test]
async fn a_target_of_whole_stacks_keeps_every_promise_but_those_of_parts() {
    let excused = [Promise::RestGoesOn, Promise::DependentsSkipped, Promise::Cancelled];
    assert_eq!(check(true).await, excused);
}

/// A promise that nobody can break is worth nothing.
mod broken {
    use super::*;
    use gp_catalog::Resolved;
    use gp_model::Diagnostic;
    use gp_plan::{
        Action, Desired, DriverError, Plan,
        driver::{Leftover, Report},
        plan::{Known, Step},
    };

    /// What a careless driver gets wrong.
    #[derive(Clone, Copy)]
    enum Flaw {
        /// Its own account instead of the world.
        ReadsNothing,
        /// A delete that only says so.
        KeepsWhatItDeletes,
        /// Errors with the credential in them.
        TellsTheSecret,
        /// Says that it is done, and it is not.
        MakesOnlyHalf,
    }

    struct Careless {
        inner: FakeDriver,
        flaw: Flaw,
    }

    #[async_trait]
    impl Driver for Careless {
        fn name(&self) -> &'static str {
            "careless"
        }

        fn desired(&self, resolved: &Resolved) -> Vec<Known> {
            self.inner.desired(resolved)
        }

        fn replaces(&self, kind: &str, attribute: &str) -> bool {
            self.inner.replaces(kind, attribute)
        }

        async fn preflight(&self, desired: &Desired) -> Vec<Diagnostic> {
            self.inner.preflight(desired).await
        }

        async fn live(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError> {
            match self.flaw {
                Flaw::ReadsNothing => Ok(Vec::new()),
                _ => self.inner.live(design, environment).await,
            }
        }

        async fn execute(
            &self,
            step: &Step,
            plan: &Plan,
            desired: &Desired,
            report: &Report,
        ) -> Result<Vec<Known>, DriverError> {
            match self.flaw {
                Flaw::KeepsWhatItDeletes if step.action == Action::Delete => Ok(Vec::new()),
                Flaw::MakesOnlyHalf if step.changes == ["files"] => Ok(Vec::new()),
                Flaw::TellsTheSecret if step.changes == ["data"] => {
                    Err(DriverError::Refused(format!("401 for {SECRET}")))
                }
                _ => self.inner.execute(step, plan, desired, report).await,
            }
        }

        async fn sweep(&self, design: &str, env: &str) -> Result<Vec<Leftover>, DriverError> {
            self.inner.sweep(design, env).await
        }
    }

    struct Target(Fake, Flaw);

    #[async_trait]
    impl Contract for Target {
        fn driver(&self) -> Arc<dyn Driver> {
            let inner = FakeDriver { world: self.0.world.clone() };
            Arc::new(Careless { inner, flaw: self.1 })
        }

        fn drawings(&self) -> Drawings {
            DRAWINGS
        }

        async fn things(&self) -> Vec<String> {
            self.0.things().await
        }

        async fn break_one(&self) -> Broken {
            self.0.break_one().await
        }

        async fn mend(&self) {
            self.0.mend().await;
        }

        async fn take_one_away(&self) -> String {
            self.0.take_one_away().await
        }

        async fn change_one(&self) -> String {
            self.0.change_one().await
        }

        async fn quote_the_secret(&self) -> String {
            self.0.quote_the_secret().await
        }

        fn excuse(&self, _promise: Promise) -> Option<&'static str> {
            None
        }
    }

    async fn is_caught(flaw: Flaw, promise: Promise) {
        let asking = tokio::spawn(async move {
            let fake = Fake { world: World::default(), stack: false };
            contract(&Target(fake, flaw), promise).await;
        });
        assert!(asking.await.is_err_and(|error| error.is_panic()), "{promise:?} was not missed");
    }

    #[tokio::test]
    async fn a_careless_target_is_caught() {
        is_caught(Flaw::ReadsNothing, Promise::Created).await;
        is_caught(Flaw::KeepsWhatItDeletes, Promise::Deleted).await;
        is_caught(Flaw::MakesOnlyHalf, Promise::Created).await;
        is_caught(Flaw::TellsTheSecret, Promise::KeptSecret).await;
    }
}
