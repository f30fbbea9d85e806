//! Developer commands, the same on all three desktop systems, with no other tool than Rust and Node.
//! Nothing here is part of the product.

mod agent;
mod bench;
mod browser;
mod codegen;
// Std only; the shell asks the same question.
#[path = "../../src/display.rs"]
mod display;
mod new;
mod node;
mod package;
mod process;
mod run;
mod system;
mod terminal;
mod test;
mod tidy;
mod words;

use anyhow::{Result, bail};
use std::process::ExitCode;
use words::{Command, Outcome};

const COMMANDS: [&Command; 8] = [
    &run::COMMAND,
    &test::COMMAND,
    &package::COMMAND,
    &agent::COMMAND,
    &tidy::COMMAND,
    &codegen::COMMAND,
    &new::COMMAND,
    &bench::COMMAND,
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(words: &[&str]) -> Result<Outcome> {
    let (name, rest) = match words {
        [] | ["--help" | "-h", ..] | ["help"] => {
            println!("{}", help());
            return Ok(Outcome::Fine);
        }
        ["help", name, ..] => (*name, &["--help"][..]),
        [name, rest @ ..] => (*name, rest),
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name() == name) else {
        bail!("“{name}” is not a command\n\n{}", help());
    };
    if let Some(words) = command.read(rest)? {
        return (command.run)(&words);
    }
    println!("{}", command.help());
    Ok(Outcome::Fine)
}

fn help() -> String {
    let lines: Vec<_> = COMMANDS
        .iter()
        .map(|command| format!("  {:26} {}", command.usage, command.about))
        .collect();
    format!(
        "cargo xtask COMMAND\n\n{}\n\n\
         `cargo xtask COMMAND --help` has examples.\n\
         Exit codes: 0 fine, 1 failed tests or findings, 2 could not run.",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, dispatch};

    #[test]
    fn every_command_has_help_with_examples_that_it_understands() {
        for command in COMMANDS {
            let help = command.read(&["--help"]).expect("help is always understood");
            assert!(help.is_none(), "{}", command.name());
            assert!(!command.examples.is_empty(), "{}", command.name());
            for example in command.examples {
                let words: Vec<&str> = example.split(' ').collect();
                let [name, rest @ ..] = &words[..] else { panic!("an empty example") };
                assert_eq!(*name, command.name());
                assert!(command.read(rest).is_ok_and(|words| words.is_some()), "{example}");
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_before_anything_is_done() {
        for words in [
            &["run", "--fast"][..],
            &["test", "--all"],
            &["test", "rusty"],
            &["package", "--release"],
            &["package", "exe"],
            &["tidy", "now"],
            &["codegen", "--check"],
            &["new", "check"],
            &["bench", "--slow"],
            &["bench", "nothing"],
            &["fly"],
        ] {
            assert!(dispatch(words).is_err(), "{words:?}");
        }
    }
}
