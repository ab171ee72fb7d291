/** From the names of the API to words for people. */

const KNOWN = {
  id: "ID",
  ids: "IDs",
  ip: "IP",
  ips: "IPs",
  src: "source",
  dst: "destination",
  cdn: "CDN",
  kms: "KMS",
  vpc: "VPC",
  hps: "HPS",
  ecs: "ECS",
  sort_dir: "sort direction",
};

/** Return `sync_task_id` as `Sync task ID`. */
export function inWords(name) {
  const words = KNOWN[name] ?? name.split("_").map((word) => KNOWN[word] ?? word).join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Return a number with its thousands set apart. */
export function counted(number) {
  return number.toLocaleString("en");
}

/** Return `1 request`, `2 requests`. */
export function plural(number, one, many = `${one}s`) {
  return `${counted(number)} ${number === 1 ? one : many}`;
}

/** Return a duration in milliseconds in the unit that reads best. */
export function lasting(milliseconds) {
  if (milliseconds < 1000) {
    return `${counted(milliseconds)} ms`;
  }
  const seconds = milliseconds / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Return an RFC 3339 time as people write it, in its own zone; null for any other text. */
export function moment(text) {
  const found = TIME.exec(text);
  return found && `${found[1]} ${found[2]} ${found[4] === "Z" ? "UTC" : `UTC${found[4]}`}`;
}
