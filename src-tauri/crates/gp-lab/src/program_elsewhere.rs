//! The same interface where there is no Linux: there is no server to start anything in.

use crate::lab::{Lab, LabError};
use std::{collections::BTreeMap, io};

/// Which program, where.
#[derive(Clone, Debug)]
pub struct Program {
    /// The instance's address.
    pub server: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// What it is told.
    pub environment: BTreeMap<String, String>,
}

impl Program {
    /// With no environment: it never starts.
    pub fn here(server: &str, command: Vec<String>) -> Self {
        let server = server.to_owned();
        Self { server, command, environment: BTreeMap::new() }
    }
}

/// A program that was started: there is none.
#[derive(Debug)]
pub struct Running {
    /// The instance that it runs in.
    pub server: String,
}

impl Running {
    /// Nobody is there to wait for.
    pub async fn ended(&mut self) -> Result<i32, LabError> {
        Err(LabError::NotRunning)
    }
}

/// Columns and rows.
pub type Size = (u16, u16);

/// A terminal of a program in a server.
#[derive(Debug)]
pub struct Terminal;

impl Terminal {
    /// Says that there is no lab here.
    pub async fn open(_: &Lab, _: &Program, _: Size) -> Result<(Self, Running), LabError> {
        Err(unavailable())
    }

    /// Nothing is ever shown.
    pub async fn read(&self, _bytes: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }

    /// Nobody reads it.
    pub async fn write(&self, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Nobody is told.
    pub fn resize(&self, _size: Size) {}
}

/// Says that there is no lab here.
pub async fn attach(_: &Lab, _: &Program) -> Result<i32, LabError> {
    Err(unavailable())
}

fn unavailable() -> LabError {
    LabError::Unavailable(crate::available::NOT_LINUX.into())
}
