//! Numbers, words and identifiers that are random and always the same.

/// A source of random values (a 64-bit linear congruence, its high bits mixed).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

const WORDS: [&str; 48] = [
    "account", "archive", "article", "asset", "banner", "basket", "button", "card", "chart",
    "checkout", "comment", "config", "detail", "device", "editor", "event", "feature", "filter",
    "footer", "gallery", "header", "history", "icon", "image", "index", "invoice", "item", "label",
    "layout", "list", "login", "media", "message", "module", "order", "page", "panel", "player",
    "product", "profile", "query", "report", "review", "search", "session", "setting", "theme",
    "vendor",
];

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ (mixed >> 29)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 16) % end
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        let at = self.below(choices.len() as u64);
        choices[usize::try_from(at).expect("it is below a length")]
    }

    pub(super) fn word(&mut self) -> &'static str {
        self.pick(&WORDS)
    }

    /// Signs of an alphabet.
    fn signs(&mut self, alphabet: &[u8], length: usize) -> String {
        let sign = |_| {
            let at = self.below(alphabet.len() as u64);
            char::from(alphabet[usize::try_from(at).expect("it is below a length")])
        };
        (0..length).map(sign).collect()
    }

    pub(super) fn hex(&mut self, length: usize) -> String {
        self.signs(b"0123456789abcdef", length)
    }

    pub(super) fn token(&mut self, length: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        self.signs(ALPHABET, length)
    }

    /// Eight, four, four, four and twelve hexadecimal digits.
    pub(super) fn uuid(&mut self) -> String {
        let parts = [8, 4, 4, 4, 12].map(|length| self.hex(length));
        parts.join("-")
    }

    pub(super) fn address(&mut self) -> String {
        let parts = [203, 0, 0, 0].map(|least| least + self.below(50));
        parts.map(|part| part.to_string()).join(".")
    }

    /// A date as HTTP writes it; later ones within a minute of `minute`.
    pub(super) fn date(&mut self, minute: u64) -> String {
        let (hour, minute, second) = (minute / 60 % 24, minute % 60, self.below(60));
        format!("Tue, 14 Oct 2025 {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// A date in the past, on a day of its own.
    pub(super) fn past(&mut self) -> String {
        let day = self.pick(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
        let month = self.pick(&["Jan", "Mar", "Apr", "Jun", "Aug", "Sep", "Nov"]);
        let (date, hour, rest) = (1 + self.below(28), self.below(24), self.below(3600));
        let (minute, second) = (rest / 60, rest % 60);
        format!("{day}, {date:02} {month} 2025 {hour:02}:{minute:02}:{second:02} GMT")
    }
}
