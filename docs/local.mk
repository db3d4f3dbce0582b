# SPDX-License-Identifier: GPL-2.0-or-later
# Documents are read where they are; the tarball carries the folder.
EXTRA_DIST += %D% README.md scripts

# The honesty page, from a table in the code and a run of the checks.
fidelity: mm386-conform$(EXEEXT)
	./mm386-conform$(EXEEXT) --fidelity >fidelity.md
	mv fidelity.md $(srcdir)/%D%/FIDELITY.md

CLEANFILES += fidelity.md
.PHONY: fidelity
