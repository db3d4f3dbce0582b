# SPDX-License-Identifier: GPL-2.0-or-later
# Documents are read where they are; the tarball carries the folder.
EXTRA_DIST += %D% README.md scripts
