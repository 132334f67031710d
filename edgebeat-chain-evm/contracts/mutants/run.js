#!/usr/bin/env node
// Plants mistakes of mutants.js in the contracts, one at a time, and lets the tests look for them:
//   node mutants/run.js [part of a name]     all of them, or those
//   node mutants/run.js --draw N             N of them, drawn; EDGEBEAT_SEED=N repeats a draw
//   node mutants/run.js --invariants         those that drawn sequences alone have to find; with --draw N, N of them
// Ends with an error when the tests do not notice one, or notice something in the contracts as they are.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { fork, spawnSync } = require('child_process');
const { forge } = require('../tools.js');
const { mutants, forInvariants } = require('./mutants.js');

const root = path.resolve(__dirname, '..');
const option = (name) => process.argv.indexOf(name) + 1;
const seed = Number(process.env.EDGEBEAT_SEED || require('crypto').randomInt(2 ** 31));

// Mulberry32: small, and the same draw for the same seed everywhere.
let state = seed;
function random(below) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

function drawn(count, from) {
  const rest = [...from];
  const chosen = [];
  while (rest.length > 0 && chosen.length < count) {
    chosen.push(...rest.splice(random(rest.length), 1));
  }
  return chosen;
}

const SUITES = {
  // What finds most for the least comes first; drawn arguments and sequences are only asked for the rest.
  all: [['--match-path', 'test/unit/*'], ['--match-path', 'test/fuzz/*'], ['--match-path', 'test/invariant/*']],
  invariants: [['--match-test', 'invariant_']],
};
const alone = option('--invariants') > 0;
const suites = alone ? SUITES.invariants : SUITES.all;
let chosen = mutants;
if (alone) {
  chosen = mutants.filter(([name]) => forInvariants.includes(name));
  if (chosen.length !== forInvariants.length) {
    throw new Error('a name of forInvariants is none of a mutant');
  }
} else if (process.argv[2] && !process.argv[2].startsWith('--')) {
  chosen = mutants.filter(([name]) => name.includes(process.argv[2]));
}
if (option('--draw') > 0) {
  chosen = drawn(Number(process.argv[option('--draw')]), chosen);
}
if (chosen.length === 0 || new Set(mutants.map(([name]) => name)).size !== mutants.length) {
  throw new Error('no mutant, or two of one name');
}

const built = spawnSync(...forge(['build']), { cwd: root, stdio: 'ignore' });
if (built.status !== 0) {
  throw new Error('forge build ended with ' + built.status);
}

const began = Date.now();
const queue = [['the contracts as they are'], ...chosen];
const workers = Math.min(Number(process.env.EDGEBEAT_WORKERS || os.availableParallelism()), queue.length);
const directory = path.join('cache', 'mutants', String(process.pid));
let found = 0;
let wrong = 0;
let working = workers;

function answer({ name, failure, error }) {
  if (error) {
    wrong++;
    console.log('BROKEN  ' + name + ': ' + error);
  } else if (name === queue[0][0]) {
    wrong += failure ? 1 : 0;
    console.log((failure ? 'NOTICED ' : 'clean   ') + name + (failure ? '  by ' + failure : ''));
  } else {
    found += failure ? 1 : 0;
    console.log((failure ? 'found   ' : 'MISSED  ') + name + (failure ? '  by ' + failure : ''));
  }
}

function end() {
  fs.rmSync(path.join(root, directory), { recursive: true, force: true });
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log((alone ? 'invariants alone: ' : '') + 'mutants=' + chosen.length + ' found=' + found + ' of=' + (alone ? forInvariants : mutants).length + ' seconds=' + seconds + ' seed=' + seed);
  process.exit(wrong === 0 && found === chosen.length ? 0 : 1);
}

let next = 0;
for (let i = 0; i < workers; i++) {
  const hex = '0x' + seed.toString(16).padStart(64, '0');
  const worker = fork(path.join(__dirname, 'worker.js'), [path.join(directory, String(i)), hex], { cwd: root });
  worker.on('message', (message) => {
    if (!message.ready) {
      answer(message);
    }
    if (next < queue.length) {
      worker.send({ mutant: queue[next++], suites });
    } else {
      worker.disconnect();
    }
  });
  worker.on('exit', (status) => {
    wrong += status === 0 ? 0 : 1;
    if (--working === 0) {
      end();
    }
  });
}
