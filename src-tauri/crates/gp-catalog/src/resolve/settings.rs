//! What the environment and the policy settings say that has no effect: names of nothing, and values
//! that cannot be read. Before step 1.

use super::{
    POOL, ids, six,
    stable::favourite,
    tables,
    variables::{self, Astray},
};
use crate::{
    resolved::EnvironmentFacts,
    units,
    value_check::{cidr, cidr6},
};
use gp_model::{Design, Diagnostic, Edit, Environment, Id, Place, Provider, Waiver, nearest};
use ipnet::{Ipv4Net, Ipv6Net};

/// Everything that is to be said of the settings in force.
pub(super) fn findings(
    design: &Design,
    environment: Option<(&Id, &Environment)>,
) -> Vec<Diagnostic> {
    let mut found = ids::others(design);
    if let Some((id, environment)) = environment {
        let settings = Settings { design, id, environment };
        found.extend(environment.overrides.keys().filter_map(|name| settings.overridden(name)));
        found.extend(environment.regions.keys().filter_map(|name| settings.region(name)));
        found.extend(environment.regions.iter().filter_map(|it| settings.named_region(it)));
        found.extend(settings.pool());
        found.extend(settings.pool6());
        found.extend(settings.ttl());
        found.extend(settings.suffix());
        found.extend(environment.variables.keys().filter_map(|name| settings.variable(name)));
    }
    let waivers = design.policy.waivers.iter().enumerate();
    found.extend(waivers.filter_map(|(number, waiver)| waiver_for_nothing(design, number, waiver)));
    found
}

/// The environment's pool of addresses.
pub(super) fn pool(environment: Option<&Environment>) -> Ipv4Net {
    let written = environment.and_then(|e| e.pool.as_deref()?.parse().ok());
    written.map_or_else(|| POOL.parse().expect("a range"), |pool: Ipv4Net| pool.trunc())
}

/// The environment's pool of IPv6 addresses: what it says, else a /48 of the design's own. RFC 4193 has
/// its 40 bits drawn by lot; here they follow from the design's id, which was.
pub(super) fn pool6(design: &Design, environment: Option<&Environment>) -> Ipv6Net {
    let written = environment.and_then(|e| usable_pool6(e.pool6.as_deref()?).ok());
    written.unwrap_or_else(|| {
        let lot = favourite(design.id.as_deref().unwrap_or_default()) >> 24;
        let network = (0xfd_u128 << 120) | (u128::from(lot) << 80);
        Ipv6Net::new(network.into(), 48).expect("48 is a prefix")
    })
}

fn usable_pool6(text: &str) -> Result<Ipv6Net, String> {
    cidr6(text)?;
    let pool: Ipv6Net = text.parse().map_err(|_| format!("“{text}” is not a range"))?;
    let first = pool.network().segments()[0];
    if pool.prefix_len() > six::NETWORK {
        return Err(format!("“{text}” has no room for a network, which takes a /{}", six::NETWORK));
    }
    let ours = (first & 0xfe00 == 0xfc00 && pool.prefix_len() >= 7)
        || (first & 0xe000 == 0x2000 && pool.prefix_len() >= 3);
    if ours {
        Ok(pool)
    } else {
        Err(format!("“{text}” is neither in fd00::/8 nor in 2000::/3"))
    }
}

/// What holds in the environment, defaults included.
pub(super) fn facts(id: Id, environment: Option<&Environment>) -> EnvironmentFacts {
    let Some(environment) = environment else {
        return EnvironmentFacts { id, semantics: Provider::Aws, ..EnvironmentFacts::default() };
    };
    EnvironmentFacts {
        id,
        provider: environment.provider,
        semantics: environment.semantics(),
        driver: environment.driver.unwrap_or_default(),
        suffix: environment.suffix.clone(),
        ttl_seconds: environment.ttl.as_deref().and_then(|ttl| units::duration(ttl).ok()),
        protect: environment.protect.unwrap_or(false),
        backend: environment.backend.clone(),
        variables: variables::settled(&environment.variables),
        profile: environment.profile.clone(),
        modules: super::modules::modules(environment),
    }
}

struct Settings<'a> {
    design: &'a Design,
    id: &'a Id,
    environment: &'a Environment,
}

impl Settings<'_> {
    fn place(&self, attribute: impl Into<String>) -> Place {
        Place::Environment { id: self.id.clone(), attribute: Some(attribute.into()) }
    }

    /// The environment without something.
    fn without(&self, take: impl FnOnce(&mut Environment)) -> Edit {
        let mut environment = self.environment.clone();
        take(&mut environment);
        Edit::SetEnvironment { id: self.id.clone(), environment: Some(environment) }
    }

    fn overridden(&self, name: &Id) -> Option<Diagnostic> {
        if self.design.resources.contains_key(name) {
            return None;
        }
        let text = format!(
            "environment “{}” overrides “{name}”, which does not exist: remove the override",
            self.id
        );
        let place = self.place(format!("override.{name}"));
        let edit = self.without(|e| drop(e.overrides.shift_remove(name)));
        let found = Diagnostic::warning("override-of-nothing", place, text);
        Some(found.fixed_by("Remove the override", edit))
    }

    /// One that leads to no value.
    fn variable(&self, name: &str) -> Option<Diagnostic> {
        let place = self.place(format!("variables.{name}"));
        let of = format!("variable “{name}” of environment “{}”", self.id);
        match variables::followed(&self.environment.variables, name).err()? {
            Astray::Circle => {
                let text = format!("{of} leads back to itself: give it a value");
                Some(Diagnostic::error("cyclic-variable", place, text))
            }
            Astray::Unset(other) => {
                let text = format!("{of} needs the variable “{other}”, which is not set: set it");
                Some(Diagnostic::error("unset-variable", place, text))
            }
        }
    }

    fn region(&self, name: &Id) -> Option<Diagnostic> {
        let what = match self.design.resources.get(name) {
            None => "does not exist".to_owned(),
            Some(resource) if resource.kind == "region" => return None,
            Some(resource) => format!("is a {}", resource.kind),
        };
        let text = format!(
            "environment “{}” places the region “{name}”, which {what}: name a region of the design",
            self.id
        );
        let place = self.place(format!("regions.{name}"));
        let edit = self.without(|e| drop(e.regions.shift_remove(name)));
        let found = Diagnostic::warning("region-of-nothing", place, text);
        Some(found.fixed_by("Remove the entry", edit))
    }

    /// One that the provider does not have by this name.
    fn named_region(&self, (id, name): (&Id, &String)) -> Option<Diagnostic> {
        let provider = self.environment.provider;
        let mut known = tables::regions_of(provider).peekable();
        // A lab has no regions of its own, and takes any name.
        if known.peek().is_none() || known.any(|known| known == name) {
            return None;
        }
        let here = self.design.resources.get(id).filter(|resource| resource.kind == "region")?;
        let near = nearest(name, tables::regions_of(provider));
        let city = here.attributes.get("location").and_then(gp_model::Value::as_str);
        let of_city = city.and_then(|city| tables::region_at(city, provider)).map(|(name, _)| name);
        let meant = near.or(of_city);
        let hint = match (meant, near) {
            (Some(meant), Some(_)) => format!("did you mean “{meant}”?"),
            (Some(meant), None) => format!("there it is “{meant}”"),
            (None, _) => "name one of its regions".to_owned(),
        };
        let text = format!(
            "environment “{}” places “{id}” in “{name}”, which is no region of {provider} that is known here: {hint}",
            self.id
        );
        let found = Diagnostic::warning(
            "region-not-on-provider",
            self.place(format!("regions.{id}")),
            text,
        );
        let Some(meant) = meant else { return Some(found) };
        let use_it = self.without(|e| drop(e.regions.insert(id.clone(), meant.to_owned())));
        Some(found.fixed_by(format!("Make it {meant}"), use_it))
    }

    fn pool(&self) -> Option<Diagnostic> {
        let problem = cidr(self.environment.pool.as_deref()?).err()?;
        let instead = pool(Some(self.environment));
        let text =
            format!("pool of environment “{}”: {problem}; {instead} is used instead", self.id);
        let found = Diagnostic::error("unfit-setting", self.place("pool"), text);
        let use_it = self.without(|e| e.pool = Some(instead.to_string()));
        Some(found.fixed_by(format!("Make it {instead}"), use_it))
    }

    fn pool6(&self) -> Option<Diagnostic> {
        let problem = usable_pool6(self.environment.pool6.as_deref()?).err()?;
        let instead = pool6(self.design, None);
        let text =
            format!("pool6 of environment “{}”: {problem}; {instead} is used instead", self.id);
        let found = Diagnostic::error("unfit-setting", self.place("pool6"), text);
        Some(found.fixed_by("Leave it out", self.without(|e| e.pool6 = None)))
    }

    fn ttl(&self) -> Option<Diagnostic> {
        let problem = units::duration(self.environment.ttl.as_deref()?).err()?;
        let text =
            format!("ttl of environment “{}”: {problem}; it does not end by itself", self.id);
        let found = Diagnostic::error("unfit-setting", self.place("ttl"), text);
        Some(found.fixed_by("Leave it out", self.without(|e| e.ttl = None)))
    }

    fn suffix(&self) -> Option<Diagnostic> {
        let suffix = self.environment.suffix.as_deref()?;
        let length = suffix.chars().count();
        if length <= LONGEST_SUFFIX {
            return None;
        }
        let text = format!(
            "suffix of environment “{}” has {length} letters, which leaves little of a name of 63: at most {LONGEST_SUFFIX}",
            self.id
        );
        Some(Diagnostic::error("unfit-setting", self.place("suffix"), text))
    }
}

/// Letters that a suffix may have, so that something of the thing's own name is left.
const LONGEST_SUFFIX: usize = 20;

/// A waiver may name whatever a finding can be about.
fn waiver_for_nothing(design: &Design, number: usize, waiver: &Waiver) -> Option<Diagnostic> {
    let name = waiver.resource.as_deref().filter(|name| !name.starts_with("tag:"))?;
    let there = design.resources.contains_key(name)
        || design.links.contains_key(name)
        || design.intents.contains_key(name)
        || design.environments.contains_key(name);
    if there {
        return None;
    }
    let text = format!(
        "a waiver of “{}” is for “{name}”, which does not exist: correct the name, or remove the waiver",
        waiver.rule
    );
    let mut policy = design.policy.as_ref().clone();
    policy.waivers.remove(number);
    let found = Diagnostic::warning("waiver-for-nothing", Place::Policy, text);
    Some(found.fixed_by("Remove the waiver", Edit::SetPolicy { policy }))
}
