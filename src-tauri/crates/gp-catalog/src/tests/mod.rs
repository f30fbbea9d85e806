//! Tests of resolve as a whole: what designs mean, in words.

mod again;
mod steps;
mod template;
mod values;
