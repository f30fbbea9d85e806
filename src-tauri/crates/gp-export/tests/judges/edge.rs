//! What belongs to a content delivery network is made in the one region where AWS wants it.

use crate::support::{EDGE, all, export, file};

/// The block that begins so.
fn block<'t>(text: &'t str, head: &str) -> &'t str {
    let at = text.find(head).unwrap_or_else(|| panic!("no {head} in {text}"));
    let rest = &text[at..];
    &rest[..rest.find("\n}\n").unwrap_or(rest.len())]
}

#[test]
fn what_stands_before_a_content_delivery_network_is_made_where_aws_wants_it() {
    let files = export(EDGE, "production", "terraform");
    let text = all(&files);
    for head in [
        "resource \"aws_wafv2_web_acl\" \"shield\"",
        "resource \"aws_acm_certificate\" \"seal\"",
        "resource \"aws_acm_certificate_validation\" \"seal\"",
    ] {
        let own = block(&text, head);
        assert!(own.contains("provider") && own.contains("aws.us_east_1"), "{own}");
    }
    assert!(block(&text, "resource \"aws_wafv2_web_acl\"").contains("\"CLOUDFRONT\""));
    let site = block(&text, "resource \"aws_cloudfront_distribution\" \"site\"");
    for wanted in [
        "aws_wafv2_web_acl.shield.arn",
        "aws_acm_certificate_validation.seal.certificate_arn",
        "aliases             = [\"www.example.com\", \"shop.example.com\"]",
    ] {
        assert!(site.contains(wanted), "no {wanted} in {site}");
    }
    assert!(!text.contains("aws_wafv2_web_acl_association"), "AWS refuses that for a network");
    let said: Vec<_> = files.diagnostics.iter().map(|d| &d.message).collect();
    assert!(said.iter().any(|text| text.contains("logs in us-east-1 only")), "{said:?}");
}

#[test]
fn where_the_design_stands_there_itself_nothing_is_made_apart() {
    let files = export(EDGE, "virginia", "terraform");
    assert_eq!(files.diagnostics, []);
    assert!(!all(&files).contains("us_east_1"), "one provider is enough");
    let files = export(EDGE, "virginia", "cloudformation");
    assert_eq!(files.diagnostics, []);
    let text = all(&files);
    for wanted in
        ["WebACLId: !GetAtt Shield.Arn", "AcmCertificateArn: !Ref Seal", "- shop.example.com"]
    {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
}

#[test]
fn a_stack_of_their_own_makes_them_there() {
    let files = export(EDGE, "production", "cloudformation");
    let (home, edge) = (file(&files, "template.yaml"), file(&files, "template-us-east-1.yaml"));
    for wanted in [
        "Type: AWS::WAFv2::WebACL",
        "Scope: CLOUDFRONT",
        "Type: AWS::CertificateManager::Certificate",
    ] {
        assert!(edge.contains(wanted) && !home.contains(wanted), "{wanted} is not in {edge}");
    }
    for wanted in ["WebACLId: !Ref ShieldArn", "AcmCertificateArn: !Ref SealCertificateArn"] {
        assert!(home.contains(wanted), "no {wanted} in {home}");
    }
    // The certificate is proven in a zone that the other stack makes.
    assert!(edge.contains("HostedZoneId: !Ref NamesId"), "{edge}");
    let said: Vec<_> = files.diagnostics.iter().map(|d| &d.message).collect();
    assert!(said.iter().any(|text| text.contains("logs in us-east-1 only")), "{said:?}");
}

#[test]
fn one_firewall_is_not_both_before_a_network_and_a_balancer() {
    let more = "[resource.shop]\nkind = \"network\"\nparent = \"home\"\n[resource.edge]\nkind = \"subnet\"\nparent = \"shop\"\nexposure = \"public\"\n[resource.entry]\nkind = \"load-balancer\"\nparent = \"edge\"\n[link.shield-entry]\nfrom = \"shield\"\nto = \"entry\"\n[link.seal-entry]\nfrom = \"seal\"\nto = \"entry\"\n[environment.production]";
    let design = EDGE.replacen("[environment.production]", more, 1);
    let files = export(&design, "production", "terraform");
    let said = |text: &str| files.diagnostics.iter().any(|d| d.message.contains(text));
    assert!(said("AWS puts “shield” not before “entry”: it stands before a content delivery"));
    assert!(said("“entry” stands elsewhere: draw a certificate for each"));
    assert!(!all(&files).contains("aws_wafv2_web_acl_association"));
}
