//! Bytes to typed rows and back: detection, sheets, layouts, blocks, writing.
