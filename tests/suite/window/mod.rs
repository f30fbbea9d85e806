//! The true app in a window of its own: every test has its own display, driver, port and folders.
//! Real pointer and key events; what came of them is read from the core, not from pixels.
//!
//! Needs Xvfb and WebKitWebDriver, the app built with `custom-protocol`, and the user interface
//! built by `npm run build:test` (it carries the bridge that says where things are on the screen).

mod closing;
mod deploying;
mod drawing;
mod files;
mod gate;
mod hand;
mod screen;
mod soak;
mod stage;
mod starting;
