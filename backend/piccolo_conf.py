"""Piccolo's door: the one engine and the list of its apps; the address is set when we start."""

from piccolo.conf.apps import AppRegistry

from backend.kernel.database import ENGINE

DB = ENGINE

APP_REGISTRY = AppRegistry(
    apps=[
        "backend.directory.piccolo_app",
        "backend.evidence.piccolo_app",
        "backend.sync.piccolo_app",
        "backend.domains.inspections.piccolo_app",
        "backend.domains.nonconformities.piccolo_app",
        "backend.domains.patrols.piccolo_app",
        "backend.domains.removals.piccolo_app",
        "backend.domains.shifts.piccolo_app",
        "backend.scoring.piccolo_app",
    ]
)
