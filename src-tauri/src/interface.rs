//! Which built user interface the window shows: the embedded one. Debug builds can show another
//! folder's, so that window tests bring the build with the test bridge; release builds cannot.

use tauri::{Context, Wry};

/// Puts the folder of `GROUNDPLAN_INTERFACE` in the place of what is embedded.
#[cfg(debug_assertions)]
pub fn choose(context: &mut Context<Wry>) {
    if let Some(folder) = std::env::var_os("GROUNDPLAN_INTERFACE") {
        context.set_assets(Box::new(folder::Folder(folder.into())));
    }
}

/// Release builds show what is embedded.
#[cfg(not(debug_assertions))]
pub fn choose(_: &mut Context<Wry>) {}

#[cfg(debug_assertions)]
mod folder {
    use std::{borrow::Cow, path::PathBuf};
    use tauri::{
        Assets, Runtime,
        utils::assets::{AssetKey, AssetsIter, CspHash},
    };

    /// A folder as `vite build` leaves it. No inline scripts, so no hashes.
    pub struct Folder(pub PathBuf);

    impl<R: Runtime> Assets<R> for Folder {
        fn get(&self, key: &AssetKey) -> Option<Cow<'_, [u8]>> {
            std::fs::read(self.0.join(key.as_ref().trim_start_matches('/'))).ok().map(Cow::Owned)
        }

        fn iter(&self) -> Box<AssetsIter<'_>> {
            Box::new(std::iter::empty())
        }

        fn csp_hashes(&self, _: &AssetKey) -> Box<dyn Iterator<Item = CspHash<'_>> + '_> {
            Box::new(std::iter::empty())
        }
    }
}
