//! Measures the real program over HTTP: `make bench BENCH_SECONDS=N`. What is measured, and how, is
//! written in `docs/benchmarks.md`.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]

mod client;
mod copies;
mod figure;
mod ground;
mod inbox;
mod load;
mod mailbox;
mod pages;
mod reports;
mod sign_in;
#[path = "../../tests/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "the tests share more than is measured here"
)]
mod support;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rightline::keys::Keys;

use crate::figure::{Figure, publish, rate, round};
use crate::ground::{Ground, Grounds};
use crate::reports::Ready;
use crate::support::Base;

/// The most reports for one case; when they have all been sent, its window ends early.
const MOST: usize = 20_000;
/// Enough where reports are only patterns.
const FEW: usize = 200;
const CLIENTS: [usize; 3] = [1, 8, 64];
const STARTS: usize = 5;

/// Everything that the cases share.
pub(crate) struct Bench {
    pub(crate) grounds: Grounds,
    pub(crate) address: SocketAddr,
    pub(crate) reports: Vec<Ready>,
    pub(crate) keys: Keys,
    pub(crate) window: Duration,
    pub(crate) figures: Vec<Figure>,
}

/// Resident memory of a process, in MiB.
pub(crate) fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.unwrap().trim().trim_end_matches(" kB");
    kib.parse::<f64>().unwrap() / 1_024.0
}

/// How long processors have worked for a process.
fn processor_time(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    // The 14th and 15th field, in ticks of a hundredth of a second.
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn main() -> ExitCode {
    // `cargo test --all-targets` only wants to know that this builds and starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    if runtime.block_on(measure()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn measure() -> bool {
    let seconds = std::env::var("BENCH_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok());
    let window = Duration::from_secs_f64(seconds.unwrap_or(10.0));
    let only = std::env::var("BENCH_ONLY").unwrap_or_default();
    let wanted = |what: &str| only.is_empty() || only == what;
    let mut bench = prepare(window, wanted("submit") || wanted("sign-in")).await;
    if wanted("pages") {
        bench.pages().await;
    }
    for base in [Base::Sqlite, Base::Postgres] {
        if wanted("submit") {
            bench.submissions(base).await;
        }
        if wanted("sign-in") {
            bench.sign_ins(base).await;
        }
        if wanted("inbox") {
            bench.inbox(base).await;
        }
    }
    publish(&bench.figures)
}

/// Seals the reports: for submissions as many as they may need, otherwise a few.
async fn prepare(window: Duration, many: bool) -> Bench {
    let grounds = Grounds::prepare().await;
    let site = grounds.site();
    let address = site.settings.server.listen[0];
    let keys = Keys::load(
        &site.settings.secrets.service_key,
        &site.settings.secrets.pepper,
    )
    .unwrap();
    let ground = grounds.fresh(Base::Sqlite).await;
    let process = grounds.serve(&ground).await;
    let directory = site.directory().await;
    assert!(process.stop().await.success(), "{}", ground.log());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is a few thousand"
    )]
    let count = (1_000.0 + 2_500.0 * window.as_secs_f64()) as usize;
    let count = if many { count.min(MOST) } else { FEW };
    eprintln!("sealing {count} reports");
    let reports = reports::compose(site, &directory, count);
    let bytes = reports
        .iter()
        .map(|report| report.bytes.len())
        .sum::<usize>()
        / count;
    eprintln!("a report has {bytes} bytes on average");
    Bench {
        grounds,
        address,
        reports,
        keys,
        window,
        figures: Vec::new(),
    }
}

impl Bench {
    /// Every case of one database: submissions, memory, start, mailbox.
    async fn submissions(&mut self, base: Base) {
        let kind = format!("{base:?}").to_lowercase();
        let mut figures = Vec::new();
        let (mut written, mut spent) = (0, Duration::ZERO);
        for clients in CLIENTS {
            let (more, time) = self.bare(base).await;
            (written, spent) = (written + more, spent + time);
            let name = format!("submit/{kind}/{clients}");
            eprintln!("{name}");
            let ground = self.grounds.fresh(base).await;
            let (figure, acknowledged) = self.submission(&name, &ground, clients).await;
            figures.push(figure);
            if clients == 64 {
                self.starts(&kind, &ground).await;
                self.mailbox(&kind, &ground, &acknowledged).await;
            }
        }
        let baseline = rate(written, spent);
        for (figure, clients) in figures.iter_mut().zip(CLIENTS) {
            let per_second = figure.per_second.unwrap_or(0.0);
            let ratio = per_second / baseline;
            figure.baseline = Some(baseline);
            figure.ratio = Some(round(ratio));
            figure.holds = match clients {
                1 => Some(ratio >= 0.5),
                64 => Some(ratio >= 1.0 && per_second >= 1_000.0),
                _ => None,
            };
        }
        self.figures.extend(figures);
    }

    /// One slice of the bare loop, on a database of its own.
    async fn bare(&self, base: Base) -> (usize, Duration) {
        let ground = self.grounds.fresh(base).await;
        let store = ground.store().await;
        let slice = self.window / 4;
        let site = self.grounds.site();
        let done = load::bare_loop(&store, site, &self.keys, &self.reports, slice).await;
        store.close().await;
        done
    }

    /// Submissions from so many clients; the service is killed after the last answer, before anybody looks
    /// for the reports.
    async fn submission(
        &mut self,
        name: &str,
        ground: &Ground,
        clients: usize,
    ) -> (Figure, Vec<usize>) {
        let process = self.grounds.serve(ground).await;
        if clients == 1 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let name = name.replace("submit", "memory/idle").replace("/1", "");
            self.figures.push(Figure::value(
                &name,
                "MiB",
                resident(process.id()),
                Some(40.0),
            ));
        }
        let before = (
            processor_time(process.id()),
            processor_time(std::process::id()),
        );
        let mut run = load::submit(self.address, &self.reports, clients, self.window).await;
        let service = processor_time(process.id()) - before.0;
        let clients_time = processor_time(std::process::id()) - before.1;
        let each = |time: Duration| time.as_secs_f64() * 1e3 / run.acknowledged.len().max(1) as f64;
        eprintln!(
            "  processor time for each report: service {:.2} ms, clients {:.2} ms",
            each(service),
            each(clients_time)
        );
        if clients == 64 {
            let name = name
                .replace("submit", "memory/after-load")
                .replace("/64", "");
            self.figures.push(Figure::value(
                &name,
                "MiB",
                resident(process.id()),
                Some(80.0),
            ));
        }
        process.kill();
        let store = ground.store().await;
        let site = self.grounds.site();
        let lost = load::lost(&store, site, &self.keys, &self.reports, &run.acknowledged).await;
        store.close().await;
        let figure = Figure {
            per_second: Some(rate(run.taken, run.window)),
            lost: Some(lost),
            refused: Some(run.refused),
            ..Figure::times(name, "ms", 1e3, &mut run.times)
        };
        (figure, run.acknowledged)
    }

    /// From the start of the program to its first answer, on the data of the case before.
    async fn starts(&mut self, kind: &str, ground: &Ground) {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let begun = Instant::now();
            let process = self.grounds.serve(ground).await;
            times.push(begun.elapsed());
            assert!(process.stop().await.success(), "{}", ground.log());
        }
        let mut figure = Figure::times(&format!("start/{kind}"), "ms", 1e3, &mut times);
        figure.holds = figure.p50.map(|median| median <= 300.0);
        self.figures.push(figure);
    }
}
