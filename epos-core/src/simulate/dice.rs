//! Numbers that look random and are the same everywhere: a function of a key and a count, so that nothing has to be made in order.

/// Draws from one key: SplitMix64 in counter mode. Integers only, so the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    key: u64,
    count: u64,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

impl Dice {
    /// The draws of a place: a seed and what it is for.
    pub fn new(seed: u64, place: &[u64]) -> Self {
        let key = place.iter().fold(mix(seed.wrapping_add(GOLDEN)), |key, part| {
            mix(key.rotate_left(23) ^ part.wrapping_mul(GOLDEN).wrapping_add(0xD1B5_4A32_D192_ED03))
        });
        Dice { key, count: 0 }
    }

    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.count += 1;
        mix(self.key.wrapping_add(self.count.wrapping_mul(GOLDEN)))
    }

    /// A number below `limit`; 0 below nothing.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A position in something of this length.
    pub fn position(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// A number between the two, both possible.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0) as u64;
        low.saturating_add(self.below(span.saturating_add(1)) as i64)
    }

    /// True `parts` times in 10,000.
    pub fn chance(&mut self, parts: u32) -> bool {
        self.below(10_000) < u64::from(parts)
    }

    /// A position, each as likely as its weight; `None` where all weights are 0.
    pub fn pick(&mut self, weights: impl Iterator<Item = u64> + Clone) -> Option<usize> {
        let total: u64 = weights.clone().sum();
        let mut left = self.below(total);
        weights.enumerate().find_map(|(at, weight)| {
            let here = left < weight;
            left = left.saturating_sub(weight);
            here.then_some(at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_fixed_and_even() {
        let mut dice = Dice::new(1, &[2, 3]);
        assert_eq!([dice.next(), dice.next()], {
            let mut again = Dice::new(1, &[2, 3]);
            [again.next(), again.next()]
        });
        assert_ne!(Dice::new(1, &[2, 3]).next(), Dice::new(1, &[3, 2]).next());
        let mut counts = [0_u32; 3];
        for place in 0..9_000 {
            let at = Dice::new(7, &[place]).pick([1_u64, 0, 2].into_iter()).unwrap();
            counts[at] += 1;
        }
        assert!((2_800..3_200).contains(&counts[0]) && counts[1] == 0, "{counts:?}");
        assert_eq!(Dice::new(7, &[]).pick([0_u64, 0].into_iter()), None);
        assert!((0..1_000).map(|place| Dice::new(9, &[place]).between(-2, 2)).all(|draw| (-2..=2).contains(&draw)));
    }
}
