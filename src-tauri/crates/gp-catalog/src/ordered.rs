//! A persistent map in the order of its keys, for what is built in order, asked far more often than it is
//! changed, and changed at few places at a time.
//!
//! Two levels: runs of entries, and which key each begins with. Cloning shares everything; a change
//! copies one run and the upper level. Asking in order stays within the run before, where a tree by
//! hash would be somewhere else in memory each time.

use gp_model::Id;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::MapAccess};
use std::{
    borrow::Borrow,
    cmp::Ordering,
    fmt,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Entries of a run at most. Fewer make the upper level long, more make a change dear.
const RUN: usize = 128;

/// Keys that begin with a number by which they can be told apart nearly always: comparing numbers
/// without a branch is several times faster than comparing texts.
pub trait Head: Ord {
    /// Never greater than that of a greater key.
    fn head(&self) -> u128;
}

impl Head for Id {
    fn head(&self) -> u128 {
        Id::head(self)
    }
}

impl Head for str {
    fn head(&self) -> u128 {
        gp_model::head_of(self)
    }
}

impl Head for String {
    fn head(&self) -> u128 {
        gp_model::head_of(self)
    }
}

impl Head for (u8, Id) {
    fn head(&self) -> u128 {
        (u128::from(self.0) << 120) | (self.1.head() >> 8)
    }
}

/// See the module.
#[derive(Clone)]
pub struct Ordered<K, V> {
    /// Heads of the first keys of the runs.
    heads: Arc<Vec<u128>>,
    /// Never an empty run.
    runs: Arc<Vec<Arc<Run<K, V>>>>,
    len: usize,
    finger: Finger,
}

/// Where something was found last. Who asks in order, or for the same again, finds it there or one further
/// on. Only a hint: whoever comes between, nothing but time is lost.
#[derive(Default)]
struct Finger(AtomicU64);

impl Finger {
    fn place(&self) -> (usize, usize) {
        let both = self.0.load(Relaxed);
        ((both >> 32) as usize, (both & u64::from(u32::MAX)) as usize)
    }

    fn put(&self, run: usize, at: usize) {
        self.0.store(((run as u64) << 32) | at as u64, Relaxed);
    }
}

impl Clone for Finger {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Relaxed)))
    }
}

#[derive(Clone)]
struct Run<K, V> {
    heads: Vec<u128>,
    entries: Vec<(K, V)>,
}

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Self {
        let (heads, runs) = (Arc::new(Vec::new()), Arc::new(Vec::new()));
        Self { heads, runs, len: 0, finger: Finger::default() }
    }
}

/// How many of some ascending numbers are less than one.
fn less_than(heads: &[u128], head: u128) -> usize {
    let (mut at, mut left) = (0, heads.len());
    while left > 1 {
        let half = left / 2;
        at += half * usize::from(heads[at + half - 1] < head);
        left -= half;
    }
    at + usize::from(left == 1 && heads[at] < head)
}

/// How many of some ascending numbers are the same as one, from the first on. Nearly always that is one or
/// none; but names have long beginnings in common, so that it may be all.
fn alike(heads: &[u128], head: u128) -> usize {
    if heads.get(1) == Some(&head) {
        heads.partition_point(|one| *one == head)
    } else {
        usize::from(heads.first() == Some(&head))
    }
}

impl<K: Head, V> Run<K, V> {
    /// Where a key is, or would be.
    fn place_of<Q: Head + ?Sized>(&self, head: u128, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        let first = less_than(&self.heads, head);
        let alike = alike(&self.heads[first..], head);
        let found =
            self.entries[first..first + alike].binary_search_by(|(k, _)| k.borrow().cmp(key));
        found.map(|at| first + at).map_err(|at| first + at)
    }
}

impl<K: Head + Clone, V: Clone> Ordered<K, V> {
    /// Without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The run in which a key is, or would be.
    fn run_of<Q: Head + ?Sized>(&self, head: u128, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        let first = less_than(&self.heads, head);
        // Of runs whose first keys begin alike, the last that does not begin beyond it.
        let alike = alike(&self.heads[first..], head);
        let runs = &self.runs[first..first + alike];
        let after = first + runs.partition_point(|run| run.entries[0].0.borrow() <= key);
        after.checked_sub(1).or_else(|| (!self.runs.is_empty()).then_some(0))
    }

    /// Run and place in it of a key that is there.
    fn place_of<Q: Head + ?Sized>(&self, key: &Q) -> Option<(usize, usize)>
    where
        K: Borrow<Q>,
    {
        let head = key.head();
        if let Some(place) = self.at_finger(head, key) {
            return Some(place);
        }
        let run = self.run_of(head, key)?;
        let at = self.runs[run].place_of(head, key).ok()?;
        self.finger.put(run, at);
        Some((run, at))
    }

    /// The place of a key where it was found last, or one further on.
    fn at_finger<Q: Head + ?Sized>(&self, head: u128, key: &Q) -> Option<(usize, usize)>
    where
        K: Borrow<Q>,
    {
        let (run, at) = self.finger.place();
        let entries = self.runs.get(run)?;
        let is_it = |run: &Run<K, V>, at: usize| {
            run.heads.get(at) == Some(&head) && run.entries[at].0.borrow() == key
        };
        if is_it(entries, at) {
            return Some((run, at));
        }
        let (run, at) = if at + 1 < entries.heads.len() { (run, at + 1) } else { (run + 1, 0) };
        let found = self.runs.get(run).is_some_and(|entries| is_it(entries, at));
        found.then(|| {
            self.finger.put(run, at);
            (run, at)
        })
    }

    /// The value of a key.
    pub fn get<Q: Head + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// Key and value of a key.
    pub fn get_key_value<Q: Head + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (run, at) = self.place_of(key)?;
        let (key, value) = &self.runs[run].entries[at];
        Some((key, value))
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Head + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let (run, at) = self.place_of(key)?;
        Some(&mut self.run_mut(run).entries[at].1)
    }

    fn run_mut(&mut self, run: usize) -> &mut Run<K, V> {
        Arc::make_mut(&mut Arc::make_mut(&mut self.runs)[run])
    }

    /// Whether there is such a key.
    pub fn contains_key<Q: Head + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place_of(key).is_some()
    }

    /// Puts a value in place. Returns the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let head = key.head();
        let Some(at_run) = self.run_of(head, &key) else {
            self.add_run(0, vec![(key, value)]);
            self.len += 1;
            return None;
        };
        let last = at_run + 1 == self.runs.len();
        let run = self.run_mut(at_run);
        let at = match run.place_of(head, &key) {
            Ok(at) => return Some(std::mem::replace(&mut run.entries[at].1, value)),
            Err(at) => at,
        };
        if last && at == RUN {
            // Built in order: full runs, and nothing is moved.
            self.add_run(at_run + 1, vec![(key, value)]);
            self.len += 1;
            return None;
        }
        run.heads.insert(at, head);
        run.entries.insert(at, (key, value));
        let rest = (run.entries.len() > RUN).then(|| {
            run.heads.truncate(RUN / 2);
            let mut rest = Vec::with_capacity(RUN);
            rest.extend(run.entries.drain(RUN / 2..));
            rest
        });
        if at == 0 {
            Arc::make_mut(&mut self.heads)[at_run] = head;
        }
        if let Some(rest) = rest {
            self.add_run(at_run + 1, rest);
        }
        self.len += 1;
        None
    }

    fn add_run(&mut self, at: usize, entries: Vec<(K, V)>) {
        let heads: Vec<u128> = entries.iter().map(|(key, _)| key.head()).collect();
        Arc::make_mut(&mut self.heads).insert(at, heads[0]);
        Arc::make_mut(&mut self.runs).insert(at, Arc::new(Run { heads, entries }));
    }

    /// Takes a key out. Returns its value.
    pub fn remove<Q: Head + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (at_run, at) = self.place_of(key)?;
        self.len -= 1;
        let run = self.run_mut(at_run);
        run.heads.remove(at);
        let (_, value) = run.entries.remove(at);
        let first = run.heads.first().copied();
        match first {
            None => {
                Arc::make_mut(&mut self.runs).remove(at_run);
                Arc::make_mut(&mut self.heads).remove(at_run);
            }
            Some(first) if at == 0 => Arc::make_mut(&mut self.heads)[at_run] = first,
            Some(_) => {}
        }
        Some(value)
    }

    /// The value of a key; what there is not yet begins as the default.
    pub fn or_default(&mut self, key: &K) -> &mut V
    where
        V: Default,
    {
        if !self.contains_key(key) {
            self.insert(key.clone(), V::default());
        }
        self.get_mut(key).expect("it was put there")
    }

    /// Entries in order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { runs: self.runs.iter(), ahead: [].iter(), behind: [].iter(), left: self.len }
    }

    /// Keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// Values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + Clone {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Head + Clone, V: Clone + PartialEq> Ordered<K, V> {
    /// What is otherwise in a later one, in order. Runs that both share are not looked into.
    pub fn diff<'a>(&'a self, later: &'a Self) -> Diff<'a, K, V> {
        Diff { before: Walk::new(&self.runs), after: Walk::new(&later.runs) }
    }
}

/// What is otherwise in the later of two maps.
#[derive(Debug, PartialEq, Eq)]
pub enum DiffItem<'a, K, V> {
    /// Only the later has it.
    Add(&'a K, &'a V),
    /// Both have it, with another value.
    Update {
        /// As it was.
        old: (&'a K, &'a V),
        /// As it is.
        new: (&'a K, &'a V),
    },
    /// Only the earlier had it.
    Remove(&'a K, &'a V),
}

/// See [`Ordered::diff`].
pub struct Diff<'a, K, V> {
    before: Walk<'a, K, V>,
    after: Walk<'a, K, V>,
}

/// A walk over entries that can step over whole runs.
struct Walk<'a, K, V> {
    runs: &'a [Arc<Run<K, V>>],
    at: usize,
}

impl<'a, K, V> Walk<'a, K, V> {
    fn new(runs: &'a [Arc<Run<K, V>>]) -> Self {
        Self { runs, at: 0 }
    }

    fn peek(&self) -> Option<(&'a K, &'a V)> {
        let (key, value) = self.runs.first()?.entries.get(self.at)?;
        Some((key, value))
    }

    fn step(&mut self) {
        self.at += 1;
        if self.runs.first().is_some_and(|run| run.entries.len() == self.at) {
            self.skip();
        }
    }

    fn skip(&mut self) {
        self.runs = &self.runs[1..];
        self.at = 0;
    }
}

impl<K, V> Diff<'_, K, V> {
    fn skip_shared(&mut self) {
        while let ([before, ..], [after, ..]) = (self.before.runs, self.after.runs)
            && self.before.at == self.after.at
            && Arc::ptr_eq(before, after)
        {
            self.before.skip();
            self.after.skip();
        }
    }
}

impl<'a, K: Ord, V: PartialEq> Iterator for Diff<'a, K, V> {
    type Item = DiffItem<'a, K, V>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.skip_shared();
            let (before, after) = (self.before.peek(), self.after.peek());
            let order = match (before, after) {
                (Some((before, _)), Some((after, _))) => before.cmp(after),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return None,
            };
            if order.is_le() {
                self.before.step();
            }
            if order.is_ge() {
                self.after.step();
            }
            match (before.filter(|_| order.is_le()), after.filter(|_| order.is_ge())) {
                (Some(old), Some(new)) if old.1 != new.1 => {
                    return Some(DiffItem::Update { old, new });
                }
                (Some((key, value)), None) => return Some(DiffItem::Remove(key, value)),
                (None, Some((key, value))) => return Some(DiffItem::Add(key, value)),
                _ => {}
            }
        }
    }
}

/// Entries in order.
pub struct Iter<'a, K, V> {
    runs: std::slice::Iter<'a, Arc<Run<K, V>>>,
    ahead: std::slice::Iter<'a, (K, V)>,
    behind: std::slice::Iter<'a, (K, V)>,
    left: usize,
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self {
            runs: self.runs.clone(),
            ahead: self.ahead.clone(),
            behind: self.behind.clone(),
            left: self.left,
        }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.ahead.next() {
                self.left -= 1;
                return Some((key, value));
            }
            match self.runs.next() {
                Some(run) => self.ahead = run.entries.iter(),
                None => std::mem::swap(&mut self.ahead, &mut self.behind),
            }
            if self.ahead.len() == 0 {
                return None;
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.behind.next_back() {
                self.left -= 1;
                return Some((key, value));
            }
            match self.runs.next_back() {
                Some(run) => self.behind = run.entries.iter(),
                None => std::mem::swap(&mut self.ahead, &mut self.behind),
            }
            if self.behind.len() == 0 {
                return None;
            }
        }
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<'a, K: Head + Clone, V: Clone> IntoIterator for &'a Ordered<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Head + Clone, V: Clone> IntoIterator for Ordered<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter().map(|(k, v)| (k.clone(), v.clone())).collect::<Vec<_>>().into_iter()
    }
}

impl<K: Head + Clone, V: Clone> Extend<(K, V)> for Ordered<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Head + Clone, V: Clone> FromIterator<(K, V)> for Ordered<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut all = Self::new();
        all.extend(entries);
        all
    }
}

impl<K: Head + Clone, V: Clone + PartialEq> PartialEq for Ordered<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len
            && (Arc::ptr_eq(&self.runs, &other.runs) || self.iter().eq(other.iter()))
    }
}

impl<K: Head + Clone, V: Clone + Eq> Eq for Ordered<K, V> {}

impl<K: Head + Clone + fmt::Debug, V: Clone + fmt::Debug> fmt::Debug for Ordered<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, V, Q> std::ops::Index<&Q> for Ordered<K, V>
where
    K: Head + Clone + Borrow<Q>,
    V: Clone,
    Q: Head + ?Sized,
{
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("there is such a key")
    }
}

impl<K: Head + Clone + Serialize, V: Clone + Serialize> Serialize for Ordered<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K, V> Deserialize<'de> for Ordered<K, V>
where
    K: Head + Clone + Deserialize<'de>,
    V: Clone + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Visitor(PhantomData))
    }
}

struct Visitor<K, V>(PhantomData<(K, V)>);

impl<'de, K, V> serde::de::Visitor<'de> for Visitor<K, V>
where
    K: Head + Clone + Deserialize<'de>,
    V: Clone + Deserialize<'de>,
{
    type Value = Ordered<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut all = Ordered::new();
        while let Some((key, value)) = entries.next_entry()? {
            all.insert(key, value);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Several begin alike.
    impl Head for u16 {
        fn head(&self) -> u128 {
            u128::from(*self / 7)
        }
    }

    fn check_same(ordered: &Ordered<u16, u16>, map: &BTreeMap<u16, u16>) {
        assert_eq!(ordered.len(), map.len());
        assert!(ordered.iter().eq(map.iter()), "forwards");
        assert!(ordered.iter().rev().eq(map.iter().rev()), "backwards");
        let firsts = ordered.runs.iter().map(|run| run.heads[0]);
        assert!(firsts.eq(ordered.heads.iter().copied()));
        for run in ordered.runs.iter() {
            assert!(run.heads.iter().copied().eq(run.entries.iter().map(|(key, _)| key.head())));
            assert!(run.entries.len() <= RUN);
        }
    }

    proptest! {
        #![proptest_config(crate::cases())]
        #[test]
        fn it_is_a_map_in_order(acts in proptest::collection::vec((0_u16..600, 0_u8..4), 0..1500)) {
            let (mut ordered, mut map) = (Ordered::new(), BTreeMap::new());
            for (n, (key, act)) in acts.into_iter().enumerate() {
                let value = n as u16;
                match act {
                    0 => prop_assert_eq!(ordered.remove(&key), map.remove(&key)),
                    1 => {
                        *ordered.or_default(&key) += 1;
                        *map.entry(key).or_default() += 1;
                    }
                    _ => prop_assert_eq!(ordered.insert(key, value), map.insert(key, value)),
                }
                prop_assert_eq!(ordered.get(&key), map.get(&key));
            }
            check_same(&ordered, &map);
        }

        #[test]
        fn a_clone_stays_what_it_was(keys in proptest::collection::vec(0_u16..900, 1..900)) {
            let mut ordered: Ordered<u16, u16> = (0..500).map(|key| (key, key)).collect();
            let (before, map) = (ordered.clone(), (0..500).map(|key| (key, key)).collect());
            for key in keys {
                if ordered.remove(&key).is_none() {
                    ordered.insert(key, 1);
                }
            }
            check_same(&before, &map);
            let after: BTreeMap<u16, u16> = ordered.iter().map(|(k, v)| (*k, *v)).collect();
            let (mut told, mut rebuilt) = (0, map.clone());
            for item in before.diff(&ordered) {
                told += 1;
                match item {
                    DiffItem::Add(key, value) => prop_assert_eq!(rebuilt.insert(*key, *value), None),
                    DiffItem::Update { new: (key, value), .. } => drop(rebuilt.insert(*key, *value)),
                    DiffItem::Remove(key, value) => prop_assert_eq!(rebuilt.remove(key), Some(*value)),
                }
            }
            prop_assert_eq!(&rebuilt, &after);
            let differ = |key: &u16| map.get(key) != after.get(key);
            prop_assert_eq!(told, (0..900).filter(|key| differ(key)).count());
        }
    }

    #[test]
    fn forwards_and_backwards_meet() {
        let all: Ordered<u16, u16> = (0..300).map(|key| (key, key)).collect();
        let mut both = all.keys().copied();
        let mut seen = Vec::new();
        while let Some(low) = both.next() {
            seen.push(low);
            seen.extend(both.next_back());
        }
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..300));
    }

    #[test]
    fn its_text_is_that_of_a_map() {
        let all: Ordered<String, u16> =
            [("b".to_owned(), 2), ("a".to_owned(), 1)].into_iter().collect();
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(text, r#"{"a":1,"b":2}"#);
        assert_eq!(serde_json::from_str::<Ordered<String, u16>>(&text).unwrap(), all);
    }
}
