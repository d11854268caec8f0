//! What goes over the wire before a reporter can begin, and how large the program is.

use crate::Bench;
use crate::client::Connection;
use crate::figure::Figure;
use crate::support::Base;

/// The most that a page may weigh with its scripts and styles.
const MOST: f64 = 120.0;

impl Bench {
    pub(crate) async fn pages(&mut self) {
        let ground = self.grounds.fresh(Base::Sqlite).await;
        let process = self.grounds.serve(&ground).await;
        let mut connection = Connection::open(self.address).await.unwrap();
        for (name, path) in [
            ("page/start", "/"),
            ("page/report", "/report"),
            ("page/return", "/return"),
        ] {
            let weight = weight(&mut connection, path).await;
            self.figures
                .push(Figure::value(name, "KB", weight, Some(MOST)));
        }
        process.kill();
        let program = std::fs::metadata(env!("CARGO_BIN_EXE_rightline")).unwrap();
        #[expect(clippy::cast_precision_loss, reason = "it is a few megabytes")]
        let size = program.len() as f64 / f64::from(1 << 20);
        self.figures
            .push(Figure::value("binary", "MiB", size, None));
    }
}

/// Kilobytes of a page and of every script, style and picture that it and they name.
async fn weight(connection: &mut Connection, path: &str) -> f64 {
    let mut paths = vec![path.to_owned()];
    let mut bytes = 0;
    let mut next = 0;
    while let Some(path) = paths.get(next) {
        next += 1;
        let answer = connection.get(path).await.unwrap();
        assert_eq!(answer.status, 200, "{path}");
        bytes += answer.weight();
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        for named in text.split("/assets/").skip(1) {
            let end = named
                .find(|letter: char| !letter.is_ascii_alphanumeric() && !"-._".contains(letter));
            let named = format!("/assets/{}", &named[..end.unwrap_or(named.len())]);
            if !paths.contains(&named) {
                paths.push(named);
            }
        }
    }
    f64::from(u32::try_from(bytes).unwrap()) / 1_000.0
}
