//! Listeners of load balancers, where AWS has less than a drawing can say.

use crate::support::{EVERY_KIND, all, check_says, check_writes, export};

const WIRE: &str = "listeners = [{ protocol = \"tcp\", port = 9000 }]";

/// Every kind, with other listeners at the network load balancer.
fn wire(listeners: &str) -> String {
    assert!(EVERY_KIND.contains(WIRE));
    EVERY_KIND.replace(WIRE, listeners)
}

#[test]
fn a_pass_through_listener_with_a_certificate_ends_tls() {
    let design = wire(
        "listeners = [{ protocol = \"https\", port = 9000, certificate = \"wire.example.com\" }]",
    );
    check_writes(
        &design,
        "port              = 9000\n  protocol          = \"TLS\"\n  ssl_policy        = \"ELBSecurityPolicy-TLS13-1-2-2021-06\"\n  certificate_arn   = data.aws_acm_certificate.wire_example_com.arn",
        "Port: 9000\n      Protocol: TLS\n      SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06\n      Certificates:",
    );
}

#[test]
fn stickiness_where_tls_ends_is_refused() {
    let design = wire(
        "stickiness = \"1 hour\"\nlisteners = [{ protocol = \"tls\", port = 9000, certificate = \"wire.example.com\" }]",
    );
    check_says(&design, "terraform", "take stickiness out of “wire”, or its certificate");
}

#[test]
fn without_a_certificate_tls_passes_through() {
    let design = wire("listeners = [{ protocol = \"https\", port = 9000 }]");
    check_writes(
        &design,
        "port              = 9000\n  protocol          = \"TCP\"\n",
        "Port: 9000\n      Protocol: TCP\n",
    );
}

#[test]
fn what_a_network_load_balancer_does_not_have_is_said_and_left_out() {
    let design = wire(
        "listeners = [{ protocol = \"tcp\", port = 9000 }, { protocol = \"http\", port = 80, redirect = 9000 }, { protocol = \"tcp\", port = 9001 }]",
    );
    for format in ["terraform", "cloudformation"] {
        check_says(&design, format, "leaves port 80 of “wire” out: on AWS only a proxy");
        let text = all(&export(&design, "production", format));
        for absent in ["aws_lb_listener\" \"wire_80\"", "WireListener80"] {
            assert!(!text.contains(absent), "{text}");
        }
    }
    let link = "[link.wire-app]\nfrom = \"wire\"\nto = \"app\"\nallow = [\"wire\"]\n\n";
    assert!(design.contains(link));
    let lonely = design.replace(link, "");
    for format in ["terraform", "cloudformation"] {
        check_says(&lonely, format, "of “wire” out: it has nothing to forward to");
    }
}

#[test]
fn a_redirect_speaks_the_protocol_of_the_listener_it_leads_to() {
    let http = EVERY_KIND
        .replace(
            "protocol = \"http\", port = 80, redirect = 443",
            "protocol = \"http\", port = 80, redirect = 8080",
        )
        .replace(
            "{ protocol = \"https\", port = 443, certificate",
            "{ protocol = \"http\", port = 8080 }, { protocol = \"https\", port = 443, certificate",
        );
    check_writes(
        &http,
        "protocol    = \"HTTP\"\n      port        = \"8080\"",
        "Protocol: HTTP\n            Port: \"8080\"",
    );
    check_writes(
        EVERY_KIND,
        "protocol    = \"HTTPS\"\n      port        = \"443\"",
        "Protocol: HTTPS\n            Port: \"443\"",
    );
}

#[test]
fn both_formats_say_how_long_a_client_stays_and_how_many_messages_come_at_once() {
    let design = EVERY_KIND.replace("[link.jobs-worker]", "[link.jobs-worker]\nbatch = 3");
    check_writes(&design, "batch_size       = 3", "BatchSize: 3");
    check_writes(
        &design,
        "cookie_duration = 3600",
        "Key: stickiness.lb_cookie.duration_seconds\n          Value: \"3600\"",
    );
}
