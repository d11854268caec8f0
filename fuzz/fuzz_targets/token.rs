//! Words that are accepted are the token's own, however they were typed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rightline::protocol::token::Token;

fuzz_target!(|text: &str| {
    if let Ok(token) = Token::parse(text) {
        assert_eq!(Token::parse(&token.to_text()), Ok(token));
    }
});
