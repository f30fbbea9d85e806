//! The other end of a line into a container: standard input and output on one side, a holder's socket on the other,
//! which takes one call a connection.
//! Understands nothing of what is said.

use crate::protocol::{Call, Request, VERSION};
use std::{
    io::{self, BufRead as _, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    process::ExitCode,
    time::Duration,
};

/// A holder that does not say hello by then is not well.
const PATIENCE: Duration = Duration::from_secs(3);

/// Until the caller has said all it wanted.
pub fn main(socket: &Path, hello: bool) -> ExitCode {
    let said = if hello { greet(socket) } else { carry(socket) };
    match said {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", socket.display());
            ExitCode::FAILURE
        }
    }
}

fn greet(socket: &Path) -> io::Result<()> {
    let mut holder = UnixStream::connect(socket)?;
    holder.set_read_timeout(Some(PATIENCE))?;
    let call = serde_json::to_string(&Call { version: VERSION, request: Request::Hello })?;
    writeln!(holder, "{call}")?;
    let mut line = String::new();
    match io::BufReader::new(holder).read_line(&mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

/// One call after the other, a line each, and the line that answers it. An empty line says that nobody did.
fn carry(socket: &Path) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for call in io::stdin().lock().lines() {
        let answer = ask(socket, &call?).unwrap_or_default();
        output.write_all(answer.trim_end().as_bytes())?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

fn ask(socket: &Path, call: &str) -> io::Result<String> {
    let mut holder = UnixStream::connect(socket)?;
    writeln!(holder, "{call}")?;
    let mut answer = String::new();
    io::BufReader::new(holder).read_line(&mut answer)?;
    Ok(answer)
}
