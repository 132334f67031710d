#!/usr/bin/env node
// Measures the shipped code, each call a transaction of its own, and writes snapshots/Market.json; with --check it writes nothing,
// and fails when a number is another. Above a goal it fails in any case.
'use strict';
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const { forge, passed, SHIPPED } = require('./tools.js');

const file = path.join(__dirname, 'snapshots/Market.json');
const check = process.argv.includes('--check');
const before = fs.readFileSync(file, 'utf8');
const run = spawnSync(...forge(['test', '--gas-snapshot-check', 'false', '--gas-snapshot-emit', 'true']), {
  cwd: __dirname,
  env: { ...process.env, FOUNDRY_PROFILE: 'gas', EDGEBEAT_CODE: SHIPPED },
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
const after = fs.readFileSync(file, 'utf8');
const old = JSON.parse(before);
const gas = JSON.parse(after);
if (run.status !== 0 || passed(run.stdout) === 0) {
  console.error(run.stdout + run.stderr);
  process.exit(1);
}
const changed = [...new Set([...Object.keys(old), ...Object.keys(gas)])].filter((name) => old[name] !== gas[name]);
for (const name of changed) {
  console.log(name + ': ' + old[name] + ' -> ' + gas[name]);
}
if (check) {
  fs.writeFileSync(file, before);
}
const SHOWN = {
  compact: 'compact',
  allowance: 'compact with allowance',
  vault: 'vault',
  literal: 'literal',
  claim: 'claim',
  claim_100_ticks: 'claim with 100 ticks',
  claim_1024_ticks: 'claim with 1024 ticks',
  request_close: 'requestClose',
  finalize: 'finalize',
  top_up: 'topUp',
  release: 'release',
  advertise: 'advertise',
};
console.log(
  'EDGEBEAT BENCH gas ' +
    Object.entries(SHOWN)
      .map(([key, name]) => key + '=' + Number(gas[name]))
      .join(' '),
);
const missing = Object.values(SHOWN).filter((name) => !(Number(gas[name]) > 0));
process.exit(missing.length === 0 && !(check && changed.length > 0) ? 0 : 1);
