//! The regularised incomplete beta function, from which Student's and the binomial distribution
//! follow.

/// `I_x(a, b)` for positive a and b, the distribution function of the beta distribution.
///
/// `x` is taken into [0, 1]. Relative error below 10⁻¹² for a + b up to 10⁴; not a number for
/// parameters that are not positive and finite. Source: DLMF 8.17.22, evaluated as by Thompson and
/// Barnett (1986).
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    Beta::new(a, b).map_or(f64::NAN, |beta| beta.distribution(x))
}

/// The x at which `I_x(a, b)` is `probability`, the quantile of the beta distribution.
///
/// `probability` is taken into [0, 1]; not a number for parameters that are not positive and
/// finite.
pub fn inverse_incomplete_beta(a: f64, b: f64, probability: f64) -> f64 {
    let Some(beta) = Beta::new(a, b).filter(|_| !probability.is_nan()) else {
        return f64::NAN;
    };
    if probability <= 0.0 {
        return 0.0;
    }
    if probability >= 1.0 {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle: f64 = low + 0.5 * (high - low);
        if middle <= low || middle >= high {
            return middle;
        }
        if beta.distribution(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
}

struct Beta {
    a: f64,
    b: f64,
    log_normaliser: f64,
}

impl Beta {
    fn new(a: f64, b: f64) -> Option<Self> {
        let possible = a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite();
        possible.then(|| Self {
            a,
            b,
            log_normaliser: libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b),
        })
    }

    fn distribution(&self, x: f64) -> f64 {
        let Self { a, b, .. } = *self;
        if x.is_nan() {
            f64::NAN
        } else if x <= 0.0 {
            0.0
        } else if x >= 1.0 {
            1.0
        } else if x <= (a + 1.0) / (a + b + 2.0) {
            self.front(x) * continued_fraction(a, b, x) / a
        } else {
            // The mirrored fraction converges faster here.
            1.0 - self.front(x) * continued_fraction(b, a, 1.0 - x) / b
        }
    }

    /// x^a (1 − x)^b / B(a, b).
    fn front(&self, x: f64) -> f64 {
        libm::exp(self.log_normaliser + self.a * libm::log(x) + self.b * libm::log1p(-x))
    }
}

/// The continued fraction of DLMF 8.17.22 by the modified Lentz method.
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const ROUNDS: u32 = 100_000;
    let guarded = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for round in 1..ROUNDS {
        let m = f64::from(round);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guarded(1.0 + even * d);
        c = guarded(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guarded(1.0 + odd * d);
        c = guarded(1.0 + odd / c);
        let factor = d * c;
        value *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}
