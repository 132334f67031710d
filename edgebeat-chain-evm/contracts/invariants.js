#!/usr/bin/env node
// Draws sequences of calls, in as many processes as there are cores, because forge draws those of one property in one thread:
// `node invariants.js ci` or `node invariants.js nightly`, against the code that is shipped. Prints how many calls of the market
// there were, by the tests' own count; fewer than the least fail, and so does a violation.
//   EDGEBEAT_SECONDS  ends it then, however far it is (ci: 110; nightly: when all are done)
//   EDGEBEAT_SEED     repeats a run
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawn, spawnSync } = require('child_process');
const { forge, SHIPPED } = require('./tools.js');

const profile = process.argv[2] || 'ci';
const SUITES = ['MarketInvariantTest', 'BadTokenInvariantTest'];
const limits = { ci: { least: 100000, seconds: 110 }, nightly: { least: 100000, seconds: 0 } }[profile];
if (!limits) {
  throw new Error('ci or nightly, not ' + profile);
}
const seconds = Number(process.env.EDGEBEAT_SECONDS || limits.seconds);
const workers = Number(process.env.EDGEBEAT_WORKERS || os.availableParallelism());
const seed = BigInt(process.env.EDGEBEAT_SEED || require('crypto').randomInt(2 ** 47));

// Compiled once, before the processes would do it at the same time.
const built = spawnSync(...forge(['build']), { cwd: __dirname, stdio: 'ignore' });
if (built.status !== 0) {
  throw new Error('forge build ended with ' + built.status);
}
// Of the whole number of sequences each process draws its part, one suite after the other.
const runs = (name) => {
  const config = fs.readFileSync(path.join(__dirname, 'foundry.toml'), 'utf8');
  return Number(new RegExp('\\[profile\\.' + name + '\\.invariant\\]\\s+runs = (\\d+)').exec(config)[1]);
};
const part = Math.ceil((runs(profile) * 2) / workers);

const began = Date.now();
const directory = path.join('cache', 'invariants', String(process.pid));
fs.mkdirSync(path.join(__dirname, directory), { recursive: true });
const sums = Object.fromEntries(SUITES.map((suite) => [suite, { calls: 0, exits: 0, sequences: 0 }]));
let violations = 0;
let working = workers;

function draw(worker, n) {
  const suite = SUITES[n];
  if (!suite) {
    if (--working === 0) {
      end();
    }
    return;
  }
  const counts = path.join(directory, worker + '-' + suite);
  const hex = '0x' + (seed * 1000n + BigInt(worker)).toString(16).padStart(64, '0');
  const env = {
    ...process.env,
    FOUNDRY_PROFILE: profile,
    FOUNDRY_INVARIANT_RUNS: String(part),
    FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: counts + '-failures',
    FOUNDRY_TEST_FAILURES_FILE: counts + '-failed',
    EDGEBEAT_CODE: SHIPPED,
    EDGEBEAT_COUNT: counts,
  };
  if (seconds > 0) {
    const left = seconds - (Date.now() - began) / 1000;
    env.FOUNDRY_INVARIANT_TIMEOUT = String(Math.max(1, Math.floor(left / (SUITES.length - n))));
  }
  const run = spawn(
    ...forge(['test', '--match-contract', '^' + suite, '--match-test', 'invariant_', '--fuzz-seed', hex, '--threads', '1']),
    { cwd: __dirname, env },
  );
  let text = '';
  run.stdout.on('data', (d) => (text += d));
  run.stderr.on('data', (d) => (text += d));
  run.on('close', (status) => {
    const file = path.join(__dirname, counts);
    // The last sequence is run once more, for forge's report.
    const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').slice(0, -1) : [];
    if (status !== 0 || lines.length === 0) {
      console.log(text);
      console.log(suite + ', seed of forge ' + hex);
      violations++;
    } else {
      for (const line of lines) {
        const [calls, exits] = line.split(' ').map(Number);
        sums[suite].calls += calls;
        sums[suite].exits += exits;
        sums[suite].sequences++;
      }
    }
    draw(worker, n + 1);
  });
}

function end() {
  fs.rmSync(path.join(__dirname, directory), { recursive: true, force: true });
  let calls = 0;
  for (const suite of SUITES) {
    const { sequences, calls: own, exits } = sums[suite];
    console.log(suite + ': sequences=' + sequences + ' calls=' + own + ' exits=' + exits);
    calls += own;
  }
  const took = Math.round((Date.now() - began) / 1000);
  console.log('invariants: calls=' + calls + ' violations=' + violations + ' seconds=' + took + ' seed=' + seed);
  if (calls < limits.least) {
    console.log('fewer than ' + limits.least + ' calls show nothing');
  }
  process.exit(violations === 0 && calls >= limits.least ? 0 : 1);
}

for (let worker = 0; worker < workers; worker++) {
  draw(worker, 0);
}
