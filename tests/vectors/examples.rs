//! The worked examples at the end of `docs/protocol.md`, made from the vectors so that they cannot rot.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rightline::protocol::hybrid::Identity;
use rightline::protocol::{framing, sealing};
use serde_json::Value;

use crate::{Case, text};

/// Where the worked examples begin in the page.
pub(crate) const HEADING: &str = "## 15 Worked examples\n";

/// The texts of the calls, with `{{path member…}}` where a value of a vector stands.
const CALLS: &str = include_str!("calls.md");

/// The whole section.
pub(crate) fn section(cases: &[Case]) -> String {
    let mut section = String::from(HEADING);
    let mut rest = CALLS;
    while let Some((before, after)) = rest.split_once("{{") {
        let (place, after) = after.split_once("}}").expect("a closed place");
        section.push_str(before);
        section.push_str(&fill(cases, place));
        rest = after;
    }
    section.push_str(rest);
    section
}

/// The value that stands at a place: a way of showing, a vector, and the members that lead to the value.
fn fill(cases: &[Case], place: &str) -> String {
    let mut words = place.split(' ');
    let (way, path) = (
        words.next().expect("a way"),
        words.next().expect("a vector"),
    );
    let case = cases
        .iter()
        .find(|case| case.path == format!("{path}.json"));
    let case = &case.unwrap_or_else(|| panic!("no vector {path}")).content;
    let value = words
        .clone()
        .fold(case, |value, member| match member.parse::<usize>() {
            Ok(place) => &value[place],
            Err(_) => &value[member],
        });
    assert!(!value.is_null(), "{place} leads nowhere");
    let data = || {
        STANDARD
            .decode(value.as_str().expect("text"))
            .expect("base64")
    };
    match way {
        "value" => value
            .as_str()
            .map_or_else(|| value.to_string(), ToOwned::to_owned),
        "short" => short(value.as_str().expect("text")),
        "json" => pretty(&value.to_string()),
        "pretty" => pretty(value.as_str().expect("text")),
        "length" => data().len().to_string(),
        "head" => hex::encode(&data()[..24]),
        "keyid" => hex::encode(&data()[1..33]),
        "signature" => hex::encode(&data()[33..97]),
        "document" => pretty(std::str::from_utf8(&data()).expect("UTF-8")),
        "payload" => pretty(std::str::from_utf8(&data()[97..]).expect("UTF-8")),
        "digest" => rightline::protocol::Digest::of(&data()).to_string(),
        "age" => age(&data()),
        "plain" => hex::encode(&*opened(case, &data())),
        "framed" => {
            let plain = opened(case, &data());
            pretty(std::str::from_utf8(framing::unframe(&plain).expect("a frame")).expect("UTF-8"))
        }
        "message" => {
            let plain = opened(case, &data());
            pretty(
                std::str::from_utf8(&framing::unframe(&plain).expect("a frame")[97..])
                    .expect("UTF-8"),
            )
        }
        "sections" => sections(&data()),
        other => panic!("no way {other}"),
    }
}

fn opened(case: &Value, file: &[u8]) -> zeroize::Zeroizing<Vec<u8>> {
    let identity = Identity::parse(text(case, "identity")).expect("an identity");
    sealing::open(file, &identity).expect("opens")
}

/// A long text without its middle.
fn short(text: &str) -> String {
    if text.len() <= 100 {
        return text.to_owned();
    }
    format!("{}…{}", &text[..40], &text[text.len() - 12..])
}

/// The lines of an age file's header, and how long the rest is.
fn age(file: &[u8]) -> String {
    let end = file
        .windows(5)
        .position(|five| five == b"\n--- ")
        .expect("a header")
        + 1
        + 48;
    let header = std::str::from_utf8(&file[..end]).expect("ASCII");
    let lines: Vec<String> = header.lines().map(short).collect();
    format!("{}\n({} bytes follow)", lines.join("\n"), file.len() - end)
}

/// The sections of a container: where each begins, how long it is, and its digest.
fn sections(container: &[u8]) -> String {
    let names = [
        "statement",
        "parties",
        "body",
        "identity",
        "grant 1",
        "grant 2",
        "grant 3",
    ];
    let mut lines = vec!["offset  length  section    SHA-256".to_owned()];
    let mut at = 1;
    for name in names {
        let length: [u8; 4] = container[at..at + 4].try_into().expect("four bytes");
        let length = usize::try_from(u32::from_be_bytes(length)).expect("fits");
        let section = &container[at + 4..at + 4 + length];
        let digest = rightline::protocol::Digest::of(section);
        lines.push(format!("{at:>6}  {length:>6}  {name:<9}  {digest}"));
        at += 4 + length;
    }
    assert_eq!(at, container.len());
    lines.join("\n")
}

/// JSON as it stands, with line breaks and without the middle of long texts.
fn pretty(raw: &str) -> String {
    let (mut out, mut depth, mut characters) = (String::new(), 0_usize, raw.chars().peekable());
    let newline = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                let mut text = String::new();
                while let Some(inside) = characters.next() {
                    match inside {
                        '"' => break,
                        '\\' => text.extend(['\\', characters.next().expect("an escape")]),
                        _ => text.push(inside),
                    }
                }
                let shown = if text.is_ascii() { short(&text) } else { text };
                out.push('"');
                out.push_str(&shown);
                out.push('"');
            }
            '{' | '[' => {
                out.push(character);
                if matches!(characters.peek(), Some('}' | ']')) {
                    out.extend(characters.next());
                } else {
                    depth += 1;
                    newline(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth -= 1;
                newline(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(',');
                newline(&mut out, depth);
            }
            ':' => out.push_str(": "),
            other => out.push(other),
        }
    }
    out
}
