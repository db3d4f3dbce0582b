dnl SPDX-License-Identifier: GPL-2.0-or-later

dnl MM386_NEED(PREFIX, PKG-CONFIG SPEC, NAME, DEBIAN PACKAGE, HEADER)
dnl As PKG_CHECK_MODULES, but a package that is missing is remembered and not
dnl fatal at once: MM386_REPORT_MISSING then names all of them together.
dnl Without pkg-config, which then is missing too, its header tells.
AC_DEFUN([MM386_NEED], [
	AS_IF([test -n "$PKG_CONFIG"],
		[PKG_CHECK_MODULES([$1], [$2], [], [MM386_MISSING([$3], [$4])])],
		[ls /usr/include/$5 /usr/local/include/$5 /usr/include/*/$5 2>/dev/null | grep -q . ||
			MM386_MISSING([$3], [$4])])
])

dnl MM386_MISSING(NAME, DEBIAN PACKAGE)
dnl Remember that a thing is missing.
AC_DEFUN([MM386_MISSING], [
	AS_VAR_APPEND([mm386_missing], ["
missing: $1 (apt: $2)"])
	AS_VAR_APPEND([mm386_packages], [" $2"])
])

dnl MM386_REPORT_MISSING
dnl Stop if anything is missing, with the one command that mends it.
AC_DEFUN([MM386_REPORT_MISSING], [
	AS_IF([test -n "$mm386_missing"], [AC_MSG_ERROR([$mm386_missing

	apt-get install$mm386_packages
])])
])

dnl MM386_CC_FLAGS(VARIABLE, FLAGS)
dnl Add to VARIABLE those of FLAGS that the compiler takes without a word.
AC_DEFUN([MM386_CC_FLAGS], [
	mm386_cflags=$CFLAGS
	for mm386_flag in $2; do
		AC_MSG_CHECKING([whether $CC takes $mm386_flag])
		CFLAGS="$mm386_cflags -Werror $mm386_flag"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM()], [
			AC_MSG_RESULT([yes])
			AS_VAR_APPEND([$1], [" $mm386_flag"])
		], [AC_MSG_RESULT([no])])
	done
	CFLAGS=$mm386_cflags
	AC_SUBST([$1])
])

dnl MM386_LIB_HAS(PREFIX, FUNCTION, NAME, DEBIAN PACKAGE)
dnl A library that is there but was built without FUNCTION counts as missing.
AC_DEFUN([MM386_LIB_HAS], [
	mm386_libs=$LIBS
	LIBS="$[]$1_LIBS $LIBS"
	AC_CHECK_FUNC([$2], [], [MM386_MISSING([$3 with $2()], [$4])])
	LIBS=$mm386_libs
])
