// Compiles one contract with one mistake in it and asks the tests, again and again: what run.js hands to it. The tests are
// compiled once, before; they are given the bytecode.
'use strict';
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const solc = require('solc');
const { forge } = require('../tools.js');

const root = path.resolve(__dirname, '..');
const CONTRACTS = ['EdgToken', 'EdgeBeatCore', 'EdgeBeatMarket'];
const directory = process.argv[2];
const seed = process.argv[3];
const clean = {};

// Without the optimizer: the same behaviour after a fraction of the work.
function compile(contract, changedFile, changed) {
  const load = (name) => {
    const file = path.join(root, name.startsWith('@') ? 'node_modules' : '', name);
    const contents = name === changedFile ? changed : fs.readFileSync(file, 'utf8');
    return { contents };
  };
  const name = 'src/' + contract + '.sol';
  const input = {
    language: 'Solidity',
    sources: { [name]: { content: load(name).contents } },
    settings: {
      evmVersion: 'cancun',
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { [name]: { [contract]: ['evm.bytecode.object'] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: load }));
  const errors = (output.errors || []).filter((e) => e.severity === 'error');
  if (errors.length > 0) {
    throw new Error(errors[0].formattedMessage);
  }
  return JSON.stringify({ bytecode: '0x' + output.contracts[name][contract].evm.bytecode.object });
}

// The first test of these that fails, or null.
function ask(suite) {
  fs.rmSync(path.join(root, directory, 'failures'), { recursive: true, force: true });
  const run = spawnSync(
    ...forge(['test', ...suite, '--fail-fast', '--threads', '1', '--fuzz-seed', seed]),
    {
      cwd: root,
      env: {
        ...process.env,
        EDGEBEAT_CODE: directory,
        FOUNDRY_PROFILE: 'mutants',
        FOUNDRY_FUZZ_FAILURE_PERSIST_DIR: directory + '/failures',
        FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: directory + '/failures',
        FOUNDRY_TEST_FAILURES_FILE: directory + '/failures/last',
      },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  const text = run.stdout + run.stderr;
  const tests = /(\d+) tests? passed, (\d+) failed/.exec(text);
  if (!tests || Number(tests[1]) + Number(tests[2]) === 0) {
    throw new Error('no test has run:\n' + text);
  }
  return run.status === 0 && tests[2] === '0' ? null : (/\[FAIL[^\n]*/.exec(text) || ['?'])[0].slice(0, 110);
}

function notice(mutant, suites) {
  const [, file, from, to] = mutant;
  let changed = null;
  if (file) {
    const source = fs.readFileSync(path.join(root, 'src', file), 'utf8');
    if (source.split(from).length !== 2) {
      throw new Error('fits ' + (source.split(from).length - 1) + ' places of ' + file);
    }
    changed = source.replace(from, () => to);
  }
  // A library's code is the market's.
  const guilty = CONTRACTS.find((c) => file === c + '.sol') || 'EdgeBeatMarket';
  for (const contract of CONTRACTS) {
    const code = file && contract === guilty ? compile(contract, 'src/' + file, changed) : clean[contract];
    fs.writeFileSync(path.join(root, directory, contract + '.json'), code);
  }
  for (const suite of suites) {
    const failure = ask(suite);
    if (failure) {
      return failure;
    }
  }
  return null;
}

fs.mkdirSync(path.join(root, directory), { recursive: true });
for (const contract of CONTRACTS) {
  clean[contract] = compile(contract);
}
process.on('message', ({ mutant, suites }) => {
  try {
    process.send({ name: mutant[0], failure: notice(mutant, suites) });
  } catch (e) {
    process.send({ name: mutant[0], error: e.message });
  }
});
process.send({ ready: true });
