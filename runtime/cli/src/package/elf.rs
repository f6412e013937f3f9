//! What a Linux program says about itself in its ELF headers: the CPU, and what it needs of the system.

use std::fmt;
use std::io::Read as _;
use std::str::FromStr;

use flate2::read::ZlibDecoder;
use nozzle_runtime::Target;
use object::elf::{EM_AARCH64, EM_X86_64, SHT_SYMTAB};
use object::read::elf::{ElfFile64, FileHeader as _, ProgramHeader as _, SectionHeader as _};
use object::{Endianness, Object as _, ObjectSection as _};
use serde::Deserialize;

/// The section in which `cargo auditable` leaves the list of crates, and `make dist` does: zlib-compressed JSON,
/// <https://rustsec.org/schemas/cargo-auditable.json>.
const CRATES: &str = ".dep-v0";
/// What that list may be at most, in bytes. Those of bootstraps take 20 KB.
const CRATES_BYTES: u64 = 8 << 20;

/// What a program says about itself.
#[derive(Debug, PartialEq)]
pub(crate) struct Program {
    /// The CPU; none that Lambda has not.
    pub(super) target: Option<Target>,
    /// The program that loads its libraries; none for one that is linked statically.
    pub(super) interpreter: Option<String>,
    /// The newest version of glibc that it asks for.
    pub(super) glibc: Option<Glibc>,
    /// Whether it carries symbols, which only debuggers read.
    pub(super) has_symbols: bool,
    /// The crates that it is made of, where it lists them.
    pub(super) crates: Option<Vec<Crate>>,
}

/// A version of glibc. `GLIBC_2.2.5` is a 2.2 here: Amazon Linux is newer than the third number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Glibc(pub(crate) u32, pub(crate) u32);

/// A crate of a program's list. What it depends on stands in it by place in the list.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    /// `crates.io`, `git`, `local`, `registry`, or another one.
    pub(super) source: String,
    /// Whether it is a part of the program, and not only of its build.
    #[serde(default)]
    pub(super) kind: Kind,
    #[serde(default)]
    pub(super) dependencies: Vec<usize>,
    /// Whether it is the program itself.
    #[serde(default)]
    pub(super) root: bool,
}

/// What a crate is for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Build,
    #[default]
    Runtime,
}

#[derive(Deserialize)]
struct Crates {
    packages: Vec<Crate>,
}

type Elf<'data> = ElfFile64<'data, Endianness>;

impl Program {
    /// Reads the headers of a 64-bit Linux program.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let elf = Elf::parse(bytes).map_err(|error| error.to_string())?;
        let target = match elf.elf_header().e_machine(elf.endian()) {
            EM_X86_64 => Some(Target::X86_64),
            EM_AARCH64 => Some(Target::Arm64),
            _ => None,
        };
        Ok(Self {
            target,
            interpreter: interpreter(&elf).map_err(|error| error.to_string())?,
            glibc: glibc(&elf).map_err(|error| error.to_string())?,
            has_symbols: has_symbols(&elf),
            crates: crates(&elf)?,
        })
    }

    /// The version of the package that the program was built from.
    pub(crate) fn version(&self) -> Option<&str> {
        let crates = self.crates.as_ref()?;
        crates.iter().find(|one| one.root).map(|root| root.version.as_str())
    }
}

fn interpreter(elf: &Elf<'_>) -> object::read::Result<Option<String>> {
    for segment in elf.elf_program_headers() {
        if let Some(path) = segment.interpreter(elf.endian(), elf.data())? {
            return Ok(Some(String::from_utf8_lossy(path).into_owned()));
        }
    }
    Ok(None)
}

/// The newest of the versions in `.gnu.version_r` that are glibc's.
fn glibc(elf: &Elf<'_>) -> object::read::Result<Option<Glibc>> {
    let (endian, sections) = (elf.endian(), elf.elf_section_table());
    let Some((mut libraries, names)) = sections.gnu_verneed(endian, elf.data())? else {
        return Ok(None);
    };
    let names = sections.strings(endian, elf.data(), names)?;
    let mut newest = None;
    while let Some((_, mut versions)) = libraries.next()? {
        while let Some(version) = versions.next()? {
            let name = String::from_utf8_lossy(version.name(endian, names)?);
            newest = newest.max(name.parse().ok());
        }
    }
    Ok(newest)
}

fn has_symbols(elf: &Elf<'_>) -> bool {
    let mut sections = elf.elf_section_table().iter();
    sections.any(|section| section.sh_type(elf.endian()) == SHT_SYMTAB)
}

fn crates(elf: &Elf<'_>) -> Result<Option<Vec<Crate>>, String> {
    let Some(section) = elf.section_by_name(CRATES) else {
        return Ok(None);
    };
    let packed = section.data().map_err(|error| error.to_string())?;
    let list = ZlibDecoder::new(packed).take(CRATES_BYTES);
    let list: Crates = serde_json::from_reader(list).map_err(|error| format!("`{CRATES}`: {error}"))?;
    Ok(Some(list.packages))
}

impl FromStr for Glibc {
    type Err = ();

    /// Of `GLIBC_2.34`; other names, such as `GCC_3.0` and `GLIBC_PRIVATE`, are none.
    fn from_str(name: &str) -> Result<Self, ()> {
        let mut numbers = name.strip_prefix("GLIBC_").ok_or(())?.split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self(major, minor)),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_glibc_are_compared_as_numbers() {
        let version = |name: &str| name.parse::<Glibc>().ok();
        assert!(version("GLIBC_2.9") < version("GLIBC_2.34"));
        assert_eq!(version("GLIBC_2.2.5"), Some(Glibc(2, 2)));
        for none in ["GLIBC_PRIVATE", "GCC_3.0", "GLIBC_2", ""] {
            assert_eq!(version(none), None);
        }
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn this_very_test_is_a_program_for_this_machine() {
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let program = Program::read(&this).unwrap();
        assert_eq!(program.target, Some(Target::here()));
        assert!(program.interpreter.unwrap().contains("ld-linux"));
        assert!(program.glibc > Some(Glibc(2, 16)), "{:?}", program.glibc);
        assert_eq!(program.crates, None);
    }

    #[test]
    fn what_is_no_program_is_an_error_and_never_a_panic() {
        assert!(Program::read(b"version = 1\n").is_err());
        let Ok(this) = std::fs::read(std::env::current_exe().unwrap()) else { return };
        for length in [0, 4, 16, 63, 64, 200, 1000, this.len() / 2] {
            let _ = Program::read(&this[..length]);
        }
    }
}
