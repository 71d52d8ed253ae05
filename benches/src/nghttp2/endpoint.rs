//! One end of nghttp2 whose application does as little as possible, and whose every word is noted.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;
use std::collections::BTreeMap;

use libnghttp2_sys as ffi;

use super::engine::Fields;
use crate::connection_differential::outcome::{Delivered, Field, Parts};

/// What the callbacks share with the end.
struct Application {
    is_server: bool,
    /// The octets of content of a response.
    content: usize,
    /// The fields of the section in progress.
    section: Vec<Field>,
    /// Streams whose request is HEAD.
    heads: Vec<i32>,
    /// Streams whose response is whole.
    answered: Vec<i32>,
    /// Streams that the peer has reset, for whatever reason.
    resets: Vec<i32>,
    /// Streams on which a client has content to send.
    uploads: Vec<i32>,
    /// Those of them whose response was no success.
    refused: Vec<i32>,
    delivered: Delivered,
    /// What the library says is wrong.
    reasons: Vec<String>,
}

impl Application {
    /// Takes note of what a section says of the rest of its exchange.
    fn note(&mut self, stream: i32, section: &[Field]) {
        let says = |name: &[u8], value: fn(&[u8]) -> bool| {
            section
                .iter()
                .any(|field| field.0 == name && value(&field.1))
        };
        if says(b":method", |value| value == b"HEAD") {
            self.heads.push(stream);
        }
        if says(b":status", |value| value >= &b"300"[..]) && self.uploads.contains(&stream) {
            self.refused.push(stream);
        }
    }

    fn parts(&mut self, stream: i32) -> &mut Parts {
        self.delivered.entry(stream.unsigned_abs()).or_default()
    }
}

/// One end of a connection.
pub struct Endpoint {
    raw: *mut ffi::nghttp2_session,
    application: *mut Application,
}

impl Endpoint {
    /// Makes a server that answers requests, each with so many octets of content.
    pub fn server(content: usize) -> Self {
        Self::new(true, content)
    }

    /// Makes a client.
    pub fn client() -> Self {
        Self::new(false, 0)
    }

    fn new(is_server: bool, content: usize) -> Self {
        let application = Box::into_raw(Box::new(Application {
            is_server,
            content,
            section: Vec::new(),
            heads: Vec::new(),
            answered: Vec::new(),
            resets: Vec::new(),
            uploads: Vec::new(),
            refused: Vec::new(),
            delivered: BTreeMap::new(),
            reasons: Vec::new(),
        }));
        let make = match is_server {
            true => ffi::nghttp2_session_server_new2,
            false => ffi::nghttp2_session_client_new2,
        };
        let (mut callbacks, mut option, mut raw) =
            (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: the places to write to are valid; callbacks and options are copied by the session,
        // and freed once. The application outlives the session.
        unsafe {
            assert_eq!(ffi::nghttp2_session_callbacks_new(&raw mut callbacks), 0);
            assert_eq!(ffi::nghttp2_option_new(&raw mut option), 0);
            set_callbacks(callbacks);
            for kind in [
                ffi::NGHTTP2_ALTSVC,
                ffi::NGHTTP2_ORIGIN,
                ffi::NGHTTP2_PRIORITY_UPDATE,
            ] {
                ffi::nghttp2_option_set_builtin_recv_extension_type(option, kind as u8);
            }
            let status = make(&raw mut raw, callbacks, application.cast(), option);
            ffi::nghttp2_session_callbacks_del(callbacks);
            ffi::nghttp2_option_del(option);
            assert_eq!(status, 0, "nghttp2 has no memory for a session");
        }
        Self { raw, application }
    }

    /// Announces settings, and the window of the connection.
    pub fn announce(&mut self, settings: &[(u16, u32)], window: u32) {
        let entries: Vec<ffi::nghttp2_settings_entry> = settings
            .iter()
            .map(|(id, value)| ffi::nghttp2_settings_entry {
                settings_id: i32::from(*id),
                value: *value,
            })
            .collect();
        let window = i32::try_from(window).expect("a window has 31 bits");
        // SAFETY: the session lives as long as `self`; the entries are copied.
        let (settings, window) = unsafe {
            (
                ffi::nghttp2_submit_settings(self.raw, 0, entries.as_ptr(), entries.len()),
                ffi::nghttp2_session_set_local_window_size(self.raw, 0, 0, window),
            )
        };
        assert_eq!((settings, window), (0, 0), "nghttp2 refused settings");
    }

    /// Asks; a request that is open goes on until its response is whole, and is reset then if the
    /// response is no success, as our end does by itself (RFC 9113 §8.1).
    pub fn request(&mut self, fields: &Fields<'_>, is_open: bool) {
        let provider = ffi::nghttp2_data_provider2 {
            source: ffi::nghttp2_data_source { fd: 0 },
            read_callback: Some(read_until_answered),
        };
        let provider = if is_open {
            &raw const provider
        } else {
            ptr::null()
        };
        let fields = fields.raw();
        // SAFETY: the session lives as long as `self`; fields and provider are copied.
        let id = unsafe {
            ffi::nghttp2_submit_request2(
                self.raw,
                ptr::null(),
                fields.as_ptr(),
                fields.len(),
                provider,
                ptr::null_mut(),
            )
        };
        assert!(id > 0, "nghttp2 refused a request");
        if is_open {
            // SAFETY: nothing else refers to the application while no callback runs.
            unsafe { (*self.application).uploads.push(id) };
        }
    }

    /// Takes octets; says whether the end goes on.
    pub fn receive(&mut self, octets: &[u8]) -> bool {
        // SAFETY: the session lives as long as `self`, and the octets are borrowed for the call.
        let read =
            unsafe { ffi::nghttp2_session_mem_recv2(self.raw, octets.as_ptr(), octets.len()) };
        self.goes_on(read)
    }

    /// Appends all that is to be written; says whether the end goes on.
    pub fn send(&mut self, output: &mut Vec<u8>) -> bool {
        loop {
            let mut data = ptr::null();
            // SAFETY: the session lives as long as `self`; the octets are valid until the next call.
            let length = unsafe { ffi::nghttp2_session_mem_send2(self.raw, &raw mut data) };
            match usize::try_from(length) {
                Ok(0) => return true,
                // SAFETY: as above; the session says how many octets there are.
                Ok(length) => unsafe {
                    output.extend_from_slice(core::slice::from_raw_parts(data, length));
                },
                Err(_) => return self.goes_on(length),
            }
        }
    }

    /// What the application was given since the last call.
    pub fn delivered(&mut self) -> Delivered {
        // SAFETY: nothing else refers to the application while no callback runs.
        unsafe { core::mem::take(&mut (*self.application).delivered) }
    }

    /// What the library found wrong since the last call, in its words.
    pub fn reasons(&mut self) -> Vec<String> {
        // SAFETY: nothing else refers to the application while no callback runs.
        unsafe { core::mem::take(&mut (*self.application).reasons) }
    }

    fn goes_on(&mut self, result: isize) -> bool {
        if result < 0 {
            let reason = text(result as c_int);
            // SAFETY: nothing else refers to the application while no callback runs.
            unsafe { (*self.application).reasons.push(reason) };
        }
        result >= 0
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        // SAFETY: both were made by `new`, and are freed once, the session first.
        unsafe {
            ffi::nghttp2_session_del(self.raw);
            drop(Box::from_raw(self.application));
        }
    }
}

/// # Safety
///
/// The callbacks must live.
unsafe fn set_callbacks(callbacks: *mut ffi::nghttp2_session_callbacks) {
    // SAFETY: the caller's promise.
    unsafe {
        ffi::nghttp2_session_callbacks_set_on_header_callback(callbacks, Some(on_header));
        ffi::nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Some(on_begin));
        ffi::nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Some(on_frame));
        ffi::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Some(on_data));
        ffi::nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Some(on_close));
        ffi::nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
            callbacks,
            Some(on_invalid_frame),
        );
        ffi::nghttp2_session_callbacks_set_on_invalid_header_callback(
            callbacks,
            Some(on_invalid_header),
        );
        ffi::nghttp2_session_callbacks_set_error_callback2(callbacks, Some(on_error));
    }
}

/// The library's words for one of its errors.
fn text(error: c_int) -> String {
    // SAFETY: for any number the answer is a static string that ends with a zero.
    let text = unsafe { CStr::from_ptr(ffi::nghttp2_strerror(error)) };
    text.to_string_lossy().into_owned()
}

/// # Safety
///
/// It must be the application that `new` made, to which nothing else refers now.
unsafe fn of<'a>(application: *mut c_void) -> &'a mut Application {
    // SAFETY: the caller's promise.
    unsafe { &mut *application.cast::<Application>() }
}

unsafe extern "C" fn on_begin(
    _: *mut ffi::nghttp2_session,
    _: *const ffi::nghttp2_frame,
    application: *mut c_void,
) -> c_int {
    // SAFETY: the library hands back what it was given, one callback at a time.
    unsafe { of(application) }.section.clear();
    0
}

unsafe extern "C" fn on_header(
    _: *mut ffi::nghttp2_session,
    _: *const ffi::nghttp2_frame,
    name: *const u8,
    name_length: usize,
    value: *const u8,
    value_length: usize,
    _: u8,
    application: *mut c_void,
) -> c_int {
    // SAFETY: as above; name and value have these lengths and live for the call.
    unsafe {
        let name = core::slice::from_raw_parts(name, name_length).to_vec();
        let value = core::slice::from_raw_parts(value, value_length).to_vec();
        of(application).section.push((name, value));
    }
    0
}

/// A field that is not valid resets its stream; without this it would be dropped silently.
unsafe extern "C" fn on_invalid_header(
    _: *mut ffi::nghttp2_session,
    _: *const ffi::nghttp2_frame,
    _: *const u8,
    _: usize,
    _: *const u8,
    _: usize,
    _: u8,
    _: *mut c_void,
) -> c_int {
    ffi::NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE
}

unsafe extern "C" fn on_data(
    _: *mut ffi::nghttp2_session,
    _: u8,
    stream: i32,
    _: *const u8,
    octets: usize,
    application: *mut c_void,
) -> c_int {
    // SAFETY: as above.
    unsafe { of(application) }.parts(stream).content += octets;
    0
}

unsafe extern "C" fn on_close(
    _: *mut ffi::nghttp2_session,
    stream: i32,
    code: u32,
    application: *mut c_void,
) -> c_int {
    // SAFETY: as above.
    let application = unsafe { of(application) };
    let is_reset = application.resets.contains(&stream);
    let is_stopped = code == ffi::NGHTTP2_CANCEL
        && application.answered.contains(&stream)
        && application.refused.contains(&stream);
    let is_whole = code == 0 || is_stopped;
    application.parts(stream).finished = Some(is_whole && !is_reset);
    0
}

unsafe extern "C" fn on_invalid_frame(
    _: *mut ffi::nghttp2_session,
    _: *const ffi::nghttp2_frame,
    error: c_int,
    application: *mut c_void,
) -> c_int {
    // SAFETY: as above.
    unsafe { of(application) }.reasons.push(text(error));
    0
}

unsafe extern "C" fn on_error(
    _: *mut ffi::nghttp2_session,
    _: c_int,
    message: *const c_char,
    length: usize,
    application: *mut c_void,
) -> c_int {
    // SAFETY: as above; the message has this length.
    unsafe {
        let message = core::slice::from_raw_parts(message.cast::<u8>(), length);
        let message = String::from_utf8_lossy(message).into_owned();
        of(application).reasons.push(message);
    }
    0
}

/// Takes note of a message, and answers one that is whole.
unsafe extern "C" fn on_frame(
    session: *mut ffi::nghttp2_session,
    frame: *const ffi::nghttp2_frame,
    application: *mut c_void,
) -> c_int {
    // SAFETY: as above; every frame begins with its head.
    let (application, head) = unsafe { (of(application), (*frame).hd) };
    let kind = u32::from(head.type_);
    let mut stream = head.stream_id;
    if kind == ffi::NGHTTP2_RST_STREAM {
        application.resets.push(stream);
    }
    if kind == ffi::NGHTTP2_PUSH_PROMISE {
        // SAFETY: the type says which member it is.
        stream = unsafe { (*frame).push_promise.promised_stream_id };
    }
    if kind == ffi::NGHTTP2_PUSH_PROMISE || kind == ffi::NGHTTP2_HEADERS {
        let section = core::mem::take(&mut application.section);
        application.note(stream, &section);
        application.parts(stream).sections.push(section);
    }
    let is_message = kind == ffi::NGHTTP2_DATA || kind == ffi::NGHTTP2_HEADERS;
    if !is_message || u32::from(head.flags) & ffi::NGHTTP2_FLAG_END_STREAM == 0 {
        return 0;
    }
    application.parts(stream).is_ended = true;
    if !application.is_server {
        application.answered.push(stream);
        let cancel = ffi::NGHTTP2_CANCEL;
        if application.refused.contains(&stream) {
            // SAFETY: the session is the one that calls.
            return unsafe { ffi::nghttp2_submit_rst_stream(session, 0, stream, cancel) };
        }
        // SAFETY: as above. It fails where the request is whole already.
        unsafe { ffi::nghttp2_session_resume_data(session, stream) };
        return 0;
    }
    let content = match application.heads.contains(&stream) {
        true => 0,
        false => application.content,
    };
    // SAFETY: the session is the one that calls.
    unsafe { respond(session, stream, content) }
}

/// # Safety
///
/// The session must live.
unsafe fn respond(session: *mut ffi::nghttp2_session, stream: i32, content: usize) -> c_int {
    let fields = Fields::new([(":status", "200")]);
    let provider = ffi::nghttp2_data_provider2 {
        source: ffi::nghttp2_data_source {
            fd: content as c_int,
        },
        read_callback: Some(read_content),
    };
    let provider = if content > 0 {
        &raw const provider
    } else {
        ptr::null()
    };
    let fields = fields.raw();
    // SAFETY: the caller's promise; fields and provider are copied.
    unsafe {
        ffi::nghttp2_submit_response2(session, stream, fields.as_ptr(), fields.len(), provider)
    }
}

/// Hands out what is left of the content.
unsafe extern "C" fn read_content(
    _: *mut ffi::nghttp2_session,
    _: i32,
    buffer: *mut u8,
    space: usize,
    flags: *mut u32,
    source: *mut ffi::nghttp2_data_source,
    _: *mut c_void,
) -> ffi::nghttp2_ssize {
    // SAFETY: the buffer has the space; the flags and the source may be written, and the source was
    // made with a number.
    unsafe {
        let left = (*source).fd as usize;
        let octets = left.min(space);
        ptr::write_bytes(buffer, b'x', octets);
        (*source).fd = (left - octets) as c_int;
        if left == octets {
            *flags |= ffi::NGHTTP2_DATA_FLAG_EOF;
        }
        octets as ffi::nghttp2_ssize
    }
}

/// Waits until the response is whole, and ends the request.
unsafe extern "C" fn read_until_answered(
    _: *mut ffi::nghttp2_session,
    stream: i32,
    _: *mut u8,
    _: usize,
    flags: *mut u32,
    _: *mut ffi::nghttp2_data_source,
    application: *mut c_void,
) -> ffi::nghttp2_ssize {
    // SAFETY: the library hands back what it was given, one callback at a time, and the flags may be
    // written.
    unsafe {
        if !of(application).answered.contains(&stream) {
            return ffi::NGHTTP2_ERR_DEFERRED as ffi::nghttp2_ssize;
        }
        *flags |= ffi::NGHTTP2_DATA_FLAG_EOF;
    }
    0
}
