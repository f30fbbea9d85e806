//! What a window manager does, on a display that has none: says "close", gives windows a size.

use super::stage::Stage;
use x11rb::{
    connection::Connection as _,
    protocol::xproto::{
        Atom, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, MapState,
        Window,
    },
    rust_connection::RustConnection,
};

/// A stage's display.
pub struct Screen {
    connection: RustConnection,
    root: Window,
    protocols: Atom,
    delete: Atom,
}

impl Screen {
    pub fn of(stage: &Stage) -> Self {
        let name = Some(stage.display_name.as_str());
        let (connection, screen) = x11rb::connect(name).expect("the display answers");
        let atom = |name: &str| {
            let cookie = connection.intern_atom(false, name.as_bytes()).expect("sent");
            cookie.reply().expect("an atom").atom
        };
        let (protocols, delete) = (atom("WM_PROTOCOLS"), atom("WM_DELETE_WINDOW"));
        let root = connection.setup().roots[screen].root;
        Self { connection, root, protocols, delete }
    }

    /// The windows on the screen that want to be told when they are closed: what a user sees as such.
    fn windows(&self) -> Vec<Window> {
        let tree = self.connection.query_tree(self.root).expect("sent").reply().expect("the tree");
        let wants = |window: &Window| {
            let cookie = self.connection.get_property(false, *window, self.protocols, 4_u32, 0, 32);
            // It may have gone since the tree was read.
            let reply = cookie.expect("sent").reply().ok();
            reply.is_some_and(|reply| {
                reply.value32().is_some_and(|mut all| all.any(|one| one == self.delete))
            })
        };
        let shows = |window: &Window| {
            let cookie = self.connection.get_window_attributes(*window);
            let reply = cookie.expect("sent").reply().ok();
            reply.is_some_and(|reply| reply.map_state == MapState::VIEWABLE)
        };
        tree.children.into_iter().filter(shows).filter(wants).collect()
    }

    pub fn has_windows(&self) -> bool {
        !self.windows().is_empty()
    }

    pub fn close_windows(&self) {
        for window in self.windows() {
            let event =
                ClientMessageEvent::new(32, window, self.protocols, [self.delete, 0, 0, 0, 0]);
            let sent = self.connection.send_event(false, window, EventMask::NO_EVENT, event);
            sent.expect("sent");
        }
        self.arrives();
    }

    pub fn resize_windows(&self, width: u32, height: u32) {
        for window in self.windows() {
            let size = ConfigureWindowAux::new().width(width).height(height);
            self.connection.configure_window(window, &size).expect("sent");
        }
        self.arrives();
    }

    /// Waits until the server has done it: it throws away what a client sent just before it went.
    fn arrives(&self) {
        self.connection.get_input_focus().expect("sent").reply().expect("the display answers");
    }
}
