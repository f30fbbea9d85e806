//! Tests of resolve as a whole: what designs mean, in words.

mod again;
mod appliance;
mod floor;
mod joined;
mod kept;
mod naming;
mod order;
mod raw;
mod readers;
mod references;
mod reopened;
mod run;
mod sites;
mod six;
mod steps;
mod template;
mod total;
mod values;
