"""Piccolo's view of the directory: its tables and its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="directory",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["backend.directory.tables"], exclude_imported=True),
    migration_dependencies=[],
    commands=[],
)
