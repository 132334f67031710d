// For each line "kernel n" on standard input: the result and the nanoseconds of processor time.
import fs from "fs";
import readline from "readline";

const directory = process.argv[2];
const kernels = {};
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [kernel, n] = line.split(" ");
  if (!kernels[kernel]) {
    const module = new WebAssembly.Module(fs.readFileSync(`${directory}/${kernel}.wasm`));
    kernels[kernel] = new WebAssembly.Instance(module, {}).exports.run;
  }
  const before = process.cpuUsage();
  const result = kernels[kernel](Number(n));
  const used = process.cpuUsage(before);
  console.log(`${result} ${(used.user + used.system) * 1000}`);
}
