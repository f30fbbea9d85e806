//! What a server's first start says, as one script: a script as it stands, of cloud-init what `runcmd` and
//! `write_files` say. What a lab does not do is named. Runs nothing.

use serde::{Deserialize, Serialize};

/// A script and what is left out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The program that reads it, with its arguments.
    pub interpreter: Vec<String>,
    /// The whole text.
    pub text: String,
    /// What was asked for and is not done, each with why.
    pub left_out: Vec<String>,
}

/// The script of a text; `Err` says why none of it runs.
pub fn script(text: &str) -> Result<Script, String> {
    let text = text.trim_start_matches('\u{feff}');
    if let Some(first) = text.lines().next().and_then(|line| line.strip_prefix("#!")) {
        // As the kernel reads it: the program, and the rest as one argument.
        let (program, argument) = first.trim().split_once(' ').unwrap_or((first.trim(), ""));
        if program.is_empty() {
            return Err("its first line names no program behind #!".to_owned());
        }
        let argument = Some(argument.trim()).filter(|text| !text.is_empty());
        let interpreter = std::iter::once(program).chain(argument).map(str::to_owned).collect();
        return Ok(Script { interpreter, text: text.to_owned(), left_out: Vec::new() });
    }
    if text.lines().next().is_some_and(|line| line.trim() == "#cloud-config") {
        return cloud_config(text);
    }
    if text.trim_start().starts_with("${secret.") {
        return Err("it is a secret of the environment, which a lab does not know".to_owned());
    }
    Err("it begins neither with #! nor with #cloud-config".to_owned())
}

/// A line with content: its number, how far it is indented, what it says.
#[derive(Clone, Copy)]
struct Line<'t> {
    number: usize,
    indent: usize,
    says: &'t str,
    whole: &'t str,
}

fn cloud_config(text: &str) -> Result<Script, String> {
    let lines: Vec<Line<'_>> = text.lines().enumerate().map(line).collect();
    let mut made = Script { interpreter: vec!["/bin/sh".into()], ..Script::default() };
    let (mut files, mut commands) = (String::new(), String::new());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        if is_nothing(line) {
            continue;
        }
        let Some((key, rest)) = line.says.split_once(':').filter(|_| line.indent == 0) else {
            return Err(not_understood(line));
        };
        let end = lines[at..]
            .iter()
            .position(|next| next.indent == 0 && !is_nothing(next) && !next.says.starts_with("- "))
            .map_or(lines.len(), |length| at + length);
        match key {
            "runcmd" if rest.trim().is_empty() => {
                for item in items(&lines[at..end])? {
                    commands.push_str(&command(item)?);
                    commands.push('\n');
                }
            }
            "write_files" if rest.trim().is_empty() => {
                for item in items(&lines[at..end])? {
                    files.push_str(&file(item, &mut made.left_out)?);
                }
            }
            _ => made.left_out.push(format!("“{key}” of its cloud-config: not done in a lab")),
        }
        at = end;
    }
    if files.is_empty() && commands.is_empty() {
        return Err("its cloud-config has neither runcmd nor write_files".to_owned());
    }
    made.text = format!("#!/bin/sh\n{files}{commands}");
    Ok(made)
}

fn line((number, whole): (usize, &str)) -> Line<'_> {
    let says = whole.trim();
    Line { number: number + 1, indent: whole.len() - whole.trim_start().len(), says, whole }
}

fn is_nothing(line: &Line<'_>) -> bool {
    line.says.is_empty() || line.says.starts_with('#')
}

fn not_understood(line: &Line<'_>) -> String {
    format!("line {} of its cloud-config is not understood: {}", line.number, line.says)
}

/// The items of a list; each with the lines that belong to it.
fn items<'a, 't>(lines: &'a [Line<'t>]) -> Result<Vec<&'a [Line<'t>]>, String> {
    let Some(first) = lines.iter().position(|line| !is_nothing(line)) else {
        return Ok(Vec::new());
    };
    let indent = lines[first].indent;
    let begins = |line: &Line<'_>| line.indent == indent && line.says.starts_with('-');
    if !begins(&lines[first]) {
        return Err(not_understood(&lines[first]));
    }
    let starts: Vec<usize> = (first..lines.len()).filter(|at| begins(&lines[*at])).collect();
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    let found: Vec<_> = starts.iter().zip(ends).map(|(start, end)| &lines[*start..end]).collect();
    let outside = |item: &&[Line<'t>]| {
        item[1..].iter().find(|line| !is_nothing(line) && line.indent <= indent).copied()
    };
    match found.iter().find_map(outside) {
        Some(line) => Err(not_understood(&line)),
        None => Ok(found),
    }
}

/// One command as a line of a script.
fn command(item: &[Line<'_>]) -> Result<String, String> {
    let says = item[0].says[1..].trim();
    if says.starts_with(['|', '>']) {
        return Ok(block(&item[1..]));
    }
    if item[1..].iter().any(|line| !is_nothing(line)) {
        return Err(not_understood(&item[1]));
    }
    if let Some(inside) = says.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let words = words(inside).ok_or_else(|| not_understood(&item[0]))?;
        return Ok(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
    }
    scalar(says).ok_or_else(|| not_understood(&item[0]))
}

/// A file as lines of a script. What cannot be written says so itself, in the log.
fn file(item: &[Line<'_>], left_out: &mut Vec<String>) -> Result<String, String> {
    let (mut path, mut content, mut mode, mut encoding) = (None, String::new(), None, None);
    let mut at = 0;
    while let Some(line) = item.get(at) {
        at += 1;
        let says = if at == 1 { line.says[1..].trim() } else { line.says };
        if says.is_empty() || says.starts_with('#') {
            continue;
        }
        let (key, value) = says.split_once(':').ok_or_else(|| not_understood(line))?;
        let value = value.trim();
        let value = if value.starts_with('|') {
            let inner = item.get(at).map_or(0, |next| next.indent);
            let rest = &item[at..];
            let over = |next: &Line<'_>| !next.says.is_empty() && next.indent < inner;
            let length = rest.iter().position(over).unwrap_or(rest.len());
            at += length;
            block(&rest[..length])
        } else {
            scalar(value).ok_or_else(|| not_understood(line))?
        };
        match key {
            "path" => path = Some(value),
            "content" => content = value,
            "permissions" => mode = Some(value),
            "encoding" => encoding = Some(value),
            _ => left_out.push(format!("“{key}” of a file in its cloud-config: not done in a lab")),
        }
    }
    let path = path.ok_or_else(|| not_understood(&item[0]))?;
    let decode = match encoding.as_deref() {
        None | Some("text/plain") => "cat",
        Some("b64" | "base64") => "base64 -d",
        Some(other) => {
            left_out.push(format!("{path}: the encoding {other} is not read in a lab"));
            return Ok(String::new());
        }
    };
    let place = quoted(&path);
    let text = format!(
        "mkdir -p \"$(dirname {place})\" && printf %s {} | {decode} > {place}",
        quoted(&content)
    );
    let mode = mode.map(|mode| format!(" && chmod {} {place}", quoted(&mode))).unwrap_or_default();
    Ok(format!("{text}{mode}\n"))
}

/// The text of a block, without what all of its lines are indented by.
fn block(lines: &[Line<'_>]) -> String {
    let content = lines.iter().filter(|line| !line.says.is_empty());
    let indent = content.map(|line| line.indent).min().unwrap_or(0);
    let texts = lines.iter().map(|line| line.whole.get(indent..).unwrap_or_default());
    format!("{}\n", texts.collect::<Vec<_>>().join("\n").trim_end())
}

/// A text with or without quotes.
fn scalar(text: &str) -> Option<String> {
    if text.starts_with('"') {
        return serde_json::from_str(text).ok();
    }
    if let Some(rest) = text.strip_prefix('\'') {
        return Some(rest.strip_suffix('\'')?.replace("''", "'"));
    }
    let plain = text.split(" #").next().unwrap_or_default().trim_end();
    (!plain.starts_with(['{', '&', '*', '!', '|', '>', '%', '@', '`'])).then(|| plain.to_owned())
}

/// The words of `[a, "b c"]`.
fn words(inside: &str) -> Option<Vec<String>> {
    let (mut found, mut rest) = (Vec::new(), inside.trim());
    while !rest.is_empty() {
        let length = match rest.chars().next()? {
            '"' => end_of_quoted(rest)?,
            '\'' => end_of_single(rest)?,
            _ => rest.find(',').unwrap_or(rest.len()),
        };
        found.push(scalar(rest[..length].trim())?);
        rest = rest[length..].trim_start();
        rest = match rest.strip_prefix(',') {
            Some(more) => more.trim_start(),
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some(found)
}

/// Two of them stand for one.
fn end_of_single(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        at += text.get(at..)?.find('\'')? + 1;
        if !text[at..].starts_with('\'') {
            return Some(at);
        }
        at += 1;
    }
}

fn end_of_quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let said = match script(text) {
            Ok(script) => {
                let left_out = script.left_out.iter().map(|line| format!("- {line}\n"));
                format!(
                    "{}\n{}{}",
                    script.interpreter.join("|"),
                    script.text,
                    left_out.collect::<String>()
                )
            }
            Err(why) => format!("not run: {why}"),
        };
        assert_eq!(said.trim_end(), expected.trim_end());
    }

    #[test]
    fn a_script_is_read_by_the_program_that_it_names() {
        check("#!/bin/bash -eu\necho hello\n", "/bin/bash|-eu\n#!/bin/bash -eu\necho hello");
        check("#!/usr/bin/env python3\nx", "/usr/bin/env|python3\n#!/usr/bin/env python3\nx");
        check("#!\necho", "not run: its first line names no program behind #!");
        check("echo hello", "not run: it begins neither with #! nor with #cloud-config");
    }

    #[test]
    fn of_cloud_config_commands_and_files_are_done_and_the_rest_is_named() {
        check(
            "#cloud-config
packages: [nginx]
users:
  - name: me
write_files:
  - path: /run/shop.conf
    permissions: '0600'
    owner: root:root
    content: |
      port = 80
        it's indented
runcmd:
  - echo one   # aside
  - [echo, \"two words\", 'it''s']
  - |
    cd /tmp
    ls
",
            "/bin/sh
#!/bin/sh
mkdir -p \"$(dirname '/run/shop.conf')\" && printf %s 'port = 80
  it'\\''s indented
' | cat > '/run/shop.conf' && chmod '0600' '/run/shop.conf'
echo one
'echo' 'two words' 'it'\\''s'
cd /tmp
ls

- “packages” of its cloud-config: not done in a lab
- “users” of its cloud-config: not done in a lab
- “owner” of a file in its cloud-config: not done in a lab
",
        );
    }

    #[test]
    fn what_is_not_understood_is_said_with_its_line() {
        check(
            "#cloud-config\npackages: [x]",
            "not run: its cloud-config has neither runcmd nor write_files",
        );
        check(
            "#cloud-config\nruncmd:\n  x: y",
            "not run: line 3 of its cloud-config is not understood: x: y",
        );
        check(
            "#cloud-config\nruncmd:\n  - echo\n more",
            "not run: line 4 of its cloud-config is not understood: more",
        );
    }
}
