#!/bin/bash
# opencode from npm, which brings a program of its own.
set -e
[ -e package.json ] || echo '{"private":true,"allowScripts":{"opencode-ai":true}}' > package.json
npm install opencode-ai@1.18.33
