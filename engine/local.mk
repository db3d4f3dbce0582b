# SPDX-License-Identifier: GPL-2.0-or-later
# The engine, libmm386.  To add a source, put its name into the list below, headers too.
lib_LIBRARIES += %D%/libmm386.a
include_HEADERS += %D%/mm386.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = %D%/mm386.pc

%C%_libmm386_a_SOURCES = \
	%D%/boot.c \
	%D%/boot.h \
	%D%/bootmem.c \
	%D%/cmdline.c \
	%D%/config.c \
	%D%/e820.c \
	%D%/handover.c \
	%D%/layout.c \
	%D%/memblock.c \
	%D%/profile.c \
	%D%/runs.c \
	%D%/taken.c \
	%D%/zonesize.c \
	%D%/internal.h \
	%D%/mm386.h \
	%D%/profile.h
