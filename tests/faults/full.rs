//! No room on the disk: reports are refused before anything is acknowledged, and taken again when there is
//! room, without a restart.

use std::process::Command;

use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::load::{Load, all_whole};
use crate::support::{Base, Installation, Process};

const REPORTS: usize = 200;

/// Sends reports until one is refused, makes room, and sends the same ones again.
async fn fill(site: &Installation, shrink: impl AsyncFnOnce(), make_room: impl FnOnce()) {
    let desk = site.desk("Handler-1").await;
    let load = Load::seal(site, &desk.directory, REPORTS);
    for place in 0..10 {
        assert_eq!(load.send_one(site, place).await, Some(201));
    }
    shrink().await;
    let mut refused = Vec::new();
    for place in 10..REPORTS {
        match load.send_one(site, place).await {
            Some(201) => {}
            Some(503) => refused.push(place),
            other => panic!("{other:?}"),
        }
    }
    assert!(refused.len() > 10, "the disk was never full");
    let problem = super::load::put(site, &load.reports[refused[0]])
        .await
        .unwrap();
    let said: serde_json::Value = serde_json::from_slice(&problem.1).unwrap();
    assert_eq!(
        (problem.0, &said["type"]),
        (503, &"urn:rightline:problem:storage-full".into())
    );

    // What was acknowledged is there, is all there is, and can be read.
    let acknowledged = load.acknowledged();
    load.is_there(site, &acknowledged).await;
    for page in ["/", "/report", "/api/1/directory", "/health"] {
        assert_eq!(
            site.http.get(site.url(page)).send().await.unwrap().status(),
            200,
            "{page}"
        );
    }

    make_room();
    for place in &refused {
        assert_eq!(
            load.send_one(site, *place).await,
            Some(201),
            "with room again"
        );
    }
    load.is_there(site, &acknowledged).await;
    for place in [0, refused[0], REPORTS - 1] {
        load.opens(site, &desk, place).await;
    }
    let store = site.store().await;
    assert_eq!(all_whole(&store).await.len(), REPORTS);
    store.close().await;
}

fn limit_files(process: &Process, bytes: Option<u64>) {
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    prlimit(
        Pid::from_raw(process.id().try_into().unwrap()),
        Resource::Fsize,
        limit,
    )
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_may_not_grow_refuses_reports_and_loses_none() {
    let site = Installation::write(Base::Sqlite).await;
    // With the signal ignored a write beyond the limit fails as one on a full disk does.
    let serve = site.command();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
        .arg(serve.get_program())
        .args(serve.get_args());
    let process = site.serve_by(shell).await;
    let wal = site.dir().join("data/rightline.sqlite-wal");
    let shrink = async || {
        let longest = std::fs::metadata(&wal).unwrap().len().max(1 << 20);
        limit_files(&process, Some(longest + (1 << 20)));
    };
    fill(&site, shrink, || limit_files(&process, None)).await;
    assert!(process.stop().await.success());
}

/// A file system of its own, unmounted in the end.
struct Mounted(tempfile::TempDir);

impl Mounted {
    /// Mounts a small one; nothing where that is not allowed.
    fn small() -> Option<Self> {
        let mounted = Self(tempfile::tempdir().unwrap());
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=64m", "rightline"])
            .arg(mounted.0.path());
        mount
            .output()
            .is_ok_and(|done| done.status.success())
            .then_some(mounted)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.0.path())
            .output();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_file_system_refuses_reports_and_loses_none() {
    // Only root may mount; for others the test above stands.
    let Some(mounted) = Mounted::small() else {
        return;
    };
    let path = mounted.0.path();
    let site = Installation::at(Some(&format!(
        "sqlite:{}",
        path.join("data.sqlite").display()
    )))
    .await;
    let process = site.serve().await;
    let filler = path.join("filler");
    let shrink = async || {
        let room = rustix::fs::statvfs(path).unwrap();
        let length = (room.f_bavail * room.f_frsize).saturating_sub(1 << 20);
        std::fs::write(&filler, vec![0; usize::try_from(length).unwrap()]).unwrap();
    };
    fill(&site, shrink, || std::fs::remove_file(&filler).unwrap()).await;
    assert!(process.stop().await.success());
}
