//! The keys with which jwt-state signs in the lab, where it is not by the secret that it derives
//! from its own: one for each algorithm, so that a switch there and back ends no login.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use jwt_state::{Algorithm, NewKey};
use tempfile::TempDir;

use crate::column::Column;
use crate::error::LabError;
use crate::private_folder;
use crate::variants::Variants;

/// Which word of the column asks for which.
const ALGORITHMS: [(&str, Algorithm); 2] =
    [("eddsa", Algorithm::EdDSA), ("es256", Algorithm::ES256)];

/// Made when they are first needed, gone with the lab.
#[derive(Default)]
pub(crate) struct SigningKeys {
    /// Nobody else can look into it (0700).
    folder: Option<TempDir>,
    files: BTreeMap<&'static str, PathBuf>,
    /// How many were made: a server that is still stopping goes on reading the file of its own.
    made: u32,
}

impl SigningKeys {
    /// The file of the key that these variants ask for; `None` for the derived secret.
    pub(crate) fn file(&mut self, variants: Variants) -> Result<Option<PathBuf>, LabError> {
        let wanted = ALGORITHMS
            .into_iter()
            .find(|(word, _)| variants.has(Column::Jwt, word));
        let Some((word, algorithm)) = wanted else {
            return Ok(None);
        };
        if let Some(file) = self.files.get(word) {
            return Ok(Some(file.clone()));
        }
        let failed = |source| LabError::System {
            what: "a key for tokens cannot be kept",
            source,
        };
        let folder = match &self.folder {
            Some(folder) => folder,
            None => self.folder.insert(private_folder::make().map_err(failed)?),
        };
        let key = NewKey::make(algorithm).map_err(|fault| LabError::System {
            what: "a key for tokens cannot be made",
            source: std::io::Error::other(fault),
        })?;
        self.made += 1;
        let path = folder.path().join(format!("{word}-{}.pem", self.made));
        let mut file = std::fs::File::create_new(&path).map_err(failed)?;
        file.write_all(key.content().as_bytes()).map_err(failed)?;
        self.files.insert(word, path.clone());
        Ok(Some(path))
    }

    /// As after a lost key: each is made anew when it is needed next.
    pub(crate) fn forget(&mut self) {
        self.files.clear();
    }
}
