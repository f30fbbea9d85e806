//! Content delivery networks: `CloudFront`, with buckets that nobody else reads as origins.

use super::{
    template::{Template, arn},
    writer::{Node, Properties, map},
};
use crate::{
    aws::{
        cdn::{self as facts_of, Origin, SERVICE_SECONDS, Source},
        certificate,
    },
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;

/// A content delivery network.
pub fn cdn<'a>(template: &mut Template<'a>, cdn: &'a ResolvedResource) {
    let facts = template.facts;
    let origins = facts_of::origins(facts, cdn);
    let Some((first, others)) = origins.split_first() else { return };
    let control = origins.iter().any(Origin::is_bucket).then(|| access_control(template, cdn));
    let files = origins.iter().any(Origin::is_bucket).then(|| cache_policy(template, cdn, false));
    let services =
        origins.iter().any(|one| !one.is_bucket()).then(|| cache_policy(template, cdn, true));
    let policy = |origin: &Origin<'_>| {
        let own = if origin.is_bucket() { &files } else { &services };
        own.clone().map(Node::Ref)
    };
    let mut config = Properties::default();
    config.set("Enabled", true).set("Comment", crate::name::ec2_description(&cdn.title));
    config.set("IPV6Enabled", true).set("HttpVersion", "http2and3");
    config.set("PriceClass", facts_of::price_class(cdn));
    let page = cdn.text("root-page").filter(|page| !page.is_empty() && first.is_bucket());
    config.set_some("DefaultRootObject", page);
    let all = origins.iter().map(|one| origin(one, control.as_deref()));
    config.set("Origins", Node::List(all.collect()));
    config.set("DefaultCacheBehavior", Node::Map(behavior(first, policy(first)).0));
    if !others.is_empty() {
        let rows = others.iter().map(|one| {
            let mut row = behavior(one, policy(one));
            row.set_some("PathPattern", one.path);
            Node::Map(row.0)
        });
        config.set("CacheBehaviors", Node::List(rows.collect()));
    }
    guarded(template, cdn, &mut config);
    let tags = template.tags(cdn, &cdn.title);
    let own = template.add(cdn, "AWS::CloudFront::Distribution", &cdn.id, |p| {
        p.set("DistributionConfig", Node::Map(config.0)).set("Tags", tags);
    });
    template.output(
        &format!("{}-domain-name", cdn.id),
        format!("Where {} answers.", cdn.title),
        Node::Att(own, "DomainName".to_owned()),
    );
}

/// The web firewall before it, and the certificate that it shows with the names that this is for.
fn guarded(template: &mut Template<'_>, cdn: &ResolvedResource, config: &mut Properties) {
    let facts = template.facts;
    config.set_some("WebACLId", facts_of::guard(facts, cdn).map(arn));
    let Some(seal) = facts_of::seal(facts, cdn) else {
        config.set("ViewerCertificate", map([("CloudFrontDefaultCertificate", true.into())]));
        return;
    };
    config.set("Aliases", certificate::names(seal));
    let shown = map([
        ("AcmCertificateArn", arn(seal)),
        ("MinimumProtocolVersion", facts_of::TLS.into()),
        ("SslSupportMethod", "sni-only".into()),
    ]);
    config.set("ViewerCertificate", shown);
}

/// Signs what is asked of buckets, so that they need answer nobody else.
fn access_control<'a>(template: &mut Template<'a>, cdn: &'a ResolvedResource) -> String {
    let name = template.facts.name(&cdn.id, 64);
    let id = format!("{}-access-control", cdn.id);
    template.add(cdn, "AWS::CloudFront::OriginAccessControl", &id, |p| {
        let config = map([
            ("Name", name.into()),
            ("OriginAccessControlOriginType", "s3".into()),
            ("SigningBehavior", "always".into()),
            ("SigningProtocol", "sigv4".into()),
        ]);
        p.set("OriginAccessControlConfig", config);
    })
}

/// How long copies are kept: of files as drawn, of what services answer as they say.
fn cache_policy<'a>(
    template: &mut Template<'a>,
    cdn: &'a ResolvedResource,
    services: bool,
) -> String {
    let part = if services { "services" } else { "files" };
    let id = format!("{}-{part}", cdn.id);
    let name = template.facts.name(&id, 128);
    let kept = if services { 0 } else { facts_of::cache_seconds(cdn) };
    // Nothing is kept: then nothing may be in its key.
    let keyed = services || kept > 0;
    let headers = if services {
        map([
            ("HeaderBehavior", "whitelist".into()),
            ("Headers", vec!["Authorization", "Origin"].into()),
        ])
    } else {
        map([("HeaderBehavior", "none".into())])
    };
    let queries = if services { "all" } else { "none" };
    template.add(cdn, "AWS::CloudFront::CachePolicy", &id, |p| {
        let parameters = map([
            ("EnableAcceptEncodingBrotli", keyed.into()),
            ("EnableAcceptEncodingGzip", keyed.into()),
            ("CookiesConfig", map([("CookieBehavior", "none".into())])),
            ("HeadersConfig", headers),
            ("QueryStringsConfig", map([("QueryStringBehavior", queries.into())])),
        ]);
        let config = map([
            ("Name", name.into()),
            ("MinTTL", 0_i64.into()),
            ("DefaultTTL", kept.into()),
            ("MaxTTL", if services { SERVICE_SECONDS } else { kept }.into()),
            ("ParametersInCacheKeyAndForwardedToOrigin", parameters),
        ]);
        p.set("CachePolicyConfig", config);
    })
}

fn origin(origin: &Origin<'_>, control: Option<&str>) -> Node {
    let mut own = Properties::default();
    own.set("Id", origin.link.id.as_str());
    let mut port = 443;
    match origin.source {
        Source::Bucket(bucket) => {
            own.set("DomainName", Node::Att(logical(&bucket.id), "RegionalDomainName".to_owned()));
            let control = control.map(|id| Node::Att(id.to_owned(), "Id".to_owned()));
            own.set_some("OriginAccessControlId", control);
            // The old way to sign is left empty, and has to be there.
            own.set("S3OriginConfig", map([("OriginAccessIdentity", "".into())]));
            return Node::Map(own.0);
        }
        Source::Balancer(balancer, listener) => {
            own.set("DomainName", Node::Att(logical(&balancer.id), "DNSName".to_owned()));
            port = listener.ports.low;
        }
        Source::Gateway(gateway) => {
            let api = logical(&gateway.id);
            let domain = format!("${{{api}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}");
            own.set("DomainName", Node::Sub(domain));
        }
    }
    let protocol = facts_of::protocol(origin);
    let (http, https) = if protocol == "http-only" { (port, 443) } else { (80, port) };
    let config = map([
        ("HTTPPort", http.into()),
        ("HTTPSPort", https.into()),
        ("OriginProtocolPolicy", protocol.into()),
        ("OriginSSLProtocols", vec!["TLSv1.2"].into()),
    ]);
    own.set("CustomOriginConfig", config);
    Node::Map(own.0)
}

fn behavior(origin: &Origin<'_>, policy: Option<Node>) -> Properties {
    let mut own = Properties::default();
    own.set("TargetOriginId", origin.link.id.as_str());
    own.set("ViewerProtocolPolicy", "redirect-to-https");
    own.set("AllowedMethods", facts_of::methods(origin));
    own.set("CachedMethods", vec!["GET", "HEAD"]).set("Compress", true);
    own.set_some("CachePolicyId", policy);
    own.set_some("OriginRequestPolicyId", facts_of::request_policy(origin).map(|(_, id)| id));
    own
}
