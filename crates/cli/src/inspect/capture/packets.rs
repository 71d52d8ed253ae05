//! A file of packets as packets.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;
use std::io::Cursor;

use pcap_parser::traits::PcapNGPacketBlock;
use pcap_parser::{Block, Linktype, PcapBlockOwned, PcapError, SecretsType, create_reader};

/// The least space of a reader, in octets.
const CAPACITY: usize = 1 << 16;

/// A packet, as far as it was captured.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    /// When it was seen, since 1970.
    pub(super) at: Duration,
    /// What its first octets are.
    pub(super) link: Linktype,
    pub(super) octets: Vec<u8>,
}

/// How packets of an interface are to be read.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: Linktype,
    /// Units in a second, and seconds that are added.
    resolution: u64,
    offset: i64,
}

/// What is in a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Packets {
    pub(super) packets: Vec<Packet>,
    /// The key logs of TLS sessions that it carries with it.
    pub(super) secrets: Vec<u8>,
}

/// The packets of a file; what is broken off at its end is left out, as who was interrupted leaves it.
pub(super) fn packets(input: &[u8]) -> Result<Packets, String> {
    let wrong = |error: String| format!("this is no capture that can be read: {error}");
    // A block has to fit in.
    let space = CAPACITY.max(input.len().saturating_add(1));
    let mut reader =
        create_reader(space, Cursor::new(input)).map_err(|error| wrong(about(&error)))?;
    let (mut found, mut interfaces) = (Packets::default(), Vec::new());
    loop {
        match reader.next() {
            Ok((octets, block)) => {
                if let PcapBlockOwned::NG(Block::DecryptionSecrets(block)) = &block {
                    if block.secrets_type == SecretsType::TlsKeyLog {
                        found.secrets.extend_from_slice(block.data);
                        found.secrets.push(b'\n');
                    }
                }
                found.packets.extend(packet(block, &mut interfaces));
                reader.consume(octets);
            }
            Err(PcapError::Eof | PcapError::UnexpectedEof) => return Ok(found),
            Err(PcapError::Incomplete(_)) => {
                if reader.reader_exhausted() || reader.refill().is_err() {
                    return Ok(found);
                }
            }
            Err(error) => return Err(wrong(about(&error))),
        }
    }
}

fn about<I>(error: &PcapError<I>) -> String
where
    I: core::fmt::Debug,
    PcapError<I>: core::fmt::Debug,
{
    match error {
        PcapError::HeaderNotRecognized => "its beginning is not known".to_string(),
        PcapError::NomError(_, kind) => format!("{kind:?}"),
        error => format!("{error:?}"),
    }
}

fn packet(block: PcapBlockOwned<'_>, interfaces: &mut Vec<Interface>) -> Option<Packet> {
    match block {
        PcapBlockOwned::LegacyHeader(header) => {
            let resolution = match header.is_nanosecond_precision() {
                true => 1_000_000_000,
                false => 1_000_000,
            };
            interfaces.push(Interface {
                link: header.network,
                resolution,
                offset: 0,
            });
            None
        }
        PcapBlockOwned::Legacy(block) => {
            let interface = interfaces.first()?;
            let units = u64::from(block.ts_sec)
                .saturating_mul(interface.resolution)
                .saturating_add(block.ts_usec.into());
            Some(Packet {
                at: interface.time(units),
                link: interface.link,
                octets: block.data.to_vec(),
            })
        }
        PcapBlockOwned::NG(Block::SectionHeader(_)) => {
            interfaces.clear();
            None
        }
        PcapBlockOwned::NG(Block::InterfaceDescription(block)) => {
            interfaces.push(Interface {
                link: block.linktype,
                resolution: block.ts_resolution().unwrap_or(1_000_000),
                offset: block.ts_offset(),
            });
            None
        }
        PcapBlockOwned::NG(Block::EnhancedPacket(block)) => {
            let interface = interfaces.get(usize::try_from(block.if_id).ok()?)?;
            let units = (u64::from(block.ts_high) << 32) | u64::from(block.ts_low);
            Some(Packet {
                at: interface.time(units),
                link: interface.link,
                octets: block.packet_data().to_vec(),
            })
        }
        PcapBlockOwned::NG(Block::SimplePacket(block)) => Some(Packet {
            at: Duration::ZERO,
            link: interfaces.first()?.link,
            octets: block.packet_data().to_vec(),
        }),
        PcapBlockOwned::NG(_) => None,
    }
}

impl Interface {
    /// When so many of its units are over.
    fn time(self, units: u64) -> Duration {
        let resolution = self.resolution.max(1);
        let seconds = (units / resolution).saturating_add_signed(self.offset);
        let part = u128::from(units % resolution) * 1_000_000_000 / u128::from(resolution);
        Duration::new(seconds, u32::try_from(part).unwrap_or(0))
    }
}
