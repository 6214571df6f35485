//! Who is near to whom: a walk along ties, one step after the other, and the shortest ways back.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The most steps a walk takes.
pub const DEEPEST: u32 = 4;
/// The most people that are told of.
pub const MOST_PEOPLE: usize = 1_000;
/// The most ties by which one person is said to have been reached.
pub const MOST_TIES: usize = 10;

/// What ties two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TieId {
    /// A relationship, whether it holds or has ended: they know each other either way.
    Relationship(Uuid),
    /// A referral of one by the other.
    Referral(Uuid),
}

/// One tie, as it is met on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The person it leads to.
    pub far: Uuid,
    /// The tie.
    pub tie: TieId,
    /// When the person it leads to was last touched.
    pub touched_at: Option<DateTime<Utc>>,
    /// Nobody may contact the person it leads to.
    pub do_not_contact: bool,
}

/// A person who was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The person.
    pub person: Uuid,
    /// How many ties away they are.
    pub distance: u32,
    /// When they were last touched.
    pub touched_at: Option<DateTime<Utc>>,
    /// Nobody may contact them.
    pub do_not_contact: bool,
    /// From whom, and by which ties: all the shortest ways end with one of these.
    pub ties: Vec<(Uuid, TieId)>,
}

impl Reached {
    /// The order of those at one distance: who was touched last comes first.
    fn rank(&self) -> (Reverse<Option<DateTime<Utc>>>, Uuid) {
        (Reverse(self.touched_at), self.person)
    }
}

/// A walk that begins with one person. Nobody is met twice, so circles do no harm.
#[derive(Clone, Debug)]
pub struct Walk {
    root: Uuid,
    most: usize,
    reached: Vec<Reached>,
    place: HashMap<Uuid, usize>,
    frontier: Vec<Uuid>,
    newest_from: usize,
    truncated: bool,
}

impl Walk {
    /// A walk that has not begun, and ends once it has met so many people.
    pub fn new(root: Uuid, most: usize) -> Self {
        Self {
            root,
            most,
            reached: Vec::new(),
            place: HashMap::new(),
            frontier: vec![root],
            newest_from: 0,
            truncated: false,
        }
    }

    /// The people whose ties the next step follows.
    pub fn frontier(&self) -> &[Uuid] {
        &self.frontier
    }

    /// Goes on from no person who may not be contacted: nobody can ask them for an introduction.
    pub fn spare_do_not_contact(&mut self) {
        let (reached, place) = (&self.reached, &self.place);
        self.frontier.retain(|person| {
            !place
                .get(person)
                .is_some_and(|at| reached[*at].do_not_contact)
        });
    }

    /// Takes one step along these ties of the people at the frontier.
    pub fn advance(&mut self, ties: &HashMap<Uuid, Vec<Step>>) {
        let distance = self.reached.last().map_or(0, |last| last.distance) + 1;
        let mut met: BTreeMap<Uuid, Reached> = BTreeMap::new();
        for near in &self.frontier {
            for step in ties.get(near).map_or(&[][..], Vec::as_slice) {
                if step.far == self.root || self.place.contains_key(&step.far) {
                    continue;
                }
                met.entry(step.far)
                    .or_insert_with(|| Reached {
                        person: step.far,
                        distance,
                        touched_at: step.touched_at,
                        do_not_contact: step.do_not_contact,
                        ties: Vec::new(),
                    })
                    .ties
                    .push((*near, step.tie));
            }
        }
        let mut met: Vec<_> = met.into_values().collect();
        met.sort_by_key(Reached::rank);
        let room = self.most - self.reached.len();
        self.truncated |= met.len() > room;
        met.truncate(room);
        for reached in &mut met {
            reached.ties.sort_unstable();
            reached.ties.dedup();
        }
        self.frontier = met.iter().map(|reached| reached.person).collect();
        self.newest_from = self.reached.len();
        for reached in met {
            self.place.insert(reached.person, self.reached.len());
            self.reached.push(reached);
        }
        if self.truncated {
            self.frontier.clear();
        }
    }

    /// Notes that ties were left out, and so perhaps people.
    pub fn cut(&mut self) {
        self.truncated = true;
    }

    /// The person with whom it began.
    pub fn root(&self) -> Uuid {
        self.root
    }

    /// Who was reached: the nearest first, and of those at one distance who was touched last.
    pub fn reached(&self) -> &[Reached] {
        &self.reached
    }

    /// Who was reached with the last step.
    pub fn newest(&self) -> impl Iterator<Item = &Reached> {
        self.reached[self.newest_from..].iter()
    }

    /// There are more people, beyond the most that a walk may meet.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// How many people stand at each distance, from one on, as far as anybody was reached.
    pub fn by_distance(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for reached in &self.reached {
            let index = reached.distance as usize - 1;
            counts.resize(counts.len().max(index + 1), 0);
            counts[index] += 1;
        }
        counts
    }

    /// A shortest way from the person back to the root: who stands on it, and the ties by which
    /// each knows the one before. Where there are several, it leads over whoever was touched last.
    pub fn way_back(&self, from: Uuid) -> Vec<(Uuid, Vec<TieId>)> {
        let mut way = vec![(from, Vec::new())];
        let mut at = self.place.get(&from).map(|place| &self.reached[*place]);
        while let Some(reached) = at {
            let rank = |near: &Uuid| self.place.get(near).map(|at| self.reached[*at].rank());
            let nearer = reached.ties.iter().map(|(near, _)| *near);
            let Some(next) = nearer.min_by_key(|near| (rank(near), *near)) else {
                break;
            };
            let ties = reached.ties.iter().filter(|(near, _)| *near == next);
            way.push((next, ties.map(|(_, tie)| *tie).take(MOST_TIES).collect()));
            at = self.place.get(&next).map(|place| &self.reached[*place]);
        }
        way
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn id(person: u128) -> Uuid {
        Uuid::from_u128(person)
    }

    /// People know each other both ways; each is touched on the day of their number.
    fn ties(pairs: &[(u128, u128)]) -> HashMap<Uuid, Vec<Step>> {
        let mut ties: HashMap<Uuid, Vec<Step>> = HashMap::new();
        for (index, (one, other)) in (1..).zip(pairs) {
            for (near, far) in [(one, other), (other, one)] {
                ties.entry(id(*near)).or_default().push(Step {
                    far: id(*far),
                    tie: TieId::Relationship(id(index)),
                    touched_at: Some(
                        DateTime::UNIX_EPOCH + TimeDelta::days(i64::try_from(*far).unwrap_or(0)),
                    ),
                    do_not_contact: *far == 99,
                });
            }
        }
        ties
    }

    fn walk(pairs: &[(u128, u128)], steps: u32, most: usize) -> Walk {
        let (ties, mut walk) = (ties(pairs), Walk::new(id(1), most));
        for _ in 0..steps {
            walk.advance(&ties);
        }
        walk
    }

    fn distances(walk: &Walk) -> Vec<(u128, u32)> {
        let reached = walk.reached().iter();
        reached
            .map(|reached| (reached.person.as_u128(), reached.distance))
            .collect()
    }

    #[test]
    fn each_is_met_once_and_as_the_nearest_whatever_circles_there_are() {
        let circle = walk(&[(1, 2), (2, 3), (3, 1), (3, 4), (4, 1), (4, 5)], 4, 10);

        assert_eq!(distances(&circle), [(4, 1), (3, 1), (2, 1), (5, 2)]);
        assert_eq!(circle.by_distance(), [3, 1]);
        assert!(!circle.is_truncated());
    }

    #[test]
    fn a_walk_ends_when_it_has_met_the_most_people() {
        let hub: Vec<_> = (2..=8).map(|person| (1, person)).collect();

        let cut = walk(&hub, 4, 5);
        let full = walk(&hub, 4, 7);

        assert_eq!(distances(&cut), [(8, 1), (7, 1), (6, 1), (5, 1), (4, 1)]);
        assert!(cut.is_truncated() && !full.is_truncated());
    }

    #[test]
    fn the_way_back_is_a_shortest_one_over_whoever_was_touched_last() {
        let walked = walk(&[(1, 2), (1, 3), (2, 4), (3, 4), (4, 5), (5, 1)], 4, 10);

        let way = walked.way_back(id(4));

        let people: Vec<_> = way.iter().map(|(person, _)| person.as_u128()).collect();
        assert_eq!(people, [4, 5, 1]);
        assert_eq!(way[1].1, [TieId::Relationship(id(5))]);
        assert_eq!(walked.way_back(id(1)), [(id(1), vec![])]);
    }

    #[test]
    fn nobody_is_introduced_by_one_who_may_not_be_contacted() {
        let (ties, mut walk) = (ties(&[(1, 99), (99, 3)]), Walk::new(id(1), 10));

        walk.advance(&ties);
        walk.spare_do_not_contact();
        walk.advance(&ties);

        assert_eq!(distances(&walk), [(99, 1)]);
    }

    proptest! {
        #[test]
        fn distances_are_those_of_the_plain_relaxation(
            pairs in prop::collection::vec((1..12_u128, 1..12_u128), 0..40), steps in 1..=DEEPEST,
        ) {
            let pairs: Vec<_> = pairs.into_iter().filter(|(one, other)| one != other).collect();
            let mut nearest = HashMap::from([(1_u128, 0_u32)]);
            for _ in 0..steps {
                for (one, other) in nearest.clone().into_iter().flat_map(|(person, at)| {
                    let both = pairs.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]);
                    both.filter(move |(a, _)| *a == person).map(move |(_, b)| (b, at + 1))
                }) {
                    nearest.entry(one).and_modify(|at| *at = (*at).min(other)).or_insert(other);
                }
            }
            nearest.remove(&1);

            let walked: HashMap<_, _> = distances(&walk(&pairs, steps, 100)).into_iter().collect();

            prop_assert_eq!(walked, nearest);
        }
    }
}
