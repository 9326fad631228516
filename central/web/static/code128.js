// Code 128 in code set C (ISO/IEC 15417): an even number of digits as bars and spaces, and nothing else.
const START_C = 105;
const STOP = "2331112";
const QUIET = 10; // modules of light beside the bars
const CHARACTERS = (
  "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221" +
  "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321" +
  "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131" +
  "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114" +
  "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141" +
  "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
).match(/.{6}/g);

// The widths of bars and spaces in turn, a bar first: what a digit tells is how many modules.
export function widths(digits) {
  if (!/^(\d\d)+$/.test(digits)) throw new RangeError("code set C takes an even number of digits");
  const values = [START_C, ...digits.match(/../g).map(Number)];
  const check = values.reduce((sum, value, place) => sum + place * value) % 103;
  return [...values, check].map((value) => CHARACTERS[value]).join("") + STOP;
}

// Draw the digits on a canvas, every module the same whole number of the screen's own dots; `upright` turns them by 90°.
export function draw(canvas, digits, { across, tall, upright = false }) {
  const bars = [...widths(digits)].map(Number);
  const modules = bars.reduce((sum, width) => sum + width) + 2 * QUIET;
  const density = window.devicePixelRatio || 1;
  const dots = Math.max(1, Math.floor((across * density) / modules));
  const length = modules * dots;
  const depth = Math.round(tall * density);
  canvas.width = upright ? depth : length;
  canvas.height = upright ? length : depth;
  canvas.style.width = `${canvas.width / density}px`;
  canvas.style.height = `${canvas.height / density}px`;
  const pen = canvas.getContext("2d", { alpha: false });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  let at = QUIET * dots;
  bars.forEach((width, place) => {
    const wide = width * dots;
    if (place % 2 === 0) upright ? pen.fillRect(0, at, depth, wide) : pen.fillRect(at, 0, wide, depth);
    at += wide;
  });
  canvas.dataset.drawn = digits;
}
