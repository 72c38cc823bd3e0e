//! Rules over one block: facts about these bytes, fixed for ever.
