//! What the paper proves: upper bounds, lower bounds, and the iteration counts that they suggest.

/// Theorem 4: `(RL_ℓ/√γ')(1/T + 1/M)` after T outer iterations of M inner steps.
pub fn mspd_bound(radius: f64, lipschitz: f64, root_gap: f64, outer: u64, inner: u64) -> f64 {
    outer_term(radius, lipschitz, root_gap, outer) + radius * lipschitz / (root_gap * inner as f64)
}

/// `RL_ℓ/(√γ' T)`: the part of Theorem 4 that holds for exact proximal steps. With the mean defect
/// of [`crate::primal_dual::PrimalDual::mean_defect`] added it is the a-posteriori certificate.
pub fn outer_term(radius: f64, lipschitz: f64, root_gap: f64, outer: u64) -> f64 {
    radius * lipschitz / (root_gap * outer as f64)
}

/// `T = M = ⌈4RL_ℓ/ε⌉`: with them Theorem 4 gives ε, as √γ' ≥ 1/2.
pub fn mspd_iterations(radius: f64, lipschitz: f64, accuracy: f64) -> u64 {
    (4.0 * radius * lipschitz / accuracy).ceil() as u64
}

/// The largest N for which T = M = N fits into a time budget B: N(Kτ + N) ≤ B.
pub fn affordable_iterations(budget: f64, rounds: u32, delay: f64) -> u64 {
    let linear = f64::from(rounds) * delay;
    ((linear * linear + 4.0 * budget).sqrt() - linear).max(0.0) as u64 / 2
}

/// Theorem 2: `10RL_g d^¼/T + 5RL_g/√(T K_s)` in expectation after T iterations of DRS.
pub fn smoothing_bound(
    radius: f64,
    global_lipschitz: f64,
    dimension: usize,
    iterations: u64,
    samples: u64,
) -> f64 {
    let root = (dimension as f64).sqrt().sqrt();
    let iterations = iterations as f64;
    let scale = radius * global_lipschitz;
    10.0 * scale * root / iterations + 5.0 * scale / (iterations * samples as f64).sqrt()
}

/// `T = ⌈20RL_g d^¼/ε⌉` and `K_s = ⌈5RL_g d^−¼/ε⌉`: with them Theorem 2 gives ε.
pub fn smoothing_parameters(scale: f64, dimension: usize, accuracy: f64) -> (u64, u64) {
    let root = (dimension as f64).sqrt().sqrt();
    let iterations = (20.0 * scale * root / accuracy).ceil();
    let samples = (5.0 * scale / (root * accuracy)).ceil();
    (iterations as u64, samples as u64)
}

/// Theorem 3: no decentralised method is better than `(RL_ℓ/108) √((1 + 2t√γ/τ)⁻² + (1 + t)⁻¹)` at
/// time t on every problem of the class. A given problem may well be easier.
pub fn local_lower_bound(radius: f64, lipschitz: f64, gap: f64, delay: f64, time: f64) -> f64 {
    let network = 1.0 / (1.0 + 2.0 * time * gap.sqrt() / delay);
    radius * lipschitz / 108.0 * (network * network + 1.0 / (1.0 + time)).sqrt()
}

/// Theorem 1: no method at all is better than `(RL_g/36) √((1 + t/(2Δτ))⁻² + (1 + t)⁻¹)` at time t
/// on every problem of the class of global regularity.
pub fn global_lower_bound(
    radius: f64,
    global_lipschitz: f64,
    diameter: u64,
    delay: f64,
    time: f64,
) -> f64 {
    let network = 1.0 / (1.0 + time / (2.0 * diameter as f64 * delay));
    radius * global_lipschitz / 36.0 * (network * network + 1.0 / (1.0 + time)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggested_iterations_give_the_accuracy() {
        for accuracy in [0.5, 0.1, 0.003] {
            let n = mspd_iterations(2.0, 1.5, accuracy);
            assert!(mspd_bound(2.0, 1.5, 0.5, n, n) <= accuracy);
            let (t, k) = smoothing_parameters(3.0, 81, accuracy);
            assert!(smoothing_bound(2.0, 1.5, 81, t, k) <= accuracy);
        }
        assert_eq!(smoothing_parameters(1.0, 256, 0.5 / 16.0), (2560, 40));
    }

    #[test]
    fn the_affordable_iterations_just_fit() {
        for (budget, rounds, delay) in [(400.0, 1, 1.0), (20_200.0, 10, 100.0), (2200.0, 4, 10.0)] {
            let n = affordable_iterations(budget, rounds, delay) as f64;
            let time = |n: f64| n * (f64::from(rounds) * delay + n);
            assert!(time(n) <= budget && budget < time(n + 1.0), "{n}");
        }
    }

    #[test]
    fn the_upper_bound_is_above_the_lower_one() {
        for (gap, rounds, root) in [(0.0097_f64, 10.0, 0.7566), (1.0, 1.0, 1.0)] {
            for delay in [1.0, 100.0] {
                for n in [5_u64, 50, 500] {
                    let time = n as f64 * (rounds * delay + n as f64);
                    let lower = local_lower_bound(1.0, 1.0, gap, delay, time);
                    assert!(lower < mspd_bound(1.0, 1.0, root, n, n));
                }
            }
        }
        assert!((global_lower_bound(1.0, 36.0, 2, 1.0, 0.0) - 2.0_f64.sqrt()).abs() < 1e-12);
    }
}
