//! A recovery: its keys, and a root that names it.

use rightline::directory::store::{Document, Kind, publish};
use rightline::protocol::directory::{
    Lead as Listed, LeadList, Recovery, RecoveryWord, sign_leads, sign_recovery,
};
use rightline::protocol::recovery::Keys;
use rightline::protocol::signing::SigningKey;
use rightline::protocol::{Digest, MemberId};
use rightline::secret::{RecoverySeed, SignSeed};

use super::lead::document;
use super::{Lead, TestApp};

/// Publishes a second lead, then a root that names a recovery for which both voted, and gives its keys.
pub async fn publish_recovery(app: &TestApp, (threshold, shares): (u64, u64)) -> Keys {
    let lead = Lead::of(app);
    let second = SigningKey::new(&SignSeed::new([0x77; 32]));
    let directory = app.directory().await;
    let service = *directory.service();
    let keys = Keys::new(&RecoverySeed::new([0x78; 32]), &service);
    let mut list = LeadList {
        service,
        number: directory.leads().number + 1,
        previous: directory.root().leads,
        ..directory.leads().clone()
    };
    list.leads.push(Listed {
        member: MemberId::new([0x77; 16]),
        label: "Lead-of-the-recovery".parse().unwrap(),
        key: second.verifying_key(),
    });
    let list = (list.number, sign_leads(&lead.key, &list));
    let leads: Digest = list.1.digest();
    let public = keys.public(&service, threshold, shares);
    let word = RecoveryWord {
        service,
        recipient: public.recipient.clone(),
        key: public.key,
        threshold,
        shares,
        day: app.today(),
    };
    let next = lead.next(app, |root, _| {
        root.leads = leads;
        root.recovery = Some(Recovery {
            recipient: public.recipient,
            key: public.key,
            threshold,
            shares,
            signatures: [&lead.key, &second]
                .map(|key| sign_recovery(key, &word))
                .to_vec(),
        });
    });
    let (root, teams) = next.await;
    let number = |number: u64| i64::try_from(number).unwrap();
    let mut documents: Vec<Document> = teams
        .into_iter()
        .map(|team| document(Kind::Team, 0, team))
        .collect();
    documents.push(document(Kind::Leads, number(list.0), list.1));
    let serial = number(directory.root().serial + 1);
    documents.push(document(Kind::Root, serial, root));
    publish(app.store(), &documents).await.unwrap();
    // Until the service looks again.
    app.clock.turn(10);
    keys
}
