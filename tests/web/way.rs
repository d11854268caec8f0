//! The way of a report: from a reporter to a member, and an answer back.

use rightline::protocol::message::Stage;

use crate::both;
use crate::support::{Reporter, TestApp};

both!(
    a_report_reaches_a_reader_and_an_answer_the_reporter,
    |base| {
        let app = TestApp::start(base).await;
        let reporter = Reporter::file(&app, "The sergeant said things.").await;
        let case = reporter.submission.case;

        let desk = app.desk("Handler-1").await;
        assert_eq!(desk.list(&app, "new").await.len(), 1);
        let open = desk.open(&app, case).await;
        assert_eq!(open.body.what_happened, "The sergeant said things.");
        desk.answer(
            &app,
            case,
            Some(Stage::Acknowledged),
            "We have your report.",
        )
        .await;

        let opened = reporter.open(&app).await;
        assert_eq!(opened.stage, Stage::Acknowledged);
        assert_eq!(opened.to_reporter.len(), 1);
        reporter.post(&app, "Thank you.").await;
        assert_eq!(reporter.open(&app).await.from_reporter.len(), 1);
        assert_eq!(
            desk.read(&app, case).await.view["messages"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
    }
);
