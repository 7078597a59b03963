//! Which questions are asked for, in which order.

use std::cmp::Reverse;

use super::{By, Counted};
use crate::domain::statistics::{classical::ItemFigures, remark::weight};

/// By what questions are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Place,
    Facility,
    Discrimination,
    Remarks,
}

impl Order {
    pub const ALL: [Self; 4] = [Self::Place, Self::Facility, Self::Discrimination, Self::Remarks];

    pub fn code(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Facility => "facility",
            Self::Discrimination => "discrimination",
            Self::Remarks => "remarks",
        }
    }
}

/// Which questions, in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    pub order: Order,
    pub descending: bool,
    pub remarked: bool,
    pub page: usize,
    /// Which groups of persons are compared.
    pub by: By,
}

impl Wish {
    /// From the words of an address: `facility`, or `-facility` for the highest first. What is not known sorts by place.
    pub fn of(sort: &str, remarked: bool, page: usize) -> Self {
        let (descending, code) = match sort.strip_prefix('-') {
            Some(code) => (true, code),
            None => (false, sort),
        };
        let order = Order::ALL.into_iter().find(|order| order.code() == code);
        Self {
            order: order.unwrap_or_default(),
            descending: descending && order.is_some(),
            remarked,
            page,
            by: By::default(),
        }
    }

    pub(super) fn sort(self, counted: &Counted, places: &mut [u32]) {
        // Places come in order and the sort is stable; questions without a number stand last either way.
        let mut by = |number: &dyn Fn(&ItemFigures) -> Option<f64>| {
            let number = |pool: &u32| number(&counted.items[*pool as usize]);
            places.sort_by(|a, b| match (number(a), number(b)) {
                (Some(a), Some(b)) if self.descending => b.total_cmp(&a),
                (Some(a), Some(b)) => a.total_cmp(&b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            });
        };
        match (self.order, self.descending) {
            (Order::Place, false) => {}
            (Order::Place, true) => places.reverse(),
            (Order::Facility, _) => by(&|figures| figures.facility),
            (Order::Discrimination, _) => by(&|figures| figures.item_rest_r),
            (Order::Remarks, false) => places.sort_by_key(|pool| weight(&counted.remarks[*pool as usize])),
            (Order::Remarks, true) => places.sort_by_key(|pool| Reverse(weight(&counted.remarks[*pool as usize]))),
        }
    }
}
