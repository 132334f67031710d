#!/usr/bin/env node
// Everything that is checked here, one command: `node ci.js` for a slot of continuous integration, `node ci.js nightly` for a
// night. Prints what each check says, its time, and a table; ends with an error when one of them fails.
//   EDGEBEAT_COMPONENTS=required  a tool of the system that is missing (z3) fails instead of being skipped
'use strict';
const { spawn } = require('child_process');
const { passed, SHIPPED } = require('./tools.js');

const nightly = process.argv[2] === 'nightly';
const profile = nightly ? 'nightly' : 'ci';
// Of the planted mistakes; all of them at night.
const DRAWN = ['--draw', '72'];
const DRAWN_FOR_INVARIANTS = ['--draw', '8'];

const node = (name, ...args) => ({ name: [name, ...args].join(' '), command: process.execPath, args: [name, ...args] });
const forgeTests = {
  name: 'tests, ' + profile,
  command: process.execPath,
  // Each function is tried with drawn arguments; the drawn sequences have a check of their own.
  args: ['forge.js', 'test', '--no-match-path', 'test/gas/*', '--no-match-test', 'invariant_'],
  env: { FOUNDRY_PROFILE: profile, EDGEBEAT_CODE: SHIPPED },
  holds: (text) => passed(text) > 100,
};
const lint = { name: 'lint', command: 'npm', args: ['run', '--silent', 'lint'] };

// Lanes of a phase run beside each other: what compiles has one thread, what draws has as many as there are cores.
const phases = [
  [
    [node('forge.js', 'build'), forgeTests, node('gas.js', '--check'), lint],
    [node('artifacts.js', '--check'), node('prove.js'), node('coverage.js')],
  ],
  [[node('invariants.js', profile)]],
  [
    [
      node('mutants/run.js', ...(nightly ? [] : DRAWN)),
      node('mutants/run.js', '--invariants', ...(nightly ? [] : DRAWN_FOR_INVARIANTS)),
    ],
  ],
];

const table = [];
let failed = 0;

function run(check) {
  return new Promise((done) => {
    const began = Date.now();
    const child = spawn(check.command, check.args, { cwd: __dirname, env: { ...process.env, ...check.env } });
    let text = '';
    child.stdout.on('data', (d) => (text += d));
    child.stderr.on('data', (d) => (text += d));
    child.on('error', (e) => (text += e.message));
    child.on('close', (status) => {
      const well = status === 0 && (!check.holds || check.holds(text));
      const verdict = !well ? 'FAILED' : /^SKIPPED/m.test(text) ? 'skipped' : 'ok';
      failed += well ? 0 : 1;
      const seconds = Math.round((Date.now() - began) / 1000);
      const lines = text.trimEnd().split('\n');
      console.log('== ' + check.name + ': ' + verdict + ', ' + seconds + ' s');
      console.log(well ? lines.slice(-8).join('\n') : text);
      table.push(check.name.padEnd(44) + String(seconds).padStart(6) + ' s  ' + verdict);
      done();
    });
  });
}

(async () => {
  const began = Date.now();
  for (const lanes of phases) {
    await Promise.all(
      lanes.map(async (lane) => {
        for (const check of lane) {
          await run(check);
        }
      }),
    );
  }
  console.log('\n' + table.join('\n'));
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log('contracts: checks=' + table.length + ' failed=' + failed + ' seconds=' + seconds);
  process.exit(failed === 0 && table.length > 0 ? 0 : 1);
})();
