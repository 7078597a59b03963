//! Whole numbers on the arcs of a network, each within its bounds, as much flowing into a node as out of it.
//! Repaired arc by arc along augmenting paths (the out-of-kilter idea of D. R. Fulkerson, 1961): exact, and cheap when
//! little has changed. When an arc cannot be repaired, the nodes reached form a cut that proves it (A. J. Hoffman's
//! circulation theorem, 1960).

/// One arc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arc {
    pub from: u32,
    pub to: u32,
    pub low: i64,
    pub high: i64,
    pub flow: i64,
}

/// A network with a flow that is kept at every node (a circulation).
#[derive(Debug, Clone, Default)]
pub(super) struct Network {
    pub arcs: Vec<Arc>,
    /// The arcs that touch each node.
    touching: Vec<Vec<u32>>,
    /// For each node the arc by which the search came to it.
    came_by: Vec<u32>,
    queue: Vec<u32>,
}

const UNSEEN: u32 = u32::MAX;
const START: u32 = u32::MAX - 1;

impl Network {
    pub fn new(nodes: usize) -> Self {
        Self {
            touching: vec![Vec::new(); nodes],
            came_by: vec![UNSEEN; nodes],
            ..Self::default()
        }
    }

    /// Adds an arc without flow; gives its number.
    pub fn arc(&mut self, from: u32, to: u32, low: i64, high: i64) -> usize {
        let number = self.arcs.len();
        self.arcs.push(Arc {
            from,
            to,
            low,
            high,
            flow: 0,
        });
        self.touching[from as usize].push(number as u32);
        self.touching[to as usize].push(number as u32);
        number
    }

    /// Takes over bounds and flow of a network with the same arcs.
    pub fn restore(&mut self, other: &Self) {
        self.arcs.clone_from(&other.arcs);
    }

    /// Brings the flow of one arc within its bounds, never leading any other arc away from its own; `false` when no
    /// flow within all bounds exists.
    pub fn mend(&mut self, number: usize) -> bool {
        loop {
            let arc = self.arcs[number];
            if arc.low > arc.high {
                self.came_by.fill(UNSEEN);
                return false;
            }
            let (start, end, missing) = if arc.flow < arc.low {
                (arc.to, arc.from, arc.low - arc.flow)
            } else if arc.flow > arc.high {
                (arc.from, arc.to, arc.flow - arc.high)
            } else {
                return true;
            };
            if !self.search(start, end) {
                return false;
            }
            let mut push = missing;
            self.walk_back(start, end, |arc, forward| {
                let room = if forward {
                    arc.high - arc.flow
                } else {
                    arc.flow - arc.low
                };
                push = push.min(room);
            });
            self.walk_back(start, end, |arc, forward| {
                arc.flow += if forward { push } else { -push }
            });
            self.arcs[number].flow += if arc.flow < arc.low { push } else { -push };
        }
    }

    /// Brings every arc within its bounds.
    ///
    /// # Errors
    /// When there is no such flow: for each node whether it lies inside the cut that proves it.
    pub fn settle(&mut self) -> Result<(), Vec<bool>> {
        for number in 0..self.arcs.len() {
            if !self.mend(number) {
                return Err(self.came_by.iter().map(|arc| *arc != UNSEEN).collect());
            }
        }
        Ok(())
    }

    /// Breadth first over arcs that can take more, or give some back.
    fn search(&mut self, start: u32, end: u32) -> bool {
        self.came_by.fill(UNSEEN);
        self.queue.clear();
        self.queue.push(start);
        self.came_by[start as usize] = START;
        let mut next = 0;
        while let Some(node) = self.queue.get(next).copied() {
            next += 1;
            for number in &self.touching[node as usize] {
                let arc = &self.arcs[*number as usize];
                let other = if arc.from == node && arc.flow < arc.high {
                    arc.to
                } else if arc.to == node && arc.flow > arc.low {
                    arc.from
                } else {
                    continue;
                };
                if self.came_by[other as usize] == UNSEEN {
                    self.came_by[other as usize] = *number;
                    if other == end {
                        return true;
                    }
                    self.queue.push(other);
                }
            }
        }
        false
    }

    /// Visits the arcs of the path found, from its end, and whether each is walked along its direction.
    fn walk_back(&mut self, start: u32, end: u32, mut visit: impl FnMut(&mut Arc, bool)) {
        let mut node = end;
        while node != start {
            let arc = &mut self.arcs[self.came_by[node as usize] as usize];
            let forward = arc.to == node;
            node = if forward { arc.from } else { arc.to };
            visit(arc, forward);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two suppliers, two takers, everything within bounds or a proof that it cannot be.
    fn network(supply: [(i64, i64); 2], take: [(i64, i64); 2], total: i64) -> Network {
        let mut network = Network::new(6);
        network.arc(1, 0, total, total);
        for (place, (low, high)) in supply.into_iter().enumerate() {
            network.arc(0, 2 + place as u32, low, high);
        }
        for (place, (low, high)) in take.into_iter().enumerate() {
            network.arc(4 + place as u32, 1, low, high);
        }
        for from in 2..4 {
            for to in 4..6 {
                network.arc(from, to, 0, 3);
            }
        }
        network
    }

    #[test]
    fn a_flow_within_all_bounds_is_found_and_kept_at_every_node() {
        let mut found = network([(2, 5), (1, 4)], [(0, 6), (3, 3)], 7);
        assert_eq!(found.settle(), Ok(()));
        for node in 0..6 {
            let sum: i64 = found
                .arcs
                .iter()
                .map(|arc| arc.flow * (i64::from(arc.to == node) - i64::from(arc.from == node)))
                .sum();
            assert_eq!(sum, 0);
        }
        assert!(found.arcs.iter().all(|arc| (arc.low..=arc.high).contains(&arc.flow)));
    }

    #[test]
    fn the_cut_of_an_impossible_network_asks_for_more_than_it_lets_out() {
        let mut found = network([(0, 2), (0, 4)], [(0, 6), (0, 6)], 7);
        let inside = found.settle().expect_err("six at most");
        let inside = |node: u32| inside[node as usize];
        let entering: i64 = found
            .arcs
            .iter()
            .filter(|a| !inside(a.from) && inside(a.to))
            .map(|a| a.low)
            .sum();
        let leaving: i64 = found
            .arcs
            .iter()
            .filter(|a| inside(a.from) && !inside(a.to))
            .map(|a| a.high)
            .sum();
        assert_eq!((entering, leaving), (7, 6));
    }
}
