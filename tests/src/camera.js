// Makes a photo as a telephone's camera does: on its side, with the place in it. Kept as `window.photo`.
const [width, height, quality, seed, done] = arguments;
const canvas = document.createElement('canvas');
canvas.width = width;
canvas.height = height;
const pen = canvas.getContext('2d');
const sky = pen.createLinearGradient(0, 0, width, height);
sky.addColorStop(0, '#8fb7d1');
sky.addColorStop(1, '#d9c7a3');
pen.fillStyle = sky;
pen.fillRect(0, 0, width, height);
// What makes a photo large: no two spots are alike.
let state = seed;
const draw = () => {
  // Mulberry32: what a plain product loses of its low digits comes round again after a few thousand spots.
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};
const spot = Math.max(2, Math.round(width / 1000));
for (let at = 0; at < 120000; at += 1) {
  pen.fillStyle = `hsl(${Math.round(draw() * 360)} 35% ${Math.round(25 + draw() * 50)}% / .5)`;
  pen.fillRect(draw() * width, draw() * height, spot * (1 + draw() * 6), spot * (1 + draw() * 6));
}
// A sensor's grain is most of what twelve million pixels weigh.
if (width * height > 1e7) {
  const grain = pen.getImageData(0, 0, width, height);
  for (let at = 0; at < grain.data.length; at += 4) {
    const by = draw() * 48 - 24;
    for (let of = 0; of < 3; of += 1) grain.data[at + of] += by;
  }
  pen.putImageData(grain, 0, 0);
}
pen.fillStyle = '#14212b';
pen.fillRect(width * 0.2, height * 0.25, width * 0.5, height * 0.5);
pen.fillStyle = '#7fd6a1';
pen.font = `${Math.round(height / 10)}px monospace`;
pen.fillText(`CAISSE ${seed}`, width * 0.25, height * 0.5);
// Orientation 6 (turn right), and a GPS block: 43.47 N, 6.47 E.
const exif = () => {
  const text = (value) => [...value].map((c) => c.charCodeAt(0));
  const short = (n) => [n & 255, n >> 8];
  const long = (n) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24];
  const entry = (tag, type, count, value) => [...short(tag), ...short(type), ...long(count), ...value];
  const degrees = (d, m) => [...long(d), ...long(1), ...long(m), ...long(1), ...long(0), ...long(1)];
  const gps = 8 + 2 + 2 * 12 + 4, north = gps + 2 + 4 * 12 + 4, east = north + 24;
  const tiff = [
    ...text('II'), ...short(42), ...long(8),
    ...short(2), ...entry(0x0112, 3, 1, [...short(6), 0, 0]), ...entry(0x8825, 4, 1, long(gps)), ...long(0),
    ...short(4), ...entry(1, 2, 2, [78, 0, 0, 0]), ...entry(2, 5, 3, long(north)),
    ...entry(3, 2, 2, [69, 0, 0, 0]), ...entry(4, 5, 3, long(east)), ...long(0),
    ...degrees(43, 28), ...degrees(6, 28),
  ];
  const body = [...text('Exif'), 0, 0, ...tiff];
  return new Uint8Array([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255, ...body]);
};
canvas.toBlob(async (blob) => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  window.photo = new File([bytes.slice(0, 2), exif(), bytes.slice(2)], 'image.jpg', { type: 'image/jpeg' });
  done(window.photo.size);
}, 'image/jpeg', quality);
