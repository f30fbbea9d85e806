//! Designs that stand in several accounts and regions become one template for each, and the commands of the
//! README make all of them.

use crate::support::{
    self, ACCOUNTS, EDGE, PLACES, all, asked_of, cloudformation_files, export, file, resolved,
    stacks,
};
use gp_catalog::{Resolved, resolved::ResolvedResource};
use gp_export::name::{logical, slug};
use gp_model::Severity;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Every design of several accounts or regions that is no template.
pub fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    let designs = [crate::regions::DESIGN, ACCOUNTS, PLACES, EDGE];
    designs.into_iter().map(|design| (design, "production"))
}

/// Those, and the templates that have several.
fn every_case() -> impl Iterator<Item = (&'static str, &'static str)> {
    let templates = support::templates().into_iter();
    let several = templates.filter(|(_, design, environment)| {
        stacks(&export(design, environment, "cloudformation")).count() > 1
    });
    several.map(|(_, design, environment)| (design, environment)).chain(cases())
}

#[test]
fn these_templates_have_several_places() {
    let all = support::templates().into_iter().filter_map(|(name, design, environment)| {
        let files = export(design, environment, "cloudformation");
        let count = stacks(&files).count();
        assert_eq!(files.files.contains_key("README.md"), count > 1, "{name}");
        (count > 1).then(|| format!("{name}: {}", stacks(&files).collect::<Vec<_>>().join(" ")))
    });
    assert_eq!(
        all.collect::<Vec<_>>(),
        [
            "disaster-recovery: template-eu-west-1.yaml template-safe.yaml template.yaml",
            "ha-two-region: template-eu-central-1.yaml template.yaml",
            "landing-zone: template-log-account.yaml template-network-account.yaml template.yaml",
            "serverless-api: template-us-east-1.yaml template.yaml",
        ]
    );
}

#[test]
fn nothing_of_the_templates_is_left_out_for_standing_elsewhere() {
    for (name, design, environment) in support::templates() {
        let files = export(design, environment, "cloudformation");
        let wrong: Vec<_> =
            files.diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
}

/// The drawn region and account of a thing, where it stands in one.
fn drawn_in(meaning: &Resolved, thing: &ResolvedResource) -> (Option<String>, Option<String>) {
    let around = |kind: &str| {
        let mut ids = thing.ancestors.iter();
        ids.find(|id| meaning.resource(id).is_some_and(|it| it.kind == kind))
    };
    let region = around("region").map(|id| meaning.scopes[id].region.clone());
    (region, around("account").map(|id| slug(id)))
}

/// The rows of the README's table: file → region and profile.
fn table(readme: &str) -> BTreeMap<String, (String, String)> {
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        (cells[1].to_owned(), (cells[2].to_owned(), cells[4].to_owned()))
    })
    .collect()
}

#[test]
fn no_thing_is_in_the_template_of_a_place_where_it_is_not_drawn() {
    let test = "no_thing_is_in_the_template_of_a_place_where_it_is_not_drawn";
    let mut seen = 0;
    for (design, environment) in every_case() {
        let files = export(design, environment, "cloudformation");
        let Some(templates) = cloudformation_files(test, &files) else { return };
        let places = table(file(&files, "README.md"));
        assert_eq!(
            places.keys().collect::<Vec<_>>(),
            templates.keys().collect::<Vec<_>>(),
            "the README names every template"
        );
        let meaning = resolved(design, environment);
        for (path, template) in &templates {
            let (region, profile) = &places[path];
            assert_eq!(template["Mappings"]["Place"][region]["Region"], **region, "{path}");
            for thing in meaning.resources.values() {
                let id = logical(&thing.id);
                let own = [id.clone(), format!("{id}0"), format!("{id}Lt"), format!("{id}SubnetA")];
                if own.iter().all(|id| template["Resources"][id].is_null()) {
                    continue;
                }
                seen += 1;
                let (drawn, account) = drawn_in(&meaning, thing);
                // What guards a content delivery network is wanted at its edge.
                let edge = matches!(thing.kind.as_str(), "web-firewall" | "certificate");
                let wrong = drawn.filter(|drawn| drawn != region && !edge);
                assert_eq!(wrong, None, "{} is in {path}", thing.id);
                let wrong = account.filter(|account| account != profile);
                assert_eq!(wrong, None, "{} is in {path}", thing.id);
            }
        }
    }
    assert!(seen > 100, "only {seen} things were found");
}

/// Stacks as the commands of a README leave them.
struct World<'t> {
    templates: &'t BTreeMap<String, Json>,
    /// File → what was given.
    given: BTreeMap<String, BTreeMap<String, String>>,
}

impl World<'_> {
    fn holds(&self, file: &str, condition: &Json) -> bool {
        if let Some(name) = condition.as_str() {
            return self.holds(file, &self.templates[file]["Conditions"][name]);
        }
        let list = |name: &str| condition[name].as_array();
        if let Some(all) = list("Fn::And") {
            assert!((2..=10).contains(&all.len()), "CloudFormation takes no such Fn::And");
            return all.iter().all(|one| self.holds(file, one));
        }
        if let Some(one) = list("Fn::Not") {
            return !self.holds(file, &one[0]);
        }
        if condition["Condition"].is_string() {
            return self.holds(file, &condition["Condition"]);
        }
        let ends = list("Fn::Equals").unwrap_or_else(|| panic!("{condition} is not read"));
        let value = |end: &Json| match end["Ref"].as_str() {
            Some(name) => self.value(file, name),
            None => end.as_str().unwrap().to_owned(),
        };
        value(&ends[0]) == value(&ends[1])
    }

    fn value(&self, file: &str, parameter: &str) -> String {
        let given = self.given[file].get(parameter).cloned();
        let usual = || self.templates[file]["Parameters"][parameter]["Default"].as_str();
        given.or_else(|| usual().map(str::to_owned)).unwrap_or_else(|| panic!("no {parameter}"))
    }

    /// Whether a resource or an output of a stack is there now.
    fn is_there(&self, file: &str, part: &str, name: &str) -> bool {
        let own = &self.templates[file][part][name];
        self.given.contains_key(file)
            && !own.is_null()
            && (own["Condition"].is_null() || self.holds(file, &own["Condition"]))
    }
}

/// The blocks of shell that deploy, each with its lines put together.
fn commands(readme: &str) -> Vec<String> {
    let blocks = readme.split("```").filter_map(|block| block.strip_prefix("sh\n"));
    let joined = blocks.map(|block| block.replace("\\\n", " "));
    joined.filter(|block| block.contains("cloudformation deploy")).collect()
}

fn word_after<'c>(command: &'c str, option: &str) -> &'c str {
    let (_, rest) = command.split_once(option).unwrap_or_else(|| panic!("no {option}: {command}"));
    rest.split_whitespace().next().unwrap()
}

/// What a command gives: parameter and value.
fn overrides(command: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = command.split_once("--parameter-overrides") else { return Vec::new() };
    let mut all = Vec::new();
    let mut words = rest.trim();
    while let Some((name, value)) = words.split_once('=') {
        let end = match value.strip_prefix("\"$(") {
            Some(inner) => inner.find(")\"").unwrap() + 5,
            None => value.find(char::is_whitespace).unwrap_or(value.len()),
        };
        all.push((name.trim().to_owned(), value[..end].to_owned()));
        words = value[end..].trim_start();
    }
    all
}

/// Follows a README; gives how many commands there were. Panics where one asks for what is not there yet.
fn follow(readme: &str, templates: &BTreeMap<String, Json>) -> usize {
    let places = table(readme);
    let mut world = World { templates, given: BTreeMap::new() };
    let commands = commands(readme);
    for command in &commands {
        let path = word_after(command, "--template-file").to_owned();
        let place = (
            word_after(command, "--region").to_owned(),
            word_after(command, "--profile").to_owned(),
        );
        assert_eq!(places[&path], place, "{command}");
        let roles = templates[&path]["Resources"].to_string().contains("\"AWS::IAM::");
        assert_eq!(command.contains("CAPABILITY_IAM"), roles, "{command}");
        for (name, value) in overrides(command) {
            let parameter = &templates[&path]["Parameters"][&name];
            assert!(!parameter.is_null(), "{path} has no {name}");
            if let Some((output, of)) = asked_of(parameter) {
                let (region, profile) = &places[&of];
                assert_eq!(value, format!("\"$(output {region} {profile} {output})\""));
                assert!(world.is_there(&of, "Outputs", &output), "{of} tells no {output} yet");
            } else if parameter["Description"].as_str().unwrap().starts_with("Number of") {
                assert!(value.starts_with("\"$(account "), "{value}");
            } else {
                assert_eq!(value, "FILL_IN", "{name}");
            }
            world.given.entry(path.clone()).or_default().insert(name, value);
        }
        world.given.entry(path.clone()).or_default();
        // What has no default is given, or the command is refused.
        let asked = templates[&path]["Parameters"].as_object().into_iter().flatten();
        asked.for_each(|(name, _)| drop(world.value(&path, name)));
        for (id, resource) in templates[&path]["Resources"].as_object().unwrap() {
            if world.is_there(&path, "Resources", id) {
                check_given(&world, &path, id, resource);
            }
        }
    }
    for (path, template) in templates {
        for id in template["Resources"].as_object().unwrap().keys() {
            assert!(world.is_there(path, "Resources", id), "{id} of {path} is never made");
        }
        for (id, resource) in template["Resources"].as_object().unwrap() {
            check_given(&world, path, id, resource);
        }
    }
    commands.len()
}

/// Whatever a resource names is there, and every parameter has a value.
fn check_given(world: &World<'_>, path: &str, id: &str, value: &Json) {
    let named = |name: &str| {
        if !world.templates[path]["Resources"][name].is_null() {
            assert!(
                world.is_there(path, "Resources", name),
                "{id} of {path} names {name} too early"
            );
        } else if !world.templates[path]["Parameters"][name].is_null() {
            assert_ne!(world.value(path, name), "", "{id} of {path} has no {name} yet");
        } else {
            assert!(name.starts_with("AWS::"), "{id} of {path} names {name}, which is not there");
        }
    };
    match value {
        Json::Object(members) => {
            if let Some(all) = value["Fn::If"].as_array() {
                let branch = if world.holds(path, &all[0]) { &all[1] } else { &all[2] };
                return check_given(world, path, id, branch);
            }
            if let Some(name) = value["Ref"].as_str() {
                named(name);
            }
            match &value["Fn::GetAtt"] {
                Json::Array(parts) => named(parts[0].as_str().unwrap()),
                Json::String(text) => named(text.split('.').next().unwrap()),
                _ => {}
            }
            if let Some(text) = value["Fn::Sub"].as_str() {
                for part in text.split("${").skip(1).filter(|part| !part.starts_with('!')) {
                    named(part.split(['}', '.']).next().unwrap());
                }
            }
            members.values().for_each(|member| check_given(world, path, id, member));
        }
        Json::Array(items) => items.iter().for_each(|item| check_given(world, path, id, item)),
        _ => {}
    }
}

#[test]
fn the_readme_can_be_followed_and_makes_everything() {
    let test = "the_readme_can_be_followed_and_makes_everything";
    for (design, environment) in every_case() {
        let files = export(design, environment, "cloudformation");
        let Some(templates) = cloudformation_files(test, &files) else { return };
        let count = follow(file(&files, "README.md"), &templates);
        assert!(count >= templates.len(), "every template is deployed");
    }
}

/// Whether a resource refuses to be deleted.
fn is_protected(resource: &Json) -> bool {
    let said = &resource["Properties"];
    let attributes = said["LoadBalancerAttributes"].as_array().into_iter().flatten();
    let balancer = attributes.into_iter().any(|attribute| {
        attribute["Key"] == "deletion_protection.enabled" && attribute["Value"] == "true"
    });
    let words = ["DeletionProtection", "DeleteProtection", "DisableApiTermination"];
    balancer || words.iter().any(|word| said[*word] == true)
}

/// The part of a README that is about removing.
fn removal(readme: &str) -> &str {
    readme.split_once("\n## To remove everything\n").expect("it says how to remove").1
}

#[test]
fn what_is_protected_is_let_go_before_its_stack_and_what_stays_is_said() {
    let test = "what_is_protected_is_let_go_before_its_stack_and_what_stays_is_said";
    let (mut protected, mut kept) = (0, 0);
    for (design, environment) in every_case() {
        let files = export(design, environment, "cloudformation");
        let Some(templates) = cloudformation_files(test, &files) else { return };
        let readme = file(&files, "README.md");
        let places = table(readme);
        let (before, _) = removal(readme).split_once("\nThen go backwards").unwrap();
        for (path, template) in &templates {
            let (region, profile) = &places[path];
            for (id, resource) in template["Resources"].as_object().unwrap() {
                let named = format!("\"$(resource {region} {profile} {id})\"");
                let lines = || before.lines().filter(|line| line.contains(&named));
                if is_protected(resource) {
                    protected += 1;
                    assert!(lines().next().is_some(), "{id} of {path} is not let go: {before}");
                }
                let replica = !resource["Properties"]["SourceDBInstanceIdentifier"].is_null();
                match resource["DeletionPolicy"].as_str() {
                    Some("Retain") if replica => {
                        let at = before.find("aws rds delete-db-instance").expect("it goes first");
                        assert!(before[at..].contains(&named), "{id} holds the network of {path}");
                    }
                    Some("Retain" | "Snapshot") => {
                        kept += 1;
                        let said = format!("(`{id}` in `{path}`)");
                        assert!(before.contains(&said), "{id} of {path} stays in silence");
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(protected > 10 && kept > 10, "only {protected} and {kept} were found");
}

#[test]
fn the_commands_of_a_removal_are_a_shells() {
    let test = "the_commands_of_a_removal_are_a_shells";
    let Some(shell) = support::program(test, "sh") else { return };
    for (design, environment) in every_case() {
        let files = export(design, environment, "cloudformation");
        let blocks = removal(file(&files, "README.md")).split("```");
        for block in blocks.filter_map(|block| block.strip_prefix("sh\n")) {
            let read = |text: &str| {
                let mut command = std::process::Command::new(&shell);
                command.args(["-n", "-c", text]).stderr(std::process::Stdio::null());
                command.status().unwrap().success()
            };
            assert!(read(block), "{block}");
            assert!(!read(&format!("{block}(")), "a shell that takes anything is no judge");
        }
    }
}

#[test]
fn who_follows_a_readme_notices_every_command_that_is_missing_or_comes_too_early() {
    let test = "who_follows_a_readme_notices_every_command_that_is_missing_or_comes_too_early";
    for design in [PLACES, ACCOUNTS] {
        let files = export(design, "production", "cloudformation");
        let Some(templates) = cloudformation_files(test, &files) else { return };
        let readme = file(&files, "README.md");
        let steps: Vec<&str> = readme.split("\n   ```sh\n").collect();
        let count = follow(readme, &templates);
        assert_eq!(count + 1, steps.len());
        let fails = |text: String| std::panic::catch_unwind(|| follow(&text, &templates)).is_err();
        for lost in 1..steps.len() {
            let kept = steps.iter().enumerate().filter(|(number, _)| *number != lost);
            let kept: Vec<&str> = kept.map(|(_, step)| *step).collect();
            assert!(fails(kept.join("\n   ```sh\n")), "nobody misses step {lost}");
        }
        let backwards: Vec<&str> =
            steps[..1].iter().chain(steps[1..].iter().rev()).copied().collect();
        assert!(fails(backwards.join("\n   ```sh\n")), "backwards is as good");
    }
}

#[test]
fn a_copy_in_another_region_is_made_of_its_source_by_arn_with_a_key_of_its_own_region() {
    let files = export(crate::regions::DESIGN, "production", "cloudformation");
    let near =
        stacks(&files).map(|path| file(&files, path)).find(|text| text.contains("  StoreCopy:"));
    let near = near.expect("the copy is made");
    assert!(!near.contains("  Store:\n"), "its source stands elsewhere");
    for wanted in [
        "SourceDBInstanceIdentifier: !Ref StoreDBInstanceArn",
        "SourceRegion: us-east-1",
        "KmsKeyId: alias/aws/rds",
    ] {
        assert!(near.contains(wanted), "no {wanted} in {near}");
    }
}

#[test]
fn a_thing_lets_the_roles_of_another_account_do_what_is_drawn_and_nothing_else() {
    let files = export(ACCOUNTS, "production", "cloudformation");
    assert_eq!(files.diagnostics, []);
    let (work, safe) = (file(&files, "template.yaml"), file(&files, "template-safe.yaml"));
    for wanted in [
        "AWS::SQS::QueuePolicy",
        "AWS::SecretsManager::ResourcePolicy",
        "Principal: !Ref CallerRoleArn",
        "Sid: AppArchiveObjects",
        "Sid: AppArchiveKey",
        "Sid: AppPasswordKey",
        "backup:CopyIntoBackupVault",
        "AWS: !Ref AppRoleArn",
    ] {
        assert!(safe.contains(wanted), "no {wanted} in {safe}");
    }
    let at = safe.find("Sid: AppArchiveObjects").unwrap();
    let statement = &safe[at..][..safe[at..].find("Resource").unwrap()];
    assert!(
        statement.contains("s3:PutObject") && !statement.contains("GetObject"),
        "it only writes"
    );
    for wanted in ["Sid: KeepCopies", "kms:GrantIsForAWSResource", "!Ref SafeAccountNumber"] {
        assert!(work.contains(wanted), "no {wanted} in {work}");
    }
}

#[test]
fn what_is_known_before_is_asked_of_nobody() {
    let files = export(PLACES, "production", "cloudformation");
    let work = file(&files, "template.yaml");
    let name = "places-production-pictures-p";
    assert!(work.contains(&format!("arn:${{AWS::Partition}}:s3:::{name}/*")), "{work}");
    let far = file(&files, "template-work-eu-west-1.yaml");
    assert!(far.contains(&format!("BucketName: {name}")), "{far}");
    let everything = all(&files);
    assert!(!everything.contains("PicturesArn"), "a bucket's name tells its ARN");
    let provider = "oidc-provider/token.actions.githubusercontent.com";
    assert!(!everything.contains(provider), "each account has one of its own");
    assert_eq!(everything.matches("Type: AWS::IAM::OIDCProvider").count(), 2);
}

#[test]
fn networks_of_two_accounts_are_peered_by_a_role_of_the_far_one() {
    let files = export(PLACES, "production", "cloudformation");
    let (near, far) = (file(&files, "template.yaml"), file(&files, "template-partner.yaml"));
    for wanted in [
        "PeerVpcId: !Ref LedgerVpcId",
        "PeerOwnerId: !Ref PartnerAccountNumber",
        "PeerRoleArn: !Ref OverAccountsPeeringRoleArn",
        "PeerVpcId: !Ref CopyVpcId\n      PeerRegion: eu-west-1",
    ] {
        assert!(near.contains(wanted), "no {wanted} in {near}");
    }
    assert!(far.contains("AWS: !Ref WorkAccountNumber"), "{far}");
    assert!(far.contains("VpcPeeringConnectionId: !Ref OverAccountsPeeringId"), "{far}");
}

#[test]
fn what_aws_lets_not_over_a_border_is_left_out_with_an_error_where_it_is_drawn() {
    #[track_caller]
    fn check_refused(more: &str, at: &str, lost: &str) {
        let design = PLACES
            .replace("[environment.production]", &format!("{more}\n[environment.production]"));
        let files = export(&design, "production", "cloudformation");
        let found = files.diagnostics.iter().filter(|it| it.severity == Severity::Error);
        let places: BTreeSet<String> = found.map(|it| format!("{:?}", it.place)).collect();
        assert!(places.iter().any(|place| place.contains(at)), "{places:?}");
        let text = all(&files);
        assert!(!text.contains(&format!("Type: {lost}")), "{lost} is written");
    }
    let dead = "[resource.failed]\nkind = \"queue\"\nparent = \"near\"\ndead-letters = \"mail\"\n[resource.hub]\nkind = \"transit-hub\"\nparent = \"near\"\n[link.copy-hub]\nfrom = \"copy\"\nto = \"hub\"";
    check_refused(dead, "failed", "AWS::EC2::TransitGatewayAttachment");
    check_refused(dead, "copy", "AWS::EC2::TransitGatewayRouteTableAssociation");
    let started = "[resource.reader]\nkind = \"function\"\nparent = \"near\"\n[link.mail-reader]\nfrom = \"mail\"\nto = \"reader\"";
    check_refused(started, "reader", "AWS::Lambda::EventSourceMapping");
}

#[test]
fn a_place_in_which_nothing_is_made_has_no_template() {
    let empty =
        "[resource.zurich]\nkind = \"region\"\nlocation = \"zurich\"\n[environment.production]";
    let design = support::TEMPLATE.replacen("[environment.production]", empty, 1);
    let files = export(&design, "production", "cloudformation");
    assert_eq!(files.files.keys().collect::<Vec<_>>(), ["template.yaml"]);
    assert_eq!(files.diagnostics, []);
}
