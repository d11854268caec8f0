//! A backup that is taken while reports arrive.

use super::load::{Load, all_whole, until};
use crate::both;
use crate::support::{Base, Installation};

both!(a_backup_under_load_restores_to_whole_reports, |base| {
    let site = Installation::write(base).await;
    let process = site.serve().await;
    let desk = site.desk("Handler-1").await;
    let load = Load::seal(&site, &desk.directory, 3_000);
    let backup = site.folder.path().join("backup.sqlite");
    let copying = async {
        until("the load", async || load.acknowledged().len() >= 100).await;
        let before = load.acknowledged();
        let done = site.run("backup", "--to", &backup).await;
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let after = load.acknowledged().len();
        load.stop();
        (before, after)
    };
    let ((), (before, after)) = tokio::join!(load.send(&site, 8), copying);
    assert_eq!(load.refused(), Vec::<u16>::new());
    assert!(after > before.len(), "no report arrived during the backup");
    assert!(process.stop().await.success());

    // Into databases of both kinds: new ones beside the kept secrets.
    for base in [Base::Sqlite, Base::Postgres] {
        let restored = site.again(base).await;
        let done = restored.run("restore", "--from", &backup).await;
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let store = restored.store().await;
        let whole = all_whole(&store).await;
        store.close().await;
        for place in before.keys() {
            assert!(
                whole.contains(&load.reports[*place].case),
                "acknowledged before the backup began"
            );
        }
        let process = restored.serve().await;
        let desk = restored.desk("Handler-1").await;
        for place in before.keys().take(3) {
            load.opens(&restored, &desk, *place).await;
        }
        load.is_there(&restored, &before).await;
        assert!(process.stop().await.success());
    }
});
