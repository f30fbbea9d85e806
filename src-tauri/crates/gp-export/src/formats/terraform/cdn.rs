//! Content delivery networks: `CloudFront`, with buckets that nobody else reads as origins.

use super::{
    refs::{address, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{
    cdn::{self as facts_of, Origin, SERVICE_SECONDS, Source},
    certificate,
};
use gp_catalog::resolved::ResolvedResource;

/// A content delivery network.
pub fn cdn<'a>(sheet: &mut Sheet<'a>, cdn: &'a ResolvedResource) {
    let facts = sheet.facts;
    let origins = facts_of::origins(facts, cdn);
    let Some((first, others)) = origins.split_first() else { return };
    let control = origins.iter().any(Origin::is_bucket).then(|| access_control(sheet, cdn));
    let files = origins.iter().any(Origin::is_bucket).then(|| cache_policy(sheet, cdn, false));
    let services =
        origins.iter().any(|one| !one.is_bucket()).then(|| cache_policy(sheet, cdn, true));
    let requests: Vec<Option<String>> =
        origins.iter().map(|origin| request_policy(sheet, cdn, origin)).collect();
    let policies = |place: usize, origin: &Origin<'_>| {
        let own = if origin.is_bucket() { &files } else { &services };
        [own.as_ref(), requests[place].as_ref()].map(|own| own.map(|own| code(format!("{own}.id"))))
    };
    let guard = facts_of::guard(facts, cdn)
        .map(|guard| code(format!("{}.arn", address(guard, "aws_wafv2_web_acl"))));
    let seal = facts_of::seal(facts, cdn);
    let names = seal.map(certificate::names).unwrap_or_default();
    let shown = seal.map(|seal| super::certificate::arn(sheet, seal));
    let own = sheet.resource(File::Network, cdn, "aws_cloudfront_distribution", "", |body| {
        body.set("enabled", true).set("comment", crate::name::ec2_description(&cdn.title));
        body.set("is_ipv6_enabled", true).set("http_version", "http2and3");
        body.set("price_class", facts_of::price_class(cdn));
        body.set_some("aliases", (!names.is_empty()).then_some(names));
        body.set_some("web_acl_id", guard);
        let page = cdn.text("root-page").filter(|page| !page.is_empty() && first.is_bucket());
        body.set_some("default_root_object", page);
        body.set("tags", tags(cdn, cdn.title.as_str().into()));
        for origin in &origins {
            self::origin(body, origin, control.as_deref());
        }
        body.block("default_cache_behavior", |inner| behavior(inner, first, policies(0, first)));
        for (place, origin) in others.iter().enumerate() {
            body.block("ordered_cache_behavior", |inner| {
                inner.set_some("path_pattern", origin.path);
                behavior(inner, origin, policies(place + 1, origin));
            });
        }
        body.block("restrictions", |inner| {
            inner.block("geo_restriction", |geo| {
                geo.set("restriction_type", "none");
            });
        });
        body.block("viewer_certificate", |inner| match shown {
            None => {
                inner.set("cloudfront_default_certificate", true);
            }
            Some(arn) => {
                inner.set("acm_certificate_arn", code(arn)).set("ssl_support_method", "sni-only");
                inner.set("minimum_protocol_version", facts_of::TLS);
            }
        });
    });
    sheet.output(
        &format!("{}_domain_name", cdn.id),
        format!("Where {} answers.", cdn.title),
        code(format!("{own}.domain_name")),
    );
}

/// Signs what is asked of buckets, so that they need answer nobody else.
fn access_control<'a>(sheet: &mut Sheet<'a>, cdn: &'a ResolvedResource) -> String {
    let name = sheet.facts.name(&cdn.id, 64);
    let type_ = "aws_cloudfront_origin_access_control";
    sheet.resource(File::Network, cdn, type_, "", |body| {
        body.set("name", name).set("origin_access_control_origin_type", "s3");
        body.set("signing_behavior", "always").set("signing_protocol", "sigv4");
    })
}

/// How long copies are kept: of files as drawn, of what services answer as they say.
fn cache_policy<'a>(sheet: &mut Sheet<'a>, cdn: &'a ResolvedResource, services: bool) -> String {
    let part = if services { "services" } else { "files" };
    let name = sheet.facts.name(&format!("{}-{part}", cdn.id), 128);
    let kept = if services { 0 } else { facts_of::cache_seconds(cdn) };
    let type_ = "aws_cloudfront_cache_policy";
    sheet.resource(File::Network, cdn, type_, &format!("_{part}"), |body| {
        body.set("name", name).set("min_ttl", 0_i64).set("default_ttl", kept);
        body.set("max_ttl", if services { SERVICE_SECONDS } else { kept });
        body.block("parameters_in_cache_key_and_forwarded_to_origin", |inner| {
            // Nothing is kept: then nothing may be in its key.
            let keyed = services || kept > 0;
            inner.set("enable_accept_encoding_brotli", keyed);
            inner.set("enable_accept_encoding_gzip", keyed);
            inner.block("cookies_config", |own| {
                own.set("cookie_behavior", "none");
            });
            inner.block("headers_config", |own| {
                if services {
                    own.set("header_behavior", "whitelist");
                    own.block("headers", |headers| {
                        headers.set("items", vec!["Authorization", "Origin"]);
                    });
                } else {
                    own.set("header_behavior", "none");
                }
            });
            inner.block("query_strings_config", |own| {
                own.set("query_string_behavior", if services { "all" } else { "none" });
            });
        });
    })
}

fn origin(body: &mut Body, origin: &Origin<'_>, control: Option<&str>) {
    body.block("origin", |inner| {
        inner.set("origin_id", origin.link.id.as_str());
        let domain = match origin.source {
            Source::Bucket(bucket) => {
                code(format!("{}.bucket_regional_domain_name", address(bucket, "aws_s3_bucket")))
            }
            Source::Balancer(balancer, _) => {
                code(format!("{}.dns_name", address(balancer, "aws_lb")))
            }
            Source::Gateway(gateway) => {
                let api = address(gateway, "aws_apigatewayv2_api");
                code(format!("replace({api}.api_endpoint, \"https://\", \"\")"))
            }
        };
        inner.set("domain_name", domain);
        if origin.is_bucket() {
            let control = control.map(|control| code(format!("{control}.id")));
            inner.set_some("origin_access_control_id", control);
            return;
        }
        let port = match origin.source {
            Source::Balancer(_, listener) => listener.ports.low,
            _ => 443,
        };
        inner.block("custom_origin_config", |own| {
            let protocol = facts_of::protocol(origin);
            let (http, https) = if protocol == "http-only" { (port, 443) } else { (80, port) };
            own.set("http_port", http).set("https_port", https);
            own.set("origin_protocol_policy", protocol);
            own.set("origin_ssl_protocols", vec!["TLSv1.2"]);
        });
    });
}

/// What an origin sees of a call, by AWS's own policy.
fn request_policy<'a>(
    sheet: &mut Sheet<'a>,
    cdn: &'a ResolvedResource,
    origin: &Origin<'_>,
) -> Option<String> {
    let (name, _) = facts_of::request_policy(origin)?;
    let label = name.trim_start_matches("Managed-");
    let type_ = "aws_cloudfront_origin_request_policy";
    Some(sheet.shared(File::Network, cdn, type_, label, |body| {
        body.set("name", name);
    }))
}

fn behavior(body: &mut Body, origin: &Origin<'_>, [cache, request]: [Option<Expr>; 2]) {
    body.set("target_origin_id", origin.link.id.as_str());
    body.set("viewer_protocol_policy", "redirect-to-https");
    body.set("allowed_methods", facts_of::methods(origin));
    body.set("cached_methods", vec!["GET", "HEAD"]).set("compress", true);
    body.set_some("cache_policy_id", cache).set_some("origin_request_policy_id", request);
}
