//! Server groups: a launch template, the group itself, and the rule by which it grows.

use super::{
    compute, identity,
    template::{Template, group_list, segment_refs},
    writer::{Node, Properties, map},
};
use crate::aws::{server as facts_of, six, tier_segments};
use gp_catalog::resolved::ResolvedResource;

/// A server group.
pub fn server_group<'a>(template: &mut Template<'a>, group: &'a ResolvedResource) {
    let launch = launch_template(template, group);
    let own = autoscaling_group(template, group, &launch);
    let Some(busy) = facts_of::scale_at(group) else { return };
    template.add(group, "AWS::AutoScaling::ScalingPolicy", &format!("{}-busy", group.id), |p| {
        p.set("AutoScalingGroupName", Node::Ref(own)).set("PolicyType", "TargetTrackingScaling");
        let metric = map([("PredefinedMetricType", "ASGAverageCPUUtilization".into())]);
        p.set(
            "TargetTrackingConfiguration",
            map([("PredefinedMetricSpecification", metric), ("TargetValue", busy.into())]),
        );
    });
}

/// How each server is made: `IMDSv2`, an encrypted root.
fn launch_template<'a>(template: &mut Template<'a>, group: &'a ResolvedResource) -> String {
    let facts = template.facts;
    let image = compute::ami(template, group);
    let profile = identity::instance_profile(template, group);
    let type_ = template.type_or_parameter(group, facts_of::instance_type(group));
    let tags = template.tags(group, &group.title);
    let mut data = Properties::default();
    data.set("ImageId", image).set("InstanceType", type_);
    let (public, dual) = (group.flag("public-address"), six::is_dual(facts, group));
    if public || dual {
        let mut interface = Properties::default();
        interface.set("DeviceIndex", 0_i64).set("AssociatePublicIpAddress", public);
        interface.set_some("Ipv6AddressCount", dual.then_some(1_i64));
        interface.set_some("Groups", group_list(facts, group));
        data.set("NetworkInterfaces", Node::List(vec![Node::Map(interface.0)]));
    } else {
        data.set_some("SecurityGroupIds", group_list(facts, group));
    }
    if let Some(profile) = profile {
        let arn = Node::Att(profile, "Arn".to_owned());
        data.set("IamInstanceProfile", map([("Arn", arn)]));
    }
    data.set("MetadataOptions", compute::metadata());
    data.set("BlockDeviceMappings", Node::List(vec![compute::root_disk(group)]));
    data.set_some("UserData", compute::script(group));
    let volumes = map([("ResourceType", "volume".into()), ("Tags", tags)]);
    data.set("TagSpecifications", Node::List(vec![volumes]));
    template.add(group, "AWS::EC2::LaunchTemplate", &group.id, |p| {
        p.set("LaunchTemplateData", Node::Map(data.0));
    })
}

fn autoscaling_group<'a>(
    template: &mut Template<'a>,
    group: &'a ResolvedResource,
    launch: &str,
) -> String {
    let facts = template.facts;
    let subnets = segment_refs(&tier_segments(facts, group));
    let targets: Vec<Node> = facts_of::groups_before(facts, group)
        .iter()
        .map(|(_, target)| Node::Ref(super::balancer::target_group_id(target)))
        .collect();
    let (min, desired, max) = facts_of::bounds(group);
    let tags = with_propagation(template.tags(group, &group.title));
    let name = format!("{}-servers", group.id);
    let own = template.add(group, "AWS::AutoScaling::AutoScalingGroup", &name, |p| {
        p.set("MinSize", min.to_string()).set("MaxSize", max.to_string());
        p.set("DesiredCapacity", desired.to_string()).set("VPCZoneIdentifier", subnets);
        if targets.is_empty() {
            p.set("HealthCheckType", "EC2");
        } else {
            p.set("TargetGroupARNs", Node::List(targets));
            // Who answers no longer is replaced, not only who has stopped.
            p.set("HealthCheckType", "ELB").set("HealthCheckGracePeriod", 300_i64);
        }
        let version = Node::Att(launch.to_owned(), "LatestVersionNumber".to_owned());
        p.set(
            "LaunchTemplate",
            map([("LaunchTemplateId", Node::Ref(launch.to_owned())), ("Version", version)]),
        );
        p.set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        // Without it a change of the template would reach only servers that come later.
        let rolling = map([("MinInstancesInService", min.min(max - 1).max(0).into())]);
        entry.update = Some(map([("AutoScalingRollingUpdate", rolling)]));
    }
    own
}

/// Tags of a group say of each whether its servers get it, too.
fn with_propagation(tags: Node) -> Node {
    let Node::List(rows) = tags else { return tags };
    let one = |row: Node| match row {
        Node::Map(mut members) => {
            members.push(("PropagateAtLaunch".to_owned(), true.into()));
            Node::Map(members)
        }
        other => other,
    };
    Node::List(rows.into_iter().map(one).collect())
}
