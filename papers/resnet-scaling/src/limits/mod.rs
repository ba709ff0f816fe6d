//! The limit equations, and how far a network of finite depth is from them.

pub mod fractional;
pub mod rectified;
pub mod scalar;
pub mod smooth;
pub mod system;
pub mod vanishing;

/// The depths at which a network is compared: powers of two.
pub fn powers_of_two(least: usize, most: usize) -> Vec<usize> {
    let mut depths = Vec::new();
    let mut depth = least.max(1);
    while depth <= most {
        depths.push(depth);
        depth *= 2;
    }
    depths
}
