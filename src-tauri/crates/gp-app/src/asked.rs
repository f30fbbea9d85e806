//! Work that a window asks for, waits for, and may stop: a layout, an export.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// How often the windows hear how far it is.
const NEWS: Duration = Duration::from_millis(100);

/// What a session was asked for of one sort, by number, and up to which it was stopped.
#[derive(Debug, Default)]
pub struct Asked {
    last: AtomicU32,
    stopped: AtomicU32,
}

impl Asked {
    /// Runs it. What it runs says how much of how much is done, and hears whether to go on; the windows are told of
    /// what takes long, and that it is over.
    pub fn watched<T>(
        &self,
        tell: impl Fn(u32, u32),
        run: impl FnOnce(&mut dyn FnMut(usize, usize) -> bool) -> T,
    ) -> T {
        let number = self.begin();
        let (mut told, mut quiet) = (Instant::now(), true);
        let made = run(&mut |done, of| {
            if told.elapsed() >= NEWS {
                (told, quiet) = (Instant::now(), false);
                tell(count(done), count(of));
            }
            self.goes_on(number)
        });
        if !quiet {
            tell(1, 1);
        }
        made
    }

    fn begin(&self) -> u32 {
        self.last.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn goes_on(&self, number: u32) -> bool {
        self.stopped.load(Ordering::SeqCst) < number
    }

    /// Stops what was asked for so far.
    pub fn stop(&self) {
        let last = self.last.load(Ordering::SeqCst);
        self.stopped.fetch_max(last, Ordering::SeqCst);
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stopped_is_over_and_what_comes_after_is_not() {
        let asked = Asked::default();
        let (first, second) = (asked.begin(), asked.begin());
        asked.stop();
        let third = asked.begin();
        assert_eq!([first, second, third].map(|n| asked.goes_on(n)), [false, false, true]);
    }

    #[test]
    fn only_what_takes_long_is_told_and_that_it_is_over() {
        let told = std::cell::RefCell::new(Vec::new());
        let tell = |done, of| told.borrow_mut().push((done, of));
        let asked = Asked::default();
        asked.watched(tell, |go| assert!(go(1, 2)));
        assert_eq!(*told.borrow(), []);
        let went_on = asked.watched(tell, |go| {
            std::thread::sleep(NEWS);
            asked.stop();
            go(1, 2)
        });
        assert!(!went_on, "it was stopped in its middle");
        assert_eq!(*told.borrow(), [(1, 2), (1, 1)]);
    }
}
