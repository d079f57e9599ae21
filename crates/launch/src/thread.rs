//! The thread that starts all children, and watches over them as long as they live.

use crate::child::Child;
use crate::end;
use crate::errand::Errand;
use crate::order::Order;
use crate::pipes::{Input, Output};
use crate::ward::Ward;
use crate::way;
use backlot_media::threads;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::OwnedFd;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{ChildStderr, Stdio};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// How often to check limits while there are children.
const LOOK_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// A request for a child.
type Request = (Order, SyncSender<io::Result<Child>>);

/// How other threads reach the thread.
struct Desk {
    requests: Mutex<Sender<Request>>,
    bell: Arc<OwnedFd>,
}

/// The only global: the thread must live as long as the program, since a child gets the signal of
/// its parent's end when the thread that started it ends.
static DESK: OnceLock<io::Result<Desk>> = OnceLock::new();

/// Starts a child.
pub(crate) fn start(order: Order) -> io::Result<Child> {
    let gone = || io::Error::other("the thread that starts programs is gone");
    let desk = DESK
        .get_or_init(open)
        .as_ref()
        .map_err(|error| io::Error::new(error.kind(), error.to_string()))?;
    let errand = Errand::current();
    if errand.as_ref().is_some_and(Errand::is_given_up) {
        return Err(io::Error::other("it is no longer needed"));
    }
    let (answer, answered) = sync_channel(1);
    {
        let requests = desk.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.send((order, answer)).map_err(|_| gone())?;
    }
    rustix::io::write(&*desk.bell, &1_u64.to_ne_bytes())?;
    let child = answered.recv().map_err(|_| gone())??;
    if let Some(errand) = errand {
        errand.add(child.ward());
    }
    Ok(child)
}

fn open() -> io::Result<Desk> {
    let bell = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
    let (requests, asked) = channel();
    let heard = bell.clone();
    threads::start("children", move || Nursery::default().run(&asked, &heard))?;
    Ok(Desk { requests: Mutex::new(requests), bell })
}

/// All children.
#[derive(Default)]
struct Nursery(Vec<(Arc<Ward>, Option<ChildStderr>)>);

impl Nursery {
    fn run(mut self, asked: &Receiver<Request>, bell: &OwnedFd) {
        loop {
            self.wait(bell);
            // The count doesn't matter.
            let _ = rustix::io::read(bell, &mut [0; 8]);
            while let Ok((order, answer)) = asked.try_recv() {
                // The caller may be gone: then the child ends.
                let _ = answer.send(self.start(&order));
            }
            self.look();
        }
    }

    /// Waits for a request or a complaint, or until it is time to check limits.
    fn wait(&self, bell: &OwnedFd) {
        let mut fds = vec![PollFd::new(bell, PollFlags::IN)];
        let logs = self.0.iter().filter_map(|(_, log)| log.as_ref());
        fds.extend(logs.map(|log| PollFd::new(log, PollFlags::IN)));
        // An interruption counts as a time-out.
        let _ = poll(&mut fds, (!self.0.is_empty()).then_some(&LOOK_EVERY));
    }

    fn start(&mut self, order: &Order) -> io::Result<Child> {
        let pipe_if = |wanted| if wanted { Stdio::piped() } else { Stdio::null() };
        // Held until the child is in the list, so that `end_all` misses none.
        let mut living = end::living()?;
        // In its own process group: an interrupt typed at the terminal reaches us, and we decide
        // how the child ends; and everything that it starts ends with it.
        let mut child = way::command(order)
            .stdin(pipe_if(order.has_input))
            .stdout(pipe_if(order.has_output))
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let (input, output, log) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let ward = Arc::new(Ward::new(child, order.limits));
        living.add(&ward);
        drop(living);
        tracing::debug!(child = ward.pid(), program = %order.program.display(), "child started");
        if let Some(log) = &log {
            fcntl_setfl(log, fcntl_getfl(log)? | OFlags::NONBLOCK)?;
        }
        self.0.push((ward.clone(), log));
        let input = input.map(|pipe| Input::new(pipe, ward.clone()));
        let output = output.map(|pipe| Output::new(pipe, ward.clone()));
        Ok(Child::new(ward, input, output))
    }

    /// Reads complaints, enforces limits, and forgets children that ended.
    fn look(&mut self) {
        let now = Instant::now();
        for (ward, log) in &mut self.0 {
            if log.as_mut().is_some_and(|log| read(log, ward)) || ward.is_over() {
                *log = None;
                ward.end_log();
            }
            ward.keep_limits(now);
        }
        self.0.retain(|(ward, log)| {
            let is_gone = ward.has_ended() && log.is_none();
            if is_gone {
                tracing::debug!(child = ward.pid(), after = ?ward.age(now), "child ended");
            }
            !is_gone
        });
    }
}

/// Reads what is there. Returns whether that was the end.
fn read(log: &mut ChildStderr, ward: &Ward) -> bool {
    let mut chunk = [0; 4096];
    loop {
        match log.read(&mut chunk) {
            Ok(0) => return true,
            Ok(count) => ward.complain(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return error.kind() != io::ErrorKind::WouldBlock,
        }
    }
}
