# SPDX-License-Identifier: GPL-2.0-or-later
# The page: static files as they are, and a bundle of third-party code.  No file of the page is
# listed: what lies in web/static is in the tarball and is installed.
vendor_bundle = $(srcdir)/%D%/static/vendor/LICENSES.txt
vendor_sources = %D%/vendor/package-lock.json %D%/vendor/package.json %D%/vendor/build.mjs %D%/vendor/entry.js

# LICENSES.txt is what build.mjs writes last, so it dates the bundle.
$(vendor_bundle): $(vendor_sources)
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/bundle.sh '$(NODE)' '$(NPM)'

EXTRA_DIST += $(vendor_bundle) $(vendor_sources) %D%/vendor/.npmrc %D%/package.json %D%/bundle.sh %D%/static

install-web: $(vendor_bundle)
	@$(install_tree); install_tree %D%/static "$(DESTDIR)$(pkgdatadir)/web"

uninstall-web:
	rm -rf "$(DESTDIR)$(pkgdatadir)/web"

.PHONY: install-web uninstall-web
