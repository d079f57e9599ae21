//! Notifications: few, and only of what the user can't see and wants to know.

mod sender;
mod watch;

use crate::news::{News, Woken};
use backlot_media::threads;
use backlot_protocol::State;
use sender::Sender;
use std::sync::Arc;
use std::time::Instant;
pub use watch::{Notice, Watch};

/// Tells the user through the desktop, until it is dropped.
#[derive(Debug)]
pub(crate) struct Notices(Arc<News>);

impl Notices {
    /// Begins to look. Without a service for notifications, nothing happens.
    pub fn start() -> Self {
        let news = Arc::new(News::default());
        let own = Arc::clone(&news);
        if let Err(error) = threads::start("notices", move || follow(&own)) {
            tracing::warn!(%error, "there are no notifications: no thread can be started");
        }
        Self(news)
    }

    /// Tells what the program does.
    pub fn publish(&self, state: &Arc<State>) {
        self.0.publish(state);
    }
}

impl Drop for Notices {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn follow(news: &News) {
    let (mut watch, mut sender, mut state) = (Watch::default(), Sender::default(), Arc::default());
    loop {
        match news.wait(watch.due()) {
            Woken::News(newer) => state = newer,
            Woken::Due => {}
            Woken::Over => return,
        }
        if let Some(notice) = watch.look(&state, Instant::now()) {
            sender.send(&notice);
        }
    }
}
