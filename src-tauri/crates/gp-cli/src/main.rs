//! `groundplan`: the facade on the command line, and the app in a browser (`serve`).
//!
//! Results go to standard output, progress and complaints to standard error. Exit codes: 0 fine,
//! 1 findings, 2 could not run.

mod command;
mod design;
mod output;
mod serve;

use clap::Parser;
use command::Command;
use output::Outcome;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  groundplan new shop.gplan --template three-tier-web-shop
  groundplan check shop.gplan
  groundplan reach shop.gplan internet orders
  groundplan export shop.gplan --format terraform --environment production --out infra
  groundplan deploy shop.gplan --environment test --approve
  groundplan verify shop.gplan --environment test
  groundplan destroy shop.gplan --environment test --approve
  groundplan serve shop.gplan

Exit codes: 0 fine, 1 findings, 2 could not run.";

/// Design infrastructure, prove it, run it.
#[derive(Parser)]
#[command(name = "groundplan", version, after_help = EXAMPLES, max_term_width = 100)]
struct Arguments {
    /// Write the result as JSON to standard output.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // A lab's holder is this program again; it must become one before any thread exists.
    if let Some(code) = gp_lab::holder_if_asked() {
        return code;
    }
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::say(&format!("groundplan: cannot start: {error}"));
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(arguments.command.run(arguments.json)) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Ended(code)) => ExitCode::from(code),
        Err(error) => {
            output::complain(&error, arguments.json);
            ExitCode::from(2)
        }
    }
}
