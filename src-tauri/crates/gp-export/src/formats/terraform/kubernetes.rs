//! Kubernetes clusters: EKS with its node pools, add-ons and roles; of its workloads, the roles.

use super::{
    compute, identity,
    refs::{address, segment_ids, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::{
    kubernetes::{
        self as facts_of, ADDONS, CLUSTER_POLICIES, LOGS, NODE_POLICIES, Order, Pool, pools,
    },
    server, tier_segments,
};
use gp_catalog::resolved::ResolvedResource;

/// A cluster.
pub fn cluster<'a>(sheet: &mut Sheet<'a>, cluster: &'a ResolvedResource) {
    let own = control_plane(sheet, cluster);
    let mut before = Vec::new();
    for (name, order) in ADDONS {
        if order == Order::BeforeNodes {
            before.push(code(addon(sheet, cluster, &own, name, &[])));
        }
    }
    let role = identity::service_role(sheet, cluster, "_node", "ec2.amazonaws.com");
    for (number, policy) in NODE_POLICIES.iter().enumerate() {
        let tail = format!("_node_{number}");
        before.push(code(identity::managed(sheet, cluster, &tail, &role, policy)));
    }
    identity::node_grants(sheet, cluster, &role);
    let mut nodes = Vec::new();
    for pool in pools(cluster) {
        nodes.push(code(node_group(sheet, cluster, (&own, &role), &pool, &before)));
    }
    for (name, order) in ADDONS {
        if order == Order::AfterNodes {
            addon(sheet, cluster, &own, name, &nodes);
        }
    }
    sheet.output(
        &format!("{}_cluster_name", cluster.id),
        format!("Name of {}, for aws eks update-kubeconfig.", cluster.title),
        code(format!("{own}.name")),
    );
}

/// The roles of workloads, in clusters that exist already as well.
pub fn workloads(sheet: &mut Sheet<'_>) {
    let facts = sheet.facts;
    for cluster in facts_of::clusters(facts) {
        let own = address(cluster, "aws_eks_cluster");
        for workload in facts_of::granted(facts, cluster) {
            workload_role(sheet, workload, &own);
        }
        for workload in facts_of::grouped(facts, cluster) {
            passes(sheet, workload, &own);
        }
    }
}

/// The group that EKS gives the nodes.
fn nodes_group(cluster: &str) -> String {
    format!("{cluster}.vpc_config[0].cluster_security_group_id")
}

/// What passes between a pod and the nodes, on both of their groups.
fn passes<'a>(sheet: &mut Sheet<'a>, workload: &'a ResolvedResource, cluster: &str) {
    let pod = format!("{}.id", address(workload, "aws_security_group"));
    let nodes = nodes_group(cluster);
    for own in facts_of::passes(workload) {
        let (from, to) = if own.from_pod { (&pod, &nodes) } else { (&nodes, &pod) };
        let ends = [("egress", from, to), ("ingress", to, from)];
        // The nodes' group lets everything out.
        for (way, here, there) in ends.into_iter().skip(usize::from(!own.from_pod)) {
            let type_ = format!("aws_vpc_security_group_{way}_rule");
            sheet.named(File::Security, workload, &type_, &own.name, |body| {
                body.set("security_group_id", code(here));
                let text = format!("{} {}", workload.title, own.about);
                body.set("description", crate::name::ec2_description(&text));
                body.set("referenced_security_group_id", code(there));
                body.set("ip_protocol", own.protocol);
                body.set("from_port", own.ports.0).set("to_port", own.ports.1);
            });
        }
    }
}

fn control_plane<'a>(sheet: &mut Sheet<'a>, cluster: &'a ResolvedResource) -> String {
    let facts = sheet.facts;
    let name = facts.name(&cluster.id, 100);
    let logs = sheet.resource(File::Compute, cluster, "aws_cloudwatch_log_group", "", |body| {
        // EKS writes to the group of this name, and would make one that keeps everything for ever.
        body.set("name", format!("/aws/eks/{name}/cluster")).set("retention_in_days", 90_i64);
    });
    let role = identity::service_role(sheet, cluster, "", "eks.amazonaws.com");
    let mut before = vec![code(logs)];
    for (number, policy) in CLUSTER_POLICIES.iter().enumerate() {
        let tail = format!("_{number}");
        before.push(code(identity::managed(sheet, cluster, &tail, &role, policy)));
    }
    let subnets = segment_ids(facts, &tier_segments(facts, cluster));
    let protect = facts.resolved.environment.protect || cluster.flag("deletion-protection");
    sheet.resource(File::Compute, cluster, "aws_eks_cluster", "", |body| {
        body.set("name", name).set("role_arn", code(format!("{role}.arn")));
        body.set_some("version", facts_of::version(cluster));
        body.set("enabled_cluster_log_types", LOGS.to_vec());
        body.set("bootstrap_self_managed_addons", false).set("deletion_protection", protect);
        body.set("tags", tags(cluster, cluster.title.as_str().into()));
        body.block("vpc_config", |inner| {
            let private = cluster.flag("private-api");
            inner.set("subnet_ids", subnets).set("endpoint_private_access", true);
            inner.set("endpoint_public_access", !private);
            let from = crate::aws::texts(cluster, "api-from");
            inner.set_some("public_access_cidrs", (!private && !from.is_empty()).then_some(from));
        });
        body.block("access_config", |inner| {
            inner.set("authentication_mode", "API");
            inner.set("bootstrap_cluster_creator_admin_permissions", true);
        });
        if let Some(range) = cluster.text("service-range") {
            body.block("kubernetes_network_config", |inner| {
                inner.set("service_ipv4_cidr", range);
            });
        }
        body.set("depends_on", Expr::List(before));
    })
}

fn addon<'a>(
    sheet: &mut Sheet<'a>,
    cluster: &'a ResolvedResource,
    own: &str,
    name: &str,
    after: &[Expr],
) -> String {
    let object = |pairs: Vec<(&str, Expr)>| {
        Expr::Object(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    };
    // Each workload has a security group of its own, which takes an interface of its own.
    let settings = (name == "vpc-cni").then(|| {
        let policies = if cluster.flag("network-policy") { "true" } else { "false" };
        let mut env = vec![
            ("ENABLE_POD_ENI", "true".into()),
            ("POD_SECURITY_GROUP_ENFORCING_MODE", "standard".into()),
        ];
        if facts_of::keeps_pod_addresses(sheet.facts, cluster) {
            env.push(("AWS_VPC_K8S_CNI_EXTERNALSNAT", "true".into()));
        }
        let mut all = vec![("enableNetworkPolicy", policies.into())];
        if let Some(tier) = facts_of::pod_tier(sheet.facts, cluster) {
            env.push(("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true".into()));
            env.push(("ENI_CONFIG_LABEL_DEF", "topology.kubernetes.io/zone".into()));
            all.push(("eniConfig", object(pod_subnets(sheet, cluster, own, tier))));
        }
        all.push(("env", object(env)));
        Expr::Call("jsonencode", vec![object(all)])
    });
    let tail = format!("_{}", crate::name::label(name));
    sheet.resource(File::Compute, cluster, "aws_eks_addon", &tail, |body| {
        body.set("cluster_name", code(format!("{own}.name"))).set("addon_name", name);
        body.set("tags", tags(cluster, format!("{} {name}", cluster.title).into()));
        body.set_some("configuration_values", settings);
        if !after.is_empty() {
            body.set("depends_on", Expr::List(after.to_vec()));
        }
    })
}

/// Where the pods on the nodes of each zone have their addresses. What has no group of its own has
/// those of the nodes.
fn pod_subnets<'a>(
    sheet: &mut Sheet<'a>,
    cluster: &'a ResolvedResource,
    own: &str,
    tier: &ResolvedResource,
) -> Vec<(&'static str, Expr)> {
    let region = super::secrets::region(sheet, cluster);
    let mut groups = vec![nodes_group(own)];
    if sheet.facts.group(&cluster.id).is_some() {
        groups.insert(0, format!("{}.id", address(cluster, "aws_security_group")));
    }
    let tier = address(tier, "aws_subnet");
    let one = format!("{{ id = subnet.id, securityGroups = [{}] }}", groups.join(", "));
    let each = format!("{{ for subnet in {tier} : subnet.availability_zone => {one} }}");
    vec![("create", true.into()), ("region", code(region)), ("subnets", code(each))]
}

fn node_group<'a>(
    sheet: &mut Sheet<'a>,
    cluster: &'a ResolvedResource,
    (own, role): (&str, &str),
    pool: &Pool<'a>,
    before: &[Expr],
) -> String {
    let facts = sheet.facts;
    let launch = launch_template(sheet, cluster, own, pool);
    let subnets = segment_ids(facts, &tier_segments(facts, cluster));
    let type_ = sheet.type_or_variable(cluster, pool.type_);
    let (nodes, min, max) = pool.sizes;
    let tail = format!("_{}", pool.name);
    sheet.resource(File::Compute, cluster, "aws_eks_node_group", &tail, |body| {
        body.set("cluster_name", code(format!("{own}.name"))).set("node_group_name", pool.name);
        body.set("node_role_arn", code(format!("{role}.arn"))).set("subnet_ids", subnets);
        body.set("ami_type", facts_of::image_type(cluster));
        body.set("instance_types", Expr::List(vec![type_]));
        let labels = vec![("groundplan-pool".to_owned(), pool.name.into())];
        body.set("labels", Expr::Object(labels));
        body.set("tags", tags(cluster, format!("{} {}", cluster.title, pool.name).into()));
        body.block("scaling_config", |inner| {
            inner.set("desired_size", nodes).set("min_size", min).set("max_size", max);
        });
        body.block("update_config", |inner| {
            inner.set("max_unavailable", 1_i64);
        });
        body.block("launch_template", |inner| {
            inner.set("id", code(format!("{launch}.id")));
            inner.set("version", code(format!("{launch}.latest_version")));
        });
        if pool.system {
            body.block("taint", |inner| {
                inner.set("key", "CriticalAddonsOnly").set("value", "true");
                inner.set("effect", "NO_SCHEDULE");
            });
        }
        if min < max {
            body.block("lifecycle", |inner| {
                // How many there are now is for the cluster to say.
                let ignored = vec![code("scaling_config[0].desired_size")];
                inner.set("ignore_changes", Expr::List(ignored));
            });
        }
        body.set("depends_on", Expr::List(before.to_vec()));
    })
}

/// How each node is made: `IMDSv2`, an encrypted disk, the cluster's group beside the drawn one.
fn launch_template<'a>(
    sheet: &mut Sheet<'a>,
    cluster: &'a ResolvedResource,
    own: &str,
    pool: &Pool<'_>,
) -> String {
    let facts = sheet.facts;
    let prefix = facts.name(&format!("{}-{}", cluster.id, pool.name), 96);
    let mut groups = match group_list(facts, cluster) {
        Some(Expr::List(groups)) => groups,
        _ => Vec::new(),
    };
    groups.push(code(nodes_group(own)));
    let title = format!("{} {}", cluster.title, pool.name);
    let tail = format!("_{}", pool.name);
    sheet.resource(File::Compute, cluster, "aws_launch_template", &tail, |body| {
        body.set("name_prefix", format!("{prefix}-")).set("update_default_version", true);
        body.set("vpc_security_group_ids", Expr::List(groups));
        body.set("tags", tags(cluster, title.as_str().into()));
        compute::metadata(body);
        body.block("block_device_mappings", |inner| {
            inner.set("device_name", "/dev/xvda");
            inner.block("ebs", |disk| {
                disk.set("encrypted", true).set("volume_type", "gp3");
                disk.set_some("volume_size", server::disk(cluster, "root-disk"));
            });
        });
        for kind in ["instance", "volume"] {
            body.block("tag_specifications", |inner| {
                inner.set("resource_type", kind);
                inner.set("tags", tags(cluster, title.as_str().into()));
            });
        }
    })
}

/// The role of a workload, and the account in the cluster that takes it.
fn workload_role<'a>(sheet: &mut Sheet<'a>, workload: &'a ResolvedResource, cluster: &str) {
    let Some(role) = identity::workload_role(sheet, workload) else { return };
    let type_ = "aws_eks_pod_identity_association";
    sheet.resource(File::Security, workload, type_, "", |body| {
        body.set("cluster_name", code(format!("{cluster}.name")));
        body.set("namespace", facts_of::namespace(workload));
        body.set("service_account", facts_of::service_account(workload));
        body.set("role_arn", code(format!("{role}.arn")));
        body.set("tags", tags(workload, workload.title.as_str().into()));
    });
}
