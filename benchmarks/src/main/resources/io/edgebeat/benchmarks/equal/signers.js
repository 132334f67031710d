// Compiles Signers.sol to Signers.json, as the contracts are compiled: node signers.js CONTRACTS, the folder of the
// contracts, where `npm ci` was run.
'use strict';
const fs = require('fs');
const path = require('path');

const modules = path.resolve(process.argv[2], 'node_modules');
const solc = require(path.join(modules, 'solc'));
const input = {
  language: 'Solidity',
  sources: { 'Signers.sol': { content: fs.readFileSync(path.join(__dirname, 'Signers.sol'), 'utf8') } },
  settings: {
    evmVersion: 'cancun',
    viaIR: true,
    optimizer: { enabled: true, runs: 1000000 },
    metadata: { bytecodeHash: 'none', appendCBOR: false },
    outputSelection: { '*': { '*': ['evm.deployedBytecode.object'] } },
  },
};
const load = (name) => ({ contents: fs.readFileSync(path.join(modules, name), 'utf8') });
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: load }));
const errors = (output.errors || []).filter((e) => e.severity === 'error');
if (errors.length > 0) {
  errors.forEach((e) => console.error(e.formattedMessage));
  process.exit(1);
}
const code = output.contracts['Signers.sol'].Signers.evm.deployedBytecode.object;
const artifact = { contract: 'Signers', compiler: solc.version().split('.Emscripten')[0], code: '0x' + code };
fs.writeFileSync(path.join(__dirname, 'Signers.json'), JSON.stringify(artifact, null, 1) + '\n');
