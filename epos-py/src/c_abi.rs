//! The C ABI: [`epos_call`] and [`epos_free`]. The only place in the workspace where `unsafe` is allowed.
#![allow(unsafe_code)]

use crate::door;

/// A request to its reply, both a line of JSON and then bytes; lengths are told, so any byte may stand in them. The reply's length is
/// put where `length_of_reply` points. Never unwinds.
///
/// # Safety
/// `request` points to `length` bytes that nobody changes meanwhile, or is null; `length_of_reply` points to a `usize`. The reply is given
/// back with [`epos_free`] and its length, once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn epos_call(request: *const u8, length: usize, length_of_reply: *mut usize) -> *mut u8 {
    if length_of_reply.is_null() {
        return std::ptr::null_mut();
    }
    let request = if request.is_null() {
        &[][..]
    } else {
        // SAFETY: the caller says that `length` bytes are there, and leaves them alone.
        unsafe { std::slice::from_raw_parts(request, length) }
    };
    let reply = door::call(request).into_boxed_slice();
    // SAFETY: not null, and the caller says that it points to a `usize`.
    unsafe { length_of_reply.write(reply.len()) };
    Box::into_raw(reply).cast()
}

/// Gives a reply back.
///
/// # Safety
/// `reply` and `length` are what one call of [`epos_call`] gave, and are given back only once; a null `reply` is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn epos_free(reply: *mut u8, length: usize) {
    if !reply.is_null() {
        // SAFETY: the caller says that these are pointer and length of a boxed slice that `epos_call` let go.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(reply, length)) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(request: &[u8]) -> Vec<u8> {
        let mut length = usize::MAX;
        // SAFETY: pointer and length are those of a slice and of one reply.
        unsafe {
            let reply = epos_call(request.as_ptr(), request.len(), &mut length);
            let copy = std::slice::from_raw_parts(reply, length).to_vec();
            epos_free(reply, length);
            copy
        }
    }

    #[test]
    fn bytes_of_any_kind_go_in_and_come_out() {
        for request in [&b""[..], b"\0", b"{\"verb\":\"version\"}\n\0\0", b"\xff\xfe", b"{\"verb\":\"version\"}"] {
            assert_eq!(call(request), door::call(request));
        }
    }

    #[test]
    fn null_is_an_empty_request_and_nothing_to_give_back() {
        let mut length = 0;
        // SAFETY: null is allowed in all three places; the reply is given back once.
        unsafe {
            let reply = epos_call(std::ptr::null(), 7, &mut length);
            assert!(length > 0);
            epos_free(reply, length);
            assert!(epos_call(std::ptr::null(), 0, std::ptr::null_mut()).is_null());
            epos_free(std::ptr::null_mut(), 0);
        }
    }
}
