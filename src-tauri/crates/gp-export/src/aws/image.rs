//! Machine images: neutral words (`debian-12`) and where AWS publishes them.

/// Where an image is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// The neutral word.
    pub word: &'static str,
    /// The publisher's account (Debian, Canonical) or alias (`amazon`).
    pub owner: &'static str,
    /// Name pattern; `{arch}` is the publisher's word for the architecture.
    pub pattern: &'static str,
    /// The publisher's words for `x86_64` and arm64.
    pub architectures: [&'static str; 2],
    /// Public SSM parameter that holds the newest id, for CloudFormation.
    pub parameter: &'static str,
    /// The root device's name.
    pub root_device: &'static str,
}

const DEB: [&str; 2] = ["amd64", "arm64"];
const AMAZON: [&str; 2] = ["x86_64", "arm64"];
const DEBIAN: &str = "136693071363";
const CANONICAL: &str = "099720109477";

/// Ordered by word.
const IMAGES: &[Image] = &[
    Image {
        word: "amazon-linux-2023",
        owner: "amazon",
        pattern: "al2023-ami-2023.*-{arch}",
        architectures: AMAZON,
        parameter: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}",
        root_device: "/dev/xvda",
    },
    Image {
        word: "debian-11",
        owner: DEBIAN,
        pattern: "debian-11-{arch}-*",
        architectures: DEB,
        parameter: "/aws/service/debian/release/11/latest/{arch}",
        root_device: "/dev/xvda",
    },
    Image {
        word: "debian-12",
        owner: DEBIAN,
        pattern: "debian-12-{arch}-*",
        architectures: DEB,
        parameter: "/aws/service/debian/release/12/latest/{arch}",
        root_device: "/dev/xvda",
    },
    Image {
        word: "debian-13",
        owner: DEBIAN,
        pattern: "debian-13-{arch}-*",
        architectures: DEB,
        parameter: "/aws/service/debian/release/13/latest/{arch}",
        root_device: "/dev/xvda",
    },
    Image {
        word: "ubuntu-22.04",
        owner: CANONICAL,
        pattern: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{arch}-server-*",
        architectures: DEB,
        parameter: "/aws/service/canonical/ubuntu/server/22.04/stable/current/{arch}/hvm/ebs-gp2/ami-id",
        root_device: "/dev/sda1",
    },
    Image {
        word: "ubuntu-24.04",
        owner: CANONICAL,
        pattern: "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{arch}-server-*",
        architectures: DEB,
        parameter: "/aws/service/canonical/ubuntu/server/24.04/stable/current/{arch}/hvm/ebs-gp3/ami-id",
        root_device: "/dev/sda1",
    },
    Image {
        word: "windows-2022",
        owner: "amazon",
        pattern: "Windows_Server-2022-English-Full-Base-*",
        architectures: AMAZON,
        parameter: "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
        root_device: "/dev/sda1",
    },
    Image {
        word: "windows-2025",
        owner: "amazon",
        pattern: "Windows_Server-2025-English-Full-Base-*",
        architectures: AMAZON,
        parameter: "/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-Base",
        root_device: "/dev/sda1",
    },
];

/// The image behind a neutral word.
pub fn image(word: &str) -> Option<&'static Image> {
    IMAGES.iter().find(|image| image.word == word)
}

impl Image {
    /// The name pattern for an architecture.
    pub fn pattern_for(&self, arm: bool) -> String {
        self.pattern.replace("{arch}", self.architectures[usize::from(arm)])
    }

    /// The SSM parameter for an architecture.
    pub fn parameter_for(&self, arm: bool) -> String {
        self.parameter.replace("{arch}", self.architectures[usize::from(arm)])
    }
}
