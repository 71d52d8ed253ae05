//! Answers that differ from each other: in their length, and from time to time in their date.

/// The content is shorter by its place.
pub const LENGTHS: [&str; 8] = ["100", "99", "98", "97", "96", "95", "94", "93"];

/// What the clock says, one after the other.
pub const DATES: [&str; 4] = [
    "Mon, 01 Jan 2024 00:00:00 GMT",
    "Mon, 01 Jan 2024 00:00:01 GMT",
    "Mon, 01 Jan 2024 00:00:02 GMT",
    "Mon, 01 Jan 2024 00:00:03 GMT",
];

/// The answers in a second: few, so that the date changes often.
const A_SECOND: usize = 500;

/// Goes from answer to answer.
#[derive(Debug, Default)]
pub struct Varied {
    answers: usize,
}

impl Varied {
    /// By how much the content of the next answer is shorter, and its date.
    pub fn turn(&mut self) -> (usize, &'static str) {
        let (cut, second) = (self.answers % LENGTHS.len(), self.answers / A_SECOND);
        self.answers += 1;
        (cut, DATES[second % DATES.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::LENGTHS;
    use crate::engine::messages::CONTENT;

    #[test]
    fn lengths_are_those_of_what_is_left() {
        for (cut, length) in LENGTHS.iter().enumerate() {
            assert_eq!((CONTENT.len() - cut).to_string(), *length);
        }
    }
}
