//! Writes a corpus to files, for measuring programs that are not in this repository.
//!
//! Of each sequence there is a file of lists, a line for each field, with a tab between name and value,
//! and an empty line behind each list; and a file of blocks in each form, each block behind its length in
//! four octets, most significant first.

use std::io;
use std::path::Path;

use crate::corpus::Sequence;
use crate::rows::Material;

/// Writes all of it to a folder, which is made if need be.
pub fn write(material: &Material, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (number, sequence) in material.sequences.iter().enumerate() {
        std::fs::write(folder.join(format!("{number:03}.lists")), lists(sequence))?;
    }
    for (form, wire) in material.wires() {
        let form = form.name().replace(' ', "-");
        for (number, blocks) in wire.iter().enumerate() {
            let file = folder.join(format!("{number:03}.{form}"));
            std::fs::write(file, framed(blocks))?;
        }
    }
    Ok(())
}

fn lists(sequence: &Sequence) -> Vec<u8> {
    let mut octets = Vec::new();
    for list in &sequence.lists {
        for field in list {
            octets.extend([&*field.name, b"\t", &*field.value, b"\n"].concat());
        }
        octets.push(b'\n');
    }
    octets
}

fn framed(blocks: &[Vec<u8>]) -> Vec<u8> {
    let framed = blocks.iter().map(|block| {
        let length = u32::try_from(block.len()).expect("a block is short");
        [&length.to_be_bytes()[..], block].concat()
    });
    framed.collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::{framed, lists};
    use crate::corpus::{Field, Sequence};

    #[test]
    fn lists_and_blocks_can_be_told_apart() {
        let field = |name: &str| Field {
            name: name.into(),
            value: b"1".to_vec(),
        };
        let sequence = Sequence {
            kind: "",
            lists: vec![vec![field("a"), field("b")], vec![field("c")]],
        };
        assert_eq!(lists(&sequence), b"a\t1\nb\t1\n\nc\t1\n\n");
        assert_eq!(
            framed(&[vec![7], vec![8, 9]]),
            [0, 0, 0, 1, 7, 0, 0, 0, 2, 8, 9]
        );
    }
}
