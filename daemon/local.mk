# SPDX-License-Identifier: GPL-2.0-or-later
# Two convenience libraries, so that a test links what it tests, and the two programs.  To add a
# source: into libwire.a what turns structs into JSON and back, into libserve.a what serves it;
# main.c and cli.c are the programs' own.
noinst_LIBRARIES += %D%/libwire.a %D%/libserve.a

# Where an installed daemon finds the page and the presets.
daemon_cppflags = $(AM_CPPFLAGS) \
	-DMM386_VERSION='"$(PACKAGE_VERSION)"' \
	-DMM386_PKGDATADIR='"$(pkgdatadir)"' \
	-DMM386_WEB_ROOT='"$(pkgdatadir)/web"' \
	-DMM386_PRESET_DIR='"$(pkgdatadir)/presets"'

%C%_libwire_a_CPPFLAGS = $(daemon_cppflags) $(JANSSON_CFLAGS)
%C%_libwire_a_SOURCES = \
	%D%/config.c %D%/config.h %D%/config_nodes.c %D%/config_nodes.h %D%/config_write.c %D%/config_preset.c \
	%D%/ftrace.c %D%/ftrace.h \
	%D%/wbuf.c %D%/wbuf.h \
	%D%/wire.c %D%/wire.h %D%/wire_answer.c %D%/wire_json.c %D%/wire_json.h %D%/wire_log.c %D%/wire_op.c \
	%D%/wire_ops.c %D%/wire_scan.c %D%/wire_state.c %D%/wire_view.c \
	%D%/wire_viewer.c %D%/wire_zone.c

%C%_libserve_a_CPPFLAGS = $(daemon_cppflags) $(JANSSON_CFLAGS) $(MHD_CFLAGS) $(LWS_CFLAGS) $(ZLIB_CFLAGS)
%C%_libserve_a_SOURCES = \
	%D%/accept.c %D%/accept.h %D%/auth.c %D%/auth.h %D%/changes.c %D%/changes.h \
	%D%/history.c %D%/history.h \
	%D%/http.c %D%/http.h %D%/http_answer.c %D%/http_answer.h %D%/journal.c %D%/journal.h \
	%D%/log.c %D%/log.h %D%/metrics.c %D%/metrics.h %D%/msg.c %D%/msg.h %D%/oplog.c %D%/oplog.h \
	%D%/options.c %D%/options.h %D%/owner.c %D%/owner.h %D%/owner_apply.c %D%/owner_boot.c \
	%D%/owner_publish.c %D%/peers.c %D%/peers.h %D%/registry.c %D%/registry.h %D%/replayer.c \
	%D%/replayer.h %D%/request.c %D%/request.h %D%/rest.h %D%/rest_change.c %D%/rest_look.c \
	%D%/rest_machines.c %D%/rest_server.c %D%/routes.c %D%/routes.h %D%/scene.c %D%/scene.h \
	%D%/server.h %D%/session.c %D%/session.h %D%/static.c %D%/static.h %D%/stream.c %D%/stream.h \
	%D%/upgrade.c %D%/upgrade.h %D%/ws.c %D%/ws.h

# The engine without a server.
bin_PROGRAMS += mm386
mm386_CPPFLAGS = $(daemon_cppflags) $(ZLIB_CFLAGS)
mm386_SOURCES = %D%/cli.c %D%/cli.h %D%/cli_bench.c %D%/cli_import.c %D%/cli_machine.c %D%/cli_run.c \
	%D%/trace_file.c %D%/trace_file.h
mm386_LDADD = $(wire_libs) $(ZLIB_LIBS)

# The daemon.
sbin_PROGRAMS += mm386d
mm386d_CPPFLAGS = $(daemon_cppflags)
mm386d_SOURCES = %D%/main.c
mm386d_LDADD = $(daemon_libs)
