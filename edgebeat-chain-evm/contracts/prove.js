#!/usr/bin/env node
// Lets the compiler's model checker and z3 (package z3 of the system) prove the assertions of test/proofs, and then find
// one wrong in each of three versions of the arithmetic that has a mistake: a prover that finds nothing proves nothing.
'use strict';
const fs = require('fs');
const path = require('path');
const solc = require('solc');
const { smtCallback } = require('solc/smtchecker');
const { smtSolver, availableSolvers } = require('solc/smtsolver');

// Without z3 nothing is proved, and that is said.
const z3 = availableSolvers.find((solver) => solver.name === 'z3');
if (!z3) {
  console.log('SKIPPED: z3 is not installed; install the package z3 of the system');
  process.exit(process.env.EDGEBEAT_COMPONENTS === 'required' ? 1 : 0);
}

const NAME = 'src/libraries/MoneyMath.sol';
const PROOFS = 'test/proofs/Proofs.sol';
const read = (name) => fs.readFileSync(path.join(__dirname, name), 'utf8');

function check(math) {
  const sources = {};
  sources[NAME] = { content: math };
  sources[PROOFS] = { content: read(PROOFS) };
  const contracts = {};
  contracts[PROOFS] = ['Proofs'];
  const input = {
    language: 'Solidity',
    sources,
    settings: {
      modelChecker: {
        contracts,
        engine: 'bmc',
        solvers: ['smtlib2'],
        targets: ['assert'],
        showUnproved: true,
        showProvedSafe: true,
        timeout: 60000,
      },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { smtSolver: smtCallback(smtSolver, z3) }));
  return (output.errors || []).map((e) => e.formattedMessage);
}

const sound = check(read(NAME));
const proved = sound.filter((m) => /proved safe|BMC: Assertion violation check is safe/.test(m)).length;
const bad = sound.filter((m) => /violation happens|could not|might happen|Error/.test(m));
console.log(bad.length ? sound.join('\n') : 'proved=' + proved);
let found = 0;
const MISTAKES = [
  ['return fee < paid ? fee : paid;', 'return fee;'],
  ['return total - paid + (fee - due);', 'return total - paid + fee;'],
  ['return value > claimed ? value : claimed;', 'return value;'],
];
for (const [from, to] of MISTAKES) {
  const text = read(NAME);
  if (!text.includes(from)) {
    throw new Error('not there: ' + from);
  }
  found += check(text.replace(from, to)).some((m) => /violation happens/.test(m)) ? 1 : 0;
}
console.log('proofs: mistakes=' + MISTAKES.length + ' found=' + found);
process.exit(bad.length === 0 && proved > 0 && found === MISTAKES.length ? 0 : 1);
