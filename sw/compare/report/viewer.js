"use strict";
const element = (id) => document.getElementById(id);
const data = JSON.parse(element("data").textContent);

// Show the table and the plot of the chosen set of pictures.
element("set").addEventListener("change", (event) => {
  for (const part of document.querySelectorAll("[data-set]")) {
    part.hidden = part.dataset.set !== event.target.value;
  }
});

// Sort the table by a column; methods without a figure come last in either order.
function sortBy(heading) {
  const table = heading.closest("table");
  const column = [...heading.parentNode.children].indexOf(heading);
  const first = heading.dataset.first ?? "ascending";
  const second = first === "ascending" ? "descending" : "ascending";
  const order = heading.getAttribute("aria-sort") === first ? second : first;
  for (const other of heading.parentNode.children) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const value = (row) => {
    const cell = row.children[column];
    if (!heading.dataset.key) return cell.textContent;
    if (cell.dataset.value === undefined) return null;
    return cell.dataset.value === "inf" ? Infinity : Number(cell.dataset.value);
  };
  const compare = (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return (x === null) - (y === null);
    return sign * (typeof x === "string" ? x.localeCompare(y) : x < y ? -1 : x > y ? 1 : 0);
  };
  table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
}
for (const button of document.querySelectorAll("thead button")) {
  button.addEventListener("click", () => sortBy(button.parentNode));
}

// All stages show `span` pixels of the picture across, centred on `y`, `x`.
const stages = [...document.querySelectorAll(".stage")];
const view = { y: 0, x: 0, span: 1 };
const MIN_SPAN = 12;
let picture = data.pictures[0];
const maxSpan = () => Math.max(picture.width, picture.height);

function place() {
  view.span = Math.min(Math.max(view.span, MIN_SPAN), maxSpan());
  for (const [axis, size] of [["y", picture.height], ["x", picture.width]]) {
    const half = Math.min(view.span, size) / 2;
    view[axis] = Math.min(Math.max(view[axis], half), size - half);
  }
  for (const stage of stages) {
    const side = stage.getBoundingClientRect().width;
    const scale = side / view.span;
    for (const canvas of stage.querySelectorAll("canvas")) {
      canvas.style.transform =
        `translate(${side / 2 - view.x * scale}px, ${side / 2 - view.y * scale}px) scale(${scale})`;
    }
  }
  const range = Math.log(maxSpan() / MIN_SPAN);
  element("zoom").value = range > 0 ? 100 * Math.log(maxSpan() / view.span) / range : 0;
}

function fit() {
  Object.assign(view, { y: picture.height / 2, x: picture.width / 2, span: maxSpan() });
  place();
}

// Zoom around the point (shareY, shareX), measured from the stage's centre in stage sizes.
function zoomBy(factor, shareY = 0, shareX = 0) {
  const before = view.span;
  view.span = Math.min(Math.max(before / factor, MIN_SPAN), maxSpan());
  view.y += shareY * (before - view.span);
  view.x += shareX * (before - view.span);
  place();
}

function split() {
  const share = element("split").value;
  element("above").style.clipPath = `inset(0 0 0 ${share}%)`;
  element("divider").style.left = `${share}%`;
}

async function pixels(method) {
  const image = new Image();
  image.src = data.images[picture.images[method]];
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

function put(id, image) {
  const canvas = element(id);
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// The image of absolute differences times the gain, and the mean difference in grey levels.
function difference(a, b) {
  const gain = Number(element("gain").value);
  const image = new ImageData(a.width, a.height);
  let sum = 0;
  for (let i = 0; i < image.data.length; i++) {
    if (i % 4 === 3) { image.data[i] = 255; continue; }
    const error = Math.abs(a.data[i] - b.data[i]);
    sum += error;
    image.data[i] = gain * error;
  }
  return [image, sum / (3 * a.width * a.height)];
}

function label(method) {
  const psnr = picture.psnr[method];
  return typeof psnr === "number" ? `${method} ${psnr.toFixed(2)} dB` : method;
}

async function draw() {
  const shown = picture;
  const [left, right] = [element("left").value, element("right").value];
  const [original, a, b] = await Promise.all(["original", left, right].map(pixels));
  // Another choice may have been made while the images were decoded.
  const stale = shown !== picture || left !== element("left").value;
  if (stale || right !== element("right").value) return;
  put("canvas-left", a);
  put("canvas-right", b);
  put("canvas-original", original);
  for (const [id, one, other, name] of [
    ["between", a, b, `|${left} − ${right}|`],
    ["left-error", a, original, `|${left} − original|`],
    ["right-error", b, original, `|${right} − original|`],
  ]) {
    const [image, mean] = difference(one, other);
    put(`canvas-${id}`, image);
    element(`caption-${id}`).textContent = `${name}, mean ${mean.toFixed(3)}`;
  }
  element("tag-left").textContent = label(left);
  element("tag-right").textContent = label(right);
  element("where").textContent = `${picture.width}×${picture.height} HR pixels at x ${picture.x}, `
    + `y ${picture.y}, where the methods differ most. PSNR-Y is of the whole picture.`;
  place();
  element("stage").dataset.shows = `${picture.name} ${left} ${right} ${element("gain").value}`;
}

// Methods without a result for this picture cannot be chosen.
function choosePicture() {
  picture = data.pictures[element("picture").value];
  for (const id of ["left", "right"]) {
    for (const option of element(id).options) option.disabled = !(option.value in picture.images);
    if (element(id).selectedOptions[0].disabled) element(id).value = "original";
  }
  fit();
  return draw();
}

function begin() {
  data.pictures.forEach(({ name }, i) => element("picture").add(new Option(name, i)));
  for (const id of ["left", "right"]) {
    for (const method of ["original", ...data.methods]) element(id).add(new Option(method, method));
  }
  element("left").value = data.methods.includes("bicubic") ? "bicubic" : data.methods.at(-1);
  element("right").value = data.methods.find((name) => name !== element("left").value) ?? "original";
  element("picture").addEventListener("change", choosePicture);
  for (const id of ["left", "right", "gain"]) element(id).addEventListener("change", draw);
  element("swap").addEventListener("click", () => {
    const left = element("left").value;
    element("left").value = element("right").value;
    element("right").value = left;
    draw();
  });
  element("zoom").addEventListener("input", (event) => {
    view.span = maxSpan() * (MIN_SPAN / maxSpan()) ** (event.target.value / 100);
    place();
  });
  element("fit").addEventListener("click", fit);
  element("split").addEventListener("input", split);
  new ResizeObserver(place).observe(element("stage"));
  for (const button of document.querySelectorAll(".look")) {
    const { method } = button.closest("tr").dataset;
    button.addEventListener("click", () => {
      if (!(method in picture.images)) return;
      element("right").value = method;
      element("look").scrollIntoView({ behavior: "smooth" });
      draw();
    });
  }
  for (const stage of stages) move(stage);
  element("stage").addEventListener("keydown", key);
  split();
  choosePicture();
}

function key(event) {
  const step = view.span / 10;
  const action = {
    "+": () => zoomBy(1.25), "=": () => zoomBy(1.25), "-": () => zoomBy(0.8), "0": fit,
    ArrowUp: () => { view.y -= step; }, ArrowDown: () => { view.y += step; },
    ArrowLeft: () => { view.x -= step; }, ArrowRight: () => { view.x += step; },
  }[event.key];
  if (!action || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  action();
  place();
}

// Dragging moves the view, or the divider if the drag started on it.
function move(stage) {
  let held = null;
  stage.addEventListener("pointerdown", (event) => {
    held = event.target.id === "divider" ? "divider" : "view";
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    const box = stage.getBoundingClientRect();
    if (held === "view") {
      view.y -= event.movementY * view.span / box.height;
      view.x -= event.movementX * view.span / box.width;
      place();
    } else if (held === "divider") {
      element("split").value = 100 * (event.clientX - box.left) / box.width;
      split();
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, () => { held = null; });
  }
  // The wheel zooms only after a click into the viewer, or with Ctrl; else it scrolls the page.
  stage.addEventListener("wheel", (event) => {
    if (document.activeElement !== element("stage") && !event.ctrlKey) return;
    event.preventDefault();
    const box = stage.getBoundingClientRect();
    const shareY = (event.clientY - box.top) / box.height - 0.5;
    const shareX = (event.clientX - box.left) / box.width - 0.5;
    zoomBy(2 ** (-event.deltaY / 400), shareY, shareX);
  }, { passive: false });
}

if (picture) begin();
