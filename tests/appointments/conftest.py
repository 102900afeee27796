from tests.appointments.radicale import calendar, radicale_url

__all__ = ["calendar", "radicale_url"]
