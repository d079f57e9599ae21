//! From what is asked for to what changes in the show.

use crate::asked::Asked;
use crate::machine::Machine;
use backlot_pipeline::live::Change;

impl Asked {
    /// The parts of the show that differ from `before`.
    pub fn change(&self, before: &Self, machine: &dyn Machine) -> Change {
        let program = self.program();
        let is_other_program = program != before.program();
        let memory = |asked: &Self| asked.config.run.memory;
        let is_other_studio = self.matting != before.matting || memory(self) != memory(before);
        Change {
            program: is_other_program.then_some(program),
            build: is_other_studio.then(|| machine.builder(self)),
            wish: (self.wish() != before.wish()).then(|| self.wish()),
        }
    }

    /// All parts of the show.
    pub fn everything(&self, machine: &dyn Machine) -> Change {
        let (program, wish) = (Some(self.program()), Some(self.wish()));
        Change { program, build: Some(machine.builder(self)), wish }
    }
}
