//! Lines of a file that grows, or of standard input.

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::stream::Stream;

/// Accepts the lines of a file (`-` for standard input), each as one record with its newline. With `follow`, a file's end is waited at;
/// without, that is the end. A file is read on from where the last process stopped.
///
/// # Errors
///
/// When it cannot be read.
pub async fn follow(stream: Arc<Stream>, file: &Path, follow: bool) -> io::Result<()> {
    let _ = (stream, file, follow);
    unimplemented!("sources")
}
