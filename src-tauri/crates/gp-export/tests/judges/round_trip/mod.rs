//! The same design through two formats comes back, by readers that look at the exported text only,
//! to the same topology and the same reach matrix.

mod cloud;
mod cloudformation;
mod six;
mod terraform;

use crate::{
    hcl_judge,
    support::{
        self, ANALYTICS, EVERY_KIND, PLACES, SIX, TEMPLATE, cases, cloudformation_json, export,
        resolved,
    },
};
use cloud::{Cloud, plain};
use gp_analysis::reach::World;
use gp_catalog::{
    Resolved,
    resolved::{FilterKind, Peer, ResolvedResource, Via},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    sync::Arc,
};

const TEST: &str = "the_design_comes_back_from_cloudformation";

/// Where the drawn actors stand: the world outside is in no export.
fn observers(design: &Resolved) -> Vec<(String, Ipv4Addr)> {
    let actors = design
        .instances()
        .filter(|(r, _)| matches!(r.kind.as_str(), "internet" | "user" | "external-system"));
    actors.filter_map(|(_, i)| Some((i.address.clone(), i.public_ip?))).collect()
}

/// Everything that packets can meet, as sorted lines that name things by what they are on AWS.
fn topology(meaning: &Resolved) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let cidr = |segment: &str| meaning.segments[segment].cidr;
    let network = |id: &str| meaning.resource(id).and_then(|r| r.text("cidr")).unwrap().to_owned();
    for segment in meaning.segments.values().filter(|s| !is_elsewhere(meaning, &s.network)) {
        let zone = segment.zone.iter().filter_map(|zone| zone.chars().last()).collect::<String>();
        let place = network(&segment.network);
        lines.insert(format!("subnet {} in {place}, zone {zone}", segment.cidr));
        let table = meaning.route_tables.get(&segment.route_table);
        for route in table.iter().flat_map(|table| &table.routes) {
            let way = match &route.via {
                Via::Local => format!("{} local", route.destination),
                Via::EgressOnly => format!("{} outwards", route.destination),
                Via::InternetGateway => format!("{} internet", route.destination),
                Via::Nat { instance, hub } => {
                    let (_, nat) =
                        meaning.instances().find(|(_, i)| i.address == *instance).unwrap();
                    let over = if hub.is_some() { "by a hub to " } else { "" };
                    let place = cidr(nat.segment.as_ref().unwrap());
                    format!("{} {over}nat in {place}", route.destination)
                }
                Via::Firewall { instance, hub } => {
                    let (_, wall) =
                        meaning.instances().find(|(_, i)| i.address == *instance).unwrap();
                    let over = if hub.is_some() { "by a hub to " } else { "" };
                    let place = cidr(wall.segment.as_ref().unwrap());
                    format!("{} {over}firewall in {place}", route.destination)
                }
                Via::Hub { network: other, .. } if !is_elsewhere(meaning, other) => {
                    format!("{} by a hub to {}", route.destination, network(other))
                }
                Via::Hub { .. } => format!("{} by a hub to a site", route.destination),
                Via::Gateway { .. } => format!("{} to a site", route.destination),
                Via::Peering { network: other, .. } => {
                    format!("{} peering with {}", route.destination, network(other))
                }
                Via::Endpoint { resource } => format!("end point {}", plain(resource)),
                Via::Blackhole => format!("{} nowhere", route.destination),
            };
            lines.insert(format!("route {}: {way}", segment.cidr));
        }
    }
    for (resource, instance) in meaning.instances().filter(|(resource, _)| is_ours(resource)) {
        let Some(segment) = &instance.segment else { continue };
        if matches!(&*resource.kind, "firewall" | "nat-gateway") {
            lines.insert(format!("{} in {}", resource.kind, cidr(segment)));
            continue;
        }
        let public = if instance.public_ip.is_some() { ", public" } else { "" };
        // AWS chooses the addresses of what it runs itself.
        let ip =
            instance.ip.filter(|_| matches!(resource.kind.as_str(), "server" | "dns-resolver"));
        let ip = ip.map(|ip| format!(" {ip}")).unwrap_or_default();
        let (name, kind) = (plain(&instance.address), &resource.kind);
        lines.insert(format!("{kind} {name} in {}{ip}{public}", cidr(segment)));
    }
    for resource in meaning.resources.values() {
        lines.extend(listeners(meaning, resource));
    }
    lines.extend(rules(meaning));
    lines
}

fn is_ours(resource: &ResolvedResource) -> bool {
    resource.lifecycle != gp_model::Lifecycle::External
}

/// Whether a network stands in no export: it is a site's, or a site of which nothing is drawn.
fn is_elsewhere(meaning: &Resolved, network: &str) -> bool {
    meaning
        .resource(network)
        .is_none_or(|it| it.kind != "network" || it.lifecycle == gp_model::Lifecycle::External)
}

fn listeners(meaning: &Resolved, balancer: &ResolvedResource) -> Vec<String> {
    let mode = if balancer.text("mode") == Some("pass-through") { "passes" } else { "proxies" };
    let line = |listener: &gp_catalog::resolved::Listener| {
        let targets = listener.targets.iter().flat_map(|target| {
            let instances = meaning.resource(&target.resource).unwrap().instances.iter();
            instances.map(move |i| format!("{} {}", plain(&i.address), target.ports))
        });
        let targets: BTreeSet<String> = targets.collect();
        let redirect = listener.redirect.map(|port| format!(", redirects to {port}"));
        format!(
            "{} {mode} {} {} to {targets:?}{}",
            plain(&balancer.id),
            listener.protocol,
            listener.ports,
            redirect.unwrap_or_default()
        )
    };
    balancer.listeners.iter().map(line).collect()
}

/// Rules of groups, one line for each pair of instances.
fn rules(meaning: &Resolved) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let groups = meaning.filters.values().filter(|f| f.kind == FilterKind::SecurityGroup);
    for filter in groups.filter(|f| meaning.resource(&f.owner).is_none_or(is_ours)) {
        for (way, rules) in [("in", &filter.ingress), ("out", &filter.egress)] {
            for rule in rules {
                let ports = rule.ports.map_or_else(|| "all".to_owned(), |ports| ports.to_string());
                for (own, peer) in filter.applies_to.iter().flat_map(|own| {
                    peers(meaning, &rule.peer).into_iter().map(move |peer| (own, peer))
                }) {
                    lines.insert(format!("group {} {way} {ports} {peer}", plain(own)));
                }
            }
        }
    }
    lines
}

fn is_outer_gateway(meaning: &Resolved, id: &str) -> bool {
    let gateway = meaning.resource(id).filter(|resource| resource.kind == "api-gateway");
    gateway.is_some_and(|one| one.instances.iter().all(|i| i.segment.is_none()))
}

fn peers(meaning: &Resolved, peer: &Peer) -> Vec<String> {
    match peer {
        Peer::Any => vec!["0.0.0.0/0".to_owned()],
        // Over a hub a server is named by its address.
        Peer::Cidr { cidr } if cidr.prefix_len() == 32 => {
            let mut all = meaning.instances().filter(|(it, _)| is_ours(it));
            let named = all.find(|(_, i)| i.segment.is_some() && i.ip == Some(cidr.addr()));
            vec![named.map_or_else(|| cidr.to_string(), |(_, i)| plain(&i.address))]
        }
        Peer::Cidr { cidr } => vec![cidr.to_string()],
        Peer::Range6 { .. } => Vec::new(),
        // Where a gateway's calls come from and go to by the internet, AWS says nowhere.
        Peer::Service { id } | Peer::Resource { id } if is_outer_gateway(meaning, id) => {
            vec!["0.0.0.0/0".to_owned()]
        }
        // A prefix list and a private name mean the service, not one bucket or queue.
        Peer::Service { id } => vec![format!("any {}", meaning.resource(id).unwrap().kind)],
        Peer::Resource { id } if meaning.resource(id).is_some_and(|own| !is_ours(own)) => {
            let addresses = meaning.resource(id).unwrap().instances.iter().filter_map(|i| i.ip);
            addresses.map(|ip| format!("{ip}/32")).collect()
        }
        Peer::Resource { id } => {
            let Some(resource) = meaning.resource(id) else { return vec![plain(id)] };
            // The list of a service's addresses means all of that service.
            if resource.kind == "cdn" {
                return vec!["any cdn".to_owned()];
            }
            let means = resource.instances.iter().filter(|i| resource.takes_part(i, true));
            means.map(|i| plain(&i.address)).collect()
        }
    }
}

/// Rows at the edges of subnets, in order. Rows that name only part of what they stand before are
/// left out: an ACL has no such rows.
fn edges(meaning: &Resolved) -> BTreeMap<String, Vec<String>> {
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for filter in meaning.filters.values().filter(|f| f.kind != FilterKind::SecurityGroup) {
        // What is in the way stands at no edge.
        let edges_of = filter.applies_to.iter().filter(|at| meaning.segments.contains_key(*at));
        for segment in edges_of {
            for (way, rules) in [("in", &filter.ingress), ("out", &filter.egress)] {
                let whole = rules.iter().filter(|r| {
                    let over_six = matches!(r.peer, Peer::Range6 { .. });
                    r.source.is_none() && r.destination.is_none() && !over_six
                });
                let line = |rule: &gp_catalog::resolved::FilterRule| {
                    let word = if rule.allow { "allow" } else { "deny" };
                    let ports = rule.ports.map_or_else(|| "all".to_owned(), |p| p.to_string());
                    format!("{word} {ports} {}", peers(meaning, &rule.peer).join(" "))
                };
                let place = format!("{} {way}", meaning.segments[segment].cidr);
                edges.entry(place).or_default().extend(whole.map(line));
            }
        }
    }
    edges
}

/// Who reaches whom with what: every pair of end points, every packet.
fn reach(meaning: &Resolved) -> BTreeMap<(String, String), String> {
    let world = World::new(meaning);
    let ours = |name: &&str| {
        meaning.instances().find(|(_, i)| i.address == **name).is_some_and(|(it, _)| is_ours(it))
    };
    let names: Vec<&str> = world.end_point_names().into_iter().filter(ours).collect();
    let mut all = BTreeMap::new();
    // As in the matrix: what only answers starts nothing.
    let answers = |name: &&&str| {
        let (resource, _) = meaning.instances().find(|(_, i)| i.address == ***name).unwrap();
        matches!(
            resource.kind.as_str(),
            "bucket"
                | "document-store"
                | "log-store"
                | "queue"
                | "registry"
                | "secret"
                | "topic"
                | "stream"
        )
    };
    for from in names.iter().filter(|name| !answers(name)) {
        for to in names.iter().filter(|to| *to != from) {
            let specs = world.reach(from, to).allowed.specs();
            let words: Vec<String> = specs.iter().map(ToString::to_string).collect();
            all.insert((plain(from), plain(to)), words.join(" "));
        }
    }
    all
}

/// Workloads as AWS has them: their cluster runs them, and there are their groups.
fn on_aws(design: &Resolved) -> Resolved {
    let mut meaning = design.clone();
    for resource in design.resources.values().filter(|r| r.kind == "workload") {
        meaning.resources.remove(&resource.id);
        if let Some(group) = meaning.filters.get_mut(&format!("sg:{}", resource.id)) {
            Arc::make_mut(group).applies_to = vec![resource.id.to_string()];
        }
    }
    meaning
}

/// Asserts that what was read is what was drawn.
#[track_caller]
fn check_same(design: &Resolved, cloud: &Cloud) {
    let design = &on_aws(design);
    let back = cloud.meaning(&observers(design));
    let (drawn, read) = (topology(design), topology(&back));
    let lost: Vec<_> = drawn.difference(&read).collect();
    let added: Vec<_> = read.difference(&drawn).collect();
    assert!(lost.is_empty() && added.is_empty(), "lost {lost:#?}, added {added:#?}");
    let (drawn, read) = (six::drawn(design), cloud.over_ipv6());
    let lost: Vec<_> = drawn.difference(&read).collect();
    let added = read.difference(&drawn).filter(|line| !line.starts_with(six::ANSWERS));
    let added: Vec<_> = added.collect();
    assert!(lost.is_empty() && added.is_empty(), "IPv6: lost {lost:#?}, added {added:#?}");
    let (drawn, mut read) = (edges(design), edges(&back));
    assert_eq!(drawn.keys().collect::<Vec<_>>(), read.keys().collect::<Vec<_>>());
    for (place, rows) in drawn {
        let answers = read.get_mut(&place).unwrap().split_off(rows.len());
        assert_eq!(read[&place], rows, "{place}");
        let only = answers.iter().all(|row| row.starts_with("allow tcp/1024-65535 "));
        assert!(only, "{place}: an ACL forgets connections, but {answers:?} are no answers");
    }
    let (drawn, read) = (reach(design), reach(&back));
    assert_eq!(drawn.keys().collect::<Vec<_>>(), read.keys().collect::<Vec<_>>());
    let differ: Vec<_> = drawn.iter().filter(|(pair, ports)| read[*pair] != **ports).collect();
    let read: Vec<_> = differ.iter().map(|(pair, _)| &read[*pair]).collect();
    assert!(differ.is_empty(), "drawn {differ:#?}, read {read:#?}");
    let open = drawn.values().filter(|ports| !ports.is_empty()).count();
    assert!(open > 5 && open < drawn.len() / 2, "{open} of {} pairs are open", drawn.len());
}

#[test]
fn the_design_comes_back_from_terraform() {
    // A bucket that is made for a workspace stands in no drawing.
    let link = "[link.trials-home]\nfrom = \"trials\"\nto = \"home\"\nkind = \"attachment\"\n";
    let analytics = ANALYTICS.replace("[environment", &format!("{link}[environment"));
    for (design, environment) in cases().into_iter().chain([(&*analytics, "production")]) {
        let files = export(design, environment, "terraform");
        check_same(&resolved(design, environment), &terraform::read(&hcl_judge::body(&files)));
    }
}

#[test]
fn the_design_comes_back_from_cloudformation() {
    for (design, environment) in cases() {
        let files = export(design, environment, "cloudformation");
        let Some(template) = cloudformation_json(TEST, &files) else {
            return;
        };
        check_same(&resolved(design, environment), &cloudformation::read(&template));
    }
}

/// Designs of several accounts and regions that are large enough.
fn several_places() -> Vec<(&'static str, &'static str)> {
    let known = ["disaster-recovery", "ha-two-region"];
    let templates = support::templates().into_iter();
    let templates = templates.filter(|(name, ..)| known.contains(&name.as_str()));
    let templates = templates.map(|(_, design, environment)| (design, environment));
    templates.chain([(PLACES, "production")]).collect()
}

#[test]
fn a_design_of_several_places_comes_back_from_all_its_templates() {
    let test = "a_design_of_several_places_comes_back_from_all_its_templates";
    for (design, environment) in several_places() {
        let drawn = resolved(design, environment);
        let files = export(design, environment, "terraform");
        check_same(&drawn, &terraform::read(&hcl_judge::body(&files)));
        let files = export(design, environment, "cloudformation");
        assert!(support::stacks(&files).count() > 1);
        let Some(template) = cloudformation_json(test, &files) else { return };
        check_same(&drawn, &cloudformation::read(&template));
    }
}

/// Blocks whose loss cannot go unseen.
const SEEN: [&str; 13] = [
    "aws_autoscaling_group",
    "aws_ecs_service",
    "aws_egress_only_internet_gateway",
    "aws_eks_node_group",
    "aws_instance",
    "aws_lb_listener",
    "aws_lb_target_group_attachment",
    "aws_route",
    "aws_route_table_association",
    "aws_vpc_endpoint",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_network_acl_rule",
];

#[test]
fn the_round_trip_sees_every_lost_block() {
    for (design, environment) in
        [(TEMPLATE, "production"), (EVERY_KIND, "production"), (SIX, "production")]
    {
        let body = hcl_judge::body(&export(design, environment, "terraform"));
        let drawn = resolved(design, environment);
        let cloud = terraform::read(&body);
        let whole = cloud.meaning(&observers(&drawn));
        let (lines, rows) = (topology(&whole), edges(&whole));
        let mut lost = 0;
        for (index, structure) in body.0.iter().enumerate() {
            let hcl::Structure::Block(block) = structure else { continue };
            let type_ = block.labels.first().map(hcl::BlockLabel::as_str).unwrap_or_default();
            if block.identifier.as_str() != "resource" || !SEEN.contains(&type_) {
                continue;
            }
            // What passes between a cluster and itself is looked at elsewhere, for no link says it.
            if type_.starts_with("aws_vpc_security_group_")
                && format!("{block:?}").contains("aws_eks_cluster")
            {
                continue;
            }
            let mut copy = body.clone();
            copy.0.remove(index);
            // A reference to what is gone is a loss that Terraform itself would see.
            let read = std::panic::catch_unwind(|| {
                let cloud = terraform::read(&copy);
                (cloud.meaning(&observers(&drawn)), cloud.over_ipv6())
            });
            let Ok((read, six)) = read else { continue };
            let same = topology(&read) == lines && edges(&read) == rows && six == cloud.over_ipv6();
            assert!(!same, "nobody misses {:?}", block.labels);
            lost += 1;
        }
        assert!(lost > 15, "only {lost} blocks were taken away");
    }
}

/// Types of CloudFormation whose loss cannot go unseen.
const SEEN_BY_CLOUDFORMATION: [&str; 14] = [
    "AutoScaling::AutoScalingGroup",
    "ECS::Service",
    "EKS::Nodegroup",
    "EC2::EgressOnlyInternetGateway",
    "EC2::Instance",
    "EC2::NetworkAclEntry",
    "EC2::Route",
    "EC2::SecurityGroupEgress",
    "EC2::SecurityGroupIngress",
    "EC2::SubnetNetworkAclAssociation",
    "EC2::SubnetRouteTableAssociation",
    "EC2::VPCCidrBlock",
    "EC2::VPCEndpoint",
    "ElasticLoadBalancingV2::Listener",
];

#[test]
fn the_round_trip_sees_every_lost_resource_of_cloudformation() {
    let test = "the_round_trip_sees_every_lost_resource_of_cloudformation";
    for (design, least) in [(EVERY_KIND, 40), (SIX, 40), (PLACES, 25)] {
        let files = export(design, "production", "cloudformation");
        let Some(template) = cloudformation_json(test, &files) else {
            return;
        };
        sees_every_lost_resource(&resolved(design, "production"), &template, least);
    }
}

fn sees_every_lost_resource(drawn: &Resolved, template: &serde_json::Value, least: usize) {
    let cloud = cloudformation::read(template);
    let whole = cloud.meaning(&observers(drawn));
    let (lines, rows, six) = (topology(&whole), edges(&whole), cloud.over_ipv6());
    let mut lost = 0;
    for (id, resource) in template["Resources"].as_object().unwrap() {
        let type_ = resource["Type"].as_str().unwrap().trim_start_matches("AWS::");
        let inner = type_.starts_with("EC2::SecurityGroup")
            && resource.to_string().contains("ClusterSecurityGroupId");
        if !SEEN_BY_CLOUDFORMATION.contains(&type_) || inner {
            continue;
        }
        let mut copy = template.clone();
        copy["Resources"].as_object_mut().unwrap().remove(id);
        lost += 1;
        // A reference to what is gone is a loss that CloudFormation itself would see.
        let same = std::panic::catch_unwind(|| {
            let cloud = cloudformation::read(&copy);
            let read = cloud.meaning(&observers(drawn));
            topology(&read) == lines && edges(&read) == rows && cloud.over_ipv6() == six
        });
        assert!(!same.unwrap_or(false), "nobody misses {id}");
    }
    assert!(lost > least, "only {lost} resources were taken away");
}
