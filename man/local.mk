# SPDX-License-Identifier: GPL-2.0-or-later
dist_man_MANS = %D%/mm386.1 %D%/mm386-conform.1 %D%/mm386d.8
