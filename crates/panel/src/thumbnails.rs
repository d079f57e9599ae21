//! Small pictures of what there is to choose from. They are drawn one after the other by a thread of their
//! own, which yields to everything else, and kept as long as they stay the same.

use crate::print::Printer;
use crate::views::{Motif, Views};
use backlot_launch::yield_to_others;
use backlot_media::threads;
use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// How many pictures may wait to be drawn.
const MOST_WAITING: usize = 64;
/// How many pictures are kept: some ten kilobytes each.
const MOST_KEPT: usize = 256;

/// A small picture.
#[derive(Debug)]
pub(crate) struct Thumbnail {
    /// Names its bytes, as HTTP's `ETag`.
    pub tag: String,
    pub jpeg: Vec<u8>,
}

/// Why there is no picture, in one sentence.
#[derive(Debug)]
pub(crate) enum NoPicture {
    /// There is nothing of that name.
    Unknown(String),
    /// It can't be drawn.
    Failed(String),
    /// Too many wait for theirs.
    Busy,
}

/// What is answered.
pub(crate) type Drawn = Result<Arc<Thumbnail>, NoPicture>;

/// Draws small pictures.
pub(crate) struct Thumbnails {
    views: Arc<dyn Views>,
    /// Where the thread takes its orders, once there was one.
    orders: Mutex<Option<SyncSender<Order>>>,
}

struct Order {
    motif: Motif,
    to: oneshot::Sender<Drawn>,
}

impl Thumbnails {
    /// Draws nothing until somebody asks.
    pub fn new(views: Arc<dyn Views>) -> Self {
        Self { views, orders: Mutex::new(None) }
    }

    /// Asks for a picture. Whoever doesn't wait for it any more drops the receiver: it isn't drawn then.
    ///
    /// # Errors
    /// Why there will be none.
    pub fn ask(&self, motif: Motif) -> Result<oneshot::Receiver<Drawn>, NoPicture> {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let (to, drawn) = oneshot::channel();
        let mut order = Order { motif, to };
        if let Some(sender) = &*orders {
            match sender.try_send(order) {
                Ok(()) => return Ok(drawn),
                Err(TrySendError::Full(_)) => return Err(NoPicture::Busy),
                // Its panic was told when it happened.
                Err(TrySendError::Disconnected(back)) => order = back,
            }
        }
        let (sender, taken) = sync_channel(MOST_WAITING);
        let views = Arc::clone(&self.views);
        threads::start("thumbnails", move || work(&taken, &*views)).map_err(|_| NoPicture::Busy)?;
        // It has room for more than one.
        let _ = sender.try_send(order);
        *orders = Some(sender);
        Ok(drawn)
    }
}

/// Draws one picture after the other, until nobody can ask any more.
fn work(orders: &Receiver<Order>, views: &dyn Views) {
    yield_to_others();
    let (mut kept, mut printer) = (Kept::default(), None);
    while let Ok(Order { motif, to }) = orders.recv() {
        if !to.is_closed() {
            // Whoever gave up waiting misses nothing.
            let _ = to.send(drawn(&motif, views, &mut kept, &mut printer));
        }
    }
}

fn drawn(
    motif: &Motif,
    views: &dyn Views,
    kept: &mut Kept,
    printer: &mut Option<Printer>,
) -> Drawn {
    let sketch = views.sketch(motif).map_err(NoPicture::Unknown)?;
    let mark = sketch.mark();
    if let Some(known) = kept.pictures.get(&mark) {
        return Ok(Arc::clone(known));
    }
    let failed = |error: &dyn std::fmt::Display| NoPicture::Failed(error.to_string());
    let picture = sketch.draw().map_err(NoPicture::Failed)?;
    let printer = match printer {
        Some(printer) => printer,
        None => printer.insert(Printer::new().map_err(|error| failed(&error))?),
    };
    let jpeg = printer.print(&picture).map_err(|error| failed(&error))?;
    let mut hasher = DefaultHasher::new();
    jpeg.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    Ok(kept.keep(mark, Thumbnail { tag, jpeg }))
}

/// The last pictures.
#[derive(Default)]
struct Kept {
    pictures: HashMap<u64, Arc<Thumbnail>>,
    order: VecDeque<u64>,
}

impl Kept {
    fn keep(&mut self, mark: u64, thumbnail: Thumbnail) -> Arc<Thumbnail> {
        if self.order.len() >= MOST_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.pictures.remove(&oldest);
        }
        let thumbnail = Arc::new(thumbnail);
        self.order.push_back(mark);
        self.pictures.insert(mark, Arc::clone(&thumbnail));
        thumbnail
    }
}
