//! What two programs made of one file, put together: for the window that has unsaved edits when its file
//! changes on disk, and for the command line.

use crate::{
    disk,
    dto::{AppError, ConflictDto, ErrorCode, MergeDto, TallyDto},
};
use gp_model::{
    Design,
    file::{self, FileText},
    merge::{Choices, Merged, Tally, differences, merge},
};

/// So many changes of a side are named.
const MOST_WORDS: usize = 12;

/// Two versions of a design put together, in the text of the other one.
pub struct Merging {
    /// The result.
    pub merged: Merged,
    base: Design,
    theirs: Design,
    /// Their text, whose comments and order stay where they are.
    text: FileText,
}

impl Merging {
    /// Of a design that started from `base`, and of what somebody else made of that.
    pub fn of(
        base: &Design,
        mine: &Design,
        theirs: &[u8],
        choices: &Choices,
    ) -> Result<Self, AppError> {
        let opened = file::parse(theirs);
        if let Some(reason) = opened.read_only {
            let text = format!("what the file says now cannot be merged: {reason}");
            return Err(AppError::new(ErrorCode::ReadOnly, text));
        }
        let theirs = settled(opened.design, base);
        let merged = merge(base, mine, &theirs, choices);
        Ok(Self { merged, base: base.clone(), theirs, text: opened.file })
    }

    /// As a window shows it.
    pub fn dto(&self, mine: &Design, on_disk: &[u8]) -> MergeDto {
        let conflicts = self.merged.conflicts.iter().map(|conflict| {
            let [base, of_mine, of_theirs] = conflict.values();
            ConflictDto {
                key: conflict.key(),
                title: conflict.title(mine, &self.theirs),
                base,
                mine: of_mine,
                theirs: of_theirs,
                layout: conflict.is_layout(),
                needed_by: conflict.needed_by.clone(),
            }
        });
        MergeDto {
            seen: fingerprint(on_disk),
            conflicts: conflicts.collect(),
            mine: tally(self.merged.mine, differences(&self.base, mine, MOST_WORDS)),
            theirs: tally(self.merged.theirs, differences(&self.base, &self.theirs, MOST_WORDS)),
        }
    }
}

/// Three files to one, with what both changed differently.
pub fn files(
    base: &[u8],
    mine: &[u8],
    theirs: &[u8],
    choices: &Choices,
) -> Result<(Vec<u8>, MergeDto), AppError> {
    let read = |bytes: &[u8], whose: &str| {
        let opened = file::parse(bytes);
        match opened.read_only {
            Some(reason) => {
                let text = format!("{whose} file cannot be merged: {reason}");
                Err(AppError::new(ErrorCode::ReadOnly, text))
            }
            None => Ok(opened.design),
        }
    };
    let (old, my) =
        (read(base, "the base")?, settled(read(mine, "your")?, &read(base, "the base")?));
    let merging = Merging::of(&old, &my, theirs, choices)?;
    let shown = merging.dto(&my, theirs);
    // Where one side did nothing, the other one's file is the result to the last comment.
    let bytes = match (base == theirs, base == mine) {
        (true, _) => mine.to_vec(),
        (_, true) => theirs.to_vec(),
        _ => {
            let saved = merging.text.save(&merging.merged.design);
            saved.map_err(|reason| AppError::failed(reason.to_string()))?.bytes
        }
    };
    Ok((bytes, shown))
}

/// Of a file's bytes.
pub fn fingerprint(bytes: &[u8]) -> String {
    disk::stamp(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a program writes unasked and another one does not is no change: the id, and the place of a shape.
fn settled(mut theirs: Design, base: &Design) -> Design {
    theirs.id = theirs.id.or_else(|| base.id.clone());
    for (id, rect) in &base.layout.resources {
        if theirs.resources.contains_key(id) && !theirs.layout.resources.contains_key(id) {
            theirs.layout.resources.insert(id.clone(), *rect);
        }
    }
    theirs
}

fn tally(Tally { added, removed, changed, moved }: Tally, words: Vec<String>) -> TallyDto {
    TallyDto { added, removed, changed, moved, words }
}
