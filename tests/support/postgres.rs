//! A PostgreSQL server of the tests' own: on loopback, in a temporary folder, stopped with the tests.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rightline::ambient::Random;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

/// A running server. It ends when its standard input closes, which it does however the tests end.
pub struct Server {
    port: u16,
    dir: PathBuf,
    databases: AtomicU32,
    child: Child,
}

/// Runs the server, and everything it needs first, as its own user where that is asked for; then does what
/// it is told: `stop`, as a crash would, and `start`.
const SCRIPT: &str = r#"
set -eu
bin=$1 dir=$2 port=$3
shift 3
run() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
start() { run "$bin/postgres" -D "$dir/data" -h 127.0.0.1 -p "$port" -k "$dir" -c max_connections=300 -c recovery_init_sync_method=syncfs "$@" >>"$dir/log" 2>&1 & }
stop() { run "$bin/pg_ctl" stop -D "$dir/data" -m immediate >/dev/null || true; }
if [ "$(id -u)" = 0 ]; then chown -R postgres: "$dir"; fi
run "$bin/initdb" -D "$dir/data" -U tests -A trust -E UTF8 --no-locale --no-sync >/dev/null
start "$@"
while read -r order; do
  case $order in start) start "$@" ;; stop) stop ;; esac
done
stop
wait || true
rm -rf "$dir"
"#;

fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found
        .pop()
        .expect("PostgreSQL is installed: make tools installs it")
}

/// A port that nobody listens on and no other test here gets. Below those that the system gives to connections,
/// which could take it until it is listened on.
pub fn free_port() -> u16 {
    const FIRST: u32 = 12_000;
    const COUNT: u32 = 20_000;
    static NEXT: OnceLock<AtomicU32> = OnceLock::new();
    let next = NEXT.get_or_init(|| AtomicU32::new(u32::from_le_bytes(Random.bytes()) % COUNT));
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed) % COUNT;
        let port = u16::try_from(FIRST + place).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Server {
    /// Starts a server with options of `postgres` besides those it needs.
    pub fn start(options: &[&str]) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("rightline-postgres-")
            .tempdir()
            .unwrap()
            .keep();
        let port = free_port();
        let child = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(binaries())
            .arg(&dir)
            .arg(port.to_string())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            port,
            dir,
            databases: AtomicU32::new(0),
            child,
        }
    }

    /// Stops the server as a crash would, or starts it again.
    pub fn order(&mut self, order: &str) {
        let orders = self.child.stdin.as_mut().unwrap();
        writeln!(orders, "{order}").unwrap();
        orders.flush().unwrap();
    }

    /// Where its data and its log are.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The address of a new, empty database, as soon as the server answers.
    pub async fn database(&self) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let options = PgConnectOptions::new()
            .host("127.0.0.1")
            .port(self.port)
            .username("tests")
            .database("postgres");
        for _ in 0..1_200 {
            if let Ok(mut connection) = options.connect().await {
                sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
                    .execute(&mut connection)
                    .await
                    .unwrap();
                return format!("postgres://tests@127.0.0.1:{}/{name}", self.port);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("PostgreSQL did not start");
    }
}

/// The address of a database of one's own, empty, on the server that the tests share. That one does not wait for the
/// disk: nothing is asked of it after a crash.
pub async fn database() -> String {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER
        .get_or_init(|| Server::start(&["-c", "log_min_messages=fatal", "-c", "fsync=off"]))
        .database()
        .await
}
