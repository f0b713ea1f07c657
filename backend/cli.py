"""The `roundsman` command: serve, migrate, sample, organisation, pack."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from backend.kernel.log import configure_log
from backend.kernel.migrations import NewerDatabaseError, migrate
from backend.kernel.postgres_programs import EmbeddedPostgresError
from backend.settings import Settings, read_settings
from backend.start import PortBusyError, serve, with_database
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError

Command = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give 0 when it went well, 1 with one clear sentence when it did not."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        settings = read_settings()
        configure_log(settings.log_level)
        command: Command = asked.command
        return command(asked, settings)
    except (EmbeddedPostgresError, PortBusyError, ValueError) as error:
        print(str(error), file=sys.stderr)
    except NewerDatabaseError as error:
        print(
            f"This data folder was written by a newer version of Roundsman (it knows {error})."
            " Update Roundsman, or name another folder with ROUNDSMAN_DATA.",
            file=sys.stderr,
        )
    except ProblemError as error:
        found = error.problem
        print(f"{found.title_en} ({found.code}). {found.next_en}", file=sys.stderr)
    except OSError as error:
        print(f"{error}. Check the address, the folder and its rights.", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="roundsman", description=__doc__)
    commands = parser.add_subparsers(required=True)
    commands.add_parser("serve", help="serve everything").set_defaults(command=_serve)
    commands.add_parser("migrate", help="bring the database to today's shape").set_defaults(
        command=_migrate
    )
    commands.add_parser("sample", help="load the sample organisations").set_defaults(
        command=_sample
    )
    _add_organization(commands)
    _add_pack(commands)
    return parser


def _add_organization(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    organization = commands.add_parser("organization", aliases=["organisation"])
    create = organization.add_subparsers(required=True).add_parser(
        "create", help="make an organisation and its first manager"
    )
    create.add_argument("--code", required=True, help="a short code, such as beiyuan")
    create.add_argument("--name", required=True, help="its Chinese name")
    create.add_argument("--name-en", default="", help="its English name")
    create.add_argument("--manager", required=True, help="mobile or staff number of the manager")
    create.set_defaults(command=_create_organization)


def _add_pack(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pack = commands.add_parser("pack").add_subparsers(required=True)
    check = pack.add_parser("check", help="check packs and run their worked cases")
    check.add_argument("folders", nargs="*", type=Path, help="pack folders; all shipped when none")
    check.set_defaults(command=_check_packs)


def _serve(_asked: argparse.Namespace, settings: Settings) -> int:
    return serve(settings)


def _migrate(_asked: argparse.Namespace, settings: Settings) -> int:
    with with_database(settings) as ready:
        for name in asyncio.run(migrate(ready.database_url)):
            print(name)
    return 0


def _sample(_asked: argparse.Namespace, settings: Settings) -> int:
    from backend.sample import (  # noqa: PLC0415  samples are not needed to serve
        SamplesThereError,
        load_samples,
        sample_accounts,
    )

    with with_database(settings) as ready:
        asyncio.run(migrate(ready.database_url))
        try:
            asyncio.run(load_samples(ready))
        except SamplesThereError as error:
            print(str(error), file=sys.stderr)
            return 1
    print("\n".join(sample_accounts(settings.data_folder)))
    return 0


def _create_organization(asked: argparse.Namespace, settings: Settings) -> int:
    from backend.directory.enrol import create_organization  # noqa: PLC0415  as above
    from backend.kernel.database import Database  # noqa: PLC0415  as above

    async def create(url: str) -> str:
        await migrate(url)
        database = Database(url)
        await database.open()
        try:
            made = await create_organization(
                database,
                code=asked.code,
                name=Bilingual(zh=asked.name, en=asked.name_en),
                manager=asked.manager,
            )
        finally:
            await database.close()
        return made.password

    with with_database(settings) as ready:
        password = asyncio.run(create(ready.database_url))
    print(f"组织 {asked.code} 已建立。用户名 {asked.manager},一次性密码 {password}")
    print(f"Organisation {asked.code} is made. User {asked.manager}, one-time password {password}")
    return 0


def _check_packs(asked: argparse.Namespace, _settings: Settings) -> int:
    from backend.packs.check import check_pack  # noqa: PLC0415  packs are not needed to serve
    from backend.packs.loader import shipped_packs  # noqa: PLC0415  as above
    from backend.scoring.cases import run_case  # noqa: PLC0415  as above
    from backend.scoring.schemes import check_scheme  # noqa: PLC0415  as above

    flaws = 0
    for folder in asked.folders or shipped_packs():
        found = check_pack(folder, check_scheme=check_scheme, run_case=run_case)
        flaws += len(found)
        for one in found:
            print(one)
        print(f"{folder.name}: {len(found)} problems" if found else f"{folder.name}: in order")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main())
