//! Data warehouses.

use super::{
    refs::{key_arn, segment_ids, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::code,
};
use crate::aws::{server as facts_of, tier_segments};
use gp_catalog::resolved::ResolvedResource;

/// A data warehouse: a namespace that keeps, and a workgroup that answers; its password is made and
/// kept by AWS itself.
pub fn data_warehouse<'a>(sheet: &mut Sheet<'a>, warehouse: &'a ResolvedResource) {
    let facts = sheet.facts;
    let name = facts.name(&warehouse.id, 60);
    let subnets = segment_ids(facts, &tier_segments(facts, warehouse));
    let type_ = "aws_redshiftserverless_namespace";
    let namespace = sheet.resource(File::Data, warehouse, type_, "", |body| {
        body.set("namespace_name", name.as_str());
        body.set("db_name", facts_of::warehouse_database(warehouse));
        body.set("admin_username", "groundplan").set("manage_admin_password", true);
        body.set_some("kms_key_id", key_arn(facts, warehouse));
        body.set("log_exports", facts_of::WAREHOUSE_LOGS.to_vec());
        body.set("tags", tags(warehouse, warehouse.title.as_str().into()));
    });
    let type_ = "aws_redshiftserverless_workgroup";
    let workgroup = sheet.resource(File::Data, warehouse, type_, "", |body| {
        body.set("workgroup_name", name);
        body.set("namespace_name", code(format!("{namespace}.namespace_name")));
        body.set("base_capacity", facts_of::warehouse_units(warehouse));
        body.set_some("max_capacity", facts_of::warehouse_most(warehouse));
        body.set("port", 5439_i64).set("subnet_ids", subnets);
        body.set_some("security_group_ids", group_list(facts, warehouse));
        // What it loads and unloads goes by the network that is drawn, and not around it.
        body.set("enhanced_vpc_routing", true).set("publicly_accessible", false);
        body.set("tags", tags(warehouse, warehouse.title.as_str().into()));
        body.block("config_parameter", |inner| {
            inner.set("parameter_key", "require_ssl");
            inner.set("parameter_value", if warehouse.flag("tls") { "true" } else { "false" });
        });
    });
    sheet.output(
        &format!("{}_endpoint", warehouse.id),
        format!("Where {} answers.", warehouse.title),
        code(format!("{workgroup}.endpoint[0].address")),
    );
}
