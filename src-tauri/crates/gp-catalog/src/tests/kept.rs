//! What becomes of the things that keep and pass on: where they stand, where they answer, who may.

use super::steps::{drawn, meant, said};
use crate::Resolved;

/// `app[0] 10.20.1.9` for each of a resource; regional ones by what the world outside sees.
pub(super) fn answers(resolved: &Resolved, id: &str) -> Vec<String> {
    let instances = resolved.resources[id].instances.iter();
    let one = |i: &crate::resolved::Instance| {
        let address = i.ip.or(i.public_ip).map_or_else(|| "nowhere".to_owned(), |a| a.to_string());
        format!("{} {}: {address}", i.address, i.segment.as_deref().unwrap_or("-"))
    };
    instances.map(one).collect()
}

#[test]
fn a_cache_is_one_thing_in_its_tier_and_lets_in_who_is_linked_to_it() {
    let resolved = meant(
        "
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 private
              server app
            subnet data 10.20.2.0/24 isolated
              cache hot standby=true replicas=2
        app -> hot
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    assert_eq!(answers(&resolved, "hot").len(), 1);
    assert!(answers(&resolved, "hot")[0].starts_with("hot data/a: 10.20.2."));
    assert_eq!(drawn(&resolved, "sg:hot"), ["from app tcp/6379"]);
    assert_eq!(drawn(&resolved, "sg:app"), ["to hot tcp/6379"]);
}

#[test]
fn the_nodes_of_a_cache_follow_from_its_memory_and_the_other_way_round() {
    let class = |line: &str| {
        let text = format!(
            "
            region r location=frankfurt
              network n 10.20.0.0/16
                subnet data isolated
                  cache hot {line}
            env production aws
            "
        );
        let resolved = meant(&text);
        let hot = &resolved.resources["hot"];
        let text = |name| hot.text(name).unwrap_or("none").to_owned();
        assert!(hot.value("cpu").is_none(), "a cache has no cpu to say");
        (text("instance-class"), text("memory"))
    };
    assert_eq!(class("memory=\"10 GiB\"").0, "cache.r7g.large");
    assert_eq!(class("memory=\"2 TiB\"").0, "none");
    let (node, memory) = class("on.aws.node_type=\"cache.t4g.micro\"");
    assert_eq!((node.as_str(), memory.as_str()), ("cache.t4g.micro", "512 MiB"));
}

#[test]
fn a_file_share_has_a_mount_point_in_each_zone() {
    let resolved = meant(
        "
        region r zones a,b location=frankfurt
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 private
              server app
              file-share files
        app -> files
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    let points = answers(&resolved, "files");
    assert_eq!(points.len(), 2, "{points:?}");
    assert!(points[0].starts_with("files[0] s/a: 10.20.1."), "{points:?}");
    assert!(points[1].starts_with("files[1] s/b: 10.20.1."), "{points:?}");
    assert_eq!(drawn(&resolved, "sg:files"), ["from app tcp/2049"]);
}

#[test]
fn a_topic_answers_for_its_region_and_fills_queues_and_starts_functions() {
    let resolved = meant(
        "
        region r location=frankfurt
          topic news
          queue jobs
          function work
        news -> jobs
        news -> work
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    assert!(answers(&resolved, "news")[0].starts_with("news -: 198.19."));
    let kinds: Vec<_> = resolved.links.values().map(|link| link.kind).collect();
    assert_eq!(kinds, [gp_model::LinkKind::Trigger; 2]);
}

#[test]
fn every_regional_service_answers_in_a_range_of_its_own() {
    let text = "
        region r location=frankfurt
          bucket b
          queue q
          document-store d
          topic t
          stream s
          function f
          api-gateway g
          cdn c
        ";
    let resolved = meant(text);
    let mut ranges = std::collections::BTreeSet::new();
    for resource in resolved.resources.values().filter(|one| one.kind != "region") {
        let range = crate::resolve::tables::service_range(&resource.kind).unwrap();
        let address = resource.instances[0].public_ip.unwrap();
        assert!(range.contains(&address), "{} at {address}", resource.id);
        assert!(ranges.insert(range), "{range} twice");
    }
    for range in &ranges {
        let others = ranges.iter().filter(|other| *other != range);
        assert!(others.clone().all(|other| !other.contains(range)), "{range}");
    }
}

#[test]
fn a_stream_answers_for_its_region_and_starts_functions_and_no_queue() {
    let resolved = meant(
        "
        region r location=frankfurt
          stream clicks
          queue jobs
          function work
        clicks -> work
        clicks -> jobs
        ",
    );
    assert!(answers(&resolved, "clicks")[0].starts_with("clicks -: 198.19."));
    assert_eq!(resolved.links.len(), 1);
    assert!(said(&resolved)[0].contains("a stream (“clicks”) is not linked to a queue"));
}

#[test]
fn a_document_store_has_a_door_that_is_a_route() {
    let resolved = meant(
        r#"
        region r location=frankfurt
          document-store baskets key=customer
          network n 10.20.0.0/16
            private-endpoint door target=baskets
            subnet s 10.20.1.0/24 private
              server app
        app -> baskets access=["read"]
        "#,
    );
    assert_eq!(said(&resolved), [""; 0]);
    assert!(answers(&resolved, "baskets")[0].starts_with("baskets -: 198.19."));
    assert_eq!(answers(&resolved, "door"), ["door -: nowhere"]);
    let table = resolved.route_tables.values().next().unwrap();
    assert!(table.routes.iter().any(|route| route.destination.to_string() == "198.19.224.0/20"));
    assert_eq!(resolved.grants.len(), 1);
}

#[test]
fn a_secret_answers_for_its_region_and_whoever_is_linked_to_it_may_read_it() {
    let resolved = meant(
        "
        region r location=frankfurt
          secret token rotation=\"30 days\"
          function renew
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 private
              server app
        app -> token read
        token -> renew
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    assert!(answers(&resolved, "token")[0].starts_with("token -: 198.19.2"));
    assert_eq!(drawn(&resolved, "sg:app"), ["to service token tcp/443"]);
    let reads = resolved.grants.iter().find(|grant| &*grant.principal == "app").unwrap();
    assert_eq!((&*reads.target, reads.access.as_slice()), ("token", &[gp_model::Access::Read][..]));
}

#[test]
fn what_a_key_is_linked_to_is_encrypted_unless_somebody_says_otherwise() {
    let resolved = meant(
        "
        region r location=frankfurt
          key master
          volume disk
          volume other
          volume open encrypted=false
        disk -> master
        master -> open
        ",
    );
    let encrypted = |id: &str| resolved.resources[id].flag("encrypted");
    assert_eq!([encrypted("disk"), encrypted("other"), encrypted("open")], [true, false, false]);
    let link = resolved.links.values().find(|link| &*link.to == "disk").unwrap();
    assert_eq!((&*link.from, link.kind), ("master", gp_model::LinkKind::Attachment));
    assert_eq!(resolved.resources["master"].instances[0].zone, None, "a key is in no zone");
}

#[test]
fn the_lab_says_what_it_has_nothing_for_and_that_is_no_mistake() {
    let found = |environment: &str| {
        let text = format!("region r location=frankfurt\n  key master\nenv one {environment}\n");
        meant(&text).diagnostics
    };
    let lab = found("lab");
    assert_eq!((lab.len(), &*lab[0].rule), (1, "no-counterpart"));
    assert_eq!(lab[0].severity, gp_model::Severity::Advice);
    assert_eq!(found("docker"), lab, "Docker is another place for a lab");
    assert_eq!(found("vsphere")[0].severity, gp_model::Severity::Error);
    assert!(found("aws").is_empty());
}

#[test]
fn a_bastion_leads_to_servers_and_people_are_let_in_by_name_and_not_by_a_path() {
    let resolved = meant(
        "
        internet internet
        user staff cidr=192.0.2.0/24
        region r location=frankfurt
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 private
              bastion door
              server app http:tcp/8080
              server desk os=windows
        door -> app
        door -> desk
        staff -> door invoke
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    assert_eq!(answers(&resolved, "door").len(), 1);
    assert!(answers(&resolved, "door")[0].starts_with("door s/a: 10.20.1."));
    assert_eq!(drawn(&resolved, "sg:door"), ["to app tcp/22", "to desk tcp/3389"]);
    assert_eq!(drawn(&resolved, "sg:app"), ["from door tcp/22"]);
    let way = resolved.links.values().find(|link| &*link.from == "staff").unwrap();
    assert_eq!((way.kind, way.ports.len()), (gp_model::LinkKind::Dependency, 0));
    assert_eq!(&*resolved.grants[0].principal, "staff");
}

#[test]
fn what_a_lab_stands_in_for_is_the_same_in_docker() {
    for kind in crate::builtin().kinds.values() {
        let of = |provider| kind.counterparts.get(&provider);
        assert_eq!(of(gp_model::Provider::Lab), of(gp_model::Provider::Docker), "{}", kind.id);
    }
}
