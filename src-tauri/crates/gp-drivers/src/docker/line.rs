//! A line into a container: a program beside the holder carries calls and answers, one line each. It stays open between
//! calls, because Docker needs longer to start one than the holder to answer.

use super::refused;
use bollard::{
    Docker,
    container::LogOutput,
    errors::Error,
    exec::{CreateExecOptions, StartExecOptions, StartExecResults},
};
use futures::{Stream, StreamExt};
use gp_lab::LabError;
use std::{io, pin::Pin};
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// An open line.
pub struct Session {
    output: Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>,
    input: Pin<Box<dyn AsyncWrite + Send>>,
    /// What came after the last answer.
    rest: Vec<u8>,
}

impl Session {
    /// Starts the carrier in a container; [`LabError::NotRunning`] where there is none, or none that runs.
    pub async fn open(
        client: &Docker,
        container: &str,
        command: &[&str],
    ) -> Result<Self, LabError> {
        let options = CreateExecOptions {
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(false),
            cmd: Some(command.to_vec()),
            ..CreateExecOptions::default()
        };
        let gone = |error: Error| match super::status(&error) {
            Some(404 | 409) => LabError::NotRunning,
            _ => refused("reach the lab", &error),
        };
        let made = client.create_exec(container, options).await.map_err(gone)?;
        let attached = StartExecOptions { detach: false, ..StartExecOptions::default() };
        match client.start_exec(&made.id, Some(attached)).await.map_err(gone)? {
            StartExecResults::Attached { output, input } => {
                Ok(Self { output, input, rest: Vec::new() })
            }
            StartExecResults::Detached => Err(LabError::NotRunning),
        }
    }

    /// One call and its answer.
    pub async fn ask(&mut self, call: &str) -> Result<String, LabError> {
        let answer = self.exchange(call).await.map_err(LabError::Lost)?;
        // The carrier found nobody.
        if answer.is_empty() { Err(LabError::NotRunning) } else { Ok(answer) }
    }

    async fn exchange(&mut self, call: &str) -> io::Result<String> {
        self.input.write_all(call.as_bytes()).await?;
        self.input.write_all(b"\n").await?;
        self.input.flush().await?;
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                return String::from_utf8(line[..end].to_vec()).map_err(io::Error::other);
            }
            match self.output.next().await {
                Some(Ok(output)) => self.rest.extend_from_slice(&output.into_bytes()),
                Some(Err(error)) => return Err(io::Error::other(error)),
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }
}
