//! Sets of whole numbers as sorted, disjoint, non-touching inclusive ranges. The form is
//! canonical: equal sets are equal vectors.

/// A number that an [`IntervalSet`] can hold.
pub trait Number: Copy + Ord + std::fmt::Debug {
    /// The smallest.
    const MIN: Self;
    /// The largest.
    const MAX: Self;
    /// The next one, if there is one.
    fn next(self) -> Option<Self>;
    /// The one before, if there is one.
    fn previous(self) -> Option<Self>;
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl Number for $type {
            const MIN: Self = <$type>::MIN;
            const MAX: Self = <$type>::MAX;
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn previous(self) -> Option<Self> {
                self.checked_sub(1)
            }
        }
    )*};
}
number!(u8, u16, u32);

/// A set of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IntervalSet<T> {
    ranges: Vec<(T, T)>,
}

impl<T> Default for IntervalSet<T> {
    fn default() -> Self {
        Self { ranges: Vec::new() }
    }
}

impl<T: Number> IntervalSet<T> {
    /// The empty set.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Every number.
    pub fn full() -> Self {
        Self::range(T::MIN, T::MAX)
    }

    /// `low` to `high`, both included; empty where `high` is below `low`.
    pub fn range(low: T, high: T) -> Self {
        Self { ranges: if low <= high { vec![(low, high)] } else { Vec::new() } }
    }

    /// The union of any ranges, in any order.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut all: Vec<(T, T)> = ranges.into_iter().filter(|(low, high)| low <= high).collect();
        all.sort_unstable();
        Self { ranges: merged(all) }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Its ranges in order.
    pub fn ranges(&self) -> &[(T, T)] {
        &self.ranges
    }

    /// Whether the number is in it.
    pub fn contains(&self, number: T) -> bool {
        let after = self.ranges.partition_point(|(low, _)| *low <= number);
        after > 0 && self.ranges[after - 1].1 >= number
    }

    /// Whether all of `low` to `high` is in it.
    pub fn contains_range(&self, low: T, high: T) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= low);
        after > 0 && self.ranges[after - 1].1 >= high
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        let mut both = Vec::new();
        while let (Some(&&(a_low, a_high)), Some(&&(b_low, b_high))) = (a.peek(), b.peek()) {
            let (low, high) = (a_low.max(b_low), a_high.min(b_high));
            if low <= high {
                both.push((low, high));
            }
            if a_high <= b_high {
                a.next();
            } else {
                b.next();
            }
        }
        Self { ranges: both }
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.is_empty() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        Self::from_ranges(self.ranges.iter().chain(&other.ranges).copied())
    }

    /// What is not in it.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.ranges.len() + 1);
        let mut from = Some(T::MIN);
        for &(low, high) in &self.ranges {
            if let (Some(start), Some(end)) = (from, low.previous())
                && start <= end
            {
                gaps.push((start, end));
            }
            from = high.next();
        }
        if let Some(start) = from {
            gaps.push((start, T::MAX));
        }
        Self { ranges: gaps }
    }

    /// What is in this one only.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_empty() {
            return self.clone();
        }
        self.intersection(&other.complement())
    }

    /// Whether all of this is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.ranges.iter().all(|&(low, high)| other.contains_range(low, high))
    }

    /// Its smallest number.
    pub fn first(&self) -> Option<T> {
        self.ranges.first().map(|(low, _)| *low)
    }
}

/// Joins sorted ranges that overlap or touch.
fn merged<T: Number>(sorted: Vec<(T, T)>) -> Vec<(T, T)> {
    let mut joined: Vec<(T, T)> = Vec::with_capacity(sorted.len());
    for (low, high) in sorted {
        match joined.last_mut() {
            Some(last) if last.1.next().is_none_or(|next| low <= next) => last.1 = last.1.max(high),
            _ => joined.push((low, high)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    type Members = BTreeSet<u8>;

    fn members(set: &IntervalSet<u8>) -> Members {
        (0..=u8::MAX).filter(|n| set.contains(*n)).collect()
    }

    fn ranges() -> impl Strategy<Value = Vec<(u8, u8)>> {
        proptest::collection::vec((any::<u8>(), any::<u8>()), 0..6)
    }

    fn canonical(set: &IntervalSet<u8>) -> bool {
        let all = set.ranges();
        all.iter().all(|(low, high)| low <= high)
            && all.windows(2).all(|w| u16::from(w[0].1) + 1 < u16::from(w[1].0))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::reach::cases(512)))]
        #[test]
        fn operations_agree_with_sets_of_members(a in ranges(), b in ranges()) {
            let (x, y) = (IntervalSet::from_ranges(a), IntervalSet::from_ranges(b));
            let (mx, my) = (members(&x), members(&y));
            for (made, expected) in [
                (x.union(&y), &mx | &my),
                (x.intersection(&y), &mx & &my),
                (x.difference(&y), &mx - &my),
                (x.complement(), (0..=u8::MAX).filter(|n| !mx.contains(n)).collect()),
            ] {
                prop_assert_eq!(members(&made), expected);
                prop_assert!(canonical(&made), "{:?}", made);
            }
            prop_assert_eq!(x.is_subset(&y), mx.is_subset(&my));
            prop_assert_eq!(x.first(), mx.first().copied());
            prop_assert_eq!(x.is_empty(), mx.is_empty());
        }

        #[test]
        fn a_range_is_inside_when_each_number_is(a in ranges(), low: u8, high: u8) {
            prop_assume!(low <= high);
            let set = IntervalSet::from_ranges(a);
            prop_assert_eq!(set.contains_range(low, high), (low..=high).all(|n| set.contains(n)));
        }
    }
}
