//! Databases, caches, document stores, queues, name zones.

use super::{
    secrets::key_arn,
    template::{Template, arn, group_list, instance_id, segment_refs},
    writer::{Node, Properties, map},
};
use crate::{
    aws::{
        answer::{Answer, answer},
        failover::{self, Check, Half, To},
        is_managed, replica, server as facts_of, six, tier_segments, unsupported, zone_networks,
    },
    name::logical,
};
use gp_catalog::resolved::{Record, ResolvedResource};

/// A database: RDS, encrypted, its password made and kept by RDS itself where it makes no copies of it.
pub fn database<'a>(template: &mut Template<'a>, database: &'a ResolvedResource) {
    let facts = template.facts;
    let protect = facts.resolved.environment.protect || database.flag("deletion-protection");
    let tags = template.tags(database, &database.title);
    let subnets = segment_refs(&tier_segments(facts, database));
    let group = template.add(
        database,
        "AWS::RDS::DBSubnetGroup",
        &format!("{}-subnet-group", database.id),
        |p| {
            p.set("DBSubnetGroupDescription", crate::name::ec2_description(&database.title));
            p.set("SubnetIds", subnets).set("Tags", tags.clone());
        },
    );
    let (engine, port) = facts_of::engine(database);
    let written = facts_of::has_own_password(database);
    let source = replica::source(facts, database);
    let shared = source.is_none() && !written && replica::password(facts, database).is_some();
    let password = shared.then(|| master_password(template, database, &tags));
    let own_password = written || shared;
    let class = template.type_or_parameter(database, facts_of::database_class(database));
    let far = source.filter(|source| replica::is_far(facts, database, source));
    let key = match source {
        Some(_) => copy_key(template, database).filter(|_| far.is_some()),
        None => key_arn(template, database),
    };
    let id = template.add(database, "AWS::RDS::DBInstance", &database.id, |p| {
        p.set_some("SourceDBInstanceIdentifier", source.map(instance_arn));
        p.set_some("SourceRegion", far.map(|far| facts.home(far).region));
        // What a copy has of its source is not said of it.
        let own = source.is_none();
        p.set_some("Engine", own.then_some(engine));
        p.set_some("EngineVersion", facts_of::version(database).filter(|_| own));
        p.set("DBInstanceClass", class.clone());
        let storage = facts_of::disk(database, "storage").unwrap_or(20).max(20);
        p.set_some("AllocatedStorage", own.then(|| storage.to_string()));
        p.set("StorageType", "gp3");
        p.set_some("StorageEncrypted", own.then(|| database.flag("encrypted")));
        p.set_some("KmsKeyId", key).set("MultiAZ", database.flag("standby"));
        let licence = own && engine.starts_with("sqlserver");
        p.set_some("LicenseModel", licence.then_some("license-included"));
        p.set("Port", database.integer("port").unwrap_or(i64::from(port)).to_string());
        p.set_some("MasterUsername", own.then_some("groundplan"));
        p.set_some("ManageMasterUserPassword", (own && !own_password).then_some(true));
        p.set_some("MasterUserPassword", password);
        p.set("DBSubnetGroupName", Node::Ref(group));
        p.set_some("VPCSecurityGroups", group_list(facts, database));
        p.set("PubliclyAccessible", false).set("CopyTagsToSnapshot", true);
        p.set("BackupRetentionPeriod", facts_of::backup_days(database));
        p.set("AutoMinorVersionUpgrade", true);
        p.set("EnableCloudwatchLogsExports", facts_of::engine_logs(engine));
        p.set("DeletionProtection", protect).set("Tags", tags.clone());
    });
    if let Some(entry) = template.last() {
        // RDS takes no last snapshot of a replica: its source has everything.
        let kept = if source.is_some() { "Retain" } else { "Snapshot" };
        entry.keep = Some(if protect { kept } else { "Delete" });
    }
    replicas(template, database, &id, &tags, &class);
    let text = format!("Where {} answers.", database.title);
    template.output(
        &format!("{}-endpoint", database.id),
        text,
        Node::Att(id.clone(), "Endpoint.Address".to_owned()),
    );
    if source.is_some() || own_password {
        return;
    }
    let text = format!("Secret with the master password of {}.", database.title);
    template.output(
        &format!("{}-secret-arn", database.id),
        text,
        Node::Att(id, "MasterUserSecret.SecretArn".to_owned()),
    );
}

/// The key of a copy in another region than its source, which has to be one of that region.
fn copy_key<'a>(template: &Template<'a>, copy: &'a ResolvedResource) -> Option<Node> {
    let own = copy.flag("encrypted").then(|| key_arn(template, copy));
    own.map(|key| key.unwrap_or_else(|| "alias/aws/rds".into()))
}

/// A password that `CloudFormation` makes up and keeps, for a database whose own RDS does not keep.
fn master_password<'a>(
    template: &mut Template<'a>,
    database: &'a ResolvedResource,
    tags: &Node,
) -> Node {
    let name = format!("{}-master-password", database.id);
    let id = template.add(database, "AWS::SecretsManager::Secret", &name, |p| {
        let about = format!("Master password of {}", database.title);
        p.set("Description", crate::name::one_line(&about));
        let made = [
            ("SecretStringTemplate", "{\"username\": \"groundplan\"}".into()),
            ("GenerateStringKey", "password".into()),
            ("PasswordLength", 32_i64.into()),
            ("ExcludePunctuation", true.into()),
        ];
        p.set("GenerateSecretString", map(made)).set("Tags", tags.clone());
    });
    let protect = template.facts.resolved.environment.protect;
    if let Some(entry) = template.last() {
        entry.keep = Some(if protect { "Retain" } else { "Delete" });
    }
    Node::Sub(format!("{{{{resolve:secretsmanager:${{{id}}}:SecretString:password}}}}"))
}

/// The ARN of a database.
pub fn instance_arn(database: &ResolvedResource) -> Node {
    if is_managed(database) {
        return Node::Att(logical(&database.id), "DBInstanceArn".to_owned());
    }
    arn(database)
}

fn replicas<'a>(
    template: &mut Template<'a>,
    database: &'a ResolvedResource,
    id: &str,
    tags: &Node,
    class: &Node,
) {
    let facts = template.facts;
    for number in 1..=facts_of::replicas(database) {
        template.add(
            database,
            "AWS::RDS::DBInstance",
            &format!("{}-replica-{number}", database.id),
            |p| {
                p.set("SourceDBInstanceIdentifier", Node::Ref(id.to_owned()));
                p.set("DBInstanceClass", class.clone());
                p.set_some("VPCSecurityGroups", group_list(facts, database));
                p.set("PubliclyAccessible", false).set("Tags", tags.clone());
            },
        );
        if let Some(entry) = template.last() {
            entry.keep = Some("Delete");
            // What the raw attributes say of the main one is not said of its copies.
            let replica = [
                "SourceDBInstanceIdentifier",
                "DBInstanceClass",
                "VPCSecurityGroups",
                "PubliclyAccessible",
                "Tags",
            ];
            entry.properties.0.retain(|(name, _)| replica.contains(&name.as_str()));
        }
    }
}

/// A cache: one node to write to, and copies of it where a standby or replicas are drawn.
pub fn cache<'a>(template: &mut Template<'a>, cache: &'a ResolvedResource) {
    let facts = template.facts;
    let tags = template.tags(cache, &cache.title);
    let subnets = segment_refs(&tier_segments(facts, cache));
    let description = crate::name::ec2_description(&cache.title);
    let name = format!("{}-subnet-group", cache.id);
    let group = template.add(cache, "AWS::ElastiCache::SubnetGroup", &name, |p| {
        p.set("Description", description.as_str());
        p.set("SubnetIds", subnets).set("Tags", tags.clone());
    });
    let node_type = template.type_or_parameter(cache, facts_of::node_type(cache));
    let key = key_arn(template, cache);
    let id = template.add(cache, "AWS::ElastiCache::ReplicationGroup", &cache.id, |p| {
        p.set("ReplicationGroupDescription", description);
        p.set("Engine", cache.text("engine").unwrap_or("redis"));
        p.set_some("EngineVersion", facts_of::version(cache));
        p.set("CacheNodeType", node_type).set("Port", 6379_i64);
        p.set("NumCacheClusters", facts_of::nodes(cache));
        p.set("AutomaticFailoverEnabled", cache.flag("standby"));
        p.set("MultiAZEnabled", cache.flag("standby"));
        p.set("CacheSubnetGroupName", Node::Ref(group));
        p.set_some("SecurityGroupIds", group_list(facts, cache));
        p.set("AtRestEncryptionEnabled", cache.flag("encrypted")).set_some("KmsKeyId", key);
        p.set("TransitEncryptionEnabled", cache.flag("tls"));
        p.set("SnapshotRetentionLimit", facts_of::backup_days(cache));
        p.set("AutoMinorVersionUpgrade", true).set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if facts.resolved.environment.protect { "Snapshot" } else { "Delete" });
    }
    template.output(
        &format!("{}-endpoint", cache.id),
        format!("Where {} answers.", cache.title),
        Node::Att(id, "PrimaryEndPoint.Address".to_owned()),
    );
}

/// A document store: a table that is found by its key.
pub fn document_store<'a>(template: &mut Template<'a>, store: &'a ResolvedResource) {
    let protect = template.facts.resolved.environment.protect || store.flag("deletion-protection");
    let tags = template.tags(store, &store.title);
    let key = key_arn(template, store);
    let (field, sort) = facts_of::keys(store);
    let fields = || [(Some(field), "HASH"), (sort, "RANGE")];
    let fields = || fields().into_iter().filter_map(|(field, role)| Some((field?, role)));
    let id = template.add(store, "AWS::DynamoDB::Table", &store.id, |p| {
        let types = fields().map(|(field, _)| {
            map([("AttributeName", field.into()), ("AttributeType", "S".into())])
        });
        p.set("AttributeDefinitions", Node::List(types.collect()));
        let keys = fields()
            .map(|(field, role)| map([("AttributeName", field.into()), ("KeyType", role.into())]));
        p.set("KeySchema", Node::List(keys.collect()));
        if let Some((reads, writes)) = facts_of::capacity(store) {
            let units =
                [("ReadCapacityUnits", reads.into()), ("WriteCapacityUnits", writes.into())];
            p.set("BillingMode", "PROVISIONED").set("ProvisionedThroughput", map(units));
        } else {
            p.set("BillingMode", "PAY_PER_REQUEST");
        }
        p.set("DeletionProtectionEnabled", protect);
        let recovery = store.flag("recovery").into();
        p.set("PointInTimeRecoverySpecification", map([("PointInTimeRecoveryEnabled", recovery)]));
        let mut encryption = Properties::default();
        encryption.set("SSEEnabled", store.flag("encrypted"));
        encryption.set_some("SSEType", key.as_ref().map(|_| "KMS")).set_some("KMSMasterKeyId", key);
        p.set("SSESpecification", Node::Map(encryption.0));
        p.set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if protect { "Retain" } else { "Delete" });
    }
    let text = format!("Name of the table of {}.", store.title);
    template.output(&format!("{}-table", store.id), text, Node::Ref(id));
}

/// A queue: encrypted by SQS, failed messages to the drawn queue for dead letters.
pub fn queue<'a>(template: &mut Template<'a>, queue: &'a ResolvedResource) {
    let tags = template.tags(queue, &queue.title);
    let facts = template.facts;
    let key = key_arn(template, queue);
    let dead = queue
        .text("dead-letters")
        .filter(|id| facts.resource(id).is_some_and(|other| other.kind == "queue"));
    let id = template.add(queue, "AWS::SQS::Queue", &queue.id, |p| {
        if facts_of::is_fifo(queue) {
            p.set("FifoQueue", true).set("ContentBasedDeduplication", true);
        }
        match key {
            Some(key) => p.set("KmsMasterKeyId", key),
            None => p.set("SqsManagedSseEnabled", queue.flag("encrypted")),
        };
        p.set("MessageRetentionPeriod", facts_of::retention(queue));
        p.set_some("VisibilityTimeout", facts_of::visibility(queue));
        if let Some(dead) = dead {
            let target = Node::Att(logical(dead), "Arn".to_owned());
            p.set(
                "RedrivePolicy",
                map([("deadLetterTargetArn", target), ("maxReceiveCount", 5_i64.into())]),
            );
        }
        p.set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some("Delete");
    }
    super::messages::queue_policy(template, queue);
    template.output(
        &format!("{}-url", queue.id),
        format!("Where messages for {} go.", queue.title),
        Node::Ref(id),
    );
}

/// A hosted zone and its records.
pub fn dns_zone<'a>(template: &mut Template<'a>, zone: &'a ResolvedResource) {
    let facts = template.facts;
    let tags = template.tags(zone, &zone.title);
    let id = template.add(zone, "AWS::Route53::HostedZone", &zone.id, |p| {
        p.set("Name", zone.text("domain").unwrap_or("example.com").trim_end_matches('.'));
        p.set("HostedZoneConfig", map([("Comment", zone.title.as_str().into())]));
        if facts_of::is_private_zone(zone) {
            let vpcs = zone_networks(facts, zone).into_iter().map(|network| {
                map([
                    ("VPCId", Node::Ref(logical(&network.id))),
                    ("VPCRegion", Node::Ref("AWS::Region".to_owned())),
                ])
            });
            p.set("VPCs", Node::List(vpcs.collect()));
        }
        p.set("HostedZoneTags", tags);
    });
    for record in facts.resolved.records.iter().filter(|record| record.zone == zone.id) {
        self::record(template, zone, &id, record);
    }
}

fn record<'a>(
    template: &mut Template<'a>,
    zone: &'a ResolvedResource,
    id: &str,
    record: &'a Record,
) {
    let facts = template.facts;
    let found = answer(facts, zone, record).and_then(|own| ours(zone, own)).and_then(|answer| {
        let half = failover::half(facts, zone, record, &answer)?;
        Ok((answer, half))
    });
    let (answer, half) = match found {
        Ok(found) => found,
        Err(why) => {
            return template.diagnostics.push(unsupported(&zone.id, Some("records"), why));
        }
    };
    let mut name = format!(
        "{}-{}-{}",
        zone.id,
        record.name.replace('*', "any").replace('.', "-"),
        record.type_
    );
    let check = half.as_ref().and_then(|half| half.check.as_ref());
    let check = check.map(|check| self::check(template, zone, &name, record, check));
    if let Some(Half { word, .. }) = &half {
        name = format!("{name}-{word}");
    }
    let seconds = failover::TTL.to_string();
    let usual = if half.is_some() { seconds.as_str() } else { "300" };
    let named = |p: &mut Properties| {
        p.set("HostedZoneId", Node::Ref(id.to_owned())).set("Name", record.name.as_str());
        if let Some(Half { word, .. }) = &half {
            let check =
                check.as_ref().map(|own| Node::Att(own.clone(), "HealthCheckId".to_owned()));
            p.set("SetIdentifier", *word).set("Failover", word.to_uppercase());
            p.set_some("HealthCheckId", check);
        }
    };
    if let Answer::Balancer(balancer) = &answer
        && six::is_dual(template.facts, balancer)
    {
        template.add(zone, "AWS::Route53::RecordSet", &format!("{name}-ipv6"), |p| {
            named(p);
            alias(p, balancer, "AAAA");
        });
    }
    template.add(zone, "AWS::Route53::RecordSet", &name, |p| {
        named(p);
        let (type_, ttl, records) = match answer {
            Answer::Balancer(balancer) => return alias(p, balancer, "A"),
            Answer::Database(database) => {
                let own = Node::Att(logical(&database.id), "Endpoint.Address".to_owned());
                ("CNAME", "60", Node::List(vec![own]))
            }
            Answer::Public(server) => ("A", usual, of_all(server, "PublicIp")),
            Answer::Private(server) => ("A", usual, of_all(server, "PrivateIp")),
            Answer::Written(values) => (record.type_.as_str(), usual, values.into()),
        };
        p.set("Type", type_).set("TTL", ttl).set("ResourceRecords", records);
    });
}

/// What Route 53 asks about the first of two answers. Gives its logical id.
fn check<'a>(
    template: &mut Template<'a>,
    zone: &'a ResolvedResource,
    name: &str,
    record: &Record,
    check: &Check<'a>,
) -> String {
    let mut config = Properties::default();
    config.set("Type", "TCP");
    match &check.to {
        To::Balancer(balancer) => {
            let own = Node::Att(logical(&balancer.id), "DNSName".to_owned());
            config.set("FullyQualifiedDomainName", own);
        }
        To::Server(server) => {
            let own = server.instances.first().map(|own| instance_id(server, own));
            config.set_some("IPAddress", own.map(|own| Node::Att(own, "PublicIp".to_owned())));
        }
        To::Address(address) => drop(config.set("IPAddress", address.as_str())),
    }
    config.set("Port", check.port).set("RequestInterval", failover::INTERVAL);
    config.set("FailureThreshold", failover::ENOUGH);
    let tags = template.tags(zone, &record.name);
    let name = format!("{name}-health-check");
    template.add(zone, "AWS::Route53::HealthCheck", &name, |p| {
        p.set("HealthCheckConfig", Node::Map(config.0)).set("HealthCheckTags", tags);
    })
}

/// What exists already is a parameter with an id here, and an id has no address.
fn ours<'a>(zone: &ResolvedResource, answer: Answer<'a>) -> Result<Answer<'a>, String> {
    match answer {
        Answer::Balancer(target)
        | Answer::Database(target)
        | Answer::Public(target)
        | Answer::Private(target)
            if !is_managed(target) =>
        {
            Err(format!(
                "CloudFormation cannot look up where the existing “{}” answers: its names are left out of “{}”; export it as Terraform",
                target.title, zone.title
            ))
        }
        own => Ok(own),
    }
}

fn alias(p: &mut Properties, balancer: &ResolvedResource, type_: &str) {
    let own = logical(&balancer.id);
    let target = map([
        ("DNSName", Node::Att(own.clone(), "DNSName".to_owned())),
        ("HostedZoneId", Node::Att(own, "CanonicalHostedZoneID".to_owned())),
        ("EvaluateTargetHealth", true.into()),
    ]);
    p.set("Type", type_).set("AliasTarget", target);
}

/// One attribute of every instance of a server.
fn of_all(server: &ResolvedResource, attribute: &str) -> Node {
    let one = |instance| Node::Att(instance_id(server, instance), attribute.to_owned());
    Node::List(server.instances.iter().map(one).collect())
}
