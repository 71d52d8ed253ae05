//! A packet as a segment of TCP.

use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::Linktype;

use super::packets::Packet;

/// A segment of TCP.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) at: Duration,
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) sequence: u32,
    pub(super) is_syn: bool,
    pub(super) is_ack: bool,
    pub(super) payload: Vec<u8>,
}

/// The octets before a packet of IP on what Linux calls any interface: the type is in the last two, or the first.
const COOKED: usize = 16;
const COOKED_2: usize = 20;

/// The segment in a packet, if there is one.
pub(super) fn segment(packet: &Packet) -> Option<Segment> {
    let octets = &packet.octets[..];
    let sliced = match packet.link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(octets).ok()?,
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | Linktype(12 | 14) => of_ip(octets)?,
        // IP is behind four octets that name the family, in whichever order.
        Linktype::NULL | Linktype::LOOP => of_ip(octets.get(4..)?)?,
        Linktype::LINUX_SLL => {
            let (head, rest) = octets.split_first_chunk::<COOKED>()?;
            let [.., high, low] = *head;
            of_type([high, low], rest)
        }
        Linktype::LINUX_SLL2 => {
            let (head, rest) = octets.split_first_chunk::<COOKED_2>()?;
            let [high, low, ..] = *head;
            of_type([high, low], rest)
        }
        _ => return None,
    };
    let (from, to): (IpAddr, IpAddr) = match sliced.net? {
        LaxNetSlice::Ipv4(packet) => {
            let header = packet.header();
            (
                header.source_addr().into(),
                header.destination_addr().into(),
            )
        }
        LaxNetSlice::Ipv6(packet) => {
            let header = packet.header();
            (
                header.source_addr().into(),
                header.destination_addr().into(),
            )
        }
        LaxNetSlice::Arp(_) => return None,
    };
    let Some(TransportSlice::Tcp(tcp)) = sliced.transport else {
        return None;
    };
    Some(Segment {
        at: packet.at,
        from: SocketAddr::new(from, tcp.source_port()),
        to: SocketAddr::new(to, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        is_syn: tcp.syn(),
        is_ack: tcp.ack(),
        payload: tcp.payload().to_vec(),
    })
}

fn of_ip(octets: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    LaxSlicedPacket::from_ip(octets).ok()
}

fn of_type(ether_type: [u8; 2], octets: &[u8]) -> LaxSlicedPacket<'_> {
    LaxSlicedPacket::from_ether_type(EtherType(u16::from_be_bytes(ether_type)), octets)
}
