//! `/api/1/desk/directory`: what leads publish, what is refused, and what it ends.

use rightline::directory::store::{Kind, chain};
use rightline::protocol::directory::{LeadList, Member, Role, Root, Team, sign_root, sign_team};
use rightline::protocol::signing::{Signed, SigningKey};
use rightline::protocol::{Digest, MemberId, Nonce, ServiceId};
use rightline::secret::SignSeed;
use serde_json::{Value, json};

use crate::both;
use crate::support::publishing::{last_list, offer};
use crate::support::refusal::{broken, refused};
use crate::support::{Desk, Lead, Reporter, TestApp, sql};

fn nothing(_: &mut Root, _: &mut Vec<Team>) {}

/// One byte of a document's payload, another.
fn altered(document: &Signed) -> Signed {
    let mut bytes = document.as_bytes().to_vec();
    let place = bytes.len() - 20;
    bytes[place] ^= 1;
    Signed::parse(bytes).unwrap()
}

async fn documents(app: &TestApp) -> i64 {
    sql::count(app.store(), "documents").await
}

both!(what_a_lead_publishes_is_in_force_at_once, |base| {
    let app = TestApp::start(base).await;
    let lead = app.desk("Lead-1").await;
    let (root, teams) = Lead::at(&lead)
        .next(&app, |_, teams| teams[0].name = "Another name".to_owned())
        .await;
    // A team that is published already need not be sent again.
    let known: Vec<Digest> = app
        .directory()
        .await
        .root()
        .teams
        .iter()
        .map(|entry| entry.digest)
        .collect();
    let new: Vec<Signed> = teams
        .iter()
        .filter(|team| !known.contains(&team.digest()))
        .cloned()
        .collect();
    assert_eq!(new.len(), 1);
    let answer = offer(&app, &lead, &[], &new, Some(&root)).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({ "serial": 2 })
    );
    let directory = app.directory().await;
    assert_eq!(directory.pin().digest, root.digest());
    assert!(directory.teams().any(|team| team.name == "Another name"));
    // The same once more changes nothing.
    let before = documents(&app).await;
    let again = offer(&app, &lead, &[], &teams, Some(&root)).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.json::<Value>().await.unwrap(), json!({ "serial": 2 }));
    assert_eq!(documents(&app).await, before);
    // Neither does the other lead's desk need to be told.
    let other = app.desk("Lead-2").await;
    let answer = Lead::at(&other).offer(&app, &other, nothing).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(app.directory().await.root().serial, 3);
});

/// What makes the next root, or a team in it, wrong.
type Alter = fn(&mut Root, &mut Vec<Team>);

fn everybody(teams: &mut [Team]) -> impl Iterator<Item = &mut Member> {
    teams.iter_mut().flat_map(|team| &mut team.members)
}

fn labelled<'a>(teams: &'a mut [Team], label: &str) -> &'a mut Member {
    everybody(teams)
        .find(|member| member.label.as_str() == label)
        .unwrap()
}

const WRONG: &[(&str, Alter)] = &[
    ("D8", |root, _| root.serial += 1),
    ("D8", |root, _| {
        root.previous = Digest::of(b"another history")
    }),
    ("D3", |root, _| root.service = ServiceId::new([1; 32])),
    ("D3", |root, _| root.leads = Digest::of(b"no list")),
    ("D3", |root, _| {
        root.service_key = SigningKey::new(&SignSeed::new([9; 32])).verifying_key();
    }),
    ("D3", |root, _| {
        root.routes.intake = "nowhere".parse().unwrap();
    }),
    ("D4", |_, teams| teams[0].service = ServiceId::new([1; 32])),
    ("D4", |_, teams| {
        let twice = teams[0].members[0].clone();
        teams[0].members.push(twice);
    }),
    ("D4", |_, teams| {
        let key = teams[1].members[0].key;
        teams[0].members[0].key = key;
    }),
    ("D5", |_, teams| {
        labelled(teams, "Handler-1").roles = vec![Role::Handler, Role::Auditor];
    }),
    // In one team a reader, in another one who must stand alone.
    ("D5", |_, teams| {
        let mut reader = labelled(teams, "Handler-1").clone();
        reader.roles = vec![Role::Administrator];
        let apart = teams
            .iter_mut()
            .find(|team| team.team.as_str() == "administration");
        apart.unwrap().members.push(reader);
    }),
];

both!(what_breaks_a_rule_is_not_published, |base| {
    let app = TestApp::start(base).await;
    let lead = app.desk("Lead-1").await;
    let signer = Lead::at(&lead);
    let before = documents(&app).await;
    for (place, (rule, alter)) in WRONG.iter().enumerate() {
        println!("{place}");
        broken(signer.offer(&app, &lead, alter).await, rule).await;
    }
    let (root, teams) = signer.next(&app, nothing).await;
    // One byte of a document that was signed.
    broken(
        offer(&app, &lead, &[], &teams, Some(&altered(&root))).await,
        "D3",
    )
    .await;
    let (changed, mut renamed) = signer
        .next(&app, |_, teams| {
            for team in teams {
                team.name.push('.');
            }
        })
        .await;
    renamed[0] = altered(&renamed[0]);
    broken(
        offer(&app, &lead, &[], &renamed, Some(&changed)).await,
        "D3",
    )
    .await;
    // A team that the root names, and nobody has; and one that it does not name.
    broken(offer(&app, &lead, &[], &[], Some(&changed)).await, "D3").await;
    broken(offer(&app, &lead, &[], &renamed, Some(&root)).await, "D3").await;
    // The document of a team under the id of another.
    let directory = app.directory().await;
    let mut swapped = directory.root().clone();
    swapped.serial += 1;
    swapped.previous = directory.pin().digest;
    let (one, other) = (swapped.teams[0].digest, swapped.teams[1].digest);
    (swapped.teams[0].digest, swapped.teams[1].digest) = (other, one);
    let swapped = sign_root(&signer.key, &swapped);
    broken(offer(&app, &lead, &[], &[], Some(&swapped)).await, "D4").await;
    // Signed by nobody who leads, as a root and as a team.
    let stranger = SigningKey::new(&SignSeed::new([7; 32]));
    let handler = app.desk("Handler-1").await.vault.signing_key();
    for key in [&stranger, &handler] {
        let read: Root = root
            .unverified(rightline::protocol::signing::Context::Root)
            .unwrap();
        let forged = sign_root(key, &read);
        broken(offer(&app, &lead, &[], &teams, Some(&forged)).await, "D3").await;
        let team = directory.teams().next().unwrap();
        let mut named = read.clone();
        let forged = sign_team(key, team);
        let entry = named.teams.iter_mut().find(|entry| entry.team == team.team);
        entry.unwrap().digest = forged.digest();
        let named = sign_root(&signer.key, &named);
        broken(offer(&app, &lead, &[], &[forged], Some(&named)).await, "D4").await;
    }
    // Lists alone are for a service without a root.
    let list = signer.next_list(&app, |_| {}).await;
    broken(offer(&app, &lead, &[list], &[], None).await, "D3").await;
    assert_eq!(documents(&app).await, before);
    assert_eq!(app.directory().await.root().serial, 1);
    // An older one is no news, and another one with the same serial comes too late.
    assert_eq!(
        offer(&app, &lead, &[], &teams, Some(&root)).await.status(),
        201
    );
    let first = Signed::parse(chain(app.store(), Kind::Root).await.unwrap().remove(0)).unwrap();
    refused(
        offer(&app, &lead, &[], &[], Some(&first)).await,
        409,
        "stale",
    )
    .await;
    refused(
        offer(&app, &lead, &[], &renamed, Some(&changed)).await,
        409,
        "stale",
    )
    .await;
});

both!(
    a_route_has_no_more_first_readers_than_a_report_can_have,
    |base| {
        let app = TestApp::start(base).await;
        let lead = app.desk("Lead-1").await;
        let signer = Lead::at(&lead);
        let with = |count: usize| {
            move |_: &mut Root, teams: &mut Vec<Team>| {
                let first = labelled(teams, "Handler-1").clone();
                let intake = teams.iter_mut().find(|team| team.team.as_str() == "intake");
                let members = &mut intake.unwrap().members;
                for place in members.len()..count {
                    let seed = u8::try_from(place).unwrap();
                    members.push(Member {
                        member: MemberId::new([seed; 16]),
                        label: format!("Reader-{place}").parse().unwrap(),
                        key: SigningKey::new(&SignSeed::new([seed; 32])).verifying_key(),
                        replaces: None,
                        ..first.clone()
                    });
                }
            }
        };
        broken(signer.offer(&app, &lead, with(101)).await, "D10").await;
        assert_eq!(signer.offer(&app, &lead, with(100)).await.status(), 201);
    }
);

both!(of_two_leads_at_once_one_publishes, |base| {
    let app = TestApp::start(base).await;
    let (one, two) = (app.desk("Lead-1").await, app.desk("Lead-2").await);
    for serial in 2..6 {
        let rename = |name: &str| {
            let name = format!("{name} {serial}");
            move |_: &mut Root, teams: &mut Vec<Team>| teams[0].name = name
        };
        let first = Lead::at(&one).next(&app, rename("One")).await;
        let second = Lead::at(&two).next(&app, rename("Two")).await;
        let (first, second) = tokio::join!(
            offer(&app, &one, &[], &first.1, Some(&first.0)),
            offer(&app, &two, &[], &second.1, Some(&second.0))
        );
        let mut codes = [first.status().as_u16(), second.status().as_u16()];
        codes.sort_unstable();
        assert_eq!(codes, [201, 409]);
        assert_eq!(app.directory().await.root().serial, serial);
    }
    let roots = chain(app.store(), Kind::Root).await.unwrap();
    assert_eq!(roots.len(), 5);
});

both!(a_lead_who_was_removed_signs_nothing_more, |base| {
    let app = TestApp::start(base).await;
    let (one, two) = (app.desk("Lead-1").await, app.desk("Lead-2").await);
    let without = |member: MemberId| {
        move |list: &mut LeadList| list.leads.retain(|lead| lead.member != member)
    };
    let list = Lead::at(&one)
        .next_list(&app, without(two.vault.member))
        .await;
    let named = list.digest();
    // A root by the list before does not go with the new one.
    let (old, _) = Lead::at(&one).next(&app, nothing).await;
    broken(
        offer(&app, &one, std::slice::from_ref(&list), &[], Some(&old)).await,
        "D3",
    )
    .await;
    let (root, _) = Lead::at(&one)
        .next(&app, |root, _| root.leads = named)
        .await;
    let answer = offer(&app, &one, std::slice::from_ref(&list), &[], Some(&root)).await;
    assert_eq!(answer.status(), 201);

    // The session of who was removed has ended, and a new one leads nowhere.
    let me = "/api/1/desk/me";
    refused(two.get(&app, me).await, 401, "signed-out").await;
    assert_eq!(one.get(&app, me).await.status(), 200);
    let two = app.desk("Lead-2").await;
    let (by_two, _) = Lead::at(&two).next(&app, nothing).await;
    refused(
        offer(&app, &two, &[], &[], Some(&by_two)).await,
        403,
        "not-allowed",
    )
    .await;
    // Whoever sends it: by the last list, by the one before, and by a list that lets them in again.
    broken(offer(&app, &one, &[], &[], Some(&by_two)).await, "D3").await;
    let genesis = Digest::new(*app.id().as_bytes());
    let (by_two, _) = Lead::at(&two)
        .next(&app, |root, _| root.leads = genesis)
        .await;
    broken(offer(&app, &one, &[], &[], Some(&by_two)).await, "D3").await;
    let back = Lead::at(&two).next_list(&app, |_| {}).await;
    let digest = back.digest();
    let (by_two, _) = Lead::at(&two)
        .next(&app, |root, _| root.leads = digest)
        .await;
    broken(offer(&app, &one, &[back], &[], Some(&by_two)).await, "D2").await;
    // A list in the place of one that is published comes too late.
    let other = sign_again(&one, &list);
    let (root, _) = Lead::at(&one).next(&app, nothing).await;
    refused(
        offer(&app, &one, &[other], &[], Some(&root)).await,
        409,
        "stale",
    )
    .await;
    assert_eq!(app.directory().await.root().serial, 2);
});

/// The same place in the chain of lists, with another document.
fn sign_again(desk: &Desk, list: &Signed) -> Signed {
    use rightline::protocol::directory::sign_leads;
    use rightline::protocol::signing::Context;
    let mut read: LeadList = list.unverified(Context::Leads).unwrap();
    read.nonce = Nonce::new([8; 16]);
    sign_leads(&desk.vault.signing_key(), &read)
}

both!(an_administrator_is_no_lead, |base| {
    let app = TestApp::start(base).await;
    let lead = app.desk("Lead-1").await;
    let administrator = app.desk("Administrator-1").await.vault;
    let also = |key: Option<SigningKey>| {
        let member = administrator.member;
        let key = key
            .unwrap_or_else(|| administrator.signing_key())
            .verifying_key();
        move |list: &mut LeadList| {
            let mut lead = list.leads[0].clone();
            lead.member = member;
            lead.label = "Lead-3".parse().unwrap();
            lead.key = key;
            list.leads.push(lead);
        }
    };
    // By the member's id and key, and by the id alone.
    let other = SigningKey::new(&SignSeed::new([6; 32]));
    for key in [None, Some(other)] {
        let list = Lead::at(&lead).next_list(&app, also(key)).await;
        let digest = list.digest();
        let (root, _) = Lead::at(&lead)
            .next(&app, |root, _| root.leads = digest)
            .await;
        broken(offer(&app, &lead, &[list], &[], Some(&root)).await, "D5").await;
    }
    // Nor does a lead become one.
    let two = app.desk("Lead-2").await.vault;
    let answer = Lead::at(&lead)
        .offer(&app, &lead, |_, teams| {
            let apart = teams
                .iter_mut()
                .find(|team| team.team.as_str() == "administration");
            let members = &mut apart.unwrap().members;
            let mut second = members[0].clone();
            second.member = two.member;
            second.label = "Administrator-2".parse().unwrap();
            second.key = two.signing_key().verifying_key();
            members.push(second);
        })
        .await;
    broken(answer, "D5").await;
});

both!(
    before_the_first_root_leads_are_added_and_no_administrator,
    |base| {
        let mut app = TestApp::start(base).await;
        let (one, handler) = (app.desk("Lead-1").await, app.desk("Handler-1").await);
        let (root, _) = Lead::at(&one)
            .next(&app, |root, _| {
                root.serial = 1;
                root.previous = Digest::ZERO;
            })
            .await;
        sql::execute(app.store(), "DELETE FROM documents WHERE kind = 'root'").await;
        sql::execute(
            app.store(),
            "UPDATE members SET founding = 'administrator' WHERE label = 'Administrator-1'",
        )
        .await;
        app.restart().await;
        let administrator = app.person("Administrator-1").clone();
        let add = |member: MemberId, byte: u8| {
            move |list: &mut LeadList| {
                let mut lead = list.leads[0].clone();
                lead.member = member;
                lead.key = SigningKey::new(&SignSeed::new([byte; 32])).verifying_key();
                lead.label = "Lead-3".parse().unwrap();
                list.leads.push(lead);
            }
        };
        let id = account(&app, &administrator.label).await;
        let wrong = Lead::at(&one).next_list(&app, add(id, 3)).await;
        broken(offer(&app, &one, &[wrong], &[], None).await, "D5").await;
        broken(offer(&app, &one, &[], &[], None).await, "D2").await;

        let list = Lead::at(&one)
            .next_list(&app, add(handler.vault.member, 4))
            .await;
        let answer = offer(&app, &one, std::slice::from_ref(&list), &[], None).await;
        assert_eq!(answer.status(), 201);
        assert_eq!(
            answer.json::<Value>().await.unwrap(),
            json!({ "serial": 0 })
        );
        assert_eq!(last_list(&app).await, list);
        let leads = app
            .service
            .directories
            .leads(app.clock.seconds())
            .await
            .unwrap();
        assert_eq!(leads.len(), 3);
        // The first root names the last list.
        broken(offer(&app, &one, &[], &[], Some(&root)).await, "D3").await;
        let mut read: Root = root
            .unverified(rightline::protocol::signing::Context::Root)
            .unwrap();
        read.leads = list.digest();
        let root = sign_root(&Lead::at(&one).key, &read);
        // Perhaps with the list sent along once more.
        let answer = offer(&app, &one, &[list], &[], Some(&root)).await;
        assert_eq!(answer.status(), 201);
        assert_eq!(app.directory().await.root().serial, 1);
    }
);

async fn account(app: &TestApp, label: &str) -> MemberId {
    let found = rightline::staff::store::account(app.store(), label)
        .await
        .unwrap();
    MemberId::new(found.unwrap().account.id.try_into().unwrap())
}

both!(only_leads_publish, |base| {
    let app = TestApp::start(base).await;
    let lead = app.desk("Lead-1").await;
    let (root, teams) = Lead::at(&lead).next(&app, nothing).await;
    for label in ["Handler-1", "Custodian-1", "Administrator-1", "Auditor-1"] {
        let desk = app.desk(label).await;
        let answer = offer(&app, &desk, &[], &teams, Some(&root)).await;
        refused(answer, 403, "not-allowed").await;
    }
    let nobody = Desk {
        cookie: String::new(),
        ..lead
    };
    let answer = offer(&app, &nobody, &[], &teams, Some(&root)).await;
    refused(answer, 401, "signed-out").await;
    assert_eq!(app.directory().await.root().serial, 1);
});

both!(whoever_left_has_no_session_and_no_grant, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "It was seen.").await.submission.case;
    let desks = [
        app.desk("Handler-1").await,
        app.desk("Handler-2").await,
        app.desk("Handler-3").await,
        app.desk("Custodian-1").await,
    ];
    let [leaver, other, changed, custodian] = &desks;
    for desk in [leaver, other, changed] {
        desk.open(&app, case).await;
    }
    let lead = app.desk("Lead-1").await;
    let (gone, now_auditor) = (leaver.vault.member, changed.vault.member);
    let another_key = SigningKey::new(&SignSeed::new([5; 32])).verifying_key();
    let rekeyed = custodian.vault.member;
    let answer = Lead::at(&lead)
        .offer(&app, &lead, |_, teams| {
            for team in teams.iter_mut() {
                team.members.retain(|member| member.member != gone);
            }
            for member in everybody(teams) {
                if member.member == now_auditor {
                    member.roles = vec![Role::Auditor];
                }
                if member.member == rekeyed {
                    member.key = another_key;
                }
            }
        })
        .await;
    assert_eq!(answer.status(), 201);

    for desk in [leaver, changed, custodian] {
        refused(desk.get(&app, "/api/1/desk/me").await, 401, "signed-out").await;
    }
    for desk in [other, &lead] {
        assert_eq!(desk.get(&app, "/api/1/desk/me").await.status(), 200);
    }
    let live = |member: MemberId| {
        let (store, member) = (app.store(), member);
        async move {
            let grants = rightline::casework::store::grants(store, case.as_bytes())
                .await
                .unwrap();
            let own = grants
                .into_iter()
                .find(|grant| grant.member == member.as_bytes()[..]);
            own.map(|grant| (grant.live, grant.sealed.is_empty()))
        }
    };
    assert_eq!(live(gone).await, Some((0, true)));
    assert_eq!(live(now_auditor).await, Some((0, true)));
    assert_eq!(live(other.vault.member).await, Some((1, false)));
    // Signed in again, with the keys of before, they find nothing.
    for label in ["Handler-1", "Handler-3"] {
        let back = app.desk(label).await;
        for path in ["", "/access", "/openings"] {
            let path = format!("/api/1/desk/cases/{case}{path}");
            refused(back.get(&app, &path).await, 404, "not-found").await;
        }
        let list = back.get(&app, "/api/1/desk/cases?list=mine").await;
        refused(list, 404, "not-found").await;
    }
    other.read(&app, case).await;
});
