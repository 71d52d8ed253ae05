//! The peer nghttp2, behind a safe interface. The only `unsafe` of the repository stands here.

#![expect(
    unsafe_code,
    reason = "a foreign library can be called in no other way"
)]

pub mod endpoint;
pub mod engine;

use core::ffi::{CStr, c_int};
use core::ptr;

use libnghttp2_sys as ffi;

use crate::corpus::Field;

/// The version that is measured.
pub fn version() -> String {
    // SAFETY: the argument asks for any version, for which the answer is a static struct whose
    // string ends with a zero.
    let text = unsafe { CStr::from_ptr((*ffi::nghttp2_version(0)).version_str.cast()) };
    text.to_string_lossy().into_owned()
}

/// The encoder of nghttp2.
#[derive(Debug)]
pub struct Deflater {
    raw: *mut ffi::nghttp2_hd_deflater,
    block: Vec<u8>,
    fields: Vec<ffi::nghttp2_nv>,
}

impl Deflater {
    /// Makes an encoder with a table of so many octets.
    pub fn new(table: usize) -> Self {
        let mut raw = ptr::null_mut();
        // SAFETY: the pointer to write to is valid for the call.
        let status = unsafe { ffi::nghttp2_hd_deflate_new(&raw mut raw, table) };
        assert_eq!(status, 0, "nghttp2 has no memory for an encoder");
        Self {
            raw,
            block: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Changes the size of the table; the next block says so.
    pub fn set_table_size(&mut self, table: usize) {
        // SAFETY: the encoder lives as long as `self`.
        let status = unsafe { ffi::nghttp2_hd_deflate_change_table_size(self.raw, table) };
        assert_eq!(status, 0, "nghttp2 refused the size of a table");
    }

    /// Encodes a list; the block stays until the next call.
    pub fn deflate(&mut self, list: &[Field]) -> &[u8] {
        let fields = list.iter();
        self.deflate_all(fields.map(|field| (&*field.name, &*field.value, false)))
    }

    /// Encodes names and values, some of them never to be indexed; the block stays until the next
    /// call.
    pub fn deflate_all<'f>(
        &mut self,
        list: impl Iterator<Item = (&'f [u8], &'f [u8], bool)>,
    ) -> &[u8] {
        self.fields.clear();
        let never = ffi::NGHTTP2_NV_FLAG_NO_INDEX as u8;
        self.fields
            .extend(list.map(|(name, value, sensitive)| ffi::nghttp2_nv {
                name: name.as_ptr().cast_mut(),
                value: value.as_ptr().cast_mut(),
                namelen: name.len(),
                valuelen: value.len(),
                flags: if sensitive { never } else { 0 },
            }));
        let (fields, count) = (self.fields.as_ptr(), self.fields.len());
        // SAFETY: the encoder lives as long as `self`; the fields point into octets that
        // outlive the call (`'f`) and are only read.
        let bound = unsafe { ffi::nghttp2_hd_deflate_bound(self.raw, fields, count) };
        if self.block.len() < bound {
            self.block.resize(bound, 0);
        }
        let (block, space) = (self.block.as_mut_ptr(), self.block.len());
        // SAFETY: as above, and the block is as long as it says.
        let length = unsafe { ffi::nghttp2_hd_deflate_hd2(self.raw, block, space, fields, count) };
        let length = usize::try_from(length).expect("the block has space for what was announced");
        &self.block[..length]
    }
}

impl Drop for Deflater {
    fn drop(&mut self) {
        // SAFETY: it was made by `new`, and is freed once.
        unsafe { ffi::nghttp2_hd_deflate_del(self.raw) }
    }
}

/// The decoder of nghttp2.
#[derive(Debug)]
pub struct Inflater {
    raw: *mut ffi::nghttp2_hd_inflater,
}

impl Default for Inflater {
    fn default() -> Self {
        Self::new()
    }
}

impl Inflater {
    /// Makes a decoder with a table of 4096 octets.
    pub fn new() -> Self {
        let mut raw = ptr::null_mut();
        // SAFETY: the pointer to write to is valid for the call.
        let status = unsafe { ffi::nghttp2_hd_inflate_new(&raw mut raw) };
        assert_eq!(status, 0, "nghttp2 has no memory for a decoder");
        Self { raw }
    }

    /// Changes the limit that the table has; the peer is expected to answer it.
    pub fn set_table_size(&mut self, table: usize) {
        // SAFETY: the decoder lives as long as `self`.
        let status = unsafe { ffi::nghttp2_hd_inflate_change_table_size(self.raw, table) };
        assert_eq!(status, 0, "nghttp2 refused the size of a table");
    }

    /// Decodes a whole block; hands each name and value to `sink`, and whether the field must never
    /// be indexed.
    pub fn inflate(&mut self, mut block: &[u8], mut sink: impl FnMut(&[u8], &[u8], bool)) {
        loop {
            let mut field = ffi::nghttp2_nv {
                name: ptr::null_mut(),
                value: ptr::null_mut(),
                namelen: 0,
                valuelen: 0,
                flags: 0,
            };
            let mut flags: c_int = 0;
            let (start, length) = (block.as_ptr(), block.len());
            // SAFETY: the decoder lives as long as `self`, the block is borrowed for the call, and
            // both places to write to are valid.
            let read = unsafe {
                ffi::nghttp2_hd_inflate_hd2(
                    self.raw,
                    &raw mut field,
                    &raw mut flags,
                    start,
                    length,
                    1,
                )
            };
            let read = usize::try_from(read).expect("the block is right");
            block = &block[read..];
            if flags & ffi::NGHTTP2_HD_INFLATE_EMIT as c_int != 0 {
                // SAFETY: a field that was emitted has a name and a value of these lengths, valid
                // until the next call.
                let (name, value) = unsafe {
                    (
                        core::slice::from_raw_parts(field.name, field.namelen),
                        core::slice::from_raw_parts(field.value, field.valuelen),
                    )
                };
                let never = ffi::NGHTTP2_NV_FLAG_NO_INDEX as u8;
                sink(name, value, field.flags & never != 0);
            }
            if flags & ffi::NGHTTP2_HD_INFLATE_FINAL as c_int != 0 {
                break;
            }
        }
        // SAFETY: the decoder lives as long as `self`.
        unsafe { ffi::nghttp2_hd_inflate_end_headers(self.raw) };
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        // SAFETY: it was made by `new`, and is freed once.
        unsafe { ffi::nghttp2_hd_inflate_del(self.raw) }
    }
}

/// A server connection of nghttp2 that listens and answers nothing.
#[derive(Debug)]
pub struct Session {
    raw: *mut ffi::nghttp2_session,
}

impl Session {
    /// Makes a connection that has seen these octets, the client's preface first.
    pub fn after(octets: &[u8]) -> Self {
        let mut callbacks = ptr::null_mut();
        let mut raw = ptr::null_mut();
        // SAFETY: the places to write to are valid; the callbacks are copied by the session, and
        // freed once.
        unsafe {
            assert_eq!(ffi::nghttp2_session_callbacks_new(&raw mut callbacks), 0);
            let status = ffi::nghttp2_session_server_new(&raw mut raw, callbacks, ptr::null_mut());
            ffi::nghttp2_session_callbacks_del(callbacks);
            assert_eq!(status, 0, "nghttp2 has no memory for a session");
        }
        let mut session = Self { raw };
        session.receive(octets);
        session
    }

    /// Takes octets; panics unless it takes all of them.
    pub fn receive(&mut self, octets: &[u8]) {
        // SAFETY: the session lives as long as `self`, and the octets are borrowed for the call.
        let read =
            unsafe { ffi::nghttp2_session_mem_recv(self.raw, octets.as_ptr(), octets.len()) };
        assert_eq!(
            usize::try_from(read),
            Ok(octets.len()),
            "nghttp2 refused octets"
        );
    }

    /// Throws away what the connection would answer; returns how many octets that was.
    pub fn discard_output(&mut self) -> usize {
        let mut sum = 0;
        loop {
            let mut data = ptr::null();
            // SAFETY: the session lives as long as `self`; what `data` points to is not read.
            let length = unsafe { ffi::nghttp2_session_mem_send(self.raw, &raw mut data) };
            match usize::try_from(length) {
                Ok(length) if length > 0 => sum += length,
                _ => return sum,
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: it was made by `after`, and is freed once.
        unsafe { ffi::nghttp2_session_del(self.raw) }
    }
}

/// The Huffman code of nghttp2: not declared in its header, but called directly in its library.
///
/// What stands here is laid out as in the version that `Cargo.lock` names; a test compares what
/// comes out with what `tress-hpack` makes.
mod internal {
    use core::ffi::c_int;

    #[repr(C)]
    pub(super) struct Buffer {
        pub(super) begin: *mut u8,
        pub(super) end: *mut u8,
        pub(super) pos: *mut u8,
        pub(super) last: *mut u8,
        pub(super) mark: *mut u8,
    }

    #[repr(C)]
    pub(super) struct Chain {
        pub(super) next: *mut Self,
        pub(super) buffer: Buffer,
    }

    #[repr(C)]
    pub(super) struct Buffers {
        pub(super) head: *mut Chain,
        pub(super) current: *mut Chain,
        pub(super) memory: *mut u8,
        pub(super) chunk_length: usize,
        pub(super) max_chunk: usize,
        pub(super) chunk_used: usize,
        pub(super) chunk_keep: usize,
        pub(super) offset: usize,
    }

    #[repr(C)]
    pub(super) struct Context {
        pub(super) state: u16,
    }

    unsafe extern "C" {
        pub(super) fn nghttp2_hd_huff_decode_context_init(context: *mut Context);
        pub(super) fn nghttp2_hd_huff_decode(
            context: *mut Context,
            buffer: *mut Buffer,
            coded: *const u8,
            length: usize,
            last: c_int,
        ) -> isize;
        pub(super) fn nghttp2_hd_huff_encode(
            buffers: *mut Buffers,
            octets: *const u8,
            length: usize,
        ) -> c_int;
    }
}

/// A buffer of nghttp2 that lies in `space`.
fn buffer(space: &mut [u8]) -> internal::Buffer {
    let range = space.as_mut_ptr_range();
    internal::Buffer {
        begin: range.start,
        end: range.end,
        pos: range.start,
        last: range.start,
        mark: range.start,
    }
}

/// Decodes a string in the Huffman code to `space`, which has two octets for each of `coded` at
/// least; returns how many octets there are.
pub fn huffman_decode(coded: &[u8], space: &mut [u8]) -> usize {
    assert!(
        space.len() / 2 >= coded.len(),
        "a symbol has 5 bits at least"
    );
    let mut buffer = buffer(space);
    let mut context = internal::Context { state: 0 };
    // SAFETY: the context and the buffer live for the call. One symbol is stored for each half of
    // an octet at most, and the space was just compared.
    let read = unsafe {
        internal::nghttp2_hd_huff_decode_context_init(&raw mut context);
        internal::nghttp2_hd_huff_decode(
            &raw mut context,
            &raw mut buffer,
            coded.as_ptr(),
            coded.len(),
            1,
        )
    };
    assert_eq!(usize::try_from(read), Ok(coded.len()), "the code is right");
    buffer.last.addr() - buffer.begin.addr()
}

/// Encodes a string by the Huffman code to `space`, which has four octets for each of `octets` and
/// four more at least; returns how many octets there are.
pub fn huffman_encode(octets: &[u8], space: &mut [u8]) -> usize {
    assert!(space.len() / 4 > octets.len(), "a code has 30 bits at most");
    let mut chain = internal::Chain {
        next: ptr::null_mut(),
        buffer: buffer(space),
    };
    let chain_pointer = &raw mut chain;
    let mut buffers = internal::Buffers {
        head: chain_pointer,
        current: chain_pointer,
        memory: ptr::null_mut(),
        chunk_length: 0,
        max_chunk: 1,
        chunk_used: 1,
        chunk_keep: 1,
        offset: 0,
    };
    // SAFETY: the chain and the buffers live for the call. The allocator is asked for nothing, as
    // one buffer has space for all codes, which was just compared.
    let status = unsafe {
        internal::nghttp2_hd_huff_encode(&raw mut buffers, octets.as_ptr(), octets.len())
    };
    assert_eq!(status, 0, "nghttp2 has no space");
    chain.buffer.last.addr() - chain.buffer.begin.addr()
}
