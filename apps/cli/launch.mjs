#!/usr/bin/env node
// The door to everything: needs only Node and a clone. It installs and builds what is missing, then does what was asked.
// This file keeps to syntax that old versions read, so that they can be told what is wrong.
const required = [20, 19];
const version = process.versions.node.split('.').map(Number);

if (version[0] < required[0] || (version[0] === required[0] && version[1] < required[1])) {
  console.error(
    'Portcullis needs Node ' +
      required.join('.') +
      ' or newer, and this is ' +
      process.versions.node +
      '.\n' +
      'Get a current one from https://nodejs.org',
  );
  process.exit(1);
}

import('./launch/launch.mjs')
  .then((launcher) => launcher.launch(process.argv.slice(2)))
  .catch((error) => {
    // a fault with a message for people is told without a stack
    console.error(error && error.forPeople ? error.message : error);
    process.exit(1);
  });
