/** Draws the Mandelbrot set in bands of rows, so that a newer task can take over between two of them. */
const bandRows = 16;
let current = 0;

addEventListener("message", async ({ data }) => {
  current = data.task;
  for (let row = 0; row < data.height && current === data.task; row += bandRows) {
    const pixels = drawBand(data, row, Math.min(bandRows, data.height - row));
    postMessage({ task: data.task, row, pixels, isLast: row + bandRows >= data.height }, [pixels.buffer]);
    await new Promise((resolve) => setTimeout(resolve));
  }
});

function drawBand({ view, width, height }, firstRow, rows) {
  const pixels = new Uint8ClampedArray(width * rows * 4);
  const step = view.width / width;
  const limit = Math.round(160 + 60 * Math.log2(4 / view.width));
  for (let row = 0; row < rows; row += 1) {
    const y = view.y + (firstRow + row - height / 2) * step;
    for (let column = 0; column < width; column += 1) {
      const x = view.x + (column - width / 2) * step;
      paint(pixels, (row * width + column) * 4, escapeTime(x, y, limit), limit);
    }
  }
  return pixels;
}

function escapeTime(x, y, limit) {
  let real = 0;
  let imaginary = 0;
  for (let count = 0; count < limit; count += 1) {
    const realSquare = real * real;
    const imaginarySquare = imaginary * imaginary;
    if (realSquare + imaginarySquare > 256) return count + 1 - Math.log2(Math.log2(realSquare + imaginarySquare) / 2);
    imaginary = 2 * real * imaginary + y;
    real = realSquare - imaginarySquare + x;
  }
  return limit;
}

/** From deep water over teal to sand; the set itself is dark. */
function paint(pixels, place, time, limit) {
  const depth = time >= limit ? 0 : Math.sqrt(time / limit);
  pixels[place] = 10 + 235 * depth ** 2.2;
  pixels[place + 1] = 18 + 205 * Math.sin((depth * Math.PI) / 1.9) ** 1.3;
  pixels[place + 2] = 24 + 150 * Math.sin(depth * Math.PI * 0.82);
  pixels[place + 3] = 255;
}
