"""What is installed, and projects of other people that use it."""

import glob
import gzip
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from harness import Server

SOURCE, BUILD = os.environ["SOCK_SOURCE"], os.environ["SOCK_BUILD"]
CXX, CMAKE = os.environ["CXX"], os.environ["CMAKE"]
ASIO = os.environ["ASIO"]
LIBDIR = os.environ["LIBDIR"]
BUILT_SHARED = os.environ["SHARED"] == "1"
CONSUMER = f"{SOURCE}/tests/package/consumer"
DEADLINE = 120  # seconds; compilers on a busy machine


def run(*command, **environment):
    """What the command prints; AssertionError with all that it said if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=DEADLINE, check=False,
                          env={**os.environ, **environment})
    if done.returncode != 0:
        raise AssertionError(f"{shlex.join(command)}: status {done.returncode}\n{done.stdout}")
    return done.stdout


class Package(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.prefix = f"{folder.name}/moved"

    def install(self, *components):
        """Installs, and moves the tree: nothing in it may know where it was."""
        first = f"{self.folder}/installed"
        run(CMAKE, "--install", BUILD, "--prefix", first)
        for name in components:
            # A file of the same second is taken for the same file.
            for file in glob.glob(f"{first}/{LIBDIR}/cmake/sock/sock-targets*"):
                os.remove(file)
            run(CMAKE, "--install", BUILD, "--prefix", first, "--component", name)
        os.rename(first, self.prefix)

    def files(self):
        return {os.path.relpath(os.path.join(folder, name), self.prefix)
                for folder, _, names in os.walk(self.prefix) for name in names}

    def build_consumer(self, *options, **environment):
        """The consumer project, built by CMake; returns its folder."""
        build = f"{self.folder}/consumer"
        run(CMAKE, "-S", CONSUMER, "-B", build, *options, **environment)
        run(CMAKE, "--build", build, "--parallel", "2", **environment)
        return build

    def assert_talks(self, program, **environment):
        """The consumer has answered itself."""
        self.assertEqual(run(program, **environment), "tekcos\n")

    def assert_works_by_cmake(self):
        build = self.build_consumer(f"-DCMAKE_PREFIX_PATH={self.prefix}")
        self.assert_talks(f"{build}/consumer")

    def make_other_asio(self):
        """A copy of Asio of another version, with sockets and operations of another layout."""
        other = f"{self.folder}/other_asio_include"
        shutil.copytree(f"{ASIO}/asio", f"{other}/asio")
        for file, line, added in (
                ("version", r"#define ASIO_VERSION \d+", "00"),
                ("detail/reactive_socket_service_base", r"struct base_implementation_type\s*{",
                 " char other[512] = {};"),
                ("detail/scheduler_operation", r"class scheduler_operation\b[^;{]*{",
                 " char other[512] = {};")):
            path = f"{other}/asio/{file}.hpp"
            with open(path, encoding="utf-8") as old:
                text, found = re.subn(line, lambda match, added=added: match[0] + added, old.read())
            self.assertEqual(found, 1, path)
            with open(path, "w", encoding="utf-8") as new:
                new.write(text)
        return other

    def assert_asio_has_a_name_of_its_own(self, library):
        names = run("nm", "--demangle", library)
        self.assertGreater(names.count("sock_asio::"), 0)
        others = [name for name in names.splitlines() if "asio" in name.replace("sock_asio", "")]
        self.assertEqual(others[:3], [])

    def flags(self, *options):
        return shlex.split(run("pkg-config", *options, "sock",
                               PKG_CONFIG_PATH=f"{self.prefix}/{LIBDIR}/pkgconfig"))

    def assert_works_by_pkg_config(self, *options):
        program = f"{self.folder}/by_pkg_config"
        run(CXX, "-std=c++20", f"{CONSUMER}/consumer.cpp", *self.flags("--cflags"),
            *self.flags("--libs", *options), "-o", program)
        self.assert_talks(program, LD_LIBRARY_PATH=f"{self.prefix}/{LIBDIR}")


class InstalledTree(Package):
    def test_each_public_header_is_there_and_no_other(self):
        self.install()
        headers = {os.path.basename(path) for path in glob.glob(f"{SOURCE}/include/sock/*.hpp")}
        self.assertEqual({f"include/sock/{name}" for name in headers},
                         {name for name in self.files() if name.startswith("include/")})

    def test_no_test_example_or_path_of_the_build_is_there(self):
        self.install()
        self.assertEqual({name for name in self.files() if name.startswith("bin/")},
                         {"bin/sockserver", "bin/sockclient"})
        for name in self.files():
            if not name.startswith("bin/") and ".so" not in name and not name.endswith(".a"):
                with self.subTest(name), open(f"{self.prefix}/{name}", encoding="utf-8") as file:
                    text = file.read()
                    self.assertNotIn(BUILD, text)
                    self.assertNotIn(self.folder, text)

    def test_the_pages_lead_to_what_is_there(self):
        self.install()
        pages = [name for name in self.files() if name.endswith(".md")]
        self.assertIn("share/doc/sock/README.md", pages)
        self.assertIn("share/doc/sock/examples/README.md", pages)
        with open(f"{self.prefix}/share/doc/sock/README.md", encoding="utf-8") as file:
            links = re.findall(r"\]\(([^)#]+)", file.read())
        for page in "examples/README.md", "docs/chat.svg", "docs/lab.md", "docs/recipes.md":
            self.assertIn(page, links)
        for name in pages:
            with open(f"{self.prefix}/{name}", encoding="utf-8") as file:
                for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read()):
                    path = f"{os.path.dirname(name)}/{target}"
                    self.assertTrue(os.path.exists(f"{self.prefix}/{path}"), path)

    def test_the_programs_run_and_have_one_version_with_the_library(self):
        self.install()
        version = "".join(self.flags("--modversion"))
        for name in "sockserver", "sockclient":
            self.assertEqual(run(f"{self.prefix}/bin/{name}", "--version"), f"{name} {version}\n")

    def test_another_minor_version_is_not_taken(self):
        self.install()
        script = f"{self.folder}/find.cmake"
        file_of_version = f"{self.prefix}/{LIBDIR}/cmake/sock/sock-config-version.cmake"
        for version, found in ("0.2", True), ("0.1", False), ("0.3", False), ("1.0", False):
            with open(script, "w", encoding="utf-8") as file:
                file.write(f'set(PACKAGE_FIND_VERSION "{version}.0")\n'
                           f'set(PACKAGE_FIND_VERSION_MAJOR {version[0]})\n'
                           f'set(PACKAGE_FIND_VERSION_MINOR {version[2]})\n'
                           f'include("{file_of_version}")\n'
                           'message("${PACKAGE_VERSION_COMPATIBLE}")\n')
            with self.subTest(version=version):
                self.assertEqual(run(CMAKE, "-P", script), "TRUE\n" if found else "FALSE\n")


@unittest.skipIf(BUILT_SHARED, "the library is built as a shared one")
class StaticLibrary(Package):
    def test_a_protocol_of_its_own_works(self):
        self.install()
        self.assert_works_by_cmake()
        self.assert_works_by_pkg_config("--static")

    def test_a_program_may_use_another_asio(self):
        self.install()
        other = self.make_other_asio()
        program = f"{self.folder}/other_asio"
        run(CXX, "-std=c++20", "-DASIO_STANDALONE", f"-I{other}", f"{CONSUMER}/other_asio.cpp",
            *self.flags("--cflags"), *self.flags("--libs", "--static"), "-o", program)
        self.assertEqual(run(program), "hola\nadios\n")

    def test_no_name_is_one_that_another_asio_has(self):
        self.assert_asio_has_a_name_of_its_own(f"{BUILD}/src/sock/libsock.a")


class SharedLibrary(Package):
    def setUp(self):
        super().setUp()
        self.install(*([] if BUILT_SHARED else ["shared"]))
        for archive in glob.glob(f"{self.prefix}/{LIBDIR}/*.a"):
            os.remove(archive)

    def test_a_protocol_of_its_own_works(self):
        self.assert_works_by_cmake()
        self.assert_works_by_pkg_config()

    def test_its_name_tells_the_version_and_it_shows_its_own_symbols_only(self):
        library = f"{self.prefix}/{LIBDIR}/libsock.so"
        name = os.path.basename(os.path.realpath(library))
        self.assertRegex(name, r"^libsock\.so\.\d+\.\d+\.\d+$")
        soname = name.rsplit(".", 1)[0]
        self.assertIn(f"[{soname}]", run("readelf", "--dynamic", "--wide", library))
        shown = [line.split(maxsplit=2)[2] for line in
                 run("nm", "--dynamic", "--defined-only", "--demangle", library).splitlines()]
        self.assertIn("sock::Server::run()", shown)
        self.assertIn("typeinfo for sock::Protocol", shown)
        own = re.compile(r"((typeinfo|typeinfo name|vtable) for )?sock::")
        self.assertEqual([name for name in shown if not own.match(name)], [])


class Sources(Package):
    def build_around_the_sources(self, *options, compiled):
        """The consumer with the sources in it; of the library, only `compiled` is compiled anew."""
        return self.build_consumer(
            f"-DSOCK_SOURCE={SOURCE}",
            f"-DCMAKE_CXX_COMPILER_LAUNCHER={SOURCE}/tests/package/reuse_objects.sh",
            *options, COMPILE=compiled)

    def test_a_project_with_the_sources_in_it_builds_the_library_and_nothing_else(self):
        build = self.build_around_the_sources(compiled="socket_state.cpp.o")  # it includes Asio
        self.assert_talks(f"{build}/consumer")
        made = {os.path.basename(path) for path in
                glob.glob(f"{build}/**", recursive=True) if os.path.isfile(path) and
                (os.access(path, os.X_OK) or path.endswith((".a", ".so")))
                and "CompilerId" not in path and "CompilerABI" not in path}
        self.assertEqual({name for name in made if not name.endswith(".bin")},
                         {"consumer", "libsock.a"})
        self.assertFalse(os.path.exists(f"{build}/CTestTestfile.cmake"))
        # and installing the project around it installs none of it
        run(CMAKE, "--install", build, "--prefix", self.prefix)
        self.assertFalse(os.path.exists(self.prefix))

    def test_a_project_may_have_an_asio_of_its_own(self):
        build = self.build_around_the_sources(f"-DOWN_ASIO={ASIO}", compiled="stream.cpp.o")
        self.assert_talks(f"{build}/consumer")
        self.assert_asio_has_a_name_of_its_own(f"{build}/sock/src/sock/libsock.a")

    def test_a_project_that_hides_its_symbols_may_have_it_as_a_shared_library(self):
        build = self.build_around_the_sources(
            "-DBUILD_SHARED_LIBS=ON", "-DCMAKE_CXX_VISIBILITY_PRESET=hidden",
            "-DCMAKE_VISIBILITY_INLINES_HIDDEN=ON", compiled="stream.cpp.o protocol.cpp.o")
        self.assert_talks(f"{build}/consumer")


@unittest.skipUnless(shutil.which("dpkg-shlibdeps") and shutil.which("file"), "no dpkg-dev, no file")
class DebianPackage(Package):
    def setUp(self):
        super().setUp()
        run(os.environ["CPACK"], "--config", f"{BUILD}/CPackConfig.cmake", "-B", self.folder)
        self.package, = glob.glob(f"{self.folder}/*.deb")
        run("dpkg-deb", "-x", self.package, self.folder)
        self.prefix = f"{self.folder}/usr"

    def test_the_package(self):
        """In one test, because a package is made for it."""
        self.check_what_it_says_of_itself()
        self.check_that_the_programs_talk()
        self.check_where_debian_looks()
        self.check_that_nothing_is_left_of_it()
        if not BUILT_SHARED:
            self.check_the_library_has_no_trace_of_the_build()
            self.assert_works_by_pkg_config("--static")

    def check_what_it_says_of_itself(self):
        def field(name):
            return run("dpkg-deb", "-f", self.package, name).strip()
        self.assertEqual((field("Package"), field("Section")), ("sock", "net"))
        self.assertEqual(f"{field('Package')}_{field('Version')}_{field('Architecture')}.deb",
                         os.path.basename(self.package))
        self.assertRegex(field("Depends"), r"\blibc6 .*\blibfmt\d.*\blibstdc\+\+6 ")
        self.assertEqual(run("dpkg-deb", "-I", self.package).count("postinst"), 0)

    def check_that_the_programs_talk(self):
        with Server("--host", "127.0.0.1", program=[f"{self.prefix}/bin/sockserver"]) as server:
            said = run(f"{self.prefix}/bin/sockclient", "-q", "127.0.0.1", str(server.port),
                       "--send", "ping", "--expect", "ping")
            self.assertEqual(said, "ping\n")

    def of_this_architecture(self, name):
        return f"lib/{run('dpkg-architecture', '-q', 'DEB_HOST_MULTIARCH').strip()}/{name}"

    def check_where_debian_looks(self):
        for name in ("share/man/man1/sockserver.1.gz", "share/man/man1/sockclient.1.gz",
                     "share/bash-completion/completions/sockserver",
                     "share/zsh/vendor-completions/_sockclient", "share/doc/sock/copyright",
                     "share/doc/sock/changelog.gz", "lib/systemd/system/sockserver.service",
                     "lib/systemd/system/sockserver.socket",
                     self.of_this_architecture("libsock.so" if BUILT_SHARED else "libsock.a"),
                     self.of_this_architecture("pkgconfig/sock.pc"),
                     self.of_this_architecture("cmake/sock/sock-config.cmake")):
            self.assertIn(name, self.files())
        with gzip.open(f"{self.prefix}/share/doc/sock/changelog.gz", "rt") as file:
            self.assertRegex(file.read(), r"^sock \([\d.]+\) unstable; urgency=\w+\n\n  \* .*\n\n"
                                          r" -- .* <.*@.*>  \w+, \d\d \w+ \d{4} [\d:]+ \+0000\n$")
        for name in self.files():
            mode = os.stat(f"{self.prefix}/{name}").st_mode & 0o777
            self.assertIn(mode, (0o755,) if name.startswith("bin/") else (0o644, 0o755), name)

    def check_that_nothing_is_left_of_it(self):
        """Installed by dpkg in a root of its own, tried, and removed. Only root may."""
        if os.geteuid() != 0:
            return
        root = f"{self.folder}/root"
        os.makedirs(f"{root}/var/lib/dpkg")
        with open(f"{root}/var/lib/dpkg/status", "w", encoding="utf-8"):
            pass
        dpkg = ("dpkg", f"--root={root}", "--force-depends", f"--log={self.folder}/log")

        def installed():
            return {os.path.join(folder, name) for folder, _, names in os.walk(root)
                    for name in names if "/var/lib/dpkg" not in folder}
        run(*dpkg, "--install", self.package)
        self.assertIn(f"{root}/usr/bin/sockclient", installed())
        run(f"{root}/usr/bin/sockserver", "--version")
        run(*dpkg, "--purge", "sock")
        self.assertEqual(installed(), set())
        self.assertFalse(os.path.exists(f"{root}/usr/share/doc/sock"))

    def check_the_library_has_no_trace_of_the_build(self):
        library, = glob.glob(f"{self.prefix}/lib/**/libsock.a", recursive=True)
        with open(library, "rb") as file:
            self.assertFalse(SOURCE.encode() in file.read(), SOURCE)


if __name__ == "__main__":
    unittest.main()
