//! Pods: where they have their addresses, and what passes between them and their nodes.

use crate::support::{PODS, all, export};

#[test]
fn pods_have_their_addresses_in_the_tier_that_their_cluster_names() {
    let meaning = crate::support::resolved(PODS, "production");
    let ip = |id: &str| meaning.resource(id).unwrap().instances[0].ip.unwrap().octets();
    assert!(ip("api")[2] >= 128, "{:?}", ip("api"));
    assert!(ip("works")[2] < 80, "{:?}", ip("works"));
    let text = all(&export(PODS, "production", "terraform"));
    for wanted in [
        "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG = \"true\"",
        "{ for subnet in aws_subnet.pod_tier : subnet.availability_zone => { id = subnet.id, securityGroups",
    ] {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
    let text = all(&export(PODS, "production", "cloudformation"));
    let wanted = "\"${PodTierSubnetA.AvailabilityZone}\\\": {\\\"id\\\": \\\"${PodTierSubnetA}";
    let plain = text.replace('\\', "");
    assert!(plain.contains(&wanted.replace('\\', "")), "no {wanted} in {text}");
}

#[test]
fn names_and_probes_pass_between_a_pod_and_its_nodes() {
    let text = all(&export(PODS, "production", "terraform"));
    let nodes = "aws_eks_cluster.works.vpc_config[0].cluster_security_group_id";
    for (way, name, here, port) in [
        ("egress", "api_names_udp", "aws_security_group.api.id", "53"),
        ("egress", "api_names_tcp", "aws_security_group.api.id", "53"),
        ("ingress", "api_names_udp", nodes, "53"),
        ("ingress", "api_names_tcp", nodes, "53"),
        ("ingress", "api_probes_8080", "aws_security_group.api.id", "8080"),
    ] {
        let head = format!("resource \"aws_vpc_security_group_{way}_rule\" \"{name}\"");
        let at = text.find(&head).unwrap_or_else(|| panic!("no {head} in {text}"));
        let block = &text[at..][..text[at..].find("\n}\n").unwrap()];
        let there = if here == nodes { "aws_security_group.api.id" } else { nodes };
        for part in [
            format!("security_group_id            = {here}"),
            format!("referenced_security_group_id = {there}"),
            format!("from_port                    = {port}"),
        ] {
            assert!(block.contains(&part), "no {part} in {block}");
        }
    }
    assert!(!text.contains("api_probes_9000"), "nobody probes by udp");
    let text = all(&export(PODS, "production", "cloudformation"));
    assert_eq!(text.matches("SecurityGroupId: !GetAtt Works.ClusterSecurityGroupId").count(), 3);
    assert_eq!(text.matches("GroupId: !GetAtt Works.ClusterSecurityGroupId").count(), 5);
}

#[test]
fn what_pods_send_out_keeps_their_address_where_a_nat_gateway_translates_it() {
    let word = "AWS_VPC_K8S_CNI_EXTERNALSNAT";
    crate::support::check_writes(PODS, word, word);
    let platform = include_str!("../../../../../templates/kubernetes-platform/design.gplan");
    crate::support::check_writes(platform, word, word);
    // The internet's door takes no pod's address.
    let pods = "title = \"pods\"\ncidr = \"10.40.128.0/17\"\nexposure = ";
    let private = format!("{pods}\"private\"");
    assert!(platform.contains(&private));
    let public = platform.replacen(&private, &format!("{pods}\"public\""), 1);
    for format in ["terraform", "cloudformation"] {
        assert!(!all(&export(&public, "production", format)).contains(word), "{format}");
    }
}
