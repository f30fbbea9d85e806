//! Roles that are drawn: who takes each, and what a workflow on GitHub must say to be let in.

use super::{Facts, is_managed, size};
use gp_catalog::resolved::ResolvedResource;
use gp_model::LinkKind;

/// Where GitHub says who logs in.
pub const GITHUB: &str = "https://token.actions.githubusercontent.com";
/// The same as the issuer's name in conditions.
pub const ISSUER: &str = "token.actions.githubusercontent.com";
/// Whom a login is meant for.
pub const AUDIENCE: &str = "sts.amazonaws.com";

/// The role that is linked to a thing in place of its own.
pub fn of<'a>(facts: &Facts<'a>, taker: &ResolvedResource) -> Option<&'a ResolvedResource> {
    let links = facts.links_to(&taker.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    links.filter_map(|link| facts.resource(&link.from)).find(|own| own.kind == "identity")
}

/// What takes a role.
pub fn takers<'a>(facts: &Facts<'a>, own: &ResolvedResource) -> Vec<&'a ResolvedResource> {
    let links = facts.links_from(&own.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    let things =
        links.filter_map(|link| facts.resource(&link.to)).filter(|taker| is_managed(taker));
    things.filter(|taker| of(facts, taker).is_some_and(|first| first.id == own.id)).collect()
}

/// Who may take a role.
pub enum Trust<'a> {
    /// Services of AWS, for what is linked to it.
    Services(Vec<&'static str>),
    /// Workflows on GitHub.
    GitHub(Vec<Subject<'a>>),
}

/// Who logs in from GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// `owner/name`, where it is said.
    pub repository: Option<&'a str>,
    /// Which of its workflows.
    pub part: Part,
}

/// Which workflows of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Every one.
    Any,
    /// Those on a branch.
    Branch(String),
    /// Jobs of a deployment environment.
    Environment(String),
}

impl Part {
    /// The end of the subject that GitHub's login names.
    pub fn words(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::Branch(branch) => format!("ref:refs/heads/{branch}"),
            Self::Environment(name) => format!("environment:{name}"),
        }
    }
}

/// Who may take this role.
pub fn trust<'a>(facts: &Facts<'a>, own: &'a ResolvedResource) -> Trust<'a> {
    if own.text("trusts") == Some("github") {
        let pipelines = pipelines(facts, own);
        let named = own.text("repository").is_some_and(|text| !text.is_empty());
        let written = (named || pipelines.is_empty()).then_some(own);
        let mut subjects: Vec<Subject<'_>> = Vec::new();
        for said in written.into_iter().chain(pipelines).map(subject) {
            // A role and its pipeline mostly say the same.
            if !subjects.contains(&said) {
                subjects.push(said);
            }
        }
        return Trust::GitHub(subjects);
    }
    let kinds: Vec<&str> = takers(facts, own).iter().map(|taker| taker.kind.as_str()).collect();
    let mut services = Vec::new();
    // A role must trust somebody: one that nothing takes is a server's to come.
    services.extend((kinds.contains(&"server") || kinds.is_empty()).then_some("ec2.amazonaws.com"));
    services.extend(kinds.contains(&"function").then_some("lambda.amazonaws.com"));
    Trust::Services(services)
}

/// Pipelines that take a role by GitHub's login.
fn pipelines<'a>(facts: &Facts<'a>, own: &ResolvedResource) -> Vec<&'a ResolvedResource> {
    let links = facts.links_to(&own.id).iter().filter(|link| link.kind == LinkKind::Attachment);
    let from = links.filter_map(|link| facts.resource(&link.from));
    let by_login = |one: &&ResolvedResource| one.text("credentials") != Some("key");
    from.filter(|one| one.kind == "pipeline").filter(by_login).collect()
}

/// What an identity or a pipeline says of repository, branch and deployment environment.
fn subject(said: &ResolvedResource) -> Subject<'_> {
    let text = |name| said.text(name).filter(|text| !text.is_empty());
    let branch = || text("branch").map(|branch| Part::Branch(branch.to_owned()));
    let environment = text("deployment").map(|name| Part::Environment(name.to_owned()));
    let part = environment.or_else(branch).unwrap_or(Part::Any);
    Subject { repository: text("repository"), part }
}

/// Seconds that somebody may act with a role; IAM takes one to twelve hours.
pub fn session(own: &ResolvedResource) -> i64 {
    own.text("session").and_then(size::seconds).unwrap_or(3_600).clamp(3_600, 43_200)
}
