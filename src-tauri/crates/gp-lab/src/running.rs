//! What is told of the programs of a lab: which run, how they ended, what stands in for those that do not.

use serde::{Deserialize, Serialize};

/// A program of a lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Running {
    /// In which namespace.
    pub space: String,
    /// How far it is.
    pub phase: Phase,
    /// `PostgreSQL 15.14 runs`, `its first start ended with 1`.
    pub says: String,
}

/// How far a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It has been started, and does not do its work yet.
    Starting,
    /// It does.
    Runs,
    /// It ended well.
    Ended,
    /// It could not be started or ended with an error.
    Failed,
}

/// One line per resource and state: of many servers that do the same, how many.
pub(crate) fn notes(running: &[Running]) -> Vec<String> {
    let mut found: Vec<(&str, &str, usize)> = Vec::new();
    for one in running {
        let resource = one.space.split('[').next().unwrap_or(&one.space);
        match found.iter_mut().find(|(other, says, _)| *other == resource && *says == one.says) {
            Some((_, _, count)) => *count += 1,
            None => found.push((resource, &one.says, 1)),
        }
    }
    let line = |(resource, says, count): (&str, &str, usize)| match count {
        1 => format!("{resource}: {says}"),
        count => format!("{resource}: {says} (in {count} of them)"),
    };
    found.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_that_do_the_same_are_told_in_one_line() {
        let one = |space: &str, says: &str| Running {
            space: space.into(),
            phase: Phase::Runs,
            says: says.into(),
        };
        let all =
            [one("app[0]", "runs"), one("app[1]", "runs"), one("app[2]", "no"), one("db", "x")];
        assert_eq!(notes(&all), ["app: runs (in 2 of them)", "app: no", "db: x"]);
    }
}
