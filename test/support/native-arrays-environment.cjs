/**
 * Jest's Node environment, with Node's own Float32Array: native modules make theirs outside Jest's sandbox, and
 * onnxruntime accepts no other.
 */
const { TestEnvironment } = require('jest-environment-node');

module.exports = class NativeArraysEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.Float32Array = Float32Array;
  }
};
