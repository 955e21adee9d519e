/** Set by the bundler; from source it is always the development version. */
export function findVersion(): string {
  return process.env.AMP_BUILD_VERSION ?? '0.0.0-dev';
}
