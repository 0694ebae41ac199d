//! Opening the authority's folder, and its working files.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use okrug_protocol::ids::UnitId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::files::{self, Access};
use crate::problem::{Exit, FileError, Problem};
use crate::staff::Position;
use crate::words::{Said, said};

/// The longest working file that is read.
const MAX_WORKING_FILE: usize = 16 << 20;
const PLAN: &str = "org.toml";
const STAFF: &str = "staff.toml";

/// An authority's folder.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Held while something is changed, so that two programs do not give the same number twice.
    _lock: Option<File>,
}

/// The positions of the last import.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// The positions, in the order of the list.
    #[serde(rename = "position", default)]
    pub positions: Vec<Position>,
}

impl Folder {
    /// Makes a folder that is no authority's yet.
    ///
    /// # Errors
    /// When there is an authority in it, or it cannot be made.
    pub fn create(root: &Path) -> Result<Self, Problem> {
        files::folder(root)?;
        let folder = Self { root: root.to_owned(), _lock: Some(lock(root)?) };
        if folder.path(PLAN).exists() {
            let at = root.display();
            return Err(Problem::new(
                "authority_exists",
                Exit::Changed,
                said!("{at}: здесь уже есть округ, ничего не изменено", "{at}: there is a district here already, nothing was changed"),
            ));
        }
        Ok(folder)
    }

    /// Opens a folder to read it.
    ///
    /// # Errors
    /// When there is no authority in it.
    pub fn open(root: &Path) -> Result<Self, Problem> {
        let folder = Self { root: root.to_owned(), _lock: None };
        if folder.path(PLAN).is_file() {
            return Ok(folder);
        }
        let at = root.display();
        Err(Problem::new(
            "no_authority",
            Exit::NotFound,
            said!("{at}: это не папка администратора округа", "{at}: not the folder of an authority"),
        )
        .hint(Said::same(format!("okrug authority init --dir {at}"))))
    }

    /// Opens a folder to change it; nobody else can at the same time.
    ///
    /// # Errors
    /// As [`Folder::open`], and when another program is changing it.
    pub fn change(root: &Path) -> Result<Self, Problem> {
        let mut folder = Self::open(root)?;
        folder._lock = Some(lock(root)?);
        Ok(folder)
    }

    /// A path in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The organisation as it is worked on.
    ///
    /// # Errors
    /// When the file cannot be read or contradicts itself.
    pub fn plan(&self) -> Result<Plan, Problem> {
        let mut plan: Plan = self.working_file(PLAN)?;
        if let Some(unit) = plan.under.as_ref().map(|under| UnitId(under.unit)) {
            let trust = self.trust()?;
            if let Some(row) = trust.chart().doc().delegations.iter().find(|row| row.unit == unit) {
                plan.take_numbers((row.units.first, row.units.last), (row.offices.first, row.offices.last));
            }
        }
        plan.check().map_err(|error| error.of(PLAN))?;
        Ok(plan)
    }

    /// Writes the organisation.
    ///
    /// # Errors
    /// When it contradicts itself or cannot be written; then the old one stays.
    pub fn save_plan(&self, plan: &Plan) -> Result<(), Problem> {
        plan.check().map_err(|error| error.of(PLAN))?;
        let notice = "# The organisation of the district: a working file of `okrug`, readable and editable.\n\
                      # A number is given once. What has left stays here as retired, with its number.\n\n";
        self.save(PLAN, notice, plan)
    }

    /// The positions of the last import; none before the first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn staff(&self) -> Result<Staff, Problem> {
        if self.path(STAFF).exists() { self.working_file(STAFF) } else { Ok(Staff::default()) }
    }

    /// Writes the positions.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn save_staff(&self, staff: &Staff) -> Result<(), Problem> {
        self.save(STAFF, "# The positions of the last import; not part of what is signed.\n\n", staff)
    }

    fn working_file<T: DeserializeOwned>(&self, name: &str) -> Result<T, Problem> {
        let text = files::read_text(&self.path(name), MAX_WORKING_FILE)?;
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            let why = error.message();
            Problem::new("org_file", Exit::Failed, said!("{name}, строка {line}: {why}", "{name}, line {line}: {why}")).hint(said!(
                "ничего не изменено; исправьте файл или верните его из копии",
                "nothing was changed; correct the file or take it from a copy"
            ))
        })
    }

    fn save<T: Serialize>(&self, name: &str, notice: &str, value: &T) -> Result<(), Problem> {
        let text = toml::to_string(value).expect("working files are tables of numbers, texts and lists");
        files::write(&self.path(name), format!("{notice}{text}").as_bytes(), Access::Everybody)
    }
}

fn lock(root: &Path) -> Result<File, Problem> {
    let path = root.join(".lock");
    let file = File::create(&path).map_err(FileError::at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::Error(error)) => Err(FileError::at(&path)(error).into()),
        Err(TryLockError::WouldBlock) => {
            let at = root.display();
            let message = said!(
                "{at}: с этой папкой сейчас работает другая программа; ничего не изменено",
                "{at}: another program is changing this folder; nothing was changed",
            );
            let hint = said!("дождитесь её конца и повторите", "wait until it has ended and try again");
            Err(Problem::new("authority_busy", Exit::Busy, message).hint(hint))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_program_changes_a_folder_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::create(dir.path()).unwrap();
        folder.save_plan(&Plan::new("Округ")).unwrap();
        assert_eq!(Folder::change(dir.path()).unwrap_err().exit, Exit::Busy);
        assert!(Folder::open(dir.path()).is_ok());
        drop(folder);
        assert!(Folder::change(dir.path()).is_ok());
    }

    #[test]
    fn a_folder_is_made_once_and_found_only_where_it_is() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Folder::open(dir.path()).unwrap_err().code, "no_authority");
        Folder::create(dir.path()).unwrap().save_plan(&Plan::new("Округ")).unwrap();
        assert_eq!(Folder::create(dir.path()).unwrap_err().code, "authority_exists");
    }

    #[test]
    fn a_broken_working_file_is_named_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::create(dir.path()).unwrap();
        folder.save_plan(&Plan::new("Округ")).unwrap();
        let text = std::fs::read_to_string(folder.path(PLAN)).unwrap();
        std::fs::write(folder.path(PLAN), text.replace("number = 1", "number = \"one\"")).unwrap();
        let problem = folder.plan().unwrap_err();
        assert!(problem.message.text(crate::words::Lang::En).starts_with("org.toml, line 9: "), "{problem:?}");
    }
}
