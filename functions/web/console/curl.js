/** The same call from a shell. */

/** Return a text as one word of a POSIX shell, whatever it holds. */
export function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Return the curl command of a run; the token stays in the shell's environment.
 *
 * @param {string} address of the operation
 * @param {Object} parameters as JSON
 * @param {boolean} withToken whether the function needs one
 */
export function curlLine(address, parameters, withToken) {
  const words = [
    `curl -sS ${quoted(address)}`,
    ...(withToken ? ['-H "Authorization: Bearer $CLOUD_SYNC_TOKEN"'] : []),
    "-H 'Content-Type: application/json'",
    `--data-raw ${quoted(JSON.stringify(parameters))}`,
  ];
  return words.join(" \\\n  ");
}
