/** Builds the curl command for a run. */

/** Return a text as one word of a POSIX shell, whatever it contains. */
export function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Return the curl command of a run; the token stays in the shell's environment.
 *
 * @param {string} address the operation's URL
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
