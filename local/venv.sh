#!/bin/sh
# Creates a virtual environment for a supported Python, or keeps the one that is there.
#
#   sh local/venv.sh FOLDER PYTHON ORIGIN GOAL
#
# ORIGIN is where make has PYTHON from: "file" is the Makefile's default, which an existing
# environment overrides; any other asks for this very version. GOAL is what make was called for,
# for the command that a message recommends. Supported is what pyproject.toml's requires-python
# states, pre-releases excepted. Ends with 2 and one sentence if there is no such Python.
set -eu

folder=$1 python=$2 origin=$3 goal=$4
stamp=$folder/.python
oldest=$(sed -n 's/^requires-python = ">=3\.\([0-9]*\)"$/\1/p' pyproject.toml)

# Prints e.g. "3 13 0 final"; runs on every Python since 2.6.
version_of() {
	"$1" -c 'import sys; print("%d %d %d %s" % sys.version_info[:4])' 2>/dev/null
}

is_supported() {
	test "$1" = 3 && test "$2" -ge "$oldest" && test "$4" = final
}

# Prints the first supported Python on PATH, the plain name before newer ones.
supported_python() {
	for name in python3 $(seq 30 -1 "$oldest" | sed 's/^/python3./'); do
		found=$(version_of "$name") || continue
		# shellcheck disable=SC2086 - the four words of a version
		if is_supported $found; then
			echo "$name"
			return
		fi
	done
}

refuse() {
	other=$(supported_python)
	if test -n "$other"; then
		echo "$1 Run: make ${goal:+$goal }PYTHON=$other" >&2
	else
		echo "$1 Install one (for example: uv python install 3.13)," \
			"then run: make ${goal:+$goal }PYTHON=python3.13" >&2
	fi
	exit 2
}

current=$(version_of "$folder/bin/python") || current=
if test "$origin" = file && test -e "$stamp" && test -n "$current"; then
	exit 0
fi

needs="This needs Python 3.$oldest or newer"
wanted=$(version_of "$python") || refuse "$needs; $python does not start."
# shellcheck disable=SC2086 - the four words of a version
set -- $wanted
if test "$4" != final; then
	refuse "$needs, but no pre-release; $python is $1.$2.$3 ($4)."
fi
is_supported "$@" || refuse "$needs; $python is $1.$2.$3."

if test -e "$stamp" && test "$current" = "$wanted"; then
	exit 0
fi

rm -rf "$folder"
if ! output=$("$python" -m venv "$folder" 2>&1); then
	rm -rf "$folder"
	case $output in
	*ensurepip*) echo "$python cannot create virtual environments:" \
		"apt-get install python$1.$2-venv brings what is missing on Debian and Ubuntu." >&2 ;;
	*) echo "$python could not create a virtual environment: $(echo "$output" | tail -n 1)" >&2 ;;
	esac
	exit 2
fi
touch "$stamp"
