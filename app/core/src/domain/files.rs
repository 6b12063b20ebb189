//! What a GLPI takes as a document, as far as that can be known beforehand.

use serde::{Deserialize, Serialize};

/// The largest file where nobody says otherwise, in bytes.
pub const LARGEST_FILE: u64 = 20_000_000;

/// The extensions that a GLPI takes as it is delivered (9.2 and 10 alike), but for those that nobody on the road has.
const USUAL: [&str; 44] = [
    "avi", "bmp", "bz2", "csv", "doc", "docx", "eml", "gif", "gz", "jpe", "jpeg", "jpg", "log",
    "m4a", "mid", "mov", "mp3", "mp4", "mpg", "odg", "odp", "ods", "odt", "ogg", "pdf", "png",
    "ppt", "pptx", "psd", "rar", "rtf", "svg", "tar", "tgz", "tif", "tiff", "txt", "wav", "webp",
    "wmv", "xls", "xlsx", "xml", "zip",
];

/// What a GLPI, and the server before it, take as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileRules {
    /// The largest, in bytes.
    pub max_bytes: u64,
    /// Extensions, in small letters.
    pub extensions: Vec<String>,
    /// GLPI itself has named them: what is not among them is refused for certain. Else they are what it takes as it is
    /// delivered, and its administrator may have altered that.
    pub certain: bool,
}

impl Default for FileRules {
    fn default() -> Self {
        Self {
            max_bytes: LARGEST_FILE,
            extensions: USUAL.iter().map(|&usual| usual.to_owned()).collect(),
            certain: false,
        }
    }
}

/// Why a file would not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRefusal {
    /// It is too large.
    TooLarge,
    /// Files of this kind are not taken.
    Type,
    /// Files of this kind are usually not taken.
    UnusualType,
}

impl FileRules {
    /// Whether a file of this name and size will be taken.
    pub fn refuses(&self, name: &str, size: u64) -> Option<FileRefusal> {
        if size > self.max_bytes {
            return Some(FileRefusal::TooLarge);
        }
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let extension = extension.unwrap_or_default().to_lowercase();
        let is_taken = self.extensions.contains(&extension);
        match (is_taken, self.certain) {
            (true, _) => None,
            (false, true) => Some(FileRefusal::Type),
            (false, false) => Some(FileRefusal::UnusualType),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_taken_and_a_program_or_a_long_film_is_not() {
        let rules = FileRules::default();
        assert_eq!(rules.refuses("IMG_2041.JPG", 3_000_000), None);
        assert_eq!(
            rules.refuses("film.mp4", 40_000_000),
            Some(FileRefusal::TooLarge)
        );
        for name in ["outil.exe", "sans extension", "archive."] {
            assert_eq!(rules.refuses(name, 1), Some(FileRefusal::UnusualType));
        }
    }

    #[test]
    fn what_glpi_itself_does_not_name_is_refused_for_certain() {
        let rules = FileRules {
            extensions: vec!["jpg".to_owned()],
            certain: true,
            ..FileRules::default()
        };
        assert_eq!(rules.refuses("a.jpg", 1), None);
        assert_eq!(rules.refuses("a.pdf", 1), Some(FileRefusal::Type));
    }
}
