//! The command line. Exit codes: 0 done; 1 it could not be done; 2 wrong usage; 3 invalid data or
//! signatures.

mod command;

use std::process::ExitCode;

use clap::Parser as _;
use command::{Arguments, COULD_NOT, Failure};

/// What is freed is overwritten, whichever library had it: a report typed into the plain form passes through
/// several.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    rightline::process::harden();
    rightline::process::log();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(command::run(arguments.command)),
        Err(error) => Err(Failure::new(COULD_NOT, error.kind())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}
