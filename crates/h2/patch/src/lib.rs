//! `tress-h2` under the name `h2`, for `[patch.crates-io]`: see its documentation.

#[cfg(feature = "unstable")]
compile_error!(
    "the feature `unstable` opens what is inside of `h2`, and another thing is inside of this: leave it out"
);

pub use tress_h2::*;
