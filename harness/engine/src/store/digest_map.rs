//! A map whose keys are digests: one probe of a table in place of a walk through a tree, which
//! costs a cache miss a level where there are many records.

/// A key that is a digest, or holds one.
pub(crate) trait Digested: Eq {
    /// Some of the digest's bits, which are evenly spread already.
    fn bits(&self) -> u64;
}

impl Digested for u64 {
    fn bits(&self) -> u64 {
        *self
    }
}

/// Entries in the order in which they were added, found by open addressing.
#[derive(Debug)]
pub(crate) struct DigestMap<K, V> {
    entries: Vec<(K, V)>,
    /// Positions in `entries`, or [`EMPTY`]; a power of two of them, at most half of them taken.
    slots: Vec<usize>,
}

const EMPTY: usize = usize::MAX;

impl<K, V> Default for DigestMap<K, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            slots: Vec::new(),
        }
    }
}

impl<K: Digested, V> DigestMap<K, V> {
    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// All entries in the order in which they were added.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        if self.slots.is_empty() {
            return None;
        }
        let place = self.slots[self.slot(key)];
        self.entries.get(place).map(|(_, value)| value)
    }

    /// The value of a key, which is made if there is none.
    pub(crate) fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        if self.slots.len() < 2 * (self.entries.len() + 1) {
            self.grow();
        }
        let slot = self.slot(&key);
        let place = self.slots[slot];
        if place == EMPTY {
            self.slots[slot] = self.entries.len();
            self.entries.push((key, make()));
        }
        let place = self.slots[slot];
        &mut self.entries[place].1
    }

    /// The slot of a key, or the empty one where it belongs. There are empty ones.
    fn slot(&self, key: &K) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = key.bits() as usize & mask;
        while let Some((other, _)) = self.entries.get(self.slots[slot])
            && other != key
        {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let count = (4 * (self.entries.len() + 1)).next_power_of_two();
        self.slots.clear();
        self.slots.resize(count, EMPTY);
        for place in 0..self.entries.len() {
            let slot = self.slot(&self.entries[place].0);
            self.slots[slot] = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_added_and_nothing_else() {
        let mut map = DigestMap::default();
        assert_eq!(map.get(&0_u64), None);
        // Many keys of the same low bits, which all begin at one slot.
        let keys = || (0..500_u64).map(|key| if key % 3 == 0 { key << 32 } else { key });
        for key in keys() {
            *map.get_or_insert_with(key, || 0) += key + 1;
        }
        for key in keys() {
            assert_eq!(map.get(&key), Some(&(key + 1)), "{key}");
        }
        *map.get_or_insert_with(7, || 100) += 1;
        assert_eq!(map.get(&7), Some(&9), "a known value is not made again");
        assert_eq!(map.get(&3), None);
        assert_eq!(map.get(&u64::MAX), None);
        assert_eq!(map.len(), 500);
        assert!(map.iter().map(|(key, _)| *key).eq(keys()));
    }
}
