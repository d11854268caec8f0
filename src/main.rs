//! rightline.
fn main() {}
