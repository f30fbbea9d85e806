//! Raw resources: what they mention stays, what is filled in is, and whose type they are is known.

use crate::{RAW, builtin, mention::whole, resolve};
use gp_model::{Id, LinkKind, Value};
use gp_testkit::sketch;

const PUSH: &str = r#"
env cloud aws variables.platform=GCM
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app
      raw push type=aws_sns_platform_application attributes={name="${shop.id}",platform="${var.platform}",platform_credential="${secret.push}",more=["$${x.y}","${HOME}"]}
app -> push
push -> shop
"#;

#[test]
fn mentions_and_escapes_stay_and_variables_are_filled_in() {
    let resolved = resolve(&sketch(PUSH), builtin(), Some(&Id::new("cloud")));
    assert_eq!(resolved.diagnostics, []);
    let push = resolved.resource("push").unwrap();
    let said = push.value("attributes").and_then(Value::as_table).unwrap();
    assert!(whole(said["name"].as_str().unwrap()).is_some());
    assert_eq!(said["platform"].as_str(), Some("GCM"));
    assert_eq!(said["platform_credential"].as_str(), Some("${secret.push}"));
    assert_eq!(said["more"].as_list().unwrap()[0].as_str(), Some("$${x.y}"));
    assert_eq!(push.counterparts, ["aws_sns_platform_application"]);
    assert!(push.instances.iter().all(|one| one.ip.is_none() && one.segment.is_none()));
    assert!(resolved.links.values().all(|link| link.kind == LinkKind::Dependency));
}

#[test]
fn in_another_providers_environment_it_is_said_to_be_missing() {
    let text = PUSH.replace("env cloud aws", "env cloud lab");
    let resolved = resolve(&sketch(&text), builtin(), Some(&Id::new("cloud")));
    let said: Vec<&str> = resolved.diagnostics.iter().map(|found| &*found.rule).collect();
    assert_eq!(said, ["raw-of-other-provider"]);
    assert_eq!(resolved.resource("push").unwrap().counterparts, [""; 0]);
}

#[test]
fn traffic_to_it_means_nothing_and_is_said() {
    let text = PUSH.replace("app -> push", "app -> push kind=flow");
    let resolved = resolve(&sketch(&text), builtin(), Some(&Id::new("cloud")));
    assert!(resolved.diagnostics.iter().any(|found| found.rule == "link-without-meaning"));
}

#[test]
fn it_stands_everywhere() {
    let raw = &builtin().kinds[RAW];
    let containers = builtin().kinds.values().filter(|kind| kind.container);
    assert!(raw.may_stand_in(None) && { containers }.all(|kind| raw.may_stand_in(Some(&kind.id))));
}
