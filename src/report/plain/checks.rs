//! What keeps a report from being sent, field by field.

use zeroize::Zeroizing;

use super::draft::Draft;
use super::fields::{Asks, People, codes};
use crate::directory::Published;
use crate::pages::text::{number, say, say_with};
use crate::protocol::directory::Route;
use crate::protocol::framing;
use crate::protocol::json;
use crate::protocol::report::{GREATEST_ACCOUNT, GREATEST_LIST, GREATEST_TEXT};
use crate::settings::Settings;

/// What is wrong with a field, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldError {
    /// The field as the form names it.
    pub(super) field: String,
    /// What is wrong.
    pub(super) message: String,
}

fn wrong(field: impl Into<String>, message: impl Into<String>) -> FieldError {
    FieldError {
        field: field.into(),
        message: message.into(),
    }
}

/// There is no room for another person.
pub(super) fn too_many(people: People) -> Vec<FieldError> {
    vec![wrong(
        format!("{}.{}", people.name(), GREATEST_LIST - 1),
        say("errors.too_many"),
    )]
}

/// Everything that is wrong, in the form's order.
pub(super) fn check(draft: &Draft, published: &Published, settings: &Settings) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if draft.value("what_happened").trim().is_empty() {
        errors.push(wrong("what_happened", say("errors.what_happened")));
    }
    for (name, asks) in draft.names() {
        let found = match asks {
            Asks::Text => check_text(draft.value(&name), &name),
            Asks::One(list) | Asks::Any(list) => check_codes(draft, &name, list),
            Asks::Mark => (!matches!(draft.value(&name), "" | "yes")).then_some("errors.bad_code"),
            Asks::Readers => None,
        };
        errors.extend(found.map(|key| wrong(&name, words_for(key, &name))));
    }
    errors.extend(check_mode(draft, published));
    errors.extend(check_readers(draft, published));
    let is_offered = |name: &str| settings.offered_units().any(|unit| unit == name);
    if !draft.all("force_units").all(is_offered) {
        errors.push(wrong("force_units", say("errors.exclude_unknown")));
    }
    if errors.is_empty() {
        errors.extend(check_sizes(draft));
    }
    errors
}

fn words_for(key: &'static str, name: &str) -> String {
    if key == "errors.too_long" {
        say_with(key, number(most(name)))
    } else {
        say(key).to_owned()
    }
}

fn most(name: &str) -> usize {
    if name == "what_happened" {
        GREATEST_ACCOUNT
    } else {
        GREATEST_TEXT
    }
}

fn check_text(value: &str, name: &str) -> Option<&'static str> {
    let most = most(name);
    if value.len() > most && value.chars().count() > most {
        return Some("errors.too_long");
    }
    let shown = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    (!value.chars().all(shown)).then_some("errors.bad_characters")
}

fn check_codes(draft: &Draft, name: &str, list: &str) -> Option<&'static str> {
    let known = codes(list);
    (!draft.all(name).all(|code| known.contains(&code))).then_some("errors.bad_code")
}

/// A name goes exactly where the mode wants it, and is never dropped without a word.
fn check_mode(draft: &Draft, published: &Published) -> Vec<FieldError> {
    let blank = |name: &str| draft.value(name).trim().is_empty();
    let mut errors = Vec::new();
    match draft.mode() {
        "anonymous" => {
            let names = ["identity.name", "name"]
                .into_iter()
                .filter(|name| !blank(name));
            errors.extend(names.map(|name| wrong(name, say("errors.name_not_wanted"))));
        }
        "confidential" if published.directory.custodians().is_empty() => {
            errors.push(wrong("mode", say("errors.confidential_not_offered")));
        }
        "confidential" if blank("identity.name") => {
            errors.push(wrong("identity.name", say("errors.identity_name")));
        }
        "named" if blank("name") => errors.push(wrong("name", say("errors.name"))),
        _ => {}
    }
    errors
}

fn check_readers(draft: &Draft, published: &Published) -> Vec<FieldError> {
    let directory = &published.directory;
    let mut errors = Vec::new();
    if directory.first_readers(draft.route()).is_empty() {
        errors.push(wrong("route", say("errors.route")));
    }
    let routes = [Route::Intake, Route::Independent];
    let readers = || {
        routes
            .into_iter()
            .flat_map(|route| directory.first_readers(route))
    };
    let is_member = |id: &str| readers().any(|member| member.member.to_string() == id);
    let is_unit = |name: &str| readers().any(|member| member.units.iter().any(|unit| unit == name));
    if !draft.all("exclude.members").all(is_member) {
        errors.push(wrong("exclude.members", say("errors.exclude_unknown")));
    }
    if !draft.all("exclude.units").all(is_unit) {
        errors.push(wrong("exclude.units", say("errors.exclude_unknown")));
    }
    errors
}

/// The parts of a report have a greatest size in all, whatever each text has (F2, R3, C7).
fn check_sizes(draft: &Draft) -> Vec<FieldError> {
    // What goes before the content of a frame (F1).
    let fits = |content: &[u8], most: usize| content.len() + 4 <= most;
    let mut errors = Vec::new();
    let parties = Zeroizing::new(json::write(&draft.parties()));
    if !fits(&parties, framing::GREATEST_MESSAGE) {
        let field = [People::Subjects, People::Others]
            .into_iter()
            .find_map(|people| {
                let place = draft.told(people).next()?;
                Some(format!(
                    "{}.{place}.{}",
                    people.name(),
                    people.fields()[0].0
                ))
            });
        let field = field.unwrap_or_else(|| "exclude.other".to_owned());
        errors.push(wrong(field, say("errors.people_too_long")));
    }
    let identity = draft
        .identity()
        .map(|content| Zeroizing::new(json::write(&content)));
    if identity.is_some_and(|content| !fits(&content, framing::IDENTITY)) {
        errors.push(wrong("identity.contact", say("errors.identity_too_long")));
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_in_characters() {
        assert_eq!(check_text(&"€".repeat(5_000), "when"), None);
        assert_eq!(
            check_text(&"€".repeat(5_001), "when"),
            Some("errors.too_long")
        );
        assert_eq!(check_text(&"x".repeat(50_000), "what_happened"), None);
        assert_eq!(
            check_text(&"x".repeat(50_001), "what_happened"),
            Some("errors.too_long")
        );
        assert_eq!(
            words_for("errors.too_long", "what_happened"),
            "Use 50,000 characters or fewer"
        );
    }

    #[test]
    fn control_characters_cannot_be_shown() {
        assert_eq!(check_text("a\tb\nc", "when"), None);
        for wrong in ["\0", "\u{1b}[0m", "\r", "\u{85}"] {
            assert_eq!(
                check_text(wrong, "when"),
                Some("errors.bad_characters"),
                "{wrong:?}"
            );
        }
    }
}
