/** Formats the API's names, numbers and times for people. */

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
  return capitalized(words);
}

/** Return a text with a capital at its start; not for texts that may start with an ID. */
export function capitalized(sentence) {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Return a number with thousands separators. */
export function counted(number) {
  return number.toLocaleString("en");
}

/** Return `1 request`, `2 requests`. */
export function plural(number, one, many = `${one}s`) {
  return `${counted(number)} ${number === 1 ? one : many}`;
}

/** Return a duration in milliseconds in a readable unit. */
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

/** Return an RFC 3339 time in a readable form, in its own time zone; null for any other text. */
export function moment(text) {
  const found = TIME.exec(text);
  return found && `${found[1]} ${found[2]} ${found[4] === "Z" ? "UTC" : `UTC${found[4]}`}`;
}

/** Return an RFC 3339 time to the minute; null for any other text. */
export function toTheMinute(text) {
  const whole = moment(text);
  return whole && whole.replace(/:\d\d (?=UTC)/, " ");
}

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** Return how long ago a time was, such as `3 hours ago`. */
export function ago(text, now = Date.now()) {
  const seconds = (Date.parse(text) - now) / 1000;
  const [unit, size] = UNITS.find((one) => Math.abs(seconds) >= one[1]) ?? ["second", 1];
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}
