"""Piccolo's view of the evidence: its tables and its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="evidence",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["backend.evidence.tables"], exclude_imported=True),
    migration_dependencies=["backend.directory.piccolo_app"],
    commands=[],
)
