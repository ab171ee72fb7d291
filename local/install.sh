#!/bin/sh
# Installs pinned packages into a virtual environment.
#
#   sh local/install.sh FOLDER REQUIREMENTS
#
# Where pip fails, ends with 2, pip's last error and the next step.
set -eu

folder=$1 requirements=$2
python=$folder/bin/python

echo "Installing the packages of $requirements into $folder" >&2
if output=$("$python" -m pip install --quiet --no-input --disable-pip-version-check \
	-r "$requirements" 2>&1); then
	exit 0
fi

error=$(printf '%s\n' "$output" | grep '^ERROR:' | tail -n 1) || true
error=${error:-$(printf '%s\n' "$output" | tail -n 1)}
version=$("$python" -c 'import platform; print(platform.python_version())')
case $output in
*NewConnectionError* | *NameResolution* | *"onnection refused"* | *"timed out"* | *"Network is"*)
	echo "pip could not reach its package index ($error)." \
		"Connect to the network, or set PIP_INDEX_URL to a mirror, and run the same again." >&2 ;;
*"No matching distribution"*)
	echo "pip found no package for Python $version ($error)." \
		"If this Python is newer than those in pyproject.toml's classifiers," \
		"choose one of them: make PYTHON=python3.13 …" >&2 ;;
*) echo "pip could not install $requirements ($error)." >&2 ;;
esac
exit 2
