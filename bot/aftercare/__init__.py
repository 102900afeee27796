"""What follows a booking until the visit: reminders, an earlier slot, and news of what became of it.

- `care.Aftercare` is what a turn needs of it; `outreach.Outreach` writes to people first, where a channel can;
- `reaches` keeps how to write to those who agreed; `waiting` is the list of who wants an earlier slot.
"""
