//! Accounts: which one a thing stands in, and what crosses from one to another. A design with one
//! account or none is deployed with the credentials at hand; of several, each needs a role to take.

use super::{Facts, is_managed, unsupported};
use gp_catalog::resolved::{Grant, ResolvedResource};
use gp_model::{Diagnostic, Id, LinkKind, Place};
use std::collections::BTreeSet;

impl<'a> Facts<'a> {
    /// The account that a resource stands in.
    pub fn account_of(&self, resource: &'a ResolvedResource) -> Option<&'a ResolvedResource> {
        self.within(resource, "account")
    }

    /// Whether what is made stands in more than one account.
    pub fn has_several_accounts(&self) -> bool {
        let all = self.resolved.resources.values().map(|it| &**it);
        let made = all.filter(|it| is_managed(it) && !it.counterparts.is_empty());
        let accounts: BTreeSet<Option<&Id>> =
            made.map(|it| self.account_of(it).map(|account| &account.id)).collect();
        accounts.len() > 1
    }

    /// Whether two stand in different accounts.
    pub fn across_accounts(&self, one: &'a ResolvedResource, other: &'a ResolvedResource) -> bool {
        self.account_of(one).map(|it| &it.id) != self.account_of(other).map(|it| &it.id)
    }
}

/// Whether a policy of things of a kind is written that lets roles of other accounts in.
pub fn answers_others(kind: &str) -> bool {
    matches!(kind, "bucket" | "function" | "queue" | "secret")
}

/// The grants on a thing to what stands in other accounts.
pub fn from_others<'a>(
    facts: &Facts<'a>,
    thing: &'a ResolvedResource,
) -> Vec<(&'a Grant, &'a ResolvedResource)> {
    let all = facts.resolved.grants.iter().filter(|grant| grant.target == thing.id);
    let all = all.filter_map(|grant| Some((grant, facts.resource(&grant.principal)?)));
    let foreign = |from: &ResolvedResource| {
        is_managed(from)
            && facts.resource(&from.id).is_some_and(|from| facts.across_accounts(from, thing))
    };
    all.filter(|(_, from)| foreign(from)).collect()
}

/// What a role in one account may do in another is asked of the thing there, too; where that is not
/// written, it is said.
pub fn across(facts: &Facts<'_>, format: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for grant in facts.resolved.grants.iter() {
        let ends = (facts.resource(&grant.principal), facts.resource(&grant.target));
        let (Some(from), Some(to)) = ends else { continue };
        let written = answers_others(&to.kind);
        if is_managed(from) && is_managed(to) && !written && facts.across_accounts(from, to) {
            let text = format!(
                "{format} lets “{}” use “{}” from its side only: they stand in two accounts, so that a policy of “{}” must allow it, too",
                from.title, to.title, to.title
            );
            found.push(unsupported(&to.id, None, text));
        }
        let locked = to.kind == "secret" && super::key::of(facts, to).is_none();
        if locked && is_managed(from) && is_managed(to) && facts.across_accounts(from, to) {
            let text = format!(
                "AWS shows “{}” to “{}”, in another account, only where it is encrypted with a key of yours: draw a key and link it",
                to.title, from.title
            );
            found.push(Diagnostic::error("refused-by-provider", Place::resource(&to.id), text));
        }
    }
    for link in facts.resolved.links.values().filter(|link| link.kind == LinkKind::Attachment) {
        let ends = (facts.resource(&link.from), facts.resource(&link.to));
        let (Some(from), Some(to)) = ends else { continue };
        // A hub is shared, and a vault lets the other account copy into it.
        let joined =
            to.kind == "transit-hub" || (to.kind == "backup-vault" && from.kind == to.kind);
        // A workflow stands in its repository, in no account, and logs in to whichever has the role.
        let logs_in = from.kind == "pipeline";
        let shared = !joined && !logs_in && is_managed(from) && is_managed(to);
        if shared && facts.across_accounts(from, to) {
            let text = format!(
                "“{}” stands in another account than “{}”: {format} cannot put them together",
                from.title, to.title
            );
            found.push(unsupported(&from.id, None, text));
        }
    }
    found
}
