//! Volumes, file shares and buckets.

use super::{
    refs::{address, key_arn, keyed, keyed_name, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{
    access_log, cdn, is_managed, server as facts_of, size, workspace as workspace_of,
};
use gp_catalog::resolved::ResolvedResource;

/// A volume and what it hangs on: one for each instance of its server.
pub fn volume<'a>(sheet: &mut Sheet<'a>, volume: &'a ResolvedResource) {
    let facts = sheet.facts;
    let server = facts.server_of(&volume.id).filter(|(server, _)| is_managed(server));
    let zones = sheet.zones(volume);
    sheet.resource(File::Storage, volume, "aws_ebs_volume", "", |body| {
        if let Some((server, _)) = server {
            body.set("for_each", code(address(server, "aws_instance")));
            body.set("availability_zone", code("each.value.availability_zone"));
        } else {
            lone_volume(body, volume, &zones);
        }
        volume_facts(body, volume);
        body.set_some("kms_key_id", key_arn(facts, volume));
        body.set("tags", tags(volume, keyed_name(&volume.title)));
    });
    if let Some((server, number)) = server {
        attachment(sheet, volume, server, number);
    }
}

fn lone_volume(body: &mut Body, volume: &ResolvedResource, zones: &str) {
    let each =
        keyed(volume).filter_map(|(key, i)| Some((key?, i.zone.as_deref().unwrap_or("a").into())));
    body.set("for_each", Expr::Object(each.collect()));
    body.set("availability_zone", code(format!("{zones}[each.value]")));
}

fn volume_facts(body: &mut Body, volume: &ResolvedResource) {
    body.set("size", facts_of::disk(volume, "size").unwrap_or(20));
    let type_ = facts_of::volume_type(volume.text("class"));
    body.set("type", type_);
    let iops = volume.integer("iops").or_else(|| (type_ == "io2").then_some(3000));
    body.set_some("iops", iops.filter(|_| type_ != "st1"));
    body.set("encrypted", volume.flag("encrypted"));
}

fn attachment<'a>(
    sheet: &mut Sheet<'a>,
    volume: &'a ResolvedResource,
    server: &ResolvedResource,
    number: usize,
) {
    let device = format!("/dev/sd{}", char::from(b'f' + (number % 11) as u8));
    let own = address(volume, "aws_ebs_volume");
    let instance = address(server, "aws_instance");
    sheet.resource(File::Storage, volume, "aws_volume_attachment", "", |body| {
        body.set("for_each", code(own)).set("device_name", device);
        body.set("volume_id", code("each.value.id"));
        body.set("instance_id", code(format!("{instance}[each.key].id")));
    });
}

/// A file share: EFS, with a mount point in every zone of its tier.
pub fn file_share<'a>(sheet: &mut Sheet<'a>, share: &'a ResolvedResource) {
    let facts = sheet.facts;
    let protect = facts.resolved.environment.protect || share.flag("deletion-protection");
    let name = facts.name(&share.id, 64);
    let own = sheet.resource(File::Storage, share, "aws_efs_file_system", "", |body| {
        body.set("creation_token", name).set("encrypted", share.flag("encrypted"));
        body.set_some("kms_key_id", key_arn(facts, share));
        body.set("throughput_mode", share.text("throughput").unwrap_or("elastic"));
        body.set("tags", tags(share, share.title.as_str().into()));
        if let Some(days) = size::idle_days(share) {
            body.block("lifecycle_policy", |inner| {
                inner.set("transition_to_ia", size::idle_word(days));
            });
            // What somebody opens again comes back.
            body.block("lifecycle_policy", |inner| {
                inner.set("transition_to_primary_storage_class", "AFTER_1_ACCESS");
            });
        }
        if protect {
            // EFS itself has no protection from deletion.
            body.block("lifecycle", |inner| {
                inner.set("prevent_destroy", true);
            });
        }
    });
    if let Some(tier) =
        facts.within(share, "subnet").filter(|tier| !facts.segments(&tier.id).is_empty())
    {
        sheet.resource(File::Storage, share, "aws_efs_mount_target", "", |body| {
            body.set("for_each", code(address(tier, "aws_subnet")));
            body.set("file_system_id", code(format!("{own}.id")))
                .set("subnet_id", code("each.value.id"));
            body.set_some("security_groups", group_list(facts, share));
        });
    }
    sheet.resource(File::Storage, share, "aws_efs_backup_policy", "", |body| {
        body.set("file_system_id", code(format!("{own}.id")));
        body.block("backup_policy", |inner| {
            inner.set("status", if share.flag("backup") { "ENABLED" } else { "DISABLED" });
        });
    });
    sheet.output(
        &format!("{}_dns_name", share.id),
        format!("Name to mount {} by.", share.title),
        code(format!("{own}.dns_name")),
    );
}

/// A bucket with versioning, encryption, no public access and TLS only.
pub fn bucket<'a>(sheet: &mut Sheet<'a>, bucket: &'a ResolvedResource) {
    let facts = sheet.facts;
    let own = address(bucket, "aws_s3_bucket");
    let id = code(format!("{own}.id"));
    let public = bucket.flag("public");
    sheet.resource(File::Storage, bucket, "aws_s3_bucket", "", |body| {
        if let Some(name) = facts.global_name(&bucket.id, 63) {
            body.set("bucket", name);
        } else {
            body.set("bucket_prefix", format!("{}-", facts.name(&bucket.id, 36)));
        }
        body.set("force_destroy", !facts.resolved.environment.protect);
        body.set_some("object_lock_enabled", size::lock_days(bucket).map(|_| true));
        body.set("tags", tags(bucket, bucket.title.as_str().into()));
    });
    let versions = sheet.resource(File::Storage, bucket, "aws_s3_bucket_versioning", "", |body| {
        body.set("bucket", id.clone());
        body.block("versioning_configuration", |inner| {
            inner.set("status", if size::keeps_versions(bucket) { "Enabled" } else { "Suspended" });
        });
    });
    lock(sheet, bucket, &versions);
    if bucket.flag("encrypted") {
        sheet.resource(
            File::Storage,
            bucket,
            "aws_s3_bucket_server_side_encryption_configuration",
            "",
            |body| {
                body.set("bucket", id.clone());
                body.block("rule", |rule| {
                    let key = key_arn(facts, bucket);
                    // One call to the key for many objects, in place of one for each.
                    rule.set_some("bucket_key_enabled", key.is_some().then_some(true));
                    rule.block("apply_server_side_encryption_by_default", |inner| {
                        inner.set("sse_algorithm", key.as_ref().map_or("AES256", |_| "aws:kms"));
                        inner.set_some("kms_master_key_id", key);
                    });
                });
            },
        );
    }
    let access =
        sheet.resource(File::Storage, bucket, "aws_s3_bucket_public_access_block", "", |body| {
            body.set("bucket", id.clone());
            body.set("block_public_acls", true).set("block_public_policy", !public);
            body.set("ignore_public_acls", true).set("restrict_public_buckets", !public);
        });
    policy(sheet, bucket, &own, public, &access);
    expiry(sheet, bucket, &id);
    sheet.output(
        &format!("{}_bucket", bucket.id),
        format!("Name of the bucket {}.", bucket.title),
        code(format!("{own}.bucket")),
    );
}

/// How long nobody changes what is in a bucket.
fn lock<'a>(sheet: &mut Sheet<'a>, bucket: &'a ResolvedResource, versions: &str) {
    let Some(days) = size::lock_days(bucket) else { return };
    sheet.resource(File::Storage, bucket, "aws_s3_bucket_object_lock_configuration", "", |body| {
        // There is no lock without versions.
        body.set("bucket", code(format!("{versions}.bucket")));
        body.block("rule", |rule| {
            rule.block("default_retention", |inner| {
                inner.set("mode", size::LOCK_MODE).set("days", days);
            });
        });
    });
}

fn policy<'a>(
    sheet: &mut Sheet<'a>,
    bucket: &'a ResolvedResource,
    own: &str,
    public: bool,
    access: &str,
) {
    let contents = code(format!("\"${{{own}.arn}}/*\""));
    let readers = cdn::readers(sheet.facts, bucket);
    let guests = super::identity::guests(sheet.facts, bucket);
    let writers = log_writers(sheet, bucket, own);
    let keeper = workspace_of::keeps_in(sheet.facts, bucket)
        .then(|| super::workspace::lets_in(sheet, bucket, own));
    let document = sheet.data(
        File::Storage,
        bucket,
        "aws_iam_policy_document",
        &format!("{}_bucket", bucket.id),
        |body| {
            body.set_some("source_policy_documents", keeper.map(|own| Expr::List(vec![own])));
            body.block("statement", |inner| tls_only(inner, own));
            if public {
                body.block("statement", |inner| {
                    inner.set("sid", "PublicRead").set("actions", vec!["s3:GetObject"]);
                    inner.set("resources", Expr::List(vec![contents.clone()]));
                    anybody(inner);
                });
            }
            for reader in &readers {
                body.block("statement", |inner| edge_read(inner, reader, &contents));
            }
            for writer in &writers {
                body.block("statement", |inner| log_write(inner, writer, own));
            }
            for guest in &guests {
                body.block("statement", |inner| super::identity::let_guest(inner, guest));
            }
        },
    );
    sheet.resource(File::Storage, bucket, "aws_s3_bucket_policy", "", |body| {
        body.set("bucket", code(format!("{own}.id")))
            .set("policy", code(format!("{document}.json")));
        body.set("depends_on", Expr::List(vec![code(access)]));
    });
}

fn anybody(body: &mut Body) {
    body.block("principals", |inner| {
        inner.set("type", "*").set("identifiers", vec!["*"]);
    });
}

/// Refuses whoever speaks to a bucket without TLS.
pub fn tls_only(body: &mut Body, bucket: &str) {
    body.set("sid", "TlsOnly").set("effect", "Deny").set("actions", vec!["s3:*"]);
    let contents = code(format!("\"${{{bucket}.arn}}/*\""));
    body.set("resources", Expr::List(vec![code(format!("{bucket}.arn")), contents]));
    anybody(body);
    body.block("condition", |condition| {
        condition
            .set("test", "Bool")
            .set("variable", "aws:SecureTransport")
            .set("values", vec!["false"]);
    });
}

/// A load balancer that writes its log into a bucket.
struct Writer {
    sid: String,
    service: &'static str,
    /// Where it writes.
    place: String,
    /// Whose it is.
    account: String,
    region: String,
}

fn log_writers<'a>(sheet: &mut Sheet<'a>, bucket: &'a ResolvedResource, own: &str) -> Vec<Writer> {
    let balancers = access_log::writers(sheet.facts, bucket);
    let writer = |balancer: &'a ResolvedResource, sheet: &mut Sheet<'a>| {
        let account = super::secrets::account_number(sheet, bucket);
        let prefix = access_log::prefix(balancer);
        Writer {
            sid: format!("Log{}", crate::name::logical(&balancer.id)),
            service: access_log::service(balancer),
            place: format!("\"${{{own}.arn}}/{prefix}/AWSLogs/${{{account}}}/*\""),
            region: super::secrets::region(sheet, bucket),
            account,
        }
    };
    balancers.into_iter().map(|balancer| writer(balancer, sheet)).collect()
}

/// Lets load balancers of this account and region write their logs, and nobody else's.
fn log_write(body: &mut Body, writer: &Writer, own: &str) {
    let network = writer.service.starts_with("delivery");
    let (region, account) = (&writer.region, &writer.account);
    body.set("sid", writer.sid.as_str());
    // The service for network load balancers asks first whether it may.
    let asks = network.then_some("s3:GetBucketAcl");
    body.set("actions", asks.into_iter().chain(["s3:PutObject"]).collect::<Vec<_>>());
    let places = network.then(|| format!("{own}.arn")).into_iter().chain([writer.place.clone()]);
    body.set("resources", Expr::List(places.map(code).collect()));
    body.block("principals", |inner| {
        inner.set("type", "Service").set("identifiers", vec![writer.service]);
    });
    body.block("condition", |inner| {
        inner.set("test", "ArnLike").set("variable", "aws:SourceArn");
        let kind = if network { "logs" } else { "elasticloadbalancing" };
        let whose = if network { "*" } else { "loadbalancer/*" };
        let arn = format!("\"arn:aws:{kind}:${{{region}}}:${{{account}}}:{whose}\"");
        inner.set("values", Expr::List(vec![code(arn)]));
    });
}

/// Lets one distribution of `CloudFront` read, and no other.
fn edge_read(body: &mut Body, cdn: &ResolvedResource, contents: &Expr) {
    body.set("sid", format!("Read{}", crate::name::logical(&cdn.id)));
    body.set("actions", vec!["s3:GetObject"]);
    body.set("resources", Expr::List(vec![contents.clone()]));
    body.block("principals", |inner| {
        inner.set("type", "Service").set("identifiers", vec!["cloudfront.amazonaws.com"]);
    });
    body.block("condition", |condition| {
        let arn = format!("{}.arn", address(cdn, "aws_cloudfront_distribution"));
        condition.set("test", "StringEquals").set("variable", "AWS:SourceArn");
        condition.set("values", Expr::List(vec![code(arn)]));
    });
}

fn expiry<'a>(sheet: &mut Sheet<'a>, bucket: &'a ResolvedResource, id: &Expr) {
    let (archive, expire) = (size::archive_days(bucket), size::expiry_days(bucket));
    if archive.is_none() && expire.is_none() {
        return;
    }
    sheet.resource(File::Storage, bucket, "aws_s3_bucket_lifecycle_configuration", "", |body| {
        body.set("bucket", id.clone());
        body.block("rule", |rule| {
            rule.set("id", "age").set("status", "Enabled");
            rule.block("filter", |_| {});
            if let Some(days) = archive {
                rule.block("transition", |inner| {
                    inner.set("days", days).set("storage_class", "GLACIER");
                });
            }
            if let Some(days) = expire {
                rule.block("expiration", |inner| {
                    inner.set("days", days);
                });
                // Where versions are kept, what expires only becomes an older one.
                if size::keeps_versions(bucket) {
                    rule.block("noncurrent_version_expiration", |inner| {
                        inner.set("noncurrent_days", size::KEPT_VERSIONS);
                    });
                }
            }
        });
    });
}
