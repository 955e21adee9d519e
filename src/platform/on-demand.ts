/**
 * Parts of Node that a command which only looks has no use for: an `import` at the top of a file loads them with the file, and
 * cryptography alone takes 2 ms of every start. Where the caller is synchronous, `import()` is no way out.
 */
export const onDemand = {
  get crypto() {
    return process.getBuiltinModule('node:crypto');
  },
  get zlib() {
    return process.getBuiltinModule('node:zlib');
  },
};
