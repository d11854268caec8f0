//! What the process promises before it reads its first byte: no core dumps, files for its owner only, no
//! values in panics.

use rustix::fs::Mode;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit, umask,
};
use tracing_subscriber::EnvFilter;

/// Forbids core dumps and readable files, and keeps what a panic says out of the log.
pub fn harden() {
    umask(Mode::RWXG | Mode::RWXO);
    // As many connections as the system allows.
    let files = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: files.maximum,
        maximum: files.maximum,
    };
    let _ = setrlimit(Resource::Nofile, raised);
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    if setrlimit(Resource::Core, none).is_err()
        || set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err()
    {
        eprintln!("core dumps could not be forbidden");
    }
    std::panic::set_hook(Box::new(|panic| {
        // The place, never the message: a message may quote a value.
        let place = panic
            .location()
            .map(|at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(place, "a fault of the program");
    }));
}

/// Logs to the standard error: what rightline itself has to say, and nothing of the libraries beneath, which
/// would note a reporter's broken request or slow write at the moment it happens. No line carries a time:
/// who keeps the log adds one, and may choose a coarse one. `RUST_LOG` may ask for more.
pub fn log() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("off,rightline=info"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .without_time()
        .with_ansi(false)
        .try_init();
}

/// Listens for SIGTERM and SIGINT from now on; what it returns waits for one of them.
pub fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    async move {
        match signals {
            (Ok(mut terminate), Ok(mut interrupt)) => {
                tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            }
            _ => std::future::pending().await,
        }
    }
}
