//! The words of the reporters' pages: `text/en.json`, which the scripts read too.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;

use serde_json::Value;

use crate::protocol::Day;

const ENGLISH: &str = include_str!("../../text/en.json");

static TEXTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut texts = BTreeMap::new();
    flatten(
        serde_json::from_str(ENGLISH).unwrap_or_default(),
        String::new(),
        &mut texts,
    );
    texts
});

fn flatten(value: Value, key: String, texts: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let key = if key.is_empty() {
                    name
                } else {
                    format!("{key}.{name}")
                };
                flatten(value, key, texts);
            }
        }
        Value::String(text) => {
            texts.insert(key, text);
        }
        _ => {}
    }
}

/// The text under a dotted key, if there is one.
#[must_use]
pub fn find(key: &str) -> Option<&'static str> {
    TEXTS.get(key).map(String::as_str)
}

/// The text under a dotted key that must be there.
#[must_use]
pub fn say(key: &str) -> &'static str {
    let found = find(key);
    debug_assert!(found.is_some(), "there is no text {key}");
    found.unwrap_or_default()
}

/// The text under a key with its one `{placeholder}` filled.
#[must_use]
pub fn say_with(key: &str, value: impl Display) -> String {
    let text = say(key);
    match text
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)))
    {
        Some((before, after)) => format!("{before}{value}{after}"),
        None => text.to_owned(),
    }
}

/// The text under a key with every `{placeholder}` filled that is named.
#[must_use]
pub fn fill(key: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = say(key);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        let value = values.iter().find(|(named, _)| *named == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled + rest
}

/// The words for a code of the protocol, or the code as it stands where there are none (R8).
#[must_use]
pub fn option(list: &str, code: &str) -> String {
    find(&format!("options.{list}.{code}"))
        .unwrap_or(code)
        .to_owned()
}

/// A day in words: Thursday 3 December.
#[must_use]
pub fn day_in_words(day: Day) -> String {
    let date = day.date();
    let weekday = date.weekday().to_sunday_zero_offset();
    let weekday = say(&format!("common.weekdays.{weekday}"));
    let month = say(&format!("common.months.{}", date.month()));
    let number = date.day().to_string();
    fill(
        "common.day",
        &[("weekday", weekday), ("day", &number), ("month", month)],
    )
}

/// A day in words, with its year where that is not today's.
#[must_use]
pub fn far_day(day: Day, today: Day) -> String {
    let year = day.date().year();
    if year == today.date().year() {
        return day_in_words(day);
    }
    let values = [("day", &*day_in_words(day)), ("year", &*year.to_string())];
    fill("common.day_of_year", &values)
}

/// A number as British readers expect it: 5,000.
#[must_use]
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What templates call for their words.
pub trait Speaks {
    /// The text under a key.
    fn t(&self, key: impl AsRef<str>) -> &'static str {
        say(key.as_ref())
    }

    /// The text under a key with its one placeholder filled.
    fn t1(&self, key: impl AsRef<str>, value: impl Display) -> String {
        say_with(key.as_ref(), value)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    if !["node_modules", "dist", "desk"].contains(&name.as_str()) {
                        folders.push(path);
                    }
                } else if endings.iter().any(|ending| name.ends_with(ending)) {
                    found.push(path);
                }
            }
        }
        found
    }

    fn read(files: Vec<PathBuf>) -> String {
        files
            .into_iter()
            .map(|file| std::fs::read_to_string(file).unwrap())
            .collect()
    }

    /// Every dotted literal that begins with a section of the text.
    fn named(source: &str) -> Vec<String> {
        let sections: Vec<&str> = TEXTS
            .keys()
            .filter_map(|key| Some(key.split_once('.')?.0))
            .collect();
        source
            .split('"')
            .filter(|literal| {
                literal.split_once('.').is_some_and(|(section, rest)| {
                    sections.contains(&section)
                        && rest
                            .bytes()
                            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.'))
                })
            })
            .map(ToOwned::to_owned)
            .collect()
    }

    #[test]
    fn every_text_that_a_template_or_handler_names_exists() {
        let mut sources = files("templates", &[".html"]);
        sources.extend(files("src", &[".rs"]));
        let missing: Vec<String> = named(&read(sources))
            .into_iter()
            .filter(|key| !key.contains(".html"))
            .filter(|key| {
                find(key).is_none() && !TEXTS.keys().any(|one| one.starts_with(&format!("{key}.")))
            })
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }

    /// Whether a script reads the text by its name, whole or put together.
    fn scripts_name(scripts: &str, leaf: &str) -> bool {
        let written = [format!(".{leaf}"), format!("\"{leaf}\"")];
        let whole = written.iter().any(|name| {
            scripts.match_indices(name.as_str()).any(|(at, _)| {
                let next = scripts[at + name.len()..].chars().next();
                !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
            })
        });
        let put_together = leaf.match_indices('_').any(|(at, _)| {
            scripts.contains(&format!("`{}${{", &leaf[..=at]))
                || scripts.contains(&format!("}}{}`", &leaf[at..]))
        });
        whole || put_together
    }

    #[test]
    fn every_text_is_used() {
        let mut sources = files("templates", &[".html"]);
        sources.extend(files("src", &[".rs"]));
        let sources = read(sources);
        let scripts = read(files("web", &[".ts", ".tsx"]));
        // Lists whose entries are named by codes, which are not written out.
        let lists = ["options", "common.weekdays", "common.months", "warnings"];
        let unused: Vec<&String> = TEXTS
            .keys()
            .filter(|key| {
                !lists
                    .iter()
                    .any(|list| key.starts_with(&format!("{list}.")))
            })
            .filter(|key| !sources.contains(&format!("\"{key}\"")))
            .filter(|key| {
                let (group, leaf) = key.rsplit_once('.').unwrap();
                let by_group = sources.contains(&format!("\"{group}\""))
                    || sources.contains(&format!("\"{group}.{{}}"));
                let put_together = leaf
                    .match_indices('_')
                    .any(|(at, _)| sources.contains(&format!("\"{group}.{{}}{}", &leaf[at..])));
                !by_group && !put_together && !scripts_name(&scripts, leaf)
            })
            .collect();
        assert_eq!(unused, Vec::<&String>::new());
    }

    #[test]
    fn placeholders_are_filled() {
        assert_eq!(
            say_with("error_pages.incident", "7"),
            "If you tell us about it, give this number: 7"
        );
        let day = Day::parse("2026-12-03").unwrap();
        assert_eq!(day_in_words(day), "Thursday 3 December");
        assert_eq!(far_day(day, day), "Thursday 3 December");
        let before = Day::parse("2025-12-31").unwrap();
        assert_eq!(far_day(day, before), "Thursday 3 December 2026");
        assert_eq!(
            [number(500), number(5_000), number(1_234_567)],
            ["500", "5,000", "1,234,567"]
        );
    }

    #[test]
    fn a_code_without_words_is_shown_as_it_stands() {
        assert_eq!(option("rank", "sergeant"), "Sergeant");
        assert_eq!(option("rank", "admiral"), "admiral");
    }
}
