//! What becomes of the things that run: how many, where they stand, who reaches them.

use super::{
    kept::answers,
    steps::{drawn, meant, said},
};
use crate::{builtin, resolve};
use gp_model::Id;
use gp_testkit::sketch::sketch;

#[test]
fn of_what_is_drawn_for_later_there_is_nothing_and_its_line_says_so() {
    let design = sketch(
        "region frankfurt location=frankfurt\n  volume scratch\n  network shop 10.20.0.0/16\n    subnet tier private\n      server app count=0\n      server-group work min=0 desired=0\nscratch -> app",
    );
    let resolved = resolve::resolve(&design, builtin(), None);
    for id in ["app", "work", "scratch"] {
        assert!(resolved.resource(id).unwrap().instances.is_empty(), "{id}");
    }
    let app = resolved.resource("app").unwrap();
    let line = crate::summary(builtin().kind("server").unwrap(), app);
    assert_eq!(line, "none in this environment");
    assert!(resolved.is_asleep(&Id::new("tier")) && !resolved.is_asleep(&Id::new("scratch")));
}

#[test]
fn a_server_group_is_as_many_servers_as_it_begins_with() {
    let resolved = meant(
        "
        region r zones a,b location=frankfurt
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 private
              load-balancer entry listeners=[{protocol=\"http\",port=80}]
              server-group app desired=3 http:tcp/8080
              database orders
        entry -> app
        app -> orders
        env production aws
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    let places: Vec<String> = answers(&resolved, "app");
    assert_eq!(places.len(), 3);
    assert!(places[0].starts_with("app[0] s/a: 10.20.1."), "{places:?}");
    assert!(places[1].starts_with("app[1] s/b: 10.20.1."), "{places:?}");
    assert!(places[2].starts_with("app[2] s/a: 10.20.1."), "{places:?}");
    assert_eq!(resolved.resources["app"].text("instance-type"), Some("c7i.large"));
    assert_eq!(drawn(&resolved, "sg:orders"), ["from app tcp/5432"]);
    let targets = &resolved.resources["entry"].listeners[0].targets;
    assert_eq!((targets.len(), targets[0].resource.as_str()), (1, "app"));
}

#[test]
fn a_container_service_is_as_many_containers_as_are_wanted_and_fetches_its_image() {
    let resolved = meant(
        "
        region r zones a,b location=frankfurt
          network n 10.20.0.0/16
            subnet web 10.20.0.0/24 public
              nat-gateway out
            subnet s 10.20.1.0/24 private
              load-balancer entry listeners=[{protocol=\"http\",port=80}]
              container-service api image=shop/api:1 replicas=3 http:tcp/8080
        entry -> api
        env production aws
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    let places = answers(&resolved, "api");
    assert_eq!(places.len(), 3);
    assert!(places[1].starts_with("api[1] s/b: 10.20.1."), "{places:?}");
    let rules = drawn(&resolved, "sg:api");
    assert!(rules.contains(&"from entry tcp/8080".to_owned()), "{rules:?}");
    let wanted: Vec<_> = resolved.needs.iter().filter(|need| &*need.resource == "api").collect();
    assert_eq!(wanted.len(), 3);
    assert!(wanted.iter().all(|need| need.built_in || need.by.as_deref() == Some("out")));
}

/// A cluster in a private tier, with a way out, in this environment.
fn cluster(environment: &str) -> crate::Resolved {
    meant(&format!(
        "
        region r zones a,b location=frankfurt
          network n 10.20.0.0/16
            subnet web 10.20.0.0/24 public
              nat-gateway out
            subnet s 10.20.1.0/24 private
              kubernetes-cluster shop nodes=3 memory=\"16 GiB\"
                workload api image=shop/api:1 http:tcp/8080
                workload front image=shop/web:1 replicas=1
              database orders
        front -> api
        api -> orders
        {environment}
        "
    ))
}

#[test]
fn a_cluster_stands_with_its_nodes_and_each_pod_has_an_address_in_its_tier() {
    let resolved = cluster("env production aws");
    assert_eq!(said(&resolved), [""; 0]);
    assert_eq!(answers(&resolved, "shop").len(), 5);
    let pods = answers(&resolved, "api");
    assert!(pods[0].starts_with("api[0] s/a: 10.20.1."), "{pods:?}");
    assert!(pods[1].starts_with("api[1] s/b: 10.20.1."), "{pods:?}");
    assert_eq!(drawn(&resolved, "sg:orders"), ["from api tcp/5432"]);
    assert_eq!(drawn(&resolved, "sg:api"), ["from front tcp/8080", "to orders tcp/5432"]);
    let shop = &resolved.resources["shop"];
    assert_eq!(shop.text("instance-type"), Some("r7i.large"));
    assert_eq!(shop.text("system-type"), Some("c7i.large"));
}

#[test]
fn a_workload_is_what_its_cluster_makes_of_it_whatever_that_stands_on() {
    let resolved = cluster("env production aws");
    assert_eq!(resolved.resources["api"].counterparts[0], "Deployment");
    // Where there is no cluster, that is said of it and not of everything in it.
    let resolved = cluster("env hall vsphere");
    let lacking: Vec<_> =
        resolved.diagnostics.iter().filter(|d| d.rule == "no-counterpart").collect();
    assert!(lacking.iter().any(|d| d.message.contains("“shop”")), "{lacking:?}");
    assert!(lacking.iter().all(|d| !d.message.contains("“api”")), "{lacking:?}");
    assert!(resolved.resources["api"].counterparts.is_empty());
}

#[test]
fn a_gateway_is_called_outside_and_calls_from_its_private_link() {
    let resolved = meant(
        "
        region r zones a,b location=frankfurt
          function work
          api-gateway calls private-link=s
          api-gateway plain
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 private
              load-balancer inner listeners=[{protocol=\"http\",port=80}]
              server app http:tcp/8080
        internet internet
        internet -> calls
        calls -> work
        calls -> inner
        inner -> app
        plain -> work
        env production aws
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    let places = answers(&resolved, "calls");
    assert!(places[0].starts_with("calls -: 198.19.240."), "{places:?}");
    assert!(places[1].starts_with("calls[0] s/a: 10.20.1."), "{places:?}");
    assert!(places[2].starts_with("calls[1] s/b: 10.20.1."), "{places:?}");
    assert_eq!(answers(&resolved, "plain").len(), 1);
    assert_eq!(drawn(&resolved, "sg:calls"), ["to inner tcp/80"]);
    assert_eq!(drawn(&resolved, "sg:inner"), ["from calls tcp/80", "to app tcp/8080"]);
    let kinds: Vec<_> =
        ["calls-work", "calls-inner"].map(|id| resolved.links[id].kind).into_iter().collect();
    assert_eq!(kinds, [gp_model::LinkKind::Trigger, gp_model::LinkKind::Target]);
}

#[test]
fn a_content_delivery_network_stands_outside_and_calls_its_origins() {
    let resolved = meant(
        "
        region r zones a,b location=frankfurt
          bucket files
          network n 10.20.0.0/16
            subnet s 10.20.1.0/24 public
              load-balancer entry public listeners=[{protocol=\"http\",port=80}]
              server app http:tcp/8080
        internet internet
        cdn near
        internet -> near
        near -> files
        near -> entry
        entry -> app
        env production aws
        ",
    );
    assert_eq!(said(&resolved), [""; 0]);
    let place = &answers(&resolved, "near")[0];
    assert!(place.starts_with("near -: 198.19."), "{place}");
    assert_eq!(drawn(&resolved, "sg:entry"), ["from near tcp/80", "to app tcp/8080"]);
    assert_eq!(resolved.links["near-files"].kind, gp_model::LinkKind::Target);
}
