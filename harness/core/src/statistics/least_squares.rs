//! A straight line through points.

/// A fitted line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Rise per unit of x.
    pub slope: f64,
    /// The value at x = 0.
    pub intercept: f64,
    /// The standard error of the slope if the residuals were independent, from n − 2 degrees of
    /// freedom; not a number for two points. Points of one curve are not independent: for show,
    /// never for verdicts.
    pub slope_error: f64,
}

/// The least-squares line through points (x, y), about the means.
///
/// `None` if there are fewer than two different x, or if anything is not finite.
pub fn fit_line(points: &[(f64, f64)]) -> Option<Line> {
    let n = points.len() as f64;
    let finite = points.iter().all(|(x, y)| x.is_finite() && y.is_finite());
    let first = points.first()?.0;
    let differ = points.iter().any(|(x, _)| x.total_cmp(&first).is_ne());
    if !finite || !differ {
        return None;
    }
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n;
    let centred = || points.iter().map(|(x, y)| (x - mean_x, y - mean_y));
    let square_x: f64 = centred().map(|(x, _)| x * x).sum();
    let product: f64 = centred().map(|(x, y)| x * y).sum();
    let slope = product / square_x;
    let residual: f64 = centred()
        .map(|(x, y)| y - slope * x)
        .map(|error| error * error)
        .sum();
    let line = Line {
        slope,
        intercept: mean_y - slope * mean_x,
        slope_error: (residual / (n - 2.0) / square_x).sqrt(),
    };
    line.slope.is_finite().then_some(line)
}
