#!/usr/bin/env node
// Kept to syntax that every Node understands, so that an old one can say what is wrong.
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    "gaugeway needs Node.js 24 or newer; this is " + process.version + ". See https://nodejs.org/.",
  );
  process.exitCode = 1;
} else {
  // What loads here lives long or dies at once, and samples live in typed arrays: a nursery that
  // stays at its first megabyte costs no time that shows, and saves 18 MB of 144 at rest. V8 reads
  // this flag whenever a nursery would grow, so it holds for all threads; the larger ones are read
  // before any of our code runs.
  process.getBuiltinModule("node:v8").setFlagsFromString("--semi-space-growth-factor=1");
  void import("../dist/cli/main.js");
}
