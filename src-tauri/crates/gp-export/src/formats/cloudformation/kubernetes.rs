//! Kubernetes clusters: EKS with its node pools, add-ons and roles; of its workloads, the roles.

use super::{
    compute, identity,
    template::{Template, group_id, group_list, segment_id, segment_refs},
    writer::{Node, Properties, map},
};
use crate::{
    aws::{
        is_managed,
        kubernetes::{
            self as facts_of, ADDONS, CLUSTER_POLICIES, LOGS, NODE_POLICIES, Order, Pool, pools,
        },
        server, tier_segments,
    },
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;

/// A cluster.
pub fn cluster<'a>(template: &mut Template<'a>, cluster: &'a ResolvedResource) {
    let own = control_plane(template, cluster);
    let mut before = Vec::new();
    for (name, _) in ADDONS.iter().filter(|(_, order)| *order == Order::BeforeNodes) {
        before.push(addon(template, cluster, &own, name, &[]));
    }
    // What is drawn for it, besides what AWS's own policies let its nodes.
    let drawn = identity::drawn(template, cluster);
    let role = role(template, cluster, ("node-role", "ec2.amazonaws.com"), drawn, &NODE_POLICIES);
    let mut nodes = Vec::new();
    for pool in pools(cluster) {
        nodes.push(node_group(template, cluster, (&own, &role), &pool, &before));
    }
    for (name, _) in ADDONS.iter().filter(|(_, order)| *order == Order::AfterNodes) {
        addon(template, cluster, &own, name, &nodes);
    }
    template.output(
        &format!("{}-cluster-name", cluster.id),
        format!("Name of {}, for aws eks update-kubeconfig.", cluster.title),
        Node::Ref(own),
    );
}

/// The roles of workloads, in clusters that exist already as well.
pub fn workloads(template: &mut Template<'_>) {
    let facts = template.facts;
    for cluster in facts_of::clusters(facts) {
        for workload in facts_of::granted(facts, cluster) {
            workload_role(template, workload, &logical(&cluster.id));
        }
    }
}

/// A role with AWS's own policies.
fn role<'a>(
    template: &mut Template<'a>,
    cluster: &'a ResolvedResource,
    (part, service): (&str, &str),
    statements: Vec<Node>,
    policies: &[&str],
) -> String {
    let arns: Vec<String> =
        policies.iter().map(|policy| format!("arn:aws:iam::aws:policy/{policy}")).collect();
    let arns: Vec<&str> = arns.iter().map(String::as_str).collect();
    identity::role(template, cluster, part, service, statements, &arns)
}

fn control_plane<'a>(template: &mut Template<'a>, cluster: &'a ResolvedResource) -> String {
    let facts = template.facts;
    let name = facts.name(&cluster.id, 100);
    let tags = template.tags(cluster, &cluster.title);
    let logs = template.add(cluster, "AWS::Logs::LogGroup", &format!("{}-logs", cluster.id), |p| {
        // EKS writes to the group of this name, and would make one that keeps everything for ever.
        p.set("LogGroupName", format!("/aws/eks/{name}/cluster"));
        p.set("RetentionInDays", 90_i64).set("Tags", tags.clone());
    });
    if let Some(entry) = template.last() {
        entry.keep = Some("Delete");
    }
    let role =
        role(template, cluster, ("role", "eks.amazonaws.com"), Vec::new(), &CLUSTER_POLICIES);
    let protect = facts.resolved.environment.protect || cluster.flag("deletion-protection");
    let own = template.add(cluster, "AWS::EKS::Cluster", &cluster.id, |p| {
        p.set("Name", name).set("RoleArn", Node::Att(role, "Arn".to_owned()));
        p.set_some("Version", facts_of::version(cluster));
        p.set("ResourcesVpcConfig", network(facts, cluster));
        let access = map([
            ("AuthenticationMode", "API".into()),
            ("BootstrapClusterCreatorAdminPermissions", true.into()),
        ]);
        p.set("AccessConfig", access);
        let range = cluster.text("service-range");
        let range = range.map(|range| map([("ServiceIpv4Cidr", range.into())]));
        p.set_some("KubernetesNetworkConfig", range);
        let types = LOGS.map(|name| map([("Type", name.into())]));
        let logging = map([("EnabledTypes", Node::List(types.into()))]);
        p.set("Logging", map([("ClusterLogging", logging)]));
        p.set("BootstrapSelfManagedAddons", false).set("DeletionProtection", protect);
        p.set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.depends_on.push(logs);
    }
    own
}

fn network<'a>(facts: &crate::aws::Facts<'a>, cluster: &'a ResolvedResource) -> Node {
    let private = cluster.flag("private-api");
    let mut network = Properties::default();
    network.set("SubnetIds", segment_refs(&tier_segments(facts, cluster)));
    network.set("EndpointPrivateAccess", true).set("EndpointPublicAccess", !private);
    let from = crate::aws::texts(cluster, "api-from");
    network.set_some("PublicAccessCidrs", (!private && !from.is_empty()).then_some(from));
    Node::Map(network.0)
}

fn addon<'a>(
    template: &mut Template<'a>,
    cluster: &'a ResolvedResource,
    own: &str,
    name: &str,
    after: &[String],
) -> String {
    // Each workload has a security group of its own, which takes an interface of its own.
    let settings = (name == "vpc-cni").then(|| {
        let policies = cluster.flag("network-policy");
        let mut env =
            r#""ENABLE_POD_ENI": "true", "POD_SECURITY_GROUP_ENFORCING_MODE": "standard""#.to_owned();
        if facts_of::keeps_pod_addresses(template.facts, cluster) {
            env.push_str(r#", "AWS_VPC_K8S_CNI_EXTERNALSNAT": "true""#);
        }
        match facts_of::pod_tier(template.facts, cluster) {
            None => Node::Text(format!(
                r#"{{"enableNetworkPolicy": "{policies}", "env": {{{env}}}}}"#
            )),
            Some(tier) => {
                let env = format!(
                    r#"{env}, "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true", "ENI_CONFIG_LABEL_DEF": "topology.kubernetes.io/zone""#
                );
                let pods = pod_subnets(template, cluster, own, tier);
                Node::Sub(format!(
                    r#"{{"enableNetworkPolicy": "{policies}", "eniConfig": {pods}, "env": {{{env}}}}}"#
                ))
            }
        }
    });
    let tags = template.tags(cluster, &format!("{} {name}", cluster.title));
    let id =
        template.add(cluster, "AWS::EKS::Addon", &format!("{}-addon-{name}", cluster.id), |p| {
            p.set("ClusterName", Node::Ref(own.to_owned())).set("AddonName", name);
            p.set_some("ConfigurationValues", settings).set("Tags", tags);
        });
    if let Some(entry) = template.last() {
        entry.depends_on.extend(after.iter().cloned());
    }
    id
}

/// Where the pods on the nodes of each zone have their addresses. What has no group of its own has
/// those of the nodes.
fn pod_subnets(
    template: &Template<'_>,
    cluster: &ResolvedResource,
    own: &str,
    tier: &ResolvedResource,
) -> String {
    let mut groups = vec![format!(r#""${{{own}.ClusterSecurityGroupId}}""#)];
    if template.facts.group(&cluster.id).is_some() {
        let group = logical(&format!("{}-security-group", cluster.id));
        groups.insert(0, format!(r#""${{{group}.GroupId}}""#));
    }
    let groups = groups.join(", ");
    let zones = template.facts.segments(&tier.id).iter().map(|segment| {
        let subnet = segment_id(segment);
        format!(
            r#""${{{subnet}.AvailabilityZone}}": {{"id": "${{{subnet}}}", "securityGroups": [{groups}]}}"#
        )
    });
    let zones: Vec<String> = zones.collect();
    format!(
        r#"{{"create": true, "region": "${{AWS::Region}}", "subnets": {{{}}}}}"#,
        zones.join(", ")
    )
}

/// What passes between pods and the nodes, on both of their groups.
pub fn passes(template: &mut Template<'_>) {
    let facts = template.facts;
    let managed = facts_of::clusters(facts).filter(|cluster| is_managed(cluster));
    for cluster in managed {
        let own = logical(&cluster.id);
        for workload in facts_of::grouped(facts, cluster) {
            for one in facts_of::passes(workload) {
                pass(template, workload, &own, &one);
            }
        }
    }
}

fn pass<'a>(
    template: &mut Template<'a>,
    workload: &'a ResolvedResource,
    cluster: &str,
    one: &facts_of::Passes,
) {
    let pod = || group_id(workload);
    let nodes = || Node::Att(cluster.to_owned(), "ClusterSecurityGroupId".to_owned());
    let [from, to]: [&dyn Fn() -> Node; 2] =
        if one.from_pod { [&pod, &nodes] } else { [&nodes, &pod] };
    let ends = [
        ("AWS::EC2::SecurityGroupEgress", "out", "DestinationSecurityGroupId", from, to),
        ("AWS::EC2::SecurityGroupIngress", "in", "SourceSecurityGroupId", to, from),
    ];
    // The nodes' group lets everything out.
    for (type_, part, property, here, there) in ends.into_iter().skip(usize::from(!one.from_pod)) {
        template.add(workload, type_, &format!("{}-{part}", one.name), |p| {
            p.set("GroupId", here());
            let text = format!("{} {}", workload.title, one.about);
            p.set("Description", crate::name::ec2_description(&text));
            p.set(property, there()).set("IpProtocol", one.protocol);
            p.set("FromPort", one.ports.0).set("ToPort", one.ports.1);
        });
    }
}

fn node_group<'a>(
    template: &mut Template<'a>,
    cluster: &'a ResolvedResource,
    (own, role): (&str, &str),
    pool: &Pool<'_>,
    before: &[String],
) -> String {
    let facts = template.facts;
    let launch = launch_template(template, cluster, own, pool);
    let type_ = template.type_or_parameter(cluster, pool.type_);
    let (nodes, min, max) = pool.sizes;
    let tags = template.tag_pairs(cluster, &format!("{} {}", cluster.title, pool.name));
    let name = format!("{}-{}-nodes", cluster.id, pool.name);
    let id = template.add(cluster, "AWS::EKS::Nodegroup", &name, |p| {
        p.set("ClusterName", Node::Ref(own.to_owned())).set("NodegroupName", pool.name);
        p.set("NodeRole", Node::Att(role.to_owned(), "Arn".to_owned()));
        p.set("Subnets", segment_refs(&tier_segments(facts, cluster)));
        p.set("AmiType", facts_of::image_type(cluster));
        p.set("InstanceTypes", Node::List(vec![type_]));
        p.set("Labels", map([("groundplan-pool", pool.name.into())]));
        let sizes =
            map([("DesiredSize", nodes.into()), ("MinSize", min.into()), ("MaxSize", max.into())]);
        p.set("ScalingConfig", sizes);
        p.set("UpdateConfig", map([("MaxUnavailable", 1_i64.into())]));
        let version = Node::Att(launch.clone(), "LatestVersionNumber".to_owned());
        p.set("LaunchTemplate", map([("Id", Node::Ref(launch)), ("Version", version)]));
        if pool.system {
            let taint = map([
                ("Key", "CriticalAddonsOnly".into()),
                ("Value", "true".into()),
                ("Effect", "NO_SCHEDULE".into()),
            ]);
            p.set("Taints", Node::List(vec![taint]));
        }
        p.set("Tags", Node::Map(tags));
    });
    if let Some(entry) = template.last() {
        entry.depends_on.extend(before.iter().cloned());
    }
    id
}

/// How each node is made: `IMDSv2`, an encrypted disk, the cluster's group beside the drawn one.
fn launch_template<'a>(
    template: &mut Template<'a>,
    cluster: &'a ResolvedResource,
    own: &str,
    pool: &Pool<'_>,
) -> String {
    let facts = template.facts;
    let mut groups = match group_list(facts, cluster) {
        Some(Node::List(groups)) => groups,
        _ => Vec::new(),
    };
    groups.push(Node::Att(own.to_owned(), "ClusterSecurityGroupId".to_owned()));
    let title = format!("{} {}", cluster.title, pool.name);
    let tags = template.tags(cluster, &title);
    let mut disk = Properties::default();
    disk.set("Encrypted", true).set("VolumeType", "gp3");
    disk.set_some("VolumeSize", server::disk(cluster, "root-disk"));
    let disk = map([("DeviceName", "/dev/xvda".into()), ("Ebs", Node::Map(disk.0))]);
    let specifications = ["instance", "volume"]
        .map(|kind| map([("ResourceType", kind.into()), ("Tags", tags.clone())]));
    let data = map([
        ("SecurityGroupIds", Node::List(groups)),
        ("MetadataOptions", compute::metadata()),
        ("BlockDeviceMappings", Node::List(vec![disk])),
        ("TagSpecifications", Node::List(specifications.into())),
    ]);
    let name = format!("{}-{}-launch-template", cluster.id, pool.name);
    template.add(cluster, "AWS::EC2::LaunchTemplate", &name, |p| {
        p.set("LaunchTemplateData", data);
    })
}

/// The role of a workload, and the account in the cluster that takes it.
fn workload_role<'a>(template: &mut Template<'a>, workload: &'a ResolvedResource, cluster: &str) {
    let Some(role) = identity::workload_role(template, workload) else { return };
    let tags = template.tags(workload, &workload.title);
    let name = format!("{}-identity", workload.id);
    template.add(workload, "AWS::EKS::PodIdentityAssociation", &name, |p| {
        p.set("ClusterName", Node::Ref(cluster.to_owned()));
        p.set("Namespace", facts_of::namespace(workload));
        p.set("ServiceAccount", facts_of::service_account(workload));
        p.set("RoleArn", Node::Att(role, "Arn".to_owned())).set("Tags", tags);
    });
}
