//! A PostgreSQL server of the tests' own: on loopback, in a temporary folder, stopped with the tests.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A running server. It ends when its standard input closes, which it does however the tests end.
pub struct Server {
    port: u16,
    _child: Child,
}

/// Runs the server, and everything it needs first, as its own user where that is asked for.
const SCRIPT: &str = r#"
set -eu
bin=$1 dir=$2 port=$3
run() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then chown -R postgres: "$dir"; fi
run "$bin/initdb" -D "$dir/data" -U tests -A trust -E UTF8 --no-locale >/dev/null
run "$bin/postgres" -D "$dir/data" -h 127.0.0.1 -p "$port" -k "$dir" -c max_connections=300 -c log_min_messages=fatal >&2 &
server=$!
cat >/dev/null || true
run "$bin/pg_ctl" stop -D "$dir/data" -m immediate >/dev/null || true
wait "$server" || true
rm -rf "$dir"
"#;

fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().expect("PostgreSQL is installed: make tools installs it")
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn start() -> Server {
    let dir = tempfile::Builder::new().prefix("rightline-postgres-").tempdir().unwrap().keep();
    let port = free_port();
    let child = Command::new("sh")
        .args(["-c", SCRIPT, "sh"])
        .arg(binaries())
        .arg(&dir)
        .arg(port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Server { port, _child: child }
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(start)
}

/// The address of a database of one's own, empty.
pub async fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let port = server().port;
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let options = sqlx::postgres::PgConnectOptions::new()
        .host("127.0.0.1")
        .port(port)
        .username("tests")
        .database("postgres");
    for _ in 0..600 {
        use sqlx::ConnectOptions as _;
        if let Ok(mut connection) = options.connect().await {
            sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
                .execute(&mut connection)
                .await
                .unwrap();
            return format!("postgres://tests@127.0.0.1:{port}/{name}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("PostgreSQL did not start");
}
