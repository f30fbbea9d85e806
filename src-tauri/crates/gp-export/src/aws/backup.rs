//! Backup vaults: what each takes copies of, when, and for how long.

use super::{Facts, is_managed, size, unsupported};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Diagnostic, Lifecycle, LinkKind, Place};

/// What a vault takes copies of.
pub fn kept<'a>(facts: &Facts<'a>, vault: &ResolvedResource) -> Vec<&'a ResolvedResource> {
    let links = facts.links_from(&vault.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let things = links.filter_map(|link| facts.resource(&link.to));
    let things = things.filter(|thing| thing.kind != "backup-vault");
    things.filter(|thing| is_here(facts, vault, thing)).collect()
}

/// The vaults into which a vault puts second copies.
pub fn copied_to<'a>(facts: &Facts<'a>, vault: &ResolvedResource) -> Vec<&'a ResolvedResource> {
    let links = facts.links_from(&vault.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let all = links.filter_map(|link| facts.resource(&link.to));
    all.filter(|far| far.kind == "backup-vault" && far.lifecycle != Lifecycle::External).collect()
}

/// The vaults of other accounts that put second copies into this one, one for each account.
pub fn let_in<'a>(facts: &Facts<'a>, vault: &'a ResolvedResource) -> Vec<&'a ResolvedResource> {
    let links = facts.links_to(&vault.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let all = links.filter_map(|link| facts.resource(&link.from));
    let foreign = all.filter(|from| {
        from.kind == "backup-vault" && is_managed(from) && facts.across_accounts(from, vault)
    });
    let mut once: Vec<&ResolvedResource> = Vec::new();
    for from in foreign {
        if once.iter().all(|other| facts.across_accounts(other, from)) {
            once.push(from);
        }
    }
    once
}

/// The vaults in other accounts that get second copies of a thing.
pub fn foreign_vaults<'a>(
    facts: &Facts<'a>,
    thing: &'a ResolvedResource,
) -> Vec<&'a ResolvedResource> {
    let links = facts.links_to(&thing.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let vaults = links.filter_map(|link| facts.resource(&link.from));
    let vaults = vaults.filter(|from| from.kind == "backup-vault" && is_here(facts, from, thing));
    let far = vaults.flat_map(|vault| copied_to(facts, vault));
    far.filter(|far| facts.across_accounts(far, thing)).collect()
}

/// Whether a thing has a vault.
pub fn has_vault(facts: &Facts<'_>, thing: &ResolvedResource) -> bool {
    let links = facts.links_to(&thing.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    links.filter_map(|link| facts.resource(&link.from)).any(|from| from.kind == "backup-vault")
}

fn is_here(facts: &Facts<'_>, vault: &ResolvedResource, thing: &ResolvedResource) -> bool {
    let region =
        |own: &ResolvedResource| facts.resource(&own.id).and_then(|own| facts.region_of(own));
    region(vault) == region(thing)
}

/// When copies are taken, as AWS writes it.
pub fn cron(vault: &ResolvedResource) -> String {
    let hour = vault.integer("hour").unwrap_or(3).clamp(0, 23);
    match vault.text("schedule") {
        Some("hourly") => "cron(0 * * * ? *)".to_owned(),
        Some("weekly") => format!("cron(0 {hour} ? * SUN *)"),
        Some("monthly") => format!("cron(0 {hour} 1 * ? *)"),
        _ => format!("cron(0 {hour} * * ? *)"),
    }
}

/// Days after which a copy goes to cheaper storage, where it does.
pub fn archive_days(vault: &ResolvedResource) -> Option<i64> {
    vault.text("archive-after").and_then(size::days).map(|days| days.max(1))
}

/// Days after which a copy is deleted: no sooner than 90 days after it was archived.
pub fn keep_days(vault: &ResolvedResource) -> i64 {
    let days = vault.text("keep").and_then(size::days).unwrap_or(35).clamp(1, 36_500);
    days.max(archive_days(vault).map_or(1, |archived| archived + 90))
}

/// What is drawn at a vault and is not so on AWS.
pub fn not_kept<'a>(
    facts: &Facts<'a>,
    vault: &'a ResolvedResource,
    format: &str,
) -> Vec<Diagnostic> {
    let title = &vault.title;
    let mut found = Vec::new();
    for link in facts.links_from(&vault.id).iter().filter(|l| l.kind == LinkKind::Attachment) {
        let Some(thing) = facts.resource(&link.to) else { continue };
        if thing.kind == "backup-vault" {
            found.extend(not_copied(facts, vault, thing, format));
            continue;
        }
        found.extend(
            locked_in(facts, vault, thing)
                .map(|text| Diagnostic::error("refused-by-provider", Place::link(&link.id), text)),
        );
        if !is_here(facts, vault, thing) {
            let text = format!(
                "AWS takes copies in the region of a thing, and “{}” stands in another than “{title}”: draw a vault there",
                thing.title
            );
            found.push(Diagnostic::error("refused-by-provider", Place::link(&link.id), text));
        }
        if archive_days(vault).is_some() && matches!(thing.kind.as_str(), "volume" | "database") {
            let text = format!(
                "AWS archives no copies of a {}: those of “{}” stay where they are until they go",
                thing.kind, thing.title
            );
            found.push(unsupported(&vault.id, Some("archive-after"), text));
        }
        let account = |own| facts.within(own, "account").map(|account| &account.id);
        let (here, there) = (account(vault), account(thing));
        if here.is_some() && there.is_some() && here != there {
            let text = format!(
                "{format} makes everything in one account, so that “{title}” stands beside “{}” and not in an account of its own",
                thing.title
            );
            found.push(unsupported(&vault.id, None, text));
        }
    }
    let wanted = vault.text("keep").and_then(size::days).unwrap_or(35);
    if keep_days(vault) > wanted && is_managed(vault) {
        let text = format!(
            "AWS keeps what is archived for 90 days at least: copies in “{title}” are kept {} days and not {wanted}",
            keep_days(vault)
        );
        found.push(unsupported(&vault.id, Some("keep"), text));
    }
    found
}

/// What a second copy lacks.
fn not_copied<'a>(
    facts: &Facts<'a>,
    vault: &'a ResolvedResource,
    far: &'a ResolvedResource,
    format: &str,
) -> Option<Diagnostic> {
    let (from, to) = (&vault.title, &far.title);
    let text = match far.lifecycle {
        Lifecycle::External => format!(
            "{format} leaves out that “{from}” copies into “{to}”: that is somebody else's, and its ARN is not known"
        ),
        Lifecycle::Existing if facts.across_accounts(vault, far) => format!(
            "“{to}” exists already, in another account: its policy there must let “{from}” copy into it"
        ),
        _ if kept(facts, vault).is_empty() => {
            format!("{format} leaves out that “{from}” copies into “{to}”: it has no copies itself")
        }
        _ => return None,
    };
    Some(unsupported(&vault.id, None, text))
}

/// Why what is kept cannot be copied into another account: a key that AWS keeps is of one account.
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html>
fn locked_in<'a>(
    facts: &Facts<'a>,
    vault: &'a ResolvedResource,
    thing: &'a ResolvedResource,
) -> Option<String> {
    let mut far = copied_to(facts, vault).into_iter();
    let far = far.find(|far| facts.across_accounts(far, thing))?;
    let locked = matches!(thing.kind.as_str(), "database" | "volume") && thing.flag("encrypted");
    if locked && is_managed(far) && super::key::of(facts, far).is_none() {
        return Some(format!(
            "AWS copies “{}” into the account of “{}” only where that vault has a key of yours: draw a key beside it and link it",
            thing.title, far.title
        ));
    }
    let open = locked && super::key::of(facts, thing).is_none();
    open.then(|| {
        format!(
            "AWS copies “{}” into the account of “{}” only where it is encrypted with a key of yours: draw a key and link it",
            thing.title, far.title
        )
    })
}
