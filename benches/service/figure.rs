//! Figures: what is measured, written to `target/bench.json` and printed as a table.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

/// One line of the results; what does not apply is null.
#[derive(Serialize, Clone, Default)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    pub(crate) p50: Option<f64>,
    pub(crate) p95: Option<f64>,
    pub(crate) p99: Option<f64>,
    pub(crate) per_second: Option<f64>,
    pub(crate) baseline: Option<f64>,
    pub(crate) ratio: Option<f64>,
    pub(crate) lost: Option<usize>,
    pub(crate) refused: Option<usize>,
    /// Whether the figure is as `docs/benchmarks.md` requires; for the table only.
    #[serde(skip)]
    pub(crate) holds: Option<bool>,
}

impl Figure {
    /// A single value with the most that it may be.
    pub(crate) fn value(name: &str, unit: &'static str, value: f64, most: Option<f64>) -> Self {
        Self {
            name: name.to_owned(),
            unit,
            p50: Some(round(value)),
            holds: most.map(|most| value <= most),
            ..Self::default()
        }
    }

    /// Percentiles of times, in a unit of so many a second.
    pub(crate) fn times(
        name: &str,
        unit: &'static str,
        in_second: f64,
        times: &mut [Duration],
    ) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
            times
                .get(place)
                .map(|time| round(time.as_secs_f64() * in_second))
        };
        let (p50, p95, p99) = (at(50), at(95), at(99));
        Self {
            name: name.to_owned(),
            unit,
            p50,
            p95,
            p99,
            ..Self::default()
        }
    }
}

/// Three digits after the point are enough.
pub(crate) fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "counts here are small")]
pub(crate) fn rate(count: usize, time: Duration) -> f64 {
    round(count as f64 / time.as_secs_f64())
}

/// Writes the results, prints them, and says whether every report was taken and kept.
pub(crate) fn publish(figures: &[Figure]) -> bool {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let target = target.parent().unwrap_or(&target);
    let json = serde_json::to_string_pretty(figures).unwrap();
    std::fs::write(target.join("bench.json"), json + "\n").unwrap();
    println!(
        "{:<22} {:>9} {:>9} {:>9} {:>6} {:>9} {:>9} {:>6} {:>5} {:>7}",
        "", "p50", "p95", "p99", "unit", "a second", "baseline", "ratio", "lost", "refused"
    );
    for figure in figures {
        let number =
            |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.2}"));
        let count =
            |value: Option<usize>| value.map_or_else(String::new, |value| value.to_string());
        println!(
            "{:<22} {:>9} {:>9} {:>9} {:>6} {:>9} {:>9} {:>6} {:>5} {:>7} {}",
            figure.name,
            number(figure.p50),
            number(figure.p95),
            number(figure.p99),
            figure.unit,
            number(figure.per_second),
            number(figure.baseline),
            number(figure.ratio),
            count(figure.lost),
            count(figure.refused),
            match figure.holds {
                Some(true) => "as required",
                Some(false) => "NOT AS REQUIRED",
                None => "",
            }
        );
    }
    figures
        .iter()
        .all(|figure| figure.lost.unwrap_or(0) == 0 && figure.refused.unwrap_or(0) == 0)
}
