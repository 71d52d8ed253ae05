//! What is measured: the same work for each implementation, and the ratios that we want.

use crate::corpus::{self, Sequence};
use crate::frames::{self, Run};
use crate::headers::{
    Blocks, Form, decode_httlib, decode_nghttp2, decode_tress, encode_httlib, encode_nghttp2,
    encode_tress,
};
use crate::huffman::Strings;

/// What one implementation does; returns a sum, so that nothing is left out.
pub type Work<'a> = Box<dyn FnMut() -> usize + 'a>;

/// The same work for tress, nghttp2 and perhaps `httlib`, in this order.
pub struct Row<'a> {
    /// What is done.
    pub name: String,
    /// How many fields, strings or frames the work has.
    pub units: usize,
    /// The ratio to the first peer that we must reach, and that we aim at.
    pub goals: Option<(f64, f64)>,
    /// How each implementation does it.
    pub work: Vec<Work<'a>>,
}

/// What the work is done on.
#[derive(Clone, Debug)]
pub struct Material {
    /// The corpus.
    pub sequences: Vec<Sequence>,
    wires: [(Form, Vec<Blocks>); 3],
    strings: Strings,
    runs: [Run; 4],
}

impl Default for Material {
    fn default() -> Self {
        Self::new()
    }
}

impl Material {
    /// Makes all of it.
    pub fn new() -> Self {
        Self::of(corpus::sequences())
    }

    /// Makes all of it out of another corpus.
    pub fn of(sequences: Vec<Sequence>) -> Self {
        Self {
            wires: Form::ALL.map(|form| (form, form.wire(&sequences))),
            strings: Strings::of(&sequences),
            runs: frames::runs(),
            sequences,
        }
    }

    /// The corpus as it goes over the wire, in every form.
    pub fn wires(&self) -> &[(Form, Vec<Blocks>)] {
        &self.wires
    }

    /// The runs of frames.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The rows of fields: decoding in each form, and encoding.
    fn field_rows(&self) -> Vec<Row<'_>> {
        let mut rows: Vec<Row<'_>> = self.wires.iter().map(|it| self.decode_row(it)).collect();
        rows.push(self.encode_row());
        rows
    }

    /// The rows of the second corpus: it is measured, and no goal was worked towards on it but one.
    pub fn second_rows(&self) -> Vec<Row<'_>> {
        let mut rows = self.field_rows();
        for row in &mut rows {
            row.goals = (row.name == "encode").then_some((1.5, 1.8));
            row.name = format!("second corpus: {}", row.name);
        }
        rows
    }

    /// The rows of the table, in order.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = self.field_rows();
        rows.extend(self.huffman_rows());
        rows.extend(self.runs.iter().map(frame_row));
        rows
    }

    fn decode_row<'a>(&'a self, (form, wire): &'a (Form, Vec<Blocks>)) -> Row<'a> {
        Row {
            name: format!("decode, {}", form.name()),
            units: corpus::fields(&self.sequences).count(),
            goals: Some(match form {
                Form::Mixed => (1.7, 2.2),
                Form::Plain => (2.0, 3.0),
                Form::Huffman => (1.6, 2.0),
            }),
            work: vec![
                Box::new(|| decode_tress(wire)),
                Box::new(|| decode_nghttp2(wire)),
                Box::new(|| decode_httlib(wire)),
            ],
        }
    }

    fn encode_row(&self) -> Row<'_> {
        Row {
            name: "encode".to_owned(),
            units: corpus::fields(&self.sequences).count(),
            goals: Some((1.3, 1.8)),
            work: vec![
                Box::new(|| encode_tress(&self.sequences)),
                Box::new(|| encode_nghttp2(&self.sequences)),
                Box::new(|| encode_httlib(&self.sequences)),
            ],
        }
    }

    fn huffman_rows(&self) -> [Row<'_>; 2] {
        let strings = &self.strings;
        let row = |name: &str, goals, work| Row {
            name: name.to_owned(),
            units: strings.count(),
            goals: Some(goals),
            work,
        };
        let decode: Vec<Work<'_>> = vec![
            Box::new(|| strings.decode_tress()),
            Box::new(|| strings.decode_nghttp2()),
        ];
        let encode: Vec<Work<'_>> = vec![
            Box::new(|| strings.encode_tress()),
            Box::new(|| strings.encode_nghttp2()),
        ];
        [
            row("Huffman decode, 20 octets", (1.5, 1.7), decode),
            row("Huffman encode, 20 octets", (1.2, 1.6), encode),
        ]
    }
}

fn frame_row(run: &Run) -> Row<'_> {
    let mut session = frames::session();
    Row {
        name: run.name.to_owned(),
        units: run.count,
        goals: (run.count == 1000).then_some((3.0, 8.0)),
        work: vec![
            Box::new(|| frames::read_tress(run)),
            Box::new(move || frames::read_nghttp2(&mut session, run)),
        ],
    }
}
