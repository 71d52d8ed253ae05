//! Frames of a WebSocket, sent back as they came (RFC 6455).

use core::task::Waker;

use tress_upgrade::proto::runtime::{
    Chunks, Exn, ReadOperation, Runtime, WriteOperation, WriteResult,
};

/// The most content that a frame may have, in octets.
const MOST: u64 = 16 * 1024;

/// How much may wait to be written before nothing more is read, in octets.
const PILE: usize = 256 * 1024;

const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Sends every frame back, and closes when the client does.
#[derive(Debug, Default)]
pub(crate) struct Echo {
    output: Vec<u8>,
    is_over: bool,
    wakers: Vec<Waker>,
}

/// A frame of the client's, without its mask.
struct Frame {
    first: u8,
    content: Vec<u8>,
    len: usize,
}

impl Frame {
    /// Reads a frame; `None` if it is not whole, and an error is the code to close with.
    fn read(input: &[u8]) -> Result<Option<Self>, u16> {
        let Some((&[first, second], rest)) = input.split_first_chunk() else {
            return Ok(None);
        };
        let (extension, rest) = match (
            second & 0x7f,
            rest.split_first_chunk(),
            rest.split_first_chunk(),
        ) {
            (126, Some((len, rest)), _) => (Some(u64::from(u16::from_be_bytes(*len))), rest),
            (127, _, Some((len, rest))) => (Some(u64::from_be_bytes(*len)), rest),
            (126 | 127, _, _) => return Ok(None),
            (len, _, _) => (Some(u64::from(len)), rest),
        };
        // A client masks every frame, and nobody negotiated an extension.
        if second & 0x80 == 0 || first & 0x70 != 0 {
            return Err(1002);
        }
        let Some(len) = extension
            .filter(|len| *len <= MOST)
            .and_then(|len| usize::try_from(len).ok())
        else {
            return Err(1009);
        };
        let Some((mask, rest)) = rest.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let Some((content, rest)) = rest.split_at_checked(len) else {
            return Ok(None);
        };
        let content = content.iter().zip(mask.iter().cycle());
        Ok(Some(Self {
            first,
            content: content.map(|(octet, mask)| octet ^ mask).collect(),
            len: input.len() - rest.len(),
        }))
    }
}

impl Echo {
    fn take(&mut self, frame: &Frame) {
        let opcode = frame.first & 0x0f;
        match opcode {
            PONG => {}
            PING => self.say(frame.first & 0xf0 | PONG, &frame.content),
            _ => self.say(frame.first, &frame.content),
        }
        self.is_over = opcode == CLOSE;
    }

    fn say(&mut self, first: u8, content: &[u8]) {
        self.output.push(first);
        match u8::try_from(content.len()) {
            Ok(len @ ..=125) => self.output.push(len),
            _ => {
                // No frame is longer than the longest that comes.
                let len = u16::try_from(content.len()).unwrap_or(u16::MAX);
                self.output.push(126);
                self.output.extend(len.to_be_bytes());
            }
        }
        self.output.extend_from_slice(content);
    }

    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

impl Runtime for Echo {
    fn next_read_operation(&mut self) -> ReadOperation {
        match (self.is_over, self.output.len() > PILE) {
            (true, _) => ReadOperation::Close,
            (false, true) => ReadOperation::Yield,
            (false, false) => ReadOperation::Read,
        }
    }

    fn read(&mut self, input: &[u8]) -> usize {
        let mut consumed = 0;
        while self.next_read_operation() == ReadOperation::Read {
            match Frame::read(input.get(consumed..).unwrap_or_default()) {
                Ok(None) => break,
                Ok(Some(frame)) => {
                    self.take(&frame);
                    consumed += frame.len;
                }
                Err(code) => {
                    self.say(0x80 | CLOSE, &code.to_be_bytes());
                    self.is_over = true;
                    consumed = input.len();
                }
            }
        }
        self.wake();
        consumed
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.read(input);
        self.shutdown();
        input.len()
    }

    fn yield_reader(&mut self, waker: &Waker) {
        self.wakers.push(waker.clone());
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        match (self.output.is_empty(), self.is_over) {
            (false, _) => WriteOperation::Write(Chunks::from_iter([&*self.output])),
            (true, true) => WriteOperation::Close(0),
            (true, false) => WriteOperation::Yield,
        }
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(count) => drop(self.output.drain(..count)),
            WriteResult::Closed => self.report_exn("closed".into()),
        }
        self.wake();
    }

    fn yield_writer(&mut self, waker: &Waker) {
        self.wakers.push(waker.clone());
    }

    fn report_exn(&mut self, _: Exn) {
        self.output.clear();
        self.shutdown();
    }

    fn shutdown(&mut self) {
        self.is_over = true;
        self.wake();
    }

    fn is_closed(&self) -> bool {
        self.is_over && self.output.is_empty()
    }
}
