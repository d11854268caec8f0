//! What a refusal under `/api/` must look like (P1).

use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// Checks the headers that every answer carries, whatever it is.
pub fn strict(headers: &HeaderMap) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(
            headers.get(name).map(|value| value.to_str().unwrap()),
            Some(value),
            "{name}"
        );
    }
    let policy = headers["content-security-policy"].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    assert!(!headers.contains_key("server") && !headers.contains_key("x-powered-by"));
}

/// Checks that an answer is the problem with this code, and says which rule it names.
#[track_caller]
pub fn is_problem(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    expected: (u16, &str),
) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let document: Value =
        serde_json::from_slice(body).unwrap_or_else(|_| panic!("{status} {text}"));
    let code = format!("urn:rightline:problem:{}", expected.1);
    assert_eq!(
        (status, document["type"].as_str()),
        (expected.0, Some(code.as_str())),
        "{text}"
    );
    assert_eq!(headers["content-type"], "application/problem+json");
    strict(headers);
    assert_eq!(document["status"], status);
    let mut members: Vec<&str> = document
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    let rule = document
        .get("rule")
        .map(|rule| rule.as_str().unwrap().to_owned());
    members.retain(|name| *name != "rule");
    assert_eq!(members, ["detail", "status", "title", "type"]);
    assert_eq!(
        rule.is_some(),
        ["invalid", "procedure"].contains(&expected.1),
        "{text}"
    );
    rule
}

/// Expects the problem with this status and code.
#[track_caller]
pub fn refused(answer: Response, status: u16, code: &str) -> impl Future<Output = Option<String>> {
    let place = std::panic::Location::caller();
    let code = code.to_owned();
    async move {
        let (found, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.unwrap();
        println!("{place} expects {status} {code}");
        is_problem(found, &headers, &body, (status, &code))
    }
}

/// Expects a refusal that names this rule.
#[track_caller]
pub fn broken(answer: Response, rule: &str) -> impl Future<Output = ()> {
    let found = refused(answer, 422, "invalid");
    let rule = rule.to_owned();
    async move { assert_eq!(found.await, Some(rule)) }
}

/// Everything of an answer but its date and what becomes of the connection: status, headers in order, body.
pub async fn whole(answer: Response) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let status = answer.status().as_u16();
    let mut headers: Vec<(String, String)> = answer
        .headers()
        .iter()
        .filter(|(name, _)| *name != "date" && *name != "connection")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (status, headers, answer.bytes().await.unwrap().to_vec())
}

/// Expects that the procedure does not allow it, for this cause.
#[track_caller]
pub fn not_now(answer: Response, why: &str) -> impl Future<Output = ()> {
    let found = refused(answer, 409, "procedure");
    let why = why.to_owned();
    async move { assert_eq!(found.await, Some(why)) }
}
