//! Independent pieces of work on all cores.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does the task for every item, on as many threads as there are cores, begun in the order of the
/// items; results in the same order. A panic of a task is passed on.
pub fn each<T: Send, R: Send>(
    items: impl IntoIterator<Item = T>,
    task: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let items: Vec<T> = items.into_iter().collect();
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let helpers = 1..cores.min(items.len());
    let rest = Mutex::new(items.into_iter().enumerate());
    let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut done = Vec::new();
        while let Some((place, item)) = next() {
            done.push((place, task(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = helpers.map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for helper in helpers {
            match helper.join() {
                Ok(more) => done.extend(more),
                Err(panic) => resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        let squares: Vec<u64> = (0..100).map(|item| item * item).collect();
        assert_eq!(each(0..100, |item: u64| item * item), squares);
        assert!(each([0_u64; 0], |item| item).is_empty());
    }

    #[test]
    fn a_panic_is_passed_on() {
        let run = || each(0..10, |item| assert!(item < 9, "the ninth"));
        assert!(std::panic::catch_unwind(run).is_err());
    }
}
