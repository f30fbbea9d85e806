//! What crosses from one account to another is let in at the far end, too.

use crate::support::{ACCOUNTS, all, export};

/// The block that begins so.
#[track_caller]
fn block<'t>(text: &'t str, head: &str) -> &'t str {
    let at = text.find(head).unwrap_or_else(|| panic!("no {head} in {text}"));
    let rest = &text[at..];
    &rest[..rest.find("\n}\n").unwrap_or(rest.len())]
}

#[track_caller]
fn check_holds(text: &str, head: &str, wanted: &[&str]) {
    let own = block(text, head);
    for part in wanted {
        assert!(own.contains(part), "no {part} in {own}");
    }
}

#[test]
fn a_thing_lets_the_roles_of_another_account_do_what_is_drawn_and_nothing_else() {
    let files = export(ACCOUNTS, "production", "terraform");
    assert_eq!(files.diagnostics, []);
    let text = all(&files);
    let document = |name: &str| format!("data \"aws_iam_policy_document\" \"{name}\"");
    let role = "identifiers = [aws_iam_role.app.arn]";
    let sent = ["\"sqs:SendMessage\"", role, "aws_sqs_queue.jobs.arn"];
    check_holds(&text, &document("jobs_queue"), &sent);
    let read = ["secretsmanager:GetSecretValue", role];
    check_holds(&text, &document("password_secret"), &read);
    check_holds(&text, &document("archive_bucket"), &["\"s3:PutObject\"", role]);
    assert!(!block(&text, &document("archive_bucket")).contains("GetObject"), "it only writes");
    let unlocked = ["AppArchiveKey", "kms:GenerateDataKey", "AppPasswordKey", role];
    check_holds(&text, &document("safe_key_key"), &unlocked);
    let call = ["principal     = aws_iam_role.caller.arn", "provider = aws.work_region"];
    check_holds(&text, "resource \"aws_lambda_permission\" \"caller_helper\"", &call[..1]);
}

#[test]
fn a_vault_puts_second_copies_into_another_account_that_lets_it() {
    let text = all(&export(ACCOUNTS, "production", "terraform"));
    let plan = [
        "destination_vault_arn = aws_backup_vault.safe_copies.arn",
        "cold_storage_after = 30",
        "delete_after       = 400",
    ];
    check_holds(&text, "resource \"aws_backup_plan\" \"copies\"", &plan);
    let let_in = ["backup:CopyIntoBackupVault", ":root"];
    check_holds(&text, "data \"aws_iam_policy_document\" \"safe_copies_vault\"", &let_in);
    check_holds(&text, "resource \"aws_backup_vault_policy\" \"safe_copies\"", &["safe_copies"]);
    let key = ["KeepCopies", "kms:CreateGrant", "kms:GrantIsForAWSResource"];
    check_holds(&text, "data \"aws_iam_policy_document\" \"orders_key_key\"", &key);
    assert!(!text.contains("resource \"aws_backup_plan\" \"safe_copies\""), "it keeps only");
}

#[test]
fn what_aws_lets_not_into_another_account_is_said() {
    let said = |old: &str, new: &str, wanted: &str| {
        assert!(ACCOUNTS.contains(old), "no {old}");
        let files = export(&ACCOUNTS.replacen(old, new, 1), "production", "terraform");
        let all: Vec<_> = files.diagnostics.into_iter().map(|d| d.message).collect();
        assert!(all.iter().any(|message| message.contains(wanted)), "no {wanted} in {all:?}");
    };
    let lock = "from = \"safe-key\"\nto = \"password\"";
    said(lock, "from = \"safe-key\"\nto = \"jobs\"", "AWS shows “password” to “app”");
    let lock = "from = \"orders-key\"\nto = \"orders\"";
    let open = "from = \"orders-key\"\nto = \"copies\"";
    said(lock, open, "AWS copies “orders” into the account of “safe-copies” only where");
    let existing = "parent = \"safe-region\"\nkeep";
    let change = "parent = \"safe-region\"\nlifecycle = \"existing\"\nkeep";
    said(existing, change, "its policy there must let “copies” copy into it");
}

const LANDING_ZONE: &str = include_str!("../../../../../templates/landing-zone/design.gplan");

#[test]
fn a_hub_sends_nothing_out_where_it_stands_in_public_subnets_only() {
    let from = LANDING_ZONE.find("[resource.shared-landing]").unwrap();
    let to = LANDING_ZONE.find("# The log-archive account").unwrap();
    let line = LANDING_ZONE.find("shared-landing = [").unwrap();
    let end = line + LANDING_ZONE[line..].find('\n').unwrap();
    let without = [&LANDING_ZONE[..from], &LANDING_ZONE[to..line], &LANDING_ZONE[end..]].concat();
    for (format, route) in
        [("terraform", "\"hub_internet_workloads\""), ("cloudformation", "HubWorkloadsInternet")]
    {
        let with = export(LANDING_ZONE, "production", format);
        assert!(all(&with).contains(route), "{format} has no {route}");
        let files = export(&without, "production", format);
        assert!(!all(&files).contains(route), "{format} has {route}");
        let wanted = "lands in no private subnet of “Shared services” that leads on";
        let said = files.diagnostics.iter().any(|one| one.message.contains(wanted));
        assert!(said, "{format}: {:#?}", files.diagnostics);
    }
}

#[test]
fn who_shares_a_hub_with_another_account_reads_what_must_be_switched_on_first() {
    let alone = include_str!("../../../../../templates/hub-and-spoke/design.gplan");
    for format in ["terraform", "cloudformation"] {
        let text = all(&export(LANDING_ZONE, "production", format));
        let wanted = "this shares “Hub” with other accounts of your organization";
        assert!(text.contains(wanted), "{format}: {text}");
        assert!(text.contains("aws ram enable-sharing-with-aws-organization"));
        let text = all(&export(alone, "production", format));
        assert!(!text.contains("enable-sharing-with-aws-organization"), "nobody shares: {format}");
    }
}

#[test]
fn a_workflow_logs_in_to_the_account_of_its_role_and_is_named_once() {
    for format in ["terraform", "cloudformation"] {
        let files = export(LANDING_ZONE, "production", format);
        let apart = |text: &str| text.contains("stands in another account");
        let said = files.diagnostics.iter().any(|one| apart(&one.message));
        assert!(!said, "{format}: {:#?}", files.diagnostics);
        let text = all(&files);
        let subject = "repo:example/landing-zone:environment:production";
        assert_eq!(text.matches(subject).count(), 1, "{format}");
    }
}
