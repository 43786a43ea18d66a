"""A news-monitoring alert service: one story, one alert, with the reason."""

__version__ = "0.1.0"
