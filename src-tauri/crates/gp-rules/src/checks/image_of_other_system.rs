//! Server whose image is of another system than it says.
//!
//! Bad: `os = "windows"` with `image = "debian-12"`, which a server has where it names none.
//!
//! Good: `os = "windows"` with `image = "windows-2022"`.
//!
//! Why: the machine would run what its image holds, whatever the drawing says.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "image-of-other-system",
    severity: Severity::Error,
    source: include_str!("image_of_other_system.rs"),
    reads: Reads { kinds: &["server", "server-group"], attributes: &["os", "image"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server desk os=windows needs=[]
",
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server desk image=windows-2025 needs=[]
",
        ],
        silent: &[r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server desk os=windows image=windows-2022 needs=[]
      server app needs=[]
      server own os=windows image=ami-0123456789abcdef0 needs=[]
"],
    },
};

fn check(_: &Facts<'_>, server: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let (Some(system), Some(image)) = (server.text("os"), server.text("image")) else { return };
    let Some(holds) = system_of(image).filter(|holds| *holds != system) else { return };
    let message = format!(
        "“{}” says its system is {system}, but the image {image} holds {holds}: choose one that fits",
        called(server)
    );
    // An image that somebody wrote says more than a system that nobody did.
    let (name, value) = match (is_set(server, "os"), system) {
        (true, "windows") => ("image", "windows-2022"),
        (true, _) => ("image", "debian-12"),
        (false, _) => ("os", holds),
    };
    let said = RULE.at(Place::attribute(&server.id, name), message);
    found
        .push(said.fixed_by(format!("Make {name} “{value}”"), set(&server.id, name, value.into())));
}

/// The system of an image by its neutral name; a provider's own ids say nothing.
fn system_of(image: &str) -> Option<&'static str> {
    let linux = ["alma", "amazon-linux", "debian", "fedora", "rhel", "rocky", "suse", "ubuntu"];
    if image.starts_with("windows") {
        Some("windows")
    } else if linux.iter().any(|name| image.starts_with(name)) {
        Some("linux")
    } else {
        None
    }
}
