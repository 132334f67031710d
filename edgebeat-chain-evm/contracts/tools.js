// What the scripts here share.
'use strict';
const path = require('path');

// Where the bytecode lies that is shipped, for EDGEBEAT_CODE.
exports.SHIPPED = '../src/main/resources/META-INF/edgebeat/evm';

// A command of forge, as `spawn` wants it.
exports.forge = (args) => [process.execPath, [path.join(__dirname, 'forge.js'), ...args]];

// How many tests forge says have passed; 0 when it has run none, or one has failed.
exports.passed = (text) => {
  const found = /(\d+) tests? passed, 0 failed/.exec(text);
  return found ? Number(found[1]) : 0;
};
