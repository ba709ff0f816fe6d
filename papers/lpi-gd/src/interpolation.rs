//! Local polynomial interpolation: the weights of grid nodes for a data point, and their mean over
//! the data.
//!
//! The weights of a point x are those of a least-squares fit of a polynomial of total degree at
//! most l to the values on the nodes within h = (l + 2)/m of x along every axis, weighted by a
//! product of Epanechnikov kernels and evaluated at x. Window and kernel are products over the
//! axes, so polynomials that are orthogonal along each axis give an orthogonal basis, and the fit
//! needs no linear system:
//! w_y(x) = Σ_{|s| ≤ l} Π_k K(v_k) p_{s_k}(v_k) p_{s_k}(0) / ‖p_{s_k}‖².

use pulp::NullaryFnOnce;

use crate::grid::Grid;
use crate::points::Points;

/// The largest degree of the local polynomials.
pub const MOST_DEGREE: usize = 5;
/// The largest dimension of the data.
pub const MOST_DIMENSION: usize = 4;

/// Coefficients by total degree.
type ByDegree = [f64; MOST_DEGREE + 1];

/// Interpolation of one degree on one grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalPolynomial {
    grid: Grid,
    degree: usize,
}

/// Why a grid and a degree do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InterpolationError {
    /// The window at the border would hold too few nodes.
    #[error("degree {degree} needs at least {} grid nodes per axis", degree + 2)]
    TooCoarse {
        /// The degree asked for.
        degree: usize,
    },
    /// More nodes than memory should hold.
    #[error("the grid has more than {} nodes", Grid::MOST_NODES)]
    TooManyNodes,
    /// Outside what is implemented.
    #[error(
        "the degree must be at most {MOST_DEGREE} and the data dimension 1 to {MOST_DIMENSION}"
    )]
    Unsupported,
}

impl LocalPolynomial {
    /// Interpolation of degree l on a grid.
    ///
    /// # Errors
    /// A grid that is too coarse for the degree or too large, or a degree or dimension out of range.
    pub fn new(grid: Grid, degree: usize) -> Result<Self, InterpolationError> {
        if degree > MOST_DEGREE || !(1..=MOST_DIMENSION).contains(&grid.dimension) {
            return Err(InterpolationError::Unsupported);
        }
        if grid.per_axis < degree + 2 {
            return Err(InterpolationError::TooCoarse { degree });
        }
        grid.nodes().ok_or(InterpolationError::TooManyNodes)?;
        Ok(Self { grid, degree })
    }

    /// The grid.
    pub const fn grid(&self) -> Grid {
        self.grid
    }

    /// The degree of the local polynomials: l.
    pub const fn degree(&self) -> usize {
        self.degree
    }

    /// The bandwidth in units of the grid spacing: c_h = l + 2, so h = c_h/m.
    pub const fn bandwidth(&self) -> f64 {
        (self.degree + 2) as f64
    }

    /// Hands the weights of every point to `visitor`, point by point and row by row.
    pub fn visit(&self, points: &Points, visitor: &mut impl Visitor) {
        match self.degree {
            0 => self.visit_with::<4>(points, visitor),
            1 | 2 => self.visit_with::<8>(points, visitor),
            3 | 4 => self.visit_with::<12>(points, visitor),
            _ => self.visit_with::<16>(points, visitor),
        }
    }

    fn visit_with<const W: usize>(&self, points: &Points, visitor: &mut impl Visitor) {
        struct Walk<'a, V, const W: usize>(&'a LocalPolynomial, &'a Points, &'a mut V);
        impl<V: Visitor, const W: usize> NullaryFnOnce for Walk<'_, V, W> {
            type Output = ();
            #[inline(always)]
            #[expect(clippy::inline_always, reason = "compiled once for each vector width")]
            fn call(self) {
                let Self(rule, points, visitor) = self;
                let mut axes = [Axis::<W>::EMPTY; MOST_DIMENSION];
                for x in points.iter() {
                    for (axis, x) in axes.iter_mut().zip(x) {
                        axis.place(rule, *x);
                    }
                    let axes = &mut axes[..points.dimension()];
                    for_each_row(rule, axes, visitor);
                    visitor.end_of_point();
                }
            }
        }
        harness_numerics::kernels::vectorised(Walk::<_, W>(self, points, visitor));
    }
}

/// Takes interpolation weights as they are computed.
pub trait Visitor {
    /// The weights of consecutive nodes, from node number `first` of the grid on.
    fn row(&mut self, first: usize, weights: &[f64]);

    /// All weights of one point have been handed over.
    fn end_of_point(&mut self);
}

/// What one axis contributes: for the nodes of the window along it, K p_s p_s(0)/‖p_s‖² for each
/// degree s. Lanes outside the grid are skipped.
#[derive(Clone, Copy)]
struct Axis<const W: usize> {
    /// Number, counted from 0, of the node of lane `low`.
    first: usize,
    /// The first lane inside the grid.
    low: usize,
    /// One past the last lane inside the grid.
    high: usize,
    factors: [[f64; W]; MOST_DEGREE + 1],
}

#[expect(clippy::inline_always, reason = "inlined into the vectorised walk")]
impl<const W: usize> Axis<W> {
    const EMPTY: Self = Self {
        first: 0,
        low: 0,
        high: 0,
        factors: [[0.0; W]; MOST_DEGREE + 1],
    };

    #[inline(always)]
    fn place(&mut self, rule: &LocalPolynomial, x: f64) {
        let per_axis = rule.grid.per_axis as f64;
        let position = per_axis * x;
        // Rounding may shift this by one node, whose kernel then vanishes.
        let start = libm::floor(position - rule.bandwidth()) + 1.0;
        let inverse = 1.0 / rule.bandwidth();
        let mut offset = [0.0; W];
        let mut kernel = [0.0; W];
        for lane in 0..W {
            let node = start + lane as f64;
            let v = (node - position) * inverse;
            let weight = 0.75 * (1.0 - v * v);
            let inside = weight > 0.0 && node >= 1.0 && node <= per_axis;
            offset[lane] = v;
            kernel[lane] = if inside { weight } else { 0.0 };
        }
        self.low = if start < 1.0 {
            (1.0 - start) as usize
        } else {
            0
        };
        let beyond = start + W as f64 - 1.0 - per_axis;
        self.high = W - if beyond > 0.0 { beyond as usize } else { 0 };
        self.first = (start + self.low as f64 - 1.0) as usize;

        // Orthogonal polynomials by the Stieltjes procedure, monic, with their values at 0.
        let (mut earlier, mut current) = ([0.0; W], [1.0; W]);
        let (mut earlier_at_zero, mut current_at_zero) = (0.0, 1.0);
        let mut earlier_norm = f64::INFINITY;
        for factors in &mut self.factors[..=rule.degree] {
            let mut weighted = [0.0; W];
            let mut squares = [0.0; W];
            let mut moments = [0.0; W];
            for lane in 0..W {
                weighted[lane] = kernel[lane] * current[lane];
                squares[lane] = weighted[lane] * current[lane];
                moments[lane] = squares[lane] * offset[lane];
            }
            let norm = sum(&squares);
            let inverse_norm = 1.0 / norm;
            let scale = current_at_zero * inverse_norm;
            let alpha = sum(&moments) * inverse_norm;
            let beta = norm / earlier_norm;
            for lane in 0..W {
                factors[lane] = weighted[lane] * scale;
                let next = (offset[lane] - alpha) * current[lane] - beta * earlier[lane];
                earlier[lane] = current[lane];
                current[lane] = next;
            }
            let next_at_zero = -alpha * current_at_zero - beta * earlier_at_zero;
            earlier_at_zero = current_at_zero;
            current_at_zero = next_at_zero;
            earlier_norm = norm;
        }
    }

    /// Replaces each degree by the sum of all degrees up to it.
    #[inline(always)]
    fn accumulate(&mut self, degree: usize) {
        for s in 1..=degree {
            for lane in 0..W {
                self.factors[s][lane] += self.factors[s - 1][lane];
            }
        }
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined into the vectorised walk")]
fn sum<const W: usize>(values: &[f64; W]) -> f64 {
    let mut lanes = [0.0; 4];
    for four in values.as_chunks::<4>().0 {
        for lane in 0..4 {
            lanes[lane] += four[lane];
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

/// Combines the axes: Σ over multi-indices |s| ≤ l of the products of factors, row by row.
#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined into the vectorised walk")]
fn for_each_row<const W: usize>(
    rule: &LocalPolynomial,
    axes: &mut [Axis<W>],
    visitor: &mut impl Visitor,
) {
    let degree = rule.degree;
    let Some((last, outer)) = axes.split_last_mut() else {
        return;
    };
    last.accumulate(degree);
    let mut lanes = [0; MOST_DIMENSION];
    for (lane, axis) in lanes.iter_mut().zip(outer.iter()) {
        *lane = axis.low;
    }
    loop {
        let mut node = 0;
        let mut by_degree: ByDegree = [0.0; MOST_DEGREE + 1];
        by_degree[0] = 1.0;
        for (position, (axis, lane)) in outer.iter().zip(&lanes).enumerate() {
            node = node * rule.grid.per_axis + axis.first + (lane - axis.low);
            if position == 0 {
                for (own, factors) in by_degree.iter_mut().zip(&axis.factors[..=degree]) {
                    *own = factors[*lane];
                }
                continue;
            }
            for total in (0..=degree).rev() {
                let mut product = 0.0;
                for s in 0..=total {
                    product += by_degree[total - s] * axis.factors[s][*lane];
                }
                by_degree[total] = product;
            }
        }
        let mut row = [0.0; W];
        let used = if outer.is_empty() { 0 } else { degree };
        for (total, own) in by_degree[..=used].iter().enumerate() {
            for (row, factor) in row.iter_mut().zip(&last.factors[degree - total]) {
                *row += own * factor;
            }
        }
        visitor.row(
            node * rule.grid.per_axis + last.first,
            &row[last.low..last.high],
        );
        let mut axis = outer.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            lanes[axis] += 1;
            if lanes[axis] < outer[axis].high {
                break;
            }
            lanes[axis] = outer[axis].low;
        }
    }
}

/// The mean of the weights over the data, ω, which replaces the data in every gradient.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The grid that carries them.
    pub grid: Grid,
    /// The degree of the local polynomials.
    pub degree: usize,
    /// One for each node, in the order of the grid: ω_y.
    pub values: Vec<f64>,
    /// The largest Lebesgue constant of a data point, Λ = max_i Σ_y |w_y(x_i)|.
    pub lebesgue: f64,
}

impl Weights {
    /// The mean weights of data that fit in memory.
    pub fn of(rule: LocalPolynomial, points: &Points) -> Self {
        let mut mean = WeightsBuilder::new(rule);
        mean.add(points);
        mean.finish()
    }

    /// Σ_y |ω_y|.
    pub fn absolute_sum(&self) -> f64 {
        self.values.iter().map(|weight| weight.abs()).sum()
    }

    /// Number of nodes whose weight is not 0. All mᵈ nodes are paid for all the same.
    pub fn nonzero(&self) -> usize {
        self.values.iter().filter(|weight| **weight != 0.0).count()
    }
}

/// Sums weights in the order of the data, in memory that does not grow with them.
#[derive(Clone, Debug)]
pub struct WeightsBuilder {
    rule: LocalPolynomial,
    sums: Vec<f64>,
    points: usize,
    absolute: f64,
    lebesgue: f64,
}

impl WeightsBuilder {
    /// No data yet.
    pub fn new(rule: LocalPolynomial) -> Self {
        Self {
            rule,
            // `LocalPolynomial::new` has refused grids without a count of nodes.
            sums: vec![0.0; rule.grid.nodes().unwrap_or_default()],
            points: 0,
            absolute: 0.0,
            lebesgue: 0.0,
        }
    }

    /// Adds the next points.
    pub fn add(&mut self, points: &Points) {
        let rule = self.rule;
        rule.visit(points, self);
        self.points += points.len();
    }

    /// Adds the next points, each as often as its multiplicity says.
    ///
    /// # Panics
    /// If there is not one multiplicity for each point.
    pub fn add_repeated(&mut self, points: &Points, multiplicities: &[u32]) {
        assert_eq!(points.len(), multiplicities.len());
        let rule = self.rule;
        let mut repeated = RepeatedPoints {
            builder: self,
            multiplicities,
            place: 0,
        };
        rule.visit(points, &mut repeated);
        self.points += multiplicities
            .iter()
            .map(|count| *count as usize)
            .sum::<usize>();
    }

    /// Divides by the number of points.
    pub fn finish(mut self) -> Weights {
        let count = self.points as f64;
        self.sums.iter_mut().for_each(|sum| *sum /= count);
        Weights {
            grid: self.rule.grid,
            degree: self.rule.degree,
            values: self.sums,
            lebesgue: self.lebesgue,
        }
    }
}

impl Visitor for WeightsBuilder {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined into the vectorised walk")]
    fn row(&mut self, first: usize, weights: &[f64]) {
        let mut absolute = 0.0;
        for (sum, weight) in self.sums[first..first + weights.len()]
            .iter_mut()
            .zip(weights)
        {
            *sum += weight;
            absolute += weight.abs();
        }
        self.absolute += absolute;
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined into the vectorised walk")]
    fn end_of_point(&mut self) {
        self.lebesgue = self.lebesgue.max(self.absolute);
        self.absolute = 0.0;
    }
}

struct RepeatedPoints<'a> {
    builder: &'a mut WeightsBuilder,
    multiplicities: &'a [u32],
    place: usize,
}

impl Visitor for RepeatedPoints<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined into the vectorised walk")]
    fn row(&mut self, first: usize, weights: &[f64]) {
        let multiplicity = f64::from(self.multiplicities[self.place]);
        let sums = &mut self.builder.sums[first..first + weights.len()];
        let mut absolute = 0.0;
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += multiplicity * weight;
            absolute += weight.abs();
        }
        self.builder.absolute += absolute;
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined into the vectorised walk")]
    fn end_of_point(&mut self) {
        self.place += 1;
        self.builder.end_of_point();
    }
}

/// The weights of single points, as (node, weight) pairs, for tests and error measurements.
#[derive(Clone, Debug, Default)]
pub struct PointWeights {
    current: Vec<(usize, f64)>,
    /// One list for each point.
    pub points: Vec<Vec<(usize, f64)>>,
}

impl PointWeights {
    /// The weights of each point.
    pub fn of(rule: LocalPolynomial, points: &Points) -> Self {
        let mut weights = Self::default();
        rule.visit(points, &mut weights);
        weights
    }
}

impl Visitor for PointWeights {
    fn row(&mut self, first: usize, weights: &[f64]) {
        let numbered = weights.iter().enumerate();
        let kept = numbered.filter(|(_, weight)| **weight != 0.0);
        self.current
            .extend(kept.map(|(index, weight)| (first + index, *weight)));
    }

    fn end_of_point(&mut self) {
        self.points.push(std::mem::take(&mut self.current));
    }
}
