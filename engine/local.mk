# SPDX-License-Identifier: GPL-2.0-or-later
# The engine, libmm386.  To add a source, put its name into the list below, headers too.
lib_LIBRARIES += %D%/libmm386.a
include_HEADERS += %D%/mm386.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = %D%/mm386.pc

%C%_libmm386_a_SOURCES = \
	%D%/allocations.c \
	%D%/boot.c \
	%D%/boot.h \
	%D%/bootmem.c \
	%D%/buddy.c \
	%D%/check.c \
	%D%/cmdline.c \
	%D%/compact.c \
	%D%/compact.h \
	%D%/compact_direct.c \
	%D%/compact_fast.c \
	%D%/compact_scan.c \
	%D%/config.c \
	%D%/digest.c \
	%D%/dirty.c \
	%D%/dmesg.c \
	%D%/dmesg.h \
	%D%/dmesg_lines.c \
	%D%/dmesg_lines.h \
	%D%/dmesg_table.c \
	%D%/dmesg_words.c \
	%D%/dmesg_words.h \
	%D%/early_tables.c \
	%D%/e820.c \
	%D%/fragindex.c \
	%D%/frame.c \
	%D%/gfp.c \
	%D%/handover.c \
	%D%/iomem.c \
	%D%/kept.c \
	%D%/internal.h \
	%D%/layout.c \
	%D%/lists.c \
	%D%/load.c \
	%D%/machine.c \
	%D%/memblock.c \
	%D%/mm386.h \
	%D%/mobility.c \
	%D%/movable.c \
	%D%/nodes.c \
	%D%/migrate.c \
	%D%/op.c \
	%D%/op_compact.c \
	%D%/op_buddy.c \
	%D%/op_ftrace.c \
	%D%/op_pages.c \
	%D%/op_sysctl.c \
	%D%/pcp.c \
	%D%/pcp.h \
	%D%/pcp_setup.c \
	%D%/pcp_view.c \
	%D%/page_fields.c \
	%D%/page_list.h \
	%D%/pgtable.c \
	%D%/page_alloc.c \
	%D%/pageblock.c \
	%D%/pageblock.h \
	%D%/proc.c \
	%D%/proc_buddy.c \
	%D%/proc_meminfo.c \
	%D%/proc_show_mem.c \
	%D%/proc_sysctl.c \
	%D%/proc_value.c \
	%D%/proc_zoneinfo.c \
	%D%/profile.c \
	%D%/profile.h \
	%D%/profile_page.c \
	%D%/profile_pcp.c \
	%D%/profile_proc.c \
	%D%/profile_vmstat.c \
	%D%/profile_wmark.c \
	%D%/ranges.c \
	%D%/report.c \
	%D%/reserve.c \
	%D%/runs.c \
	%D%/sizing.c \
	%D%/solve.c \
	%D%/solve.h \
	%D%/taken.c \
	%D%/text.c \
	%D%/trace.c \
	%D%/vmstat.c \
	%D%/watermark.c \
	%D%/watermark.h \
	%D%/why.c \
	%D%/zone.c \
	%D%/zonelist.c \
	%D%/zonesize.c
