//! Certificates, and the records that prove whose names they are for.

use super::{
    refs::{address, tags},
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::{certificate as facts_of, is_managed};
use gp_catalog::resolved::ResolvedResource;

/// A certificate; issued by itself where drawn zones hold all of its names.
pub fn certificate<'a>(sheet: &mut Sheet<'a>, certificate: &'a ResolvedResource) {
    let proof = facts_of::proof(sheet.facts, certificate);
    let mut names = facts_of::names(certificate).into_iter();
    let main = names.next().unwrap_or_default();
    let more: Vec<String> = names.collect();
    let own = sheet.resource(File::Network, certificate, "aws_acm_certificate", "", |body| {
        body.set("domain_name", main);
        body.set_some("subject_alternative_names", (!more.is_empty()).then_some(more));
        body.set("validation_method", "DNS");
        body.set("tags", tags(certificate, certificate.title.as_str().into()));
        body.block("lifecycle", |inner| {
            // Listeners change over to the new one before the old one goes.
            inner.set("create_before_destroy", true);
        });
    });
    let one = proof.zones.len() == 1 && proof.open.is_empty();
    let mut records = Vec::new();
    for (zone, names) in proof.zones.values() {
        let only = (!one).then_some(names.as_slice());
        records.push(record(sheet, certificate, &own, zone, only));
    }
    if proof.open.is_empty() {
        validation(sheet, certificate, &own, &records);
    } else {
        sheet.output(
            &format!("{}_proof", certificate.id),
            format!("Records that prove the names of {}, to be made by hand.", certificate.title),
            code(format!("{own}.domain_validation_options")),
        );
    }
}

/// The records in one zone, for all names or for some of them.
fn record<'a>(
    sheet: &mut Sheet<'a>,
    certificate: &'a ResolvedResource,
    own: &str,
    zone: &ResolvedResource,
    only: Option<&[String]>,
) -> String {
    let options = format!("{own}.domain_validation_options");
    let all = format!("for option in {options} : option.domain_name => option");
    let each = match only {
        None => format!("{{ {all} }}"),
        Some(names) => {
            let mut list = String::new();
            for name in names {
                list.push_str(if list.is_empty() { "" } else { ", " });
                super::writer::write_text(&mut list, name);
            }
            format!("{{ {all} if contains([{list}], option.domain_name) }}")
        }
    };
    let tail = if only.is_none() {
        "_proof".to_owned()
    } else {
        format!("_proof_{}", crate::name::label(&zone.id))
    };
    sheet.resource(File::Network, certificate, "aws_route53_record", &tail, |body| {
        body.set("for_each", code(each));
        body.set("zone_id", code(format!("{}.zone_id", address(zone, "aws_route53_zone"))));
        body.set("name", code("each.value.resource_record_name"));
        body.set("type", code("each.value.resource_record_type")).set("ttl", 60_i64);
        body.set("records", Expr::List(vec![code("each.value.resource_record_value")]));
        // A name and its wildcard are proven by the same record.
        body.set("allow_overwrite", true);
    })
}

fn validation<'a>(
    sheet: &mut Sheet<'a>,
    certificate: &'a ResolvedResource,
    own: &str,
    records: &[String],
) {
    let names: Vec<String> =
        records.iter().map(|record| format!("values({record})[*].fqdn")).collect();
    let names = match names.as_slice() {
        [one] => one.clone(),
        many => format!("concat({})", many.join(", ")),
    };
    sheet.resource(File::Network, certificate, "aws_acm_certificate_validation", "", |body| {
        body.set("certificate_arn", code(format!("{own}.arn")));
        body.set("validation_record_fqdns", code(names));
    });
}

/// The ARN of a certificate, once it is issued.
pub fn arn(sheet: &Sheet<'_>, certificate: &ResolvedResource) -> String {
    let proven = facts_of::proof(sheet.facts, certificate).open.is_empty();
    if is_managed(certificate) && proven {
        return format!(
            "{}.certificate_arn",
            address(certificate, "aws_acm_certificate_validation")
        );
    }
    format!("{}.arn", address(certificate, "aws_acm_certificate"))
}
