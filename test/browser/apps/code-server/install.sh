#!/bin/bash
# code-server from npm. Its `kerberos` module is compiled, which needs a C++ compiler and the headers of Kerberos.
set -e
headers=/usr/include/gssapi/gssapi.h
if [ ! -e $headers ] && [ -e /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
  apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends libkrb5-dev
fi
[ -e $headers ] || echo 'The headers of Kerberos are missing (Debian: sudo apt-get install libkrb5-dev); npm may fail.'
[ -e package.json ] || echo '{"private":true,"allowScripts":{"code-server":true,"argon2":true}}' > package.json
npm install code-server@4.139.1
