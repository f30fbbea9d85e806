//! What becomes of the things that run: how many, where they stand, who reaches them.

use super::{
    kept::answers,
    steps::{drawn, meant, said},
};

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
