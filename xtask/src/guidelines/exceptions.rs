//! The exceptions from the rules, as the page lists them.

use alloc::collections::BTreeSet;

use super::Breach;

/// What the table's head begins with.
const HEAD: &str = "| what | rule |";

/// The rows of the table of exceptions: `| what | rule | why |`, where `what` may be several, with commas.
pub(super) fn of(page: &str) -> Result<BTreeSet<Breach>, String> {
    let rows = page
        .lines()
        .skip_while(|line| !line.starts_with(HEAD))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut excepted = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [what, rule, why] = cells.as_slice() else {
            return Err(format!("a row has three cells: {row}"));
        };
        if why.is_empty() {
            return Err(format!("nobody knows why: {row}"));
        }
        let names = what.split(',').map(|name| name.trim().replace('`', ""));
        excepted.extend(names.map(|name| (name, (*rule).to_owned())));
    }
    Ok(excepted)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_row_excepts_each_of_its_types_and_says_why() {
        let page = "# Page\n\n| what | rule | why |\n|---|---|---|\n| `a::A`, `a::B` | not Sync | one thread has it |\n\n| x | y | z |\n";
        let excepted = of(page).unwrap_or_default();
        let names: Vec<_> = excepted
            .iter()
            .map(|(what, rule)| format!("{what} {rule}"))
            .collect();
        assert_eq!(names, ["a::A not Sync", "a::B not Sync"]);
        assert!(of("| what | rule | why |\n|---|---|---|\n| a | b | |\n").is_err());
        assert!(of("| what | rule | why |\n|---|---|---|\n| a | b |\n").is_err());
    }
}
