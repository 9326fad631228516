// Rotating codes (docs/spec/codes.md): the member code and the eight digits of the present time step.
export const STEP_SECONDS = 30;
const HMAC = { name: "HMAC", hash: "SHA-256" };
const ascii = new TextEncoder();

// A key that this page may use and nobody can read out again.
export const keyOf = (bytes) => crypto.subtle.importKey("raw", bytes, HMAC, false, ["sign"]);

export const stepAt = (seconds) => Math.floor(seconds / STEP_SECONDS);

// The date in the programme's zone at a step's first second, as YYYY-MM-DD.
export function dayOf(step, zone) {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone, calendar: "gregory", numberingSystem: "latn", year: "numeric", month: "2-digit", day: "2-digit",
  }).formatToParts(step * STEP_SECONDS * 1000);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

export async function rotatingCode(member, memberKey, zone, step) {
  const day = await crypto.subtle.sign(HMAC, memberKey, ascii.encode(`habitue day ${dayOf(step, zone)}`));
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const digest = new DataView(await crypto.subtle.sign(HMAC, await keyOf(day), counter));
  const number = digest.getUint32(digest.getUint8(31) & 15) & 0x7fffffff;
  return member + String(number % 100000000).padStart(8, "0");
}
