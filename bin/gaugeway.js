#!/usr/bin/env node
// Kept to syntax that every Node understands, so that an old one can say what is wrong.
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    "gaugeway needs Node.js 24 or newer; this is " + process.version + ". See https://nodejs.org/.",
  );
  process.exitCode = 1;
} else {
  void import("../dist/cli/main.js");
}
