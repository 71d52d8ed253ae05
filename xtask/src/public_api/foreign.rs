//! Which types of a public API belong to other crates: whoever changes their version breaks it.

/// What is part of the language.
const STANDARD: [&str; 3] = ["alloc", "core", "std"];

/// The paths in an item that lead into other crates than `own` and the standard library.
pub(super) fn types<'a>(item: &'a str, own: &'a str) -> impl Iterator<Item = &'a str> {
    let is_of_path = |character: char| character.is_alphanumeric() || "_:".contains(character);
    item.split(move |character| !is_of_path(character))
        .filter_map(|word| {
            let path = word.trim_matches(':');
            let (first, _) = path.split_once("::")?;
            Some((path, first))
        })
        .filter(move |(_, first)| {
            // A variable of types begins with a capital letter, as in `T::Item`; so does `Self`.
            let is_crate = first.starts_with(|first: char| first.is_lowercase());
            is_crate && *first != own && !STANDARD.contains(first)
        })
        .map(|(path, _)| path)
}

#[cfg(test)]
mod tests {
    use super::types;

    fn found(item: &str) -> Vec<&str> {
        types(item, "tress_x").collect()
    }

    #[test]
    fn paths_into_other_crates_are_foreign() {
        assert_eq!(
            found(
                "pub fn tress_x::A::b(&self, c: &[bytes::bytes::Bytes]) -> http::status::StatusCode"
            ),
            ["bytes::bytes::Bytes", "http::status::StatusCode"]
        );
        assert_eq!(
            found("impl<T: tower_service::Service<u8>> core::fmt::Debug for tress_x::S<T>"),
            ["tower_service::Service"]
        );
    }

    #[test]
    fn what_is_ours_standard_or_a_variable_is_not() {
        for item in [
            "pub fn tress_x::f(a: core::option::Option<alloc::vec::Vec<u8>>) -> std::io::Result<()>",
            "pub type tress_x::S::Out = <T as core::iter::Iterator>::Item",
            "pub fn tress_x::f(a: T::Item, b: Self::Error)",
            "pub mod tress_x",
        ] {
            assert!(found(item).is_empty(), "{item}");
        }
    }
}
