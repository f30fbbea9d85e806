//! Servers and functions.

use super::{
    identity,
    refs::{address, keyed, keyed_name, segment_ids, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{account, grant, image, logs, server as facts_of, six, size};
use gp_catalog::resolved::{Grant, Instance, ResolvedResource};
use gp_model::{Access, LinkKind};

/// A server: instances with `IMDSv2` and an encrypted root, the image from a data source.
pub fn server<'a>(sheet: &mut Sheet<'a>, server: &'a ResolvedResource) {
    let facts = sheet.facts;
    let image = ami(sheet, server);
    let profile = identity::instance_profile(sheet, server);
    let zones = sheet.zones(server);
    let placed: Vec<(String, Expr)> =
        keyed(server).map(|(key, i)| (key.unwrap_or_default(), place(sheet, i))).collect();
    let tier = facts.within(server, "subnet").filter(|tier| !facts.segments(&tier.id).is_empty());
    let addressed = server.instances.iter().all(|i| i.ip.is_some());
    let dual = six::is_dual(facts, server);
    let type_ = sheet.type_or_variable(server, facts_of::instance_type(server));
    let public = server.flag("public-address");
    sheet.resource(File::Compute, server, "aws_instance", "", |body| {
        body.set("for_each", Expr::Object(placed));
        body.set("ami", code(image)).set("instance_type", type_);
        if let Some(tier) = tier {
            body.set(
                "subnet_id",
                code(format!("{}[each.value.zone].id", address(tier, "aws_subnet"))),
            );
            body.set_some("private_ip", addressed.then(|| code("each.value.address")));
            if dual {
                let range =
                    format!("{}[each.value.zone].ipv6_cidr_block", address(tier, "aws_subnet"));
                let own = code(format!("cidrhost({range}, each.value.host)"));
                body.set("ipv6_addresses", Expr::List(vec![own]));
            }
        } else {
            body.set("availability_zone", code(format!("{zones}[each.value.zone]")));
        }
        if facts.group(&server.id).is_some() {
            body.set(
                "vpc_security_group_ids",
                Expr::List(vec![code(format!("{}.id", address(server, "aws_security_group")))]),
            );
        }
        body.set("associate_public_ip_address", public);
        body.set_some(
            "iam_instance_profile",
            profile.map(|profile| code(format!("{profile}.name"))),
        );
        body.set("disable_api_termination", facts.resolved.environment.protect);
        if let Some(script) = script(server) {
            body.set("user_data", script).set("user_data_replace_on_change", true);
        }
        body.set("tags", tags(server, keyed_name(&server.title)));
        metadata(body);
        body.block("root_block_device", |inner| {
            inner.set("encrypted", true).set("volume_type", "gp3");
            inner.set_some(
                "volume_size",
                facts_of::disk(server, "root-disk").or_else(|| facts_of::disk(server, "disk")),
            );
        });
        body.block("lifecycle", |inner| {
            // A newer image is a decision, not a side effect of the next apply.
            inner.set("ignore_changes", Expr::List(vec![code("ami")]));
        });
    });
}

/// What it runs when it starts for the first time.
pub(super) fn script(server: &ResolvedResource) -> Option<Expr> {
    let data = server.text("user-data").filter(|text| !text.is_empty())?;
    Some(match Expr::text_or_secret(data) {
        Expr::Text(text) => Expr::Lines(text),
        secret => secret,
    })
}

/// The metadata service, `IMDSv2` only.
pub(super) fn metadata(body: &mut Body) {
    body.block("metadata_options", |inner| {
        inner.set("http_endpoint", "enabled").set("http_tokens", "required");
    });
}

/// `{ zone = "a", address = "10.20.1.4" }`
fn place(sheet: &Sheet<'_>, instance: &Instance) -> Expr {
    let zone = sheet
        .facts
        .segment_of(instance)
        .and_then(|s| s.zone.clone())
        .or_else(|| instance.zone.clone());
    let mut members = Vec::new();
    members.extend(zone.map(|zone| ("zone".to_owned(), zone.into())));
    members.extend(instance.ip.map(|ip| ("address".to_owned(), ip.to_string().into())));
    members.extend(super::six::host(sheet.facts, instance));
    Expr::Object(members)
}

/// The reference to a server's image.
pub(super) fn ami<'a>(sheet: &mut Sheet<'a>, server: &'a ResolvedResource) -> String {
    let word = server.text("image").unwrap_or("debian-12");
    let arm = facts_of::is_arm(server);
    let Some(image) = image::image(word) else {
        let text = format!("Id of the machine image for {} ({word}).", server.title);
        return sheet.variable(&format!("{}_ami", server.id), "string", text, None);
    };
    let name = if arm { format!("{word}-arm64") } else { word.to_owned() };
    let found = sheet.shared(File::Compute, server, "aws_ami", &name, |body| {
        body.set("most_recent", true).set("owners", vec![image.owner]);
        for (name, value) in [
            ("name", image.pattern_for(arm)),
            ("architecture", if arm { "arm64" } else { "x86_64" }.to_owned()),
            ("virtualization-type", "hvm".to_owned()),
        ] {
            body.block("filter", |inner| {
                inner.set("name", name).set("values", vec![value]);
            });
        }
    });
    format!("{found}.id")
}

/// A function: its package comes from outside, its role from the drawn grants.
pub fn function<'a>(sheet: &mut Sheet<'a>, function: &'a ResolvedResource) {
    let facts = sheet.facts;
    let role = identity::function_role(sheet, function);
    let package = sheet.variable(
        &format!("{}_package", function.id),
        "string",
        format!("Path of the zip file with the code of {}.", function.title),
        None,
    );
    let name = facts.name(&function.id, 64);
    let segments = facts.segments_under(function);
    let group = facts
        .group(&function.id)
        .map(|_| format!("{}.id", address(function, "aws_security_group")));
    let store = logs::of(facts, function);
    let logs = match store {
        Some(store) => address(store, "aws_cloudwatch_log_group"),
        None => sheet.resource(File::Compute, function, "aws_cloudwatch_log_group", "", |body| {
            body.set("name", format!("/aws/lambda/{name}")).set("retention_in_days", 90_i64);
        }),
    };
    let variables = super::told::variables(sheet, function);
    sheet.resource(File::Compute, function, "aws_lambda_function", "", |body| {
        body.set("function_name", name).set("description", function.title.as_str());
        body.set("role", code(format!("{role}.arn")));
        body.set("runtime", function.text("runtime").unwrap_or("python3.13"));
        body.set("handler", function.text("handler").unwrap_or("main.handler"));
        body.set(
            "architectures",
            vec![if facts_of::is_arm(function) { "arm64" } else { "x86_64" }],
        );
        body.set("filename", code(&package))
            .set("source_code_hash", code(format!("filebase64sha256({package})")));
        body.set(
            "memory_size",
            function.text("memory").and_then(size::mebibytes).unwrap_or(256).clamp(128, 10_240),
        );
        body.set(
            "timeout",
            function.text("timeout").and_then(size::seconds).unwrap_or(30).clamp(1, 900),
        );
        body.set("tags", tags(function, function.title.as_str().into()));
        if !variables.is_empty() {
            body.block("environment", |inner| {
                inner.set("variables", Expr::Object(variables));
            });
        }
        if !segments.is_empty() {
            body.block("vpc_config", |inner| {
                inner.set("subnet_ids", segment_ids(facts, &segments));
                inner.set("security_group_ids", Expr::List(group.into_iter().map(code).collect()));
            });
        }
        if store.is_some() {
            body.block("logging_config", |inner| {
                inner.set("log_format", "Text").set("log_group", code(format!("{logs}.name")));
            });
        }
        body.set("depends_on", Expr::List(vec![code(logs)]));
    });
    triggers(sheet, function);
    guests(sheet, function);
}

/// Lets roles of other accounts call the function.
fn guests<'a>(sheet: &mut Sheet<'a>, function: &'a ResolvedResource) {
    let facts = sheet.facts;
    let calls =
        |given: &Grant| given.access.iter().any(|it| matches!(it, Access::Invoke | Access::Admin));
    for (given, from) in account::from_others(facts, function) {
        if !calls(given) {
            continue;
        }
        let role = identity::role_arn(facts, from);
        sheet.named(File::Compute, function, "aws_lambda_permission", &given.link, |body| {
            body.set("statement_id", crate::name::logical(&given.link));
            body.set("action", "lambda:InvokeFunction");
            let own = address(function, "aws_lambda_function");
            body.set("function_name", code(format!("{own}.function_name")));
            body.set("principal", code(role));
        });
    }
}

/// Queues and streams that start the function.
fn triggers<'a>(sheet: &mut Sheet<'a>, function: &'a ResolvedResource) {
    let facts = sheet.facts;
    for link in facts.links_to(&function.id).iter().filter(|link| link.kind == LinkKind::Trigger) {
        let pulled = |other: &&ResolvedResource| grant::pulled(&other.kind).is_some();
        let Some(source) = facts.resource(&link.from).filter(pulled) else { continue };
        let batch = facts_of::batch(link);
        sheet.named(File::Compute, function, "aws_lambda_event_source_mapping", &link.id, |body| {
            let type_ = identity::main_type(&source.kind);
            body.set("event_source_arn", code(format!("{}.arn", address(source, type_))));
            body.set(
                "function_name",
                code(format!("{}.arn", address(function, "aws_lambda_function"))),
            );
            body.set("batch_size", batch);
            body.set_some("starting_position", facts_of::starting_position(source));
        });
    }
}
