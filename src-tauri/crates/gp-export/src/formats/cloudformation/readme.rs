//! How to deploy templates of several places: in which order, where, and with which parameters. A design of
//! one place has one template and needs no explanation.

use super::{
    MOST_BYTES,
    places::{Folder, Stack, Step},
    template::{Entry, Parameter, Source},
};
use crate::{
    aws::{Facts, home::Home, joined},
    header,
    name::{markdown, one_line, slug},
};
use gp_model::Diagnostic;
use std::fmt::Write as _;

/// Functions of the shell that the commands call.
const FUNCTIONS: &str = "\
output() { # region, profile, name: what a stack tells
  aws cloudformation describe-stacks --stack-name \"$stack\" --region \"$1\" --profile \"$2\" \\
    --query \"Stacks[0].Outputs[?OutputKey=='$3'].OutputValue\" --output text
}
account() { # profile: the number of its account
  aws sts get-caller-identity --profile \"$1\" --query Account --output text
}
";

/// In place of what only whoever deploys knows.
const OPEN: &str = "FILL_IN";

/// The whole text; `bytes` are the sizes of the templates.
pub fn text(
    facts: &Facts<'_>,
    folder: &Folder<'_>,
    bytes: &[usize],
    diagnostics: &[Diagnostic],
) -> String {
    let resolved = facts.resolved;
    let name = markdown(&one_line(&resolved.design.name));
    let mut out = format!(
        "# {name}, {}\n\n{}\n{}\n\n",
        markdown(&resolved.environment.id),
        markdown(&header::about(resolved)),
        header::source(resolved, "cloudformation")
    );
    out.push_str("One template for each account and region that something is drawn in. Each becomes a stack there, all of the same name; CloudFormation refuses a template in another region than its own.\n\n");
    places(&mut out, facts, folder);
    if let Some(text) = joined::before_sharing(facts) {
        let _ = write!(out, "\n{text}");
    }
    let _ = write!(
        out,
        "\nThe commands are for one shell, in this folder, in this order. Change `--profile` to what you call your accounts, and `{OPEN}` to what the list below a command says; a later deployment needs only what changes.\n\n```sh\nstack={}\n{FUNCTIONS}```\n",
        stack_name(facts)
    );
    for (number, step) in folder.steps.iter().enumerate() {
        self::step(&mut out, folder, bytes, number + 1, step);
    }
    super::removal::text(&mut out, folder, |out| backwards(out, folder));
    if !diagnostics.is_empty() {
        out.push_str("\nNot as drawn, and why:\n\n");
        for diagnostic in diagnostics {
            let _ = writeln!(out, "- {}", markdown(&one_line(&diagnostic.message)));
        }
    }
    out
}

fn places(out: &mut String, facts: &Facts<'_>, folder: &Folder<'_>) {
    out.push_str("| template | region | account | profile |\n|---|---|---|---|\n");
    for stack in &folder.stacks {
        let account = stack.home.account.and_then(|id| facts.resource(id));
        let account = account.map_or_else(
            || "that of the credentials at hand".to_owned(),
            |account| markdown(&one_line(&account.title)),
        );
        let (file, region) = (&stack.file, stack.home.region);
        let _ = writeln!(out, "| `{file}` | {region} | {account} | `{}` |", profile(stack.home));
    }
}

/// The stacks' name: letters, digits and dashes, a letter first.
fn stack_name(facts: &Facts<'_>) -> String {
    let resolved = facts.resolved;
    let place = [resolved.design.name.as_str()];
    let name = crate::name::within(&place, &resolved.environment.id, None, 120);
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("stack-{name}") }
}

/// Where a command is for.
pub fn place(home: Home<'_>) -> String {
    format!("--region {} --profile {}", home.region, profile(home))
}

/// The profile of whoever works there.
pub fn profile(home: Home<'_>) -> String {
    home.account.map_or_else(|| "default".to_owned(), |account| slug(account))
}

fn step(out: &mut String, folder: &Folder<'_>, bytes: &[usize], number: usize, step: &Step) {
    let stack = &folder.stacks[step.stack];
    let file = &stack.file;
    let _ = match step.time {
        1 => writeln!(out, "\n{number}. `{file}`\n"),
        _ => writeln!(
            out,
            "\n{number}. `{file}` once more: what waited for other stacks is added now\n"
        ),
    };
    let _ = write!(
        out,
        "   ```sh\n   aws cloudformation deploy --stack-name \"$stack\" --template-file {file} \\\n     --region {} --profile {} --no-fail-on-empty-changeset",
        stack.home.region,
        profile(stack.home)
    );
    if let Some(word) = capability(&stack.entries) {
        let _ = write!(out, " \\\n     --capabilities {word}");
    }
    let large = bytes[step.stack] > MOST_BYTES;
    if large {
        let _ = write!(out, " \\\n     --s3-bucket {OPEN}");
    }
    let given = parameters(stack, step);
    if !given.is_empty() {
        out.push_str(" \\\n     --parameter-overrides");
        for (name, parameter) in &given {
            let _ = write!(out, " \\\n       {name}={}", value(folder, parameter));
        }
    }
    out.push_str("\n   ```\n");
    if large || !given.is_empty() {
        out.push('\n');
    }
    if large {
        let text = "a bucket of yours in that region: the template is too large for a call";
        let _ = writeln!(out, "   - `--s3-bucket`: {text}");
    }
    for (name, parameter) in given {
        let _ = writeln!(out, "   - `{name}`: {}", markdown(&one_line(&parameter.description)));
    }
}

/// What is given with a step: what is new with it, and at first what whoever deploys knows.
fn parameters<'s>(stack: &'s Stack<'_>, step: &Step) -> Vec<(&'s String, &'s Parameter)> {
    let new = |name: &String, parameter: &Parameter| match parameter.source {
        Source::Output(..) => step.parameters.contains(name),
        _ => step.time == 1 && parameter.default.is_none(),
    };
    stack.parameters.iter().filter(|(name, parameter)| new(name, parameter)).collect()
}

/// The value of a parameter as the shell finds it.
fn value(folder: &Folder<'_>, parameter: &Parameter) -> String {
    match &parameter.source {
        Source::Person => OPEN.to_owned(),
        Source::Output(output, file) => {
            let home = folder.stacks.iter().find(|stack| stack.file == *file).map(|it| it.home);
            let place =
                home.map_or_else(String::new, |it| format!("{} {}", it.region, profile(it)));
            format!("\"$(output {place} {output})\"")
        }
        Source::Account(account) => {
            let profile = account.as_ref().map_or_else(|| "default".to_owned(), |id| slug(id));
            format!("\"$(account {profile})\"")
        }
    }
}

/// What whoever deploys has to say that they know: that roles are made.
fn capability(entries: &[Entry]) -> Option<&'static str> {
    const NAMES: [&str; 5] =
        ["GroupName", "InstanceProfileName", "ManagedPolicyName", "RoleName", "UserName"];
    let mut roles = entries.iter().filter(|entry| entry.type_.starts_with("AWS::IAM::")).peekable();
    roles.peek()?;
    let named =
        |entry: &Entry| entry.properties.0.iter().any(|(name, _)| NAMES.contains(&name.as_str()));
    let named = roles.any(named);
    Some(if named { "CAPABILITY_NAMED_IAM" } else { "CAPABILITY_IAM" })
}

/// Every step backwards.
fn backwards(out: &mut String, folder: &Folder<'_>) {
    for (number, step) in folder.steps.iter().rev().enumerate() {
        let stack = &folder.stacks[step.stack];
        let place = place(stack.home);
        let number = number + 1;
        let _ = if step.time > 1 {
            let empty: Vec<String> =
                step.parameters.iter().map(|name| format!("{name}=")).collect();
            let file = &stack.file;
            let empty = empty.join(" ");
            writeln!(
                out,
                "{number}. the last command for `{file}`, with `--parameter-overrides {empty}`"
            )
        } else {
            writeln!(
                out,
                "{number}. `aws cloudformation delete-stack --stack-name \"$stack\" {place}`"
            )
        };
    }
}
