//! What the tests share: both databases, a whole service with a clock they turn, reporters and members.
pub mod alone;
pub mod app;
pub mod asking;
pub mod authenticator;
pub mod cast;
pub mod enrol;
pub mod granting;
pub mod lead;
pub mod member;
pub mod pieces;
pub mod postgres;
pub mod process;
pub mod publishing;
pub mod raw;
pub mod recovery;
pub mod refusal;
pub mod rekeying;
pub mod reporter;
pub mod session;
pub mod site;
pub mod sql;
pub mod working;

pub use app::{Base, TestApp};
pub use lead::Lead;
pub use member::Desk;
pub use pieces::Pieces;
pub use process::{Installation, Process};
pub use reporter::Reporter;
pub use session::Session;
pub use site::Site;

/// Makes one test for each database from a body that gets a [`Base`].
#[macro_export]
macro_rules! both {
    ($name:ident, |$base:ident| $body:expr) => {
        mod $name {
            use super::*;

            async fn body($base: $crate::support::Base) {
                $body
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body($crate::support::Base::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body($crate::support::Base::Postgres).await;
            }
        }
    };
}
