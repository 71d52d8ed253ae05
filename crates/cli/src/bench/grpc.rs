//! Messages of gRPC in content: an octet that says whether it is compressed, the length in four, and the
//! message.

use alloc::vec::Vec;

/// How many octets are ahead of a message.
const HEAD: usize = 5;

/// The same message so many times, as content.
pub(super) fn content(message: &[u8], times: usize) -> Option<Vec<u8>> {
    let length = u32::try_from(message.len()).ok()?;
    let mut content = Vec::new();
    for _ in 0..times {
        content.push(0);
        content.extend(length.to_be_bytes());
        content.extend(message);
    }
    Some(content)
}

/// Counts the messages in content that comes in pieces.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Messages {
    head: [u8; HEAD],
    /// How many octets of the next head are here.
    begun: usize,
    /// How many octets of the message are to come.
    left: usize,
    count: u64,
}

impl Messages {
    /// Takes a piece of content.
    pub(super) fn take(&mut self, mut content: &[u8]) {
        while !content.is_empty() {
            if self.begun < HEAD {
                content = self.take_head(content);
            } else {
                let taken = content.len().min(self.left);
                self.left -= taken;
                content = content.get(taken..).unwrap_or_default();
            }
            if self.begun == HEAD && self.left == 0 {
                self.count += 1;
                self.begun = 0;
            }
        }
    }

    /// How many messages are whole.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    fn take_head<'a>(&mut self, content: &'a [u8]) -> &'a [u8] {
        let rest = self.head.get_mut(self.begun..).unwrap_or_default();
        let taken = rest.len().min(content.len());
        let (head, content) = content.split_at(taken);
        for (to, from) in rest.iter_mut().zip(head) {
            *to = *from;
        }
        self.begun += taken;
        if self.begun == HEAD {
            let [_, length @ ..] = self.head;
            self.left = u32::from_be_bytes(length) as usize;
        }
        content
    }
}

#[cfg(test)]
mod tests;
