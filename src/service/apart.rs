//! Work that computes for seconds between its reads.

use tokio::{runtime::Handle, task::JoinHandle};

/// Begins such work on a thread of its own, so that no request waits behind what it computes.
pub(super) fn apart<F>(work: impl FnOnce() -> F + Send + 'static) -> JoinHandle<F::Output>
where
    F: Future,
    F::Output: Send + 'static,
{
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(work()))
}
