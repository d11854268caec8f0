//! What a reporter has typed into the plain form so far.

use std::collections::HashSet;

use super::fields::{Asks, FIRST, LAST, People};
use super::units::Units;
use crate::directory::Published;
use crate::pages::form::Form;
use crate::protocol::MemberId;
use crate::protocol::directory::{Directory, Member, Route};
use crate::protocol::report::codes::{
    Answer, Basis, Channel, Characteristic, Concern, Involvement, Kind, Mode, Pattern, Rank,
    Relation,
};
use crate::protocol::report::{
    Body, Circumstances, Danger, Evidence, Exclude, GREATEST_LIST, IdentityContent, Other, Parties,
    Reporter, Subject, Support, Told,
};

/// Everything typed into the form, of the fields that it has.
#[derive(Default)]
pub(super) struct Draft {
    typed: Form,
    subjects: usize,
    others: usize,
}

impl Draft {
    /// An empty form.
    pub(super) fn empty() -> Self {
        Self {
            subjects: 1,
            ..Self::default()
        }
    }

    /// Takes what belongs to the form out of a post.
    pub(super) fn from_form(form: &Form) -> Self {
        let count = |people: People| {
            let said = form.value(people.name()).parse().unwrap_or(0);
            let places = form
                .pairs()
                .filter_map(|(name, _)| Some(place_of(name, people)? + 1));
            places
                .fold(said, usize::max)
                .clamp(people.least(), GREATEST_LIST)
        };
        let mut draft = Self {
            typed: Form::default(),
            subjects: count(People::Subjects),
            others: count(People::Others),
        };
        let names = draft.names();
        for (name, value) in form.pairs().filter(|(_, value)| !value.is_empty()) {
            match names.iter().find(|(known, _)| known == name) {
                Some((_, Asks::Any(_) | Asks::Readers)) => draft.typed.add(name, value),
                Some(_) => draft.typed.set(name, value),
                None => {}
            }
        }
        draft
    }

    /// Every field, in the form's order.
    pub(super) fn names(&self) -> Vec<(String, Asks)> {
        let mut names: Vec<(String, Asks)> = Vec::new();
        names.extend(FIRST.iter().map(|(name, asks)| ((*name).to_owned(), *asks)));
        for people in [People::Subjects, People::Others] {
            for place in 0..self.count(people) {
                for (name, asks) in people.fields() {
                    names.push((format!("{}.{place}.{name}", people.name()), *asks));
                }
            }
        }
        names.extend(LAST.iter().map(|(name, asks)| ((*name).to_owned(), *asks)));
        names
    }

    /// How many groups of fields there are for these people.
    pub(super) fn count(&self, people: People) -> usize {
        match people {
            People::Subjects => self.subjects,
            People::Others => self.others,
        }
    }

    /// What was typed into a field.
    pub(super) fn value(&self, name: &str) -> &str {
        self.typed.value(name)
    }

    /// Every value of a field.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.typed.all(name)
    }

    /// Everything typed.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.typed.pairs()
    }

    /// Chooses the independent route.
    pub(super) fn choose_independent(&mut self) {
        self.typed.set("route", Route::Independent.as_str());
    }

    /// Adds an empty group; says whether there was room for it.
    pub(super) fn add(&mut self, people: People) -> bool {
        let count = match people {
            People::Subjects => &mut self.subjects,
            People::Others => &mut self.others,
        };
        if *count < GREATEST_LIST {
            *count += 1;
            return true;
        }
        false
    }

    /// Takes a group away; those behind it move up.
    pub(super) fn remove(&mut self, people: People, place: usize) {
        if place >= self.count(people) {
            return;
        }
        let mut rest = Form::default();
        for (name, value) in self.typed.pairs() {
            match place_of(name, people) {
                Some(at) if at == place => {}
                Some(at) if at > place => {
                    let field = name.rsplit('.').next().unwrap_or_default();
                    rest.add(&format!("{}.{}.{field}", people.name(), at - 1), value);
                }
                _ => rest.add(name, value),
            }
        }
        self.typed = rest;
        match people {
            People::Subjects => self.subjects = (self.subjects - 1).max(1),
            People::Others => self.others -= 1,
        }
    }

    /// Whether nothing is said about the person in this place.
    pub(super) fn is_blank(&self, people: People, place: usize) -> bool {
        self.typed
            .pairs()
            .all(|(name, value)| place_of(name, people) != Some(place) || value.trim().is_empty())
    }

    /// The places in which something is said about a person.
    pub(super) fn told(&self, people: People) -> impl Iterator<Item = usize> {
        (0..self.count(people)).filter(move |place| !self.is_blank(people, *place))
    }

    /// How the reporter wants to be known: anonymous, unless something else was chosen.
    pub(super) fn mode(&self) -> &str {
        match self.value("mode") {
            "" => "anonymous",
            mode => mode,
        }
    }

    /// The route: intake, unless the other was chosen.
    pub(super) fn route(&self) -> Route {
        match self.value("route") {
            "independent" => Route::Independent,
            _ => Route::Intake,
        }
    }

    /// The first readers of the route who are not left out.
    pub(super) fn readers<'a>(&self, published: &'a Published) -> Vec<&'a Member> {
        self.readers_in(&published.directory)
    }

    /// Whoever is in a unit in any team is in it: another team may list them without it.
    fn readers_in<'a>(&self, directory: &'a Directory) -> Vec<&'a Member> {
        let named = Units::of(self.units_named());
        let chosen = Units::of(self.all("exclude.units"));
        let left_out = |member: &Member| {
            let id = member.member.to_string();
            self.all("exclude.members").any(|one| one == id)
                || directory.listings(&member.member).any(|(team, listed)| {
                    // Whoever names what no reader has may mean a unit or a team; the readers' list has units only.
                    directory
                        .team(team)
                        .is_some_and(|team| named.name(&team.name))
                        || listed
                            .units
                            .iter()
                            .any(|unit| chosen.name(unit) || named.name(unit))
                })
        };
        let mut readers = directory.first_readers(self.route());
        readers.retain(|member| !left_out(member));
        readers
    }

    /// The units that must not see it: those that were chosen from either list, and those that were typed.
    fn units_left_out(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let units = self.all("exclude.units").chain(self.units_named());
        let units = units.filter(|unit| seen.insert(*unit));
        units.map(ToOwned::to_owned).collect()
    }

    /// Units that may be of no first reader: those of the force that were chosen, and those typed, one on each line.
    fn units_named(&self) -> impl Iterator<Item = &str> {
        let lines = self
            .value("other_units")
            .split(['\r', '\n', ';'])
            .map(str::trim);
        let typed = lines.filter(|line| !line.is_empty());
        self.all("force_units").chain(typed)
    }

    /// Who is named (R4). People of whom nothing is said are left out.
    pub(super) fn parties(&self) -> Parties {
        let text = |name: String| self.value(&name).to_owned();
        let subject = |place: usize| {
            let of = |field: &str| format!("subjects.{place}.{field}");
            Subject {
                name: text(of("name")),
                description: text(of("description")),
                kind: Kind::known(self.value(&of("kind"))).unwrap_or_default(),
                rank: Rank::known(self.value(&of("rank"))).unwrap_or_default(),
                acting: self.value(&of("acting")) == "yes",
                unit: text(of("unit")),
                relation: Relation::known(self.value(&of("relation"))).unwrap_or_default(),
                senior: self.answer(&of("senior")),
                reads_reports: self.answer(&of("reads_reports")),
                probationer: self.answer(&of("probationer")),
            }
        };
        let other = |place: usize| {
            let of = |field: &str| format!("others.{place}.{field}");
            Other {
                who: text(of("who")),
                rank: Rank::known(self.value(&of("rank"))).unwrap_or_default(),
                unit: text(of("unit")),
                why: text(of("why")),
                reason: text(of("reason")),
            }
        };
        Parties {
            subjects: self.told(People::Subjects).map(subject).collect(),
            others: self.told(People::Others).map(other).collect(),
            exclude: Exclude {
                units: self.units_left_out(),
                members: self
                    .all("exclude.members")
                    .filter_map(|id| id.parse::<MemberId>().ok())
                    .collect(),
                other: text("exclude.other".to_owned()),
            },
            ..Parties::default()
        }
    }

    /// Everything else (R5). The name is there only in the mode that shows it.
    pub(super) fn body(&self) -> Body {
        let text = |name: &str| self.value(name).to_owned();
        let only_named = |name: &str| {
            if self.mode() == "named" {
                text(name)
            } else {
                String::new()
            }
        };
        Body {
            channel: Channel::known("plain").unwrap_or_default(),
            language: match self.value("language").trim() {
                "" => "en".to_owned(),
                language => language.to_owned(),
            },
            mode: Mode::known(self.mode()).unwrap_or_default(),
            name: only_named("name"),
            contact: only_named("contact"),
            concerns: self.all("concerns").filter_map(Concern::known).collect(),
            characteristics: self
                .all("characteristics")
                .filter_map(Characteristic::known)
                .collect(),
            what_happened: text("what_happened"),
            when: text("when"),
            place: text("where"),
            pattern: Pattern::known(self.value("pattern")).unwrap_or_default(),
            circumstances: Circumstances {
                on_duty: self.answer("circumstances.on_duty"),
                online: self.answer("circumstances.online"),
                private_messages: self.answer("circumstances.private_messages"),
                described_as_banter: self.answer("circumstances.described_as_banter"),
            },
            basis: Basis::known(self.value("basis")).unwrap_or_default(),
            basis_detail: text("basis_detail"),
            evidence: Evidence {
                what: text("evidence.what"),
                at_risk: self.answer("evidence.at_risk"),
                how: text("evidence.how"),
            },
            told: Told {
                whom: text("told.whom"),
                outcome: text("told.outcome"),
            },
            danger: Danger {
                now: self.answer("danger.now"),
                detail: text("danger.detail"),
            },
            support: Support {
                wanted: self.answer("support.wanted"),
                detail: text("support.detail"),
            },
            informed: self.answer("informed"),
            reporter: Reporter {
                kind: Kind::known(self.value("reporter.kind")).unwrap_or_default(),
                rank: Rank::known(self.value("reporter.rank")).unwrap_or_default(),
                unit: text("reporter.unit"),
                probationer: self.answer("reporter.probationer"),
                role: Involvement::known(self.value("reporter.role")).unwrap_or_default(),
            },
            access_needs: text("access_needs"),
            ..Body::default()
        }
    }

    /// Who the reporter is, for the custodians (R6); nothing unless that was chosen.
    pub(super) fn identity(&self) -> Option<IdentityContent> {
        (self.mode() == "confidential").then(|| IdentityContent {
            name: self.value("identity.name").to_owned(),
            contact: self.value("identity.contact").to_owned(),
            unit: self.value("identity.unit").to_owned(),
            ..IdentityContent::default()
        })
    }

    fn answer(&self, name: &str) -> Answer {
        Answer::known(self.value(name)).unwrap_or_default()
    }
}

/// The place in the list that a field's name gives, such as 2 for `subjects.2.name`.
fn place_of(name: &str, people: People) -> Option<usize> {
    let rest = name.strip_prefix(people.name())?.strip_prefix('.')?;
    let (place, field) = rest.split_once('.')?;
    let known = people.fields().iter().any(|(known, _)| *known == field);
    let place = place.parse().ok().filter(|place| *place < GREATEST_LIST)?;
    known.then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::directory::{
        Lead, LeadList, Role, Root, Routes, Team, TeamEntry, sign_leads, sign_root, sign_team,
    };
    use crate::protocol::hybrid::MemberIdentity;
    use crate::protocol::signing::SigningKey;
    use crate::protocol::{Day, Digest, Nonce, ServiceId, TeamId};
    use crate::secret::{OpenSeed, SignSeed};

    fn draft(form: &str) -> Draft {
        Draft::from_form(&Form::parse(form.as_bytes()).unwrap())
    }

    /// A directory in which the handler of the intake is also listed by another team, with a unit.
    fn directory() -> Directory {
        let id = |byte| MemberId::new([byte; 16]);
        let seed = |byte| SignSeed::new([byte; 32]);
        let lead = SigningKey::new(&seed(1));
        let day = Day::parse("2026-11-23").unwrap();
        let mut list = LeadList {
            service: ServiceId::ZERO,
            number: 0,
            previous: Digest::ZERO,
            name: "Force".to_owned(),
            origin: "https://rightline.example".to_owned(),
            nonce: Nonce::new([1; 16]),
            day,
            leads: Vec::new(),
        };
        list.leads.push(Lead {
            member: id(1),
            label: "lead".parse().unwrap(),
            key: lead.verifying_key(),
        });
        let genesis = sign_leads(&lead, &list);
        let service = ServiceId::of(&genesis);
        let member = |byte: u8, units: &[&str]| Member {
            member: id(byte),
            label: format!("handler-{byte}").parse().unwrap(),
            roles: vec![Role::Handler],
            units: units.iter().map(|unit| (*unit).to_owned()).collect(),
            recipient: MemberIdentity::new(&OpenSeed::new([byte; 32]))
                .recipient()
                .clone(),
            key: SigningKey::new(&seed(byte)).verifying_key(),
            since: day,
            replaces: None,
        };
        let team = |id: &str, members| {
            let team: TeamId = id.parse().unwrap();
            let signed = sign_team(
                &lead,
                &Team {
                    service,
                    team: team.clone(),
                    name: id.to_owned(),
                    members,
                },
            );
            (
                TeamEntry {
                    team,
                    digest: signed.digest(),
                },
                signed,
            )
        };
        let teams = [
            team("intake", vec![member(2, &[]), member(3, &["South"])]),
            team(
                "abuse",
                vec![member(2, &["North", "West professional standards unit"])],
            ),
        ];
        let root = Root {
            service,
            serial: 1,
            previous: Digest::ZERO,
            leads: genesis.digest(),
            issued: day,
            good_until: day,
            service_key: lead.verifying_key(),
            recovery: None,
            routes: Routes {
                intake: teams[0].0.team.clone(),
                independent: None,
                custodians: None,
            },
            teams: teams.iter().map(|(entry, _)| entry.clone()).collect(),
        };
        let root = sign_root(&lead, &root);
        let directory = Directory::verify(&service, &genesis, &[], &root).unwrap();
        teams
            .iter()
            .map(|(_, signed)| signed)
            .try_fold(directory, Directory::with_team)
            .unwrap()
    }

    #[test]
    fn a_unit_that_any_team_names_leaves_its_member_out() {
        let directory = directory();
        let readers = |form: &str| -> Vec<String> {
            let readers = draft(form).readers_in(&directory);
            readers
                .iter()
                .map(|reader| reader.label.to_string())
                .collect()
        };
        assert_eq!(readers("what_happened=a"), ["handler-2", "handler-3"]);
        assert_eq!(readers("exclude.units=North"), ["handler-3"]);
        assert_eq!(readers("exclude.units=South"), ["handler-2"]);
        assert_eq!(readers("other_units=Roads%0D%0A+south++"), ["handler-2"]);
        // Whoever names a team means whoever is in it.
        assert_eq!(readers("other_units=Abuse"), ["handler-3"]);
        assert_eq!(readers("force_units=Abuse"), ["handler-3"]);
        assert_eq!(
            readers("force_units=Roads&force_units=South"),
            ["handler-2"]
        );
        assert_eq!(readers("exclude.units=Abuse").len(), 2);
        // The standards unit of a command, in short and with the full name of its team.
        assert_eq!(readers("other_units=West+BCU+PSU"), ["handler-3"]);
        assert_eq!(readers("other_units=PSU").len(), 2);
        let id = MemberId::new([2; 16]);
        assert_eq!(readers(&format!("exclude.members={id}")), ["handler-3"]);
    }

    #[test]
    fn only_the_fields_of_the_form_are_kept() {
        let draft = draft(
            "what_happened=a&nonsense=b&subjects.41.name=c&subjects.0.odd=d&action=check&mode=x&mode=named",
        );
        assert_eq!(
            draft.pairs().collect::<Vec<_>>(),
            [("what_happened", "a"), ("mode", "named")]
        );
        assert_eq!(
            (draft.count(People::Subjects), draft.count(People::Others)),
            (1, 0)
        );
    }

    #[test]
    fn a_person_is_taken_away_and_the_others_move_up() {
        let mut draft = draft(
            "subjects=3&subjects.0.name=a&subjects.1.name=b&subjects.2.name=c&subjects.2.rank=sergeant",
        );
        draft.remove(People::Subjects, 1);
        assert_eq!(draft.count(People::Subjects), 2);
        assert_eq!(
            (
                draft.value("subjects.1.name"),
                draft.value("subjects.1.rank")
            ),
            ("c", "sergeant")
        );
        assert_eq!(draft.value("subjects.2.name"), "");
        draft.remove(People::Subjects, 7);
        assert_eq!(draft.count(People::Subjects), 2);
    }

    #[test]
    fn there_is_room_for_forty_people() {
        let mut draft = draft("others=39");
        assert!(draft.add(People::Others));
        assert!(!draft.add(People::Others));
        assert_eq!(draft.count(People::Others), 40);
    }

    #[test]
    fn a_person_of_whom_nothing_is_said_is_left_out() {
        let parties =
            draft("subjects=2&subjects.0.name=+&subjects.1.rank=sergeant&others=1").parties();
        assert_eq!((parties.subjects.len(), parties.others.len()), (1, 0));
        assert_eq!(parties.subjects[0].rank.as_str(), "sergeant");
    }

    #[test]
    fn a_name_is_sent_only_in_the_mode_that_shows_it() {
        let fields = "what_happened=a&name=N&contact=C&identity.name=I&mode=";
        let anonymous = draft(fields);
        assert_eq!(
            (anonymous.body().name, anonymous.identity()),
            (String::new(), None)
        );
        assert_eq!(anonymous.body().mode.as_str(), "anonymous");
        let named = draft(&format!("{fields}named"));
        assert_eq!((named.body().name.as_str(), named.identity()), ("N", None));
        let confidential = draft(&format!("{fields}confidential"));
        assert_eq!(confidential.body().contact, "");
        assert_eq!(confidential.identity().unwrap().name, "I");
    }

    #[test]
    fn units_are_typed_one_on_each_line() {
        let draft = draft("other_units=Roads;%20Fleet%0D%0ATraffic&force_units=East");
        let named: Vec<&str> = draft.units_named().collect();
        assert_eq!(named, ["East", "Roads", "Fleet", "Traffic"]);
    }
}
