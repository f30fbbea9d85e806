//! What watches and remembers: log stores, alerts, dashboards, threat detectors.

use super::{
    refs::{Keys, address, instance_address, key_arn, keyed, keys, tags},
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::{alert as facts_of, alert::Measure, is_managed, logs, threat};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};

/// A log store: a log group that others write to.
pub fn log_store<'a>(sheet: &mut Sheet<'a>, store: &'a ResolvedResource) {
    let facts = sheet.facts;
    let own = sheet.resource(File::Security, store, "aws_cloudwatch_log_group", "", |body| {
        body.set("name", logs::name(facts, store));
        body.set("retention_in_days", logs::retention_days(store));
        body.set_some("kms_key_id", key_arn(facts, store));
        body.set("tags", tags(store, store.title.as_str().into()));
    });
    sheet.output(
        &format!("{}_log_group", store.id),
        format!("Name of the log group of {}.", store.title),
        code(format!("{own}.name")),
    );
}

/// An alert: an alarm for each thing that it watches, and whom it tells.
pub fn alert<'a>(sheet: &mut Sheet<'a>, alert: &'a ResolvedResource) {
    let facts = sheet.facts;
    let mut actions = mail(sheet, alert);
    let mut functions = Vec::new();
    for (link, to) in facts_of::told(facts, alert) {
        let type_ = super::identity::main_type(&to.kind);
        actions.push(code(format!("{}.arn", address(to, type_))));
        if to.kind == "function" && is_managed(to) {
            functions.push((link, to));
        }
    }
    for (link, thing, measure) in facts_of::watched(facts, alert) {
        alarm(sheet, alert, link, thing, measure, &actions);
    }
    for (link, function) in functions {
        let account = super::secrets::account_number(sheet, alert);
        let own = address(function, "aws_lambda_function");
        sheet.named(File::Compute, function, "aws_lambda_permission", &link.id, |body| {
            body.set("statement_id", crate::name::logical(&link.id));
            body.set("action", "lambda:InvokeFunction");
            body.set("function_name", code(format!("{own}.function_name")));
            body.set("principal", "lambda.alarms.cloudwatch.amazonaws.com");
            body.set("source_account", code(account));
        });
    }
}

/// The topic for the addresses of an alert. It is not encrypted: AWS's own key lets no alarm in.
fn mail<'a>(sheet: &mut Sheet<'a>, alert: &'a ResolvedResource) -> Vec<Expr> {
    let addresses = crate::aws::texts(alert, "emails");
    if addresses.is_empty() {
        return Vec::new();
    }
    let name = sheet.facts.name(&alert.id, 80);
    let topic = sheet.resource(File::Security, alert, "aws_sns_topic", "", |body| {
        body.set("name", name).set("tags", tags(alert, alert.title.as_str().into()));
    });
    let mut each = String::new();
    for address in &addresses {
        each.push_str(if each.is_empty() { "" } else { ", " });
        super::writer::write_text(&mut each, address);
    }
    sheet.resource(File::Security, alert, "aws_sns_topic_subscription", "", |body| {
        body.set("for_each", code(format!("toset([{each}])")));
        body.set("topic_arn", code(format!("{topic}.arn"))).set("protocol", "email");
        body.set("endpoint", code("each.value"));
    });
    vec![code(format!("{topic}.arn"))]
}

fn alarm<'a>(
    sheet: &mut Sheet<'a>,
    alert: &'a ResolvedResource,
    link: &'a ResolvedLink,
    thing: &'a ResolvedResource,
    measure: Measure,
    actions: &[Expr],
) {
    let name = sheet.facts.name(&link.id, 200);
    let (type_, attribute) = named(thing);
    let own = address(thing, type_);
    let many = keys(thing) != Keys::One;
    sheet.named(File::Security, alert, "aws_cloudwatch_metric_alarm", &link.id, |body| {
        if many {
            body.set("for_each", code(&own));
            body.set("alarm_name", code(format!("\"{name}-${{each.key}}\"")));
        } else {
            body.set("alarm_name", name);
        }
        body.set("alarm_description", crate::name::one_line(&alert.title));
        body.set("namespace", measure.namespace).set("metric_name", measure.name);
        let whose = if many { "each.value".to_owned() } else { own };
        let whose = code(format!("{whose}.{attribute}"));
        body.set("dimensions", Expr::Object(vec![(measure.dimension.to_owned(), whose)]));
        body.set("statistic", measure.statistic).set("period", facts_of::window(alert));
        body.set("evaluation_periods", facts_of::in_a_row(alert));
        body.set("comparison_operator", facts_of::comparison(alert));
        body.set("threshold", Expr::Float(facts_of::threshold(alert) * measure.scale));
        // Nothing measured: a server that is gone is a failure, a queue without messages is none.
        let breaching = measure.name == "StatusCheckFailed";
        body.set("treat_missing_data", if breaching { "breaching" } else { "notBreaching" });
        body.set("alarm_actions", Expr::List(actions.to_vec()));
        body.set("ok_actions", Expr::List(actions.to_vec()));
        body.set("tags", tags(alert, alert.title.as_str().into()));
    });
}

/// The type of a thing that has measures, and by which of its attributes they are found.
fn named(thing: &ResolvedResource) -> (&'static str, &'static str) {
    match thing.kind.as_str() {
        "server" => ("aws_instance", "id"),
        "load-balancer" => ("aws_lb", "arn_suffix"),
        "nat-gateway" => ("aws_nat_gateway", "id"),
        "database" => ("aws_db_instance", "identifier"),
        "queue" => ("aws_sqs_queue", "name"),
        "stream" => ("aws_kinesis_stream", "name"),
        _ => ("aws_lambda_function", "function_name"),
    }
}

/// A dashboard: a chart for each thing in its place that has measures.
pub fn dashboard<'a>(sheet: &mut Sheet<'a>, dashboard: &'a ResolvedResource) {
    let facts = sheet.facts;
    let name = facts.name(&dashboard.id, 255);
    let region = super::secrets::region(sheet, dashboard);
    let shown = facts_of::shown(facts, dashboard);
    let widgets = (0_i64..).zip(&shown).map(|(place, (thing, measures))| {
        let (x, y) = (place % 2 * 12, place / 2 * 6);
        let member = |name: &str, value: Expr| (name.to_owned(), value);
        let properties = Expr::Object(vec![
            member("title", crate::name::one_line(&thing.title).as_str().into()),
            member("region", code(region.as_str())),
            member("metrics", Expr::List(series(thing, measures))),
        ]);
        Expr::Object(vec![
            member("type", "metric".into()),
            member("x", x.into()),
            member("y", y.into()),
            member("width", 12_i64.into()),
            member("height", 6_i64.into()),
            member("properties", properties),
        ])
    });
    let body = Expr::Object(vec![
        ("start".to_owned(), facts_of::span(dashboard).into()),
        ("widgets".to_owned(), Expr::List(widgets.collect())),
    ]);
    sheet.resource(File::Security, dashboard, "aws_cloudwatch_dashboard", "", |own| {
        own.set("dashboard_name", name);
        own.set("dashboard_body", Expr::Call("jsonencode", vec![body]));
    });
}

/// The lines of a chart: each measure of each instance.
fn series(thing: &ResolvedResource, measures: &[Measure]) -> Vec<Expr> {
    let (type_, attribute) = named(thing);
    let mut all = Vec::new();
    for measure in measures {
        let owners: Vec<String> = match keys(thing) {
            Keys::One => vec![address(thing, type_)],
            _ => keyed(thing).map(|(_, own)| instance_address(thing, own, type_)).collect(),
        };
        for own in owners {
            let statistic = ("stat".to_owned(), measure.statistic.into());
            all.push(Expr::List(vec![
                measure.namespace.into(),
                measure.name.into(),
                measure.dimension.into(),
                code(format!("{own}.{attribute}")),
                Expr::Object(vec![statistic]),
            ]));
        }
    }
    all
}

/// A threat detector, its plans, and the comparison with good practice.
pub fn threat_detector<'a>(sheet: &mut Sheet<'a>, detector: &'a ResolvedResource) {
    let own = sheet.resource(File::Security, detector, "aws_guardduty_detector", "", |body| {
        body.set("enable", true);
        body.set("finding_publishing_frequency", threat::frequency(detector));
        body.set("tags", tags(detector, detector.title.as_str().into()));
    });
    for (feature, on) in threat::features(detector) {
        let tail = format!("_{}", feature.to_lowercase());
        sheet.resource(File::Security, detector, "aws_guardduty_detector_feature", &tail, |body| {
            body.set("detector_id", code(format!("{own}.id"))).set("name", feature);
            body.set("status", if on { "ENABLED" } else { "DISABLED" });
        });
    }
    if detector.flag("posture") {
        sheet.resource(File::Security, detector, "aws_securityhub_account", "", |body| {
            body.set("control_finding_generator", "SECURITY_CONTROL");
            body.set("auto_enable_controls", true).set("enable_default_standards", true);
        });
    }
}
