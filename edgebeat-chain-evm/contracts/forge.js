#!/usr/bin/env node
// Starts forge and ends as it ends: the program that EDGEBEAT_FORGE names, or that of this platform's package. The starter
// that is published beside those packages ends with success whatever forge says: tests that fail would go unnoticed.
'use strict';
const path = require('path');
const { spawnSync } = require('child_process');

function program() {
  if (process.env.EDGEBEAT_FORGE) {
    return process.env.EDGEBEAT_FORGE;
  }
  const name = '@foundry-rs/forge-' + process.platform + '-' + { x64: 'amd64', arm64: 'arm64' }[process.arch];
  try {
    return path.join(path.dirname(require.resolve(name + '/package.json', { paths: [__dirname] })), 'bin', 'forge');
  } catch (e) {
    throw new Error('there is no package ' + name + ' here: run `npm ci`, or let EDGEBEAT_FORGE name forge 1.7.1', { cause: e });
  }
}

const run = spawnSync(program(), process.argv.slice(2), { stdio: 'inherit' });
if (run.error) {
  throw run.error;
}
process.exit(run.status === null ? 1 : run.status);
