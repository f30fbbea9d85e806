//! What the template for disaster recovery says of the day: the command that is run while a region is lost
//! asks nothing of that region.

use crate::{
    hcl_judge::body,
    support::{export, root, written},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

fn text(name: &str) -> String {
    std::fs::read_to_string(root().join("templates/disaster-recovery").join(name)).unwrap()
}

/// The design after the second step: the two links are gone, and the second region does the work.
fn after_the_switch() -> String {
    let mut text = text("design.gplan");
    for link in ["[link.orders-copied]\n", "[link.names-entry]\n"] {
        let at = text.find(link).unwrap();
        let end = at + text[at..].find("\n\n").unwrap() + 2;
        text.replace_range(at..end, "");
    }
    let waiting =
        "override.refuge-entry = { disabled = true }\noverride.refuge-app = { count = 0 }\n";
    let at = text.rfind(waiting).unwrap();
    let working = "override.copy-behind = { disabled = true }\n";
    text.replace_range(at..at + waiting.len(), working);
    text
}

/// The command of the README.
fn command() -> String {
    let readme = text("README.md");
    let (_, rest) = readme.split_once("```sh\n").unwrap();
    rest.split_once("```").unwrap().0.replace("\\\n", " ")
}

/// What the command names, told by a Terraform that only says what it is asked.
fn targets(design: &str) -> Option<BTreeSet<String>> {
    let shell = crate::support::program("the_command_while_a_region_is_lost", "sh")?;
    let folder = written(&export(design, "production", "terraform"));
    let output = Command::new(shell)
        .args(["-c", &format!("terraform() {{ printf '%s\\n' \"$@\"; }}\n{}", command())])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("apply\n-var\nregion=eu-west-1\n"), "{said}");
    Some(said.lines().filter_map(|line| line.strip_prefix("-target=")).map(str::to_owned).collect())
}

/// Address → its provider and what it names.
fn blocks(design: &str) -> BTreeMap<String, (String, String)> {
    let body = body(&export(design, "production", "terraform"));
    let all = body.blocks().filter(|it| matches!(it.identifier.as_str(), "resource" | "data"));
    all.map(|block| {
        let labels: Vec<&str> = block.labels.iter().map(hcl::BlockLabel::as_str).collect();
        let data = if block.identifier.as_str() == "data" { "data." } else { "" };
        let provider = block.body.attributes().find(|it| it.key.as_str() == "provider");
        let provider = provider.map_or_else(String::new, |it| it.expr.to_string());
        let text = hcl::to_string(&block.body).unwrap();
        (format!("{data}{}", labels.join(".")), (provider, text))
    })
    .collect()
}

/// What the command asks of the region that is lost.
fn asked_of_frankfurt(design: &str) -> Option<Vec<String>> {
    let named = targets(design)?;
    let blocks = blocks(design);
    assert!(named.iter().all(|it| blocks.contains_key(it)), "{named:?}");
    // Terraform goes on to all that these name.
    let mut reached: BTreeSet<&String> = named.iter().collect();
    loop {
        let new = |address: &&String| {
            !reached.contains(address)
                && reached.iter().any(|from| names(&blocks[*from].1, address))
        };
        let more: Vec<&String> = blocks.keys().filter(new).collect();
        if more.is_empty() {
            break;
        }
        reached.extend(more);
    }
    // What the provider without alias makes of these stands in no region.
    const EVERYWHERE: [&str; 4] =
        ["aws_iam_", "aws_route53_", "data.aws_iam_policy_document", "data.aws_caller_identity"];
    let asked = reached.into_iter().filter(|address| {
        let (provider, _) = &blocks[*address];
        let anywhere = EVERYWHERE.iter().any(|start| address.starts_with(start));
        let elsewhere = matches!(provider.as_str(), "aws.ireland" | "aws.safe_ireland");
        !(elsewhere || provider.is_empty() && anywhere)
    });
    Some(asked.cloned().collect())
}

#[test]
fn the_command_while_a_region_is_lost_asks_nothing_of_it() {
    let design = after_the_switch();
    let Some(named) = targets(&design) else { return };
    for wanted in
        ["aws_instance.refuge_app", "aws_lb.refuge_entry", "aws_db_instance.refuge_orders"]
    {
        assert!(named.contains(wanted), "{wanted} is not in {named:?}");
    }
    let blocks = blocks(&design);
    let there = blocks.iter().filter(|(_, (provider, _))| provider == "aws.ireland");
    let there = there.map(|(address, _)| address).filter(|it| !it.starts_with("data."));
    assert_eq!(there.filter(|it| !named.contains(*it)).collect::<Vec<_>>(), [""; 0], "left out");
    assert_eq!(asked_of_frankfurt(&design).unwrap(), [""; 0]);
    // As long as the copy follows its source, Frankfurt would be asked.
    let before = asked_of_frankfurt(&text("design.gplan")).unwrap();
    assert!(before.iter().any(|it| it == "aws_db_instance.orders"), "{before:?}");
}

/// Whether a text names an address, and not one that begins alike.
fn names(text: &str, address: &str) -> bool {
    text.match_indices(address).any(|(at, _)| {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let before = text[..at].chars().next_back();
        let after = text[at + address.len()..].chars().next();
        let whole = before.is_none_or(|c| !word(c) && c != '.');
        whole && after.is_none_or(|c| !word(c))
    })
}
