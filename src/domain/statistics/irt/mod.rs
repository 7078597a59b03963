//! Item response theory: logistic models of right and wrong answers, calibrated by marginal maximum likelihood.
//!
//! The chance that a person of ability θ answers item i rightly is 1 / (1 + exp(−a(θ − b))); abilities are taken to be normal with
//! mean 0 and standard deviation 1 among those who sat (Bock and Aitkin 1981).

mod ability;
mod calibrate;
mod curve;
mod error;
mod expect;
mod maximize;
mod precision;
mod quadrature;
mod response;

pub use ability::Ability;
pub use calibrate::{Calibration, Estimate, Model, NotCalibrated, Reason, calibrate};
pub use curve::Curve;
pub use precision::Precision;
pub use response::Responses;

#[cfg(test)]
mod tests;
