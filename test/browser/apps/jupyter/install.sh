#!/bin/bash
# Jupyter Notebook with a Python kernel, as the machine's distribution has it.
set -e
if ! command -v jupyter-notebook > /dev/null && [ -e /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
  apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends jupyter-notebook python3-ipykernel
fi
command -v jupyter-notebook > /dev/null || {
  echo 'Jupyter Notebook 6 is missing (Debian: sudo apt-get install jupyter-notebook python3-ipykernel).'
  exit 1
}
