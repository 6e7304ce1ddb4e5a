#!/bin/bash
# What `npm create vite` makes of its React template, unmodified.
set -e
rm -rf app
npx --yes create-vite@9.3.0 app --template react --no-interactive < /dev/null
cd app
npm install
