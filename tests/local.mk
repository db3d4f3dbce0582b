# SPDX-License-Identifier: GPL-2.0-or-later
# To add a C test, one line (its source is %D%/engine/test_x.c; it links with the engine and cmocka):
#	check_PROGRAMS += %D%/engine/test_x
# and for a test of the daemon's parts its libraries, one of these:
#	%C%_daemon_test_x_LDADD = $(wire_libs) $(CMOCKA_LIBS)
#	%C%_daemon_test_x_LDADD = $(daemon_libs) $(CMOCKA_LIBS)
# A source of more than one file: %C%_engine_test_x_SOURCES = %D%/engine/test_x.c %D%/engine/more.c
# A script that speaks TAP (.sh, or .py for python3): add it to script_tests.
# A benchmark: bench_programs += %D%/bench/x   (prints lines "name ours limit ratio goal")
# Data files and helpers: the whole of tests/ is in the tarball, nothing to list.
# Tests find $srcdir (top of the sources), $builddir (top of the build), $MM386 and $MM386D (the programs).
script_tests = %D%/tidy.sh
bench_programs =

if HAVE_CMOCKA
LDADD += $(CMOCKA_LIBS)
# C tests, one a line:
endif

TESTS += $(check_PROGRAMS) $(script_tests)
EXTRA_PROGRAMS += $(bench_programs)
EXTRA_DIST += %D%

AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	srcdir='$(abs_top_srcdir)'; export srcdir; \
	builddir='$(abs_top_builddir)'; export builddir; \
	MM386='$(abs_top_builddir)/mm386'; export MM386; \
	MM386D='$(abs_top_builddir)/mm386d'; export MM386D; \
	PYTHON3='$(PYTHON3)'; export PYTHON3; \
	NODE='$(NODE)'; export NODE;

TEST_EXTENSIONS = .sh .py
tap_driver = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(tap_driver)
SH_LOG_DRIVER = $(tap_driver)
SH_LOG_COMPILER = $(SHELL)
PY_LOG_DRIVER = $(tap_driver)
PY_LOG_COMPILER = $(PYTHON3)
