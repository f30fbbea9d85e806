//! Databases, caches, document stores and queues.

use super::{
    refs::{address, key_arn, segment_ids, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::{replica, server as facts_of, tier_segments};
use gp_catalog::resolved::ResolvedResource;

/// A database: RDS, encrypted, its password made and kept by RDS itself where it makes no copies of it.
pub fn database<'a>(sheet: &mut Sheet<'a>, database: &'a ResolvedResource) {
    let facts = sheet.facts;
    let protect = facts.resolved.environment.protect || database.flag("deletion-protection");
    let segments = tier_segments(facts, database);
    let title = database.title.as_str();
    let subnets = segment_ids(facts, &segments);
    // RDS takes 63 letters, those of `-replica-1` included.
    let name = facts.name(&database.id, 48);
    let name = if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("db-{name}")
    };
    sheet.resource(File::Data, database, "aws_db_subnet_group", "", |body| {
        body.set("name", name.as_str()).set("description", crate::name::ec2_description(title));
        body.set("subnet_ids", subnets).set("tags", tags(database, title.into()));
    });
    let group = facts
        .group(&database.id)
        .map(|_| format!("{}.id", address(database, "aws_security_group")));
    let (engine, _) = facts_of::engine(database);
    let written = facts_of::has_own_password(database);
    let password = replica::password(facts, database).filter(|_| !written);
    let own_password = written || password.is_some();
    let source = replica::source(facts, database);
    let key = match source {
        Some(source) => copy_key(sheet, database, source),
        None => key_arn(facts, database),
    };
    let class = sheet.type_or_variable(database, facts_of::database_class(database));
    sheet.resource(File::Data, database, "aws_db_instance", "", |body| {
        body.set("identifier", name.as_str());
        body.set_some("replicate_source_db", source.map(|source| code(instance_arn(source))));
        // What a copy has of its source is not said of it.
        let own = source.is_none();
        body.set_some("engine", own.then_some(engine));
        body.set_some("engine_version", facts_of::version(database).filter(|_| own));
        body.set("instance_class", class.clone());
        let storage = facts_of::disk(database, "storage").unwrap_or(20).max(20);
        body.set_some("allocated_storage", own.then_some(storage));
        body.set("storage_type", "gp3").set("storage_encrypted", database.flag("encrypted"));
        body.set_some("kms_key_id", key).set("multi_az", database.flag("standby"));
        let licence = own && engine.starts_with("sqlserver");
        body.set_some("license_model", licence.then_some("license-included"));
        body.set_some("port", database.integer("port"));
        body.set_some("username", own.then_some("groundplan"));
        body.set_some("manage_master_user_password", (own && !own_password).then_some(true));
        let password = password.filter(|_| own);
        body.set_some("password", password.as_deref().map(Expr::text_or_secret));
        body.set(
            "db_subnet_group_name",
            code(format!("{}.name", address(database, "aws_db_subnet_group"))),
        );
        body.set_some("vpc_security_group_ids", group.map(|g| Expr::List(vec![code(g)])));
        body.set("publicly_accessible", false);
        body.set("backup_retention_period", facts_of::backup_days(database))
            .set("copy_tags_to_snapshot", true);
        body.set("auto_minor_version_upgrade", true);
        body.set("enabled_cloudwatch_logs_exports", facts_of::engine_logs(engine));
        // RDS takes no last snapshot of a replica: its source has everything.
        let last = protect && source.is_none();
        body.set("deletion_protection", protect).set("skip_final_snapshot", !last);
        if last {
            body.set("final_snapshot_identifier", format!("{name}-final"));
        }
        body.set("tags", tags(database, title.into()));
    });
    replicas(sheet, database, &name, &class);
    let own = address(database, "aws_db_instance");
    sheet.output(
        &format!("{}_endpoint", database.id),
        format!("Where {title} answers."),
        code(format!("{own}.endpoint")),
    );
    if source.is_some() || own_password {
        return;
    }
    let secret = format!("{own}.master_user_secret[0].secret_arn");
    sheet.output(
        &format!("{}_secret_arn", database.id),
        format!("Secret with the master password of {title}."),
        code(secret),
    );
}

/// The ARN of a database, which a copy in another subnet group is made by, in whatever region.
fn instance_arn(source: &ResolvedResource) -> String {
    let own = address(source, "aws_db_instance");
    let arn = if crate::aws::is_managed(source) { "arn" } else { "db_instance_arn" };
    format!("{own}.{arn}")
}

/// The key of a copy: in its source's region that of the source, elsewhere one of that region.
fn copy_key<'a>(
    sheet: &mut Sheet<'a>,
    copy: &'a ResolvedResource,
    source: &'a ResolvedResource,
) -> Option<Expr> {
    let facts = sheet.facts;
    if !copy.flag("encrypted") || !replica::is_far(facts, copy, source) {
        return None;
    }
    key_arn(facts, copy).or_else(|| {
        let key = sheet.shared(File::Data, copy, "aws_kms_key", "rds_default", |body| {
            body.set("key_id", "alias/aws/rds");
        });
        Some(code(format!("{key}.arn")))
    })
}

fn replicas<'a>(sheet: &mut Sheet<'a>, database: &'a ResolvedResource, name: &str, class: &Expr) {
    let count = facts_of::replicas(database);
    if count == 0 {
        return;
    }
    let group = sheet
        .facts
        .group(&database.id)
        .map(|_| format!("{}.id", address(database, "aws_security_group")));
    sheet.copy(File::Data, database, "aws_db_instance", "_replica", |body| {
        let numbers: Vec<String> = (1..=count).map(|n| format!("\"{n}\"")).collect();
        body.set("for_each", code(format!("toset([{}])", numbers.join(", "))));
        body.set("identifier", code(format!("\"{name}-replica-${{each.key}}\"")));
        body.set(
            "replicate_source_db",
            code(format!("{}.identifier", address(database, "aws_db_instance"))),
        );
        body.set("instance_class", class.clone());
        body.set("storage_encrypted", database.flag("encrypted"));
        body.set_some("vpc_security_group_ids", group.map(|g| Expr::List(vec![code(g)])));
        body.set("publicly_accessible", false).set("skip_final_snapshot", true);
        body.set("tags", tags(database, super::refs::keyed_name(&database.title)));
    });
}

/// A cache: one node to write to, and copies of it where a standby or replicas are drawn.
pub fn cache<'a>(sheet: &mut Sheet<'a>, cache: &'a ResolvedResource) {
    let facts = sheet.facts;
    let subnets = segment_ids(facts, &tier_segments(facts, cache));
    let description = crate::name::ec2_description(&cache.title);
    // ElastiCache takes 40 letters, of which the first is none of the digits.
    let name = facts.name(&cache.id, 34);
    let name = if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("cache-{name}")
    };
    let group = sheet.resource(File::Data, cache, "aws_elasticache_subnet_group", "", |body| {
        body.set("name", name.as_str()).set("description", description.as_str());
        body.set("subnet_ids", subnets).set("tags", tags(cache, cache.title.as_str().into()));
    });
    let node_type = sheet.type_or_variable(cache, facts_of::node_type(cache));
    let own = sheet.resource(File::Data, cache, "aws_elasticache_replication_group", "", |body| {
        body.set("replication_group_id", name.as_str()).set("description", description);
        body.set("engine", cache.text("engine").unwrap_or("redis"));
        body.set_some("engine_version", facts_of::version(cache));
        body.set("node_type", node_type).set("port", 6379_i64);
        body.set("num_cache_clusters", facts_of::nodes(cache));
        body.set("automatic_failover_enabled", cache.flag("standby"));
        body.set("multi_az_enabled", cache.flag("standby"));
        body.set("subnet_group_name", code(format!("{group}.name")));
        body.set_some("security_group_ids", group_list(facts, cache));
        body.set("at_rest_encryption_enabled", cache.flag("encrypted"));
        body.set_some("kms_key_id", key_arn(facts, cache));
        body.set("transit_encryption_enabled", cache.flag("tls"));
        body.set("snapshot_retention_limit", facts_of::backup_days(cache));
        body.set("auto_minor_version_upgrade", true);
        if facts.resolved.environment.protect {
            body.set("final_snapshot_identifier", format!("{name}-final"));
        }
        body.set("tags", tags(cache, cache.title.as_str().into()));
    });
    sheet.output(
        &format!("{}_endpoint", cache.id),
        format!("Where {} answers.", cache.title),
        code(format!("{own}.primary_endpoint_address")),
    );
}

/// A document store: a table that is found by its key.
pub fn document_store<'a>(sheet: &mut Sheet<'a>, store: &'a ResolvedResource) {
    let facts = sheet.facts;
    let protect = facts.resolved.environment.protect || store.flag("deletion-protection");
    let name = facts.name(&store.id, 255);
    let (key, sort) = facts_of::keys(store);
    let capacity = facts_of::capacity(store);
    let own = sheet.resource(File::Data, store, "aws_dynamodb_table", "", |body| {
        body.set("name", name);
        body.set("billing_mode", capacity.map_or("PAY_PER_REQUEST", |_| "PROVISIONED"));
        body.set_some("read_capacity", capacity.map(|(reads, _)| reads));
        body.set_some("write_capacity", capacity.map(|(_, writes)| writes));
        body.set("hash_key", key).set_some("range_key", sort);
        body.set("deletion_protection_enabled", protect);
        body.set("tags", tags(store, store.title.as_str().into()));
        for field in [Some(key), sort].into_iter().flatten() {
            body.block("attribute", |inner| {
                inner.set("name", field).set("type", "S");
            });
        }
        body.block("point_in_time_recovery", |inner| {
            inner.set("enabled", store.flag("recovery"));
        });
        body.block("server_side_encryption", |inner| {
            inner.set("enabled", store.flag("encrypted"));
            inner.set_some("kms_key_arn", key_arn(facts, store));
        });
    });
    sheet.output(
        &format!("{}_table", store.id),
        format!("Name of the table of {}.", store.title),
        code(format!("{own}.name")),
    );
}

/// A queue: encrypted by SQS, failed messages to the drawn queue for dead letters.
pub fn queue<'a>(sheet: &mut Sheet<'a>, queue: &'a ResolvedResource) {
    let facts = sheet.facts;
    let fifo = facts_of::is_fifo(queue);
    let stem = facts.name(&queue.id, 75);
    let dead = queue
        .text("dead-letters")
        .and_then(|id| facts.resource(id))
        .filter(|other| other.kind == "queue");
    let own = sheet.resource(File::Data, queue, "aws_sqs_queue", "", |body| {
        body.set("name", format!("{stem}{}", if fifo { ".fifo" } else { "" }));
        if fifo {
            body.set("fifo_queue", true).set("content_based_deduplication", true);
        }
        match key_arn(facts, queue) {
            Some(key) => body.set("kms_master_key_id", key),
            None => body.set("sqs_managed_sse_enabled", queue.flag("encrypted")),
        };
        body.set("message_retention_seconds", facts_of::retention(queue));
        body.set_some("visibility_timeout_seconds", facts_of::visibility(queue));
        if let Some(dead) = dead {
            let arn = code(format!("{}.arn", address(dead, "aws_sqs_queue")));
            let policy = Expr::Object(vec![
                ("deadLetterTargetArn".to_owned(), arn),
                ("maxReceiveCount".to_owned(), 5_i64.into()),
            ]);
            body.set("redrive_policy", Expr::Call("jsonencode", vec![policy]));
        }
        body.set("tags", tags(queue, queue.title.as_str().into()));
    });
    super::messages::queue_policy(sheet, queue, &own);
    sheet.output(
        &format!("{}_url", queue.id),
        format!("Where messages for {} go.", queue.title),
        code(format!("{own}.url")),
    );
}
