//! The icon in the desktop's tray, with its menu: a StatusNotifierItem.

mod icon;
mod view;

use crate::news::{News, Woken};
use backlot_control::Inbox;
use backlot_media::threads;
use backlot_protocol::{Mode, Request, State};
use icon::icons;
use ksni::blocking::{Handle, TrayMethods};
use ksni::menu::{MenuItem, RadioGroup, RadioItem, StandardItem};
use ksni::{Category, Icon, OfflineReason, ToolTip};
use std::sync::Arc;
use view::View;

/// Shows the icon until it is dropped.
#[derive(Debug)]
pub(crate) struct Tray(Arc<News>);

impl Tray {
    /// Begins with the first state. Without a tray, nothing happens until there is one.
    pub fn start(inbox: Inbox) -> Self {
        let news = Arc::new(News::default());
        let own = Arc::clone(&news);
        if let Err(error) = threads::start("tray", move || follow(&own, inbox)) {
            tracing::warn!(%error, "there is no icon in the tray: no thread can be started");
        }
        Self(news)
    }

    /// Tells what the program does.
    pub fn publish(&self, state: &Arc<State>) {
        self.0.publish(state);
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn follow(news: &News, inbox: Inbox) {
    let Woken::News(state) = news.wait(None) else { return };
    let mut shown = View::of(&state);
    let item = Item { view: shown.clone(), inbox };
    let handle: Handle<Item> = match item.assume_sni_available(true).spawn() {
        Ok(handle) => handle,
        Err(error) => {
            tracing::debug!(%error, "there is no icon in the tray");
            return;
        }
    };
    while let Woken::News(state) = news.wait(None) {
        let view = View::of(&state);
        if view != shown {
            shown.clone_from(&view);
            handle.update(move |item| item.view = view);
        }
    }
    handle.shutdown();
}

/// What the tray shows.
struct Item {
    view: View,
    inbox: Inbox,
}

impl Item {
    fn ask(&self, request: Request) {
        tracing::info!(?request, "asked through the tray");
        if !self.inbox.tell(request) {
            tracing::warn!("the controller has no room for what was asked through the tray");
        }
    }

    /// Shows a scene, and ends what was shown instead of scenes.
    fn show(&self, place: usize) {
        let Some(scene) = self.view.scenes.get(place).cloned() else { return };
        let scene = Some(scene);
        self.ask(Request::ShowScene { scene, step: None, output: None, transition: None });
    }

    fn scenes(&self) -> MenuItem<Self> {
        let option = |name: &String| RadioItem { label: label(name), ..RadioItem::default() };
        RadioGroup {
            // None has the place after the last.
            selected: self.view.shown.unwrap_or(self.view.scenes.len()),
            select: Box::new(|item: &mut Self, place| item.show(place)),
            options: self.view.scenes.iter().map(option).collect(),
        }
        .into()
    }
}

impl ksni::Tray for Item {
    const MENU_ON_ACTIVATE: bool = true;

    fn id(&self) -> String {
        "backlot".to_owned()
    }

    fn title(&self) -> String {
        "Backlot".to_owned()
    }

    fn category(&self) -> Category {
        Category::Hardware
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        icons(self.view.look)
    }

    fn tool_tip(&self) -> ToolTip {
        let description = self.view.status.replace('&', "&amp;").replace('<', "&lt;");
        ToolTip { title: self.title(), description, ..ToolTip::default() }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let mode = self.view.mode;
        let said = |text: &str| {
            StandardItem { label: label(text), enabled: false, ..StandardItem::default() }.into()
        };
        let mut menu = vec![said(&self.view.status)];
        menu.push(MenuItem::Separator);
        if !self.view.scenes.is_empty() {
            menu.extend([self.scenes(), MenuItem::Separator]);
        }
        menu.push(match mode {
            Mode::Running | Mode::Away => item("Pause", Request::Pause),
            _ => item("Resume", Request::Resume),
        });
        if mode != Mode::Panic {
            menu.push(item("Panic: hide everything", Request::Panic));
        }
        if mode != Mode::Off {
            menu.push(item("Off: the camera as it is", Request::Off));
        }
        menu.extend([MenuItem::Separator, item("Quit", Request::Quit)]);
        menu
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        tracing::debug!(?reason, "the desktop has no tray for now");
        true
    }
}

fn item(text: &str, request: Request) -> MenuItem<Item> {
    let activate = Box::new(move |item: &mut Item| item.ask(request.clone()));
    StandardItem { label: label(text), activate, ..StandardItem::default() }.into()
}

/// In a menu, a single underscore marks a key.
fn label(text: &str) -> String {
    text.replace('_', "__")
}
