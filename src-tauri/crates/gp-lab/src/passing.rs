//! Open files that travel over a Unix socket beside the bytes: a caller hands its terminal or its streams
//! to the holder, so that nothing a program says goes through it.

use nix::{
    cmsg_space,
    sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg},
};
use std::{
    io::{self, IoSlice, IoSliceMut},
    os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd},
};
use tokio::{
    io::{AsyncWriteExt, Interest},
    net::UnixStream,
};

/// What is read at once: a call that hands over files may be longer, its files come with its beginning.
const CHUNK: usize = 16 * 1024;

/// Sends bytes, and these files with them.
pub(crate) async fn send(
    stream: &mut UnixStream,
    bytes: &[u8],
    files: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let raw: Vec<RawFd> = files.iter().map(AsRawFd::as_raw_fd).collect();
    let sent = stream
        .async_io(Interest::WRITABLE, || {
            let rights = [ControlMessage::ScmRights(&raw)];
            let parts = [IoSlice::new(bytes)];
            Ok(sendmsg::<()>(stream.as_raw_fd(), &parts, &rights, MsgFlags::MSG_NOSIGNAL, None)?)
        })
        .await?;
    stream.write_all(&bytes[sent..]).await
}

/// What comes first, and the files that came with it.
#[allow(unsafe_code, reason = "the kernel hands files over as numbers")]
pub(crate) async fn receive(stream: &UnixStream) -> io::Result<(Vec<u8>, Vec<OwnedFd>)> {
    stream
        .async_io(Interest::READABLE, || {
            let mut bytes = vec![0; CHUNK];
            let mut space = cmsg_space!([RawFd; 3]);
            let mut files = Vec::new();
            let mut parts = [IoSliceMut::new(&mut bytes)];
            let flags = MsgFlags::MSG_CMSG_CLOEXEC;
            let got = recvmsg::<()>(stream.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
            for message in got.cmsgs()? {
                if let ControlMessageOwned::ScmRights(raw) = message {
                    // SAFETY: the kernel made these descriptors for us just now.
                    files.extend(raw.into_iter().map(|raw| unsafe { OwnedFd::from_raw_fd(raw) }));
                }
            }
            let length = got.bytes;
            bytes.truncate(length);
            Ok((bytes, files))
        })
        .await
}
