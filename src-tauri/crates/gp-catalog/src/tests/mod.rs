//! Tests of resolve as a whole: what designs mean, in words.

mod again;
mod joined;
mod kept;
mod raw;
mod readers;
mod references;
mod reopened;
mod steps;
mod template;
mod values;
