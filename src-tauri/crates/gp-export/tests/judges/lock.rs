//! Buckets in which nobody changes what was written.

use crate::support::{all, check_writes, export};

const LANDING: &str = include_str!("../../../../../templates/landing-zone/design.gplan");

#[test]
fn a_locked_bucket_keeps_what_is_written_for_its_time() {
    check_writes(LANDING, "object_lock_enabled = true", "ObjectLockEnabled: true");
    check_writes(
        LANDING,
        "mode = \"GOVERNANCE\"\n      days = 365",
        "Mode: GOVERNANCE\n            Days: 365",
    );
    // Without versions there is no lock, whatever is said of them.
    let silent = LANDING.replacen("versioning = true\nlock", "versioning = false\nlock", 1);
    assert_ne!(silent, LANDING);
    for (format, off) in [("terraform", "\"Suspended\""), ("cloudformation", "Status: Suspended")] {
        assert!(!all(&export(&silent, "production", format)).contains(off), "{format}");
    }
}

#[test]
fn who_writes_to_a_locked_bucket_deletes_nothing_in_it() {
    let open = LANDING.replacen("lock = \"365 days\"\n", "", 1);
    let deletes = |design: &str, format: &str| {
        all(&export(design, "production", format)).matches("s3:DeleteObject").count()
    };
    for format in ["terraform", "cloudformation"] {
        // Deploys may go on to delete in Releases; the role and the bucket's own policy let nobody in the archive.
        assert_eq!(deletes(LANDING, format) + 2, deletes(&open, format), "{format}");
        assert!(deletes(LANDING, format) > 0, "{format}");
    }
}
