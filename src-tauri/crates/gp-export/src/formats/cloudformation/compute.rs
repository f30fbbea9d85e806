//! Servers, functions, volumes, buckets.

use super::{
    identity,
    secrets::key_arn,
    template::{
        Parameter, Template, arn, group_id, group_list, instance_id, number, segment_id,
        segment_refs,
    },
    writer::{Node, Properties, map},
};
use crate::{
    aws::{access_log, cdn, grant, image, is_managed, logs, server as facts_of, six, size},
    name::logical,
};
use gp_catalog::resolved::{Instance, ResolvedResource};
use gp_model::LinkKind;

/// A server: an instance each, `IMDSv2` and encrypted root by a launch template.
pub fn server<'a>(template: &mut Template<'a>, server: &'a ResolvedResource) {
    let image = ami(template, server);
    let profile = identity::instance_profile(template, server);
    let launch = template.add(
        server,
        "AWS::EC2::LaunchTemplate",
        &format!("{}-launch-template", server.id),
        |p| {
            // Instances have no property for the metadata service; a launch template has.
            p.set("LaunchTemplateData", map([("MetadataOptions", metadata())]));
        },
    );
    let type_ = template.type_or_parameter(server, facts_of::instance_type(server));
    for instance in server.instances.iter() {
        let title = format!("{} {}", server.title, number(server, instance));
        let tags = template.tags(server, &title);
        let facts = template.facts;
        let protect = facts.resolved.environment.protect;
        template.add(server, "AWS::EC2::Instance", &instance_id(server, instance), |p| {
            p.set("ImageId", image.clone()).set("InstanceType", type_.clone());
            p.set(
                "LaunchTemplate",
                map([
                    ("LaunchTemplateId", Node::Ref(launch.clone())),
                    ("Version", Node::Att(launch.clone(), "LatestVersionNumber".to_owned())),
                ]),
            );
            place(p, facts, server, instance);
            p.set_some("IamInstanceProfile", profile.clone().map(Node::Ref));
            p.set("DisableApiTermination", protect);
            p.set_some("UserData", script(server));
            p.set("BlockDeviceMappings", Node::List(vec![root_disk(server)]));
            p.set("Tags", tags);
        });
    }
}

/// The metadata service, `IMDSv2` only.
pub(super) fn metadata() -> Node {
    map([("HttpEndpoint", "enabled".into()), ("HttpTokens", "required".into())])
}

/// What it runs when it starts for the first time.
pub(super) fn script(server: &ResolvedResource) -> Option<Node> {
    let data = server.text("user-data").filter(|text| !text.is_empty())?;
    Some(Node::Map(vec![("Fn::Base64".to_owned(), Node::text_or_secret(data))]))
}

/// Address, subnet and group: on the network interface where a public address is wanted.
fn place(
    p: &mut Properties,
    facts: &crate::aws::Facts<'_>,
    server: &ResolvedResource,
    instance: &Instance,
) {
    let Some(segment) = facts.segment_of(instance) else {
        return;
    };
    let subnet = Node::Ref(segment_id(segment));
    let ip = instance.ip.map(|ip| ip.to_string());
    // Which address it is AWS chooses: nothing counts addresses here.
    let one = six::is_dual(facts, server).then_some(1_i64);
    if !server.flag("public-address") {
        p.set("SubnetId", subnet).set_some("PrivateIpAddress", ip);
        p.set_some("Ipv6AddressCount", one);
        p.set_some("SecurityGroupIds", group_list(facts, server));
        return;
    }
    let mut interface = Properties::default();
    interface.set("DeviceIndex", "0").set("AssociatePublicIpAddress", true).set("SubnetId", subnet);
    interface.set_some("PrivateIpAddress", ip).set_some("Ipv6AddressCount", one);
    if facts.group(&server.id).is_some() {
        interface.set("GroupSet", Node::List(vec![group_id(server)]));
    }
    p.set("NetworkInterfaces", Node::List(vec![Node::Map(interface.0)]));
}

pub(super) fn root_disk(server: &ResolvedResource) -> Node {
    let device = image::image(server.text("image").unwrap_or("debian-12"))
        .map_or("/dev/xvda", |image| image.root_device);
    let mut disk = Properties::default();
    disk.set("Encrypted", true).set("VolumeType", "gp3");
    disk.set_some("VolumeSize", facts_of::disk(server, "root-disk"));
    map([("DeviceName", device.into()), ("Ebs", Node::Map(disk.0))])
}

/// The image by a parameter that holds its id. Never the public parameter with the newest image,
/// which CloudFormation would read anew with every update: another id replaces the server, and the
/// new one is made before the old one is gone, so that it cannot get its fixed address. (A network
/// interface of its own would not help: it cannot be at two servers either.) As with Terraform,
/// which ignores newer images, a new image is a decision and not a side effect.
pub(super) fn ami<'a>(template: &mut Template<'a>, server: &'a ResolvedResource) -> Node {
    let word = server.text("image").unwrap_or("debian-12");
    let arm = facts_of::is_arm(server);
    let (name, description) = match image::image(word) {
        Some(image) => (
            format!("image-{}{}", word.replace('.', "-"), if arm { "-arm64" } else { "" }),
            format!(
                "Id of the machine image of {word}. The newest: aws ssm get-parameter --name {} --query Parameter.Value. Keep it in later updates: another image makes servers anew, and each has to be terminated before, for two cannot have its address.",
                image.parameter_for(arm)
            ),
        ),
        None => (
            format!("{}-image", server.id),
            format!("Id of the machine image for {} ({word}).", server.title),
        ),
    };
    template.parameter(&name, Parameter::new("AWS::EC2::Image::Id", description))
}

/// A function: its package comes from a bucket named by parameters.
pub fn function<'a>(template: &mut Template<'a>, function: &'a ResolvedResource) {
    let tags = template.tags(function, &function.title);
    let (group, logs) = if let Some(store) = logs::of(template.facts, function) {
        (Node::Ref(logical(&store.id)), arn(store))
    } else {
        let name = format!("{}-logs", function.id);
        let logs = template.add(function, "AWS::Logs::LogGroup", &name, |p| {
            p.set("RetentionInDays", 90_i64).set("Tags", tags.clone());
        });
        if let Some(entry) = template.last() {
            entry.keep = Some("Delete");
        }
        (Node::Ref(logs.clone()), Node::Att(logs, "Arn".to_owned()))
    };
    let role = identity::function_role(template, function, logs);
    let mut text = |part: &str, what: &str| {
        let description = format!("{what} with the code of {}.", function.title);
        template
            .parameter(&format!("{}-{part}", function.id), Parameter::new("String", description))
    };
    let (bucket, key) = (text("code-bucket", "Bucket"), text("code-key", "Key of the zip file"));
    let facts = template.facts;
    let segments = facts.segments_under(function);
    let variables = super::told::variables(template, function);
    let id = template.add(function, "AWS::Lambda::Function", &function.id, |p| {
        p.set("Description", function.title.as_str())
            .set("Role", Node::Att(role, "Arn".to_owned()));
        p.set("Runtime", function.text("runtime").unwrap_or("python3.13"));
        p.set("Handler", function.text("handler").unwrap_or("main.handler"));
        p.set("Architectures", vec![if facts_of::is_arm(function) { "arm64" } else { "x86_64" }]);
        p.set("Code", map([("S3Bucket", bucket), ("S3Key", key)]));
        p.set(
            "MemorySize",
            function.text("memory").and_then(size::mebibytes).unwrap_or(256).clamp(128, 10_240),
        );
        p.set(
            "Timeout",
            function.text("timeout").and_then(size::seconds).unwrap_or(30).clamp(1, 900),
        );
        p.set("LoggingConfig", map([("LogGroup", group)]));
        if !variables.is_empty() {
            p.set("Environment", map([("Variables", Node::Map(variables))]));
        }
        if !segments.is_empty() {
            let groups = group_list(facts, function).unwrap_or(Node::List(Vec::new()));
            p.set(
                "VpcConfig",
                map([("SubnetIds", segment_refs(&segments)), ("SecurityGroupIds", groups)]),
            );
        }
        p.set("Tags", tags);
    });
    super::guest::into_function(template, function, &id);
    for link in facts.links_to(&function.id).iter().filter(|link| link.kind == LinkKind::Trigger) {
        let pulled = |other: &&ResolvedResource| grant::pulled(&other.kind).is_some();
        if let Some(source) = facts.resource(&link.from).filter(pulled) {
            let batch = facts_of::batch(link);
            template.add(
                function,
                "AWS::Lambda::EventSourceMapping",
                &format!("{}-trigger", link.id),
                |p| {
                    p.set("EventSourceArn", Node::Att(logical(&link.from), "Arn".to_owned()));
                    p.set("FunctionName", Node::Ref(id.clone())).set("BatchSize", batch);
                    p.set_some("StartingPosition", facts_of::starting_position(source));
                },
            );
        }
    }
}

/// A volume and what it hangs on: one for each instance of its server.
pub fn volume<'a>(template: &mut Template<'a>, volume: &'a ResolvedResource) {
    let facts = template.facts;
    match facts.server_of(&volume.id).filter(|(server, _)| is_managed(server)) {
        Some((server, device)) => {
            for instance in server.instances.iter() {
                let of = instance_id(server, instance);
                let tail = format!("-{}", number(server, instance));
                let zone = Node::Att(of.clone(), "AvailabilityZone".to_owned());
                let id = one_volume(template, volume, &tail, zone);
                template.add(
                    volume,
                    "AWS::EC2::VolumeAttachment",
                    &format!("{}{tail}-attachment", volume.id),
                    |p| {
                        p.set(
                            "Device",
                            format!("/dev/sd{}", char::from(b'f' + (device % 11) as u8)),
                        );
                        p.set("VolumeId", Node::Ref(id)).set("InstanceId", Node::Ref(of));
                    },
                );
            }
        }
        None => {
            for instance in volume.instances.iter() {
                let letter = instance.zone.as_deref().unwrap_or("a");
                let index = i64::from(letter.as_bytes()[0].saturating_sub(b'a'));
                let zones = map([("Fn::GetAZs", "".into())]);
                let zone = Node::Map(vec![(
                    "Fn::Select".to_owned(),
                    Node::List(vec![Node::Number(index), zones]),
                )]);
                let tail = format!("-{}", number(volume, instance));
                one_volume(template, volume, &tail, zone);
            }
        }
    }
}

fn one_volume<'a>(
    template: &mut Template<'a>,
    volume: &'a ResolvedResource,
    tail: &str,
    zone: Node,
) -> String {
    let tags = template.tags(volume, &format!("{}{}", volume.title, tail.replace('-', " ")));
    let protect = template.facts.resolved.environment.protect;
    let key = key_arn(template, volume);
    let id = template.add(volume, "AWS::EC2::Volume", &format!("{}{tail}", volume.id), |p| {
        p.set("AvailabilityZone", zone).set("Size", facts_of::disk(volume, "size").unwrap_or(20));
        let type_ = facts_of::volume_type(volume.text("class"));
        p.set("VolumeType", type_);
        p.set_some(
            "Iops",
            volume
                .integer("iops")
                .or_else(|| (type_ == "io2").then_some(3000))
                .filter(|_| type_ != "st1"),
        );
        p.set("Encrypted", volume.flag("encrypted")).set_some("KmsKeyId", key);
        p.set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if protect { "Snapshot" } else { "Delete" });
    }
    id
}

/// A bucket with versioning, encryption, no public access and TLS only.
pub fn bucket<'a>(template: &mut Template<'a>, bucket: &'a ResolvedResource) {
    let facts = template.facts;
    let public = bucket.flag("public");
    let tags = template.tags(bucket, &bucket.title);
    let key = key_arn(template, bucket);
    let id = template.add(bucket, "AWS::S3::Bucket", &bucket.id, |p| {
        p.set_some("BucketName", facts.global_name(&bucket.id, 63));
        let status = if size::keeps_versions(bucket) { "Enabled" } else { "Suspended" };
        p.set("VersioningConfiguration", map([("Status", status.into())]));
        if let Some(days) = size::lock_days(bucket) {
            let kept = map([("Mode", size::LOCK_MODE.into()), ("Days", days.into())]);
            let rule = map([("DefaultRetention", kept)]);
            let lock = map([("ObjectLockEnabled", "Enabled".into()), ("Rule", rule)]);
            p.set("ObjectLockEnabled", true).set("ObjectLockConfiguration", lock);
        }
        if bucket.flag("encrypted") {
            let rule = Node::List(vec![encryption(key)]);
            p.set("BucketEncryption", map([("ServerSideEncryptionConfiguration", rule)]));
        }
        p.set(
            "PublicAccessBlockConfiguration",
            map([
                ("BlockPublicAcls", true.into()),
                ("BlockPublicPolicy", (!public).into()),
                ("IgnorePublicAcls", true.into()),
                ("RestrictPublicBuckets", (!public).into()),
            ]),
        );
        p.set_some("LifecycleConfiguration", lifecycle(bucket));
        p.set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if facts.resolved.environment.protect { "Retain" } else { "Delete" });
    }
    policy(template, bucket, &id, public);
    template.output(
        &format!("{}-bucket", bucket.id),
        format!("Name of the bucket {}.", bucket.title),
        Node::Ref(id),
    );
}

fn encryption(key: Option<Node>) -> Node {
    let mut by_default = Properties::default();
    by_default.set("SSEAlgorithm", key.as_ref().map_or("AES256", |_| "aws:kms"));
    let mut rule = Properties::default();
    // One call to the key for many objects, in place of one for each.
    rule.set_some("BucketKeyEnabled", key.is_some().then_some(true));
    by_default.set_some("KMSMasterKeyID", key);
    rule.set("ServerSideEncryptionByDefault", Node::Map(by_default.0));
    Node::Map(rule.0)
}

fn lifecycle(bucket: &ResolvedResource) -> Option<Node> {
    let (archive, expire) = (size::archive_days(bucket), size::expiry_days(bucket));
    if archive.is_none() && expire.is_none() {
        return None;
    }
    let mut rule = Properties::default();
    rule.set("Id", "age").set("Status", "Enabled").set_some("ExpirationInDays", expire);
    // Where versions are kept, what expires only becomes an older one.
    if expire.is_some() && size::keeps_versions(bucket) {
        let older = map([("NoncurrentDays", size::KEPT_VERSIONS.into())]);
        rule.set("NoncurrentVersionExpiration", older);
    }
    if let Some(days) = archive {
        let step = map([("StorageClass", "GLACIER".into()), ("TransitionInDays", days.into())]);
        rule.set("Transitions", Node::List(vec![step]));
    }
    Some(map([("Rules", Node::List(vec![Node::Map(rule.0)]))]))
}

fn policy<'a>(template: &mut Template<'a>, bucket: &'a ResolvedResource, id: &str, public: bool) {
    let contents = Node::Sub(format!("${{{id}.Arn}}/*"));
    let mut statements = vec![map([
        ("Sid", "TlsOnly".into()),
        ("Effect", "Deny".into()),
        ("Principal", "*".into()),
        ("Action", "s3:*".into()),
        (
            "Resource",
            Node::List(vec![Node::Att(id.to_owned(), "Arn".to_owned()), contents.clone()]),
        ),
        ("Condition", map([("Bool", map([("aws:SecureTransport", "false".into())]))])),
    ])];
    if public {
        statements.push(map([
            ("Sid", "PublicRead".into()),
            ("Effect", "Allow".into()),
            ("Principal", "*".into()),
            ("Action", "s3:GetObject".into()),
            ("Resource", contents.clone()),
        ]));
    }
    // Lets distributions of CloudFront that hand its files out read them, and no others.
    for reader in cdn::readers(template.facts, bucket) {
        let id = logical(&reader.id);
        let arn = format!(
            "arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{id}}}"
        );
        let condition = map([("AWS:SourceArn", Node::Sub(arn))]);
        statements.push(map([
            ("Sid", format!("Read{id}").into()),
            ("Effect", "Allow".into()),
            ("Principal", map([("Service", "cloudfront.amazonaws.com".into())])),
            ("Action", "s3:GetObject".into()),
            ("Resource", contents.clone()),
            ("Condition", map([("StringEquals", condition)])),
        ]));
    }
    for balancer in access_log::writers(template.facts, bucket) {
        statements.push(log_write(balancer, id));
    }
    statements.extend(super::guest::statements(template.facts, bucket));
    template.add(bucket, "AWS::S3::BucketPolicy", &format!("{}-policy", bucket.id), |p| {
        p.set("Bucket", Node::Ref(id.to_owned()));
        p.set(
            "PolicyDocument",
            map([("Version", "2012-10-17".into()), ("Statement", Node::List(statements))]),
        );
    });
}

/// Lets load balancers of this account and region write their logs, and nobody else's.
fn log_write(balancer: &ResolvedResource, bucket: &str) -> Node {
    let service = access_log::service(balancer);
    let network = service.starts_with("delivery");
    let prefix = access_log::prefix(balancer);
    let place = Node::Sub(format!("${{{bucket}.Arn}}/{prefix}/AWSLogs/${{AWS::AccountId}}/*"));
    // The service for network load balancers asks first whether it may.
    let asks = network.then_some("s3:GetBucketAcl");
    let here = network.then(|| Node::Att(bucket.to_owned(), "Arn".to_owned()));
    let (kind, whose) =
        if network { ("logs", "*") } else { ("elasticloadbalancing", "loadbalancer/*") };
    let place_of = "${AWS::Region}:${AWS::AccountId}";
    let arn = Node::Sub(format!("arn:${{AWS::Partition}}:{kind}:{place_of}:{whose}"));
    map([
        ("Sid", format!("Log{}", logical(&balancer.id)).into()),
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", service.into())])),
        ("Action", asks.into_iter().chain(["s3:PutObject"]).collect::<Vec<_>>().into()),
        ("Resource", Node::List(here.into_iter().chain([place]).collect())),
        ("Condition", map([("ArnLike", map([("aws:SourceArn", arn)]))])),
    ])
}
