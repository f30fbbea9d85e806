//! The words after `cargo xtask`: what a command understands, its help, and how it may end.

use anyhow::{Result, bail};
use std::fmt::Write as _;

/// How a command ended that could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Fine,
    /// Tests failed, or there is something to say that a script must hear: exit code 1.
    Findings,
}

impl Outcome {
    /// Findings where `bad`.
    pub fn findings_if(bad: bool) -> Self {
        if bad { Self::Findings } else { Self::Fine }
    }
}

/// A command, as its help describes it.
pub struct Command {
    /// Its name, then what may follow: `run [--debug] [DESIGN]`.
    pub usage: &'static str,
    /// One line.
    pub about: &'static str,
    /// Flags and what they do.
    pub flags: &'static [(&'static str, &'static str)],
    /// How few and how many words may follow, flags not counted.
    pub count: (usize, usize),
    /// Lines to copy.
    pub examples: &'static [&'static str],
    /// Does it.
    pub run: fn(&Words) -> Result<Outcome>,
}

/// Words that a command understands.
#[derive(Debug, PartialEq, Eq)]
pub struct Words<'a> {
    flags: Vec<&'a str>,
    /// In their order, without flags.
    pub plain: Vec<&'a str>,
}

impl Words<'_> {
    /// Whether this flag was given.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }
}

impl Command {
    /// `run` of `run [--debug] [DESIGN]`.
    pub fn name(&self) -> &'static str {
        self.usage.split(' ').next().unwrap_or_default()
    }

    /// None where help is asked for.
    pub fn read<'a>(&self, words: &[&'a str]) -> Result<Option<Words<'a>>> {
        if words.iter().any(|word| ["--help", "-h"].contains(word)) {
            return Ok(None);
        }
        let (flags, plain): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.starts_with('-'));
        let unknown = flags.iter().find(|flag| self.flags.iter().all(|(known, _)| known != *flag));
        let (least, most) = self.count;
        let problem = match unknown {
            Some(flag) => format!("“{flag}” is not understood"),
            None if plain.len() > most => format!("“{}” is one word too many", plain[most]),
            None if plain.len() < least => "something is missing".to_owned(),
            None => return Ok(Some(Words { flags, plain })),
        };
        bail!("{problem}; see `cargo xtask {} --help`", self.name())
    }

    /// What it does, its flags and examples.
    pub fn help(&self) -> String {
        let mut text = format!("cargo xtask {}\n\n{}\n", self.usage, self.about);
        if !self.flags.is_empty() {
            text.push('\n');
        }
        for (flag, what) in self.flags {
            let _ = writeln!(text, "  {flag:10} {what}");
        }
        text.push_str("\nExamples");
        for example in self.examples {
            let _ = write!(text, "\n  cargo xtask {example}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAND: Command = Command {
        usage: "run [--debug] [DESIGN]",
        about: "build and open",
        flags: &[("--debug", "without optimisation")],
        count: (0, 1),
        examples: &["run", "run shop.gplan"],
        run: |_| Ok(Outcome::Fine),
    };

    fn read(words: &[&'static str]) -> String {
        match COMMAND.read(words) {
            Ok(None) => "help".to_owned(),
            Ok(Some(Words { flags, plain })) => format!("flags {flags:?}, words {plain:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn words_are_understood_or_refused_by_name() {
        let cases: [(&[&str], &str); 7] = [
            (&[], "flags [], words []"),
            (&["a.gplan", "--debug"], "flags [\"--debug\"], words [\"a.gplan\"]"),
            (&["--help"], "help"),
            (&["--debug", "a.gplan", "-h"], "help"),
            (&["--fast"], "“--fast” is not understood; see `cargo xtask run --help`"),
            (&["a", "b"], "“b” is one word too many; see `cargo xtask run --help`"),
            (&["--debug", "--all"], "“--all” is not understood; see `cargo xtask run --help`"),
        ];
        for (words, expected) in cases {
            assert_eq!(read(words), expected, "{words:?}");
        }
        let needy = Command { count: (2, 2), ..COMMAND };
        let error = needy.read(&["one"]).expect_err("one of two");
        assert!(error.to_string().starts_with("something is missing"), "{error}");
    }

    #[test]
    fn help_has_flags_and_examples() {
        assert_eq!(
            COMMAND.help(),
            "cargo xtask run [--debug] [DESIGN]\n\nbuild and open\n\n  --debug    without optimisation\n\n\
             Examples\n  cargo xtask run\n  cargo xtask run shop.gplan"
        );
    }
}
