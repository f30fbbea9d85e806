//! Questions about reachability, answered from the newest judgement.

use crate::{
    deploy::Tried,
    dto::{AppError, ExposureDto, MatrixCellDto, ProofDto, ReachDto},
    facts, inspect,
    judged::Judged,
};
pub use gp_analysis::names::Lookup;
use gp_analysis::{
    names,
    reach::{Answer, LinkVerdict},
    sets::PacketSet,
};
use gp_catalog::{naming, resolved::ResolvedLink};
use gp_model::{Id, LinkKind, PortSpec, Protocol, nearest};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// It has no ports, and everything answers it.
const ICMP: PortSpec = PortSpec { protocol: Protocol::Icmp, low: 0, high: 0 };

/// Whether one thing reaches another: ids of resources or addresses of instances.
pub fn ask(
    judged: &Judged,
    from: &str,
    to: &str,
    service: Option<&str>,
) -> Result<ProofDto, AppError> {
    let wanted = service.map(str::parse::<PortSpec>).transpose().map_err(AppError::failed)?;
    let wanted = wanted.map_or_else(PacketSet::all, |spec| PacketSet::from_specs([spec]));
    let pairs = pairs(judged, from, to)?;
    let answers: Vec<Answer> = pairs.iter().map(|(a, b)| judged.world.reach(a, b)).collect();
    let allowed = answers.iter().map(|answer| answer.allowed.intersection(&wanted));
    let common = allowed.clone().reduce(|all, one| all.intersection(&one)).unwrap_or_default();
    let some = allowed.reduce(|all, one| all.union(&one)).unwrap_or_default();
    let answered = answers.iter().map(|answer| answer.answered.intersection(&wanted));
    let answered = answered.reduce(|all, one| all.intersection(&one)).unwrap_or_default();
    let answered = answered.difference(&PacketSet::from_specs([ICMP]));
    let names = [title(judged, from), title(judged, to)];
    let open = answers.iter().find(|answer| !answer.allowed.intersection(&wanted).is_empty());
    let (traces, block) = match (open, pairs.first()) {
        (Some(answer), _) => (answer.via.iter().map(facts::trace).collect(), None),
        (None, Some((from, to))) => {
            let verdict = stopped(judged, from, to, &wanted);
            (verdict.counter_example.iter().map(facts::trace).collect(), verdict.block)
        }
        (None, None) => (Vec::new(), None),
    };
    let over_ipv6 = over_ipv6(judged, &pairs, &wanted, &some);
    Ok(ProofDto {
        answer: format!("{}{over_ipv6}", sentence(&names, [&common, &some, &answered], service)),
        reachable: if is_all(&common) && !answered.is_empty() { &answered } else { &common }
            .specs()
            .iter()
            .map(ToString::to_string)
            .collect(),
        traces,
        because: block.as_ref().map(|block| format!("stopped at {}: {}", block.hop, block.why)),
        blocked_at: block.and_then(|block| block.id).map(|id| id.to_string()),
    })
}

/// Which addresses a name has for somebody, and by whom the answer comes.
pub fn lookup(judged: &Judged, from: &str, name: &str) -> Result<Lookup, AppError> {
    if let Some(why) = naming::why_no_name(name) {
        return Err(AppError::failed(format!("“{name}” is no name that can be asked for: {why}")));
    }
    let network = judged.resolved.resource(from).is_some_and(|one| one.kind == "network");
    if !network {
        instances(judged, from)?;
    }
    Ok(names::lookup(&judged.resolved, &judged.world, from, name))
}

/// What is different over IPv6, where both ends speak it.
fn over_ipv6(
    judged: &Judged,
    pairs: &[(String, String)],
    wanted: &PacketSet,
    four: &PacketSet,
) -> String {
    let Some(six) = judged.world.over_ipv6() else { return String::new() };
    let names = six.end_point_names();
    let speaks = |name: &String| names.contains(&name.as_str());
    let both = pairs.iter().filter(|(from, to)| speaks(from) && speaks(to));
    let arrives = both.map(|(from, to)| six.reach(from, to).allowed.intersection(wanted));
    let Some(arrives) = arrives.reduce(|all, one| all.union(&one)) else {
        return String::new();
    };
    let ports = || {
        let words: Vec<String> = arrives.specs().iter().map(ToString::to_string).collect();
        words.join(", ")
    };
    match (arrives == *four, arrives.is_empty()) {
        (true, true) => ", over IPv6 neither".to_owned(),
        (true, false) => ", over IPv6 as well".to_owned(),
        (false, true) => ", over IPv6 not at all".to_owned(),
        (false, false) => format!(", over IPv6 on {}", ports()),
    }
}

/// What the internet reaches: each resource once, with what it answers and the packets that arrive at all.
pub fn exposure(judged: &Judged) -> Vec<ExposureDto> {
    let mut all: BTreeMap<Id, (PacketSet, PacketSet)> = BTreeMap::new();
    for one in judged.world.exposed_to_internet() {
        let (answered, arrives) = all.entry(one.resource).or_default();
        *answered = answered.union(&one.answered);
        *arrives = arrives.union(&one.allowed);
    }
    all.into_iter()
        .map(|(id, (answered, arrives))| ExposureDto {
            id: id.to_string(),
            answers: inspect::packets(&answered),
            arrives: inspect::packets(&arrives),
        })
        .collect()
}

/// Everything that reaches a thing, or that it reaches; of a container, everything in it. What stands
/// in the same container is on both sides of nothing.
pub fn ends(judged: &Judged, id: &str, way: Way) -> Result<Vec<ReachDto>, AppError> {
    let inside = |other: &str| {
        let resource = judged.resolved.resource(other);
        other == id || resource.is_some_and(|r| judged.resolved.is_in(r, id))
    };
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let own: BTreeSet<String> = instances(judged, id)?
        .into_iter()
        .map(|address| address.split('[').next().unwrap_or_default().to_owned())
        .collect();
    for one in &own {
        let ends = match way {
            Way::To => {
                let connections = judged.world.everything_that_reaches(one);
                inspect::reach(judged, &connections, |c| &c.from, one)
            }
            Way::From => {
                let connections = judged.world.everything_reached_by(one);
                inspect::reach(judged, &connections, |c| &c.to, one)
            }
        };
        for end in ends.into_iter().filter(|end| !inside(&end.id)) {
            found.entry((end.title, end.id)).or_default().extend(end.ports);
        }
    }
    let one = |((title, id), ports): ((String, String), BTreeSet<String>)| ReachDto {
        id,
        title,
        ports: ports.into_iter().collect(),
    };
    Ok(found.into_iter().map(one).collect())
}

/// Which side of a question is asked for.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Who reaches it.
    To,
    /// What it reaches.
    From,
}

fn pairs(judged: &Judged, from: &str, to: &str) -> Result<Vec<(String, String)>, AppError> {
    let sources = instances(judged, from)?;
    let targets = instances(judged, to)?;
    let every = sources.iter().flat_map(|a| targets.iter().map(move |b| (a.clone(), b.clone())));
    Ok(every.filter(|(a, b)| a != b).collect())
}

/// The instances of a resource, of everything in a container, or the one that is named.
fn instances(judged: &Judged, name: &str) -> Result<Vec<String>, AppError> {
    let found: Vec<String> = judged
        .resolved
        .instances()
        .filter(|(resource, instance)| {
            instance.address == name || judged.resolved.is_in(resource, name)
        })
        .filter(|(_, instance)| instance.ip.is_some() || instance.public_ip.is_some())
        .map(|(_, instance)| instance.address.clone())
        .collect();
    let all = &judged.resolved.resources;
    if found.is_empty() && !name.contains('[') && !all.contains_key(name) {
        let near = nearest(name, all.keys().map(|id| &**id));
        let hint = near.map(|near| format!(": did you mean “{near}”?")).unwrap_or_default();
        let (environment, nothing) = (&judged.environment, "there is nothing called");
        return Err(AppError::not_found(format!("{nothing} “{name}” in {environment}{hint}")));
    }
    if found.is_empty() {
        return Err(AppError::not_found(format!(
            "“{name}” has no address in the environment {}",
            judged.environment
        )));
    }
    Ok(found)
}

fn sentence(
    [from, to]: &[String; 2],
    [common, some, answered]: [&PacketSet; 3],
    service: Option<&str>,
) -> String {
    let asked = service.map(|service| format!(" on {service}")).unwrap_or_default();
    if some.is_empty() {
        return format!("{from} cannot reach {to}{asked}");
    }
    if common.is_empty() {
        return format!("some of {from} reach {to}{asked}, others do not");
    }
    let words = |set: &PacketSet| match set {
        set if is_all(set) => "every port".to_owned(),
        set => set.specs().iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let icmp = PacketSet::from_specs([ICMP]);
    let rest = common.difference(answered).difference(&icmp);
    let reaches = format!("{from} reaches {to} on ");
    match (answered.is_empty(), rest.is_empty()) {
        (_, true) => reaches + &words(common),
        (true, false) => format!("{reaches}{}, where nothing answers", words(common)),
        (false, false) if is_all(common) => {
            format!("{reaches}{}, and nothing filters other ports", words(answered))
        }
        (false, false) => {
            format!(
                "{reaches}{}; {} gets there, too, where nothing answers",
                words(answered),
                words(&rest)
            )
        }
    }
}

/// Whether nothing is kept out.
fn is_all(set: &PacketSet) -> bool {
    *set == PacketSet::all()
}

/// The way of one packet that does not arrive: of what was asked for, else of a service that is there.
fn stopped(judged: &Judged, from: &str, to: &str, wanted: &PacketSet) -> LinkVerdict {
    let resource = to.split('[').next().and_then(|id| judged.resolved.resource(id));
    let offered =
        resource.and_then(|resource| resource.services.first()).map(|service| service.ports);
    let asked = if *wanted == PacketSet::all() { offered } else { wanted.specs().first().copied() };
    let question = ResolvedLink {
        id: "question".into(),
        kind: LinkKind::Flow,
        from: from.into(),
        to: to.into(),
        ports: vec![asked.unwrap_or(PortSpec::tcp(443))],
        access: Vec::new(),
        traffic: None,
        note: None,
        attributes: gp_model::Table::new(),
    };
    judged.world.link(&question)
}

fn title(judged: &Judged, name: &str) -> String {
    judged
        .resolved
        .resource(name)
        .map_or_else(|| name.to_owned(), |resource| resource.title.clone())
}

/// All end points × all services, with what packets said where they were tried.
pub fn matrix(judged: &Judged, tried: &Tried) -> Vec<MatrixCellDto> {
    let matrix = judged.world.matrix();
    matrix
        .rows()
        .map(|(row, cell)| {
            let place = (row.from, row.to, row.service);
            let tried = tried.get(&place).cloned();
            let arrived = |verdict: &String| matches!(verdict.as_str(), "open" | "no-listener");
            let agrees = tried.as_ref().map(|it| cell.fits(it == "open", arrived(it)));
            let because = judged.world.because(&matrix, cell);
            let (from, to, service) = place;
            let (proven, evidence) = (cell.allowed, None);
            MatrixCellDto { from, to, service, proven, tried, because, agrees, evidence }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "internet internet\nregion r zones a,b location=frankfurt\n  network n 10.20.0.0/16\n    subnet s 10.20.1.0/24 private\n      server app x2 http:tcp/8080\n";

    #[test]
    fn what_stops_a_packet_to_one_of_several_is_said() {
        let judged =
            crate::judged::judge(&gp_testkit::sketch(SHOP), &crate::own_kinds::program(), None, 1);
        let proof = ask(&judged, "internet", "app", None).unwrap();
        assert_eq!(proof.reachable, Vec::<String>::new());
        assert_eq!(proof.blocked_at.as_deref(), Some("app"), "{proof:?}");
        assert!(proof.because.unwrap().starts_with("stopped at"));
    }

    #[test]
    fn an_answer_names_the_ports_that_are_served_and_says_where_others_are_open() {
        let text = "internet internet\nregion r location=frankfurt\n  bucket files\n  function work\n  network n 10.20.0.0/16\n    subnet edge public\n      nat-gateway out\n    subnet s private\n      server app x2 http:tcp/8080\nwork -> files read\napp -> files read\n";
        let judged =
            crate::judged::judge(&gp_testkit::sketch(text), &crate::own_kinds::program(), None, 1);
        let said = |from: &str, to: &str| ask(&judged, from, to, None).unwrap();
        let whole = said("work", "files");
        assert_eq!(whole.answer, "work reaches files on tcp/443, and nothing filters other ports");
        assert_eq!(whole.reachable, ["tcp/443"]);
        let some = said("app", "files");
        assert_eq!(
            some.answer,
            "app reaches files on tcp/443; tcp/80 gets there, too, where nothing answers"
        );
        assert_eq!(said("app", "internet").answer, "app reaches internet on tcp/80, tcp/443");
    }
}
