"""The admin REST API: routes of a few lines over `control`."""
