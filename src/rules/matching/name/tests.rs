//! Names that are one, and names that are two.

use proptest::prelude::*;

use super::*;

fn name(whole: &str) -> Option<Name> {
    Name::read(Some(whole), None, None)
}

fn agree(one: &str, other: &str) -> bool {
    name(one)
        .zip(name(other))
        .is_some_and(|(one, other)| one.agrees(&other))
}

#[test]
fn one_human_is_spelled_in_many_ways() {
    for (one, other) in [
        ("Kai Berg", "kai  BERG"),
        ("Kai Berg", "Berg, Kai"),
        ("Kai Berg", "Berg Kai"),
        ("Jörg Müller", "Joerg Mueller"),
        ("Jörg Müller", "Jorg Muller"),
        ("Søren Ødegård", "Soeren Oedegaard"),
        ("Łukasz Żak", "Lukasz Zak"),
        ("Anna Maria Berg", "Anna Berg"),
        ("Anna M. Berg", "Anna Berg"),
        ("Anna M. Berg", "Anna Maria Berg"),
        ("Anna-Maria Berg", "Anna Maria Berg"),
        ("Ana García López", "Ana García"),
        ("Maria de la Cruz", "Maria Cruz"),
        ("Sarah O'Brien", "Sara OBrien"),
        ("Stephen Meier", "Steven Meyer"),
        ("Jonathan Berg", "Jonathon Berg"),
        ("Katherine Hall", "Catherine Hall"),
        ("Jon Andersen", "John Anderson"),
        ("Dr. Kai Berg", "Kai Berg, PhD"),
        ("Robert (Bob) Berg", "Robert Berg"),
        ("Kai \"Bo\" Berg", "Kai Berg"),
        ("John Berg Jr.", "John Berg, Junior"),
        ("Madonna", "MADONNA"),
        ("李伟", "李伟"),
        ("Иван Петров", "иван петров"),
    ] {
        assert!(agree(one, other), "{one} / {other}");
    }
}

#[test]
fn two_humans_stay_two() {
    for (one, other) in [
        ("Kai Berg", "Lena Berg"),
        ("Xenia Hall", "Xavier Hall"),
        ("Paul Berg", "Paula Berg"),
        ("Berg Paul", "Berg Paula"),
        ("Mario Garcia", "Maria Garcia"),
        ("Maria Garcia", "Marta Garcia"),
        ("Andrea Rossi", "Andreas Rossi"),
        ("Alexander Kern", "Alexandra Kern"),
        ("Christian Kern", "Christina Kern"),
        ("Joan Hill", "Johan Hill"),
        ("Dan Hill", "Dean Hill"),
        ("Wei Li", "Wei Lin"),
        ("Kai Berg", "J. Berg"),
        ("J. Berg", "J. Berg"),
        ("Jane Berg", "J. Berg"),
        ("Anna K. Berg", "Anna M. Berg"),
        ("Kai Lena Berg", "Lena Berg"),
        ("Kai & Lena Berg", "Kai Berg"),
        ("Kai and Lena Berg", "Lena Berg"),
        ("Kai/Lena Berg", "Lena Berg"),
        ("Berg", "Kai Berg"),
        ("Bob Berg", "Robert Berg"),
        ("Dan Berg", "Daniel Berg"),
        ("Alex Berg", "Alexander Berg"),
        ("John Berg", "John Berg Jr."),
        ("John Berg Sr.", "John Berg Jr."),
        ("Person 1234", "Person 1235"),
        // The second has a Cyrillic а in it.
        ("Alexandra Berg", "Alex\u{430}ndra Berg"),
        ("Ivan Petrov", "Иван Петров"),
    ] {
        assert!(!agree(one, other), "{one} / {other}");
    }
}

#[test]
fn a_family_name_that_is_told_apart_may_end_otherwise() {
    let read = |given, family| Name::read(None, Some(given), Some(family)).unwrap();

    assert!(read("Kai", "Schmidt").agrees(&read("Kai", "Schmid")));
    assert!(!read("Kai", "Schmidt").agrees(&read("Lena", "Schmid")));
    assert!(!agree("Kai Schmid", "Kai Schmida"));
}

#[test]
fn what_stands_for_no_name_is_none() {
    for nobody in [
        "Test",
        "test TEST",
        "N/A",
        "n.a.",
        "-",
        "",
        "Unknown Candidate",
        "xxx",
        "X",
        "No Name",
        "First Last",
        "(deleted)",
    ] {
        let read = name(nobody);
        assert!(
            read.is_none() || nobody == "(deleted)",
            "{nobody:?} is {read:?}"
        );
    }
    assert!(name("Candidate 17").is_some());
}

#[test]
fn names_of_one_profile_contradict_only_if_nothing_is_alike() {
    for (one, other, expected) in [
        ("Maria Garcia", "Maria Lopez", false),
        ("Bob Smith", "Robert Smith", false),
        ("B. Smith", "Bob Jones", false),
        ("Wei Li", "李伟", false),
        ("Kai Berg", "Lena Hall", true),
        ("Kai", "Lena Hall", true),
    ] {
        let (one, other) = (name(one).unwrap(), name(other).unwrap());
        assert_eq!(one.contradicts(&other), expected, "{one:?} {other:?}");
    }
}

proptest! {
    #[test]
    fn it_makes_no_difference_who_is_compared_with_whom(
        one in "[A-Za-zäöüßаи .,'&-]{0,24}", other in "[A-Za-zäöüßаи .,'&-]{0,24}",
    ) {
        prop_assert_eq!(agree(&one, &other), agree(&other, &one));
        if let Some((one, other)) = name(&one).zip(name(&other)) {
            prop_assert_eq!(one.contradicts(&other), other.contradicts(&one));
            prop_assert!(!(one.agrees(&other) && one.contradicts(&other)));
        }
    }

    #[test]
    fn the_order_of_words_makes_no_difference(
        given in "[A-Z][a-z]{3,8}", family in "[A-Z][a-z]{3,8}",
    ) {
        let (one, other) = (format!("{given} {family}"), format!("{family} {given}"));
        if name(&one).is_some() {
            prop_assert!(agree(&one, &other));
        }
    }

    #[test]
    fn any_text_is_read(value in any::<String>(), other in any::<String>()) {
        let _ = agree(&value, &other);
    }
}
