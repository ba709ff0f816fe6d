//! Vector fields on the unit cube of known smoothness: what is interpolated.

use std::f64::consts::PI;

use pulp::NullaryFnOnce;
use rand::Rng;

use crate::points::Points;
use crate::random::{angles, normals};
use crate::trigonometry::{cosine, cosine_sine_pi};

/// Number of terms of a Weierstrass sum: J.
const TERMS: usize = 24;

/// ψ: [0, 1]ᵈ → ℝᵖ.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// ψ_j(x) = cos(⟨w_j, x⟩ + b_j): smooth to every order.
    Cosine {
        /// p rows of d frequencies.
        frequencies: Vec<f64>,
        /// p phases.
        phases: Vec<f64>,
    },
    /// ψ_j(x) = Σ_k 2^(−kη) cos(2ᵏ π t + φ_jk) with t = Σ x: Hölder of order η and no better.
    Weierstrass {
        /// η, not a whole number.
        smoothness: f64,
        /// For each of the 24 terms, 2^(−kη) cos φ_jk for all j.
        cosines: Vec<f64>,
        /// For each of the 24 terms, 2^(−kη) sin φ_jk for all j.
        sines: Vec<f64>,
    },
}

impl Field {
    /// Cosines with w_j ~ N(0, deviation² I) and b_j uniform on [0, 2π); all frequencies are drawn
    /// before the phases.
    pub fn cosine(rng: &mut impl Rng, components: usize, dimension: usize, deviation: f64) -> Self {
        Self::Cosine {
            frequencies: normals(rng, components * dimension, deviation),
            phases: angles(rng, components),
        }
    }

    /// Cosines without randomness for cross-checks: w_jk = scale · sin(1.3 j + 2.1 k) and
    /// b_j = 2π frac(0.37 j²) for j from 1, k from 0.
    pub fn structured(components: usize, dimension: usize, scale: f64) -> Self {
        let pairs =
            (1..=components).flat_map(|j| (0..dimension).map(move |k| (j as f64, k as f64)));
        let phase = |j: usize| {
            let turns = 0.37 * (j * j) as f64;
            2.0 * PI * (turns - libm::floor(turns))
        };
        Self::Cosine {
            frequencies: pairs
                .map(|(j, k)| scale * libm::sin(1.3 * j + 2.1 * k))
                .collect(),
            phases: (1..=components).map(phase).collect(),
        }
    }

    /// The same cosines as functions of more coordinates, on which they do not depend.
    #[must_use]
    pub fn padded(self, dimension: usize) -> Self {
        let Self::Cosine {
            frequencies,
            phases,
        } = self
        else {
            return self;
        };
        let own = frequencies.len() / phases.len();
        let pad = |row: &[f64]| {
            let mut row = row.to_vec();
            row.resize(dimension, 0.0);
            row
        };
        Self::Cosine {
            frequencies: frequencies.chunks_exact(own).flat_map(pad).collect(),
            phases,
        }
    }

    /// Weierstrass sums with phases uniform on [0, 2π).
    pub fn weierstrass(rng: &mut impl Rng, components: usize, smoothness: f64) -> Self {
        let phases = angles(rng, components * TERMS);
        let term = |function: fn(f64) -> f64| {
            (0..TERMS)
                .flat_map(|k| {
                    let scale = libm::exp2(-(k as f64) * smoothness);
                    let phases = &phases;
                    (0..components).map(move |j| scale * function(phases[j * TERMS + k]))
                })
                .collect()
        };
        Self::Weierstrass {
            smoothness,
            cosines: term(libm::cos),
            sines: term(libm::sin),
        }
    }

    /// Number of components: p.
    pub const fn components(&self) -> usize {
        match self {
            Self::Cosine { phases, .. } => phases.len(),
            Self::Weierstrass { cosines, .. } => cosines.len() / TERMS,
        }
    }

    /// out ← ψ(x).
    pub fn evaluate(&self, x: &[f64], out: &mut [f64]) {
        harness_numerics::kernels::vectorised(Evaluate(self, x, out));
    }

    /// Σ_i w_i ψ(x_i); terms of weight 0 are left out.
    pub fn weighted_sum(&self, points: &Points, weights: &[f64]) -> Vec<f64> {
        harness_numerics::kernels::vectorised(WeightedSum(self, points, weights))
    }

    /// The Hölder constant L₂ of component j for interpolation of degree l. For cosines the order
    /// is l + 1; for Weierstrass sums it is η, and l must be ⌈η⌉ − 1.
    pub fn hoelder_constant(&self, component: usize, degree: usize) -> f64 {
        match self {
            Self::Cosine {
                frequencies,
                phases,
            } => {
                let dimension = frequencies.len() / phases.len();
                let own = &frequencies[component * dimension..(component + 1) * dimension];
                let largest = own.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
                libm::pow(largest, (degree + 1) as f64)
            }
            Self::Weierstrass { smoothness, .. } => {
                let gamma = smoothness - degree as f64;
                let geometric =
                    1.0 / (1.0 - libm::exp2(gamma - 1.0)) + 1.0 / (1.0 - libm::exp2(-gamma));
                libm::pow(PI, *smoothness) * libm::exp2(1.0 - gamma) * geometric
            }
        }
    }

    /// The Hölder order for interpolation of degree l: η.
    pub fn order(&self, degree: usize) -> f64 {
        match self {
            Self::Cosine { .. } => (degree + 1) as f64,
            Self::Weierstrass { smoothness, .. } => *smoothness,
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined into vectorised loops")]
    fn evaluate_inlined(&self, x: &[f64], out: &mut [f64]) {
        match self {
            Self::Cosine {
                frequencies,
                phases,
            } => {
                let dimension = x.len();
                for (j, (out, phase)) in out.iter_mut().zip(phases).enumerate() {
                    let mut angle = *phase;
                    for (w, x) in frequencies[j * dimension..].iter().zip(x) {
                        angle += w * x;
                    }
                    *out = angle;
                }
                for out in out {
                    *out = cosine(*out);
                }
            }
            Self::Weierstrass { cosines, sines, .. } => {
                let mut t = 0.0;
                for x in x {
                    t += x;
                }
                let (mut cos, mut sin) = ([0.0; TERMS], [0.0; TERMS]);
                for k in 0..TERMS {
                    (cos[k], sin[k]) = cosine_sine_pi(t * f64::from(1_u32 << k));
                }
                out.fill(0.0);
                let components = out.len();
                for k in 0..TERMS {
                    let own = k * components..(k + 1) * components;
                    let (cosines, sines) = (&cosines[own.clone()], &sines[own]);
                    for (out, (cosine, sine)) in out.iter_mut().zip(cosines.iter().zip(sines)) {
                        *out += cos[k] * cosine - sin[k] * sine;
                    }
                }
            }
        }
    }
}

struct Evaluate<'a>(&'a Field, &'a [f64], &'a mut [f64]);

impl NullaryFnOnce for Evaluate<'_> {
    type Output = ();
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled once for each vector width")]
    fn call(self) {
        self.0.evaluate_inlined(self.1, self.2);
    }
}

struct WeightedSum<'a>(&'a Field, &'a Points, &'a [f64]);

impl NullaryFnOnce for WeightedSum<'_> {
    type Output = Vec<f64>;
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled once for each vector width")]
    fn call(self) -> Vec<f64> {
        let Self(field, points, weights) = self;
        let mut sum = vec![0.0; field.components()];
        let mut term = sum.clone();
        for (x, weight) in points.iter().zip(weights) {
            if *weight != 0.0 {
                field.evaluate_inlined(x, &mut term);
                harness_numerics::kernels::inlined::axpy(*weight, &term, &mut sum);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn weierstrass_is_the_sum_it_says() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let phases = angles(&mut rng.clone(), 3 * TERMS);
        let field = Field::weierstrass(&mut rng, 3, 0.5);
        let mut out = [0.0; 3];
        for x in [[0.3, 0.41], [0.72, 0.11], [0.25, 0.5]] {
            field.evaluate(&x, &mut out);
            for (j, out) in out.iter().enumerate() {
                let term = |k: usize| {
                    let power = libm::exp2(k as f64);
                    let turn = power * (x[0] + x[1]);
                    let angle = PI * (turn - 2.0 * libm::floor(turn / 2.0));
                    libm::pow(power, -0.5) * libm::cos(angle + phases[j * TERMS + k])
                };
                let exact: f64 = (0..TERMS).map(term).sum();
                assert!((out - exact).abs() < 1e-13);
            }
        }
    }
}
