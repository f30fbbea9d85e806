//! An object store that speaks S3: a program of its own in the bucket's namespace, so that large files hold up
//! nobody. What may be done by whom comes from the drawing. Protocol and files are `s3s`' and `s3s-fs`'; nothing
//! else here names them.

use hyper_util::rt::TokioIo;
use s3s::{
    S3Error, S3Result,
    access::{S3Access, S3AccessContext},
    auth::SimpleAuth,
    s3_error,
    service::{S3Service, S3ServiceBuilder},
};
use s3s_fs::FileSystem;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap, error::Error, fs, net::Ipv4Addr, path::Path, process::ExitCode,
    time::Duration,
};
use tokio::net::TcpListener;

/// The first argument by which a program becomes a store.
pub const ARGUMENT: &str = "lab-store";
/// Where it finds what it is to be.
pub const SETTINGS: &str = "/run/store.json";
/// The folder of its buckets, below its home.
const FILES: &str = "objects";

/// What a store is told at its start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The bucket's name.
    pub bucket: String,
    /// Where it listens.
    pub port: u16,
    /// Anybody may read.
    pub public: bool,
    /// Who may do something, by the id of their key.
    pub users: BTreeMap<String, User>,
}

/// Somebody with a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// The secret half of the key.
    pub secret: String,
    /// May get and list.
    pub reads: bool,
    /// May put and delete.
    pub writes: bool,
}

/// Serves until it is ended.
pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the store cannot be served: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let settings: Settings = serde_json::from_slice(&fs::read(SETTINGS)?)?;
    let folder = Path::new(super::program::HOME).join(FILES);
    fs::create_dir_all(folder.join(&settings.bucket))?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(serve(&settings, service(&folder, &settings)?))
}

fn service(folder: &Path, settings: &Settings) -> Result<S3Service, Box<dyn Error>> {
    let files = FileSystem::new(folder).map_err(|error| format!("{error:?}"))?;
    let mut keys = SimpleAuth::new();
    for (id, user) in &settings.users {
        keys.register(id.clone(), user.secret.clone().into());
    }
    let mut builder = S3ServiceBuilder::new(files);
    // Without keys nobody is asked for one, and everybody may do everything: so there always are.
    builder.set_auth(keys);
    builder.set_access(Gate(settings.clone()));
    Ok(builder.build())
}

async fn serve(settings: &Settings, service: S3Service) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, settings.port)).await?;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors: let the others finish.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let service = service.clone();
        tokio::spawn(async move {
            let http = hyper::server::conn::http1::Builder::new();
            // A client that went away needs no answer.
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Lets through what is drawn.
struct Gate(Settings);

/// What an operation does to a bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Does {
    Get,
    List,
    Write,
    Other,
}

fn does(operation: &str) -> Does {
    match operation {
        "GetObject" | "HeadObject" => Does::Get,
        "HeadBucket"
        | "ListObjects"
        | "ListObjectsV2"
        | "ListParts"
        | "ListBuckets"
        | "GetBucketLocation"
        | "ListMultipartUploads" => Does::List,
        "PutObject"
        | "CopyObject"
        | "DeleteObject"
        | "DeleteObjects"
        | "CreateMultipartUpload"
        | "UploadPart"
        | "UploadPartCopy"
        | "CompleteMultipartUpload"
        | "AbortMultipartUpload" => Does::Write,
        _ => Does::Other,
    }
}

impl Gate {
    fn judge(&self, key: Option<&str>, operation: &str) -> Result<(), S3Error> {
        let user = key.and_then(|key| self.0.users.get(key));
        let may = match does(operation) {
            Does::Get => self.0.public || user.is_some_and(|user| user.reads),
            Does::List => user.is_some_and(|user| user.reads || user.writes),
            Does::Write => user.is_some_and(|user| user.writes),
            // Buckets are drawn; settings of theirs, too.
            Does::Other => {
                return match user {
                    Some(_) => {
                        Err(s3_error!(NotImplemented, "a bucket of a lab is as it is drawn"))
                    }
                    None => Err(s3_error!(AccessDenied)),
                };
            }
        };
        if may { Ok(()) } else { Err(s3_error!(AccessDenied, "no access is drawn that allows it")) }
    }
}

#[async_trait::async_trait]
impl S3Access for Gate {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let key = context.credentials().map(|key| key.access_key.clone());
        self.judge(key.as_deref(), context.s3_op().name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `g` for a get, `l` for a list, `w` for a write, of those that are let through.
    fn let_through(public: bool, key: Option<&str>) -> String {
        let user = |reads, writes| User { secret: "s".into(), reads, writes };
        let users = [("reader", user(true, false)), ("writer", user(false, true))];
        let users = users.map(|(name, user)| (name.to_owned(), user)).into();
        let gate = Gate(Settings { bucket: "images".into(), port: 443, public, users });
        let all =
            [("GetObject", 'g'), ("ListObjectsV2", 'l'), ("PutObject", 'w'), ("DeleteBucket", 'x')];
        let allowed = all.iter().filter(|(name, _)| gate.judge(key, name).is_ok());
        allowed.map(|(_, letter)| letter).collect()
    }

    #[test]
    fn what_is_drawn_is_let_through_and_nothing_else() {
        assert_eq!(let_through(false, None), "");
        assert_eq!(let_through(true, None), "g");
        assert_eq!(let_through(true, Some("stranger")), "g");
        assert_eq!(let_through(false, Some("reader")), "gl");
        assert_eq!(let_through(false, Some("writer")), "lw");
    }
}
