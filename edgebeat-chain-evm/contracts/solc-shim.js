#!/usr/bin/env node
// Forge wants a compiler it can start as a program; the one that is published for every platform is a module. This is
// the program around the module: `--version`, and standard JSON from the standard input to the standard output.
'use strict';
const fs = require('fs');
const path = require('path');

const args = process.argv.slice(2);
if (args.includes('--version')) {
  // Asked at each start of forge: the compiler itself would take a second of work to say it.
  console.log('solc, the solidity compiler commandline interface');
  console.log('Version: ' + require('solc/package.json').version);
  process.exit(0);
}
const solc = require('solc');

const roots = [];
for (let i = 0; i < args.length; i++) {
  if (args[i] === '--base-path' || args[i] === '--include-path') {
    roots.push(args[++i]);
  }
}
if (roots.length === 0) {
  roots.push(process.cwd());
}

function load(name) {
  for (const file of [...roots.map((root) => path.join(root, name)), name]) {
    if (fs.existsSync(file)) {
      return { contents: fs.readFileSync(file, 'utf8') };
    }
  }
  return { error: name + ' is in none of ' + roots.join(', ') };
}

// The answer is larger than what a pipe takes at once, so it is written by the descriptor and to its end.
function writeAll(text) {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += fs.writeSync(1, bytes, at);
    } catch (e) {
      if (e.code !== 'EAGAIN') {
        throw e;
      }
    }
  }
}

writeAll(solc.compile(fs.readFileSync(0, 'utf8'), { import: load }));
