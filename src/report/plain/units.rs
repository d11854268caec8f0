//! Names of units as reporters type them (R4).

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

/// Names of units, the same but for case, apostrophes, and what else is no letter or digit. A PSU is a professional
/// standards unit, and that of a BCU is called so without the BCU too.
pub(super) struct Units(HashSet<String>);

impl Units {
    /// However many names there are, each is read once.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let plain = names.map(plain).filter(|name| !name.is_empty());
        Self(plain.collect())
    }

    /// Whether one of them means this unit.
    pub(super) fn name(&self, unit: &str) -> bool {
        self.0.contains(&plain(unit))
    }
}

fn plain(unit: &str) -> String {
    const APOSTROPHES: [char; 4] = ['\'', '\u{2018}', '\u{2019}', '\u{2bc}'];
    let text: String = unit
        .nfkc()
        .filter(|letter| !APOSTROPHES.contains(letter))
        .collect();
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" ").to_lowercase())
        .replace(" professional standards unit ", " psu ")
        .replace(" bcu psu ", " psu ")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_unit(one: &str, other: &str) -> bool {
        Units::of(std::iter::once(one)).name(other)
    }

    #[test]
    fn a_unit_is_the_same_however_its_name_is_typed() {
        let name = "St John's Road - PSU";
        for other in [
            "st john\u{2019}s  road \u{2013} PSU",
            "St Johns Road-PSU",
            " ST. JOHN'S ROAD: psu",
        ] {
            assert!(same_unit(name, other), "{other}");
        }
        for other in ["St John's Road", "St John's Road PSU 2", "", "\u{2013}"] {
            assert!(!same_unit(name, other), "{other}");
        }
        assert!(!same_unit("", "-"));
    }

    #[test]
    fn a_professional_standards_unit_is_a_psu_with_the_bcu_and_without() {
        let name = "Central West BCU professional standards unit";
        for other in [
            "Central West PSU",
            "central west bcu psu",
            "Central West Professional Standards Unit",
            "Central West BCU - PSU",
        ] {
            assert!(same_unit(name, other), "{other}");
        }
        for other in [
            "PSU",
            "BCU PSU",
            "my PSU",
            "Central West",
            "Central West BCU",
            "Central East PSU",
            "West PSU",
            "Central West psuedo",
            "Central West standards",
        ] {
            assert!(!same_unit(name, other), "{other}");
        }
        // A force that has one professional standards unit may call it so.
        assert!(same_unit("Professional Standards Unit", "PSU"));
    }
}
