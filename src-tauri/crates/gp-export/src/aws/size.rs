//! Amounts as AWS takes them: whole GiB, MiB, days, seconds. Types that follow from sizes are derived
//! in the catalog, once for all formats.

use gp_catalog::{resolved::ResolvedResource, units};

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

fn bytes(text: &str) -> Option<f64> {
    units::size(text).ok().map(|bytes| bytes as f64)
}

/// Whole GiB, rounded up: what disks are sold in.
pub fn gibibytes(text: &str) -> Option<i64> {
    bytes(text).map(|bytes| (bytes / GIB).ceil() as i64)
}

/// Whole MiB, rounded up.
pub fn mebibytes(text: &str) -> Option<i64> {
    bytes(text).map(|bytes| (bytes * 1024.0 / GIB).ceil() as i64)
}

/// Seconds in `"14 days"`.
pub fn seconds(text: &str) -> Option<i64> {
    units::duration(text).ok().and_then(|seconds| i64::try_from(seconds).ok())
}

/// Whole days, rounded up.
pub fn days(text: &str) -> Option<i64> {
    seconds(text).map(|seconds| (seconds + 86_399) / 86_400)
}

/// Days that older versions are kept of what has gone: time to notice a mistake.
pub const KEPT_VERSIONS: i64 = 30;

/// By which mode objects are locked: whoever keeps the archive can lift it, and no writer can.
pub const LOCK_MODE: &str = "GOVERNANCE";

/// Days for which nobody changes what is in a bucket, where the drawing says so.
pub fn lock_days(bucket: &ResolvedResource) -> Option<i64> {
    bucket.text("lock").and_then(days)
}

/// Whether a bucket keeps older versions: said, or needed by its lock.
pub fn keeps_versions(bucket: &ResolvedResource) -> bool {
    bucket.flag("versioning") || lock_days(bucket).is_some()
}

/// Days after which a bucket's objects go, where the drawing says so.
pub fn expiry_days(bucket: &ResolvedResource) -> Option<i64> {
    bucket.text("expire-after").and_then(days)
}

/// Days after which a bucket's objects go to the archive.
pub fn archive_days(bucket: &ResolvedResource) -> Option<i64> {
    bucket.text("archive-after").and_then(days)
}

/// Days after which EFS moves a file that nobody opens; it takes these and no others.
pub fn idle_days(share: &ResolvedResource) -> Option<i64> {
    const DAYS: [i64; 9] = [1, 7, 14, 30, 60, 90, 180, 270, 365];
    let wanted = share.text("archive-after").and_then(days)?;
    DAYS.into_iter().find(|days| *days >= wanted).or(Some(365))
}

/// EFS's name for so many days.
pub fn idle_word(days: i64) -> String {
    format!("AFTER_{days}_DAY{}", if days == 1 { "" } else { "S" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_up() {
        assert_eq!(gibibytes("100 GiB"), Some(100));
        assert_eq!(gibibytes("1 TB"), Some(932));
        assert_eq!(mebibytes("1 GiB"), Some(1024));
        assert_eq!(days("14 days"), Some(14));
        assert_eq!(days("1 hour"), Some(1));
        assert_eq!(gibibytes("many"), None);
    }
}
