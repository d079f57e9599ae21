//! From what is asked for to what changes in the show.

use crate::asked::Asked;
use crate::machine::Machine;
use backlot_pipeline::live::Change;
use backlot_pipeline::{Passage, Transition};
use backlot_scene::config::{Switch, SwitchKind};

impl Asked {
    /// The parts of the show that differ from `before`.
    ///
    /// The scene of before gives way as the settings say, or as `transition` does.
    pub fn change(
        &self,
        before: &Self,
        machine: &dyn Machine,
        transition: Option<Switch>,
    ) -> Change {
        let program = self.program();
        let is_other_program = program != before.program();
        let memory = |asked: &Self| asked.config.run.memory;
        let is_other_studio = self.matting != before.matting || memory(self) != memory(before);
        // An edit of the scene that runs shows at once.
        let name = |asked: &Self| (asked.chosen.name.clone(), asked.is_off, asked.is_away);
        let is_other_scene = name(self) != name(before) && !self.is_off;
        let switch = transition.unwrap_or(self.config.run.transition);
        Change {
            passage: passage(switch).filter(|_| is_other_scene),
            program: is_other_program.then_some(program),
            build: is_other_studio.then(|| machine.builder(self)),
            wish: (self.wish() != before.wish()).then(|| self.wish()),
        }
    }

    /// All parts of the show.
    pub fn everything(&self, machine: &dyn Machine) -> Change {
        let (program, wish) = (Some(self.program()), Some(self.wish()));
        Change { program, build: Some(machine.builder(self)), wish, passage: None }
    }
}

/// How one scene gives way to the next; `None` for at once.
fn passage(Switch { kind, length }: Switch) -> Option<Passage> {
    let transition = match kind {
        SwitchKind::Cut => return None,
        SwitchKind::Fade => Transition::Fade,
        SwitchKind::Slide => Transition::Slide,
        SwitchKind::Wipe => Transition::Wipe,
    };
    Some(Passage { transition, length })
}
