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
    /// Flags and what they do. One with a word after it takes a value: `--sizes LIST`.
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
    values: Vec<(&'a str, &'a str)>,
    /// In their order, without flags.
    pub plain: Vec<&'a str>,
}

impl Words<'_> {
    /// Whether this flag was given.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    /// What was given to this flag.
    pub fn value(&self, flag: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| *name == flag).map(|(_, value)| *value)
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
        let mut read = Words { flags: Vec::new(), values: Vec::new(), plain: Vec::new() };
        let mut problem = None;
        let mut rest = words.iter().copied();
        while let Some(word) = rest.next() {
            match (word.starts_with('-'), self.takes_value(word)) {
                (false, _) => read.plain.push(word),
                (true, Some(false)) => read.flags.push(word),
                (true, Some(true)) => match rest.next() {
                    Some(value) => read.values.push((word, value)),
                    None => problem = Some(format!("“{word}” needs a value")),
                },
                (true, None) => problem = Some(format!("“{word}” is not understood")),
            }
        }
        let (least, most) = self.count;
        let problem = match problem {
            Some(problem) => problem,
            None if read.plain.len() > most => {
                format!("“{}” is one word too many", read.plain[most])
            }
            None if read.plain.len() < least => "something is missing".to_owned(),
            None => return Ok(Some(read)),
        };
        bail!("{problem}; see `cargo xtask {} --help`", self.name())
    }

    /// Whether a value follows this flag; none where there is no such flag.
    fn takes_value(&self, flag: &str) -> Option<bool> {
        self.flags.iter().find_map(|(known, _)| match known.split_once(' ') {
            Some((name, _)) => (name == flag).then_some(true),
            None => (*known == flag).then_some(false),
        })
    }

    /// What it does, its flags and examples.
    pub fn help(&self) -> String {
        let mut text = format!("cargo xtask {}\n\n{}\n", self.usage, self.about);
        if !self.flags.is_empty() {
            text.push('\n');
        }
        let width = self.flags.iter().map(|(flag, _)| flag.len()).max().unwrap_or(0).max(10);
        for (flag, what) in self.flags {
            let _ = writeln!(text, "  {flag:width$} {what}");
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
        flags: &[("--debug", "without optimisation"), ("--port N", "where to listen")],
        count: (0, 1),
        examples: &["run", "run shop.gplan"],
        run: |_| Ok(Outcome::Fine),
    };

    fn read(words: &[&'static str]) -> String {
        match COMMAND.read(words) {
            Ok(None) => "help".to_owned(),
            Ok(Some(Words { flags, values, plain })) => {
                format!("flags {flags:?}, values {values:?}, words {plain:?}")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn words_are_understood_or_refused_by_name() {
        let cases: [(&[&str], &str); 9] = [
            (&[], "flags [], values [], words []"),
            (&["a.gplan", "--debug"], "flags [\"--debug\"], values [], words [\"a.gplan\"]"),
            (&["--port", "80", "a"], "flags [], values [(\"--port\", \"80\")], words [\"a\"]"),
            (&["--port"], "“--port” needs a value; see `cargo xtask run --help`"),
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
            "cargo xtask run [--debug] [DESIGN]\n\nbuild and open\n\n  --debug    without optimisation\n  \
             --port N   where to listen\n\nExamples\n  cargo xtask run\n  cargo xtask run shop.gplan"
        );
    }
}
