//! A network that finds persons, and the larger one beside it.

use crate::courier::Courier;
use crate::engine::Engine;
use crate::form::Form;
use crate::segmenter::{Segmenter, SegmenterError};
use crate::teacher::Teacher;
use backlot_kernels::Level;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A network that finds persons: what runs it, and what its numbers mean. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct SegmentationModel {
    engine: Arc<dyn Engine>,
    form: Arc<Form>,
    threads: usize,
    second: Option<Arc<Second>>,
}

/// What a network beside another is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A larger one, which looks now and then.
    Teacher,
    /// A smaller one, whose word counts wherever the other looks.
    Witness,
    /// One that runs elsewhere, and is believed rather than this one while it answers in time.
    Elsewhere,
}

/// A network that is loaded when it is first wanted.
struct Second {
    role: Role,
    load: Box<dyn Fn() -> Result<SegmentationModel, SegmenterError> + Send + Sync>,
    loaded: Mutex<Option<SegmentationModel>>,
    teacher: Mutex<Option<Arc<Teacher>>>,
}

impl Debug for Second {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Second").finish_non_exhaustive()
    }
}

impl Second {
    fn load(&self) -> Result<SegmentationModel, SegmenterError> {
        let mut loaded = lock(&self.loaded);
        match &*loaded {
            Some(model) => Ok(model.clone()),
            None => Ok(loaded.insert((self.load)()?).clone()),
        }
    }
}

impl SegmentationModel {
    /// An engine's network whose numbers mean that.
    pub fn new(engine: impl Engine + 'static, form: Form) -> Self {
        Self { engine: Arc::new(engine), form: Arc::new(form), threads: 1, second: None }
    }

    /// On so many threads that share each picture, where its engine can use them.
    pub fn with_threads(self, threads: usize) -> Self {
        Self { threads: threads.max(1), ..self }
    }

    /// Puts it to work on a source's pictures of `(width, height)`, and allocates everything.
    ///
    /// # Errors
    /// Returns an error if the network can't be run, or isn't one that turns pictures into masks.
    pub fn segmenter(
        &self,
        size: (usize, usize),
        level: Level,
    ) -> Result<Segmenter, SegmenterError> {
        Segmenter::new(&*self.engine, self.form.clone(), size, (level, self.threads))
    }

    /// With another network beside it, which is loaded when it is first wanted.
    pub fn with_second(
        self,
        role: Role,
        load: impl Fn() -> Result<Self, SegmenterError> + Send + Sync + 'static,
    ) -> Self {
        let (loaded, teacher) = (Mutex::default(), Mutex::default());
        let second = Second { role, load: Box::new(load), loaded, teacher };
        Self { second: Some(Arc::new(second)), ..self }
    }

    /// The network beside it, if there is one that has this role.
    ///
    /// # Errors
    /// If it can't be loaded.
    pub fn second(&self, role: Role) -> Result<Option<Self>, SegmenterError> {
        let Some(second) = self.second.as_ref().filter(|second| second.role == role) else {
            return Ok(None);
        };
        second.load().map(Some)
    }

    /// The network beside it on a thread of its own, one for all who have this model. It looks at a
    /// source's pictures of `(width, height)`, and takes that share of a core at most, `0.0..=1.0`.
    /// Whoever comes first decides.
    ///
    /// # Errors
    /// If there is none, or it can't be loaded or run.
    pub fn teacher(
        &self,
        size: (usize, usize),
        level: Level,
        share: f32,
    ) -> Result<Arc<Teacher>, SegmenterError> {
        let (Some(second), Some(model)) = (&self.second, self.second(Role::Teacher)?) else {
            return Err(SegmenterError::Alone);
        };
        let mut started = lock(&second.teacher);
        if let Some(teacher) = &*started {
            return Ok(teacher.clone());
        }
        let teacher = Teacher::start(model.segmenter(size, level)?, share)?;
        Ok(started.insert(Arc::new(teacher)).clone())
    }

    /// So many couriers to the network beside it that runs elsewhere, if there is one, for a source's
    /// pictures of `(width, height)`. They look for it on their own threads.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn couriers(
        &self,
        count: usize,
        size: (usize, usize),
        level: Level,
    ) -> Result<Vec<Courier>, SegmenterError> {
        let Some(second) = self.second.as_ref().filter(|second| second.role == Role::Elsewhere)
        else {
            return Ok(Vec::new());
        };
        let courier = |_| {
            let second = second.clone();
            Courier::start(move || second.load()?.segmenter(size, level))
        };
        (0..count).map(courier).collect()
    }

    /// What runs it.
    pub fn engine(&self) -> &dyn Engine {
        &*self.engine
    }

    /// What its numbers mean.
    pub const fn form(&self) -> &Arc<Form> {
        &self.form
    }
}

/// A load that has panicked has left nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
