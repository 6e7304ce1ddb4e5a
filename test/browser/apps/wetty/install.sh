#!/bin/bash
# wetty from npm; its `node-pty` may be compiled.
set -e
[ -e package.json ] || echo '{"private":true,"allowScripts":{"node-pty":true}}' > package.json
npm install wetty@3.2.0
