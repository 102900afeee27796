"""What to say next: a pure function of what was answered so far. No I/O, no clock, no framework.

The public face of this package:

- `state.begin(day, language)` makes a conversation; `state.pack` and `state.unpack` keep it;
- `steps.step(state, event, world)` takes one event; `steps.show(state, world)` says what stands open;
- `world.World` is all that a turn may look at; `messages` is what it says, `events` what can happen to it,
  `effects` what it wants done.
"""
