//! SQLite's write-ahead log: folded into the file beside the writer, so that no report waits for it, and cut off
//! when nothing is written, so that it does not tell for long in which order things came. PostgreSQL looks after
//! its own log.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};

use super::{PATIENCE, Store, StoreError};

/// How often somebody looks whether the log has grown.
const LOOK: Duration = Duration::from_millis(250);
/// So many looks without a write, 5 seconds, and the log is cut off.
const QUIET: u32 = 20;
/// How long a fault is left alone: each is a line in the service's log.
const AFTER_A_FAULT: Duration = Duration::from_mins(1);
/// How long cutting waits for readers of the log, while nobody can write.
pub(super) const READERS_MAY_TAKE: Duration = Duration::from_millis(100);

/// What `PRAGMA wal_checkpoint` answers: 1 when somebody was in the way, then the pages in the log, and those of
/// them that are in the file.
type Folded = (i64, i64, i64);

impl Store {
    /// Folds the log into the file and cuts it off, so that what was deleted or replaced is gone from both.
    ///
    /// # Errors
    /// As the store's, also when readers held the log for too long; nothing is lost then.
    pub async fn fold(&self) -> Result<(), StoreError> {
        let until = Instant::now() + PATIENCE;
        while !self.cut().await? {
            if Instant::now() > until {
                return Err(StoreError::Unavailable);
            }
            tokio::time::sleep(READERS_MAY_TAKE).await;
        }
        Ok(())
    }

    /// Looks after the log until the store is closed.
    pub async fn tend_log(&self) {
        let Self::Sqlite { log, .. } = self else {
            return;
        };
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tended = Tended::default();
        loop {
            tokio::select! {
                () = log.close_event() => return,
                _ = looks.tick() => {}
            }
            // What fails, for want of room perhaps, is tried again later; the writer does without.
            if self.tend(&mut tended).await.is_err() {
                tokio::time::sleep(AFTER_A_FAULT).await;
            }
        }
    }

    async fn tend(&self, tended: &mut Tended) -> Result<(), StoreError> {
        let Self::Sqlite { log, .. } = self else {
            return Ok(());
        };
        let version: i64 = sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(log)
            .await?;
        if tended.version != Some(version) {
            *tended = Tended {
                version: Some(version),
                quiet: 0,
                cut: false,
            };
            sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
                .execute(log)
                .await?;
        } else if !tended.cut {
            tended.quiet += 1;
            if tended.quiet >= QUIET {
                tended.quiet = 0;
                tended.cut = self.cut().await?;
            }
        }
        Ok(())
    }

    /// Cuts the log off; false when readers still needed it.
    async fn cut(&self) -> Result<bool, StoreError> {
        let Self::Sqlite { writer, log, .. } = self else {
            return Ok(true);
        };
        // In turn with those who write. Two that fold at once would be in each other's way.
        let _nobody_writes = writer.acquire().await?;
        let (in_the_way, ..): Folded = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(log)
            .await?;
        Ok(in_the_way == 0)
    }
}

/// What the last looks at the log found.
#[derive(Default)]
struct Tended {
    /// Changes when another connection has committed.
    version: Option<i64>,
    /// How many looks have found nothing new.
    quiet: u32,
    /// Whether the log has been cut off since.
    cut: bool,
}
