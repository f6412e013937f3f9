//! The kinds of machine that artefacts are made for: the two architectures of AWS Lambda.

use std::fmt;

/// What an artefact is made for: Linux on an architecture of AWS Lambda, with what its oldest CPUs can do. The names are
/// Lambda's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The x86-64-v2 level of the psABI: SSE 4.2, POPCNT and CMPXCHG16B. With v3, `flatten-dynamodb` was less than 2 % faster.
    X86_64,
    /// Neoverse N1, the cores of Graviton2.
    Arm64,
}

impl Target {
    /// The architecture of this machine; x86_64 where it is neither.
    pub fn here() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }

    /// What Lambda calls the architecture.
    pub fn architecture(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// The name under which compilers know it.
    pub fn triple(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-unknown-linux-gnu",
            Self::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }

    fn level(self) -> &'static str {
        match self {
            Self::X86_64 => "x86-64-v2",
            Self::Arm64 => "neoverse-n1",
        }
    }

    /// What an artefact may need beyond the architecture's first CPU, as Cranelift names it. A CPU with more runs it too.
    #[cfg(feature = "compile")]
    pub(crate) fn features(self) -> &'static [&'static str] {
        match self {
            Self::X86_64 => {
                &["has_cmpxchg16b", "has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"]
            }
            Self::Arm64 => &["has_lse", "has_fp16", "has_dotprod"],
        }
    }

    /// Whether a manifest's `target` is of this machine's system and architecture. The level is the engine's to check.
    pub(crate) fn is_here(target: &str) -> bool {
        target.split(' ').next() == Some(&*machine())
    }
}

/// This machine, as a manifest names it, without a level.
pub(crate) fn machine() -> String {
    let architecture = match std::env::consts::ARCH {
        "aarch64" => Target::Arm64.architecture(),
        other => other,
    };
    format!("{}-{architecture}", std::env::consts::OS)
}

/// As a manifest names it: `linux-x86_64 x86-64-v2`.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "linux-{} {}", self.architecture(), self.level())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_targets_is_this_machine() {
        let here = [Target::X86_64, Target::Arm64].map(|target| Target::is_here(&target.to_string()));
        assert_eq!(here.contains(&true), machine() == format!("linux-{}", Target::here().architecture()));
        assert!(here.contains(&false) && !Target::is_here("x86_64-linux"));
    }
}
