"""Which rights a household probably has, from as little as possible. Pure: no I/O beyond reading rule files,
no clock, no framework.

The public face of this package:

- `library.read(folder)` gives a `Library` (all versions), or raises `RuleErrors` with every mistake's place;
- `Library.on(day)` gives the `RuleBook` in force on that day;
- `RuleBook.evaluate(knowledge)`, `.next_question(knowledge, rights)`, `.coarsen(fact, value, knowledge, rights)`.
"""
