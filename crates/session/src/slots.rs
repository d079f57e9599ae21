//! The virtual cameras of a run, which follow the settings one by one: unchanged ones are not
//! touched, and a replaced one stays until its replacement exists.

use crate::error::Result;
use crate::machine::Machine;
use crate::outputs::{Found, Kind, Place, Plan};
use backlot_pipeline::live::{Live, LiveStatus, OutputId, OutputStatus};
use backlot_v4l2::loopback::LoopbackReport;

/// The virtual cameras.
#[derive(Default)]
pub struct Slots {
    slots: Vec<Slot>,
    /// Those to remove.
    leaving: Vec<Slot>,
    /// Their replacements.
    coming: Vec<OutputId>,
}

/// A virtual camera.
struct Slot {
    plan: Plan,
    place: Place,
    id: OutputId,
    device: Option<LoopbackReport>,
}

impl Slots {
    /// Applies new settings of the virtual cameras.
    ///
    /// # Errors
    /// When one can't be created; then all stay as before.
    pub fn follow(&mut self, plans: &[Plan], live: &mut Live, machine: &dyn Machine) -> Result<()> {
        let found: Vec<Found> =
            plans.iter().map(|plan| machine.output(plan)).collect::<Result<_>>()?;
        let mut old: Vec<_> =
            self.slots.drain(..).chain(self.leaving.drain(..)).map(Some).collect();
        self.coming.clear();
        let taken: Vec<_> = plans.iter().map(|plan| take_like(&mut old, plan)).collect();
        for ((plan, found), taken) in plans.iter().zip(found).zip(taken) {
            let (plan, place) = (plan.clone(), plan.place());
            let slot = match taken {
                Some(slot) if !slot.plan.differs(&plan) => {
                    follow_scene(&slot, &plan, live);
                    Slot { plan, place, ..slot }
                }
                Some(slot) => {
                    live.change_output(slot.id, found.setup);
                    follow_scene(&slot, &plan, live);
                    Slot { plan, place, id: slot.id, device: found.device }
                }
                None => {
                    let id = live.add_output(found.setup)?;
                    self.coming.push(id);
                    Slot { plan, place, id, device: found.device }
                }
            };
            self.slots.push(slot);
        }
        self.leaving = old.into_iter().flatten().collect();
        if self.coming.is_empty() {
            self.let_go(live);
        }
        Ok(())
    }

    /// Removes those no longer asked for, once their replacements exist.
    pub fn look(&mut self, status: &LiveStatus, live: &Live) {
        let is_there = |id: &OutputId| {
            let mut all = status.outputs.iter();
            all.any(|output| output.id == *id && (output.mode.is_some() || output.is_optional))
        };
        if self.coming.iter().all(is_there) {
            self.coming.clear();
            self.let_go(live);
        }
    }

    fn let_go(&mut self, live: &Live) {
        self.leaving.drain(..).for_each(|slot| live.remove_output(slot.id));
    }

    /// Notes about them for the user.
    pub fn notes(&self, status: &LiveStatus) -> Vec<String> {
        let of = |slot: &Slot| status.outputs.iter().find(|output| output.id == slot.id);
        let mut notes: Vec<_> =
            self.slots.iter().filter_map(|slot| of_one(&slot.plan, of(slot)?)).collect();
        notes.extend(
            self.leaving
                .iter()
                .map(|slot| format!("{} stays until its replacement is there", slot.plan.words())),
        );
        notes
    }

    /// The devices among them.
    pub fn devices(&self) -> impl Iterator<Item = &LoopbackReport> {
        self.slots.iter().chain(&self.leaving).filter_map(|slot| slot.device.as_ref())
    }
}

fn follow_scene(slot: &Slot, plan: &Plan, live: &Live) {
    if slot.plan.scene != plan.scene {
        live.set_output_scene(slot.id, plan.scene.clone());
    }
}

/// The slot for a plan: one of the same place, or a PipeWire camera with another name.
fn take_like(old: &mut [Option<Slot>], plan: &Plan) -> Option<Slot> {
    let place = plan.place();
    let same = old.iter().position(|slot| {
        slot.as_ref().is_some_and(|slot| slot.place == place || slot.plan.kind == plan.kind)
    });
    let is_node = |plan: &Plan| matches!(plan.kind, Kind::PipeWire(_));
    let node = |slot: &Option<Slot>| slot.as_ref().is_some_and(|slot| is_node(&slot.plan));
    let renamed = || old.iter().position(node).filter(|_| is_node(plan));
    let index = same.or_else(renamed)?;
    old[index].take()
}

fn of_one(plan: &Plan, status: &OutputStatus) -> Option<String> {
    let words = plan.words();
    if status.pending {
        return Some(format!("{words} is watched: new settings apply when nobody watches it"));
    }
    let why = status.refused.as_ref()?;
    Some(format!("{words} stays as it was: {why}"))
}
