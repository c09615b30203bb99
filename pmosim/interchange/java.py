"""The Java virtual machine in which MPXJ runs: started once, when the first schedule file is read, and quietly.

MPXJ (https://www.mpxj.org, LGPL) reads the files of Primavera P6, MS Project and others. Its PyPI package brings
the jars; JPype brings the bridge; Java itself must be on the machine.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

from pmosim.errors import MissingExtra, UnreadableFile

INSTALL_EXTRA = "pip install 'pmosim[schedules]'"

INSTALL_JAVA = """install Java 11 or newer, for example with
    apt install default-jre-headless             (Debian, Ubuntu)
    brew install openjdk                         (macOS)
    winget install EclipseAdoptium.Temurin.21.JRE   (Windows)
  or, if it is installed, set JAVA_HOME to its folder"""

OPTIONS = (
    "-Xrs",  # leaves signals to Python: Java's handlers make Ctrl-C wait for whatever runs
    "-Xshare:auto",
    "-XX:TieredStopAtLevel=1",  # short runs: compiling well costs more than it saves
    "-XX:+UseSerialGC",
    "-Xms256m",  # room for a schedule of thousands of tasks before anything is collected
    "-Xmn160m",
    "-Djava.awt.headless=true",
    # MPXJ brings Log4j's API without a logger, which complains about that on stderr
    "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
    "-Dorg.apache.logging.log4j.simplelog.StatusLogger.level=OFF",
    "-Dlog4j2.StatusLogger.level=OFF",
    "--enable-native-access=ALL-UNNAMED",  # Java 24 warns on stderr without it; older ones do not know it
)


def missing_packages() -> list[str]:
    """Which of the packages that the extra brings are not installed."""
    return [name for name in ("jpype", "mpxj") if find_spec(name) is None]


def find_java() -> str:
    """The path of the virtual machine that would be started.

    Raises MissingExtra with the command that installs the extra, and UnreadableFile with the ways to get Java.
    """
    if missing := missing_packages():
        raise MissingExtra(f"reading schedule files needs the package {' and '.join(missing)}\n  fix: {INSTALL_EXTRA}")
    import jpype

    try:
        return str(jpype.getDefaultJVMPath())
    except jpype.JVMNotFoundException:
        raise UnreadableFile(f"reading schedule files needs Java, and none was found\n  fix: {INSTALL_JAVA}") from None


def start_java() -> None:
    """Start the virtual machine, unless it runs already. Raises what `find_java` raises."""
    path = find_java()
    import jpype

    if jpype.isJVMStarted():
        return
    import mpxj  # noqa: F401  (puts its jars on the class path)

    try:
        jpype.startJVM(path, *OPTIONS, convertStrings=True, ignoreUnrecognized=True, interrupt=False)
    except (OSError, RuntimeError) as error:
        raise UnreadableFile(f"Java at {path} does not start: {error}\n  fix: {INSTALL_JAVA}") from None


@cache
def java_class(name: str) -> Any:
    """A Java class by its full name, such as ``org.mpxj.reader.UniversalProjectReader``."""
    start_java()
    import jpype

    try:
        return jpype.JClass(name)
    except Exception as error:  # whatever Java throws here, its own words say more than ours
        if "UnsupportedClassVersion" in f"{type(error)} {error}":
            raise UnreadableFile(f"the Java that was found is too old for MPXJ\n  fix: {INSTALL_JAVA}") from None
        raise MissingExtra(f"the installed mpxj has no {name}\n  fix: {INSTALL_EXTRA} --upgrade") from None
