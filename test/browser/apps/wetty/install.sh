#!/bin/bash
# wetty from npm; its `node-pty` may be compiled.
set -e
[ -e package.json ] || echo '{"private":true}' > package.json
npm install wetty@3.2.0
