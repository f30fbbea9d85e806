//! Server groups: a launch template, the group itself, and the rule by which it grows.

use super::{
    compute, identity,
    refs::{address, segment_ids, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{server as facts_of, six, tier_segments};
use gp_catalog::resolved::ResolvedResource;

/// A server group.
pub fn server_group<'a>(sheet: &mut Sheet<'a>, group: &'a ResolvedResource) {
    let launch = launch_template(sheet, group);
    let own = autoscaling_group(sheet, group, &launch);
    if let Some(busy) = facts_of::scale_at(group) {
        let name = sheet.facts.name(&format!("{}-busy", group.id), 255);
        sheet.resource(File::Compute, group, "aws_autoscaling_policy", "", |body| {
            body.set("name", name).set("autoscaling_group_name", code(format!("{own}.name")));
            body.set("policy_type", "TargetTrackingScaling");
            body.block("target_tracking_configuration", |inner| {
                inner.set("target_value", busy);
                inner.block("predefined_metric_specification", |metric| {
                    metric.set("predefined_metric_type", "ASGAverageCPUUtilization");
                });
            });
        });
    }
}

/// How each server is made: `IMDSv2`, an encrypted root.
fn launch_template<'a>(sheet: &mut Sheet<'a>, group: &'a ResolvedResource) -> String {
    let facts = sheet.facts;
    let image = compute::ami(sheet, group);
    let profile = identity::instance_profile(sheet, group);
    let type_ = sheet.type_or_variable(group, facts_of::instance_type(group));
    let prefix = facts.name(&group.id, 96);
    let groups = group_list(facts, group);
    sheet.resource(File::Compute, group, "aws_launch_template", "", |body| {
        body.set("name_prefix", format!("{prefix}-")).set("image_id", code(&image));
        body.set("instance_type", type_).set("update_default_version", true);
        let public = group.flag("public-address");
        let dual = six::is_dual(facts, group);
        body.set_some("vpc_security_group_ids", groups.clone().filter(|_| !public && !dual));
        if let Some(script) = compute::script(group) {
            body.set("user_data", Expr::Call("base64encode", vec![script]));
        }
        body.set("tags", tags(group, group.title.as_str().into()));
        if let Some(profile) = profile {
            body.block("iam_instance_profile", |inner| {
                inner.set("name", code(format!("{profile}.name")));
            });
        }
        if public || dual {
            body.block("network_interfaces", |inner| {
                inner.set("associate_public_ip_address", public);
                inner.set_some("ipv6_address_count", dual.then_some(1_i64));
                inner.set_some("security_groups", groups);
            });
        }
        compute::metadata(body);
        root_disk(body, group, &image);
        volume_tags(body, group);
        body.block("lifecycle", |inner| {
            // A newer image is a decision, not a side effect of the next apply.
            inner.set("ignore_changes", Expr::List(vec![code("image_id")]));
        });
    })
}

/// The device is the image's own; of an image that only a variable names it is the usual one.
fn root_disk(body: &mut Body, group: &ResolvedResource, image: &str) {
    let found = image.strip_suffix(".id").filter(|found| found.starts_with("data."));
    body.block("block_device_mappings", |inner| {
        let device = found.map(|found| code(format!("{found}.root_device_name")));
        inner.set("device_name", device.unwrap_or_else(|| "/dev/xvda".into()));
        inner.block("ebs", |disk| {
            disk.set("encrypted", true).set("volume_type", "gp3");
            disk.set_some("volume_size", facts_of::disk(group, "root-disk"));
        });
    });
}

/// The provider's default tags do not reach what the group makes.
fn volume_tags(body: &mut Body, group: &ResolvedResource) {
    body.block("tag_specifications", |inner| {
        inner.set("resource_type", "volume");
        inner.set("tags", tags(group, group.title.as_str().into()));
    });
}

fn autoscaling_group<'a>(
    sheet: &mut Sheet<'a>,
    group: &'a ResolvedResource,
    launch: &str,
) -> String {
    let facts = sheet.facts;
    let name = facts.name(&group.id, 255);
    let subnets = segment_ids(facts, &tier_segments(facts, group));
    let targets: Vec<Expr> = facts_of::groups_before(facts, group)
        .iter()
        .map(|(balancer, target)| code(super::balancer::target_group_arn(balancer, target)))
        .collect();
    let (min, desired, max) = facts_of::bounds(group);
    let marks = facts.ownership();
    sheet.resource(File::Compute, group, "aws_autoscaling_group", "", |body| {
        body.set("name", name).set("min_size", min).set("max_size", max);
        body.set("desired_capacity", desired).set("vpc_zone_identifier", subnets);
        if targets.is_empty() {
            body.set("health_check_type", "EC2");
        } else {
            body.set("target_group_arns", Expr::List(targets));
            // Who answers no longer is replaced, not only who has stopped.
            body.set("health_check_type", "ELB").set("health_check_grace_period", 300_i64);
        }
        body.block("launch_template", |inner| {
            inner.set("id", code(format!("{launch}.id")));
            inner.set("version", code(format!("{launch}.latest_version")));
        });
        body.block("instance_refresh", |inner| {
            inner.set("strategy", "Rolling");
        });
        if let Expr::Object(drawn) = tags(group, group.title.as_str().into()) {
            let marks = marks.into_iter().map(|(key, value)| (key.to_owned(), value.into()));
            for (key, value) in drawn.into_iter().chain(marks) {
                body.block("tag", |inner| {
                    inner.set("key", key).set("value", value).set("propagate_at_launch", true);
                });
            }
        }
        if facts_of::scale_at(group).is_some() {
            body.block("lifecycle", |inner| {
                // How many there are now is for the rule to say.
                inner.set("ignore_changes", Expr::List(vec![code("desired_capacity")]));
            });
        }
    })
}

/// Puts a group that exists already behind a load balancer of ours.
pub fn attach<'a>(
    sheet: &mut Sheet<'a>,
    balancer: &'a ResolvedResource,
    group: &ResolvedResource,
    (tail, target_group): (&str, &str),
) {
    sheet.resource(File::Network, balancer, "aws_autoscaling_attachment", tail, |body| {
        let own = address(group, "aws_autoscaling_group");
        body.set("autoscaling_group_name", code(format!("{own}.name")));
        body.set("lb_target_group_arn", code(format!("{target_group}.arn")));
    });
}
