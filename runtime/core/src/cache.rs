//! The compile cache: plugins as native code for this machine, kept from one start of the CLI to the next.
//!
//! What is cached is native code, and is trusted as the program itself is. So the folder must belong to this user, and nobody
//! else may write to it. An entry is found by the SHA-256 of all that it was made from, and begins with the SHA-256 of itself:
//! one that was cut short is compiled anew. Whatever keeps the cache from being read or written costs time and nothing else.

use std::fs::{self, DirEntry, Metadata};
use std::hash::{Hash as _, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};
use wasmtime::component::Component;

use crate::artefact::hexadecimal;
use crate::engine::Engine;
use crate::environment;
use crate::file::write_whole;

/// What the cache may hold, in bytes: 512 MiB. What was written first goes first.
const BYTES: u64 = 512 << 20;

/// The length of a SHA-256, in bytes.
const SUM: usize = 32;

/// The folder for what may be made anew at any time: that of the environment, made for this user alone where there is none yet.
/// Nothing where there shall be no cache; see [`Origin::CachedWasm`](crate::Origin::CachedWasm).
pub fn cache_folder() -> Option<PathBuf> {
    let folder = environment::cache_folder()?;
    make_private(&folder).ok()?;
    Some(folder)
}

/// The cache of this user.
pub(crate) struct Cache(PathBuf);

impl Cache {
    /// The folder of the environment; nothing where there shall be no cache, or where it cannot be trusted.
    pub(crate) fn of_user() -> Option<Self> {
        Self::in_folder(cache_folder()?)
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        let metadata = fs::metadata(&folder).ok()?;
        (metadata.is_dir() && is_private(&metadata)).then_some(Self(folder))
    }

    /// Gives a component's native code, from the cache or from the compiler.
    pub(crate) fn compile(&self, engine: &Engine, component: &[u8]) -> wasmtime::Result<Component> {
        let entry = self.0.join(key(engine, component)).with_extension("cwasm");
        if let Some(loaded) = load(engine, &entry) {
            return Ok(loaded);
        }
        let native = engine.precompile(component)?;
        // A cache that cannot be written is none.
        if write_whole(&entry, &[&Sha256::digest(&native), &*native].concat()).is_ok() {
            self.make_room(BYTES);
        }
        engine.load_own(&native)
    }

    /// Removes what was written first until the rest is no more than `bytes`.
    fn make_room(&self, bytes: u64) {
        let Ok(entries) = fs::read_dir(&self.0) else { return };
        let known = |entry: &DirEntry| entry.metadata().ok().filter(Metadata::is_file);
        let mut files: Vec<_> = entries.flatten().filter_map(|entry| Some((known(&entry)?, entry))).collect();
        files.sort_by_key(|(metadata, _)| metadata.modified().unwrap_or(UNIX_EPOCH));
        let mut held: u64 = files.iter().map(|(metadata, _)| metadata.len()).sum();
        for (metadata, file) in files {
            if held <= bytes {
                break;
            }
            let _ = fs::remove_file(file.path()); // Another process may have removed it.
            held -= metadata.len();
        }
    }
}

/// All that the native code depends on: Nozzle, wasmtime with its settings, this CPU, the component.
fn key(engine: &Engine, component: &[u8]) -> String {
    let mut sum = Sum(Sha256::new_with_prefix(env!("CARGO_PKG_VERSION")));
    engine.inner().precompile_compatibility_hash().hash(&mut sum);
    sum.0.update(component);
    hexadecimal(&sum.0.finalize())
}

/// Takes the place of the standard library's hash, which is not made to be kept.
struct Sum(Sha256);

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0 // Nobody asks: the sum is taken from within.
    }
}

fn load(engine: &Engine, entry: &Path) -> Option<Component> {
    let bytes = fs::read(entry).ok()?;
    let (sum, native) = bytes.split_at_checked(SUM)?;
    (*Sha256::digest(native) == *sum).then(|| engine.load_own(native).ok())?
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(unix)]
fn is_private(folder: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let others_write = 0o022;
    folder.uid() == rustix::process::geteuid().as_raw() && folder.mode() & others_write == 0
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

/// Who may write to it is not known here.
#[cfg(not(unix))]
fn is_private(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::engine::Clock;
    use crate::limits::DEFAULT_MEMORY;

    /// The smallest component.
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    fn engine() -> Engine {
        Engine::new(1, DEFAULT_MEMORY, Clock::Stopped).unwrap()
    }

    fn entries(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn what_was_compiled_is_found_again_and_what_is_damaged_is_compiled_anew() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("new/cache");
        make_private(&folder).unwrap();
        let (cache, engine) = (Cache::in_folder(folder.clone()).unwrap(), engine());
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        cache.compile(&engine, COMPONENT).unwrap();
        let [entry] = &*entries(&folder) else { panic!("one entry") };
        assert!(load(&engine, entry).is_some());
        let whole = fs::read(entry).unwrap();
        for damaged in [&whole[..whole.len() - 1], &whole[..10], b""] {
            fs::write(entry, damaged).unwrap();
            assert!(load(&engine, entry).is_none());
            cache.compile(&engine, COMPONENT).unwrap();
            assert!(fs::read(entry).unwrap() == whole);
        }
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_not_trusted() {
        let home = tempfile::tempdir().unwrap();
        for (mode, trusted) in [(0o700, true), (0o755, true), (0o770, false), (0o707, false), (0o1777, false)]
        {
            fs::set_permissions(home.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(Cache::in_folder(home.path().to_owned()).is_some(), trusted, "{mode:o}");
        }
        let file = home.path().join("file");
        fs::write(&file, b"").unwrap();
        assert!(Cache::in_folder(file).is_none());
    }

    #[test]
    fn a_cache_that_cannot_be_written_still_compiles() {
        let home = tempfile::tempdir().unwrap();
        let gone = home.path().join("gone");
        make_private(&gone).unwrap();
        let cache = Cache::in_folder(gone.clone()).unwrap();
        fs::remove_dir(&gone).unwrap();
        cache.compile(&engine(), COMPONENT).unwrap();
        assert!(!gone.exists());
    }

    #[test]
    fn what_was_written_first_makes_room() {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache::in_folder(home.path().to_owned()).unwrap();
        for (name, second) in [("newest", 3), ("oldest", 1), ("older", 2)] {
            let path = cache.0.join(name);
            fs::write(&path, [0; 100]).unwrap();
            let time = UNIX_EPOCH + std::time::Duration::from_secs(second);
            fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        }
        cache.make_room(300);
        assert_eq!(entries(&cache.0).len(), 3);
        cache.make_room(250);
        assert!(!cache.0.join("oldest").exists() && cache.0.join("older").exists());
        cache.make_room(100);
        assert_eq!(entries(&cache.0), [cache.0.join("newest")]);
    }

    #[test]
    fn the_key_is_of_the_component_and_of_the_engine() {
        let (engine, other) = (engine(), Engine::compiler(crate::Target::Arm64).unwrap());
        assert_eq!(key(&engine, COMPONENT), key(&engine, COMPONENT));
        assert_ne!(key(&engine, COMPONENT), key(&engine, b"another"));
        assert_ne!(key(&engine, COMPONENT), key(&other, COMPONENT));
    }
}
