//! Pages of documents as pictures, for the case on the screen only.

use std::collections::VecDeque;
use std::sync::Arc;

use evidence::{Case, Code, ObjectId, Problem, TryAgain};
use papers::Paper;

use super::papers::from_paper;
use crate::booth::Booth;
use crate::problems;
use crate::view::PagePicture;

/// Narrower is no page a person could read, wider is more than any screen has.
const WIDTHS: std::ops::RangeInclusive<u32> = 16..=4096;
/// What drawn pages may take in memory: some ten pages at the width of a screen.
const MOST_BYTES: usize = 16 << 20;

/// What was drawn last, and the document it was drawn from. Emptied when the case leaves the screen.
#[derive(Default)]
pub(crate) struct Shelf {
    open: Option<(ObjectId, Arc<Paper>)>,
    drawn: VecDeque<Drawn>,
}

struct Drawn {
    object: ObjectId,
    page: u32,
    width: u32,
    picture: PagePicture,
}

impl Shelf {
    fn drawn(&self, object: ObjectId, page: u32, width: u32) -> Option<PagePicture> {
        let is_it = |drawn: &&Drawn| (drawn.object, drawn.page, drawn.width) == (object, page, width);
        self.drawn.iter().find(is_it).map(|drawn| drawn.picture.clone())
    }

    fn keep(&mut self, drawn: Drawn) {
        self.drawn.push_back(drawn);
        let mut bytes: usize = self.drawn.iter().map(|drawn| drawn.picture.png.len()).sum();
        while bytes > MOST_BYTES
            && let Some(oldest) = self.drawn.pop_front()
        {
            bytes -= oldest.picture.png.len();
        }
    }
}

impl Booth {
    /// A page (from 0) of a document of the case on the screen as a picture, about `width_px` across. Of no other case:
    /// what is not on the screen belongs to somebody else.
    ///
    /// # Errors
    /// The object is no document of the case on the screen, there is no such page, or it cannot be drawn.
    pub async fn paper_page(
        &self,
        case: &str,
        object: &str,
        page: u32,
        width_px: u32,
    ) -> Result<PagePicture, Problem> {
        let desk = self.desk()?;
        let id = desk.id;
        if id.to_string() != case {
            return Err(unknown());
        }
        let object = document(&desk.case().await, object).ok_or_else(unknown)?;
        let width = width_px.clamp(*WIDTHS.start(), *WIDTHS.end());
        if let Some(picture) = self.0.shelf.lock().drawn(object, page, width) {
            return Ok(picture);
        }
        let open = self.0.shelf.lock().open.clone();
        let open = open.filter(|(of, _)| *of == object).map(|(_, paper)| paper);
        let store = self.store();
        let (paper, picture) = tokio::task::spawn_blocking(move || {
            let paper = match open {
                Some(paper) => paper,
                None => {
                    let bytes =
                        vault::get(&*store, id, object).map_err(|error| problems::from_store(&error))?;
                    Arc::new(Paper::open(bytes).map_err(|error| from_paper(&error))?)
                }
            };
            let drawn = paper.render(page, width).map_err(|error| from_paper(&error))?;
            let picture = PagePicture {
                png: drawn.png,
                width: drawn.width,
                height: drawn.height,
                pages: paper.pages(),
            };
            Ok::<_, Problem>((paper, picture))
        })
        .await
        .map_err(|_| problems::internal("drawing the page broke"))??;
        // The person may have left while it was drawn: then nothing of theirs stays.
        let kept = Drawn {
            object,
            page,
            width,
            picture: picture.clone(),
        };
        self.shelve(id, |shelf: &mut Shelf| {
            shelf.open = Some((object, paper));
            shelf.keep(kept);
        });
        Ok(picture)
    }
}

/// The object of a paper, a signed copy, or the contract.
fn document(case: &Case, object: &str) -> Option<ObjectId> {
    case.signing.objects().find(|id| id.to_string() == object)
}

fn unknown() -> Problem {
    Problem::new(Code::CaseUnknown, TryAgain::AfterChange)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_pages_stay_within_their_room_and_the_oldest_go_first() {
        let mut shelf = Shelf::default();
        let object = ObjectId(uuid::Uuid::from_u128(1));
        for page in 0..10 {
            shelf.keep(Drawn {
                object,
                page,
                width: 800,
                picture: PagePicture {
                    png: vec![0; MOST_BYTES / 4],
                    width: 800,
                    height: 1131,
                    pages: 10,
                },
            });
        }
        assert_eq!(shelf.drawn.len(), 4);
        assert!(shelf.drawn(object, 9, 800).is_some(), "the newest is there");
        assert!(
            shelf.drawn(object, 9, 801).is_none(),
            "another width is another picture"
        );
        assert!(shelf.drawn(object, 5, 800).is_none(), "the oldest went");
    }
}
