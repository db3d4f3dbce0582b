# SPDX-License-Identifier: GPL-2.0-or-later
# mm386-conform: real kernels against mm386.  All but main.c is a library, for its tests and benchmark.
noinst_LIBRARIES += %D%/libconform.a
conform_libs = %D%/libconform.a $(engine_libs) $(JANSSON_LIBS) $(ZLIB_LIBS)
conform_cppflags = $(AM_CPPFLAGS) -I$(srcdir)/%D% $(JANSSON_CFLAGS) $(ZLIB_CFLAGS)

%C%_libconform_a_CPPFLAGS = $(conform_cppflags)
%C%_libconform_a_SOURCES = \
	%D%/bootlog.c %D%/bootlog.h %D%/bootlog_marks.c %D%/bootlog_nodes.c %D%/bootlog_sums.c \
	%D%/bootlog_text.c %D%/bootlog_zones.c %D%/bootlog_zones.h \
	%D%/check_boot.c %D%/check_compaction.c %D%/check_formats.c %D%/check_handover.c \
	%D%/check_lists.c %D%/check_replay.c %D%/check_sizing.c %D%/compaction.c %D%/compaction.h \
	%D%/fidelity.c %D%/fidelity.h %D%/input.c %D%/input.h %D%/machine.c %D%/machine.h %D%/machine_nodes.c %D%/oracle.c %D%/oracle.h \
	%D%/lists.c %D%/lists.h %D%/proc_text.c %D%/proc_text.h %D%/replay.c %D%/replay.h \
	%D%/releases.c %D%/releases.h %D%/report.c %D%/report.h %D%/segment.c %D%/segment.h \
	%D%/skips.c %D%/skips.h %D%/snapshot.c \
	%D%/snapshot.h %D%/snapshot_load.c %D%/trace.c %D%/trace.h

bin_PROGRAMS += mm386-conform
mm386_conform_CPPFLAGS = $(conform_cppflags) \
	-DMM386_VERSION='"$(PACKAGE_VERSION)"' -DMM386_CONFORM_DIR='"$(pkgdatadir)/conform"'
mm386_conform_SOURCES = %D%/main.c
mm386_conform_LDADD = $(conform_libs)

# What it compares with by default is the tests' data, installed as it lies there.
install-conform:
	@$(install_tree); install_tree tests/data "$(DESTDIR)$(pkgdatadir)/conform"

uninstall-conform:
	rm -rf "$(DESTDIR)$(pkgdatadir)/conform"

.PHONY: install-conform uninstall-conform
