//! Databases that are drawn as copies of others: RDS makes them as read replicas, which take over
//! when they are promoted.

use super::{Facts, key, server, unsupported};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Diagnostic, Lifecycle, LinkKind, Place};

/// The database that another is a copy of.
pub fn source<'a>(facts: &Facts<'a>, copy: &ResolvedResource) -> Option<&'a ResolvedResource> {
    drawn(facts, copy).filter(|source| source.lifecycle != Lifecycle::External)
}

fn drawn<'a>(facts: &Facts<'a>, copy: &ResolvedResource) -> Option<&'a ResolvedResource> {
    let links = facts.links_to(&copy.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    let mut all = links.filter_map(|link| facts.resource(&link.from));
    all.find(|from| from.kind == "database" && from.id != copy.id)
}

/// Whether a copy stands in another region than its source.
pub fn is_far<'a>(
    facts: &Facts<'a>,
    copy: &'a ResolvedResource,
    source: &'a ResolvedResource,
) -> bool {
    facts.home(copy).region != facts.home(source).region
}

/// The secret that is the password of a database that is copied: RDS keeps no password of its own where it
/// makes read replicas, but for SQL Server.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html>
pub fn password(facts: &Facts<'_>, database: &ResolvedResource) -> Option<String> {
    let (engine, _) = server::engine(database);
    let copied = server::replicas(database) > 0 || has_copies(facts, database);
    let asked = copied && !engine.starts_with("sqlserver");
    asked.then(|| format!("${{secret.{}-password}}", database.id))
}

/// Whether others are drawn as copies of a database.
fn has_copies(facts: &Facts<'_>, database: &ResolvedResource) -> bool {
    let links = facts.links_from(&database.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    links.filter_map(|link| facts.resource(&link.to)).any(|to| to.kind == "database")
}

/// What is drawn of copies, and AWS does not make so.
pub fn not_copied<'a>(
    facts: &Facts<'a>,
    database: &'a ResolvedResource,
    format: &str,
) -> Vec<Diagnostic> {
    let title = &database.title;
    let mut found = Vec::new();
    let mut refuse = |attribute: &str, text: String| {
        let place = Place::attribute(&database.id, attribute);
        found.push(Diagnostic::error("refused-by-provider", place, text));
    };
    let copies = server::replicas(database) > 0 || has_copies(facts, database);
    if copies && server::backup_days(database) == 0 {
        refuse(
            "backup",
            format!(
                "AWS makes replicas from backups, and “{title}” keeps none: set backup to a day or more"
            ),
        );
    }
    let standard = server::engine(database).0 == "sqlserver-se";
    if copies && standard && !database.raw.contains_key("engine") {
        refuse(
            "engine",
            format!(
                "AWS makes replicas of SQL Server in its enterprise edition only: write engine = \"sqlserver-ee\" under on.aws of “{title}”"
            ),
        );
    }
    let Some(drawn) = drawn(facts, database) else { return found };
    let Some(source) = source(facts, database) else {
        let text = format!(
            "{format} makes “{title}” as a database of its own: “{}”, of which it is drawn as a copy, is somebody else's",
            drawn.title
        );
        found.push(unsupported(&database.id, None, text));
        return found;
    };
    let keys = [database, source].map(|it| key::of(facts, it).map(|key| &key.id));
    if !is_far(facts, database, source) && keys[0].is_some() && keys[0] != keys[1] {
        let text = format!(
            "AWS encrypts a copy in the same region with the key of its source: “{title}” is encrypted with that of “{}”",
            source.title
        );
        found.push(unsupported(&database.id, None, text));
    }
    found
}
