//! Data warehouses in CloudFormation's words.

use super::{
    secrets::key_arn,
    template::{Template, group_list, segment_refs},
    writer::{Node, map},
};
use crate::aws::{server as facts_of, tier_segments};
use gp_catalog::resolved::ResolvedResource;

/// A data warehouse: a namespace that keeps, and a workgroup that answers; its password is made and
/// kept by AWS itself.
pub fn data_warehouse<'a>(template: &mut Template<'a>, warehouse: &'a ResolvedResource) {
    let facts = template.facts;
    let name = facts.name(&warehouse.id, 60);
    let tags = template.tags(warehouse, &warehouse.title);
    let key = key_arn(template, warehouse);
    let type_ = "AWS::RedshiftServerless::Namespace";
    let namespace = template.add(warehouse, type_, &warehouse.id, |p| {
        p.set("NamespaceName", name.as_str());
        p.set("DbName", facts_of::warehouse_database(warehouse));
        p.set("AdminUsername", "groundplan").set("ManageAdminPassword", true);
        p.set_some("KmsKeyId", key).set("LogExports", facts_of::WAREHOUSE_LOGS.to_vec());
        p.set("Tags", tags.clone());
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if facts.resolved.environment.protect { "Retain" } else { "Delete" });
    }
    let type_ = "AWS::RedshiftServerless::Workgroup";
    let workgroup = format!("{}-workgroup", warehouse.id);
    let workgroup = template.add(warehouse, type_, &workgroup, |p| {
        p.set("WorkgroupName", name).set("NamespaceName", Node::Ref(namespace));
        p.set("BaseCapacity", facts_of::warehouse_units(warehouse));
        p.set_some("MaxCapacity", facts_of::warehouse_most(warehouse));
        p.set("Port", 5439_i64).set("SubnetIds", segment_refs(&tier_segments(facts, warehouse)));
        p.set_some("SecurityGroupIds", group_list(facts, warehouse));
        // What it loads and unloads goes by the network that is drawn, and not around it.
        p.set("EnhancedVpcRouting", true).set("PubliclyAccessible", false);
        let tls = if warehouse.flag("tls") { "true" } else { "false" };
        let parameter =
            map([("ParameterKey", "require_ssl".into()), ("ParameterValue", tls.into())]);
        p.set("ConfigParameters", Node::List(vec![parameter])).set("Tags", tags);
    });
    let text = format!("Where {} answers.", warehouse.title);
    template.output(
        &format!("{}-endpoint", warehouse.id),
        text,
        Node::Att(workgroup, "Workgroup.Endpoint.Address".to_owned()),
    );
}
