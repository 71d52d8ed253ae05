//! Conversations: what a peer says, and how the end is set up that hears it.

use tress_testkit::{PREFACE, Reader, Rng, Seen, Side, conversation, flag, kind, mutate, violate};

/// The bits of a stream identifier; the one before them is reserved (RFC 9113 §4.1).
pub const ID: u32 = 0x7fff_ffff;

/// How both implementations are set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The end that is tried.
    pub side: Side,
    /// SETTINGS_INITIAL_WINDOW_SIZE, in octets.
    pub window: u32,
    /// SETTINGS_MAX_CONCURRENT_STREAMS.
    pub streams: u32,
    /// SETTINGS_HEADER_TABLE_SIZE, in octets.
    pub table: u32,
    /// A client takes promises.
    pub push: bool,
    /// A server knows extended CONNECT.
    pub extended_connect: bool,
    /// The octets of content of a server's response.
    pub content: usize,
    /// What a client has asked, on the streams 1, 3, 5 and so on.
    pub requests: Vec<Ask>,
}

/// A request of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// GET, which is whole.
    Get,
    /// HEAD, which is whole.
    Head,
    /// POST, which goes on until the response is whole.
    Post,
    /// CONNECT, which goes on as POST does.
    Connect,
}

impl Ask {
    /// Says whether the request goes on.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Post | Self::Connect)
    }
}

impl Setup {
    fn new(rng: &mut Rng) -> Self {
        let side = *rng.pick(&[Side::Server, Side::Client]);
        let ask = |rng: &mut Rng| match rng.range(0..12) {
            0 => Ask::Head,
            1..=6 => Ask::Post,
            _ => Ask::Get,
        };
        let mut requests: Vec<Ask> = (0..4).map(|_| ask(rng)).collect();
        if rng.chance(1, 4) {
            requests.push(Ask::Connect);
        }
        // Many streams have small windows, as together they have no more than a connection.
        let (window, streams) = match rng.range(0..12) {
            0 => (400, 100),
            1..=3 => (16_000, 4),
            _ => (4000, 16),
        };
        // Less than at first has to be answered in the next block, which is not always done.
        let table = match rng.range(0..24) {
            0 => *rng.pick(&[0, 256]),
            1..=3 => 65_536,
            _ => 4096,
        };
        Self {
            side,
            window,
            streams,
            table,
            push: side == Side::Client && rng.chance(19, 20),
            extended_connect: rng.chance(1, 2),
            content: *rng.pick(&[0, 5, 2000]),
            requests,
        }
    }
}

/// A conversation: the setup, and the frames as they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// How both ends are set up.
    pub setup: Setup,
    /// What the peer says.
    pub said: Vec<Vec<u8>>,
}

impl Conversation {
    /// The conversation of a seed.
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let setup = Setup::new(&mut rng);
        let peer = match setup.side {
            Side::Server => Side::Client,
            Side::Client => Side::Server,
        };
        let mut said = conversation(&mut rng, peer);
        match rng.range(0..16) {
            0..=2 => {}
            3..=9 => violate(&mut rng, peer, &mut said),
            10..=12 => mutate(&mut rng, &mut said),
            13 | 14 => {
                violate(&mut rng, peer, &mut said);
                mutate(&mut rng, &mut said);
            }
            _ => noise(&mut rng, &mut said),
        }
        Self { setup, said }
    }

    /// What is fed at once: the preface, whole frames, whole field blocks, and what is left.
    pub fn steps(&self) -> Vec<Step> {
        let octets = self.said.concat();
        let preface = match self.setup.side {
            Side::Server => PREFACE.len().min(octets.len()),
            Side::Client => 0,
        };
        let (preface, octets) = octets.split_at(preface);
        let mut steps = Vec::new();
        if !preface.is_empty() {
            steps.push(Step::raw(preface, preface != PREFACE));
        }
        let mut reader = Reader::new();
        for frame in reader.read(octets) {
            match steps.last_mut() {
                Some(last) if last.is_in_block() => last.frames.push(frame),
                _ => steps.push(Step::of(frame)),
            }
        }
        if !reader.rest().is_empty() {
            steps.push(Step::raw(reader.rest(), true));
        }
        steps
    }
}

/// Octets that mean nothing, in place of the end or in between.
fn noise(rng: &mut Rng, said: &mut Vec<Vec<u8>>) {
    let place = rng.range(0..said.len() + 1);
    let count = rng.range(1..60);
    if rng.chance(1, 2) {
        said.truncate(place);
    }
    let place = place.min(said.len());
    said.insert(place, rng.bytes(count));
}

/// Octets that are fed at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The frames: one, or those of one field block, with what interrupts it.
    pub frames: Vec<Seen>,
    /// Octets that are no whole frame.
    pub raw: Vec<u8>,
    /// The octets are less than they should be, or others.
    pub is_broken: bool,
}

impl Step {
    fn raw(octets: &[u8], is_broken: bool) -> Self {
        Self {
            frames: Vec::new(),
            raw: octets.to_vec(),
            is_broken,
        }
    }

    fn of(frame: Seen) -> Self {
        Self {
            frames: vec![frame],
            raw: Vec::new(),
            is_broken: false,
        }
    }

    /// Says whether a field block has begun and is neither ended nor interrupted.
    pub fn is_in_block(&self) -> bool {
        let [first, others @ ..] = self.frames.as_slice() else {
            return false;
        };
        let is_block = matches!(first.kind, kind::HEADERS | kind::PUSH_PROMISE);
        let goes_on = |frame: &Seen| {
            frame.kind == kind::CONTINUATION
                && frame.stream & ID == first.stream & ID
                && !frame.has(flag::END_HEADERS)
        };
        is_block && !first.has(flag::END_HEADERS) && others.iter().all(goes_on)
    }

    /// Says whether the field block is interrupted by its last frame.
    pub fn is_interrupted(&self) -> bool {
        let [first, .., last] = self.frames.as_slice() else {
            return false;
        };
        last.kind != kind::CONTINUATION || last.stream & ID != first.stream & ID
    }

    /// The octets, as they are fed.
    pub fn octets(&self) -> Vec<u8> {
        use tress_testkit::Wire;
        (&self.frames, &self.raw).octets()
    }
}
