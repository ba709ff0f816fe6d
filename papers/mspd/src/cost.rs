//! What a method has spent, counted; no claim depends on a clock.

/// Counted work. One local subgradient takes one unit of time, one round takes τ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Subgradients computed by each node, all nodes at once.
    pub subgradients: u64,
    /// Messages that crossed each edge one after the other.
    pub rounds: u64,
}

impl Cost {
    /// Simulated time for a delay τ of one message.
    pub fn time(self, delay: f64) -> f64 {
        self.subgradients as f64 + delay * self.rounds as f64
    }
}
