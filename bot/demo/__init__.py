"""The demonstration: partners' calendars in a real Radicale on this machine, with ordinary busy weeks."""
