//! Where a run can die. Every place where the engine writes its record, or stands between a write and
//! an act of the driver, has a name here; a test kills a process at each of them.

use std::sync::Arc;

/// Hears of every point that is reached; it may end the process there.
pub type Observer = Arc<dyn Fn(Point) + Send + Sync>;

macro_rules! points {
    ($($(#[$help:meta])* $name:ident,)*) => {
        /// A place between two things that are done one after the other.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Point {
            $($(#[$help])* $name,)*
        }

        impl Point {
            /// All of them, in the order of a run.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

points! {
    /// Somebody approved; nothing is written.
    BeforeLease,
    /// The lease is ours.
    LeaseTaken,
    /// The lease runs on, and is to be renewed.
    BeforeRenewal,
    /// It was renewed.
    LeaseRenewed,
    /// The plan is still the one that was approved; from where it is deployed is not written.
    BeforeOrigin,
    /// From where it is deployed is written.
    OriginWritten,
    /// No run is written.
    BeforeBegin,
    /// In the transaction: the run before it is over, this one is not there.
    InBegin,
    /// The run and its plan are written.
    Begun,
    /// A step is next.
    BeforeIntend,
    /// The step is written as intended, the driver was not called.
    Intended,
    /// Something happened that is not in the history.
    BeforeEvent,
    /// It is in the history.
    EventWritten,
    /// The driver did the step, nobody wrote it down.
    Called,
    /// The step's result is next.
    BeforeDone,
    /// In the transaction: what was there is gone from the state, what was made is not in it.
    InDone,
    /// What the step made is written.
    DoneWritten,
    /// The driver refused the step, nobody wrote it down.
    BeforeFailed,
    /// That it failed is written.
    FailedWritten,
    /// Every step was taken, the run has no end.
    BeforeEnd,
    /// The run has an end.
    Ended,
    /// Everything was tried or swept, the lease is still ours.
    BeforeRelease,
    /// The lease is given back.
    LeaseReleased,
}
