# SPDX-License-Identifier: GPL-2.0-or-later
# To add a C test, one line (its source is %D%/engine/test_x.c; it links with the engine and cmocka):
#	check_PROGRAMS += %D%/engine/test_x
# and for a test of the daemon's parts its libraries, one of these:
#	%C%_daemon_test_x_LDADD = $(wire_libs) $(CMOCKA_LIBS)
#	%C%_daemon_test_x_LDADD = $(daemon_libs) $(CMOCKA_LIBS)
# A source of more than one file: %C%_engine_test_x_SOURCES = %D%/engine/test_x.c %D%/engine/more.c
# A script that speaks TAP (.sh, or .py for python3): add it to script_tests, or, if it talks to a
# running daemon, to daemon_scripts: those run under the sanitizers too.
# A page test: put it into %D%/web/*.test.mjs, nothing to list.
# A benchmark: bench_programs += %D%/bench/x; a script for one: bench_scripts += %D%/bench/x.py (.sh, .mjs).
# It prints lines of five fields with a tab between: name, ours, limit, ratio, goal.
# Data files and helpers: the whole of tests/ is in the tarball, nothing to list.
# Tests find $srcdir (top of the sources), $builddir (top of the build), $MM386 and $MM386D (the programs).
daemon_scripts =
daemon_scripts += %D%/daemon/test_rest.py %D%/daemon/test_auth.py %D%/daemon/test_stream.py \
	%D%/daemon/test_restart.py %D%/daemon/test_hostile.py
# Real kernels against the engine; reads what strangers wrote.
daemon_scripts += %D%/conform/test_conform.py
script_tests = %D%/tidy.sh %D%/readme.sh %D%/web.sh %D%/cli.sh %D%/golden.sh
bench_programs = %D%/bench/engine_alloc %D%/bench/engine_boot %D%/bench/engine_delta
bench_programs += %D%/bench/bench_wire
%C%_bench_bench_wire_LDADD = $(wire_libs)
bench_programs += %D%/bench/daemon_fanout
%C%_bench_daemon_fanout_LDADD = $(daemon_libs)
bench_programs += %D%/bench/daemon_rest
%C%_bench_daemon_rest_CPPFLAGS = $(AM_CPPFLAGS) $(MHD_CFLAGS) $(JANSSON_CFLAGS)
%C%_bench_daemon_rest_LDADD = $(MHD_LIBS) $(JANSSON_LIBS)
bench_programs += %D%/bench/conform_replay
%C%_bench_conform_replay_CPPFLAGS = $(conform_cppflags)
%C%_bench_conform_replay_LDADD = $(conform_libs)
bench_scripts = %D%/bench/page.mjs

if HAVE_CMOCKA
LDADD += $(CMOCKA_LIBS)
# C tests, one a line:
check_PROGRAMS += %D%/engine/test_report
check_PROGRAMS += %D%/engine/test_pgtable
check_PROGRAMS += %D%/engine/test_kva
check_PROGRAMS += %D%/engine/test_layout
check_PROGRAMS += %D%/engine/test_e820
check_PROGRAMS += %D%/engine/test_dmesg
check_PROGRAMS += %D%/engine/test_boot
check_PROGRAMS += %D%/engine/test_buddy
check_PROGRAMS += %D%/engine/test_compact
check_PROGRAMS += %D%/engine/test_compact_fast
check_PROGRAMS += %D%/engine/test_dirty
check_PROGRAMS += %D%/engine/test_dma
check_PROGRAMS += %D%/engine/test_fragindex
check_PROGRAMS += %D%/engine/test_frame
check_PROGRAMS += %D%/engine/test_fuzz
check_PROGRAMS += %D%/engine/test_gfp
check_PROGRAMS += %D%/engine/test_handover
check_PROGRAMS += %D%/engine/test_laws
check_PROGRAMS += %D%/engine/test_load
check_PROGRAMS += %D%/engine/test_mobility
check_PROGRAMS += %D%/engine/test_movable
check_PROGRAMS += %D%/engine/test_nodes
check_PROGRAMS += %D%/engine/test_op
check_PROGRAMS += %D%/engine/test_op_ftrace
check_PROGRAMS += %D%/engine/test_op_buddy
check_PROGRAMS += %D%/engine/test_pcp
check_PROGRAMS += %D%/engine/test_pcp_tune
check_PROGRAMS += %D%/engine/test_proc
check_PROGRAMS += %D%/engine/test_proc_zoneinfo
check_PROGRAMS += %D%/engine/test_show_mem
check_PROGRAMS += %D%/engine/test_vmstat
check_PROGRAMS += %D%/engine/test_sysctl
check_PROGRAMS += %D%/engine/test_watermark
check_PROGRAMS += %D%/engine/test_zone
check_PROGRAMS += %D%/daemon/test_config
check_PROGRAMS += %D%/daemon/test_ftrace
check_PROGRAMS += %D%/daemon/test_msg
check_PROGRAMS += %D%/daemon/test_oplog
check_PROGRAMS += %D%/daemon/test_stream_cursor
check_PROGRAMS += %D%/daemon/test_wire
check_PROGRAMS += %D%/daemon/test_wire_fuzz
check_PROGRAMS += %D%/daemon/test_wire_op
endif

%C%_daemon_test_config_LDADD = $(wire_libs) $(CMOCKA_LIBS)
%C%_daemon_test_ftrace_LDADD = $(wire_libs) $(CMOCKA_LIBS)
%C%_daemon_test_msg_LDADD = $(daemon_libs) $(CMOCKA_LIBS)
%C%_daemon_test_oplog_LDADD = $(daemon_libs) $(CMOCKA_LIBS)
%C%_daemon_test_stream_cursor_LDADD = $(daemon_libs) $(CMOCKA_LIBS)
%C%_daemon_test_wire_LDADD = $(wire_libs) $(CMOCKA_LIBS)
%C%_daemon_test_wire_fuzz_LDADD = $(wire_libs) $(CMOCKA_LIBS)
%C%_daemon_test_wire_op_LDADD = $(wire_libs) $(CMOCKA_LIBS)

TESTS += $(check_PROGRAMS) $(script_tests) $(daemon_scripts)
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

installcheck-local:
	@$(AM_TESTS_ENVIRONMENT) \
	CC='$(CC)' CFLAGS='$(CFLAGS) $(SANITIZE_FLAGS)' bindir='$(DESTDIR)$(bindir)' \
	sbindir='$(DESTDIR)$(sbindir)' libdir='$(DESTDIR)$(libdir)' mandir='$(DESTDIR)$(mandir)' \
	pkgdatadir='$(DESTDIR)$(pkgdatadir)'; \
	export CC CFLAGS bindir sbindir libdir mandir pkgdatadir; \
	$(SHELL) $(srcdir)/%D%/installcheck.sh

# Write the expectations of the golden stories anew; what is reviewed is the difference.
golden: mm386$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) CUT=1 $(SHELL) $(srcdir)/%D%/golden.sh

# Each benchmark measures its limit in the same run; the table goes to bench.txt, bench-doc puts
# it with the machine's description into docs/PERFORMANCE.md.
bench-programs: $(bench_programs)

bench: all bench-programs
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/%D%/bench/run.sh bench.txt \
		$(bench_programs) $(bench_scripts)

bench-doc: bench
	$(SHELL) $(srcdir)/%D%/bench/doc.sh bench.txt $(srcdir)/docs/PERFORMANCE.md

CLEANFILES += bench.txt $(bench_programs)
.PHONY: golden bench bench-doc bench-programs
