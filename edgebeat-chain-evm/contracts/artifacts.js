#!/usr/bin/env node
// Compiles the contracts and writes what a Java user needs of them, ABI and creation bytecode, to the module's resources.
// With --check it writes nothing, and ends with an error when a file is another than what comes out now.
//
// The compiler is asked for the three contracts and what they import, and nothing else: what it generates can depend on
// the other sources it was given. Bytecode carries no hash of metadata, so that comments and paths do not change it.
'use strict';
const fs = require('fs');
const path = require('path');
const solc = require('solc');

const CONTRACTS = ['EdgToken', 'EdgeBeatCore', 'EdgeBeatMarket'];
// What a Java user calls, but nobody deploys from here.
const INTERFACES = ['IOpenGate'];
const target = path.join(__dirname, '../src/main/resources/META-INF/edgebeat/evm');
const check = process.argv.includes('--check');

function load(name) {
  const file = name.startsWith('@') ? path.join(__dirname, 'node_modules', name) : path.join(__dirname, name);
  return fs.existsSync(file) ? { contents: fs.readFileSync(file, 'utf8') } : { error: 'not found: ' + name };
}

const sources = {};
for (const name of CONTRACTS) {
  sources['src/' + name + '.sol'] = { content: load('src/' + name + '.sol').contents };
}
const input = {
  language: 'Solidity',
  sources,
  settings: {
    evmVersion: 'cancun',
    viaIR: true,
    optimizer: { enabled: true, runs: 1000000 },
    metadata: { bytecodeHash: 'none', appendCBOR: false },
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: load }));
// What the compiler remarks about sources that are not ours is not ours to change.
const remarks = (output.errors || []).filter(
  (e) => e.severity === 'error' || !e.sourceLocation || e.sourceLocation.file.startsWith('src/'),
);
for (const e of remarks) {
  console.error(e.formattedMessage);
}
if (remarks.length > 0) {
  process.exit(1);
}

function compiled(name) {
  const file = Object.keys(output.contracts).find((f) => path.basename(f) === name + '.sol');
  return output.contracts[file][name];
}

let different = 0;
fs.mkdirSync(target, { recursive: true });
for (const name of [...CONTRACTS, ...INTERFACES]) {
  const c = compiled(name);
  const artifact = { contract: name, compiler: solc.version().split('.Emscripten')[0], abi: c.abi };
  if (CONTRACTS.includes(name)) {
    // EIP-170: what is larger cannot be deployed.
    const size = c.evm.deployedBytecode.object.length / 2;
    console.log(name + ' ' + size + ' bytes');
    if (size > 24576) {
      throw new Error(name + ' is too large to be deployed');
    }
    artifact.bytecode = '0x' + c.evm.bytecode.object;
  }
  // An entry of the ABI a line, so that a change is seen.
  const abi = artifact.abi.map((entry) => JSON.stringify(entry)).join(',\n');
  const text = JSON.stringify({ ...artifact, abi: 0 }).replace('"abi":0', () => '"abi":[\n' + abi + '\n]') + '\n';
  const file = path.join(target, name + '.json');
  if (check) {
    if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
      console.error(name + '.json is not what the sources give: run `npm run build`');
      different++;
    }
  } else {
    fs.writeFileSync(file, text);
  }
}
process.exit(different === 0 ? 0 : 1);
