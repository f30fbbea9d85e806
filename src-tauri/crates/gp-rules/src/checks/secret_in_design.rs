//! Secret that is written into the design.
//!
//! Bad: `user-data = "export PASSWORD=hunter2"`, an access key, or a private key anywhere in the file.
//!
//! Good: `"${secret.NAME}"`: the value comes from the credential store at deploy time.
//!
//! Why: a design is shared, versioned and exported; a secret in it is no secret.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "secret-in-design",
    severity: Severity::Error,
    source: include_str!("secret_in_design.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app user-data="export PASSWORD=hunter2"
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app user-data="aws configure set AKIAIOSFODNN7EXAMPLE"
"#,
        ],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app user-data="export PASSWORD=$(get-secret shop)"
      server other user-data=${secret.script}
"#],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let kind = facts.kind(resource);
    for (name, attribute) in resource.attributes.iter() {
        if !matches!(attribute.origin, Origin::Set | Origin::Override { .. }) {
            continue;
        }
        let declared = kind.and_then(|k| k.attributes.get(name)).is_some_and(|a| a.secret);
        let literal = attribute.value.as_str().is_some_and(|text| !text.starts_with("${"));
        if (declared && literal) || holds_secret(name, &attribute.value) {
            found.push(finding(resource, name));
        }
    }
    for (name, value) in &resource.raw {
        if holds_secret(name, value) {
            let provider = facts.resolved.environment.provider;
            found.push(finding(resource, &format!("on.{provider}.{name}")));
        }
    }
}

fn finding(resource: &ResolvedResource, path: &str) -> Diagnostic {
    let message = format!(
        "“{path}” of “{}” holds a secret: put it into the credential store and write ${{secret.NAME}}",
        called(resource)
    );
    let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
    let last = steps.last().cloned().unwrap_or_default();
    let name = format!("{}-{}", resource.id, last.replace('_', "-"));
    let value = Value::from(format!("${{secret.{name}}}"));
    let edit = Edit::SetAttribute { resource: resource.id.clone(), path: steps, value };
    RULE.at(Place::attribute(&resource.id, path), message)
        .fixed_by(format!("Use the secret “{name}”"), edit)
}

fn holds_secret(name: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => is_secret(name, text),
        Value::List(items) => items.iter().any(|item| holds_secret(name, item)),
        Value::Table(table) => table.iter().any(|(key, value)| holds_secret(key, value)),
        _ => false,
    }
}

fn is_secret(name: &str, text: &str) -> bool {
    if text.starts_with("${") || text.is_empty() {
        return false;
    }
    let names =
        ["password", "passwd", "secret-key", "private-key", "api-key", "access-key", "token"];
    let name = name.to_lowercase().replace('_', "-");
    names.iter().any(|n| name == *n || name.ends_with(&format!("-{n}")))
        || text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----")
        || text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_access_key)
        || assigns_password(text)
}

/// Access key ids of AWS: 20 letters and digits that begin with AKIA or ASIA.
fn is_access_key(word: &str) -> bool {
    word.len() == 20
        && (word.starts_with("AKIA") || word.starts_with("ASIA"))
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// `PASSWORD=…`, `secret_key: …` in a script, with a value that is no variable.
fn assigns_password(text: &str) -> bool {
    text.lines().any(|line| {
        let lower = line.to_lowercase();
        let at = ["password=", "passwd=", "secret=", "secret_key=", "api_key=", "password:"]
            .iter()
            .find_map(|word| lower.find(word).map(|at| at + word.len()));
        let value = at.and_then(|at| lower.get(at..)).unwrap_or_default().trim();
        let value = value.trim_start_matches(['"', '\'']);
        value.len() >= 4 && !value.starts_with(['$', '<', '{'])
    })
}
