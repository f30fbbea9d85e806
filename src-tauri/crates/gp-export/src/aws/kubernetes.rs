//! Facts of Kubernetes clusters on EKS: node pools, add-ons, what runs in them.

use super::{Facts, is_managed};
use gp_catalog::resolved::{ResolvedResource, Route, RouteTable, Via};
use gp_model::{Lifecycle, Protocol};

/// A group of like nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool<'a> {
    /// `system`, `work`.
    pub name: &'static str,
    /// The type of its nodes; none where nothing on AWS is as large.
    pub type_: Option<&'a str>,
    /// Nodes to begin with, at least, at most.
    pub sizes: (i64, i64, i64),
    /// Takes only what the cluster itself needs.
    pub system: bool,
}

/// The node pools of a cluster: one for the cluster's own needs, one for workloads.
pub fn pools(cluster: &ResolvedResource) -> [Pool<'_>; 2] {
    let number = |name, default| cluster.integer(name).unwrap_or(default).max(0);
    let system = number("system-nodes", 2).max(1);
    let min = number("min-nodes", 1);
    let max = number("max-nodes", 4).max(min).max(1);
    let nodes = number("nodes", 2).clamp(min, max);
    [
        Pool {
            name: "system",
            type_: cluster.text("system-type"),
            sizes: (system, system, system),
            system: true,
        },
        Pool {
            name: "work",
            type_: cluster.text("instance-type"),
            sizes: (nodes, min, max),
            system: false,
        },
    ]
}

/// What EKS adds to a cluster, and whether it must be there before the first node, or needs one.
pub const ADDONS: [(&str, Order); 4] = [
    ("vpc-cni", Order::BeforeNodes),
    ("kube-proxy", Order::BeforeNodes),
    ("eks-pod-identity-agent", Order::BeforeNodes),
    ("coredns", Order::AfterNodes),
];

/// When an add-on comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// A node is not ready without it.
    BeforeNodes,
    /// It runs on nodes.
    AfterNodes,
}

/// AWS's own policies for the control plane and for nodes.
pub const CLUSTER_POLICIES: [&str; 2] =
    ["AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"];
/// See [`CLUSTER_POLICIES`].
pub const NODE_POLICIES: [&str; 3] =
    ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"];

/// What the control plane logs.
pub const LOGS: [&str; 3] = ["api", "audit", "authenticator"];

/// Clusters in which roles can be given: ours, and those that exist.
pub fn clusters<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a ResolvedResource> {
    let all = facts.resolved.resources.values().map(|resource| &**resource);
    all.filter(|one| one.kind == "kubernetes-cluster" && one.lifecycle != Lifecycle::External)
}

/// Workloads of a cluster that links grant something.
pub fn granted<'a>(facts: &Facts<'a>, cluster: &ResolvedResource) -> Vec<&'a ResolvedResource> {
    let inside = facts.resolved.resources.values().map(|resource| &**resource);
    inside
        .filter(|one| one.kind == "workload" && is_managed(one))
        .filter(|one| one.parent.as_ref() == Some(&cluster.id))
        .filter(|one| facts.grants(&one.id).next().is_some())
        .collect()
}

/// The tier in which pods have their addresses, where it is not that of the nodes.
pub fn pod_tier<'a>(
    facts: &Facts<'a>,
    cluster: &'a ResolvedResource,
) -> Option<&'a ResolvedResource> {
    let named = facts.resource(cluster.text("pods")?).filter(|tier| tier.kind == "subnet")?;
    let beside = facts.within(named, "network").map(|it| &it.id)
        == facts.within(cluster, "network").map(|it| &it.id);
    let other = facts.within(cluster, "subnet").map(|tier| &tier.id) != Some(&named.id);
    (beside && other && !facts.segments(&named.id).is_empty()).then_some(named)
}

/// Whether what pods send out of the network keeps their address up to a NAT gateway, and so goes by the
/// routes and the group of the pod. Only where pods have a way of their own to the internet's door it must not: the
/// door takes the address of a node and no pod's.
pub fn keeps_pod_addresses<'a>(facts: &Facts<'a>, cluster: &'a ResolvedResource) -> bool {
    let tier = pod_tier(facts, cluster).or_else(|| facts.within(cluster, "subnet"));
    let Some(tier) = tier else { return false };
    let own = |table: &&RouteTable| {
        facts.segments_of_table(&table.id).iter().any(|segment| segment.subnet == tier.id)
    };
    let tables = facts.resolved.route_tables.values().map(|table| &**table).filter(own);
    let door = |route: &Route| matches!(route.via, Via::InternetGateway);
    !tables.flat_map(|table| &table.routes).any(door)
}

/// Workloads of a cluster that have a security group of their own.
pub fn grouped<'a>(facts: &Facts<'a>, cluster: &ResolvedResource) -> Vec<&'a ResolvedResource> {
    let inside = facts.resolved.resources.values().map(|resource| &**resource);
    inside
        .filter(|one| one.kind == "workload" && is_managed(one))
        .filter(|one| one.parent.as_ref() == Some(&cluster.id))
        .filter(|one| facts.group(&one.id).is_some())
        .collect()
}

/// What has to pass between a pod and the nodes, whatever is drawn: names, and the probes that say
/// whether it is well. No link says it, for it is between a cluster and itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passes {
    /// Tells it apart.
    pub name: String,
    /// What it is for.
    pub about: &'static str,
    /// From the pod to a node, or the other way.
    pub from_pod: bool,
    /// `tcp`, `udp`.
    pub protocol: &'static str,
    /// First and last port.
    pub ports: (u16, u16),
}

/// All of that for one workload.
pub fn passes(workload: &ResolvedResource) -> Vec<Passes> {
    let names = ["udp", "tcp"].map(|protocol| Passes {
        name: format!("{}-names-{protocol}", workload.id),
        about: "asks for names",
        from_pod: true,
        protocol,
        ports: (53, 53),
    });
    let served = workload.services.iter().map(|service| service.ports);
    let probes = served.filter(|ports| ports.protocol == Protocol::Tcp).map(|ports| Passes {
        name: format!("{}-probes-{}", workload.id, ports.low),
        about: "is asked how it is",
        from_pod: false,
        protocol: "tcp",
        ports: (ports.low, ports.high),
    });
    names.into_iter().chain(probes).collect()
}

/// Where in its cluster a workload is.
pub fn namespace(workload: &ResolvedResource) -> &str {
    workload.text("namespace").filter(|name| !name.is_empty()).unwrap_or("default")
}

/// The account in its cluster that a workload runs as.
pub fn service_account(workload: &ResolvedResource) -> String {
    crate::name::slug(&workload.id)
}

/// AWS's word for the image of a pool's nodes.
pub fn image_type(cluster: &ResolvedResource) -> &'static str {
    if super::server::is_arm(cluster) { "AL2023_ARM_64_STANDARD" } else { "AL2023_x86_64_STANDARD" }
}

/// Version as written; `1.3` and `1.30` are two.
pub fn version(cluster: &ResolvedResource) -> Option<&str> {
    cluster.text("version").filter(|version| !version.is_empty())
}
