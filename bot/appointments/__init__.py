"""Appointments: which slots are free, and how one is held in a partner's calendar so that nobody else has it.

`bot.app` builds `booking.Bookings` from desks, a store and calendars; everything else here serves it.
"""
