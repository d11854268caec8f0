//! What a force says of its casework: how long each clock runs.

use crate::casework::procedure::Clocks;

/// The casework of one force.
#[derive(Debug, Clone, Default)]
pub struct Casework {
    /// How long each clock runs.
    pub clocks: Clocks,
}
