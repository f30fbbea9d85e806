//! What the agent image of a house runs: a holder, or a line to one from outside of the container.

use std::{env, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["hold", ..] => gp_lab::holder_main(words.into_iter().skip(1)),
        ["relay", socket] => gp_lab::relay_main(Path::new(socket), false),
        ["health", socket] => gp_lab::relay_main(Path::new(socket), true),
        _ => {
            eprintln!(
                "usage: gp-lab-agent hold SOCKET DESIGN ENVIRONMENT [TTL-SECONDS] | relay SOCKET | health SOCKET"
            );
            ExitCode::from(2)
        }
    }
}
