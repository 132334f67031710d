#!/usr/bin/env node
// Runs the tests of rules with coverage and ends with an error unless every line and every branch of src is reached.
'use strict';
const { spawnSync } = require('child_process');
const path = require('path');

const run = spawnSync(
  process.execPath,
  [path.join(__dirname, 'forge.js'), 'coverage', '--no-match-path', 'test/{fuzz,invariant,gas}/*', '--report', 'summary'],
  { cwd: __dirname, encoding: 'utf8', maxBuffer: 1 << 28 },
);
const rows = run.stdout.split('\n').filter((line) => line.startsWith('| src/'));
console.log(rows.join('\n'));
if (run.status !== 0) {
  console.error(run.stdout + run.stderr);
}
const all = /^\| src\/\S+ +\| 100\.00% \S+ +\| 100\.00% \S+ +\| 100\.00% \S+ +\| 100\.00% /;
const missed = rows.filter((row) => !all.test(row));
for (const row of missed) {
  console.error('not all is reached: ' + row);
}
process.exit(run.status === 0 && rows.length >= 7 && missed.length === 0 ? 0 : 1);
