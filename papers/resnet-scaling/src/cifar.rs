//! A user's copy of CIFAR-10 in its binary version (Krizhevsky 2009), which is not shipped.
//!
//! A record has 3,073 bytes: the class, 0 to 9, then a red, a green and a blue plane of 32 × 32 grey
//! levels, row by row. The five training batches followed by the test batch make one file of 60,000
//! records; whatever the number of records, the last sixth is for testing.

use rand::Rng;

use harness_numerics::random;

use crate::convolution::loss::CLASSES;
use crate::convolution::staged::{COLOURS, SIDE};

/// Bytes of an image without its class.
const PIXELS: usize = COLOURS * SIDE * SIDE;
/// Bytes of a record.
pub const RECORD: usize = PIXELS + 1;
/// Zeros around an image from which a crop is taken.
const PADDING: usize = 4;

/// Means and deviations of the three colours, of grey levels from 0 to 1: those of the released code.
const MEANS: [f64; COLOURS] = [0.4914, 0.4822, 0.4465];
const DEVIATIONS: [f64; COLOURS] = [0.2023, 0.1994, 0.2010];

/// Why a file is not in this format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CifarError {
    /// The length is not a whole number of records, or too few for training and test.
    Length(u64),
    /// A record whose class is not one of ten, both counted from 0.
    Class {
        /// The record.
        record: usize,
        /// Its first byte.
        class: u8,
    },
}

impl std::fmt::Display for CifarError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Length(bytes) => write!(
                f,
                "{bytes} bytes are not at least six records of {RECORD} bytes each"
            ),
            Self::Class { record, class } => {
                write!(f, "record {record} has class {class}; allowed: 0 to 9")
            }
        }
    }
}

impl std::error::Error for CifarError {}

/// Checks the length of a file.
///
/// # Errors
/// [`CifarError::Length`].
pub const fn check_length(bytes: u64) -> Result<(), CifarError> {
    if bytes.is_multiple_of(RECORD as u64) && bytes >= 6 * RECORD as u64 {
        Ok(())
    } else {
        Err(CifarError::Length(bytes))
    }
}

/// Where an image is cut out of its padded self, and whether it is mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    row: usize,
    column: usize,
    mirrored: bool,
}

impl Crop {
    /// The image itself.
    pub const WHOLE: Self = Self {
        row: PADDING,
        column: PADDING,
        mirrored: false,
    };

    /// Each of the 81 places and both directions with equal chance.
    pub fn draw(rng: &mut impl Rng) -> Self {
        let places = 2 * PADDING as u32 + 1;
        Self {
            row: random::below(rng, places) as usize,
            column: random::below(rng, places) as usize,
            mirrored: random::below(rng, 2) == 1,
        }
    }
}

/// The records of a file.
#[derive(Clone, Debug)]
pub struct Cifar {
    records: Vec<u8>,
}

impl Cifar {
    /// Takes the bytes of a file.
    ///
    /// # Errors
    /// A wrong length, or a class above 9.
    pub fn parse(records: Vec<u8>) -> Result<Self, CifarError> {
        check_length(records.len() as u64)?;
        for (record, bytes) in records.chunks_exact(RECORD).enumerate() {
            if usize::from(bytes[0]) >= CLASSES {
                let class = bytes[0];
                return Err(CifarError::Class { record, class });
            }
        }
        Ok(Self { records })
    }

    /// Number of training images, which come first, and of test images.
    pub const fn counts(&self) -> (usize, usize) {
        let records = self.records.len() / RECORD;
        (records - records / 6, records / 6)
    }

    /// An image, cropped and mirrored, with each colour at mean 0 and deviation 1 (padding is grey
    /// level 0 before that), and its class.
    pub fn image(&self, index: usize, crop: Crop) -> (Vec<f64>, usize) {
        let record = &self.records[index * RECORD..][..RECORD];
        let mut image = Vec::with_capacity(PIXELS);
        for (colour, plane) in record[1..].chunks_exact(SIDE * SIDE).enumerate() {
            for row in 0..SIDE {
                for place in 0..SIDE {
                    let column = if crop.mirrored {
                        SIDE - 1 - place
                    } else {
                        place
                    };
                    let from_row = (row + crop.row).checked_sub(PADDING);
                    let from_column = (column + crop.column).checked_sub(PADDING);
                    let level = match (from_row, from_column) {
                        (Some(row), Some(column)) if row < SIDE && column < SIDE => {
                            f64::from(plane[row * SIDE + column]) / 255.0
                        }
                        _ => 0.0,
                    };
                    image.push((level - MEANS[colour]) / DEVIATIONS[colour]);
                }
            }
        }
        (image, usize::from(record[0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(records: usize) -> Vec<u8> {
        let record = |record: usize| {
            let pixels = (0..PIXELS).map(move |pixel| ((pixel * 7 + record * 31) % 256) as u8);
            std::iter::once((record % 10) as u8).chain(pixels)
        };
        (0..records).flat_map(record).collect()
    }

    #[test]
    fn records_are_split_as_the_batches_are() {
        let cifar = Cifar::parse(bytes(12)).expect("whole records");
        assert_eq!(cifar.counts(), (10, 2));
        let (image, class) = cifar.image(11, Crop::WHOLE);
        assert_eq!(class, 1);
        // Green, row 2, column 5.
        let pixel = 1024 + 2 * 32 + 5;
        let level = ((pixel * 7 + 11 * 31) % 256) as f64 / 255.0;
        assert!((image[pixel] - (level - 0.4822) / 0.1994).abs() < 1e-12);
    }

    #[test]
    fn crops_move_and_mirror_the_image() {
        let cifar = Cifar::parse(bytes(6)).expect("whole records");
        let (whole, _) = cifar.image(3, Crop::WHOLE);
        let crop = Crop {
            row: 0,
            column: 7,
            mirrored: true,
        };
        let (cut, _) = cifar.image(3, crop);
        let black = -0.4914 / 0.2023;
        // Up by four rows there is padding; to the right by three, and mirrored.
        assert!((cut[3 * 32] - black).abs() < 1e-12);
        assert_eq!(cut[4 * 32 + 31 - 10].to_bits(), whole[13].to_bits());
        assert!((cut[9 * 32] - black).abs() < 1e-12, "column 34 is padding");
    }

    #[test]
    fn other_files_are_refused() {
        let mut wrong = bytes(7);
        wrong[2 * RECORD] = 10;
        let class = CifarError::Class {
            record: 2,
            class: 10,
        };
        assert_eq!(Cifar::parse(wrong).err(), Some(class));
        let short = Cifar::parse(vec![0; 6 * RECORD - 1]).map(drop);
        let error = short.expect_err("no whole records").to_string();
        assert!(error.contains("18437 bytes"), "{error}");
        assert!(check_length(5 * RECORD as u64).is_err());
    }
}
