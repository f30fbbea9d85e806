//! Reading and writing files so that nothing is ever lost: whole or not at all, with the previous
//! version kept, links and permissions as they were.

use crate::dto::{AppError, ErrorCode};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

/// A fingerprint of a file's bytes.
pub type Stamp = [u8; 32];

/// The fingerprint of these bytes.
pub fn stamp(bytes: &[u8]) -> Stamp {
    Sha256::digest(bytes).into()
}

/// A name for things kept about `path`: a hash, so that any path fits.
pub fn key(path: &Path) -> String {
    stamp(path.as_os_str().as_encoded_bytes())
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// When a file was changed last, RFC 3339.
pub fn modified(path: &Path) -> Option<String> {
    let time = fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
    jiff::Timestamp::try_from(time).ok().map(|time| time.to_string())
}

/// Reads a file; the error names it and the way out.
pub fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    fs::read(path).map_err(|error| {
        let code = if error.kind() == io::ErrorKind::NotFound {
            ErrorCode::NotFound
        } else {
            ErrorCode::Failed
        };
        AppError::new(code, format!("“{}” cannot be opened: {}", path.display(), reason(&error)))
    })
}

/// Writes a file, and keeps what it held before in this folder.
pub fn write_and_keep(path: &Path, bytes: &[u8], previous: &Path) -> Result<(), AppError> {
    // A failure to keep the old version must not keep the new one from being saved.
    let kept = keep_previous(path, previous).unwrap_or_else(|error| {
        tracing::warn!(%error, "the previous version was not kept");
        None
    });
    write(path, bytes).map_err(|error| match &kept {
        Some(kept) => rescue(kept, path, error),
        None => error,
    })
}

/// Writes `bytes` in place of the file: into a new one beside it, synced, then renamed over it. A
/// symbolic link stays one; a file with several names is written in place, or they would part ways.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    write_whole(path, bytes).map_err(|error| {
        let message = format!(
            "“{}” cannot be saved: {}; save it under another name or in another folder",
            path.display(),
            reason(&error)
        );
        AppError::new(ErrorCode::CannotWrite, message)
    })
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let before = fs::metadata(&target).ok();
    if before.as_ref().is_some_and(|metadata| metadata.permissions().readonly()) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    if before.as_ref().is_some_and(has_other_names) {
        return write_in_place(&target, bytes);
    }
    // A bare name lies in the current folder, which `parent` calls "".
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}.saving", std::process::id()));
    let result =
        write_beside(&beside, bytes, before.as_ref()).and_then(|()| fs::rename(&beside, &target));
    if result.is_err() {
        // The half-written file is ours; the error that matters is the first one.
        let _ = fs::remove_file(&beside);
    }
    result?;
    sync_folder(folder)
}

/// Only a part that is longer needs room on the disk: it goes first, so that a full disk is found
/// before the old text is touched. Where it fails all the same, the old text is put back.
fn write_in_place(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = fs::read(target)?;
    let mut file = OpenOptions::new().write(true).open(target)?;
    let written = replace(&mut file, old.len(), bytes);
    if written.is_err() {
        // The error that matters is the first one.
        let _ = replace(&mut file, 0, &old);
    }
    written
}

fn replace(file: &mut File, old: usize, bytes: &[u8]) -> io::Result<()> {
    let (start, longer) = bytes.split_at(old.min(bytes.len()));
    file.seek(SeekFrom::Start(start.len() as u64))?;
    file.write_all(longer)?;
    file.rewind()?;
    file.write_all(start)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

fn write_beside(beside: &Path, bytes: &[u8], like: Option<&fs::Metadata>) -> io::Result<()> {
    let mut file = File::create(beside)?;
    file.write_all(bytes)?;
    if let Some(like) = like {
        file.set_permissions(like.permissions())?;
        keep_owner(beside, like);
    }
    file.sync_all()
}

#[cfg(unix)]
fn has_other_names(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &fs::Metadata) -> bool {
    false
}

/// Only root can give a file away; for everybody else it is theirs already, or stays theirs.
#[cfg(unix)]
fn keep_owner(path: &Path, like: &fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    let _ = std::os::unix::fs::chown(path, Some(like.uid()), Some(like.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata) {}

/// The rename is on disk only when the folder is; some file systems cannot sync one, and need not.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let _ = File::open(folder)?.sync_all();
    }
    Ok(())
}

/// A version of a file before it was written over.
struct Kept {
    path: PathBuf,
    stamp: Stamp,
}

/// Keeps what a file holds now: whole, or what was kept before stays.
/// Where the version before the last save is kept.
pub fn previous_of(path: &Path, folder: &Path) -> PathBuf {
    folder.join(format!("{}.gplan", key(path)))
}

fn keep_previous(path: &Path, folder: &Path) -> io::Result<Option<Kept>> {
    let Ok(like) = fs::metadata(path) else { return Ok(None) };
    fs::create_dir_all(folder)?;
    let kept = previous_of(path, folder);
    let bytes = fs::read(path)?;
    let making = kept.with_extension("making");
    let made = write_beside(&making, &bytes, Some(&like)).and_then(|()| fs::rename(&making, &kept));
    if made.is_err() {
        // It is ours, and not whole; the error that matters is the first one.
        let _ = fs::remove_file(&making);
    }
    made.map(|()| Some(Kept { path: kept, stamp: stamp(&bytes) }))
}

/// After a write that failed: where the file is not what it was, the next attempt must not keep
/// that in place of its last whole version. This one gets a name of its own, and the error says it.
fn rescue(kept: &Kept, path: &Path, error: AppError) -> AppError {
    if fs::read(path).is_ok_and(|bytes| stamp(&bytes) == kept.stamp) {
        return error;
    }
    let name = format!("{}-{}.gplan", key(path), uuid::Uuid::new_v4());
    let rescued = kept.path.with_file_name(name);
    let place = fs::rename(&kept.path, &rescued).map_or(&kept.path, |()| &rescued);
    let message = format!("{}; what it held before is in “{}”", error.message, place.display());
    AppError { message, ..error }
}

/// In words a user can act on.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "it is read-only, or belongs to somebody else".to_owned()
        }
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    #[test]
    fn saving_keeps_permissions_and_leaves_nothing_beside() {
        let folder = folder();
        let path = folder.path().join("a.gplan");
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        write(&path, b"new").expect("saved");
        assert_eq!(fs::read(&path).expect("readable"), b"new");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }

    #[test]
    fn a_symbolic_link_stays_one() {
        let folder = folder();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").expect("written");
        symlink(&real, &link).expect("linked");
        write(&link, b"new").expect("saved");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read(&real).expect("readable"), b"new");
    }

    #[test]
    fn a_file_with_two_names_keeps_both() {
        let folder = folder();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        fs::write(&one, "a longer old text").expect("written");
        fs::hard_link(&one, &two).expect("linked");
        write(&one, b"new").expect("saved");
        assert_eq!(fs::read(&two).expect("readable"), b"new");
        assert_eq!(fs::metadata(&one).expect("there").nlink(), 2);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named_and_stays_whole() {
        let folder = folder();
        let path = folder.path().join("a.gplan");
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("set");
        let error = write(&path, b"new").expect_err("read-only");
        assert_eq!(error.code, ErrorCode::CannotWrite);
        assert!(
            error.message.contains("a.gplan") && error.message.contains("read-only"),
            "{}",
            error.message
        );
        assert_eq!(fs::read(&path).expect("readable"), b"old");
    }

    #[test]
    fn the_last_whole_version_outlives_a_write_that_failed_in_its_middle() {
        let folder = folder();
        let (path, previous) = (folder.path().join("a.gplan"), folder.path().join("previous"));
        fs::write(&path, "whole").expect("written");
        let kept = keep_previous(&path, &previous).expect("kept").expect("there was one");
        let error = rescue(&kept, &path, AppError::failed("full"));
        assert_eq!(error.message, "full", "the file is as it was");
        fs::write(&path, "ha").expect("written");
        let error = rescue(&kept, &path, AppError::failed("full"));
        keep_previous(&path, &previous).expect("kept");
        let place = error.message.split('“').nth(1).and_then(|rest| rest.split('”').next());
        assert_eq!(fs::read(place.expect("it is named")).expect("readable"), b"whole");
    }

    #[test]
    fn a_full_disk_loses_nothing() {
        // /dev/full is the kernel's own full disk; through a link it stands where the new file would.
        if !Path::new("/dev/full").exists() {
            return;
        }
        let folder = folder();
        let path = folder.path().join("a.gplan");
        fs::write(&path, "old").expect("written");
        let beside = folder.path().join(format!(".a.gplan.{}.saving", std::process::id()));
        symlink("/dev/full", &beside).expect("linked");
        let error = write(&path, b"new").expect_err("full");
        assert!(error.message.contains("the disk is full"), "{}", error.message);
        assert_eq!(fs::read(&path).expect("readable"), b"old");
        assert!(!beside.exists());
    }
}
