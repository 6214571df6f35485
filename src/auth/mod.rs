//! Who calls: tokens, the keys that prove them, and the viewer they name.

pub mod keys;
pub mod token;
pub mod viewer;
