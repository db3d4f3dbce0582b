# SPDX-License-Identifier: GPL-2.0-or-later
# Machines that have a name.  As with the page, what lies here is installed.  (dist-hook copies it:
# the build folder's link of that name would be found first.)

install-presets:
	@$(install_tree); install_tree %D% "$(DESTDIR)$(pkgdatadir)/presets"

uninstall-presets:
	rm -rf "$(DESTDIR)$(pkgdatadir)/presets"

.PHONY: install-presets uninstall-presets
