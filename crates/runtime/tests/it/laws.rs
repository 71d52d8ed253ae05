//! The laws of the steps, as functions of any octets, so that a fuzzer can call them.

use testkit::{Echo, Rng};
use tress_runtime::{ReadOperation, Reader, Runtime, Staged, Writer};

#[cfg(test)]
#[path = "laws/tests.rs"]
mod tests;

/// A machine that is driven by the steps alone hears all that came, and all that it says leaves, in
/// order, whatever the cuts, whoever owns the buffers, and whenever memory is taken away.
pub(crate) fn the_steps_lose_nothing(data: &[u8]) {
    play(data, |count| count);
}

/// Drives an echo; `report` says how many octets of a write are reported.
fn play(data: &[u8], report: impl Fn(usize) -> usize) {
    let (seed, rest) = data.split_at_checked(8).unwrap_or((data, &[]));
    let seed = seed
        .iter()
        .fold(0, |seed, octet| seed << 8 | u64::from(*octet));
    let mut rng = Rng::new(seed);
    let bits = rng.range(0..18);
    let times = rng.range(0..1 << bits) / rest.len().max(1);
    let wire = rest.repeat(times.max(1));
    let mut steps = Steps::new(&wire, &mut rng);
    // Each round takes or gives something, or comes closer to doing so.
    let rounds = 8 * wire.len() + 100;
    let is_over = (0..rounds).any(|_| steps.turn(&mut rng, &report));
    assert!(is_over, "it comes to an end");
    assert_eq!(steps.output.len(), wire.len());
    assert!(steps.output == wire, "in order");
    assert_eq!(
        (steps.settled, steps.machine.sent()),
        (wire.len(), wire.len())
    );
    assert!(steps.machine.is_closed() && steps.reader.is_ended());
}

/// A driver without a transport.
struct Steps<'a> {
    machine: Echo,
    reader: Reader,
    writer: Writer,
    input: &'a [u8],
    output: Vec<u8>,
    settled: usize,
    /// How much is read or written at once, at most.
    most: usize,
}

impl<'a> Steps<'a> {
    fn new(input: &'a [u8], rng: &mut Rng) -> Self {
        let wide = |rng: &mut Rng| {
            let bits = rng.range(8..20);
            1 + rng.range(0..1 << bits)
        };
        Self {
            machine: Echo::new()
                .capacity(wide(rng))
                .bite(wide(rng))
                .piece(wide(rng)),
            reader: Reader::new(),
            writer: Writer::new(),
            input,
            output: Vec::new(),
            settled: 0,
            most: wide(rng),
        }
    }

    /// Takes one turn; says whether all is done.
    fn turn(&mut self, rng: &mut Rng, report: &impl Fn(usize) -> usize) -> bool {
        self.settled += self.writer.settle(&mut self.machine);
        let offered = self.reader.offer(&mut self.machine);
        let staged = self.writer.stage(&mut self.machine, rng.range(0..2) == 0);
        if staged == Staged::Octets {
            self.write(rng, report);
        }
        match self.reader.next(&mut self.machine) {
            ReadOperation::Read if offered == ReadOperation::Read => self.read(rng),
            ReadOperation::Close => return staged == Staged::Closed,
            _ => {}
        }
        if rng.range(0..8) == 0 {
            let (input, output) = (self.reader.take_memory(), self.writer.take_memory());
            drop(output);
            self.reader.give_memory(input);
        }
        false
    }

    fn read(&mut self, rng: &mut Rng) {
        if self.input.is_empty() {
            return self.reader.ended();
        }
        let most = 1 + rng.range(0..self.most);
        let taken = if rng.range(0..2) == 0 {
            let space = self.reader.space();
            let (taken, _) = self
                .input
                .split_at(most.min(space.len()).min(self.input.len()));
            for (to, from) in space.iter_mut().zip(taken) {
                *to = *from;
            }
            self.reader.filled(taken.len());
            taken.len()
        } else {
            let mut buffer = self.reader.lend();
            let space = buffer.capacity() - buffer.len();
            assert!(space > 0, "there is space");
            let (taken, _) = self.input.split_at(most.min(space).min(self.input.len()));
            buffer.extend_from_slice(taken);
            self.reader.take_back(buffer);
            taken.len()
        };
        self.input = self.input.split_at(taken).1;
    }

    fn write(&mut self, rng: &mut Rng, report: &impl Fn(usize) -> usize) {
        let left = self.writer.left();
        let count = (1 + rng.range(0..self.most)).min(left);
        let shown = if rng.range(0..2) == 0 {
            let pieces: Vec<_> = self.writer.pieces().collect();
            pieces.concat()
        } else {
            let (slices, count) = self.writer.io_slices();
            slices
                .iter()
                .take(count)
                .flat_map(|slice| slice.to_vec())
                .collect()
        };
        assert_eq!(shown.len(), left);
        self.output.extend(shown.iter().take(count));
        self.writer.written(report(count));
    }
}
