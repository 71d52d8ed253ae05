//! What the demonstration serves: the parts of a web page, and sizes around that of a frame.

use alloc::string::ToString;
use alloc::vec::Vec;

use blocking::proto::{Bytes, Response};

/// Something to fetch.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) octets: usize,
}

const fn resource(path: &'static str, content_type: &'static str, octets: usize) -> Resource {
    Resource {
        path,
        content_type,
        octets,
    }
}

/// All of them, in the order in which they are asked for.
const RESOURCES: &[Resource] = &[
    resource("/", "text/html", 4_210),
    resource("/style.css", "text/css", 18_730),
    resource("/app.js", "text/javascript", 94_511),
    resource("/vendor.js", "text/javascript", 312_408),
    resource("/logo.svg", "image/svg+xml", 2_946),
    resource("/font-regular.woff2", "font/woff2", 41_288),
    resource("/font-bold.woff2", "font/woff2", 42_072),
    resource("/hero.jpg", "image/jpeg", 486_019),
    resource("/photo-1.jpg", "image/jpeg", 121_554),
    resource("/photo-2.jpg", "image/jpeg", 98_307),
    resource("/photo-3.jpg", "image/jpeg", 143_090),
    resource("/icon.png", "image/png", 1_322),
    resource("/api/user", "application/json", 387),
    resource("/api/feed", "application/json", 27_815),
    resource("/empty", "text/plain", 0),
    resource("/one", "text/plain", 1),
    resource("/frame-less-one", "text/plain", 16_383),
    resource("/frame", "text/plain", 16_384),
    resource("/frame-and-one", "text/plain", 16_385),
    resource("/clip.webm", "video/webm", 1_048_576),
];

/// A resource and its content.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) resource: &'static Resource,
    pub(super) content: Bytes,
}

/// Makes all content, so that none has to be made while the clock runs.
pub(super) fn pages() -> Vec<Page> {
    let page = |resource: &'static Resource| Page {
        resource,
        content: resource.content(),
    };
    RESOURCES.iter().map(page).collect()
}

impl Resource {
    /// The head of the answer.
    pub(super) fn head(&self) -> Response {
        Response::new(200)
            .field("content-type", self.content_type)
            .field("content-length", self.octets.to_string())
    }

    /// The content: octets in which a piece that is lost, doubled or moved would show.
    fn content(&self) -> Bytes {
        let mut state = self.octets as u64 | 1;
        let mut content = Vec::with_capacity(self.octets + 8);
        while content.len() < self.octets {
            // A step of xorshift.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            content.extend_from_slice(&state.to_le_bytes());
        }
        content.truncate(self.octets);
        content.into()
    }
}
