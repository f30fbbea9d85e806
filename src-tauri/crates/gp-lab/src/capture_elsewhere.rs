//! The same interface where there is no Linux: there are no packets.

use crate::{
    lab::{Lab, LabError},
    pcap::Packet,
};

/// A packet that was seen: there is none.
pub type Heard = Result<(String, Packet, Vec<u8>), LabError>;

/// Packets of some machines: there are none.
#[derive(Debug)]
pub struct Capture;

impl Capture {
    /// Says that there is no lab here.
    pub async fn begin(_: &Lab, _: &[String], _: &[String]) -> Result<Self, LabError> {
        Err(LabError::Unavailable(crate::available::NOT_LINUX.into()))
    }

    /// Nobody sees any.
    pub async fn next(&mut self) -> Option<Heard> {
        None
    }
}
