//! Whatever is drawn, resolve comes to an end and has an answer.

use crate::{builtin, resolve};
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::cases())]
    #[test]
    fn the_most_senseless_design_means_something(seed: u64, most in 1_usize..24) {
        let design = gp_testkit::senseless(seed, most);
        for environment in design.environments.keys() {
            let resolved = resolve(&design, builtin(), Some(environment));
            prop_assert!(resolved.resources.len() <= design.resources.len());
            // The same again: nothing in it hangs on chance.
            prop_assert_eq!(&resolved, &resolve(&design, builtin(), Some(environment)));
        }
    }
}
