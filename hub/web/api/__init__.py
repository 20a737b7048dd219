"""The face for programs: `/api/v1`, JSON in and out, one file a resource, described by itself in `openapi.json`."""
