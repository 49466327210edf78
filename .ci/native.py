"""Builds the native form of the classifier into the wheel, or in place for an editable install.

Where there is no C compiler, or none that works, the wheel is without it: the Python form scores the same.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES = ("service.classifier.native", "service.classifier.text.skim")


class NativeForm(BuildHookInterface):  # type: ignore[type-arg]  # the plugin's parameter has no public name
    """The build hook that hatchling calls for each wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and make the wheel one of this platform; leave a pure one where that fails."""
        del version
        sources = [Path(self.root, *module.split(".")).with_suffix(".pyx") for module in MODULES]
        for source in sources:
            for stale in source.parent.glob(f"{source.stem}.*.so"):
                stale.unlink()
        try:
            for module, source in zip(MODULES, sources, strict=True):
                _compile(module, source)
        except Exception as error:  # noqa: BLE001 - whatever a compiler lacks, Overclaim installs without it
            self.app.display_warning(f"the native form was not built, the Python form serves: {error}")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["artifacts"] += [
            f"/{source.parent.relative_to(self.root)}/{source.stem}.*.so" for source in sources
        ]


def _compile(module: str, source: Path) -> None:
    from Cython.Build import cythonize  # noqa: PLC0415 - its absence is one of the failures that are borne
    from setuptools import Distribution, Extension  # noqa: PLC0415 - the same
    from setuptools.command.build_ext import build_ext  # noqa: PLC0415 - the same

    with TemporaryDirectory() as scratch:
        extension = Extension(module, [str(source)], extra_compile_args=["-O3", "-g0"])
        modules = cythonize([extension], build_dir=scratch, show_all_warnings=False, quiet=True)
        command = build_ext(Distribution({"ext_modules": modules}))
        command.build_temp = scratch
        command.build_lib = scratch
        command.ensure_finalized()
        command.run()
        (built,) = Path(scratch).rglob(f"{source.stem}.*.so")
        source.with_name(built.name).write_bytes(built.read_bytes())
