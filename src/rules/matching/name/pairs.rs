//! Pairs of words, one of each name.

use std::collections::BTreeSet;

use super::Word;

/// As many pairs of words that are the same as there can be, each word in one at most.
pub(super) fn pair_up(
    one: &[&Word],
    two: &[&Word],
    is_same: impl Fn(&Word, &Word) -> bool,
) -> Vec<(usize, usize)> {
    let mut mates: Vec<Option<usize>> = vec![None; two.len()];
    for from in 0..one.len() {
        let fits = |from: usize, to: usize| is_same(one[from], two[to]);
        find_mate(from, &fits, &mut mates, &mut BTreeSet::new());
    }
    let pairs = mates.into_iter().enumerate();
    pairs.filter_map(|(to, from)| Some((from?, to))).collect()
}

fn find_mate(
    from: usize,
    fits: &impl Fn(usize, usize) -> bool,
    mates: &mut [Option<usize>],
    seen: &mut BTreeSet<usize>,
) -> bool {
    for to in 0..mates.len() {
        if fits(from, to) && seen.insert(to) {
            let is_free = match mates[to] {
                None => true,
                Some(rival) => find_mate(rival, fits, mates, seen),
            };
            if is_free {
                mates[to] = Some(from);
                return true;
            }
        }
    }
    false
}
