//! Load balancers write down who called, into a bucket that lets them and nobody else.

use crate::support::{ACCESS_LOGS, all, export};

#[test]
fn a_load_balancer_writes_its_log_into_the_bucket_that_it_is_linked_to() {
    let files = export(ACCESS_LOGS, "production", "terraform");
    assert_eq!(files.diagnostics, []);
    let text = all(&files);
    for wanted in [
        "access_logs {\n    bucket  = aws_s3_bucket.calls.id\n    prefix  = \"entry\"\n    enabled = true",
        "depends_on = [aws_s3_bucket_policy.calls]",
        "\"logdelivery.elasticloadbalancing.amazonaws.com\"",
        "\"delivery.logs.amazonaws.com\"",
        "/entry/AWSLogs/${data.aws_caller_identity.current.account_id}/*\"",
        "/wire/AWSLogs/${data.aws_caller_identity.current.account_id}/*\"",
    ] {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
    let files = export(ACCESS_LOGS, "production", "cloudformation");
    assert_eq!(files.diagnostics, []);
    let text = all(&files);
    for wanted in [
        "- Key: access_logs.s3.bucket\n          Value: !Ref Calls",
        "Service: logdelivery.elasticloadbalancing.amazonaws.com",
        "${Calls.Arn}/wire/AWSLogs/${AWS::AccountId}/*",
        "DependsOn: CallsPolicy",
    ] {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
}

#[test]
fn where_aws_writes_no_log_is_said() {
    let said = |old: &str, new: &str, wanted: &str| {
        assert!(ACCESS_LOGS.contains(old), "no {old}");
        let files = export(&ACCESS_LOGS.replacen(old, new, 1), "production", "terraform");
        let all: Vec<_> = files.diagnostics.into_iter().map(|d| d.message).collect();
        assert!(all.iter().any(|message| message.contains(wanted)), "no {wanted} in {all:?}");
    };
    let entry = "from = \"entry\"\nto = \"calls\"";
    said(entry, "from = \"entry\"\nto = \"other\"", "to “other”: it has a key of its own");
    said("protocol = \"tls\"", "protocol = \"tcp\"", "nothing will be in “calls”");
    let twice = "[link.wire-calls]\nfrom = \"entry\"\nto = \"other\"\n[link.more]";
    said("[link.wire-calls]", twice, "“entry” to “other”");
}
