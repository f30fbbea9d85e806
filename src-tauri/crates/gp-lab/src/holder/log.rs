//! What a program says: the last of it, in memory only, so that a program that never stops talking fills no disk
//! and a secret that it tells is nowhere else.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, time::Duration};
use tokio::{io::AsyncReadExt, net::unix::pipe::Receiver, time::sleep};

/// How much is kept.
const KEPT: usize = 256 * 1024;
/// How much is taken at once; who has more to say waits, so that the lab's traffic does not.
const AT_ONCE: usize = 16 * 1024;
const BETWEEN: Duration = Duration::from_millis(10);

/// The last of what was said.
#[derive(Clone, Debug, Default)]
pub struct Log(Rc<RefCell<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    bytes: VecDeque<u8>,
    lost: bool,
}

impl Log {
    /// A line of ours.
    pub fn note(&self, line: &str) {
        let is_open = self.0.borrow().bytes.back().is_some_and(|last| *last != b'\n');
        let start = if is_open { "\n" } else { "" };
        self.add(format!("{start}[groundplan] {line}\n").as_bytes());
    }

    /// All that is kept, as text.
    pub fn text(&self) -> String {
        let mut kept = self.0.borrow_mut();
        let lost = kept.lost;
        let bytes = kept.bytes.make_contiguous();
        // What is left of a line that is gone in part would mislead.
        let start =
            if lost { bytes.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1) } else { 0 };
        let text = String::from_utf8_lossy(&bytes[start..]);
        if lost {
            format!("[groundplan] what came before is not kept\n{text}")
        } else {
            text.into_owned()
        }
    }

    /// Takes down what comes, until nobody can say anything any more.
    pub async fn listen(self, mut said: Receiver) {
        let mut buffer = vec![0; AT_ONCE];
        while let Ok(length @ 1..) = said.read(&mut buffer).await {
            self.add(&buffer[..length]);
            if length == AT_ONCE {
                sleep(BETWEEN).await;
            }
        }
    }

    fn add(&self, bytes: &[u8]) {
        let mut kept = self.0.borrow_mut();
        kept.bytes.extend(bytes);
        let over = kept.bytes.len().saturating_sub(KEPT);
        if over > 0 {
            kept.bytes.drain(..over);
            kept.lost = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_log_the_last_whole_lines_are_kept_and_the_loss_is_said() {
        let log = Log::default();
        for number in 0..40_000 {
            log.add(format!("line {number}\n").as_bytes());
        }
        log.add(b"open");
        log.note("ended with 0");
        let text = log.text();
        assert!(text.len() <= KEPT + 100, "{}", text.len());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "[groundplan] what came before is not kept");
        assert!(lines[1].starts_with("line "), "{}", lines[1]);
        assert_eq!(lines[lines.len() - 3..], ["line 39999", "open", "[groundplan] ended with 0"]);
    }
}
